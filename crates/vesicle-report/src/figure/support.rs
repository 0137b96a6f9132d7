//! Share of the prior volume that satisfies the tests under each mechanism, and how it moves with the priors.

use super::colour::{BLUE, GREY, PURPLE};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Row, RowChart};
use super::svg::Svg;
use super::text::{number, percent};
use super::{Figure, Width};
use crate::page::Support;
use vesicle_base::words::counted;

/// One bar per mechanism with its interval, its reweighted shares below it.
pub fn support(mechanisms: &[Support], width: Width) -> Figure {
    let rows = RowChart {
        axis: "share of draws".into(),
        extent: Extent::Percent,
        rows: mechanisms.iter().flat_map(rows_of).collect(),
        references: Vec::new(),
        width,
    };
    let mut svg = Svg::default();
    let height = rows.draw(&mut svg);
    let title = "Support for each mechanism".to_owned();
    Figure {
        name: "support".into(),
        caption: caption(mechanisms),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(mechanisms),
        title,
        ..Figure::default()
    }
}

fn caption(mechanisms: &[Support]) -> String {
    let mut text = "Circle: share of draws in which every test holds; grey diamond: in which none fails, whether or not every \
                    one holds; lines: their Wilson intervals."
        .to_owned();
    if mechanisms.iter().any(|s| !s.by_prior.is_empty()) {
        text.push_str(
            " Purple diamonds: the share of the twin’s worlds in which every test that it can evaluate holds, under narrower \
             or wider assumed priors, with the effective sample size (ESS) of that reweighting.",
        );
    }
    text
}

/// `satisfies / draws`; not a number without draws.
pub(crate) fn share(s: &Support) -> f64 {
    of_draws(s, s.satisfies)
}

/// Share of the draws in which no test fails.
fn not_refuted(s: &Support) -> f64 {
    of_draws(s, s.draws.saturating_sub(s.fails))
}

fn of_draws(s: &Support, n: u64) -> f64 {
    if s.draws == 0 { f64::NAN } else { n as f64 / s.draws as f64 }
}

fn rows_of(s: &Support) -> Vec<Row> {
    let head = Row {
        group: String::new(),
        label: format!("{}: every test holds", s.mechanism),
        note: format!("{}, {} of {}", percent(share(s)), s.satisfies, counted(s.draws, "draw")),
        low: s.low,
        middle: share(s),
        high: s.high,
        colour: BLUE,
        bar: Base::Start,
        minor: false,
    };
    let (low, high) = s.fails_interval;
    let left = Row {
        group: String::new(),
        label: "no test fails".into(),
        note: format!("{}, {} of {}", percent(not_refuted(s)), s.draws.saturating_sub(s.fails), s.draws),
        low: 1.0 - high,
        middle: not_refuted(s),
        high: 1.0 - low,
        colour: GREY,
        bar: Base::None,
        minor: true,
    };
    let by_prior = s.by_prior.iter().map(|p| Row {
        group: String::new(),
        label: p.label.clone(),
        note: format!("{}, ESS\u{a0}{}", percent(p.share), number(p.ess)),
        low: p.low,
        middle: p.share,
        high: p.high,
        colour: PURPLE,
        bar: Base::None,
        minor: true,
    });
    [head, left].into_iter().chain(by_prior).collect()
}

fn points(mechanisms: &[Support]) -> String {
    let mut csv =
        Csv::new(&["mechanism", "priors", "share", "low", "high", "satisfies", "fails", "draws", "ess"]);
    for s in mechanisms {
        let counts = [Field::Count(s.satisfies), Field::Count(s.fails), Field::Count(s.draws)];
        let numbers = [Field::Number(share(s)), Field::Number(s.low), Field::Number(s.high)];
        let name = Field::Words(&s.mechanism);
        csv.row(&[
            name,
            Field::Words("as written"),
            numbers[0],
            numbers[1],
            numbers[2],
            counts[0],
            counts[1],
            counts[2],
            Field::Nothing,
        ]);
        for p in &s.by_prior {
            let numbers = [Field::Number(p.share), Field::Number(p.low), Field::Number(p.high)];
            let none = Field::Nothing;
            csv.row(&[
                name,
                Field::Words(&p.label),
                numbers[0],
                numbers[1],
                numbers[2],
                none,
                none,
                none,
                Field::Number(p.ess),
            ]);
        }
    }
    csv.finish()
}
