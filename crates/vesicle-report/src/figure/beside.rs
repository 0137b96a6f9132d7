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
        caption: "Circle: simulated mean, line: lowest to highest replicate. Diamond: measured mean, in which a \
                  value counts for its animals; line: lowest to highest value. Both in the unit of the axis; the simulated instant is the saved one nearest to the measurement."
            .into(),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
}

/// Lowest, mean and highest of finite values; none of no values.
pub(crate) fn summary(values: &[f64]) -> Option<(f64, f64, f64)> {
    weighed(values, &[])
}

/// Those of what was measured: a value that is the mean of several animals counts for as many.
pub(crate) fn measured(b: &Beside) -> Option<(f64, f64, f64)> {
    weighed(&b.measured, &b.measured_counts)
}

fn weighed(values: &[f64], counts: &[u64]) -> Option<(f64, f64, f64)> {
    let count = |at: usize| if counts.len() == values.len() { counts[at].max(1) as f64 } else { 1.0 };
    let finite = || values.iter().copied().enumerate().filter(|(_, v)| v.is_finite());
    let n: f64 = finite().map(|(at, _)| count(at)).sum();
    let (low, high) =
        finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), (_, v)| (l.min(v), h.max(v)));
    (n > 0.0).then(|| (low, finite().map(|(at, v)| v * (count(at) / n)).sum(), high))
}

fn rows(b: &Beside) -> Vec<Row> {
    let row = |label: String, found: Option<(f64, f64, f64)>, n: u64, minor: bool| {
        let (low, middle, high) = found.unwrap_or((f64::NAN, f64::NAN, f64::NAN));
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
    let label = format!("measured, {}\u{a0}d", number(b.measured_d));
    vec![
        row(simulated, summary(&b.simulated), b.simulated.len() as u64, false),
        row(label, measured(b), b.measured_n, true),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_three_animals_counts_for_three() {
        let b = Beside { measured: vec![0.04, 0.0], measured_counts: vec![3, 1], ..Beside::default() };
        let (low, mean, high) = measured(&b).expect("two values");
        assert!((mean - 0.03).abs() < 1e-15 && low == 0.0 && high == 0.04, "{mean}");
        let plain = Beside { measured: vec![0.04, 0.0], ..Beside::default() };
        assert!((measured(&plain).expect("two values").1 - 0.02).abs() < 1e-15);
        assert!(measured(&Beside::default()).is_none());
    }
}
