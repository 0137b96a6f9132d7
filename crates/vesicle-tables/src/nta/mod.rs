//! Particle sizes and numbers by tracking: NanoSight and ZetaView exports, percentiles, blanks, dilution.

mod blank;
mod interval;
pub(crate) mod nanosight;
mod summary;
pub(crate) mod zetaview;

pub use blank::subtract_blank;
pub use interval::Interval;
pub use summary::{SizeSummary, summarise};

use vesicle_base::Problem;

use crate::detect::{detect, unknown, wrong};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::notes::Notes;

/// By how much the sample was diluted before it was measured, and what the concentrations refer to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dilution {
    /// Concentrations are already those of the undiluted sample.
    Applied(f64),
    /// Concentrations are those of the diluted sample.
    NotApplied(f64),
    /// The file does not say; concentrations are taken as those of the measured liquid.
    NotRecorded,
}

/// One capture (video) of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// Name of the video.
    pub name: String,
    /// Particles per mL in each size bin.
    pub per_ml: Vec<f64>,
    /// Particles per mL over all bins, as the instrument reports it, else the sum of the bins.
    pub total_per_ml: f64,
    /// Particles traced; with it, the counting error is known.
    pub traces: Option<f64>,
    /// Whether anything was measured: an empty capture is no measurement of zero.
    pub usable: bool,
    /// What the instrument warned of.
    pub warnings: Vec<String>,
}

/// One measurement of sizes, of one or more captures.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeMeasurement {
    /// The format and why it was chosen.
    pub detected: Detected,
    /// Sample as the file names it.
    pub sample: String,
    /// Centre of each size bin, nm, ascending.
    pub bin_centre_nm: Vec<f64>,
    /// Captures.
    pub captures: Vec<Capture>,
    /// Dilution.
    pub dilution: Dilution,
    /// Warnings of the instrument about the measurement as a whole.
    pub warnings: Vec<String>,
    /// What was decided on the way.
    pub notes: Notes,
}

impl SizeMeasurement {
    /// What turns a concentration of the file into one of the undiluted sample.
    pub fn to_undiluted(&self) -> Option<f64> {
        match self.dilution {
            Dilution::Applied(_) => Some(1.0),
            Dilution::NotApplied(factor) => Some(factor),
            Dilution::NotRecorded => None,
        }
    }

    /// What turns a concentration of the file into one of the liquid that was measured.
    pub fn to_measured(&self) -> f64 {
        match self.dilution {
            Dilution::Applied(factor) => 1.0 / factor,
            Dilution::NotApplied(_) | Dilution::NotRecorded => 1.0,
        }
    }

    /// The captures that measured something.
    pub fn usable(&self) -> impl Iterator<Item = &Capture> {
        self.captures.iter().filter(|capture| capture.usable)
    }
}

/// Reads a NanoSight or ZetaView export.
///
/// # Errors
/// Every problem of the file with its place.
pub fn read_sizes(document: &Document) -> Result<SizeMeasurement, Vec<Problem>> {
    let detected = detect(document).ok_or_else(|| unknown(document))?;
    match detected.format {
        Format::NanoSight => nanosight::read(document, detected),
        Format::ZetaView => zetaview::read(document, detected),
        _ => Err(wrong(document, &detected, "measurement of particle sizes")),
    }
}

/// Whether bin centres ascend and are positive, as every use of them needs.
fn ascending(centres: &[f64]) -> bool {
    centres.first().is_some_and(|&first| first > 0.0) && centres.windows(2).all(|two| two[0] < two[1])
}
