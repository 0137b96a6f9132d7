//! A value with its 95 % interval.

/// A value and the interval that holds it with 95 % confidence, where repeated captures or counts allow one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Captures, or particles traced, behind the interval.
    pub n: usize,
}

/// The 97.5 % quantile of Student's t for 1 to 30 degrees of freedom (standard table).
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/// The 97.5 % quantile of the normal distribution.
pub(crate) const NORMAL: f64 = 1.960;

impl Interval {
    /// The mean of captures with Student's interval; captures of one preparation, so no interval for preparations.
    pub(crate) fn of_captures(values: &[f64]) -> Self {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n.max(1) as f64;
        if n < 2 {
            return Self { value: mean, low: None, high: None, n };
        }
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let half = STUDENT.get(n - 2).copied().unwrap_or(NORMAL) * (variance / n as f64).sqrt();
        Self { value: mean, low: Some(mean - half), high: Some(mean + half), n }
    }

    /// The same interval in another unit.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        let scaled = |end: Option<f64>| end.map(|end| end * factor);
        Self { value: self.value * factor, low: scaled(self.low), high: scaled(self.high), n: self.n }
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[test]
    fn three_captures_give_the_textbook_interval() {
        let found = Interval::of_captures(&[1.0, 2.0, 3.0]);
        assert_eq!(found.value, 2.0);
        assert!((found.high.unwrap() - (2.0 + 4.303 / 3_f64.sqrt())).abs() < 1e-9);
        assert_eq!(Interval::of_captures(&[5.0]).low, None);
    }
}
