//! The ledger: every vesicle and every copy is somewhere, to the last one, through any history.

mod laws;

use proptest::prelude::*;
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, GeneLaw, PopulationLaw, ReceiverLaw, ResponseLaw, SizeBin, SpeciesLaw,
    Vesicles,
};
use vesicle_base::{Birth, Rng, Span, Turnover, turnover::daughter_id};

fn capture() -> CaptureLaw {
    CaptureLaw { clearance_um3_per_min: 800.0, capacity: 1e4 }
}

fn population(cargo: Vec<CargoLaw>, fate: FateLaw) -> PopulationLaw {
    PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo,
        capture: vec![Some(capture()), None],
        fate,
        label_half_life_min: 300.0,
    }
}

fn vesicles() -> Vesicles {
    let cargo = |species, mean_copies_per_vesicle, dispersion| CargoLaw {
        species,
        mean_copies_per_vesicle,
        dispersion,
    };
    let fate = FateLaw { rerelease_fraction: 0.3, ..laws::FATE };
    let populations = vec![
        population(vec![cargo(0, 0.5, 900.0), cargo(1, 3.0, 0.0)], fate),
        population(vec![cargo(1, 200.0, 1.5)], FateLaw { rerelease_fraction: 0.0, ..fate }),
    ];
    let species = vec![
        SpeciesLaw { half_life_min: 400.0, family: Some(0) },
        SpeciesLaw { half_life_min: f64::INFINITY, family: None },
    ];
    let receiver = ReceiverLaw {
        baseline_copies: vec![10.0],
        pool: vec![1000.0],
        genes: vec![GeneLaw { hits: vec![(0, 0.3)] }],
        programs: vec![vec![(0, 1.0)]],
    };
    let response = ResponseLaw {
        n_families: 1,
        threshold_copies: 300.0,
        hill: 1.0,
        receivers: vec![receiver.clone(), receiver],
    };
    Vesicles::new(populations, species, response).expect("the laws are sound")
}

/// What happens in one tick: captures by (cell, population, log10 of the expectation), divisions, deaths.
type Step = (Vec<(usize, usize, f64)>, Vec<usize>, Vec<usize>);

fn step() -> impl Strategy<Value = Step> {
    (
        prop::collection::vec((0..50_usize, 0..2_usize, -3.0..7.0_f64), 0..6),
        prop::collection::vec(0..50_usize, 0..2),
        prop::collection::vec(0..50_usize, 0..2),
    )
}

fn turnover_of(ids: &[u64], step: &Step, tick: u32) -> Turnover {
    let n = ids.len();
    let mut births: Vec<usize> = step.1.iter().map(|row| row % n).collect();
    births.sort_unstable();
    births.dedup();
    let mut gone: Vec<u32> = step.2.iter().map(|row| (row % n) as u32).collect();
    gone.sort_unstable();
    gone.dedup();
    gone.retain(|row| !births.contains(&(*row as usize)));
    if n - gone.len() < 2 {
        gone.clear();
    }
    let birth = |row: usize| Birth { mother_row: row as u32, daughter_id: daughter_id(ids[row], tick) };
    Turnover { n_before: n, births: births.into_iter().map(birth).collect(), gone }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// 24 histories of 500 ticks: 12,000 random steps.
    #[test]
    fn the_ledger_closes(steps in prop::collection::vec(step(), 500), seed in any::<u64>()) {
        let rng = Rng::new(seed);
        let mut cells = vesicles();
        cells.resize(3, 0);
        let mut ids = vec![1, 2, 3];
        let (mut captured, mut lost) = (0_u128, 0_u128);
        for (tick, step) in (0..).zip(&steps) {
            let span = Span::of_tick(tick, 6.0);
            for (row, population, size) in &step.0 {
                let row = row % ids.len();
                let expected = vesicle_base::math::pow(10.0, *size);
                captured += u128::from(cells.capture(row, ids[row], *population, 0, expected, &span, &rng));
            }
            prop_assert!(cells.totals().close_with(&cells.held()), "after the captures of tick {}", tick);
            cells.advance(&ids, &span, &rng);
            prop_assert!(cells.totals().close_with(&cells.held()), "after tick {}", tick);
            let turnover = turnover_of(&ids, step, tick);
            let gone = cells.turn_over(&turnover, &ids, &rng);
            lost += gone.held.bound.iter().chain(&gone.held.endosomal).sum::<u128>();
            ids.extend(turnover.births.iter().map(|birth| birth.daughter_id));
            turnover.close(&mut ids);
            prop_assert_eq!(ids.len(), cells.len());
            prop_assert!(cells.totals().close_with(&cells.held()), "after the turnover of tick {}", tick);
        }
        let totals = &cells.totals().populations;
        prop_assert_eq!(captured, totals[0].captured + totals[1].captured);
        prop_assert_eq!(lost, totals[0].lost + totals[1].lost);
        prop_assert_eq!(cells.health(), None);
    }
}

#[test]
fn a_daughter_has_half() {
    let rng = Rng::new(5);
    let mut cells = vesicles();
    cells.push(0);
    for tick in 0..20 {
        let span = Span::of_tick(tick, 6.0);
        cells.capture(0, 9, 1, 0, 1e6, &span, &rng);
        cells.advance(&[9], &span, &rng);
    }
    let before = cells.held();
    let births = vec![Birth { mother_row: 0, daughter_id: 10 }];
    cells.turn_over(&Turnover { n_before: 1, births, gone: vec![] }, &[9], &rng);
    assert_eq!(cells.held(), before);
    for (a, b) in [
        (cells.bound(1, 0), cells.bound(1, 1)),
        (cells.endosomal(1, 0), cells.endosomal(1, 1)),
        (cells.labelled(1, 0), cells.labelled(1, 1)),
        (cells.taken_up(1, 0), cells.taken_up(1, 1)),
        (cells.copies(1, 0), cells.copies(1, 1)),
    ] {
        assert!(a > 1000 && (a as f64 - b as f64).abs() < 6.0 * ((a + b) as f64).sqrt(), "{a} {b}");
    }
}

