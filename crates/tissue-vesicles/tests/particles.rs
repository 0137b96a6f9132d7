//! Single particles against what is known: capture near a sphere, Smoluchowski, lives, displacement, open sides, bits.

#![allow(clippy::cast_lossless, reason = "counts of a test")]

use core::f64::consts::PI;
use tissue_vesicles::particles::{Instructions, Motion, Sphere, Swarm, SwarmLaw, Walls};
use vesicle_base::{Purpose, Rng, Span, math};

const RADIUS: f64 = 3.0;

fn law(step_um: f64) -> SwarmLaw {
    SwarmLaw {
        diffusion_um2_per_min: 1.0,
        radius_um: 0.05,
        half_life_min: f64::INFINITY,
        motion: Motion::Brownian,
        step_um,
    }
}

fn swarm(law: SwarmLaw, walls: Walls) -> Swarm {
    Swarm::new(law, walls, 0).expect("the law is sound")
}

fn wide() -> Walls {
    Walls::closed([-200.0; 3], [200.0; 3])
}

fn sphere(kappa: f64) -> Sphere {
    let clearance_um3_per_min = 4.0 * PI * RADIUS * RADIUS * kappa;
    Sphere { centre_um: [0.0; 3], radius_um: RADIUS, clearance_um3_per_min }
}

fn within(what: &str, got: f64, want: f64, error: f64) {
    assert!((got - want).abs() < error, "{what}: {got} not {want} ± {error}");
}

/// Five standard errors of a share of `n`.
fn of_share(share: f64, n: f64) -> f64 {
    5.0 * (share * (1.0 - share) / n).sqrt() + 1e-9
}

/// Inverse Laplace transform at a time (Gaver and Stehfest, 14 terms): some 1e-5 relative for what is smooth.
fn stehfest(of: impl Fn(f64) -> f64, t: f64) -> f64 {
    let half = 7;
    let factorial = |n: i32| (1..=n).map(f64::from).product::<f64>();
    let weight = |k: i32| {
        let term = |j: i32| {
            f64::from(j).powi(half) * factorial(2 * j)
                / (factorial(half - j)
                    * factorial(j)
                    * factorial(j - 1)
                    * factorial(k - j)
                    * factorial(2 * j - k))
        };
        let sign = if (k + half) % 2 == 0 { 1.0 } else { -1.0 };
        sign * ((k + 1) / 2..=k.min(half)).map(term).sum::<f64>()
    };
    let s = core::f64::consts::LN_2 / t;
    s * (1..=2 * half).map(|k| weight(k) * of(f64::from(k) * s)).sum::<f64>()
}

/// κ Ĝ(R, R) of the free walk of r times the density on r > 0, D = 1.
fn at_surface(kappa: f64, s: f64) -> f64 {
    let q = s.sqrt();
    kappa * -math::expm1(-2.0 * q * RADIUS) / (2.0 * q)
}

/// Chance of being captured by time t from x₀ outside, or inside where it is below 0; D = 1.
fn captured_by(kappa: f64, x0: f64, t: f64) -> f64 {
    let r0 = RADIUS + x0;
    if kappa == f64::INFINITY {
        return if x0 < 0.0 { 1.0 } else { RADIUS / r0 * math::erfc(x0 / (4.0 * t).sqrt()) };
    }
    let rate = |s: f64| {
        let q = s.sqrt();
        let to_surface = (math::exp(-q * x0.abs()) - math::exp(-q * (r0 + RADIUS))) / (2.0 * q);
        kappa * RADIUS / r0 * to_surface / (1.0 + at_surface(kappa, s)) / s
    };
    stehfest(rate, t)
}

#[test]
fn capture_near_a_sphere_is_exact() {
    for kappa in [0.0, 0.05, 0.3, 3.0, 20.0, f64::INFINITY] {
        for x0 in [-0.6, 0.05, 0.6] {
            // One step of √τ = R/2.8, the longest that is allowed, one of R/5, and many.
            for (t, steps, n) in
                [(1.125, 1_u32, 30_000), (0.36, 1, 30_000), (0.36, 4, 15_000), (0.36, 60, 3000)]
            {
                let mut particles = swarm(law((2.0 * t / f64::from(steps)).sqrt() * 1.000_001), wide());
                let rng = Rng::new(u64::from(steps));
                for k in 0..n {
                    let [x, y, z] = rng.at(Purpose(1), k, 0).direction().map(|c| c * (RADIUS + x0));
                    particles.add([x, y, z], 0.0, &rng);
                }
                let span = Span::of_tick(0, t);
                assert_eq!(particles.steps_of(&span), steps);
                let got = particles.advance(&[sphere(kappa)], &span, &rng)[0] as f64 / n as f64;
                let want = captured_by(kappa, x0, t);
                let what = format!("κ {kappa}, x₀ {x0}, {steps} steps of {t} min");
                within(&what, got, want, of_share(want, n as f64));
            }
        }
    }
}

