//! A small dense matrix, column-major.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

/// A dense matrix, column-major: entry (i, j) is `data[j * n_rows + i]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    n_rows: usize,
    n_cols: usize,
    data: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(n_rows: usize, n_cols: usize) -> Self {
        Self { n_rows, n_cols, data: vec![0.0; n_rows * n_cols] }
    }

    /// Makes this a matrix of zeros, in the room it has.
    #[inline(always)]
    pub(crate) fn reset(&mut self, n_rows: usize, n_cols: usize) {
        (self.n_rows, self.n_cols) = (n_rows, n_cols);
        self.data.clear();
        self.data.resize(n_rows * n_cols, 0.0);
    }

    /// Makes this `a` with its rows multiplied by `scale`, in the room it has.
    #[inline(always)]
    pub(crate) fn copy_scaled(&mut self, a: &Self, scale: &[f64]) {
        (self.n_rows, self.n_cols) = (a.n_rows, a.n_cols);
        self.data.clear();
        self.data.resize(a.data.len(), 0.0);
        for j in 0..a.n_cols {
            for ((to, from), s) in self.column_mut(j).iter_mut().zip(a.column(j)).zip(scale) {
                *to = from * s;
            }
        }
    }

    /// A matrix from its columns, all of length `n_rows`.
    ///
    /// # Panics
    /// If a column has another length.
    pub fn from_columns(n_rows: usize, columns: &[Vec<f64>]) -> Self {
        assert!(columns.iter().all(|c| c.len() == n_rows), "every column has one entry a row");
        Self { n_rows, n_cols: columns.len(), data: columns.concat() }
    }

    /// Number of rows (samples).
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns (coefficients).
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Column `j`.
    pub fn column(&self, j: usize) -> &[f64] {
        &self.data[j * self.n_rows..(j + 1) * self.n_rows]
    }

    /// Column `j`, to write.
    pub fn column_mut(&mut self, j: usize) -> &mut [f64] {
        &mut self.data[j * self.n_rows..(j + 1) * self.n_rows]
    }

    /// Column `from` to read and the later column `to` to write.
    pub(crate) fn column_pair(&mut self, from: usize, to: usize) -> (&[f64], &mut [f64]) {
        let n = self.n_rows;
        let (before, after) = self.data.split_at_mut(to * n);
        (&before[from * n..(from + 1) * n], &mut after[..n])
    }

    /// Entry (i, j).
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.data[j * self.n_rows + i]
    }

    /// Overwrites entry (i, j).
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.data[j * self.n_rows + i] = value;
    }

    /// The matrix times a vector of `n_cols` entries.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.n_rows];
        self.times_onto(v, &mut out);
        out
    }

    /// Adds the matrix times a vector to `out`, of one entry a row.
    pub(crate) fn times_onto(&self, v: &[f64], out: &mut [f64]) {
        for (j, &vj) in v.iter().enumerate() {
            for (o, &x) in out.iter_mut().zip(self.column(j)) {
                *o += vj * x;
            }
        }
    }

    /// Xᵀ W X for a diagonal W, given as one weight a row.
    pub(crate) fn weighted_cross(&self, weight: &[f64]) -> Self {
        let p = self.n_cols;
        let mut out = Self::zeros(p, p);
        for a in 0..p {
            for b in 0..=a {
                let sum: f64 =
                    self.column(a).iter().zip(self.column(b)).zip(weight).map(|((u, v), w)| u * v * w).sum();
                out.set(a, b, sum);
                out.set(b, a, sum);
            }
        }
        out
    }

    /// The rows named by `keep`, in that order.
    #[must_use]
    pub fn select_rows(&self, keep: &[usize]) -> Self {
        let columns: Vec<Vec<f64>> =
            (0..self.n_cols).map(|j| keep.iter().map(|&i| self.at(i, j)).collect()).collect();
        Self::from_columns(keep.len(), &columns)
    }

    /// Lower Cholesky factor of a symmetric positive definite matrix, or `None` where it is not one. Reads the lower
    /// triangle only.
    #[inline(always)]
    pub(crate) fn cholesky(&self) -> Option<Self> {
        let mut l = Self::zeros(0, 0);
        self.cholesky_into(&mut l).then_some(l)
    }

    /// [`Self::cholesky`] in the room of `l`; false where the matrix is not positive definite.
    #[inline(always)]
    pub(crate) fn cholesky_into(&self, l: &mut Self) -> bool {
        let n = self.n_rows;
        l.reset(n, n);
        for j in 0..n {
            let (done, rest) = l.data.split_at_mut(j * n);
            let column = &mut rest[j..n];
            column.copy_from_slice(&self.column(j)[j..]);
            // four earlier columns at a time: the column is read and written a quarter as often
            let mut fours = done.chunks_exact(4 * n);
            for four in &mut fours {
                let [a, b, c, d] = [0, 1, 2, 3].map(|k| &four[k * n + j..(k + 1) * n]);
                let [sa, sb, sc, sd] = [a[0], b[0], c[0], d[0]];
                for ((((v, a), b), c), d) in column.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    *v -= (sa * a + sb * b) + (sc * c + sd * d);
                }
            }
            for earlier in fours.remainder().chunks_exact(n) {
                let share = earlier[j];
                for (v, e) in column.iter_mut().zip(&earlier[j..]) {
                    *v -= share * e;
                }
            }
            let pivot = column[0];
            if pivot <= self.at(j, j).abs() * 1e-14 || pivot.is_nan() {
                return false;
            }
            let root = pivot.sqrt();
            let inverse = 1.0 / root;
            column[0] = root;
            column[1..].iter_mut().for_each(|v| *v *= inverse);
        }
        true
    }

    /// Solves L x = b for a lower triangular matrix, in place.
    #[inline(always)]
    pub(crate) fn solve_lower(&self, b: &mut [f64]) {
        for j in 0..self.n_rows {
            let column = &self.column(j)[j..];
            b[j] /= column[0];
            let x = b[j];
            for (b, l) in b[j + 1..].iter_mut().zip(&column[1..]) {
                *b -= x * l;
            }
        }
    }

    /// Solves Lᵀ x = b for a lower triangular matrix, in place.
    #[inline(always)]
    pub(crate) fn solve_lower_transposed(&self, b: &mut [f64]) {
        for j in (0..self.n_rows).rev() {
            let column = &self.column(j)[j..];
            let dot: f64 = column[1..].iter().zip(&b[j + 1..]).map(|(l, b)| l * b).sum();
            b[j] = (b[j] - dot) / column[0];
        }
    }

    /// Solves A x = b where `self` is the lower Cholesky factor of A, in place.
    #[inline(always)]
    pub(crate) fn solve_cholesky(&self, b: &mut [f64]) {
        self.solve_lower(b);
        self.solve_lower_transposed(b);
    }

    /// ln det A where `self` is the lower Cholesky factor of A.
    pub(crate) fn ln_det_cholesky(&self) -> f64 {
        (0..self.n_rows).map(|i| 2.0 * vesicle_base::math::ln(self.at(i, i))).sum()
    }

    /// Pivots of the LDLᵀ decomposition of a symmetric matrix; a pivot lost to rounding shows as 0 and is skipped.
    pub(crate) fn ldl_pivots(&self) -> Vec<f64> {
        let n = self.n_rows;
        let mut a = self.clone();
        for k in 0..n {
            let pivot = a.at(k, k);
            if pivot <= self.at(k, k).abs() * 1e-15 {
                a.set(k, k, 0.0);
                continue;
            }
            for i in k + 1..n {
                let share = a.at(i, k) / pivot;
                for j in k + 1..n {
                    let value = a.at(i, j) - share * a.at(k, j);
                    a.set(i, j, value);
                }
            }
        }
        (0..n).map(|k| a.at(k, k)).collect()
    }
}
