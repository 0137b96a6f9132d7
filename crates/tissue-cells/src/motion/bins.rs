//! Cells in order of equal bins of space, so that neighbours in space are neighbours in memory.
//!
//! A stable counting sort over a grid that covers the cells, wherever they are; x runs fastest, so a row of bins
//! along x is one stretch of cells. Rows follow each other in bands of [`BAND`] layers: along y a whole band stays in the
//! cache, where layer by layer three whole layers would have to. Bins grow where the tissue is thin, so that there are never many more bins
//! than cells. Proved by `every_cell_is_in_its_bin` and, for the neighbours found, by `lists::tests`.

use vesicle_base::columns::fit;

/// The grid of bins and the cells in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Bins {
    /// Lowest corner of the cells, µm.
    pub low_um: [f64; 3],
    /// Bins along x, y, z.
    pub n: [usize; 3],
    /// First place of each bin, and the number of cells at the end.
    pub start: Vec<u32>,
    per_um: f64,
}

/// Farther than this from 0, µm, a cell is taken as lost and shares the outermost bins.
const FAR_UM: f64 = 1e7;

/// Layers of a band: three rows of it are 150 kB at a million cells.
const BAND: usize = 8;

impl Bins {
    /// Sorts the positions into bins of at least `edge_um`: `order[place] = row` and `place[order[place]] = place`.
    pub(super) fn sort(
        &mut self,
        position_um: [&[f64]; 3],
        edge_um: f64,
        order: &mut Vec<u32>,
        place: &mut Vec<u32>,
    ) {
        self.cover(position_um, edge_um);
        let [x, y, z] = position_um;
        let bin_of = |row: usize| index(self.bin([x[row], y[row], z[row]]), self.n) as u32;
        // Until its place is known, a row's bin stands there.
        fit(place, x.len(), 0);
        place.iter_mut().enumerate().for_each(|(row, bin)| *bin = bin_of(row));
        self.start.clear();
        self.start.resize(self.n[0] * self.n[1] * self.n[2] + 2, 0);
        for bin in &*place {
            self.start[*bin as usize + 2] += 1;
        }
        let mut sum = 0;
        for count in &mut self.start {
            sum += *count;
            *count = sum;
        }
        fit(order, x.len(), 0);
        for (row, place) in place.iter_mut().enumerate() {
            let next = &mut self.start[*place as usize + 1];
            *place = *next;
            order[*next as usize] = row as u32;
            *next += 1;
        }
    }

    /// Edge of a bin, µm.
    pub(super) fn edge_um(&self) -> f64 {
        1.0 / self.per_um
    }

    /// Bin of a position along x, y, z; outside falls to the nearest.
    #[inline]
    pub(super) fn bin(&self, at_um: [f64; 3]) -> [usize; 3] {
        [0, 1, 2].map(|axis| {
            let along = (at_um[axis] - self.low_um[axis]) * self.per_um;
            (along.max(0.0) as usize).min(self.n[axis] - 1)
        })
    }

    /// Stretch of places in the bins `from_x..=to_x` of row (`y`, `z`).
    #[inline]
    pub(super) fn stretch(&self, from_x: usize, to_x: usize, y: usize, z: usize) -> [u32; 2] {
        let row = self.n[0] * row(y, z, self.n);
        [self.start[row + from_x], self.start[row + to_x + 1]]
    }

    fn cover(&mut self, position_um: [&[f64]; 3], edge_um: f64) {
        let high = position_um.map(|column| column.iter().copied().fold(-FAR_UM, f64::max));
        self.low_um = position_um.map(|column| column.iter().copied().fold(FAR_UM, f64::min).max(-FAR_UM));
        let size = [0, 1, 2].map(|axis| (high[axis].min(FAR_UM) - self.low_um[axis]).max(0.0));
        let allowed = 4.0 * position_um[0].len() as f64 + 64.0;
        let mut edge_um = edge_um.max(1e-3);
        loop {
            let n = size.map(|size| (size / edge_um).floor() + 1.0);
            if n[0] * n[1] * n[2] <= allowed && n.iter().all(|n| *n <= f64::from(u16::MAX)) {
                self.n = n.map(|n| n as usize);
                self.per_um = 1.0 / edge_um;
                return;
            }
            edge_um *= 1.25;
        }
    }
}

fn index(at: [usize; 3], n: [usize; 3]) -> usize {
    at[0] + n[0] * row(at[1], at[2], n)
}

/// Number of the row of bins at (`y`, `z`): bands of layers one after the other, in each all layers of one y, then the
/// next y. The last band may be lower.
#[inline]
fn row(y: usize, z: usize, n: [usize; 3]) -> usize {
    let below = z / BAND * BAND;
    below * n[1] + y * BAND.min(n[2] - below) + (z - below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = [f64; 3]> {
        prop::array::uniform3(prop_oneof![-50.0_f64..50.0, Just(f64::NAN), Just(1e300), Just(-0.0)])
    }

    proptest! {
        #[test]
        fn every_cell_is_in_its_bin(at in prop::collection::vec(position(), 1..200), edge in 0.01_f64..60.0) {
            let (mut bins, mut order) = (Bins::default(), Vec::new());
            let columns = [0, 1, 2].map(|axis| at.iter().map(|p| p[axis]).collect::<Vec<f64>>());
            let mut place = Vec::new();
            bins.sort([&columns[0], &columns[1], &columns[2]], edge, &mut order, &mut place);
            prop_assert!(order.iter().enumerate().all(|(at, row)| place[*row as usize] as usize == at));
            let mut seen = vec![false; at.len()];
            for z in 0..bins.n[2] {
                for y in 0..bins.n[1] {
                    for x in 0..bins.n[0] {
                        let [from, to] = bins.stretch(x, x, y, z);
                        for place in from..to {
                            let row = order[place as usize] as usize;
                            prop_assert_eq!(bins.bin(at[row]), [x, y, z]);
                            prop_assert!(!seen[row]);
                            seen[row] = true;
                        }
                    }
                }
            }
            prop_assert!(seen.iter().all(|s| *s));
        }
    }
}
