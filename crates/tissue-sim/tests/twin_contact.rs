//! Contact transfer in the well-mixed twin is the mean of that in the tissue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::setup::{Setup, Start};
use tissue_sim::{simulate, twin};
use tissue_vesicles::{ContactLaw, SpeciesLaw};

/// Two kinds that stand where they begin and do not push; the first captures vesicles, the second keeps up own copies of
/// a second molecule.
fn crowd(size_um: [f64; 3], counts: [u64; 2], crossing_per_min: f64, n_ticks: u32) -> Setup {
    let mut setup = small::setup(n_ticks);
    setup.size_um = size_um;
    setup.frame_ticks = vec![1, n_ticks / 2, n_ticks];
    setup.rules.clear();
    for (kind, count) in setup.kinds.iter_mut().zip(counts) {
        kind.start = Start::Random { count, within: None };
        kind.release_per_min.fill(0.0);
        kind.lack = None;
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.law.motility.speed_um_per_min = 0.0;
        (kind.law.mechanics.repulsion_um_per_min, kind.law.mechanics.adhesion_um_per_min) = (0.0, 0.0);
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
    }
    for population in &mut setup.populations {
        population.dose.per_um3 *= 100.0;
        population.law.capture = vec![population.law.capture[0], None];
        population.law.fate.rerelease_fraction = 0.0;
        for bin in &mut population.law.bins {
            bin.diffusion_um2_per_min = 1e9;
        }
    }
    setup.species.push(SpeciesLaw { half_life_min: 300.0, family: None });
    setup.contact = Some(ContactLaw {
        crossing_per_min: vec![crossing_per_min; 2],
        coupling: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
        own_copies: vec![vec![0.0, 0.0], vec![0.0, 4000.0]],
    });
    setup
}

/// Mean copies per kind and molecule in the frames of one run.
fn copies(setup: &Setup, seed: u64) -> Vec<[[f64; 2]; 2]> {
    let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
    assert_eq!(record.invalid, None);
    let of = |frame: &tissue_sim::Frame, kind: u16, species: usize| {
        let cells = || frame.cells.iter().filter(|cell| cell.kind == kind);
        cells().map(|cell| cell.copies[species] as f64).sum::<f64>() / cells().count() as f64
    };
    record
        .frames
        .iter()
        .map(|frame| [0, 1].map(|kind| [0, 1].map(|species| of(frame, kind, species))))
        .collect()
}

/// Mean and standard error over runs, number by number.
fn over_runs(runs: &[f64]) -> (f64, f64) {
    let n = runs.len() as f64;
    let mean = runs.iter().sum::<f64>() / n;
    let variance = runs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

fn hold_to_the_tissue(setup: &Setup, seeds: u64, step_share: f64) {
    let runs: Vec<_> = (0..seeds).map(|seed| copies(setup, seed)).collect();
    let instants = twin::run(setup, 1).unwrap();
    for (frame, tick) in setup.frame_ticks.iter().enumerate() {
        for (kind, species) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let each: Vec<f64> = runs.iter().map(|run| run[frame][kind][species]).collect();
            let (mean, error) = over_runs(&each);
            let expected = instants[*tick as usize].copies[kind][species];
            let most =
                instants[*tick as usize].copies.iter().map(|of_kind| of_kind[species]).fold(0.0, f64::max);
            // Where hardly a copy is counted the spread between runs is not yet that of one copy.
            let cells = instants[0].live[kind] * seeds as f64;
            let of_counts = ((expected + 1.0 / cells) / cells).sqrt();
            let allowed = 5.0 * error.max(of_counts) + step_share * most;
            let what = format!("kind {kind}, molecule {species}, tick {tick}");
            assert!((mean - expected).abs() < allowed, "{what}: {mean} ± {error} and {expected}");
        }
    }
}

#[test]
fn where_all_touch_the_twin_is_exact_at_any_rate() {
    // No place of the box is out of reach of another, so that who touches whom is not left to chance.
    let setup = crowd([8.0, 8.0, 8.0], [12, 8], 5e-4, 100);
    // What donors send arrives whole at the end of a tick of the tissue, in the twin it decays and crosses from when it was sent.
    let half_a_tick = 0.5 * setup.tick_min * (core::f64::consts::LN_2 / 300.0 + 0.5 * 12.0 * 5e-4);
    hold_to_the_tissue(&setup, 12, half_a_tick);
    let last = twin::run(&setup, 100).unwrap().pop().unwrap();
    assert!(last.copies.iter().flatten().all(|copies| *copies > 1.0), "{:?}", last.copies);
}

#[test]
fn scattered_cells_touch_as_often_as_the_twin_says() {
    // One short crossing: the mean number of contacts is all that counts, not who has many.
    let mut setup = crowd([120.0, 80.0, 40.0], [60, 40], 1e-4, 1);
    setup.frame_ticks = vec![1];
    if let Some(contact) = &mut setup.contact {
        contact.own_copies[1][1] = 1e7;
    }
    hold_to_the_tissue(&setup, 60, 0.5 * 6.0 * 1e-4 * 20.0);
    // In a plane as well.
    setup.size_um = [200.0, 150.0, 20.0];
    hold_to_the_tissue(&setup, 60, 0.5 * 6.0 * 1e-4 * 20.0);
}

#[test]
fn no_copy_is_lost_or_made_on_its_way() {
    let setup = crowd([60.0, 60.0, 60.0], [30, 20], 2e-3, 200);
    let rows = twin::ledger(&setup).unwrap();
    for species in 0..2 {
        let of = || rows.iter().filter(|row| row.is_species && row.index == species);
        let largest = of().map(|row| row.amount).fold(0.0, f64::max);
        let sum: f64 = of().map(|row| f64::from(row.sign) * row.amount).sum();
        assert!(largest > 100.0 && sum.abs() < 1e-9 * largest, "{species}: {sum} of {largest}");
    }
    let sent = |species: usize| {
        rows.iter()
            .find(|row| row.is_species && row.index == species && row.account == "sent by contact")
            .unwrap()
    };
    assert!(sent(0).amount == 0.0 && sent(1).amount > 0.0);
    let mut alone = setup;
    alone.contact.as_mut().unwrap().coupling = vec![vec![0.0; 2]; 2];
    let last = twin::run(&alone, 200).unwrap().pop().unwrap();
    assert_eq!([last.copies[1][0], last.copies[0][1], last.copies[1][1]], [0.0; 3], "no junction, no copy");
}

#[test]
fn cells_that_push_touch_nearly_as_often() {
    // What the twin leaves out: clusters, and what parts cells. The share that the book tells, with room for chance.
    for (size, counts) in [([200.0, 200.0, 20.0], [40, 40]), ([120.0, 120.0, 120.0], [140, 140])] {
        let mut setup = crowd(size, counts, 1e-4, 20);
        for kind in &mut setup.kinds {
            (kind.law.mechanics.repulsion_um_per_min, kind.law.mechanics.adhesion_um_per_min) = (10.0, 0.4);
        }
        let seen: f64 = (0..6).map(|seed| copies(&setup, seed)[2][0][1]).sum::<f64>() / 6.0;
        let expected = twin::run(&setup, 20).unwrap().pop().unwrap().copies[0][1];
        assert!((0.7..1.25).contains(&(seen / expected)), "{seen} and {expected}");
    }
}
