//! Walking: a cell keeps its direction for an exponential time, then takes a new one.
//!
//! Direction at a turn: norm(b·heading + (1 − b)·u), u uniform on the sphere (circle in a plane); velocity s·direction.
//! Turns come at rate 1/T as a Poisson process in continuous time, drawn exactly whatever the sub-steps: the walk of a
//! free cell does not depend on them, and E|x|² = 2 s² T (t − T (1 − e^(−t/T))) without bias (Fürth 1920,
//! doi 10.1007/BF01328731). PhysiCell turns with probability dt/T per 0.1 min. The draws are keyed by identity, tick
//! and number of the turn. Persistence below 0.01 min is taken as that: at most some 600 turns a tick.
//! Stability: none needed, the displacement is integrated exactly.
//! Proved by `tests/motion_laws.rs`: `a_persistent_walk_spreads_as_fuerth_says`.

use super::bodies::Bodies;
use super::purpose::TURN;
use crate::State;
use rayon::prelude::*;
use vesicle_base::{Draws, Quiet, Rng, Span, math};

/// Shortest mean time between turns, min.
const SHORTEST_PERSISTENCE_MIN: f64 = 0.01;

/// No walker.
pub(super) const NONE: u32 = u32::MAX;

/// Where a walker stands in its series of turns.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    /// Time of the next turn from the start of the tick, min.
    next_min: f64,
    /// Turns so far in the tick.
    count: u32,
    direction: [f64; 3],
}

/// What a walker keeps through a tick.
#[derive(Clone, Copy, Debug)]
struct Walker {
    row: u32,
    id: u64,
    speed_um_per_min: f64,
    persistence_min: f64,
    bias: f64,
    heading: [f64; 3],
}

/// The cells that walk in this tick.
#[derive(Clone, Debug, Default)]
pub(super) struct Walking {
    walkers: Vec<Walker>,
    now: Vec<Turn>,
    tried: Vec<Turn>,
    /// Mean velocity of each walker over the step tried, µm/min.
    pub velocity: Vec<[f64; 3]>,
    /// Number of the walker at each place; empty when nobody walks.
    pub at_place: Vec<u32>,
    /// Greatest speed, µm/min.
    pub fastest_um_per_min: f64,
    plane: bool,
    tick: u32,
}

impl Walking {
    /// Finds who walks and draws the first turns.
    pub(super) fn begin(&mut self, bodies: &Bodies<'_>, plane: bool, span: &Span, rng: &Rng) {
        self.walkers.clear();
        self.at_place.clear();
        (self.plane, self.tick) = (plane, span.tick);
        if !bodies.speed_um_per_min.is_nowhere() {
            self.walkers.extend((0..bodies.id.len()).filter_map(|row| walker(bodies, row)));
        }
        self.fastest_um_per_min = self.walkers.iter().map(|w| w.speed_um_per_min).fold(0.0, f64::max);
        self.now.resize(self.walkers.len(), Turn::default());
        self.tried.resize(self.walkers.len(), Turn::default());
        self.velocity.resize(self.walkers.len(), [0.0; 3]);
        let tick = self.tick;
        self.now.par_iter_mut().zip(&self.walkers).with_min_len(64).for_each(|(turn, walker)| {
            let mut draws = stream(rng, walker.id, tick, 0);
            turn.next_min = walker.persistence_min * draws.exponential();
            turn.count = 0;
            turn.direction = [0, 1, 2].map(|axis| bodies.direction[axis][walker.row as usize]);
            if turn.direction == [0.0; 3] {
                turn.direction = walker.turned(&mut draws, plane);
            }
        });
    }

    /// Notes at which place each walker is.
    pub(super) fn settle(&mut self, place: &[u32]) {
        self.at_place.clear();
        if self.walkers.is_empty() {
            return;
        }
        self.at_place.resize(place.len(), NONE);
        for (number, walker) in self.walkers.iter().enumerate() {
            self.at_place[place[walker.row as usize] as usize] = number as u32;
        }
    }

