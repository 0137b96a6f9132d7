//! Which share of an outcome's variance each input carries: first order and total, with intervals, noise its own share.
//!
//! For two independent samples A and B of n points and AB_i, which is A with input i from B:
//! S_i = mean (f(B) − f̄)(f(AB_i) − f(A)) / V (Saltelli), exactly 0 for an input without effect, and
//! T_i = ½ mean (f(A) − f(AB_i))² / V (Jansen). Where every evaluation carries its own noise of variance σ², the square
//! holds 2σ² more than it should, which is taken off; V is all the variance, and σ² / V is the share of the noise.
//! Intervals are 90 % percentiles over resampled points.
//! Reference: Saltelli (2010), doi 10.1016/j.cpc.2009.09.018; Jansen (1999), doi 10.1016/S0010-4655(98)00154-4.
//! Proved by `tests::ishigami` and `tests::a_noisy_g_function`.

use vesicle_base::{Purpose, Rng};

/// Outcomes of a design.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// f at the points of A.
    pub a: Vec<f64>,
    /// f at the points of B.
    pub b: Vec<f64>,
    /// f at A with one input from B, per input.
    pub ab: Vec<Vec<f64>>,
    /// Variance of the noise in one evaluation.
    pub noise_variance: f64,
}

/// A share of variance with its 90 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Portion {
    /// The share.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Shares of the variance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portions {
    /// Per input: by itself.
    pub first: Vec<Portion>,
    /// Per input: with everything that it takes part in.
    pub total: Vec<Portion>,
    /// Of the noise.
    pub noise: f64,
    /// All variance, in the unit of the outcome squared.
    pub variance: f64,
}

const RESAMPLING: Purpose = Purpose(0x0103);
const RESAMPLES: u64 = 200;

/// The shares of a design; `None` when nothing varies or the design is not whole.
pub fn portions(design: &Design) -> Option<Portions> {
    let n = design.a.len();
    let whole = n >= 2 && design.b.len() == n && design.ab.iter().all(|column| column.len() == n);
    let all: Vec<usize> = (0..n).collect();
    let variance = whole.then(|| variance(design, &all))?;
    if !variance.is_finite() || variance <= 0.0 {
        return None;
    }
    let rng = Rng::new(0x7661_7269);
    let resamples: Vec<Vec<usize>> = (0..RESAMPLES)
        .map(|k| {
            let mut draws = rng.at(RESAMPLING, k, 0);
            (0..n).map(|_| ((draws.uniform() * n as f64) as usize).min(n - 1)).collect()
        })
        .collect();
    let portion = |of: &dyn Fn(&[usize]) -> f64| {
        let mut around: Vec<f64> = resamples.iter().map(|points| of(points)).collect();
        around.sort_by(f64::total_cmp);
        let at = |p: f64| around[(p * (around.len() - 1) as f64).round() as usize];
        Portion { value: of(&all), low: at(0.05), high: at(0.95) }
    };
    Some(Portions {
        first: design.ab.iter().map(|ab| portion(&|points| first(design, ab, points))).collect(),
        total: design.ab.iter().map(|ab| portion(&|points| total(design, ab, points))).collect(),
        noise: (design.noise_variance / variance).min(1.0),
        variance,
    })
}

/// All variance over the points of both samples.
fn variance(design: &Design, points: &[usize]) -> f64 {
    let values = || points.iter().flat_map(|at| [design.a[*at], design.b[*at]]);
    let n = 2.0 * points.len() as f64;
    let mean = values().sum::<f64>() / n;
    values().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)
}

fn first(design: &Design, ab: &[f64], points: &[usize]) -> f64 {
    let n = points.len() as f64;
    let mean = points.iter().map(|at| design.a[*at] + design.b[*at]).sum::<f64>() / (2.0 * n);
    let product = |at: &usize| (design.b[*at] - mean) * (ab[*at] - design.a[*at]);
    share(points.iter().map(product).sum::<f64>() / n / variance(design, points))
}

