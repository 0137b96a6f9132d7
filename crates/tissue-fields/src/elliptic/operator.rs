//! The operator of a level, row by row: A u, its diagonal, and what hangs on which face.
#![allow(unsafe_code)]

use super::level::Level;
use crate::isa::Isa;
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
        let isa = Isa::best();
        let task = |(chunk, image): (usize, &mut [f64])| {
            for (at, image) in image.chunks_exact_mut(n).enumerate() {
                let row = chunk * ROWS + at;
                let own = row * n..(row + 1) * n;
                let near = self.around(row, u, &self.zeros);
                match &self.openness {
                    None => apply_row(isa, &self.row(row), [&self.loss[own.clone()], &u[own]], near, image),
                    Some(open) => {
                        let [a, b, c, d] = self.around(row, open, &self.ones);
                        let near = [[near[0], a], [near[1], b], [near[2], c], [near[3], d]];
                        let columns = [&self.loss[own.clone()], &u[own.clone()], &open[own]];
                        apply_open_row(isa, &self.row(row), columns, near, image);
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
    pub fn each_side(&self, cell: usize, mut with: impl FnMut(usize, f64, Option<usize>)) {
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

/// What the operator makes of a row.
fn apply_row(isa: Isa, row: &Row, columns: [&[f64]; 2], near: [&[f64]; 4], image: &mut [f64]) {
    match isa {
        Isa::Base => apply_row_any(row, columns, near, image),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { apply_row_avx2(row, columns, near, image) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_row_avx2(row: &Row, columns: [&[f64]; 2], near: [&[f64]; 4], image: &mut [f64]) {
    apply_row_any(row, columns, near, image);
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
fn apply_row_any(row: &Row, columns: [&[f64]; 2], near: [&[f64]; 4], image: &mut [f64]) {
    let n = image.len();
    let [loss, u] = columns.map(|column| &column[..n]);
    let [a, b, c, d] = near.map(|near| &near[..n]);
    let [below, above, width] = [row.below, row.above, row.width].map(|factors| &factors[..n]);
    let [la, lb, lc, ld] = row.links;
    for i in 0..n {
        let here = u[i];
        let across = (la * (here - a[i]) + lb * (here - b[i])) + (lc * (here - c[i]) + ld * (here - d[i]));
        image[i] = loss[i] * here + width[i] * across;
    }
    image[0] += row.area * (below[0] * u[0]);
    for i in 1..n {
        image[i] += row.area * (below[i] * (u[i] - u[i - 1]));
    }
    for i in 0..n - 1 {
        image[i] += row.area * (above[i] * (u[i] - u[i + 1]));
    }
    image[n - 1] += row.area * (above[n - 1] * u[n - 1]);
}

/// The same where obstacles or shares of them stand.
fn apply_open_row(isa: Isa, row: &Row, columns: [&[f64]; 3], near: [[&[f64]; 2]; 4], image: &mut [f64]) {
    match isa {
        Isa::Base => apply_open_row_any(row, columns, near, image),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { apply_open_row_avx2(row, columns, near, image) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_open_row_avx2(row: &Row, columns: [&[f64]; 3], near: [[&[f64]; 2]; 4], image: &mut [f64]) {
    apply_open_row_any(row, columns, near, image);
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn apply_open_row_any(row: &Row, columns: [&[f64]; 3], near: [[&[f64]; 2]; 4], image: &mut [f64]) {
    let n = image.len();
    let [loss, u, open] = columns.map(|column| &column[..n]);
    let [below, above, width] = [row.below, row.above, row.width].map(|factors| &factors[..n]);
    image.fill(0.0);
    for ([beside, beside_open], link) in near.into_iter().zip(row.links) {
        let (beside, beside_open) = (&beside[..n], &beside_open[..n]);
        for i in 0..n {
            image[i] += link * beside_open[i] * (u[i] - beside[i]);
        }
    }
    for i in 0..n {
        image[i] *= width[i];
    }
    image[0] += row.area * (below[0] * u[0]);
    for i in 1..n {
        image[i] += row.area * (below[i] * open[i - 1] * (u[i] - u[i - 1]));
    }
    for i in 0..n - 1 {
        image[i] += row.area * (above[i] * open[i + 1] * (u[i] - u[i + 1]));
    }
    image[n - 1] += row.area * (above[n - 1] * u[n - 1]);
    for i in 0..n {
        image[i] = loss[i] * u[i] + open[i] * image[i];
    }
}
