//! Measured vesicle cargo as values: quality, contrasts, consensus.
//!
//! Knows no file formats, no targets and no space.

pub mod profile;
mod table;

pub use profile::{Abundance, Profile};
pub use table::{CargoTable, Reading, SampleRow, SampleSheet, ValueKind};
