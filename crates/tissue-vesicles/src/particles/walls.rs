//! The box that particles move in.

/// A box whose sides turn particles back or let them go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walls {
    /// Lower corner, µm.
    pub low_um: [f64; 3],
    /// Upper corner, µm.
    pub high_um: [f64; 3],
    /// Per axis, whether the lower and the upper side let particles go.
    pub open: [[bool; 2]; 3],
}

impl Walls {
    /// A box that nothing leaves.
    pub fn closed(low_um: [f64; 3], high_um: [f64; 3]) -> Self {
        Self { low_um, high_um, open: [[false; 2]; 3] }
    }

    /// The open sides as (axis, whether the upper one).
    pub fn open_sides(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        (0..3)
            .flat_map(|axis| [(axis, false), (axis, true)])
            .filter(|(a, upper)| self.open[*a][usize::from(*upper)])
    }

    /// Distance of a coordinate from a side, positive inside.
    pub fn inside_um(&self, at_um: [f64; 3], axis: usize, upper: bool) -> f64 {
        if upper { self.high_um[axis] - at_um[axis] } else { at_um[axis] - self.low_um[axis] }
    }

    /// Limits at which an axis turns back; infinite where it is open.
    pub(crate) fn mirrors(&self, axis: usize) -> [f64; 2] {
        let [low_open, high_open] = self.open[axis];
        [
            if low_open { f64::NEG_INFINITY } else { self.low_um[axis] },
            if high_open { f64::INFINITY } else { self.high_um[axis] },
        ]
    }
}

/// A coordinate turned back at the two limits.
#[inline(always)]
pub(crate) fn folded(x: f64, [low, high]: [f64; 2]) -> f64 {
    let up = if x < low { (low - x) + low } else { x };
    if up > high { (high - up) + high } else { up }
}