/// Particles at random in a box of 30 µm.
fn filled(particles: &mut Swarm, n: u64, rng: &Rng) {
    let mut draws = rng.at(Purpose(2), 0, 0);
    for _ in 0..n {
        particles.add([0; 3].map(|_| 30.0 * draws.uniform() - 15.0), 0.0, rng);
    }
}

#[test]
fn capture_meets_smoluchowski_and_collins_and_kimball() {
    let n = 60_000;
    for kappa in [0.3, f64::INFINITY] {
        for step_um in [0.2, 0.75] {
            let mut particles = swarm(law(step_um), Walls::closed([-15.0; 3], [15.0; 3]));
            let rng = Rng::new(4);
            filled(&mut particles, n, &rng);
            let t = 3.0;
            let got = particles.advance(&[sphere(kappa)], &Span::of_tick(0, t), &rng)[0] as f64;
            let want = n as f64 / 27_000.0 * emptied(kappa, t);
            within(&format!("κ {kappa}, steps of {step_um} µm"), got, want, 5.0 * want.sqrt());
        }
    }
}

/// Volume emptied by time t where all began even: the inside and Smoluchowski's rate with its transient where all that
/// is met is captured, else 4πR²κ ∫ p(R) dt.
fn emptied(kappa: f64, t: f64) -> f64 {
    if kappa == f64::INFINITY {
        return 4.0 * PI * RADIUS * (RADIUS * RADIUS / 3.0 + t + 2.0 * RADIUS * (t / PI).sqrt());
    }
    stehfest(|s| 4.0 * PI * RADIUS * RADIUS * kappa / (s * s * (1.0 + at_surface(kappa, s))), t)
}

#[test]
fn a_sphere_that_captures_nothing_is_met_by_nobody() {
    let n = 20_000;
    let rng = Rng::new(6);
    let of = |spheres: &[Sphere]| {
        let mut particles = swarm(law(0.5), Walls::closed([-15.0; 3], [15.0; 3]));
        filled(&mut particles, n, &rng);
        let got: u64 = particles.advance(spheres, &Span::of_tick(0, 20.0), &rng).iter().sum();
        assert_eq!(got, 0);
        particles
    };
    assert_eq!(of(&[sphere(0.0)]).state(), of(&[]).state());
}

/// Two spheres in one place take alike, whichever comes first, and together as one of twice the clearance.
#[test]
fn spheres_in_one_place_share_what_comes() {
    for kappa in [0.3, f64::INFINITY] {
        let mut particles = swarm(law(0.75), Walls::closed([-15.0; 3], [15.0; 3]));
        let rng = Rng::new(8);
        filled(&mut particles, 60_000, &rng);
        let got =
            particles.advance(&[sphere(0.5 * kappa), sphere(0.5 * kappa)], &Span::of_tick(0, 3.0), &rng);
        let (a, b) = (got[0] as f64, got[1] as f64);
        within("one against the other", a, b, 5.0 * (a + b).sqrt());
        let want = 60_000.0 / 27_000.0 * emptied(kappa, 3.0);
        within("both", a + b, want, 5.0 * want.sqrt());
    }
}

#[test]
fn lives_end_when_they_were_to_end() {
    let n = 40_000;
    for step_um in [0.5, 50.0] {
        let mut particles = swarm(SwarmLaw { half_life_min: 7.0, ..law(step_um) }, wide());
        let rng = Rng::new(2);
        (0..n).for_each(|_| {
            particles.add([0.0; 3], 0.0, &rng);
        });
        for tick in 0..4 {
            particles.advance(&[], &Span::of_tick(tick, 5.0), &rng);
            let alive = math::exp2(-f64::from(tick + 1) * 5.0 / 7.0);
            within("alive", particles.len() as f64 / n as f64, alive, of_share(alive, n as f64));
        }
        let flows = particles.totals();
        assert_eq!(flows.born, particles.len() as u64 + flows.expired);
    }
}

fn mean_square(particles: &Swarm) -> f64 {
    let n = particles.len();
    (0..n).map(|k| particles.at_um(k).iter().map(|x| x * x).sum::<f64>()).sum::<f64>() / n as f64
}

