//! Vesicles come free at the surface of their cell, however they are carried, released, given back or left by a cell that died:
//! where the surface lies, not in the voxel of the centre. The cell is four voxels wide, and the vesicles hardly move.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::setup::{Carried, Founder, Setup, Start};
use tissue_sim::{Frame, LedgerRow, Tissue, build, step};
use tissue_vesicles::CaptureLaw;
use tissue_vesicles::particles::Motion;
use vesicle_base::{Grid, Rng, Span};

const SIDE_UM: f64 = 44.0;
const VOXEL_UM: f64 = 4.0;
const VESICLE_UM: f64 = 0.05;
const TICK_MIN: f64 = 6.0;
/// What comes back in the last tick is not there yet.
const TICKS: u32 = 3;

/// One cell that releases at a rate, per minute.
fn tissue(at_um: [f64; 3], release_per_min: f64, singly: bool) -> Setup {
    let mut setup = small::setup(TICKS);
    (setup.size_um, setup.voxel_um, setup.tick_min) = ([SIDE_UM; 3], VOXEL_UM, TICK_MIN);
    setup.rules.clear();
    setup.fields.clear();
    setup.field_doses.clear();
    setup.populations.truncate(1);
    for kind in &mut setup.kinds {
        kind.release_per_min = vec![release_per_min];
        (kind.lack, kind.exchange) = (None, Vec::new());
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.law.motility.speed_um_per_min = 0.0;
        kind.start = Start::None;
    }
    setup.kinds[0].start = Start::Table { founders: vec![Founder { at_um, volume_um3: None }] };
    let population = &mut setup.populations[0];
    population.dose.per_um3 = 0.0;
    population.decay_per_min = 0.0;
    for bin in &mut population.law.bins {
        (bin.diffusion_um2_per_min, bin.diameter_um) = (1e-9, 2.0 * VESICLE_UM);
    }
    population.law.capture = vec![None; 2];
    population.law.fate.internalise_per_min = 1.0;
    population.law.fate.escape_per_min = 1.0;
    (population.law.fate.escape_fraction, population.law.fate.rerelease_fraction) = (0.0, 1.0);
    population.carried =
        if singly { Carried::Singly { motion: Motion::Brownian } } else { Carried::AsFields };
    setup
}

/// The last frame, with so many vesicles bound at the start.
fn after(setup: &Setup, bound: u64) -> (Tissue, Frame) {
    let rng = Rng::new(3);
    let (mut tissue, plan) = build(setup, &rng).unwrap();
    let before = Span::of_tick(0, TICK_MIN);
    tissue.vesicles.capture_counted(0, tissue.cells.id[0], 0, bound, &before, &rng);
    for tick in 1..=setup.n_ticks {
        step(&mut tissue, &plan, &Span::of_tick(tick, TICK_MIN), &rng);
        assert_eq!(tissue.health(), None);
    }
    let frame = Frame::of(&tissue, TICK_MIN * f64::from(setup.n_ticks));
    (tissue, frame)
}

/// Free vesicles, and the mean square distance of their voxels from a point, µm².
fn spread(frame: &Frame, from_um: [f64; 3]) -> (f64, f64) {
    let grid = Grid::of_box([SIDE_UM; 3], VOXEL_UM);
    let (mut all, mut squares) = (0.0, 0.0);
    for (voxel, vesicles) in frame.free[0].iter().copied().map(f64::from).enumerate() {
        let at = grid.at(voxel);
        let square = |axis: usize| ((at[axis] as f64 + 0.5) * VOXEL_UM - from_um[axis]).powi(2);
        all += vesicles;
        squares += vesicles * (square(0) + square(1) + square(2));
    }
    (all, squares / all)
}

/// Where the centre lies on the grid: on 26 points of a surface one place alone says little.
const CENTRES_UM: [[f64; 3]; 8] = [
    [20.2, 20.9, 23.1],
    [21.1, 23.6, 20.4],
    [22.0, 21.3, 22.7],
    [22.9, 20.1, 21.6],
    [23.8, 22.4, 23.9],
    [20.7, 22.8, 21.9],
    [21.6, 21.7, 20.8],
    [23.3, 23.2, 22.3],
];

/// Nothing in the middle of the cell, and as far from there as the surface is; returns the mean number of free vesicles.
fn lies_at_the_surface(release_per_min: f64, bound: u64, singly: bool) -> f64 {
    let grid = Grid::of_box([SIDE_UM; 3], VOXEL_UM);
    let (mut free, mut squares, mut expected) = (0.0, 0.0, 0.0);
    for at_um in CENTRES_UM {
        let (tissue, frame) = after(&tissue(at_um, release_per_min, singly), bound);
        let (all, square) = spread(&frame, at_um);
        assert!(f64::from(frame.free[0][grid.voxel_of(at_um)]) < 1e-9 * all, "deep in the cell");
        let contact_um = tissue.cells.radius_um(0) + VESICLE_UM;
        assert!(contact_um > 2.0 * VOXEL_UM);
        // The middle of a voxel is as far off as a place in it, and by the edge's second moment on each axis more.
        expected += contact_um * contact_um + 0.25 * VOXEL_UM * VOXEL_UM;
        squares += square;
        free += all / CENTRES_UM.len() as f64;
    }
    assert!((squares / expected - 1.0).abs() < 0.06, "{squares} of {expected}");
    free
}

#[test]
fn a_large_cell_releases_at_its_surface() {
    for singly in [false, true] {
        let all = lies_at_the_surface(500.0, 0, singly);
        let expected = 500.0 * f64::from(TICKS) * TICK_MIN;
        assert!((all - expected).abs() < 4.0 * expected.sqrt(), "{all} of {expected}");
    }
}

