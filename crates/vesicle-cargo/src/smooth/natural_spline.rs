//! A basis of natural cubic splines with knots at quantiles.

use vesicle_base::ranks::{order_key, value_of_order_key};

use crate::linear::Matrix;

/// Quantile by linear interpolation of order statistics (R's type 7) of values in any order, at least one: by
/// selection.
pub(crate) fn quantile(values: &[f64], p: f64) -> f64 {
    let h = (values.len() - 1) as f64 * p;
    let (i, rest) = (h.floor() as usize, h - h.floor());
    let (low, high) = order_statistics(values, i);
    if rest > 0.0 { low + rest * (high - low) } else { low }
}

/// Middle of the values (mean of the two middle ones); NaN of nothing.
pub(crate) fn median(values: &[f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let half = (values.len() - 1) / 2;
    let (low, high) = order_statistics(values, half);
    if values.len().is_multiple_of(2) { 0.5 * (low + high) } else { low }
}

/// The value of index `i` in ascending order and the next one (itself where it is the last), by selection.
fn order_statistics(values: &[f64], i: usize) -> (f64, f64) {
    let mut keys: Vec<u64> = values.iter().map(|&v| order_key(v)).collect();
    let (_, &mut low, above) = keys.select_nth_unstable(i);
    let high = above.iter().copied().min().unwrap_or(low);
    (value_of_order_key(low), value_of_order_key(high))
}

/// The space of natural cubic splines with given knots.
///
/// Any basis of it gives the same least-squares fit; this is the truncated-power one (Hastie, Tibshirani & Friedman
/// 2009, eq. 5.4) on x scaled to [0, 1].
pub(crate) struct NaturalSpline {
    low: f64,
    high: f64,
    /// Ascending, from 0 to 1.
    knots: Vec<f64>,
}

impl NaturalSpline {
    /// The space with `df >= 2` parameters (constant included): knots at both ends of `x` and at `df - 2` equally
    /// spaced quantiles between; knots that coincide count once.
    pub(crate) fn new(x: &[f64], df: usize) -> Self {
        let low = x.iter().copied().fold(f64::INFINITY, f64::min);
        let high = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let inner = (1..df - 1).map(|k| quantile(x, k as f64 / (df - 1) as f64));
        let at = [low].into_iter().chain(inner).chain([high]);
        let mut knots: Vec<f64> = at.map(|x| (x - low) / (high - low)).collect();
        knots.dedup();
        Self { low, high, knots }
    }

    /// The basis at points, one row a point; straight lines beyond the ends.
    pub(crate) fn basis(&self, x: &[f64]) -> Matrix {
        let last = self.knots.len() - 1;
        let scaled: Vec<f64> = x.iter().map(|v| (v - self.low) / (self.high - self.low)).collect();
        let mut columns = vec![vec![1.0; x.len()], scaled.clone()];
        for k in 0..last.saturating_sub(1) {
            columns.push(scaled.iter().map(|&t| self.bend(t, k) - self.bend(t, last - 1)).collect());
        }
        Matrix::from_columns(x.len(), &columns)
    }

    fn bend(&self, t: f64, k: usize) -> f64 {
        let cube = |knot: f64| if t > knot { (t - knot) * (t - knot) * (t - knot) } else { 0.0 };
        let end = self.knots[self.knots.len() - 1];
        (cube(self.knots[k]) - cube(end)) / (end - self.knots[k])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quantile where `sorted` is ascending.
    fn quantile_sorted(sorted: &[f64], p: f64) -> f64 {
        let h = (sorted.len() - 1) as f64 * p;
        let (i, rest) = (h.floor() as usize, h - h.floor());
        if i + 1 >= sorted.len() {
            sorted[sorted.len() - 1]
        } else {
            sorted[i] + rest * (sorted[i + 1] - sorted[i])
        }
    }

    #[test]
    fn selection_gives_the_quantiles_of_sorting() {
        let v = [3.0, -1.0, 7.5, 7.5, 0.25, 12.0, 4.0];
        let mut sorted = v;
        sorted.sort_by(f64::total_cmp);
        for p in [0.0, 0.05, 0.5, 0.75, 0.9, 1.0] {
            assert_eq!(quantile(&v, p), quantile_sorted(&sorted, p), "at {p}");
        }
        for n in 1..=7 {
            assert_eq!(median(&v[..n]), quantile(&v[..n], 0.5), "{n}");
        }
    }

    #[test]
    fn the_curve_is_straight_outside_and_has_the_asked_size() {
        let x: Vec<f64> = (0..50).map(f64::from).collect();
        let b = NaturalSpline::new(&x, 4).basis(&x);
        assert_eq!(b.n_cols(), 4);
        // second difference is 0 at the boundary knots up to the grid step
        for j in 0..4 {
            let c = b.column(j);
            assert!((c[0] - 2.0 * c[1] + c[2]).abs() < 2e-3, "column {j}");
        }
    }
}
