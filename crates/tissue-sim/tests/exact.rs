//! The promises of a run: same bytes on any number of threads, and a ledger that closes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use std::collections::BTreeMap;
use tissue_sim::setup::Start;
use tissue_sim::{ACCOUNTS, Frame, LedgerRow, Record, Setup, Simulation, simulate};
use tissue_vesicles::ContactLaw;

fn run(setup: &Setup, seed: u64) -> Record {
    let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
    assert_eq!(record.invalid, None);
    record
}

#[test]
fn one_two_and_four_threads_give_the_same_record() {
    for setup in [small::setup(60), small::with_vessels(60), small::one_by_one(30)] {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&setup, 11))
        };
        let one = on(1);
        assert!(one.frames.last().unwrap().cells.len() > one.frames[0].cells.len(), "cells divided");
        for threads in [2, 3, 4, 8] {
            assert_eq!(on(threads), one, "{threads} threads");
        }
        assert_ne!(run(&setup, 12), one, "another seed is another run");
    }
}

#[test]
fn the_ledger_closes_for_every_population_and_molecule() {
    let record = run(&small::setup(200), 5);
    let fed = run(&small::with_vessels(200), 5);
    let singly = run(&small::one_by_one(200), 5);
    for frame in record.frames.iter().chain(&fed.frames).chain(&singly.frames) {
        assert_closes(frame);
    }
    let last = record.frames.last().unwrap();
    let amount = |account: &str, index: usize| amount(last, account, index);
    let from_blood = |account| self::amount(fed.frames.last().unwrap(), account, 0);
    let one_by_one = |account, index| {
        singly.frames.iter().map(|frame| self::amount(frame, account, index)).fold(0.0, f64::max)
    };
    for population in [0, 1] {
        for account in ["injected", "matrix-bound", "re-released", "left by dead cells", "cleared", "fused"] {
            assert!(one_by_one(account, population) > 0.0, "{account} of {population}");
        }
    }
    assert_eq!(one_by_one("unsettled", 0), 0.0, "every single vesicle is somewhere");
    assert!(from_blood("brought by blood") > 0.0 && from_blood("carried off by blood") > 0.0);
    assert!(amount("fused", 0) > 0.0 && amount("re-released", 0) > 0.0 && amount("released", 1) > 0.0);
    let unsettled = amount("unsettled", 0).abs();
    assert!(unsettled <= 4.0 * amount("spread of unsettled", 0), "{unsettled}");
    assert!(
        last.ledger.iter().any(|row| row.is_species && row.account == "in the cytosol" && row.amount > 0.0)
    );
}

/// The signed accounts of every population and molecule sum to 0, and each has its number in run files. Returns the largest
/// part of an account's size that is left over.
fn assert_closes(frame: &Frame) -> f64 {
    let mut sums: BTreeMap<(bool, usize), (f64, f64)> = BTreeMap::new();
    for row in &frame.ledger {
        assert!(ACCOUNTS.contains(&row.account), "{} has no number in run files", row.account);
        let sum = sums.entry((row.is_species, row.index)).or_default();
        sum.0 += f64::from(row.sign) * row.amount;
        sum.1 += f64::from(row.sign.abs()) * row.amount.abs();
    }
    for (what, (difference, size)) in &sums {
        assert!(difference.abs() <= 1e-9 * size.max(1.0), "{what:?}: {difference} of {size}");
    }
    sums.values().map(|(difference, size)| difference.abs() / size.max(1.0)).fold(0.0, f64::max)
}

fn amount(frame: &Frame, account: &str, index: usize) -> f64 {
    let found = |row: &&LedgerRow| row.account == account && row.index == index && !row.is_species;
    frame.ledger.iter().find(found).unwrap().amount
}

#[test]
fn an_abandoned_run_gives_nothing() {
    let stopped = simulate(&small::setup(50), 1, &|done, _| done < 3).unwrap();
    assert_eq!(stopped, None);
}

#[test]
fn stopped_after_any_tick_a_run_goes_on_to_the_same_record() {
    for setup in [small::setup(30), small::with_vessels(30), small::one_by_one(16)] {
        let whole = run(&setup, 11);
        let mut simulation = Simulation::new(&setup, 11).unwrap();
        for stop in 0..setup.n_ticks {
            let mut again = Simulation::resume(&setup, 11, &simulation.checkpoint()).unwrap();
            assert_eq!(again.checkpoint(), simulation.checkpoint(), "after {stop} ticks");
            while again.tick() {}
            assert!(*again.record() == whole, "stopped after {stop} ticks");
            assert!(simulation.tick());
        }
        assert!(!simulation.tick());
    }
}

