//! One effect from several dependent ones: random effects with Hartung and Knapp's interval.

use crate::linear::Matrix;
use crate::special::{ln_student_two_sided, student_quantile_upper};
use vesicle_base::math::exp;

use super::Effect;

/// The pooled effect of a feature. Numbers that do not exist are NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// Mean effect.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Ends of the 95 % interval.
    pub interval: (f64, f64),
    /// Two-sided p.
    pub p: f64,
    /// Standard deviation of the true effects between contrasts.
    pub tau: f64,
    /// Share of the scatter that is not sampling, 0 to 1.
    pub i_squared: f64,
    /// Degrees of freedom of the interval: contrasts less one.
    pub df: f64,
}

impl Pooled {
    const NONE: Self = Self {
        estimate: f64::NAN,
        se: f64::NAN,
        interval: (f64::NAN, f64::NAN),
        p: f64::NAN,
        tau: f64::NAN,
        i_squared: f64::NAN,
        df: 0.0,
    };
}

/// Pools effects whose sampling errors correlate as `correlation` (k × k) says.
///
/// The variance between contrasts solves Q(τ²) = k − 1 (Paule & Mandel 1982) with the covariance of the sampling errors;
/// the standard error is Hartung and Knapp's (2001 Stat Med 20:3875), never below the one of fixed weights (Röver
/// 2015 BMC Med Res Methodol 15:99), on k − 1 degrees of freedom. With two contrasts that interval is so wide that it
/// informs of nothing: the reader must be told.
pub fn pool(effects: &[Effect], correlation: &Matrix) -> Pooled {
    let k = effects.len();
    if k < 2 || effects.iter().any(|e| !e.is_whole()) {
        return Pooled::NONE;
    }
    let df = (k - 1) as f64;
    let Some((_, _, q_fixed)) = weighted(effects, correlation, 0.0) else { return Pooled::NONE };
    let tau2 = if q_fixed <= df { 0.0 } else { between(effects, correlation, df) };
    let Some((estimate, information, q)) = weighted(effects, correlation, tau2) else { return Pooled::NONE };
    let se = ((q / df).max(1.0) / information).sqrt();
    let half = se * student_quantile_upper(0.025, df);
    Pooled {
        estimate,
        se,
        interval: (estimate - half, estimate + half),
        p: exp(ln_student_two_sided((estimate / se).abs(), df)),
        tau: tau2.sqrt(),
        i_squared: if q_fixed > df { 1.0 - df / q_fixed } else { 0.0 },
        df,
    }
}

/// τ² with Q(τ²) = df, by doubling and bisection: Q falls as τ² grows.
fn between(effects: &[Effect], correlation: &Matrix, df: f64) -> f64 {
    let excess = |tau2: f64| weighted(effects, correlation, tau2).map_or(-1.0, |(_, _, q)| q - df);
    let mut high = effects.iter().map(|e| e.se * e.se).fold(0.0, f64::max);
    for _ in 0..200 {
        if excess(high) <= 0.0 {
            break;
        }
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if excess(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Generalised least squares mean, its information 1ᵀW1, and Q = (y − μ)ᵀW(y − μ). `None` where the covariance is
/// singular.
fn weighted(effects: &[Effect], correlation: &Matrix, tau2: f64) -> Option<(f64, f64, f64)> {
    let k = effects.len();
    let mut v = Matrix::zeros(k, k);
    for i in 0..k {
        for j in 0..k {
            let between = if i == j { tau2 } else { 0.0 };
            v.set(i, j, correlation.at(i, j) * effects[i].se * effects[j].se + between);
        }
    }
    let root = v.cholesky()?;
    let solve = |mut b: Vec<f64>| {
        root.solve_cholesky(&mut b);
        b
    };
    let ones = solve(vec![1.0; k]);
    let information: f64 = ones.iter().sum();
    let mean = ones.iter().zip(effects).map(|(w, e)| w * e.estimate).sum::<f64>() / information;
    let residual: Vec<f64> = effects.iter().map(|e| e.estimate - mean).collect();
    let q = solve(residual.clone()).iter().zip(&residual).map(|(a, b)| a * b).sum();
    (information > 0.0).then_some((mean, information, q))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(values: &[(f64, f64)]) -> Vec<Effect> {
        values.iter().map(|&(estimate, se)| Effect { estimate, se, p: 0.5 }).collect()
    }

    fn equal(k: usize, rho: f64) -> Matrix {
        let mut m = Matrix::zeros(k, k);
        for i in 0..k {
            for j in 0..k {
                m.set(i, j, if i == j { 1.0 } else { rho });
            }
        }
        m
    }

    #[test]
    fn equal_errors_give_the_t_interval_of_a_mean() {
        // With equal standard errors and scatter above sampling, Hartung-Knapp is the one-sample t interval:
        // mean 2, sd 1.2909944 over 4, t(3) = 3.182446
        let found = pool(&effects(&[(0.5, 0.1), (1.5, 0.1), (2.5, 0.1), (3.5, 0.1)]), &equal(4, 0.0));
        assert!((found.estimate - 2.0).abs() < 1e-12);
        assert!((found.se - 1.290_994_448_735_806 / 2.0).abs() < 1e-9, "{found:?}");
        assert!((found.interval.1 - 2.0 - 3.182_446_305 * found.se).abs() < 1e-6);
        assert!((found.tau * found.tau + 0.01 - 5.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn less_scatter_than_sampling_gives_no_narrower_interval_than_fixed_weights() {
        let found = pool(&effects(&[(1.0, 0.5), (1.0, 0.5), (1.0, 0.5)]), &equal(3, 0.0));
        assert!((found.se - 0.5 / 3.0_f64.sqrt()).abs() < 1e-12 && found.tau == 0.0);
    }

    #[test]
    fn dependence_widens_the_interval() {
        let values = effects(&[(1.0, 0.5), (1.1, 0.5), (0.9, 0.5)]);
        assert!(pool(&values, &equal(3, 0.5)).se > 1.3 * pool(&values, &equal(3, 0.0)).se);
    }

    #[test]
    fn one_contrast_or_a_missing_number_pools_nothing() {
        assert!(pool(&effects(&[(1.0, 0.5)]), &equal(1, 0.0)).p.is_nan());
        assert!(pool(&effects(&[(1.0, 0.5), (f64::NAN, 1.0)]), &equal(2, 0.0)).p.is_nan());
        assert!(pool(&effects(&[(1.0, 0.5), (2.0, 0.5)]), &equal(2, 1.0)).p.is_nan());
    }
}