fn total(design: &Design, ab: &[f64], points: &[usize]) -> f64 {
    let square = |at: &usize| (design.a[*at] - ab[*at]) * (design.a[*at] - ab[*at]);
    let half = 0.5 * points.iter().map(square).sum::<f64>() / points.len() as f64;
    share((half - design.noise_variance) / variance(design, points))
}

/// Inside 0 to 1; 0 where a resample does not vary.
fn share(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::math;

    const INPUT: Purpose = Purpose(1);
    const NOISE: Purpose = Purpose(2);

    fn design(n: u64, k: u32, f: impl Fn(&[f64]) -> f64, noise: f64) -> Design {
        let rng = Rng::new(11);
        let point = |sample: u32, i: u64| -> Vec<f64> {
            (0..k).map(|j| rng.at(INPUT, i, 2 * j + sample).uniform_positive()).collect()
        };
        let seen = |x: &[f64], i: u64, which: u32| {
            let draw = rng.at(NOISE, i, which).uniform_positive();
            f(x) + noise * math::normal_quantile(draw)
        };
        let mut design =
            Design { noise_variance: noise * noise, ab: vec![vec![]; k as usize], ..Design::default() };
        for i in 0..n {
            let (a, b) = (point(0, i), point(1, i));
            design.a.push(seen(&a, i, 0));
            design.b.push(seen(&b, i, 1));
            for j in 0..k as usize {
                let mut x = a.clone();
                x[j] = b[j];
                design.ab[j].push(seen(&x, i, 2 + j as u32));
            }
        }
        design
    }

    /// sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on (−π, π)³: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437.
    #[test]
    fn ishigami() {
        let f = |u: &[f64]| {
            let x: Vec<f64> = u.iter().map(|u| core::f64::consts::PI * (2.0 * u - 1.0)).collect();
            math::sin(x[0])
                + 7.0 * math::sin(x[1]) * math::sin(x[1])
                + 0.1 * math::pow(x[2], 4.0) * math::sin(x[0])
        };
        let found = portions(&design(16_000, 3, f, 0.0)).unwrap();
        let known = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];
        for (input, (first, total)) in known.into_iter().enumerate() {
            assert!((found.first[input].value - first).abs() < 0.05, "first {input}: {found:?}");
            assert!((found.total[input].value - total).abs() < 0.03, "total {input}: {found:?}");
            assert!(found.total[input].low <= total + 0.01 && total - 0.01 <= found.total[input].high);
        }
        assert_eq!(found.noise, 0.0);
        assert!((found.variance - 13.8446).abs() < 0.5, "{}", found.variance);
    }

    /// Π (|4u − 2| + a) / (1 + a) with a = 0, 1, 4.5, 9 and as much noise as half its variance.
    #[test]
    fn a_noisy_g_function() {
        let a: [f64; 4] = [0.0, 1.0, 4.5, 9.0];
        let f = |u: &[f64]| u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product();
        let one = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        let all: f64 = one.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
        let noise = 0.5 * all;
        let found = portions(&design(6000, 4, f, noise.sqrt())).unwrap();
        let with_noise = all + noise;
        assert!((found.noise - noise / with_noise).abs() < 0.02, "{}", found.noise);
        for (input, one) in one.into_iter().enumerate() {
            let first = one / with_noise;
            let total = one * (1.0 + all) / (1.0 + one) / with_noise;
            assert!((found.first[input].value - first).abs() < 0.05, "first {input}: {found:?} {first}");
            assert!((found.total[input].value - total).abs() < 0.04, "total {input}: {found:?} {total}");
        }
    }

    #[test]
    fn nothing_that_varies_has_no_shares() {
        assert_eq!(portions(&design(10, 2, |_| 3.0, 0.0)), None);
        assert_eq!(portions(&Design::default()), None);
        let broken = Design { b: vec![1.0], ..design(10, 1, |u| u[0], 0.0) };
        assert_eq!(portions(&broken), None);
    }
}
