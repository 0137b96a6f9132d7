//! Field mode and particle mode from one declaration: the same captures, cargo and ledger within Monte-Carlo error.

use core::f64::consts::PI;
use tissue_vesicles::capture::{ceiling_um3_per_min, in_series};
use tissue_vesicles::particles::{Motion, Sphere, Swarm, SwarmLaw, Walls};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw, Vesicles,
};
use vesicle_base::{Rng, Span, math};

const SIDE: f64 = 24.0;
const CELL: f64 = 2.95;
const HALF_LIFE: f64 = 120.0;
const FREE: u64 = 2000;
const TICKS: u32 = 4;

fn population() -> PopulationLaw {
    PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 3.0, dispersion: 0.5 }],
        capture: vec![Some(CaptureLaw { clearance_um3_per_min: 100.0, capacity: f64::INFINITY })],
        fate: FateLaw {
            internalise_per_min: 0.5,
            escape_fraction: 0.8,
            escape_per_min: 0.5,
            rerelease_fraction: 0.0,
        },
        label_half_life_min: f64::INFINITY,
    }
}

fn cells() -> Vesicles {
    let species = vec![SpeciesLaw { half_life_min: 2000.0, family: None }];
    let mut cells =
        Vesicles::new(vec![population()], species, ResponseLaw::none()).expect("the laws are sound");
    cells.push(0);
    cells
}

/// One voxel with the whole box in it; the rest of the volume is the cell.
fn field(seed: u64) -> (f64, f64) {
    let (rng, mut cells) = (Rng::new(seed), cells());
    let volume = SIDE.powi(3) - 4.0 / 3.0 * PI * (CELL + 0.05).powi(3);
    let decay = math::rate_of_half_life(HALF_LIFE);
    let mut free = FREE as f64;
    for tick in 0..TICKS {
        let span = Span::of_tick(tick, 6.0);
        let sink = cells.clearance_of(0, 0, 0, CELL) / volume;
        let gone = -free * math::expm1(-(sink + decay) * 6.0);
        cells.capture(0, 1, 0, 0, gone * sink / (sink + decay), &span, &rng);
        free -= gone;
        cells.advance(&[1], &span, &rng);
        assert!(cells.totals().close_with(&cells.held()));
    }
    (cells.taken_up(0, 0) as f64, cells.copies(0, 0) as f64)
}

fn singly(seed: u64) -> (f64, f64) {
    let (rng, mut cells) = (Rng::new(seed), cells());
    let law = SwarmLaw::of(&population(), 0, HALF_LIFE, Motion::Brownian, 1.0);
    let mut swarm = Swarm::new(law, Walls::closed([0.0; 3], [SIDE; 3]), 0).expect("the law is sound");
    let sphere = Sphere { centre_um: [0.5 * SIDE; 3], radius_um: CELL + 0.05, clearance_um3_per_min: 100.0 };
    let mut draws = rng.at(vesicle_base::Purpose(9), 0, 0);
    while swarm.len() < FREE as usize {
        let at = [0; 3].map(|_| SIDE * draws.uniform());
        if at.iter().map(|x| (x - 0.5 * SIDE).powi(2)).sum::<f64>() > sphere.radius_um.powi(2) {
            swarm.add(at, 0.0, &rng);
        }
    }
    for tick in 0..TICKS {
        let span = Span::of_tick(tick, 6.0);
        let captured = swarm.advance(&[sphere], &span, &rng)[0];
        cells.capture_counted(0, 1, 0, captured, &span, &rng);
        cells.advance(&[1], &span, &rng);
        let (held, flows) = (cells.held(), cells.totals().populations[0]);
        let bound = (held.bound[0] + held.endosomal[0] + flows.fused + flows.degraded) as u64;
        assert_eq!(FREE, swarm.len() as u64 + swarm.totals().expired + bound, "one vesicle is one vesicle");
    }
    (cells.taken_up(0, 0) as f64, cells.copies(0, 0) as f64)
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
}

#[test]
fn both_modes_capture_and_deliver_alike() {
    let ceiling = ceiling_um3_per_min(CELL, 0.05, 60.0);
    assert!(
        (in_series(100.0, ceiling) / 100.0 - 1.0).abs() < 0.05,
        "diffusion hardly limits: the box is well mixed"
    );
    let (field, singly): (Vec<_>, Vec<_>) = (0..12).map(|seed| (field(seed), singly(seed + 1000))).unzip();
    for (what, read) in [("captured", 0), ("copies", 1)] {
        let of = |runs: &[(f64, f64)]| moments(&runs.iter().map(|r| [r.0, r.1][read]).collect::<Vec<_>>());
        let (a, b) = (of(&field), of(&singly));
        let error = 4.0 * (a.1 + b.1).sqrt();
        assert!((a.0 - b.0).abs() < error, "{what}: {} in the field, {} singly, ± {error}", a.0, b.0);
        assert!(error < 0.15 * a.0, "the comparison is sharp: {what} {} ± {error}", a.0);
    }
}
