//! Maximum likelihood of one feature's counts at a given dispersion, by Fisher scoring.
//!
//! Groups: one scalar Newton each. Otherwise Levenberg-damped scoring (McCarthy, Chen & Smyth 2012 NAR 40:4288).
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln};

use super::deviance::total_deviance;
use super::layout::{Groups, Layout};
use crate::linear::{Matrix, Qr};
use crate::special::{Kernel, LANES, join_lanes, sum, widest};

/// The linear predictor of a group without reads: its mean is 0.
const NO_READS: f64 = -1e8;

/// Scoring stops after a step whose expected gain is below this; what is left then is of the order of its square.
const CONVERGED: f64 = 1e-6;

/// Newton on a rate stops after a step of ln rate below this.
const RATE_CONVERGED: f64 = 1e-6;

/// The fit of one feature.
#[derive(Clone, Debug)]
pub(super) struct CountFit {
    pub(super) coefficients: Vec<f64>,
    /// Fitted mean of each sample.
    pub(super) mu: Vec<f64>,
}

impl CountFit {
    /// Residual deviance, `lift` added to every count and mean.
    pub(super) fn deviance(&self, y: &[f64], phi: f64, lift: f64) -> f64 {
        total_deviance(y, &self.mu, phi, lift)
    }
}

/// Fits counts `y` with exposures (effective library sizes) at dispersion `phi`.
pub(super) fn fit(layout: &Layout, y: &[f64], exposure: &[f64], phi: f64) -> CountFit {
    if layout.x.n_cols() == 0 {
        return CountFit { coefficients: Vec::new(), mu: exposure.to_vec() };
    }
    match &layout.groups {
        Some(groups) => fit_groups(groups, y, exposure, phi),
        None => fit_general(&layout.x, y, exposure, phi, None),
    }
}

fn fit_groups(groups: &Groups, y: &[f64], exposure: &[f64], phi: f64) -> CountFit {
    let (sorted, of_sorted) = (groups.sorted(y), groups.sorted(exposure));
    let rates: Vec<f64> =
        groups.ranges().map(|g| group_rate(&sorted[g.clone()], &of_sorted[g], phi)).collect();
    let eta: Vec<f64> = rates.iter().map(|&r| if r > 0.0 { ln(r) } else { NO_READS }).collect();
    CountFit {
        coefficients: groups.coefficients(&eta),
        mu: groups.of_sample.iter().zip(exposure).map(|(&g, e)| rates[g] * e).collect(),
    }
}

/// Reads per unit of exposure of samples with one common rate, by Newton on its logarithm.
pub(super) fn group_rate(y: &[f64], exposure: &[f64], phi: f64) -> f64 {
    widest(Rate { y, exposure, phi })
}

/// The samples of one rate.
struct Rate<'a> {
    y: &'a [f64],
    exposure: &'a [f64],
    phi: f64,
}

impl Kernel for Rate<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let reads = sum(self.y);
        if reads <= 0.0 {
            return 0.0;
        }
        newton_rate(self.y, self.exposure, self.phi, reads / sum(self.exposure), RATE_CONVERGED)
    }
}

/// The rate from a positive start, until a step of ln rate is below `converged`; what is left is of the order of its
/// square.
#[inline(always)]
pub(super) fn newton_rate(y: &[f64], exposure: &[f64], phi: f64, start: f64, converged: f64) -> f64 {
    let mut rate = start;
    for _ in 0..100 {
        let (score, information) = score_of_rate(y, exposure, phi, rate);
        let step = (score / information).clamp(-5.0, 5.0);
        // to second order near the end, which is all that Newton needs
        rate *= if step.abs() < 1e-2 { 1.0 + step * (1.0 + 0.5 * step) } else { exp(step) };
        if step.abs() < converged {
            break;
        }
    }
    rate
}

/// Slope of the ln likelihood in ln rate, and its fall: observed, not expected, so that Newton doubles its digits
/// every round. Interleaved partial sums, joined in a fixed order.
#[inline(always)]
fn score_of_rate(y: &[f64], exposure: &[f64], phi: f64, rate: f64) -> (f64, f64) {
    let mut sums = [[0.0; LANES]; 2];
    let mut add = |lane: usize, y: f64, exposure: f64| {
        let (score, information) = score_of_sample(y, rate * exposure, phi);
        sums[0][lane] += score;
        sums[1][lane] += information;
    };
    let (blocks, exposures) = (y.chunks_exact(LANES), exposure.chunks_exact(LANES));
    let rest = blocks.remainder().iter().zip(exposures.remainder());
    for (y, e) in blocks.zip(exposures) {
        for lane in 0..LANES {
            add(lane, y[lane], e[lane]);
        }
    }
    for (lane, (&y, &e)) in rest.enumerate() {
        add(lane, y, e);
    }
    let [score, information] = join_lanes(&sums);
    (score, information)
}

#[inline(always)]
fn score_of_sample(y: f64, mu: f64, phi: f64) -> (f64, f64) {
    let damp = 1.0 / (1.0 + phi * mu);
    ((y - mu) * damp, mu * damp * damp * (1.0 + phi * y))
}

