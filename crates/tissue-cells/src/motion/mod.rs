//! How cells move.

pub(crate) mod simple;

use vesicle_base::{Rng, Span};

use crate::cells::Cells;

vesicle_base::columns! {
    /// Own motion and velocity of cells.
    pub struct Walks,
    /// One row of [`Walks`].
    row Walk {
        /// Direction of own motion, a unit vector or 0 before the first draw.
        pub direction_x: f64,
        /// As above, y.
        pub direction_y: f64,
        /// As above, z.
        pub direction_z: f64,
        /// Velocity of the last sub-step, µm/min.
        pub velocity_x_um_per_min: f64,
        /// As above, y.
        pub velocity_y_um_per_min: f64,
        /// As above, z.
        pub velocity_z_um_per_min: f64,
    }
}

impl Walk {
    /// A cell that has not moved yet.
    pub fn at_rest() -> Self {
        Self {
            direction_x: 0.0,
            direction_y: 0.0,
            direction_z: 0.0,
            velocity_x_um_per_min: 0.0,
            velocity_y_um_per_min: 0.0,
            velocity_z_um_per_min: 0.0,
        }
    }
}

/// Where each cell would go if its own motion were all bias: one unit vector (or 0) a row.
#[derive(Clone, Copy, Debug)]
pub enum Heading<'a> {
    /// Nobody has a heading.
    None,
    /// One a row.
    Rows(&'a [[f64; 3]]),
}

impl Cells {
    /// Moves all cells over one tick; sub-steps inside. `heading` is where bias pulls.
    pub fn move_by(&mut self, span: &Span, rng: &Rng, heading: Heading<'_>) {
        simple::advance(self, span, *rng, heading);
    }
}
