//! What colours mean: kinds in a row, a colour bar with its ends, a scale bar.

use super::colour::{BLACK, Colour, GREY, WHITE};
use super::scale::below;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text::{fit, number, width};
use super::tone::Tone;

/// A colour and what it means; none is an outline.
pub(crate) struct Entry {
    pub(crate) colour: Option<Colour>,
    /// Drawn as a stroke instead of a disc.
    pub(crate) stroke: bool,
    pub(crate) label: String,
}

/// Entries beside each other, in new lines where `room` ends; returns the height.
pub(crate) fn entries(svg: &mut Svg, (left, top): Point, room: f64, entries: &[Entry]) -> f64 {
    let (mut x, mut y) = (left, top + 6.0);
    for entry in entries {
        let label = fit(&super::text::clean(&entry.label), 7.0, (room - 14.0).max(10.0));
        let wide = width(&label, 7.0) + 20.0;
        if x > left && x + wide - 8.0 > left + room {
            x = left;
            y += 10.0;
        }
        let paint = entry.colour.map_or(Paint::fill(WHITE).and_stroke(GREY, 0.8), Paint::fill);
        match entry.colour {
            Some(colour) if entry.stroke => {
                svg.line((x, y - 2.5), (x + 6.0, y - 2.5), Paint::stroke(colour, 1.6));
            }
            _ => svg.circle((x + 3.0, y - 2.5), 2.8, paint),
        }
        svg.text((x + 9.0, y), &label, Type::BODY);
        x += wide;
    }
    y - top + 4.0
}

/// The colours of `tone` with its ends and its name, in lines of its own below where it does not fit beside the bar; returns
/// the height.
pub(crate) fn colour_bar(svg: &mut Svg, (left, top): Point, room: f64, name: &str, tone: &Tone) -> f64 {
    let rest = bar_with_ends(svg, (left, top), room, tone);
    let name = said(name, tone);
    if width(&name, 7.0) <= left + room - rest {
        svg.text((rest, top + 6.0), &name, Type::BODY);
        return 13.0;
    }
    let lines = svg.paragraph((left, top + 16.0), &name, room, 3, Type::BODY);
    14.0 + lines as f64 * 8.2
}

/// What a bar says of itself.
fn said(name: &str, tone: &Tone) -> String {
    if tone.is_log() { format!("{name}, logarithmic") } else { name.to_owned() }
}

/// The bar and its ends; returns where there is room beside it.
fn bar_with_ends(svg: &mut Svg, (left, top): Point, room: f64, tone: &Tone) -> f64 {
    const PARTS: usize = 40;
    let (low, high) = tone.ends();
    let (from, to) = (number(low), number(high));
    let bar_left = left + width(&from, 7.0) + 4.0;
    let long = 80.0_f64.min(room * 0.4);
    for i in 0..PARTS {
        let at = (bar_left + long * i as f64 / PARTS as f64, top);
        let share = i as f64 / (PARTS - 1) as f64;
        svg.rect(at, (long / PARTS as f64 + 0.2, 7.0), Paint::fill(tone.at(share)));
    }
    svg.text((left, top + 6.0), &from, Type::BODY);
    svg.text((bar_left + long + 4.0, top + 6.0), &to, Type::BODY);
    bar_left + long + 12.0 + width(&to, 7.0)
}

/// A bar of a round length near a quarter of `extent_um`, its right end at `right`.
pub(crate) fn scale_bar(svg: &mut Svg, (right, top): Point, extent_um: f64, points_per_um: f64) {
    let long = below(extent_um * 0.3);
    let from = right - long * points_per_um;
    svg.line((from, top + 3.5), (right, top + 3.5), Paint::stroke(BLACK, 2.0));
    svg.text((from - 4.0, top + 6.0), &format!("{} µm", number(long)), Type::BODY.at(Anchor::End));
}
