//! Every two cells that may be near each other once, for a tissue that is small enough to be one chunk.
//!
//! Short lists leave most lanes of a batch empty, and what goes once per cell costs more than its pairs. Here pairs of
//! all cells stand one after the other, eight to a batch, and what one cell takes the other gives. The sums are those of
//! [`super::contact`], bit by bit: terms are grained, so that neither order nor sign can show.
//! Proved by `tests/motion_exact.rs`: `small_and_large_tissues_agree`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::contact::{Crowd, Met, Variant, for_variant, meet, row_sum};
use super::lists::Block;
use super::simd::{LANES, Lanes, dispatch};
use core::cell::RefCell;

/// Pairs that follow on each other in the lists are put this far apart, so that sums of one cell need not wait for
/// each other.
const STRIDE: usize = 16;

/// Places of each two cells that may be near each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Couples {
    n: usize,
    /// Lower and higher places; the last batch is padded with a cell and nobody.
    places: Vec<[[u32; LANES]; 2]>,
}

thread_local! {
    static LISTED: RefCell<Vec<[u32; 2]>> = RefCell::default();
    static STIFF: RefCell<Vec<[f64; 6]>> = RefCell::default();
}

impl Couples {
    /// Takes the pairs of the lists when they are of one chunk.
    pub(super) fn of_lists(&mut self, blocks: &[Block], n_cells: usize) {
        self.places.clear();
        self.n = 0;
        let [block] = blocks else { return };
        LISTED.with_borrow_mut(|listed| {
            listed.clear();
            for (me, list) in (0_u32..).zip(block.lists()) {
                let later = |other: &&u32| **other > me && (**other as usize) < n_cells;
                listed.extend(list.as_flattened().iter().filter(later).map(|other| [me, *other]));
            }
            self.n = listed.len();
            let apart = (0..STRIDE).flat_map(|from| listed.iter().skip(from).step_by(STRIDE));
            let mut batch = [[0; LANES], [n_cells as u32; LANES]];
            for (k, [me, other]) in apart.enumerate() {
                let lane = k % LANES;
                (batch[0][lane], batch[1][lane]) = (*me, *other);
                if lane == LANES - 1 || k + 1 == self.n {
                    self.places.push(batch);
                    batch = [[0; LANES], [n_cells as u32; LANES]];
                }
            }
        });
    }

    /// Writes the contact velocity of all cells to `out`, and their ‖K‖∞ to `stiffness` when asked.
    pub(super) fn pull(
        &self,
        variant: Variant,
        crowd: &Crowd<'_>,
        out: &mut [[f64; 3]],
        stiffness: &mut [f64],
    ) {
        out.fill([0.0; 3]);
        STIFF.with_borrow_mut(|stiff| {
            for_variant!(variant, once(couples: &Couples = self, crowd: &Crowd<'_> = crowd,
                out: &mut [[f64; 3]] = out, stiff: &mut Vec<[f64; 6]> = stiff));
            if variant.stiff {
                stiffness.iter_mut().zip(stiff).for_each(|(sum, k)| *sum = row_sum(*k));
            }
        });
    }
}

#[inline(always)]
fn once<L: Lanes, const LINEAR: bool, const KINDS: bool, const STIFF: bool>(
    couples: &Couples,
    crowd: &Crowd<'_>,
    out: &mut [[f64; 3]],
    stiff: &mut Vec<[f64; 6]>,
) {
    if STIFF {
        stiff.clear();
        stiff.resize(out.len(), [0.0; 6]);
    }
    for (batch, [mine, theirs]) in couples.places.iter().enumerate() {
        let own = L::columns(crowd.record, mine);
        let met: Met<L> = meet::<L, LINEAR, KINDS, STIFF>(crowd, own, mine, theirs);
        let n = LANES.min(couples.n - batch * LANES);
        let ends = || mine.iter().zip(theirs).map(|(a, b)| (*a as usize, *b as usize)).take(n).enumerate();
        let [x, y, z] = &met.v;
        let v = [x.to_array(), y.to_array(), z.to_array()];
        for (lane, (a, b)) in ends() {
            for axis in 0..3 {
                out[a][axis] += v[axis][lane];
                out[b][axis] -= v[axis][lane];
            }
        }
        if STIFF {
            let [xx, yy, zz, xy, xz, yz] = &met.k;
            let k =
                [xx.to_array(), yy.to_array(), zz.to_array(), xy.to_array(), xz.to_array(), yz.to_array()];
            for (lane, (a, b)) in ends() {
                for part in 0..6 {
                    stiff[a][part] += k[part][lane];
                    stiff[b][part] += k[part][lane];
                }
            }
        }
    }
}
