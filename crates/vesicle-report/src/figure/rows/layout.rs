//! Where rows and their words lie: on a wide figure label, marks and numbers stand side by side; on a narrow one
//! the words stand above the marks, so that the axis keeps the whole width.

use super::{Row, RowChart};
use crate::figure::Width;
use crate::figure::svg::{Anchor, Point};
use crate::figure::text;

/// Where the first row begins.
pub(super) const TOP: f64 = 14.0;
/// Keeps a text from breaking in the room that was measured for it.
const SLACK: f64 = 0.01;
/// From one line of text to the next.
const LINE: f64 = 8.05;

/// Places that all rows share.
pub(super) struct Layout {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) label_room: f64,
    pub(super) note_room: f64,
    pub(super) spots: Vec<Spot>,
    pub(super) bottom: f64,
    words_above: bool,
}

/// Places of one row: baselines of its words, height of its marks.
pub(super) struct Spot {
    pub(super) label: Point,
    pub(super) note: Point,
    pub(super) note_anchor: Anchor,
    pub(super) mark: f64,
}

impl Layout {
    pub(super) fn of(rows: &RowChart) -> Self {
        let mut layout = if rows.width == Width::Single { Self::narrow(rows) } else { Self::wide(rows) };
        let mut y = TOP;
        for (i, row) in rows.rows.iter().enumerate() {
            y += gap_before(rows, i);
            let (spot, height) = layout.spot(row, y);
            layout.spots.push(spot);
            y += height;
        }
        layout.bottom = y + 2.0;
        layout
    }

    /// Heights without words over the axis, from row `first` on.
    pub(super) fn free_spans(&self, first: usize) -> Vec<(f64, f64)> {
        let marks = self.spots.iter().skip(first).map(|s| s.mark);
        if self.words_above {
            return marks.map(|m| (m - 5.5, m + 5.5)).collect();
        }
        marks.take(1).map(|m| (m - 8.0, self.bottom)).collect()
    }

    fn wide(rows: &RowChart) -> Self {
        let points = rows.width.points();
        let label_room = widest(rows.rows.iter().map(|r| (&r.label, r.indent()))).min(points * 0.38);
        let note_room = widest(rows.rows.iter().map(|r| (&r.note, 0.0))).min(points * 0.32);
        Self {
            left: label_room + 12.0,
            right: points - note_room - 12.0,
            label_room: label_room + SLACK,
            note_room: note_room + SLACK,
            spots: Vec::new(),
            bottom: TOP,
            words_above: false,
        }
    }

    fn narrow(rows: &RowChart) -> Self {
        let points = rows.width.points();
        let room = points - 8.0;
        Self {
            left: 14.0,
            right: points - 14.0,
            label_room: room,
            note_room: room,
            spots: Vec::new(),
            bottom: TOP,
            words_above: true,
        }
    }

    /// The spot of a row that begins at `y`, and its height.
    fn spot(&self, row: &Row, y: f64) -> (Spot, f64) {
        let baseline = y + 8.0;
        let label = (4.0 + row.indent(), baseline);
        let label_lines = text::wrap(&row.label, 7.0, self.label_room - row.indent(), 2).len() as f64;
        let note_lines = text::wrap(&row.note, 7.0, self.note_room, 2).len() as f64;
        if !self.words_above {
            let note = (self.right + 8.0, baseline);
            let spot = Spot { label, note, note_anchor: Anchor::Start, mark: baseline - 2.4 };
            let base = if row.minor { 10.0 } else { 14.0 };
            return (spot, base + (label_lines.max(note_lines) - 1.0) * LINE);
        }
        let beside =
            text::width(&row.label, 7.0) + text::width(&row.note, 7.0) + row.indent() + 8.0 < self.note_room;
        let (note, note_anchor, lines) = if beside {
            ((4.0 + self.note_room, baseline), Anchor::End, 1.0)
        } else {
            ((label.0, baseline + label_lines * LINE), Anchor::Start, label_lines + note_lines)
        };
        let mark = baseline + (lines - 1.0) * LINE + if row.minor { 5.5 } else { 7.5 };
        (Spot { label, note, note_anchor, mark }, mark - y + if row.minor { 4.0 } else { 6.5 })
    }
}

/// Room above a row: for the name of its group, or after minor rows.
fn gap_before(rows: &RowChart, i: usize) -> f64 {
    let after_minor = i > 0 && rows.rows[i - 1].minor && !rows.rows[i].minor;
    if rows.begins_group(i) {
        if i == 0 { 10.0 } else { 14.0 }
    } else if after_minor {
        6.0
    } else {
        0.0
    }
}

fn widest<'a>(texts: impl Iterator<Item = (&'a String, f64)>) -> f64 {
    texts.map(|(t, indent)| text::width(t, 7.0) + indent).fold(0.0, f64::max)
}
