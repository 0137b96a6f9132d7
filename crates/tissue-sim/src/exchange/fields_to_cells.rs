//! What cells read of fields: values, gradients, lack, the way up.

use crate::place::Place;
use crate::plan::Plan;
use crate::setup::{Gradients, Signal};
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

/// Adds to the rate of necrosis of kinds that a lack of a field kills what the lack adds: to the base, or to what rules
/// have just made of it.
pub fn starve(fields: &Fields, plan: &Plan, place: &Place, cells: &mut Cells) {
    if plan.lack.iter().all(Option::is_none) {
        return;
    }
    let Some(column) = cells.behaviour.column_mut(Own::Necrosis.id()) else { return };
    for (row, rate) in column.iter_mut().enumerate() {
        let kind = usize::from(cells.kind[row]);
        if let Some(lack) = plan.lack[kind]
            && !cells.life.dead[row]
        {
            let without = plan.necrosis_base[kind].unwrap_or(*rate);
            *rate = without + lack.rate_at(fields.values(lack.field)[place.voxel[row] as usize]);
        }
    }
}

/// The unit vector along which each cell would turn, or 0: the sum of the gradients that it follows, each times the
/// cell's chemotaxis to the field; none at all where no cell follows any.
pub fn headings(fields: &Fields, plan: &Plan, place: &Place, cells: &Cells, headings: &mut Vec<[f64; 3]>) {
    headings.clear();
    if plan.followed.is_empty() {
        return;
    }
    headings.extend((0..cells.len()).map(|row| heading(fields, plan, place.voxel[row] as usize, cells, row)));
}

fn heading(fields: &Fields, plan: &Plan, voxel: usize, cells: &Cells, row: usize) -> [f64; 3] {
    let kind = cells.kind[row];
    let (mut n, mut only, mut sum) = (0, [0.0; 3], [0.0; 3]);
    for field in &plan.followed {
        let weight = cells.behaviour.value(plan.numbers.chemotaxis(*field), row, kind);
        if weight != 0.0 {
            let gradient = fields.gradient(*field, voxel);
            let pull = match plan.gradients[usize::from(kind)] {
                Gradients::Directions => unit(gradient),
                Gradients::Slopes => gradient,
            };
            n += 1;
            only = gradient.map(|g| weight.signum() * g);
            sum = [0, 1, 2].map(|axis| sum[axis] + weight * pull[axis]);
        }
    }
    // One gradient has a direction whatever its weight, and is not rounded twice.
    unit(if n == 1 { only } else { sum })
}

fn unit(v: [f64; 3]) -> [f64; 3] {
    let size = length(v);
    if size > 0.0 { v.map(|v| v / size) } else { [0.0; 3] }
}

fn length(v: [f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}
