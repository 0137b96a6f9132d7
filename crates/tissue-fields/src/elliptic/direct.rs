//! Small grids are solved at once: A = L D Lᵀ within the band of its diagonal, one factorisation for all right-hand sides.
//!
//! Axes are numbered from the shortest, which makes the band as narrow as a box allows. A is kept as links g between voxels and
//! losses e: taking out voxel i, of pivot d = e_i + Σ g_ij, leaves links g_jk + g_ij g_ik/d and losses e_j + g_ij e_i/d.
//! Nothing is ever subtracted, so a loss far below the couplings keeps all its digits, and the pivot of a part that hangs
//! on nothing is exactly 0: its values stay.
//! Reference: Alfa, Xue, Ye (2002), doi:10.1090/S0025-5718-01-01325-4; Golub, Van Loan (2013), Matrix Computations, 4.3.
//! Proved by `a_small_grid_is_solved_at_once` and `a_loss_far_below_the_links_keeps_its_digits`.

use super::level::Level;

/// Numbers of a factor up to which it is cheaper than iterations.
const MOST: usize = 1 << 13;

/// The factor of one matrix.
#[derive(Clone, Debug, Default)]
pub struct Direct {
    /// Number of each voxel, by shortest axis first.
    number: Vec<u32>,
    /// Neighbours lie at most so many numbers apart.
    band: usize,
    /// Links of each voxel to the next ones, `band` numbers each.
    links: Vec<f64>,
    /// Its loss, while the factor is made.
    loss: Vec<f64>,
    /// One over its pivot; 0 where there is none.
    inverse: Vec<f64>,
    column: Vec<f64>,
    is_made: bool,
}

impl Direct {
    /// For the grid of a level; `None` where iterations are cheaper.
    pub fn new(level: &Level) -> Option<Self> {
        let n = level.loss.len();
        let mut axes = [0, 1, 2];
        axes.sort_by_key(|axis| level.n[*axis]);
        let mut strides = [0; 3];
        let mut stride = 1;
        for axis in axes {
            strides[axis] = stride;
            stride *= level.n[axis];
        }
        let band = (0..3).filter(|axis| level.n[*axis] > 1).map(|axis| strides[axis]).max()?;
        (n * band <= MOST).then(|| Self {
            number: (0..n)
                .map(|cell| (0..3).map(|a| level.at(cell)[a] * strides[a]).sum::<usize>() as u32)
                .collect(),
            band,
            links: vec![0.0; n * band],
            loss: vec![0.0; n],
            inverse: vec![0.0; n],
            column: vec![0.0; n],
            is_made: false,
        })
    }

    /// The matrix is another one from now on.
    pub fn forget(&mut self) {
        self.is_made = false;
    }

    /// values ← values + A⁻¹ `residual`, A that of `level`.
    pub fn correct(&mut self, level: &Level, residual: &[f64], values: &mut [f64]) {
        if !self.is_made {
            self.load(level);
            self.factor();
            self.is_made = true;
        }
        for (number, residual) in self.number.iter().zip(residual) {
            self.column[*number as usize] = *residual;
        }
        self.substitute();
        for (number, value) in self.number.iter().zip(values) {
            *value += self.column[*number as usize];
        }
    }

    fn load(&mut self, level: &Level) {
        self.links.fill(0.0);
        for (cell, number) in self.number.iter().map(|number| *number as usize).enumerate() {
            self.loss[number] = level.loss[cell];
            level.each_side(cell, |_, link, neighbour| match neighbour {
                None => self.loss[number] += link,
                Some(other) => {
                    let other = self.number[other] as usize;
                    if other > number {
                        self.links[number * self.band + other - number - 1] = link;
                    }
                }
            });
        }
    }

    fn factor(&mut self) {
        let (band, n) = (self.band, self.loss.len());
        for i in 0..n {
            let (own, next) = self.links[i * band..].split_at_mut(band);
            let own = &own[..band.min(n - 1 - i)];
            let pivot = self.loss[i] + own.iter().sum::<f64>();
            self.inverse[i] = if pivot > 0.0 { 1.0 / pivot } else { 0.0 };
            for (j, link) in own.iter().enumerate().filter(|(_, link)| **link > 0.0) {
                let share = link * self.inverse[i];
                self.loss[i + 1 + j] += share * self.loss[i];
                let row = &mut next[j * band..];
                row.iter_mut().zip(&own[j + 1..]).for_each(|(between, other)| *between += share * other);
            }
        }
    }

