//! How many runs of the well-mixed twin a second: a screen asks for a hundred thousand.
//!
//! `cargo bench -p tissue-sim --bench twin`: one thread, the small tissue over twenty-one days at the pace of a screen
//! (steps of up to 120 ticks, frames alone shown), plain, with contact transfer, with vessels, and with vessels and the
//! sixty families that marrow stromal vesicles carry. The least of
//! `VESICLE_ROUNDS` (5) rounds, because other work on the machine only ever adds.
#![allow(missing_docs)] // a program

#[path = "../tests/small/mod.rs"]
mod small;

use std::time::Instant;
use tissue_cells::Own;
use tissue_sim::Setup;
use tissue_sim::setup::Behaviour;
use tissue_sim::twin::{self, Pace};
use tissue_vesicles::{CargoLaw, ContactLaw, GeneLaw, SpeciesLaw};

const TICKS: u32 = 21 * 240;
const RUNS: u32 = 2000;
const FAMILIES: u16 = 60;

/// As many cells at the end as a tissue may have.
fn tame(mut setup: Setup) -> Setup {
    setup.rules.retain(|rule| rule.behaviour != Behaviour::Own(Own::CycleEntry));
    for kind in &mut setup.kinds {
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[2e-4]);
    }
    if let Some(vessels) = &mut setup.vessels {
        vessels.law.branch_per_min = 0.01 / 60.0;
    }
    setup
}

fn with_contact() -> Setup {
    let mut setup = tame(small::setup(TICKS));
    setup.contact = Some(ContactLaw {
        crossing_per_min: vec![1e-3],
        coupling: vec![vec![1.0; 2]; 2],
        own_copies: vec![vec![1000.0], vec![0.0]],
    });
    setup
}

/// As many families as measured cargo has, each with targets.
fn with_families() -> Setup {
    let mut setup = tame(small::with_vessels(TICKS));
    let law = &mut setup.populations[0].law;
    law.cargo = (0..FAMILIES)
        .map(|species| CargoLaw {
            species,
            mean_copies_per_vesicle: 0.5 / f64::from(1 + species),
            dispersion: 0.0,
        })
        .collect();
    setup.species =
        (0..FAMILIES).map(|family| SpeciesLaw { half_life_min: 2000.0, family: Some(family) }).collect();
    setup.response.n_families = usize::from(FAMILIES);
    for receiver in &mut setup.response.receivers {
        receiver.baseline_copies = vec![10.0; usize::from(FAMILIES)];
        receiver.pool = vec![5.0; usize::from(FAMILIES)];
        receiver.genes = (0..FAMILIES).map(|family| GeneLaw { hits: vec![(family, 0.2)] }).collect();
        receiver.programs = vec![(0..u32::from(FAMILIES)).map(|gene| (gene, 1.0)).collect()];
    }
    setup
}

fn seconds(setup: &Setup) -> f64 {
    let pace = Pace { stops: &setup.frame_ticks, show_stops_only: true, ..Pace::steps_of(120) };
    let begun = Instant::now();
    for _ in 0..RUNS {
        let mut live = 0.0;
        twin::follow(setup, pace, |_, instant| live += instant.live[0]).expect("a setup that runs");
        std::hint::black_box(live);
    }
    begun.elapsed().as_secs_f64()
}

fn main() {
    let rounds = std::env::var("VESICLE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let setups = [
        ("plain", tame(small::setup(TICKS))),
        ("with contact transfer", with_contact()),
        ("with vessels", tame(small::with_vessels(TICKS))),
        ("with sixty families", with_families()),
    ];
    for (name, setup) in &setups {
        let least = (0..rounds).map(|_| seconds(setup)).fold(f64::INFINITY, f64::min);
        let per_run_us = least / f64::from(RUNS) * 1e6;
        println!(
            "{name:24} {per_run_us:8.1} us a run, 100,000 runs in {:.1} s on one thread",
            per_run_us * 0.1
        );
    }
}
