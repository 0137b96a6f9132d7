//! Springs between cells that once touched: they form, pull and break. And joints between cells that others declare
//! joined, which only pull.
//!
//! v_i += √(k_i α_ij k_j α_ji) (x_j − x_i); a joint of length L and L₀ at rest: v_i += k (1 − L₀/L) (x_j − x_i). A pair
//! within both reaches ties at rate a_i α_ij + a_j α_ji while both have room; a spring breaks at rate d_i + d_j. Over a
//! step of length h an event happens with probability 1 − exp(−rate h); its time is drawn from the pair's two identities
//! and the tick, and springs are tied in order of their times, so that room is given to the first and not to the first
//! row. PhysiCell draws with rate·h in row order and skips an element after a break (its quirk 11).
//! Stiffness: twice the sum of a cell's spring constants; a joint's K = k n nᵀ + k (1 − L₀/L)⁺ (1 − n nᵀ) is at most k.
//! Reference: PhysiCell 1.14, doi 10.1371/journal.pcbi.1005991. Proved by `tests/motion_springs.rs` and
//! `tests/motion_joints.rs`.

use super::bodies::{Bodies, MotionLaws};
use super::grain::{COEFFICIENT_LIMIT, grained};
use super::purpose::{ATTACH, DETACH};
use super::sorted::Sorted;
use vesicle_base::{Purpose, Rng, math};

/// The springs of a tissue, each as the identities of its two cells, lower first; in rising order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Springs {
    pairs: Vec<[u64; 2]>,
}

impl Springs {
    /// Springs between the given pairs of identities.
    pub fn of_pairs(pairs: impl IntoIterator<Item = [u64; 2]>) -> Self {
        let mut springs = Self { pairs: pairs.into_iter().map(|[a, b]| [a.min(b), a.max(b)]).collect() };
        springs.pairs.retain(|[a, b]| a != b);
        springs.pairs.sort_unstable();
        springs.pairs.dedup();
        springs
    }

    /// All pairs of identities, lower first, in rising order.
    pub fn pairs(&self) -> &[[u64; 2]] {
        &self.pairs
    }

    /// Drops the springs of the cells for which `loses` holds: those that divided or went.
    pub fn drop_of(&mut self, mut loses: impl FnMut(u64) -> bool) {
        self.pairs.retain(|[a, b]| !loses(*a) && !loses(*b));
    }

    /// Whether two cells are tied.
    pub fn ties(&self, a: u64, b: u64) -> bool {
        self.pairs.binary_search(&[a.min(b), a.max(b)]).is_ok()
    }
}

/// Stiffest joint, per min: one that closes in a twentieth of a second; more is taken as this.
const STIFFEST_PER_MIN: f64 = 1e3;

/// A spring with a length at rest between two cells, for one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// Rows of its two cells.
    pub rows: [u32; 2],
    /// Length at rest, µm.
    pub rest_um: f64,
    /// Velocity of each end over the stretch, per min.
    pub stiffness_per_min: f64,
}

/// A spring about to form: its time within the step and its pair.
#[derive(Clone, Copy, Debug)]
struct Bid {
    time_min: f64,
    pair: [u64; 2],
    rows: [u32; 2],
}

/// The springs as the force reads them: per row the rows tied to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ties {
    row_of: Vec<(u64, u32)>,
    all: Vec<Joint>,
    start: Vec<u32>,
    end: Vec<End>,
    bids: Vec<Bid>,
    held: Vec<u32>,
}

/// What a cell is tied to.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    /// Row at the other end.
    row: u32,
    rest_um: f64,
    /// The spring's constant, per min.
    constant: f64,
}

impl End {
    /// What `apart`, the way to the other end, is multiplied by, per min; 0 where a joint has no direction.
    fn share(&self, apart: [f64; 3]) -> f64 {
        if self.rest_um == 0.0 {
            return self.constant;
        }
        let length_um = (apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]).sqrt();
        let speed = self.constant * (length_um - self.rest_um);
        let share = speed.clamp(-COEFFICIENT_LIMIT, COEFFICIENT_LIMIT) / length_um;
        if share.is_finite() { share } else { 0.0 }
    }
}

impl Ties {
    /// Breaks and ties springs over a step, then lists them by row.
    pub(super) fn begin(
        &mut self,
        bodies: &mut Bodies<'_>,
        laws: &MotionLaws,
        sorted: &Sorted,
        events: Events<'_>,
    ) {
        let none_forms = bodies.attach_per_min.is_nowhere();
        if !(bodies.springs.pairs.is_empty() && none_forms) {
            self.row_of.clear();
            self.row_of.extend(bodies.id.iter().enumerate().map(|(row, id)| (*id, row as u32)));
            self.row_of.sort_unstable();
            self.let_go(bodies, &events);
            if !none_forms {
                self.bid(bodies, laws, sorted, &events);
                self.tie(bodies);
            }
        }
        self.gather(bodies, laws);
        self.list(bodies.id.len());
    }

