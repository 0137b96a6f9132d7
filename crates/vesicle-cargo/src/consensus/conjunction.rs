//! In at least r of k contrasts, in one direction: the partial conjunction hypothesis.

use super::Effect;

/// p of "at least `r` of the contrasts have an effect of one sign" against fewer, both signs tried.
///
/// Benjamini & Heller 2008 (Biometrics 64:1215) in the form of Bonferroni, which holds under any dependence: in each
/// direction (k − r + 1) times the r-th smallest one-sided p; then twice the smaller. NaN for r of 0 or above k.
pub fn partial_conjunction(effects: &[Effect], r: usize) -> f64 {
    let k = effects.len();
    if r == 0 || r > k || effects.iter().any(|e| !e.is_whole()) {
        return f64::NAN;
    }
    let direction = |up: bool| {
        let mut p: Vec<f64> = effects.iter().map(|e| e.one_sided(up)).collect();
        p.sort_by(f64::total_cmp);
        ((k - r + 1) as f64 * p[r - 1]).min(1.0)
    };
    (2.0 * direction(true).min(direction(false))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(estimate: f64, p: f64) -> Effect {
        Effect { estimate, se: 1.0, p }
    }

    #[test]
    fn two_of_three_need_two_of_one_sign() {
        let agree = [effect(1.0, 0.001), effect(2.0, 0.002), effect(0.1, 0.9)];
        // (3 - 2 + 1) * 0.001, twice
        assert!((partial_conjunction(&agree, 2) - 0.004).abs() < 1e-15);
        let oppose = [effect(1.0, 0.001), effect(-2.0, 0.002), effect(0.1, 0.9)];
        assert!(partial_conjunction(&oppose, 2) > 0.5);
        // in all three: the largest one-sided p, 0.45, twice
        assert!((partial_conjunction(&agree, 3) - 0.9).abs() < 1e-12);
        assert!(partial_conjunction(&agree, 4).is_nan() && partial_conjunction(&agree, 0).is_nan());
    }

    #[test]
    fn one_of_one_is_the_two_sided_p() {
        assert!((partial_conjunction(&[effect(-1.0, 0.03)], 1) - 0.03).abs() < 1e-15);
    }
}
