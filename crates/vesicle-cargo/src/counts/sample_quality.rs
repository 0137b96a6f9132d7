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
    let mut state = Scoring::new(n);
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

/// The running estimate. Effects are those of all samples but the last, whose effect is minus their sum.
struct Scoring {
    /// Lower triangle of the information about the effects.
    information: Matrix,
    effects: Vec<f64>,
    weights: Vec<f64>,
}

impl Scoring {
    fn new(n: usize) -> Self {
        let m = n - 1;
        let mut information = Matrix::zeros(m, m);
        for a in 0..m {
            for b in 0..m {
                // each effect's contrast shares the last sample with the others
                information.set(a, b, PRIOR_FEATURES * if a == b { 2.0 } else { 1.0 });
            }
        }
        Self { information, effects: vec![0.0; m], weights: vec![1.0; n] }
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
        let m = free.len() - 1;
        let total: f64 = free.iter().sum();
        let last = free[m];
        let beyond: Vec<f64> = free[..m].iter().map(|f| f - last).collect();
        for b in 0..m {
            let share = beyond[b] / total;
            let column = &mut self.information.column_mut(b)[b..];
            column[0] += free[b];
            for (c, a) in column.iter_mut().zip(&beyond[b..]) {
                *c += last - a * share;
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
        let last = -self.effects.iter().sum::<f64>();
        let all = self.effects.iter().chain(std::iter::once(&last));
        self.weights = all.map(|&v| exp(-v)).collect();
    }
}
