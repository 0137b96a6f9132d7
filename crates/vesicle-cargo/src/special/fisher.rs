//! Fisher's F; infinite denominator degrees of freedom mean chi-square over its degrees.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln, ln_1p};

use super::batch::{Kernel, exp_each, ln_each, widest};
use super::beta::ln_beta_regularised;
use super::gamma::{ln_beta, ln_gamma_upper_regularised};
use super::root::bisect_newton;

/// Which tail a probability belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// P(F ≤ f).
    Lower,
    /// P(F > f).
    Upper,
}

/// An F distribution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FisherF {
    /// Numerator degrees of freedom, finite.
    pub(crate) df1: f64,
    /// Denominator degrees of freedom, may be infinite.
    pub(crate) df2: f64,
}

impl FisherF {
    /// Beyond this the denominator is taken as known; the error is of order 1/df2.
    const KNOWN_DENOMINATOR: f64 = 1e12;

    /// ln of the probability of one tail beyond `f >= 0`.
    pub(crate) fn ln_tail(self, f: f64, tail: Tail) -> f64 {
        self.ln_tail_given(f, tail, self.ln_beta())
    }

    /// ln B(df1 / 2, df2 / 2); NaN where the denominator is known and it is not needed.
    pub(super) fn ln_beta(self) -> f64 {
        if self.denominator_is_known() { f64::NAN } else { ln_beta(0.5 * self.df1, 0.5 * self.df2) }
    }

    /// Whether this is chi-square over its degrees.
    pub(super) fn denominator_is_known(self) -> bool {
        self.df2 > Self::KNOWN_DENOMINATOR
    }

    fn ln_tail_given(self, f: f64, tail: Tail, ln_beta: f64) -> f64 {
        let (a, b) = (0.5 * self.df1, 0.5 * self.df2);
        if self.denominator_is_known() {
            let upper = ln_gamma_upper_regularised(a, a * f);
            return match tail {
                Tail::Upper => upper,
                Tail::Lower => ln_one_minus_exp(upper),
            };
        }
        let total = self.df2 + self.df1 * f;
        let (x, y) = (self.df1 * f / total, self.df2 / total);
        match tail {
            Tail::Lower => ln_beta_regularised(a, b, x, y, ln_beta),
            Tail::Upper => ln_beta_regularised(b, a, y, x, ln_beta),
        }
    }

    /// The density of ln F, its constants worked out once.
    pub(crate) fn log_density(self) -> LogDensity {
        let (a, b) = (0.5 * self.df1, 0.5 * self.df2);
        if self.denominator_is_known() {
            return LogDensity {
                a,
                ab: a,
                ln_front: a * ln(a) - vesicle_base::math::ln_gamma(a),
                ratio: None,
            };
        }
        let ratio = self.df1 / self.df2;
        LogDensity { a, ab: a + b, ln_front: a * ln(ratio) - self.ln_beta(), ratio: Some(ratio) }
    }

    /// ln of the density of ln F at `u = ln f`; that is f times the density of F.
    pub(crate) fn ln_density_of_log(self, u: f64) -> f64 {
        self.log_density().at(u)
    }

    /// The f whose tail has the ln probability `ln_p`.
    pub(crate) fn quantile(self, ln_p: f64, tail: Tail) -> f64 {
        self.quantile_near(ln_p, tail, 1.0)
    }

    /// The same, sought from `start > 0` on: near the answer it is found in fewer steps.
    pub(crate) fn quantile_near(self, ln_p: f64, tail: Tail, start: f64) -> f64 {
        let ln_beta = self.ln_beta();
        let sign = if tail == Tail::Lower { 1.0 } else { -1.0 };
        let density = self.log_density();
        let u = bisect_newton(-300.0, 300.0, ln(start), |u| {
            let ln_tail = self.ln_tail_given(exp(u), tail, ln_beta);
            let slope = exp(density.at(u) - ln_tail);
            (sign * (ln_tail - ln_p), slope)
        });
        exp(u)
    }
}

/// ln of the density of ln F: `a u - (a + b) ln(1 + ratio f)` and a constant; `a u - a f` where the denominator is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogDensity {
    a: f64,
    ab: f64,
    ln_front: f64,
    ratio: Option<f64>,
}

impl LogDensity {
    /// At `u = ln f`.
    pub(crate) fn at(self, u: f64) -> f64 {
        let f = exp(u);
        let fall = self.ratio.map_or(f, |ratio| ln_1p(ratio * f));
        self.ln_front + self.a * u - self.ab * fall
    }

    /// The density itself, not its logarithm: `f` holds exp(u) and is overwritten.
    pub(crate) fn of_all(self, u: &[f64], f: &mut [f64]) {
        widest(Densities { law: self, u, f });
    }
}

/// Densities of ln F at `u = ln f`, over `f`.
struct Densities<'a> {
    law: LogDensity,
    u: &'a [f64],
    f: &'a mut [f64],
}

impl Kernel for Densities<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let LogDensity { a, ab, ln_front, ratio } = self.law;
        if let Some(ratio) = ratio {
            let mut whole: Vec<f64> = self.f.iter().map(|f| 1.0 + ratio * f).collect();
            // what rounding took from 1 + ratio f
            self.f.iter_mut().zip(&whole).for_each(|(f, w)| *f = (ratio * *f - (w - 1.0)) / w);
            ln_each(&mut whole);
            self.f.iter_mut().zip(&whole).for_each(|(f, ln_whole)| *f += ln_whole);
        }
        self.f.iter_mut().zip(self.u).for_each(|(f, u)| *f = ln_front + (a * u - ab * *f));
        exp_each(self.f);
    }
}

/// ln(1 - exp(x)) for `x <= 0`.
fn ln_one_minus_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { ln(-vesicle_base::math::expm1(x)) } else { ln_1p(-exp(x)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_match_tables() {
        let f = FisherF { df1: 3.0, df2: 10.0 };
        assert!((f.quantile(ln(0.05), Tail::Upper) - 3.708_264_8).abs() < 1e-6);
        let chi = FisherF { df1: 1.0, df2: f64::INFINITY };
        assert!((chi.quantile(ln(0.95), Tail::Lower) - 3.841_458_820_694_124).abs() < 1e-10);
    }

    #[test]
    fn densities_at_once_are_those_one_by_one() {
        let u: Vec<f64> = (0..60).map(|i| 0.1 * f64::from(i - 30)).collect();
        for df2 in [3.0, 200.0, 1e9, f64::INFINITY] {
            let law = FisherF { df1: 7.0, df2 }.log_density();
            let mut got: Vec<f64> = u.iter().map(|&u| exp(u)).collect();
            law.of_all(&u, &mut got);
            for (&u, got) in u.iter().zip(got) {
                assert!((got / exp(law.at(u)) - 1.0).abs() < 1e-12, "{u} {df2}");
            }
        }
    }

    #[test]
    fn the_two_tails_sum_to_one() {
        for df2 in [2.0, 50.0, f64::INFINITY] {
            let f = FisherF { df1: 4.0, df2 };
            let sum = exp(f.ln_tail(1.3, Tail::Lower)) + exp(f.ln_tail(1.3, Tail::Upper));
            assert!((sum - 1.0).abs() < 1e-13);
        }
    }
}
