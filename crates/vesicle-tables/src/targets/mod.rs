//! Tables of miRNA targets.

pub(crate) mod mirtarbase;
pub(crate) mod targetscan;

use vesicle_base::Problem;

use crate::detect::{detect, unknown, wrong};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::notes::Notes;

/// What a row of a target table speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regulator {
    /// One miRNA, by name.
    Mirna(String),
    /// Every miRNA with this seed: bases 2 to 8, RNA letters.
    Seed(String),
    /// A named family of miRNAs.
    Family(String),
}

/// How well a target is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Reporter assay, western blot or quantitative PCR.
    Strong,
    /// Sequencing of bound RNA, arrays and the like.
    Weak,
    /// Predicted from sequence.
    Predicted,
    /// The source mixes kinds of evidence.
    Unknown,
}

/// One regulator on one gene.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The miRNA, seed or family.
    pub regulator: Regulator,
    /// Gene symbol as given.
    pub gene: String,
    /// Species as given: a taxon number or a name; empty when the table does not say.
    pub species: String,
    /// Support.
    pub support: Support,
    /// Cumulative weighted context++ score; more negative is stronger.
    pub score: Option<f64>,
    /// Number of sites.
    pub sites: Option<u32>,
    /// PubMed number of the evidence, where given.
    pub pmid: Option<u32>,
}

/// A table of targets.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetTable {
    /// The format and why it was chosen.
    pub detected: Detected,
    /// In the order of the file.
    pub rows: Vec<Target>,
    /// What was decided on the way.
    pub notes: Notes,
}

/// Reads a TargetScan or miRTarBase table.
///
/// # Errors
/// Every problem of the file with its place.
pub fn read_targets(document: &Document) -> Result<TargetTable, Vec<Problem>> {
    let detected = detect(document).ok_or_else(|| unknown(document))?;
    match detected.format {
        Format::TargetScan => targetscan::read(document, detected),
        Format::MirTarBase => mirtarbase::read(document, detected),
        _ => Err(wrong(document, &detected, "table of targets")),
    }
}
