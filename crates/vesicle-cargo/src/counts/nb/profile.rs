//! The adjusted profile likelihood of the dispersion of one feature (Cox & Reid 1987; McCarthy et al. 2012).
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use std::ops::Range;

use rayon::prelude::*;
use vesicle_base::math::ln;

use super::deviance::{STIRLING_FROM, ln_gamma, stirling_rest_of_inverse};
use super::fit::{fit_general, newton_rate};
use super::layout::{Groups, Layout};
use crate::linear::FeatureMatrix;
use crate::special::{Kernel, ln_each, sum, widest};

/// Information below this counts as this: a group without reads carries none.
const LEAST_INFORMATION: f64 = 1e-10;

/// Rates of groups are found until a step of ln rate is below this: the rate is then off by about its square, and the
/// likelihood, flat at its top, by the square of that.
const RATE_CONVERGED: f64 = 1e-3;

/// How many factors are multiplied before a logarithm is taken: none is beyond 1e±20.
const FACTORS: usize = 8;

/// Products run in so many lanes.
const LANES: usize = 8;

/// One dispersion that is tried, with what does not depend on the counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    phi: f64,
    /// 1 / phi, the size of the negative binomial.
    r: f64,
    /// Whether r is so small that Γ(y + r) is reached from Γ(y + r + 10).
    climbs: bool,
    /// What every sample adds: r ln r - ln Γ(r) + ln sqrt(2 pi).
    each: f64,
}

impl Trial {
    /// The dispersion `phi > 0`.
    pub(super) fn new(phi: f64) -> Self {
        const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
        let r = 1.0 / phi;
        let each = r * ln(r) - ln_gamma(r) + HALF_LN_TWO_PI;
        Self { phi, r, climbs: r < STIRLING_FROM, each }
    }
}

/// Room that is used again for every dispersion and feature; one number a sample unless said otherwise.
#[derive(Default)]
pub(super) struct Scratch {
    /// Counts, group after group.
    y: Vec<f64>,
    rates: Vec<Rate>,
    /// Of each dispersion and group: its information, and its rate.
    informations: Vec<f64>,
    per_exposure: Vec<f64>,
    /// Fitted means.
    mu: Vec<f64>,
    /// Information of each sample about its rate.
    weight: Vec<f64>,
    /// What stands in the logarithm of each sample.
    ratio: Vec<f64>,
    /// What would stand in a second one; these are multiplied first.
    square: Vec<f64>,
    /// What each sample adds without a logarithm.
    plain: Vec<f64>,
}

impl Scratch {
    /// Sum over samples of ln Γ(y + r) - ln Γ(r) + r ln r - (y + r) ln(mu + r): the ln likelihood less y ln mu and
    /// what depends on the counts alone. Leaves the weights.
    ///
    /// With Stirling's formula for ln Γ one logarithm a sample is left, of a ratio near 1, so that large counts do
    /// not cancel.
    #[inline(always)]
    fn likelihood(&mut self, trial: &Trial, y: &[f64]) -> f64 {
        let n = y.len();
        for buffer in [&mut self.weight, &mut self.ratio, &mut self.square, &mut self.plain] {
            buffer.resize(n, 0.0);
        }
        let rest =
            if trial.climbs { self.prepare::<true>(trial, y) } else { self.prepare::<false>(trial, y) };
        ln_each(&mut self.ratio);
        for (ratio, y) in self.ratio.iter_mut().zip(y) {
            *ratio *= y + trial.r;
        }
        rest + sum(&self.ratio) + 0.5 * ln_product(&self.square) + n as f64 * trial.each
    }

    /// Fills weight, ratio and square; returns the terms without a logarithm.
    #[inline(always)]
    fn prepare<const CLIMBS: bool>(&mut self, trial: &Trial, y: &[f64]) -> f64 {
        let buffers =
            self.weight.iter_mut().zip(&mut self.plain).zip(self.ratio.iter_mut().zip(&mut self.square));
        for (((weight, plain), (ratio, square)), (&y, &mu)) in buffers.zip(y.iter().zip(&self.mu)) {
            let z = y + trial.r;
            // Γ(z) = Γ(w) / (z (z + 1) … (w - 1)), w where Stirling's series holds
            let w = if CLIMBS { z + STIRLING_FROM } else { z };
            let beyond = if CLIMBS { power_over_product(z, w) } else { 1.0 };
            // one division for two reciprocals
            let both = 1.0 / ((mu + trial.r) * w);
            let (inverse, inverse_w) = (w * both, (mu + trial.r) * both);
            *square = beyond * beyond * inverse_w;
            *ratio = w * inverse;
            *weight = mu * (trial.r * inverse);
            *plain = stirling_rest_of_inverse(inverse_w) - w;
        }
        sum(&self.plain)
    }
}

