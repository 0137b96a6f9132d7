//! Equal steps by Adams and Bashforth's second rule, as PhysiCell takes them.
//!
//! x += h (3/2 v − 1/2 v_before); second order; stable for h ρ < 1, so h = 0.1 min bears contacts up to 10 per min.
//! The step divides the tick exactly (PhysiCell freezes h at its first call, its quirk 4).
//! Reference: PhysiCell 1.14, doi 10.1371/journal.pcbi.1005991. Proved by
//! `tests/motion_laws.rs`: `fixed_steps_are_of_second_order`.

use super::bodies::{Bodies, MotionLaws, MotionWork};
use super::lists::CHUNK;
use super::scratch::Scratch;
use super::simd::Record;
use super::springs::Events;
use super::walk::Walking;
use super::walls;
use rayon::prelude::*;
use vesicle_base::columns::fit;
use vesicle_base::{Rng, Span};

/// Carries the cells over one tick in steps of about `step_min`.
pub(super) fn advance(
    bodies: &mut Bodies<'_>,
    laws: &MotionLaws,
    span: &Span,
    rng: &Rng,
    scratch: &mut Scratch,
) -> MotionWork {
    let super::Steps::Fixed { step_min } = laws.steps else { return MotionWork::default() };
    let mut work = scratch.begin(bodies, laws, span, rng);
    let n_steps = (span.length_min / step_min).round().max(1.0) as u32;
    let h = span.length_min / f64::from(n_steps);
    load_velocities(bodies, scratch);
    for step in 0..n_steps {
        let key = span.tick.wrapping_mul(n_steps).wrapping_add(step);
        scratch.tie(bodies, laws, Events { rng, step: key, step_min: h });
        scratch.evaluate(laws, false, &mut work);
        scratch.walk.try_step(f64::from(step) * h, h, rng);
        scratch.walk.commit();
        let farthest_um = step_all(laws, h, scratch);
        scratch.sorted.note_move(farthest_um);
        if scratch.sorted.slack_um() < 0.0 {
            scratch.sorted.measure_move();
        }
        if scratch.sorted.slack_um() < 0.0 && step + 1 < n_steps {
            let left = f64::from(n_steps - step);
            hand_back(bodies, scratch);
            scratch.rebuild(bodies, laws, 1.5 * farthest_um * left, &mut work);
            load_velocities(bodies, scratch);
        }
    }
    work.sub_steps = n_steps;
    work.pairs = scratch.sorted.pairs();
    hand_back(bodies, scratch);
    scratch.walk.end(&mut bodies.direction);
    work
}

fn load_velocities(bodies: &Bodies<'_>, scratch: &mut Scratch) {
    let order = &scratch.sorted.order;
    fit(&mut scratch.before, order.len(), [0.0; 3]);
    scratch.before.par_iter_mut().zip(order).with_min_len(CHUNK).for_each(|(before, row)| {
        *before = [0, 1, 2].map(|axis| bodies.velocity_um_per_min[axis][*row as usize]);
    });
}

/// Writes positions and velocities to their rows, in one pass over the places.
fn hand_back(bodies: &mut Bodies<'_>, scratch: &Scratch) {
    let (before, record) = (&scratch.before, &scratch.sorted.record);
    let [x, y, z] = &mut bodies.position_um;
    let [u, v, w] = bodies.velocity_um_per_min.each_mut().map(|column| column.wake());
    let positions = x.par_iter_mut().zip(y.par_iter_mut()).zip(z.par_iter_mut());
    let velocities = u.par_iter_mut().zip(v.par_iter_mut()).zip(w.par_iter_mut());
    let rows = positions.zip(velocities).zip(&scratch.sorted.place).with_min_len(CHUNK);
    rows.for_each(|((((x, y), z), ((u, v), w)), place)| {
        [*x, *y, *z, ..] = record[*place as usize].0;
        [*u, *v, *w] = before[*place as usize];
    });
}

/// One step of all cells; returns how far the farthest went, µm. What was `v` is `before` at the next step.
fn step_all(laws: &MotionLaws, h: f64, scratch: &mut Scratch) -> f64 {
    let n = scratch.v.len();
    let walk = &scratch.walk;
    let cells = scratch.sorted.record[..n].par_chunks_mut(CHUNK).zip(scratch.before.par_chunks(CHUNK));
    let farthest_um = cells
        .zip(scratch.v.par_chunks_mut(CHUNK))
        .enumerate()
        .map(|(chunk, ((records, before), v))| step_chunk(laws, h, walk, chunk * CHUNK, (records, before, v)))
        .reduce(|| 0.0, f64::max)
        .sqrt();
    core::mem::swap(&mut scratch.v, &mut scratch.before);
    farthest_um
}

/// Moves a chunk by its velocities and those of the step before; leaves in `v` the velocity with the walk.
fn step_chunk(
    laws: &MotionLaws,
    h: f64,
    walk: &Walking,
    first: usize,
    (records, before, v): (&mut [Record], &[[f64; 3]], &mut [[f64; 3]]),
) -> f64 {
    let mut farthest2 = 0.0_f64;
    for (k, ((record, before), v)) in records.iter_mut().zip(before).zip(v).enumerate() {
        let walk = walk.at(first + k);
        let now = [0, 1, 2].map(|axis| v[axis] + walk[axis]);
        let here = [record.0[0], record.0[1], record.0[2]];
        let to = [0, 1, 2].map(|axis| here[axis] + h * (1.5 * now[axis] - 0.5 * before[axis]));
        let to = walls::inside(laws, to);
        *v = now;
        let [dx, dy, dz] = [0, 1, 2].map(|axis| to[axis] - here[axis]);
        record.0[..3].copy_from_slice(&to);
        farthest2 = farthest2.max(dx * dx + dy * dy + dz * dz);
    }
    farthest2
}
