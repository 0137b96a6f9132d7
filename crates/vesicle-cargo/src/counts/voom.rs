//! voom: log counts per million with the weight that each count's own precision gives it.
//!
//! Law, Chen, Shi & Smyth (2014) Genome Biol 15:R29; with sample weights Liu et al. (2015) NAR 43:e97.
//! Tested against limma by `tests/voom.rs`.

use rayon::prelude::*;
use vesicle_base::math::{exp2, log2};

use super::sample_quality::sample_weights;
use crate::linear::{FeatureFit, FeatureMatrix, Matrix, fit_features};
use crate::smooth::{interpolate_clamped, lowess};
use crate::special::ln_all;

/// Share of features in each local fit of the mean–variance trend.
const SPAN: f64 = 0.5;

/// Features that one thread takes in one go.
const ROWS_AT_ONCE: usize = 64;

/// log2 of a million.
const LOG2_MILLION: f64 = 19.931_568_569_324_174;

/// Log counts with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Voom {
    /// log2 counts per million, features by samples.
    pub log_cpm: FeatureMatrix,
    /// Inverse variances, of the same shape.
    pub weights: FeatureMatrix,
    /// Quality weight of each sample, all 1 where none were asked for.
    pub sample_weights: Vec<f64>,
}

/// log2 counts per million, with half a read added to the count and one to the library.
pub(crate) fn log_cpm(counts: &FeatureMatrix, libraries: &[f64]) -> FeatureMatrix {
    let offset: Vec<f64> = libraries.iter().map(|l| LOG2_MILLION - log2(l + 1.0)).collect();
    let mut values = vec![0.0; counts.values.len()];
    values
        .par_chunks_mut(counts.n_samples)
        .zip(counts.values.par_chunks(counts.n_samples))
        .with_min_len(ROWS_AT_ONCE)
        .for_each(|(row, counts)| {
            row.iter_mut().zip(counts).for_each(|(v, c)| *v = c + 0.5);
            ln_all(row);
            row.iter_mut().zip(&offset).for_each(|(v, o)| *v = *v * std::f64::consts::LOG2_E + o);
        });
    FeatureMatrix::new(counts.n_samples, values)
}

/// The counts that stand behind fitted log2 counts per million, one a sample; what is fitted below no read is 0.
pub(crate) fn fitted_counts(fitted: &[f64], libraries: &[f64]) -> Vec<f64> {
    let count = |(f, l): (&f64, &f64)| (exp2(f - LOG2_MILLION) * (l + 1.0) - 0.5).max(0.0);
    fitted.iter().zip(libraries).map(count).collect()
}

/// Log counts and precision weights. `libraries` are effective library sizes, one a sample.
pub fn voom(counts: &FeatureMatrix, design: &Matrix, libraries: &[f64]) -> Voom {
    weigh(counts, design, libraries, None)
}

/// voom with a quality weight for each sample, estimated twice.
pub fn voom_with_sample_quality(counts: &FeatureMatrix, design: &Matrix, libraries: &[f64]) -> Voom {
    let first = weigh(counts, design, libraries, None);
    let quality = sample_weights(&first.log_cpm, design, Some(&first.weights));
    let mut second = weigh(counts, design, libraries, Some(&quality));
    let quality = sample_weights(&second.log_cpm, design, Some(&second.weights));
    for row in second.weights.values.chunks_exact_mut(quality.len()) {
        row.iter_mut().zip(&quality).for_each(|(w, q)| *w *= q);
    }
    Voom { sample_weights: quality, ..second }
}

/// One round: fit, trend of root standard deviation on mean log count, weight of each fitted count.
fn weigh(counts: &FeatureMatrix, design: &Matrix, libraries: &[f64], quality: Option<&[f64]>) -> Voom {
    let y = log_cpm(counts, libraries);
    let expand = |q: &[f64]| FeatureMatrix::new(q.len(), q.repeat(y.n_features()));
    let prior_weights = quality.map(expand);
    let no_contrast = vec![0.0; design.n_cols()];
    let fits = fit_features(&y, design, prior_weights.as_ref(), &no_contrast);
    let mean_log = libraries.iter().map(|l| log2(l + 1.0)).sum::<f64>() / libraries.len() as f64;
    let trend = deviation_trend(counts, &fits, mean_log - LOG2_MILLION);
    let ln2_libraries: Vec<f64> = libraries.iter().map(|l| log2(l + 1.0) - LOG2_MILLION).collect();
    let mut weights = vec![0.0; y.values.len()];
    weights.par_chunks_mut(y.n_samples).zip(&fits).with_min_len(ROWS_AT_ONCE).for_each(|(row, fit)| {
        design.times_onto(&fit.coefficients, row);
        for (w, l) in row.iter_mut().zip(&ln2_libraries) {
            let s2 = trend(*w + l);
            let s2 = s2 * s2;
            *w = 1.0 / (s2 * s2);
        }
    });
    Voom {
        weights: FeatureMatrix::new(y.n_samples, weights),
        log_cpm: y,
        sample_weights: vec![1.0; libraries.len()],
    }
}

/// Root standard deviation as a function of log2 count, over features with any read.
fn deviation_trend(
    counts: &FeatureMatrix,
    fits: &[FeatureFit],
    shift: f64,
) -> impl Fn(f64) -> f64 + Sync + use<> {
    let mut points: Vec<(f64, f64)> = fits
        .iter()
        .enumerate()
        .filter(|(i, f)| f.variance.is_finite() && counts.row(*i).iter().any(|&c| c > 0.0))
        .map(|(_, f)| (f.mean + shift, f.variance.sqrt().sqrt()))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
    let range = if x.is_empty() { 0.0 } else { x[x.len() - 1] - x[0] };
    interpolate_clamped(&x, &lowess(&x, &y, SPAN, 3, 0.01 * range))
}
