//! As few sub-steps as the tolerance allows: stabilised steps with an error estimate.
//!
//! A step of h goes through s stages of [`super::chebyshev`], s from the stiffest contact (ρ from
//! [`super::contact`], 15 % margin). Its error is e = 0.8 (x_0 − x_1) + 0.4 h (f_0 + f_1), largest over all cells; a step
//! with e above the tolerance is thrown away and halved or less. The first step comes from the bound
//! 0.4 h |f| min(1, (h ρ)²/12); the next ones from h (tol/e)^(1/3). No cell goes farther than `move_um` in a step.
//! All of it are maxima over cells, which do not depend on order. Walking is exact in time (`walk`), its mean
//! velocity enters f as a constant. Steps of a thousandth of a tick are taken whatever their error.
//! Sommeijer, Shampine, Verwer 1998, doi 10.1016/S0377-0427(97)00219-7.
//! Proved by `tests/motion_laws.rs`: `adaptive_steps_keep_the_tolerance`, `a_tissue_at_rest_takes_one_step`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::bodies::{Bodies, MotionLaws, MotionWork, Steps};
use super::chebyshev::{self, Stage};
use super::contact::Peak;
use super::lists::CHUNK;
use super::scratch::{Going, Scratch};
use super::simd::Record;
use super::springs::Events;
use super::walk::Walking;
use super::walls;
use rayon::prelude::*;
use vesicle_base::{Rng, Span, math};

