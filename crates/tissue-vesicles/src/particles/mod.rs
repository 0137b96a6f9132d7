//! Single vesicles in free space: the other way to carry the free pool, where every vesicle is one.
//!
//! [`FreeVesicles`] carries one population from release to capture: the caller hands over a box and, every tick, the
//! cells; who captured how many comes back as integers. [`Swarm`] is the engine below it: one size, spheres, no release.
//! Nothing depends on the number of threads, the order of the cells or that of the releases.
//!
//! ```
//! use tissue_vesicles::particles::{Captor, FreeVesicles, Origin, Place, Release, Transport, Walls};
//! use tissue_vesicles::{FateLaw, PopulationLaw, SizeBin};
//! use vesicle_base::{Rng, Span};
//!
//! let population = PopulationLaw {
//!     bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
//!     cargo: vec![],
//!     capture: vec![],
//!     fate: FateLaw {
//!         internalise_per_min: 0.1, escape_fraction: 0.2, escape_per_min: 0.05, rerelease_fraction: 0.0,
//!     },
//!     label_half_life_min: f64::INFINITY,
//! };
//! let (walls, rng) = (Walls::closed([0.0; 3], [100.0; 3]), Rng::new(1));
//! let mut free = FreeVesicles::new(&population, Transport::brownian(240.0), walls, 0)?;
//! let cell = Captor {
//!     id: 7, centre_um: [50.0; 3], radius_um: 8.0,
//!     clearance_um3_per_min: 800.0, bound: 0, capacity: 1e4,
//! };
//! for tick in 0..3 {
//!     let span = Span::of_tick(tick, 6.0);
//!     free.release(Release {
//!         source: cell.id, origin: Origin::Released, count: 50,
//!         place: Place::Around { centre_um: cell.centre_um, radius_um: cell.radius_um },
//!         between_min: [span.start_min, span.end_min()], held_share: 0.0,
//!     });
//!     let captured = free.advance(&[cell], &span, &rng)[0]; // hand to `Vesicles::capture_counted`
//!     assert_eq!(u128::from(captured), free.flows().captured);
//! }
//! assert!(free.closes(), "released = free + captured + cleared + left");
//! let bytes = free.to_bytes();
//! let mut again = FreeVesicles::new(&population, Transport::brownian(240.0), walls, 0)?;
//! again.restore(&bytes)?;
//! assert_eq!(again.to_bytes(), bytes);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![allow(clippy::inline_always)] // one body must be compiled anew for each instruction set
#![allow(clippy::needless_range_loop)] // lanes are walked by their number, several arrays at once

mod checkpoint;
mod chunk;
pub mod dispatch;
mod exposed;
mod free;
pub mod lanes;
mod meetings;
pub mod motion;
pub mod near;
mod release;
mod state;
pub mod surface;
mod swarm;
pub mod walls;

pub use checkpoint::CheckpointError;
pub use dispatch::Instructions;
pub use free::{Captor, FreeFault, FreeVesicles, MOST, Transport};
pub use motion::{Hold, Motion};
pub use near::Sphere;
pub use release::{Origin, Place, Release};
pub use state::{SwarmFlows, SwarmState};
pub use swarm::{Swarm, SwarmLaw};
pub use walls::Walls;

/// Free vesicles up to which they are carried one by one, unless the mode is forced.
///
/// Assumed. Concentrations give every capture the right mean and a Poisson spread, and what is then unsettled is about
/// the square root of the number: 3 % of a thousand, and less of more. A thousand also cost no more than their fields.
pub const FEW: f64 = 1e3;

/// Whether this many free vesicles are carried one by one.
pub fn are_few(expected_vesicles: f64) -> bool {
    expected_vesicles <= FEW
}

/// How the free vesicles of a population are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One by one when they are few, else as a field.
    #[default]
    ByNumber,
    /// As a field, however few.
    Field,
    /// One by one, however many; [`MOST`] is the end of it.
    Singly,
}

impl Mode {
    /// Whether vesicles of which so many are expected at once are carried one by one.
    pub fn is_singly(self, expected_vesicles: f64) -> bool {
        match self {
            Self::ByNumber => are_few(expected_vesicles),
            Self::Field => false,
            Self::Singly => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_goes_by_number_unless_forced() {
        assert!(
            Mode::default().is_singly(1.0)
                && Mode::default().is_singly(FEW)
                && !Mode::ByNumber.is_singly(1e7)
        );
        assert!(!Mode::Field.is_singly(1.0) && Mode::Singly.is_singly(1e12));
        assert!(!Mode::ByNumber.is_singly(f64::NAN));
    }
}
