//! A regular grid of voxels: shape, spacing, place.

use crate::math;

/// A box cut into `n[0] × n[1] × n[2]` equal voxels; index = x + n₀ (y + n₁ z). Lengths in micrometres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Voxels along x, y, z; at least one each.
    pub n: [usize; 3],
    /// Edge of a voxel along x, y, z, µm.
    pub voxel_um: [f64; 3],
    /// Lowest corner of the box, µm.
    pub origin_um: [f64; 3],
}

impl Grid {
    /// A box of `size_um` from the origin, cut into voxels as near to `voxel_um` as whole numbers allow.
    ///
    /// # Panics
    /// When a size or the voxel edge is not positive and finite: the caller checks user input.
    pub fn of_box(size_um: [f64; 3], voxel_um: f64) -> Self {
        assert!(
            voxel_um > 0.0 && size_um.iter().all(|s| *s > 0.0 && s.is_finite()),
            "a grid needs positive lengths"
        );
        let n = size_um.map(|size| ((size / voxel_um).round() as usize).max(1));
        let voxel_um = [0, 1, 2].map(|axis| size_um[axis] / n[axis] as f64);
        Self { n, voxel_um, origin_um: [0.0; 3] }
    }

    /// Number of voxels.
    pub fn n_voxels(&self) -> usize {
        self.n[0] * self.n[1] * self.n[2]
    }

    /// Volume of one voxel, µm³.
    pub fn voxel_um3(&self) -> f64 {
        self.voxel_um[0] * self.voxel_um[1] * self.voxel_um[2]
    }

    /// Edge of a voxel, the geometric mean over the axes, µm.
    pub fn mean_edge_um(&self) -> f64 {
        math::cbrt(self.voxel_um3())
    }

    /// Size of the box, µm.
    pub fn size_um(&self) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.n[axis] as f64 * self.voxel_um[axis])
    }

    /// Volume of the box, µm³.
    pub fn volume_um3(&self) -> f64 {
        self.voxel_um3() * self.n_voxels() as f64
    }

    /// Index of the voxel at `at = [x, y, z]`.
    pub fn index(&self, at: [usize; 3]) -> usize {
        at[0] + self.n[0] * (at[1] + self.n[1] * at[2])
    }

    /// Place of a voxel along x, y, z.
    pub fn at(&self, index: usize) -> [usize; 3] {
        let (x, rest) = (index % self.n[0], index / self.n[0]);
        [x, rest % self.n[1], rest / self.n[1]]
    }

    /// Voxel that holds a position; positions outside fall to the nearest voxel.
    pub fn voxel_of(&self, position_um: [f64; 3]) -> usize {
        let at = [0, 1, 2].map(|axis| {
            let along = (position_um[axis] - self.origin_um[axis]) / self.voxel_um[axis];
            (along.max(0.0) as usize).min(self.n[axis] - 1)
        });
        self.index(at)
    }

    /// Place along one axis of the voxels that hold a coordinate; `None` outside the box, whose faces belong to it.
    pub fn along(&self, axis: usize, coordinate_um: f64) -> Option<usize> {
        let along_um = coordinate_um - self.origin_um[axis];
        let size_um = self.n[axis] as f64 * self.voxel_um[axis];
        let place = || ((along_um / self.voxel_um[axis]) as usize).min(self.n[axis] - 1);
        (0.0..=size_um).contains(&along_um).then(place)
    }

    /// Middle of a voxel, µm.
    pub fn centre_um(&self, index: usize) -> [f64; 3] {
        let at = self.at(index);
        [0, 1, 2].map(|axis| self.origin_um[axis] + (at[axis] as f64 + 0.5) * self.voxel_um[axis])
    }

    /// Whether a position lies in the box; the faces belong to it.
    pub fn contains(&self, position_um: [f64; 3]) -> bool {
        (0..3).all(|axis| self.along(axis, position_um[axis]).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_box_is_cut_into_whole_voxels() {
        let grid = Grid::of_box([800.0, 200.0, 20.0], 20.0);
        assert_eq!(grid.n, [40, 10, 1]);
        assert_eq!(grid.n_voxels(), 400);
        assert!((grid.volume_um3() - 3.2e6).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn a_centre_lies_in_its_own_voxel(index in 0_usize..400) {
            let grid = Grid::of_box([800.0, 200.0, 20.0], 20.0);
            prop_assert_eq!(grid.voxel_of(grid.centre_um(index)), index);
            prop_assert_eq!(grid.index(grid.at(index)), index);
        }

        #[test]
        fn every_position_has_a_voxel(x in -1e9_f64..1e9, y in -1e9_f64..1e9) {
            let grid = Grid::of_box([100.0, 60.0, 20.0], 20.0);
            prop_assert!(grid.voxel_of([x, y, f64::NAN]) < grid.n_voxels());
        }
    }
}
