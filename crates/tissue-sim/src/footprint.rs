//! In which voxels the surface of every cell lies: where it captures and where it releases.
//!
//! Equation: w = area of the sphere in the voxel over its area in the box.
//! Discretisation: the 26 points and weights of Lebedev, exact to degree 7; where voxels are finer than the sphere, a spiral of so
//! many points that no voxel is missed. Points outside the box are left out and the others make up for them, as for single vesicles.
//! Reference: Lebedev (1976), doi 10.1016/0041-5553(76)90100-2; Vogel (1979), doi 10.1016/0025-5564(79)90080-4, for the spiral.
//! Proved by `tests` and by `tests/crowds.rs`.

use core::f64::consts::PI;
use vesicle_base::{Grid, math};

/// Shares of surface by voxel, cell after cell.
#[derive(Clone, Debug, Default)]
pub struct Footprints {
    first: Vec<u32>,
    voxel: Vec<u32>,
    share: Vec<f64>,
    /// Points of a spiral by voxel around a cell; scratch.
    met: Vec<u32>,
}

/// Points all over a sphere, worked out once for every power of two.
#[derive(Clone, Debug, Default)]
pub struct Spirals {
    by_power: Vec<Vec<[f64; 3]>>,
}

/// Points of a spiral for each face of a voxel that the surface would fill.
const PER_FACE: f64 = 4.0;
/// Fewest and most points, powers of two.
const FEWEST: usize = 1 << 6;
const MOST: usize = 1 << 16;

const POINTS: usize = 26;

/// Lebedev weight of a direction by how many of its three components are not 0.
const WEIGHTS: [f64; 4] = [0.0, 1.0 / 21.0, 4.0 / 105.0, 9.0 / 280.0];

/// What one component of a direction can be; the middle is 0, and as many places from it as components are not 0 stands
/// their length.
const COMPONENTS: [f64; 7] = {
    let (two, three) = (core::f64::consts::FRAC_1_SQRT_2, 0.577_350_269_189_625_8);
    [-three, -two, -1.0, 0.0, 1.0, two, three]
};

impl Footprints {
    /// Forgets all cells; the memory is kept.
    pub fn clear(&mut self, n_cells: usize) {
        self.first.clear();
        self.first.reserve(n_cells + 1);
        self.first.push(0);
        self.voxel.clear();
        self.voxel.reserve(n_cells * POINTS);
        self.share.clear();
        self.share.reserve(n_cells * POINTS);
    }

    /// Appends a cell whose surface nobody asks for.
    pub fn skip(&mut self) {
        self.first.push(self.voxel.len() as u32);
    }

    /// `(voxel, share)` of the cell appended last.
    pub fn last(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.of(self.first.len().saturating_sub(2))
    }

    /// Gives the cell appended last other shares.
    pub fn replace_last(&mut self, shares: impl Iterator<Item = (u32, f64)>) {
        self.first.pop();
        let first = self.first.last().map_or(0, |first| *first as usize);
        self.voxel.truncate(first);
        self.share.truncate(first);
        for (voxel, share) in shares {
            self.voxel.push(voxel);
            self.share.push(share);
        }
        self.skip();
    }

    /// Appends a cell.
    pub fn push(&mut self, grid: &Grid, centre_um: [f64; 3], contact_um: f64) {
        let first = self.voxel.len();
        let [x, y, z] = [0, 1, 2].map(|axis| along(grid, axis, centre_um[axis], contact_um));
        if let (Some(x), Some(y), Some(z)) = (all_in_one(&x), all_in_one(&y), all_in_one(&z)) {
            self.add(first, grid.index([x, y, z]) as u32, 1.0);
            return self.skip();
        }
        let mut inside = 0.0;
        for ([i, j, k], weight) in DIRECTIONS {
            if let (Some(x), Some(y), Some(z)) = (x[i as usize], y[j as usize], z[k as usize]) {
                inside += weight;
                self.add(first, grid.index([x, y, z]) as u32, weight);
            }
        }
        if inside > 0.0 {
            self.share[first..].iter_mut().for_each(|share| *share /= inside);
        } else {
            self.add(first, grid.voxel_of(centre_um) as u32, 1.0);
        }
        self.skip();
    }

