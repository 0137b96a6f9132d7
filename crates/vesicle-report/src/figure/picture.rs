//! The tissue at one instant: cells by kind, the fields under them, quantities of the cells, one below the other
//! and on one scale. The panels of a strip are drawn here too.

use super::colour::{BLACK, Colour, GREY, WHITE, fill};
use super::csv::{Csv, Field};
use super::legend::{Entry, colour_bar, entries, scale_bar};
use super::raster::address;
use super::svg::{Paint, Point, Svg, Type};
use super::text::{clean, number, with_unit};
use super::tone::Tone;
use super::{Figure, Width, slug};
use crate::page::{Disc, Picture, Quantity, Raster};
use vesicle_base::words::plural;

/// Vessels with flow: a red that both kinds of common colour blindness tell from the fills beside it by its darkness.
const FLOW: Colour = Colour([0xa5, 0x0f, 0x15]);

/// What of a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer<'a> {
    /// Cells by kind.
    Kinds,
    /// The field of this name.
    Field(&'a str),
    /// Cells by the quantity of this name.
    Cells(&'a str),
}

/// All layers of one picture; `kinds` gives every kind of the page its colour.
pub fn picture(picture: &Picture, kinds: &[String], width: Width) -> Figure {
    let mut svg = Svg::default();
    let room = width.points() - 8.0;
    let (wide_um, high_um) = extent(picture);
    let size = (room, room * high_um / wide_um);
    let size = if size.1 > 560.0 { (size.0 * 560.0 / size.1, 560.0) } else { size };
    let mut y = 2.0;
    for layer in layers(&[picture]) {
        let sheet = Sheet::over(&[picture], layer, kinds);
        svg.text_within((4.0, y + 9.0), &sheet.title(), room, Type::HEAD);
        y += 13.0;
        sheet.panel(&mut svg, picture, (4.0, y), size);
        y += size.1 + 5.0;
        y += sheet.key(&mut svg, (4.0, y), room * 0.72, &[picture]) + 2.0;
    }
    scale_bar(&mut svg, (4.0 + size.0, y - 14.0), wide_um, size.0 / wide_um);
    let title = format!("{}, {} d, replicate {}", picture.arm, number(picture.time_d), picture.replicate);
    let when = format!("{}d", picture.time_d);
    let replicate = format!("r{}", picture.replicate);
    Figure {
        name: slug(&["picture", &picture.arm, &picture.mechanism, &when, &replicate]),
        caption: format!("{} n = 1 replicate.", shown(&[picture])),
        width,
        svg: svg.finish(width.mm(), y + 4.0, &title),
        csv: points(&[picture]),
        title,
        ..Figure::default()
    }
}

/// The layers of which some picture has something to show.
pub(crate) fn layers<'a>(pictures: &[&'a Picture]) -> Vec<Layer<'a>> {
    let mut out = vec![Layer::Kinds];
    let fields = pictures.iter().flat_map(|p| &p.fields).map(|f| Layer::Field(f.name.as_str()));
    let cells = pictures.iter().flat_map(|p| &p.quantities).map(|q| Layer::Cells(q.name.as_str()));
    for layer in fields.chain(cells) {
        if !out.contains(&layer) {
            out.push(layer);
        }
    }
    out
}

/// Whether the picture has something to show in the layer.
pub(crate) fn has(picture: &Picture, layer: Layer<'_>) -> bool {
    match layer {
        Layer::Kinds => true,
        Layer::Field(name) => field_of(picture, name).is_some(),
        Layer::Cells(name) => quantity_of(picture, name).is_some(),
    }
}

pub(crate) fn field_of<'a>(picture: &'a Picture, name: &str) -> Option<&'a Raster> {
    picture.fields.iter().find(|f| f.name == name)
}

fn quantity_of<'a>(picture: &'a Picture, name: &str) -> Option<(usize, &'a Quantity)> {
    picture.quantities.iter().enumerate().find(|(_, q)| q.name == name)
}

/// How many cells of how many are shown.
pub(crate) fn shown(pictures: &[&Picture]) -> String {
    let cells: usize = pictures.iter().map(|p| p.cells.len()).sum();
    let all: u64 = pictures.iter().map(|p| p.n_cells).fold(0, u64::saturating_add);
    format!(
        "{} cell{} drawn of {} in the tissue; circles filled: live, hollow: dead.",
        number(cells as f64),
        plural(cells),
        number(all as f64)
    )
}

/// Extent in µm, always positive and not more than 20 times longer than wide.
pub(crate) fn extent(picture: &Picture) -> (f64, f64) {
    let good = |v: f64| if v.is_finite() && v > 0.0 { v.clamp(1e-3, 1e6) } else { 100.0 };
    let (w, h) = (good(picture.width_um), good(picture.height_um));
    (w.max(h / 20.0), h.max(w / 20.0))
}

