//! The scaled F distribution of residual variances: `s² ~ s0² F(df, df0)`, its `s0²` and `df0` by moments of log s².
//!
//! Smyth (2004) Stat Appl Genet Mol Biol 3:3, section 6.2; the trend is a natural spline in the covariate.
//! Tested against limma by `tests/limma.rs`.

use vesicle_base::math::{exp, ln};

use crate::linear::Qr;
use crate::smooth::{NaturalSpline, interpolate_clamped, median};
use crate::special::{digamma, exp_all, ln_all, trigamma, trigamma_inverse};

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

    /// Moves a prior of the usable features to the indices of all. A feature that took no part gets the largest prior
    /// degrees of freedom, and the prior variance of its neighbours along the trend.
    pub(super) fn spread(self, usable: &[usize], n: usize, trend: Option<&[f64]>) -> Self {
        let df = match self.df {
            PerFeature::Each(v) if v.len() < n => {
                let fill = v.iter().copied().fold(0.0, f64::max);
                PerFeature::Each(place(usable, &v, n, |_| fill))
            }
            other => other,
        };
        let scale = match (self.scale, trend) {
            (PerFeature::Each(v), Some(t)) if v.len() < n => {
                let mut order: Vec<usize> = (0..v.len()).collect();
                order.sort_by(|&a, &b| t[usable[a]].total_cmp(&t[usable[b]]));
                let x: Vec<f64> = order.iter().map(|&i| t[usable[i]]).collect();
                let y: Vec<f64> = order.iter().map(|&i| ln(v[i])).collect();
                let along = interpolate_clamped(&x, &y);
                PerFeature::Each(place(usable, &v, n, |i| exp(along(t[i]))))
            }
            (PerFeature::Each(v), None) if v.len() < n => PerFeature::Shared(v[0]),
            (other, _) => other,
        };
        Self { scale, df }
    }
}

/// Values of the usable features at their indices, the others filled.
fn place(usable: &[usize], values: &[f64], n: usize, fill: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut all: Vec<f64> = (0..n).map(fill).collect();
    for (&i, &v) in usable.iter().zip(values) {
        all[i] = v;
    }
    all
}

/// The logarithm of a chi-square over its degrees of freedom.
struct LogChiSquare {
    df: f64,
    /// Its mean.
    bias: f64,
    /// Its variance.
    scatter: f64,
}

impl LogChiSquare {
    fn of(df: f64) -> Self {
        Self { df, bias: digamma(0.5 * df) - ln(0.5 * df), scatter: trigamma(0.5 * df) }
    }
}

/// The moment fit. Slices have one entry a usable feature, at least three; a trend is evaluated at `everywhere`.
pub(super) fn fit_moments(
    variances: &[f64],
    df1: &[f64],
    trend: Option<&[f64]>,
    everywhere: Option<&[f64]>,
) -> VariancePrior {
    let n = variances.len();
    // zero variances carry no logarithm: they are lifted to a hundred-thousandth of the median
    let middle = median(variances);
    let floor = if middle > 0.0 { 1e-5 * middle } else { 1e-5 };
    let mut e: Vec<f64> = variances.iter().map(|s| s.max(floor)).collect();
    ln_all(&mut e);
    let mut sampling = 0.0;
    let mut law = LogChiSquare::of(f64::NAN);
    for (e, &d) in e.iter_mut().zip(df1) {
        if d != law.df {
            law = LogChiSquare::of(d);
        }
        *e -= law.bias;
        sampling += law.scatter;
    }
    sampling /= n as f64;
    let spline_df = trend.map_or(1, trend_parameters);
    match trend {
        Some(t) if spline_df >= 2 => {
            let (fitted, variance) = spline_fit(t, &e, spline_df, everywhere.unwrap_or(t));
            let (df, shift) = prior_df(variance - sampling);
            let mut scale: Vec<f64> = fitted.iter().map(|m| m + shift).collect();
            exp_all(&mut scale);
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
        (df, digamma(0.5 * df) - ln(0.5 * df))
    } else {
        (f64::INFINITY, 0.0)
    }
}

/// How many spline parameters this many points carry: 1 below 3, then 2, 3 from 6 and 4 from 30; never more than
/// there are distinct values.
pub(super) fn trend_parameters(covariate: &[f64]) -> usize {
    let n = covariate.len();
    let wanted = 1 + usize::from(n >= 3) + usize::from(n >= 6) + usize::from(n >= 30);
    let mut distinct: Vec<f64> = Vec::with_capacity(wanted);
    for &x in covariate {
        if distinct.len() < wanted && !distinct.contains(&x) {
            distinct.push(x);
        }
    }
    distinct.len()
}

/// Least squares on a natural spline: values of the curve at `everywhere`, and residual variance.
fn spline_fit(covariate: &[f64], e: &[f64], df: usize, everywhere: &[f64]) -> (Vec<f64>, f64) {
    let spline = NaturalSpline::new(covariate, df);
    let qr = Qr::new(spline.basis(covariate));
    let rank = qr.rank();
    let mut effects = e.to_vec();
    qr.apply_q_transposed(&mut effects);
    let rss: f64 = effects[rank..].iter().map(|r| r * r).sum();
    let curve = spline.basis(everywhere).times(&qr.solve_r(&effects));
    (curve, rss / (e.len() - rank) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_variances_give_an_infinite_prior() {
        let prior = fit_moments(&[2.0; 10], &[4.0; 10], None, None);
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
