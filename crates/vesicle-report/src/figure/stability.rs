//! Estimates of the same thing under several choices, one row a thing and one mark a choice: whether a sign holds.

use super::colour::{BLACK, GREY, PALE, VERMILLION, look};
use super::csv::{Csv, Field};
use super::scale::Scale;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text;
use super::{Figure, Width};

/// Estimates under several choices.
#[derive(Clone, Debug, Default)]
pub struct Stability {
    /// File name without ending.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// What the axis shows, with its unit.
    pub axis: String,
    /// The choices.
    pub choices: Vec<String>,
    /// Name of each row, and its estimate under each choice; what is no number is left out.
    pub rows: Vec<(String, Vec<f64>)>,
    /// Width of the figure.
    pub width: Width,
}

const LINE: f64 = 11.0;

impl Stability {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let wide = self.width.points();
        let top = self.legend(&mut svg, wide);
        let longest = self.rows.iter().map(|r| text::width(&r.0, 7.0)).fold(0.0, f64::max);
        let left = longest.min(wide * 0.4) + 12.0;
        let bottom = top + self.rows.len() as f64 * LINE + 2.0;
        let values = self.rows.iter().flat_map(|r| r.1.iter().copied()).chain([0.0]);
        let scale = Scale::linear(values, left, wide - 10.0);
        self.axis(&mut svg, &scale, (top, bottom));
        for (i, (name, estimates)) in self.rows.iter().enumerate() {
            let y = top + (i as f64 + 0.5) * LINE;
            row(&mut svg, &scale, (left, y), name, estimates);
        }
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), bottom + 25.0, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    fn legend(&self, svg: &mut Svg, wide: f64) -> f64 {
        let (mut x, mut y) = (6.0, 10.0);
        for (k, choice) in self.choices.iter().enumerate() {
            let label = text::fit(&text::clean(choice), 7.0, wide - 30.0);
            let long = text::width(&label, 7.0) + 20.0;
            if x > 6.0 && x + long > wide {
                (x, y) = (6.0, y + 10.0);
            }
            svg.marker((x + 3.0, y - 2.5), 2.4, look(k + 1).marker, Paint::fill(look(k + 1).colour));
            svg.text((x + 9.0, y), &label, Type::BODY);
            x += long;
        }
        y + 8.0
    }

    fn axis(&self, svg: &mut Svg, scale: &Scale, (top, bottom): Point) {
        let (left, right) = scale.span();
        for (value, label) in scale.ticks(36.0) {
            let x = scale.place(value);
            svg.line((x, top), (x, bottom), Paint::stroke(PALE, 0.35));
            svg.text((x, bottom + 9.5), &label, Type::BODY.at(Anchor::Middle));
        }
        svg.line((left, bottom), (right, bottom), Paint::stroke(BLACK, 0.6));
        let zero = scale.place(0.0);
        svg.line((zero, top), (zero, bottom), Paint::stroke(BLACK, 0.8).dashed("3 2"));
        let middle = f64::midpoint(left, right);
        svg.text_within((middle, bottom + 19.0), &self.axis, right - left, Type::BODY.at(Anchor::Middle));
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["name", "choice", "estimate"]);
        for (name, estimates) in &self.rows {
            for (choice, estimate) in self.choices.iter().zip(estimates) {
                csv.row(&[Field::Words(name), Field::Words(choice), Field::Number(*estimate)]);
            }
        }
        csv.finish()
    }
}

/// One thing: its marks joined by a line, which is red where the marks lie on both sides of 0.
fn row(svg: &mut Svg, scale: &Scale, (left, y): Point, name: &str, estimates: &[f64]) {
    let finite = || estimates.iter().copied().filter(|v| v.is_finite());
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let turns = low < 0.0 && high > 0.0;
    let ink = if turns { VERMILLION } else { BLACK };
    svg.text_within((left - 6.0, y + 2.4), name, left - 10.0, Type::BODY.at(Anchor::End).in_colour(ink));
    if low < high {
        let paint = Paint::stroke(if turns { VERMILLION } else { GREY }, 0.8);
        svg.line((scale.place(low), y), (scale.place(high), y), paint);
    }
    for (k, value) in estimates.iter().enumerate().filter(|(_, v)| v.is_finite()) {
        let looks = look(k + 1);
        svg.marker((scale.place(*value), y), 2.1, looks.marker, Paint::fill(looks.colour).faint(0.85));
    }
}
