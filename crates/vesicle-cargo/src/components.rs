//! Principal components of samples, from the features detected in every one: nothing is imputed.

use vesicle_base::math::sqrt;

use crate::censored::Seen;

/// Where samples lie on the first two components.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// One pair a sample.
    pub scores: Vec<[f64; 2]>,
    /// Share of the variance along each, 0 to 1.
    pub share: [f64; 2],
    /// Features used.
    pub n_features: usize,
}

/// Fewest features and samples for a picture.
const LEAST: usize = 3;
/// Steps of the power iteration; what has not settled then lies in a plane whose axes are arbitrary.
const STEPS: usize = 2000;

/// The first two components of features × `n_samples` log2 amounts, features centred. `None` with fewer than three
/// features detected in every sample, fewer than three samples, or no variance.
///
/// The sign of a component is chosen so that its largest score is positive.
pub fn components(amounts: &[Seen], n_samples: usize) -> Option<Components> {
    if n_samples < LEAST {
        return None;
    }
    let rows: Vec<Vec<f64>> = amounts.chunks_exact(n_samples).filter_map(centred).collect();
    if rows.len() < LEAST {
        return None;
    }
    let mut gram = gram(&rows, n_samples);
    let total: f64 = (0..n_samples).map(|i| gram[i * n_samples + i]).sum();
    if !(total > 0.0 && total.is_finite()) {
        return None;
    }
    let mut found = [(Vec::new(), 0.0), (Vec::new(), 0.0)];
    for slot in &mut found {
        *slot = leading(&gram, n_samples);
        deflate(&mut gram, &slot.0, slot.1);
    }
    let [(a, first), (b, second)] = found;
    let scores = a.iter().zip(&b).map(|(u, v)| [u * sqrt(first), v * sqrt(second)]).collect();
    Some(Components { scores, share: [first / total, second / total], n_features: rows.len() })
}

fn centred(row: &[Seen]) -> Option<Vec<f64>> {
    let values: Option<Vec<f64>> =
        row.iter().map(|s| if let Seen::At(v) = s { Some(*v) } else { None }).collect();
    let values = values?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some(values.iter().map(|v| v - mean).collect())
}

/// Samples by samples, row-major.
fn gram(rows: &[Vec<f64>], n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n * n];
    for row in rows {
        for i in 0..n {
            for j in 0..n {
                out[i * n + j] += row[i] * row[j];
            }
        }
    }
    out
}

/// The largest eigenvalue and its vector by power iteration from the column of largest norm.
fn leading(gram: &[f64], n: usize) -> (Vec<f64>, f64) {
    let norm = |v: &[f64]| sqrt(v.iter().map(|x| x * x).sum::<f64>());
    let start = (0..n).fold(0, |best, i| if gram[i * n + i] > gram[best * n + best] { i } else { best });
    let mut vector: Vec<f64> = gram[start * n..(start + 1) * n].to_vec();
    let mut value = 0.0;
    for _ in 0..STEPS {
        let size = norm(&vector);
        if size <= 0.0 || !size.is_finite() {
            return (vec![0.0; n], 0.0);
        }
        vector.iter_mut().for_each(|v| *v /= size);
        let next: Vec<f64> =
            gram.chunks_exact(n).map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum()).collect();
        value = next.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>();
        let moved: f64 = next.iter().zip(&vector).map(|(a, b)| (a - value * b).abs()).sum();
        if moved <= 1e-12 * value.abs() {
            break;
        }
        vector = next;
    }
    let size = norm(&vector).max(f64::MIN_POSITIVE);
    let peak = vector.iter().copied().fold(0.0_f64, |m, v| if v.abs() > m.abs() { v } else { m });
    let sign = if peak < 0.0 { -1.0 } else { 1.0 };
    (vector.iter().map(|v| sign * v / size).collect(), value.max(0.0))
}

fn deflate(gram: &mut [f64], vector: &[f64], value: f64) {
    let n = vector.len();
    for i in 0..n {
        for j in 0..n {
            gram[i * n + j] -= value * vector[i] * vector[j];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found_with_its_variances() {
        // two features that vary apart from each other, with variances 4 and 1, and a third that is constant
        let rows = [[2.0, -2.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0], [5.0, 5.0, 5.0, 5.0]];
        let amounts: Vec<Seen> = rows.iter().flatten().map(|v| Seen::At(*v)).collect();
        let found = components(&amounts, 4).unwrap();
        assert!((found.share[0] - 0.8).abs() < 1e-12 && (found.share[1] - 0.2).abs() < 1e-12, "{found:?}");
        assert!(
            (found.scores[0][0].abs() - 2.0).abs() < 1e-9 && (found.scores[2][1].abs() - 1.0).abs() < 1e-9
        );
        assert!((found.scores[0][0] + found.scores[1][0]).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_detected_everywhere_is_left_out() {
        let mut amounts: Vec<Seen> = (0..16).map(|i| Seen::At(f64::from(i * i % 7))).collect();
        let all = components(&amounts, 4).unwrap();
        assert_eq!(all.n_features, 4);
        amounts[0] = Seen::Below(0.0);
        assert_eq!(components(&amounts, 4).unwrap().n_features, 3);
        amounts[4] = Seen::Missing;
        assert!(components(&amounts, 4).is_none());
        assert!(components(&[Seen::At(1.0); 16], 4).is_none());
    }
}