#[test]
fn a_large_cell_gives_back_at_its_surface() {
    for singly in [false, true] {
        let all = lies_at_the_surface(0.0, 4000, singly);
        assert!((3900.0..4001.0).contains(&all), "{all} came back");
    }
}

/// In a corner an eighth of the surface is in the box, and all that is released comes free there.
#[test]
fn a_cell_in_a_corner_releases_into_the_box_and_the_ledger_closes() {
    let mut both = Vec::new();
    for singly in [false, true] {
        let (_, frame) = after(&tissue([0.7, 0.3, 1.1], 5000.0, singly), 0);
        let signed = |row: &LedgerRow| f64::from(row.sign) * row.amount;
        let open: f64 = frame.ledger.iter().filter(|row| !row.is_species).map(signed).sum();
        assert!(open.abs() < 1e-6, "{open}");
        both.push(spread(&frame, [0.7, 0.3, 1.1]));
    }
    let (fields, one_by_one) = (both[0], both[1]);
    assert!((fields.0 - one_by_one.0).abs() < 4.0 * fields.0.sqrt(), "{both:?}");
    assert!((fields.1 / one_by_one.1 - 1.0).abs() < 0.1, "{both:?}");
}

/// What a cell of that many bound vesicles left when it went: the cell dies at once, keeps its size, and is gone in the next tick.
fn left_by_the_dead(at_um: [f64; 3], bound: u64, singly: bool) -> (f64, Frame) {
    let mut setup = tissue(at_um, 0.0, singly);
    for kind in &mut setup.kinds {
        kind.law.apoptosis.rate_per_min = 1e3;
        kind.law.apoptosis.duration_min = 1.0;
        let rates = &mut kind.law.apoptosis.rates;
        (rates.fluid_per_min, rates.cytoplasm_per_min, rates.nucleus_per_min) = (0.0, 0.0, 0.0);
    }
    let population = &mut setup.populations[0];
    (population.law.fate.internalise_per_min, population.spill_share) = (1e-12, 0.7);
    let (tissue, frame) = after(&setup, bound);
    assert_eq!(tissue.cells.len(), 0, "the cell is gone");
    let signed = |row: &LedgerRow| f64::from(row.sign) * row.amount;
    let open: f64 = frame.ledger.iter().filter(|row| !row.is_species).map(signed).sum();
    // What was bound before the first tick came from nowhere.
    assert!((open + bound as f64).abs() < 1e-6 * bound as f64, "{open}");
    let left = frame.ledger.iter().find(|row| row.account == "left by dead cells" && !row.is_species);
    (left.unwrap().amount, frame)
}

#[test]
fn what_a_dead_cell_held_comes_free_where_it_was() {
    let grid = Grid::of_box([SIDE_UM; 3], VOXEL_UM);
    let radius_um = small::setup(1).kinds[0].law.volume.radius_um();
    let contact_um = radius_um + VESICLE_UM;
    let expected = contact_um * contact_um + 0.25 * VOXEL_UM * VOXEL_UM;
    let mut squares = [0.0; 2];
    for at_um in CENTRES_UM {
        let both = [false, true].map(|singly| left_by_the_dead(at_um, 4000, singly));
        assert_eq!(both[0].0, both[1].0, "as many in both ways");
        let error = (4000.0_f64 * 0.7 * 0.3).sqrt();
        assert!((both[0].0 - 2800.0).abs() < 4.0 * error, "{} of 2800 ± {error}", both[0].0);
        for ((left, frame), squares) in both.iter().zip(&mut squares) {
            let (all, square) = spread(frame, at_um);
            assert!((all - left).abs() < 1e-3 * left, "{all} are free, {left} were left");
            assert!(f64::from(frame.free[0][grid.voxel_of(at_um)]) < 1e-9 * all, "none where the middle was");
            *squares += square / CENTRES_UM.len() as f64;
        }
    }
    for square in squares {
        assert!((square / expected - 1.0).abs() < 0.06, "{square} of {expected}");
    }
}

/// A cell that captures all it meets captures what it releases and what it gives back: in fields a third of that got away before, for the
/// voxels that it came free in knew nothing of how near it was.
#[test]
fn a_cell_that_captures_everything_captures_its_own() {
    let captured = |singly: bool, release_per_min: f64, bound: u64| {
        let mut setup = tissue([22.0; 3], release_per_min, singly);
        setup.voxel_um = 20.0;
        setup.n_ticks = 10;
        setup.frame_ticks = vec![10];
        let population = &mut setup.populations[0];
        population.law.bins.iter_mut().for_each(|bin| bin.diffusion_um2_per_min = 40.0);
        let all = CaptureLaw { clearance_um3_per_min: 1e9, capacity: f64::INFINITY };
        population.law.capture = vec![Some(all); 2];
        population.decay_per_min = 0.1;
        let (_, frame) = after(&setup, bound);
        let amount = |account: &str| -> f64 {
            let rows = frame.ledger.iter().filter(|row| !row.is_species && row.account == account);
            rows.map(|row| row.amount).sum()
        };
        (amount("cleared"), amount("released") + amount("re-released"))
    };
    for (release_per_min, bound) in [(50.0, 0), (0.0, 500)] {
        for singly in [false, true] {
            let (cleared, freed) = captured(singly, release_per_min, bound);
            println!("{release_per_min}, {bound}, singly {singly}: {cleared} of {freed}");
            assert!(freed > 2000.0 && cleared < 0.03 * freed, "singly {singly}: {cleared} of {freed}");
        }
    }
}
