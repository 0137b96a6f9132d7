//! Whether the cells still make sense: read once a tick, so that a run ends with a place and a cause.

use crate::cells::Cells;

/// A sick cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unhealthy {
    /// Its row.
    pub row: usize,
    /// Its identity.
    pub id: u64,
    /// What is wrong.
    pub cause: Cause,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A coordinate is not finite.
    PositionNotFinite,
    /// It lies outside the box.
    Outside,
    /// Its volume is negative or not finite.
    Volume,
    /// The behaviour of this number is not finite.
    BehaviourNotFinite(u16),
}

impl Cells {
    /// The sick cell of lowest identity, if any.
    pub fn health(&self) -> Option<Unhealthy> {
        let mut worst: Option<Unhealthy> = None;
        let mut note = |row: usize, cause: Cause| {
            let id = self.id[row];
            if worst.is_none_or(|worst| id < worst.id) {
                worst = Some(Unhealthy { row, id, cause });
            }
        };
        for row in 0..self.len() {
            if !self.domain().contains(self.position_um(row)) {
                let finite = self.position_um(row).iter().all(|x| x.is_finite());
                note(row, if finite { Cause::Outside } else { Cause::PositionNotFinite });
            } else if !(0.0..f64::INFINITY).contains(&self.volume.radius_um[row]) {
                note(row, Cause::Volume);
            }
        }
        for (behaviour, column) in self.behaviour.ruled().iter().zip(&self.behaviour.columns) {
            for (row, value) in column.iter().enumerate() {
                if !value.is_finite() {
                    note(row, Cause::BehaviourNotFinite(behaviour.0));
                }
            }
        }
        worst
    }
}
