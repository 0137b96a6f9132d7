//! Vesicles that cells release, anew or again, enter the fields of the free ones.
//!
//! New ones are a rate over the tick, set before the fields advance; those that a cell gave back in this tick enter at
//! once, after it. Both divide over the sizes of their population by share.

use crate::plan::Plan;
use crate::tissue::Tissue;
use vesicle_base::Span;

/// Sets the sources of free vesicles.
pub fn release(t: &mut Tissue, plan: &Plan, span: &Span) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    for population in 0..t.first_field.len() {
        let view = t.cells.behaviour.view(plan.numbers.release(population));
        if view.is_nowhere() {
            continue;
        }
        let mut released = 0.0;
        for (row, voxel) in t.place.gather().filter(|(row, _)| !t.cells.is_dead(*row)) {
            let rate = view.at(row, t.cells.kind[row]);
            if rate > 0.0 {
                released += rate * span.length_min;
                for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                    t.fields.supply(t.first_field[population] + bin, voxel, rate * size.share / voxel_um3);
                }
            }
        }
        t.ledger.release(population, released);
    }
}

/// Puts what cells gave back in this tick into the voxels where they were at its start.
pub fn give_back(t: &mut Tissue) {
    for population in 0..t.first_field.len() {
        for (row, voxel) in t.place.gather() {
            let again = t.vesicles.rereleased(population, row);
            if again > 0 {
                for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                    t.fields.deposit(t.first_field[population] + bin, voxel, again as f64 * size.share);
                }
            }
        }
    }
}
