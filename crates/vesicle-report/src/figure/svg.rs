//! The drawing surface: elements with fixed decimals, one choke point for numbers that are none (the element is
//! left out), no ids, so that many figures can stand in one page.

use super::colour::{Colour, Marker};
use super::text::{self, escape};
use std::fmt::Write as _;

/// A point of the figure, in points (1/72 inch) from the upper left corner.
pub(crate) type Point = (f64, f64);

/// Line and fill of an element.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paint {
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: f64,
    dash: &'static str,
    opacity: f64,
}

impl Paint {
    pub(crate) fn fill(colour: Colour) -> Self {
        Self { fill: Some(colour), opacity: 1.0, ..Self::default() }
    }

    pub(crate) fn stroke(colour: Colour, width: f64) -> Self {
        Self { stroke: Some(colour), width, opacity: 1.0, ..Self::default() }
    }

    pub(crate) fn and_stroke(self, colour: Colour, width: f64) -> Self {
        Self { stroke: Some(colour), width, ..self }
    }

    pub(crate) fn dashed(self, dash: &'static str) -> Self {
        Self { dash, ..self }
    }

    pub(crate) fn faint(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }

    fn attributes(&self) -> String {
        let mut out = match self.fill {
            Some(c) => format!(" fill=\"{c}\""),
            None => " fill=\"none\"".to_owned(),
        };
        if let Some(c) = self.stroke {
            let _ = write!(out, " stroke=\"{c}\" stroke-width=\"{}\"", fixed(self.width));
        }
        if !self.dash.is_empty() {
            let _ = write!(out, " stroke-dasharray=\"{}\"", self.dash);
        }
        if self.opacity != 1.0 {
            let _ = write!(out, " opacity=\"{}\"", fixed(self.opacity));
        }
        out
    }
}

/// Where the given point of a text lies in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Anchor {
    #[default]
    Start,
    Middle,
    End,
}

/// Size, weight, colour and anchor of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
    pub(crate) anchor: Anchor,
}

impl Type {
    /// Running text of a figure, 7 pt.
    pub(crate) const BODY: Self =
        Self { size: 7.0, bold: false, colour: super::colour::BLACK, anchor: Anchor::Start };
    /// Heading of a panel, 8 pt.
    pub(crate) const HEAD: Self = Self { size: 8.0, bold: true, ..Self::BODY };

    pub(crate) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
}

/// An SVG drawing that is being written.
#[derive(Debug, Default)]
pub(crate) struct Svg {
    body: String,
}

impl Svg {
    pub(crate) fn line(&mut self, from: Point, to: Point, paint: Paint) {
        if let Some([a, b, c, d]) = all_fixed([from.0, from.1, to.0, to.1]) {
            self.put(&format!("<line x1=\"{a}\" y1=\"{b}\" x2=\"{c}\" y2=\"{d}\"{}/>", paint.attributes()));
        }
    }

    /// An open line through those of `points` that are numbers; fewer than two draw nothing.
    pub(crate) fn polyline(&mut self, points: &[Point], paint: Paint) {
        let list = point_list(points);
        if list.contains(' ') {
            self.put(&format!(
                "<polyline points=\"{list}\" stroke-linejoin=\"round\"{}/>",
                paint.attributes()
            ));
        }
    }

    pub(crate) fn polygon(&mut self, points: &[Point], paint: Paint) {
        let list = point_list(points);
        if list.contains(' ') {
            self.put(&format!("<polygon points=\"{list}\"{}/>", paint.attributes()));
        }
    }

