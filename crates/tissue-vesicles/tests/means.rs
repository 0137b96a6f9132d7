//! Cells and their means: the integer pools agree with the closed form in mean and spread.

use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, MeanPools, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw,
};
use tissue_vesicles::{TickOdds, Vesicles};
use vesicle_base::{Rng, Span};

fn laws(dispersion: f64) -> (Vec<PopulationLaw>, Vec<SpeciesLaw>) {
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: vec![
            CargoLaw { species: 0, mean_copies_per_vesicle: 0.8, dispersion },
            CargoLaw { species: 1, mean_copies_per_vesicle: 20.0, dispersion: 0.0 },
        ],
        capture: vec![Some(CaptureLaw { clearance_um3_per_min: 800.0, capacity: f64::INFINITY })],
        fate: FateLaw {
            internalise_per_min: 0.05,
            escape_fraction: 0.15,
            escape_per_min: 0.02,
            rerelease_fraction: 0.25,
        },
        label_half_life_min: 90.0,
    };
    let species = vec![
        SpeciesLaw { half_life_min: 60.0, family: None },
        SpeciesLaw { half_life_min: f64::INFINITY, family: None },
    ];
    (vec![population], species)
}

const CELLS: usize = 8000;

fn run(dispersion: f64, tick_min: f64, ticks: u32, per_min: f64) -> (Vesicles, MeanPools) {
    let (populations, species) = laws(dispersion);
    let odds = TickOdds::new(&populations, &species, tick_min);
    let mut mean = MeanPools::new(1, 2);
    let mut cells =
        Vesicles::new(populations.clone(), species, ResponseLaw::none()).expect("the laws are sound");
    cells.resize(CELLS, 0);
    let ids: Vec<u64> = (100..).take(CELLS).collect();
    let rng = Rng::new(3);
    for tick in 0..ticks {
        let span = Span::of_tick(tick, tick_min);
        for (row, id) in ids.iter().enumerate() {
            cells.capture(row, *id, 0, 0, per_min * tick_min, &span, &rng);
        }
        cells.advance(&ids, &span, &rng);
        mean.advance_exact(&populations, &odds, &[per_min]);
    }
    (cells, mean)
}

fn moments(values: impl Iterator<Item = u64>) -> (f64, f64) {
    let values: Vec<f64> = values.map(|v| v as f64).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0))
}

fn agree(what: &str, got: (f64, f64), want: f64) {
    let error = 5.0 * (got.1 / CELLS as f64).sqrt();
    assert!((got.0 - want).abs() < error, "{what}: {} not {want} ± {error}", got.0);
}

#[test]
fn cells_agree_with_their_means_for_any_tick() {
    for (tick_min, ticks) in [(1.0, 120), (6.0, 20), (120.0, 1)] {
        for dispersion in [0.0, 30.0] {
            let (cells, mean) = run(dispersion, tick_min, ticks, 0.7);
            let of = |read: &dyn Fn(usize) -> u64| moments((0..CELLS).map(read));
            agree("bound", of(&|row| cells.bound(0, row)), mean.bound[0]);
            agree("endosomal", of(&|row| cells.endosomal(0, row)), mean.endosomal[0]);
            agree("labelled", of(&|row| cells.labelled(0, row)), mean.labelled(0));
            agree("taken up", of(&|row| cells.taken_up(0, row)), mean.taken_up[0]);
            agree("first species", of(&|row| cells.copies(0, row)), mean.cytosol[0]);
            agree("second species", of(&|row| cells.copies(1, row)), mean.cytosol[1]);
        }
    }
}

/// Captures are Poisson, so fused vesicles are, and their cargo is compound Poisson: the variance of undecayed copies
/// is (vesicles fused) times the mean square of the copies in one.
#[test]
fn delivered_cargo_is_compound_poisson() {
    let (cells, mean) = run(0.0, 6.0, 20, 0.7);
    let bound = moments((0..CELLS).map(|row| cells.bound(0, row)));
    assert!((bound.1 / mean.bound[0] - 1.0).abs() < 0.08, "bound vesicles are Poisson: {bound:?}");
    let copies = moments((0..CELLS).map(|row| cells.copies(1, row)));
    let variance = mean.fused[0] * (20.0 * 20.0 + 20.0);
    assert!((copies.1 / variance - 1.0).abs() < 0.08, "variance {} not {variance}", copies.1);
}

#[test]
fn few_full_vesicles_deliver_in_bursts() {
    let (cells, mean) = run(30.0, 6.0, 60, 0.7);
    let copies = moments((0..CELLS).map(|row| cells.copies(0, row)));
    agree("copies", copies, mean.cytosol[0]);
    let none = (0..CELLS).filter(|row| cells.copies(0, *row) == 0).count() as f64 / CELLS as f64;
    assert!(
        none > 3.0 * vesicle_base::math::exp(-mean.cytosol[0]),
        "most cells get nothing, a few much: {none}"
    );
}
