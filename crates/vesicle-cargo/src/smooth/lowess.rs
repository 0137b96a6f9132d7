//! Robust locally weighted regression (Cleveland 1979, J Am Stat Assoc 74:829), with skipping of near points.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use super::natural_spline::median;
use crate::special::{Kernel, LANES, join_lanes, widest};

/// Smooths `y` over ascending `x`: local lines over the nearest `span * n` points, tricube weights, then
/// `robust_rounds` rounds of bisquare weights. Points closer than `delta` to the last fitted one are interpolated.
///
/// Returns one fitted value a point. `x` and `y` have equal length, at least 2.
pub(crate) fn lowess(x: &[f64], y: &[f64], span: f64, robust_rounds: usize, delta: f64) -> Vec<f64> {
    let n = x.len();
    if n < 2 {
        return y.to_vec();
    }
    let near = ((span * n as f64 + 1e-7) as usize).clamp(2, n);
    widest(Smoothing { x, y, near, robust_rounds, delta })
}

/// All rounds over one set of points.
struct Smoothing<'a> {
    x: &'a [f64],
    y: &'a [f64],
    near: usize,
    robust_rounds: usize,
    delta: f64,
}

impl Kernel for Smoothing<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let Self { x, y, near, robust_rounds, delta } = self;
        let windows = windows(x, near, delta);
        let mut robust = vec![1.0; x.len()];
        let mut weighted = y.to_vec();
        let mut fitted = vec![0.0; x.len()];
        for round in 0..=robust_rounds {
            one_round(x, y, (&weighted, &robust), &windows, delta, &mut fitted);
            if round == robust_rounds || !update_robustness(y, &fitted, &mut robust) {
                break;
            }
            weighted.iter_mut().zip(y.iter().zip(&robust)).for_each(|(w, (y, r))| *w = y * r);
        }
        fitted
    }
}

/// A point that is fitted, with its neighbours from `left` on and their tricube weights; both the same in every round.
struct Window {
    at: usize,
    left: usize,
    tricube: Vec<f64>,
    /// Distance at which the tricube vanishes.
    reach: f64,
}

/// The windows of all points that are fitted, not interpolated.
#[inline(always)]
fn windows(x: &[f64], near: usize, delta: f64) -> Vec<Window> {
    let n = x.len();
    let mut unused = vec![0.0; n];
    let (mut all, mut left, mut at) = (Vec::new(), 0, 0);
    loop {
        while left + near < n && x[at] - x[left] > x[left + near] - x[at] {
            left += 1;
        }
        all.push(Window::new(x, at, (left, left + near - 1)));
        let (next, done_to) = next_point(x, at, delta, &mut unused);
        if done_to + 1 >= n {
            return all;
        }
        at = next;
    }
}

impl Window {
    #[inline(always)]
    fn new(x: &[f64], at: usize, (left, right): (usize, usize)) -> Self {
        let reach = (x[at] - x[left]).max(x[right] - x[at]);
        // beyond 0.999 of the reach the tricube is taken as 0, within 0.001 as 1, as in Cleveland's program
        let (outer, inner) = (0.999 * reach, 0.001 * reach);
        let end = x.partition_point(|&v| v <= x[at] || v - x[at] <= outer);
        let inverse = 1.0 / reach;
        let weight = |v: &f64| {
            let distance = (v - x[at]).abs();
            let ratio = distance * inverse;
            let cube = 1.0 - ratio * ratio * ratio;
            let near = if distance > inner { cube * cube * cube } else { 1.0 };
            if distance > outer { 0.0 } else { near }
        };
        let mut tricube = vec![0.0; end - left];
        for (w, v) in tricube.iter_mut().zip(&x[left..end]) {
            *w = weight(v);
        }
        Self { at, left, tricube, reach }
    }

