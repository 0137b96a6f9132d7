//! Local averages of curves along a covariate, and the place of a curve's maximum.

/// A cell is split while it is longer than this share of the smaller bandwidth at its ends.
const SPLIT: f64 = 0.8;

/// Averages rows of `curves` (each of `width` values) over neighbours in `covariate` with tricube weights.
///
/// Local constants over the nearest `span` share of the rows, evaluated at the ends of cells that are halved until
/// they are shorter than the bandwidth, and straight lines between (Loader 1999, chapter 12).
pub(super) fn local_average(covariate: &[f64], curves: &[f64], width: usize, span: f64) -> Vec<f64> {
    let n = covariate.len();
    if span * (n as f64) < 2.0 || n <= 1 {
        return curves.to_vec();
    }
    let near = ((n as f64 * span + 1e-12).floor() as usize).clamp(1, n);
    let low = covariate.iter().copied().fold(f64::INFINITY, f64::min);
    let high = covariate.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let evaluate = |at: f64| Vertex::new(at, covariate, curves, width, near);
    let mut vertices = vec![evaluate(low)];
    refine(&mut vertices, evaluate(high), &evaluate);
    covariate.iter().flat_map(|&x| between(&vertices, x)).collect()
}

/// A point where the average was taken.
#[derive(Clone)]
struct Vertex {
    at: f64,
    bandwidth: f64,
    curve: Vec<f64>,
}

impl Vertex {
    fn new(at: f64, covariate: &[f64], curves: &[f64], width: usize, near: usize) -> Self {
        let mut distances: Vec<f64> = covariate.iter().map(|x| (x - at).abs()).collect();
        let (_, &mut bandwidth, _) = distances.select_nth_unstable_by(near - 1, f64::total_cmp);
        let mut curve = vec![0.0; width];
        let mut total = 0.0;
        for (row, x) in curves.chunks_exact(width).zip(covariate) {
            let u = (x - at).abs() / bandwidth;
            // with all neighbours at one place their plain mean is taken
            let weight = if bandwidth > 0.0 { tricube(u) } else { f64::from(u8::from(*x == at)) };
            if weight > 0.0 {
                total += weight;
                curve.iter_mut().zip(row).for_each(|(c, v)| *c += weight * v);
            }
        }
        for c in &mut curve {
            *c /= total;
        }
        Self { at, bandwidth, curve }
    }
}

fn tricube(u: f64) -> f64 {
    if u >= 1.0 {
        return 0.0;
    }
    let c = 1.0 - u * u * u;
    c * c * c
}

/// Appends the vertices after the last one up to and including `right`, halving cells as needed.
fn refine(vertices: &mut Vec<Vertex>, right: Vertex, evaluate: &dyn Fn(f64) -> Vertex) {
    let left = &vertices[vertices.len() - 1];
    let length = right.at - left.at;
    let bandwidth = left.bandwidth.min(right.bandwidth);
    if length > SPLIT * bandwidth && bandwidth > 0.0 {
        let middle = evaluate(0.5 * (left.at + right.at));
        refine(vertices, middle, evaluate);
        refine(vertices, right, evaluate);
    } else {
        vertices.push(right);
    }
}

/// Straight line between the vertices around `x`.
fn between(vertices: &[Vertex], x: f64) -> Vec<f64> {
    let right = vertices.partition_point(|v| v.at < x).clamp(1, vertices.len() - 1);
    let (a, b) = (&vertices[right - 1], &vertices[right]);
    let share = if b.at > a.at { (x - a.at) / (b.at - a.at) } else { 0.0 };
    a.curve.iter().zip(&b.curve).map(|(u, v)| u + share * (v - u)).collect()
}

/// The place of the maximum of the cubic spline through `(x, y)`, ascending and at least four points.
///
/// Only the two intervals beside the highest point are searched. End conditions of Forsythe, Malcolm & Moler (1977):
/// the third derivative at an end is that of the cubic through the four points there.
pub(super) fn spline_maximum(x: &[f64], y: &[f64]) -> f64 {
    let top = (0..y.len()).fold(0, |best, i| if y[i] > y[best] { i } else { best });
    let second = second_coefficients(x, y);
    let mut best = (y[top], x[top]);
    for left in [top.wrapping_sub(1), top] {
        if left < x.len() - 1 {
            let found = interval_maximum(
                (x[left], x[left + 1]),
                (y[left], y[left + 1]),
                (second[left], second[left + 1]),
            );
            if let Some((value, at)) = found
                && value > best.0
            {
                best = (value, at);
            }
        }
    }
    best.1
}

/// Local maximum of the cubic on one interval: `(value, place)`.
fn interval_maximum((x0, x1): (f64, f64), (y0, y1): (f64, f64), (c0, c1): (f64, f64)) -> Option<(f64, f64)> {
    let h = x1 - x0;
    let b = (y1 - y0) / h - h * (c1 + 2.0 * c0);
    let (c, d) = (3.0 * c0, (c1 - c0) / h);
    // 3 d s² + 2 c s + b = 0, the root where the curve bends down
    let s = if d.abs() < 1e-300 {
        -b / (2.0 * c)
    } else {
        let root = c * c - 3.0 * d * b;
        if root < 0.0 {
            return None;
        }
        (-c - root.sqrt()) / (3.0 * d)
    };
    (s > 0.0 && s < h).then_some((y0 + s * (b + s * (c + s * d)), x0 + s))
}

/// The spline's sixths of second derivatives at the points.
fn second_coefficients(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len();
    let step = |i: usize| x[i + 1] - x[i];
    let slope = |i: usize| (y[i + 1] - y[i]) / step(i);
    let third = |i: usize| {
        let bend = |j: usize| (slope(j + 1) - slope(j)) / (x[j + 2] - x[j]);
        (bend(i + 1) - bend(i)) / (x[i + 3] - x[i])
    };
    let mut diagonal = vec![0.0; n];
    let mut c = vec![0.0; n];
    diagonal[0] = -step(0);
    diagonal[n - 1] = -step(n - 2);
    c[0] = step(0) * step(0) * third(0);
    c[n - 1] = -step(n - 2) * step(n - 2) * third(n - 4);
    for i in 1..n - 1 {
        diagonal[i] = 2.0 * (step(i - 1) + step(i));
        c[i] = slope(i) - slope(i - 1);
    }
    for i in 1..n {
        let t = step(i - 1) / diagonal[i - 1];
        diagonal[i] -= t * step(i - 1);
        c[i] -= t * c[i - 1];
    }
    c[n - 1] /= diagonal[n - 1];
    for i in (0..n - 1).rev() {
        c[i] = (c[i] - step(i) * c[i + 1]) / diagonal[i];
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spline_of_a_cubic_is_the_cubic() {
        let x: Vec<f64> = (0..8).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|t| -(t - 3.3) * (t - 3.3) * (1.0 + 0.05 * t)).collect();
        assert!((spline_maximum(&x, &y) - 3.3).abs() < 1e-12);
    }

    #[test]
    fn a_constant_averages_to_itself() {
        let x: Vec<f64> = (0..60).map(|i| f64::from(i * i)).collect();
        let flat = local_average(&x, &vec![2.5; 120], 2, 0.3);
        assert!(flat.iter().all(|v| (v - 2.5).abs() < 1e-12));
    }
}
