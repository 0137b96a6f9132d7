//! Names and tables compiled into the response: which delivered miRNA represses which program of which cell.
//!
//! Knows no cells in space, no files and no arms: tables come as values, receivers as species and levels.

pub mod agreement;
mod compile;
pub mod effect;
pub mod enrich;
pub mod infer;
pub mod links;
pub mod mix;
mod permute;
pub mod shuffled_seeds;
pub mod sites;
mod tables;

pub use compile::{Compiled, Reach, Receiver, Request, Via, compile};
pub use permute::permuted;
pub use tables::{MirnaPair, Orthologue, OwnLevel, ProgramRow, Tables, TargetRow};
