//! Gauss–Legendre quadrature.

use vesicle_base::math::cos;

/// Nodes and weights of Gauss–Legendre quadrature on [0, 1], weights summing to 1.
///
/// Newton on the Legendre polynomial from Tricomi's start (DLMF 3.5(v)).
pub(crate) fn gauss_legendre_unit(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let mut x = -cos(std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..20 {
                let (value, derivative) = legendre(n, x);
                slope = derivative;
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// P_n(x) and its derivative by the three-term recurrence.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut now) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        let next = ((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k;
        before = now;
        now = next;
    }
    (now, n as f64 * (x * now - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrates_a_polynomial_exactly() {
        let rule = gauss_legendre_unit(16);
        let ninth: f64 = rule.iter().map(|(x, w)| w * x.powi(9)).sum();
        assert!((ninth - 0.1).abs() < 1e-15);
        let whole: f64 = gauss_legendre_unit(128).iter().map(|(_, w)| w).sum();
        assert!((whole - 1.0).abs() < 1e-13);
    }
}