    /// Walks from `from_min` for `step_min` on trial and notes the mean velocities.
    pub(super) fn try_step(&mut self, from_min: f64, step_min: f64, rng: &Rng) {
        let (tick, plane) = (self.tick, self.plane);
        let walkers = self.walkers.par_iter().zip(&self.now);
        walkers.zip(&mut self.tried).zip(&mut self.velocity).with_min_len(64).for_each(
            |(((walker, now), tried), velocity)| {
                *tried = *now;
                *velocity = walker.mean_velocity(
                    tried,
                    [from_min, step_min],
                    |count| stream(rng, walker.id, tick, count),
                    plane,
                );
            },
        );
    }

    /// Makes the trial the truth.
    pub(super) fn commit(&mut self) {
        core::mem::swap(&mut self.now, &mut self.tried);
    }

    /// Hands the directions back.
    pub(super) fn end(&self, direction: &mut [&mut Quiet; 3]) {
        if self.walkers.is_empty() {
            return;
        }
        let mut direction = direction.each_mut().map(|column| column.wake());
        for (walker, turn) in self.walkers.iter().zip(&self.now) {
            for (column, along) in direction.iter_mut().zip(turn.direction) {
                column[walker.row as usize] = along;
            }
        }
    }
}

impl Walker {
    /// Moves `turn` over a step and returns displacement over time.
    fn mean_velocity(
        &self,
        turn: &mut Turn,
        [from_min, step_min]: [f64; 2],
        draws_of: impl Fn(u32) -> Draws,
        plane: bool,
    ) -> [f64; 3] {
        let (mut t, end) = (0.0, step_min);
        let mut sum = [0.0; 3];
        while turn.next_min < from_min + step_min {
            let next = (turn.next_min - from_min).max(t);
            sum = [0, 1, 2].map(|axis| sum[axis] + turn.direction[axis] * (next - t));
            t = next;
            turn.count += 1;
            let mut draws = draws_of(turn.count);
            turn.next_min += self.persistence_min * draws.exponential();
            turn.direction = self.turned(&mut draws, plane);
        }
        let scale = self.speed_um_per_min / step_min;
        [0, 1, 2].map(|axis| scale * (sum[axis] + turn.direction[axis] * (end - t)))
    }

    /// A new direction; 0 when bias and chance cancel.
    fn turned(&self, draws: &mut Draws, plane: bool) -> [f64; 3] {
        let chance = if plane { draws.direction_in_plane() } else { draws.direction() };
        let mut way = [0, 1, 2].map(|axis| self.bias * self.heading[axis] + (1.0 - self.bias) * chance[axis]);
        if plane {
            way[2] = 0.0;
        }
        let length = math::sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]);
        if length > 0.0 { way.map(|w| w / length) } else { [0.0; 3] }
    }
}

/// The row as a walker, if it walks.
fn walker(bodies: &Bodies<'_>, row: usize) -> Option<Walker> {
    let kind = bodies.kind[row];
    let speed_um_per_min = bodies.speed_um_per_min.at(row, kind);
    (speed_um_per_min > 0.0 && bodies.state[row] == State::Live && bodies.is_movable(row)).then(|| Walker {
        row: row as u32,
        id: bodies.id[row],
        speed_um_per_min,
        persistence_min: bodies.persistence_min.at(row, kind).max(SHORTEST_PERSISTENCE_MIN),
        bias: bodies.bias.at(row, kind).clamp(0.0, 1.0),
        heading: bodies.heading.get(row).copied().unwrap_or([0.0; 3]),
    })
}

/// Draws of one turn.
fn stream(rng: &Rng, id: u64, tick: u32, turn: u32) -> Draws {
    let mut key = rng.at(TURN, id, tick);
    let seed = (u64::from(key.bits()) << 32) | u64::from(key.bits());
    Rng::new(seed).at(TURN, id, turn)
}
