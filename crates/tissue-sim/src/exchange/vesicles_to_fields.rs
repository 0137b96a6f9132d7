//! Vesicles that cells release, anew or again, and those that the dead leave, come free.
//!
//! New ones are a rate over the tick, set before the fields advance; carried one by one, a Poisson number of that mean,
//! each at its own time on the surface of its cell. Those that a cell gave back in this tick and those that were whole in
//! and on a cell that went come free at once, after it.

use crate::free::Free;
use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_fields::Fields;
use tissue_vesicles::particles::{Origin, Place, Release};
use tissue_vesicles::{Spilled, Vesicles};
use vesicle_base::{Purpose, Rng, Span};

/// Vesicles that a cell makes in a tick; one number a population.
const RELEASE: u16 = 0x0700;

/// Lets cells release.
pub fn release(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    for population in 0..t.free.len() {
        let view = t.cells.behaviour.view(plan.numbers.release(population));
        if view.is_nowhere() {
            continue;
        }
        let mut released = 0.0;
        for (row, voxel) in t.place.gather().filter(|(row, _)| !t.cells.is_dead(*row)) {
            let rate = view.at(row, t.cells.kind[row]);
            if rate <= 0.0 {
                continue;
            }
            match &mut t.free[population] {
                Free::Fields { first, .. } => {
                    released += rate * span.length_min;
                    for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                        t.fields.supply(*first + bin, voxel, rate * size.share / voxel_um3);
                    }
                }
                Free::Singly(free) => {
                    let id = t.cells.id[row];
                    let mut draws = rng.at(Purpose(RELEASE + population as u16), id, span.tick);
                    let count = draws.poisson(rate * span.length_min);
                    released += count as f64;
                    let at = (t.cells.position_um(row), t.cells.radius_um(row));
                    let within_tick = [span.start_min, span.end_min()];
                    free.release(around(id, Origin::Released, count, at, within_tick));
                }
            }
        }
        t.ledger.release(population, released);
    }
}

/// Lets free what cells gave back in this tick, where they were at its start.
pub fn give_back(t: &mut Tissue, span: &Span) {
    for population in 0..t.free.len() {
        for (row, voxel) in t.place.gather() {
            let count = t.vesicles.rereleased(population, row);
            if count > 0 {
                let at = (t.cells.position_um(row), t.cells.radius_um(row));
                let now = [span.end_min(); 2];
                let again = around(t.cells.id[row], Origin::Rereleased, count, at, now);
                set_free(&mut t.free, &mut t.fields, &t.vesicles, (population, voxel), again);
            }
        }
    }
}

/// Lets free what was whole in and on cells that went in this tick; rows are those before the turnover.
pub fn spill(t: &mut Tissue, spilled: &[Spilled], span: &Span) {
    for cell in spilled {
        let row = cell.row as usize;
        let voxel = t.fields.grid().voxel_of(t.cells.position_um(row));
        let at = (t.cells.position_um(row), t.cells.radius_um(row));
        let left = around(cell.id, Origin::Spilled, cell.vesicles, at, [span.end_min(); 2]);
        set_free(&mut t.free, &mut t.fields, &t.vesicles, (cell.population, voxel), left);
    }
}

fn set_free(
    free: &mut [Free],
    fields: &mut Fields,
    vesicles: &Vesicles,
    (population, voxel): (usize, usize),
    release: Release,
) {
    match &mut free[population] {
        Free::Fields { first, .. } => {
            for (bin, size) in vesicles.population(population).bins.iter().enumerate() {
                fields.deposit(*first + bin, voxel, release.count as f64 * size.share);
            }
        }
        Free::Singly(free) => free.release(release),
    }
}

fn around(
    source: u64,
    origin: Origin,
    count: u64,
    (centre_um, radius_um): ([f64; 3], f64),
    between_min: [f64; 2],
) -> Release {
    let place = Place::Around { centre_um, radius_um };
    Release { source, origin, count, place, between_min, held_share: 0.0 }
}
