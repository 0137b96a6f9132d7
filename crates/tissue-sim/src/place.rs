//! Which cells are in which voxel: the index that every corridor gathers by.
//!
//! Rows are listed voxel by voxel and inside a voxel by identity, so that a gather does not depend on the order of
//! the cells.

use tissue_cells::Cells;
use vesicle_base::Grid;
use vesicle_base::columns::room_for;

/// Rows by voxel.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Voxel of each row.
    pub voxel: Vec<u32>,
    /// Rows, sorted by voxel, then identity.
    pub rows: Vec<u32>,
    counts: Vec<u32>,
}

/// Finds the voxel of every cell and lists the rows in the order of gathers: a counting sort by voxel, then a sort by
/// identity inside each.
pub fn cells_in_voxels(cells: &Cells, grid: &Grid, place: &mut Place) {
    let n = cells.len();
    for column in [&mut place.voxel, &mut place.rows] {
        column.clear();
        room_for(column, n);
    }
    place.voxel.extend((0..n).map(|row| grid.voxel_of(cells.position_um(row)) as u32));
    place.counts.clear();
    place.counts.resize(grid.n_voxels() + 1, 0);
    for voxel in &place.voxel {
        place.counts[*voxel as usize + 1] += 1;
    }
    for at in 1..place.counts.len() {
        place.counts[at] += place.counts[at - 1];
    }
    place.rows.resize(n, 0);
    for row in 0..n {
        let next = &mut place.counts[place.voxel[row] as usize];
        place.rows[*next as usize] = row as u32;
        *next += 1;
    }
    let voxel = &place.voxel;
    for group in place.rows.chunk_by_mut(|a, b| voxel[*a as usize] == voxel[*b as usize]) {
        group.sort_unstable_by_key(|row| cells.id[*row as usize]);
    }
}

impl Place {
    /// `(row, voxel)` in the order of gathers.
    pub fn gather(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rows.iter().map(|row| (*row as usize, self.voxel[*row as usize] as usize))
    }
}
