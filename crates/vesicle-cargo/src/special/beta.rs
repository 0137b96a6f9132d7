//! The regularised incomplete beta function, in logarithms.

use vesicle_base::math::{exp, ln, ln_1p};

use super::gamma::{ln_beta, nonzero};

/// ln I_x(a, b), with `y = 1 - x` given apart because the caller knows it without cancellation.
pub(crate) fn ln_beta_regularised(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if y <= 0.0 {
        return 0.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        let other = exp(ln_by_fraction(b, a, y, x));
        return ln_1p(-other.min(1.0));
    }
    ln_by_fraction(a, b, x, y)
}

/// ln of the factor before the fraction plus ln of the fraction, DLMF 8.17.22.
fn ln_by_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    ln_by_fraction_given(a, b, x, y, ln_beta(a, b))
}

/// The same where ln B(a, b) is known.
pub(super) fn ln_by_fraction_given(a: f64, b: f64, x: f64, y: f64, ln_beta: f64) -> f64 {
    let ln_x = if x > 0.5 { ln_1p(-y) } else { ln(x) };
    let ln_y = if y > 0.5 { ln_1p(-x) } else { ln(y) };
    a * ln_x + b * ln_y - ln_beta + ln(fraction(a, b, x) / a)
}

/// The continued fraction DLMF 8.17.22 by Lentz's method; converges in O(sqrt(max(a, b))) steps on the side used.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beta_with_one_parameter_one_is_a_power() {
        for x in [0.01, 0.4, 0.9, 0.999] {
            let got = ln_beta_regularised(3.5, 1.0, x, 1.0 - x);
            assert!((got - 3.5 * ln(x)).abs() < 1e-13, "at {x}: {got}");
        }
    }
}
