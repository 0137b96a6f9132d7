//! Vessels of the well-mixed twin are the mean of those of the tissue, where that does not depend on who meets whom.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use rayon::prelude::*;
use tissue_fields::Side;
use tissue_sim::setup::{Setup, Start, Wall, WallOf};
use tissue_sim::{Frame, Simulation, simulate, twin};
use tissue_vasculature::{Ends, Face, Inlet, VesselLaw};

/// Diffusion at which what is used up at a rate k in a voxel of a box of length L is short of its mean by a share of
/// k L²/D = 1e-4 at most.
const FAST: f64 = 1e8;

/// Cells that stand, live for ever and do not push.
fn still(setup: &mut Setup) {
    setup.rules.clear();
    for kind in &mut setup.kinds {
        kind.lack = None;
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.law.motility.speed_um_per_min = 0.0;
        (kind.law.mechanics.repulsion_um_per_min, kind.law.mechanics.adhesion_um_per_min) = (0.0, 0.0);
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.exchange[1].secretion_per_min = 0.0;
    }
}

/// A host vessel from one face to the other, which brings the first field and the first population; everything else
/// diffuses so fast that the box is one place.
fn host(n_ticks: u32, blood: f64, walls: [f64; 2]) -> Setup {
    let mut setup = small::with_vessels(n_ticks);
    still(&mut setup);
    setup.kinds[1].start =
        Start::Line { corners_um: vec![[0.0, 60.0, 20.0], [160.0, 60.0, 20.0]], every_um: 19.9 };
    let inlet = |face, mmhg| Inlet { face, depth_um: 1.0, ends: Ends::All { mmhg } };
    let vessels = setup.vessels.as_mut().unwrap();
    vessels.law = VesselLaw {
        join_distance_um: 25.0,
        edge_rest_um: 20.0,
        perfused_after_min: 60.0,
        inlets: vec![inlet(Face::XLow, 25.0), inlet(Face::XHigh, 10.0)],
        ..VesselLaw::default()
    };
    vessels.guide = None;
    let wall = |of, blood, permeability_um_per_min| Wall { of, blood, permeability_um_per_min };
    vessels.walls =
        vec![wall(WallOf::Field(0), 38.0, walls[0]), wall(WallOf::Population(0), blood, walls[1])];
    setup.fields[0].sides = [Side::Closed; 6];
    setup.fields[0].solve = tissue_fields::Solve::Transient;
    setup.fields[0].start = 5.0;
    setup.kinds.iter_mut().for_each(|kind| kind.exchange[0].uptake_per_min = 0.5);
    setup.fields.iter_mut().for_each(|field| field.diffusion_um2_per_min = FAST);
    for population in &mut setup.populations {
        population.law.fate.rerelease_fraction = 0.0;
        population.law.bins.iter_mut().for_each(|bin| bin.diffusion_um2_per_min = FAST);
        for capture in population.law.capture.iter_mut().flatten() {
            capture.capacity = f64::INFINITY;
            capture.clearance_um3_per_min = 40.0;
        }
    }
    setup
}

fn frames(setup: &Setup, seed: u64) -> Vec<Frame> {
    let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
    assert_eq!(record.invalid, None);
    record.frames
}

fn account(rows: &[tissue_sim::LedgerRow], name: &str) -> f64 {
    rows.iter().find(|row| !row.is_species && row.index == 0 && row.account == name).unwrap().amount
}

fn close(got: f64, expected: f64, share: f64, what: &str) {
    assert!((got - expected).abs() <= share * expected.abs(), "{what}: {got} and {expected}");
}

#[test]
fn a_host_vessel_feeds_twin_and_tissue_alike() {
    let mut setup = host(60, 0.0, [2.0, 0.0]);
    setup.populations.clear();
    setup.kinds.iter_mut().for_each(|kind| kind.release_per_min.clear());
    setup.vessels.as_mut().unwrap().walls.truncate(1);
    setup.frame_ticks = vec![1, 9, 10, 11, 15, 30, 60];
    let instants = twin::run(&setup, 1).unwrap();
    for (frame, tick) in frames(&setup, 3).iter().zip(&setup.frame_ticks) {
        let of_twin = &instants[*tick as usize];
        let values = &frame.fields[0];
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
        // The solver's tolerance in each tick, single precision of frames, and what is short of being mixed.
        close(
            mean,
            of_twin.fields[0],
            1e-6 * f64::from(*tick) + 1e-6 + 1e-4,
            &format!("field at tick {tick}"),
        );
        let vessels = of_twin.vessels.unwrap();
        let perfused: f64 = frame.vessels.iter().filter(|v| v.perfused).map(|v| f64::from(v.length_um)).sum();
        assert!(
            (vessels.perfused_um - perfused).abs() < 1e-3,
            "tick {tick}: {} and {perfused}",
            vessels.perfused_um
        );
        assert!(vessels.is_seeded && (vessels.joints - frame.vessels.len() as f64).abs() < 1e-9);
    }
    assert!(
        instants[9].vessels.unwrap().perfused_um == 0.0 && instants[10].vessels.unwrap().perfused_um > 150.0
    );
    let at = |tick: usize| instants[tick].fields[0];
    assert!(at(9) < at(0) && at(60) > 2.0 * at(9), "{} {} {}", at(0), at(9), at(60));
}