    /// Appends a cell whose surface is wider than voxels; returns the share of the surface that is in the box.
    pub fn push_fine(
        &mut self,
        grid: &Grid,
        centre_um: [f64; 3],
        contact_um: f64,
        spirals: &mut Spirals,
    ) -> f64 {
        let faces = 4.0 * PI * contact_um * contact_um / grid.mean_edge_um().powi(2);
        let points = spirals.of(PER_FACE * faces);
        let around = [0, 1, 2].map(|axis| Around::new(grid, axis, centre_um[axis], contact_um));
        let [x, y, z] = &around;
        self.met.clear();
        self.met.resize(x.n * y.n * z.n, 0);
        let mut inside = 0_u32;
        for toward in points {
            if let (Some(i), Some(j), Some(k)) = (x.at(toward[0]), y.at(toward[1]), z.at(toward[2])) {
                self.met[i + x.n * (j + y.n * k)] += 1;
                inside += 1;
            }
        }
        for (at, met) in self.met.iter().enumerate().filter(|(_, met)| **met > 0) {
            let at = [at % x.n, at / x.n % y.n, at / (x.n * y.n)];
            self.voxel.push(grid.index([0, 1, 2].map(|axis| around[axis].first + at[axis])) as u32);
            self.share.push(f64::from(*met) / f64::from(inside));
        }
        if inside == 0 {
            self.voxel.push(grid.voxel_of(centre_um) as u32);
            self.share.push(1.0);
        }
        self.skip();
        f64::from(inside.max(1)) / points.len() as f64
    }

    fn add(&mut self, first: usize, voxel: u32, weight: f64) {
        if let Some(known) = self.voxel[first..].iter().position(|v| *v == voxel) {
            self.share[first + known] += weight;
        } else {
            self.voxel.push(voxel);
            self.share.push(weight);
        }
    }

    /// `(voxel, share)` of a cell, by the order in which they were appended.
    pub fn of(&self, cell: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.first[cell] as usize..self.first[cell + 1] as usize;
        self.voxel[range.clone()].iter().map(|v| *v as usize).zip(self.share[range].iter().copied())
    }
}

/// The voxels along one axis that a sphere reaches.
struct Around {
    first: usize,
    n: usize,
    /// Where the centre is from the low side of the box, how far it reaches, and the box, in voxels.
    centre: f64,
    reach: f64,
    box_n: f64,
}

impl Around {
    fn new(grid: &Grid, axis: usize, centre_um: f64, contact_um: f64) -> Self {
        let edge_um = grid.voxel_um[axis];
        let (centre, reach) = ((centre_um - grid.origin_um[axis]) / edge_um, contact_um / edge_um);
        let last = grid.n[axis] - 1;
        let voxel = |at: f64| (at.max(0.0) as usize).min(last);
        let (first, end) = (voxel(centre - reach), voxel(centre + reach) + 1);
        Self { first, n: end - first, centre, reach, box_n: grid.n[axis] as f64 }
    }

    /// Which of them a point of the sphere is in; none outside the box.
    fn at(&self, toward: f64) -> Option<usize> {
        let at = self.centre + self.reach * toward;
        (0.0..=self.box_n).contains(&at).then(|| (at as usize).saturating_sub(self.first).min(self.n - 1))
    }
}

impl Spirals {
    /// At least so many points, as far as there are so many: each turned by the golden angle from the last, at heights in even steps, so
    /// that each has as much of the surface.
    fn of(&mut self, points: f64) -> &[[f64; 3]] {
        let n = (points.ceil() as usize).clamp(FEWEST, MOST).next_power_of_two();
        let power = n.ilog2() as usize;
        if self.by_power.len() <= power {
            self.by_power.resize(power + 1, Vec::new());
        }
        let spiral = &mut self.by_power[power];
        if spiral.is_empty() {
            let golden = PI * (3.0 - math::sqrt(5.0));
            spiral.extend((0..n).map(|k| {
                let height = 1.0 - (2 * k + 1) as f64 / n as f64;
                let (across, turned) = (math::sqrt(1.0 - height * height), golden * k as f64);
                [across * math::cos(turned), across * math::sin(turned), height]
            }));
        }
        spiral
    }
}

