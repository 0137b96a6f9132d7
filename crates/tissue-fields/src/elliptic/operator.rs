//! The operator of a level, row by row: A u, its diagonal, and what hangs on which face.

use super::level::Level;
use crate::team;
use rayon::prelude::*;

/// Rows of one task.
const ROWS: usize = 64;

/// Everything that is the same along one row of cells.
struct Row<'a> {
    /// Links down and up along y and z, without the width along x; then the area that faces x.
    links: [f64; 4],
    area: f64,
    width: &'a [f64],
    below: &'a [f64],
    above: &'a [f64],
}

impl Level {
    fn row(&self, row: usize) -> Row<'_> {
        let (y, z) = (row % self.n[1], row / self.n[1]);
        let (wide, deep) = (self.width[1][y], self.width[2][z]);
        Row {
            links: [
                deep * self.below[1][y],
                deep * self.above[1][y],
                wide * self.below[2][z],
                wide * self.above[2][z],
            ],
            area: wide * deep,
            width: &self.width[0],
            below: &self.below[0],
            above: &self.above[0],
        }
    }

    /// The four neighbouring rows of a column of cells, `missing` beyond the edge.
    fn around<'a>(&self, row: usize, column: &'a [f64], missing: &'a [f64]) -> [&'a [f64]; 4] {
        let n = self.n[0];
        let (y, z) = (row % self.n[1], row / self.n[1]);
        let at = |is_there: bool, row: usize| {
            if is_there { &column[row * n..(row + 1) * n] } else { &missing[..n] }
        };
        [
            at(y > 0, row.wrapping_sub(1)),
            at(y + 1 < self.n[1], row + 1),
            at(z > 0, row.wrapping_sub(self.n[1])),
            at(z + 1 < self.n[2], row + self.n[1]),
        ]
    }

    /// image ← A u
    pub fn apply(&self, u: &[f64], image: &mut [f64]) {
        let n = self.n[0];
        let task = |(chunk, image): (usize, &mut [f64])| {
            for (at, image) in image.chunks_exact_mut(n).enumerate() {
                let row = chunk * ROWS + at;
                let own = row * n..(row + 1) * n;
                let near = self.around(row, u, &self.zeros);
                match &self.openness {
                    None => apply_row(&self.row(row), &self.loss[own.clone()], &u[own], near, image),
                    Some(open) => {
                        let open_near = self.around(row, open, &self.ones);
                        let columns = [&self.loss[own.clone()], &u[own.clone()], &open[own]];
                        apply_open_row(&self.row(row), columns, near, open_near, image);
                    }
                }
            }
        };
        if team::is_worth(u.len()) {
            image.par_chunks_mut(ROWS * n).enumerate().for_each(task);
        } else {
            image.chunks_mut(ROWS * n).enumerate().for_each(task);
        }
    }

    /// Sets one over the diagonal; 0 where a cell is solid or hangs on nothing.
    pub fn set_diagonal(&mut self) {
        let mut inverse = std::mem::take(&mut self.inverse_diagonal);
        for (cell, inverse) in inverse.iter_mut().enumerate() {
            let mut diagonal = self.loss[cell];
            self.each_side(cell, |_, link, _| diagonal += link);
            *inverse = if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 };
        }
        self.inverse_diagonal = inverse;
    }

    /// Calls `with(side, link, neighbour)` for the six sides of a cell; no neighbour beyond the edge.
    fn each_side(&self, cell: usize, mut with: impl FnMut(usize, f64, Option<usize>)) {
        let open = |cell: usize| self.openness.as_ref().map_or(1.0, |open| open[cell]);
        let at = self.at(cell);
        let wide = [0, 1, 2].map(|axis| self.width[axis][at[axis]]);
        let mut stride = 1;
        for axis in 0..3 {
            let area = wide[(axis + 1) % 3] * wide[(axis + 2) % 3];
            let low = (at[axis] > 0).then(|| cell - stride);
            let high = (at[axis] + 1 < self.n[axis]).then(|| cell + stride);
            let links = [self.below[axis][at[axis]], self.above[axis][at[axis]]];
            for (end, neighbour) in [low, high].into_iter().enumerate() {
                let link = area * links[end] * open(cell) * neighbour.map_or(1.0, open);
                with(2 * axis + end, link, neighbour);
            }
            stride *= self.n[axis];
        }
    }

    /// Calls `with` for each linked neighbour, and with none for each fixed side.
    pub fn each_link(&self, cell: usize, mut with: impl FnMut(Option<usize>)) {
        self.each_side(cell, |_, link, neighbour| {
            if link > 0.0 {
                with(neighbour);
            }
        });
    }

    /// Calls `with(cell, face, link)` for each cell at each fixed side.
    pub fn each_face(&self, mut with: impl FnMut(usize, usize, f64)) {
        let has_fixed =
            (0..3).any(|axis| self.below[axis][0] > 0.0 || self.above[axis][self.n[axis] - 1] > 0.0);
        for cell in 0..if has_fixed { self.loss.len() } else { 0 } {
            let at = self.at(cell);
            if (0..3).any(|axis| at[axis] == 0 || at[axis] + 1 == self.n[axis]) {
                self.each_side(cell, |side, link, neighbour| {
                    if neighbour.is_none() && link > 0.0 {
                        with(cell, side, link);
                    }
                });
            }
        }
    }
}

fn apply_row(row: &Row, loss: &[f64], u: &[f64], near: [&[f64]; 4], image: &mut [f64]) {
    let n = u.len();
    let [y_below, y_above, z_below, z_above] = near.map(|near| &near[..n]);
    let [below, above, width] = [row.below, row.above, row.width].map(|factors| &factors[..n]);
    let (loss, image) = (&loss[..n], &mut image[..n]);
    for i in 0..n {
        let across = row.links[0] * (u[i] - y_below[i])
            + row.links[1] * (u[i] - y_above[i])
            + (row.links[2] * (u[i] - z_below[i]) + row.links[3] * (u[i] - z_above[i]));
        image[i] = loss[i] * u[i] + width[i] * across;
    }
    for i in 0..n {
        let low = if i > 0 { u[i - 1] } else { 0.0 };
        let high = if i + 1 < n { u[i + 1] } else { 0.0 };
        image[i] += row.area * (below[i] * (u[i] - low) + above[i] * (u[i] - high));
    }
}

fn apply_open_row(
    row: &Row,
    columns: [&[f64]; 3],
    near: [&[f64]; 4],
    open_near: [&[f64]; 4],
    image: &mut [f64],
) {
    let [loss, u, open] = columns;
    let n = u.len();
    for i in 0..n {
        let mut across = 0.0;
        for side in 0..4 {
            across += row.links[side] * open_near[side][i] * (u[i] - near[side][i]);
        }
        let (low, low_open) = if i > 0 { (u[i - 1], open[i - 1]) } else { (0.0, 1.0) };
        let (high, high_open) = if i + 1 < n { (u[i + 1], open[i + 1]) } else { (0.0, 1.0) };
        let along = row.below[i] * low_open * (u[i] - low) + row.above[i] * high_open * (u[i] - high);
        image[i] = loss[i] * u[i] + open[i] * (row.width[i] * across + row.area * along);
    }
}
