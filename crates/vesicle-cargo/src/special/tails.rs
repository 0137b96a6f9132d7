//! Upper tails of Fisher's F and two-sided tails of Student's t, many at once.
//!
//! A t of `df` degrees of freedom, squared, is an F of 1 and `df`: one kernel serves both.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::exp;

use super::batch::{Kernel, exp_each, ln_each, widest};
use super::beta::fractions;
use super::fisher::{FisherF, Tail};
use super::gamma::{ln_beta, ln_gamma_upper_each};
use super::normal::ln_normal_cdf;

/// So many tails are worked out side by side.
const LANES: usize = 8;

/// Beyond so many denominator degrees of freedom a t is normal.
const NORMAL_FROM: f64 = 1e10;

/// The probability of a tail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TailProbability {
    /// Its natural logarithm, which keeps its digits where `p` underflows.
    pub(crate) ln_p: f64,
    /// The probability.
    pub(crate) p: f64,
}

impl TailProbability {
    fn of_logarithm(ln_p: f64) -> Self {
        Self { ln_p, p: exp(ln_p) }
    }
}

/// P(|T| > |t|) at the degrees of freedom beside it, for slices of one length; infinite ones mean the normal.
pub(crate) fn student_two_sided(t: &[f64], df: &[f64]) -> Vec<TailProbability> {
    let mut out = vec![TailProbability { ln_p: f64::NAN, p: f64::NAN }; t.len()];
    widest(Students { t, df, out: &mut out });
    for ((t, df), out) in t.iter().zip(df).zip(&mut out) {
        if !is_usual(t * t, 1.0, *df) {
            *out = TailProbability::of_logarithm(unusual_student(*t, *df));
        }
    }
    out
}

/// ln P(|T| > |t|); infinite degrees of freedom mean the normal.
pub(crate) fn ln_student_two_sided(t: f64, df: f64) -> f64 {
    if is_usual(t * t, 1.0, df) {
        let [tail] = block([(t * t, df)], 1.0, [ln_beta(0.5 * df, 0.5)]);
        return tail.ln_p;
    }
    unusual_student(t, df)
}

/// ln P(F > f) of every `f >= 0` under one law.
pub(crate) fn ln_upper_tails(f: &[f64], law: FisherF) -> Vec<f64> {
    if law.denominator_is_known() && f.iter().all(|f| *f > 0.0) {
        let half = 0.5 * law.df1;
        return ln_gamma_upper_each(half, &f.iter().map(|f| half * f).collect::<Vec<_>>());
    }
    let mut out = vec![f64::NAN; f.len()];
    widest(Fishers { f, law, ln_beta: law.ln_beta(), out: &mut out });
    for (f, out) in f.iter().zip(&mut out) {
        if !is_usual(*f, law.df1, law.df2) {
            *out = law.ln_tail(*f, Tail::Upper);
        }
    }
    out
}

/// Whether the fraction serves: what is not finite, 0 or known from the normal goes its own way.
#[inline(always)]
fn is_usual(f: f64, df1: f64, df2: f64) -> bool {
    let ratio = df1 * f / df2;
    (f64::MIN_POSITIVE..1e300).contains(&ratio) && (f64::MIN_POSITIVE..=NORMAL_FROM).contains(&df2)
}

fn unusual_student(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        f64::NAN
    } else if df > NORMAL_FROM {
        (std::f64::consts::LN_2 + ln_normal_cdf(-t.abs())).min(0.0)
    } else if t * t > df {
        f64::NEG_INFINITY
    } else {
        0.0
    }
}

struct Students<'a> {
    t: &'a [f64],
    df: &'a [f64],
    out: &'a mut [TailProbability],
}

