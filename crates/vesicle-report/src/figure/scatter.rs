//! Points in classes over two axes, with lines to compare them with and names where there is room: volcano plots and
//! principal components are this figure.

use super::colour::{BLACK, Colour, GREY, Marker, PALE, look};
use super::csv::{Csv, Field};
use super::plot::Axis;
use super::scale::Scale;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text;
use super::{Figure, Width};

/// A point with its name.
#[derive(Clone, Debug, Default)]
pub struct Dot {
    /// Whose point it is; stands in the CSV, and in the drawing when `named`.
    pub name: String,
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Whether the name is to be printed where there is room.
    pub named: bool,
}

/// Points that look alike.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// What they have in common; in the legend with their number.
    pub label: String,
    /// Which look; `None` is grey and drawn behind.
    pub look: Option<usize>,
    /// The points.
    pub dots: Vec<Dot>,
}

/// Points over two axes.
#[derive(Clone, Debug, Default)]
pub struct Scatter {
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
    /// The points, the first class at the back.
    pub classes: Vec<Class>,
    /// Places of upright dashed lines.
    pub uprights: Vec<f64>,
    /// Places of level dashed lines.
    pub levels: Vec<f64>,
    /// Width of the figure.
    pub width: Width,
}

const TEXT: f64 = 7.0;

impl Scatter {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let wide = self.width.points();
        let bottom = self.legend(&mut svg, wide) + (wide * 0.55).clamp(150.0, 260.0);
        let top = bottom - (wide * 0.55).clamp(150.0, 260.0) + 6.0;
        let panel = self.panel((34.0, top), (wide - 10.0, bottom));
        panel.axes(&mut svg, self);
        panel.lines(&mut svg, self);
        for class in &self.classes {
            let (colour, marker) = appearance(class);
            for at in class.dots.iter().filter_map(|d| panel.place(d)) {
                svg.marker(at, 1.9, marker, Paint::fill(colour).faint(0.75));
            }
        }
        panel.names(&mut svg, self);
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), bottom + 25.0, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    /// Classes with their signs; returns where the panel may begin.
    fn legend(&self, svg: &mut Svg, wide: f64) -> f64 {
        let (mut x, mut y) = (34.0, 20.0);
        svg.text_within((4.0, 9.0), &text::with_unit(&self.y.name, &self.y.unit), wide - 8.0, Type::BODY);
        for class in self.classes.iter().filter(|c| !c.dots.is_empty()) {
            let label = text::fit(
                &format!("{} ({})", text::clean(&class.label), class.dots.len()),
                TEXT,
                wide - 60.0,
            );
            let long = text::width(&label, TEXT) + 20.0;
            if x > 34.0 && x + long > wide {
                (x, y) = (34.0, y + 10.0);
            }
            let (colour, marker) = appearance(class);
            svg.marker((x + 3.0, y - 2.5), 2.4, marker, Paint::fill(colour));
            svg.text((x + 9.0, y), &label, Type::BODY);
            x += long;
        }
        y
    }

    fn panel(&self, corner: Point, far: Point) -> Panel {
        let dots = || self.classes.iter().flat_map(|c| &c.dots);
        let x = dots().map(|d| d.x).chain(self.uprights.iter().copied());
        let y = dots().map(|d| d.y).chain(self.levels.iter().copied());
        Panel { x: Scale::linear(x, corner.0, far.0), y: Scale::linear(y, far.1, corner.1) }
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["name", "class", "x", "y"]);
        for class in &self.classes {
            for dot in &class.dots {
                csv.row(&[
                    Field::Words(&dot.name),
                    Field::Words(&class.label),
                    Field::Number(dot.x),
                    Field::Number(dot.y),
                ]);
            }
        }
        csv.finish()
    }
}

fn appearance(class: &Class) -> (Colour, Marker) {
    class.look.map_or((GREY, Marker::Circle), |k| (look(k).colour, look(k).marker))
}

struct Panel {
    x: Scale,
    y: Scale,
}

impl Panel {
    fn place(&self, dot: &Dot) -> Option<Point> {
        (dot.x.is_finite() && dot.y.is_finite()).then(|| (self.x.place(dot.x), self.y.place(dot.y)))
    }

    fn axes(&self, svg: &mut Svg, scatter: &Scatter) {
        let ((left, right), (bottom, top)) = (self.x.span(), self.y.span());
        for (value, label) in self.y.ticks(22.0) {
            let y = self.y.place(value);
            svg.line((left, y), (right, y), Paint::stroke(PALE, 0.35));
            svg.text((left - 3.0, y + 2.4), &label, Type::BODY.at(Anchor::End));
        }
        svg.line((left, top), (left, bottom), Paint::stroke(BLACK, 0.6));
        svg.line((left, bottom), (right, bottom), Paint::stroke(BLACK, 0.6));
        for (value, label) in self.x.ticks(36.0) {
            let x = self.x.place(value);
            svg.line((x, bottom), (x, bottom + 2.5), Paint::stroke(BLACK, 0.6));
            svg.text((x, bottom + 9.5), &label, Type::BODY.at(Anchor::Middle));
        }
        let title = text::with_unit(&scatter.x.name, &scatter.x.unit);
        let middle = f64::midpoint(left, right);
        svg.text_within((middle, bottom + 19.0), &title, right - left, Type::BODY.at(Anchor::Middle));
    }

    fn lines(&self, svg: &mut Svg, scatter: &Scatter) {
        let ((left, right), (bottom, top)) = (self.x.span(), self.y.span());
        let paint = Paint::stroke(GREY, 0.6).dashed("3 2");
        for x in scatter.uprights.iter().map(|v| self.x.place(*v)) {
            svg.line((x, top), (x, bottom), paint);
        }
        for y in scatter.levels.iter().map(|v| self.y.place(*v)) {
            svg.line((left, y), (right, y), paint);
        }
    }

    /// Names beside their points, in order, each where neither a name nor a named point is in its way; else none.
    fn names(&self, svg: &mut Svg, scatter: &Scatter) {
        let named =
            || scatter.classes.iter().flat_map(|c| c.dots.iter().filter(|d| d.named).map(move |d| (c, d)));
        let mut taken: Vec<[f64; 4]> = named()
            .filter_map(|(_, d)| self.place(d))
            .map(|(x, y)| [x - 2.0, y - 2.0, x + 2.0, y + 2.0])
            .collect();
        for (class, dot) in named() {
            let Some((x, y)) = self.place(dot) else { continue };
            let name = text::fit(&text::clean(&dot.name), TEXT, 90.0);
            let long = text::width(&name, TEXT);
            let spots = [
                (x + 4.0, y + 2.4),
                (x - 4.0 - long, y + 2.4),
                (x - long / 2.0, y - 4.0),
                (x - long / 2.0, y + 9.0),
            ];
            let room = |&(left, base): &Point| [left, base - 6.0, left + long, base + 1.5];
            let free = |spot: &&Point| {
                let r = room(spot);
                self.holds(r)
                    && !taken.iter().any(|t| r[0] < t[2] && t[0] < r[2] && r[1] < t[3] && t[1] < r[3])
            };
            if let Some(spot) = spots.iter().find(free) {
                taken.push(room(spot));
                svg.text(*spot, &name, Type::BODY.in_colour(appearance(class).0));
            }
        }
    }

    fn holds(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let (x, y) = (self.x.span(), self.y.span());
        left > x.0 && right < x.1 + 8.0 && top > y.1 - 4.0 && bottom < y.0
    }
}
