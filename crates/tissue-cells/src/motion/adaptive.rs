//! As few sub-steps as the tolerance allows: stabilised steps with an error estimate.
//!
//! A step of h goes through s stages of [`super::chebyshev`], s from the stiffest contact (ρ from
//! [`super::contact`], 15 % margin). Its error is e = 0.8 (x_0 − x_1) + 0.4 h (f_0 + f_1), largest over all cells; a step
//! with e above the tolerance is thrown away and halved or less. The first step comes from the bound
//! 0.4 h |f| min(1, (h ρ)²/12); the next ones from h (tol/e)^(1/3). No cell goes farther than `move_um` in a step.
//! All of it are maxima over cells, which do not depend on order. Walking is exact in time (`walk`), its mean
//! velocity enters f as a constant. Steps of a thousandth of a tick are taken whatever their error; the last one of a tick is not
//! estimated where the one before foretells, by the third order, that nothing would come of it.
//! A centre that a face holds at the start of a step is held through it, along the axis of the face; others may pass a
//! face between stages and are put back in the end. Stopping them at each stage would be a jump in the velocity, which
//! no step integrates.
//! Sommeijer, Shampine, Verwer 1998, doi 10.1016/S0377-0427(97)00219-7.
//! Proved by `tests/motion_laws.rs`: `adaptive_steps_keep_the_tolerance`, `a_tissue_at_rest_takes_one_step`,
//! `a_cell_that_comes_to_a_face_stops_there_in_one_step`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::bodies::{Bodies, MotionLaws, MotionWork, Steps};
use super::chebyshev::{self, Stage};
use super::contact::Peak;
use super::lists::CHUNK;
use super::scratch::Scratch;
use super::springs::Events;
use super::walls;
use rayon::prelude::*;
use vesicle_base::columns::fit;
use vesicle_base::{Rng, Span, math};

/// Steps are not cut below this share of a tick.
const SHORTEST: f64 = 1e-3;
/// Share of the step that the last error allows which the next one takes.
const SAFETY: f64 = 0.8;
/// Contacts may stiffen by this within a step.
const STIFFENING: f64 = 1.15;
/// Cells that go farther than this in one step are lost, µm.
const MOST_TRAVEL_UM: f64 = 64.0;
/// An error bounded by this share of the tolerance beforehand is not estimated afterwards.
const SURE: f64 = 0.25;
/// Nor is that of the last step of a tick where it should be below this share, by the third order from the step before.
const LIKELY: f64 = 0.1;

/// Where a tick stands.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// Time since the start of the tick, min.
    t_min: f64,
    length_min: f64,
    tolerance_um: f64,
    move_um: f64,
    /// Of the velocities at the start of the step.
    peak: Peak,
    /// What the last error allows, min.
    allowed_min: f64,
}

/// How a trial ended.
enum Trial {
    /// The largest error, how far the farthest cell went, and what the velocities at the end peak at.
    Done { error_um: f64, moved_um: f64, peak: Peak },
    /// Some cell went farther than the lists reach.
    TooFar(f64),
}

/// Carries the cells over one tick.
pub(super) fn advance(
    bodies: &mut Bodies<'_>,
    laws: &MotionLaws,
    span: &Span,
    rng: &Rng,
    scratch: &mut Scratch,
) -> MotionWork {
    let Steps::Adaptive { tolerance_um, move_um } = laws.steps else { return MotionWork::default() };
    let mut work = scratch.begin(bodies, laws, span, rng);
    fit(&mut scratch.before, scratch.sorted.len(), [0.0; 3]);
    fit(&mut scratch.start, scratch.sorted.len(), [0.0; 3]);
    scratch.tie(bodies, laws, Events { rng, step: span.tick, step_min: span.length_min });
    let peak = scratch.evaluate(laws, true, &mut work);
    let length_min = span.length_min;
    let mut at = Progress { t_min: 0.0, length_min, tolerance_um, move_um, peak, allowed_min: f64::INFINITY };
    while at.t_min < length_min {
        let h = at.choose(scratch.walk.fastest_um_per_min, work.sub_steps + work.rejected == 0);
        let travel_um = 1.3 * h * (at.peak.speed2.sqrt() + scratch.walk.fastest_um_per_min);
        if travel_um > scratch.sorted.slack_um() {
            scratch.sorted.measure_move();
        }
        if travel_um > scratch.sorted.slack_um() {
            scratch.rebuild(bodies, laws, 1.5 * travel_um, &mut work);
        }
        scratch.walk.try_step(at.t_min, h, rng);
        match try_step(laws, &at, h, scratch, &mut work) {
            Trial::Done { error_um, moved_um, peak } => {
                if at.settle(h, error_um, scratch, &mut work) {
                    scratch.sorted.note_move(moved_um);
                    at.peak = peak;
                }
            }
            Trial::TooFar(travel_um) => {
                back(scratch);
                scratch.rebuild(bodies, laws, 2.25 * travel_um, &mut work);
            }
        }
    }
    work.pairs = scratch.sorted.pairs();
    scratch.hand_back(bodies);
    scratch.walk.end(&mut bodies.direction);
    work
}