impl Kernel for Students<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // degrees of freedom are often shared
        let mut known = (f64::NAN, f64::NAN);
        let blocks = self.t.chunks(LANES).zip(self.df.chunks(LANES));
        for ((t, df), out) in blocks.zip(self.out.chunks_mut(LANES)) {
            let (mut points, mut ln_betas) = ([(1.0, 1.0); LANES], [0.0; LANES]);
            for ((point, ln_b), (t, &df)) in points.iter_mut().zip(&mut ln_betas).zip(t.iter().zip(df)) {
                if is_usual(t * t, 1.0, df) {
                    if df != known.0 {
                        known = (df, ln_beta(0.5 * df, 0.5));
                    }
                    (*point, *ln_b) = ((t * t, df), known.1);
                }
            }
            out.iter_mut().zip(block(points, 1.0, ln_betas)).for_each(|(o, tail)| *o = tail);
        }
    }
}

struct Fishers<'a> {
    f: &'a [f64],
    law: FisherF,
    ln_beta: f64,
    out: &'a mut [f64],
}

impl Kernel for Fishers<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let FisherF { df1, df2 } = self.law;
        for (f, out) in self.f.chunks(LANES).zip(self.out.chunks_mut(LANES)) {
            let mut points = [(1.0, 1.0); LANES];
            for (point, &f) in points.iter_mut().zip(f) {
                if is_usual(f, df1, df2) {
                    *point = (f, df2);
                }
            }
            let tails = block(points, df1, [self.ln_beta; LANES]);
            out.iter_mut().zip(tails).for_each(|(o, tail)| *o = tail.ln_p);
        }
    }
}

/// Up to this F of one degree the tail is what the centre leaves: few terms, and twelve digits stay.
const CENTRE: f64 = 9.0;

/// Largest share f df1 / (df2 + f df1) at which the centre's fraction still ends soon.
const LARGEST_SHARE: f64 = 0.3;

/// Upper tails of points `(f, df2)`, none of them unusual: the incomplete beta function by its fraction on the side
/// where that ends soon (DLMF 8.17.22), `a = df1 / 2`, `b = df2 / 2`.
#[inline(always)]
fn block<const N: usize>(points: [(f64, f64); N], df1: f64, ln_beta: [f64; N]) -> [TailProbability; N] {
    let a = 0.5 * df1;
    let (mut from, mut to, mut at) = ([0.0; N], [0.0; N], [0.0; N]);
    let (mut centre, mut rounding) = ([false; N], [0.0; N]);
    let (mut ratio, mut whole) = ([0.0; N], [0.0; N]);
    for k in 0..N {
        let (f, df2) = points[k];
        let b = 0.5 * df2;
        let total = df2 + df1 * f;
        let (x, y) = (df1 * f / total, df2 / total);
        let soon = df1 <= 1.0 && f < CENTRE && x < LARGEST_SHARE;
        centre[k] = y > (b + 1.0) / (a + b + 2.0) || soon;
        (from[k], to[k], at[k]) = if centre[k] { (a, b, x) } else { (b, a, y) };
        ratio[k] = df1 * f / df2;
        whole[k] = 1.0 + ratio[k];
        // what rounding took from 1 + ratio
        rounding[k] = (ratio[k] - (whole[k] - 1.0)) / whole[k];
    }
    let mut fraction = fractions(from, to, at);
    for k in 0..N {
        fraction[k] /= from[k];
    }
    ln_each(&mut fraction);
    ln_each(&mut ratio);
    ln_each(&mut whole);
    let mut ln_side = [0.0; N];
    for k in 0..N {
        let ab = a + 0.5 * points[k].1;
        ln_side[k] = fraction[k] + (a * ratio[k] - ab * (whole[k] + rounding[k]) - ln_beta[k]);
    }
    from_sides(ln_side, centre)
}

