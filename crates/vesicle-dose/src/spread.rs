//! A value over draws: 5th, 50th and 95th percentile.

/// 5th, 50th and 95th percentile over draws.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// 5th percentile.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// 95th percentile.
    pub high: f64,
}

impl Spread {
    /// Of some values, by linear interpolation between order statistics; zeros where there are none.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            low: percentile(&sorted, 0.05),
            median: percentile(&sorted, 0.5),
            high: percentile(&sorted, 0.95),
        }
    }
}

/// The value at share `p` of ascending `sorted`, by linear interpolation; 0 of no values.
pub fn percentile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let (below, above) = (sorted[low], sorted[(low + 1).min(last)]);
    // Between two infinities, or at a border, nothing is interpolated.
    if part == 0.0 || below == above { below } else { below + part * (above - below) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate() {
        let values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(Spread::of(&values), Spread { low: 5.0, median: 50.0, high: 95.0 });
        assert_eq!(Spread::of(&[]), Spread::default());
        assert_eq!(Spread::of(&[3.0]), Spread { low: 3.0, median: 3.0, high: 3.0 });
        assert_eq!(Spread::of(&[f64::INFINITY; 3]).median, f64::INFINITY);
    }
}
