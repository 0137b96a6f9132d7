//! The cells in bin order, with their neighbour lists: what is kept between sub-steps and between calls.

use super::bins::Bins;
use super::bodies::{Bodies, MotionLaws, Walls};
use super::contact::{DEATH_SHIFT, FIXED};
use super::couples::Couples;
use super::grain::COEFFICIENT_LIMIT;
use super::lists::{self, Block, CHUNK, Scene};
use super::simd::{Cloud, LANES, Record, WIDE};
use rayon::prelude::*;
use vesicle_base::columns::{fit, room_for};

/// Everything about cells that pair kernels read, by place (bin order).
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted {
    /// One record a place, and an empty one that pads lists.
    pub record: Vec<Record>,
    pub id: Vec<u64>,
    /// Row of each place.
    pub order: Vec<u32>,
    /// Place of each row.
    pub place: Vec<u32>,
    /// Push of a wall at each place; empty when walls do not push.
    pub wall_um_per_min: Vec<f64>,
    pub blocks: Vec<Block>,
    pub couples: Couples,
    bins: Bins,
    cloud: [Vec<f32>; 4],
    skin_um: f64,
    /// Farthest that a cell moved since the lists were built, or more, µm.
    moved_um: f64,
    /// Most that a reach grew since then, µm.
    grown_um: f64,
    /// Travel that ticks of late asked for, µm.
    usual_um: f64,
    bin_um: Option<f64>,
}

/// How far cells may go before the lists end, when nothing is known, µm.
const FIRST_TRAVEL_UM: f64 = 0.5;
/// How far they may go where lists had to be built within a tick, at least and at most: daughters part by about that
/// much, and one more list costs as much as three evaluations over lists that are a little longer, µm.
const BUSY_TRAVEL_UM: [f64; 2] = [1.5, 3.0];
/// What a tick that begins with new lists keeps of the travel that the last one asked for.
const KEPT_TRAVEL: f64 = 0.9;
/// Shortest and longest travel that lists are built for, µm.
const TRAVEL_UM: [f64; 2] = [0.1, 100.0];
/// A record that no cell comes near.
const NOBODY: Record = Record([1e9, 1e9, 1e9, 0.0, 0.0, 0.0, 0.0, 0.0]);

/// What changed between the cells as they were known and as they are.
#[derive(Clone, Copy, Debug)]
struct Change {
    same: bool,
    moved2_um2: f64,
    grown_um: f64,
}

