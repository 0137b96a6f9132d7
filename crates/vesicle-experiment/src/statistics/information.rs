//! How much a measurement would tell which of several explanations is true.
//!
//! Mutual information between the explanation (each equally likely) and the measurement in bins of equal number,
//! in bits, less the bias of Miller and Madow, (bins − 1)(explanations − 1) / 2n ln 2.
//! Reference: Lindley (1956), doi 10.1214/aoms/1177728069; Miller (1955), note on the bias of information estimates.

use statrs::distribution::{ChiSquared, ContinuousCDF};
use vesicle_base::math;

/// How often chance alone may pass.
const FALSE: f64 = 0.05;

/// Information of a measurement, bits, 0 to log2 of the number of explanations; `values` holds the measurement in the
/// draws of each explanation. 0 when there is nothing to tell apart or too little to tell it by.
pub fn information(values: &[Vec<f64>], bins: usize) -> f64 {
    let n_explanations = values.len();
    let smallest = values.iter().map(Vec::len).min().unwrap_or(0);
    if n_explanations < 2 || smallest == 0 || bins < 2 {
        return 0.0;
    }
    let edges = edges(values, bins);
    let mut joint = vec![vec![0.0; edges.len() + 1]; n_explanations];
    for (row, draws) in joint.iter_mut().zip(values) {
        for value in draws {
            let bin = edges.partition_point(|edge| edge.total_cmp(value).is_lt());
            row[bin] += 1.0 / (draws.len() * n_explanations) as f64;
        }
    }
    let used = (0..=edges.len()).filter(|bin| joint.iter().any(|row| row[*bin] > 0.0)).count();
    let mut bits = 0.0;
    for bin in 0..=edges.len() {
        let of_bin: f64 = joint.iter().map(|row| row[bin]).sum();
        for row in joint.iter().filter(|row| row[bin] > 0.0) {
            bits += row[bin] * math::log2(row[bin] * n_explanations as f64 / of_bin);
        }
    }
    let n: usize = values.iter().map(Vec::len).sum();
    let bias = (used - 1) as f64 * (n_explanations - 1) as f64 / (2.0 * n as f64 * core::f64::consts::LN_2);
    (bits - bias).clamp(0.0, math::log2(n_explanations as f64))
}

/// What the highest [`information`] of so many measurements that tell nothing passes with a chance of 5 %, bits; `n` values
/// in all. Of one, 2 n ln 2 times the information plus its bias is distributed as chi-squared with
/// (bins − 1)(explanations − 1) degrees of freedom (the G test; Wilks 1938, doi 10.1214/aoms/1177732360); Bonferroni's
/// bound for the highest.
pub fn by_chance(n: usize, n_explanations: usize, bins: usize, tried: usize) -> f64 {
    let freedom = (bins.saturating_sub(1) * n_explanations.saturating_sub(1)) as f64;
    let Ok(chi_squared) = ChiSquared::new(freedom) else { return 0.0 };
    let highest = chi_squared.inverse_cdf(1.0 - FALSE / tried.max(1) as f64);
    ((highest - freedom) / (2.0 * n.max(1) as f64 * core::f64::consts::LN_2)).max(0.0)
}

/// Inner edges of bins that hold equally many of all values; equal edges once.
fn edges(values: &[Vec<f64>], bins: usize) -> Vec<f64> {
    let mut all: Vec<f64> = values.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> = (1..bins).map(|k| all[(k * all.len() / bins).min(all.len() - 1)]).collect();
    edges.dedup_by(|a, b| a.total_cmp(b).is_eq());
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(from: f64, n: usize) -> Vec<f64> {
        (0..n).map(|k| from + k as f64 / n as f64).collect()
    }

    #[test]
    fn what_parts_the_explanations_tells_all_and_what_does_not_tells_nothing() {
        let apart = information(&[ramp(0.0, 500), ramp(2.0, 500)], 10);
        assert!((apart - 1.0).abs() < 0.02, "{apart}");
        let three = information(&[ramp(0.0, 500), ramp(2.0, 500), ramp(4.0, 500)], 12);
        assert!((three - math::log2(3.0)).abs() < 0.03, "{three}");
        assert!(information(&[ramp(0.0, 500), ramp(0.0, 500)], 10) < 1e-9);
        assert_eq!(information(&[vec![1.0; 50], vec![1.0; 50]], 10), 0.0);
        assert_eq!(information(&[ramp(0.0, 5)], 10), 0.0);
    }

    /// Half overlap of two uniform distributions leaves half a bit.
    #[test]
    fn half_an_overlap_is_half_a_bit() {
        let half = information(&[ramp(0.0, 3000), ramp(0.5, 3000)], 12);
        assert!((half - 0.5).abs() < 0.02, "{half}");
    }

    /// Explanations that do not differ, drawn at random: the best of twenty passes in about 5 % of experiments.
    #[test]
    fn chance_seldom_passes_what_chance_gives() {
        use vesicle_base::{Purpose, Rng};
        let rng = Rng::new(11);
        let drawn = |experiment: u64, tried: u32, explanation: u64| -> Vec<f64> {
            let mut draws = rng.at(Purpose(1), 2 * experiment + explanation, tried);
            (0..200).map(|_| draws.uniform()).collect()
        };
        let limit = by_chance(400, 2, 10, 20);
        let passes = |experiment: &u64| {
            (0..20).any(|tried| information(&[0, 1].map(|of| drawn(*experiment, tried, of)), 10) > limit)
        };
        let n = (0..400).filter(passes).count();
        assert!((6..=36).contains(&n), "{n} of 400");
        assert!(by_chance(400, 2, 10, 1) < limit && by_chance(4000, 2, 10, 20) < limit / 9.0);
    }
}
