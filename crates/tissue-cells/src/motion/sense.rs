//! What a cell feels of its neighbours: pressure and contacts.
//!
//! Pressure Σ (1 − d/R)²⁺ / 0.027288820670331 with R = R_i + R_j; a contact is a cell at d < S = f_i R_i + f_j R_j,
//! decided in f64 on squares. Cells that may not move feel as well (PhysiCell leaves theirs stale, its quirk 12).
//! Reference: PhysiCell 1.14, doi 10.1371/journal.pcbi.1005991. Proved by `tests/motion_exact.rs`:
//! `contacts_are_those_of_brute_force`.

use super::bodies::{Bodies, Felt, MotionLaws};
use super::contact::{DEAD, NEAREST_UM};
use super::grain::SHIFT;
use super::lists::{Block, CHUNK};
use super::scratch::Scratch;
use super::simd::{Isa, LANES, Lanes, Record, dispatch};
use rayon::prelude::*;

/// PhysiCell's unit of simple pressure: (1 − d/R)² of cells at the distance of a close packing.
pub const PRESSURE_UNIT: f64 = 0.027_288_820_670_331;

/// Counts of one tick, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pressure: Vec<f64>,
    /// `[place × 2 n_kinds]`: live contacts of each kind, then dead ones.
    contacts: Vec<u16>,
}

/// Reads pressure and contacts at the present positions.
pub fn sense(bodies: &Bodies<'_>, laws: &MotionLaws, scratch: &mut Scratch, felt: &mut Felt<'_>) {
    bodies.assert_shapes(laws);
    if bodies.id.is_empty() {
        return;
    }
    scratch.sorted.take_in(bodies, laws);
    let n_kinds = laws.n_kinds.max(1);
    count(n_kinds, scratch);
    let (place, counts) = (&scratch.sorted.place, &scratch.felt);
    let of = |row: usize, kinds: core::ops::Range<usize>| -> f64 {
        let from = place[row] as usize * 2 * n_kinds;
        counts.contacts[from + kinds.start..from + kinds.end].iter().map(|n| f64::from(*n)).sum()
    };
    fill(felt.pressure, |row| counts.pressure[place[row] as usize]);
    fill(felt.live, |row| of(row, 0..n_kinds));
    fill(felt.dead, |row| of(row, n_kinds..2 * n_kinds));
    for (kind, column) in felt.of_kind.iter_mut().enumerate() {
        fill(column, |row| of(row, kind..kind + 1) + of(row, n_kinds + kind..n_kinds + kind + 1));
    }
}

fn fill(column: &mut [f64], value: impl Fn(usize) -> f64 + Sync) {
    column.par_iter_mut().enumerate().with_min_len(CHUNK).for_each(|(row, out)| *out = value(row));
}

fn count(n_kinds: usize, scratch: &mut Scratch) {
    let n = scratch.sorted.len();
    scratch.felt.pressure.resize(n, 0.0);
    scratch.felt.contacts.resize(n * 2 * n_kinds, 0);
    let record = &scratch.sorted.record[..];
    let isa = Isa::detect();
    let pressure = scratch.felt.pressure.par_chunks_mut(CHUNK);
    let contacts = scratch.felt.contacts.par_chunks_mut(CHUNK * 2 * n_kinds);
    pressure.zip(contacts).zip(&scratch.sorted.blocks).enumerate().for_each(
        |(chunk, ((pressure, contacts), block))| {
            let first = chunk * CHUNK;
            contacts.fill(0);
            dispatch!(isa, feel [] (record: &[Record], first: usize, block: &Block, n_kinds: usize,
                pressure: &mut [f64], contacts: &mut [u16]) -> ());
        },
    );
}

#[inline(always)]
fn feel<L: Lanes>(
    record: &[Record],
    first: usize,
    block: &Block,
    n_kinds: usize,
    pressure: &mut [f64],
    contacts: &mut [u16],
) {
    let columns = contacts.chunks_exact_mut(2 * n_kinds);
    for ((k, list), (pressure, contacts)) in block.lists().enumerate().zip(pressure.iter_mut().zip(columns)) {
        let own = record[first + k].0.map(L::splat);
        let mut sum = L::splat(0.0);
        for near in list {
            let other = L::columns(record, near);
            let d = [own[0] - other[0], own[1] - other[1], own[2] - other[2]];
            let d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            let (touch, reach) = (own[3] + other[3], own[4] + other[4]);
            sum = sum + squeeze(d2, touch);
            tally(d2.below(reach * reach), other[7], n_kinds, contacts);
        }
        *pressure = sum.sum() / PRESSURE_UNIT;
    }
}

/// (1 − d/R)² where cells overlap, rounded to the grid of sums.
#[inline(always)]
fn squeeze<L: Lanes>(d2: L, touch: L) -> L {
    let d2 = d2.max(L::splat(NEAREST_UM * NEAREST_UM));
    let overlap = (L::splat(1.0) - d2 * d2.inverse_root() * touch.inverse()).max(L::splat(0.0));
    (overlap * overlap + L::splat(SHIFT)) - L::splat(SHIFT)
}

/// Counts the contacts of a batch by kind.
#[inline(always)]
fn tally<L: Lanes>(hits: u8, tags: L, n_kinds: usize, contacts: &mut [u16]) {
    let tags = tags.to_array();
    let mut hits = u32::from(hits);
    while hits != 0 {
        let tag = tags[hits.trailing_zeros() as usize & (LANES - 1)] as u32;
        let dead = if tag & DEAD == 0 { 0 } else { n_kinds };
        contacts[dead + (tag & 0xFFFF) as usize] += 1;
        hits &= hits - 1;
    }
}
