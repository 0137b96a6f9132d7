//! Many tests at once.

use vesicle_base::ranks::ascending;

/// False discovery rates of Benjamini & Hochberg (1995); NaN p values take no part and stay NaN.
pub fn false_discovery_rates(p: &[f64]) -> Vec<f64> {
    let mut order = ascending(p);
    order.retain(|&i| !p[i].is_nan());
    let mut out = vec![f64::NAN; p.len()];
    let n = order.len() as f64;
    let mut least = 1.0_f64;
    for (k, &i) in order.iter().enumerate().rev() {
        least = least.min(p[i] * n / (k + 1) as f64);
        out[i] = least;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_up_and_skips_what_was_not_tested() {
        let q = false_discovery_rates(&[0.01, f64::NAN, 0.02, 0.5, 0.04]);
        assert!(q[1].is_nan());
        let want = [0.04, 0.04, 0.5, 0.16 / 3.0];
        for (got, want) in [q[0], q[2], q[3], q[4]].iter().zip(want) {
            assert!((got - want).abs() < 1e-15);
        }
    }
}
