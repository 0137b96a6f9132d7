//! What is declared of vessels before a run: their law, where blood comes in, and what can be wrong with it.

use crate::Face;

/// Law of all vessels of a tissue.
#[derive(Clone, Debug, PartialEq)]
pub struct VesselLaw {
    /// Guide above which a cell is active: free ends lead, others may branch; the caller's unit
    /// (VEGF 0.5 ng/mL, Qutub and Popel 2009, doi 10.1186/1752-0509-3-13).
    pub branch_above: f64,
    /// Rate at which an active cell inside a vessel leaves it as a new tip, 1/min.
    pub branch_per_min: f64,
    /// How long a segment carries flow before it counts as perfused, min.
    pub perfused_after_min: f64,
    /// Reach of a tip that joins another cell, µm; at seeding, greatest distance of joined neighbours.
    pub join_distance_um: f64,
    /// A tip does not join cells within this many edges along its own vessel.
    pub join_beyond_edges: u32,
    /// Length of a relaxed edge, µm.
    pub edge_rest_um: f64,
    /// Rate at which each end of a stretched edge closes the gap, 1/min.
    pub edge_stiffness_per_min: f64,
    /// How long a segment lasts without flow and without an active end, min; infinite is for ever.
    pub regress_after_min: f64,
    /// Mean speed of blood at or below which a segment counts as without flow, µm/min.
    pub still_below_um_per_min: f64,
    /// Radius of a new lumen, µm.
    pub lumen_um: f64,
    /// How the lumen follows its flow.
    pub lumen: LumenLaw,
    /// Viscosity of the blood.
    pub viscosity: Viscosity,
    /// Where blood comes in and goes out.
    pub inlets: Vec<Inlet>,
}

impl Default for VesselLaw {
    /// A law to start from; all assumed but the activation by VEGF.
    fn default() -> Self {
        Self {
            branch_above: 0.5,
            branch_per_min: 0.01 / 60.0,
            perfused_after_min: 24.0 * 60.0,
            join_distance_um: 15.0,
            join_beyond_edges: 4,
            edge_rest_um: 10.0,
            edge_stiffness_per_min: 0.05,
            regress_after_min: f64::INFINITY,
            still_below_um_per_min: 60.0,
            lumen_um: 4.0,
            lumen: LumenLaw::default(),
            viscosity: Viscosity::Constant { mpa_s: 4.0 },
            inlets: Vec::new(),
        }
    }
}

/// How the radius of a lumen follows the shear at its wall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LumenLaw {
    /// Rate of adaptation, 1/min; 0 keeps the radius.
    pub adapt_per_min: f64,
    /// Shear stress at which the radius stays, Pa.
    pub shear_pa: f64,
    /// Smallest radius, µm.
    pub least_um: f64,
    /// Greatest radius, µm.
    pub most_um: f64,
}

impl Default for LumenLaw {
    /// Radii stay as they are made.
    fn default() -> Self {
        Self { adapt_per_min: 0.0, shear_pa: 1.5, least_um: 2.0, most_um: 30.0 }
    }
}

/// Viscosity of the blood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Viscosity {
    /// The same in every segment.
    Constant {
        /// Apparent viscosity, mPa·s.
        mpa_s: f64,
    },
    /// By the diameter of the segment, see [`crate::viscosity`].
    InVivo {
        /// Viscosity of the plasma, mPa·s.
        plasma_mpa_s: f64,
        /// Share of red cells in the discharged volume, the same in every segment.
        haematocrit: f64,
    },
}

/// Cells near a face of the box, held there at a pressure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inlet {
    /// The face.
    pub face: Face,
    /// Cells whose middle is at most this far from the face are held, µm.
    pub depth_um: f64,
    /// The pressures.
    pub ends: Ends,
}

/// Pressures along one face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ends {
    /// The same for all its cells.
    All {
        /// Pressure, mmHg.
        mmhg: f64,
    },
    /// In turn along the face (by the first other axis, then the second, then id), the first arterial.
    Alternate {
        /// Pressure of the first, third, …, mmHg.
        arterial_mmhg: f64,
        /// Pressure of the second, fourth, …, mmHg.
        venous_mmhg: f64,
    },
}

impl Ends {
    /// Pressure of the `k`th cell along the face, mmHg.
    pub fn pressure_mmhg(&self, k: usize) -> f64 {
        match *self {
            Self::All { mmhg } => mmhg,
            Self::Alternate { arterial_mmhg, venous_mmhg } => [arterial_mmhg, venous_mmhg][k % 2],
        }
    }
}