/// w¹⁰ / (z (z + 1) … (z + 9)), in factors that stay in range.
#[inline(always)]
fn power_over_product(z: f64, w: f64) -> f64 {
    let (mut power, mut product) = (1.0, 1.0);
    for k in 0..STIRLING_FROM as u32 {
        power *= w;
        product *= z + f64::from(k);
    }
    power / product
}

/// ln of the product of positive numbers, none beyond 1e±30.
#[inline(always)]
fn ln_product(values: &[f64]) -> f64 {
    let mut total = 0.0;
    for block in values.chunks(LANES * FACTORS) {
        let mut lanes = [1.0; LANES];
        let rows = block.chunks_exact(LANES);
        for (lane, v) in lanes.iter_mut().zip(rows.remainder()) {
            *lane *= v;
        }
        for row in rows {
            for (lane, v) in lanes.iter_mut().zip(row) {
                *lane *= v;
            }
        }
        ln_each(&mut lanes);
        total += sum(&lanes);
    }
    total
}

/// The adjusted profile likelihoods of features that share a layout and exposures (effective library sizes).
pub(super) struct Profiler<'a> {
    layout: &'a Layout,
    /// In the order of the groups where there are any.
    exposure: Vec<f64>,
}

impl<'a> Profiler<'a> {
    /// For a layout and one exposure a sample.
    pub(super) fn new(layout: &'a Layout, exposure: &[f64]) -> Self {
        let exposure =
            layout.groups.as_ref().map_or_else(|| exposure.to_vec(), |g| g.sorted(exposure).into_owned());
        Self { layout, exposure }
    }

    /// The curves of some features, one after the other; each as [`Self::curve`] has it.
    pub(super) fn curves(&self, counts: &FeatureMatrix, features: &[usize], trials: &[Trial]) -> Vec<f64> {
        let mut curves = vec![0.0; features.len() * trials.len()];
        curves.par_chunks_mut(trials.len()).zip(features).with_min_len(8).for_each_init(
            Scratch::default,
            |scratch, (curve, &f)| {
                self.curve(counts.row(f), trials, scratch, curve);
            },
        );
        curves
    }

    /// ln likelihood of each dispersion given the counts `y`, coefficients profiled out and their information
    /// subtracted; constants in `y` and exposures are left out. Each fit begins where the last one ended. `curve` has
    /// one entry a trial.
    pub(super) fn curve(&self, y: &[f64], trials: &[Trial], scratch: &mut Scratch, curve: &mut [f64]) {
        match &self.layout.groups {
            Some(groups) => {
                groups.sort_into(y, &mut scratch.y);
                widest(CurveOfGroups { groups, exposure: &self.exposure, trials, scratch, curve });
            }
            None => self.in_general(y, trials, scratch, curve),
        }
    }

    fn in_general(&self, y: &[f64], trials: &[Trial], scratch: &mut Scratch, curve: &mut [f64]) {
        let x = &self.layout.x;
        let mut start: Option<Vec<f64>> = None;
        for (trial, value) in trials.iter().zip(curve) {
            let fitted = fit_general(x, y, &self.exposure, trial.phi, start.as_deref());
            scratch.mu = fitted.mu;
            let likelihood = widest(Likelihood { scratch, trial, y });
            let ln_means: f64 = x.times(&fitted.coefficients).iter().zip(y).map(|(eta, y)| eta * y).sum();
            let pivots = x.weighted_cross(&scratch.weight).ldl_pivots();
            let ln_information: f64 = pivots.iter().map(|&d| ln(d.max(LEAST_INFORMATION))).sum();
            start = Some(fitted.coefficients);
            *value = likelihood + ln_means - 0.5 * ln_information;
        }
    }
}

/// [`Scratch::likelihood`] by itself.
struct Likelihood<'a> {
    scratch: &'a mut Scratch,
    trial: &'a Trial,
    y: &'a [f64],
}

impl Kernel for Likelihood<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        self.scratch.likelihood(self.trial, self.y)
    }
}

/// The whole curve of a feature whose groups each have one rate; samples group after group, the counts in `scratch`.
struct CurveOfGroups<'a> {
    groups: &'a Groups,
    exposure: &'a [f64],
    trials: &'a [Trial],
    scratch: &'a mut Scratch,
    curve: &'a mut [f64],
}

impl Kernel for CurveOfGroups<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { groups, exposure, trials, scratch, curve } = self;
        let y = std::mem::take(&mut scratch.y);
        let mut rates = std::mem::take(&mut scratch.rates);
        rates.clear();
        rates.extend(groups.ranges().map(|of| Rate::new(of, exposure, &y)));
        scratch.mu.clear();
        scratch.mu.resize(y.len(), 0.0);
        scratch.informations.clear();
        scratch.per_exposure.clear();
        for (trial, value) in trials.iter().zip(&mut *curve) {
            for rate in rates.iter_mut().filter(|r| r.reads > 0.0) {
                rate.fit(trial, (exposure, &y), &mut scratch.mu);
            }
            *value = scratch.likelihood(trial, &y);
            for rate in &rates {
                let information = sum(&scratch.weight[rate.of.clone()]);
                scratch.informations.push(information.max(LEAST_INFORMATION));
                scratch.per_exposure.push(if rate.reads > 0.0 { rate.per_exposure } else { 1.0 });
            }
        }
        ln_each(&mut scratch.informations);
        ln_each(&mut scratch.per_exposure);
        let each = scratch
            .informations
            .chunks_exact(rates.len())
            .zip(scratch.per_exposure.chunks_exact(rates.len()));
        for (value, (informations, per_exposure)) in curve.iter_mut().zip(each) {
            for (rate, (information, ln_rate)) in rates.iter().zip(informations.iter().zip(per_exposure)) {
                *value += rate.reads * ln_rate - 0.5 * information;
            }
        }
        (scratch.y, scratch.rates) = (y, rates);
    }
}

