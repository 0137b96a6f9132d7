//! The box that particles move in.

use crate::check::{LawError, range};

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

    /// Whether a point is in the box.
    pub fn hold(&self, at_um: [f64; 3]) -> bool {
        (0..3).all(|a| self.low_um[a] <= at_um[a] && at_um[a] <= self.high_um[a])
    }

    /// The point of the box that is nearest to a point.
    pub(crate) fn nearest(&self, at_um: [f64; 3]) -> [f64; 3] {
        core::array::from_fn(|a| at_um[a].clamp(self.low_um[a], self.high_um[a]))
    }

    pub(crate) fn check(&self) -> Result<(), LawError> {
        (0..3).try_for_each(|a| {
            let side = self.high_um[a] - self.low_um[a];
            range(
                side > 0.0 && side.is_finite(),
                "side of the box of particles",
                side,
                "more than 0 µm, finite",
            )
        })
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

/// A coordinate turned back once at each of the two limits: enough for any way that is shorter than the box.
#[inline(always)]
pub(crate) fn folded(x: f64, [low, high]: [f64; 2]) -> f64 {
    let up = if x < low { (low - x) + low } else { x };
    if up > high { (high - up) + high } else { up }
}

/// A coordinate turned back as often as it takes, for the rare way that is longer than the box.
pub(crate) fn folded_often(x: f64, [low, high]: [f64; 2]) -> f64 {
    let side = high - low;
    if !side.is_finite() {
        return folded(x, [low, high]);
    }
    let off = (x - low).abs() % (2.0 * side);
    low + if off > side { 2.0 * side - off } else { off }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_way_is_folded_as_often_as_it_takes() {
        for x in [-31.0, -4.5, 2.0, 2.5, 6.9, 7.0, 9.0, 123.4] {
            let mut slowly = x;
            while !(2.0..=7.0).contains(&slowly) {
                slowly = if slowly < 2.0 { 4.0 - slowly } else { 14.0 - slowly };
            }
            assert!((folded_often(x, [2.0, 7.0]) - slowly).abs() < 1e-12, "{x}");
        }
        assert_eq!(folded_often(-3.0, [f64::NEG_INFINITY, 7.0]), -3.0);
        assert_eq!(folded_often(9.0, [f64::NEG_INFINITY, 7.0]), 5.0);
    }
}
