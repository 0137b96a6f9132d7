//! The cells as the caller hands them in: who they are, where they are, what guides them.

/// One row per cell of the tissue, endothelial or not.
#[derive(Clone, Copy, Debug)]
pub struct Bodies<'a> {
    /// Identity for life; no two alike.
    pub id: &'a [u64],
    /// Whether the cell is endothelial and alive.
    pub member: &'a [bool],
    /// Place along x, µm.
    pub x: &'a [f64],
    /// Place along y, µm.
    pub y: &'a [f64],
    /// Place along z, µm.
    pub z: &'a [f64],
    /// What leads tips, at the cell (such as VEGF, ng/mL); the unit of `VesselLaw::branch_above`.
    pub guide: &'a [f64],
    /// Size of the box, µm; its lowest corner is the origin.
    pub box_um: [f64; 3],
}

impl Bodies<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Place of a row, µm.
    pub fn at(&self, row: usize) -> [f64; 3] {
        [self.x[row], self.y[row], self.z[row]]
    }

    /// Squared distance of two rows, µm².
    pub fn distance2_um2(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.at(a), self.at(b));
        let [x, y, z] = [0, 1, 2].map(|axis| b[axis] - a[axis]);
        x * x + y * y + z * z
    }

    /// Distance of two rows, µm.
    pub fn distance_um(&self, a: usize, b: usize) -> f64 {
        self.distance2_um2(a, b).sqrt()
    }

    /// # Panics
    /// When a column has another length than the ids.
    pub(crate) fn assert_shape(&self) {
        let n = self.len();
        let same = [self.member.len(), self.x.len(), self.y.len(), self.z.len(), self.guide.len()];
        assert!(same.iter().all(|len| *len == n), "every column of the bodies has one value per cell");
    }
}

/// One face of the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// x = 0, the left.
    XLow,
    /// The right.
    XHigh,
    /// y = 0.
    YLow,
    /// The far side along y.
    YHigh,
    /// z = 0.
    ZLow,
    /// The far side along z.
    ZHigh,
}

impl Face {
    /// 0, 1, 2 for x, y, z.
    pub fn axis(self) -> usize {
        self as usize / 2
    }

    /// How far a place is from this face of a box, µm.
    pub fn distance_um(self, at: [f64; 3], box_um: [f64; 3]) -> f64 {
        let along = at[self.axis()];
        match self {
            Self::XLow | Self::YLow | Self::ZLow => along,
            Self::XHigh | Self::YHigh | Self::ZHigh => box_um[self.axis()] - along,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_measure_inwards() {
        let (at, size) = ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]);
        let faces = [Face::XLow, Face::XHigh, Face::YLow, Face::YHigh, Face::ZLow, Face::ZHigh];
        assert_eq!(faces.map(|face| face.distance_um(at, size)), [1.0, 9.0, 2.0, 18.0, 3.0, 27.0]);
    }
}
