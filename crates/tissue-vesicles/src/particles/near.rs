//! Which spheres a particle can meet: a coarse map of the box, so that most particles ask once and go on.
//!
//! A voxel lists every sphere that captures and whose surface, or inside where it captures all it meets, is within `reach`
//! of any of its points, and is marked as well when an open side is. A reach of 7√(Dt) leaves out meetings with a chance
//! below 1e-6. A sphere that captures nothing is met by nobody. Finer voxels list fewer spheres for nothing, which pays where
//! many particles visit them.

use super::walls::Walls;

/// A sphere that a particle may meet; its radius is that of the cell plus that of the vesicle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sphere {
    /// Centre, µm.
    pub centre_um: [f64; 3],
    /// Distance at which a particle's centre touches, µm.
    pub radius_um: f64,
    /// Clearance of the surface alone, µm³/min: infinite captures whatever it meets, 0 nothing.
    pub clearance_um3_per_min: f64,
}

impl Sphere {
    /// Clearance of the surface over its area, µm/min.
    pub fn conductance_um_per_min(&self) -> f64 {
        self.clearance_um3_per_min / (4.0 * core::f64::consts::PI * self.radius_um * self.radius_um)
    }
}

/// The map.
#[derive(Clone, Debug, Default)]
pub struct Near {
    low: [f64; 3],
    per_um: [f64; 3],
    top: [f64; 3],
    stride: [u64; 2],
    /// One bit a voxel.
    mark: Vec<u64>,
    first: Vec<u32>,
    list: Vec<u32>,
    /// By voxel, the conductances of the surfaces near it together, µm/min.
    conductance: Vec<f64>,
}

/// Most voxels of a map.
const VOXELS: f64 = 1_048_576.0;

/// Visits for which one more voxel pays.
const VISITS: f64 = 32.0;

/// Edge of a voxel over the reach below which lists get little shorter.
const FINEST: f64 = 0.25;

impl Near {
    /// Maps `spheres` in the box for about so many visits; the memory of the last map is used again.
    pub fn map(&mut self, walls: &Walls, spheres: &[Sphere], reach_um: f64, visits: f64) {
        let n = self.lay_out(walls, spheres, reach_um, visits);
        let n_voxels = n[0] * n[1] * n[2];
        self.mark.clear();
        self.mark.resize(n_voxels.div_ceil(64), 0);
        self.first.clear();
        self.first.resize(n_voxels + 1, 0);
        self.conductance.clear();
        self.conductance.resize(n_voxels, 0.0);
        let capture = |sphere: &Sphere| sphere.clearance_um3_per_min > 0.0;
        for sphere in spheres.iter().filter(|sphere| capture(sphere)) {
            self.visit(sphere, reach_um, n, |near, voxel| near.first[voxel] += 1);
        }
        let mut listed = 0;
        for first in &mut self.first {
            (listed, *first) = (listed + *first, listed);
        }
        self.list.clear();
        self.list.resize(listed as usize, 0);
        for (index, sphere) in (0..).zip(spheres).filter(|(_, sphere)| capture(sphere)) {
            let conductance = sphere.conductance_um_per_min();
            self.visit(sphere, reach_um, n, |near, voxel| {
                near.enter(voxel, index);
                near.conductance[voxel] += conductance;
            });
        }
        // Entering moved the beginning of each list to its end, where the next one begins.
        self.first.rotate_right(1);
        self.first[0] = 0;
        self.mark_open_sides(walls, reach_um, n);
    }

    /// Spheres near the voxel of a point.
    pub fn spheres_at(&self, voxel: usize) -> &[u32] {
        &self.list[self.first[voxel] as usize..self.first[voxel + 1] as usize]
    }

    /// Conductances of the surfaces near a voxel together as they were mapped, µm/min.
    #[inline(always)]
    pub fn conductance_at(&self, voxel: u64) -> f64 {
        self.conductance[voxel as usize]
    }

