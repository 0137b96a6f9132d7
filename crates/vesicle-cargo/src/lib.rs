//! Measured vesicle cargo as values: quality, contrasts, consensus.
//!
//! Knows no file formats, no targets and no space.

mod table;

pub use table::{CargoTable, Reading, SampleRow, SampleSheet, ValueKind};
