//! What a unit deviance is worth when counts are small: its own mean and variance, not those of chi-square.
//!
//! A deviance of mean m and variance v is taken as `v / 2m` times a chi-square of `2 m² / v` degrees of freedom
//! (Satterthwaite); so a sample of mean 0.05 counts for a few hundredths of a degree, not for one. The idea is that
//! of Chen et al. (2025) NAR 53:gkaf018; the moments here are sums over the distribution, tabled in ln mu.

use rayon::prelude::*;
use vesicle_base::math::{exp, ln, ln_1p};

use super::deviance::unit_deviances;
use super::layout::Layout;
use crate::special::ln_all;

/// Smallest and largest tabled mean; beyond, the end values hold.
const RANGE: (f64, f64) = (1e-4, 300.0);

/// Number of tabled means.
const NODES: usize = 240;

/// Mean and variance of the unit deviance at one dispersion.
#[derive(Clone, Debug)]
pub(super) struct DevianceMoments {
    /// (mean, variance) at equal steps of ln mu.
    table: Vec<(f64, f64)>,
    /// ln of the first tabled mean.
    start: f64,
    step: f64,
}

impl DevianceMoments {
    /// Tables the moments at dispersion `phi`.
    pub(super) fn new(phi: f64) -> Self {
        let start = ln(RANGE.0);
        let step = (ln(RANGE.1) - start) / (NODES - 1) as f64;
        let table = (0..NODES)
            .into_par_iter()
            .with_min_len(4)
            .map(|k| moments(RANGE.0 * exp(step * k as f64), phi))
            .collect();
        Self { table, start, step }
    }

    /// Mean and variance where the mean's logarithm is `ln_mu`.
    fn at(&self, ln_mu: f64) -> (f64, f64) {
        let place = ((ln_mu - self.start) / self.step).clamp(0.0, (NODES - 1) as f64);
        let k = (place as usize).min(NODES - 2);
        let share = place - k as f64;
        let ((m0, v0), (m1, v1)) = (self.table[k], self.table[k + 1]);
        (m0 + share * (m1 - m0), v0 + share * (v1 - v0))
    }

    /// Deviance as it is and adjusted, and the adjusted one's degrees of freedom, the fitted coefficients' share
    /// (leverage) taken off each sample's.
    pub(super) fn adjusted(&self, layout: &Layout, y: &[f64], mu: &[f64], phi: f64) -> Weighed {
        let leverage = leverages(layout, mu, phi);
        let units = unit_deviances(y, mu, phi, 0.0);
        let mut ln_mu = mu.to_vec();
        ln_all(&mut ln_mu);
        let (mut plain, mut deviance, mut df) = (0.0, 0.0, 0.0);
        for ((unit, ln_mu), h) in units.iter().zip(ln_mu).zip(leverage).filter(|((_, l), _)| l.is_finite()) {
            let (m, v) = self.at(ln_mu);
            plain += unit;
            deviance += 2.0 * m / v * unit;
            df += (1.0 - h).max(0.0) * 2.0 * m * m / v;
        }
        Weighed { plain, deviance, df }
    }
}

/// The deviances of one feature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// Unadjusted.
    pub(super) plain: f64,
    /// What estimates the quasi-dispersion, over `df`.
    pub(super) deviance: f64,
    /// Degrees of freedom of `deviance`.
    pub(super) df: f64,
}

/// Mean and variance of the unit deviance of a negative binomial of mean `mu`, summed over the counts that carry
/// all but 1e-9 of the probability.
fn moments(mu: f64, phi: f64) -> (f64, f64) {
    const LONGEST: usize = 40_000;
    const BLOCK: usize = 32;
    let ratio = phi * mu / (1.0 + phi * mu);
    let mut probability = if phi > 1e-8 { exp(-ln_1p(phi * mu) / phi) } else { exp(-mu) };
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    'blocks: for start in (0..LONGEST).step_by(BLOCK) {
        let counts: [f64; BLOCK] = std::array::from_fn(|k| (start + k) as f64);
        for (y, d) in counts.iter().zip(unit_deviances(&counts, &[mu; BLOCK], phi, 0.0)) {
            total += probability;
            first += probability * d;
            second += probability * d * d;
            if *y > mu && total > 1.0 - 1e-9 {
                break 'blocks;
            }
            let growth = if phi > 1e-8 { (y + 1.0 / phi) * ratio } else { mu };
            probability *= growth / (y + 1.0);
        }
    }
    let mean = first / total;
    (mean, second / total - mean * mean)
}

/// Diagonal of the weighted hat matrix, weights mu / (1 + phi mu).
fn leverages(layout: &Layout, mu: &[f64], phi: f64) -> Vec<f64> {
    let weight: Vec<f64> = mu.iter().map(|m| m / (1.0 + phi * m)).collect();
    if let Some(groups) = &layout.groups {
        let mut sums = vec![0.0; groups.n];
        for (&g, w) in groups.of_sample.iter().zip(&weight) {
            sums[g] += w;
        }
        return groups
            .of_sample
            .iter()
            .zip(&weight)
            .map(|(&g, w)| if *w > 0.0 { w / sums[g] } else { 1.0 })
            .collect();
    }
    let Some(factor) = layout.x.weighted_cross(&weight).cholesky() else { return vec![1.0; mu.len()] };
    (0..mu.len())
        .map(|i| {
            let mut row: Vec<f64> = (0..layout.x.n_cols()).map(|j| layout.x.at(i, j)).collect();
            factor.solve_lower(&mut row);
            weight[i] * row.iter().map(|v| v * v).sum::<f64>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_poisson_counts_are_chi_square_and_rare_ones_are_worth_little() {
        let (m, v) = moments(200.0, 0.0);
        assert!((m - 1.0).abs() < 2e-3 && (v - 2.0).abs() < 2e-2, "{m} {v}");
        let (m, v) = moments(0.01, 0.1);
        assert!(2.0 * m * m / v < 0.05, "{m} {v}");
    }

    #[test]
    fn the_table_interpolates_the_sums() {
        let t = DevianceMoments::new(0.2);
        for mu in [0.013, 0.77, 5.1, 88.0] {
            let ((a, b), (c, d)) = (t.at(ln(mu)), moments(mu, 0.2));
            assert!((a / c - 1.0).abs() < 2e-3 && (b / d - 1.0).abs() < 5e-3, "{mu}: {a} {c} {b} {d}");
        }
    }
}
