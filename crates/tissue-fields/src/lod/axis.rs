//! One axis of the grid for one sub-step: the tridiagonal matrix of its lines, eliminated once.
//!
//! Line i: (1 + δ + r × links) uᵢ − r uᵢ₋₁ − r uᵢ₊₁ = dᵢ with r = Δt D/Δx² and δ this axis' share of the decay. A fixed
//! side adds 2r to the diagonal and 2r times its value to the right-hand side: the flux from the face, half a voxel
//! away. With sᵢ = pivot − r, every term is a sum of positive numbers, so that r may be as large as it likes.

use crate::law::Side;

/// Eliminated matrix of the lines along one axis.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// Voxels along the axis; the axis is skipped when there is only one.
    pub n: usize,
    /// Coupling Δt D/Δx².
    pub r: f64,
    /// This axis' share of the decay over the sub-step.
    pub decay: f64,
    /// Fixed values at the low and high face.
    pub fixed: [Option<f64>; 2],
    /// `carry[i]` links voxels i − 1 and i, both ways; 0 at both ends; n + 1 long.
    pub carry: Vec<f64>,
    /// One over the pivots.
    pub inverse: Vec<f64>,
}

impl Axis {
    pub fn new(n: usize, sides: [Side; 2]) -> Self {
        let fixed = sides.map(|side| match side {
            Side::Closed => None,
            Side::Fixed(value) => Some(value),
        });
        Self { n, fixed, carry: vec![0.0; n + 1], inverse: vec![0.0; n], ..Self::default() }
    }

    pub fn is_active(&self) -> bool {
        self.n > 1
    }

    /// Eliminates for a sub-step of `step_min`.
    pub fn set(&mut self, step_min: f64, coupling_per_min: f64, decay_per_min: f64) {
        self.r = step_min * coupling_per_min;
        self.decay = step_min * decay_per_min;
        let mut surplus = 0.0;
        for i in 0..self.n {
            surplus = self.base(i) + surplus * self.carry[i];
            let link = if i + 1 == self.n { 0.0 } else { self.r };
            self.inverse[i] = 1.0 / (surplus + link);
            self.carry[i + 1] = link * self.inverse[i];
        }
    }

    /// Diagonal of voxel `i` without its links to other voxels.
    pub fn base(&self, i: usize) -> f64 {
        let low = if i == 0 && self.fixed[0].is_some() { 2.0 * self.r } else { 0.0 };
        let high = if i + 1 == self.n && self.fixed[1].is_some() { 2.0 * self.r } else { 0.0 };
        1.0 + self.decay + low + high
    }

    /// What the low (0) or high (1) face adds to the right-hand side of its voxel.
    pub fn gain(&self, end: usize) -> f64 {
        self.fixed[end].map_or(0.0, |value| 2.0 * self.r * value)
    }
}
