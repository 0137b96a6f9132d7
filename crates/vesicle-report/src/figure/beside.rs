//! A laboratory's own values beside the simulated ones: arm by arm, mean and range of both at the nearest instant.

use super::colour::{BLUE, VERMILLION};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Row, RowChart};
use super::svg::Svg;
use super::text::{number, spread, with_unit};
use super::{Figure, Width, slug};
use crate::page::Beside;

/// The rows of one outcome under one mechanism.
pub fn beside(outcome: &str, mechanism: &str, all: &[Beside], width: Width) -> Figure {
    let chosen: Vec<&Beside> =
        all.iter().filter(|b| b.outcome == outcome && b.mechanism == mechanism).collect();
    let unit = chosen.first().map_or("", |b| b.unit.as_str());
    let chart = RowChart {
        axis: with_unit(outcome, unit),
        extent: Extent::Linear,
        rows: chosen.iter().flat_map(|b| rows(b)).collect(),
        references: Vec::new(),
        width,
    };
    let mut svg = Svg::default();
    let height = chart.draw(&mut svg);
    let under = if mechanism.is_empty() { String::new() } else { format!(", mechanism “{mechanism}”") };
    let title = format!("{outcome}: measured beside simulated{under}");
    Figure {
        name: slug(&["beside", outcome, mechanism]),
        caption: "Circle: simulated mean, line: lowest to highest replicate. Diamond: measured mean, line: lowest to highest \
                  value. Both in the unit of the axis; the simulated instant is the saved one nearest to the measurement."
            .into(),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
}

/// Mean, lowest and highest of finite values; none of no values.
pub(crate) fn summary(values: &[f64]) -> Option<(f64, f64, f64)> {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let n = finite().count() as f64;
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    (n > 0.0).then(|| (low, finite().map(|v| v / n).sum(), high))
}

fn rows(b: &Beside) -> Vec<Row> {
    let row = |label: String, values: &[f64], n: u64, minor: bool| {
        let (low, middle, high) = summary(values).unwrap_or((f64::NAN, f64::NAN, f64::NAN));
        Row {
            group: String::new(),
            label,
            note: format!("{}, n\u{a0}=\u{a0}{n}", spread(low, middle, high)),
            low,
            middle,
            high,
            colour: if minor { VERMILLION } else { BLUE },
            bar: Base::None,
            minor,
        }
    };
    let simulated = format!("{}, simulated, {}\u{a0}d", b.arm, number(b.simulated_d));
    let measured = format!("measured, {}\u{a0}d", number(b.measured_d));
    vec![
        row(simulated, &b.simulated, b.simulated.len() as u64, false),
        row(measured, &b.measured, b.measured_n, true),
    ]
}

fn points(chosen: &[&Beside]) -> String {
    let mut csv = Csv::new(&["outcome", "unit", "arm", "mechanism", "sort", "time_d", "value"]);
    for b in chosen {
        for (sort, time, values) in
            [("simulated", b.simulated_d, &b.simulated), ("measured", b.measured_d, &b.measured)]
        {
            for value in values {
                csv.row(&[
                    Field::Words(&b.outcome),
                    Field::Words(&b.unit),
                    Field::Words(&b.arm),
                    Field::Words(&b.mechanism),
                    Field::Words(sort),
                    Field::Number(time),
                    Field::Number(*value),
                ]);
            }
        }
    }
    csv.finish()
}
