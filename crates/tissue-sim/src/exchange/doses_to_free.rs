//! What is given at a time: mixed in everywhere, or all of it at one site. One by one, a dose that is no whole number is the one
//! above or below it.

use crate::free::{Dissolved, Free};
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
    let expected = dose.per_um3 * grid.volume_um3();
    let given = match &mut t.free[population] {
        Free::Fields(free) => {
            let Dissolved { voxels, fields, .. } = &mut **free;
            let given: Vec<usize> = (0..voxels.grid.n_voxels())
                .filter(|voxel| is_given(dose.site, &grid, voxels.in_tissue(*voxel)))
                .collect();
            let each = expected / given.len() as f64;
            for (bin, size) in t.vesicles.population(population).bins.iter().enumerate() {
                given.iter().for_each(|voxel| fields.deposit(bin, *voxel, each * size.share));
            }
            expected
        }
        Free::Singly(free) => {
            let mut draws = rng.at(GIVING, population as u64, tick as u32);
            let count = whole(expected, draws.uniform());
            let (low_um, high_um) = bounds(dose.site, &grid);
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

/// A whole number of mean `expected`: one of the two beside it, so that a dose of one vesicle is one vesicle.
fn whole(expected: f64, uniform: f64) -> u64 {
    // What units leave of a whole number is none of its parts.
    let nearest = expected.round();
    if (expected - nearest).abs() <= 1e-9 * nearest {
        return nearest as u64;
    }
    expected.floor() as u64 + u64::from(uniform < expected.fract())
}

/// Whether a voxel of the tissue is of a site.
fn is_given(site: Site, grid: &Grid, voxel: usize) -> bool {
    let at = grid.at(voxel);
    match site {
        Site::Everywhere => true,
        Site::Side(side) => {
            let (axis, high) = (usize::from(side / 2), side % 2 == 1);
            at[axis] == if high { grid.n[axis] - 1 } else { 0 }
        }
        Site::Middle => (0..3).all(|axis| at[axis] == grid.n[axis] / 2),
    }
}

/// The box around the voxels of a site, which they fill.
fn bounds(site: Site, grid: &Grid) -> ([f64; 3], [f64; 3]) {
    let corner = |voxel: usize, shift: usize| {
        let at = grid.at(voxel);
        [0, 1, 2].map(|axis| grid.origin_um[axis] + (at[axis] + shift) as f64 * grid.voxel_um[axis])
    };
    let mut given = (0..grid.n_voxels()).filter(|voxel| is_given(site, grid, *voxel));
    let first = given.next();
    match (first, given.next_back().or(first)) {
        (Some(first), Some(last)) => (corner(first, 0), corner(last, 1)),
        _ => (grid.origin_um, grid.origin_um),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_is_the_whole_number_that_it_is() {
        for count in [0_u64, 1, 2, 1000, 1_000_000_000] {
            let expected = count as f64;
            for uniform in [0.0, 0.5, 1.0 - 1e-16] {
                assert_eq!(whole(expected, uniform), count);
                assert_eq!(whole(expected * (1.0 - 3e-16), uniform), count);
                assert_eq!(whole(expected * (1.0 + 3e-16), uniform), count);
            }
        }
    }

    #[test]
    fn a_part_of_a_vesicle_is_one_as_often() {
        let n = 1000;
        let sum: u64 = (0..n).map(|k| whole(2.3, (f64::from(k) + 0.5) / f64::from(n))).sum();
        assert_eq!(sum, 2300);
        assert_eq!(whole(1e-3, 0.5), 0);
        assert_eq!(whole(1e-3, 0.0005), 1);
    }
}
