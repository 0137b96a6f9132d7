//! Cells that become another kind, are born as one or are eaten, against their numbers in closed form.

use super::{Row, row};
use tissue_cells::{BehaviourId, Behaviours, Cells, CycleModel, Domain, KindLaw, Own, Phase, TowardKinds};
use vesicle_base::math::{exp, sqrt};
use vesicle_base::{Rng, Span, Turnover};

const FOUR_ERRORS: &str = "four standard errors";

/// What a kind does to and becomes of each kind.
#[derive(Clone, Default)]
struct Toward {
    becomes_per_min: Vec<f64>,
    daughter_share: Vec<f64>,
    eats_per_min: Vec<f64>,
}

/// Cells of some kinds at given places; no one moves here.
fn cells(kinds: &[(KindLaw, Toward)], positions: &[(u16, Vec<[f64; 3]>)]) -> Cells {
    let n = kinds.len();
    let padded = |values: &[f64]| (0..n).map(|k| values.get(k).copied().unwrap_or(0.0)).collect::<Vec<_>>();
    let base: Vec<Vec<f64>> = kinds
        .iter()
        .map(|(law, toward)| {
            let blocks = [&toward.becomes_per_min, &toward.daughter_share, &toward.eats_per_min];
            law.own_base().into_iter().chain(blocks.into_iter().flat_map(|block| padded(block))).collect()
        })
        .collect();
    let block = |number: usize| {
        (0..n).map(|kind| Some(BehaviourId((Own::COUNT + number * n + kind) as u16))).collect()
    };
    let toward =
        TowardKinds { transformation: block(0), asymmetric_division: block(1), phagocytosis: block(2) };
    let laws = kinds.iter().map(|(law, _)| law.clone()).collect();
    let behaviours = Behaviours::new(&base, Vec::new());
    let mut cells = Cells::new(laws, behaviours, &toward, Domain::centred([1e6; 3], false));
    let rng = Rng::new(1);
    positions.iter().for_each(|(kind, positions)| cells.seed(*kind, positions, &rng));
    cells
}

fn law(divides_per_min: f64, fixed: bool) -> KindLaw {
    let phase = Phase { name: "all", exit_per_min: divides_per_min, fixed, grows: true, divides: true };
    let mut law = KindLaw { cycle: CycleModel::of(vec![phase]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    law
}

/// Cells of each of three kinds after some ticks.
fn counts(mut cells: Cells, ticks: u32, tick_min: f64) -> [f64; 3] {
    let (rng, mut turnover) = (Rng::new(7), Turnover::default());
    for tick in 0..ticks {
        cells.live_and_die(&Span::of_tick(tick, tick_min), &rng, &mut turnover);
        cells.turn_over(&turnover, &rng);
    }
    [0, 1, 2].map(|kind| cells.kind.iter().filter(|known| **known == kind).count() as f64)
}

pub(super) fn transformation() -> Vec<Row> {
    let (n, to_second, to_third, t_min) = (20_000.0, 1e-3, 5e-4, 600.0);
    let mut rows = Vec::new();
    for tick_min in [6.0, 60.0] {
        let toward = Toward { becomes_per_min: vec![0.0, to_second, to_third], ..Toward::default() };
        let still = (law(0.0, false), Toward::default());
        let kinds = [(law(0.0, false), toward), still.clone(), still];
        let begun = cells(&kinds, &[(0, vec![[0.0; 3]; 20_000])]);
        let got = counts(begun, (t_min / tick_min) as u32, tick_min);
        let stay = exp(-(to_second + to_third) * t_min);
        let share = (1.0 - stay) * to_second / (to_second + to_third);
        for (what, p, got) in [("stay", stay, got[0]), ("become the second kind", share, got[1])] {
            let tolerance = 4.0 * sqrt(n * p * (1.0 - p));
            let what = format!("cells that {what} in 600 min, ticks of {tick_min} min");
            rows.push(row(what, n * p, got, tolerance, "", FOUR_ERRORS));
        }
    }
    rows
}

pub(super) fn asymmetric_division() -> Vec<Row> {
    let divides = |per_min: f64, fixed: bool, share: f64| {
        let toward = Toward { daughter_share: vec![0.0, share], ..Toward::default() };
        [(law(per_min, fixed), toward), (law(0.0, false), Toward::default())]
    };
    let always = cells(&divides(1.0 / 100.0, true, 1.0), &[(0, vec![[0.0; 3]; 50])]);
    let [stem, others, _] = counts(always, 100, 7.0);
    let mut rows = vec![
        row("50 cells that divide into one of each, after 7 cycles", 50.0, stem, 0.0, "", "exact"),
        row("their daughters of the other kind", 350.0, others, 0.0, "", "exact"),
    ];
    let (n, per_min, p, t_min) = (4000.0, 1.0 / 200.0, 0.3, 300.0);
    let sometimes = cells(&divides(per_min, false, p), &[(0, vec![[0.0; 3]; 4000])]);
    let [stem, others, _] = counts(sometimes, 50, 6.0);
    // The first kind is a Yule process of rate b (1 - p); the second counts a Poisson process of rate b p times its size.
    let rate = per_min * (1.0 - p);
    let (grown, odds) = (exp(rate * t_min), p / (1.0 - p));
    let spread = sqrt(n * grown * (grown - 1.0));
    rows.push(row(
        "cells that divide, share 0.3, after 300 min",
        n * grown,
        stem,
        4.0 * spread,
        "",
        FOUR_ERRORS,
    ));
    let expected = n * odds * (grown - 1.0);
    let of_rate = 2.0 * n * odds * odds * (0.5 * (grown * grown - 1.0) - rate * t_min * grown);
    let tolerance = 4.0 * sqrt(expected + of_rate);
    rows.push(row("their daughters of the other kind", expected, others, tolerance, "", FOUR_ERRORS));
    rows
}

/// Groups so far apart that only their own cells are in reach.
fn groups(n: usize, shift_um: f64) -> Vec<[f64; 3]> {
    (0..n).map(|k| [shift_um, 400.0 * (k % 100) as f64 - 2e4, 400.0 * (k / 100) as f64 - 2e4]).collect()
}

pub(super) fn phagocytosis() -> Vec<Row> {
    let (n, per_min, t_min) = (4000.0, 2e-3, 300.0);
    let eater = Toward { eats_per_min: vec![0.0, per_min], ..Toward::default() };
    let kinds = [(law(0.0, false), eater), (law(0.0, false), Toward::default())];
    let mut rows = Vec::new();
    for (eaters, shifts) in [(1.0, &[12.0][..]), (2.0, &[12.0, -12.0])] {
        let mut positions: Vec<(u16, Vec<[f64; 3]>)> = vec![(1, groups(4000, 0.0))];
        positions.extend(shifts.iter().map(|shift| (0, groups(4000, *shift))));
        let got = counts(cells(&kinds, &positions), 50, 6.0)[1];
        let stay = exp(-eaters * per_min * t_min);
        let tolerance = 4.0 * sqrt(n * stay * (1.0 - stay));
        let what = format!("cells with {eaters} eaters beside them, left after 300 min");
        rows.push(row(what, n * stay, got, tolerance, "", FOUR_ERRORS));
    }
    rows
}
