//! The scaled F prior when residual degrees of freedom differ much between features, down to fractions of one:
//! the trend by weighted least squares on log s², the prior degrees of freedom by maximum likelihood.
//!
//! The moments of log s² that serve equal degrees of freedom are dominated by features that carry almost none;
//! the likelihood weighs each by what it knows. Tested by recovery of known priors below.

use rayon::prelude::*;
use vesicle_base::math::{exp, ln};

use super::f_prior::{PerFeature, VariancePrior, median, trend_parameters};
use crate::linear::{Matrix, Qr, golden_maximum};
use crate::smooth::NaturalSpline;
use crate::special::{FisherF, digamma, trigamma};

/// Features with fewer residual degrees of freedom say nothing about the prior.
const LEAST_DF: f64 = 0.2;

impl VariancePrior {
    /// Fits the prior to variances whose degrees of freedom may differ and be fractional; one entry a feature each.
    ///
    /// `trend` is the covariate of the prior variance. With fewer than three usable features the prior has no weight.
    pub fn fit_unequal(variances: &[f64], df_residual: &[f64], trend: Option<&[f64]>) -> Self {
        let usable: Vec<usize> = (0..variances.len())
            .filter(|&i| df_residual[i] >= LEAST_DF && df_residual[i].is_finite() && variances[i].is_finite())
            .filter(|&i| trend.is_none_or(|t| t[i].is_finite()))
            .collect();
        if usable.len() < 3 {
            return Self { scale: PerFeature::Shared(1.0), df: PerFeature::Shared(0.0) };
        }
        let pick = |v: &[f64]| -> Vec<f64> { usable.iter().map(|&i| v[i]).collect() };
        let fit = UnequalFit::new(&pick(variances), &pick(df_residual), trend.map(pick).as_deref());
        let df = fit.prior_df();
        let shift = log_bias(df);
        let inside: Vec<f64> = fit.centre.iter().map(|c| exp(c + shift)).collect();
        let prior = Self { scale: PerFeature::Each(inside), df: PerFeature::Shared(df) };
        prior.spread(&usable, variances.len(), trend)
    }
}

/// What ln s0² is above the mean of ln s² corrected for the own degrees of freedom.
fn log_bias(df: f64) -> f64 {
    if df.is_infinite() { 0.0 } else { digamma(0.5 * df) - ln(0.5 * df) }
}

/// Variances in logarithms with their smooth centre.
struct UnequalFit {
    ln_variance: Vec<f64>,
    df: Vec<f64>,
    centre: Vec<f64>,
}

impl UnequalFit {
    fn new(variances: &[f64], df: &[f64], trend: Option<&[f64]>) -> Self {
        let floor = (1e-5 * median(variances)).max(1e-300);
        let ln_variance: Vec<f64> = variances.iter().map(|s| ln(s.max(floor))).collect();
        let e: Vec<f64> =
            ln_variance.iter().zip(df).map(|(l, &d)| l - digamma(0.5 * d) + ln(0.5 * d)).collect();
        let sampling: Vec<f64> = df.iter().map(|&d| trigamma(0.5 * d)).collect();
        let basis = match trend {
            Some(t) if trend_parameters(t) >= 2 => NaturalSpline::new(t, trend_parameters(t)).basis(t),
            _ => Matrix::from_columns(e.len(), &[vec![1.0; e.len()]]),
        };
        let mut between = 0.0;
        let mut centre = weighted_fit(&basis, &e, &sampling, between);
        for _ in 0..4 {
            between = excess(&e, &centre, &sampling, between);
            centre = weighted_fit(&basis, &e, &sampling, between);
        }
        Self { ln_variance, df: df.to_vec(), centre }
    }

    /// Prior degrees of freedom of highest marginal likelihood, infinite when the likelihood rises to the end.
    fn prior_df(&self) -> f64 {
        let at =
            |share: f64| self.ln_likelihood(if share >= 1.0 { f64::INFINITY } else { share / (1.0 - share) });
        let grid = [0.2, 0.5, 0.667, 0.8, 0.88, 0.93, 0.96, 0.98, 0.99, 0.996, 1.0];
        let values: Vec<f64> = grid.iter().map(|&s| at(s)).collect();
        let best = (0..grid.len()).fold(0, |b, i| if values[i] > values[b] { i } else { b });
        if best + 1 == grid.len() {
            return f64::INFINITY;
        }
        let share = golden_maximum(grid[best.saturating_sub(1)], grid[best + 1], 1e-4, at);
        share / (1.0 - share)
    }

    fn ln_likelihood(&self, prior_df: f64) -> f64 {
        let shift = log_bias(prior_df);
        let each: Vec<f64> = (0..self.df.len())
            .into_par_iter()
            .with_min_len(128)
            .map(|i| {
                let law = FisherF { df1: self.df[i], df2: prior_df };
                law.ln_density_of_log(self.ln_variance[i] - self.centre[i] - shift)
            })
            .collect();
        each.iter().sum()
    }
}

/// Least squares of `e` on the basis with variances `sampling + between`; returns fitted values.
fn weighted_fit(basis: &Matrix, e: &[f64], sampling: &[f64], between: f64) -> Vec<f64> {
    let root: Vec<f64> = sampling.iter().map(|s| 1.0 / (s + between).sqrt()).collect();
    let mut x = basis.clone();
    for j in 0..x.n_cols() {
        x.column_mut(j).iter_mut().zip(&root).for_each(|(v, w)| *v *= w);
    }
    let qr = Qr::new(x);
    if !qr.is_full_rank() {
        let (top, bottom) = e.iter().zip(&root).fold((0.0, 0.0), |(t, b), (v, w)| (t + v * w * w, b + w * w));
        return vec![top / bottom; e.len()];
    }
    let mut effects: Vec<f64> = e.iter().zip(&root).map(|(v, w)| v * w).collect();
    qr.apply_q_transposed(&mut effects);
    basis.times(&qr.solve_r(&effects))
}

/// Variance of `e` beyond sampling, weighted by precision.
fn excess(e: &[f64], centre: &[f64], sampling: &[f64], between: f64) -> f64 {
    let (mut top, mut bottom) = (0.0, 0.0);
    for ((v, c), s) in e.iter().zip(centre).zip(sampling) {
        let w = 1.0 / ((s + between) * (s + between));
        top += w * ((v - c) * (v - c) - s);
        bottom += w;
    }
    (top / bottom).max(0.0)
}
