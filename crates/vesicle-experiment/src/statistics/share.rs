//! A share of counted cases with its interval.

use vesicle_base::math;

/// A share with its interval, and the cases it was counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The share itself, 0 to 1; 0 of no cases.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Cases.
    pub n: u32,
}

impl Share {
    /// So many hits of so many cases, with Wilson's 95 % interval.
    pub fn of(hits: u32, n: u32) -> Self {
        let (low, high) = wilson(hits, n);
        Self { value: if n == 0 { 0.0 } else { f64::from(hits) / f64::from(n) }, low, high, n }
    }
}

/// Wilson's 95 % interval of a share; all of 0 to 1 of no cases.
pub fn wilson(hits: u32, n: u32) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    wilson_of(f64::from(hits) / f64::from(n), f64::from(n))
}

/// Wilson's 95 % interval of a share `p` of `n` cases, where `n` may be an effective number.
///
/// Reference: Wilson (1927), doi 10.1080/01621459.1927.10502953.
pub fn wilson_of(p: f64, n: f64) -> (f64, f64) {
    if n.is_nan() || n <= 0.0 {
        return (0.0, 1.0);
    }
    let z = math::normal_quantile(0.975);
    let centre = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let all = 1.0 + z * z / n;
    // Round-off would leave a hair beside the ends that are exact.
    let low = if p <= 0.0 { 0.0 } else { ((centre - reach) / all).max(0.0) };
    let high = if p >= 1.0 { 1.0 } else { ((centre + reach) / all).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_wilsons_interval() {
        let (low, high) = wilson(8, 10);
        assert!((low - 0.490_16).abs() < 1e-4 && (high - 0.943_31).abs() < 1e-4, "{low} {high}");
        assert_eq!((wilson(0, 5).0, wilson(5, 5).1), (0.0, 1.0));
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        assert_eq!(wilson_of(0.8, 10.0), wilson(8, 10));
        assert_eq!(Share::of(0, 0).value, 0.0);
    }
}