#[test]
fn a_checkpoint_of_another_tissue_is_refused() {
    let setup = small::setup(3);
    let simulation = Simulation::new(&setup, 11).unwrap();
    let mut larger = setup.clone();
    larger.size_um[0] *= 2.0;
    assert!(
        Simulation::resume(&larger, 11, &simulation.checkpoint()).is_err(),
        "a checkpoint of another tissue"
    );
}

/// Eight cells that neither divide nor die, in eight voxels, so that a million ticks are done in minutes. The first kind releases,
/// captures, and keeps up copies of its own; the second captures nothing, so that whatever it holds came by contact.
fn touching(mut setup: Setup) -> Setup {
    setup.size_um = [40.0; 3];
    for kind in &mut setup.kinds {
        kind.start = Start::Random { count: 4, within: None };
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.lack = None;
    }
    setup.rules.clear();
    setup.kinds[0].release_per_min = vec![0.02, 0.05];
    for population in &mut setup.populations {
        population.law.capture.iter_mut().flatten().for_each(|law| law.capacity = 5.0);
        population.law.capture[1] = None;
    }
    let n_kinds = setup.kinds.len();
    setup.contact = Some(ContactLaw {
        crossing_per_min: vec![1e-3],
        coupling: vec![vec![1.0; n_kinds]; n_kinds],
        own_copies: vec![vec![1.0], vec![0.0]],
    });
    setup.frame_ticks = (0..=20).map(|part| setup.n_ticks / 20 * part).collect();
    setup
}

/// Everything closes, and release, capture, degradation and contact have all been at work: each account that they fill is above
/// a hundredth of the ticks.
fn close(setup: Setup) {
    let setup = touching(setup);
    let mut simulation = Simulation::new(&setup, 5).unwrap();
    while simulation.tick() {}
    let record = simulation.record();
    assert_eq!(record.invalid, None);
    let left_over = record.frames.iter().map(assert_closes).fold(0.0, f64::max);
    let last = record.frames.last().unwrap();
    for row in last.ledger.iter().filter(|row| row.account == "unsettled" && !row.is_species) {
        let spread = amount(last, "spread of unsettled", row.index);
        println!("population {}: unsettled {}, spread {spread}", row.index, row.amount);
        assert!(row.amount.abs() <= 4.0 * spread, "{} of {}: {spread}", row.amount, row.index);
    }
    let least = 0.01 * f64::from(setup.n_ticks);
    for account in ["released", "fused", "degraded", "given back", "re-released", "cleared"] {
        for population in [0, 1] {
            let count = amount(last, account, population);
            println!("population {population}, {account}: {count}");
            assert!(count > least, "every account is used: {account} of {population}, {count}");
        }
    }
    for row in last.ledger.iter().filter(|row| row.is_species) {
        println!("molecule, {}: {}", row.account, row.amount);
    }
    let molecule = &simulation.tissue().vesicles.totals().species[0];
    println!("molecule, crossed: {}, sent: {}; left over: {left_over:e}", molecule.crossed, molecule.sent);
    for (what, n) in [("crossed", molecule.crossed), ("sent", molecule.sent), ("decayed", molecule.decayed)] {
        assert!(n as f64 > least, "{what}: {n}");
    }
    let by_contact = record.frames.iter().flat_map(|frame| &frame.cells).filter(|cell| cell.kind == 1);
    assert!(by_contact.map(|cell| cell.copies[0]).sum::<u64>() > 0, "cells that capture nothing got copies");
}

#[test]
fn the_ledger_closes_where_cells_touch_as_fields() {
    close(small::setup(4000));
}

#[test]
fn the_ledger_closes_where_cells_touch_one_by_one() {
    close(small::one_by_one(4000));
}

#[test]
#[ignore = "a million ticks: run by hand, in release"]
fn the_ledger_closes_after_a_million_ticks_as_fields() {
    close(small::setup(1_000_000));
}

#[test]
#[ignore = "a million ticks: run by hand, in release"]
fn the_ledger_closes_after_a_million_ticks_one_by_one() {
    close(small::one_by_one(1_000_000));
}
