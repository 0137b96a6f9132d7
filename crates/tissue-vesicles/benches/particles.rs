//! Particle-steps a second on the workload of the comparison with Smoldyn: a box of 100 µm, D = 1 µm²/min, steps of
//! 0.01 min, 10⁵ particles, losses at 0.1 /min, 100 absorbing spheres of radius 3 µm. Prints the fastest of 7 runs
//! and their median; a word on the command line keeps only the lines that hold it.
#![allow(clippy::print_stdout)]

use std::time::Instant;
use tissue_vesicles::particles::{Instructions, Motion, Sphere, Swarm, SwarmLaw, Walls};
use vesicle_base::{Rng, Span};

const PARTICLES: u64 = 100_000;
const STEPS: u32 = 200;

fn spheres() -> Vec<Sphere> {
    let mut spheres = Vec::new();
    for (x, y, z) in (0..5).flat_map(|x| (0..5).flat_map(move |y| (0..4).map(move |z| (x, y, z)))) {
        let centre_um = [10.0 + 20.0 * f64::from(x), 10.0 + 20.0 * f64::from(y), 12.5 + 25.0 * f64::from(z)];
        spheres.push(Sphere { centre_um, radius_um: 3.0, clearance_um3_per_min: f64::INFINITY });
    }
    spheres
}

fn seconds(instructions: Instructions, spheres: &[Sphere], half_life_min: f64, rng: Rng) -> (f64, f64) {
    let law = SwarmLaw {
        diffusion_um2_per_min: 1.0,
        radius_um: 0.05,
        half_life_min,
        motion: Motion::Brownian,
        step_um: 0.02_f64.sqrt(),
    };
    let mut swarm = Swarm::new(law, Walls::closed([0.0; 3], [100.0; 3]), 0).expect("the law is sound");
    swarm.use_instructions(instructions);
    let mut draws = rng.at(vesicle_base::Purpose(1), 0, 0);
    for _ in 0..PARTICLES {
        let at = [draws.uniform() * 100.0, draws.uniform() * 100.0, draws.uniform() * 100.0];
        swarm.add(at, 0.0, &rng);
    }
    let length_min = 0.01 * f64::from(STEPS);
    let begun = Instant::now();
    swarm.advance(spheres, &Span::of_tick(0, length_min), &rng);
    let mean = 0.5 * (PARTICLES as f64 + swarm.len() as f64);
    (begun.elapsed().as_secs_f64(), mean * f64::from(STEPS))
}

fn main() {
    let rng = Rng::new(1);
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let half_life = core::f64::consts::LN_2 / 0.1;
    let cases = [
        ("diffusion only", Vec::new(), f64::INFINITY),
        ("loss only", Vec::new(), half_life),
        ("spheres only", spheres(), f64::INFINITY),
        ("loss and spheres", spheres(), half_life),
    ];
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for instructions in Instructions::all() {
            for (name, spheres, half_life_min) in &cases {
                let line = format!("{threads} threads, {instructions:?}, {name}");
                if !line.contains(&wanted) {
                    continue;
                }
                let run = || seconds(instructions, spheres, *half_life_min, rng);
                let mut ns: Vec<f64> = (0..7).map(|_| pool.install(run)).map(|(s, n)| 1e9 * s / n).collect();
                ns.sort_by(f64::total_cmp);
                println!("{line}: {:.1} ns a particle-step, median {:.1}", ns[0], ns[3]);
            }
        }
    }
}
