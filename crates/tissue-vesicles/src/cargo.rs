//! Copies carried: drawn when vesicles are captured, and shared out when some of them move on.
//!
//! Equation: the copies n in one vesicle are gamma-Poisson with mean m and variance m + d m², so k vesicles together
//! carry a gamma-Poisson number of mean k m and variance k (m + d m²); and of N copies in k vesicles, those in a subset
//! of j are beta-binomial with shapes j/d and (k − j)/d (binomial with p = j/k where d = 0).
//! Discretisation: none; both laws are exact for any k, and cost the same for 1 and for 10¹².
//! Reference: Johnson, Kemp, Kotz, Univariate Discrete Distributions (2005), ch. 5 and 6, doi 10.1002/0471715816.
//! Proved by `tests::k_vesicles_have_the_compound_moments`, `tests::sharing_out_keeps_the_law`.

use crate::law::CargoLaw;
use vesicle_base::{Draws, math};

/// Copies that `vesicles` vesicles carry together.
pub fn draw(law: &CargoLaw, vesicles: u64, draws: &mut Draws) -> u64 {
    if vesicles == 0 {
        return 0;
    }
    let k = vesicles as f64;
    draws.negative_binomial(k * law.mean_copies_per_vesicle, law.dispersion / k)
}

/// Of `copies` copies in `vesicles` vesicles, those that are in a random `moved` of them.
pub fn share_out(dispersion: f64, copies: u64, vesicles: u64, moved: u64, draws: &mut Draws) -> u64 {
    debug_assert!(moved <= vesicles, "more vesicles move than there are");
    if copies == 0 || moved == 0 {
        return 0;
    }
    if moved >= vesicles {
        return copies;
    }
    let p = if dispersion > 0.0 {
        beta(moved as f64 / dispersion, (vesicles - moved) as f64 / dispersion, draws)
    } else {
        moved as f64 / vesicles as f64
    };
    draws.binomial(copies, p)
}

/// Beta variate by two gammas, in logarithms so that tiny shapes do not vanish.
fn beta(a: f64, b: f64, draws: &mut Draws) -> f64 {
    let log_odds = ln_gamma_variate(b, draws) - ln_gamma_variate(a, draws);
    1.0 / (1.0 + math::exp(log_odds))
}

fn ln_gamma_variate(shape: f64, draws: &mut Draws) -> f64 {
    if shape >= 1.0 {
        math::ln(draws.gamma(shape))
    } else {
        math::ln(draws.gamma(shape + 1.0)) + math::ln(draws.uniform_positive()) / shape
    }
}

/// Quantile of the abundance of a species that was counted too rarely to be quantified: `pooled_reads` of
/// `pooled_total` reads over all libraries. The posterior of a Poisson rate under Jeffreys' prior, Gamma(reads + ½).
///
/// Returns the share of all reads; `quantile` in (0, 1). To draw it, pass a uniform draw.
pub fn posterior_abundance(pooled_reads: u64, pooled_total: u64, quantile: f64) -> f64 {
    gamma_quantile(pooled_reads as f64 + 0.5, quantile) / (pooled_total.max(1) as f64)
}

/// Quantile of the gamma distribution of scale 1, by bisection on the logarithm, 1e-13 relative.
fn gamma_quantile(shape: f64, quantile: f64) -> f64 {
    if quantile <= 0.0 {
        return 0.0;
    }
    if quantile >= 1.0 {
        return f64::INFINITY;
    }
    let near = math::ln(shape);
    let width = (40.0 / shape).max(2.0);
    let (mut low, mut high) = (near - 18.0 * width, near + width + 6.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if gamma_below(shape, math::exp(middle)) < quantile {
            low = middle;
        } else {
            high = middle;
        }
    }
    math::exp(0.5 * (low + high))
}

/// Regularised lower incomplete gamma function, by its series or by Lentz's continued fraction.
fn gamma_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = math::exp(shape * math::ln(x) - x - math::ln_gamma(shape));
    if x < shape + 1.0 {
        front * below_by_series(shape, x)
    } else {
        1.0 - front * above_by_fraction(shape, x)
    }
}

fn below_by_series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / shape, 1.0 / shape, shape);
    while term > sum * 1e-17 {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum
}

