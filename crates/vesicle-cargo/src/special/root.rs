//! One root of an increasing function, and the place of one peak.

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

/// Place of the maximum of a smooth function with one peak in `[a, b]`, to within `width`: parabolas through the three
/// best places where they shrink the bracket, golden sections elsewhere (Brent 1973, chapter 5).
pub(crate) fn peak(mut a: f64, mut b: f64, width: f64, f: impl Fn(f64) -> f64) -> f64 {
    const SECTION: f64 = 0.381_966_011_250_105_1;
    let half = 0.5 * width;
    let mut best = (a + SECTION * (b - a), 0.0);
    best.1 = f(best.0);
    let (mut second, mut third) = (best, best);
    let (mut step, mut before_last) = (0.0_f64, 0.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (a + b);
        if (best.0 - middle).abs() <= width - 0.5 * (b - a) {
            break;
        }
        let parabola = parabola_step(best, second, third);
        let useful =
            parabola.abs() < 0.5 * before_last.abs() && best.0 + parabola > a && best.0 + parabola < b;
        if useful {
            (before_last, step) = (step, parabola);
            let at = best.0 + step;
            if at - a < width || b - at < width {
                step = half.copysign(middle - best.0);
            }
        } else {
            before_last = if best.0 < middle { b - best.0 } else { a - best.0 };
            step = SECTION * before_last;
        }
        let at = best.0 + if step.abs() >= half { step } else { half.copysign(step) };
        let tried = (at, f(at));
        if tried.1 >= best.1 {
            if at >= best.0 {
                a = best.0;
            } else {
                b = best.0;
            }
            (third, second, best) = (second, best, tried);
        } else {
            if at < best.0 {
                a = at;
            } else {
                b = at;
            }
            if tried.1 >= second.1 || second.0 == best.0 {
                (third, second) = (second, tried);
            } else if tried.1 >= third.1 || third.0 == best.0 || third.0 == second.0 {
                third = tried;
            }
        }
    }
    best.0
}

/// From the first place to the top of the parabola through three; NaN or infinite where there is none.
fn parabola_step(best: (f64, f64), second: (f64, f64), third: (f64, f64)) -> f64 {
    let r = (best.0 - second.0) * (best.1 - third.1);
    let q = (best.0 - third.0) * (best.1 - second.1);
    let top = (best.0 - third.0) * q - (best.0 - second.0) * r;
    -top / (2.0 * (q - r))
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

    #[test]
    fn the_peak_is_found_in_few_calls_and_at_an_end_where_it_lies_there() {
        use std::cell::Cell;
        use vesicle_base::math::{exp, ln};
        for at in [0.21, 0.5, 1.7] {
            let calls = Cell::new(0);
            let found = peak(0.0, 2.0, 1e-4, |x| {
                calls.set(calls.get() + 1);
                -exp(x - at) + (x - at)
            });
            assert!((found - at).abs() < 1e-4, "{found} {at}");
            assert!(calls.get() <= 14, "{} calls", calls.get());
        }
        assert!(peak(0.1, 2.0, 1e-4, ln) > 2.0 - 2e-4);
        assert!(peak(0.1, 2.0, 1e-4, |x| -ln(x)) < 0.1 + 2e-4);
        let kink = peak(0.0, 1.0, 1e-6, |x: f64| -(x - 0.3).abs());
        assert!((kink - 0.3).abs() < 2e-6, "{kink}");
    }
}
