//! Doses from nothing to everything: no cargo, saturating cargo, only competing targets, one vesicle to a
//! millionfold and beyond, a vesicle larger than a cell, one copy in a thousand vesicles, a species hardly counted.

use core::f64::consts::PI;
use tissue_vesicles::capture::ceiling_um3_per_min;
use tissue_vesicles::cargo::posterior_abundance;
use tissue_vesicles::particles::{Captor, FreeVesicles, Origin, Place, Release, Transport, Walls};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, GeneLaw, PopulationLaw, ReceiverLaw, ResponseLaw, SizeBin, SpeciesLaw,
    Vesicles,
};
use vesicle_base::{Purpose, Rng, Span, math};

const STRENGTH: f64 = 0.8;

fn population(cargo: Vec<CargoLaw>) -> PopulationLaw {
    PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo,
        capture: vec![Some(CaptureLaw { clearance_um3_per_min: 500.0, capacity: f64::INFINITY })],
        fate: FateLaw {
            internalise_per_min: 0.5,
            escape_fraction: 1.0,
            escape_per_min: 0.5,
            rerelease_fraction: 0.0,
        },
        label_half_life_min: f64::INFINITY,
    }
}

fn cargo(mean_copies_per_vesicle: f64, dispersion: f64) -> Vec<CargoLaw> {
    vec![CargoLaw { species: 0, mean_copies_per_vesicle, dispersion }]
}

/// One cell with one program of one gene, and `pool` competing sites.
fn cell(cargo: Vec<CargoLaw>, pool: f64) -> Vesicles {
    let receiver = ReceiverLaw {
        baseline_copies: vec![0.0],
        pool: vec![pool],
        genes: vec![GeneLaw { hits: vec![(0, STRENGTH)] }],
        programs: vec![vec![(0, 1.0)]],
    };
    let response =
        ResponseLaw { n_families: 1, threshold_copies: 300.0, hill: 1.0, receivers: vec![receiver] };
    let species = vec![SpeciesLaw { half_life_min: f64::INFINITY, family: Some(0) }];
    let mut cell = Vesicles::new(vec![population(cargo)], species, response).expect("the laws are sound");
    cell.push(0);
    cell
}

/// After `vesicles` vesicles are captured and all have fused.
fn fed(mut cell: Vesicles, vesicles: u64) -> Vesicles {
    let rng = Rng::new(3);
    cell.capture_counted(0, 1, 0, vesicles, &Span::of_tick(0, 60.0), &rng);
    for tick in 0..4 {
        cell.advance(&[1], &Span::of_tick(tick, 60.0), &rng);
    }
    assert!(cell.totals().close_with(&cell.held()));
    assert_eq!(cell.totals().populations[0].fused, u128::from(vesicles));
    cell
}

#[test]
fn without_cargo_nothing_answers() {
    for law in [vec![], cargo(0.0, 0.0), cargo(0.0, 900.0)] {
        let cell = fed(cell(law, 1e4), 1_000_000);
        assert_eq!((cell.copies(0, 0), cell.repression(0, 0).to_bits()), (0, 0), "exactly 0 at rest");
        assert_eq!(cell.taken_up(0, 0), 1_000_000, "they were taken up all the same");
    }
    let cell = fed(cell(cargo(1e6, 1.0), 1e4), 0);
    assert_eq!((cell.copies(0, 0), cell.repression(0, 0).to_bits()), (0, 0), "no vesicles, no answer");
}

#[test]
fn saturating_cargo_reaches_full_strength_and_no_more() {
    let full = 1.0 - math::exp2(-STRENGTH);
    let repression = |vesicles| fed(cell(cargo(1e6, 0.0), 1e5), vesicles).repression(0, 0);
    assert!((repression(1_000_000) - full).abs() < 1e-6);
    assert!((repression(1_000_000_000) - full).abs() < 1e-9 && repression(1_000_000_000) <= full);
    let below = repression(1);
    assert!(below > 0.9 * full && below < full, "one full vesicle nearly does: {below}");
}

