//! A closed side is a mirror: what a cell captures that a side, an edge or a corner of the box cuts through its centre is its part
//! of what the whole cell captures in the whole box, at the longest steps too.

use core::f64::consts::PI;
use tissue_vesicles::particles::{Motion, Sphere, Swarm, SwarmLaw, Walls};
use vesicle_base::{Purpose, Rng, Span};

const SIDE: f64 = 9.0;
const RADIUS: f64 = 4.0;
const PARTICLES: u64 = 30_000;

/// Share captured within an hour of particles that lie anywhere between `low` and [`SIDE`] of a sphere around 0.
fn share(low: [f64; 3], kappa: f64, seed: u64) -> f64 {
    let law = SwarmLaw {
        diffusion_um2_per_min: 1.0,
        radius_um: 0.05,
        half_life_min: f64::INFINITY,
        motion: Motion::Brownian,
        step_um: 0.5 * RADIUS,
    };
    let clearance_um3_per_min = 4.0 * PI * RADIUS * RADIUS * kappa;
    let sphere = Sphere { centre_um: [0.0; 3], radius_um: RADIUS, clearance_um3_per_min };
    let mut swarm = Swarm::new(law, Walls::closed(low, [SIDE; 3]), 0).expect("the law is sound");
    let rng = Rng::new(seed);
    for k in 0..PARTICLES {
        let mut draws = rng.at(Purpose(9), k, 0);
        let at_um = low.map(|low| low + (SIDE - low) * draws.uniform());
        swarm.add(at_um, 0.0, &rng);
    }
    let captured = swarm.advance(&[sphere], &Span::of_tick(0, 60.0), &rng)[0];
    captured as f64 / PARTICLES as f64
}

#[test]
fn a_cut_cell_captures_its_part() {
    for kappa in [0.5, f64::INFINITY] {
        let whole = share([-SIDE; 3], kappa, 1);
        let error = (2.0 * whole * (1.0 - whole) / PARTICLES as f64).sqrt();
        for (seed, low) in [(2, [0.0; 3]), (3, [0.0, -SIDE, -SIDE])] {
            let cut = share(low, kappa, seed);
            assert!((cut - whole).abs() < 3.5 * error, "κ {kappa}, {low:?}: {cut} not {whole} ± {error}");
        }
        assert!(error < 0.01 * whole, "not sharp: {error} of {whole}");
    }
}
