//! How cells move: pushing and pulling by contact, walking, springs, walls. Knows no cycle, no field and no rule.
//!
//! Cells are overdamped: force is velocity, dx/dt = Σ pair terms + walk + springs + walls (µm/min). [`advance`]
//! carries the positions over one tick in as few sub-steps as the tolerance allows; [`sense`] reads pressure and
//! contacts from the same neighbour lists.
//!
//! The result is a function of the bodies, the laws, the span and the run seed only. Every sum over neighbours is
//! rounded term by term to a fixed grid ([`mod@grain`]), so that the order of neighbours, rows, bins and threads
//! cannot show; lists are supersets, and membership is decided anew by the exact distance.

mod adaptive;
mod bins;
mod bodies;
mod chebyshev;
mod contact;
mod couples;
mod evaluate;
mod fixed;
mod grain;
mod lists;
mod of_cells;
mod purpose;
mod scratch;
mod sense;
mod simd;
mod sorted;
mod springs;
mod walk;
mod walls;

pub use bodies::{Bodies, MotionLaws, MotionWork, PairLaw, Steps, Walls};
pub(crate) use of_cells::Kept;
pub use of_cells::MotionPlan;
pub use scratch::Scratch;
pub use sense::{Felt, PRESSURE_UNIT, sense};
pub use springs::{Joint, Springs};

use vesicle_base::{Quiet, Rng, Span};

vesicle_base::columns! {
    /// Own motion and velocity of cells.
    pub struct Walks,
    /// One row of [`Walks`].
    row Walk {
        /// Direction of own motion, a unit vector or 0 before the first draw.
        pub direction_x: Quiet,
        /// As above, y.
        pub direction_y: Quiet,
        /// As above, z.
        pub direction_z: Quiet,
        /// Velocity of the last sub-step, µm/min.
        pub velocity_x_um_per_min: Quiet,
        /// As above, y.
        pub velocity_y_um_per_min: Quiet,
        /// As above, z.
        pub velocity_z_um_per_min: Quiet,
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

/// Where each cell would go if its own motion were all bias, a unit vector (or 0) a row; and who is joined.
#[derive(Clone, Copy, Debug)]
pub enum Heading<'a> {
    /// Nobody has a heading.
    None,
    /// One a row.
    Rows(&'a [[f64; 3]]),
    /// One a row, and springs that others put between cells for the tick.
    Joined {
        /// Headings.
        heading: &'a [[f64; 3]],
        /// Springs.
        joints: &'a [Joint],
    },
}

/// Moves all cells over one tick and returns the work done.
///
/// Positions, walking directions, velocities and springs of `bodies` change; nothing else does. Memory in
/// `scratch` grows with the number of cells and is reused. Positions that are not finite stay so: health is the
/// caller's to read.
pub fn advance(
    bodies: &mut Bodies<'_>,
    laws: &MotionLaws,
    span: &Span,
    rng: &Rng,
    scratch: &mut Scratch,
) -> MotionWork {
    bodies.assert_shapes(laws);
    if bodies.id.is_empty() || span.length_min <= 0.0 {
        return MotionWork::default();
    }
    match laws.steps {
        Steps::Adaptive { .. } => adaptive::advance(bodies, laws, span, rng, scratch),
        Steps::Fixed { .. } => fixed::advance(bodies, laws, span, rng, scratch),
    }
}