#[test]
fn an_unread_receiver_responds_when_it_is_asked_or_read() {
    let read = fed(cell(cargo(1.0, 0.0), 0.0), 1000);
    let unread = fed(cell(cargo(1.0, 0.0), 0.0).unread(vec![true, false]), 1000);
    assert!(read.repression(0, 0) > 0.3);
    assert_eq!(unread.repression(0, 0), 0.0, "nobody reads it");
    for asked in [&read, &unread] {
        assert_eq!(asked.repressions(0), [read.repression(0, 0)]);
    }
    let mut becomes = unread;
    becomes.set_receiver(0, 1);
    becomes.advance(&[1], &Span::of_tick(9, 60.0), &Rng::new(3));
    assert_eq!(becomes.repression(0, 0), 0.0, "what is no receiver does not respond");
    becomes.set_receiver(0, 0);
    let mut becomes = becomes.unread(vec![false]);
    becomes.advance(&[1], &Span::of_tick(10, 60.0), &Rng::new(3));
    assert_eq!(becomes.repression(0, 0), read.repression(0, 0), "and who is read again does");
}

#[test]
fn only_competing_targets_take_everything() {
    let free = fed(cell(cargo(1.0, 0.0), 0.0), 1000).repression(0, 0);
    let titrated = fed(cell(cargo(1.0, 0.0), 1e9), 1000).repression(0, 0);
    assert!(free > 0.3 && titrated > 0.0 && titrated < 1e-6, "{free} {titrated}");
}

#[test]
fn from_one_vesicle_to_a_millionfold_captures_grow_in_proportion() {
    let rng = Rng::new(12);
    for decade in 0..=12_u32 {
        let (dose, n) = (10.0_f64.powi(decade as i32), 400_u64);
        let mut cells = cell(cargo(0.5, 0.0), 0.0);
        let span = Span::of_tick(decade, 6.0);
        let got: u64 = (0..n).map(|id| cells.capture(0, id, 0, 0, dose, &span, &rng)).sum();
        let want = dose * n as f64;
        assert!((got as f64 - want).abs() < 5.0 * want.sqrt(), "{dose}: {got} not {want}");
        let copies = cells.totals().species[0].captured as f64;
        let error = 5.0 * (0.5 * want + 0.25 * want).sqrt();
        assert!((copies - 0.5 * want).abs() < error, "{dose}: {copies} copies");
        assert!(cells.totals().close_with(&cells.held()) && cells.health().is_none());
    }
}

