//! Particle-steps a second on the workload of the comparison with Smoldyn: a box of 100 µm, D = 1 µm²/min, steps of
//! 0.01 min, 10⁵ particles, losses at 0.1 /min, 100 absorbing spheres of radius 3 µm; and among cells that overlap.
//! Prints the fastest of 7 runs and their median; a word on the command line keeps only the lines that hold it.
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

/// Cells at random that overlap, 1.5 in 10 µm cubed, in a box that is 100 µm wide and 40 µm high.
fn crowd(clearance_um3_per_min: f64) -> Vec<Sphere> {
    let mut draws = Rng::new(2).at(vesicle_base::Purpose(1), 0, 0);
    let mut cell = || {
        let centre_um = [100.0, 100.0, 40.0].map(|side| side * draws.uniform());
        Sphere { centre_um, radius_um: 8.4, clearance_um3_per_min }
    };
    (0..60).map(|_| cell()).collect()
}

/// What is timed.
struct Workload {
    name: &'static str,
    spheres: Vec<Sphere>,
    half_life_min: f64,
    high_um: [f64; 3],
    diffusion_um2_per_min: f64,
    step_um: f64,
    steps: u32,
}

impl Workload {
    fn in_crowd(name: &'static str, clearance_um3_per_min: f64) -> Self {
        Self {
            name,
            spheres: crowd(clearance_um3_per_min),
            half_life_min: f64::INFINITY,
            high_um: [100.0, 100.0, 40.0],
            diffusion_um2_per_min: 60.0,
            step_um: 2.1,
            steps: 20,
        }
    }

    fn beside_smoldyn(name: &'static str, spheres: Vec<Sphere>, half_life_min: f64) -> Self {
        let (high_um, step_um) = ([100.0; 3], 0.02_f64.sqrt());
        Self { name, spheres, half_life_min, high_um, diffusion_um2_per_min: 1.0, step_um, steps: STEPS }
    }

    fn seconds(&self, instructions: Instructions, rng: Rng) -> (f64, f64) {
        let Self { half_life_min, diffusion_um2_per_min, step_um, .. } = *self;
        let motion = Motion::Brownian;
        let law = SwarmLaw { diffusion_um2_per_min, radius_um: 0.05, half_life_min, motion, step_um };
        let mut swarm = Swarm::new(law, Walls::closed([0.0; 3], self.high_um), 0).expect("the law is sound");
        swarm.use_instructions(instructions);
        let mut draws = rng.at(vesicle_base::Purpose(1), 0, 0);
        for _ in 0..PARTICLES {
            swarm.add(self.high_um.map(|side| draws.uniform() * side), 0.0, &rng);
        }
        let length_min = 0.5 * step_um * step_um / diffusion_um2_per_min * f64::from(self.steps);
        let begun = Instant::now();
        swarm.advance(&self.spheres, &Span::of_tick(0, length_min), &rng);
        let mean = 0.5 * (PARTICLES as f64 + swarm.len() as f64);
        (begun.elapsed().as_secs_f64(), mean * f64::from(self.steps))
    }
}

fn main() {
    let rng = Rng::new(1);
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let half_life = core::f64::consts::LN_2 / 0.1;
    let cases = [
        Workload::beside_smoldyn("diffusion only", Vec::new(), f64::INFINITY),
        Workload::beside_smoldyn("loss only", Vec::new(), half_life),
        Workload::beside_smoldyn("spheres only", spheres(), f64::INFINITY),
        Workload::beside_smoldyn("loss and spheres", spheres(), half_life),
        Workload::in_crowd("crowd, slow", 80.0),
        Workload::in_crowd("crowd", 800.0),
        Workload::in_crowd("crowd, fast", 8000.0),
        Workload::in_crowd("crowd, all", f64::INFINITY),
    ];
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for instructions in Instructions::all() {
            for case in &cases {
                let line = format!("{threads} threads, {instructions:?}, {}", case.name);
                if !line.contains(&wanted) {
                    continue;
                }
                let run = || case.seconds(instructions, rng);
                let mut ns: Vec<f64> = (0..7).map(|_| pool.install(run)).map(|(s, n)| 1e9 * s / n).collect();
                ns.sort_by(f64::total_cmp);
                println!("{line}: {:.1} ns a particle-step, median {:.1}", ns[0], ns[3]);
            }
        }
    }
}
