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

/// The bars of one outcome.
pub fn tornado(outcome: &str, bars: &[Bar], width: Width) -> Figure {
    let mut chosen: Vec<&Bar> = bars.iter().filter(|b| b.outcome == outcome).collect();
    chosen.sort_by(|a, b| b.share.total_cmp(&a.share));
    let rows = RowChart {
        axis: format!("share of the variance of {outcome}"),
        extent: Extent::FromZero,
        rows: chosen.iter().take(SHOWN).map(|b| row(b)).collect(),
        references: Vec::new(),
        width,
    };
    let mut svg = Svg::default();
    let height = rows.draw(&mut svg);
    let title = format!("What moves {outcome}");
    let shown = chosen.len().min(SHOWN);
    Figure {
        name: slug(&["tornado", outcome]),
        caption: format!("The {shown} largest of {} shares; line: interval.", chosen.len()),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
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
    let mut csv = Csv::new(&["outcome", "parameter", "share", "low", "high"]);
    for b in chosen {
        let numbers = [Field::Number(b.share), Field::Number(b.low), Field::Number(b.high)];
        csv.row(&[Field::Words(&b.outcome), Field::Words(&b.parameter), numbers[0], numbers[1], numbers[2]]);
    }
    csv.finish()
}