/// Coefficients of a constant rate: where scoring begins without a better idea.
fn constant_start(x: &Matrix, y: &[f64], exposure: &[f64], phi: f64) -> Vec<f64> {
    let (mut top, mut bottom) = (0.0, 0.0);
    for (y, e) in y.iter().zip(exposure) {
        let weight = e / (1.0 + phi * e);
        top += weight * y / e;
        bottom += weight;
    }
    let rate = ln((top / bottom).max(1e-300));
    let qr = Qr::new(x.clone());
    let mut effects = vec![rate; y.len()];
    qr.apply_q_transposed(&mut effects);
    qr.solve_r(&effects)
}

fn means(x: &Matrix, b: &[f64], exposure: &[f64]) -> Vec<f64> {
    x.times(b).iter().zip(exposure).map(|(&eta, e)| exp(eta) * e).collect()
}

/// Damped scoring in any model matrix; `start` are coefficients to begin at.
pub(super) fn fit_general(
    x: &Matrix,
    y: &[f64],
    exposure: &[f64],
    phi: f64,
    start: Option<&[f64]>,
) -> CountFit {
    if y.iter().all(|&v| v <= 0.0) {
        return CountFit { coefficients: vec![NO_READS; x.n_cols()], mu: vec![0.0; y.len()] };
    }
    let mut b = start.map_or_else(|| constant_start(x, y, exposure, phi), <[f64]>::to_vec);
    let mut mu = means(x, &b, exposure);
    let mut deviance = total_deviance(y, &mu, phi, 0.0);
    let mut damping = 0.0;
    for round in 0..250 {
        let (score, information) = score_and_information(x, y, &mu, phi);
        if round == 0 {
            damping = 1e-6 * (0..b.len()).map(|j| information.at(j, j)).fold(0.0, f64::max);
        }
        let Some(accepted) =
            damped_step(x, (y, exposure, phi), (&b, deviance), (&score, &information), &mut damping)
        else {
            break;
        };
        (b, mu, deviance) = (accepted.b, accepted.mu, accepted.deviance);
        if accepted.gain < CONVERGED || deviance < 1e-14 {
            break;
        }
    }
    CountFit { coefficients: b, mu }
}

/// Score and Fisher information at the means.
fn score_and_information(x: &Matrix, y: &[f64], mu: &[f64], phi: f64) -> (Vec<f64>, Matrix) {
    let p = x.n_cols();
    let weight: Vec<f64> = mu.iter().map(|m| m / (1.0 + phi * m)).collect();
    let pull: Vec<f64> = y.iter().zip(mu).map(|(y, m)| (y - m) / (1.0 + phi * m)).collect();
    let score = (0..p).map(|j| x.column(j).iter().zip(&pull).map(|(a, b)| a * b).sum()).collect();
    (score, x.weighted_cross(&weight))
}

/// Where a step landed.
struct Landing {
    b: Vec<f64>,
    mu: Vec<f64>,
    deviance: f64,
    gain: f64,
}

/// Tries steps with growing damping until the deviance does not rise; `None` when none helps.
fn damped_step(
    x: &Matrix,
    (y, exposure, phi): (&[f64], &[f64], f64),
    (b, deviance): (&[f64], f64),
    (score, information): (&[f64], &Matrix),
    damping: &mut f64,
) -> Option<Landing> {
    let p = b.len();
    let largest = (0..p).map(|j| information.at(j, j)).fold(0.0, f64::max);
    for _ in 0..60 {
        let mut damped = information.clone();
        for j in 0..p {
            damped.set(j, j, information.at(j, j) + *damping);
        }
        if let Some(factor) = damped.cholesky() {
            let mut step = score.to_vec();
            factor.solve_cholesky(&mut step);
            let gain: f64 = step.iter().zip(score).map(|(a, b)| a * b).sum();
            let next: Vec<f64> = b.iter().zip(&step).map(|(a, s)| a + s).collect();
            let mu = means(x, &next, exposure);
            let new = total_deviance(y, &mu, phi, 0.0);
            if new <= deviance + 1e-12 * deviance.abs() {
                *damping *= 0.1;
                return Some(Landing { b: next, mu, deviance: new, gain });
            }
            if gain < CONVERGED {
                return None;
            }
        }
        *damping = if *damping > 0.0 { *damping * 4.0 } else { 1e-6 * largest.max(1e-13) };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_general_fit_and_the_group_fit_agree() {
        let x = Matrix::from_columns(6, &[vec![1.0; 6], vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]);
        let (y, e) = ([3.0, 0.0, 7.0, 12.0, 9.5, 30.0], [1.0, 0.7, 2.0, 1.0, 1.1, 1.9]);
        let layout = Layout::new(x.clone());
        let a = fit(&layout, &y, &e, 0.2);
        let b = fit_general(&x, &y, &e, 0.2, None);
        for (u, v) in a.mu.iter().zip(&b.mu) {
            assert!((u / v - 1.0).abs() < 1e-5, "{u} {v}");
        }
    }
}