/// Why a law cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LawError {
    /// A number that may be 0 but not negative, and must be finite unless said otherwise.
    #[error("{what} is {value}; needs a number that is not negative")]
    Negative {
        /// Which number.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A number that must be positive and finite.
    #[error("{what} is {value}; needs a positive finite number")]
    NotPositive {
        /// Which number.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A number that must be finite.
    #[error("{what} is {value}; needs a finite number")]
    NotFinite {
        /// Which number.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A number outside its range.
    #[error("{what} is {value}; needs to be above {low} and below {high}")]
    Outside {
        /// Which number.
        what: &'static str,
        /// What it was.
        value: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}

impl VesselLaw {
    /// Checks every number.
    ///
    /// # Errors
    /// The first number that is out of its range.
    pub fn check(&self) -> Result<(), LawError> {
        finite("branching threshold", self.branch_above)?;
        for (what, value) in [
            ("branching rate", self.branch_per_min),
            ("joining distance", self.join_distance_um),
            ("edge stiffness", self.edge_stiffness_per_min),
            ("speed that counts as flow", self.still_below_um_per_min),
            ("rate of lumen adaptation", self.lumen.adapt_per_min),
            ("delay of perfusion", self.perfused_after_min),
        ] {
            finite(what, not_negative(what, value)?)?;
        }
        not_negative("time to regression", self.regress_after_min)?;
        positive("relaxed length of an edge", self.edge_rest_um)?;
        positive("lumen radius", self.lumen_um)?;
        self.lumen.check()?;
        self.viscosity.check(&self.lumen, self.lumen_um)?;
        self.inlets.iter().try_for_each(Inlet::check)
    }
}

impl LumenLaw {
    fn check(&self) -> Result<(), LawError> {
        positive("shear stress of a steady lumen", self.shear_pa)?;
        positive("smallest lumen radius", self.least_um)?;
        positive("greatest lumen radius", self.most_um)?;
        not_negative("greatest less smallest lumen radius", self.most_um - self.least_um)?;
        Ok(())
    }
}

impl Viscosity {
    fn check(&self, lumen: &LumenLaw, start_um: f64) -> Result<(), LawError> {
        match *self {
            Self::Constant { mpa_s } => positive("viscosity", mpa_s).map(drop),
            Self::InVivo { plasma_mpa_s, haematocrit } => {
                positive("viscosity of plasma", plasma_mpa_s)?;
                within("haematocrit", haematocrit, -1e-300, 0.9)?;
                within("smallest lumen radius", lumen.least_um.min(start_um), 1.0, f64::INFINITY)
            }
        }
    }
}

impl Inlet {
    fn check(&self) -> Result<(), LawError> {
        not_negative("depth of an inlet", self.depth_um)?;
        finite("pressure of an inlet", self.ends.pressure_mmhg(0))?;
        finite("pressure of an inlet", self.ends.pressure_mmhg(1)).map(drop)
    }
}

fn not_negative(what: &'static str, value: f64) -> Result<f64, LawError> {
    if value >= 0.0 { Ok(value) } else { Err(LawError::Negative { what, value }) }
}

fn positive(what: &'static str, value: f64) -> Result<f64, LawError> {
    if value > 0.0 && value.is_finite() { Ok(value) } else { Err(LawError::NotPositive { what, value }) }
}

fn finite(what: &'static str, value: f64) -> Result<f64, LawError> {
    if value.is_finite() { Ok(value) } else { Err(LawError::NotFinite { what, value }) }
}

fn within(what: &'static str, value: f64, low: f64, high: f64) -> Result<(), LawError> {
    if low < value && value < high { Ok(()) } else { Err(LawError::Outside { what, value, low, high }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut VesselLaw)) -> String {
        let mut law = VesselLaw::default();
        change(&mut law);
        law.check().unwrap_err().to_string()
    }

    #[test]
    fn the_default_holds_and_slips_are_named() {
        assert_eq!(VesselLaw::default().check(), Ok(()));
        let nan = refused(|law| law.branch_above = f64::NAN);
        assert_eq!(nan, "branching threshold is NaN; needs a finite number");
        let negative = refused(|law| law.branch_per_min = -1.0);
        assert_eq!(negative, "branching rate is -1; needs a number that is not negative");
        let zero = refused(|law| law.lumen_um = 0.0);
        assert_eq!(zero, "lumen radius is 0; needs a positive finite number");
        let thick = refused(|law| law.viscosity = Viscosity::InVivo { plasma_mpa_s: 1.2, haematocrit: 0.95 });
        assert!(thick.starts_with("haematocrit is 0.95"), "{thick}");
    }
}