/// Steps are not cut below this share of a tick.
const SHORTEST: f64 = 1e-3;
/// Contacts may stiffen by this within a step.
const STIFFENING: f64 = 1.15;
/// Cells that go farther than this in one step are lost, µm.
const MOST_TRAVEL_UM: f64 = 64.0;
/// An error bounded by this share of the tolerance beforehand is not estimated afterwards.
const SURE: f64 = 0.25;

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
    scratch.going.resize(scratch.sorted.len(), Going::default());
    scratch.before.resize(scratch.sorted.len(), [0.0; 3]);
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

    /// Bound of the spectral radius, per min.
    fn rho(&self) -> f64 {
        2.0 * STIFFENING * self.peak.stiffness
    }

    /// Takes or throws away a step whose error is known; returns whether it was taken.
    fn settle(&mut self, h: f64, error_um: f64, scratch: &mut Scratch, work: &mut MotionWork) -> bool {
        let factor = 0.8 * math::cbrt(self.tolerance_um / error_um.max(1e-12));
        self.allowed_min = h * factor.clamp(0.2, 4.0);
        if error_um > self.tolerance_um && self.may_be_cut(h) {
            work.rejected += 1;
            self.allowed_min = self.allowed_min.min(0.5 * h);
            back(scratch);
            return false;
        }
        work.sub_steps += 1;
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

/// Goes through the stages of a step; the velocities at the start are in `scratch.v`.
fn try_step(laws: &MotionLaws, at: &Progress, h: f64, scratch: &mut Scratch, work: &mut MotionWork) -> Trial {
    let s = chebyshev::stages_for(h * at.rho());
    let stages = chebyshev::stages(s, h);
    let last = at.t_min + h > at.length_min - 1e-9 * at.length_min;
    let mut farthest_um = for_all(scratch, |cell| cell.first(laws, &stages[1]));
    core::mem::swap(&mut scratch.v, &mut scratch.before);
    let mut moved_um = farthest_um;
    for stage in &stages[2..=s] {
        if let Some(trial) = too_far(farthest_um, at.may_be_cut(h), scratch) {
            return trial;
        }
        scratch.evaluate(laws, false, work);
        moved_um = for_all(scratch, |cell| cell.next(laws, stage));
        farthest_um = farthest_um.max(moved_um);
    }
    if let Some(trial) = too_far(farthest_um, at.may_be_cut(h), scratch) {
        return trial;
    }
    if laws.stops() {
        for_all(scratch, |cell| cell.arrive(laws));
    }
    let push = at.peak.speed2.sqrt() + scratch.walk.fastest_um_per_min;
    if last && bound_um(h, push, at.rho()) < SURE * at.tolerance_um {
        return Trial::Done { error_um: 0.0, moved_um, peak: at.peak };
    }
    let peak = scratch.evaluate(laws, !last, work);
    Trial::Done { error_um: for_all(scratch, |cell| cell.error2(laws, h)), moved_um, peak }
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

/// Puts all cells back to the start of the step, with the velocities that they had there.
fn back(scratch: &mut Scratch) {
    let records = scratch.sorted.record.par_iter_mut().zip(&scratch.going);
    records.with_min_len(CHUNK).for_each(|(record, going)| record.0[..3].copy_from_slice(&going.start));
    core::mem::swap(&mut scratch.v, &mut scratch.before);
}

fn square(a: [f64; 3]) -> f64 {
    a[0] * a[0] + a[1] * a[1] + a[2] * a[2]
}

/// One cell in a stage.
struct Cell<'a> {
    record: &'a mut Record,
    going: &'a mut Going,
    /// Velocity without the walk, now and at the start of the step, and the walk, µm/min.
    v: [f64; 3],
    v0: [f64; 3],
    walk: [f64; 3],
}

impl Cell<'_> {
    /// Where it is, and its velocity as far as it stays in the box.
    #[inline(always)]
    fn velocity(&self, laws: &MotionLaws) -> [f64; 3] {
        let v = [0, 1, 2].map(|axis| self.v[axis] + self.walk[axis]);
        walls::along(laws, &self.record.0[..3], v)
    }

    /// Its velocity at the start of the step, as far as it stayed in the box.
    #[inline(always)]
    fn first_velocity(&self, laws: &MotionLaws) -> [f64; 3] {
        let v = [0, 1, 2].map(|axis| self.v0[axis] + self.walk[axis]);
        walls::along(laws, &self.going.start, v)
    }

    #[inline(always)]
    fn go(&mut self, u: [f64; 3]) -> f64 {
        self.going.before = self.going.u;
        self.going.u = u;
        let to = [0, 1, 2].map(|axis| self.going.start[axis] + u[axis]);
        self.record.0[..3].copy_from_slice(&to);
        square(u)
    }

    #[inline(always)]
    fn first(mut self, laws: &MotionLaws, stage: &Stage) -> f64 {
        let f0 = self.velocity(laws);
        let [x, y, z, ..] = self.record.0;
        *self.going = Going { start: [x, y, z], ..Going::default() };
        self.go(f0.map(|f| stage.mu_h * f))
    }

    #[inline(always)]
    fn next(mut self, laws: &MotionLaws, stage: &Stage) -> f64 {
        let f = self.velocity(laws);
        let f0 = self.first_velocity(laws);
        let Going { u, before, .. } = *self.going;
        self.go([0, 1, 2].map(|axis| {
            let kept = stage.mu * u[axis] + stage.nu * before[axis];
            kept + (stage.mu_h * f[axis] + stage.gamma_h * f0[axis])
        }))
    }

    #[inline(always)]
    fn arrive(self, laws: &MotionLaws) -> f64 {
        let [x, y, z, ..] = self.record.0;
        let inside = walls::inside(laws, [x, y, z]);
        if inside != [x, y, z] {
            self.record.0[..3].copy_from_slice(&inside);
        }
        0.0
    }

    /// Square of the error; where a face stopped the cell there is none.
    #[inline(always)]
    fn error2(self, laws: &MotionLaws, h: f64) -> f64 {
        let f = self.velocity(laws);
        let f0 = self.first_velocity(laws);
        let Going { start, u, .. } = *self.going;
        square([0, 1, 2].map(|axis| {
            let free = self.record.0[axis] == start[axis] + u[axis];
            if free { 0.4 * h * (f0[axis] + f[axis]) - 0.8 * u[axis] } else { 0.0 }
        }))
    }
}

/// Does the same to all cells; returns the root of the largest value.
fn for_all(scratch: &mut Scratch, act: impl Fn(Cell<'_>) -> f64 + Sync) -> f64 {
    let n = scratch.v.len();
    let walk: &Walking = &scratch.walk;
    let cells = scratch.sorted.record[..n].par_chunks_mut(CHUNK).zip(scratch.going.par_chunks_mut(CHUNK));
    cells
        .zip(scratch.v.par_chunks(CHUNK).zip(scratch.before.par_chunks(CHUNK)))
        .enumerate()
        .map(|(chunk, ((records, going), (v, before)))| {
            let mut largest = 0.0_f64;
            for (k, (record, going)) in records.iter_mut().zip(going).enumerate() {
                let walk = walk.at(chunk * CHUNK + k);
                let cell = Cell { record, going, v: v[k], v0: before[k], walk };
                largest = largest.max(act(cell));
            }
            largest
        })
        .reduce(|| 0.0, f64::max)
        .sqrt()
}
