//! Whether a feature is detected more often in one group: exact for two groups, Firth's logistic regression beside
//! covariates.

use rayon::prelude::*;
use vesicle_base::math::{exp, ln, ln_gamma};

use crate::censored::Seen;
use crate::linear::Matrix;
use crate::special::ln_student_two_sided;

/// Detected and assayed samples of the two sides of a contrast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetectionCounts {
    /// Detected on the reference side.
    pub detected_reference: usize,
    /// Assayed on the reference side.
    pub assayed_reference: usize,
    /// Detected on the other side.
    pub detected_other: usize,
    /// Assayed on the other side.
    pub assayed_other: usize,
}

impl DetectionCounts {
    /// Counts one feature; `side` is `Some(true)` for the other side, `None` for samples of neither.
    pub fn of(readings: &[Seen], side: &[Option<bool>]) -> Self {
        let mut counts = Self::default();
        for (reading, side) in readings.iter().zip(side) {
            let detected = usize::from(matches!(reading, Seen::At(_)));
            match (reading, side) {
                (Seen::Missing, _) | (_, None) => {}
                (_, Some(false)) => {
                    counts.detected_reference += detected;
                    counts.assayed_reference += 1;
                }
                (_, Some(true)) => {
                    counts.detected_other += detected;
                    counts.assayed_other += 1;
                }
            }
        }
        counts
    }

    /// Smallest number of detects of the two sides.
    pub fn fewest(&self) -> usize {
        self.detected_reference.min(self.detected_other)
    }
}

/// Fisher's exact test, two-sided: (p, smallest p that the margins allow).
///
/// Sums tables no more probable than the seen one, as R's `fisher.test`. Never above its nominal level.
pub fn fisher_exact(counts: DetectionCounts) -> (f64, f64) {
    let (a, b) = (counts.assayed_reference, counts.assayed_other);
    let hits = counts.detected_reference + counts.detected_other;
    if a == 0 || b == 0 {
        return (f64::NAN, f64::NAN);
    }
    let choose = |n: usize, k: usize| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    let (lowest, highest) = (hits.saturating_sub(b), hits.min(a));
    let probability = |k: usize| exp(choose(a, k) + choose(b, hits - k) - choose(a + b, hits));
    let table: Vec<f64> = (lowest..=highest).map(probability).collect();
    let tail = |seen: f64| table.iter().filter(|p| **p <= seen * (1.0 + 1e-7)).sum::<f64>().min(1.0);
    let least = table.iter().copied().fold(f64::INFINITY, f64::min);
    (tail(table[counts.detected_reference - lowest]), tail(least))
}

/// Tests detection of every feature against the combination `contrast` by Firth's penalised likelihood ratio
/// (Firth 1993 Biometrika 80:27; Heinze & Schemper 2002 Stat Med 21:2409). `design` has one row a sample.
pub fn firth_tests(readings: &[Seen], design: &Matrix, contrast: &[f64]) -> Vec<f64> {
    readings
        .par_chunks_exact(design.n_rows())
        .with_min_len(16)
        .map(|row| firth_test(row, design, contrast).unwrap_or(f64::NAN))
        .collect()
}

fn firth_test(readings: &[Seen], design: &Matrix, contrast: &[f64]) -> Option<f64> {
    let kept: Vec<usize> = (0..readings.len()).filter(|&i| readings[i] != Seen::Missing).collect();
    let hits: Vec<f64> =
        kept.iter().map(|&i| f64::from(u8::from(matches!(readings[i], Seen::At(_))))).collect();
    let x = rotate(&design.select_rows(&kept), contrast);
    let full = firth_maximum(&x, &hits, x.n_cols())?;
    // the first column carries the contrast; without it the other coefficients span the null model
    let null = firth_maximum(&x, &hits, x.n_cols() - 1)?;
    Some(exp(ln_student_two_sided((2.0 * (full - null)).max(0.0).sqrt(), f64::INFINITY)))
}

/// The same model with the contrast's coefficient last.
fn rotate(x: &Matrix, contrast: &[f64]) -> Matrix {
    let p = contrast.len();
    let qr = crate::linear::Qr::new(Matrix::from_columns(p, &[contrast.to_vec()]));
    let columns: Vec<Vec<f64>> = (1..p)
        .chain([0])
        .map(|k| {
            let mut axis = vec![0.0; p];
            axis[k] = 1.0;
            qr.apply_q(&mut axis);
            x.times(&axis)
        })
        .collect();
    Matrix::from_columns(x.n_rows(), &columns)
}

