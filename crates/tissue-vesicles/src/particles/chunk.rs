//! A few thousand particles over all steps of a tick: moved sixteen at a time, met by what is near, closed up in order.
//!
//! Equation: x ← x + √(2 D min(Δt, time left to live)) N(0, 1) on each axis, then `walls`, `surface`, and death when
//! the life drawn at birth ends.
//! Discretisation: lives end at their exact time, within a step if need be; the step is bounded by what `surface` says.
//! Reference: see `lanes`, `surface`, `motion`.
//! Proved by `tests/particles.rs`, and `every_instruction_set_and_number_of_threads_gives_the_same_bits`.

use super::lanes::{LANES, Lanes, kicks, uniforms};
use super::meetings::{Met, Moved, may_be_captured, settle_marked};
use super::motion::{Hold, Motion};
use super::near::Near;
use super::walls::{Walls, folded, folded_often};
use vesicle_base::{Rng, math};

/// What all particles of a swarm share in a tick.
pub(crate) struct Course<'a> {
    pub walls: &'a Walls,
    /// Whether a side lets particles go.
    pub is_open: bool,
    pub met: &'a [Met],
    pub near: &'a Near,
    /// At least a sphere's conductance over the diffusion coefficient, 1/µm, over what it was when mapped, µm/min; infinite
    /// where one captures all it meets.
    pub kappa_of_conductance: f64,
    pub diffusion_um2_per_min: f64,
    pub motion: Motion,
    /// Rate of loss of a mobile particle.
    pub loss_per_min: f64,
    pub move_min: f64,
    pub start_min: f64,
    pub step_min: f64,
    pub n_steps: u32,
    pub first_step: u64,
    pub key: [u32; 2],
    pub rng: Rng,
}

/// One chunk of the columns, all of one length.
pub(crate) struct Chunk<'a> {
    pub x: &'a mut [f64],
    pub y: &'a mut [f64],
    pub z: &'a mut [f64],
    pub id: &'a mut [u64],
    pub ends_min: &'a mut [f64],
    pub wakes_min: &'a mut [f64],
    pub starts_min: &'a mut [f64],
    /// Takes the spheres of the particles that were captured, from the front.
    pub captors: &'a mut [u32],
}

/// What became of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub alive: usize,
    pub captured: usize,
    pub expired: usize,
    pub left: usize,
}

/// Sixteen particles on their way.
pub(super) struct Block {
    pub x: Lanes,
    pub y: Lanes,
    pub z: Lanes,
    pub id: [u64; LANES],
    ends: Lanes,
    wakes: Lanes,
    starts: Lanes,
}

/// How a particle's tick ended.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum End {
    Captured(u32),
    Expired,
    Left,
}

/// Runs all steps of the tick.
#[inline(always)]
pub(crate) fn run(course: &Course, chunk: &mut Chunk) -> Tally {
    let mut tally = Tally { alive: chunk.x.len(), ..Tally::default() };
    for step in 0..course.n_steps {
        let alive = tally.alive;
        let (mut read, mut write) = (0, 0);
        while read < alive {
            let n = LANES.min(alive - read);
            let mut block = load(chunk, read, n);
            let late = !chunk.starts_min.is_empty();
            let ends = advance(course, step, &mut block, n, late);
            write = store(chunk, &block, &ends, n, read, write, &mut tally);
            read += n;
        }
        tally.alive = write;
    }
    tally
}

#[inline(always)]
fn load(chunk: &Chunk, at: usize, n: usize) -> Block {
    let mut block = Block {
        x: [0.0; LANES],
        y: [0.0; LANES],
        z: [0.0; LANES],
        id: [0; LANES],
        ends: [0.0; LANES],
        wakes: [f64::INFINITY; LANES],
        starts: [0.0; LANES],
    };
    if n == LANES {
        block.x.copy_from_slice(&chunk.x[at..at + LANES]);
        block.y.copy_from_slice(&chunk.y[at..at + LANES]);
        block.z.copy_from_slice(&chunk.z[at..at + LANES]);
        block.id.copy_from_slice(&chunk.id[at..at + LANES]);
        block.ends.copy_from_slice(&chunk.ends_min[at..at + LANES]);
    } else {
        block.x[..n].copy_from_slice(&chunk.x[at..at + n]);
        block.y[..n].copy_from_slice(&chunk.y[at..at + n]);
        block.z[..n].copy_from_slice(&chunk.z[at..at + n]);
        block.id[..n].copy_from_slice(&chunk.id[at..at + n]);
        block.ends[..n].copy_from_slice(&chunk.ends_min[at..at + n]);
    }
    if !chunk.wakes_min.is_empty() {
        block.wakes[..n].copy_from_slice(&chunk.wakes_min[at..at + n]);
    }
    if !chunk.starts_min.is_empty() {
        block.starts[..n].copy_from_slice(&chunk.starts_min[at..at + n]);
    }
    block
}

