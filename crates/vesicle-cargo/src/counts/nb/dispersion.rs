//! The dispersion shared between features: a trend in abundance, or one value from the abundant features.

use vesicle_base::math::exp2;

use super::abundance::average_log_cpm;
use super::layout::Layout;
use super::profile::{Profiler, Trial};
use super::trend::{local_average, spline_maximum};
use crate::linear::{FeatureMatrix, Matrix};
use crate::special::peak;

/// Dispersions tried are `0.1 * 2^k`, k from -10 to 10.
const GRID: std::ops::RangeInclusive<i32> = -10..=10;

/// Features with fewer reads in all take no part.
const LEAST_READS: f64 = 5.0;

/// Dispersion at a place on the grid's scale.
fn at_grid(k: f64) -> f64 {
    0.1 * exp2(k)
}

/// Dispersions of all features.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispersions {
    /// The one value that suits all features best.
    pub common: f64,
    /// The value of each feature's abundance.
    pub trended: Vec<f64>,
}

/// A dispersion for each feature, from the adjusted profile likelihoods of features of similar abundance.
///
/// McCarthy, Chen & Smyth (2012) NAR 40:4288; the likelihood curves are averaged locally along average abundance,
/// then maximised. Features with too few reads take the value of the least abundant others.
pub fn trended_dispersions(counts: &FeatureMatrix, design: &Matrix, libraries: &[f64]) -> Dispersions {
    let layout = Layout::new(design.clone());
    let used = enough_reads(counts);
    if used.is_empty() {
        return Dispersions { common: at_grid(0.0), trended: vec![at_grid(0.0); counts.n_features()] };
    }
    let grid: Vec<f64> = GRID.map(f64::from).collect();
    let trials: Vec<Trial> = grid.iter().map(|&k| Trial::new(at_grid(k))).collect();
    let profiler = Profiler::new(&layout, libraries);
    let width = grid.len();
    let curves = profiler.curves(counts, &used, &trials);
    let sums: Vec<f64> = (0..width).map(|k| curves.iter().skip(k).step_by(width).sum()).collect();
    let common = at_grid(spline_maximum(&grid, &sums));

    let abundance = average_log_cpm(counts, libraries, common);
    let covariate: Vec<f64> = used.iter().map(|&f| abundance[f]).collect();
    let n = used.len() as f64;
    let span = if n <= 50.0 { 1.0 } else { 0.25 + 0.75 * (50.0 / n).sqrt() };
    let smooth = local_average(&covariate, &curves, width, span);
    let trend: Vec<f64> = smooth.chunks_exact(width).map(|c| at_grid(spline_maximum(&grid, c))).collect();
    let least = (0..used.len()).fold(0, |best, i| if covariate[i] < covariate[best] { i } else { best });
    let mut trended = vec![trend[least]; counts.n_features()];
    for (&f, &d) in used.iter().zip(&trend) {
        trended[f] = d;
    }
    Dispersions { common, trended }
}

/// Features with enough reads to say anything about dispersion.
fn enough_reads(counts: &FeatureMatrix) -> Vec<usize> {
    (0..counts.n_features()).filter(|&f| counts.row(f).iter().sum::<f64>() >= LEAST_READS).collect()
}

/// One dispersion for all, from the features of highest abundance (at least 40, else a tenth, else all).
///
/// Abundant features tell biological from counting noise; the others' own spread enters by quasi-likelihood
/// (Chen et al. 2025 NAR 53:gkaf018 fix the negative binomial part this way).
pub fn common_dispersion_of_abundant(
    counts: &FeatureMatrix,
    design: &Matrix,
    libraries: &[f64],
    abundance: &[f64],
) -> f64 {
    let layout = Layout::new(design.clone());
    let mut order = enough_reads(counts);
    order.sort_by(|&a, &b| abundance[b].total_cmp(&abundance[a]));
    let wanted = (order.len() / 10).max(40).min(order.len());
    order.truncate(wanted);
    if order.is_empty() {
        return at_grid(0.0);
    }
    let profiler = Profiler::new(&layout, libraries);
    let totals = |places: &[f64]| -> Vec<f64> {
        let trials: Vec<Trial> = places.iter().map(|&k| Trial::new(at_grid(k))).collect();
        let curves = profiler.curves(counts, &order, &trials);
        (0..places.len()).map(|k| curves.iter().skip(k).step_by(places.len()).sum()).collect()
    };
    let coarse: Vec<f64> = GRID.step_by(2).map(f64::from).collect();
    let values = totals(&coarse);
    let best = (0..values.len()).fold(0, |b, i| if values[i] > values[b] { i } else { b });
    let (lo, hi) = (coarse[best.saturating_sub(1)], coarse[(best + 1).min(coarse.len() - 1)]);
    at_grid(peak(lo, hi, 1e-3, |k| totals(&[k])[0]))
}