/// Largest penalised ln likelihood when only the first `free` coefficients move; the penalty is the full model's.
fn firth_maximum(x: &Matrix, hits: &[f64], free: usize) -> Option<f64> {
    let mut b = vec![0.0; x.n_cols()];
    let mut best = penalised(x, hits, &b)?;
    for _ in 0..100 {
        let mut step = firth_step(x, hits, &b, free)?;
        let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let shrink = (5.0 / size.max(1e-300)).min(1.0);
        for s in &mut step {
            *s *= shrink;
        }
        let mut share = 1.0;
        while share > 1e-6 {
            let next: Vec<f64> = b.iter().zip(&step).map(|(v, s)| v + share * s).collect();
            match penalised(x, hits, &next) {
                Some(value) if value >= best - 1e-13 => {
                    (b, best) = (next, value);
                    break;
                }
                _ => share *= 0.5,
            }
        }
        if size < 1e-9 || share <= 1e-6 {
            break;
        }
    }
    Some(best)
}

fn chances(x: &Matrix, b: &[f64]) -> Vec<f64> {
    x.times(b).iter().map(|&eta| 1.0 / (1.0 + exp(-eta))).collect()
}

/// ln likelihood plus half ln det information.
fn penalised(x: &Matrix, hits: &[f64], b: &[f64]) -> Option<f64> {
    let pi = chances(x, b);
    let weight: Vec<f64> = pi.iter().map(|p| p * (1.0 - p)).collect();
    let ln_det = x.weighted_cross(&weight).cholesky()?.ln_det_cholesky();
    let fit: f64 = hits.iter().zip(&pi).map(|(h, p)| if *h > 0.5 { ln(*p) } else { ln(1.0 - p) }).sum();
    Some(fit + 0.5 * ln_det)
}

/// Scoring step of the first `free` coefficients with Firth's modified score.
fn firth_step(x: &Matrix, hits: &[f64], b: &[f64], free: usize) -> Option<Vec<f64>> {
    let pi = chances(x, b);
    let weight: Vec<f64> = pi.iter().map(|p| p * (1.0 - p)).collect();
    let whole = x.weighted_cross(&weight).cholesky()?;
    let pull: Vec<f64> = (0..hits.len())
        .map(|i| {
            let mut row: Vec<f64> = (0..x.n_cols()).map(|j| x.at(i, j)).collect();
            whole.solve_lower(&mut row);
            let leverage = weight[i] * row.iter().map(|v| v * v).sum::<f64>();
            hits[i] - pi[i] + leverage * (0.5 - pi[i])
        })
        .collect();
    let part = Matrix::from_columns(x.n_rows(), &(0..free).map(|j| x.column(j).to_vec()).collect::<Vec<_>>());
    let mut step: Vec<f64> =
        (0..free).map(|j| part.column(j).iter().zip(&pull).map(|(a, b)| a * b).sum()).collect();
    part.weighted_cross(&weight).cholesky()?.solve_cholesky(&mut step);
    step.resize(b.len(), 0.0);
    Some(step)
}

/// One p value for "differs in level or in detection", valid whatever their dependence.
///
/// Bonferroni over the two; where the margins cannot give detection a p below 0.05 its share goes to the level test
/// (Tarone 1990: the margins say nothing about the difference). NaN where neither can be tested.
pub fn combined_p(expression: f64, (detection, attainable): (f64, f64)) -> f64 {
    match (expression.is_nan(), detection.is_nan()) {
        (true, true) => f64::NAN,
        (true, false) => detection,
        (false, true) => expression,
        (false, false) if attainable > 0.05 => expression,
        (false, false) => (2.0 * expression.min(detection)).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(a: usize, n: usize, b: usize, m: usize) -> DetectionCounts {
        DetectionCounts { detected_reference: a, assayed_reference: n, detected_other: b, assayed_other: m }
    }

    #[test]
    fn fisher_matches_known_tables() {
        // all three against none of three: 2 / 20
        let (p, least) = fisher_exact(table(3, 3, 0, 3));
        assert!((p - 0.1).abs() < 1e-12 && (least - 0.1).abs() < 1e-12);
        // the lady tasting tea, three of four right
        assert!((fisher_exact(table(3, 4, 1, 4)).0 - 0.485_714_285_714_286).abs() < 1e-12);
    }

    #[test]
    fn firth_stays_finite_when_detection_separates_the_groups() {
        let x = Matrix::from_columns(8, &[vec![1.0; 8], [vec![0.0; 4], vec![1.0; 4]].concat()]);
        let readings = [[Seen::At(1.0); 4], [Seen::Below(0.0); 4]].concat();
        let p = firth_tests(&readings, &x, &[0.0, 1.0])[0];
        assert!(p > 0.001 && p < 0.05, "{p}");
    }
}