/// Moves a block by one step; the lanes that end are in the returned mask with their ends.
#[inline(always)]
fn advance(course: &Course, step: u32, block: &mut Block, n: usize, late: bool) -> Ends {
    let now = course.start_min + f64::from(step) * course.step_min;
    let number = course.first_step + u64::from(step);
    let mut minutes = [0.0; LANES];
    for l in 0..LANES {
        let left = block.ends[l] - now;
        minutes[l] = if left < course.step_min { left } else { course.step_min };
    }
    if late {
        wait_for_birth(now, block, &mut minutes, n);
    }
    match &course.motion {
        Motion::Brownian => {}
        Motion::Subdiffusive { .. } => pause(course, number, now, block, &mut minutes, n),
        Motion::Held(hold) => hold_back(course, hold, number, now, block, &mut minutes, n),
    }
    let mut variance = [0.0; LANES];
    for l in 0..LANES {
        variance[l] = 2.0 * course.diffusion_um2_per_min * minutes[l];
    }
    let mut kick = [[0.0; LANES]; 3];
    kicks(&block.id, number, course.key, &variance, &mut kick);
    let mut straight = [[0.0; LANES]; 3];
    for l in 0..LANES {
        straight[0][l] = block.x[l] + kick[0][l];
        straight[1][l] = block.y[l] + kick[1][l];
        straight[2][l] = block.z[l] + kick[2][l];
    }
    let to = turned_back(course.walls, &straight);
    let mut voxel = [0; LANES];
    let mut marked = 0_u32;
    let mut spent = 0_u32;
    for l in 0..LANES {
        voxel[l] = course.near.voxel(to[0][l], to[1][l], to[2][l]);
    }
    for l in 0..LANES {
        marked |= u32::from(course.near.is_marked(voxel[l])) << l;
        spent |= u32::from(block.ends[l] <= now + course.step_min) << l;
    }
    let mut ends = Ends { mask: spent & lanes_below(n), end: [End::Expired; LANES] };
    marked &= lanes_below(n);
    if marked != 0 {
        let mut luck = [0.0; LANES];
        uniforms(&block.id, number, 1, course.key, &mut luck);
        let moved =
            Moved { number, to: &to, straight: &straight, variance: &variance, voxel: &voxel, luck: &luck };
        let marked = may_be_captured(course, block, &moved, marked);
        if marked != 0 {
            settle_marked(course, block, &moved, marked, &mut ends);
        }
    }
    [block.x, block.y, block.z] = to;
    ends
}

/// Where steps end when closed sides turn them back.
#[inline(always)]
fn turned_back(walls: &Walls, straight: &[Lanes; 3]) -> [Lanes; 3] {
    let [mx, my, mz] = [walls.mirrors(0), walls.mirrors(1), walls.mirrors(2)];
    let mut to = [[0.0; LANES]; 3];
    let mut outside = 0;
    for l in 0..LANES {
        to[0][l] = folded(straight[0][l], mx);
        to[1][l] = folded(straight[1][l], my);
        to[2][l] = folded(straight[2][l], mz);
        let past = [to[0][l] < mx[0], to[1][l] < my[0], to[2][l] < mz[0]].map(u32::from);
        outside |= past[0] | past[1] | past[2];
    }
    if outside != 0 {
        fold_again(&mut to, [mx, my, mz]);
    }
    to
}

#[inline(never)]
fn fold_again(at: &mut [Lanes; 3], limits: [[f64; 2]; 3]) {
    for (at, limits) in at.iter_mut().zip(limits) {
        at.iter_mut().for_each(|x| *x = folded_often(*x, limits));
    }
}

fn lanes_below(n: usize) -> u32 {
    (1_u32 << n) - 1
}

/// Which lanes ended, and how.
pub(super) struct Ends {
    pub mask: u32,
    pub end: [End; LANES],
}

/// Shortens the step of those born within it, to nothing for those born later.
#[inline(never)]
fn wait_for_birth(now: f64, block: &Block, minutes: &mut Lanes, n: usize) {
    for l in 0..n {
        minutes[l] = (minutes[l] - (block.starts[l] - now).max(0.0)).max(0.0);
    }
}

