//! Weighted least squares of every feature on one model matrix.

use rayon::prelude::*;

use super::{Matrix, Qr};
use crate::special::{dot, sum};

/// Features by samples, row-major; NaN is a value that was not observed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureMatrix {
    /// Number of samples, the length of a row.
    pub n_samples: usize,
    /// Row-major values.
    pub values: Vec<f64>,
}

impl FeatureMatrix {
    /// A matrix from its values.
    ///
    /// # Panics
    /// If the values are not whole rows.
    pub fn new(n_samples: usize, values: Vec<f64>) -> Self {
        assert!(n_samples > 0 && values.len().is_multiple_of(n_samples), "values are whole rows");
        Self { n_samples, values }
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.values.len() / self.n_samples
    }

    /// The values of one feature.
    pub fn row(&self, feature: usize) -> &[f64] {
        &self.values[feature * self.n_samples..(feature + 1) * self.n_samples]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.n_samples)
    }
}

/// Least squares of one feature.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureFit {
    /// One coefficient a column of the model matrix; NaN when the observed samples do not determine them.
    pub coefficients: Vec<f64>,
    /// The tested combination of coefficients.
    pub estimate: f64,
    /// Its standard error divided by the residual standard deviation.
    pub unscaled_sd: f64,
    /// Residual variance; NaN without residual degrees of freedom.
    pub variance: f64,
    /// Residual degrees of freedom.
    pub df_residual: f64,
    /// Unweighted mean of the observed values, the covariate of a variance trend.
    pub mean: f64,
}

/// Fits every feature on `design` (samples by coefficients) and forms the combination `contrast` of coefficients.
///
/// `weights`, of the shape of `values`, are inverse relative variances; rows with NaN use their observed samples.
/// Householder QR, as R's `lm`; with weights the contrast's variance is exact, not approximated.
pub fn fit_features(
    values: &FeatureMatrix,
    design: &Matrix,
    weights: Option<&FeatureMatrix>,
    contrast: &[f64],
) -> Vec<FeatureFit> {
    let whole = Qr::new(design.clone());
    let whole_variance = if whole.is_full_rank() { whole.unscaled_variance(contrast) } else { f64::NAN };
    (0..values.n_features())
        .into_par_iter()
        .with_min_len(64)
        .map_init(Vec::new, |scratch, f| {
            let y = values.row(f);
            let complete = y.iter().all(|v| v.is_finite());
            match weights {
                None if complete && whole.is_full_rank() => {
                    scratch.clear();
                    scratch.extend_from_slice(y);
                    solve(&whole, scratch, contrast, whole_variance, mean(y))
                }
                _ => fit_observed(y, design, weights.map(|w| w.row(f)), contrast),
            }
        })
        .collect()
}

/// Fits the samples that were observed.
fn fit_observed(y: &[f64], design: &Matrix, weights: Option<&[f64]>, contrast: &[f64]) -> FeatureFit {
    let seen: Vec<usize> = (0..y.len()).filter(|&i| y[i].is_finite()).collect();
    if seen.len() == y.len() {
        return fit_complete(design.clone(), y.to_vec(), weights, contrast);
    }
    let pick = |v: &[f64]| -> Vec<f64> { seen.iter().map(|&i| v[i]).collect() };
    fit_complete(design.select_rows(&seen), pick(y), weights.map(pick).as_deref(), contrast)
}

/// Fits rows that are all observed.
fn fit_complete(
    mut x: Matrix,
    mut target: Vec<f64>,
    weights: Option<&[f64]>,
    contrast: &[f64],
) -> FeatureFit {
    let (average, n_coefficients) = (mean(&target), x.n_cols());
    if let Some(w) = weights {
        let roots: Vec<f64> = w.iter().map(|w| w.sqrt()).collect();
        for j in 0..n_coefficients {
            x.column_mut(j).iter_mut().zip(&roots).for_each(|(v, r)| *v *= r);
        }
        target.iter_mut().zip(&roots).for_each(|(v, r)| *v *= r);
    }
    let qr = Qr::new(x);
    if !qr.is_full_rank() {
        return undetermined(n_coefficients, average);
    }
    let variance = qr.unscaled_variance(contrast);
    solve(&qr, &mut target, contrast, variance, average)
}

/// Coefficients and residual variance from a decomposition; `y` is overwritten.
fn solve(qr: &Qr, y: &mut [f64], contrast: &[f64], unscaled_variance: f64, mean: f64) -> FeatureFit {
    let p = contrast.len();
    qr.apply_q_transposed(y);
    let coefficients = qr.solve_r(y);
    let df = y.len() - p;
    let rss = dot(&y[p..], &y[p..]);
    FeatureFit {
        estimate: coefficients.iter().zip(contrast).map(|(b, c)| b * c).sum(),
        coefficients,
        unscaled_sd: unscaled_variance.sqrt(),
        variance: if df > 0 { rss / df as f64 } else { f64::NAN },
        df_residual: df as f64,
        mean,
    }
}

/// What a feature has when its observed samples do not determine the model.
fn undetermined(n_coefficients: usize, mean: f64) -> FeatureFit {
    FeatureFit {
        coefficients: vec![f64::NAN; n_coefficients],
        estimate: f64::NAN,
        unscaled_sd: f64::NAN,
        variance: f64::NAN,
        df_residual: 0.0,
        mean,
    }
}

/// Arithmetic mean; NaN of nothing.
fn mean(v: &[f64]) -> f64 {
    sum(v) / v.len() as f64
}
