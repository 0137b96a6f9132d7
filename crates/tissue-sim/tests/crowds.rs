//! The two ways to carry free vesicles give the same captures, copies and ledger: in crowds and where cells are few, for
//! slow and fast diffusion, vesicles small and large, from one vesicle to many.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use std::collections::BTreeMap;
use tissue_cells::start::Lattice;
use tissue_sim::setup::{Carried, Dose, Setup, Site, Start};
use tissue_sim::{Frame, LedgerRow, simulate};
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
    ticks: 10,
    per_um3: 0.04,
    seeds: 8,
    sharp: 0.016,
};

fn tissue(case: &Case, singly: bool) -> Setup {
    let mut setup = small::setup(case.ticks);
    (setup.size_um, setup.voxel_um) = (case.size_um, case.voxel_um);
    setup.rules.clear();
    setup.fields.clear();
    setup.field_doses.clear();
    setup.populations.truncate(1);
    for (number, kind) in setup.kinds.iter_mut().enumerate() {
        kind.release_per_min.truncate(1);
        (kind.lack, kind.exchange) = (None, Vec::new());
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 3e-4;
        kind.start = if number == 0 {
            Start::Lattice { lattice: Lattice::Square, every_um: case.every_um, within: None }
        } else {
            Start::None
        };
    }
    let population = &mut setup.populations[0];
    (population.law.cargo[0].mean_copies_per_vesicle, population.law.cargo[0].dispersion) = (3.0, 0.2);
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

/// Amounts by account; those of molecules are marked. All that cells ever got is an account of its own.
fn accounts(frame: &Frame) -> BTreeMap<String, f64> {
    let name = |row: &LedgerRow| format!("{}{}", if row.is_species { "copies " } else { "" }, row.account);
    let mut all: BTreeMap<String, f64> =
        frame.ledger.iter().filter(|row| row.sign != 0).map(|row| (name(row), row.amount)).collect();
    let got = ["cell-bound", "endosomal", "fused", "degraded", "given back", "lost with dead cells"];
    all.insert("captured".to_owned(), got.iter().map(|account| all[*account]).sum());
    all
}

/// Mean and its squared error of each account over seeds; the cells are the same in both ways. What chance makes of rare
/// events is no smaller than Poisson's law says, however alike a few seeds are.
fn moments(setup: &Setup, seeds: u64) -> BTreeMap<String, (f64, f64)> {
    let runs: Vec<BTreeMap<String, f64>> = (0..seeds)
        .map(|seed| {
            let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
            assert_eq!(record.invalid, None);
            let frame = record.frames.last().unwrap();
            closes(frame);
            accounts(frame)
        })
        .collect();
    let n = runs.len() as f64;
    let of = |account: &String| {
        let values: Vec<f64> = runs.iter().map(|run| run[account]).collect();
        let mean = values.iter().sum::<f64>() / n;
        let var = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        let rare = if mean < 100.0 { mean + 1.0 } else { 0.0 };
        (account.clone(), (mean, var.max(rare) / n))
    };
    runs[0].keys().map(of).collect()
}

/// Sources less all else are 0 for the population and for the molecule.
fn closes(frame: &Frame) {
    for is_species in [false, true] {
        let rows = || frame.ledger.iter().filter(|row| row.is_species == is_species);
        let open: f64 = rows().map(|row| f64::from(row.sign) * row.amount).sum();
        let most = rows().map(|row| row.amount).fold(1.0, f64::max);
        assert!(open.abs() < 1e-9 * most, "{open} left over of {most}");
    }
}

/// Every account within three standard errors, and the main ones so sharp that 5 % would show.
fn agree(case: &Case) {
    let fields = moments(&tissue(case, false), case.seeds);
    let singly = moments(&tissue(case, true), case.seeds);
    for (account, (a, va)) in fields.iter().filter(|(account, _)| *account != "unsettled") {
        let (b, vb) = singly[account];
        let error = (va + vb).sqrt();
        let what = format!("{}, {account}: {a} as fields, {b} one by one, ± {error}", case.what);
        assert!((a - b).abs() <= 3.0 * error, "{what}");
        if account == "captured" || account == "copies captured" || account == "free" {
            assert!(error < case.sharp * a, "not sharp: {what}");
        }
    }
}

/// Cells that empty the same surroundings share what there is: what their voxels no longer have is not handed over. Once each remembered by
/// itself what it had emptied, and cells got a tenth more vesicles than there were.
#[test]
fn unsettled_is_chance_among_vesicles_larger_than_cells() {
    let case = Case {
        size_um: [120.0, 120.0, 60.0],
        clearance_um3_per_min: 8000.0,
        diffusion_um2_per_min: 0.39,
        diameter_um: 30.0,
        ticks: 240,
        per_um3: 0.05,
        ..CROWD
    };
    let mut setup = tissue(&case, false);
    setup.kinds[0].start = Start::Random { count: 40, within: None };
    setup.kinds[0].law.apoptosis.rate_per_min = 0.0;
    let population = &mut setup.populations[0];
    population.law.bins.truncate(1);
    population.law.bins[0].share = 1.0;
    (population.matrix, population.dose.ticks, population.decay_per_min) = (None, vec![0], 5e-4);
    let (mut unsettled, mut variance) = (0.0, 0.0);
    for seed in 0..4 {
        let record = simulate(&setup, seed, &|_, _| true).unwrap().unwrap();
        let ledger = &record.frames.last().unwrap().ledger;
        let of = |account: &str| {
            ledger.iter().find(|row| !row.is_species && row.account == account).unwrap().amount
        };
        unsettled += of("unsettled");
        variance += of("spread of unsettled") * of("spread of unsettled");
    }
    assert!(variance > 1e5, "captures enough to tell: {variance}");
    assert!(unsettled.abs() < 4.0 * variance.sqrt(), "{unsettled} ± {}", variance.sqrt());
}

#[test]
fn a_crowd() {
    agree(&CROWD);
}

/// Some minutes: `cargo test --release -p tissue-sim --test crowds -- --ignored`.
#[test]
#[ignore = "sixty-four seeds take minutes; eight run every time"]
fn crowds_few_cells_and_a_side_sharply() {
    agree(&Case { seeds: 64, sharp: 0.006, ..CROWD });
    agree(&Case { what: "few cells", every_um: 30.0, ticks: 20, seeds: 64, sharp: 0.015, ..CROWD });
    agree(&Case { what: "a side", site: Site::Side(0), voxel_um: 10.0, seeds: 64, sharp: 0.008, ..CROWD });
}

#[test]
fn few_cells() {
    let every_um = 30.0;
    agree(&Case { what: "few cells", every_um, ticks: 16, per_um3: 0.05, sharp: 0.03, ..CROWD });
}

#[test]
fn fast_diffusion() {
    let (diffusion_um2_per_min, clearance_um3_per_min) = (20.0, 60.0);
    let fast = Case { what: "fast", diffusion_um2_per_min, clearance_um3_per_min, ..CROWD };
    agree(&Case { ticks: 3, per_um3: 0.03, seeds: 16, ..fast });
}

#[test]
fn vesicles_larger_than_a_cell() {
    agree(&Case { what: "large vesicles", diameter_um: 24.0, every_um: 20.0, sharp: 0.02, ..CROWD });
}

#[test]
fn a_dose_at_a_side() {
    agree(&Case { what: "a side", site: Site::Side(0), voxel_um: 10.0, seeds: 16, ..CROWD });
}

/// Doses of about one vesicle.
#[test]
fn one_vesicle() {
    agree(&Case { what: "one vesicle", per_um3: 3e-6, ticks: 30, seeds: 60, sharp: 0.6, ..CROWD });
}

/// A cell that captures whatever it meets, in a box that mixes within the run, leaves nothing free.
#[test]
fn a_cell_that_captures_everything() {
    let case = Case {
        what: "everything",
        every_um: 60.0,
        clearance_um3_per_min: f64::INFINITY,
        diffusion_um2_per_min: 400.0,
        per_um3: 2e-3,
        ticks: 14,
        ..CROWD
    };
    for singly in [false, true] {
        let mut setup = tissue(&case, singly);
        setup.populations[0].matrix = None;
        let mean = moments(&setup, 12);
        let of = |account: &str| mean[account].0;
        let came = of("injected") + of("re-released");
        assert!(of("free") < 0.01 * came, "{mean:?}");
        // Of 12 times as many, the square root is what Poisson captures leave unsettled.
        assert!(
            (of("captured") + of("free") + of("cleared") - came).abs() < 3.5 * (came / 12.0).sqrt(),
            "{mean:?}"
        );
    }
}

/// One copy in a thousand vesicles: the copies delivered are a thousandth of the vesicles captured, in both ways.
#[test]
fn one_copy_in_a_thousand_vesicles() {
    for singly in [false, true] {
        let mut setup = tissue(&Case { clearance_um3_per_min: 60.0, ..CROWD }, singly);
        setup.populations[0].law.cargo[0].mean_copies_per_vesicle = 1e-3;
        setup.populations[0].law.cargo[0].dispersion = 0.0;
        let (mut vesicles, mut copies) = (0.0, 0.0);
        for seed in 0..if singly { 2 } else { 8 } {
            let record = simulate(&setup, seed, &|_, _| true).unwrap().unwrap();
            let frame = record.frames.last().unwrap();
            closes(frame);
            let accounts = accounts(frame);
            vesicles += accounts["captured"];
            copies += accounts["copies captured"];
        }
        let expected = 1e-3 * vesicles;
        assert!(expected > 10.0 && (copies - expected).abs() < 4.0 * expected.sqrt(), "{copies} {expected}");
    }
}
