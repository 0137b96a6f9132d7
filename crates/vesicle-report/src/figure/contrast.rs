//! Ratios between arms as a forest: mark, interval, the line of no difference.

use super::colour::{BLUE, GREY};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Reference, Row, RowChart};
use super::svg::Svg;
use super::text::{number, ranged};
use super::{Figure, Width, slug};
use crate::page::Contrast;

/// The contrasts of one outcome, grouped by mechanism.
pub fn contrasts(outcome: &str, contrasts: &[Contrast], width: Width) -> Figure {
    let chosen: Vec<&Contrast> = contrasts.iter().filter(|c| c.outcome == outcome).collect();
    let one = Reference { low: 1.0, middle: 1.0, high: 1.0, label: "no difference".into(), first: 0 };
    let rows = RowChart {
        axis: format!("ratio of {outcome} (logarithmic)"),
        extent: Extent::Log,
        rows: chosen.iter().map(|c| row(c)).collect(),
        references: vec![one],
        width,
    };
    let mut svg = Svg::default();
    let height = rows.draw(&mut svg);
    let title = format!("{outcome}: ratios between arms");
    Figure {
        name: slug(&["contrast", outcome]),
        caption: format!(
            "Circle: ratio; line: its interval; n per arm: {}. Grey: the interval holds 1.",
            counts(&chosen)
        ),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
}

fn row(c: &Contrast) -> Row {
    let undecided = !(c.low > 1.0 || c.high < 1.0);
    Row {
        group: c.mechanism.clone(),
        label: format!("{} / {}, {}\u{a0}d", c.arm_a, c.arm_b, number(c.time_d)),
        note: format!("{}, n\u{a0}=\u{a0}{}", ranged(c.low, c.ratio, c.high), c.n),
        low: c.low,
        middle: c.ratio,
        high: c.high,
        colour: if undecided { GREY } else { BLUE },
        bar: Base::None,
        minor: false,
    }
}

fn counts(chosen: &[&Contrast]) -> String {
    let (low, high) = (chosen.iter().map(|c| c.n).min(), chosen.iter().map(|c| c.n).max());
    match (low, high) {
        (Some(a), Some(b)) if a != b => format!("{a} to {b}"),
        (Some(a), _) => a.to_string(),
        _ => "0".into(),
    }
}

fn points(chosen: &[&Contrast]) -> String {
    let mut csv =
        Csv::new(&["outcome", "time_d", "arm_a", "arm_b", "mechanism", "ratio", "low", "high", "n"]);
    for c in chosen {
        csv.row(&[
            Field::Words(&c.outcome),
            Field::Number(c.time_d),
            Field::Words(&c.arm_a),
            Field::Words(&c.arm_b),
            Field::Words(&c.mechanism),
            Field::Number(c.ratio),
            Field::Number(c.low),
            Field::Number(c.high),
            Field::Count(c.n),
        ]);
    }
    csv.finish()
}
