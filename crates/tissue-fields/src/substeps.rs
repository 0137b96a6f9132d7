//! Cuts a span into sub-steps by their error.
//!
//! Each sub-step H is made twice, whole (w) and as two halves (h); e = max|h − w| / max|h| is the error of h. Where 2h − w
//! is nowhere negative the state takes that (order 2, error ≈ e^(3/2)), else h (order 1, error e). Accepted when the
//! error is below the tolerance; the next H follows its order. No stability bound: sub-steps are implicit and positive.
//! Reference: Hairer, Nørsett, Wanner (1993) II.4 and II.9, doi:10.1007/978-3-540-78862-1.
//! Proved by `the_error_follows_the_tolerance`.

use crate::budget::Tally;
use crate::compare::{self, Distance};
use crate::isa::Isa;
use crate::lod::axis::Axis;
use crate::lod::{self, Part, Sweeps, Target};
use crate::rates::Entry;

/// Sub-steps are not cut below this share of the span.
const SMALLEST: f64 = 1e-6;

/// A field whose largest value is below this is empty for the choice of sub-steps: a population that cells have taken
/// up decays without end, and near the smallest numbers rounding alone would cut them.
const EMPTY: f64 = 1e-200;

/// One candidate for the next state.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    pub values: Vec<f64>,
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
    pub tolerance: f64,
    pub isa: Isa,
}

impl Setting<'_> {
    fn set(&self, axes: &mut [Axis; 3], step_min: f64) {
        for (axis, coupling) in axes.iter_mut().zip(self.coupling_per_min) {
            axis.set(step_min, coupling, self.decay_per_min);
        }
    }

    fn step_in_place(&self, state: &mut Trial, axes: &[Axis; 3], step_min: f64, parts: &mut Vec<Part>) {
        let sweeps = Sweeps { axes, solid: self.solid, entries: self.entries, step_min, isa: self.isa };
        let Trial { values, taken, tally } = state;
        lod::step(None, Target { values, taken, tally, parts }, &sweeps);
    }

    fn step_from(
        &self,
        from: &Trial,
        to: &mut Trial,
        axes: &[Axis; 3],
        step_min: f64,
        parts: &mut Vec<Part>,
    ) {
        let sweeps = Sweeps { axes, solid: self.solid, entries: self.entries, step_min, isa: self.isa };
        to.values.resize(from.values.len(), 0.0);
        to.taken.clone_from(&from.taken);
        to.tally = from.tally;
        let Trial { values, taken, tally } = to;
        lod::step(Some(&from.values), Target { values, taken, tally, parts }, &sweeps);
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
    room: &mut Scratch,
) -> u64 {
    let n = (time_min / fixed_min - 1e-9).ceil().max(1.0);
    let step_min = time_min / n;
    setting.set(&mut axes[0], step_min);
    for _ in 0..n as u64 {
        setting.step_in_place(state, &axes[0], step_min, &mut room.parts);
    }
    n as u64
}

/// Advances `state` by `time_min` in sub-steps chosen by error, the first about `next_min` long; returns the number of
/// solves and leaves the next sub-step in `next_min`.
pub fn adaptive(
    state: &mut Trial,
    setting: &Setting,
    axes: &mut Axes,
    time_min: f64,
    next_min: &mut f64,
    room: &mut Scratch,
) -> u64 {
    let (mut left_min, mut solves) = (time_min, 0);
    while left_min > 0.0 {
        let n_left = (left_min / *next_min - 1e-9).ceil().max(1.0);
        let step_min = left_min / n_left;
        let verdict = attempt(state, setting, axes, step_min, room);
        solves += 3;
        if verdict.is_accepted || step_min <= SMALLEST * time_min {
            accept(state, &verdict, room);
            left_min = if n_left > 1.0 { left_min - step_min } else { 0.0 };
        }
        let is_worth_changing = !verdict.is_accepted || verdict.factor > 1.25;
        if is_worth_changing {
            *next_min = (verdict.factor * step_min).max(SMALLEST * time_min);
        }
    }
    solves
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
        let error = distance.farthest / distance.largest.max(EMPTY);
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

/// Makes both candidates and judges them.
fn attempt(state: &Trial, setting: &Setting, axes: &mut Axes, step_min: f64, room: &mut Scratch) -> Verdict {
    let Scratch { whole, halves, parts } = room;
    let [whole_axes, half_axes] = axes;
    setting.set(whole_axes, step_min);
    setting.step_from(state, whole, whole_axes, step_min, parts);
    setting.set(half_axes, 0.5 * step_min);
    setting.step_from(state, halves, half_axes, 0.5 * step_min, parts);
    setting.step_in_place(halves, half_axes, 0.5 * step_min, parts);
    let mut distance = compare::distance(setting.isa, &halves.values, &whole.values);
    let mut taken = halves.taken.iter().zip(&whole.taken).zip(&state.taken);
    if !taken.all(|((fine, coarse), before)| 2.0 * fine - coarse >= *before) {
        distance.lowest = -1.0;
    }
    Verdict::new(&distance, setting.tolerance)
}

/// Takes the halves, extrapolated where the verdict allows it.
fn accept(state: &mut Trial, verdict: &Verdict, room: &mut Scratch) {
    let Scratch { whole, halves, .. } = room;
    std::mem::swap(state, halves);
    if verdict.extrapolates {
        compare::extrapolate(&mut state.values, &whole.values);
        compare::extrapolate(&mut state.taken, &whole.taken);
        state.tally = state.tally.extrapolated(&whole.tally);
    }
}
