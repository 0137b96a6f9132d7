//! One measured table, features by samples, in which "not detected" is never a number.

/// What the numbers of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Quantification cycle of a PCR; a high value is a low amount.
    Ct,
    /// Sequencing reads; may be fractional when reads are shared between loci.
    Count,
    /// A linear intensity (array, mass spectrometry) or particle number.
    Intensity,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// Measured, in the table's own scale.
    Value(f64),
    /// Assayed but below the limit of detection; the limit in the table's own scale where it is known.
    NotDetected {
        /// Highest Ct that the instrument ran, or lowest intensity it reports.
        limit: Option<f64>,
    },
    /// Not assayed, or thrown out by the instrument.
    Missing,
}

/// Features by samples, row-major: the reading of feature `f` in sample `s` is `readings[f * n_samples + s]`.
#[derive(Clone, Debug, PartialEq)]
pub struct CargoTable {
    /// What the numbers are.
    pub kind: ValueKind,
    /// Feature names as given by the source.
    pub features: Vec<String>,
    /// Sample names as given by the source.
    pub samples: Vec<String>,
    /// Row-major readings, `features.len() * samples.len()` of them.
    pub readings: Vec<Reading>,
}

impl CargoTable {
    /// The readings of one feature over all samples.
    pub fn row(&self, feature: usize) -> &[Reading] {
        let n = self.samples.len();
        &self.readings[feature * n..(feature + 1) * n]
    }
}

/// One line of a sample sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRow {
    /// Name that matches a column of the table.
    pub sample: String,
    /// Biological unit: several samples of one donor are technical replicates, not n.
    pub donor: String,
    /// Every other column by name (group, age, batch, particles_per_ml, …), as written; empty means not given.
    pub covariates: Vec<(String, String)>,
}

/// The sample sheet of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleSheet {
    /// One row a sample, in the order of the file.
    pub rows: Vec<SampleRow>,
}
