//! What is given at a time: mixed in everywhere, or all of it at one site.

use crate::free::Free;
use crate::plan::Plan;
use crate::setup::{Dose, Site};
use crate::tissue::Tissue;
use tissue_vesicles::particles::{Origin, Place, Release};
use vesicle_base::{Grid, Purpose, Rng};

const GIVING: Purpose = Purpose(0x0603);

/// Gives what is due at the start of a tick.
pub fn give(t: &mut Tissue, plan: &Plan, tick: u32, start_min: f64, rng: &Rng) {
    for (population, dose) in plan.doses.iter().enumerate() {
        if dose.per_um3 > 0.0 && dose.ticks.contains(&tick) {
            give_one(t, population, dose, [f64::from(tick), start_min], rng);
        }
    }
}

fn give_one(t: &mut Tissue, population: usize, dose: &Dose, [tick, start_min]: [f64; 2], rng: &Rng) {
    let grid = *t.fields.grid();
    let voxels = voxels(dose.site, &grid);
    let expected = dose.per_um3 * grid.volume_um3();
    let given = match &mut t.free[population] {
        Free::Fields { first, .. } => {
            let each = expected / voxels.len() as f64;
            for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                voxels.iter().for_each(|voxel| t.fields.deposit(*first + bin, *voxel, each * size.share));
            }
            expected
        }
        Free::Singly(free) => {
            let count = rng.at(GIVING, population as u64, tick as u32).poisson(expected);
            let (low_um, high_um) = bounds(&voxels, &grid);
            free.release(Release {
                source: u64::MAX,
                origin: Origin::Injected,
                count,
                place: Place::Within { low_um, high_um },
                between_min: [start_min; 2],
                held_share: 0.0,
            });
            count as f64
        }
    };
    t.ledger.inject(population, given);
}

/// The voxels of a site, in rising order.
fn voxels(site: Site, grid: &Grid) -> Vec<usize> {
    let inside = |voxel: &usize| {
        let at = grid.at(*voxel);
        match site {
            Site::Everywhere => true,
            Site::Side(side) => {
                let (axis, high) = (usize::from(side / 2), side % 2 == 1);
                at[axis] == if high { grid.n[axis] - 1 } else { 0 }
            }
            Site::Middle => (0..3).all(|axis| at[axis] == grid.n[axis] / 2),
        }
    };
    (0..grid.n_voxels()).filter(inside).collect()
}

/// The box around the voxels of a site, which they fill.
fn bounds(voxels: &[usize], grid: &Grid) -> ([f64; 3], [f64; 3]) {
    let corner = |voxel: usize, shift: usize| {
        let at = grid.at(voxel);
        [0, 1, 2].map(|axis| grid.origin_um[axis] + (at[axis] + shift) as f64 * grid.voxel_um[axis])
    };
    match (voxels.first(), voxels.last()) {
        (Some(first), Some(last)) => (corner(*first, 0), corner(*last, 1)),
        _ => (grid.origin_um, grid.origin_um),
    }
}