    pub(crate) fn rect(&mut self, corner: Point, size: Point, paint: Paint) {
        if let Some([x, y, w, h]) = all_fixed([corner.0, corner.1, size.0.max(0.0), size.1.max(0.0)]) {
            self.put(&format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{}/>",
                paint.attributes()
            ));
        }
    }

    pub(crate) fn circle(&mut self, centre: Point, radius: f64, paint: Paint) {
        if let Some([x, y, r]) = all_fixed([centre.0, centre.1, radius.max(0.0)]) {
            self.put(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{}/>", paint.attributes()));
        }
    }

    /// A point of a series; `size` is its half width.
    pub(crate) fn marker(&mut self, (x, y): Point, size: f64, marker: Marker, paint: Paint) {
        let s = size;
        match marker {
            Marker::Circle => self.circle((x, y), s, paint),
            Marker::Square => self.rect((x - s * 0.9, y - s * 0.9), (s * 1.8, s * 1.8), paint),
            Marker::Triangle => {
                self.polygon(&[(x, y - s * 1.2), (x + s * 1.1, y + s), (x - s * 1.1, y + s)], paint);
            }
            Marker::Diamond => {
                let d = s * 1.3;
                self.polygon(&[(x, y - d), (x + d, y), (x, y + d), (x - d, y)], paint);
            }
            Marker::Cross => {
                let thin = Paint { stroke: paint.stroke.or(paint.fill), width: 0.9, ..paint };
                self.line((x - s, y - s), (x + s, y + s), thin);
                self.line((x - s, y + s), (x + s, y - s), thin);
            }
        }
    }

    /// A text with its baseline at `at`.
    pub(crate) fn text(&mut self, at: Point, words: &str, kind: Type) {
        self.text_with(at, words, "", kind);
    }

    /// A text that is cut to `room`; the whole of it stands in its tooltip.
    pub(crate) fn text_within(&mut self, at: Point, words: &str, room: f64, kind: Type) {
        let words = text::clean(words);
        let cut = text::fit(&words, kind.size, room);
        let tip = if cut == words { String::new() } else { format!("<title>{}</title>", escape(&words)) };
        self.text_with(at, &cut, &tip, kind);
    }

    /// Lines of text below each other, the first baseline at `at`; returns their number.
    pub(crate) fn paragraph(&mut self, at: Point, words: &str, room: f64, lines: usize, kind: Type) -> usize {
        let broken = text::wrap(&text::clean(words), kind.size, room, lines);
        for (i, line) in broken.iter().enumerate() {
            let cut = line.contains('…') && !words.contains('…');
            let tip = if cut { format!("<title>{}</title>", escape(words)) } else { String::new() };
            self.text_with((at.0, at.1 + i as f64 * kind.size * 1.15), line, &tip, kind);
        }
        broken.len()
    }

    fn text_with(&mut self, at: Point, words: &str, tip: &str, kind: Type) {
        let Some([x, y]) = all_fixed([at.0, at.1]) else { return };
        if words.is_empty() {
            return;
        }
        let anchor = match kind.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if kind.bold { " font-weight=\"bold\"" } else { "" };
        let (size, colour) = (fixed(kind.size), kind.colour);
        self.put(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\"{anchor}{weight}>{tip}{}</text>",
            escape(words)
        ));
    }

    /// Opens a window at `corner` of `size` with its own coordinates `0..extent`; what lies outside is cut off.
    pub(crate) fn open_window(&mut self, corner: Point, size: Point, extent: Point) {
        let clamped = [corner.0, corner.1, size.0, size.1, extent.0, extent.1].map(fixed);
        let [x, y, w, h, ew, eh] = clamped;
        self.put(&format!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {ew} {eh}\" \
             preserveAspectRatio=\"none\" overflow=\"hidden\">"
        ));
    }

    /// Closes the window opened last.
    pub(crate) fn close_window(&mut self) {
        self.put("</svg>");
    }

    /// Elements that share their paint.
    pub(crate) fn open_group(&mut self, paint: Paint) {
        self.put(&format!("<g{}>", paint.attributes()));
    }

    /// Closes the group opened last.
    pub(crate) fn close_group(&mut self) {
        self.put("</g>");
    }

    /// A circle that takes the paint of its group.
    pub(crate) fn plain_circle(&mut self, centre: Point, radius: f64) {
        if let Some([x, y, r]) = all_fixed([centre.0, centre.1, radius.max(0.0)]) {
            self.put(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
        }
    }

    /// A picture given as a data address, its pixels kept sharp.
    pub(crate) fn image(&mut self, corner: Point, size: Point, address: &str) {
        if let Some([x, y, w, h]) = all_fixed([corner.0, corner.1, size.0.max(0.0), size.1.max(0.0)]) {
            self.put(&format!(
                "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
                 style=\"image-rendering:pixelated\" href=\"{address}\"/>"
            ));
        }
    }

    fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// The finished drawing on white.
    pub(crate) fn finish(self, width_mm: f64, height_pt: f64, title: &str) -> String {
        let width_pt = width_mm * POINTS_PER_MM;
        let (w, h) = (fixed(width_pt), fixed(height_pt));
        let (wide, high) = (fixed(width_mm), fixed(height_pt / POINTS_PER_MM));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" \
             viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n\
             <title>{}</title>\n<rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            escape(title),
            self.body
        )
    }
}

/// Points of 1/72 inch in a millimetre.
pub(crate) const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A number with at most two decimals, kept within what drawing programs accept.
pub(crate) fn fixed(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1e6, 1e6) };
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

fn all_fixed<const N: usize>(values: [f64; N]) -> Option<[String; N]> {
    values.iter().all(|v| v.is_finite()).then(|| values.map(fixed))
}

fn point_list(points: &[Point]) -> String {
    let numbers = points.iter().filter(|p| p.0.is_finite() && p.1.is_finite());
    numbers.map(|p| format!("{},{}", fixed(p.0), fixed(p.1))).collect::<Vec<_>>().join(" ")
}
