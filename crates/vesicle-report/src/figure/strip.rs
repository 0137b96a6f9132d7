//! Several pictures on one scale: arms by times, one layer at a time.

use super::legend::scale_bar;
use super::picture::{extent, field_range, key, panel, points, shown};
use super::svg::{Point, Svg, Type};
use super::text::number;
use super::{Figure, Width, slug};
use crate::page::Picture;

/// What of a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Cells by kind.
    Kinds,
    /// The field under the cells.
    Field,
    /// Cells by their second quantity.
    Shade,
}

/// Tallest strip, in points: a page with its caption.
const TALLEST: f64 = 620.0;
/// Room above a panel for its heading.
const HEAD: f64 = 11.0;
const GAP: f64 = 6.0;

/// Pictures of one mechanism beside each other; none when no picture has the layer.
pub fn strip(pictures: &[&Picture], layer: Layer, kinds: &[String], width: Width) -> Option<Figure> {
    let mut chosen: Vec<&Picture> = pictures.iter().copied().filter(|p| has(p, layer)).collect();
    let first = *chosen.first()?;
    let grid = Grid::over(&mut chosen, width);
    let mut svg = Svg::default();
    let bottom = grid.draw(&mut svg, &chosen, layer, kinds);
    let room = width.points() - 8.0;
    let tall = key(&mut svg, (4.0, bottom), room * 0.72, layer, &chosen, kinds);
    scale_bar(&mut svg, (width.points() - 4.0, bottom), grid.extent.0, grid.scale());
    let title = format!("{}{}", heading(first, layer), mechanism(first));
    Some(Figure {
        name: slug(&["pictures", layer_word(layer), &first.mechanism]),
        caption: caption(&chosen, layer),
        width,
        svg: svg.finish(width.mm(), bottom + tall.max(12.0) + 2.0, &title),
        csv: if layer == Layer::Field { field_points(&chosen) } else { points(&chosen) },
        title,
        ..Figure::default()
    })
}

fn has(picture: &Picture, layer: Layer) -> bool {
    match layer {
        Layer::Kinds => true,
        Layer::Field => picture.field.is_some(),
        Layer::Shade => picture.shade_name.is_some(),
    }
}

fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Kinds => "kinds",
        Layer::Field => "field",
        Layer::Shade => "shade",
    }
}

fn heading(picture: &Picture, layer: Layer) -> String {
    match layer {
        Layer::Kinds => "Cells by kind".into(),
        Layer::Field => picture.field.as_ref().map_or(String::new(), |f| f.name.clone()),
        Layer::Shade => format!("Cells by {}", picture.shade_name.as_deref().unwrap_or("")),
    }
}

fn mechanism(picture: &Picture) -> String {
    if picture.mechanism.is_empty() {
        String::new()
    } else {
        format!(", mechanism “{}”", picture.mechanism)
    }
}

fn caption(pictures: &[&Picture], layer: Layer) -> String {
    let what = match layer {
        Layer::Field => String::new(),
        Layer::Kinds => format!("{} ", shown(pictures)),
        Layer::Shade => format!("{} Dead cells and those without a value carry no colour. ", shown(pictures)),
    };
    format!("{what}n = 1 replicate per panel; lengths and colours on one scale in all panels.")
}

/// Panels of one size in columns.
struct Grid {
    columns: usize,
    panel: Point,
    extent: Point,
}

impl Grid {
    /// Orders `pictures` and chooses the columns that give the largest panels.
    fn over(pictures: &mut [&Picture], width: Width) -> Self {
        let extent =
            pictures.iter().map(|p| extent(p)).fold((0.0_f64, 0.0_f64), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        let mut times: Vec<f64> = pictures.iter().map(|p| p.time_d).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let n = pictures.len();
        let arms = n.div_ceil(times.len());
        let free: Vec<usize> = (1..=n.min(6)).collect();
        let choices = if times.len() > 1 && arms > 1 { vec![times.len(), arms] } else { free };
        let sized = choices.iter().map(|c| (*c, panel_size(*c, n, extent, width)));
        let best = sized.fold((1, (0.0, 0.0)), |a, b| if b.1.0 > a.1.0 { b } else { a });
        if best.0 == arms && best.0 != times.len() {
            pictures.sort_by(|a, b| a.time_d.total_cmp(&b.time_d));
        }
        Self { columns: best.0, panel: best.1, extent }
    }

    fn scale(&self) -> f64 {
        self.panel.0 / self.extent.0
    }

    fn draw(&self, svg: &mut Svg, pictures: &[&Picture], layer: Layer, kinds: &[String]) -> f64 {
        let range = field_range(pictures.iter().filter_map(|p| p.field.as_ref()));
        for (i, picture) in pictures.iter().enumerate() {
            let column = (i % self.columns) as f64;
            let row = (i / self.columns) as f64;
            let x = 4.0 + column * (self.panel.0 + GAP);
            let y = 2.0 + row * (self.panel.1 + HEAD + GAP);
            let words = format!("{}, {} d", picture.arm, number(picture.time_d));
            svg.text_within((x, y + 8.0), &words, self.panel.0, Type { bold: true, ..Type::BODY });
            let (w, h) = extent(picture);
            let size = (w * self.scale(), h * self.scale());
            panel(svg, picture, layer, kinds, (x, y + HEAD), size, range);
        }
        2.0 + pictures.len().div_ceil(self.columns) as f64 * (self.panel.1 + HEAD + GAP)
    }
}

fn panel_size(columns: usize, n: usize, extent: Point, width: Width) -> Point {
    let wide = (width.points() - 8.0 - GAP * (columns - 1) as f64) / columns as f64;
    let rows = n.div_ceil(columns) as f64;
    let tallest = (TALLEST / rows - HEAD - GAP).max(12.0);
    let factor = (wide / extent.0).min(tallest / extent.1);
    (extent.0 * factor, extent.1 * factor)
}

fn field_points(pictures: &[&Picture]) -> String {
    use super::csv::{Csv, Field};
    let mut csv =
        Csv::new(&["arm", "mechanism", "replicate", "time_d", "field", "unit", "ix", "iy", "value"]);
    for (p, f) in pictures.iter().filter_map(|p| p.field.as_ref().map(|f| (p, f))) {
        for (i, value) in f.values.iter().enumerate() {
            csv.row(&[
                Field::Words(&p.arm),
                Field::Words(&p.mechanism),
                Field::Count(u64::from(p.replicate)),
                Field::Number(p.time_d),
                Field::Words(&f.name),
                Field::Words(&f.unit),
                Field::Count((i % f.nx.max(1)) as u64),
                Field::Count((i / f.nx.max(1)) as u64),
                Field::Number(*value),
            ]);
        }
    }
    csv.finish()
}