impl Sorted {
    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.id.len()
    }

    /// Takes the cells in; keeps the lists when they still hold. Returns whether they were built anew.
    pub(super) fn take_in(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws) -> bool {
        let holds = self.adopt(bodies, laws);
        if !holds {
            self.usual_um = (KEPT_TRAVEL * self.usual_um).max(FIRST_TRAVEL_UM);
            self.rebuild(bodies, laws, self.usual_um);
        }
        !holds
    }

    /// Builds lists within a tick, after cells went too far for the last ones.
    pub(super) fn rebuild_busy(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws, travel_um: f64) {
        let [least, most] = BUSY_TRAVEL_UM;
        let travel_um = travel_um.max(least);
        self.usual_um = travel_um.min(most);
        self.rebuild(bodies, laws, travel_um);
    }

    /// Whether the cells at two places touch or hold each other: nearer than both reaches.
    pub(super) fn in_contact(&self, me: usize, other: usize) -> bool {
        let (a, b) = (&self.record[me].0, &self.record[other].0);
        let [dx, dy, dz] = [0, 1, 2].map(|axis| a[axis] - b[axis]);
        let reach = a[4] + b[4];
        dx * dx + dy * dy + dz * dz < reach * reach
    }

    /// Rows in contact with the cell at a place, in no order that means anything.
    pub(super) fn contacts(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let near = self.blocks[place / CHUNK].list(place % CHUNK).as_flattened().iter();
        near.map(|other| *other as usize)
            .filter(move |other| *other < self.len() && self.in_contact(place, *other))
            .map(|other| self.order[other] as usize)
    }

    fn load_walls(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws) {
        self.wall_um_per_min.clear();
        if laws.walls == Walls::Pushing {
            let wall =
                |row: &u32| bodies.wall_um_per_min.at(*row as usize, bodies.kind[*row as usize]).max(0.0);
            self.wall_um_per_min.extend(self.order.iter().map(wall));
        }
    }

    /// Drops the lists.
    pub(super) fn forget(&mut self) {
        self.moved_um = f64::INFINITY;
    }

    /// How far every cell may still go before the lists end, µm.
    pub(super) fn slack_um(&self) -> f64 {
        0.5 * self.skin_um - self.moved_um - self.grown_um
    }

    /// Notes that no cell went farther than this.
    pub(super) fn note_move(&mut self, by_um: f64) {
        self.moved_um += by_um;
    }

    /// Finds how far the farthest cell really is from where it was when the lists were built: different cells may have
    /// been the farthest in different steps.
    pub(super) fn measure_move(&mut self) {
        let low = self.bins.low_um;
        let [x, y, z, _] = &self.cloud;
        let there = x.par_iter().zip(y).zip(z);
        let moved2_um2 = self.record[..self.id.len()]
            .par_iter()
            .zip(there)
            .with_min_len(CHUNK)
            .map(|(record, ((x, y), z))| {
                let [dx, dy, dz] = [(0, *x), (1, *y), (2, *z)]
                    .map(|(axis, from)| record.0[axis] - low[axis] - f64::from(from));
                dx * dx + dy * dy + dz * dz
            })
            .reduce(|| 0.0, f64::max);
        self.moved_um = self.moved_um.min(moved2_um2.sqrt() + self.rounding_um());
    }

    /// More than a centre loses when it is written as f32 from the lowest corner on, µm.
    fn rounding_um(&self) -> f64 {
        let size = self.bins.n.into_iter().max().unwrap_or(0) as f64 * self.bins.edge_um();
        1e-3 + 1e-6 * size
    }

    /// Puts a column of places into the order of rows.
    pub(super) fn put_in_rows(&self, places: &[[f64; 3]], rows: &mut [[f64; 3]]) {
        let each = rows.par_iter_mut().zip(&self.place).with_min_len(CHUNK);
        each.for_each(|(row, place)| *row = places[*place as usize]);
    }

    /// Puts a column of rows into the order of places.
    pub(super) fn put_in_places(&self, rows: &[[f64; 3]], places: &mut [[f64; 3]]) {
        let each = places.par_iter_mut().zip(&self.order).with_min_len(CHUNK);
        each.for_each(|(place, row)| *place = rows[*row as usize]);
    }

    /// Ordered pairs on the lists.
    pub(super) fn pairs(&self) -> u64 {
        self.blocks.iter().map(|block| block.pairs).sum()
    }

    /// Reads all rows anew into the old order; false when they are not the same cells or went too far.
    fn adopt(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws) -> bool {
        if self.id.len() != bodies.id.len() || self.bin_um != laws.bin_um || self.slack_um() < 0.0 {
            return false;
        }
        let (order, id) = (&self.order, &self.id);
        let change = self.record[..id.len()]
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(chunk, records)| adopt_chunk(bodies, order, id, chunk * CHUNK, records))
            .reduce(
                || Change { same: true, moved2_um2: 0.0, grown_um: 0.0 },
                |a, b| Change {
                    same: a.same && b.same,
                    moved2_um2: a.moved2_um2.max(b.moved2_um2),
                    grown_um: a.grown_um.max(b.grown_um),
                },
            );
        self.moved_um += change.moved2_um2.sqrt();
        self.grown_um += change.grown_um;
        self.load_walls(bodies, laws);
        change.same && self.slack_um() >= 0.0
    }

    /// Sorts all rows into bins and builds lists that hold while no cell goes farther than `travel_um`.
    fn rebuild(&mut self, bodies: &Bodies<'_>, laws: &MotionLaws, travel_um: f64) {
        let n = bodies.id.len();
        let travel_um = travel_um.clamp(TRAVEL_UM[0], TRAVEL_UM[1]);
        (self.skin_um, self.moved_um, self.grown_um) = (2.0 * travel_um, 0.0, 0.0);
        self.bin_um = laws.bin_um;
        let reach_um = 2.0 * widest(bodies) + self.skin_um + 0.01;
        let [x, y, z] = &bodies.position_um;
        self.bins.sort([x, y, z], laws.bin_um.unwrap_or(reach_um), &mut self.order, &mut self.place);
        self.load(bodies);
        self.load_walls(bodies, laws);
        let extra_um = self.fill_cloud();
        let [x, y, z, s] = &self.cloud;
        let scene = Scene {
            bins: &self.bins,
            cloud: Cloud { x, y, z, s },
            record: &self.record,
            around: (reach_um / self.bins.edge_um()).ceil().max(1.0) as usize,
            extra_um,
        };
        lists::build(&scene, n, &mut self.blocks);
        self.couples.of_lists(&self.blocks, n);
    }

    fn load(&mut self, bodies: &Bodies<'_>) {
        let n = self.order.len();
        fit(&mut self.record, n + 1, NOBODY);
        self.record[n] = NOBODY;
        fit(&mut self.id, n, 0);
        let order = &self.order;
        self.record[..n].par_iter_mut().zip(&mut self.id).zip(order).with_min_len(512).for_each(
            |((record, id), row)| {
                *record = record_of(bodies, *row as usize);
                *id = bodies.id[*row as usize];
            },
        );
    }

    /// Copies centres and reaches to f32; returns skin and rounding error, µm.
    fn fill_cloud(&mut self) -> f32 {
        let n = self.order.len();
        let low = self.bins.low_um;
        for (axis, column) in self.cloud.iter_mut().enumerate() {
            column.clear();
            room_for(column, n + WIDE);
            match low.get(axis) {
                Some(from) => {
                    column.extend(self.record[..n].iter().map(|record| (record.0[axis] - from) as f32));
                }
                None => column.extend(self.record[..n].iter().map(|record| span(record) as f32)),
            }
            column.resize(n + WIDE, f32::INFINITY);
        }
        (self.skin_um + self.rounding_um()) as f32
    }
}

