//! Cuts a span into sub-steps by their error.
//!
//! Each sub-step H is made twice, whole (w) and as two halves (h); e = max|h − w| / max|h| is the error of h. Where 2h − w
//! is nowhere negative the state takes that (order 2, error ≈ e^(3/2)), else h (order 1, error e). Accepted when the
//! error is below the tolerance; the next H follows its order. No stability bound: sub-steps are implicit and positive.
//! Sub-steps are split ([`crate::lod`]); where rates are so fast that splitting needs thousands of them, the rest of the span
//! is solved unsplit ([`crate::unsplit`]).
//! Reference: Hairer, Nørsett, Wanner (1993) II.4 and II.9, doi:10.1007/978-3-540-78862-1.
//! Proved by `the_error_follows_the_tolerance`.

use crate::budget::{FieldWork, Tally};
use crate::column::Column;
use crate::compare::{self, Distance};
use crate::elliptic::{Equation, Room};
use crate::isa::Isa;
use crate::lod::axis::Axis;
use crate::lod::{self, Part, Sweeps, Target};
use crate::rates::Entry;
use crate::reaction::{self, Response};
use crate::unsplit;

/// Sub-steps are not cut below this share of the span.
const SMALLEST: f64 = 1e-9;
/// Solves after which a span is finished in one sub-step and reported as not converged.
const MOST_SOLVES: u64 = 1_000_000;
/// A sub-step is lengthened when it could be this much longer.
const WORTH_CHANGING: f64 = 1.25;
/// Split solves after which, when as many still lie ahead, the rest of the span is solved unsplit.
const PATIENCE: u64 = 1000;

/// One candidate for the next state.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    pub values: Column,
    /// What the sink of each entry has removed in this span, value × voxels.
    pub taken: Vec<f64>,
    pub tally: Tally,
}

/// Room for candidates, kept between spans.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    whole: Trial,
    halves: Trial,
    parts: Vec<Part>,
}

/// What stays the same over a span.
pub struct Setting<'a> {
    pub entries: &'a [Entry],
    pub solid: Option<&'a [bool]>,
    /// D/Δx² of each axis, 1/min.
    pub coupling_per_min: [f64; 3],
    /// Each axis' share of the decay, 1/min.
    pub decay_per_min: f64,
    /// Sum of all sources, value × voxels per minute.
    pub supply_per_min: f64,
    pub tolerance: f64,
    pub isa: Isa,
}

impl Trial {
    fn copy_from(&mut self, other: &Self) {
        self.values.fit(other.values.len());
        self.values.copy_from_slice(&other.values);
        self.taken.clone_from(&other.taken);
        self.tally = other.tally;
    }
}

impl Setting<'_> {
    /// Sub-step to begin a span with: as short as the fastest rate, because whole and halves of a far longer one agree on
    /// the same wrong rest; it grows from there. No longer than `last_min`, unless that is 0.
    pub fn first_step_min(&self, last_min: f64) -> f64 {
        let fastest = self.entries.iter().map(|entry| entry.uptake_per_min).fold(0.0, f64::max);
        let rate = 2.0 * self.coupling_per_min.iter().sum::<f64>() + self.decay_per_min + fastest;
        if last_min > 0.0 { last_min.min(1.0 / rate) } else { 1.0 / rate }
    }

    fn set(&self, split: &mut Split, step_min: f64) {
        if split.step_min.to_bits() == step_min.to_bits() {
            return;
        }
        split.step_min = step_min;
        for (axis, coupling) in split.axes.iter_mut().zip(self.coupling_per_min) {
            axis.set(step_min, coupling, self.decay_per_min);
        }
        reaction::respond(self.entries, step_min, &mut split.responses);
    }

    fn sweeps<'a>(&'a self, split: &'a Split) -> Sweeps<'a> {
        let Split { axes, responses, step_min } = split;
        let supplied = step_min * self.supply_per_min;
        Sweeps { axes, solid: self.solid, responses, supplied, isa: self.isa }
    }

    fn step_in_place(&self, state: &mut Trial, split: &Split, parts: &mut Vec<Part>) {
        let Trial { values, taken, tally } = state;
        lod::step(None, Target { values, taken, tally, parts }, &self.sweeps(split));
    }

    fn step_from(&self, from: &Trial, to: &mut Trial, split: &Split, parts: &mut Vec<Part>) {
        to.values.fit(from.values.len());
        to.taken.clone_from(&from.taken);
        to.tally = from.tally;
        let Trial { values, taken, tally } = to;
        lod::step(Some(&from.values), Target { values, taken, tally, parts }, &self.sweeps(split));
    }
}

