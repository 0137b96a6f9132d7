//! One level of the multigrid: a box of cells, each some fine voxels wide, and the operator on it without its matrix.
//!
//! (A u)ᵢ = lossᵢ uᵢ + Σ over faces of g oᵢ oⱼ (uᵢ − uⱼ), g = coupling × area / distance in fine voxels, o the open share
//! of a cell (exactly 0 or 1 on the finest level). At a fixed side uⱼ = 0, oⱼ = 1 and the distance is half a cell.

use crate::team;
use rayon::prelude::*;
use vesicle_base::Grid;

/// An axis is coarsened while its coupling is at least this share of the strongest.
const STRONG: f64 = 0.3;

/// Cells, their links along each axis, and the columns of a cycle.
#[derive(Clone, Debug)]
pub struct Level {
    pub n: [usize; 3],
    /// Widths of the cells along each axis, fine voxels.
    pub width: [Vec<f64>; 3],
    /// Coupling / distance to the cell below, per axis; 0 at a closed side.
    pub below: [Vec<f64>; 3],
    /// The same to the cell above.
    pub above: [Vec<f64>; 3],
    /// How many cells of the finer level make one along each axis: 1 or 2.
    pub merged: [usize; 3],
    /// Cells of the finer level along each axis.
    pub finer: [usize; 3],
    /// Open share of each cell; none when all are open.
    pub openness: Option<Vec<f64>>,
    /// Decay and sinks, summed over the fine voxels of a cell.
    pub loss: Vec<f64>,
    pub inverse_diagonal: Vec<f64>,
    pub right: Vec<f64>,
    pub value: Vec<f64>,
    pub image: Vec<f64>,
    pub change: Vec<f64>,
    /// A row of what lies beyond the edge: values, and openness.
    pub zeros: Vec<f64>,
    pub ones: Vec<f64>,
}

/// All levels, the finest first, down to one cell.
pub fn hierarchy(grid: &Grid, solid: Option<&[bool]>) -> Vec<Level> {
    let openness = solid.map(|solid| solid.iter().map(|solid| f64::from(u8::from(!solid))).collect());
    let mut levels = vec![Level::new(grid.n.map(|n| vec![1.0; n]), [1; 3], grid.n, openness)];
    while let Some(next) = levels.last().and_then(|level| level.coarser(grid.voxel_um)) {
        levels.push(next);
    }
    levels
}

/// Sets the links of all levels from the finest's couplings, and their losses from the finest's.
pub fn set_links(levels: &mut [Level], coupling: [f64; 3], fixed: [bool; 6]) {
    for at in 0..levels.len() {
        let (finer, here) = levels.split_at_mut(at);
        let level = &mut here[0];
        if let Some(finer) = finer.last() {
            let mut loss = std::mem::take(&mut level.loss);
            level.gather(&finer.loss, &mut loss);
            level.loss = loss;
        }
        for axis in 0..3 {
            level.link_axis(axis, coupling[axis], [fixed[2 * axis], fixed[2 * axis + 1]]);
        }
        level.set_diagonal();
    }
}

impl Level {
    fn new(width: [Vec<f64>; 3], merged: [usize; 3], finer: [usize; 3], openness: Option<Vec<f64>>) -> Self {
        let n = [0, 1, 2].map(|axis| width[axis].len());
        let column = vec![0.0; n[0] * n[1] * n[2]];
        Self {
            n,
            below: width.clone(),
            above: width.clone(),
            width,
            merged,
            finer,
            openness,
            loss: column.clone(),
            inverse_diagonal: column.clone(),
            right: column.clone(),
            value: column.clone(),
            image: column.clone(),
            change: column,
            zeros: vec![0.0; n[0]],
            ones: vec![1.0; n[0]],
        }
    }

    /// The next level, or none when this one is a single cell.
    fn coarser(&self, voxel_um: [f64; 3]) -> Option<Self> {
        let strength = [0, 1, 2].map(|a| {
            let wide_um = voxel_um[a] * self.width[a][0];
            if self.n[a] > 1 { 1.0 / (wide_um * wide_um) } else { 0.0 }
        });
        let strongest = strength.into_iter().fold(0.0, f64::max);
        if strongest == 0.0 {
            return None;
        }
        let merged = strength.map(|strength| if strength >= STRONG * strongest { 2 } else { 1 });
        let width =
            [0, 1, 2].map(|a| self.width[a].chunks(merged[a]).map(|pair| pair.iter().sum()).collect());
        let mut level = Self::new(width, merged, self.n, None);
        if let Some(open) = &self.openness {
            let volumes: Vec<f64> = (0..open.len()).map(|cell| open[cell] * self.volume(cell)).collect();
            let mut share = vec![0.0; level.loss.len()];
            level.gather(&volumes, &mut share);
            share.iter_mut().enumerate().for_each(|(cell, share)| *share /= level.volume(cell));
            level.openness = Some(share);
        }
        Some(level)
    }

    pub fn at(&self, cell: usize) -> [usize; 3] {
        [cell % self.n[0], cell / self.n[0] % self.n[1], cell / self.n[0] / self.n[1]]
    }

    fn volume(&self, cell: usize) -> f64 {
        let [x, y, z] = self.at(cell);
        self.width[0][x] * self.width[1][y] * self.width[2][z]
    }

    fn link_axis(&mut self, axis: usize, coupling: f64, fixed: [bool; 2]) {
        let (n, width) = (self.n[axis], &self.width[axis]);
        let end = |is_fixed: bool, width: f64| if is_fixed { 2.0 * coupling / width } else { 0.0 };
        for i in 0..n {
            let to = |other: usize| 2.0 * coupling / (width[i] + width[other]);
            self.below[axis][i] = if i == 0 { end(fixed[0], width[i]) } else { to(i - 1) };
            self.above[axis][i] = if i + 1 == n { end(fixed[1], width[i]) } else { to(i + 1) };
        }
    }

    /// Sums the cells of the finer level into this level's cells.
    pub fn gather(&self, finer: &[f64], sums: &mut [f64]) {
        let ([mx, my, mz], [nx, ny, nz]) = (self.merged, self.finer);
        let one = |(row, to): (usize, &mut [f64])| {
            to.fill(0.0);
            let (y, z) = (my * (row % self.n[1]), mz * (row / self.n[1]));
            for z in z..(z + mz).min(nz) {
                for y in y..(y + my).min(ny) {
                    let first = nx * (y + ny * z);
                    for (sum, values) in to.iter_mut().zip(finer[first..first + nx].chunks(mx)) {
                        *sum += values.iter().sum::<f64>();
                    }
                }
            }
        };
        if team::is_worth(finer.len()) {
            sums.par_chunks_mut(self.n[0]).enumerate().for_each(one);
        } else {
            sums.chunks_mut(self.n[0]).enumerate().for_each(one);
        }
    }
}