    /// The local line at the point, or `None` when all weights vanish. `weighted` is y times its robustness weight.
    #[inline(always)]
    fn line(&self, x: &[f64], weighted: &[f64], robust: &[f64], range: f64) -> Option<f64> {
        let here = self.left..self.left + self.tricube.len();
        let (x, weighted, robust) = (&x[here.clone()], &weighted[here.clone()], &robust[here]);
        let [w0, wx, wxx, wy, wxy] =
            weighted_sums(&self.tricube, (x, x[self.at - self.left]), robust, weighted);
        if w0 <= 0.0 {
            return None;
        }
        let (x, y) = (wx / w0, wy / w0);
        let spread = wxx / w0 - x * x;
        // a mean where the points spread too little to carry a slope
        let sloped = self.reach > 0.0 && spread > 0.0 && spread.sqrt() > 0.001 * range;
        Some(if sloped { y - x * (wxy / w0 - x * y) / spread } else { y })
    }
}

/// Sums of w, w d, w d², v and v d over the points, with w the tricube times robustness, v the tricube times the
/// weighted y and d the distance from `centre`. Interleaved partial sums, joined in a fixed order.
#[inline(always)]
fn weighted_sums(tricube: &[f64], (x, centre): (&[f64], f64), robust: &[f64], weighted: &[f64]) -> [f64; 5] {
    let mut sums = [[0.0; LANES]; 5];
    let mut add = |lane: usize, t: f64, x: f64, r: f64, y: f64| {
        let (d, w, v) = (x - centre, t * r, t * y);
        sums[0][lane] += w;
        sums[1][lane] += w * d;
        sums[2][lane] += w * d * d;
        sums[3][lane] += v;
        sums[4][lane] += v * d;
    };
    let whole = tricube.len() - tricube.len() % LANES;
    let blocks = tricube[..whole]
        .chunks_exact(LANES)
        .zip(x[..whole].chunks_exact(LANES))
        .zip(robust[..whole].chunks_exact(LANES))
        .zip(weighted[..whole].chunks_exact(LANES));
    for (((t, x), r), y) in blocks {
        for lane in 0..LANES {
            add(lane, t[lane], x[lane], r[lane], y[lane]);
        }
    }
    for i in whole..tricube.len() {
        add(i - whole, tricube[i], x[i], robust[i], weighted[i]);
    }
    join_lanes(&sums)
}

/// One pass over the points with fixed robustness weights.
#[inline(always)]
fn one_round(
    x: &[f64],
    y: &[f64],
    (weighted, robust): (&[f64], &[f64]),
    windows: &[Window],
    delta: f64,
    fitted: &mut [f64],
) {
    let range = x[x.len() - 1] - x[0];
    let mut last: Option<usize> = None;
    for window in windows {
        fitted[window.at] = window.line(x, weighted, robust, range).unwrap_or(y[window.at]);
        if let Some(l) = last {
            interpolate(x, fitted, l, window.at);
        }
        last = Some(next_point(x, window.at, delta, fitted).1);
    }
}

/// The next point to fit after `i`, and the last point whose value is already known (ties of `i` share its value).
fn next_point(x: &[f64], i: usize, delta: f64, fitted: &mut [f64]) -> (usize, usize) {
    let n = x.len();
    let cut = x[i] + delta;
    let mut known = i;
    let mut j = i + 1;
    while j < n && x[j] <= cut {
        if x[j] == x[known] {
            fitted[j] = fitted[known];
            known = j;
        }
        j += 1;
    }
    ((known + 1).max(j - 1), known)
}

/// Straight line between two fitted points.
fn interpolate(x: &[f64], fitted: &mut [f64], from: usize, to: usize) {
    let width = x[to] - x[from];
    for j in from + 1..to {
        let share = (x[j] - x[from]) / width;
        fitted[j] = share * fitted[to] + (1.0 - share) * fitted[from];
    }
}

/// Bisquare weights from the residuals; false when the residuals are too small to carry any.
fn update_robustness(y: &[f64], fitted: &[f64], robust: &mut [f64]) -> bool {
    let n = y.len();
    let residuals: Vec<f64> = y.iter().zip(fitted).map(|(a, b)| (a - b).abs()).collect();
    let scale = residuals.iter().sum::<f64>() / n as f64;
    let six_medians = 6.0 * median(&residuals);
    if six_medians < 1e-7 * scale {
        return false;
    }
    for (w, r) in robust.iter_mut().zip(&residuals) {
        *w = if *r <= 0.001 * six_medians {
            1.0
        } else if *r <= 0.999 * six_medians {
            let u = r / six_medians;
            (1.0 - u * u) * (1.0 - u * u)
        } else {
            0.0
        };
    }
    true
}

