//! A value among those of others, group by group on one logarithmic axis: middle half and median of each group, every
//! value as a point, and the value itself as a line through its group.

use super::colour::{BLACK, BLUE, GREY, PALE, VERMILLION};
use super::csv::{Csv, Field};
use super::scale::Scale;
use super::svg::{Anchor, Paint, Svg, Type};
use super::text::{self, fit, number};
use super::{Figure, Width};
use crate::figure::colour::Marker;

/// Values of one kind, and the one among them.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Whose values, and in which unit.
    pub label: String,
    /// Their values.
    pub values: Vec<f64>,
    /// Lower quartile, median, upper quartile.
    pub quartiles: [f64; 3],
    /// The value to rank.
    pub own: f64,
}

/// A value among those of others.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// File name without ending.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// What the axis shows.
    pub axis: String,
    /// Groups; each has a unit of its own.
    pub groups: Vec<Group>,
    /// Width of the figure.
    pub width: Width,
}

/// Height of a group.
const HIGH: f64 = 30.0;

impl Ranking {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let wide = self.width.points();
        let all = self.groups.iter().flat_map(|g| g.values.iter().copied().chain([g.own]));
        let scale = Scale::log(all, 14.0, wide - 14.0);
        let bottom = 6.0 + HIGH * self.groups.len() as f64;
        for (value, label) in scale.ticks(38.0) {
            let x = scale.place(value);
            svg.line((x, 4.0), (x, bottom), Paint::stroke(PALE, 0.35));
            svg.text((x, bottom + 9.0), &label, Type::BODY.at(Anchor::Middle));
        }
        svg.line((14.0, bottom), (wide - 14.0, bottom), Paint::stroke(BLACK, 0.6));
        svg.text_within((wide / 2.0, bottom + 18.0), &self.axis, wide - 8.0, Type::BODY.at(Anchor::Middle));
        for (at, group) in self.groups.iter().enumerate() {
            row(&mut svg, group, 6.0 + HIGH * at as f64, &scale, wide);
        }
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), bottom + 23.0, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["group", "whose", "value"]);
        for group in &self.groups {
            for value in &group.values {
                csv.row(&[Field::Words(&group.label), Field::Words("published"), Field::Number(*value)]);
            }
            csv.row(&[Field::Words(&group.label), Field::Words("this one"), Field::Number(group.own)]);
        }
        csv.finish()
    }
}

fn row(svg: &mut Svg, group: &Group, top: f64, scale: &Scale, wide: f64) {
    let middle = top + 20.0;
    let words = format!("{} (n = {}); this one: {}", group.label, group.values.len(), number(group.own));
    svg.text((14.0, top + 8.0), &fit(&text::clean(&words), 7.0, wide - 28.0), Type::BODY);
    let [low, median, high] = group.quartiles.map(|v| scale.place(v));
    svg.rect((low, middle - 5.0), (high - low, 10.0), Paint::fill(BLUE).faint(0.25));
    svg.line((median, middle - 5.0), (median, middle + 5.0), Paint::stroke(BLUE, 1.3));
    for value in group.values.iter().filter(|v| v.is_finite() && **v > 0.0) {
        svg.marker((scale.place(*value), middle), 1.4, Marker::Circle, Paint::fill(GREY).faint(0.6));
    }
    if group.own.is_finite() && group.own > 0.0 {
        let x = scale.place(group.own);
        svg.line((x, middle - 8.0), (x, middle + 8.0), Paint::stroke(VERMILLION, 1.3));
        svg.marker((x, middle), 2.4, Marker::Diamond, Paint::fill(VERMILLION));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_odd_values_are_drawn_or_left_out() {
        let group = |own| Group {
            label: "mouse, particles".into(),
            values: vec![1e9, 1e10, f64::NAN],
            quartiles: [1e9, 5e9, 1e10],
            own,
        };
        for own in [1e8, 0.0, f64::INFINITY, f64::NAN] {
            let ranking = Ranking { name: "r".into(), groups: vec![group(own)], ..Ranking::default() };
            assert!(!ranking.draw().svg.contains("NaN"));
        }
        let csv = Ranking { groups: vec![group(3e9)], ..Ranking::default() }.draw().csv;
        assert!(csv.ends_with("\"mouse, particles\",this one,3000000000\n"), "{csv}");
    }
}
