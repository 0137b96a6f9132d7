//! What cells read of fields: values, gradients, lack, the way up.

use crate::place::Place;
use crate::plan::Plan;
use crate::setup::Signal;
use tissue_cells::{Cells, Own, SignalId, Signals};
use tissue_fields::Fields;

/// Fills the signals that are fields or gradients.
pub fn signals(fields: &Fields, plan: &Plan, place: &Place, signals: &mut Signals) {
    for (column, signal) in plan.signals.iter().enumerate() {
        let column = SignalId(column as u16);
        match *signal {
            Signal::Field(field) => {
                let values = fields.values(field);
                let out = signals.column_mut(column);
                out.iter_mut().zip(&place.voxel).for_each(|(out, voxel)| *out = values[*voxel as usize]);
            }
            Signal::Gradient(field) => {
                let out = signals.column_mut(column);
                for (out, voxel) in out.iter_mut().zip(&place.voxel) {
                    *out = length(fields.gradient(field, *voxel as usize));
                }
            }
            _ => {}
        }
    }
}

/// Sets the rate of necrosis of kinds that a lack of a field kills.
pub fn starve(fields: &Fields, plan: &Plan, place: &Place, cells: &mut Cells) {
    if plan.lack.iter().all(Option::is_none) {
        return;
    }
    let Some(column) = cells.behaviour.column_mut(Own::Necrosis.id()) else { return };
    for (row, rate) in column.iter_mut().enumerate() {
        if let Some(lack) = plan.lack[usize::from(cells.kind[row])] {
            *rate = lack.rate_at(fields.values(lack.field)[place.voxel[row] as usize]);
        }
    }
}

/// The unit vector up the gradient that each cell follows, or 0; none at all where no kind follows any.
pub fn headings(fields: &Fields, plan: &Plan, place: &Place, kind: &[u16], headings: &mut Vec<[f64; 3]>) {
    headings.clear();
    if plan.heads_up.iter().all(Option::is_none) {
        return;
    }
    headings.extend(kind.iter().zip(&place.voxel).map(|(kind, voxel)| {
        let Some(field) = plan.heads_up[usize::from(*kind)] else { return [0.0; 3] };
        let gradient = fields.gradient(field, *voxel as usize);
        let size = length(gradient);
        if size > 0.0 { gradient.map(|g| g / size) } else { [0.0; 3] }
    }));
}

fn length(v: [f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}
