//! Weighted least squares of every feature on one model matrix.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use rayon::prelude::*;

use super::{Matrix, Qr};
use crate::special::{Kernel, dot, sum, widest};

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
    let model = Model { values, design, weights, contrast, whole, whole_variance };
    let n = values.n_features();
    let mut chunks: Vec<Vec<FeatureFit>> = (0..n.div_ceil(FEATURES_AT_ONCE))
        .into_par_iter()
        .map(|k| {
            let from = k * FEATURES_AT_ONCE;
            widest(Chunk { model: &model, from, to: n.min(from + FEATURES_AT_ONCE) })
        })
        .collect();
    if chunks.len() == 1 {
        return chunks.remove(0);
    }
    let mut fits = Vec::with_capacity(n);
    chunks.into_iter().for_each(|mut chunk| fits.append(&mut chunk));
    fits
}

/// Features that one thread fits in one go.
const FEATURES_AT_ONCE: usize = 400;

/// What is the same for every feature.
struct Model<'a> {
    values: &'a FeatureMatrix,
    design: &'a Matrix,
    weights: Option<&'a FeatureMatrix>,
    contrast: &'a [f64],
    /// The decomposition of the whole design, and the contrast's unscaled variance: those of every feature that is
    /// observed in all samples and not weighted.
    whole: Qr,
    whole_variance: f64,
}

/// Room that features use one after the other.
struct Room {
    qr: Qr,
    roots: Vec<f64>,
    target: Vec<f64>,
}

/// Some features in a row.
struct Chunk<'a> {
    model: &'a Model<'a>,
    from: usize,
    to: usize,
}

impl Kernel for Chunk<'_> {
    type Output = Vec<FeatureFit>;

    #[inline(always)]
    fn run(self) -> Vec<FeatureFit> {
        let mut room = Room { qr: Qr::empty(), roots: Vec::new(), target: Vec::new() };
        let mut fits = Vec::with_capacity(self.to - self.from);
        // a loop, not an iterator: what `collect` calls need not take on the instructions of this kernel
        for feature in self.from..self.to {
            fits.push(self.model.fit(feature, &mut room));
        }
        fits
    }
}

impl Model<'_> {
    #[inline(always)]
    fn fit(&self, feature: usize, room: &mut Room) -> FeatureFit {
        let y = self.values.row(feature);
        let complete = y.iter().fold(true, |all, v| all & v.is_finite());
        match self.weights {
            None if complete && self.whole.is_full_rank() => {
                room.target.clear();
                room.target.extend_from_slice(y);
                solve(&self.whole, &mut room.target, self.contrast, self.whole_variance, mean(y))
            }
            None if complete => undetermined(self.contrast.len(), mean(y)),
            Some(weights) if complete => {
                fit_weighted(self.design, y, weights.row(feature), self.contrast, room)
            }
            _ => self.fit_observed(y, self.weights.map(|w| w.row(feature)), room),
        }
    }

    /// Fits the samples that were observed.
    fn fit_observed(&self, y: &[f64], weights: Option<&[f64]>, room: &mut Room) -> FeatureFit {
        let seen: Vec<usize> = (0..y.len()).filter(|&i| y[i].is_finite()).collect();
        let pick = |v: &[f64]| -> Vec<f64> { seen.iter().map(|&i| v[i]).collect() };
        let weights = weights.map_or_else(|| vec![1.0; seen.len()], pick);
        fit_weighted(&self.design.select_rows(&seen), &pick(y), &weights, self.contrast, room)
    }
}

/// Fits rows that are all observed.
#[inline(always)]
fn fit_weighted(
    design: &Matrix,
    y: &[f64],
    weights: &[f64],
    contrast: &[f64],
    room: &mut Room,
) -> FeatureFit {
    let Room { qr, roots, target } = room;
    for room in [&mut *roots, &mut *target] {
        room.clear();
        room.resize(y.len(), 0.0);
    }
    for ((root, target), (w, v)) in roots.iter_mut().zip(&mut *target).zip(weights.iter().zip(y)) {
        *root = w.sqrt();
        *target = v * *root;
    }
    qr.replace_scaled(design, roots);
    if !qr.is_full_rank() {
        return undetermined(design.n_cols(), mean(y));
    }
    let variance = qr.unscaled_variance(contrast);
    solve(qr, target, contrast, variance, mean(y))
}

/// Coefficients and residual variance from a decomposition; `y` is overwritten.
#[inline(always)]
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
#[inline(always)]
fn mean(v: &[f64]) -> f64 {
    sum(v) / v.len() as f64
}
