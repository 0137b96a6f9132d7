//! Cuts a span into sub-steps by their error.
//!
//! Each sub-step H is made twice, whole (w) and as two halves (h); the error of h is max|h − w|, as for any scheme of
//! order 1. Accepted when it is below `tolerance` × max|h|; the state then takes 2h − w (order 2) unless that is negative somewhere,
//! where it takes h. Next H ∝ error^(−1/2). No stability bound: every sub-step is implicit and positive.
//! Reference: Hairer, Nørsett, Wanner (1993) II.4, doi:10.1007/978-3-540-78862-1.
//! Proved by `the_error_follows_the_tolerance`.

use crate::axis::Axis;
use crate::budget::Tally;
use crate::law::Stepping;
use crate::rates::Entry;
use crate::{lod, reaction};

/// One candidate for the next state.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    pub values: Vec<f64>,
    pub taken: Vec<f64>,
    pub tally: Tally,
}

impl Trial {
    fn copy_from(&mut self, other: &Self) {
        self.values.clone_from(&other.values);
        self.taken.clone_from(&other.taken);
        self.tally = other.tally;
    }
}

/// Room for candidates, kept between spans.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    whole: Trial,
    halves: Trial,
    line: Vec<f64>,
}

/// What stays the same over a span.
pub struct Setting<'a> {
    pub entries: &'a [Entry],
    pub solid: Option<&'a [bool]>,
    /// D/Δx² of each axis, 1/min.
    pub coupling_per_min: [f64; 3],
    /// Each axis' share of the decay, 1/min.
    pub decay_per_min: f64,
}

impl Setting<'_> {
    fn set(&self, axes: &mut [Axis; 3], step_min: f64) {
        for (axis, coupling) in axes.iter_mut().zip(self.coupling_per_min) {
            axis.set(step_min, coupling, self.decay_per_min);
        }
    }

    fn step(&self, state: &mut Trial, axes: &[Axis; 3], step_min: f64, line: &mut Vec<f64>) {
        line.resize(2 * axes.iter().map(|axis| axis.n).max().unwrap_or(0), 0.0);
        reaction::step(&mut state.values, self.entries, step_min, &mut state.taken, &mut state.tally);
        lod::step(&mut state.values, axes, self.solid, line, &mut state.tally);
    }
}

/// Matrices for whole and half sub-steps.
pub type Axes = [[Axis; 3]; 2];

/// Advances `state` by `time_min` in equal sub-steps of at most `fixed_min`; returns the number of solves.
pub fn fixed(
    state: &mut Trial,
    setting: &Setting,
    axes: &mut Axes,
    time_min: f64,
    fixed_min: f64,
    scratch: &mut Scratch,
) -> u64 {
    let n = (time_min / fixed_min - 1e-9).ceil().max(1.0);
    let step_min = time_min / n;
    setting.set(&mut axes[0], step_min);
    for _ in 0..n as u64 {
        setting.step(state, &axes[0], step_min, &mut scratch.line);
    }
    n as u64
}

/// Advances `state` by `time_min` in sub-steps chosen by error, the first `next_min` long; returns the number of
/// solves and leaves the next sub-step in `next_min`.
pub fn adaptive(
    state: &mut Trial,
    setting: &Setting,
    axes: &mut Axes,
    time_min: f64,
    stepping: &Stepping,
    next_min: &mut f64,
    scratch: &mut Scratch,
) -> u64 {
    let (mut left_min, mut solves) = (time_min, 0);
    while left_min > 0.0 {
        let n_left = (left_min / *next_min - 1e-9).ceil().max(1.0);
        let step_min = left_min / n_left;
        let error = attempt(state, setting, axes, step_min, scratch) / stepping.tolerance;
        solves += 3;
        let is_smallest = step_min <= 1e-9 * time_min;
        if error <= 1.0 || is_smallest {
            accept(state, scratch);
            left_min = if n_left > 1.0 { left_min - step_min } else { 0.0 };
        }
        *next_min = next_step(*next_min, step_min, error, is_smallest);
    }
    solves
}

/// The next sub-step: kept unless it is worth changing.
fn next_step(wanted_min: f64, step_min: f64, error: f64, is_smallest: bool) -> f64 {
    let factor = (0.9 / error.max(1e-6).sqrt()).clamp(0.2, 4.0);
    if !error.is_finite() {
        return if is_smallest { step_min } else { 0.2 * step_min };
    }
    if error > 1.0 || factor > 1.25 { factor * step_min } else { wanted_min }
}

/// Makes both candidates and returns their distance as a share of the largest value.
fn attempt(state: &Trial, setting: &Setting, axes: &mut Axes, step_min: f64, scratch: &mut Scratch) -> f64 {
    let Scratch { whole, halves, line } = scratch;
    let [whole_axes, half_axes] = axes;
    whole.copy_from(state);
    setting.set(whole_axes, step_min);
    setting.step(whole, whole_axes, step_min, line);
    halves.copy_from(state);
    setting.set(half_axes, 0.5 * step_min);
    setting.step(halves, half_axes, 0.5 * step_min, line);
    setting.step(halves, half_axes, 0.5 * step_min, line);
    let (mut distance, mut largest) = (0.0_f64, 0.0_f64);
    for (half, whole) in halves.values.iter().zip(&whole.values) {
        distance = distance.max((half - whole).abs());
        largest = largest.max(half.abs());
    }
    if largest > 0.0 { distance / largest } else { 0.0 }
}

/// Takes the extrapolated candidate, or the halves where that would be negative.
fn accept(state: &mut Trial, scratch: &mut Scratch) {
    let Scratch { whole, halves, .. } = scratch;
    let is_positive = |fine: &[f64], coarse: &[f64], before: &[f64]| {
        fine.iter().zip(coarse).zip(before).all(|((fine, coarse), before)| 2.0 * fine - coarse >= *before)
    };
    let floor: &[f64] = &state.taken;
    let extrapolates =
        halves.values.iter().zip(&whole.values).all(|(fine, coarse)| 2.0 * fine - coarse >= 0.0)
            && is_positive(&halves.taken, &whole.taken, floor);
    std::mem::swap(state, halves);
    if extrapolates {
        let extrapolate = |fine: &mut [f64], coarse: &[f64]| {
            fine.iter_mut().zip(coarse).for_each(|(fine, coarse)| *fine = 2.0 * *fine - coarse);
        };
        extrapolate(&mut state.values, &whole.values);
        extrapolate(&mut state.taken, &whole.taken);
        state.tally = state.tally.extrapolated(&whole.tally);
    }
}
