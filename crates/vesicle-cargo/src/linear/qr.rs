//! QR by Householder reflections, without pivoting: a rank-deficient matrix is reported, not repaired.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use super::Matrix;
use crate::special::dot;

/// A column is dependent when its rest is below this share of its length; the bound R's `lm` uses.
const DEPENDENT_BELOW: f64 = 1e-7;

/// The QR decomposition of a tall matrix.
#[derive(Clone, Debug)]
pub(crate) struct Qr {
    /// Reflectors below and on the diagonal.
    reflectors: Matrix,
    /// Upper triangle of R, `n_cols` square.
    r: Matrix,
    /// Columns that are not combinations of earlier ones.
    independent: Vec<bool>,
}

impl Qr {
    /// Decomposes `a` (`n_rows >= n_cols` for full rank).
    pub(crate) fn new(a: Matrix) -> Self {
        let mut qr = Self::empty();
        qr.reflectors = a;
        qr.decompose();
        qr
    }

    /// Room for decompositions to come.
    pub(crate) fn empty() -> Self {
        let nothing = Matrix::zeros(0, 0);
        Self { reflectors: nothing.clone(), r: nothing, independent: Vec::new() }
    }

    /// Decomposes `a`, its rows multiplied by `scale`, in the room of the last decomposition.
    #[inline(always)]
    pub(crate) fn replace_scaled(&mut self, a: &Matrix, scale: &[f64]) {
        self.reflectors.copy_scaled(a, scale);
        self.decompose();
    }

    /// Turns what stands in `reflectors` into its decomposition.
    #[inline(always)]
    fn decompose(&mut self) {
        let Self { reflectors: a, r, independent } = self;
        let (n, p) = (a.n_rows(), a.n_cols());
        r.reset(p, p);
        independent.clear();
        independent.resize(p, true);
        let mut row = 0;
        for j in 0..p {
            let length = norm(a.column(j));
            for k in 0..j {
                if independent[k] {
                    let start = independent[..k].iter().filter(|&&d| d).count();
                    reflect_column(a, k, start, j);
                }
            }
            let rest = if row < n { norm(&a.column(j)[row..]) } else { 0.0 };
            if rest <= DEPENDENT_BELOW * length || length == 0.0 {
                independent[j] = false;
                continue;
            }
            for i in 0..row {
                r.set(i, j, a.at(i, j));
            }
            r.set(row, j, make_reflector(&mut a.column_mut(j)[row..], rest));
            row += 1;
        }
    }

    /// Number of independent columns.
    pub(crate) fn rank(&self) -> usize {
        self.independent.iter().filter(|&&d| d).count()
    }

    /// Whether every column is independent.
    pub(crate) fn is_full_rank(&self) -> bool {
        self.independent.iter().all(|&d| d)
    }

    /// The columns that are combinations of earlier ones.
    pub(crate) fn dependent_columns(&self) -> Vec<usize> {
        (0..self.independent.len()).filter(|&j| !self.independent[j]).collect()
    }

    /// Overwrites `y` by Qᵀ y: the first `rank` entries are the effects, the rest span the residuals.
    #[inline(always)]
    pub(crate) fn apply_q_transposed(&self, y: &mut [f64]) {
        let columns = (0..self.independent.len()).filter(|&k| self.independent[k]);
        for (row, k) in columns.enumerate() {
            reflect(&self.reflectors.column(k)[row..], &mut y[row..]);
        }
    }

    /// Overwrites `z` by Q z.
    #[inline(always)]
    pub(crate) fn apply_q(&self, z: &mut [f64]) {
        let mut row = self.rank();
        for k in (0..self.independent.len()).rev().filter(|&k| self.independent[k]) {
            row -= 1;
            reflect(&self.reflectors.column(k)[row..], &mut z[row..]);
        }
    }

    /// Solves R b = effects for a full-rank matrix.
    #[inline(always)]
    pub(crate) fn solve_r(&self, effects: &[f64]) -> Vec<f64> {
        let p = self.r.n_cols();
        let mut b = effects[..p].to_vec();
        for i in (0..p).rev() {
            let dot: f64 = (i + 1..p).map(|k| self.r.at(i, k) * b[k]).sum();
            b[i] = (b[i] - dot) / self.r.at(i, i);
        }
        b
    }

