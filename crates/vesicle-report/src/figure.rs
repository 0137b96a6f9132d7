//! Figures as vector drawings with their points: 85 or 180 mm wide, 7 and 8 pt sans, colours that colour-blind
//! readers tell apart, bytes that depend on the values alone.

pub(crate) mod beside;
pub(crate) mod colour;
pub(crate) mod contrast;
pub(crate) mod course;
pub(crate) mod csv;
pub(crate) mod doses;
pub mod effects;
pub mod heatmap;
pub(crate) mod labels;
pub(crate) mod legend;
pub(crate) mod matrix;
pub(crate) mod picture;
pub mod plot;
pub(crate) mod plug;
pub mod ranking;
pub(crate) mod raster;
pub(crate) mod rows;
pub(crate) mod scale;
pub mod scatter;
pub mod stability;
pub(crate) mod strip;
pub(crate) mod support;
pub(crate) mod svg;
pub mod text;
pub(crate) mod tone;
pub(crate) mod tornado;
pub mod tradeoff;
pub(crate) mod waterfall;

pub use beside::beside;
pub use contrast::contrasts;
pub use course::course;
pub use doses::doses;
pub use effects::{Effect, Effects};
pub use heatmap::Heatmap;
pub use matrix::evidence;
pub use picture::{Layer, picture};
pub use plot::{Axis, Plot, Series};
pub use plug::plug;
pub use ranking::{Group, Ranking};
pub use scatter::{Class, Dot, Scatter};
pub use stability::Stability;
pub use strip::strip;
pub use support::support;
pub use tornado::tornado;
pub use tradeoff::{Choice, Tradeoff};
pub use waterfall::waterfall;

/// A finished figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// File name without ending: small letters, digits and hyphens.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What the reader sees, with n.
    pub caption: String,
    /// Width it is drawn for.
    pub width: Width,
    /// The drawing, a complete SVG document.
    pub svg: String,
    /// The same drawing 85 mm wide; empty until [`Figure::at_both_widths`] made it.
    pub narrow_svg: String,
    /// Its points, with a head line.
    pub csv: String,
}

impl Figure {
    /// The figure at 180 mm with its drawing at 85 mm beside it.
    pub fn at_both_widths(draw: impl Fn(Width) -> Self) -> Self {
        Self { narrow_svg: draw(Width::Single).svg, ..draw(Width::Double) }
    }
}

/// Width of a figure: a journal's one or two columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// 85 mm.
    Single,
    /// 180 mm.
    #[default]
    Double,
}

impl Width {
    /// Width in millimetres.
    pub fn mm(self) -> f64 {
        match self {
            Self::Single => 85.0,
            Self::Double => 180.0,
        }
    }

    /// Width in points.
    pub(crate) fn points(self) -> f64 {
        self.mm() * svg::POINTS_PER_MM
    }

    /// Small panels beside each other.
    pub(crate) fn columns(self) -> usize {
        match self {
            Self::Single => 2,
            Self::Double => 4,
        }
    }
}

/// `parts` as a file name without ending; never empty.
pub fn slug(parts: &[&str]) -> String {
    let mut out = String::new();
    for c in parts.join("-").chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let cut: String = out.chars().take(60).collect();
    let cut = cut.trim_end_matches('-');
    if cut.is_empty() { "figure".to_owned() } else { cut.to_owned() }
}