fn adopt_chunk(
    bodies: &Bodies<'_>,
    order: &[u32],
    ids: &[u64],
    first: usize,
    records: &mut [Record],
) -> Change {
    let mut change = Change { same: true, moved2_um2: 0.0, grown_um: 0.0 };
    for (k, record) in records.iter_mut().enumerate() {
        let row = order[first + k] as usize;
        change.same &= bodies.id[row] == ids[first + k];
        let now = record_of(bodies, row);
        let [dx, dy, dz] = [0, 1, 2].map(|axis| now.0[axis] - record.0[axis]);
        change.moved2_um2 = change.moved2_um2.max(dx * dx + dy * dy + dz * dz);
        change.grown_um = change.grown_um.max(span(&now) - span(record));
        // Most often nothing changed since this was last asked: then the line need not go back to memory.
        let differing =
            now.0.iter().zip(&record.0).fold(0, |bits, (a, b)| bits | (a.to_bits() ^ b.to_bits()));
        if differing != 0 {
            *record = now;
        }
    }
    change
}

/// The farthest that a cell touches or holds, µm.
fn span(record: &Record) -> f64 {
    record.0[3].max(record.0[4])
}

/// The record of a row.
#[inline]
fn record_of(bodies: &Bodies<'_>, row: usize) -> Record {
    let kind = bodies.kind[row];
    let [x, y, z] = bodies.at_um(row);
    let radius = bodies.radius_um[row];
    let death = (bodies.state[row] as u32) << DEATH_SHIFT;
    let fixed = if bodies.is_movable(row) { 0 } else { FIXED };
    let root = |coefficient: f64| coefficient.clamp(0.0, COEFFICIENT_LIMIT).sqrt();
    let fields: [f64; LANES] = [
        x,
        y,
        z,
        radius,
        radius * bodies.adhesion_reach.at(row, kind),
        root(bodies.repulsion_um_per_min.at(row, kind)),
        root(bodies.adhesion_um_per_min.at(row, kind)),
        f64::from(u32::from(kind) | death | fixed),
    ];
    Record(fields)
}

/// Widest reach or radius of a cell, µm.
fn widest(bodies: &Bodies<'_>) -> f64 {
    let reach = |row: usize| bodies.radius_um[row] * bodies.adhesion_reach.at(row, bodies.kind[row]).max(1.0);
    (0..bodies.id.len()).map(reach).fold(0.0, f64::max)
}
