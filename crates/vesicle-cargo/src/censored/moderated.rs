//! The moderated test of censored features; with nothing censored it is the moderated t of `moderated`.
//!
//! For each feature, with tau = ln sigma and a scaled inverse chi-square prior (d0, s0²) on sigma²:
//!
//! `h(tau) = max_b l(b, tau) - ½ ln det I_bb(tau) - d0 tau - d0 s0² / (2 exp(2 tau))`
//!
//! is the Cox–Reid profile (REML where all is measured) with the prior. Its maximum gives sigma, its curvature the
//! degrees of freedom `-h''/2`; both are limma's exactly when nothing is censored. The contrast's variance is that
//! at known sigma plus what the estimate moves with tau, squared, over the curvature (the inverse of the joint
//! information). The prior is fitted to the same quantities without a prior.

use rayon::prelude::*;
use vesicle_base::math::{exp, ln};

use super::fit::start;
use super::likelihood::{CensoredRow, Seen, rough_ln_sigma};
use crate::linear::{Matrix, Qr};
use crate::moderated::{ModeratedTest, PriorOptions, VariancePrior, student};

/// Step of the numerical derivatives in ln sigma.
const STEP: f64 = 1e-3;

/// Options of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CensoredOptions {
    /// Whether the prior variance follows the mean.
    pub trend: bool,
    /// Whether outlying variances are kept from the prior.
    pub robust: bool,
}

/// The test of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CensoredTest {
    /// Estimate, standard error, t, p; all NaN when not testable.
    pub test: ModeratedTest,
    /// Residual standard deviation after moderation.
    pub sigma: f64,
    /// Mean of the fitted values over the assayed samples.
    pub mean: f64,
}

/// Tests with the prior they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct CensoredResult {
    /// One test a feature.
    pub tests: Vec<CensoredTest>,
    /// Prior of the residual variances.
    pub prior: VariancePrior,
}

/// Tests the combination `contrast` of coefficients in every feature that is `testable`.
///
/// `readings` are features by samples, row-major, more being higher; `design` has one row a sample.
pub fn censored_test(
    readings: &[Seen],
    design: &Matrix,
    contrast: &[f64],
    testable: &[bool],
    options: CensoredOptions,
) -> CensoredResult {
    let n = design.n_rows();
    let features: Vec<Option<Feature>> = readings
        .par_chunks_exact(n)
        .with_min_len(16)
        .zip(testable)
        .map(|(row, &yes)| if yes { Feature::new(row, design, contrast) } else { None })
        .collect();
    let plain: Vec<Peak> = features
        .par_iter()
        .with_min_len(8)
        .map(|f| f.as_ref().map_or(Peak::NONE, |f| f.peak(0.0, 0.0)))
        .collect();
    let variances: Vec<f64> = plain.iter().map(|p| exp(2.0 * p.tau)).collect();
    let df: Vec<f64> = plain.iter().map(|p| if p.df.is_nan() { 0.0 } else { p.df }).collect();
    let means: Vec<f64> = plain.iter().map(|p| p.mean).collect();
    let trend = options.trend.then_some(means.as_slice());
    let prior = VariancePrior::fit(&variances, &df, PriorOptions { trend, robust: options.robust });
    let pooled: f64 = df.iter().sum();
    let tests = features
        .par_iter()
        .with_min_len(8)
        .enumerate()
        .map(|(i, f)| {
            f.as_ref().map_or(Peak::NONE, |f| f.moderated(&plain[i], prior.scale.at(i), prior.df.at(i)))
        })
        .map(|p| CensoredTest {
            test: student(p.estimate, p.se, p.df.min(pooled)),
            sigma: exp(p.tau),
            mean: p.mean,
        })
        .collect();
    CensoredResult { tests, prior }
}

/// One feature ready to be profiled.
struct Feature {
    row: CensoredRow,
    contrast: Vec<f64>,
    start: Vec<f64>,
    /// Residual sum of squares and unscaled variance of the contrast, where nothing is censored.
    complete: Option<(f64, f64)>,
}

/// The maximum of the profile.
#[derive(Clone, Copy)]
struct Peak {
    tau: f64,
    /// Half the curvature: degrees of freedom, own and prior.
    df: f64,
    estimate: f64,
    se: f64,
    mean: f64,
}

impl Peak {
    /// What a feature without an answer has.
    const NONE: Self = Self { tau: f64::NAN, df: f64::NAN, estimate: f64::NAN, se: f64::NAN, mean: f64::NAN };
}

/// The profile at one ln sigma.
struct Point {
    value: f64,
    b: Vec<f64>,
    estimate: f64,
    /// Variance of the contrast at known sigma.
    variance: f64,
}

impl Feature {
    /// `None` when the assayed samples do not determine the model.
    fn new(readings: &[Seen], design: &Matrix, contrast: &[f64]) -> Option<Self> {
        let row = CensoredRow::new(readings, design);
        if row.n_detected() <= design.n_cols() {
            return None;
        }
        let start = start(&row)?;
        let complete = row.below.iter().all(|b| !b).then(|| {
            let rss: f64 = row.x.times(&start).iter().zip(&row.y).map(|(f, y)| (y - f) * (y - f)).sum();
            (rss, Qr::new(row.x.clone()).unscaled_variance(contrast))
        });
        Some(Self { row, contrast: contrast.to_vec(), start, complete })
    }

