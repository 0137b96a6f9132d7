//! Cycles in tissues: fixed and exponential times, growth.

use tissue_cells::balanced::Balanced;
use tissue_cells::{Behaviours, Cells, CycleModel, Domain, KindLaw, Phase, Start, TowardKinds};
use vesicle_base::{Rng, Span, Turnover, math};

fn tissue(law: KindLaw) -> Cells {
    let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
    Cells::new(vec![law], behaviours, &TowardKinds::default(), Domain::centred([2000.0; 3], false))
}

fn immortal(cycle: CycleModel) -> KindLaw {
    let mut law = KindLaw { cycle, ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    law
}

/// Lives without moving; calls back with the time and the number of cells after each tick.
fn run(cells: &mut Cells, ticks: u32, length_min: f64, seed: u64, mut note: impl FnMut(f64, usize)) {
    let (rng, mut turnover) = (Rng::new(seed), Turnover::default());
    for tick in 0..ticks {
        let span = Span::of_tick(tick, length_min);
        cells.live_and_die(&span, &rng, &mut turnover);
        cells.turn_over(&turnover, &rng);
        note(span.end_min(), cells.len());
    }
    assert_eq!(cells.health(), None);
}

fn one_phase(exit_per_min: f64, fixed: bool) -> CycleModel {
    CycleModel::of(vec![Phase { name: "all", exit_per_min, fixed, grows: true, divides: true }])
}

#[test]
fn fixed_cycles_do_not_round_to_ticks() {
    let cycle_min = 100.0;
    let mut cells = tissue(immortal(one_phase(1.0 / cycle_min, true)));
    cells.seed(0, &[[0.0; 3]], &Rng::new(1));
    run(&mut cells, 180, 6.0, 1, |time_min, n| {
        let generations = (time_min / cycle_min + 1e-9).floor();
        assert_eq!(n as f64, math::exp2(generations), "at {time_min} min");
    });
}

#[test]
fn exponential_cycles_grow_as_they_should_for_any_tick() {
    let mean_min = 200.0;
    for length_min in [6.0, 20.0] {
        let mut cells = tissue(immortal(one_phase(1.0 / mean_min, false)));
        cells.seed(0, &vec![[0.0; 3]; 4000], &Rng::new(1));
        let ticks = (600.0 / length_min) as u32;
        run(&mut cells, ticks, length_min, 3, |_, _| {});
        let expected = 4000.0 * math::exp(3.0);
        let spread = (expected * (math::exp(3.0) - 1.0)).sqrt();
        let off = (cells.len() as f64 - expected) / spread;
        assert!(
            off.abs() < 4.0,
            "{} cells, {off} standard errors away at ticks of {length_min}",
            cells.len()
        );
    }
}

#[test]
fn a_balanced_start_grows_exponentially_from_time_0() {
    for cycle in [CycleModel::ki67_advanced(), CycleModel::flow_cytometry_separated(), one_phase(1e-3, true)]
    {
        let exits: Vec<f64> = cycle.phases().iter().map(|phase| phase.exit_per_min).collect();
        let growth_per_min = Balanced::new(&cycle, &exits).growth_per_min;
        let mut law = immortal(cycle);
        law.start = Start::Balanced;
        let mut cells = tissue(law);
        let n = 20_000.0;
        cells.seed(0, &vec![[0.0; 3]; 20_000], &Rng::new(5));
        run(&mut cells, 200, 6.0, 5, |time_min, count| {
            let expected = n * math::exp(growth_per_min * time_min);
            let off = (count as f64 - expected) / (expected * (expected / n - 1.0).max(1e-3)).sqrt();
            assert!(off.abs() < 4.5, "{off} standard errors away at {time_min} min");
        });
    }
}

#[test]
fn phases_take_their_time() {
    let mut cells = tissue(immortal(CycleModel::ki67_basic()));
    cells.seed(0, &vec![[0.0; 3]; 5000], &Rng::new(1));
    let mut first = None;
    run(&mut cells, 500, 6.0, 1, |time_min, n| {
        if n > 5000 && first.is_none() {
            first = Some(time_min);
        }
    });
    let first_min = first.unwrap();
    assert!(
        (930.0..=942.0).contains(&first_min),
        "the first of many divides 15.5 h after time 0: {first_min}"
    );
}
