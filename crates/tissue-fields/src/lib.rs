//! Concentrations on a grid: diffusion, decay, sides, obstacles, sources and sinks.
//!
//! ∂ρ/∂t = D ∇²ρ − λ ρ + S − U ρ, one equation per field; S and U are rates that others add per voxel and that
//! stay frozen over a span. Knows no cells, no vesicles and no files. All state is f64; results have the same bits
//! for any number of threads and on any x86-64 CPU.
//!
//! A span is taken at once and to a tolerance (`exponential`), or in split sub-steps of a length set by hand (`fixed`, `lod`),
//! or the field goes to the state that its rates lead to (`steady`); without diffusion each voxel has its closed form
//! (`immobile`).

mod budget;
mod column;
mod elliptic;
mod error;
mod exponential;
mod field;
mod fields;
mod fixed;
mod gradient;
mod immobile;
mod isa;
mod law;
mod lod;
mod rates;
mod reaction;
mod reduce;
mod state;
mod steady;
mod team;
mod vector;

pub use budget::{Budget, Cause, FieldWork, Unhealthy};
pub use error::FieldError;
pub use fields::Fields;
pub use law::{FieldLaw, Side, Solve, Stepping};