/// One layer with what its colours mean in all its panels.
pub(crate) struct Sheet<'a> {
    layer: Layer<'a>,
    kinds: &'a [String],
    unit: String,
    pub(crate) tone: Tone,
}

impl<'a> Sheet<'a> {
    /// The layer over `pictures`, all on one scale of colours.
    pub(crate) fn over(pictures: &[&Picture], layer: Layer<'a>, kinds: &'a [String]) -> Self {
        let (tone, unit) = match layer {
            Layer::Kinds => (Tone::exact(std::iter::empty()), ""),
            Layer::Field(name) => {
                let fields = || pictures.iter().filter_map(|p| field_of(p, name));
                let tone = Tone::of_field(fields().flat_map(|f| f.values.iter().copied()));
                (tone, fields().next().map_or("", |f| f.unit.as_str()))
            }
            Layer::Cells(name) => {
                let first = pictures.iter().find_map(|p| quantity_of(p, name)).map(|(_, q)| q);
                let live = pictures.iter().flat_map(|p| values(p, name)).filter(|(c, _)| !c.dead);
                let tone = Tone::of_cells(live.map(|(_, v)| v), first.is_some_and(|q| q.log));
                (tone, first.map_or("", |q| q.unit.as_str()))
            }
        };
        Self { layer, kinds, unit: unit.to_owned(), tone }
    }

    /// What the layer shows.
    pub(crate) fn title(&self) -> String {
        match self.layer {
            Layer::Kinds => "Cells by kind".to_owned(),
            Layer::Field(name) => with_unit(name, &self.unit),
            Layer::Cells(name) => format!("Cells by {}", with_unit(name, &self.unit)),
        }
    }

    /// The layer of one picture in its frame.
    pub(crate) fn panel(&self, svg: &mut Svg, picture: &Picture, corner: Point, size: Point) {
        let extent = extent(picture);
        svg.open_window(corner, size, extent);
        match self.layer {
            Layer::Kinds => {
                cells_by_kind(svg, picture, self.kinds, extent);
                vessels(svg, picture, extent);
            }
            Layer::Field(name) => self.field(svg, picture, name, extent),
            Layer::Cells(name) => self.cells(svg, picture, name, extent),
        }
        svg.close_window();
        svg.rect(corner, size, Paint::stroke(GREY, 0.5));
    }

    fn field(&self, svg: &mut Svg, picture: &Picture, name: &str, extent: Point) {
        let drawn = field_of(picture, name).and_then(|f| address(f.nx, f.ny, &f.values, &self.tone));
        match drawn {
            Some(address) => svg.image((0.0, 0.0), extent, &address),
            None => svg.rect((0.0, 0.0), extent, Paint::fill(super::colour::PALE)),
        }
    }

    fn cells(&self, svg: &mut Svg, picture: &Picture, name: &str, extent: Point) {
        const STEPS: f64 = 24.0;
        let live: Vec<(&Disc, f64)> = values(picture, name).filter(|(c, _)| !c.dead).collect();
        let step_of = |v: f64| (self.tone.share(v) * STEPS).round();
        for step in 0..=STEPS as usize {
            let same = live.iter().filter(|(_, v)| step_of(*v) == step as f64).map(|(c, _)| *c);
            let colour = self.tone.at(step as f64 / STEPS);
            discs(svg, same, Paint::fill(colour).and_stroke(GREY, 0.5), extent);
        }
        let unknown = live.iter().filter(|(_, v)| v.is_nan()).map(|(c, _)| *c);
        discs(svg, unknown, Paint::fill(WHITE).and_stroke(GREY, 0.5), extent);
        let dead = picture.cells.iter().filter(|c| c.dead);
        discs(svg, dead, Paint::fill(WHITE).and_stroke(GREY, 1.6), extent);
    }

    /// What the colours mean; returns the height.
    pub(crate) fn key(&self, svg: &mut Svg, at: Point, room: f64, pictures: &[&Picture]) -> f64 {
        match self.layer {
            Layer::Kinds => entries(svg, at, room, &kind_entries(pictures, self.kinds)),
            Layer::Field(name) | Layer::Cells(name) => {
                colour_bar(svg, at, room, &with_unit(name, &self.unit), &self.tone)
            }
        }
    }
}

/// The cells of a picture with one of their quantities.
fn values<'p>(picture: &'p Picture, name: &str) -> impl Iterator<Item = (&'p Disc, f64)> {
    let at = quantity_of(picture, name).map(|(at, _)| at);
    picture.cells.iter().map(move |c| (c, at.and_then(|i| c.values.get(i)).copied().unwrap_or(f64::NAN)))
}