fn above_by_fraction(shape: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - shape;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    for n in 1..100_000 {
        let n = f64::from(n);
        let a = n * (shape - n);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purpose::CAPTURE;
    use vesicle_base::Rng;

    fn moments(n: u32, mut sample: impl FnMut(&mut Draws) -> f64) -> (f64, f64) {
        let rng = Rng::new(11);
        let values: Vec<f64> = (0..n).map(|i| sample(&mut rng.at(CAPTURE, u64::from(i), 0))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n - 1))
    }

    /// The mean within 5 of its standard errors, the variance within `spread`.
    fn check(what: &str, got: (f64, f64), mean: f64, variance: f64, spread: f64) {
        let error = 5.0 * (variance / 40_000.0).sqrt();
        assert!((got.0 - mean).abs() < error, "{what}: mean {} not {mean} ± {error}", got.0);
        assert!((got.1 / variance - 1.0).abs() < spread, "{what}: variance {} not {variance}", got.1);
    }

    #[test]
    fn k_vesicles_have_the_compound_moments() {
        let cases = [
            (1, 0.5, 0.0, 0.06),
            (1, 0.5, 20.0, 0.35),
            (1000, 0.001, 0.0, 0.06),
            (1000, 0.001, 900.0, 0.2),
            (40_000, 0.00825, 3.0, 0.06),
            (1_000_000_000_000, 0.00825, 0.0, 0.06),
            (1_000_000_000_000, 200.0, 900.0, 0.06),
            (1_000_000_000_000, 200.0, 0.0, 0.06),
        ];
        for (k, m, d, spread) in cases {
            let law = CargoLaw { species: 0, mean_copies_per_vesicle: m, dispersion: d };
            let got = moments(40_000, |draws| draw(&law, k, draws) as f64);
            check(&format!("{k} of {m}, {d}"), got, k as f64 * m, k as f64 * (m + d * m * m), spread);
        }
    }

    #[test]
    fn one_vesicle_at_a_time_is_the_same_law() {
        let law = CargoLaw { species: 0, mean_copies_per_vesicle: 2.0, dispersion: 1.5 };
        let singly = moments(40_000, |draws| (0..7).map(|_| draw(&law, 1, draws) as f64).sum());
        check("seven singly", singly, 14.0, 7.0 * (2.0 + 6.0), 0.08);
    }

    #[test]
    fn sharing_out_keeps_the_law() {
        for (d, m) in [(0.0, 3.0), (0.5, 3.0), (60.0, 3.0), (1e5, 2.0)] {
            let law = CargoLaw { species: 0, mean_copies_per_vesicle: m, dispersion: d };
            let got = moments(40_000, |draws| {
                let all = draw(&law, 50, draws);
                share_out(d, all, 50, 8, draws) as f64
            });
            let spread = if d > 1e3 {
                4.0
            } else if d > 1.0 {
                0.35
            } else {
                0.06
            };
            check(&format!("8 of 50, {d}"), got, 8.0 * m, 8.0 * (m + d * m * m), spread);
        }
    }

    #[test]
    fn the_ends_are_exact() {
        let mut draws = Rng::new(0).at(CAPTURE, 0, 0);
        let law = CargoLaw { species: 0, mean_copies_per_vesicle: 0.0, dispersion: 4.0 };
        assert_eq!(draw(&law, 1_000_000, &mut draws), 0);
        assert_eq!(draw(&CargoLaw { mean_copies_per_vesicle: 9.0, ..law }, 0, &mut draws), 0);
        assert_eq!(share_out(3.0, 77, 5, 5, &mut draws), 77);
        assert_eq!(share_out(3.0, 77, 5, 0, &mut draws), 0);
        assert_eq!(share_out(0.0, 0, 0, 0, &mut draws), 0);
    }

    #[test]
    fn the_posterior_has_its_known_quantiles() {
        // R: qgamma(c(0.025, 0.5, 0.975), 7.5), qgamma(0.5, 0.5), qgamma(0.9, 20000.5)
        for (reads, q, want) in [
            (7, 0.025, 3.131_069),
            (7, 0.5, 7.169_444),
            (7, 0.975, 13.744_19),
            (0, 0.5, 0.227_468_2),
            (20_000, 0.9, 20_181.95),
        ] {
            let got = posterior_abundance(reads, 1, q);
            assert!((got / want - 1.0).abs() < 1e-4, "{reads} {q}: {got} {want}");
        }
        assert_eq!(posterior_abundance(3, 10, 0.0), 0.0);
    }
}
