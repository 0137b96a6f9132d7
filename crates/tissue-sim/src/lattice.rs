//! How far a source in one voxel reaches on the grid: the lattice's Green function, walls included by mirror images.
//!
//! Equation: −D L G = δ / voxel, L the seven-point Laplacian with edges hₐ; D G(n) = ∫₀^∞ ∏ₐ e^(−2t/hₐ²) I_{nₐ}(2t/hₐ²)/hₐ dt,
//! which in a cubic lattice is 0.252731/h at 0 and goes over into 1/4πr.
//! Discretisation: trapezoids in ln t with the tail by t^(−3/2), 1e-6; scaled Bessel functions by Miller's recurrence, above 60
//! by Debye's expansion. A closed wall mirrors what lies within `REACH` edges of it; farther images are the same on the grid as
//! in space. Along an axis of one voxel all images within that reach are summed once.
//! Reference: Watson (1939), doi 10.1093/qmath/os-10.1.266; Debye's expansion: NIST Digital Library 10.41.
//! Proved by `tests`.

use crate::exchange::vessels_to_fields::LATTICE_RADIUS;
use core::f64::consts::PI;
use vesicle_base::{Grid, math};

/// Edges of the largest voxel side up to which mirror images count.
const REACH: f64 = 3.0;
/// Most layers of images along an axis.
const MOST_LAYERS: usize = 64;
/// Voxels that are looked up beyond the images; farther off it is 1/4πr.
const BESIDE: usize = 8;

/// Values of the Green function times D, 1/µm.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    n: [usize; 3],
    edge_um: [f64; 3],
    origin_um: [f64; 3],
    layers: [usize; 3],
    /// Voxels along each axis of the table; one where images are summed already.
    table_n: [usize; 3],
    table: Vec<f64>,
    own: f64,
}

/// A mirror image along one axis: voxel u is seen at `shift` + u, or turned over at `shift` − u.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    shift: isize,
    turned: bool,
}

impl Image {
    /// Voxels from `to` to the image of `from`.
    fn steps(self, from: usize, to: usize) -> usize {
        let from = if self.turned { self.shift - from as isize } else { self.shift + from as isize };
        from.abs_diff(to as isize)
    }
}

impl Lattice {
    /// The lattice of a grid.
    pub fn of(grid: &Grid) -> Self {
        let widest = grid.voxel_um.iter().copied().fold(0.0, f64::max);
        let layers = grid.voxel_um.map(|edge| ((REACH * widest / edge).ceil() as usize).min(MOST_LAYERS));
        let full_n = layers.map(|layers| layers + BESIDE);
        let full = integrate(grid.voxel_um, full_n);
        let table_n = [0, 1, 2].map(|axis| if grid.n[axis] == 1 { 1 } else { full_n[axis] });
        let mut table = vec![0.0; table_n.iter().product()];
        for (at, value) in full.iter().enumerate() {
            let place = [at % full_n[0], at / full_n[0] % full_n[1], at / (full_n[0] * full_n[1])];
            let (mut to, mut times) = ([0; 3], 1.0);
            for axis in 0..3 {
                if grid.n[axis] > 1 {
                    to[axis] = place[axis];
                } else if place[axis] > layers[axis] {
                    times = 0.0;
                } else if place[axis] > 0 {
                    times *= 2.0;
                }
            }
            table[to[0] + table_n[0] * (to[1] + table_n[1] * to[2])] += times * value;
        }
        Self {
            n: grid.n,
            edge_um: grid.voxel_um,
            origin_um: grid.origin_um,
            layers,
            table_n,
            table,
            own: full[0],
        }
    }

    /// Of a voxel on itself without images.
    pub fn own(&self) -> f64 {
        self.own
    }

    /// The images along an axis that a voxel there has within reach, itself first.
    pub fn images(&self, axis: usize, voxel: usize, images: &mut Vec<Image>) {
        images.clear();
        images.push(Image { shift: 0, turned: false });
        let period = 2 * self.n[axis] as isize;
        let layers = self.layers[axis] as isize;
        let most = layers / period + 1;
        for k in -most..=most {
            if k != 0 && (k * period).abs() <= layers {
                images.push(Image { shift: k * period, turned: false });
            }
            let shift = k * period - 1;
            if (shift - 2 * voxel as isize).abs() <= layers {
                images.push(Image { shift, turned: true });
            }
        }
    }

    /// How far an image of a coordinate lies from it, µm.
    pub fn offset_um(&self, axis: usize, image: Image, coordinate_um: f64) -> f64 {
        if image.turned {
            (image.shift + 1) as f64 * self.edge_um[axis] - 2.0 * (coordinate_um - self.origin_um[axis])
        } else {
            image.shift as f64 * self.edge_um[axis]
        }
    }

