//! A quality weight for each sample: how much noisier than the others it is over all features.
//!
//! Ritchie et al. (2006) BMC Bioinformatics 7:261: ln variance is linear in sample effects that sum to 0; each
//! feature in turn moves the effects by one scoring step of the REML likelihood. Ten pseudo-features hold them near 0.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use crate::linear::{FeatureMatrix, Matrix, Qr};
use crate::special::{Kernel, dot, exp_each, sum, widest};

/// How many features' worth of information the prior "all samples are alike" counts.
const PRIOR_FEATURES: f64 = 10.0;

/// Weights of the samples, of geometric mean 1; a large weight is a clean sample.
///
/// `values` and `weights` are features by samples. The order of features matters slightly, as in the publication.
pub fn sample_weights(values: &FeatureMatrix, design: &Matrix, weights: Option<&FeatureMatrix>) -> Vec<f64> {
    widest(Features { values, design, weights })
}

/// All features, one after the other.
struct Features<'a> {
    values: &'a FeatureMatrix,
    design: &'a Matrix,
    weights: Option<&'a FeatureMatrix>,
}

impl Kernel for Features<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let n = self.values.n_samples;
        let mut state = Scoring::new(n);
        for (f, y) in self.values.rows().enumerate() {
            state.seen.clear();
            state.seen.extend((0..n).filter(|&i| y[i].is_finite()));
            if state.seen.len() > self.design.n_cols() + 1 {
                state.absorb(y, self.design, self.weights.map(|w| w.row(f)));
            }
        }
        state.weights
    }
}

/// The running estimate. Effects are those of all samples but the last, whose effect is minus their sum.
struct Scoring {
    /// Lower triangle of the information about the effects.
    information: Matrix,
    effects: Vec<f64>,
    weights: Vec<f64>,
    /// Samples in which the feature at hand was observed.
    seen: Vec<usize>,
    room: Room,
}

/// Room that features use one after the other.
struct Room {
    qr: Qr,
    factor: Matrix,
    /// Roots of weights, residuals, leverages and a unit vector, one entry an observed sample.
    roots: Vec<f64>,
    residuals: Vec<f64>,
    leverages: Vec<f64>,
    unit: Vec<f64>,
    /// What each sample leaves free, and the score of its effect.
    free: Vec<f64>,
    score: Vec<f64>,
    /// What each sample leaves free beyond the last, then the change of the effects.
    change: Vec<f64>,
}

impl Room {
    fn new() -> Self {
        let none = Vec::new;
        Self {
            qr: Qr::empty(),
            factor: Matrix::zeros(0, 0),
            roots: none(),
            residuals: none(),
            leverages: none(),
            unit: none(),
            free: none(),
            score: none(),
            change: none(),
        }
    }
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
        let (effects, weights) = (vec![0.0; m], vec![1.0; n]);
        Self { information, effects, weights, seen: Vec::new(), room: Room::new() }
    }

    /// One scoring step with one feature, `y`, seen in enough samples.
    #[inline(always)]
    fn absorb(&mut self, y: &[f64], design: &Matrix, weights: Option<&[f64]>) {
        let Room { qr, roots, residuals: e, leverages, unit, free, score, .. } = &mut self.room;
        let seen = &self.seen;
        roots.clear();
        roots.extend(seen.iter().map(|&i| (self.weights[i] * weights.map_or(1.0, |w| w[i])).sqrt()));
        if seen.len() == y.len() {
            qr.replace_scaled(design, roots);
        } else {
            qr.replace_scaled(&design.select_rows(seen), roots);
        }
        let rank = qr.rank();
        e.clear();
        e.extend(seen.iter().zip(&*roots).map(|(&i, r)| y[i] * r));
        qr.apply_q_transposed(e);
        e[..rank].fill(0.0);
        let s2 = dot(e, e) / (seen.len() - rank) as f64;
        if s2 <= 1e-15 {
            return;
        }
        qr.apply_q(e);
        qr.leverages_into(leverages, unit);
        for room in [&mut *free, &mut *score] {
            room.clear();
            room.resize(y.len(), 0.0);
        }
        for ((&i, h), r) in seen.iter().zip(&*leverages).zip(&*e) {
            free[i] = 1.0 - h;
            score[i] = r * r / s2 - free[i];
        }
        self.add_information();
        self.step();
    }

    /// Adds one feature's information about the effects, its own variance eliminated.
    #[inline(always)]
    fn add_information(&mut self) {
        let Room { free, change: beyond, .. } = &mut self.room;
        let m = free.len() - 1;
        let inverse = 1.0 / sum(free);
        let last = free[m];
        beyond.clear();
        beyond.extend(free[..m].iter().map(|f| f - last));
        for b in 0..m {
            let share = beyond[b] * inverse;
            let column = &mut self.information.column_mut(b)[b..];
            column[0] += free[b];
            for (c, a) in column.iter_mut().zip(&beyond[b..]) {
                *c += last - a * share;
            }
        }
    }

    /// Moves the effects by information⁻¹ times the score.
    #[inline(always)]
    fn step(&mut self) {
        let Room { factor, score, change, .. } = &mut self.room;
        let last = score[score.len() - 1];
        change.clear();
        change.extend(score[..score.len() - 1].iter().map(|s| s - last));
        if !self.information.cholesky_into(factor) {
            return;
        }
        factor.solve_cholesky(change);
        self.effects.iter_mut().zip(change).for_each(|(g, c)| *g += *c);
        self.weights.clear();
        self.weights.extend(self.effects.iter().map(|g| -g));
        self.weights.push(self.effects.iter().sum::<f64>());
        exp_each(&mut self.weights);
    }
}
