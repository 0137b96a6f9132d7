//! The two ways to carry free vesicles give the same captures, copies and ledger: in crowds and where cells are few, for
//! slow and fast diffusion, vesicles small and large, from one vesicle to many.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use std::collections::BTreeMap;
use tissue_cells::start::Lattice;
use tissue_sim::setup::{Carried, Dose, Setup, Site, Start};
use tissue_sim::{Frame, simulate};
use tissue_vesicles::CaptureLaw;
use tissue_vesicles::particles::{Hold, Motion};

/// What differs between cases.
struct Case {
    what: &'static str,
    size_um: [f64; 3],
    voxel_um: f64,
    /// Distance of cells on their lattice, µm: they overlap below 16.8.
    every_um: f64,
    clearance_um3_per_min: f64,
    /// Of the smaller of two sizes; the other is twice as large and half as fast.
    diffusion_um2_per_min: f64,
    diameter_um: f64,
    site: Site,
    ticks: u32,
    per_um3: f64,
    seeds: u64,
    /// Most that a standard error may be of the vesicles captured.
    sharp: f64,
}

const CROWD: Case = Case {
    what: "a crowd",
    size_um: [60.0; 3],
    voxel_um: 20.0,
    every_um: 15.0,
    clearance_um3_per_min: 15.0,
    diffusion_um2_per_min: 4.0,
    diameter_um: 0.1,
    site: Site::Everywhere,
    ticks: 12,
    per_um3: 0.05,
    seeds: 8,
    sharp: 0.01,
};

fn tissue(case: &Case, singly: bool) -> Setup {
    let mut setup = small::setup(case.ticks);
    (setup.size_um, setup.voxel_um) = (case.size_um, case.voxel_um);
    setup.rules.clear();
    setup.populations.truncate(1);
    for (number, kind) in setup.kinds.iter_mut().enumerate() {
        kind.release_per_min.truncate(1);
        kind.lack = None;
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 3e-4;
        kind.start = if number == 0 {
            Start::Lattice { lattice: Lattice::Square, every_um: case.every_um, within: None }
        } else {
            Start::None
        };
    }
    let population = &mut setup.populations[0];
    for (bin, slower) in population.law.bins.iter_mut().zip([1.0, 0.5]) {
        bin.diffusion_um2_per_min = slower * case.diffusion_um2_per_min;
        bin.diameter_um = case.diameter_um / slower;
    }
    let law = CaptureLaw { clearance_um3_per_min: case.clearance_um3_per_min, capacity: f64::INFINITY };
    population.law.capture = vec![Some(law); 2];
    population.law.fate.internalise_per_min = 2e-2;
    population.decay_per_min = 2e-3;
    population.spill_share = 0.5;
    population.matrix = Some(Hold { bind_per_min: 0.02, release_per_min: 0.05, half_life_min: 300.0 });
    population.dose = Dose { per_um3: case.per_um3, ticks: vec![0, 4], site: case.site };
    population.carried =
        if singly { Carried::Singly { motion: Motion::Brownian } } else { Carried::AsFields };
    setup
}

/// Amounts by account; those of molecules are marked.
fn accounts(frame: &Frame) -> BTreeMap<String, f64> {
    let name = |row: &tissue_sim::LedgerRow| {
        format!("{}{}", if row.is_species { "copies " } else { "" }, row.account)
    };
    frame.ledger.iter().filter(|row| row.sign != 0).map(|row| (name(row), row.amount)).collect()
}

/// Mean and its variance of each account over seeds; the cells are the same in both ways.
fn moments(setup: &Setup, seeds: u64) -> BTreeMap<String, (f64, f64)> {
    let runs: Vec<BTreeMap<String, f64>> = (0..seeds)
        .map(|seed| {
            let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
            assert_eq!(record.invalid, None);
            accounts(record.frames.last().unwrap())
        })
        .collect();
    let n = runs.len() as f64;
    let of = |account: &String| {
        let values: Vec<f64> = runs.iter().map(|run| run[account]).collect();
        let mean = values.iter().sum::<f64>() / n;
        let var = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        (account.clone(), (mean, var / n))
    };
    runs[0].keys().map(of).collect()
}

fn agree(case: &Case) {
    let fields = moments(&tissue(case, false), case.seeds);
    let singly = moments(&tissue(case, true), case.seeds);
    for (account, (a, va)) in &fields {
        let (b, vb) = singly[account];
        let error = (va + vb).sqrt();
        if a + b > 0.0 { println!("{}: {account}: {a:.1} {b:.1} ± {error:.1}, {:.2} errors, {:.2} %", case.what, (a-b)/error, 100.0*(b-a)/a); }
    }
}

#[test]
fn explore() {
    let filter: String = std::env::var("CASE").unwrap_or_default();
    for case in [
        CROWD,
        Case { what: "few", every_um: 30.0, clearance_um3_per_min: 25.0, ticks: 24, ..CROWD },
        Case { what: "few3x3", every_um: 20.0, clearance_um3_per_min: 25.0, ..CROWD },
        Case { what: "large", every_um: 20.0, diameter_um: 24.0, ..CROWD },
        Case { what: "side", voxel_um: 10.0, site: Site::Side(0), ..CROWD },
        Case { what: "side5", voxel_um: 5.0, site: Site::Side(0), per_um3: 0.02, ..CROWD },
        Case { what: "strong", clearance_um3_per_min: 60.0, ticks: 6, ..CROWD },
        Case { what: "iso strong", every_um: 60.0, clearance_um3_per_min: 500.0, ..CROWD },
        Case { what: "iso strong27", every_um: 60.0, clearance_um3_per_min: 500.0, size_um:[81.0;3], voxel_um: 27.0, ..CROWD },
        Case { what: "iso all", every_um: 60.0, clearance_um3_per_min: 1e6, ..CROWD },
    ] { if case.what.starts_with(&filter) { let t = std::time::Instant::now(); agree(&case); println!("{:?}", t.elapsed()); } }
}
