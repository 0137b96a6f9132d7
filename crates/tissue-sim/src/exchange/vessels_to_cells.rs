//! What a cell's role in its vessel makes of its behaviour: tips walk and seldom divide, all others follow their
//! neighbours, and cells in the wall of the box are held.
//!
//! Roles are those of the end of the last tick; behaviour is what rules and base values say, times the role.

use crate::bed::Bed;
use crate::plan::Plan;
use tissue_cells::{Cells, Own};

/// Writes movability, speed and cycle entry of the cells that vessels are made of.
pub fn lead(bed: Option<&Bed>, plan: &Plan, cells: &mut Cells) {
    let (Some(bed), Some(setup)) = (bed, &plan.vessels) else { return };
    let own = [Own::Movable, Own::MigrationSpeed, Own::CycleEntry];
    for behaviour in own {
        let base = cells.behaviour.base(behaviour.id(), setup.kind);
        let is_ruled = plan.rules.moves(behaviour.id(), setup.kind);
        let Some(column) = cells.behaviour.column_mut(behaviour.id()) else { continue };
        for (row, value) in column.iter_mut().enumerate() {
            if cells.kind[row] == setup.kind && !cells.life.dead[row] {
                let as_ruled = if is_ruled { *value } else { base };
                *value = as_ruled * share(behaviour, bed, row, setup.tip_cycle_share);
            }
        }
    }
}

/// What the role leaves of a behaviour.
fn share(behaviour: Own, bed: &Bed, row: usize, tip_cycle_share: f64) -> f64 {
    let is_tip = bed.vessels.is_tip(row);
    match behaviour {
        Own::CycleEntry if is_tip => tip_cycle_share,
        Own::MigrationSpeed if !is_tip => 0.0,
        Own::Movable if bed.vessels.is_anchored(row) => 0.0,
        _ => 1.0,
    }
}