#[test]
fn displacement_grows_as_declared() {
    let n = 8000;
    let slow = |exponent| Motion::Subdiffusive { exponent, reference_min: 10.0, pause_min: 0.05 };
    for (motion, exponent, hindrance) in
        [(Motion::Brownian, 1.0, 0.3), (slow(1.0), 1.0, 1.0), (slow(0.7), 0.7, 1.0), (slow(0.5), 0.5, 0.2)]
    {
        let law = SwarmLaw { diffusion_um2_per_min: hindrance, motion, ..law(1.0) };
        let mut particles = swarm(law, wide());
        let rng = Rng::new(9);
        (0..n).for_each(|_| {
            particles.add([0.0; 3], 0.0, &rng);
        });
        for tick in 0..20 {
            particles.advance(&[], &Span::of_tick(tick, 2.0), &rng);
            let t = 2.0 * f64::from(tick + 1);
            let want = 6.0 * hindrance * 10.0 * math::pow(t / 10.0, exponent);
            // The number of moves varies between particles, the more the smaller the exponent.
            let spread = if exponent < 1.0 { 1.4 } else { 0.9 };
            within(
                &format!("{motion:?} at {t}"),
                mean_square(&particles),
                want,
                5.0 * want * spread / (n as f64).sqrt(),
            );
        }
    }
}

#[test]
fn an_open_side_lets_go_at_the_right_rate() {
    let n = 40_000;
    let walls =
        Walls { low_um: [0.0; 3], high_um: [100.0; 3], open: [[true, false], [false; 2], [false; 2]] };
    for step_um in [0.1, 1.0] {
        let mut particles = swarm(law(step_um), walls);
        let rng = Rng::new(12);
        (0..n).for_each(|_| {
            particles.add([1.0, 50.0, 50.0], 0.0, &rng);
        });
        particles.advance(&[], &Span::of_tick(0, 1.0), &rng);
        let left = math::erfc(0.5);
        within("left", particles.totals().left as f64 / n as f64, left, of_share(left, n as f64));
        assert_eq!(particles.totals().born, particles.len() as u64 + particles.totals().left);
    }
}

fn crowded(instructions: Instructions, motion: Motion) -> Swarm {
    let law = SwarmLaw { half_life_min: 9.0, motion, ..law(0.3) };
    let walls = Walls {
        low_um: [0.0; 3],
        high_um: [30.0, 25.0, 20.0],
        open: [[false, true], [false; 2], [false; 2]],
    };
    let mut particles = swarm(law, walls);
    particles.use_instructions(instructions);
    let rng = Rng::new(31);
    let clearance = [f64::INFINITY, 50.0, 0.0];
    let spheres: Vec<Sphere> = (0..12_u64)
        .map(|k| {
            let mut draws = rng.at(Purpose(3), k, 0);
            let centre_um = [30.0, 25.0, 20.0].map(|side| side * draws.uniform());
            Sphere { centre_um, radius_um: 2.5, clearance_um3_per_min: clearance[k as usize % 3] }
        })
        .collect();
    for tick in 0..3 {
        for k in 0..2500 {
            let mut draws = rng.at(Purpose(4), k, tick);
            let at = [30.0, 25.0, 20.0].map(|side| side * draws.uniform());
            particles.add(at, 2.0 * f64::from(tick), &rng);
        }
        particles.advance(&spheres, &Span::of_tick(tick, 2.0), &rng);
        let flows = particles.totals();
        assert_eq!(flows.born, particles.len() as u64 + flows.captured + flows.expired + flows.left);
        assert!(flows.captured > 0 && flows.expired > 0 && flows.left > 0);
    }
    particles
}

#[test]
fn every_instruction_set_and_number_of_threads_gives_the_same_bits() {
    let slow = Motion::Subdiffusive { exponent: 0.7, reference_min: 10.0, pause_min: 0.05 };
    for motion in [Motion::Brownian, slow] {
        let first = crowded(Instructions::all()[0], motion);
        for instructions in Instructions::all() {
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let again = pool.install(|| crowded(instructions, motion));
                assert_eq!(first.state(), again.state(), "{instructions:?}, {threads} threads");
                assert_eq!(first.captures(), again.captures());
            }
        }
    }
}

#[test]
fn a_restart_changes_nothing() {
    let rng = Rng::new(1);
    let mut whole = crowded(Instructions::widest(), Motion::Brownian);
    let mut again = crowded(Instructions::widest(), Motion::Brownian);
    let state = again.state().clone();
    again.restore(state).unwrap();
    whole.advance(&[], &Span::of_tick(3, 2.0), &rng);
    again.advance(&[], &Span::of_tick(3, 2.0), &rng);
    assert_eq!(whole.state(), again.state());
    let mut short = whole.state().clone();
    short.id.pop();
    assert!(again.restore(short).is_err());
}