    /// column ← A⁻¹ column
    fn substitute(&mut self) {
        let (band, n) = (self.band, self.loss.len());
        for i in 0..n {
            let (here, next) = self.column[i..].split_at_mut(1);
            here[0] *= self.inverse[i];
            let links = &self.links[i * band..(i + 1) * band];
            next.iter_mut().zip(links).for_each(|(x, link)| *x += link * here[0]);
        }
        for i in (0..n).rev() {
            let (here, next) = self.column[i..].split_at_mut(1);
            let links = &self.links[i * band..(i + 1) * band];
            let known: f64 = next.iter().zip(links).map(|(x, link)| link * x).sum();
            here[0] += self.inverse[i] * known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::level;
    use super::*;
    use vesicle_base::Grid;

    /// Boxes of one to three axes, with and without obstacles, against what the operator makes of the answer.
    #[test]
    fn a_small_grid_is_solved_at_once() {
        for (n, walls) in [([7, 4, 1], false), ([3, 5, 4], false), ([9, 1, 1], false), ([6, 5, 2], true)] {
            let grid = Grid::of_box(n.map(|n| 20.0 * f64::from(n)), 20.0);
            let solid: Vec<bool> = (0..grid.n_voxels()).map(|voxel| voxel % 7 == 3).collect();
            let mut levels = level::hierarchy(&grid, walls.then_some(&solid[..]));
            let open = |voxel: usize| f64::from(u8::from(!(walls && solid[voxel])));
            let wanted: Vec<f64> = (0..solid.len()).map(|v| open(v) * (1.0 + (v * v % 11) as f64)).collect();
            levels[0]
                .loss
                .iter_mut()
                .enumerate()
                .for_each(|(v, loss)| *loss = open(v) * 0.01 * (v % 3) as f64);
            level::set_links(&mut levels, [0.3, 0.7, 0.2], [false, true, false, false, false, false]);
            let mut right = vec![0.0; wanted.len()];
            levels[0].apply(&wanted, &mut right);
            let mut direct = Direct::new(&levels[0]).expect("it is small");
            let mut values = vec![0.0; wanted.len()];
            direct.correct(&levels[0], &right, &mut values);
            for (value, wanted) in values.iter().zip(&wanted) {
                assert!((value - wanted).abs() < 1e-11, "{n:?}: {value} for {wanted}");
            }
        }
    }

    /// Closed and without losses: no pivot is left for the last voxel, and nothing is made of rounding.
    #[test]
    fn a_part_that_hangs_on_nothing_stays() {
        let grid = Grid::of_box([100.0, 40.0, 20.0], 20.0);
        let mut levels = level::hierarchy(&grid, None);
        level::set_links(&mut levels, [0.3, 0.3, 0.0], [false; 6]);
        let mut values = vec![2.0; grid.n_voxels()];
        let mut image = values.clone();
        levels[0].apply(&values, &mut image);
        let residual: Vec<f64> = image.iter().map(|image| -image).collect();
        Direct::new(&levels[0]).expect("it is small").correct(&levels[0], &residual, &mut values);
        assert_eq!(values, vec![2.0; grid.n_voxels()]);
    }

    /// The value of a field that hardly loses anything is what is supplied over what is lost, to all digits but a few.
    #[test]
    fn a_loss_far_below_the_links_keeps_its_digits() {
        let grid = Grid::of_box([100.0, 80.0, 20.0], 20.0);
        let mut levels = level::hierarchy(&grid, None);
        levels[0].loss[7] = 1e-14;
        level::set_links(&mut levels, [1.0, 1.0, 0.0], [false; 6]);
        let (mut values, mut residual) = (vec![0.0; grid.n_voxels()], vec![0.0; grid.n_voxels()]);
        residual[11] = 3e-14;
        Direct::new(&levels[0]).expect("it is small").correct(&levels[0], &residual, &mut values);
        for value in values {
            assert!((value - 3.0).abs() < 1e-13, "{value}");
        }
    }
}