    /// What the walls across an axis leave of the way to a sphere that they cut, over that of whole spheres.
    pub fn cut(&self, axis: usize, coordinate_um: f64, radius_um: f64) -> f64 {
        let from_low_um = coordinate_um - self.origin_um[axis];
        let size_um = self.n[axis] as f64 * self.edge_um[axis];
        let of_wall = |distance_um: f64| {
            let part = (distance_um / radius_um).clamp(0.0, 1.0);
            1.0 - 0.2325 * part * (1.0 - part)
        };
        of_wall(from_low_um) * of_wall(size_um - from_low_um)
    }

    /// Of voxel `from` and its images on voxel `to`; along an axis of one voxel they are in it anyway.
    pub fn between(&self, images: &[Vec<Image>; 3], from: [usize; 3], to: [usize; 3]) -> f64 {
        let along = |axis: usize| {
            let several = if self.n[axis] == 1 { &images[axis][..1] } else { &images[axis][..] };
            several.iter().map(move |image| image.steps(from[axis], to[axis]))
        };
        let mut sum = 0.0;
        for z in along(2) {
            for y in along(1) {
                for x in along(0) {
                    sum += self.at([x, y, z]);
                }
            }
        }
        sum
    }

    /// Whether [`Self::between`] is the same there and back to the last bit: its terms then stand in the same order.
    pub fn is_alike_both_ways(&self, images: &[Vec<Image>; 3]) -> bool {
        let alike = |axis: usize| {
            self.n[axis] == 1 || images[axis].iter().all(|image| image.turned || image.shift == 0)
        };
        (0..3).all(alike)
    }

    fn at(&self, steps: [usize; 3]) -> f64 {
        let [nx, ny, nz] = self.table_n;
        if steps[0] < nx && steps[1] < ny && steps[2] < nz {
            return self.table[steps[0] + nx * (steps[1] + ny * steps[2])];
        }
        self.far(steps)
    }

    /// Beyond the table, where the grid is as space is.
    fn far(&self, steps: [usize; 3]) -> f64 {
        let layers = [0, 1, 2].map(|axis| if self.n[axis] == 1 { self.layers[axis] as isize } else { 0 });
        let along_um = |axis: usize| {
            let edge = self.edge_um[axis];
            (-layers[axis]..=layers[axis]).map(move |layer| (layer + steps[axis] as isize) as f64 * edge)
        };
        let mut sum = 0.0;
        for z in along_um(2) {
            for y in along_um(1) {
                for x in along_um(0) {
                    sum += 1.0 / (4.0 * PI * (x * x + y * y + z * z).sqrt());
                }
            }
        }
        sum
    }
}

/// 1/r₀ of the distance from a sink in one voxel at which the voxel's value is met, 1/µm.
pub fn resolved_per_um(grid: &Grid) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let edges = grid.voxel_um;
    let mean = grid.mean_edge_um();
    // Geometric mean of the two edges across an axis.
    let across = |axis: usize| math::sqrt(edges[(axis + 1) % 3] * edges[(axis + 2) % 3]);
    match grid.n.map(|n| n > 1) {
        [true, true, true] => 3.175_911 / mean,
        [false, false, false] => 2.837_297 / mean,
        several if several.iter().filter(|many| **many).count() == 2 => {
            let thin = several.iter().position(|many| !many).unwrap_or(2);
            let line = LATTICE_RADIUS * across(thin);
            2.0 / edges[thin] * (math::ln(2.0 * edges[thin] / line) - EULER).max(0.0)
        }
        one => 3.900_265 / across(one.iter().position(|many| *many).unwrap_or(0)),
    }
}

/// The table of an endless lattice.
fn integrate(edge_um: [f64; 3], n: [usize; 3]) -> Vec<f64> {
    const STEP: f64 = 0.25;
    let smallest = edge_um.iter().copied().fold(f64::INFINITY, f64::min);
    let widest = edge_um.iter().copied().fold(0.0, f64::max);
    let from = math::ln(1e-8 * smallest * smallest);
    let nodes = ((math::ln(1e9 * widest * widest) - from) / STEP).ceil() as u32;
    let mut table = vec![0.0; n.iter().product()];
    let mut along: [Vec<f64>; 3] = n.map(|n| vec![0.0; n]);
    for node in 0..nodes {
        let t = math::exp(from + STEP * f64::from(node));
        for axis in 0..3 {
            let edge = edge_um[axis];
            spread_along(2.0 * t / (edge * edge), &mut along[axis]);
            along[axis].iter_mut().for_each(|value| *value /= edge);
        }
        for (z, &gz) in along[2].iter().enumerate() {
            for (y, &gy) in along[1].iter().enumerate() {
                let row = n[0] * (y + n[1] * z);
                let weight = STEP * t * gz * gy;
                for (value, gx) in table[row..row + n[0]].iter_mut().zip(&along[0]) {
                    *value += weight * gx;
                }
            }
        }
    }
    // Beyond the last node all voxels of the table are alike.
    let last = math::exp(from + STEP * (f64::from(nodes) - 0.5));
    let tail = 2.0 / ((4.0 * PI) * (4.0 * PI * last).sqrt());
    table.iter_mut().for_each(|value| *value += tail);
    table
}

