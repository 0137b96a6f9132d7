//! The normal distribution.

use vesicle_base::math::{erfc, exp, ln, ln_1p, sqrt};

/// ln sqrt(2 pi).
const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// Below this the complementary error function is about to underflow and the asymptotic series is exact.
const DEEP_TAIL: f64 = -30.0;

/// Φ(x).
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// ln φ(x).
pub(crate) fn ln_normal_pdf(x: f64) -> f64 {
    -0.5 * x * x - LN_SQRT_TWO_PI
}

/// ln Φ(x), to relative accuracy in both tails.
pub(crate) fn ln_normal_cdf(x: f64) -> f64 {
    if x > 1.0 {
        return ln_1p(-normal_cdf(-x));
    }
    if x > DEEP_TAIL {
        return ln(normal_cdf(x));
    }
    ln_normal_pdf(x) - ln(-x) + ln(tail_series(x))
}

/// 1 - 1/x² + 3/x⁴ - …: what multiplies φ(x)/|x| in the deep lower tail (DLMF 7.12.1).
fn tail_series(x: f64) -> f64 {
    let r = 1.0 / (x * x);
    1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r * (1.0 - 9.0 * r))))
}

/// φ(x) / Φ(x): how far a value known only to lie below the limit pulls on the mean.
pub(crate) fn mills_ratio_inverse(x: f64) -> f64 {
    if x < DEEP_TAIL {
        return -x / tail_series(x);
    }
    exp(ln_normal_pdf(x)) / normal_cdf(x)
}

/// Φ⁻¹(p) for `0 < p < 1`: Newton on ln Φ from a rough start; exact to rounding.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let target = ln(p);
    let mut x = if target > -2.0 { (p - 0.5) * 2.5 } else { -sqrt((-2.0 * target - 2.0).max(1.0)) };
    for _ in 0..60 {
        let step = (ln_normal_cdf(x) - target) / mills_ratio_inverse(x);
        x -= step;
        if step.abs() < 1e-15 * x.abs().max(1e-3) {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_match_published_values() {
        assert!((ln_normal_cdf(-40.0) + 804.608_442_013_753_9).abs() < 1e-9);
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-11);
    }

    #[test]
    fn branches_meet() {
        for x in [-30.0_f64, 1.0] {
            let (below, above) = (ln_normal_cdf(x - 1e-9), ln_normal_cdf(x + 1e-9));
            assert!(((below - above) / above).abs() < 1e-7);
        }
    }
}