/// The voxels along an axis that the points of a sphere fall into, by component; `None` is outside the box.
type Along = [Option<usize>; COMPONENTS.len()];

fn along(grid: &Grid, axis: usize, centre_um: f64, contact_um: f64) -> Along {
    COMPONENTS.map(|component| grid.along(axis, centre_um + contact_um * component))
}

/// The voxel that holds all points along an axis.
fn all_in_one(along: &Along) -> Option<usize> {
    let first = along[0]?;
    along.iter().all(|voxel| *voxel == Some(first)).then_some(first)
}

/// Directions, as places in [`COMPONENTS`], and their weights: worked out once, since every cell is asked in every tick.
const DIRECTIONS: [([u8; 3], f64); POINTS] = directions();

const fn directions() -> [([u8; 3], f64); POINTS] {
    let mut all = [([0; 3], 0.0); POINTS];
    let (mut at, mut k) = (0, 0);
    while at < POINTS {
        let signs: [i32; 3] = [k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1];
        let kind = signs[0] * signs[0] + signs[1] * signs[1] + signs[2] * signs[2];
        if kind > 0 {
            let [x, y, z] = [3 + signs[0] * kind, 3 + signs[1] * kind, 3 + signs[2] * kind];
            all[at] = ([x as u8, y as u8, z as u8], WEIGHTS[kind as usize]);
            at += 1;
        }
        k += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(grid: &Grid, centre_um: [f64; 3], contact_um: f64) -> Vec<(usize, f64)> {
        let mut footprints = Footprints::default();
        footprints.clear(1);
        footprints.push(grid, centre_um, contact_um);
        footprints.of(0).collect()
    }

    #[test]
    fn shares_make_one_and_lie_where_the_surface_does() {
        let grid = Grid::of_box([60.0; 3], 20.0);
        assert_eq!(of(&grid, [30.0; 3], 8.0), [(13, 1.0)]);
        for (centre, contact) in [([20.0, 30.0, 30.0], 8.0), ([0.0; 3], 8.0), ([30.0; 3], 25.0)] {
            let shares = of(&grid, centre, contact);
            assert!((shares.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(shares.iter().all(|(_, share)| *share > 0.0));
        }
        assert_eq!(of(&grid, [30.0; 3], 500.0), [(13, 1.0)], "no surface in the box");
    }

    /// Shares of a sphere in fine voxels: together one, none of those that its surface passes through is missed, and the box cuts as much off
    /// as it does.
    #[test]
    fn a_spiral_meets_every_voxel_of_a_surface() {
        let grid = Grid::of_box([60.0; 3], 3.0);
        let (mut footprints, mut spirals) = (Footprints::default(), Spirals::default());
        for (centre_um, inside) in [([30.0, 31.0, 29.0], 1.0), ([0.0, 31.0, 29.0], 0.5), ([0.0; 3], 0.125)] {
            footprints.clear(1);
            let share = footprints.push_fine(&grid, centre_um, 12.0, &mut spirals);
            assert!((share - inside).abs() < 0.02, "{share} of {inside}");
            let met: Vec<(usize, f64)> = footprints.last().collect();
            assert!((met.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
            let deep = |voxel: &usize| {
                let away = grid.centre_um(*voxel);
                let square: f64 = (0..3).map(|a| (away[a] - centre_um[a]).powi(2)).sum();
                (square.sqrt() - 12.0).abs() < 0.3
            };
            let missed = (0..grid.n_voxels()).filter(deep).filter(|voxel| met.iter().all(|m| m.0 != *voxel));
            assert_eq!(missed.count(), 0);
        }
    }

    /// A sphere on the face between two voxels: the points on the face count to one side, and the rest is halved.
    #[test]
    fn weights_are_those_of_the_sphere() {
        let moment = |power: i32| -> f64 {
            DIRECTIONS.iter().map(|(d, w)| w * COMPONENTS[d[0] as usize].powi(power)).sum()
        };
        for (power, mean) in [(0, 1.0), (1, 0.0), (2, 1.0 / 3.0), (4, 1.0 / 5.0), (6, 1.0 / 7.0)] {
            assert!((moment(power) - mean).abs() < 1e-12, "{power}");
        }
    }
}
