//! Named rows over one value axis, each with a bar or a mark, its range and its numbers in words: the waterfall,
//! the forest, the support bars and the tornado are all this figure.

use super::Width;
use super::colour::{BLACK, Colour, GREY, Marker, PALE};
use super::scale::Scale;
use super::svg::{Anchor, Paint, Svg, Type};
use super::text;

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
}

/// Named rows over one value axis.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) axis: String,
    pub(crate) extent: Extent,
    pub(crate) rows: Vec<Row>,
    pub(crate) references: Vec<Reference>,
    pub(crate) width: Width,
}

/// Places that all rows share.
struct Layout {
    left: f64,
    right: f64,
    label_room: f64,
    note_room: f64,
    tops: Vec<f64>,
    bottom: f64,
}

const TOP: f64 = 14.0;

impl Rows {
    /// Draws the rows; returns the height.
    pub(crate) fn draw(&self, svg: &mut Svg) -> f64 {
        let layout = self.layout();
        let scale = self.scale(&layout);
        self.axis(svg, &layout, &scale);
        for reference in &self.references {
            reference_line(svg, reference, &layout, &scale);
        }
        for (i, row) in self.rows.iter().enumerate() {
            self.row(svg, i, row, &layout, &scale);
        }
        layout.bottom + 23.0
    }

    fn layout(&self) -> Layout {
        let wide = self.width.points();
        let label_room = widest(self.rows.iter().map(|r| (&r.label, r.indent()))).min(self.label_limit());
        let note_room = widest(self.rows.iter().map(|r| (&r.note, 0.0))).min(self.note_limit());
        let mut tops = Vec::with_capacity(self.rows.len());
        let mut y = TOP;
        for (i, row) in self.rows.iter().enumerate() {
            y += self.gap_before(i);
            tops.push(y);
            y += row.height(label_room, note_room);
        }
        let left = label_room + 12.0;
        Layout { left, right: wide - note_room - 12.0, label_room, note_room, tops, bottom: y + 2.0 }
    }

    fn label_limit(&self) -> f64 {
        self.width.points() * if self.width == Width::Single { 0.32 } else { 0.38 }
    }

    fn note_limit(&self) -> f64 {
        self.width.points() * if self.width == Width::Single { 0.27 } else { 0.32 }
    }

    /// Room above a row: for the heading of its group, or between rows that have minor rows.
    fn gap_before(&self, i: usize) -> f64 {
        let after_minor = i > 0 && self.rows[i - 1].minor && !self.rows[i].minor;
        match (self.begins_group(i), i) {
            (true, 0) => 10.0,
            (true, _) => 14.0,
            (false, _) => {
                if after_minor {
                    6.0
                } else {
                    0.0
                }
            }
        }
    }

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
        }
    }

    fn axis(&self, svg: &mut Svg, layout: &Layout, scale: &Scale) {
        let (top, bottom) = (TOP - 4.0, layout.bottom);
        for (value, label) in scale.ticks(38.0) {
            let x = scale.place(value);
            svg.line((x, top), (x, bottom), Paint::stroke(PALE, 0.35));
            let label = if self.extent == Extent::Log { label } else { text::percent(value) };
            svg.text((x, bottom + 9.0), &label, Type::BODY.at(Anchor::Middle));
        }
        svg.line((layout.left, bottom), (layout.right, bottom), Paint::stroke(BLACK, 0.6));
        let middle = (layout.left + layout.right) / 2.0;
        let room = 2.0 * (self.width.points() - middle).min(middle) - 6.0;
        svg.text_within((middle, bottom + 18.0), &self.axis, room, Type::BODY.at(Anchor::Middle));
    }

    fn row(&self, svg: &mut Svg, i: usize, row: &Row, layout: &Layout, scale: &Scale) {
        let top = layout.tops[i];
        if self.begins_group(i) {
            svg.text_within(
                (4.0, top - 3.0),
                &row.group,
                layout.right - 4.0,
                Type { bold: true, ..Type::BODY },
            );
        }
        let ink = if row.minor { GREY } else { BLACK };
        let kind = Type::BODY.in_colour(ink);
        let baseline = top + 8.0;
        let indent = row.indent();
        svg.paragraph((4.0 + indent, baseline), &row.label, layout.label_room - indent + SLACK, 2, kind);
        mark(svg, row, baseline - 2.4, layout.left, scale);
        svg.paragraph((layout.right + 8.0, baseline), &row.note, layout.note_room + SLACK, 2, kind);
    }
}

