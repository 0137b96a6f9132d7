//! The scaled F prior when a few variances are outliers: moments of winsorised log variances, and for each
//! feature the prior degrees of freedom that its own improbability leaves it.
//!
//! Phipson, Lee, Majewski, Alexander & Smyth (2016) Ann Appl Stat 10:946. Tested against limma by `tests/limma.rs`.

use std::cell::Cell;
use std::sync::OnceLock;

use vesicle_base::math::{exp, ln};
use vesicle_base::ranks::{ascending, shared_ranks_in};

use super::f_prior::{PerFeature, VariancePrior, fit_moments};
use crate::smooth::{lowess, median, quantile};
use crate::special::{FisherF, Tail, exp_all, gauss_legendre_unit, ln_all, ln_upper_tails};

/// Share winsorised in the lower and in the upper tail.
const WINSOR: (f64, f64) = (0.05, 0.1);

/// Span of the local regression that removes the trend.
const TREND_SPAN: f64 = 0.4;

/// The robust fit. All slices have one entry a feature, at least three.
pub(super) fn fit_robustly(variances: &[f64], df1: &[f64], trend: Option<&[f64]>) -> VariancePrior {
    let n = variances.len();
    let middle = median(variances);
    if middle <= 0.0 || WINSOR.1 < 1.0 / n as f64 {
        return fit_moments(variances, df1, trend, trend);
    }
    let mut x: Vec<f64> = variances.iter().map(|s| s.max(1e-12 * middle)).collect();
    let plain = fit_moments(&x, df1, trend, trend);
    let df1 = equalise_df(&mut x, df1, &plain);
    let mut z = x;
    ln_all(&mut z);
    let centre = trend.map_or_else(|| vec![trimmed_mean(&z, WINSOR.1); n], |t| lowess_trend(t, &z));
    let residual: Vec<f64> = z.iter().zip(&centre).map(|(a, b)| a - b).collect();
    let (mean, variance) = winsorised_moments(&residual);

    let moments = TheoreticalMoments { df1, near: Cell::new((1.0, 1.0)) };
    let Some(df2) = prior_df(&moments, variance, plain.df.at(0)) else { return plain };
    let shift = mean - moments.at(df2).0;
    let ln_scale: Vec<f64> = centre.iter().map(|c| c + shift).collect();
    let mut f: Vec<f64> = z.iter().zip(&ln_scale).map(|(a, b)| a - b).collect();
    exp_all(&mut f);
    let df = shrink_for_outliers(&f, FisherF { df1, df2 });
    let scale = if trend.is_some() {
        let mut scale = ln_scale;
        exp_all(&mut scale);
        PerFeature::Each(scale)
    } else {
        PerFeature::Shared(exp(ln_scale[0]))
    };
    VariancePrior { scale, df: PerFeature::Each(df) }
}

/// Moves each variance to the quantile it would have with the largest residual degrees of freedom; returns those.
fn equalise_df(x: &mut [f64], df1: &[f64], prior: &VariancePrior) -> f64 {
    let largest = df1.iter().copied().fold(0.0, f64::max);
    for (i, s) in x.iter_mut().enumerate() {
        if df1[i] >= largest - 1e-14 {
            continue;
        }
        let own = FisherF { df1: df1[i], df2: prior.df.at(i) };
        let common = FisherF { df1: largest, df2: prior.df.at(i) };
        let scale = prior.scale.at(i);
        let (upper, lower) = (own.ln_tail(*s / scale, Tail::Upper), own.ln_tail(*s / scale, Tail::Lower));
        // the smaller tail keeps its digits
        let f = if upper < lower {
            common.quantile(upper, Tail::Upper)
        } else {
            common.quantile(lower, Tail::Lower)
        };
        *s = f * scale;
    }
    largest
}

/// Mean without the lowest and the highest `share`.
pub(crate) fn trimmed_mean(v: &[f64], share: f64) -> f64 {
    let mut s = v.to_vec();
    s.sort_by(f64::total_cmp);
    let cut = (s.len() as f64 * share).floor() as usize;
    let kept = &s[cut..s.len() - cut];
    kept.iter().sum::<f64>() / kept.len() as f64
}

/// Robust local regression of `z` on the covariate, in the order of the features.
fn lowess_trend(covariate: &[f64], z: &[f64]) -> Vec<f64> {
    let order = ascending(covariate);
    let x: Vec<f64> = order.iter().map(|&i| covariate[i]).collect();
    let y: Vec<f64> = order.iter().map(|&i| z[i]).collect();
    let smooth = lowess(&x, &y, TREND_SPAN, 3, 0.01 * (x[x.len() - 1] - x[0]));
    let mut out = vec![0.0; z.len()];
    for (&i, s) in order.iter().zip(smooth) {
        out[i] = s;
    }
    out
}

/// Mean and variance of the residuals after both tails are pulled in to their quantiles.
fn winsorised_moments(residual: &[f64]) -> (f64, f64) {
    let n = residual.len() as f64;
    let low = quantile(residual, WINSOR.0);
    let high = quantile(residual, 1.0 - WINSOR.1);
    let pulled: Vec<f64> = residual.iter().map(|r| r.clamp(low, high)).collect();
    let mean = pulled.iter().sum::<f64>() / n;
    (mean, pulled.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0))
}

/// Mean and variance that winsorised ln F has in theory, by quadrature over F / (1 + F).
struct TheoreticalMoments {
    df1: f64,
    /// The two quantiles last found: where the next ones are sought from.
    near: Cell<(f64, f64)>,
}

/// Nodes of the integral over F / (1 + F).
static RULE: OnceLock<Vec<(f64, f64)>> = OnceLock::new();

