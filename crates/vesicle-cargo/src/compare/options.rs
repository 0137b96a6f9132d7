//! What a comparison may be asked for, and why it may fail.

use crate::counts::QuasiOptions;
use crate::denominators::{Denominator, DenominatorError};
use crate::design::{DesignError, DesignOptions};
use crate::power::PowerGoal;

/// How counts are tested.
#[derive(Clone, Debug, PartialEq)]
pub enum CountMethod {
    /// Negative binomial quasi-likelihood; small and fractional counts are what it is for.
    QuasiLikelihood(QuasiOptions),
    /// voom, with quality weights of samples where asked for.
    Voom {
        /// Whether samples get quality weights.
        quality: bool,
    },
}

/// Options of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareOptions {
    /// Model, tested term, overrides.
    pub design: DesignOptions,
    /// What amounts are relative to in the reported test.
    pub denominator: Denominator,
    /// Further denominators whose estimates stand beside it. One that cannot be formed is left out with a warning.
    pub beside: Vec<Denominator>,
    /// How counts are tested.
    pub counts: CountMethod,
    /// Whether the prior variance follows the mean (Ct and intensities, voom).
    pub trend: bool,
    /// Whether outlying variances are kept from the prior (Ct and intensities, voom).
    pub robust: bool,
    /// Fewest detects in each group for a test of level; for a slope twice this in all.
    pub least_detects: usize,
    /// What the minimal detectable change is computed for.
    pub goal: PowerGoal,
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            design: DesignOptions::default(),
            denominator: Denominator::TrimmedMean,
            beside: vec![Denominator::GlobalMean, Denominator::AsMeasured],
            counts: CountMethod::QuasiLikelihood(QuasiOptions::default()),
            trend: true,
            robust: true,
            least_detects: 2,
            goal: PowerGoal::default(),
        }
    }
}

/// Why a comparison cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// Formula, sheet or design.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// The reported denominator.
    #[error("denominator: {0}")]
    Denominator(#[from] DenominatorError),
    /// The table has no features or no samples.
    #[error("the table is empty")]
    EmptyTable,
    /// Samples without a single detected feature.
    #[error("nothing is detected in {}", samples.join(", "))]
    EmptySamples {
        /// Their names.
        samples: Vec<String>,
    },
    /// A count is negative or not finite.
    #[error("`{feature}` has a count of {value} in `{sample}`")]
    BadCount {
        /// The feature.
        feature: String,
        /// The sample.
        sample: String,
        /// What stands there.
        value: f64,
    },
}
