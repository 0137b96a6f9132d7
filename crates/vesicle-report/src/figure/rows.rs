//! Named rows over one value axis, each with a bar or a mark, its range and its numbers in words: the waterfall,
//! the forest, the support bars and the tornado are all this figure.

mod layout;
mod mark;

use super::Width;
use super::colour::{BLACK, Colour, GREY, PALE};
use super::scale::Scale;
use super::svg::{Anchor, Paint, Svg, Type};
use super::text;
use layout::{Layout, Spot, TOP};

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Printed bold above the row when it differs from the row before.
    pub(crate) group: String,
    pub(crate) label: String,
    pub(crate) note: String,
    pub(crate) low: f64,
    pub(crate) middle: f64,
    pub(crate) high: f64,
    pub(crate) colour: Colour,
    pub(crate) bar: Base,
    /// A row that belongs to the one above it.
    pub(crate) minor: bool,
}

/// Where the bar of a row begins; it ends at the row's middle.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Base {
    /// No bar, a mark alone.
    None,
    /// At the begin of the axis.
    Start,
    /// At a value, with words in the bar when they fit.
    Value(f64, String),
}

/// A value to compare rows with, drawn through the rows `first..`.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) low: f64,
    pub(crate) middle: f64,
    pub(crate) high: f64,
    pub(crate) label: String,
    pub(crate) first: usize,
}

/// Where the value axis lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Over the data, logarithmic.
    Log,
    /// 0 to 100 %.
    Percent,
    /// 0 to the largest share, in per cent.
    FromZero,
    /// Over the data, linear.
    Linear,
}

/// Named rows over one value axis.
#[derive(Clone, Debug)]
pub(crate) struct RowChart {
    pub(crate) axis: String,
    pub(crate) extent: Extent,
    pub(crate) rows: Vec<Row>,
    pub(crate) references: Vec<Reference>,
    pub(crate) width: Width,
}

impl RowChart {
    /// Draws the rows; returns the height.
    pub(crate) fn draw(&self, svg: &mut Svg) -> f64 {
        let layout = Layout::of(self);
        let scale = self.scale(&layout);
        self.axis(svg, &layout, &scale);
        for reference in &self.references {
            mark::reference(svg, reference, &layout, &scale);
        }
        for (i, (row, spot)) in self.rows.iter().zip(&layout.spots).enumerate() {
            if self.begins_group(i) {
                let kind = Type { bold: true, ..Type::BODY };
                svg.text_within((4.0, spot.label.1 - 11.0), &row.group, self.width.points() - 8.0, kind);
            }
            words(svg, row, spot, &layout);
            mark::row(svg, row, spot.mark, layout.left, &scale);
        }
        layout.bottom + 23.0
    }

    /// Whether row `i` has the name of its group above it.
    fn begins_group(&self, i: usize) -> bool {
        let group = &self.rows[i].group;
        !group.is_empty() && (i == 0 || self.rows[i - 1].group != *group)
    }

    fn scale(&self, layout: &Layout) -> Scale {
        let rows = self.rows.iter().flat_map(|r| [r.low, r.middle, r.high]);
        let all = rows.chain(self.references.iter().flat_map(|r| [r.low, r.middle, r.high]));
        match self.extent {
            Extent::Log => Scale::log(all, layout.left, layout.right),
            Extent::Percent => Scale::exact([0.0, 1.0], layout.left, layout.right),
            Extent::FromZero => Scale::linear(all.chain([0.0]), layout.left, layout.right),
            Extent::Linear => Scale::linear(all, layout.left, layout.right),
        }
    }

    fn axis(&self, svg: &mut Svg, layout: &Layout, scale: &Scale) {
        let (top, bottom) = (TOP - 4.0, layout.bottom);
        for (value, label) in scale.ticks(38.0) {
            let x = scale.place(value);
            svg.line((x, top), (x, bottom), Paint::stroke(PALE, 0.35));
            let label = if matches!(self.extent, Extent::Log | Extent::Linear) {
                label
            } else {
                text::percent(value)
            };
            svg.text((x, bottom + 9.0), &label, Type::BODY.at(Anchor::Middle));
        }
        svg.line((layout.left, bottom), (layout.right, bottom), Paint::stroke(BLACK, 0.6));
        let middle = f64::midpoint(layout.left, layout.right);
        let room = 2.0 * (self.width.points() - middle).min(middle) - 6.0;
        svg.text_within((middle, bottom + 18.0), &self.axis, room, Type::BODY.at(Anchor::Middle));
    }
}

fn words(svg: &mut Svg, row: &Row, spot: &Spot, layout: &Layout) {
    let kind = Type::BODY.in_colour(if row.minor { GREY } else { BLACK });
    svg.paragraph(spot.label, &row.label, layout.label_room - row.indent(), 2, kind);
    svg.paragraph(spot.note, &row.note, layout.note_room, 2, kind.at(spot.note_anchor));
}

impl Row {
    fn indent(&self) -> f64 {
        if self.minor { 6.0 } else { 0.0 }
    }
}
