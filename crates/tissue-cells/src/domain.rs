//! The box that holds the cells. Its walls are closed: nobody leaves.

use vesicle_base::Grid;

/// A closed box; lengths in µm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Lowest corner.
    pub low_um: [f64; 3],
    /// Highest corner.
    pub high_um: [f64; 3],
    /// Two dimensions: cells stay where they are along z.
    pub plane: bool,
}

impl Domain {
    /// The box of a grid; a plane when the grid is one voxel thick.
    pub fn of_grid(grid: &Grid) -> Self {
        let size = grid.size_um();
        Self {
            low_um: grid.origin_um,
            high_um: [0, 1, 2].map(|axis| grid.origin_um[axis] + size[axis]),
            plane: grid.n[2] == 1,
        }
    }

    /// A box of `size_um` around the origin.
    pub fn centred(size_um: [f64; 3], plane: bool) -> Self {
        Self { low_um: size_um.map(|size| -0.5 * size), high_um: size_um.map(|size| 0.5 * size), plane }
    }

    /// Edge lengths, µm.
    pub fn size_um(&self) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.high_um[axis] - self.low_um[axis])
    }

    /// Whether a position lies in the box; the faces belong to it. False for a position that is not a number.
    pub fn contains(&self, position_um: [f64; 3]) -> bool {
        (0..3).all(|axis| (self.low_um[axis]..=self.high_um[axis]).contains(&position_um[axis]))
    }

    /// A position mirrored at the walls until it lies inside; one that is not a number stays so.
    /// PhysiCell freezes a cell that leaves (its quirk 15); here it comes back.
    pub fn reflect(&self, position_um: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|axis| reflect(position_um[axis], self.low_um[axis], self.high_um[axis]))
    }

    /// The middle of the box along z, where a plane lies.
    pub fn middle_z_um(&self) -> f64 {
        0.5 * (self.low_um[2] + self.high_um[2])
    }
}

fn reflect(at: f64, low: f64, high: f64) -> f64 {
    if (low..=high).contains(&at) {
        return at;
    }
    let size = high - low;
    let along = (at - low).abs() % (2.0 * size);
    let inside = if along > size { 2.0 * size - along } else { along };
    (low + inside).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_mirror() {
        let domain = Domain::centred([100.0, 50.0, 20.0], false);
        assert_eq!(domain.reflect([52.0, -30.0, 3.0]), [48.0, -20.0, 3.0]);
        assert_eq!(domain.reflect([-52.0, 0.0, 131.0]), [-48.0, 0.0, 9.0]);
        assert!(domain.contains(domain.reflect([1e9, -1e9, 0.0])));
        assert!(domain.reflect([f64::NAN, 0.0, 0.0])[0].is_nan());
    }
}