    fn row(&self, id: u64) -> Option<u32> {
        self.row_of.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| self.row_of[at].1)
    }

    /// Breaks springs, and those of cells that are gone.
    fn let_go(&mut self, bodies: &mut Bodies<'_>, events: &Events<'_>) {
        let (kind, rate) = (bodies.kind, bodies.detach_per_min);
        self.held.clear();
        self.held.resize(bodies.id.len(), 0);
        let mut held = core::mem::take(&mut self.held);
        bodies.springs.pairs.retain(|pair| {
            let (Some(i), Some(j)) = (self.row(pair[0]), self.row(pair[1])) else { return false };
            let (i, j) = (i as usize, j as usize);
            let stays = events.time_min(DETACH, *pair, rate.at(i, kind[i]) + rate.at(j, kind[j])).is_none();
            held[i] += u32::from(stays);
            held[j] += u32::from(stays);
            stays
        });
        self.held = held;
    }

    /// Draws the springs that would form if all cells had room.
    fn bid(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws, sorted: &Sorted, events: &Events<'_>) {
        self.bids.clear();
        for me in 0..sorted.len() {
            for row in sorted.contacts(me).filter(|row| sorted.id[me] < bodies.id[*row]) {
                let rows = [sorted.order[me], row as u32];
                let pair = [sorted.id[me], bodies.id[row]];
                let rate = attach_rate(bodies, laws, rows);
                if let Some(time_min) = events.time_min(ATTACH, pair, rate) {
                    self.bids.push(Bid { time_min, pair, rows });
                }
            }
        }
        self.bids.sort_unstable_by(|a, b| a.time_min.total_cmp(&b.time_min).then(a.pair.cmp(&b.pair)));
    }

    /// Ties the bids in order of time while both cells have room.
    fn tie(&mut self, bodies: &mut Bodies<'_>) {
        let n_before = bodies.springs.pairs.len();
        for bid in &self.bids {
            let room = bid.rows.iter().all(|row| {
                let row = *row as usize;
                f64::from(self.held[row]) < bodies.most_springs.at(row, bodies.kind[row])
            });
            if room && bodies.springs.pairs[..n_before].binary_search(&bid.pair).is_err() {
                bodies.springs.pairs.push(bid.pair);
                bid.rows.iter().for_each(|row| self.held[*row as usize] += 1);
            }
        }
        bodies.springs.pairs.sort_unstable();
    }

    /// All springs, as joints without a length, and all joints.
    fn gather(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws) {
        self.all.clear();
        for [a, b] in &bodies.springs.pairs {
            let rows = [a, b].map(|id| self.row(*id).expect("springs of absent cells were dropped"));
            let stiffness_per_min = spring_constant(bodies, laws, rows);
            self.all.push(Joint { rows, rest_um: 0.0, stiffness_per_min });
        }
        self.all.extend(bodies.joints.iter().map(|joint| Joint {
            stiffness_per_min: joint.stiffness_per_min.min(STIFFEST_PER_MIN),
            ..*joint
        }));
    }

    /// Lists what each of `n` rows is tied to.
    fn list(&mut self, n: usize) {
        self.start.clear();
        if self.all.is_empty() {
            return;
        }
        self.start.resize(n + 2, 0);
        for row in self.all.iter().flat_map(|joint| joint.rows) {
            self.start[row as usize + 2] += 1;
        }
        for row in 0..=n {
            self.start[row + 1] += self.start[row];
        }
        self.end.clear();
        self.end.resize(2 * self.all.len(), End::default());
        for Joint { rows: [i, j], rest_um, stiffness_per_min: constant } in self.all.iter().copied() {
            for (from, row) in [(i, j), (j, i)] {
                let next = &mut self.start[from as usize + 1];
                self.end[*next as usize] = End { row, rest_um, constant };
                *next += 1;
            }
        }
    }

    /// Adds the pull of all springs and joints of the places from `first` on.
    pub(super) fn pull(&self, sorted: &Sorted, first: usize, out: &mut [[f64; 3]], stiffness: &mut [f64]) {
        if self.start.is_empty() {
            return;
        }
        for (k, v) in out.iter_mut().enumerate() {
            let row = sorted.order[first + k] as usize;
            let here = &sorted.record[first + k].0;
            for end in &self.end[self.start[row] as usize..self.start[row + 1] as usize] {
                let there = &sorted.record[sorted.place[end.row as usize] as usize].0;
                let apart = [0, 1, 2].map(|axis| there[axis] - here[axis]);
                let share = end.share(apart);
                for axis in 0..3 {
                    v[axis] += grained(share * apart[axis]);
                }
                stiffness[k] += grained(end.constant);
            }
        }
    }
}

/// What decides whether an event happens within a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Events<'a> {
    pub rng: &'a Rng,
    /// Tick, mixed with the number of the step where there are several.
    pub step: u32,
    pub step_min: f64,
}

impl Events<'_> {
    /// Time of an event of a pair at a rate per min, if it comes within the step.
    fn time_min(&self, purpose: Purpose, pair: [u64; 2], rate_per_min: f64) -> Option<f64> {
        if rate_per_min <= 0.0 {
            return None;
        }
        let mut key = self.rng.at(purpose, pair[0], self.step);
        let seed = (u64::from(key.bits()) << 32) | u64::from(key.bits());
        let time_min = Rng::new(seed).at(purpose, pair[1], self.step).exponential() / rate_per_min;
        (time_min < self.step_min).then_some(time_min)
    }
}

/// α_ij and α_ji of two rows.
fn affinities(bodies: &Bodies<'_>, laws: &MotionLaws, rows: [u32; 2]) -> [f64; 2] {
    let [i, j] = rows.map(|row| usize::from(bodies.kind[row as usize]));
    [laws.affinity[i * laws.n_kinds + j], laws.affinity[j * laws.n_kinds + i]]
}

fn attach_rate(bodies: &Bodies<'_>, laws: &MotionLaws, rows: [u32; 2]) -> f64 {
    let [ij, ji] = affinities(bodies, laws, rows);
    let [a, b] = rows.map(|row| bodies.attach_per_min.at(row as usize, bodies.kind[row as usize]));
    a * ij + b * ji
}

fn spring_constant(bodies: &Bodies<'_>, laws: &MotionLaws, rows: [u32; 2]) -> f64 {
    let [ij, ji] = affinities(bodies, laws, rows);
    let [a, b] = rows.map(|row| bodies.spring_per_min.at(row as usize, bodies.kind[row as usize]));
    math::sqrt((a * b * (ij * ji)).max(0.0))
}
