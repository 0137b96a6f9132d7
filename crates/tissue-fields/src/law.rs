//! What is declared of a field before a run: its law, its sides, and how time is cut.

use crate::FieldError;

/// What happens at one face of the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// Nothing passes.
    Closed,
    /// The value at the face itself, in the unit of the field.
    Fixed(f64),
}

/// How a field follows its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solve {
    /// Step by step through time.
    Transient,
    /// At once the state that the frozen sources lead to; for fields that settle within a tick.
    Steady,
}

/// Law of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldLaw {
    /// Diffusion coefficient, µm²/min; 0 is an immobile field.
    pub diffusion_um2_per_min: f64,
    /// First-order decay everywhere, 1/min.
    pub decay_per_min: f64,
    /// Faces in the order x low, x high, y low, y high, z low, z high. An axis of one voxel is skipped with its sides.
    pub sides: [Side; 6],
    /// Through time, or at once.
    pub solve: Solve,
    /// Value everywhere at the start.
    pub start: f64,
}

/// How time is cut inside a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stepping {
    /// Error of a span, the largest over all voxels, of the values at its end and of their time mean (and so of what sinks
    /// take), as a share of the mean value of the field at its start; of one that starts empty, the sums go to rounding.
    pub tolerance: f64,
    /// A fixed sub-step, min, in place of a span at once: spans are cut into equal parts at most this long, split by
    /// direction, of order 1 in time.
    pub fixed_step_min: Option<f64>,
    /// Residual at which a steady solve stops, as a share of the right-hand side.
    pub steady_tolerance: f64,
}

impl Default for Stepping {
    fn default() -> Self {
        Self { tolerance: 1e-6, fixed_step_min: None, steady_tolerance: 1e-9 }
    }
}

impl FieldLaw {
    /// Whether anything moves.
    pub(crate) fn is_mobile(&self) -> bool {
        self.diffusion_um2_per_min > 0.0
    }

    /// Which sides are held at a value.
    pub(crate) fn fixed_sides(&self) -> [bool; 6] {
        self.sides.map(|side| matches!(side, Side::Fixed(_)))
    }

    pub(crate) fn check(&self, field: usize) -> Result<(), FieldError> {
        let numbers = [
            ("diffusion coefficient", self.diffusion_um2_per_min),
            ("decay rate", self.decay_per_min),
            ("start value", self.start),
        ];
        let sides = self.sides.iter().filter_map(|side| match side {
            Side::Closed => None,
            Side::Fixed(value) => Some(("value at a side", *value)),
        });
        match numbers.into_iter().chain(sides).find(|(_, value)| !(value.is_finite() && *value >= 0.0)) {
            Some((what, value)) => Err(FieldError::Law { field, what, value }),
            None => Ok(()),
        }
    }
}

impl Stepping {
    pub(crate) fn check(&self) -> Result<(), FieldError> {
        let fixed = self.fixed_step_min.map(|step| ("fixed sub-step", step));
        let numbers = [("tolerance", self.tolerance), ("steady tolerance", self.steady_tolerance)];
        match numbers.into_iter().chain(fixed).find(|(_, value)| !(value.is_finite() && *value > 0.0)) {
            Some((what, value)) => Err(FieldError::Stepping { what, value }),
            None => Ok(()),
        }
    }
}
