//! The gamma function and what derives from it.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln, ln_1p, ln_gamma, sqrt};

use super::batch::{Kernel, ln_each, widest};

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
    let [sum] = lower_series_each(a, [x]);
    sum
}

/// The series at several x; a lane's sum does not depend on the others, whose last terms are below its last digit.
#[inline(always)]
fn lower_series_each<const N: usize>(a: f64, x: [f64; N]) -> [f64; N] {
    let (mut term, mut sum, mut n) = ([1.0 / a; N], [1.0 / a; N], a);
    for _ in 0..100_000 {
        n += 1.0;
        let inverse = 1.0 / n;
        let mut largest = 0.0_f64;
        for k in 0..N {
            term[k] *= x[k] * inverse;
            sum[k] += term[k];
            largest = largest.max(term[k] - sum[k] * 1e-17);
        }
        if largest <= 0.0 {
            break;
        }
    }
    sum
}

/// Continued fraction of Γ(a, x) eˣ x⁻ᵃ, DLMF 8.9.2.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let [value] = upper_fraction_each(a, [x]);
    value
}

/// The fraction at several x, by its convergents, their denominators scaled to 1; a lane's value does not depend on
/// the others.
#[inline(always)]
fn upper_fraction_each<const N: usize>(a: f64, x: [f64; N]) -> [f64; N] {
    /// A round that moves the value by less than this share, two units in the last place, is the last.
    const STILL: f64 = 4e-16;
    let mut last = x.map(|x| 1.0 / nonzero(x + 1.0 - a));
    // numerator and denominator of the convergent before: 0 / 1
    let (mut numerator, mut denominator, mut result) = ([0.0; N], last, last);
    let mut moving = [u64::MAX; N];
    for round in 1..100_000 {
        let i = f64::from(round);
        let an = -i * (i - a);
        let mut any = 0;
        for k in 0..N {
            let bn = x[k] + 1.0 - a + 2.0 * i;
            let scale = 1.0 / nonzero(bn + an * denominator[k]);
            let next = (bn * last[k] + an * numerator[k]) * scale;
            let moves = if (next - last[k]).abs() > STILL * next.abs() { u64::MAX } else { 0 };
            (numerator[k], denominator[k], last[k]) = (last[k] * scale, scale, next);
            // what stood still in an earlier round is kept
            result[k] = f64::from_bits((next.to_bits() & moving[k]) | (result[k].to_bits() & !moving[k]));
            moving[k] &= moves;
            any |= moving[k];
        }
        if any == 0 {
            break;
        }
    }
    result
}

/// [`ln_gamma_upper_regularised`] of many `x > 0`, sorted by neither value nor side.
pub(super) fn ln_gamma_upper_each(a: f64, x: &[f64]) -> Vec<f64> {
    widest(UpperGammas { a, x })
}

struct UpperGammas<'a> {
    a: f64,
    x: &'a [f64],
}

impl Kernel for UpperGammas<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        const WIDTH: usize = 8;
        let Self { a, x } = self;
        // the series below, the fraction above; each over values of its own side only
        let mut sides: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for (i, x) in x.iter().enumerate() {
            sides[usize::from(*x >= a + 1.0)].push(i);
        }
        let mut tail: Vec<f64> = vec![1.0; x.len()];
        for (side, usual) in [(0, a), (1, a + 1.0)] {
            for block in sides[side].chunks(WIDTH) {
                let mut points = [usual; WIDTH];
                for (point, &i) in points.iter_mut().zip(block) {
                    *point = x[i];
                }
                let values =
                    if side == 0 { lower_series_each(a, points) } else { upper_fraction_each(a, points) };
                for (value, &i) in values.iter().zip(block) {
                    tail[i] = *value;
                }
            }
        }
        ln_each(&mut tail);
        let mut ln_x = x.to_vec();
        ln_each(&mut ln_x);
        let ln_gamma_a = ln_gamma(a);
        for ((tail, x), ln_x) in tail.iter_mut().zip(x).zip(ln_x) {
            *tail += (a * ln_x - x) - ln_gamma_a;
        }
        for &i in &sides[0] {
            tail[i] = ln_1p(-exp(tail[i]).min(1.0));
        }
        tail
    }
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
    fn chi_square_tails_at_once_are_those_one_by_one() {
        for a in [0.35, 1.0, 19.0, 300.0] {
            let x: Vec<f64> = (1..200).map(|i| a * 0.013 * f64::from(i * i % 313 + 1)).collect();
            for (&x, got) in x.iter().zip(ln_gamma_upper_each(a, &x)) {
                let want = ln_gamma_upper_regularised(a, x);
                assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "{a} {x}: {got} {want}");
            }
        }
        assert_eq!(upper_fraction_each(3.0, [4.5, 9.0, 5.0])[1], upper_fraction(3.0, 9.0));
        assert_eq!(lower_series_each(3.0, [0.5, 3.0, 1.0])[1], lower_series(3.0, 3.0));
    }

    #[test]
    fn chi_square_tail_of_two_degrees_is_exponential() {
        for x in [0.1, 1.0, 5.0, 300.0] {
            assert!((ln_gamma_upper_regularised(1.0, x) + x).abs() < 1e-12 * x.max(1.0));
        }
    }
}
