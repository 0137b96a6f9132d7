//! Vesicles that cells release, anew or again, become sources of the free ones.
//!
//! New ones are a rate over the tick; those that a cell gave back in the last tick enter at once, at its voxel. Both
//! divide over the sizes of their population by share.

use crate::plan::Plan;
use crate::tissue::Tissue;
use vesicle_base::Span;

/// Sets the sources of free vesicles.
pub fn release(t: &mut Tissue, plan: &Plan, span: &Span) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    for population in 0..t.first_field.len() {
        let view = t.cells.behaviour.view(plan.numbers.release(population));
        let releases = !view.is_nowhere();
        let mut released = 0.0;
        for (row, voxel) in t.place.gather() {
            let rate = if releases && !t.cells.is_dead(row) { view.at(row, t.cells.kind[row]) } else { 0.0 };
            let again = t.vesicles.rereleased(population, row);
            if rate == 0.0 && again == 0 {
                continue;
            }
            released += rate * span.length_min;
            for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                let field = t.first_field[population] + bin;
                t.fields.supply(field, voxel, rate * size.share / voxel_um3);
                t.fields.deposit(field, voxel, again as f64 * size.share);
            }
        }
        t.ledger.release(population, released);
    }
}