impl Progress {
    /// Length of the next step, min.
    fn choose(&self, walk_um_per_min: f64, first: bool) -> f64 {
        let left = self.length_min - self.t_min;
        let (push, rho) = (self.peak.speed2.sqrt(), self.rho());
        let mut h = left.min(self.move_um / (push + walk_um_per_min)).min(chebyshev::largest_h_rho() / rho);
        if first && bound_um(left, push, rho) > self.tolerance_um {
            let stiff = self.tolerance_um / (0.4 * push);
            h = h.min(stiff.max(math::cbrt(12.0 * stiff / (rho * rho))));
        }
        h = h.min(self.allowed_min).max(SHORTEST * self.length_min);
        left / (left / h - 1e-9).ceil().max(1.0)
    }

    /// Whether a step of `h` is not yet the shortest.
    fn may_be_cut(&self, h: f64) -> bool {
        h > 1.001 * SHORTEST * self.length_min
    }

    /// Whether the step before says that a step of `h` has hardly any error.
    fn is_likely(&self, h: f64) -> bool {
        let share = SAFETY * h / self.allowed_min;
        self.t_min > 0.0 && share * share * share < LIKELY
    }

    /// Bound of the spectral radius, per min.
    fn rho(&self) -> f64 {
        2.0 * STIFFENING * self.peak.stiffness
    }

    /// Takes or throws away a step whose error is known; returns whether it was taken.
    fn settle(&mut self, h: f64, error_um: f64, scratch: &mut Scratch, work: &mut MotionWork) -> bool {
        let factor = SAFETY * math::cbrt(self.tolerance_um / error_um.max(1e-12));
        self.allowed_min = h * factor.clamp(0.2, 4.0);
        if error_um > self.tolerance_um && self.may_be_cut(h) {
            work.rejected += 1;
            self.allowed_min = self.allowed_min.min(0.5 * h);
            back(scratch);
            return false;
        }
        work.sub_steps += 1;
        core::mem::swap(&mut scratch.v, &mut scratch.before);
        scratch.walk.commit();
        self.t_min += h;
        if self.length_min - self.t_min < 1e-9 * self.length_min {
            self.t_min = self.length_min;
        }
        true
    }
}

/// Bound of the error of a step of `h`, µm, for velocities up to `push` and a spectral radius `rho`.
fn bound_um(h: f64, push: f64, rho: f64) -> f64 {
    0.4 * h * push * (h * rho * h * rho / 12.0).min(1.0)
}

/// Goes through the stages of a step; the velocities at the start are in `scratch.v`, those at the end will be in
/// `scratch.before`.
fn try_step(laws: &MotionLaws, at: &Progress, h: f64, scratch: &mut Scratch, work: &mut MotionWork) -> Trial {
    let s = chebyshev::stages_for(h * at.rho());
    let stages = chebyshev::stages(s, h);
    let last = at.t_min + h > at.length_min - 1e-9 * at.length_min;
    let mut farthest_um = depart(laws, &stages[1], scratch);
    let mut moved_um = farthest_um;
    for stage in &stages[2..=s] {
        if let Some(trial) = too_far(farthest_um, at.may_be_cut(h), scratch) {
            return trial;
        }
        moved_um = next_stage(laws, stage, scratch, work);
        farthest_um = farthest_um.max(moved_um);
    }
    if let Some(trial) = too_far(farthest_um, at.may_be_cut(h), scratch) {
        return trial;
    }
    if laws.stops() {
        for_all(scratch, |cell| cell.at_um.copy_from_slice(&walls::inside(laws, cell.at())));
    }
    let push = at.peak.speed2.sqrt() + scratch.walk.fastest_um_per_min;
    if last && (bound_um(h, push, at.rho()) < SURE * at.tolerance_um || at.is_likely(h)) {
        return Trial::Done { error_um: 0.0, moved_um, peak: at.peak };
    }
    let (peak, error_um) = arrive(laws, h, !last, scratch, work);
    Trial::Done { error_um, moved_um, peak }
}

/// Whether a stage left the lists; a step so long that cells fly is thrown away instead.
fn too_far(farthest_um: f64, may_be_cut: bool, scratch: &Scratch) -> Option<Trial> {
    if farthest_um <= scratch.sorted.slack_um() {
        None
    } else if farthest_um < MOST_TRAVEL_UM {
        Some(Trial::TooFar(farthest_um))
    } else {
        may_be_cut.then_some(Trial::Done { error_um: f64::INFINITY, moved_um: 0.0, peak: Peak::default() })
    }
}

/// Puts all cells back to the start of the step.
fn back(scratch: &mut Scratch) {
    for_all(scratch, |cell| cell.at_um.copy_from_slice(cell.start));
}