/// The rate of one group.
struct Rate {
    of: Range<usize>,
    reads: f64,
    per_exposure: f64,
    /// What the rate was multiplied by from the dispersion before the last to the last.
    growth: f64,
}

impl Rate {
    #[inline(always)]
    fn new(of: Range<usize>, exposure: &[f64], y: &[f64]) -> Self {
        let reads = sum(&y[of.clone()]);
        Self { reads, per_exposure: reads / sum(&exposure[of.clone()]), of, growth: 1.0 }
    }

    /// Moves the rate to its maximum at a dispersion, and fills in the means. Rates follow the dispersions smoothly:
    /// the search begins where the last step leads.
    #[inline(always)]
    fn fit(&mut self, trial: &Trial, (exposure, y): (&[f64], &[f64]), mu: &mut [f64]) {
        let (exposure, y) = (&exposure[self.of.clone()], &y[self.of.clone()]);
        let start = self.per_exposure * self.growth.clamp(0.5, 2.0);
        let rate = newton_rate(y, exposure, trial.phi, start, RATE_CONVERGED);
        (self.growth, self.per_exposure) = (rate / self.per_exposure, rate);
        for (mu, e) in mu[self.of.clone()].iter_mut().zip(exposure) {
            *mu = rate * e;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Matrix;

    /// The sum as its definition has it.
    fn plainly(y: &[f64], mu: &[f64], phi: f64) -> f64 {
        let r = 1.0 / phi;
        let gamma = vesicle_base::math::ln_gamma;
        y.iter().zip(mu).map(|(y, m)| gamma(y + r) - gamma(r) + r * ln(r) - (y + r) * ln(m + r)).sum()
    }

    fn likelihood(y: &[f64], mu: &[f64], phi: f64) -> f64 {
        let mut scratch = Scratch { mu: mu.to_vec(), ..Scratch::default() };
        scratch.likelihood(&Trial::new(phi), y)
    }

    #[test]
    fn the_sum_is_that_of_the_negative_binomial_for_small_large_and_fractional_counts() {
        let y = [0.0, 1.0, 0.3, 7.0, 9.5, 12.0, 300.0, 2500.25, 0.0];
        let mu = [0.01, 2.0, 0.5, 3.0, 20.0, 11.0, 280.0, 3000.0, 0.0];
        for phi in [1e-4, 0.02, 0.1, 0.9, 5.0, 102.4] {
            let (got, want) = (likelihood(&y, &mu, phi), plainly(&y, &mu, phi));
            assert!((got - want).abs() < 1e-10 * want.abs().max(1e3), "{phi}: {got} {want}");
        }
    }

    #[test]
    fn many_samples_and_extreme_counts_leave_the_products_in_range() {
        for most in [0.0, 1e-6, 1e9] {
            let y: Vec<f64> = (0..2000).map(|i| most * f64::from(i % 3)).collect();
            let mu = vec![1e5; 2000];
            let (got, want) = (likelihood(&y, &mu, 100.0), plainly(&y, &mu, 100.0));
            assert!((got / want - 1.0).abs() < 1e-9, "{most}: {got} {want}");
        }
    }

    #[test]
    fn groups_and_the_general_way_give_one_curve() {
        let x = Matrix::from_columns(6, &[vec![1.0; 6], vec![1.0, 0.0, 0.0, 1.0, 1.0, 0.0]]);
        let (y, e) = ([3.0, 0.0, 7.0, 12.0, 9.5, 30.0], [1.0, 0.7, 2.0, 1.0, 1.1, 1.9]);
        let trials = [0.01, 0.1, 1.0].map(Trial::new);
        let layout = Layout::new(x);
        let without = Layout { groups: None, ..layout.clone() };
        let curve = |layout: &Layout| {
            let mut curve = [0.0; 3];
            Profiler::new(layout, &e).curve(&y, &trials, &mut Scratch::default(), &mut curve);
            curve
        };
        let (a, b) = (curve(&layout), curve(&without));
        // ln det differs by a constant of the layout only
        for k in 1..trials.len() {
            assert!((a[k] - a[0] - (b[k] - b[0])).abs() < 1e-6, "{a:?} {b:?}");
        }
    }
}
