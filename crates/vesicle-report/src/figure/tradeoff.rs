//! Two qualities of things that people choose between, each with its range: purity against yield. What one of them is
//! not reported for lies on a strip under the panel, and nowhere in it.

use super::colour::{BLACK, GREY, PALE, look};
use super::csv::{Csv, Field};
use super::plot::Axis;
use super::scale::Scale;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text;
use super::{Figure, Width};

/// A value with its range: low, middle, high.
pub type Ranged = [f64; 3];

/// One thing to choose.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Its name.
    pub label: String,
    /// More to say of it, such as the hours it takes.
    pub note: String,
    /// To the right; `None` where it is not reported.
    pub x: Option<Ranged>,
    /// Upwards; `None` where it is not reported.
    pub y: Option<Ranged>,
}

/// Things to choose between over two qualities.
#[derive(Clone, Debug, Default)]
pub struct Tradeoff {
    /// File name without ending.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// The choices.
    pub choices: Vec<Choice>,
    /// Width of the figure.
    pub width: Width,
}

/// Left edge of the panel.
const LEFT: f64 = 40.0;
/// Height of the strip of choices without a y.
const STRIP: f64 = 16.0;
/// Half of a range's end stroke.
const END: f64 = 2.0;

impl Tradeoff {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let wide = self.width.points();
        svg.text_within((4.0, 9.0), &text::with_unit(&self.y.name, &self.y.unit), wide - 8.0, Type::BODY);
        let top = self.legend(&mut svg, wide) + 6.0;
        let bottom = top + (wide * 0.5).clamp(140.0, 230.0);
        let (x, y) = self.scales((LEFT, top), (wide - 12.0, bottom));
        axes(&mut svg, self, &x, &y);
        let strips = self.strip(&mut svg, &x, bottom);
        for (at, choice) in self.choices.iter().enumerate() {
            if let (Some(a), Some(b)) = (choice.x, choice.y) {
                cross(&mut svg, at, (a.map(|v| x.place(v)), b.map(|v| y.place(v))));
            }
        }
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), bottom + strips + 25.0, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    /// One line a choice; returns where the panel may begin.
    fn legend(&self, svg: &mut Svg, wide: f64) -> f64 {
        let mut y = 12.0;
        for (at, choice) in self.choices.iter().enumerate() {
            y += 9.0;
            let mark = look(at + 1);
            svg.marker((LEFT + 3.0, y - 2.5), 2.4, mark.marker, Paint::fill(mark.colour));
            let note = if choice.note.is_empty() { String::new() } else { format!(": {}", choice.note) };
            let words = text::clean(&format!("{}{note}", choice.label));
            svg.text((LEFT + 9.0, y), &text::fit(&words, 7.0, wide - LEFT - 20.0), Type::BODY);
        }
        y
    }

    fn scales(&self, corner: Point, far: Point) -> (Scale, Scale) {
        let all = |of: fn(&Choice) -> Option<Ranged>| self.choices.iter().filter_map(of).flatten();
        let over = |axis: &Axis, values: Vec<f64>, from: f64, to: f64| {
            if axis.log {
                Scale::log(values, from, to)
            } else {
                Scale::linear(values.into_iter().chain([0.0]), from, to)
            }
        };
        (
            over(&self.x, all(|c| c.x).collect(), corner.0, far.0),
            over(&self.y, all(|c| c.y).collect(), far.1, corner.1),
        )
    }

    /// Choices of which only the x is reported, one line each; returns the height of all.
    fn strip(&self, svg: &mut Svg, x: &Scale, bottom: f64) -> f64 {
        let only = self.choices.iter().enumerate().filter_map(|(at, c)| match (c.x, c.y) {
            (Some(range), None) => Some((at, range)),
            _ => None,
        });
        let lines: Vec<(usize, Ranged)> = only.collect();
        if lines.is_empty() {
            return 0.0;
        }
        let (left, right) = x.span();
        let words = text::fit(&format!("{} not reported", self.y.name), 7.0, right - left);
        svg.text((left, bottom + 31.0), &words, Type::BODY.in_colour(GREY));
        for (line, (at, range)) in lines.iter().enumerate() {
            let y = bottom + 38.0 + line as f64 * STRIP * 0.6;
            cross(svg, *at, (range.map(|v| x.place(v)), [y; 3]));
        }
        14.0 + lines.len() as f64 * STRIP * 0.6
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["name", "note", "x_low", "x", "x_high", "y_low", "y", "y_high"]);
        for choice in &self.choices {
            let cells = |range: Option<Ranged>| range.map_or([Field::Nothing; 3], |r| r.map(Field::Number));
            let mut row = vec![Field::Words(&choice.label), Field::Words(&choice.note)];
            row.extend(cells(choice.x));
            row.extend(cells(choice.y));
            csv.row(&row);
        }
        csv.finish()
    }
}

