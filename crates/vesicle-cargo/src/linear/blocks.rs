//! Samples that come in blocks (two cards of one donor): one correlation for all features, then whitening.
//!
//! Smyth, Michaud & Scott (2005) Bioinformatics 21:2067: the correlation is estimated for each feature by REML and
//! averaged on Fisher's scale with 15 % trimmed from each end.

use rayon::prelude::*;
use vesicle_base::math::{expm1, ln, ln_1p};

use super::{FeatureMatrix, Matrix, Qr};
use crate::moderated::trimmed_mean;

/// Share of features dropped at each end before averaging.
const TRIM: f64 = 0.15;

/// Highest correlation a single feature may report.
const HIGHEST: f64 = 0.99;

/// Estimates the correlation of samples that share a block, over all features without missing values.
///
/// `blocks` names the block of each sample. Returns 0 where no block holds two samples.
pub fn block_correlation(values: &FeatureMatrix, design: &Matrix, blocks: &[usize]) -> f64 {
    let sizes = block_sizes(blocks);
    let largest = sizes.iter().copied().max().unwrap_or(0);
    if largest < 2 {
        return 0.0;
    }
    let lowest = 1.0 / (1.0 - largest as f64) + 0.01;
    let fisher: Vec<f64> = (0..values.n_features())
        .into_par_iter()
        .filter(|&f| values.row(f).iter().all(|v| v.is_finite()))
        .map(|f| fisher_z(reml_correlation(values.row(f), design, blocks, &sizes, lowest)))
        .collect();
    if fisher.is_empty() { 0.0 } else { fisher_z_inverse(trimmed_mean(&fisher, TRIM)) }
}

/// Number of samples of each block.
fn block_sizes(blocks: &[usize]) -> Vec<usize> {
    let mut sizes = vec![0; blocks.iter().max().map_or(0, |m| m + 1)];
    for &b in blocks {
        sizes[b] += 1;
    }
    sizes
}

/// The correlation that maximises the restricted likelihood of one feature, within the bounds.
fn reml_correlation(y: &[f64], design: &Matrix, blocks: &[usize], sizes: &[usize], lowest: f64) -> f64 {
    let criterion = |rho: f64| reml(y, design, blocks, sizes, rho);
    let grid: Vec<f64> = (0..=24).map(|k| lowest + (HIGHEST - lowest) * f64::from(k) / 24.0).collect();
    let values: Vec<f64> = grid.iter().map(|&r| criterion(r)).collect();
    let best = (0..grid.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0);
    golden_maximum(grid[best.saturating_sub(1)], grid[(best + 1).min(24)], 1e-9, criterion)
}

/// Place of the maximum of a function with one peak in `[a, b]`, to within `width`, by golden section.
fn golden_maximum(mut a: f64, mut b: f64, width: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let (mut c, mut d) = (b - RATIO * (b - a), a + RATIO * (b - a));
    let (mut fc, mut fd) = (f(c), f(d));
    while b - a > width {
        if fc > fd {
            (b, d, fd) = (d, c, fc);
            c = b - RATIO * (b - a);
            fc = f(c);
        } else {
            (a, c, fc) = (c, d, fd);
            d = a + RATIO * (b - a);
            fd = f(d);
        }
    }
    0.5 * (a + b)
}

/// Restricted ln likelihood at a correlation, the residual variance profiled out.
fn reml(y: &[f64], design: &Matrix, blocks: &[usize], sizes: &[usize], rho: f64) -> f64 {
    let ln_det: f64 = sizes
        .iter()
        .filter(|&&m| m > 0)
        .map(|&m| (m as f64 - 1.0) * ln(1.0 - rho) + ln(1.0 + (m as f64 - 1.0) * rho))
        .sum();
    let whitener = Whitener { blocks, sizes, rho };
    let qr = Qr::new(whitener.matrix(design));
    let mut effects = whitener.vector(y);
    qr.apply_q_transposed(&mut effects);
    let p = design.n_cols();
    let rss: f64 = effects[p..].iter().map(|e| e * e).sum();
    let df = (y.len() - p) as f64;
    -0.5 * (ln_det + 2.0 * qr.ln_abs_det_r() + df * ln(rss))
}

/// Makes samples of one block independent: y - c * (block mean), over sqrt(1 - rho).
struct Whitener<'a> {
    blocks: &'a [usize],
    sizes: &'a [usize],
    rho: f64,
}

impl Whitener<'_> {
    fn vector(&self, y: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.sizes.len()];
        for (&b, v) in self.blocks.iter().zip(y) {
            sums[b] += v;
        }
        let scale = 1.0 / (1.0 - self.rho).sqrt();
        let pull = |b: usize| {
            let m = self.sizes[b] as f64;
            (1.0 - ((1.0 - self.rho) / (1.0 + (m - 1.0) * self.rho)).sqrt()) * sums[b] / m
        };
        self.blocks.iter().zip(y).map(|(&b, v)| (v - pull(b)) * scale).collect()
    }

    fn matrix(&self, x: &Matrix) -> Matrix {
        let columns: Vec<Vec<f64>> = (0..x.n_cols()).map(|j| self.vector(x.column(j))).collect();
        Matrix::from_columns(x.n_rows(), &columns)
    }
}

/// Values and model matrix with the block correlation removed, ready for ordinary least squares.
///
/// A row with a missing value becomes missing as a whole: whitening mixes the samples of a block.
pub fn whiten_blocks(
    values: &FeatureMatrix,
    design: &Matrix,
    blocks: &[usize],
    rho: f64,
) -> (FeatureMatrix, Matrix) {
    let sizes = block_sizes(blocks);
    let whitener = Whitener { blocks, sizes: &sizes, rho };
    let rows: Vec<f64> = values.rows().flat_map(|r| whitener.vector(r)).collect();
    (FeatureMatrix::new(values.n_samples, rows), whitener.matrix(design))
}

/// Fisher's z of a correlation.
fn fisher_z(r: f64) -> f64 {
    0.5 * ln_1p(2.0 * r / (1.0 - r))
}

/// The correlation of a Fisher z.
fn fisher_z_inverse(z: f64) -> f64 {
    let e = expm1(2.0 * z);
    e / (e + 2.0)
}
