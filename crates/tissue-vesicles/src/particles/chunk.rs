//! A few thousand particles over all steps of a tick: moved sixteen at a time, met by what is near, closed up in order.
//!
//! Equation: x ← x + √(2 D min(Δt, time left to live)) N(0, 1) on each axis, then `walls`, `surface`, and death when
//! the life drawn at birth ends.
//! Discretisation: lives end at their exact time, within a step if need be; the step is bounded by what `surface` says.
//! Reference: see `lanes`, `surface`, `motion`.
//! Proved by `tests/particles.rs`, and `every_instruction_set_and_number_of_threads_gives_the_same_bits`.

use super::lanes::{LANES, Lanes, kicks};
use super::motion::{Hold, Motion};
use super::near::{Near, Sphere};
use super::surface::{Meeting, meet};
use super::walls::{Walls, folded, folded_often};
use vesicle_base::{Rng, math, random::philox};

/// What all particles of a swarm share in a tick.
pub(crate) struct Course<'a> {
    pub walls: &'a Walls,
    pub spheres: &'a [Sphere],
    pub near: &'a Near,
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
struct Block {
    x: Lanes,
    y: Lanes,
    z: Lanes,
    id: [u64; LANES],
    ends: Lanes,
    wakes: Lanes,
    starts: Lanes,
}

/// How a particle's tick ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
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
    let [mx, my, mz] = [course.walls.mirrors(0), course.walls.mirrors(1), course.walls.mirrors(2)];
    let mut voxel = [0; LANES];
    let mut outside = 0;
    for l in 0..LANES {
        kick[0][l] = folded(block.x[l] + kick[0][l], mx);
        kick[1][l] = folded(block.y[l] + kick[1][l], my);
        kick[2][l] = folded(block.z[l] + kick[2][l], mz);
        let past = [kick[0][l] < mx[0], kick[1][l] < my[0], kick[2][l] < mz[0]].map(u32::from);
        outside |= past[0] | past[1] | past[2];
    }
    if outside != 0 {
        fold_again(&mut kick, [mx, my, mz]);
    }
    for l in 0..LANES {
        voxel[l] = course.near.voxel(kick[0][l], kick[1][l], kick[2][l]);
    }
    let mut marked = 0_u32;
    let mut spent = 0_u32;
    for l in 0..LANES {
        marked |= u32::from(course.near.is_marked(voxel[l])) << l;
        spent |= u32::from(block.ends[l] <= now + course.step_min) << l;
    }
    let mut ends = Ends { mask: spent & lanes_below(n), end: [End::Expired; LANES] };
    settle_marked(course, number, block, &mut kick, &variance, &voxel, marked & lanes_below(n), &mut ends);
    [block.x, block.y, block.z] = kick;
    ends
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
struct Ends {
    mask: u32,
    end: [End; LANES],
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

/// Lets the marked lanes meet what is near them.
#[inline(never)]
#[expect(clippy::too_many_arguments, reason = "the scalar tail of one vector step: its state is what it is")]
fn settle_marked(
    course: &Course,
    number: u64,
    block: &Block,
    to: &mut [Lanes; 3],
    variance: &Lanes,
    voxel: &[u64; LANES],
    mut marked: u32,
    ends: &mut Ends,
) {
    while marked != 0 {
        let l = marked.trailing_zeros() as usize;
        marked &= marked - 1;
        let tau = 0.5 * variance[l];
        if tau <= 0.0 {
            continue;
        }
        let mut chance = Chance { key: course.key, id: block.id[l], step: number, drawn: 0 };
        let from = [block.x[l], block.y[l], block.z[l]];
        let mut at = [to[0][l], to[1][l], to[2][l]];
        let spheres = course.near.spheres_at(voxel[l] as usize);
        if let Some(sphere) = captor(course, spheres, tau, from, &mut at, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Captured(sphere);
        } else if has_left(course.walls, tau, from, at, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Left;
        }
        for axis in 0..3 {
            to[axis][l] = at[axis];
        }
    }
}

/// Most rounds in which spheres hand a particle on to each other.
const ROUNDS: u32 = 8;

/// The sphere that captured the particle; if none, where it is now. A sphere may turn it into another one, which
/// then meets it too.
fn captor(
    course: &Course,
    spheres: &[u32],
    tau: f64,
    from: [f64; 3],
    at: &mut [f64; 3],
    chance: &mut Chance,
) -> Option<u32> {
    for round in 0..ROUNDS {
        let before = *at;
        for sphere in spheres {
            let meets = round == 0 || course.spheres[*sphere as usize].holds(*at);
            if meets && captured(course, *sphere, tau, from, at, chance) {
                return Some(*sphere);
            }
        }
        if *at == before {
            break;
        }
    }
    None
}

/// Whether a sphere captured the particle; if not, where it is now.
fn captured(
    course: &Course,
    sphere: u32,
    tau: f64,
    from: [f64; 3],
    at: &mut [f64; 3],
    chance: &mut Chance,
) -> bool {
    let sphere = &course.spheres[sphere as usize];
    let [before, after] = [from, *at].map(|p| offset(p, sphere.centre_um));
    let [r0, r] = [before, after].map(|d| (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt());
    let (x0, x) = (r0 - sphere.radius_um, r - sphere.radius_um);
    if x > 0.0 && x0 > 0.0 && x * x0 > 40.0 * tau {
        return false;
    }
    let area = 4.0 * core::f64::consts::PI * sphere.radius_um * sphere.radius_um;
    let kappa = sphere.clearance_um3_per_min / (area * course.diffusion_um2_per_min);
    let Meeting { absorbed, radius_um } = meet(sphere.radius_um, kappa, tau, r0, r);
    if absorbed > 0.0 && chance.uniform() < absorbed {
        return true;
    }
    if radius_um != r && r > 0.0 {
        for axis in 0..3 {
            at[axis] = sphere.centre_um[axis] + after[axis] * (radius_um / r);
        }
    }
    false
}

fn offset(p: [f64; 3], centre: [f64; 3]) -> [f64; 3] {
    [p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]]
}

/// Whether a particle went out through an open side, and maybe back, within the step.
fn has_left(walls: &Walls, tau: f64, from: [f64; 3], at: [f64; 3], chance: &mut Chance) -> bool {
    walls.open_sides().any(|(axis, upper)| {
        let (d0, d) = (walls.inside_um(from, axis, upper), walls.inside_um(at, axis, upper));
        d <= 0.0 || (d0 * d < 40.0 * tau && chance.uniform() < math::exp(-d0 * d / tau))
    })
}

/// Uniform numbers of one particle in one step, apart from those that move it.
struct Chance {
    key: [u32; 2],
    id: u64,
    step: u64,
    drawn: u32,
}

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.drawn += 1;
        let step = (self.step >> 32) as u32 | self.drawn << 20;
        let [a, b, _, _] = philox([self.id as u32, (self.id >> 32) as u32, self.step as u32, step], self.key);
        let (high, low) = (u64::from(a >> 5), u64::from(b >> 6));
        ((high << 26) | low) as f64 * (1.0 / (1_u64 << 53) as f64)
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
