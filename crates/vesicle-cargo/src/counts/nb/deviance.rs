//! The unit deviance and the ln likelihood of one negative binomial count.

use vesicle_base::math::{ln, ln_1p};

/// Below this dispersion the count is taken as Poisson with a first-order correction; also avoids 1/phi overflow.
const NEARLY_POISSON: f64 = 1e-6;

/// Twice the ln likelihood lost by the mean `mu` instead of `y` itself; never negative.
pub(crate) fn unit_deviance(y: f64, mu: f64, phi: f64) -> f64 {
    if mu <= 0.0 {
        return 0.0;
    }
    let ratio = if y > 0.0 { y * ln(y / mu) } else { 0.0 };
    let deviance = if phi < NEARLY_POISSON {
        let gap = y - mu;
        2.0 * (ratio - gap) - gap * gap * phi * (1.0 + phi * (2.0 / 3.0 * gap - y))
    } else {
        // (y + 1/phi) ln((1 + phi mu) / (1 + phi y)), without cancellation when y is near mu
        2.0 * (ratio + (y + 1.0 / phi) * ln_1p(phi * (mu - y) / (1.0 + phi * y)))
    };
    deviance.max(0.0)
}

/// The part of ln Γ(y + r) - ln Γ(r) that depends on y: a product for small whole counts, Stirling beyond.
pub(crate) fn ln_rising(y: f64, r: f64, ln_gamma_r: f64) -> f64 {
    if y <= 6.0 && y == y.floor() {
        let mut product = 1.0;
        for k in 0..y as u32 {
            product *= r + f64::from(k);
        }
        return ln(product);
    }
    ln_gamma(y + r) - ln_gamma_r
}

/// ln Γ for positive arguments: Stirling's series from 10 on, the library's below.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
    if x < 10.0 {
        return vesicle_base::math::ln_gamma(x);
    }
    let r = 1.0 / (x * x);
    let rest = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x;
    (x - 0.5) * ln(x) - x + HALF_LN_TWO_PI + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviance_is_zero_at_the_count_and_poisson_in_the_limit() {
        assert_eq!(unit_deviance(4.0, 4.0, 0.3), 0.0);
        let poisson = 2.0 * (3.0 * ln(3.0 / 5.0) - (3.0 - 5.0));
        assert!((unit_deviance(3.0, 5.0, 0.0) - poisson).abs() < 1e-14);
        assert!((unit_deviance(3.0, 5.0, 2e-6) / unit_deviance(3.0, 5.0, 0.9e-6) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn rising_products_agree_with_gamma() {
        for (y, r) in [(0.0, 3.3), (5.0, 0.2), (6.5, 2.0), (300.0, 10.0)] {
            let want = vesicle_base::math::ln_gamma(y + r) - vesicle_base::math::ln_gamma(r);
            assert!((ln_rising(y, r, vesicle_base::math::ln_gamma(r)) - want).abs() < 1e-11, "{y} {r}");
        }
    }
}