    /// Whether anything is near a voxel.
    #[inline(always)]
    pub fn is_marked(&self, voxel: u64) -> bool {
        self.mark[(voxel >> 6) as usize] >> (voxel & 63) & 1 != 0
    }

    /// Voxel of a point; outside the box the nearest one.
    #[inline(always)]
    pub fn voxel(&self, x: f64, y: f64, z: f64) -> u64 {
        let ix = whole((x - self.low[0]) * self.per_um[0], self.top[0]);
        let iy = whole((y - self.low[1]) * self.per_um[1], self.top[1]);
        let iz = whole((z - self.low[2]) * self.per_um[2], self.top[2]);
        ix + iy * (self.stride[0] & 0xFFFF_FFFF) + iz * (self.stride[1] & 0xFFFF_FFFF)
    }

    /// Voxels as wide as the reach, or finer where so many visits are spared more than the map costs.
    fn lay_out(&mut self, walls: &Walls, spheres: &[Sphere], reach_um: f64, visits: f64) -> [usize; 3] {
        let size: [f64; 3] = core::array::from_fn(|a| walls.high_um[a] - walls.low_um[a]);
        let capture = spheres.iter().filter(|s| s.clearance_um3_per_min > 0.0);
        let smallest = capture.map(|s| s.radius_um).fold(f64::INFINITY, f64::min);
        let edge = |voxels: f64| vesicle_base::math::cbrt(size[0] * size[1] * size[2] / voxels);
        let pays = edge(visits / VISITS).clamp(FINEST * reach_um, reach_um);
        let widest = size[0].max(size[1]).max(size[2]);
        let wanted = (0.25 * smallest).max(pays).max(edge(VOXELS)).min(widest);
        let n = size.map(|side| ((side / wanted).floor() as usize).clamp(1, 1 << 20));
        self.low = walls.low_um;
        self.per_um = core::array::from_fn(|a| n[a] as f64 / size[a]);
        self.top = n.map(|n| (n - 1) as f64);
        self.stride = [n[0] as u64, (n[0] * n[1]) as u64];
        n
    }

    /// Calls `with` for every voxel within reach of the sphere.
    #[inline(always)]
    fn visit(&mut self, sphere: &Sphere, reach: f64, n: [usize; 3], mut with: impl FnMut(&mut Self, usize)) {
        let out = sphere.radius_um + reach;
        let within = if sphere.clearance_um3_per_min == f64::INFINITY {
            0.0
        } else {
            (sphere.radius_um - reach).max(0.0)
        };
        let (nearest, farthest) = (out * out, within * within);
        let span: [_; 3] = core::array::from_fn(|a| {
            let at = |x: f64| whole((x - self.low[a]) * self.per_um[a], self.top[a]) as usize;
            at(sphere.centre_um[a] - out)..=at(sphere.centre_um[a] + out)
        });
        for iz in span[2].clone() {
            let of_z = self.distances_squared(sphere, 2, iz);
            for iy in span[1].clone() {
                let of_y = self.distances_squared(sphere, 1, iy);
                let (near, far) = (of_z[0] + of_y[0], of_z[1] + of_y[1]);
                if near > nearest {
                    continue;
                }
                for ix in span[0].clone() {
                    let of_x = self.distances_squared(sphere, 0, ix);
                    if near + of_x[0] <= nearest && far + of_x[1] >= farthest {
                        with(self, ix + n[0] * (iy + n[1] * iz));
                    }
                }
            }
        }
    }

    /// Along one axis, squared: from the centre of a sphere to the nearest and to the farthest point of a voxel.
    #[inline(always)]
    fn distances_squared(&self, sphere: &Sphere, a: usize, voxel: usize) -> [f64; 2] {
        let low = self.low[a] + voxel as f64 / self.per_um[a] - sphere.centre_um[a];
        let high = self.low[a] + (voxel + 1) as f64 / self.per_um[a] - sphere.centre_um[a];
        let (near, far) = (low.max(-high).max(0.0), high.max(-low));
        [near * near, far * far]
    }