#[test]
fn blood_brings_and_carries_off_alike() {
    let setup = host(80, 0.03, [2.0, 0.4]);
    let rows = twin::ledger(&setup).unwrap();
    let mut gains = Vec::new();
    for seed in 0..4 {
        let last = frames(&setup, seed).pop().unwrap();
        // Fields carry means: what blood does is the same in every run, to the solver's tolerance in each tick.
        for name in ["brought by blood", "carried off by blood", "free", "cleared"] {
            assert!(account(&rows, name) > 1.0, "{name} is seen");
            close(account(&last.ledger, name), account(&rows, name), 1e-4, name);
        }
        let cells = last.cells.iter().filter(|cell| cell.kind == 0);
        gains.push(cells.map(|cell| cell.taken_up[0] as f64).sum::<f64>());
    }
    let twin = twin::run(&setup, 80).unwrap().pop().unwrap();
    let expected = twin.taken_up[0][0] * twin.live[0];
    let mean = gains.iter().sum::<f64>() / 4.0;
    assert!((mean - expected).abs() < 5.0 * (expected / 4.0).sqrt(), "{mean} captured and {expected}");
    for population in 0..2 {
        let of = || rows.iter().filter(|row| !row.is_species && row.index == population);
        let sum: f64 = of().map(|row| f64::from(row.sign) * row.amount).sum();
        let largest = of().map(|row| row.amount).fold(0.0, f64::max);
        assert!(sum.abs() <= 1e-9 * largest, "{sum} of {largest}");
    }
}

#[test]
fn the_twin_keeps_its_books_where_all_happens_at_once() {
    let mut setup = small::one_by_one(300);
    setup.populations.iter_mut().for_each(|p| p.carried = tissue_sim::setup::Carried::AsFields);
    let vessels = small::with_vessels(300).vessels;
    setup.vessels = vessels;
    for row in
        twin::ledger(&setup).unwrap().chunk_by(|a, b| (a.is_species, a.index) == (b.is_species, b.index))
    {
        let sum: f64 = row.iter().map(|row| f64::from(row.sign) * row.amount).sum();
        let largest = row.iter().map(|row| row.amount).fold(0.0, f64::max);
        assert!(sum.abs() <= 1e-9 * largest, "{:?}: {sum} of {largest}", row[0]);
        assert!(row.iter().all(|row| row.amount >= -1e-9 * largest && row.amount.is_finite()), "{row:?}");
    }
}

/// Endothelium on one side, far apart and without reach, so that no sprout meets another; the guide is the same
/// everywhere.
fn sprouts(n_ticks: u32, division: f64, branch: f64) -> Setup {
    let mut setup = small::with_vessels(n_ticks);
    still(&mut setup);
    setup.size_um = [60.0, 800.0, 20.0];
    setup.populations.clear();
    setup.kinds.iter_mut().for_each(|kind| kind.release_per_min.clear());
    setup.kinds[0].start = Start::None;
    setup.kinds[1].start = Start::Side { side: 0, every_um: 20.0 };
    setup.kinds[1].law.cycle = setup.kinds[1].law.cycle.clone().with_exits(&[division]);
    let law = &mut setup.fields[1];
    (law.sides, law.start, law.decay_per_min) = ([Side::Closed; 6], 1.0, 0.0);
    setup.field_doses = vec![0.0; 2];
    let vessels = setup.vessels.as_mut().unwrap();
    (vessels.law.branch_per_min, vessels.law.join_distance_um) = (branch, 0.0);
    vessels.walls.clear();
    setup
}

/// Cells, tips and joints at the end of one run.
fn counts(setup: &Setup, seed: u64) -> [f64; 3] {
    let mut run = Simulation::new(setup, seed).unwrap();
    while run.tick() {}
    assert_eq!(run.record().invalid, None);
    let vessels = &run.tissue().bed.as_ref().unwrap().vessels;
    let n = run.tissue().cells.len();
    let live = (0..n).filter(|row| !run.tissue().cells.is_dead(*row)).count();
    let tips = (0..n).filter(|row| vessels.is_tip(*row)).count();
    [live, tips, vessels.graph().edges().len()].map(|n| n as f64)
}

