//! The operator −A = λ + U − D ∇² of one field on its grid, and passes over the grid with it.
#![allow(unsafe_code)]

use super::flat::Flat;
use super::kernel::{self, Collect, Factors, Near, Row};
use crate::elliptic::Equation;
use crate::isa::Isa;
use crate::reduce;
use crate::team::{self, Shared};
use std::ops::Range;

/// Voxels of one task, about.
const TASK: usize = 1 << 13;

/// Losses and links of one field; nothing beyond fixed sides, whose values are the caller's.
#[derive(Clone, Debug, Default)]
pub struct Operator {
    n: [usize; 3],
    /// D/Δx² of each axis, 1/min; 0 for an axis of one voxel.
    link: [f64; 3],
    fixed: [bool; 6],
    /// λ + U, 1/min.
    loss: Vec<f64>,
    /// What lies beyond a fixed side.
    zeros: Vec<f64>,
    /// Links of each voxel, where rows are short or broken.
    flat: Flat,
    is_flat: bool,
}

/// What a pass leaves behind besides its result.
pub struct Collected<'a> {
    /// End and mean.
    pub sums: [&'a mut [f64]; 2],
    /// For each of them, the factors of the old and of the new term.
    pub factors: [[f64; 2]; 2],
}

impl Operator {
    /// Takes on the rates of a span.
    pub fn set(&mut self, equation: &Equation) {
        let Equation { law, common, entries } = *equation;
        (self.n, self.link) = (common.grid.n, equation.coupling_per_min());
        self.fixed = law.fixed_sides();
        self.zeros.resize(self.n[0], 0.0);
        self.loss.clear();
        self.loss.resize(common.grid.n_voxels(), law.decay_per_min);
        for entry in entries {
            self.loss[entry.voxel as usize] += entry.uptake_per_min;
        }
        self.is_flat = Flat::suits(equation);
        if self.is_flat {
            self.flat.set(common, self.link, self.fixed, &self.loss);
        }
    }

    /// Zeros that a column of values needs before its first and after its last voxel to go through a pass.
    pub fn halo(&self) -> usize {
        if self.is_flat { self.flat.halo() } else { 0 }
    }

    /// A bound of all eigenvalues, by Gershgorin's circles.
    pub fn largest_rate_per_min(&self) -> f64 {
        reduce::largest(&self.loss) + 4.0 * self.link.iter().sum::<f64>()
    }

    /// Whether nothing passes any side.
    pub fn is_closed(&self) -> bool {
        (0..6).all(|face| !self.fixed[face] || self.link[face / 2] == 0.0)
    }

    /// Calls `with(voxel, face, link)` for each voxel at each fixed side.
    pub fn each_face(&self, mut with: impl FnMut(usize, usize, f64)) {
        let [nx, ny, _] = self.n;
        let strides = [1, nx, nx * ny];
        for face in (0..6).filter(|face| self.fixed[*face] && self.link[face / 2] > 0.0) {
            let axis = face / 2;
            let (a, b) = [(1, 2), (0, 2), (0, 1)][axis];
            let first = if face % 2 == 0 { 0 } else { (self.n[axis] - 1) * strides[axis] };
            for j in 0..self.n[b] {
                for i in 0..self.n[a] {
                    let voxel = first + i * strides[a] + j * strides[b];
                    with(voxel, face, 2.0 * self.link[axis]);
                }
            }
        }
    }

    /// to ← `factors` of from, −A from and to; and, where asked for, sums of from and to. Both columns have their halo of
    /// zeros, the sums have none.
    pub fn pass(
        &self,
        isa: Isa,
        factors: Factors,
        from: &[f64],
        to: &mut [f64],
        collected: Option<Collected>,
    ) {
        let (nx, n, halo) = (self.n[0], self.loss.len(), self.halo());
        let rows_of_task = (TASK / nx).max(1);
        let to = Shared::new(to);
        let collected = collected.map(|Collected { sums, factors }| (sums.map(Shared::new), factors));
        // SAFETY: each voxel belongs to one task, and within it to one part.
        let part = |own: Range<usize>| unsafe {
            let collect = collected.as_ref().map(|(sums, factors)| Collect {
                end: sums[0].part(own.clone()),
                mean: sums[1].part(own.clone()),
                factors: *factors,
            });
            (to.part(own.start + halo..own.end + halo), collect)
        };
        team::each((n / nx).div_ceil(rows_of_task), team::is_worth(n), |task| {
            let rows = task * rows_of_task..((task + 1) * rows_of_task).min(n / nx);
            if self.is_flat {
                let own = rows.start * nx..rows.end * nx;
                let (to, collect) = part(own.clone());
                self.flat.run(isa, own, factors, from, to, collect);
                return;
            }
            for row in rows {
                let (to, collect) = part(row * nx..(row + 1) * nx);
                kernel::run(isa, &self.row(row, from), factors, to, collect);
            }
        });
    }

    fn row<'a>(&'a self, row: usize, from: &'a [f64]) -> Row<'a> {
        let nx = self.n[0];
        let own = row * nx..(row + 1) * nx;
        let end = |face: usize| if self.fixed[face] { 2.0 * self.link[0] } else { 0.0 };
        Row {
            u: &from[own.clone()],
            loss: &self.loss[own],
            near: [0, 1, 2, 3].map(|side| self.near(row, 2 + side, from)),
            link: self.link[0],
            ends: [end(0), end(1)],
        }
    }

    /// The row beyond a face of a row: its neighbour, zeros beyond a fixed side, itself beyond a closed one.
    fn near<'a>(&'a self, row: usize, face: usize, from: &'a [f64]) -> Near<'a> {
        let (nx, ny) = (self.n[0], self.n[1]);
        let (axis, is_high) = (face / 2, face % 2 == 1);
        let (at, stride) = if axis == 1 { (row % ny, 1) } else { (row / ny, ny) };
        let is_edge = if is_high { at + 1 == self.n[axis] } else { at == 0 };
        if is_edge && self.fixed[face] && self.link[axis] > 0.0 {
            return Near { link: 2.0 * self.link[axis], u: &self.zeros };
        }
        let other = match (is_edge, is_high) {
            (true, _) => row,
            (false, true) => row + stride,
            (false, false) => row - stride,
        };
        Near { link: self.link[axis], u: &from[other * nx..(other + 1) * nx] }
    }
}