/// All that depends on the length of a split sub-step.
#[derive(Clone, Debug)]
pub struct Split {
    axes: [Axis; 3],
    responses: Vec<Response>,
    step_min: f64,
}

impl Split {
    pub fn new(axes: [Axis; 3]) -> Self {
        Self { axes, responses: Vec::new(), step_min: f64::NAN }
    }

    /// Forgets the rates of the last span.
    pub fn forget(&mut self) {
        self.step_min = f64::NAN;
    }
}

/// How a sub-step is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Direction by direction, sources apart.
    Split,
    /// Everything at once.
    Unsplit,
}

/// Takes one field through a span.
pub struct Stepper<'a> {
    pub setting: Setting<'a>,
    pub equation: Equation<'a>,
    /// For whole and for half sub-steps.
    pub splits: &'a mut [Split; 2],
    pub scratch: &'a mut Scratch,
    pub room: &'a mut Room,
    pub work: FieldWork,
    /// Voxel where a solve failed.
    pub stuck: Option<usize>,
}

impl Stepper<'_> {
    /// Advances by `time_min` in equal sub-steps of at most `fixed_min`.
    pub fn fixed(&mut self, state: &mut Trial, time_min: f64, fixed_min: f64) {
        let n = (time_min / fixed_min - 1e-9).ceil().max(1.0);
        let step_min = time_min / n;
        self.setting.set(&mut self.splits[0], step_min);
        for _ in 0..n as u64 {
            self.setting.step_in_place(state, &self.splits[0], &mut self.scratch.parts);
        }
        self.work.sub_steps += n as u64;
    }

    /// Advances by `time_min` in sub-steps chosen by error, the first about `next_min` long; leaves in `next_min` the
    /// split sub-step to begin the next span with.
    pub fn adaptive(&mut self, state: &mut Trial, time_min: f64, next_min: &mut f64) {
        let (mut left_min, mut method, mut wanted_min) = (time_min, Method::Split, *next_min);
        let mut step_min = 0.0;
        let smallest_min = SMALLEST * time_min;
        while left_min > 0.0 {
            let is_exhausted = self.work.sub_steps >= MOST_SOLVES;
            let n_left = if is_exhausted { 1.0 } else { (left_min / wanted_min - 1e-9).ceil().max(1.0) };
            step_min = same_or(step_min, left_min / n_left);
            let verdict = self.attempt(state, method, step_min);
            // Twice the smallest, because cutting what is left into equal parts may round the step up.
            if verdict.is_accepted || step_min <= 2.0 * smallest_min || is_exhausted {
                self.accept(state, &verdict);
                left_min = if n_left > 1.0 { left_min - step_min } else { 0.0 };
            }
            if !verdict.is_accepted || verdict.factor > WORTH_CHANGING {
                wanted_min = (verdict.factor * step_min).max(smallest_min);
            }
            if is_exhausted {
                self.stuck = self.stuck.or(Some(0));
            } else if method == Method::Split {
                *next_min = wanted_min;
                if self.is_hopeless(left_min / wanted_min) {
                    (method, wanted_min) = (Method::Unsplit, 10.0 * wanted_min);
                }
            }
        }
    }

    /// Whether splitting has cost much in this span and would cost as much again.
    fn is_hopeless(&self, steps_left: f64) -> bool {
        self.work.sub_steps >= PATIENCE && 3.0 * steps_left >= PATIENCE as f64
    }

    /// Makes both candidates and judges them.
    fn attempt(&mut self, state: &Trial, method: Method, step_min: f64) -> Verdict {
        match method {
            Method::Split => self.attempt_split(state, step_min),
            Method::Unsplit => self.attempt_unsplit(state, step_min),
        }
        let Scratch { whole, halves, .. } = &*self.scratch;
        let mut distance = compare::distance(self.setting.isa, &halves.values, &whole.values);
        let mut taken = halves.taken.iter().zip(&whole.taken).zip(&state.taken);
        if !taken.all(|((fine, coarse), before)| 2.0 * fine - coarse >= *before) {
            distance.lowest = -1.0;
        }
        Verdict::new(&distance, self.setting.tolerance)
    }

    fn attempt_split(&mut self, state: &Trial, step_min: f64) {
        let Scratch { whole, halves, parts } = &mut *self.scratch;
        let [one, half] = &mut *self.splits;
        self.setting.set(one, step_min);
        self.setting.step_from(state, whole, one, parts);
        self.setting.set(half, 0.5 * step_min);
        self.setting.step_from(state, halves, half, parts);
        self.setting.step_in_place(halves, half, parts);
        self.work.sub_steps += 3;
    }

    fn attempt_unsplit(&mut self, state: &Trial, step_min: f64) {
        let Scratch { whole, halves, .. } = &mut *self.scratch;
        whole.copy_from(state);
        halves.copy_from(state);
        let half_min = 0.5 * step_min;
        for part in 0..3 {
            let trial = if part == 0 { &mut *whole } else { &mut *halves };
            let step_min = if part == 0 { step_min } else { half_min };
            match unsplit::step(&self.equation, trial, step_min, self.room) {
                Ok(iterations) => self.work.iterations += iterations,
                Err(failure) => {
                    self.work.iterations += failure.iterations;
                    self.stuck = self.stuck.or(Some(failure.voxel));
                }
            }
        }
        self.work.sub_steps += 3;
    }

    /// Takes the halves, extrapolated where the verdict allows it.
    fn accept(&mut self, state: &mut Trial, verdict: &Verdict) {
        let Scratch { whole, halves, .. } = &mut *self.scratch;
        std::mem::swap(state, halves);
        if verdict.extrapolates {
            compare::extrapolate(&mut state.values, &whole.values);
            compare::extrapolate(&mut state.taken, &whole.taken);
            state.tally = state.tally.extrapolated(&whole.tally);
        }
    }
}

