//! Vesicles that cells release, anew or again, and those that the dead leave, come free.
//!
//! New ones are a rate over the tick, set before the fields advance; carried one by one, a Poisson number of that mean,
//! each at its own time. Those that a cell gave back in this tick and those that were whole in and on a cell that went
//! come free at once, after it. All come free at the surface of the cell: as concentrations, in the voxels that it lies in
//! (`footprint`), as those in which it captures; what it captures before they get there never leaves it (`Shares::at_once`).
//! Proved by `tests/release.rs`.

use crate::exchange::fields_to_vesicles::Shares;
use crate::free::Free;
use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_vesicles::Spilled;
use tissue_vesicles::particles::{Origin, Place, Release};
use vesicle_base::{Purpose, Rng, Span};

/// Vesicles that a cell makes in a tick; one number a population.
const RELEASE: u16 = 0x0700;
/// Vesicles given back that a cell captures again at once; one number a population.
const AGAIN: u16 = 0x0780;

/// Lets cells release.
pub fn release(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) {
    let mut first_surface = 0;
    for population in 0..t.free.len() {
        let released = release_one(t, plan, (population, first_surface), span, rng);
        t.ledger.release(population, released);
        first_surface += t.free[population].n_fields();
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
    let Tissue { cells, vesicles, free, place, shares, .. } = t;
    let view = cells.behaviour.view(plan.numbers.release(population));
    if view.is_nowhere() {
        return 0.0;
    }
    let n_cells = cells.len();
    let mut released = 0.0;
    for (at, (row, _)) in place.gather().enumerate().filter(|(_, (row, _))| !cells.is_dead(*row)) {
        let rate = view.at(row, cells.kind[row]);
        if rate <= 0.0 {
            continue;
        }
        match &mut free[population] {
            Free::Fields(free) => {
                let voxel_um3 = free.fields.grid().voxel_um3();
                released += rate * span.length_min;
                for (bin, size) in vesicles.population(population).bins.iter().enumerate() {
                    let at_once = shares.at_once(first_surface + bin, at, n_cells);
                    shares.make(first_surface + bin, at, n_cells, rate * size.share * span.length_min);
                    let density = rate * size.share * (1.0 - at_once) / voxel_um3;
                    for (voxel, share) in shares.surface(first_surface + bin, at) {
                        free.fields.supply(bin, voxel, density * share);
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

/// Lets free what cells gave back in this tick, where they were at its start; as concentrations, less what they capture again at once.
pub fn give_back(t: &mut Tissue, span: &Span, rng: &Rng) {
    let mut first_surface = 0;
    for population in 0..t.free.len() {
        for at in 0..t.place.rows.len() {
            let row = t.place.rows[at] as usize;
            let count = t.vesicles.rereleased(population, row);
            if count > 0 {
                let ball = (t.cells.position_um(row), t.cells.radius_um(row));
                let surface = Surface { first: first_surface, at };
                let left = count - capture_again(t, population, &surface, count, span, rng);
                let away = (t.cells.id[row], Origin::Rereleased, left);
                set_free(t, population, away, ball, Some(&surface), span.end_min());
            }
        }
        first_surface += t.free[population].n_fields();
    }
}

/// A cell by its place in gathers, and the number of the first free field of the population that it gives back.
struct Surface {
    first: usize,
    at: usize,
}

impl Surface {
    /// The share of one size that gets away.
    fn away(&self, shares: &Shares, bin: usize, n_cells: usize) -> f64 {
        1.0 - shares.at_once(self.first + bin, self.at, n_cells)
    }
}

/// Gives a cell what it captures at once of what it gave back: a whole number, so that nothing is unsettled.
fn capture_again(
    t: &mut Tissue,
    population: usize,
    surface: &Surface,
    count: u64,
    span: &Span,
    rng: &Rng,
) -> u64 {
    let n_cells = t.cells.len();
    let n_sizes = t.free[population].n_fields();
    let bins = t.vesicles.population(population).bins[..n_sizes].iter().enumerate();
    let at_once: f64 =
        bins.map(|(bin, size)| size.share * (1.0 - surface.away(&t.shares, bin, n_cells))).sum();
    if at_once <= 0.0 {
        return 0;
    }
    let row = t.place.rows[surface.at] as usize;
    let id = t.cells.id[row];
    let again = rng.at(Purpose(AGAIN + population as u16), id, span.tick).binomial(count, at_once.min(1.0));
    t.vesicles.capture_counted(row, id, population, again, span, rng)
}

/// Lets free what was whole in and on cells that went in this tick; rows are those before the turnover.
pub fn spill(t: &mut Tissue, spilled: &[Spilled], span: &Span) {
    for cell in spilled {
        let row = cell.row as usize;
        let ball = (t.cells.position_um(row), t.cells.radius_um(row));
        let come = (cell.id, Origin::Spilled, cell.vesicles);
        set_free(t, cell.population, come, ball, None, span.end_min());
    }
}

fn set_free(
    t: &mut Tissue,
    population: usize,
    (source, origin, count): (u64, Origin, u64),
    ball: ([f64; 3], f64),
    surface: Option<&Surface>,
    now_min: f64,
) {
    let Tissue { cells, vesicles, free, shares, .. } = t;
    match &mut free[population] {
        Free::Fields(free) => {
            let bins = &vesicles.population(population).bins;
            let away =
                |shares: &Shares, bin: usize| surface.map_or(1.0, |of| of.away(shares, bin, cells.len()));
            let all: f64 = bins.iter().enumerate().map(|(bin, size)| size.share * away(shares, bin)).sum();
            for (bin, size) in bins.iter().enumerate().filter(|_| count > 0 && all > 0.0) {
                let amount = count as f64 * size.share * away(shares, bin) / all;
                let contact_um = ball.1 + 0.5 * size.diameter_um;
                for (voxel, share) in shares.surface_now(population, ball.0, contact_um) {
                    free.fields.deposit(bin, voxel, amount * share);
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