fn hold_to_the_tissue(setup: &Setup, seeds: u64) -> [f64; 3] {
    let runs: Vec<[f64; 3]> = (0..seeds).into_par_iter().map(|seed| counts(setup, seed)).collect();
    let last = twin::run(setup, setup.n_ticks).unwrap().pop().unwrap();
    let vessels = last.vessels.unwrap();
    let expected = [last.live[1], vessels.tips, vessels.joints];
    for (k, what) in ["cells", "tips", "joints"].into_iter().enumerate() {
        let n = runs.len() as f64;
        let mean = runs.iter().map(|run| run[k]).sum::<f64>() / n;
        let squares: f64 = runs.iter().map(|run| (run[k] - mean) * (run[k] - mean)).sum();
        let error = (squares / (n - 1.0) / n).sqrt();
        // A sub-step is a tick: first order in what a cell does in one.
        let order = expected[k] * 0.02;
        assert!(
            (mean - expected[k]).abs() <= 5.0 * error + order,
            "{what}: {mean} ± {error} and {}",
            expected[k]
        );
        assert!(5.0 * error <= 0.2 * mean, "{what}: {mean} ± {error} says too little");
    }
    expected
}

#[test]
fn sprouts_have_the_cells_tips_and_joints_of_the_tissue() {
    let setup = sprouts(90, 2e-3, 0.0);
    let [cells, tips, joints] = hold_to_the_tissue(&setup, 30);
    assert!(cells > 50.0 && tips > 10.0 && joints > 10.0, "{cells} {tips} {joints}");
    // Tips that divide as others do are another answer, which the tissue must be able to tell.
    let mut all_divide = setup;
    all_divide.vessels.as_mut().unwrap().tip_cycle_share = 1.0;
    let other = twin::run(&all_divide, 90).unwrap().pop().unwrap().live[1];
    assert!(other > 1.15 * cells, "{other} and {cells}");
}

#[test]
fn branching_makes_the_tips_of_the_tissue() {
    let setup = sprouts(140, 2e-3, 1e-3);
    let [_, tips, _] = hold_to_the_tissue(&setup, 24);
    let plain = twin::run(&sprouts(140, 2e-3, 0.0), 140).unwrap().pop().unwrap();
    assert!(tips > 1.1 * plain.vessels.unwrap().tips, "branching is seen: {tips}");
}

#[test]
fn dying_cells_cut_as_many_joints() {
    let mut setup = sprouts(100, 0.0, 0.0);
    setup.kinds[1].start =
        Start::Lattice { lattice: tissue_cells::start::Lattice::Square, every_um: 20.0, within: None };
    setup.kinds[1].law.apoptosis.rate_per_min = 5e-4;
    let vessels = setup.vessels.as_mut().unwrap();
    vessels.law.join_distance_um = 21.0;
    setup.fields[1].start = 0.0;
    hold_to_the_tissue(&setup, 24);
    let last = twin::run(&setup, 100).unwrap().pop().unwrap();
    assert!(!last.vessels.unwrap().is_seeded, "it is another network now");
}

#[test]
fn what_is_not_led_does_not_lead() {
    let mut setup = sprouts(100, 1e-3, 1e-2);
    setup.fields[1].start = 0.0;
    let last = twin::run(&setup, 100).unwrap().pop().unwrap();
    assert_eq!(last.vessels.unwrap().tips, 0.0);
    close(last.live[1], 40.0 * vesicle_base::math::exp(0.6), 1e-9, "all divide alike");
}

#[test]
fn a_network_that_changes_is_an_estimate() {
    let mut setup = host(60, 0.0, [2.0, 0.4]);
    assert!(twin::run(&setup, 60).unwrap().iter().all(|instant| instant.vessels.unwrap().is_seeded));
    setup.kinds[1].law.cycle = setup.kinds[1].law.cycle.clone().with_exits(&[1e-3]);
    let instants = twin::run(&setup, 60).unwrap();
    assert!(instants[0].vessels.unwrap().is_seeded && !instants[1].vessels.unwrap().is_seeded);
    setup.kinds[1].law.cycle = setup.kinds[1].law.cycle.clone().with_exits(&[0.0]);
    setup.kinds[1].start = Start::Random { count: 30, within: None };
    assert!(!twin::run(&setup, 60).unwrap()[0].vessels.unwrap().is_seeded, "drawn places are not known");
}
