//! The scaled F distribution of residual variances: `s² ~ s0² F(df, df0)`, its `s0²` and `df0` by moments of log s².
//!
//! Smyth (2004) Stat Appl Genet Mol Biol 3:3, section 6.2; the trend is a natural spline in the covariate.
//! Tested against limma by `tests/limma.rs`.

use libm::{exp, log};

use crate::linear::Qr;
use crate::smooth::natural_spline_basis;
use crate::special::{digamma, trigamma, trigamma_inverse};

/// One value for all features, or one for each.
#[derive(Clone, Debug, PartialEq)]
pub enum PerFeature {
    /// The same for every feature.
    Shared(f64),
    /// One entry a feature.
    Each(Vec<f64>),
}

impl PerFeature {
    /// The value of one feature.
    pub fn at(&self, feature: usize) -> f64 {
        match self {
            Self::Shared(v) => *v,
            Self::Each(v) => v[feature],
        }
    }

    /// Moves values of the usable features to their places; the others take the `fill` of the known ones.
    fn spread(self, usable: &[usize], n: usize, fill: impl Fn(&[f64]) -> f64) -> Self {
        match self {
            Self::Each(v) if usable.len() < n => {
                let mut all = vec![fill(&v); n];
                for (&i, &value) in usable.iter().zip(&v) {
                    all[i] = value;
                }
                Self::Each(all)
            }
            other => other,
        }
    }
}

/// The prior of a feature's residual variance: a scaled inverse chi-square.
#[derive(Clone, Debug, PartialEq)]
pub struct VariancePrior {
    /// Prior variance s0², in squared units of the values.
    pub scale: PerFeature,
    /// Prior degrees of freedom, 0 (no moderation) to infinite (one variance for all).
    pub df: PerFeature,
}

impl VariancePrior {
    /// The variance after moderation: the mean of own and prior variance, weighted by degrees of freedom.
    pub fn posterior_variance(&self, feature: usize, variance: f64, df_residual: f64) -> f64 {
        let (s0, d0) = (self.scale.at(feature), self.df.at(feature));
        if df_residual <= 0.0 || variance.is_nan() {
            return if d0 > 0.0 { s0 } else { f64::NAN };
        }
        if d0.is_infinite() { s0 } else { (df_residual * variance + d0 * s0) / (df_residual + d0) }
    }

    /// Moves a prior of the usable features to the indices of all.
    pub(super) fn spread(self, usable: &[usize], n: usize) -> Self {
        Self {
            scale: self
                .scale
                .spread(usable, n, |v| exp(v.iter().map(|&s| log(s)).sum::<f64>() / v.len() as f64)),
            df: self.df.spread(usable, n, |v| v.iter().copied().fold(0.0, f64::max)),
        }
    }
}

/// Middle of the values (mean of the two middle ones); the slice is not empty.
pub(crate) fn median(v: &[f64]) -> f64 {
    let mut s = v.to_vec();
    s.sort_by(f64::total_cmp);
    let h = s.len() / 2;
    if s.len().is_multiple_of(2) { 0.5 * (s[h - 1] + s[h]) } else { s[h] }
}

/// The moment fit. All slices have one entry a feature, at least three.
pub(super) fn fit_moments(variances: &[f64], df1: &[f64], trend: Option<&[f64]>) -> VariancePrior {
    let n = variances.len();
    // zero variances carry no logarithm: they are lifted to a hundred-thousandth of the median
    let middle = median(variances);
    let floor = if middle > 0.0 { 1e-5 * middle } else { 1e-5 };
    let e: Vec<f64> = variances
        .iter()
        .zip(df1)
        .map(|(&s, &d)| log(s.max(floor)) - digamma(0.5 * d) + log(0.5 * d))
        .collect();
    let sampling = df1.iter().map(|&d| trigamma(0.5 * d)).sum::<f64>() / n as f64;
    let spline_df = trend.map_or(1, |t| trend_parameters(t));
    match trend {
        Some(t) if spline_df >= 2 => {
            let (fitted, variance) = spline_fit(t, &e, spline_df);
            let (df, shift) = prior_df(variance - sampling);
            let scale = fitted.iter().map(|m| exp(m + shift)).collect();
            VariancePrior { scale: PerFeature::Each(scale), df: PerFeature::Shared(df) }
        }
        _ => {
            let mean = e.iter().sum::<f64>() / n as f64;
            let variance = e.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1) as f64;
            let (df, shift) = prior_df(variance - sampling);
            // with one variance for all, the pooled variance is its maximum-likelihood estimate
            let pooled = variances.iter().map(|s| s.max(floor)).sum::<f64>() / n as f64;
            let scale = if df.is_infinite() { pooled } else { exp(mean + shift) };
            VariancePrior { scale: PerFeature::Shared(scale), df: PerFeature::Shared(df) }
        }
    }
}

/// Prior degrees of freedom from the excess variance of log s², and what to add to its mean to get ln s0².
fn prior_df(excess: f64) -> (f64, f64) {
    if excess > 0.0 {
        let df = 2.0 * trigamma_inverse(excess);
        (df, digamma(0.5 * df) - log(0.5 * df))
    } else {
        (f64::INFINITY, 0.0)
    }
}

/// How many spline parameters this many points carry: 1 below 3, then 2, 3 from 6 and 4 from 30; never more than
/// there are distinct values.
fn trend_parameters(covariate: &[f64]) -> usize {
    let n = covariate.len();
    let wanted = 1 + usize::from(n >= 3) + usize::from(n >= 6) + usize::from(n >= 30);
    let mut distinct = covariate.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    wanted.min(distinct.len())
}

/// Least squares on a natural spline: fitted values and residual variance.
fn spline_fit(covariate: &[f64], e: &[f64], df: usize) -> (Vec<f64>, f64) {
    let qr = Qr::new(natural_spline_basis(covariate, df));
    let rank = qr.rank();
    let mut effects = e.to_vec();
    qr.apply_q_transposed(&mut effects);
    let n = e.len();
    let rss: f64 = effects[rank..].iter().map(|r| r * r).sum();
    effects[rank..].fill(0.0);
    qr.apply_q(&mut effects);
    (effects, rss / (n - rank) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_variances_give_an_infinite_prior() {
        let prior = fit_moments(&[2.0; 10], &[4.0; 10], None);
        assert_eq!(prior.df, PerFeature::Shared(f64::INFINITY));
        assert_eq!(prior.scale, PerFeature::Shared(2.0));
    }

    #[test]
    fn moderation_lies_between_own_and_prior() {
        let prior = VariancePrior { scale: PerFeature::Shared(1.0), df: PerFeature::Shared(4.0) };
        assert_eq!(prior.posterior_variance(0, 3.0, 4.0), 2.0);
        assert_eq!(prior.posterior_variance(0, f64::NAN, 0.0), 1.0);
    }
}
