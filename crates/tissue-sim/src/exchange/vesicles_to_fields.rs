//! Vesicles that cells release, anew or again, and those that the dead leave, come free.
//!
//! New ones are a rate over the tick, set before the fields advance; carried one by one, a Poisson number of that mean,
//! each at its own time. Those that a cell gave back in this tick and those that were whole in and on a cell that went
//! come free at once, after it. All come free at the surface of the cell: as concentrations, in the voxels that it lies in
//! (`footprint`), as those in which it captures.
//! Proved by `tests/release.rs`.

use crate::free::Free;
use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_vesicles::Spilled;
use tissue_vesicles::particles::{Origin, Place, Release};
use vesicle_base::{Purpose, Rng, Span};

/// Vesicles that a cell makes in a tick; one number a population.
const RELEASE: u16 = 0x0700;

/// Lets cells release.
pub fn release(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) {
    let mut first_surface = 0;
    for population in 0..t.free.len() {
        let released = release_one(t, plan, (population, first_surface), span, rng);
        t.ledger.release(population, released);
        first_surface += t.free_fields(population).len();
    }
}

/// Of one population, whose first free field has that number; returns how many.
fn release_one(
    t: &mut Tissue,
    plan: &Plan,
    (population, first_surface): (usize, usize),
    span: &Span,
    rng: &Rng,
) -> f64 {
    let Tissue { fields, cells, vesicles, free, place, shares, .. } = t;
    let view = cells.behaviour.view(plan.numbers.release(population));
    if view.is_nowhere() {
        return 0.0;
    }
    let voxel_um3 = fields.grid().voxel_um3();
    let mut released = 0.0;
    for (at, (row, _)) in place.gather().enumerate().filter(|(_, (row, _))| !cells.is_dead(*row)) {
        let rate = view.at(row, cells.kind[row]);
        if rate <= 0.0 {
            continue;
        }
        match &mut free[population] {
            Free::Fields { first, .. } => {
                released += rate * span.length_min;
                for (bin, size) in vesicles.population(population).bins.iter().enumerate() {
                    let density = rate * size.share / voxel_um3;
                    for (voxel, share) in shares.surface(first_surface + bin, at) {
                        fields.supply(*first + bin, voxel, density * share);
                    }
                }
            }
            Free::Singly(free) => {
                let id = cells.id[row];
                let mut draws = rng.at(Purpose(RELEASE + population as u16), id, span.tick);
                let count = draws.poisson(rate * span.length_min);
                released += count as f64;
                let ball = (cells.position_um(row), cells.radius_um(row));
                let within_tick = [span.start_min, span.end_min()];
                free.release(around(id, Origin::Released, count, ball, within_tick));
            }
        }
    }
    released
}

/// Lets free what cells gave back in this tick, where they were at its start.
pub fn give_back(t: &mut Tissue, span: &Span) {
    for population in 0..t.free.len() {
        for at in 0..t.place.rows.len() {
            let row = t.place.rows[at] as usize;
            let count = t.vesicles.rereleased(population, row);
            if count > 0 {
                let ball = (t.cells.position_um(row), t.cells.radius_um(row));
                set_free(t, population, (t.cells.id[row], Origin::Rereleased, count), ball, span.end_min());
            }
        }
    }
}

/// Lets free what was whole in and on cells that went in this tick; rows are those before the turnover.
pub fn spill(t: &mut Tissue, spilled: &[Spilled], span: &Span) {
    for cell in spilled {
        let row = cell.row as usize;
        let ball = (t.cells.position_um(row), t.cells.radius_um(row));
        set_free(t, cell.population, (cell.id, Origin::Spilled, cell.vesicles), ball, span.end_min());
    }
}

fn set_free(
    t: &mut Tissue,
    population: usize,
    (source, origin, count): (u64, Origin, u64),
    ball: ([f64; 3], f64),
    now_min: f64,
) {
    let Tissue { fields, vesicles, free, shares, .. } = t;
    match &mut free[population] {
        Free::Fields { first, .. } => {
            let grid = *fields.grid();
            for (bin, size) in vesicles.population(population).bins.iter().enumerate() {
                let amount = count as f64 * size.share;
                let contact_um = ball.1 + 0.5 * size.diameter_um;
                for (voxel, share) in shares.surface_now(&grid, ball.0, contact_um) {
                    fields.deposit(*first + bin, voxel, amount * share);
                }
            }
        }
        Free::Singly(free) => free.release(around(source, origin, count, ball, [now_min; 2])),
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
