//! miRNA names across miRBase releases 6 to 22, for man and mouse, by accession, sequence and name.

mod orthologue;
mod resolve;
mod spelling;
mod table;

pub use orthologue::{Match, common_sequence, counterpart};
pub use resolve::{How, ResolvedNames, Unresolved};
pub use table::{Mature, Named, Release, Species, mirbase};