/// The first stage, for which the velocities are known. Returns how far the farthest cell goes, µm.
fn depart(laws: &MotionLaws, stage: &Stage, scratch: &mut Scratch) -> f64 {
    let Scratch { sorted, walk, v, before, start, .. } = scratch;
    let n = v.len();
    let places = sorted.record[..n].par_iter_mut().zip(v.par_iter()).zip(before).zip(start).enumerate();
    let gone2 = places.with_min_len(CHUNK).map(|(place, (((record, v), before), start))| {
        start.copy_from_slice(&record.0[..3]);
        *before = [0.0; 3];
        let f0 = added(*v, walk.at(place));
        let u = walls::held(laws, start, f0, f0.map(|f| stage.mu_h * f));
        (0..3).for_each(|axis| record.0[axis] += u[axis]);
        square(u)
    });
    gone2.reduce(|| 0.0, f64::max).sqrt()
}

/// One more stage: all displacements, then all positions. Returns how far the farthest cell goes, µm.
fn next_stage(laws: &MotionLaws, stage: &Stage, scratch: &mut Scratch, work: &mut MotionWork) -> f64 {
    work.evaluations += 1;
    let Scratch { sorted, forces, walk, v, before, start, .. } = &mut *scratch;
    let (sorted, walk) = (&*sorted, &*walk);
    let own = before.par_chunks_mut(CHUNK).zip(v.par_chunks(CHUNK).zip(start.par_chunks(CHUNK)));
    let displace = |(before, (v, start)): Share<'_>, first: usize, now: &[[f64; 3]]| {
        let mut farthest2 = 0.0_f64;
        for (k, before) in before.iter_mut().enumerate() {
            let (at, walk) = (&sorted.record[first + k].0, walk.at(first + k));
            let (f, f0) = (added(now[k], walk), added(v[k], walk));
            let u = [0, 1, 2].map(|axis| {
                let kept = stage.mu * (at[axis] - start[k][axis]) + stage.nu * before[axis];
                kept + (stage.mu_h * f[axis] + stage.gamma_h * f0[axis])
            });
            *before = walls::held(laws, &start[k], f0, u);
            farthest2 = farthest2.max(square(*before));
        }
        farthest2
    };
    let (_, farthest2) = forces.evaluate((sorted, laws), false, own, displace);
    for_all(scratch, |cell| {
        for axis in 0..3 {
            let u = cell.at_um[axis] - cell.start[axis];
            cell.at_um[axis] = cell.start[axis] + cell.before[axis];
            cell.before[axis] = u;
        }
    });
    farthest2.sqrt()
}

/// The velocities at the end of a step, to `scratch.before`, their peak, and the largest error of the step, µm. Where a
/// face holds a cell in the end there is none: where it was stopped on the way is exact.
fn arrive(
    laws: &MotionLaws,
    h: f64,
    stiff: bool,
    scratch: &mut Scratch,
    work: &mut MotionWork,
) -> (Peak, f64) {
    work.evaluations += 1;
    let Scratch { sorted, forces, walk, v, before, start, .. } = scratch;
    let (sorted, walk) = (&*sorted, &*walk);
    let own = before.par_chunks_mut(CHUNK).zip(v.par_chunks(CHUNK).zip(start.par_chunks(CHUNK)));
    let compare = |(end, (v, start)): Share<'_>, first: usize, now: &[[f64; 3]]| {
        end.copy_from_slice(now);
        let mut largest2 = 0.0_f64;
        for (k, now) in now.iter().enumerate() {
            let (at, walk) = (&sorted.record[first + k].0, walk.at(first + k));
            let (f, f0) = (added(*now, walk), added(v[k], walk));
            let f0 = walls::held(laws, &start[k], f0, f0);
            let error =
                [0, 1, 2].map(|axis| 0.4 * h * (f0[axis] + f[axis]) - 0.8 * (at[axis] - start[k][axis]));
            largest2 = largest2.max(square(walls::held(laws, &at[..3], f, error)));
        }
        largest2
    };
    let (peak, error2) = forces.evaluate((sorted, laws), stiff, own, compare);
    (peak, error2.sqrt())
}

/// A chunk of what a step keeps: displacement at the stage before, velocity at the start, position at the start.
type Share<'a> = (&'a mut [[f64; 3]], (&'a [[f64; 3]], &'a [[f64; 3]]));

/// A velocity and the walk.
#[inline(always)]
fn added(v: [f64; 3], walk: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|axis| v[axis] + walk[axis])
}

fn square(a: [f64; 3]) -> f64 {
    a[0] * a[0] + a[1] * a[1] + a[2] * a[2]
}

/// One cell between stages: where it is and was, µm, and its displacement at the stage before.
struct Cell<'a> {
    at_um: &'a mut [f64],
    start: &'a [f64; 3],
    before: &'a mut [f64; 3],
}

impl Cell<'_> {
    fn at(&self) -> [f64; 3] {
        [self.at_um[0], self.at_um[1], self.at_um[2]]
    }
}

/// Does the same to all cells.
fn for_all(scratch: &mut Scratch, act: impl Fn(Cell<'_>) + Sync) {
    let records = scratch.sorted.record.par_iter_mut().zip(&scratch.start).zip(&mut scratch.before);
    records.with_min_len(CHUNK).for_each(|((record, start), before)| {
        act(Cell { at_um: &mut record.0[..3], start, before });
    });
}
