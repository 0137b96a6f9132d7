//! What a row draws over the axis: bar, range, mark; and the reference it is compared with.

use super::layout::{Layout, TOP};
use super::{Base, Reference, Row};
use crate::figure::colour::{BLACK, Marker, PALE, WHITE};
use crate::figure::scale::Scale;
use crate::figure::svg::{Anchor, Paint, Svg, Type};
use crate::figure::text;

/// Bar, range and mark of a row at height `y`.
pub(super) fn row(svg: &mut Svg, row: &Row, y: f64, left: f64, scale: &Scale) {
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
        svg.text((f64::midpoint(begin, end), y + 2.4), words, Type::BODY.at(Anchor::Middle));
    } else if from.max(high).max(x) + long < scale.span().1 {
        beside(svg, (from.max(high).max(x) + 3.0, y), words, Anchor::Start);
    } else {
        beside(svg, (from.min(low).min(x) - 3.0, y), words, Anchor::End);
    }
}

/// Words over the axis on a ground of their own, so that a reference does not strike them through.
fn beside(svg: &mut Svg, (x, y): (f64, f64), words: &str, anchor: Anchor) {
    let long = text::width(words, 7.0);
    let left = if anchor == Anchor::End { x - long } else { x };
    if !words.is_empty() {
        svg.rect((left - 1.0, y - 3.6), (long + 2.0, 7.2), Paint::fill(WHITE).faint(0.85));
    }
    svg.text((x, y + 2.4), words, Type::BODY.at(anchor));
}

/// The range goes on beyond the axis.
fn arrow(svg: &mut Svg, beyond: bool, (x, y): (f64, f64), way: f64, row: &Row) {
    if beyond {
        let tip = x + way * 4.0;
        svg.polygon(&[(tip, y), (x, y - 2.2), (x, y + 2.2)], Paint::fill(row.colour));
    }
}

/// The line of a reference with its band: from its first row to the axis, or where words stand between the rows,
/// at each row.
pub(super) fn reference(svg: &mut Svg, reference: &Reference, layout: &Layout, scale: &Scale) {
    let (low, high) = (scale.place(reference.low), scale.place(reference.high));
    let x = scale.place(reference.middle);
    for (from, to) in layout.free_spans(reference.first) {
        if high > low {
            svg.rect((low, from), (high - low, to - from), Paint::fill(PALE).faint(0.6));
        }
        svg.line((x, from), (x, to), Paint::stroke(BLACK, 0.8).dashed("3 2"));
    }
    if !reference.label.is_empty() {
        let half = text::width(&reference.label, 7.0) / 2.0;
        let x = x.clamp(layout.left + half, (layout.right - half).max(layout.left + half));
        svg.text((x, TOP - 6.0), &reference.label, Type::BODY.at(Anchor::Middle));
    }
}
