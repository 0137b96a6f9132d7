//! The moderated t test.

use rayon::prelude::*;
use vesicle_base::math::exp;

use super::{PriorOptions, VariancePrior};
use crate::linear::FeatureFit;
use crate::special::{TailProbability, ln_student_two_sided, student_two_sided};

/// Tails that one thread works out in one go.
const TAILS_AT_ONCE: usize = 512;

/// The moderated test of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModeratedTest {
    /// Estimated contrast, in the units of the values.
    pub estimate: f64,
    /// Standard error after moderation.
    pub se: f64,
    /// Moderated t.
    pub t: f64,
    /// Degrees of freedom of t, prior and residual together, at most those of all features pooled.
    pub df: f64,
    /// Natural logarithm of the two-sided p value.
    pub ln_p: f64,
    /// Two-sided p value.
    pub p: f64,
}

impl ModeratedTest {
    /// What a feature without a test has.
    pub const NONE: Self =
        Self { estimate: f64::NAN, se: f64::NAN, t: f64::NAN, df: f64::NAN, ln_p: f64::NAN, p: f64::NAN };
}

/// Moderated t of every feature, with the prior that was fitted (Smyth 2004, sections 3 and 6).
pub fn moderated_test(fits: &[FeatureFit], options: PriorOptions<'_>) -> (Vec<ModeratedTest>, VariancePrior) {
    let variances: Vec<f64> = fits.iter().map(|f| f.variance).collect();
    let df: Vec<f64> = fits.iter().map(|f| f.df_residual).collect();
    let prior = VariancePrior::fit(&variances, &df, options);
    (moderated_with(&prior, fits), prior)
}

/// Moderated t of every feature under a given prior.
pub(crate) fn moderated_with(prior: &VariancePrior, fits: &[FeatureFit]) -> Vec<ModeratedTest> {
    let pooled: f64 = fits.iter().map(|f| f.df_residual).sum();
    let (mut se, mut t, mut df) =
        (Vec::with_capacity(fits.len()), Vec::with_capacity(fits.len()), Vec::with_capacity(fits.len()));
    for (i, fit) in fits.iter().enumerate() {
        let variance = prior.posterior_variance(i, fit.variance, fit.df_residual);
        se.push(fit.unscaled_sd * variance.sqrt());
        t.push(fit.estimate / se[i]);
        df.push((fit.df_residual + prior.df.at(i)).min(pooled));
    }
    let tails: Vec<TailProbability> = t
        .par_chunks(TAILS_AT_ONCE)
        .zip(df.par_chunks(TAILS_AT_ONCE))
        .flat_map_iter(|(t, df)| student_two_sided(t, df))
        .collect();
    let test = |(i, tail): (usize, TailProbability)| ModeratedTest {
        estimate: fits[i].estimate,
        se: se[i],
        t: t[i],
        df: df[i],
        ln_p: tail.ln_p,
        p: tail.p,
    };
    tails.into_iter().enumerate().map(test).collect()
}

/// The test of one estimate against 0.
pub(crate) fn student(estimate: f64, se: f64, df: f64) -> ModeratedTest {
    let t = estimate / se;
    let ln_p = ln_student_two_sided(t, df);
    ModeratedTest { estimate, se, t, df, ln_p, p: exp(ln_p) }
}
