//! Empirical Bayes moderation of residual variances and the tests that use it (Smyth 2004; Phipson et al. 2016).

mod f_prior;
mod robust;
mod test;
mod unequal;

pub use f_prior::{PerFeature, VariancePrior};
pub(crate) use robust::trimmed_mean;
pub use test::{ModeratedTest, moderated_test};
pub(crate) use test::{moderated_with, student};
pub use unequal::{PriorDf, UnequalVariances};

/// How the variance prior is fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PriorOptions<'a> {
    /// Covariate of the prior variance, one entry a feature (mean expression); `None` for one prior variance.
    pub trend: Option<&'a [f64]>,
    /// Whether outlying variances are kept from the prior and given fewer prior degrees of freedom.
    pub robust: bool,
}

impl VariancePrior {
    /// Fits the prior to residual variances and their degrees of freedom, one entry a feature.
    ///
    /// Features without residual degrees of freedom or with a variance that is not finite take no part.
    /// With fewer than three usable features the prior has no weight.
    pub fn fit(variances: &[f64], df_residual: &[f64], options: PriorOptions<'_>) -> Self {
        let usable: Vec<usize> = (0..variances.len())
            .filter(|&i| df_residual[i] > 1e-6 && df_residual[i].is_finite() && variances[i].is_finite())
            .filter(|&i| options.trend.is_none_or(|t| t[i].is_finite()))
            .collect();
        if usable.len() < 3 {
            return Self { scale: PerFeature::Shared(1.0), df: PerFeature::Shared(0.0) };
        }
        let pick = |v: &[f64]| -> Vec<f64> { usable.iter().map(|&i| v[i]).collect() };
        let (x, df1, trend) = (pick(variances), pick(df_residual), options.trend.map(pick));
        let fitted = if options.robust {
            robust::fit_robustly(&x, &df1, trend.as_deref())
        } else {
            f_prior::fit_moments(&x, &df1, trend.as_deref(), options.trend)
        };
        fitted.spread(&usable, variances.len(), options.trend)
    }
}