/// A mark with its ranges both ways.
fn cross(svg: &mut Svg, at: usize, ([x_low, x, x_high], [y_low, y, y_high]): (Ranged, Ranged)) {
    let mark = look(at + 1);
    let paint = Paint::stroke(mark.colour, 0.9);
    if x_low != x_high {
        svg.line((x_low, y), (x_high, y), paint);
        for end in [x_low, x_high] {
            svg.line((end, y - END), (end, y + END), paint);
        }
    }
    if y_low != y_high {
        svg.line((x, y_low), (x, y_high), paint);
        for end in [y_low, y_high] {
            svg.line((x - END, end), (x + END, end), paint);
        }
    }
    svg.marker((x, y), 2.6, mark.marker, Paint::fill(mark.colour));
}

fn axes(svg: &mut Svg, figure: &Tradeoff, x: &Scale, y: &Scale) {
    let ((left, right), (bottom, top)) = (x.span(), y.span());
    for (value, label) in y.ticks(20.0) {
        let at = y.place(value);
        svg.line((left, at), (right, at), Paint::stroke(PALE, 0.35));
        svg.text((left - 3.0, at + 2.4), &label, Type::BODY.at(Anchor::End));
    }
    svg.line((left, top), (left, bottom), Paint::stroke(BLACK, 0.6));
    svg.line((left, bottom), (right, bottom), Paint::stroke(BLACK, 0.6));
    for (value, label) in x.ticks(36.0) {
        let at = x.place(value);
        svg.line((at, bottom), (at, bottom + 2.5), Paint::stroke(BLACK, 0.6));
        svg.text((at, bottom + 9.5), &label, Type::BODY.at(Anchor::Middle));
    }
    let title = text::with_unit(&figure.x.name, &figure.x.unit);
    let middle = f64::midpoint(left, right);
    svg.text_within((middle, bottom + 19.0), &title, right - left, Type::BODY.at(Anchor::Middle));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(choices: Vec<Choice>) -> Figure {
        let y = Axis { name: "purity".into(), log: true, ..Axis::default() };
        Tradeoff { name: "t".into(), y, choices, ..Tradeoff::default() }.draw()
    }

    #[test]
    fn what_is_not_reported_is_drawn_under_the_panel_only() {
        let choice = |y| Choice { label: "a".into(), x: Some([0.1, 0.2, 0.3]), y, ..Choice::default() };
        let (with, without) = (figure(vec![choice(Some([1.0, 10.0, 100.0]))]), figure(vec![choice(None)]));
        assert!(without.svg.contains("purity not reported") && !with.svg.contains("not reported"));
        assert!(without.csv.ends_with("a,,0.1,0.2,0.3,,,\n"), "{}", without.csv);
        assert!(with.csv.ends_with("a,,0.1,0.2,0.3,1,10,100\n"));
    }

    #[test]
    fn no_values_break_no_drawing() {
        for y in [[f64::NAN; 3], [f64::INFINITY; 3], [0.0, 0.0, 0.0], [-1.0, 0.0, 1e300]] {
            let odd = figure(vec![Choice { x: Some(y), y: Some(y), ..Choice::default() }]);
            assert!(!odd.svg.contains("NaN") && !odd.svg.contains("inf"));
        }
        assert!(figure(Vec::new()).svg.contains("</svg>"));
    }
}
