//! From what is given to what arrives, against what is needed, on one logarithmic axis.

use super::colour::{BLUE, GREEN, GREY, ORANGE, VERMILLION};
use super::csv::{Csv, Field};
use super::rows::{Extent, Reference, Row, Rows};
use super::svg::Svg;
use super::text::ranged;
use super::{Figure, Width, slug};
use crate::page::{Level, Verdict};

/// The waterfall of one verdict.
pub fn waterfall(verdict: &Verdict, width: Width) -> Figure {
    let mut svg = Svg::default();
    let rows = Rows {
        axis: "amount, in the unit of its row (logarithmic)".into(),
        extent: Extent::Log,
        rows: rows(verdict),
        references: vec![needed(verdict)],
        width,
    };
    let height = rows.draw(&mut svg);
    let title = format!("From dose to cytosol: {}", verdict.what);
    Figure {
        name: slug(&["waterfall", &verdict.what]),
        caption: format!(
            "Circle: median of the draws; line: their range (n = {} draws). Dashed line and grey band: what is needed.",
            verdict.share.n
        ),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(verdict),
        title,
    }
}

fn rows(verdict: &Verdict) -> Vec<Row> {
    let last = verdict.waterfall.len().saturating_sub(1);
    let unit = verdict.waterfall.last().map_or("", |s| s.unit.as_str());
    let arrived = match verdict.level {
        Level::No => VERMILLION,
        Level::Marginal => ORANGE,
        Level::Yes => GREEN,
    };
    let steps = verdict.waterfall.iter().enumerate().map(|(i, s)| Row {
        group: String::new(),
        label: s.label.clone(),
        note: format!("{} {}", ranged(s.low, s.median, s.high), s.unit),
        low: s.low,
        middle: s.median,
        high: s.high,
        colour: if i == last { arrived } else { BLUE },
        bar: true,
        minor: false,
    });
    let n = verdict.needed;
    let needed = Row {
        group: String::new(),
        label: "needed".into(),
        note: format!("{} {unit}", ranged(n.low, n.median, n.high)),
        low: n.low,
        middle: n.median,
        high: n.high,
        colour: GREY,
        bar: false,
        minor: false,
    };
    steps.chain([needed]).collect()
}

/// The line begins at the first of the closing steps that are counted in the unit of the last.
fn needed(verdict: &Verdict) -> Reference {
    let unit = verdict.waterfall.last().map_or("", |s| s.unit.as_str());
    let alike = verdict.waterfall.iter().rev().take_while(|s| s.unit == unit).count();
    let n = verdict.needed;
    let first = verdict.waterfall.len() - alike;
    Reference { low: n.low, middle: n.median, high: n.high, label: String::new(), first }
}

fn points(verdict: &Verdict) -> String {
    let mut csv = Csv::new(&["step", "low", "median", "high", "unit"]);
    for s in &verdict.waterfall {
        let numbers = [Field::Number(s.low), Field::Number(s.median), Field::Number(s.high)];
        csv.row(&[Field::Words(&s.label), numbers[0], numbers[1], numbers[2], Field::Words(&s.unit)]);
    }
    let n = verdict.needed;
    let unit = verdict.waterfall.last().map_or("", |s| s.unit.as_str());
    csv.row(&[
        Field::Words("needed"),
        Field::Number(n.low),
        Field::Number(n.median),
        Field::Number(n.high),
        Field::Words(unit),
    ]);
    csv.finish()
}
