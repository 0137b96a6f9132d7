//! Small dense linear algebra: Cholesky factor, triangular solves, leading eigenvectors of sums of squares.
//!
//! Matrices are rows of rows. Sizes are those of a table's columns, a few hundred at most.

/// Rounds of orthogonal iteration: a subspace is wanted, not each vector to the last digit.
const ROUNDS: u32 = 15;

/// Lower Cholesky factor of a symmetric matrix given by its elements; `None` where it is not positive definite.
pub fn cholesky(n: usize, element: impl Fn(usize, usize) -> f64) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(n);
    for i in 0..n {
        let mut row = Vec::with_capacity(i + 1);
        for (j, above) in factor.iter().enumerate() {
            let rest = element(i, j) - inner(&row[..j], &above[..j]);
            row.push(rest / above[j]);
        }
        let rest = element(i, i) - inner(&row, &row);
        if rest.is_nan() || rest <= 0.0 {
            return None;
        }
        row.push(rest.sqrt());
        factor.push(row);
    }
    Some(factor)
}

/// x of L x = b.
pub fn solve_lower(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in factor.iter().zip(b) {
        let at = x.len();
        x.push((b - inner(&row[..at], &x)) / row[at]);
    }
    x
}

/// x of Lᵀ x = b.
pub fn solve_upper(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in (0..x.len().min(factor.len())).rev() {
        x[i] /= factor[i][i];
        let known = x[i];
        for (below, element) in x[..i].iter_mut().zip(&factor[i]) {
            *below -= element * known;
        }
    }
    x
}

/// Orthonormal vectors that span the directions in which the rows are longest, at most `most` of them, each with the
/// mean square of the rows along it, falling.
pub fn leading(rows: &[Vec<f64>], most: usize) -> Vec<(f64, Vec<f64>)> {
    let Some(width) = rows.first().map(Vec::len) else { return Vec::new() };
    // The longest rows are a start that depends on nothing but the rows.
    let mut by_length: Vec<usize> = (0..rows.len()).collect();
    by_length
        .sort_by(|a, b| inner(&rows[*b], &rows[*b]).total_cmp(&inner(&rows[*a], &rows[*a])).then(a.cmp(b)));
    let mut vectors = orthonormal(by_length.iter().map(|at| rows[*at].clone()), most.min(width));
    for _ in 0..ROUNDS {
        vectors = orthonormal(vectors.iter().map(|vector| times_square(rows, vector)), most);
    }
    let mean_square = |vector: &[f64]| {
        rows.iter().map(|row| inner(row, vector) * inner(row, vector)).sum::<f64>() / rows.len() as f64
    };
    let mut found: Vec<(f64, Vec<f64>)> = vectors.into_iter().map(|v| (mean_square(&v), v)).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found
}

/// Σ row (row · vector).
fn times_square(rows: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; vector.len()];
    for row in rows {
        let along = inner(row, vector);
        product.iter_mut().zip(row).for_each(|(sum, element)| *sum += element * along);
    }
    product
}

/// Gram and Schmidt, twice for their rounding; what depends on those before is left out.
fn orthonormal(candidates: impl Iterator<Item = Vec<f64>>, most: usize) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for mut candidate in candidates {
        if kept.len() == most {
            break;
        }
        let length = inner(&candidate, &candidate).sqrt();
        for vector in kept.iter().chain(&kept) {
            let along = inner(&candidate, vector);
            candidate.iter_mut().zip(vector).for_each(|(element, v)| *element -= along * v);
        }
        let left = inner(&candidate, &candidate).sqrt();
        if left > 1e-9 * length && left > 0.0 {
            candidate.iter_mut().for_each(|element| *element /= left);
            kept.push(candidate);
        }
    }
    kept
}

/// Inner product.
pub fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_gives_its_matrix_back_and_solves() {
        let matrix = [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let factor = cholesky(3, |i, j| matrix[i][j]).unwrap();
        for (i, row) in matrix.iter().enumerate() {
            for (j, element) in row.iter().enumerate() {
                let n = i.min(j) + 1;
                assert!((inner(&factor[i][..n], &factor[j][..n]) - element).abs() < 1e-12);
            }
        }
        let x = solve_upper(&factor, &solve_lower(&factor, &[1.0, -2.0, 3.0]));
        for (row, b) in matrix.iter().zip([1.0, -2.0, 3.0]) {
            assert!((inner(row, &x) - b).abs() < 1e-12);
        }
        assert!(cholesky(2, |i, j| if i == j { 1.0 } else { 2.0 }).is_none(), "not positive definite");
    }

    #[test]
    fn the_longest_direction_comes_first() {
        let rows: Vec<Vec<f64>> =
            (-5..=5).map(|k| vec![3.0 * f64::from(k), 4.0 * f64::from(k), 0.1 * f64::from(k * k)]).collect();
        let found = leading(&rows, 2);
        let first = &found[0];
        assert!((first.1[0].abs() - 0.6).abs() < 1e-6 && (first.1[1].abs() - 0.8).abs() < 1e-6, "{found:?}");
        assert!((first.0 - 250.0).abs() < 1e-6, "mean of 25 k²");
        assert!(inner(&found[0].1, &found[1].1).abs() < 1e-9 && found[0].0 > found[1].0);
        assert!(leading(&[], 3).is_empty());
        assert_eq!(leading(&[vec![0.0; 4]], 3), []);
    }
}
