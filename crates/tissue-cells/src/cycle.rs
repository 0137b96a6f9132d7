//! The cell cycle as a ring of phases, each left at a rate or after a fixed time.
//!
//! Models and default rates of PhysiCell 1.14 (Ghaffarizadeh et al. 2018, doi 10.1371/journal.pcbi.1005991).

/// One phase of a cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// What it is called in records.
    pub name: &'static str,
    /// Rate of leaving, 1/min: the inverse of the mean, or of the fixed, time in the phase. The base value of the
    /// behaviour *exit from cycle phase n*.
    pub exit_per_min: f64,
    /// Whether the time in the phase is fixed (else exponential).
    pub fixed: bool,
    /// Whether entering doubles what the cell grows to.
    pub grows: bool,
    /// Whether leaving divides the cell.
    pub divides: bool,
}

/// Most phases a cycle can have.
pub const MOST_PHASES: usize = 6;

/// A cycle: its phases follow each other and then begin again.
#[derive(Clone, Debug, PartialEq)]
pub struct CycleModel {
    phases: Vec<Phase>,
}

impl Default for CycleModel {
    fn default() -> Self {
        Self::live()
    }
}

const fn phase(name: &'static str, exit_per_min: f64) -> Phase {
    Phase { name, exit_per_min, fixed: false, grows: false, divides: false }
}

impl Phase {
    const fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }

    const fn growing(self) -> Self {
        Self { grows: true, ..self }
    }

    const fn dividing(self) -> Self {
        Self { divides: true, ..self }
    }
}

impl CycleModel {
    /// A cycle of your own.
    ///
    /// # Panics
    /// Without a phase, or with more than six: the caller checks user input.
    pub fn of(phases: Vec<Phase>) -> Self {
        assert!((1..=MOST_PHASES).contains(&phases.len()), "a cycle has one to six phases");
        Self { phases }
    }

    /// One phase, left at a rate: every exit divides. PhysiCell code 5.
    pub fn live() -> Self {
        Self::of(vec![phase("live", 0.0432 / 60.0).growing().dividing()])
    }

    /// Ki-67 negative for 4.59 h on average, positive for 15.5 h exactly. PhysiCell code 1.
    pub fn ki67_basic() -> Self {
        Self::of(vec![
            phase("Ki67-", 1.0 / (4.59 * 60.0)),
            phase("Ki67+", 1.0 / (15.5 * 60.0)).fixed().growing().dividing(),
        ])
    }

    /// Ki-67 negative 3.62 h on average, positive 13 h before and 2.5 h after mitosis exactly. PhysiCell code 0.
    pub fn ki67_advanced() -> Self {
        Self::of(vec![
            phase("Ki67-", 1.0 / (3.62 * 60.0)),
            phase("Ki67+ premitotic", 1.0 / (13.0 * 60.0)).fixed().growing().dividing(),
            phase("Ki67+ postmitotic", 1.0 / (2.5 * 60.0)).fixed(),
        ])
    }

    /// G0/G1, S, G2/M, each left at a rate. PhysiCell code 2.
    pub fn flow_cytometry() -> Self {
        Self::of(vec![
            phase("G0/G1", 0.003_24),
            phase("S", 0.002_08).growing(),
            phase("G2/M", 0.003_33).dividing(),
        ])
    }

    /// G0/G1, S, G2 and M, each left at a rate. PhysiCell code 6.
    pub fn flow_cytometry_separated() -> Self {
        Self::of(vec![
            phase("G0/G1", 0.003_35),
            phase("S", 0.002_08).growing(),
            phase("G2", 0.004_17),
            phase("M", 0.016_7).dividing(),
        ])
    }

    /// Quiescent for 4.59 h on average, cycling for 15.5 h exactly. PhysiCell code 7.
    pub fn cycling_quiescent() -> Self {
        Self::of(vec![
            phase("quiescent", 1.0 / (4.59 * 60.0)),
            phase("cycling", 1.0 / (15.5 * 60.0)).fixed().growing().dividing(),
        ])
    }

    /// The phases in order.
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// The same cycle with other exit rates, 1/min; rates beyond its phases are ignored.
    #[must_use]
    pub fn with_exits(mut self, exits_per_min: &[f64]) -> Self {
        for (phase, exit) in self.phases.iter_mut().zip(exits_per_min) {
            phase.exit_per_min = *exit;
        }
        self
    }

    /// The same cycle with phases fixed or not; entries beyond its phases are ignored.
    #[must_use]
    pub fn with_fixed(mut self, fixed: &[bool]) -> Self {
        for (phase, fixed) in self.phases.iter_mut().zip(fixed) {
            phase.fixed = *fixed;
        }
        self
    }
}
