//! One root of one increasing function.

/// The root of an increasing function in `[lo, hi]`: Newton where it stays inside the bracket, bisection elsewhere.
///
/// `f` returns value and slope. Stops when the step is below `1e-14` of the argument's size.
pub(crate) fn bisect_newton(mut lo: f64, mut hi: f64, start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut x = start.clamp(lo, hi);
    for _ in 0..200 {
        let (value, slope) = f(x);
        if value == 0.0 {
            return x;
        }
        if value > 0.0 {
            hi = x;
        } else {
            lo = x;
        }
        let newton = x - value / slope;
        let next = if newton > lo && newton < hi { newton } else { 0.5 * (lo + hi) };
        if (next - x).abs() <= 1e-14 * x.abs().max(1.0) {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_root_where_newton_alone_would_fly_off() {
        let root = bisect_newton(-100.0, 100.0, 50.0, |x| {
            (vesicle_base::math::atan2(x - 3.0, 1.0), 1.0 / (1.0 + (x - 3.0) * (x - 3.0)))
        });
        assert!((root - 3.0).abs() < 1e-12);
    }
}
