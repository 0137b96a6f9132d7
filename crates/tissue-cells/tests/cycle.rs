//! Cycles in tissues: fixed and exponential times, growth.

use tissue_cells::{Behaviours, Cells, CycleModel, Domain, KindLaw, Phase, TowardKinds};
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