    /// The peak with the prior of this feature; an infinite prior fixes sigma.
    fn moderated(&self, plain: &Peak, s0: f64, d0: f64) -> Peak {
        if !d0.is_infinite() {
            return self.peak(s0, d0);
        }
        let tau = 0.5 * ln(s0);
        match self.at(tau, s0, 0.0, &self.start) {
            Some(p) => {
                Peak { tau, df: f64::INFINITY, estimate: p.estimate, se: p.variance.sqrt(), mean: plain.mean }
            }
            None => Peak::NONE,
        }
    }

    fn peak(&self, s0: f64, d0: f64) -> Peak {
        match self.complete {
            Some((rss, unscaled)) => self.peak_complete(rss, unscaled, s0, d0),
            None => self.peak_censored(s0, d0).unwrap_or(Peak::NONE),
        }
    }

    /// The closed form where nothing is censored.
    fn peak_complete(&self, rss: f64, unscaled: f64, s0: f64, d0: f64) -> Peak {
        let df = (self.row.y.len() - self.start.len()) as f64 + d0;
        let variance = (rss + d0 * s0) / df;
        Peak {
            tau: 0.5 * ln(variance),
            df,
            estimate: dot(&self.contrast, &self.start),
            se: (unscaled * variance).sqrt(),
            mean: self.mean(&self.start),
        }
    }

    /// Newton on ln sigma with numerical derivatives, kept inside a bracket that only shrinks.
    fn peak_censored(&self, s0: f64, d0: f64) -> Option<Peak> {
        let centre = rough_ln_sigma(&self.row.y);
        let (mut lo, mut hi) = (centre - 7.0, centre + 4.0);
        let mut tau = if d0 > 0.0 { (0.5 * ln(s0)).clamp(lo, hi) } else { centre };
        let mut b = self.start.clone();
        for _ in 0..60 {
            let at = self.at(tau, s0, d0, &b)?;
            let (left, right) = (self.at(tau - STEP, s0, d0, &at.b)?, self.at(tau + STEP, s0, d0, &at.b)?);
            let slope = (right.value - left.value) / (2.0 * STEP);
            let curvature = (right.value - 2.0 * at.value + left.value) / (STEP * STEP);
            if slope > 0.0 {
                lo = tau;
            } else {
                hi = tau;
            }
            let newton = tau - slope / curvature;
            let inside = curvature < 0.0 && newton > lo && newton < hi;
            let next = if inside { newton } else { 0.5 * (lo + hi) };
            if (next - tau).abs() < 1e-7 {
                return (curvature < 0.0).then(|| self.peak_at((tau, next), &at, &left, &right, curvature));
            }
            (tau, b) = (next, at.b);
        }
        None
    }

    /// The peak at `next`, a last step from the point `tau`; the estimate follows in a straight line.
    fn peak_at(
        &self,
        (tau, next): (f64, f64),
        at: &Point,
        left: &Point,
        right: &Point,
        curvature: f64,
    ) -> Peak {
        let moves = (right.estimate - left.estimate) / (2.0 * STEP);
        Peak {
            tau: next,
            df: -0.5 * curvature,
            estimate: at.estimate + moves * (next - tau),
            se: (at.variance + moves * moves / -curvature).sqrt(),
            mean: self.mean(&at.b),
        }
    }

    fn mean(&self, b: &[f64]) -> f64 {
        let eta = self.row.x.times(b);
        eta.iter().sum::<f64>() / eta.len() as f64
    }

    /// The profile at one ln sigma: coefficients by Newton (the likelihood is concave in them).
    fn at(&self, tau: f64, s0: f64, d0: f64, start: &[f64]) -> Option<Point> {
        let p = start.len();
        let mut b = start.to_vec();
        let mut last = None;
        for _ in 0..60 {
            let eta = self.row.x.times(&b);
            let d = self.row.derivatives(&eta, tau);
            let weight: Vec<f64> = d.iter().map(|d| -d.eta_eta).collect();
            let mut step: Vec<f64> =
                (0..p).map(|j| self.row.x.column(j).iter().zip(&d).map(|(x, d)| x * d.eta).sum()).collect();
            let factor = self.row.x.weighted_cross(&weight).cholesky()?;
            factor.solve_cholesky(&mut step);
            let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
            // one sigma a round at most: far below the limit the likelihood is nearly straight
            let share = (4.0 * exp(tau) / size.max(1e-300)).min(1.0);
            b.iter_mut().zip(&step).for_each(|(v, s)| *v += share * s);
            let done = size < 1e-10 * (1.0 + exp(tau));
            last = Some(factor);
            if done {
                break;
            }
        }
        let factor = last?;
        let ln_prior = -d0 * (tau + 0.5 * s0 * exp(-2.0 * tau));
        let value =
            self.row.ln_likelihood(&self.row.x.times(&b), tau) - 0.5 * factor.ln_det_cholesky() + ln_prior;
        let mut z = self.contrast.clone();
        factor.solve_lower(&mut z);
        let variance = z.iter().map(|v| v * v).sum();
        Some(Point { value, estimate: dot(&self.contrast, &b), b, variance })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
