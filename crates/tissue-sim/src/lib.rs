//! The tissue: rooms, their one corridor, the step, the ledger, the well-mixed twin.
//!
//! Knows no files, no arms, no statistics and no names: a [`Setup`] is numbers, and a run is a pure function of it
//! and a seed.

mod bed;
mod build;
mod exchange;
mod footprint;
mod free;
mod lattice;
mod ledger;
mod nested;
mod place;
mod plan;
mod record;
mod run;
pub mod setup;
pub mod start;
mod step;
mod tissue;
pub mod twin;
pub mod validate;
mod way;

pub use build::{BuildError, build};
pub use free::{Dissolved, Free, steps_per_min as vesicle_steps_per_min};
pub use lattice::resolved_per_um;
pub use ledger::{ACCOUNTS, Ledger, Row as LedgerRow};
pub use nested::Nested;
pub use plan::Plan;
pub use record::{CellFrame, Frame, Record, VesselFrame};
pub use run::{BITS, Checkpoint, Progress, Simulation, simulate};
pub use setup::Setup;
pub use step::{Work, step};
pub use tissue::Tissue;