/// Keeps a text from breaking in the room that was measured for it.
const SLACK: f64 = 0.01;

fn widest<'a>(texts: impl Iterator<Item = (&'a String, f64)>) -> f64 {
    texts.map(|(t, indent)| text::width(t, 7.0) + indent).fold(0.0, f64::max)
}

impl Row {
    fn indent(&self) -> f64 {
        if self.minor { 6.0 } else { 0.0 }
    }

    fn height(&self, label_room: f64, note_room: f64) -> f64 {
        let label = text::wrap(&self.label, 7.0, label_room - self.indent() + SLACK, 2).len();
        let note = text::wrap(&self.note, 7.0, note_room + SLACK, 2).len();
        let base = if self.minor { 10.0 } else { 14.0 };
        base + if label.max(note) > 1 { 8.0 } else { 0.0 }
    }
}

fn mark(svg: &mut Svg, row: &Row, y: f64, left: f64, scale: &Scale) {
    let half = if row.minor { 2.0 } else { 4.0 };
    let x = scale.place(row.middle);
    bar(svg, row, y, half, left, scale);
    let (low, high) = (scale.place(row.low), scale.place(row.high));
    if low != high {
        svg.line((low, y), (high, y), Paint::stroke(row.colour, if row.minor { 0.7 } else { 1.1 }));
        arrow(svg, scale.share(row.low) < -1e-9, (low, y), -1.0, row);
        arrow(svg, scale.share(row.high) > 1.0 + 1e-9, (high, y), 1.0, row);
    }
    let marker = if row.minor { Marker::Diamond } else { Marker::Circle };
    svg.marker((x, y), half * 0.6, marker, Paint::fill(row.colour));
    arrow(svg, scale.share(row.middle) < -1e-9, (x, y), -1.0, row);
}

fn bar(svg: &mut Svg, row: &Row, y: f64, half: f64, left: f64, scale: &Scale) {
    let x = scale.place(row.middle);
    let (from, words) = match &row.bar {
        Base::None => return,
        Base::Start => (left, ""),
        Base::Value(value, words) => (scale.place(*value), words.as_str()),
    };
    svg.rect((from.min(x), y - half), ((x - from).abs(), 2.0 * half), Paint::fill(row.colour).faint(0.3));
    // Beyond the range's line, so that the words are not struck through.
    let (low, high) = (scale.place(row.low), scale.place(row.high));
    let (begin, end) = if from > x { (high.max(x), from) } else { (from, low.min(x)) };
    let long = text::width(words, 7.0) + 6.0;
    if long < end - begin {
        svg.text(((begin + end) / 2.0, y + 2.4), words, Type::BODY.at(Anchor::Middle));
    } else if from.max(high).max(x) + long < scale.span().1 {
        svg.text((from.max(high).max(x) + 3.0, y + 2.4), words, Type::BODY);
    } else {
        svg.text((from.min(low).min(x) - 3.0, y + 2.4), words, Type::BODY.at(Anchor::End));
    }
}

/// The range goes on beyond the axis.
fn arrow(svg: &mut Svg, beyond: bool, (x, y): (f64, f64), way: f64, row: &Row) {
    if beyond {
        let tip = x + way * 4.0;
        svg.polygon(&[(tip, y), (x, y - 2.2), (x, y + 2.2)], Paint::fill(row.colour));
    }
}

fn reference_line(svg: &mut Svg, reference: &Reference, layout: &Layout, scale: &Scale) {
    let from = layout.tops.get(reference.first).copied().unwrap_or(TOP) - 2.0;
    let (low, high) = (scale.place(reference.low), scale.place(reference.high));
    if high > low {
        svg.rect((low, from), (high - low, layout.bottom - from), Paint::fill(PALE).faint(0.6));
    }
    let x = scale.place(reference.middle);
    svg.line((x, from), (x, layout.bottom), Paint::stroke(BLACK, 0.8).dashed("3 2"));
    if !reference.label.is_empty() {
        let half = text::width(&reference.label, 7.0) / 2.0;
        let x = x.clamp(layout.left + half, (layout.right - half).max(layout.left + half));
        svg.text((x, from - 2.5), &reference.label, Type::BODY.at(Anchor::Middle));
    }
}
