//! From a protocol to copies in the cytosol: the dose ledger with its inverse, isolation, and what a report of it must
//! say.
//!
//! Knows no tissue, no target and no format. Every number is a quantity with its unit, its prior and its source.

pub mod copies;
pub mod isolation;
pub mod ledger;
pub mod published;
mod purpose;
pub mod sheet;
pub mod spread;

pub use ledger::{Level, Request, Verdict, judge};
pub use spread::Spread;
