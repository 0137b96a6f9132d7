//! What a cell feels of its neighbours: pressure and contacts.
//!
//! Pressure Σ (1 − d/R)²⁺ / 0.027288820670331 with R = R_i + R_j; a contact is a cell at d < S = f_i R_i + f_j R_j,
//! decided in f64 on squares. Cells that may not move feel as well (PhysiCell leaves theirs stale, its quirk 12).
//! Reference: PhysiCell 1.14, doi 10.1371/journal.pcbi.1005991. Proved by `tests/motion_exact.rs`:
//! `contacts_are_those_of_brute_force`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::bodies::{Bodies, MotionLaws};
use super::contact::{DEATH_SHIFT, NEAREST_UM};
use super::grain::SHIFT;
use super::lists::{Block, CHUNK};
use super::scratch::Scratch;
use super::simd::{Isa, LANES, Lanes, Record, dispatch};
use rayon::prelude::*;
use vesicle_base::columns::fit;

/// PhysiCell's unit of simple pressure: (1 − d/R)² of cells at the distance of a close packing.
pub const PRESSURE_UNIT: f64 = 0.027_288_820_670_331;

/// Whom the cells touched when [`sense`] last ran. The pressure lies in the first component of [`Scratch::v`], which
/// nobody reads between two moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Touches {
    /// `[place × columns]`: live contacts of each kind, apoptotic ones, necrotic ones; empty when nobody asked.
    contacts: Vec<u16>,
    n_kinds: usize,
}

/// What the cells felt, by row, until they move.
#[derive(Clone, Copy, Debug)]
pub struct Felt<'a> {
    pressure: &'a [[f64; 3]],
    touches: &'a Touches,
    /// Place of each row.
    place: &'a [u32],
}

impl Felt<'_> {
    /// Simple pressure on a row.
    pub fn pressure(&self, row: usize) -> f64 {
        self.pressure[self.place[row] as usize][0]
    }

    /// Live cells of a kind in contact with a row.
    pub fn live_of_kind(&self, row: usize, kind: u16) -> u32 {
        u32::from(self.of(row)[usize::from(kind)])
    }

    /// Live cells in contact with a row.
    pub fn live(&self, row: usize) -> u32 {
        self.of(row)[..self.touches.n_kinds].iter().map(|n| u32::from(*n)).sum()
    }

    /// Apoptotic cells in contact with a row.
    pub fn apoptotic(&self, row: usize) -> u32 {
        u32::from(self.of(row)[self.touches.n_kinds])
    }

    /// Necrotic cells in contact with a row, swelling or burst.
    pub fn necrotic(&self, row: usize) -> u32 {
        u32::from(self.of(row)[self.touches.n_kinds + 1])
    }

    fn of(&self, row: usize) -> &[u16] {
        let columns = self.touches.n_kinds + 2;
        &self.touches.contacts[self.place[row] as usize * columns..][..columns]
    }
}

/// Finds everybody near everybody at the present positions.
pub(super) fn look(bodies: &Bodies<'_>, laws: &MotionLaws, scratch: &mut Scratch) {
    bodies.assert_shapes(laws);
    if !bodies.id.is_empty() {
        scratch.sorted.take_in(bodies, laws);
    }
}

/// Reads pressure, and contacts when asked to count them, at the present positions.
pub fn sense<'a>(
    bodies: &Bodies<'_>,
    laws: &MotionLaws,
    count_contacts: bool,
    scratch: &'a mut Scratch,
) -> Felt<'a> {
    look(bodies, laws, scratch);
    let n = bodies.id.len();
    let columns = if count_contacts { laws.n_kinds + 2 } else { 0 };
    scratch.touches.n_kinds = laws.n_kinds;
    fit(&mut scratch.touches.contacts, n * columns, 0);
    fit(&mut scratch.v, n, [0.0; 3]);
    let record = &scratch.sorted.record[..];
    let isa = Isa::of_tissue(n);
    let pressure = scratch.v.par_chunks_mut(CHUNK).zip(&scratch.sorted.blocks).enumerate();
    if count_contacts {
        let contacts = scratch.touches.contacts.par_chunks_mut(CHUNK * columns);
        pressure.zip(contacts).for_each(|((chunk, (pressure, block)), contacts)| {
            let first = chunk * CHUNK;
            contacts.fill(0);
            dispatch!(isa, feel [true] (record: &[Record], first: usize, block: &Block,
                pressure: &mut [[f64; 3]], contacts: &mut [u16]) -> ());
        });
    } else {
        pressure.for_each(|(chunk, (pressure, block))| {
            let (first, contacts) = (chunk * CHUNK, &mut []);
            dispatch!(isa, feel [false] (record: &[Record], first: usize, block: &Block,
                pressure: &mut [[f64; 3]], contacts: &mut [u16]) -> ());
        });
    }
    scratch.felt()
}

impl Scratch {
    /// What [`sense`] found; holds until the cells move.
    pub(crate) fn felt(&self) -> Felt<'_> {
        Felt { pressure: &self.v, touches: &self.touches, place: &self.sorted.place }
    }
}

#[inline(always)]
fn feel<L: Lanes, const COUNT: bool>(
    record: &[Record],
    first: usize,
    block: &Block,
    pressure: &mut [[f64; 3]],
    contacts: &mut [u16],
) {
    let columns = contacts.len() / pressure.len().max(1);
    for ((k, list), pressure) in block.lists().enumerate().zip(pressure) {
        let own = L::spread(&record[first + k]);
        let mut sum = L::splat(0.0);
        for near in list {
            let other = L::columns(record, near);
            let d = [own[0] - other[0], own[1] - other[1], own[2] - other[2]];
            let d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            sum = sum + squeeze(d2, own[3] + other[3]);
            if COUNT {
                let reach = own[4] + other[4];
                tally(d2.below(reach * reach), other[7], &mut contacts[k * columns..][..columns]);
            }
        }
        pressure[0] = sum.sum() / PRESSURE_UNIT;
    }
}

/// (1 − d/R)² where cells overlap, rounded to the grid of sums.
#[inline(always)]
fn squeeze<L: Lanes>(d2: L, touch: L) -> L {
    let d2 = d2.max(L::splat(NEAREST_UM * NEAREST_UM));
    let overlap = (L::splat(1.0) - d2 * d2.inverse_root() * touch.inverse()).max(L::splat(0.0));
    (overlap * overlap + L::splat(SHIFT)) - L::splat(SHIFT)
}

/// Counts the contacts of a batch by kind, the dead by their death: all lanes of one tag at once, so that a batch of
/// one kind costs one addition.
#[inline(always)]
fn tally<L: Lanes>(hits: u8, tags: L, contacts: &mut [u16]) {
    let each = tags.to_array();
    let n_kinds = contacts.len() - 2;
    let mut hits = hits;
    while hits != 0 {
        let tag = each[hits.trailing_zeros() as usize & (LANES - 1)];
        let same = hits & !(tags.below(L::splat(tag)) | L::splat(tag).below(tags));
        let tag = tag as u32;
        let column = match (tag >> DEATH_SHIFT) & 3 {
            0 => (tag & 0xFFFF) as usize,
            1 => n_kinds,
            _ => n_kinds + 1,
        };
        contacts[column] += same.count_ones() as u16;
        hits &= !same;
    }
}
