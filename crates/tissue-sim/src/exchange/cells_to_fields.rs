//! Secretion and uptake of cells become sources and sinks of fields.
//!
//! dρ/dt = (V/W) (S (ρ* − ρ) − U ρ) for a cell of volume V in a voxel of volume W; the contributions of all cells of
//! a voxel are summed in the order of identities, so two cells in one voxel are right.

use crate::place::Place;
use crate::plan::Plan;
use tissue_cells::Cells;
use tissue_fields::Fields;

/// Sets the rates of every field from every cell.
pub fn secrete_and_take_up(cells: &Cells, plan: &Plan, place: &Place, fields: &mut Fields) {
    let voxel_um3 = fields.grid().voxel_um3();
    for field in 0..plan.numbers.n_fields() {
        let [secretion, target, uptake] =
            [plan.numbers.secretion(field), plan.numbers.target(field), plan.numbers.uptake(field)];
        let [s_view, u_view] = [secretion, uptake].map(|id| cells.behaviour.view(id));
        if s_view.is_nowhere() && u_view.is_nowhere() {
            continue;
        }
        for (row, voxel) in place.gather() {
            let kind = cells.kind[row];
            let (s, u) = if cells.is_dead(row) {
                let value = |id| cells.behaviour.value_when_dead(id, row, kind);
                (value(secretion), value(uptake))
            } else {
                (s_view.at(row, kind), u_view.at(row, kind))
            };
            let filling = cells.volume_um3(row) / voxel_um3;
            if s > 0.0 {
                fields.supply(field, voxel, filling * s * cells.behaviour.value(target, row, kind));
            }
            if s + u > 0.0 {
                fields.take_up(field, voxel, filling * (s + u));
            }
        }
    }
}
