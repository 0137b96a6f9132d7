//! The same draws under narrower and wider priors, by importance weights.
//!
//! Every prior is uniform in its own probability u, so z = Φ⁻¹(u) is standard normal whatever its form. A prior whose
//! width is `s` times as large has z ~ N(0, s²): inside the same bounds, nearer to the middle (s < 1) or to the ends
//! (s > 1). A draw's weight is the product over the reweighted numbers of N(z; 0, s²) / N(z; 0, 1). What the weights
//! leave of n draws is Kish's effective number (Σw)² / Σw².
//! Reference: Kish (1965), *Survey Sampling*; Owen (2013), *Monte Carlo theory, methods and examples*, chapter 9.

use super::share::wilson_of;
use vesicle_base::math;

/// A share under reweighted priors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reweighted {
    /// Weighted share of the draws that hit.
    pub share: f64,
    /// Lower end of Wilson's 95 % interval at the effective number of draws.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Effective number of draws.
    pub effective: f64,
}

/// Logarithm of the weight of a draw whose numbers stand at the given probabilities, when every prior is `width` times
/// as wide.
pub fn ln_weight(probabilities: impl Iterator<Item = f64>, width: f64) -> f64 {
    let one = |u: f64| {
        let z = math::normal_quantile(u.clamp(1e-12, 1.0 - 1e-12));
        0.5 * z * z * (1.0 - 1.0 / (width * width)) - math::ln(width)
    };
    probabilities.map(one).sum()
}

/// The share of hits under weights given as logarithms; `None` without draws.
pub fn share(ln_weights: &[f64], hits: &[bool]) -> Option<Reweighted> {
    let most = ln_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() || ln_weights.len() != hits.len() {
        return None;
    }
    let (mut sum, mut squares, mut hit) = (0.0, 0.0, 0.0);
    for (ln_weight, is_hit) in ln_weights.iter().zip(hits) {
        let weight = math::exp(ln_weight - most);
        sum += weight;
        squares += weight * weight;
        hit += if *is_hit { weight } else { 0.0 };
    }
    let effective = sum * sum / squares;
    let share = (hit / sum).clamp(0.0, 1.0);
    let (low, high) = wilson_of(share, effective);
    Some(Reweighted { share, low, high, effective })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    fn draws(n: u64, k: u32) -> Vec<Vec<f64>> {
        let rng = Rng::new(5);
        (0..n).map(|i| (0..k).map(|j| rng.at(Purpose(3), i, j).uniform_positive()).collect()).collect()
    }

    /// P(z > 1) is 0.158655 as drawn, 0.105650 at 0.8 times the width and 0.202328 at 1.2 times.
    #[test]
    fn a_tail_follows_the_width() {
        let draws = draws(200_000, 1);
        let hits: Vec<bool> = draws.iter().map(|u| math::normal_quantile(u[0]) > 1.0).collect();
        for (width, known) in [(1.0, 0.158_655), (0.8, 0.105_650), (1.2, 0.202_328)] {
            let weights: Vec<f64> = draws.iter().map(|u| ln_weight(u.iter().copied(), width)).collect();
            let found = share(&weights, &hits).unwrap();
            assert!((found.share - known).abs() < 0.004, "{width}: {found:?}");
            assert!(found.low < known && known < found.high);
        }
    }

    /// E w² of one number is 1 / (s √(2 s² − … )): for s = 0.8 it is 1.0719, so k numbers leave n / 1.0719^k.
    #[test]
    fn many_numbers_cost_draws() {
        let draws = draws(100_000, 8);
        let hits = vec![true; draws.len()];
        let weights: Vec<f64> = draws.iter().map(|u| ln_weight(u.iter().copied(), 0.8)).collect();
        let found = share(&weights, &hits).unwrap();
        let known = 100_000.0 / math::pow(1.0 / (0.64 * (2.0 / 0.64 - 1.0_f64).sqrt()), 8.0);
        assert!((found.effective / known - 1.0).abs() < 0.03, "{} {known}", found.effective);
        assert_eq!(found.share, 1.0);
        assert!(share(&[], &[]).is_none());
    }
}
