//! Modified Bessel functions, for cylinders. The integrands are smooth and periodic or fall faster than exponentially,
//! so the trapezoidal rule has all digits (Abramowitz and Stegun 9.6.16, 9.6.19, 9.6.24).

use core::f64::consts::PI;
use vesicle_base::math::{cos, exp};

const POINTS: u32 = 400;

/// Iₙ(x) for n = 0, 1.
pub(super) fn i(n: u32, x: f64) -> f64 {
    let at = |k: u32| f64::from(k) * PI / f64::from(POINTS);
    let value = |k: u32| exp(x * cos(at(k))) * cos(f64::from(n) * at(k));
    let inner: f64 = (1..POINTS).map(value).sum();
    (inner + 0.5 * (value(0) + value(POINTS))) / f64::from(POINTS)
}

/// Kₙ(x) for n = 0, 1 and x > 0.
pub(super) fn k(n: u32, x: f64) -> f64 {
    let cosh = |t: f64| 0.5 * (exp(t) + exp(-t));
    let far = 8.0;
    let step = far / f64::from(POINTS);
    let value = |j: u32| exp(-x * cosh(f64::from(j) * step)) * cosh(f64::from(n) * f64::from(j) * step);
    step * (0.5 * value(0) + (1..=POINTS).map(value).sum::<f64>())
}

#[cfg(test)]
mod tests {
    #[test]
    fn tabulated_values() {
        let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        close(super::i(0, 1.0), 1.266_065_877_752_008_4);
        close(super::i(1, 1.0), 0.565_159_103_992_485);
        close(super::k(0, 1.0), 0.421_024_438_240_708_33);
        close(super::k(1, 1.0), 0.601_907_230_197_234_6);
        close(super::k(0, 0.1), 2.427_069_024_702_017);
    }
}