fn cells_by_kind(svg: &mut Svg, picture: &Picture, kinds: &[String], extent: Point) {
    let mut present: Vec<u16> = picture.cells.iter().map(|c| c.kind).collect();
    present.sort_unstable();
    present.dedup();
    for kind in present {
        let colour = fill(kind_index(picture, kind, kinds));
        let of_kind = || picture.cells.iter().filter(|c| c.kind == kind);
        discs(svg, of_kind().filter(|c| !c.dead), Paint::fill(colour).and_stroke(WHITE, 0.5), extent);
        discs(svg, of_kind().filter(|c| c.dead), Paint::fill(WHITE).and_stroke(colour, 1.6), extent);
    }
}

/// Vessels over the cells: those with flow at the width of their lumen, those without as a thin line.
fn vessels(svg: &mut Svg, picture: &Picture, extent: Point) {
    for perfused in [false, true] {
        let colour = if perfused { FLOW } else { BLACK };
        for stretch in picture.vessels.iter().filter(|s| s.perfused == perfused) {
            let wide =
                if perfused && stretch.width.is_finite() { stretch.width.clamp(3.0, 100.0) } else { 1.2 };
            let [from, to] = [stretch.from, stretch.to].map(|(x, y)| (x, extent.1 - y));
            svg.line(from, to, Paint::stroke(colour, wide));
        }
    }
}

fn discs<'a>(svg: &mut Svg, cells: impl Iterator<Item = &'a Disc>, paint: Paint, extent: Point) {
    let mut cells = cells.peekable();
    if cells.peek().is_none() {
        return;
    }
    svg.open_group(paint);
    for cell in cells {
        svg.plain_circle((cell.x, extent.1 - cell.y), cell.radius);
    }
    svg.close_group();
}

/// Index of a picture's kind among the page's kinds.
fn kind_index(picture: &Picture, kind: u16, kinds: &[String]) -> usize {
    let name = picture.kinds.get(usize::from(kind));
    let known = name.and_then(|n| kinds.iter().position(|k| k == n));
    known.unwrap_or(kinds.len() + usize::from(kind))
}

fn kind_entries(pictures: &[&Picture], kinds: &[String]) -> Vec<Entry> {
    let present =
        |i: usize| pictures.iter().any(|p| p.cells.iter().any(|c| kind_index(p, c.kind, kinds) == i));
    let named = kinds.iter().enumerate().filter(|(i, _)| present(*i));
    let mut out: Vec<Entry> =
        named.map(|(i, name)| Entry { colour: Some(fill(i)), stroke: false, label: clean(name) }).collect();
    if pictures.iter().any(|p| p.cells.iter().any(|c| c.dead)) {
        out.push(Entry { colour: None, stroke: false, label: "dead".into() });
    }
    for (perfused, colour, label) in [(true, FLOW, "vessel with flow"), (false, BLACK, "vessel without flow")]
    {
        if pictures.iter().any(|p| p.vessels.iter().any(|s| s.perfused == perfused)) {
            out.push(Entry { colour: Some(colour), stroke: true, label: label.into() });
        }
    }
    out
}

/// Every drawn cell with all its quantities.
pub(crate) fn points(pictures: &[&Picture]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for quantity in pictures.iter().flat_map(|p| &p.quantities) {
        if !names.contains(&quantity.name.as_str()) {
            names.push(&quantity.name);
        }
    }
    let head = ["arm", "mechanism", "replicate", "time_d", "kind", "dead", "x_um", "y_um", "radius_um"];
    let mut csv = Csv::new(&[head.as_slice(), &names].concat());
    for p in pictures {
        let at: Vec<Option<usize>> = names.iter().map(|n| quantity_of(p, n).map(|(at, _)| at)).collect();
        for c in &p.cells {
            let mut row = vec![
                Field::Words(&p.arm),
                Field::Words(&p.mechanism),
                Field::Count(u64::from(p.replicate)),
                Field::Number(p.time_d),
                Field::Words(p.kinds.get(usize::from(c.kind)).map_or("", String::as_str)),
                Field::Count(u64::from(c.dead)),
                Field::Number(c.x),
                Field::Number(c.y),
                Field::Number(c.radius),
            ];
            let value = |at: &Option<usize>| at.and_then(|i| c.values.get(i)).copied();
            row.extend(at.iter().map(|at| value(at).map_or(Field::Nothing, Field::Number)));
            csv.row(&row);
        }
    }
    csv.finish()
}
