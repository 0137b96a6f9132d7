//! Differences with their intervals as a forest, on a linear scale around no difference.

use super::colour::{BLUE, GREY};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Reference, Row, RowChart};
use super::svg::Svg;
use super::text::ranged;
use super::{Figure, Width};

/// One estimate with its interval.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// Heading above it when it differs from that of the row before; may be empty.
    pub group: String,
    /// What was estimated.
    pub label: String,
    /// Lower end.
    pub low: f64,
    /// Estimate.
    pub middle: f64,
    /// Upper end.
    pub high: f64,
    /// Whether it is told from no difference; else it is grey.
    pub decided: bool,
    /// More to say, behind the interval.
    pub note: String,
}

/// Estimates under each other.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// File name without ending.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// What the axis shows, with its unit.
    pub axis: String,
    /// The estimates.
    pub rows: Vec<Effect>,
    /// Width of the figure.
    pub width: Width,
}

impl Effects {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let none = Reference { low: 0.0, middle: 0.0, high: 0.0, label: "no difference".into(), first: 0 };
        let chart = RowChart {
            axis: self.axis.clone(),
            extent: Extent::Linear,
            rows: self.rows.iter().map(row).collect(),
            references: vec![none],
            width: self.width,
        };
        let mut svg = Svg::default();
        let height = chart.draw(&mut svg);
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), height, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["group", "label", "low", "estimate", "high", "note"]);
        for r in &self.rows {
            csv.row(&[
                Field::Words(&r.group),
                Field::Words(&r.label),
                Field::Number(r.low),
                Field::Number(r.middle),
                Field::Number(r.high),
                Field::Words(&r.note),
            ]);
        }
        csv.finish()
    }
}

fn row(e: &Effect) -> Row {
    let interval = ranged(e.low, e.middle, e.high);
    let note = if e.note.is_empty() { interval } else { format!("{interval}, {}", e.note) };
    Row {
        group: e.group.clone(),
        label: e.label.clone(),
        note,
        low: e.low,
        middle: e.middle,
        high: e.high,
        colour: if e.decided { BLUE } else { GREY },
        bar: Base::None,
        minor: false,
    }
}