/// Leaves of the minutes of the step those in which the matrix does not hold the particle.
#[inline(never)]
fn hold_back(
    course: &Course,
    hold: &Hold,
    number: u64,
    now: f64,
    block: &mut Block,
    minutes: &mut Lanes,
    n: usize,
) {
    let end = now + course.step_min;
    for l in 0..n {
        let mut at = block.starts[l].max(now);
        let mut mobile = 0.0;
        let mut draws = None;
        loop {
            let (switch, bound) = (block.wakes[l].abs(), block.wakes[l].is_sign_negative());
            let until = switch.min(block.ends[l]).min(end).max(at);
            mobile += if bound { 0.0 } else { until - at };
            at = until;
            if switch > end || switch > block.ends[l] {
                break;
            }
            let draws =
                draws.get_or_insert_with(|| course.rng.at(crate::purpose::PAUSE, block.id[l], number as u32));
            let (rate, sign, loss) = if bound {
                (hold.bind_per_min, 1.0, course.loss_per_min)
            } else {
                (hold.release_per_min, -1.0, math::rate_of_half_life(hold.half_life_min))
            };
            block.wakes[l] = sign * (at + draws.exponential().max(f64::MIN_POSITIVE) / rate);
            block.ends[l] = at + draws.exponential().max(f64::MIN_POSITIVE) / loss;
        }
        minutes[l] = mobile;
    }
}

/// Replaces the minutes of the step by those spent moving.
#[inline(never)]
fn pause(course: &Course, number: u64, now: f64, block: &mut Block, minutes: &mut Lanes, n: usize) {
    for l in 0..n {
        let until = now + minutes[l];
        let mut moves = 0.0;
        let mut draws = None;
        while block.wakes[l] <= until {
            let draws =
                draws.get_or_insert_with(|| course.rng.at(crate::purpose::PAUSE, block.id[l], number as u32));
            moves += 1.0;
            block.wakes[l] += course.motion.pause(draws).max(f64::MIN_POSITIVE);
        }
        minutes[l] = moves * course.move_min;
    }
}

/// Writes the lanes that go on, in order; returns where the next block goes.
#[inline(always)]
fn store(
    chunk: &mut Chunk,
    block: &Block,
    ends: &Ends,
    n: usize,
    read: usize,
    write: usize,
    tally: &mut Tally,
) -> usize {
    let pauses = !chunk.wakes_min.is_empty();
    if ends.mask == 0 && n == LANES {
        chunk.x[write..write + LANES].copy_from_slice(&block.x);
        chunk.y[write..write + LANES].copy_from_slice(&block.y);
        chunk.z[write..write + LANES].copy_from_slice(&block.z);
        if write != read {
            chunk.id[write..write + LANES].copy_from_slice(&block.id);
            chunk.ends_min[write..write + LANES].copy_from_slice(&block.ends);
        }
        if pauses {
            chunk.wakes_min[write..write + LANES].copy_from_slice(&block.wakes);
            chunk.ends_min[write..write + LANES].copy_from_slice(&block.ends);
        }
        if write != read && !chunk.starts_min.is_empty() {
            chunk.starts_min[write..write + LANES].copy_from_slice(&block.starts);
        }
        return write + LANES;
    }
    store_some(chunk, block, ends, n, write, tally)
}

#[inline(never)]
fn store_some(
    chunk: &mut Chunk,
    block: &Block,
    ends: &Ends,
    n: usize,
    mut write: usize,
    tally: &mut Tally,
) -> usize {
    for l in 0..n {
        if ends.mask >> l & 1 == 1 {
            match ends.end[l] {
                End::Captured(sphere) => {
                    chunk.captors[tally.captured] = sphere;
                    tally.captured += 1;
                }
                End::Expired => tally.expired += 1,
                End::Left => tally.left += 1,
            }
            continue;
        }
        chunk.x[write] = block.x[l];
        chunk.y[write] = block.y[l];
        chunk.z[write] = block.z[l];
        chunk.id[write] = block.id[l];
        chunk.ends_min[write] = block.ends[l];
        if !chunk.wakes_min.is_empty() {
            chunk.wakes_min[write] = block.wakes[l];
        }
        if !chunk.starts_min.is_empty() {
            chunk.starts_min[write] = block.starts[l];
        }
        write += 1;
    }
    write
}