fn free(law: &PopulationLaw, walls: Walls, count: u64) -> FreeVesicles {
    let mut free =
        FreeVesicles::new(law, Transport::brownian(f64::INFINITY), walls, 0).expect("the laws are sound");
    free.release(Release {
        source: 0,
        origin: Origin::Injected,
        count,
        place: Place::Within { low_um: walls.low_um, high_um: walls.high_um },
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    free
}

fn captor(radius_um: f64, clearance_um3_per_min: f64, at: f64) -> Captor {
    Captor { id: 1, centre_um: [at; 3], radius_um, clearance_um3_per_min, bound: 0, capacity: f64::INFINITY }
}

#[test]
fn single_particles_are_captured_in_proportion_too() {
    let law = population(vec![]);
    let walls = Walls::closed([0.0; 3], [30.0; 3]);
    let volume = 27_000.0;
    let clearance = tissue_vesicles::clearance(
        &CaptureLaw { clearance_um3_per_min: 500.0, capacity: f64::INFINITY },
        0.0,
        5.0,
        0.05,
        60.0,
    );
    let share = -math::expm1(-clearance / volume * 2.0);
    for count in [0_u64, 1, 1000, 30_000] {
        let mut free = free(&law, walls, count);
        let got = free.advance(&[captor(5.0, 500.0, 15.0)], &Span::of_tick(0, 2.0), &Rng::new(2))[0];
        assert!(free.closes() && free.len() + got == count);
        let want = share * count as f64;
        let error = 5.0 * (want * (1.0 - share)).sqrt() + 0.05 * want + 1.0;
        assert!((got as f64 - want).abs() < error, "{count}: {got} not {want} ± {error}");
    }
}

/// Radii add: a vesicle of 12 µm and a cell of 3 µm meet at 9 µm, and Smoluchowski's rate is that of 9 µm.
#[test]
fn a_vesicle_larger_than_a_cell_meets_it_at_the_sum_of_radii() {
    let mut law = population(vec![]);
    law.bins = vec![SizeBin { diameter_um: 12.0, diffusion_um2_per_min: 10.0, share: 1.0 }];
    let (half, t, n, radius) = (50.0, 2.0, 40_000, 9.0_f64);
    let mut free = free(&law, Walls::closed([-half; 3], [half; 3]), n);
    let got = free.advance(&[captor(3.0, f64::INFINITY, 0.0)], &Span::of_tick(0, t), &Rng::new(5))[0] as f64;
    let volume = 8.0 * half * half * half;
    let steady = ceiling_um3_per_min(3.0, 6.0, 10.0);
    assert!((steady / (4.0 * PI * 10.0 * radius) - 1.0).abs() < 1e-15);
    // Those that were inside, then Smoluchowski's rate with its transient.
    let inside = 4.0 / 3.0 * PI * radius.powi(3);
    let want = n as f64 / volume * (inside + steady * (t + 2.0 * radius * (t / (PI * 10.0)).sqrt()));
    assert!((got - want).abs() < 5.0 * want.sqrt(), "{got} captured, {want} by Smoluchowski");
}

#[test]
fn one_copy_in_a_thousand_vesicles() {
    let rng = Rng::new(9);
    let n = 4000_u64;
    for (dispersion, empty) in [(0.0, math::exp(-1.0)), (900.0, math::pow(1.0 + 0.9, -1000.0 / 900.0))] {
        let mut cells = cell(cargo(1e-3, dispersion), 0.0);
        let span = Span::of_tick(0, 6.0);
        let (mut none, mut before) = (0, 0);
        for id in 0..n {
            cells.capture_counted(0, id, 0, 1000, &span, &rng);
            let all = cells.totals().species[0].captured;
            none += u64::from(all == before);
            before = all;
        }
        let error = 5.0 * (n as f64 * (1.0 + 1e-3 * dispersion)).sqrt();
        assert!((before as f64 - n as f64).abs() < error, "{before} copies in {n} thousands");
        let share = none as f64 / n as f64;
        let error = 5.0 * (empty * (1.0 - empty) / n as f64).sqrt();
        assert!((share - empty).abs() < error, "{dispersion}: {share} empty thousands, not {empty}");
    }
}

/// Fewer than ten reads a library: the pooled reads of all libraries say what is possible, and zero reads are not zero.
#[test]
fn abundance_of_what_is_hardly_counted_is_drawn() {
    let (rng, total, n) = (Rng::new(7), 514_090, 20_000_u64);
    for reads in [0_u64, 1, 7, 55] {
        let draws: Vec<f64> = (0..n)
            .map(|k| posterior_abundance(reads, total, rng.at(Purpose(1), k, 0).uniform()) * total as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / n as f64;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let shape = reads as f64 + 0.5;
        assert!((mean - shape).abs() < 5.0 * (shape / n as f64).sqrt(), "{reads}: {mean}");
        assert!((variance / shape - 1.0).abs() < 0.15, "{reads}: variance {variance} not {shape}");
        assert!(draws.iter().all(|x| *x >= 0.0 && x.is_finite()));
        assert!(draws.iter().any(|x| *x < shape) && draws.iter().any(|x| *x > shape));
    }
}
