//! A model matrix as counts need it: as groups of equal samples where it is no more than that.

use std::borrow::Cow;

use crate::linear::{Matrix, Qr};

/// A full-rank model matrix, with its groups when it has exactly as many distinct rows as columns.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) x: Matrix,
    pub(super) groups: Option<Groups>,
}

/// Samples whose rows are equal; each group's mean is then free.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    /// Group of each sample.
    pub(super) of_sample: Vec<usize>,
    /// Number of groups, equal to the number of coefficients.
    pub(super) n: usize,
    /// Samples, group after group.
    order: Vec<usize>,
    /// Whether the samples stand in that order as they are.
    in_order: bool,
    /// Where each group ends in `order`.
    ends: Vec<usize>,
    /// Turns group values of the linear predictor into coefficients.
    solver: Qr,
}

impl Groups {
    /// Groups `0..n` of the samples, whose distinct rows are those of `distinct`, a square matrix.
    fn new(of_sample: Vec<usize>, distinct: Matrix) -> Self {
        let n = distinct.n_rows();
        let members = |g| of_sample.iter().enumerate().filter(move |(_, h)| **h == g).map(|(i, _)| i);
        let order: Vec<usize> = (0..n).flat_map(members).collect();
        let mut ends = vec![0; n];
        order.iter().enumerate().for_each(|(k, &i)| ends[of_sample[i]] = k + 1);
        let in_order = order.is_sorted();
        Self { of_sample, n, order, in_order, ends, solver: Qr::new(distinct) }
    }

    /// One value a sample, group after group.
    pub(super) fn sorted<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        if self.in_order {
            return Cow::Borrowed(values);
        }
        self.order.iter().map(|&i| values[i]).collect()
    }

    /// [`Self::sorted`] in the room of `out`.
    pub(super) fn sort_into(&self, values: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.order.iter().map(|&i| values[i]));
    }

    /// Where each group lies in what [`Self::sorted`] returns.
    pub(super) fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        (0..self.n).map(|g| if g == 0 { 0 } else { self.ends[g - 1] }..self.ends[g])
    }

    /// Coefficients that give these values of the linear predictor.
    pub(super) fn coefficients(&self, eta: &[f64]) -> Vec<f64> {
        let mut effects = eta.to_vec();
        self.solver.apply_q_transposed(&mut effects);
        self.solver.solve_r(&effects)
    }
}

impl Layout {
    /// Recognises groups in a full-rank matrix.
    pub(super) fn new(x: Matrix) -> Self {
        let mut first: Vec<usize> = Vec::new();
        let of_sample: Vec<usize> = (0..x.n_rows())
            .map(|i| {
                let same = |&j: &usize| (0..x.n_cols()).all(|k| (x.at(i, k) - x.at(j, k)).abs() < 1e-12);
                first.iter().position(same).unwrap_or_else(|| {
                    first.push(i);
                    first.len() - 1
                })
            })
            .collect();
        let n = first.len();
        let groups = (n == x.n_cols()).then(|| Groups::new(of_sample, x.select_rows(&first)));
        Self { x, groups }
    }

    /// The model in which the combination `contrast` of coefficients is 0: the columns of X that are orthogonal to it.
    pub(super) fn without(&self, contrast: &[f64]) -> Self {
        let p = contrast.len();
        let qr = Qr::new(Matrix::from_columns(p, &[contrast.to_vec()]));
        let columns: Vec<Vec<f64>> = (1..p)
            .map(|k| {
                let mut axis = vec![0.0; p];
                axis[k] = 1.0;
                qr.apply_q(&mut axis);
                self.x.times(&axis)
            })
            .collect();
        Self::new(Matrix::from_columns(self.x.n_rows(), &columns))
    }

    /// Residual degrees of freedom of the samples in `informative`.
    pub(super) fn residual_df(&self, informative: &[usize]) -> f64 {
        if informative.len() == self.x.n_rows() {
            return (informative.len() - self.x.n_cols()) as f64;
        }
        if informative.is_empty() {
            return 0.0;
        }
        (informative.len() - Qr::new(self.x.select_rows(informative)).rank()) as f64
    }
}