/// e^(−x) Iₙ(x) for n from 0 on.
fn spread_along(x: f64, values: &mut [f64]) {
    if x > 60.0 {
        values.iter_mut().enumerate().for_each(|(n, value)| *value = debye(n as f64, x));
        return;
    }
    let start = values.len() + 24 + (10.0 * x.sqrt()) as usize;
    let (mut above, mut here, mut sum) = (0.0, 1e-280_f64, 0.0);
    for n in (0..=start).rev() {
        if n < values.len() {
            values[n] = here;
        }
        sum += if n == 0 { here } else { 2.0 * here };
        let below = above + 2.0 * n as f64 / x * here;
        (above, here) = (here, below);
        if here > 1e250 {
            let down = 1e-250;
            (above, here, sum) = (above * down, here * down, sum * down);
            values.iter_mut().skip(n).for_each(|value| *value *= down);
        }
    }
    values.iter_mut().for_each(|value| *value /= sum);
}

fn debye(n: f64, x: f64) -> f64 {
    let q = (n * n + x * x).sqrt();
    let fall = n * n / (q + x) - n * math::ln((n + q) / x);
    let correction = 1.0 + (3.0 / q - 5.0 * n * n / (q * q * q)) / 24.0;
    math::exp(fall) / (2.0 * PI * q).sqrt() * correction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_lattice_has_watsons_values() {
        let lattice = Lattice::of(&Grid::of_box([400.0; 3], 20.0));
        for (steps, watson) in [([0, 0, 0], 0.252_731_0), ([1, 0, 0], 0.086_064_3), ([1, 1, 0], 0.055_191_5)]
        {
            let got = 20.0 * lattice.at(steps);
            assert!((got - watson).abs() < 2e-6, "{steps:?}: {got}");
        }
        for steps in [[10, 0, 0], [6, 7, 2], [11, 3, 0]] {
            let r = steps.iter().map(|s| (*s as f64).powi(2)).sum::<f64>().sqrt();
            let share = 20.0 * lattice.at(steps) * 4.0 * PI * r;
            assert!((share - 1.0).abs() < 0.01, "{steps:?}: {share}");
        }
    }

    /// −L G is 1 over the voxel at 0 and 0 beside it, for edges that differ too.
    #[test]
    fn it_answers_to_a_source() {
        let grid = Grid { n: [9; 3], voxel_um: [20.0, 14.0, 11.0], origin_um: [0.0; 3] };
        let lattice = Lattice::of(&grid);
        for (at, source) in [([0_usize; 3], 1.0), ([1, 0, 0], 0.0), ([2, 1, 1], 0.0), ([0, 3, 2], 0.0)] {
            let mut got = 0.0;
            for axis in 0..3 {
                let (mut up, mut down) = (at, at);
                up[axis] += 1;
                down[axis] = at[axis].abs_diff(1);
                let sum = lattice.at(up) + lattice.at(down) - 2.0 * lattice.at(at);
                got -= sum / (grid.voxel_um[axis] * grid.voxel_um[axis]);
            }
            assert!((got * grid.voxel_um3() - source).abs() < 1e-4, "{at:?}: {got}");
        }
    }

    #[test]
    fn walls_mirror() {
        let lattice = Lattice::of(&Grid::of_box([400.0, 400.0, 20.0], 20.0));
        let mut images = [Vec::new(), Vec::new(), Vec::new()];
        for (axis, images) in images.iter_mut().enumerate() {
            lattice.images(axis, [0, 10, 0][axis], images);
        }
        assert_eq!(images[0].len(), 2, "itself and one at the wall: {images:?}");
        assert_eq!(images[1].len(), 1);
        assert_eq!(images[2].len(), 7, "a sheet is a chain");
        assert!((lattice.offset_um(0, images[0][1], 3.0) + 6.0).abs() < 1e-12);
        let at_wall = lattice.between(&images, [0, 10, 0], [0, 10, 0]);
        assert!((at_wall - lattice.at([0, 0, 0]) - lattice.at([1, 0, 0])).abs() < 1e-15);
        let far = [lattice.table_n[0] - 1, 0, 0];
        assert!((lattice.far(far) / lattice.at(far) - 1.0).abs() < 0.01, "the table goes over into space");
    }

    #[test]
    fn both_ways_to_a_bessel_function_agree() {
        let (mut below, mut above) = (vec![0.0; 20], vec![0.0; 20]);
        spread_along(60.0, &mut below);
        spread_along(60.0 + 1e-9, &mut above);
        for (a, b) in below.iter().zip(&above) {
            assert!((a / b - 1.0).abs() < 1e-4, "{a} {b}");
        }
        spread_along(1e-9, &mut below);
        assert!((below[0] - 1.0).abs() < 1e-8 && (0.0..1e-150).contains(&below[19]), "{below:?}");
    }
}