/// Linear interpolation through ascending `x` (ties averaged), constant outside.
pub(crate) fn interpolate_clamped(x: &[f64], y: &[f64]) -> impl Fn(f64) -> f64 + Sync + use<> {
    let mut knots: Vec<(f64, f64, f64)> = Vec::with_capacity(x.len());
    for (&a, &b) in x.iter().zip(y) {
        match knots.last_mut() {
            Some(k) if k.0 == a => {
                k.1 += b;
                k.2 += 1.0;
            }
            _ => knots.push((a, b, 1.0)),
        }
    }
    let knots: Vec<(f64, f64)> = knots.into_iter().map(|(a, sum, n)| (a, sum / n)).collect();
    let slopes: Vec<f64> = knots.windows(2).map(|k| (k[1].1 - k[0].1) / (k[1].0 - k[0].0)).collect();
    let index = Index::new(&knots);
    move |at| {
        let right = index.first_not_below(&knots, at);
        if right == 0 {
            return knots[0].1;
        }
        if right == knots.len() {
            return knots[right - 1].1;
        }
        let (x, y) = knots[right - 1];
        y + slopes[right - 1] * (at - x)
    }
}

/// How many knots lie below equally spaced places: narrows the search for a knot to a few.
struct Index {
    start: f64,
    per_unit: f64,
    below: Vec<usize>,
}

impl Index {
    /// Places for each knot.
    const FINENESS: usize = 2;

    fn new(knots: &[(f64, f64)]) -> Self {
        let places = Self::FINENESS * knots.len();
        let (start, end) = (knots.first().map_or(0.0, |k| k.0), knots.last().map_or(0.0, |k| k.0));
        let per_unit = places as f64 / (end - start);
        let index = Self { start, per_unit, below: Vec::new() };
        if !(per_unit.is_finite() && per_unit > 0.0) {
            return index;
        }
        // counted by the very rule that finds a place, so that rounding cannot part them
        let mut below = vec![0; places + 2];
        for knot in knots {
            below[index.place(knot.0, places) + 1] += 1;
        }
        for k in 1..below.len() {
            below[k] += below[k - 1];
        }
        Self { below, ..index }
    }

    /// Rises with `at`; below `places + 1`.
    fn place(&self, at: f64, places: usize) -> usize {
        (((at - self.start) * self.per_unit).max(0.0) as usize).min(places)
    }

    /// The first knot that is not below `at`.
    fn first_not_below(&self, knots: &[(f64, f64)], at: f64) -> usize {
        if self.below.is_empty() {
            return knots.partition_point(|k| k.0 < at);
        }
        let place = self.place(at, self.below.len() - 2);
        let (from, to) = (self.below[place], self.below[place + 1]);
        from + knots[from..to].partition_point(|k| k.0 < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_and_one_outlier_is_ignored() {
        let x: Vec<f64> = (0..40).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|v| 2.0 * v + 1.0 + vesicle_base::math::sin(7.0 * v)).collect();
        y[20] = 60.0;
        let fit = lowess(&x, &y, 0.5, 3, 0.0);
        assert!((fit[20] - 41.0).abs() < 1.0, "{}", fit[20]);
    }

    #[test]
    fn the_index_finds_what_a_search_finds() {
        let knots: Vec<(f64, f64)> = (0..200).map(|k| (f64::from(k * k) * 0.37 - 5.0, 0.0)).collect();
        for knots in [&knots[..], &knots[..2], &knots[..1]] {
            let index = Index::new(knots);
            let ends = [f64::NEG_INFINITY, f64::INFINITY, f64::NAN];
            let between = (0..3000).map(|i| f64::from(i) * 6.1 - 40.0);
            for at in knots.iter().map(|k| k.0).chain(between).chain(ends) {
                assert_eq!(index.first_not_below(knots, at), knots.partition_point(|k| k.0 < at), "{at}");
            }
        }
    }

    #[test]
    fn interpolation_holds_its_ends() {
        let f = interpolate_clamped(&[0.0, 1.0, 1.0], &[0.0, 1.0, 3.0]);
        assert_eq!((f(-5.0), f(0.5), f(9.0)), (0.0, 1.0, 2.0));
    }
}
