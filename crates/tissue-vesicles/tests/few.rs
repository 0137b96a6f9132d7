//! Species of few copies are drawn together: each of them, and any two, have the law of draws of their own.

use tissue_vesicles::{
    CargoLaw, FateLaw, MeanPools, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw, TickOdds, Vesicles,
};
use vesicle_base::{Rng, Span};

const CELLS: usize = 20_000;
const TICKS: u32 = 12;
const TICK_MIN: f64 = 6.0;
const PER_MIN: f64 = 2.0;
/// Copies per vesicle: some species always alone, some never, some now and then.
const MEANS: [f64; 8] = [3.0, 0.002, 0.08, 0.5, 0.02, 0.005, 0.2, 0.08];

fn laws() -> (PopulationLaw, Vec<SpeciesLaw>) {
    let cargo = |(s, mean): (usize, &f64)| CargoLaw {
        species: s as u16,
        mean_copies_per_vesicle: *mean,
        dispersion: 0.0,
    };
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: MEANS.iter().enumerate().map(cargo).collect(),
        capture: vec![],
        fate: FateLaw {
            internalise_per_min: 0.05,
            escape_fraction: 0.4,
            escape_per_min: 0.03,
            rerelease_fraction: 0.2,
        },
        label_half_life_min: 90.0,
    };
    // The last two decay, with one half-life; the third has its own.
    let half_life = |s: usize| [f64::INFINITY, 40.0, 25.0][usize::from(s > 5) + 2 * usize::from(s == 2)];
    let species =
        (0..MEANS.len()).map(|s| SpeciesLaw { half_life_min: half_life(s), family: None }).collect();
    (population, species)
}

fn run() -> (Vesicles, MeanPools) {
    let (population, species) = laws();
    let populations = vec![population];
    let odds = TickOdds::new(&populations, &species, TICK_MIN);
    let mut mean = MeanPools::new(1, MEANS.len());
    let mut cells = Vesicles::new(populations.clone(), species, ResponseLaw::none()).expect("sound laws");
    cells.resize(CELLS, 0);
    let ids: Vec<u64> = (7..).take(CELLS).collect();
    let rng = Rng::new(5);
    for tick in 0..TICKS {
        let span = Span::of_tick(tick, TICK_MIN);
        for (row, id) in ids.iter().enumerate() {
            cells.capture(row, *id, 0, 0, PER_MIN * TICK_MIN, &span, &rng);
        }
        cells.advance(&ids, &span, &rng);
        mean.advance_exact(&populations, &odds, &[PER_MIN]);
    }
    (cells, mean)
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>() / (n - 1.0)
}

/// Captures are Poisson, so the vesicles that fused are: undecayed copies of two species have the covariance
/// F m₁ m₂, of one with itself F (m² + m), for F vesicles fused a cell.
#[test]
fn copies_have_the_moments_of_draws_of_their_own() {
    let (cells, mean) = run();
    let copies: Vec<Vec<f64>> =
        (0..MEANS.len()).map(|s| (0..CELLS).map(|row| cells.copies(s, row) as f64).collect()).collect();
    for (s, copies) in copies.iter().enumerate() {
        let got = copies.iter().sum::<f64>() / CELLS as f64;
        let error = 4.5 * (covariance(copies, copies) / CELLS as f64).sqrt();
        assert!(
            (got - mean.cytosol[s]).abs() < error,
            "species {s}: {got} not {} ± {error}",
            mean.cytosol[s]
        );
    }
    let kept: Vec<usize> = (0..6).filter(|s| *s != 2).collect();
    for a in &kept {
        for b in &kept {
            let own = if a == b { MEANS[*a] } else { 0.0 };
            let variance = |s: usize| mean.fused[0] * (MEANS[s] * MEANS[s] + MEANS[s]);
            let want = mean.fused[0] * (MEANS[*a] * MEANS[*b] + own);
            let got = covariance(&copies[*a], &copies[*b]);
            // Counts of few have heavy tails: the fourth moment of a Poisson count adds 1/mean.
            let tails = 2.0 + 1.0 / variance(*a).min(variance(*b));
            let error = 4.5 * (tails * variance(*a) * variance(*b) / CELLS as f64).sqrt();
            assert!((got - want).abs() < error, "species {a} and {b}: {got} not {want} ± {error}");
        }
    }
}

/// What was captured of each species is where it can be: nothing is lost or made in the common draw.
#[test]
fn every_copy_is_booked() {
    let (cells, _) = run();
    let (totals, held) = (cells.totals(), cells.held());
    for (s, flows) in totals.species.iter().enumerate() {
        let inside = held.copies_bound[s] + held.copies_endosomal[s];
        assert_eq!(
            flows.captured,
            inside + flows.delivered + flows.degraded + flows.rereleased,
            "species {s}"
        );
        assert_eq!(flows.delivered, held.copies_cytosol[s] + flows.decayed, "species {s} in the cytosol");
        assert!(flows.captured > 0, "species {s} was captured");
    }
}
