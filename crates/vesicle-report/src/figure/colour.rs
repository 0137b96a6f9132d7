//! Colours, dashes and markers that stay apart for colour-blind readers and on a grey print.

use std::fmt;

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) [u8; 3]);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

pub(crate) const BLACK: Colour = Colour([0x1a, 0x1a, 0x1a]);
pub(crate) const GREY: Colour = Colour([0x6b, 0x6b, 0x6b]);
pub(crate) const PALE: Colour = Colour([0xd9, 0xd9, 0xd9]);
pub(crate) const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
pub(crate) const BLUE: Colour = Colour([0x00, 0x72, 0xb2]);
pub(crate) const ORANGE: Colour = Colour([0xe6, 0x9f, 0x00]);
pub(crate) const GREEN: Colour = Colour([0x00, 0x9e, 0x73]);
pub(crate) const VERMILLION: Colour = Colour([0xd5, 0x5e, 0x00]);
pub(crate) const PURPLE: Colour = Colour([0xcc, 0x79, 0xa7]);
pub(crate) const SKY: Colour = Colour([0x56, 0xb4, 0xe9]);

/// Okabe and Ito's palette (2008), its yellow left to fills because a thin yellow line vanishes on white.
const LINES: [Colour; 7] = [BLACK, BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY];
const FILLS: [Colour; 7] = [BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY, Colour([0xf0, 0xe4, 0x42])];
const DASHES: [&str; 5] = ["", "4 2", "1.2 1.6", "6 2 1.2 2", "8 3"];

/// How the series of one index is drawn: colour, dash and marker repeat with different periods, so that no two
/// of the first 35 look alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) colour: Colour,
    pub(crate) dash: &'static str,
    pub(crate) marker: Marker,
}

/// Shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}

const MARKERS: [Marker; 5] =
    [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Cross];

/// The look of series `index`.
pub(crate) fn look(index: usize) -> Look {
    Look {
        colour: LINES[index % LINES.len()],
        dash: DASHES[index % DASHES.len()],
        marker: MARKERS[index % MARKERS.len()],
    }
}

/// The fill of kind `index`.
pub(crate) fn fill(index: usize) -> Colour {
    FILLS[index % FILLS.len()]
}

/// Nine points of viridis (van der Walt and Smith, 2015, CC0), evenly spaced.
const VIRIDIS: [[u8; 3]; 9] = [
    [0x44, 0x01, 0x54],
    [0x47, 0x2d, 0x7b],
    [0x3b, 0x52, 0x8b],
    [0x2c, 0x72, 0x8e],
    [0x21, 0x91, 0x8c],
    [0x28, 0xae, 0x80],
    [0x5e, 0xc9, 0x62],
    [0xad, 0xdc, 0x30],
    [0xfd, 0xe7, 0x25],
];

/// Colour of `share` in 0..=1 on viridis; grey where it is no number.
pub(crate) fn viridis(share: f64) -> Colour {
    if share.is_nan() {
        return PALE;
    }
    let place = share.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let low = (place.floor() as usize).min(VIRIDIS.len() - 2);
    blend(Colour(VIRIDIS[low]), Colour(VIRIDIS[low + 1]), place - low as f64)
}

/// The colour between `from` and `to` at `part` in 0..=1.
pub(crate) fn blend(from: Colour, to: Colour, part: f64) -> Colour {
    let mut mixed = [0; 3];
    for (m, (a, b)) in mixed.iter_mut().zip(from.0.into_iter().zip(to.0)) {
        *m = (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    }
    Colour(mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_35_looks_differ() {
        let looks: Vec<Look> = (0..35).map(look).collect();
        for (i, a) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(a), "look {i} is taken");
        }
    }

    #[test]
    fn map_ends_where_it_should() {
        assert_eq!(viridis(0.0).to_string(), "#440154");
        assert_eq!(viridis(2.0).to_string(), "#fde725");
        assert_eq!(viridis(f64::NAN), PALE);
    }
}