    /// cᵀ (XᵀX)⁻¹ c of a full-rank matrix: the unscaled variance of the contrast `c`.
    #[inline(always)]
    pub(crate) fn unscaled_variance(&self, c: &[f64]) -> f64 {
        // solve Rᵀ z = c, then the variance is zᵀ z
        let p = self.r.n_cols();
        let mut z = c.to_vec();
        for i in 0..p {
            let dot: f64 = (0..i).map(|k| self.r.at(k, i) * z[k]).sum();
            z[i] = (z[i] - dot) / self.r.at(i, i);
        }
        z.iter().map(|v| v * v).sum()
    }

    /// ln |det R| of a full-rank matrix.
    pub(crate) fn ln_abs_det_r(&self) -> f64 {
        (0..self.r.n_cols()).map(|i| vesicle_base::math::ln(self.r.at(i, i).abs())).sum()
    }

    /// Diagonal of the hat matrix into `out`, one entry a row; `unit` is room.
    #[inline(always)]
    pub(crate) fn leverages_into(&self, out: &mut Vec<f64>, unit: &mut Vec<f64>) {
        let n = self.reflectors.n_rows();
        out.clear();
        out.resize(n, 0.0);
        for k in 0..self.rank() {
            unit.clear();
            unit.resize(n, 0.0);
            unit[k] = 1.0;
            self.apply_q(unit);
            for (o, u) in out.iter_mut().zip(unit.iter()) {
                *o += u * u;
            }
        }
    }
}

/// Euclidean length.
#[inline(always)]
fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

/// Turns `v` into the unit reflector that maps it on its first axis; returns the new diagonal of R.
#[inline(always)]
fn make_reflector(v: &mut [f64], length: f64) -> f64 {
    let diagonal = if v[0] > 0.0 { -length } else { length };
    v[0] -= diagonal;
    let size = norm(v);
    for x in &mut *v {
        *x /= size;
    }
    diagonal
}

/// y - 2 v (vᵀ y).
#[inline(always)]
fn reflect(v: &[f64], y: &mut [f64]) {
    let twice = 2.0 * dot(v, y);
    for (yi, vi) in y.iter_mut().zip(v) {
        *yi -= twice * vi;
    }
}

/// Applies the reflector kept in column `from`, starting at `start`, to column `to`.
#[inline(always)]
fn reflect_column(a: &mut Matrix, from: usize, start: usize, to: usize) {
    let (reflector, column) = a.column_pair(from, to);
    reflect(&reflector[start..], &mut column[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Matrix {
        Matrix::from_columns(4, &[vec![1.0; 4], vec![0.0, 1.0, 2.0, 3.0]])
    }

    #[test]
    fn recovers_a_line() {
        let qr = Qr::new(line());
        let mut y = vec![1.0, 3.0, 5.0, 7.0];
        qr.apply_q_transposed(&mut y);
        let b = qr.solve_r(&y);
        assert!((b[0] - 1.0).abs() < 1e-14 && (b[1] - 2.0).abs() < 1e-14);
        assert!(y[2].abs() < 1e-14 && y[3].abs() < 1e-14);
        // the slope's unscaled variance is 1 / sum of squares = 1/5
        assert!((qr.unscaled_variance(&[0.0, 1.0]) - 0.2).abs() < 1e-15);
    }

    #[test]
    fn leverages_sum_to_the_rank() {
        let (mut leverages, mut room) = (vec![9.0; 7], Vec::new());
        Qr::new(line()).leverages_into(&mut leverages, &mut room);
        let sum: f64 = leverages.iter().sum();
        assert!((sum - 2.0).abs() < 1e-14);
    }

    #[test]
    fn room_used_again_gives_the_same_decomposition() {
        let mut again = Qr::new(Matrix::from_columns(3, &[vec![1.0; 3], vec![2.0; 3], vec![1.0, 0.0, 0.0]]));
        again.replace_scaled(&line(), &[1.0, 2.0, 0.5, 1.0]);
        let columns = [vec![1.0, 2.0, 0.5, 1.0], vec![0.0, 2.0, 1.0, 3.0]];
        let anew = Qr::new(Matrix::from_columns(4, &columns));
        assert_eq!(
            (again.reflectors, again.r, again.independent),
            (anew.reflectors, anew.r, anew.independent)
        );
    }

    #[test]
    fn names_the_dependent_column() {
        let a = Matrix::from_columns(3, &[vec![1.0; 3], vec![2.0; 3], vec![1.0, 0.0, 0.0]]);
        let qr = Qr::new(a);
        assert_eq!(qr.dependent_columns(), vec![1]);
        assert_eq!(qr.rank(), 2);
    }
}
