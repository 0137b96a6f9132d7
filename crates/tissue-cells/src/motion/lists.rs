//! Who may be near whom: for every cell a list of all cells within both reaches and a skin.
//!
//! Lists are supersets; kernels decide by the exact distance. They hold until cells moved or grew by half the skin
//! (Verlet 1967, doi 10.1103/PhysRev.159.98). The test while building runs in f32, widened by its own rounding
//! error, so that nobody is missed. Proved by `all_neighbours_are_found`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::bins::Bins;
use super::simd::{Cloud, Isa, LANES, Lanes, Record, WIDE, dispatch};
use core::cell::RefCell;
use rayon::prelude::*;

/// Cells per chunk: one task, one block of lists.
pub(super) const CHUNK: usize = 256;

/// The lists of one chunk of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// Places of neighbours, each cell's padded with the number of cells to whole batches.
    near: Vec<[u32; LANES]>,
    /// End of each cell's batches in `near`.
    end: Vec<u32>,
    /// Ordered pairs on the lists.
    pub pairs: u64,
}

/// Working memory of a thread that builds.
#[derive(Debug, Default)]
struct Desk {
    found: Vec<u32>,
    stretches: Vec<[u32; 2]>,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

impl Block {
    /// Cells of the chunk.
    pub(super) fn n_cells(&self) -> usize {
        self.end.len()
    }

    /// Batches of neighbours of one cell of the chunk.
    pub(super) fn list(&self, cell: usize) -> &[[u32; LANES]] {
        let from = if cell == 0 { 0 } else { self.end[cell - 1] as usize };
        &self.near[from..self.end[cell] as usize]
    }

    /// Batches of neighbours of each cell of the chunk, in order.
    #[inline(always)]
    pub(super) fn lists(&self) -> impl Iterator<Item = &[[u32; LANES]]> {
        let mut from = 0;
        self.end.iter().map(move |end| {
            let list = &self.near[from..*end as usize];
            from = *end as usize;
            list
        })
    }
}

/// What a build reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub bins: &'a Bins,
    /// Positions in bin order, µm.
    pub cloud: Cloud<'a>,
    /// The same cells with their exact positions, which decided about their bins.
    pub record: &'a [Record],
    /// Bins to look into on each side.
    pub around: usize,
    /// Skin and rounding, µm.
    pub extra_um: f32,
}

/// Builds the lists of `n_cells` cells.
pub(super) fn build(scene: &Scene<'_>, n_cells: usize, blocks: &mut Vec<Block>) {
    blocks.resize_with(n_cells.div_ceil(CHUNK), Block::default);
    let isa = Isa::of_tissue(n_cells);
    blocks.par_iter_mut().enumerate().for_each(|(chunk, block)| {
        let cells = [chunk * CHUNK, n_cells.min((chunk + 1) * CHUNK)];
        let n = n_cells as u32;
        DESK.with_borrow_mut(|desk| {
            dispatch!(isa, fill [] (scene: &Scene<'_>, cells: [usize; 2], n: u32, block: &mut Block,
                desk: &mut Desk) -> ());
        });
    });
}

#[inline(always)]
fn fill<L: Lanes>(scene: &Scene<'_>, cells: [usize; 2], none: u32, block: &mut Block, desk: &mut Desk) {
    block.near.clear();
    block.end.clear();
    block.pairs = 0;
    let mut at = [usize::MAX; 3];
    for (me, record) in (cells[0]..).zip(&scene.record[cells[0]..cells[1]]) {
        let bin = scene.bins.bin([record.0[0], record.0[1], record.0[2]]);
        if bin != at {
            at = bin;
            stretches(scene, at, &mut desk.stretches);
        }
        let n = search::<L>(scene, me, &desk.stretches, &mut desk.found);
        block.pairs += n as u64;
        let end = n.next_multiple_of(LANES);
        desk.found[n..end].fill(none);
        let batches = desk.found[..end].as_chunks::<LANES>().0;
        if block.near.len() + batches.len() > block.near.capacity() {
            // By sixteenths instead of doubling: lists are most of what motion remembers.
            block.near.reserve_exact(batches.len() + (block.near.len() / 16).max(32));
        }
        block.near.extend(batches);
        block.end.push(block.near.len() as u32);
    }
}

/// Stretches of places that hold everybody within reach of a bin.
fn stretches(scene: &Scene<'_>, at: [usize; 3], out: &mut Vec<[u32; 2]>) {
    let span = |axis: usize| {
        let (middle, last) = (at[axis], scene.bins.n[axis] - 1);
        (middle.saturating_sub(scene.around), (middle + scene.around).min(last))
    };
    let ((x0, x1), (y0, y1), (z0, z1)) = (span(0), span(1), span(2));
    out.clear();
    for z in z0..=z1 {
        for y in y0..=y1 {
            let stretch = scene.bins.stretch(x0, x1, y, z);
            if stretch[0] < stretch[1] {
                out.push(stretch);
            }
        }
    }
}

/// Writes everybody near `me` to the front of `found` and returns how many.
#[inline(always)]
fn search<L: Lanes>(scene: &Scene<'_>, me: usize, stretches: &[[u32; 2]], found: &mut Vec<u32>) -> usize {
    let Cloud { x, y, z, s } = scene.cloud;
    let probe = [x[me], y[me], z[me], s[me] + scene.extra_um];
    let most: usize = stretches.iter().map(|s| (s[1] - s[0]) as usize).sum::<usize>() + 2 * WIDE;
    if found.len() < most {
        found.resize(most, 0);
    }
    let mut n = 0;
    for [from, to] in stretches {
        let mut base = *from as usize;
        while base < *to as usize {
            let mut hits = L::within(&scene.cloud, base, probe);
            let left = *to as usize - base;
            if left < WIDE {
                hits &= (1 << left) - 1;
            }
            if me.wrapping_sub(base) < WIDE {
                hits &= !(1 << (me - base));
            }
            let out = found[n..].first_chunk_mut().expect("room for every candidate and a batch");
            L::pack(base as u32, hits, out);
            n += hits.count_ones() as usize;
            base += WIDE;
        }
    }
    n
}
