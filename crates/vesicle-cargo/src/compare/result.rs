//! What a comparison gives.

use crate::censored::Seen;
use crate::design::Design;

/// How a feature was tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Left-censored Gaussian regression with moderated variance.
    CensoredModerated,
    /// Moderated t on values whitened by block.
    BlockModerated,
    /// Negative binomial quasi-likelihood.
    QuasiLikelihood,
    /// voom with moderated t.
    Voom,
}

impl Method {
    /// The word for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::CensoredModerated => "censored-moderated",
            Self::BlockModerated => "block-moderated",
            Self::QuasiLikelihood => "nb-quasi-likelihood",
            Self::Voom => "voom",
        }
    }
}

/// Whether the level of a feature could be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Testable {
    /// Yes.
    Yes,
    /// Too few detects in a group at this n.
    TooFewDetects,
    /// The observed samples do not determine the model (or, with blocks, a value is not detected).
    NotEstimable,
}

/// One feature of a comparison. Numbers that do not exist are NaN, never 0.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRow {
    /// Name as in the table.
    pub feature: String,
    /// log2 fold change (per unit of a numeric term); positive is more in the compared level.
    pub log2_fc: f64,
    /// Its standard error.
    pub se: f64,
    /// Moderated t, or signed root of the quasi-likelihood F.
    pub t: f64,
    /// Degrees of freedom of t.
    pub df: f64,
    /// Two-sided p of the level.
    pub p: f64,
    /// Natural logarithm of `p`.
    pub ln_p: f64,
    /// False discovery rate over the features whose level was tested.
    pub fdr: f64,
    /// Units with the feature detected, and assayed, on the reference side.
    pub reference: (usize, usize),
    /// The same on the compared side. For a slope both sides hold all units.
    pub other: (usize, usize),
    /// p of a difference in detection rate.
    pub detection_p: f64,
    /// p of a difference in level or detection.
    pub combined_p: f64,
    /// False discovery rate of `combined_p` over all features that have one.
    pub combined_fdr: f64,
    /// How the level was tested.
    pub method: Method,
    /// Whether it could be.
    pub testable: Testable,
    /// Smallest |log2 fold change| this feature would have shown with the asked power.
    pub minimal_detectable: f64,
    /// Mean log2 amount (log2 counts per million for counts).
    pub mean: f64,
    /// log2 fold change under each denominator, the reported one first.
    pub by_denominator: Vec<f64>,
    /// Whether these disagree in sign.
    pub sign_changes: bool,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// One row a feature, in the order of the table.
    pub rows: Vec<FeatureRow>,
    /// The design behind them.
    pub design: Design,
    /// Unit names, in the order of the design's rows.
    pub units: Vec<String>,
    /// Normalised log2 amounts, features by units, for pictures; counts as log2 counts per million.
    pub amounts: Vec<Seen>,
    /// Names of the denominators, the reported one first.
    pub denominators: Vec<String>,
    /// Median of the features' minimal detectable change; NaN when nothing was testable.
    pub median_minimal_detectable: f64,
    /// Donors needed in each group to find |log2 fold change| = 1 in the feature of median spread.
    pub donors_for_one: Option<usize>,
    /// Every choice made, name and value, in a fixed order.
    pub manifest: Vec<(String, String)>,
    /// What a reader should know before believing a row.
    pub warnings: Vec<String>,
}
