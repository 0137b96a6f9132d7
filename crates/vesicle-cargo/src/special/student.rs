//! Quantiles of Student's t, and its noncentral form. Infinite degrees of freedom mean the normal.

use std::sync::OnceLock;

use vesicle_base::math::{exp, ln, ln_gamma, sqrt};

use super::normal::normal_cdf;
use super::quadrature::gauss_legendre_unit;
use super::root::bisect_newton;
use super::tails::ln_student_two_sided;

/// Nodes of the integral over the scale.
static RULE: OnceLock<Vec<(f64, f64)>> = OnceLock::new();

/// The t that is exceeded with probability `upper < 0.5`.
pub(crate) fn student_quantile_upper(upper: f64, df: f64) -> f64 {
    let target = ln(2.0 * upper);
    let root = bisect_newton(-40.0, 700.0, 0.0, |u| {
        // in ln t the tail is smooth for one degree of freedom as for infinitely many
        let at = |u: f64| target - ln_student_two_sided(exp(u), df);
        (at(u), (at(u + 1e-6) - at(u - 1e-6)) / 2e-6)
    });
    exp(root)
}

/// P(T ≤ t) for noncentrality `delta`: the normal given the scale, integrated over the scale by Gauss–Legendre.
pub(crate) fn student_noncentral_cdf(t: f64, df: f64, delta: f64) -> f64 {
    if df > 1e6 {
        return normal_cdf(t - delta);
    }
    let half = 0.5 * df;
    let ln_front = std::f64::consts::LN_2 + half * ln(half) - ln_gamma(half);
    let reach = 12.0 / sqrt(2.0 * df);
    let (lo, hi) = ((1.0 - reach).max(0.0), 1.0 + reach);
    let density = |s: f64| exp(ln_front + (df - 1.0) * ln(s) - half * s * s);
    RULE.get_or_init(|| gauss_legendre_unit(96))
        .iter()
        .map(|&(x, w)| {
            let s = lo + (hi - lo) * x;
            w * (hi - lo) * density(s) * normal_cdf(t * s - delta)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn student_two_sided(t: f64, df: f64) -> f64 {
        exp(ln_student_two_sided(t, df))
    }

    #[test]
    fn quantile_undoes_the_tail() {
        for df in [1.0, 3.3, 40.0, f64::INFINITY] {
            for p in [0.4, 0.025, 1e-6] {
                let t = student_quantile_upper(p, df);
                assert!((student_two_sided(t, df) / (2.0 * p) - 1.0).abs() < 1e-9, "{df} {p}");
            }
        }
    }

    #[test]
    fn noncentral_matches_central_and_r() {
        assert!(
            (student_noncentral_cdf(2.0, 5.0, 0.0) - (1.0 - 0.5 * student_two_sided(2.0, 5.0))).abs() < 1e-10
        );
        // R 4.2.2: pt(2, 10, ncp = 1)
        assert!((student_noncentral_cdf(2.0, 10.0, 1.0) - 0.807_622_5).abs() < 1e-4);
    }
}
