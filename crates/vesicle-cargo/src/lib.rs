//! Measured vesicle cargo as values: quality, contrasts, consensus.
//!
//! Knows no file formats, no targets and no space.

pub mod censored;
pub mod compare;
pub mod components;
pub mod consensus;
pub mod counts;
pub mod denominators;
pub mod design;
pub mod detection;
pub mod linear;
pub mod moderated;
pub mod motif;
mod multiplicity;
pub mod power;
pub mod profile;
pub mod quality;
mod smooth;
mod special;
mod table;

pub use multiplicity::false_discovery_rates;
pub use profile::{Abundance, Profile};
pub use table::{CargoTable, Reading, SampleRow, SampleSheet, ValueKind};
