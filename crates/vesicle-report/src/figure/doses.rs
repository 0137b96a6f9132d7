//! What every arm brings to every kind that receives it, against what is needed: all verdicts at one glance.

use super::colour::{Colour, GREEN, ORANGE, VERMILLION};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Reference, Row, RowChart};
use super::svg::Svg;
use super::text::{number, spread};
use super::{Figure, Width};
use crate::page::{Level, Range, Verdict};

/// Colour of a verdict.
pub(crate) fn colour(level: Level) -> Colour {
    match level {
        Level::No => VERMILLION,
        Level::Marginal => ORANGE,
        Level::Yes => GREEN,
    }
}

/// Word of a verdict.
pub(crate) fn word(level: Level) -> &'static str {
    match level {
        Level::No => "no",
        Level::Marginal => "marginal",
        Level::Yes => "yes",
    }
}

/// One row per arm, grouped by the kind that receives; verdicts in which nothing can act are left to the words.
pub fn doses(verdicts: &[Verdict], width: Width) -> Figure {
    let acting: Vec<&Verdict> = verdicts.iter().filter(|v| !v.waterfall.is_empty()).collect();
    let mut receivers: Vec<&str> = Vec::new();
    for verdict in &acting {
        if !receivers.contains(&verdict.receiver.as_str()) {
            receivers.push(&verdict.receiver);
        }
    }
    let of = |receiver: &&str| acting.iter().filter(|v| v.receiver == **receiver).map(|v| row(v)).collect();
    let rows: Vec<Row> = receivers.iter().flat_map(|r| -> Vec<Row> { of(r) }).collect();
    let unit = acting.first().and_then(|v| v.waterfall.last()).map_or("", |s| s.unit.as_str());
    let chart = RowChart {
        axis: format!("{unit} that arrive (logarithmic)"),
        extent: Extent::Log,
        references: needed(&acting, rows.len()),
        rows,
        width,
    };
    let mut svg = Svg::default();
    let height = chart.draw(&mut svg);
    let title = "What arrives of every dose, and what is needed".to_owned();
    let draws = acting.iter().map(|v| v.share.n).max().unwrap_or(0);
    Figure {
        name: "doses".into(),
        caption: format!(
            "Circle: median; line: 5th to 95th percentile of n = {} draws of the priors. Dashed line and grey band: what is \
             needed, median and range. Red: no; orange: marginal; green: yes. In words: copies, verdict, draws that reach it.",
            number(draws as f64)
        ),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&acting),
        title,
        ..Figure::default()
    }
}

fn arrived(verdict: &Verdict) -> Range {
    verdict.waterfall.last().map_or(Range::default(), |s| Range {
        low: s.low,
        median: s.median,
        high: s.high,
    })
}

fn row(verdict: &Verdict) -> Row {
    let range = arrived(verdict);
    let share = verdict.share;
    let reached = (share.value * share.n as f64).round();
    let cargo = if verdict.cargo.is_empty() { String::new() } else { format!(": {}", verdict.cargo) };
    Row {
        group: format!("into {}", verdict.receiver),
        label: format!("{}{cargo}", verdict.arm),
        note: format!(
            "{}; {}, {} of {}",
            spread(range.low, range.median, range.high),
            word(verdict.level),
            number(reached),
            number(share.n as f64)
        ),
        low: range.low,
        middle: range.median,
        high: range.high,
        colour: colour(verdict.level),
        bar: Base::None,
        minor: false,
    }
}

/// One band when all verdicts need the same, none otherwise.
fn needed(verdicts: &[&Verdict], n_rows: usize) -> Vec<Reference> {
    let Some(first) = verdicts.first().map(|v| v.needed) else { return Vec::new() };
    let close = |a: f64, b: f64| (a - b).abs() <= 0.05 * a.abs().max(b.abs());
    let alike = verdicts.iter().all(|v| {
        close(v.needed.low, first.low)
            && close(v.needed.median, first.median)
            && close(v.needed.high, first.high)
    });
    let band =
        |n: Range| Reference { low: n.low, middle: n.median, high: n.high, label: "needed".into(), first: 0 };
    if alike && n_rows > 0 { vec![band(first)] } else { Vec::new() }
}

fn points(verdicts: &[&Verdict]) -> String {
    let head = [
        "arm",
        "receiver",
        "cargo",
        "verdict",
        "low",
        "median",
        "high",
        "needed_low",
        "needed_median",
        "needed_high",
        "share_of_draws",
        "draws",
    ];
    let mut csv = Csv::new(&head);
    for v in verdicts {
        let (range, needed) = (arrived(v), v.needed);
        csv.row(&[
            Field::Words(&v.arm),
            Field::Words(&v.receiver),
            Field::Words(&v.cargo),
            Field::Words(word(v.level)),
            Field::Number(range.low),
            Field::Number(range.median),
            Field::Number(range.high),
            Field::Number(needed.low),
            Field::Number(needed.median),
            Field::Number(needed.high),
            Field::Number(v.share.value),
            Field::Count(v.share.n),
        ]);
    }
    csv.finish()
}
