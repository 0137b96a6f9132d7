//! The gamma function and what derives from it.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln, ln_1p, ln_gamma, sqrt};

/// Where the asymptotic series of the polygamma functions is exact to double precision.
const ASYMPTOTIC_FROM: f64 = 14.0;

/// Derivative of ln Γ for `x > 0`, by recurrence and the asymptotic series (DLMF 5.11.2).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < ASYMPTOTIC_FROM {
        shift += 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 12.0
            - r * (1.0 / 120.0
                - r * (1.0 / 252.0
                    - r * (1.0 / 240.0 - r * (1.0 / 132.0 - r * (691.0 / 32760.0 - r / 12.0))))));
    ln(x) - 0.5 / x - series - shift
}

/// Second derivative of ln Γ for `x > 0` (DLMF 5.15.8 after recurrence).
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < ASYMPTOTIC_FROM {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 6.0
            - r * (1.0 / 30.0
                - r * (1.0 / 42.0
                    - r * (1.0 / 30.0 - r * (5.0 / 66.0 - r * (691.0 / 2730.0 - r * 7.0 / 6.0))))));
    shift + 1.0 / x + 0.5 * r + series / x
}

/// Third derivative of ln Γ for `x > 0`; negative (DLMF 5.15.9 after recurrence).
fn tetragamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < ASYMPTOTIC_FROM {
        shift -= 2.0 / (x * x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r * (0.5 - r * (1.0 / 6.0 - r * (1.0 / 6.0 - r * (0.3 - r * 5.0 / 6.0))));
    shift - r - r / x - r * series
}

/// The `x > 0` whose trigamma is `y > 0`: Newton on 1/trigamma, which is convex and nearly linear (Smyth 2004).
pub(crate) fn trigamma_inverse(y: f64) -> f64 {
    if y > 1e7 {
        return 1.0 / sqrt(y);
    }
    if y < 1e-6 {
        return 1.0 / y;
    }
    let mut x = 0.5 + 1.0 / y;
    for _ in 0..50 {
        let tri = trigamma(x);
        let step = tri * (1.0 - tri / y) / tetragamma(x);
        x += step;
        if -step / x < 1e-14 {
            break;
        }
    }
    x
}

/// What Stirling's formula leaves out of ln Γ, for `x >= 10` (DLMF 5.11.1).
fn stirling_rest(x: f64) -> f64 {
    let r = 1.0 / (x * x);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0))))) / x
}

/// ln B(a, b) without the cancellation that three ln Γ of large arguments would bring.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 10.0 {
        return ln_gamma(small) + ln_gamma(large) - ln_gamma(small + large);
    }
    let ratio =
        stirling_rest(large) - stirling_rest(large + small) - (large + small - 0.5) * ln_1p(small / large)
            + small * (1.0 - ln(large));
    ln_gamma(small) + ratio
}

/// ln of the regularised upper incomplete gamma Q(a, x): the tail of a chi-square with `2a` degrees at `2x`.
pub(crate) fn ln_gamma_upper_regularised(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let ln_front = a * ln(x) - x - ln_gamma(a);
    if x < a + 1.0 {
        let lower = exp(ln_front + ln(lower_series(a, x)));
        return ln_1p(-lower.min(1.0));
    }
    ln_front + ln(upper_fraction(a, x))
}

/// Sum of xⁿ / (a)(a+1)…(a+n), DLMF 8.11.4.
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    for _ in 0..100_000 {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// Continued fraction of Γ(a, x) eˣ x⁻ᵃ, DLMF 8.9.2, by Lentz's method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / nonzero(an * d + b);
        c = nonzero(b + an / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Lentz's guard against division by zero.
#[inline(always)]
pub(super) fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygammas_take_their_known_values() {
        assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
        assert!((digamma(0.5) + 1.963_510_026_021_423_5).abs() < 1e-14);
        let pi2 = std::f64::consts::PI * std::f64::consts::PI;
        assert!((trigamma(1.0) - pi2 / 6.0).abs() < 1e-14);
        assert!((trigamma(0.5) - pi2 / 2.0).abs() < 1e-13);
        assert!((tetragamma(1.0) + 2.404_113_806_319_188_6).abs() < 1e-13);
    }

    #[test]
    fn trigamma_inverse_undoes_trigamma() {
        for x in [1e-3, 0.3, 1.0, 2.5, 40.0, 3000.0] {
            assert!((trigamma_inverse(trigamma(x)) / x - 1.0).abs() < 1e-10, "at {x}");
        }
    }

    #[test]
    fn ln_beta_agrees_across_its_branches() {
        assert!((ln_beta(2.0, 3.0) - ln(1.0 / 12.0)).abs() < 1e-14);
        // B(1, n) = 1/n
        assert!((ln_beta(1.0, 1e6) + ln(1e6)).abs() < 1e-12);
        assert!((ln_beta(20.0, 30.0) - (ln_gamma(20.0) + ln_gamma(30.0) - ln_gamma(50.0))).abs() < 1e-12);
    }

    #[test]
    fn chi_square_tail_of_two_degrees_is_exponential() {
        for x in [0.1, 1.0, 5.0, 300.0] {
            assert!((ln_gamma_upper_regularised(1.0, x) + x).abs() < 1e-12 * x.max(1.0));
        }
    }
}
