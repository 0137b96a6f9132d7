//! Which assumption carries how much of an outcome's variance, the largest first.

use super::colour::BLUE;
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Row, RowChart};
use super::svg::Svg;
use super::text::percent_range;
use super::{Figure, Width, slug};
use crate::page::Bar;

/// Bars beyond this many are left to the points.
const SHOWN: usize = 15;
/// Shares that round to less than a hundredth are left to the points, but for the largest.
const LEAST: f64 = 0.005;

/// The bars of one outcome.
pub fn tornado(outcome: &str, bars: &[Bar], width: Width) -> Figure {
    let mut chosen: Vec<&Bar> = bars.iter().filter(|b| b.outcome == outcome).collect();
    chosen.sort_by(|a, b| b.share.total_cmp(&a.share));
    let seen = chosen.iter().filter(|b| b.high >= LEAST || b.high.is_nan()).count();
    let shown = chosen.len().min(SHOWN).min(seen.max(1));
    let rows = RowChart {
        axis: format!("share of the variance of {outcome}"),
        extent: Extent::FromZero,
        rows: chosen.iter().take(shown).map(|b| row(b)).collect(),
        references: Vec::new(),
        width,
    };
    let mut svg = Svg::default();
    let height = rows.draw(&mut svg);
    let title = format!("What moves {outcome}");
    Figure {
        name: slug(&["tornado", outcome]),
        caption: caption(shown, chosen.len()),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
}

fn caption(shown: usize, all: usize) -> String {
    let left = match all - shown {
        0 => String::new(),
        1 => " One smaller share stands in the points.".to_owned(),
        n => format!(" {n} smaller shares stand in the points."),
    };
    format!("Bar and circle: total share of the variance; line: its 90 % interval.{left}")
}

fn row(bar: &Bar) -> Row {
    Row {
        group: String::new(),
        label: bar.parameter.clone(),
        note: percent_range(bar.low, bar.share, bar.high),
        low: bar.low,
        middle: bar.share,
        high: bar.high,
        colour: BLUE,
        bar: Base::Start,
        minor: false,
    }
}

fn points(chosen: &[&Bar]) -> String {
    let mut csv = Csv::new(&["outcome", "parameter", "path", "share", "low", "high"]);
    for b in chosen {
        let numbers = [Field::Number(b.share), Field::Number(b.low), Field::Number(b.high)];
        let names = [&b.outcome, &b.parameter, &b.path].map(|name| Field::Words(name));
        csv.row(&[names, numbers].concat());
    }
    csv.finish()
}