/// The last sub-step again where the new one differs by rounding alone, so that its factors can be kept.
fn same_or(last_min: f64, new_min: f64) -> f64 {
    if (new_min - last_min).abs() <= 1e-9 * last_min { last_min } else { new_min }
}

/// What to do with a pair of candidates.
struct Verdict {
    is_accepted: bool,
    extrapolates: bool,
    /// Next sub-step over this one.
    factor: f64,
}

impl Verdict {
    fn new(distance: &Distance, tolerance: f64) -> Self {
        let error = if distance.largest > 0.0 { distance.farthest / distance.largest } else { 0.0 };
        let extrapolates = distance.lowest >= 0.0;
        // Written out, because powers of x and roots of order three are not worth a library call per sub-step.
        let (ratio, factor) = if extrapolates {
            let ratio = error * error.sqrt() / tolerance;
            (ratio, 0.9 / vesicle_base::math::cbrt(ratio.max(1e-6)))
        } else {
            let ratio = error / tolerance;
            (ratio, 0.9 / ratio.max(1e-6).sqrt())
        };
        // An error that is not a number comes from values that are not: go on, and let the health check say so.
        Self { is_accepted: ratio <= 1.0 || ratio.is_nan(), extrapolates, factor: factor.clamp(0.2, 4.0) }
    }
}
