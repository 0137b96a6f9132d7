//! What an experiment of this size could have seen.

use rayon::prelude::*;

use crate::special::{normal_quantile, student_noncentral_cdf, student_quantile_upper};

/// Level of the test and the power asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerGoal {
    /// Two-sided level of one test, not corrected for their number.
    pub level: f64,
    /// Chance to find a true difference.
    pub power: f64,
}

impl Default for PowerGoal {
    /// 80 % power at the two-sided level of 5 %.
    fn default() -> Self {
        Self { level: 0.05, power: 0.8 }
    }
}

/// Power of a two-sided t test at a noncentrality.
pub fn power_of_t(noncentrality: f64, df: f64, level: f64) -> f64 {
    let critical = student_quantile_upper(0.5 * level, df);
    1.0 - student_noncentral_cdf(critical, df, noncentrality)
        + student_noncentral_cdf(-critical, df, noncentrality)
}

/// The noncentrality that reaches the goal: secant steps from the normal answer.
fn noncentrality_needed(df: f64, goal: PowerGoal) -> f64 {
    let critical = student_quantile_upper(0.5 * goal.level, df);
    let miss = |delta: f64| {
        student_noncentral_cdf(critical, df, delta)
            - student_noncentral_cdf(-critical, df, delta)
            - (1.0 - goal.power)
    };
    let mut a = critical + normal_quantile(goal.power);
    let mut b = a * 1.05;
    let (mut fa, mut fb) = (miss(a), miss(b));
    for _ in 0..30 {
        if (b - a).abs() < 1e-8 * b.abs() || fb == fa {
            break;
        }
        let next = (b - fb * (b - a) / (fb - fa)).clamp(0.2 * b, 3.0 * b);
        (a, fa) = (b, fb);
        b = next;
        fb = miss(b);
    }
    b
}

/// Smallest |log2 fold change| found with the goal's power, for each feature's standard error and degrees of freedom;
/// NaN where either is missing. From the noncentral t, so that it does not merely restate the p value.
pub fn minimal_detectable(se: &[f64], df: &[f64], goal: PowerGoal) -> Vec<f64> {
    se.par_iter()
        .zip(df)
        .with_min_len(8)
        .map(|(&s, &d)| if s.is_finite() && d > 0.0 { s * noncentrality_needed(d, goal) } else { f64::NAN })
        .collect()
}

/// Half the width of a two-sided interval of this coverage around an estimate; NaN where there is none.
pub fn half_width(se: f64, df: f64, coverage: f64) -> f64 {
    if se.is_finite() && df > 0.0 {
        se * student_quantile_upper(0.5 * (1.0 - coverage), df)
    } else {
        f64::NAN
    }
}

/// Donors needed in each of two equal groups to find a log2 fold change of `effect` at residual deviation `sd`.
///
/// `prior_df` are degrees of freedom that moderation adds. `None` above 10,000.
pub fn donors_per_group(effect: f64, sd: f64, prior_df: f64, goal: PowerGoal) -> Option<usize> {
    let enough = |n: usize| {
        let se = sd * (2.0 / n as f64).sqrt();
        power_of_t(effect.abs() / se, (2 * n - 2) as f64 + prior_df.min(1e9), goal.level) >= goal.power
    };
    let mut high = 2;
    while !enough(high) {
        high *= 2;
        if high > 10_000 {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low.midpoint(high);
        if middle >= 2 && enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_power_t_test_of_r() {
        // power.t.test(delta = 1, sd = 1, power = 0.8): n = 16.71477
        assert_eq!(donors_per_group(1.0, 1.0, 0.0, PowerGoal::default()), Some(17));
        // power.t.test(n = 3, sd = 1, power = 0.8): delta = 3.072
        let md = minimal_detectable(&[(2.0_f64 / 3.0).sqrt()], &[4.0], PowerGoal::default())[0];
        assert!((md - 3.07).abs() < 0.01, "{md}");
    }

    #[test]
    fn the_goal_is_met_exactly() {
        for df in [2.0, 7.5, 200.0] {
            let delta = noncentrality_needed(df, PowerGoal::default());
            assert!((power_of_t(delta, df, 0.05) - 0.8).abs() < 1e-6, "{df}");
        }
    }
}
