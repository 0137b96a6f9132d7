//! One evaluation of all velocities but the walk: contact, springs and joints, walls; then what may not move is stopped.

use super::bodies::{MotionLaws, PairLaw};
use super::contact::{self, Crowd, FIXED, Peak, Variant};
use super::lists::CHUNK;
use super::simd::Isa;
use super::sorted::Sorted;
use super::springs::Ties;
use super::walls;
use rayon::prelude::*;

/// What stays the same over a tick.
#[derive(Clone, Debug, Default)]
pub(super) struct Forces {
    /// √(α_ij α_ji); empty when all are 1.
    affinity: Vec<f64>,
    pub ties: Ties,
}

impl Forces {
    /// Reads the affinities.
    pub(super) fn begin(&mut self, laws: &MotionLaws) {
        self.affinity.clear();
        if laws.affinity.iter().any(|affinity| *affinity != 1.0) {
            let n = laws.n_kinds;
            let at =
                |i: usize, j: usize| (laws.affinity[i * n + j] * laws.affinity[j * n + i]).max(0.0).sqrt();
            self.affinity.extend((0..n * n).map(|ij| at(ij / n, ij % n)));
        }
    }

    /// Finds the velocity of every place, chunk by chunk, and hands each chunk to `take` with its first place and its
    /// share of `own`; `stiff` asks for the stiffness as well. Returns the peaks and the largest value that `take` gave.
    pub(super) fn evaluate<O: Send>(
        &self,
        (sorted, laws): (&Sorted, &MotionLaws),
        stiff: bool,
        own: impl IndexedParallelIterator<Item = O>,
        take: impl Fn(O, usize, &[[f64; 3]]) -> f64 + Sync,
    ) -> (Peak, f64) {
        let crowd = Crowd {
            record: &sorted.record,
            id: &sorted.id,
            affinity: &self.affinity,
            n_kinds: laws.n_kinds,
            plane: laws.plane,
        };
        let variant = Variant {
            isa: Isa::of_tissue(sorted.len()),
            linear: laws.pair == PairLaw::Linear,
            kinds: !self.affinity.is_empty(),
            stiff,
        };
        own.zip(&sorted.blocks)
            .enumerate()
            .map(|(chunk, (own, block))| {
                let first = chunk * CHUNK;
                let (mut v, mut stiffness) = ([[0.0; 3]; CHUNK], [0.0; CHUNK]);
                let out = &mut v[..block.n_cells()];
                if sorted.blocks.len() == 1 {
                    sorted.couples.pull(variant, &crowd, out, &mut stiffness);
                } else {
                    contact::pull(variant, &crowd, first, block, out, &mut stiffness);
                }
                self.ties.pull(sorted, first, out, &mut stiffness);
                let wall = sorted.wall_um_per_min.get(first..).unwrap_or_default();
                walls::push(laws, &sorted.record[first..], wall, out, &mut stiffness);
                stop(laws.plane, &sorted.record[first..], out);
                (peak(out, &stiffness), take(own, first, out))
            })
            .reduce(|| (Peak::default(), 0.0), |a, b| (a.0.or(b.0), a.1.max(b.1)))
    }
}

/// Stops the cells that may not move, and all cells along z in a plane.
fn stop(plane: bool, records: &[super::simd::Record], out: &mut [[f64; 3]]) {
    for (v, record) in out.iter_mut().zip(records) {
        if record.0[7] as u32 & FIXED != 0 {
            *v = [0.0; 3];
        }
        if plane {
            v[2] = 0.0;
        }
    }
}

fn peak(out: &[[f64; 3]], stiffness: &[f64]) -> Peak {
    let speed2 = out.iter().map(|v| v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).fold(0.0, f64::max);
    Peak { speed2, stiffness: stiffness[..out.len()].iter().copied().fold(0.0, f64::max) }
}
