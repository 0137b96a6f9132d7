//! Lines, bands and points over two axes: one panel, or one panel per series where many lines would cover each
//! other. Time courses, dose responses, validation curves and scatter plots are all this figure.

use super::colour::{BLACK, BLUE, GREY, Look, Marker, PALE, WHITE, look};
use super::csv::{Csv, Field};
use super::labels::dodge;
use super::scale::Scale;
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::text;
use super::{Figure, Width};

/// More series than this are drawn in a panel each.
const CROWD: usize = 6;
/// More times than this are drawn without markers.
const MANY_TIMES: usize = 15;

/// How a series looks that has a panel of its own: its name stands above it, so that colours would say nothing.
const ALONE: Look = Look { colour: BLUE, dash: "", marker: Marker::Circle };

/// A variable on an axis.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// What it is.
    pub name: String,
    /// Its unit; empty when it has none.
    pub unit: String,
    /// Drawn on a logarithmic scale; what is not positive then lies at the lower end.
    pub log: bool,
}

/// What belongs together under one name.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Its name, printed beside it.
    pub label: String,
    /// Which look it has; series of one index look alike in all figures of a page.
    pub look: usize,
    /// Points (x, y) of each replicate.
    pub replicates: Vec<Vec<(f64, f64)>>,
    /// Points only: no line joins them, no band lies behind them.
    pub scattered: bool,
    /// Points from elsewhere, drawn as open diamonds beside the replicates.
    pub measured: Vec<(f64, f64)>,
}

/// Lines, bands and points over two axes.
#[derive(Clone, Debug, Default)]
pub struct Plot {
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
    /// What is drawn.
    pub series: Vec<Series>,
    /// Width of the figure.
    pub width: Width,
}

impl Plot {
    /// The figure and its points.
    pub fn draw(&self) -> Figure {
        let mut svg = Svg::default();
        let height = if self.series.len() > CROWD { self.panels(&mut svg) } else { self.one_panel(&mut svg) };
        Figure {
            name: self.name.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            width: self.width,
            svg: svg.finish(self.width.mm(), height, &self.title),
            csv: self.points(),
            ..Figure::default()
        }
    }

    fn one_panel(&self, svg: &mut Svg) -> f64 {
        let wide = self.width.points();
        let longest = self.series.iter().map(|s| text::width(&s.label, 7.0)).fold(0.0, f64::max);
        let labels = (longest + 14.0).min(wide * 0.34);
        let high = (wide * 0.58).clamp(130.0, 200.0);
        let left = self.gutter(high - 22.0).max(34.0);
        let panel = self.panel((left, 22.0), (wide - labels - 8.0, high));
        panel.axes(svg, self, true, true);
        svg.text_within((4.0, 9.0), &self.y_title(), wide - 8.0, Type::BODY);
        for series in &self.series {
            panel.series(svg, series, look(series.look), true);
        }
        self.end_labels(svg, &panel, labels - 12.0);
        high + 26.0
    }

    fn end_labels(&self, svg: &mut Svg, panel: &Panel, room: f64) {
        let ends: Vec<Point> = self.series.iter().map(|s| panel.end_of(s)).collect();
        let (bottom, top) = panel.y.span();
        let wanted: Vec<f64> = ends.iter().map(|e| e.1).collect();
        let right = panel.x.span().1;
        for ((series, end), y) in self.series.iter().zip(&ends).zip(dodge(&wanted, 8.2, top, bottom)) {
            let colour = look(series.look).colour;
            svg.polyline(&[*end, (right + 3.0, end.1), (right + 8.0, y)], Paint::stroke(colour, 0.4));
            svg.text_within((right + 10.0, y + 2.4), &series.label, room, Type::BODY.in_colour(colour));
        }
    }

