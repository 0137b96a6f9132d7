//! Vesicles against chance, kinetics and diffusion in closed form.

use super::{Row, row};
use core::f64::consts::{LN_2, PI};
use tissue_vesicles::particles::{Motion, Sphere, Swarm, SwarmLaw, Walls};
use tissue_vesicles::response::free_copies;
use tissue_vesicles::{CargoLaw, FateLaw, MeanPools, PopulationLaw, SizeBin, SpeciesLaw, TickOdds, cargo};
use vesicle_base::math::{exp2, pow};
use vesicle_base::{Purpose, Rng, Span};

const DRAWS: Purpose = Purpose(0x0701);
const FIVE_ERRORS: &str = "five standard errors";

fn law(diffusion: f64, motion: Motion) -> SwarmLaw {
    SwarmLaw {
        diffusion_um2_per_min: diffusion,
        radius_um: 0.05,
        half_life_min: f64::INFINITY,
        motion,
        step_um: 1.0,
    }
}

/// Particles at one point of a wide box.
fn crowd(law: SwarmLaw, n: u64, rng: &Rng) -> Option<Swarm> {
    let mut swarm = Swarm::new(law, Walls::closed([-400.0; 3], [400.0; 3]), 0).ok()?;
    (0..n).for_each(|_| {
        swarm.add([0.0; 3], 0.0, rng);
    });
    Some(swarm)
}

/// What an absorbing surface of radius R has captured from outside by a time, vesicles per volume being 1 at first.
pub(super) fn from_outside(radius_um: f64, diffusion: f64, t_min: f64) -> f64 {
    4.0 * PI * diffusion * radius_um * (t_min + 2.0 * radius_um * (t_min / (PI * diffusion)).sqrt())
}

/// An absorbing sphere in the middle of a box of particles at random.
pub(super) fn smoluchowski() -> Vec<Row> {
    let (n, radius, half, t_min) = (60_000_u64, 3.0, 15.0, 3.0);
    let rng = Rng::new(4);
    let mut fine = law(1.0, Motion::Brownian);
    fine.step_um = 0.2;
    let Ok(mut swarm) = Swarm::new(fine, Walls::closed([-half; 3], [half; 3]), 0) else { return vec![] };
    let mut draws = rng.at(DRAWS, 0, 0);
    let mut placed = 0;
    while placed < n {
        let at = [0; 3].map(|_| 2.0 * half * draws.uniform() - half);
        if at.iter().map(|x| x * x).sum::<f64>() > radius * radius {
            swarm.add(at, 0.0, &rng);
            placed += 1;
        }
    }
    let sphere = Sphere { centre_um: [0.0; 3], radius_um: radius, clearance_um3_per_min: f64::INFINITY };
    let got = swarm.advance(&[sphere], &Span::of_tick(0, t_min), &rng)[0] as f64;
    let volume = 8.0 * half * half * half - 4.0 / 3.0 * PI * radius * radius * radius;
    let expected = n as f64 / volume * from_outside(radius, 1.0, t_min);
    vec![row("captured by one sphere in 3 min", expected, got, 5.0 * expected.sqrt(), "", FIVE_ERRORS)]
}

pub(super) fn lifetime() -> Vec<Row> {
    let n = 40_000;
    let rng = Rng::new(2);
    let Some(mut swarm) = crowd(SwarmLaw { half_life_min: 7.0, ..law(1.0, Motion::Brownian) }, n, &rng)
    else {
        return vec![];
    };
    (0..4)
        .map(|tick| {
            swarm.advance(&[], &Span::of_tick(tick, 5.0), &rng);
            let t_min = 5.0 * f64::from(tick + 1);
            let share = exp2(-t_min / 7.0);
            let error = 5.0 * (share * (1.0 - share) / n as f64).sqrt();
            let got = swarm.len() as f64 / n as f64;
            row(format!("share left after {t_min} min"), share, got, error, "", FIVE_ERRORS)
        })
        .collect()
}

/// Mean squared displacement at two times, against `known`; `spread` is the standard deviation of a squared way over
/// its mean.
fn displacement(law: SwarmLaw, spread: f64, known: impl Fn(f64) -> f64) -> Vec<Row> {
    let n = 20_000;
    let rng = Rng::new(9);
    let Some(mut swarm) = crowd(law, n, &rng) else { return vec![] };
    let mut rows = Vec::new();
    for tick in 0..20 {
        swarm.advance(&[], &Span::of_tick(tick, 2.0), &rng);
        if tick != 4 && tick != 19 {
            continue;
        }
        let t_min = 2.0 * f64::from(tick + 1);
        let way2 = |k: usize| swarm.at_um(k).iter().map(|x| x * x).sum::<f64>();
        let got = (0..swarm.len()).map(way2).sum::<f64>() / n as f64;
        let error = 5.0 * spread * known(t_min) / (n as f64).sqrt();
        let what = format!("mean squared way after {t_min} min");
        rows.push(row(what, known(t_min), got, error, "um^2", FIVE_ERRORS));
    }
    rows
}

