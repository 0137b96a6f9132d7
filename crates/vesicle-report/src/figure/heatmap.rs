//! A table of values as colours, with names on both sides; what was not seen is hatched, never a number.

use super::colour::{GREY, WHITE};
use super::csv::{Csv, Field};
use super::legend::colour_bar;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text;
use super::tone::Tone;
use super::{Figure, Width};

/// A table of values as colours.
#[derive(Clone, Debug, Default)]
pub struct Heatmap {
    /// File name without ending.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Per row, one value per column; none is drawn hatched.
    pub values: Vec<Vec<Option<f64>>>,
    /// What the values are.
    pub quantity: String,
    /// Their unit; empty when they have none.
    pub unit: String,
    /// Width of the figure.
    pub width: Width,
}

impl Heatmap {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let wide = self.width.points();
        let longest = self.rows.iter().map(|r| text::width(r, 7.0)).fold(0.0, f64::max);
        let left = longest.min(wide * 0.4) + 10.0;
        let cell = ((wide - left - 4.0) / self.columns.len().max(1) as f64).min(46.0);
        let top = self.heads(&mut svg, left, cell);
        let tone = Tone::exact(self.values.iter().flatten().flatten().copied());
        for (i, row) in self.rows.iter().enumerate() {
            let y = top + i as f64 * 11.0;
            svg.text_within((left - 4.0, y + 8.0), row, left - 8.0, Type::BODY.at(Anchor::End));
            for j in 0..self.columns.len() {
                let value = self.values.get(i).and_then(|v| v.get(j)).copied().flatten();
                square(&mut svg, (left + j as f64 * cell, y), (cell, 11.0), value, &tone);
            }
        }
        let bottom = top + self.rows.len() as f64 * 11.0 + 6.0;
        let quantity = text::with_unit(&self.quantity, &self.unit);
        let bar = colour_bar(&mut svg, (4.0, bottom), wide - 8.0, &quantity, &tone);
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), bottom + bar, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    fn heads(&self, svg: &mut Svg, left: f64, cell: f64) -> f64 {
        let mut lines = 1;
        for (j, name) in self.columns.iter().enumerate() {
            let at = (left + (j as f64 + 0.5) * cell, 10.0);
            lines =
                lines.max(svg.paragraph(at, name, (cell - 2.0).max(8.0), 3, Type::BODY.at(Anchor::Middle)));
        }
        6.0 + lines as f64 * 8.2
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["row", "column", "value"]);
        for (row, values) in self.rows.iter().zip(&self.values) {
            for (column, value) in self.columns.iter().zip(values) {
                let value = value.map_or(Field::Nothing, Field::Number);
                csv.row(&[Field::Words(row), Field::Words(column), value]);
            }
        }
        csv.finish()
    }
}

fn square(svg: &mut Svg, at: Point, size: Point, value: Option<f64>, tone: &Tone) {
    if let Some(value) = value {
        svg.rect(at, size, Paint::fill(tone.colour(value)).and_stroke(WHITE, 0.5));
        return;
    }
    svg.rect(at, size, Paint::fill(WHITE).and_stroke(GREY, 0.3));
    let (w, h) = size;
    let strokes = 4;
    for k in 0..strokes {
        let x = at.0 + w * f64::from(k) / f64::from(strokes);
        let to = (x + h.min(w / f64::from(strokes)), at.1);
        svg.line((x, at.1 + h), to, Paint::stroke(GREY, 0.4));
    }
}