/// The upper tails, where a side is the tail itself or, in the centre, what the tail leaves.
#[inline(always)]
fn from_sides<const N: usize>(ln_side: [f64; N], centre: [bool; N]) -> [TailProbability; N] {
    let mut side = ln_side;
    exp_each(&mut side);
    let mut rest = side.map(|s| 1.0 - s.min(1.0));
    let rounding: [f64; N] = std::array::from_fn(|k| (-side[k].min(1.0) - (rest[k] - 1.0)) / rest[k]);
    let p = rest;
    ln_each(&mut rest);
    std::array::from_fn(|k| match (centre[k], p[k] > 0.0) {
        (true, true) => TailProbability { ln_p: rest[k] + rounding[k], p: p[k] },
        (true, false) => TailProbability { ln_p: f64::NEG_INFINITY, p: 0.0 },
        (false, _) => TailProbability { ln_p: ln_side[k].min(0.0), p: side[k].min(1.0) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::math::{ln, sqrt};

    fn student(t: f64, df: f64) -> f64 {
        exp(ln_student_two_sided(t, df))
    }

    #[test]
    fn tails_match_tables_and_closed_forms() {
        assert!((student(12.706_204_736_174_7, 1.0) - 0.05).abs() < 1e-12);
        assert!((student(2.0, f64::INFINITY) - 0.045_500_263_896_358_4).abs() < 1e-14);
        // two degrees of freedom have a closed form: 1 - t / sqrt(2 + t^2)
        for t in [1e-9, 0.3, 2.9, 3.1, 50.0] {
            let want = 1.0 - t / sqrt(2.0 + t * t);
            assert!((student(t, 2.0) / want - 1.0).abs() < 1e-11, "{t}");
        }
    }

    #[test]
    fn many_at_once_are_those_one_by_one_and_those_of_the_beta_function() {
        let t: Vec<f64> = (0..400).map(|i| 0.037 * f64::from(i * i % 977)).collect();
        for shared in [1.0, 3.7, 38.0, 41.5, 900.0, 3e7, f64::INFINITY] {
            let df: Vec<f64> =
                (0..400).map(|i| if i % 7 == 0 { 2.0 + f64::from(i) } else { shared }).collect();
            for ((&t, &df), tail) in t.iter().zip(&df).zip(student_two_sided(&t, &df)) {
                assert_eq!(tail.ln_p, ln_student_two_sided(t, df), "{t} {df}");
                assert!((tail.p - exp(tail.ln_p)).abs() <= 1e-13 * tail.p, "{t} {df}");
                if df < 1e6 && t > 0.0 {
                    let want = FisherF { df1: 1.0, df2: df }.ln_tail(t * t, Tail::Upper);
                    assert!((tail.ln_p - want).abs() < 1e-11 * want.abs().max(1.0), "{t} {df}");
                } else if t < 6.0 {
                    let normal = ln_student_two_sided(t, f64::INFINITY);
                    assert!((tail.ln_p - normal).abs() < 2e-5, "{t} {df}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_tail_has_none() {
        let t = [f64::NAN, 1.0, 0.0, f64::INFINITY, 1e200, 1e-200, 2.0, -2.0];
        let df = [5.0, f64::NAN, 5.0, 5.0, 5.0, 5.0, 0.0, 5.0];
        let ln_p: Vec<f64> = student_two_sided(&t, &df).iter().map(|tail| tail.ln_p).collect();
        assert!(ln_p[0].is_nan() && ln_p[1].is_nan() && ln_p[6].is_nan());
        assert_eq!(ln_p[2..6], [0.0, f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0]);
        assert_eq!(ln_p[7], ln_student_two_sided(2.0, 5.0));
    }

    #[test]
    fn upper_tails_of_f_are_those_of_the_scalar_form() {
        let f: Vec<f64> = (0..300).map(|i| 0.011 * f64::from(i * i % 331)).collect();
        for (df1, df2) in [(38.0, 4.1), (38.0, 700.0), (0.7, 3.0), (4.0, 2e9), (6.0, f64::INFINITY)] {
            let law = FisherF { df1, df2 };
            for (&f, got) in f.iter().zip(ln_upper_tails(&f, law)) {
                let want = law.ln_tail(f, Tail::Upper);
                let scale = want.abs().max(1e-3).max(1e-4 * df2.min(1e9).sqrt());
                assert!((got - want).abs() < 1e-10 * scale, "{f} {df1} {df2}: {got} {want}");
            }
        }
        let law = FisherF { df1: 2.0, df2: 4.0 };
        // two and four degrees of freedom have a closed form: (1 + f / 2)^-2
        assert!((ln_upper_tails(&[3.0], law)[0] + 2.0 * ln(2.5)).abs() < 1e-14);
    }
}
