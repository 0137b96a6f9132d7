//! Passes over a grid as one long row: for rows so short that their ends would cost more than their middle, and for obstacles.
//!
//! Each voxel knows its link to the one before it along each axis; where there is none, beyond an edge or at an obstacle, the
//! link is 0, so that no voxel is a case of its own. A fixed side is a loss, its value the caller's.

use super::kernel::{self, Across, Collect, Factors, Voxels};
use crate::elliptic::Equation;
use crate::field::Common;
use crate::isa::Isa;
use std::ops::Range;

/// Rows shorter than this are passed over together.
const SHORT: usize = 32;

/// Links and losses by voxel.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    /// Voxels to the neighbour before, by axis.
    strides: [usize; 3],
    /// Link to the neighbour before, 1/min, by axis; beyond the last voxel zeros, one stride of them.
    links: [Vec<f64>; 3],
    /// Loss and what leaves through fixed sides, 1/min.
    loss: Vec<f64>,
    /// Whether there is more than one layer.
    is_deep: bool,
}

impl Flat {
    /// Whether a field is better passed over so.
    pub fn suits(equation: &Equation) -> bool {
        equation.common.solid.is_some() || equation.common.grid.n[0] < SHORT
    }

    /// Takes on links and losses.
    pub fn set(&mut self, common: &Common, link: [f64; 3], is_fixed: [bool; 6], loss: &[f64]) {
        let n = common.grid.n;
        let is_open = |voxel: usize| common.solid.is_none_or(|solid| !solid[voxel]);
        self.strides = [1, n[0], n[0] * n[1]];
        self.is_deep = n[2] > 1;
        self.loss.clear();
        self.loss.extend_from_slice(loss);
        for axis in 0..3 {
            let (links, stride) = (&mut self.links[axis], self.strides[axis]);
            links.clear();
            links.resize(loss.len() + stride, 0.0);
            for (voxel, loss) in self.loss.iter_mut().enumerate() {
                let along = voxel / stride % n[axis];
                if along > 0 && is_open(voxel) && is_open(voxel - stride) {
                    links[voxel] = link[axis];
                }
                let ends = [along == 0 && is_fixed[2 * axis], along + 1 == n[axis] && is_fixed[2 * axis + 1]];
                *loss += ends.iter().filter(|is_end| **is_end).count() as f64 * 2.0 * link[axis];
            }
        }
    }

    /// Zeros that columns hold before their first and after their last voxel.
    pub fn halo(&self) -> usize {
        self.strides[if self.is_deep { 2 } else { 1 }]
    }

    /// Puts the new values of the voxels of `range` into `to`, which holds these alone; `from` has its halo.
    pub fn run(
        &self,
        isa: Isa,
        range: Range<usize>,
        factors: Factors,
        from: &[f64],
        to: &mut [f64],
        collect: Option<Collect>,
    ) {
        let (n, halo) = (range.len(), self.halo());
        let own = &from[range.start + halo..][..n];
        let axis = |axis: usize| {
            let (stride, links) = (self.strides[axis], &self.links[axis]);
            Across {
                before: &from[range.start + halo - stride..][..n],
                after: &from[range.start + halo + stride..][..n],
                link_before: &links[range.clone()],
                link_after: &links[range.start + stride..][..n],
            }
        };
        let voxels = Voxels { u: own, loss: &self.loss[range.clone()] };
        if self.is_deep {
            kernel::run_flat(isa, &voxels, [axis(0), axis(1), axis(2)], factors, to, collect);
        } else {
            kernel::run_flat(isa, &voxels, [axis(0), axis(1)], factors, to, collect);
        }
    }
}
