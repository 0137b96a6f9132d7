//! A small dense matrix, column-major.

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
        for (j, &vj) in v.iter().enumerate() {
            for (o, &x) in out.iter_mut().zip(self.column(j)) {
                *o += vj * x;
            }
        }
        out
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

    /// Lower Cholesky factor of a symmetric positive definite matrix, or `None` where it is not one.
    pub(crate) fn cholesky(&self) -> Option<Self> {
        let n = self.n_rows;
        let mut l = Self::zeros(n, n);
        for j in 0..n {
            for i in j..n {
                let dot: f64 = (0..j).map(|k| l.at(i, k) * l.at(j, k)).sum();
                let rest = self.at(i, j) - dot;
                if i == j {
                    if rest <= self.at(j, j).abs() * 1e-14 || rest.is_nan() {
                        return None;
                    }
                    l.set(j, j, rest.sqrt());
                } else {
                    l.set(i, j, rest / l.at(j, j));
                }
            }
        }
        Some(l)
    }

    /// Solves L x = b for a lower triangular matrix, in place.
    pub(crate) fn solve_lower(&self, b: &mut [f64]) {
        for i in 0..self.n_rows {
            let dot: f64 = (0..i).map(|k| self.at(i, k) * b[k]).sum();
            b[i] = (b[i] - dot) / self.at(i, i);
        }
    }

    /// Solves Lᵀ x = b for a lower triangular matrix, in place.
    pub(crate) fn solve_lower_transposed(&self, b: &mut [f64]) {
        for i in (0..self.n_rows).rev() {
            let dot: f64 = (i + 1..self.n_rows).map(|k| self.at(k, i) * b[k]).sum();
            b[i] = (b[i] - dot) / self.at(i, i);
        }
    }

    /// Solves A x = b where `self` is the lower Cholesky factor of A, in place.
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
