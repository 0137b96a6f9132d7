//! Vesicles carried as concentrations and one by one, from the same declaration.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::setup::{Carried, Setup};
use tissue_sim::{Frame, simulate};
use tissue_vesicles::particles::Motion;

/// A small tissue in which nothing divides, and capture is slow beside diffusion.
fn tissue(singly: bool) -> Setup {
    let mut setup = small::one_by_one(40);
    setup.size_um = [80.0, 60.0, 40.0];
    setup.rules.clear();
    setup.populations.truncate(1);
    setup.kinds.iter_mut().for_each(|kind| kind.release_per_min.truncate(1));
    for kind in &mut setup.kinds {
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 2e-4;
    }
    let population = &mut setup.populations[0];
    population.dose.per_um3 = 1e-2;
    population.law.capture.iter_mut().flatten().for_each(|law| law.clearance_um3_per_min = 20.0);
    population.carried =
        if singly { Carried::Singly { motion: Motion::Brownian } } else { Carried::AsFields };
    setup
}

const ACCOUNTS: [&str; 5] = ["free", "matrix-bound", "fused", "cleared", "re-released"];

fn accounts(frame: &Frame) -> [f64; 5] {
    ACCOUNTS.map(|account| {
        frame.ledger.iter().find(|row| row.account == account && !row.is_species).unwrap().amount
    })
}

/// Mean and its standard error of each account over some seeds.
fn means(singly: bool) -> [(f64, f64); 5] {
    let runs: Vec<[f64; 5]> = (0..8)
        .map(|seed| {
            let record = simulate(&tissue(singly), seed, &|_, _| true).unwrap().unwrap();
            assert_eq!(record.invalid, None);
            accounts(record.frames.last().unwrap())
        })
        .collect();
    let n = runs.len() as f64;
    core::array::from_fn(|k| {
        let mean = runs.iter().map(|run| run[k]).sum::<f64>() / n;
        let var = runs.iter().map(|run| (run[k] - mean) * (run[k] - mean)).sum::<f64>() / (n - 1.0);
        (mean, (var / n).sqrt())
    })
}

#[test]
fn both_ways_agree_in_every_account() {
    let (fields, singly) = (means(false), means(true));
    for (k, account) in ACCOUNTS.iter().enumerate() {
        let ((a, sa), (b, sb)) = (fields[k], singly[k]);
        assert!(a > 0.0 && b > 0.0, "{account}");
        let allowed = 3.0 * (sa * sa + sb * sb).sqrt();
        assert!((a - b).abs() < allowed, "{account}: {a} as fields, {b} one by one, allowed {allowed}");
    }
}

#[test]
fn a_dose_at_a_side_begins_there() {
    for singly in [false, true] {
        let mut setup = tissue(singly);
        setup.frame_ticks = vec![0, 1];
        setup.n_ticks = 1;
        let record = simulate(&setup, 1, &|_, _| true).unwrap().unwrap();
        let frame = &record.frames[usize::from(singly)];
        let (mut near, mut far) = (0.0, 0.0);
        for (voxel, vesicles) in frame.free[0].iter().enumerate() {
            if voxel % 4 < 2 { near += vesicles } else { far += vesicles }
        }
        assert!(near > 3.0 * far, "{near} near, {far} far");
    }
}
