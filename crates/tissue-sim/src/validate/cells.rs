//! Cells that divide and die against growth in closed form.

use super::{Row, row};
use tissue_cells::{Behaviours, Cells, CycleModel, Domain, KindLaw, Phase, Start, TowardKinds};
use vesicle_base::math::{exp, exp2};
use vesicle_base::{Rng, Span, Turnover};

/// Cells of one law at one place; they do not move here, so that they need no room.
fn colony(law: KindLaw, n: usize) -> Cells {
    let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
    let domain = Domain::centred([2000.0; 3], false);
    let mut cells = Cells::new(vec![law], behaviours, &TowardKinds::default(), domain);
    cells.seed(0, &vec![[0.0; 3]; n], &Rng::new(1));
    cells
}

fn law(exit_per_min: f64, fixed: bool, death_per_min: f64) -> KindLaw {
    let phase = Phase { name: "all", exit_per_min, fixed, grows: true, divides: true };
    let mut law = KindLaw { cycle: CycleModel::of(vec![phase]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = death_per_min;
    law
}

/// Live cells after some ticks.
fn live_after(mut cells: Cells, ticks: u32, tick_min: f64) -> f64 {
    let (rng, mut turnover) = (Rng::new(7), Turnover::default());
    for tick in 0..ticks {
        cells.live_and_die(&Span::of_tick(tick, tick_min), &rng, &mut turnover);
        cells.turn_over(&turnover, &rng);
    }
    (0..cells.len()).filter(|row| !cells.is_dead(*row)).count() as f64
}

pub(super) fn fixed_cycle() -> Vec<Row> {
    let cycle_min = 100.0;
    [95.0, 199.0, 701.0, 1001.0]
        .into_iter()
        .map(|t_min: f64| {
            let ticks = (t_min / 7.0_f64).round() as u32;
            let t_min = f64::from(ticks) * 7.0;
            let got = live_after(colony(law(1.0 / cycle_min, true, 0.0), 1), ticks, 7.0);
            let expected = exp2((t_min / cycle_min).floor());
            row(format!("cells after {t_min} min in ticks of 7 min"), expected, got, 0.0, "", "exact")
        })
        .collect()
}

const FOUR_ERRORS: &str = "four standard errors";

pub(super) fn stochastic_cycle() -> Vec<Row> {
    let (n, mean_min) = (4000.0, 200.0);
    [6.0, 30.0]
        .into_iter()
        .map(|tick_min| {
            let got = live_after(
                colony(law(1.0 / mean_min, false, 0.0), 4000),
                (600.0 / tick_min) as u32,
                tick_min,
            );
            let grown = exp(600.0 / mean_min);
            let tolerance = 4.0 * (n * grown * (grown - 1.0)).sqrt();
            row(
                format!("cells after 600 min in ticks of {tick_min} min"),
                n * grown,
                got,
                tolerance,
                "",
                FOUR_ERRORS,
            )
        })
        .collect()
}

pub(super) fn exponential_growth() -> Vec<Row> {
    let (n, cycle_min) = (3000.0, 300.0);
    let balanced = KindLaw { start: Start::Balanced, ..law(1.0 / cycle_min, true, 0.0) };
    [150.0, 600.0, 900.0]
        .into_iter()
        .map(|t_min| {
            let got = live_after(colony(balanced.clone(), 3000), (t_min / 6.0) as u32, 6.0);
            let expected = n * exp2(t_min / cycle_min);
            // After whole cycles every lineage has the same size; between them a share of lineages is one ahead.
            let part = (t_min / cycle_min).fract();
            let ahead = exp2(part) - 1.0;
            let spread = exp2((t_min / cycle_min).floor()) * (n * ahead * (1.0 - ahead)).sqrt();
            row(format!("cells after {t_min} min"), expected, got, 4.0 * spread + 1e-9, "", FOUR_ERRORS)
        })
        .collect()
}

pub(super) fn death() -> Vec<Row> {
    let (n, per_min) = (20_000.0, 1e-3);
    [6.0, 60.0]
        .into_iter()
        .map(|tick_min| {
            let got =
                live_after(colony(law(0.0, false, per_min), 20_000), (900.0 / tick_min) as u32, tick_min);
            let kept = exp(-900.0 * per_min);
            let tolerance = 4.0 * (n * kept * (1.0 - kept)).sqrt();
            row(
                format!("live after 900 min in ticks of {tick_min} min"),
                n * kept,
                got,
                tolerance,
                "",
                FOUR_ERRORS,
            )
        })
        .collect()
}