impl TheoreticalMoments {
    fn at(&self, df2: f64) -> (f64, f64) {
        let f = FisherF { df1: self.df1, df2 };
        let near = self.near.get();
        let low = f.quantile_near(ln(WINSOR.0), Tail::Lower, near.0);
        let high = f.quantile_near(ln(WINSOR.1), Tail::Upper, near.1);
        self.near.set((low, high));
        let (from, to) = (low / (1.0 + low), high / (1.0 + high));
        // weight of each node times the density, and ln F there
        let rule = RULE.get_or_init(|| gauss_legendre_unit(128));
        let shares: Vec<f64> = rule.iter().map(|&(x, _)| from + (to - from) * x).collect();
        let mut u: Vec<f64> = shares.iter().map(|share| share / (1.0 - share)).collect();
        let mut density = u.clone();
        ln_all(&mut u);
        f.log_density().of_all(&u, &mut density);
        let points = || {
            let nodes = rule.iter().zip(&shares).zip(density.iter().zip(&u));
            nodes.map(|(((_, w), share), (d, &u))| (w * (to - from) * d / (share * (1.0 - share)), u))
        };
        let (u_low, u_high) = (ln(low), ln(high));
        let mean = points().map(|(w, u)| w * u).sum::<f64>() + u_low * WINSOR.0 + u_high * WINSOR.1;
        let square = |u: f64| (u - mean) * (u - mean);
        let inner: f64 = points().map(|(w, u)| w * square(u)).sum();
        (mean, inner + square(u_low) * WINSOR.0 + square(u_high) * WINSOR.1)
    }
}

/// The prior degrees of freedom whose winsorised variance is the observed one, never below the plain estimate;
/// `None` where only the plain estimate stands.
fn prior_df(moments: &TheoreticalMoments, variance: f64, plain: f64) -> Option<f64> {
    let excess = |df2: f64| ln(variance / moments.at(df2).1);
    let at_infinity = excess(f64::INFINITY);
    if at_infinity <= 0.0 {
        return Some(f64::INFINITY);
    }
    if plain.is_infinite() {
        return None;
    }
    let at_plain = excess(plain);
    if at_plain >= 0.0 {
        return Some(plain);
    }
    let share = plain / (1.0 + plain);
    let root = false_position(share, 1.0, at_plain, at_infinity, |s| excess(s / (1.0 - s)));
    Some(root / (1.0 - root))
}

/// Root of an increasing function between two known values: the Illinois variant of false position.
fn false_position(mut a: f64, mut b: f64, mut fa: f64, mut fb: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let c = (a * fb - b * fa) / (fb - fa);
        let fc = f(c);
        if fc.abs() < 1e-13 || (b - a).abs() < 1e-14 {
            return c;
        }
        if fc < 0.0 {
            (a, fa) = (c, fc);
            fb *= 0.5;
        } else {
            (b, fb) = (c, fc);
            fa *= 0.5;
        }
    }
    0.5 * (a + b)
}

/// Prior degrees of freedom of each feature: full where its variance is no less probable than its rank says, and
/// less the more improbable it is.
fn shrink_for_outliers(f: &[f64], law: FisherF) -> Vec<f64> {
    let n = f.len();
    let ln_tail = ln_upper_tails(f, law);
    let order = ascending(f);
    // ln of the share of features that are at least as improbable by rank
    let mut ln_not_outlier: Vec<f64> =
        shared_ranks_in(&order, f).iter().map(|r| (n as f64 - r + 0.5) / n as f64).collect();
    ln_all(&mut ln_not_outlier);
    ln_not_outlier.iter_mut().zip(&ln_tail).for_each(|(l, t)| *l = (t - *l).min(0.0));
    if ln_not_outlier.iter().all(|&l| l >= 0.0) {
        return vec![law.df2; n];
    }
    // the most improbable first
    let order: Vec<usize> = order.into_iter().rev().collect();
    let mut df = ln_not_outlier;
    exp_all(&mut df);
    if law.df2.is_infinite() {
        // an outlier against one common variance keeps its share of the pooled degrees of freedom
        let pooled = n as f64 * law.df1;
        df.iter_mut().for_each(|d| *d = if *d < 1.0 { *d * pooled } else { f64::INFINITY });
    } else {
        let least = df_of_worst(f, &ln_tail, law);
        df.iter_mut().for_each(|d| *d = *d * law.df2 + (1.0 - *d) * least);
    }
    if law.df2.is_finite() {
        level_start(&mut df, &order);
    }
    let mut highest = f64::NEG_INFINITY;
    for &i in &order {
        highest = highest.max(df[i]);
        df[i] = highest;
    }
    df
}

/// Prior degrees of freedom under which the largest variance would be the median: ln tail is nearly linear in them.
fn df_of_worst(f: &[f64], ln_tail: &[f64], law: FisherF) -> f64 {
    let least_tail = ln_tail.iter().copied().fold(0.0, f64::min);
    if least_tail == f64::NEG_INFINITY {
        return 0.0;
    }
    let half = ln(0.5);
    let first = half / least_tail * law.df2;
    let worst = f.iter().copied().fold(0.0, f64::max);
    half / FisherF { df1: law.df1, df2: first }.ln_tail(worst, Tail::Upper) * first
}

/// Replaces the start of the ordered values by their smallest running mean, so that the order is monotone.
fn level_start(df: &mut [f64], order: &[usize]) {
    let (mut sum, mut least, mut until) = (0.0, f64::INFINITY, 0);
    for (k, &i) in order.iter().enumerate() {
        sum += df[i];
        let mean = sum / (k + 1) as f64;
        if mean < least {
            (least, until) = (mean, k);
        }
    }
    for &i in &order[..=until] {
        df[i] = least;
    }
}
