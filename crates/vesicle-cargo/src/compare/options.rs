//! What a comparison may be asked for, and why it may fail.

use crate::censored::CensoredOptions;
use crate::counts::QuasiOptions;
use crate::denominators::{Denominator, DenominatorError};
use crate::design::{DesignError, DesignOptions};
use crate::power::PowerGoal;

/// How counts are tested.
#[derive(Clone, Debug, PartialEq)]
pub enum CountMethod {
    /// Negative binomial quasi-likelihood; small and fractional counts are what it is for.
    QuasiLikelihood(QuasiOptions),
    /// voom: log counts with a precision weight each, and a moderated t.
    Voom(VoomForm),
}

/// Which voom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VoomForm {
    /// With a prior that few features and small counts carry, and quality weights of samples from 100 features.
    #[default]
    SmallSamples,
    /// As limma, on all features.
    Limma {
        /// Whether samples get quality weights.
        quality: bool,
    },
}

/// A choice that may be left to the amount of data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// On where the testable features' pooled residual degrees of freedom carry it.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// Pooled residual degrees of freedom from which the prior variance may follow a trend, and from which it may be
/// fitted robustly. With less the prior is overfitted and the false discovery rate rises: at 3 v 3 and 40 features
/// 4 % without either, 6 % with a trend, 10 % with both (`examples/calibration.rs`).
const ENOUGH_FOR_TREND: f64 = 200.0;
const ENOUGH_FOR_ROBUST: f64 = 400.0;

impl Switch {
    fn resolve(self, pooled_df: f64, enough: f64) -> bool {
        match self {
            Self::Auto => pooled_df >= enough,
            Self::On => true,
            Self::Off => false,
        }
    }
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
    /// Whether the prior variance follows the mean (Ct, intensities, blocked counts; limma's voom where it is on).
    pub trend: Switch,
    /// Whether outlying variances are kept from the prior (likewise).
    pub robust: Switch,
    /// Fewest detects in each group for a test of level; for a slope twice this in all.
    pub least_detects: usize,
    /// What the minimal detectable change is computed for.
    pub goal: PowerGoal,
}

impl CompareOptions {
    /// Trend and robustness for this many pooled residual degrees of freedom.
    pub(super) fn prior_form(&self, pooled_df: f64) -> CensoredOptions {
        CensoredOptions {
            trend: self.trend.resolve(pooled_df, ENOUGH_FOR_TREND),
            robust: self.robust.resolve(pooled_df, ENOUGH_FOR_ROBUST),
        }
    }

    /// Trend and robustness where limma's own defaults hold: neither, unless asked for.
    pub(super) fn limma_form(&self) -> CensoredOptions {
        CensoredOptions { trend: self.trend == Switch::On, robust: self.robust == Switch::On }
    }
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            design: DesignOptions::default(),
            denominator: Denominator::StableMean,
            beside: vec![Denominator::GlobalMean, Denominator::AsMeasured],
            counts: CountMethod::QuasiLikelihood(QuasiOptions::default()),
            trend: Switch::Auto,
            robust: Switch::Auto,
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
    #[error("nothing is detected in {}", if *all { "any sample".to_owned() } else { samples.join(", ") })]
    EmptySamples {
        /// Their names.
        samples: Vec<String>,
        /// Whether there are no others.
        all: bool,
    },
    /// A count is negative, not finite or above 2^53.
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