    fn panels(&self, svg: &mut Svg) -> f64 {
        let wide = self.width.points();
        let columns = self.width.columns();
        let cell_h = 84.0;
        let first = self.gutter(cell_h - 18.0).max(30.0);
        let cell_w = (wide - first - 4.0) / columns as f64;
        let rows = self.series.len().div_ceil(columns);
        svg.text_within((4.0, 9.0), &self.y_title(), wide - 8.0, Type::BODY);
        for (i, series) in self.series.iter().enumerate() {
            let (left, top) = (first + (i % columns) as f64 * cell_w, 24.0 + (i / columns) as f64 * cell_h);
            let panel = self.panel((left, top), (left + cell_w - 9.0, top + cell_h - 18.0));
            let lowest = i + columns >= self.series.len();
            panel.axes(svg, self, i % columns == 0, lowest);
            if i > 0 {
                panel.series(svg, &self.series[0], Look { colour: GREY, dash: "2 1.5", ..look(0) }, false);
            }
            panel.series(svg, series, ALONE, true);
            svg.text_within(
                (left, top - 4.0),
                &series.label,
                cell_w - 9.0,
                Type { bold: true, ..Type::BODY },
            );
        }
        24.0 + rows as f64 * cell_h + 12.0
    }

    /// Room that the labels of a y axis of this height want.
    fn gutter(&self, height: f64) -> f64 {
        let ticks = self.panel((0.0, 0.0), (1.0, height)).y.ticks(16.0);
        let longest = ticks.iter().map(|(_, label)| text::width(label, 7.0)).fold(0.0, f64::max);
        longest + 7.0
    }

    fn panel(&self, corner: Point, far: Point) -> Panel {
        let x = || self.points_of_all().map(|p| p.0);
        let y = || self.points_of_all().map(|p| p.1);
        let x_scale = if self.x.log {
            Scale::log(x(), corner.0, far.0)
        } else {
            Scale::exact(x().chain(from_zero(x())), corner.0, far.0)
        };
        let y_scale = if self.y.log {
            Scale::log(y(), far.1, corner.1)
        } else {
            Scale::linear(y().chain(from_zero(y())), far.1, corner.1)
        };
        Panel { x: x_scale, y: y_scale }
    }

    fn points_of_all(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.series.iter().flat_map(|s| s.replicates.iter().flatten().chain(&s.measured))
    }

    fn y_title(&self) -> String {
        text::with_unit(&self.y.name, &self.y.unit)
    }

    fn points(&self) -> String {
        let mut csv = Csv::new(&["series", "replicate", "x", "y"]);
        for series in &self.series {
            for (r, points) in series.replicates.iter().enumerate() {
                for (x, y) in points {
                    csv.row(&[
                        Field::Words(&series.label),
                        Field::Count(r as u64),
                        Field::Number(*x),
                        Field::Number(*y),
                    ]);
                }
            }
            for (x, y) in &series.measured {
                csv.row(&[
                    Field::Words(&series.label),
                    Field::Words("measured"),
                    Field::Number(*x),
                    Field::Number(*y),
                ]);
            }
        }
        csv.finish()
    }
}