#[test]
fn one_vesicle_is_one_vesicle() {
    let rng = Rng::new(8);
    let mut cells = vesicles();
    cells.push(0);
    assert_eq!(cells.capture_counted(0, 1, 0, 1, &Span::of_tick(0, 6.0), &rng), 1);
    for tick in 0..400 {
        cells.advance(&[1], &Span::of_tick(tick, 6.0), &rng);
        let (held, flows) = (cells.held(), cells.totals().populations[0]);
        assert_eq!(held.bound[0] + held.endosomal[0] + flows.fused + flows.degraded + flows.rereleased, 1);
    }
    assert_eq!(cells.bound(0, 0) + cells.endosomal(0, 0), 0);
    assert_eq!(cells.taken_up(0, 0), 1);
}

#[test]
fn what_the_dead_held_is_handed_over() {
    let rng = Rng::new(8);
    let mut cells = vesicles();
    cells.resize(3, 0);
    let span = Span::of_tick(0, 6.0);
    cells.capture(1, 21, 0, 0, 1e5, &span, &rng);
    cells.advance(&[20, 21, 22], &span, &rng);
    let whole = cells.bound(0, 1) + cells.endosomal(0, 1);
    let outbound = cells.rereleased(0, 1);
    assert!(outbound > 0);
    let lost = cells.turn_over(&Turnover { n_before: 3, births: vec![], gone: vec![1] }, &[20, 21, 22], &rng);
    assert_eq!(lost.cells.len(), 1);
    assert_eq!((lost.cells[0].id, lost.cells[0].row, lost.cells[0].whole[0]), (21, 1, whole));
    assert_eq!(lost.cells[0].outbound[0], outbound);
    assert_eq!(lost.cells[0].spill(0, 1.0, &span, &rng), whole);
    assert_eq!(lost.cells[0].spill(0, 0.0, &span, &rng), 0);
    assert!(cells.totals().close_with(&cells.held()));
    assert_eq!(cells.len(), 2);
}

#[test]
fn who_does_not_capture_clears_nothing() {
    let mut cells = vesicles();
    cells.push(0);
    cells.push(1);
    assert!(cells.clearance_of(0, 0) > 700.0);
    assert_eq!(cells.clearance_of(1, 0), 0.0);
}

#[test]
fn what_is_no_number_ends_the_run() {
    let mut cells = vesicles();
    cells.push(0);
    let (span, rng) = (Span::of_tick(0, 6.0), Rng::new(1));
    assert_eq!(cells.capture(0, 1, 0, 0, f64::NAN, &span, &rng), 0);
    let message = cells.health().unwrap().to_string();
    assert_eq!(message, "cell in row 0 is to capture NaN vesicles of population 0");
    let mut cells = vesicles();
    cells.push(0);
    cells.capture(0, 1, 0, 0, 1e19, &span, &rng);
    assert!(cells.health().is_some() && cells.bound(0, 0) == 0);
}

#[test]
fn what_spills_is_booked_with_its_cargo() {
    let rng = Rng::new(8);
    let span = Span::of_tick(0, 6.0);
    let ids = [20, 21, 22];
    for share in [0.0, 0.3, 1.0] {
        let mut cells = vesicles();
        cells.resize(3, 0);
        cells.capture(1, 21, 0, 0, 1e5, &span, &rng);
        cells.capture(1, 21, 1, 0, 2e4, &span, &rng);
        cells.advance(&ids, &span, &rng);
        let lost = cells.turn_over(&Turnover { n_before: 3, births: vec![], gone: vec![1] }, &ids, &rng);
        let before = cells.totals().clone();
        let spilled = cells.spill(&lost, |population| [share, 0.0][population], &span, &rng);
        assert!(cells.totals().close_with(&cells.held()));
        let whole = lost.cells[0].whole[0];
        assert!(whole > 50_000);
        let n = spilled.first().map_or(0, |s| s.vesicles);
        assert!(spilled.iter().all(|s| (s.id, s.row, s.population) == (21, 1, 0)));
        let error = 5.0 * (whole as f64 * share * (1.0 - share)).sqrt() + 1e-9;
        assert!((n as f64 - share * whole as f64).abs() <= error, "{n} of {whole}");
        let flows = &cells.totals().populations[0];
        assert_eq!(flows.spilled, u128::from(n));
        assert_eq!(flows.lost + flows.spilled, before.populations[0].lost);
        assert_eq!(cells.totals().populations[1], before.populations[1]);
        // The second species is Poisson in each vesicle, so copies go with vesicles; what was in the cytosol stays.
        let copies = lost.cells[0].copies[0][1] as f64;
        let out = cells.totals().species[1].spilled as f64;
        let error = 5.0 * (copies * share * (1.0 - share)).sqrt() + 4.0 * error + 1e-9;
        assert!((out - share * copies).abs() <= error, "{out} of {copies}");
        assert_eq!(
            cells.totals().species[1].lost + cells.totals().species[1].spilled,
            before.species[1].lost
        );
    }
}
