//! How many runs of the well-mixed twin a second: a screen asks for a hundred thousand.
//!
//! `cargo bench -p tissue-sim --bench twin`: one thread, the small tissue over twenty-one days at the pace of a screen
//! (steps of up to 120 ticks, frames alone shown), plain, with contact transfer and with vessels. The least of
//! `VESICLE_ROUNDS` (5) rounds, because other work on the machine only ever adds.
#![allow(missing_docs)] // a program

#[path = "../tests/small/mod.rs"]
mod small;

use std::time::Instant;
use tissue_cells::Own;
use tissue_sim::Setup;
use tissue_sim::setup::Behaviour;
use tissue_sim::twin::{self, Pace};
use tissue_vesicles::ContactLaw;

const TICKS: u32 = 21 * 240;
const RUNS: u32 = 2000;

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
