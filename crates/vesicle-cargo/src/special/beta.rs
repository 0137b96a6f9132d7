//! The regularised incomplete beta function, in logarithms.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln, ln_1p};

use super::gamma::nonzero;

/// ln I_x(a, b) where ln B(a, b) is known, with `y = 1 - x` given apart because the caller knows it without
/// cancellation.
pub(super) fn ln_beta_regularised(a: f64, b: f64, x: f64, y: f64, ln_beta: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if y <= 0.0 {
        return 0.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        let other = exp(ln_by_fraction(b, a, y, x, ln_beta));
        return ln_1p(-other.min(1.0));
    }
    ln_by_fraction(a, b, x, y, ln_beta)
}

/// ln of the factor before the fraction plus ln of the fraction, DLMF 8.17.22.
fn ln_by_fraction(a: f64, b: f64, x: f64, y: f64, ln_beta: f64) -> f64 {
    let ln_x = if x > 0.5 { ln_1p(-y) } else { ln(x) };
    let ln_y = if y > 0.5 { ln_1p(-x) } else { ln(y) };
    let [fraction] = fractions([a], [b], [x]);
    a * ln_x + b * ln_y - ln_beta + ln(fraction / a)
}

/// The continued fraction DLMF 8.17.22 of `LANES` triples side by side, by its convergents; ends in
/// O(sqrt(max(a, b))) rounds on the side used. A lane's result does not depend on the others.
///
/// Numerators and denominators are scaled each round so that the last denominator is 1: one division for that, and
/// one for both terms of the round, where Lentz's method has six.
#[inline(always)]
pub(super) fn fractions<const LANES: usize>(
    a: [f64; LANES],
    b: [f64; LANES],
    x: [f64; LANES],
) -> [f64; LANES] {
    /// A round that moves the value by less than this share, two units in the last place, is the last.
    const STILL: f64 = 4e-16;
    // the last convergent, and numerator and denominator of the one before
    let mut last = [0.0; LANES];
    for k in 0..LANES {
        last[k] = 1.0 / nonzero(1.0 - (a[k] + b[k]) * x[k] / (a[k] + 1.0));
    }
    let (mut numerator, mut denominator, mut result) = (last, last, last);
    // all bits of a lane whose value still moves
    let mut moving = [u64::MAX; LANES];
    for round in 1..100_000 {
        let m = f64::from(round);
        let mut any = 0;
        for k in 0..LANES {
            let middle = a[k] + 2.0 * m;
            let (before, behind) = (middle - 1.0, middle + 1.0);
            let over = x[k] / (before * middle * behind);
            let even = m * (b[k] - m) * behind * over;
            let odd = -(a[k] + m) * (a[k] + b[k] + m) * before * over;
            let top = last[k] + even * numerator[k];
            let bottom = 1.0 + even * denominator[k];
            let scale = 1.0 / nonzero(bottom + odd);
            let next = (top + odd * last[k]) * scale;
            let moves = if (next - last[k]).abs() > STILL * next.abs() { u64::MAX } else { 0 };
            (numerator[k], denominator[k], last[k]) = (top * scale, bottom * scale, next);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beta_with_one_parameter_one_is_a_power() {
        for x in [0.01, 0.4, 0.9, 0.999] {
            let got = ln_beta_regularised(3.5, 1.0, x, 1.0 - x, -ln(3.5));
            assert!((got - 3.5 * ln(x)).abs() < 1e-13, "at {x}: {got}");
        }
    }
}