/// 0 when no value is negative and the smallest is not close to the largest: sizes are then compared honestly.
fn from_zero(values: impl Iterator<Item = f64>) -> Option<f64> {
    let finite = values.filter(|v| v.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    (low >= 0.0 && low < 0.7 * high).then_some(0.0)
}

/// One pair of axes.
struct Panel {
    x: Scale,
    y: Scale,
}

/// Replicates at one x: x, lowest, mean, highest, number.
struct Summary {
    x: f64,
    low: f64,
    mean: f64,
    high: f64,
    n: usize,
}

impl Panel {
    fn axes(&self, svg: &mut Svg, plot: &Plot, y_labels: bool, x_labels: bool) {
        let ((left, right), (bottom, top)) = (self.x.span(), self.y.span());
        for (value, label) in self.y.ticks(16.0) {
            let y = self.y.place(value);
            svg.line((left, y), (right, y), Paint::stroke(PALE, 0.35));
            if y_labels {
                svg.text((left - 3.0, y + 2.4), &label, Type::BODY.at(Anchor::End));
            }
        }
        svg.line((left, top), (left, bottom), Paint::stroke(BLACK, 0.6));
        svg.line((left, bottom), (right, bottom), Paint::stroke(BLACK, 0.6));
        let in_days = plot.x.unit == "d" && !plot.x.log;
        let ticks = if in_days { self.x.day_ticks(26.0) } else { self.x.ticks(34.0) };
        for (value, label) in ticks {
            let x = self.x.place(value);
            svg.line((x, bottom), (x, bottom + 2.5), Paint::stroke(BLACK, 0.6));
            if x_labels {
                svg.text((x, bottom + 9.5), &label, Type::BODY.at(Anchor::Middle));
            }
        }
        if x_labels {
            let title = text::with_unit(&plot.x.name, &plot.x.unit);
            let room = (right - left).max(60.0);
            svg.text_within(
                (f64::midpoint(left, right), bottom + 18.5),
                &title,
                room,
                Type::BODY.at(Anchor::Middle),
            );
        }
    }

    fn series(&self, svg: &mut Svg, series: &Series, look: Look, detail: bool) {
        let summaries = summaries(series);
        if detail && !series.scattered {
            self.band(svg, &summaries, look);
        }
        let thin = Paint::stroke(look.colour, 0.4).faint(0.55);
        let several = series.replicates.len() > 1;
        for points in series.replicates.iter().filter(|_| detail && several && !series.scattered) {
            svg.polyline(&self.placed(points.iter().copied()), thin);
        }
        if !series.scattered {
            let mean = self.placed(summaries.iter().map(|s| (s.x, s.mean)));
            let thick = if detail { 1.3 } else { 0.8 };
            svg.polyline(&mean, Paint::stroke(look.colour, thick).dashed(look.dash));
        }
        if detail && (series.scattered || summaries.len() <= MANY_TIMES) {
            let paint = Paint::fill(look.colour).faint(0.75);
            let size = if summaries.len() == 1 { 2.2 } else { 1.3 };
            for point in series.replicates.iter().flat_map(|r| self.placed(r.iter().copied())) {
                svg.marker(point, size, look.marker, paint);
            }
        }
        for point in self.placed(series.measured.iter().copied()).into_iter().filter(|_| detail) {
            svg.marker(
                point,
                2.4,
                Marker::Diamond,
                Paint::fill(WHITE).and_stroke(if look == ALONE { BLACK } else { look.colour }, 0.9),
            );
        }
    }

    fn band(&self, svg: &mut Svg, summaries: &[Summary], look: Look) {
        let several: Vec<&Summary> = summaries.iter().filter(|s| s.n > 1).collect();
        let upper = self.placed(several.iter().map(|s| (s.x, s.high)));
        let mut outline = self.placed(several.iter().rev().map(|s| (s.x, s.low)));
        if upper.len() > 1 {
            outline.extend(upper);
            svg.polygon(&outline, Paint::fill(look.colour).faint(0.14));
        }
    }

    fn placed(&self, points: impl Iterator<Item = (f64, f64)>) -> Vec<Point> {
        let finite = points.filter(|(x, y)| x.is_finite() && y.is_finite());
        finite.map(|(x, y)| (self.x.place(x), self.y.place(y))).collect()
    }

    fn end_of(&self, series: &Series) -> Point {
        let summaries = summaries(series);
        let last = summaries.iter().rfind(|s| s.mean.is_finite());
        let place = last.map(|s| (self.x.place(s.x), self.y.place(s.mean)));
        place.unwrap_or((self.x.span().1, self.y.span().0))
    }
}

/// The finite values of all replicates by x, in order of x.
fn summaries(series: &Series) -> Vec<Summary> {
    let finite = series.replicates.iter().flatten().filter(|p| p.0.is_finite() && p.1.is_finite());
    let mut points: Vec<(f64, f64)> = finite.copied().collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| Summary {
            x: same[0].0,
            low: same[0].1,
            mean: same.iter().map(|p| p.1 / same.len() as f64).sum(),
            high: same[same.len() - 1].1,
            n: same.len(),
        })
        .collect()
}