    fn enter(&mut self, voxel: usize, sphere: u32) {
        self.mark[voxel >> 6] |= 1 << (voxel & 63);
        let slot = &mut self.first[voxel];
        self.list[*slot as usize] = sphere;
        *slot += 1;
    }

    fn mark_open_sides(&mut self, walls: &Walls, reach: f64, n: [usize; 3]) {
        for (axis, upper) in walls.open_sides() {
            let layers = ((reach * self.per_um[axis]).ceil() as usize).clamp(1, n[axis]);
            let layers = if upper { n[axis] - layers..n[axis] } else { 0..layers };
            for voxel in 0..n[0] * n[1] * n[2] {
                let index = [voxel % n[0], voxel / n[0] % n[1], voxel / (n[0] * n[1])][axis];
                if layers.contains(&index) {
                    self.mark[voxel >> 6] |= 1 << (voxel & 63);
                }
            }
        }
    }
}

/// Whole part of `x`, at least 0 and at most `top`: a comparison and an addition, no conversion.
#[inline(always)]
fn whole(x: f64, top: f64) -> u64 {
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let x = if x > 0.0 { x } else { 0.0 };
    let x = if x < top { x } else { top };
    let rounded = (x + TWO_52) - TWO_52;
    let down = if rounded > x { rounded - 1.0 } else { rounded };
    (down + TWO_52).to_bits() & 0xFFFF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_is_the_floor_inside() {
        for (x, want) in [(0.0, 0), (0.5, 0), (0.999, 0), (1.0, 1), (2.5, 2), (3.5, 3), (-4.0, 0), (99.0, 9)]
        {
            assert_eq!(whole(x, 9.0), want, "{x}");
        }
    }

    #[test]
    fn every_point_near_a_sphere_finds_it() {
        let walls = Walls::closed([0.0; 3], [40.0, 30.0, 20.0]);
        let spheres: Vec<Sphere> = (0..30)
            .map(|k| {
                let k = f64::from(k);
                let centre_um = [(k * 7.3) % 40.0, (k * 3.1) % 30.0, (k * 5.7) % 20.0];
                let clearance_um3_per_min = if k % 2.0 < 1.0 { 1.0 } else { f64::INFINITY };
                Sphere { centre_um, radius_um: 1.0 + k % 3.0, clearance_um3_per_min }
            })
            .collect();
        let mut near = Near::default();
        let mut listed = Vec::new();
        for visits in [1.0, 1e9] {
            near.map(&walls, &spheres, 0.5, visits);
            listed.push(0);
            for k in 0..20_000 {
                let k = f64::from(k);
                let at = [(k * 0.917) % 40.0, (k * 0.733) % 30.0, (k * 0.377) % 20.0];
                let voxel = near.voxel(at[0], at[1], at[2]);
                let there = near.spheres_at(voxel as usize);
                assert!(there.is_sorted() && near.is_marked(voxel) != there.is_empty());
                let of = |index: &u32| spheres[*index as usize].conductance_um_per_min();
                assert_eq!(near.conductance_at(voxel), there.iter().map(of).sum::<f64>());
                *listed.last_mut().unwrap() += there.len();
                for (index, sphere) in (0..).zip(&spheres) {
                    let d2: f64 = (0..3).map(|a| (at[a] - sphere.centre_um[a]).powi(2)).sum();
                    let off = d2.sqrt() - sphere.radius_um;
                    if off <= 0.5 && (off >= -0.5 || sphere.clearance_um3_per_min == f64::INFINITY) {
                        assert!(there.contains(&index));
                    }
                }
            }
        }
        assert!(10 * listed[1] < 9 * listed[0], "many visits list fewer: {listed:?}");
    }

    #[test]
    fn an_empty_box_marks_nothing() {
        let mut near = Near::default();
        near.map(&Walls::closed([0.0; 3], [10.0; 3]), &[], 0.5, 1.0);
        assert!(!near.is_marked(near.voxel(5.0, 5.0, 5.0)));
    }
}
