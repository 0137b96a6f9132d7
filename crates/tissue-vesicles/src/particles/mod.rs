//! Single vesicles in free space: the other way to carry the free pool, where every vesicle is one.
//!
//! The caller hands over a box and spheres; who captured how many comes back as integers.
#![allow(clippy::inline_always)] // one body must be compiled anew for each instruction set
#![allow(clippy::needless_range_loop)] // lanes are walked by their number, several arrays at once

mod chunk;
pub mod dispatch;
pub mod lanes;
pub mod motion;
pub mod near;
pub mod surface;
mod swarm;
pub mod walls;

pub use dispatch::Instructions;
pub use motion::Motion;
pub use near::Sphere;
pub use swarm::{Swarm, SwarmFlows, SwarmLaw, SwarmState};
pub use walls::Walls;

/// Free vesicles up to which single particles are the cheaper and the more exact way, unless the mode is forced.
///
/// Assumed: about the number that one core moves through a 6 min tick of 100 steps in 1.5 s.
pub const FEW: f64 = 1e6;

/// Whether this many free vesicles are carried one by one.
pub fn are_few(expected_vesicles: f64) -> bool {
    expected_vesicles <= FEW
}
