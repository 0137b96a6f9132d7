//! Student's t, central and noncentral. Infinite degrees of freedom mean the normal.

use std::sync::OnceLock;

use vesicle_base::math::{exp, ln, ln_1p, ln_gamma, sqrt};

use super::beta::ln_by_fraction_given;
use super::gamma::ln_beta;
use super::normal::{ln_normal_cdf, normal_cdf};
use super::quadrature::gauss_legendre_unit;
use super::root::bisect_newton;

/// Nodes of the integral over the scale.
static RULE: OnceLock<Vec<(f64, f64)>> = OnceLock::new();

/// ln P(|T| > |t|).
pub(crate) fn ln_student_two_sided(t: f64, df: f64) -> f64 {
    StudentTail::new(df).ln_two_sided(t)
}

/// Tails at given degrees of freedom, for many t.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StudentTail {
    df: f64,
    /// ln B(df / 2, 1 / 2).
    ln_beta: f64,
}

impl StudentTail {
    /// Up to this square of t the tail is what the centre leaves: few terms, and twelve digits stay.
    const CENTRE: f64 = 9.0;

    /// Largest share t² / (df + t²) at which the centre's fraction still ends soon.
    const LARGEST_SHARE: f64 = 0.3;

    /// At `df` degrees of freedom, infinite ones meaning the normal.
    pub(crate) fn new(df: f64) -> Self {
        Self { df, ln_beta: if df > 1e10 { f64::NAN } else { ln_beta(0.5 * df, 0.5) } }
    }

    /// The same degrees of freedom: `self` where it is at them, a new one elsewhere.
    pub(crate) fn at(self, df: f64) -> Self {
        if df == self.df { self } else { Self::new(df) }
    }

    /// ln P(|T| > |t|).
    pub(crate) fn ln_two_sided(self, t: f64) -> f64 {
        let df = self.df;
        if t.is_nan() || df.is_nan() {
            return f64::NAN;
        }
        if df > 1e10 {
            return (std::f64::consts::LN_2 + ln_normal_cdf(-t.abs())).min(0.0);
        }
        let t2 = t * t;
        let (a, b, total) = (0.5 * df, 0.5, df + t2);
        let (x, y) = (df / total, t2 / total);
        if y <= 0.0 {
            return 0.0;
        }
        if x <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if x > (a + 1.0) / (a + b + 2.0) || (t2 < Self::CENTRE && y < Self::LARGEST_SHARE) {
            let centre = exp(ln_by_fraction_given(b, a, y, x, self.ln_beta));
            return ln_1p(-centre.min(1.0));
        }
        ln_by_fraction_given(a, b, x, y, self.ln_beta)
    }
}

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
    fn tails_match_tables_and_closed_forms() {
        assert!((student_two_sided(12.706_204_736_174_7, 1.0) - 0.05).abs() < 1e-12);
        assert!((student_two_sided(2.0, f64::INFINITY) - 0.045_500_263_896_358_4).abs() < 1e-14);
        // two degrees of freedom have a closed form: 1 - t / sqrt(2 + t^2)
        let t = 0.3;
        assert!((student_two_sided(t, 2.0) - (1.0 - t / sqrt(2.0 + t * t))).abs() < 1e-14);
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
