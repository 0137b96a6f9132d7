//! Robust locally weighted regression (Cleveland 1979, J Am Stat Assoc 74:829), with skipping of near points.

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
    let mut robust = vec![1.0; n];
    let mut fitted = vec![0.0; n];
    for round in 0..=robust_rounds {
        one_round(x, y, near, delta, (round > 0).then_some(robust.as_slice()), &mut fitted);
        if round < robust_rounds && !update_robustness(y, &fitted, &mut robust) {
            break;
        }
    }
    fitted
}

/// One pass over the points with fixed robustness weights.
fn one_round(x: &[f64], y: &[f64], near: usize, delta: f64, robust: Option<&[f64]>, fitted: &mut [f64]) {
    let n = x.len();
    let mut window = 0;
    let mut weights = vec![0.0; n];
    let mut last: Option<usize> = None;
    let mut i = 0;
    loop {
        while window + near < n && x[i] - x[window] > x[window + near] - x[i] {
            window += 1;
        }
        fitted[i] = local_line(x, y, i, (window, window + near - 1), robust, &mut weights).unwrap_or(y[i]);
        if let Some(l) = last {
            interpolate(x, fitted, l, i);
        }
        let (next, done_to) = next_point(x, i, delta, fitted);
        last = Some(done_to);
        if done_to + 1 >= n {
            return;
        }
        i = next;
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

/// The local line at point `at`, or `None` when all weights vanish.
fn local_line(
    x: &[f64],
    y: &[f64],
    at: usize,
    (left, right): (usize, usize),
    robust: Option<&[f64]>,
    weights: &mut [f64],
) -> Option<f64> {
    let n = x.len();
    let reach = (x[at] - x[left]).max(x[right] - x[at]);
    // beyond 0.999 of the reach the tricube is taken as 0, within 0.001 as 1, as in Cleveland's program
    let (outer, inner) = (0.999 * reach, 0.001 * reach);
    let mut total = 0.0;
    let mut end = left;
    for j in left..n {
        let distance = (x[j] - x[at]).abs();
        weights[j] = 0.0;
        if distance <= outer {
            let ratio = distance / reach;
            let cube = 1.0 - ratio * ratio * ratio;
            let tricube = if distance > inner { cube * cube * cube } else { 1.0 };
            weights[j] = robust.map_or(tricube, |r| tricube * r[j]);
            total += weights[j];
        } else if x[j] > x[at] {
            break;
        }
        end = j + 1;
    }
    if total <= 0.0 {
        return None;
    }
    weights[left..end].iter_mut().for_each(|w| *w /= total);
    if reach > 0.0 {
        tilt(&x[left..end], x[at], x[n - 1] - x[0], &mut weights[left..end]);
    }
    Some(weights[left..end].iter().zip(&y[left..end]).map(|(w, v)| w * v).sum())
}

/// Turns weights of a local mean into weights of a local line, where the points spread enough to carry a slope.
fn tilt(x: &[f64], at: f64, range: f64, weights: &mut [f64]) {
    let centre: f64 = x.iter().zip(&*weights).map(|(v, w)| w * v).sum();
    let offset = at - centre;
    let spread: f64 = x.iter().zip(&*weights).map(|(v, w)| w * (v - centre) * (v - centre)).sum();
    if spread.sqrt() > 0.001 * range {
        let slope = offset / spread;
        weights.iter_mut().zip(x).for_each(|(w, v)| *w *= slope * (v - centre) + 1.0);
    }
}

/// Bisquare weights from the residuals; false when the residuals are too small to carry any.
fn update_robustness(y: &[f64], fitted: &[f64], robust: &mut [f64]) -> bool {
    let n = y.len();
    let residuals: Vec<f64> = y.iter().zip(fitted).map(|(a, b)| (a - b).abs()).collect();
    let scale = residuals.iter().sum::<f64>() / n as f64;
    let mut sorted = residuals.clone();
    sorted.sort_by(f64::total_cmp);
    let six_medians = 3.0 * (sorted[n / 2] + sorted[n - n / 2 - 1]);
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
    move |at| {
        let right = knots.partition_point(|k| k.0 < at);
        if right == 0 {
            return knots[0].1;
        }
        if right == knots.len() {
            return knots[right - 1].1;
        }
        let ((x0, y0), (x1, y1)) = (knots[right - 1], knots[right]);
        y0 + (y1 - y0) * ((at - x0) / (x1 - x0))
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
    fn interpolation_holds_its_ends() {
        let f = interpolate_clamped(&[0.0, 1.0, 1.0], &[0.0, 1.0, 3.0]);
        assert_eq!((f(-5.0), f(0.5), f(9.0)), (0.0, 1.0, 2.0));
    }
}
