//! The well-mixed twin and the tissue agree when everything diffuses infinitely fast.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::{Setup, simulate, twin};
use tissue_vesicles::{CargoLaw, ContactLaw, SpeciesLaw};

/// No rules, no death, no division, no motion; everything diffuses so fast that the box is one place.
fn mixed() -> Setup {
    let mut setup = small::setup(120);
    setup.rules.clear();
    for kind in &mut setup.kinds {
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.law.motility.speed_um_per_min = 0.0;
        kind.lack = None;
        kind.exchange[1].secretion_per_min = 0.05;
    }
    for population in &mut setup.populations {
        population.law.fate.rerelease_fraction = 0.0;
        for bin in &mut population.law.bins {
            bin.diffusion_um2_per_min = 1e9;
        }
        for capture in population.law.capture.iter_mut().flatten() {
            capture.capacity = f64::INFINITY;
            // A lone cell empties its voxel of 8000 µm³ at 0.1/min.
            capture.clearance_um3_per_min = 800.0;
        }
    }
    setup.fields[1].diffusion_um2_per_min = 1e9;
    setup
}

fn relative(a: f64, b: f64) -> f64 {
    (a - b).abs() / a.abs().max(b.abs()).max(1e-12)
}

#[test]
fn at_infinite_diffusion_the_twin_is_the_mean_of_the_tissue() {
    let setup = mixed();
    let twin = twin::run(&setup, 1).unwrap();
    let last = twin.last().unwrap();
    let record = simulate(&setup, 3, &|_, _| true).unwrap().unwrap();
    let frame = record.frames.last().unwrap();
    for kind in 0..2_u16 {
        let cells: Vec<_> = frame.cells.iter().filter(|cell| cell.kind == kind).collect();
        let n = cells.len() as f64;
        assert!((last.live[usize::from(kind)] - n).abs() < 1e-9);
        for population in 0..2 {
            let mean = cells.iter().map(|cell| cell.taken_up[population] as f64).sum::<f64>() / n;
            let expected = last.taken_up[usize::from(kind)][population];
            let allowed = 5.0 / (n * expected).sqrt() + 1e-6;
            assert!(relative(mean, expected) < allowed, "kind {kind}: {mean} and {expected}");
        }
        let copies = cells.iter().map(|cell| cell.copies[0] as f64).sum::<f64>() / n;
        let expected = last.copies[usize::from(kind)][0];
        assert!(relative(copies, expected) < 0.1, "kind {kind}: {copies} and {expected} copies");
        let repression = cells.iter().map(|cell| f64::from(cell.repression[0])).sum::<f64>() / n;
        assert!(relative(repression, last.repression[usize::from(kind)][0]) < 0.1);
    }
    let field = frame.fields[1].iter().map(|v| f64::from(*v)).sum::<f64>() / frame.fields[1].len() as f64;
    assert!(relative(field, last.fields[1]) < 1e-6, "{field} and {}", last.fields[1]);
}

#[test]
fn nothing_given_is_nothing_taken() {
    let mut setup = mixed();
    for kind in &mut setup.kinds {
        kind.release_per_min.iter_mut().for_each(|rate| *rate = 0.0);
    }
    setup.populations[0].dose.per_um3 = 0.0;
    let last = twin::run(&setup, 240).unwrap().pop().unwrap();
    assert!(last.taken_up.iter().flatten().chain(last.repression.iter().flatten()).all(|v| *v == 0.0));
}

#[test]
fn longer_steps_only_delay_what_rules_change() {
    let setup = small::setup(245);
    let numbers = |ticks: u32| -> Vec<f64> {
        let last = twin::run_in_steps(&setup, ticks).unwrap().pop().unwrap();
        assert!((last.time_min - 1470.0).abs() < 1e-9, "the last step is as short as it must be");
        let per_kind = last.taken_up.iter().chain(&last.copies).flatten();
        last.live.iter().chain(per_kind).copied().collect()
    };
    let exact = numbers(1);
    assert_eq!(exact, {
        let last = twin::run(&setup, 245).unwrap().pop().unwrap();
        let per_kind = last.taken_up.iter().chain(&last.copies).flatten();
        last.live.iter().chain(per_kind).copied().collect::<Vec<f64>>()
    });
    let error =
        |ticks: u32| exact.iter().zip(numbers(ticks)).map(|(a, b)| relative(*a, b)).fold(0.0, f64::max);
    // Cells divide every six hours here: what they hold is thinned by up to a step's growth too much.
    assert!(error(2) < 0.006 && error(10) < 0.04, "{} {}", error(2), error(10));
    assert!(error(2) < 0.5 * error(5), "of first order in the step");
}

/// Three molecules, two of which decay alike, in two populations; one of them nobody carries.
fn several_molecules() -> Setup {
    let mut setup = small::setup(245);
    let of = |half_life_min, family| SpeciesLaw { half_life_min, family };
    setup.species = vec![of(2000.0, Some(0)), of(300.0, None), of(2000.0, Some(0)), of(f64::INFINITY, None)];
    let cargo =
        |species, mean_copies_per_vesicle| CargoLaw { species, mean_copies_per_vesicle, dispersion: 1.0 };
    setup.populations[0].law.cargo = vec![cargo(0, 0.8), cargo(1, 30.0), cargo(2, 0.01)];
    setup.populations[1].law.cargo = vec![cargo(2, 4.0)];
    setup
}

#[test]
fn molecules_carried_together_are_as_they_are_alone() {
    let together = several_molecules();
    // Contacts that nothing crosses: every molecule is carried by itself.
    let none = ContactLaw {
        crossing_per_min: vec![0.0; 4],
        coupling: vec![vec![1.0; 2]; 2],
        own_copies: vec![vec![0.0; 4]; 2],
    };
    let alone = Setup { contact: Some(none), ..together.clone() };
    let [left, right] = [&together, &alone].map(|setup| twin::run(setup, 49).unwrap());
    for (left, right) in left.iter().zip(&right) {
        let numbers = |instant: &twin::Instant| -> Vec<f64> {
            let per_kind = instant.copies.iter().chain(&instant.repression).chain(&instant.taken_up);
            per_kind.flatten().chain(&instant.live).chain(&instant.free).copied().collect()
        };
        for (a, b) in numbers(left).iter().zip(numbers(right)) {
            assert!(relative(*a, b) < 1e-11, "{a} and {b}");
        }
    }
    let last = left.last().unwrap();
    assert!(last.copies[0][2] > 1.0 && last.copies[0][3] == 0.0 && last.repression[0][0] > 0.01);
    let [left, right] = [&together, &alone].map(|setup| twin::ledger(setup).unwrap());
    assert_eq!(left.len(), right.len());
    for (left, right) in left.iter().zip(&right) {
        let names = |row: &tissue_sim::LedgerRow| (row.index, row.is_species, row.account, row.sign);
        assert!(names(left) == names(right) && relative(left.amount, right.amount) < 1e-11, "{left:?}");
    }
}
