//! Vesicles that are carried one by one meet the cells: who captures one has it, to the last vesicle.

use crate::free::Free;
use crate::tissue::Tissue;
use tissue_cells::Cells;
use tissue_vesicles::Vesicles;
use tissue_vesicles::particles::Captor;
use vesicle_base::{Rng, Span};

/// Moves every such population through the tick and hands over what was captured.
pub fn capture(t: &mut Tissue, span: &Span, rng: &Rng) {
    for population in 0..t.free.len() {
        let Tissue { free, cells, vesicles, captors, ledger, .. } = t;
        let Free::Singly(free) = &mut free[population] else { continue };
        captors.clear();
        captors.extend((0..cells.len()).map(|row| captor(cells, vesicles, population, row)));
        let captured = free.advance(captors, span, rng);
        for (row, count) in captured.iter().enumerate() {
            vesicles.capture_counted(row, cells.id[row], population, *count, span, rng);
        }
        ledger.follow(population, free);
    }
}

/// How a cell captures; a dead one, or one of a kind that does not, is only in the way.
fn captor(cells: &Cells, vesicles: &Vesicles, population: usize, row: usize) -> Captor {
    let law = vesicles.population(population).capture.get(usize::from(vesicles.receiver(row)));
    let law = law.copied().flatten().filter(|_| !cells.is_dead(row));
    Captor {
        id: cells.id[row],
        centre_um: cells.position_um(row),
        radius_um: cells.radius_um(row),
        clearance_um3_per_min: law.map_or(0.0, |law| law.clearance_um3_per_min),
        bound: vesicles.bound(population, row),
        capacity: law.map_or(f64::INFINITY, |law| law.capacity),
    }
}