pub(super) fn brownian() -> Vec<Row> {
    // Hindrance is a factor on the diffusion coefficient: 0.3 of 4 um^2/min.
    let diffusion = 0.3 * 4.0;
    // A squared way in three dimensions is chi-squared: its spread is sqrt(2/3) of its mean.
    displacement(law(diffusion, Motion::Brownian), 0.82, |t| 6.0 * diffusion * t)
}

pub(super) fn subdiffusive() -> Vec<Row> {
    let (exponent, reference_min) = (0.7, 10.0);
    let motion = Motion::Subdiffusive { exponent, reference_min, pause_min: 0.05 };
    // The number of moves differs between particles, which adds to the spread of a walk.
    displacement(law(1.0, motion), 1.4, |t| 6.0 * reference_min * pow(t / reference_min, exponent))
}

pub(super) fn cargo() -> Vec<Row> {
    let n = 40_000_u64;
    let mut rows = Vec::new();
    for (mean, dispersion, vesicles) in [(0.001, 0.0, 1000_u64), (0.001, 100.0, 1000), (2.0, 5.0, 3)] {
        let law = CargoLaw { species: 0, mean_copies_per_vesicle: mean, dispersion };
        let rng = Rng::new(3);
        let drawn: Vec<f64> =
            (0..n).map(|k| cargo::draw(&law, vesicles, &mut rng.at(DRAWS, k, 0)) as f64).collect();
        let got = drawn.iter().sum::<f64>() / n as f64;
        let square = |x: &f64| (x - got) * (x - got);
        let variance = drawn.iter().map(square).sum::<f64>() / (n - 1) as f64;
        let fourth = drawn.iter().map(|x| square(x) * square(x)).sum::<f64>() / n as f64;
        let many = vesicles as f64;
        let known = many * (mean + dispersion * mean * mean);
        let name = format!("{vesicles} vesicles of {mean} copies, dispersion {dispersion}");
        let (a, b) = ((known / n as f64).sqrt(), ((fourth - variance * variance) / n as f64).sqrt());
        rows.push(row(format!("mean of {name}"), many * mean, got, 5.0 * a, "copies", FIVE_ERRORS));
        rows.push(row(format!("variance of {name}"), known, variance, 5.0 * b, "", FIVE_ERRORS));
    }
    rows
}

/// Free copies must solve u + T u/(u + K) = m; below the pool hardly anything is free.
pub(super) fn titration() -> Vec<Row> {
    let (pool, affinity) = (1000.0, 10.0);
    let mut rows: Vec<Row> = [10.0, 500.0, 1000.0, 1500.0, 1e5]
        .into_iter()
        .map(|copies| {
            let free = free_copies(copies, pool, affinity);
            let back = free + pool * free / (free + affinity);
            let what = format!("copies accounted for, of {copies} delivered");
            row(what, copies, back, 1e-12 * copies, "copies", "rounding of a square root")
        })
        .collect();
    let threshold = free_copies(2.0 * pool, pool, affinity) / free_copies(0.5 * pool, pool, affinity);
    // Exactly: (sqrt((m - T - K)^2 + 4 K m) + m - T - K) / 2 for both.
    let exact = |m: f64| {
        let x: f64 = m - pool - affinity;
        0.5 * (x + (x * x + 4.0 * affinity * m).sqrt())
    };
    let known = exact(2.0 * pool) / exact(0.5 * pool);
    let why = "cancellation in the textbook form";
    rows.push(row("free above over free below the pool", known, threshold, 1e-9 * known, "", why));
    rows
}

/// A hundred vesicles an hour with 0.00825 copies each, 30 % of which escape: 12 copies at rest.
pub(super) fn budget() -> Vec<Row> {
    let (per_min, escape, copies, half_life_min) = (100.0 / 60.0, 0.3, 0.00825, 34.0 * 60.0);
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: copies, dispersion: 0.0 }],
        capture: vec![],
        fate: FateLaw {
            internalise_per_min: 0.2,
            escape_fraction: escape,
            escape_per_min: 1.0 / 120.0,
            rerelease_fraction: 0.0,
        },
        label_half_life_min: f64::INFINITY,
    };
    let species = [SpeciesLaw { half_life_min, family: None }];
    let laws = [population];
    let expected = per_min * escape * copies * half_life_min / LN_2;
    [6.0, 60.0]
        .into_iter()
        .map(|tick_min| {
            let odds = TickOdds::new(&laws, &species, tick_min);
            let mut pools = MeanPools::new(1, 1);
            let ticks = (40.0 * half_life_min / tick_min) as u32;
            (0..ticks).for_each(|_| pools.advance_exact(&laws, &odds, &[per_min]));
            let got = pools.cytosol[0];
            // Copies come with what leaves the endosome, so that only rounding is left of a constant stream.
            let what = format!("copies at rest in ticks of {tick_min} min");
            row(what, expected, got, 1e-9 * expected, "copies", "exact over any tick; rounding")
        })
        .collect()
}
