//! From what is given to what arrives, against what is needed, on one logarithmic axis.

use super::colour::{BLUE, Colour, GREY};
use super::csv::{Csv, Field};
use super::doses;
use super::rows::{Base, Extent, Reference, Row, RowChart};
use super::svg::Svg;
use super::text::{spread, two_digits};
use super::{Figure, Width, slug};
use crate::page::{Step, Verdict};

/// The waterfall of one verdict.
pub fn waterfall(verdict: &Verdict, width: Width) -> Figure {
    let mut svg = Svg::default();
    let rows = RowChart {
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
            "Circle: median of the draws; line: 5th to 95th percentile (n = {} draws); pale bar, ÷ and ×: from the step before \
             to this one. Dashed line and grey band: what is needed.",
            verdict.share.n
        ),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(verdict),
        title,
        ..Figure::default()
    }
}

fn rows(verdict: &Verdict) -> Vec<Row> {
    let last = verdict.waterfall.len().saturating_sub(1);
    let arrived = doses::colour(verdict.level);
    let before = std::iter::once(None).chain(verdict.waterfall.iter().map(Some));
    let steps = verdict.waterfall.iter().zip(before).enumerate();
    let steps = steps.map(|(i, (s, before))| step(s, before, if i == last { arrived } else { BLUE }));
    steps.chain([needed_row(verdict)]).collect()
}

/// The bar of a step is what was lost or gained since the step before it.
fn step(s: &Step, before: Option<&Step>, colour: Colour) -> Row {
    Row {
        group: String::new(),
        label: s.label.clone(),
        note: format!("{} {}", spread(s.low, s.median, s.high), s.unit),
        low: s.low,
        middle: s.median,
        high: s.high,
        colour,
        bar: before.map_or(Base::None, |b| Base::Value(b.median, factor(b.median, s.median))),
        minor: false,
    }
}

/// `÷ 26` from 520 to 20; empty where there is no factor, or one of 1.0.
fn factor(from: f64, to: f64) -> String {
    if !(from > 0.0 && to > 0.0 && from.is_finite() && to.is_finite()) {
        return String::new();
    }
    let (sign, factor) =
        if from > to { ("÷", two_digits(from / to)) } else { ("×", two_digits(to / from)) };
    if factor == "1" { String::new() } else { format!("{sign} {factor}") }
}

fn needed_row(verdict: &Verdict) -> Row {
    let n = verdict.needed;
    let last = verdict.waterfall.last();
    let gap = last.map_or(Base::None, |s| Base::Value(s.median, gap_words(s.median, n.median)));
    Row {
        group: String::new(),
        label: "needed".into(),
        note: format!("{} {}", spread(n.low, n.median, n.high), last.map_or("", |s| s.unit.as_str())),
        low: n.low,
        middle: n.median,
        high: n.high,
        colour: GREY,
        bar: gap,
        minor: false,
    }
}

fn gap_words(arrived: f64, needed: f64) -> String {
    let words = factor(arrived, needed);
    match words.as_str() {
        "" if 0.0 < arrived && arrived < needed => "just short".into(),
        words if words.starts_with('×') => format!("short by {words}"),
        _ => String::new(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_told_as_far_as_two_digits_show_it() {
        let told = |arrived, needed| gap_words(arrived, needed);
        assert_eq!(
            [told(20.0, 520.0), told(345.0, 350.0), told(330.0, 350.0)],
            ["short by × 26", "just short", "short by × 1.1"]
        );
        assert_eq!([told(350.0, 350.0), told(520.0, 20.0), told(0.0, 350.0)], ["", "", ""]);
        assert_eq!([factor(520.0, 20.0), factor(351.0, 350.0)], ["÷ 26", ""]);
    }
}
