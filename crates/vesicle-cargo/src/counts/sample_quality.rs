//! A quality weight for each sample: how much noisier than the others it is over all features.
//!
//! Ritchie et al. (2006) BMC Bioinformatics 7:261: ln variance is linear in sample effects that sum to 0; each
//! feature in turn moves the effects by one scoring step of the REML likelihood. Ten pseudo-features hold them near 0.

use vesicle_base::math::exp;

use crate::linear::{FeatureMatrix, Matrix, Qr};

/// How many features' worth of information the prior "all samples are alike" counts.
const PRIOR_FEATURES: f64 = 10.0;

/// Weights of the samples, of geometric mean 1; a large weight is a clean sample.
///
/// `values` and `weights` are features by samples. The order of features matters slightly, as in the publication.
pub fn sample_weights(values: &FeatureMatrix, design: &Matrix, weights: Option<&FeatureMatrix>) -> Vec<f64> {
    let n = values.n_samples;
    let contrasts = sum_to_zero(n);
    let mut state = Scoring::new(&contrasts);
    for f in 0..values.n_features() {
        let y = values.row(f);
        let seen: Vec<usize> = (0..n).filter(|&i| y[i].is_finite()).collect();
        if seen.len() <= design.n_cols() + 1 {
            continue;
        }
        let w: Vec<f64> =
            seen.iter().map(|&i| state.weights[i] * weights.map_or(1.0, |w| w.row(f)[i])).collect();
        state.absorb(y, design, &seen, &w);
    }
    state.weights
}

/// n by n - 1: each column is one sample against the last.
fn sum_to_zero(n: usize) -> Matrix {
    let mut z = Matrix::zeros(n, n - 1);
    for j in 0..n - 1 {
        z.set(j, j, 1.0);
        z.set(n - 1, j, -1.0);
    }
    z
}

/// The running estimate.
struct Scoring<'a> {
    contrasts: &'a Matrix,
    information: Matrix,
    effects: Vec<f64>,
    weights: Vec<f64>,
}

impl<'a> Scoring<'a> {
    fn new(contrasts: &'a Matrix) -> Self {
        let (n, m) = (contrasts.n_rows(), contrasts.n_cols());
        let mut information = Matrix::zeros(m, m);
        for a in 0..m {
            for b in 0..m {
                // columns of the contrasts share the last sample only
                information.set(a, b, PRIOR_FEATURES * if a == b { 2.0 } else { 1.0 });
            }
        }
        Self { contrasts, information, effects: vec![0.0; m], weights: vec![1.0; n] }
    }

    /// One scoring step with one feature.
    fn absorb(&mut self, y: &[f64], design: &Matrix, seen: &[usize], w: &[f64]) {
        let mut x = design.select_rows(seen);
        for j in 0..x.n_cols() {
            x.column_mut(j).iter_mut().zip(w).for_each(|(v, w)| *v *= w.sqrt());
        }
        let qr = Qr::new(x);
        let rank = qr.rank();
        let mut e: Vec<f64> = seen.iter().zip(w).map(|(&i, w)| y[i] * w.sqrt()).collect();
        qr.apply_q_transposed(&mut e);
        e[..rank].fill(0.0);
        let s2 = e.iter().map(|v| v * v).sum::<f64>() / (seen.len() - rank) as f64;
        if s2 <= 1e-15 {
            return;
        }
        qr.apply_q(&mut e);
        let mut free = vec![0.0; y.len()];
        let mut score = vec![0.0; y.len()];
        for ((&i, h), r) in seen.iter().zip(qr.leverages()).zip(&e) {
            free[i] = 1.0 - h;
            score[i] = r * r / s2 - free[i];
        }
        self.add_information(&free);
        self.step(&score);
    }

    /// Adds one feature's information about the effects, its own variance eliminated.
    fn add_information(&mut self, free: &[f64]) {
        let n = free.len();
        let m = n - 1;
        let total: f64 = free.iter().sum();
        let last = free[n - 1];
        for a in 0..m {
            for b in 0..m {
                let direct = last + if a == b { free[a] } else { 0.0 };
                let shared = (free[a] - last) * (free[b] - last) / total;
                self.information.set(a, b, self.information.at(a, b) + direct - shared);
            }
        }
    }

    /// Moves the effects by information⁻¹ times the score.
    fn step(&mut self, score: &[f64]) {
        let n = score.len();
        let mut change: Vec<f64> = score[..n - 1].iter().map(|s| s - score[n - 1]).collect();
        let Some(factor) = self.information.cholesky() else { return };
        factor.solve_cholesky(&mut change);
        self.effects.iter_mut().zip(&change).for_each(|(g, c)| *g += c);
        self.weights = self.contrasts.times(&self.effects).iter().map(|&v| exp(-v)).collect();
    }
}
