//! The tissue at one instant: cells by kind, the field under them, a second quantity of each cell, one below the
//! other and on one scale.

use super::colour::{GREY, PALE, WHITE, fill};
use super::csv::{Csv, Field};
use super::legend::{Entry, colour_bar, entries, scale_bar};
use super::raster::{address, shade};
use super::strip::Layer;
use super::svg::{Paint, Point, Svg, Type};
use super::text::{clean, number};
use super::{Figure, Width, slug};
use crate::page::{Disc, Picture, Raster};

/// All layers of one picture; `kinds` gives every kind of the page its colour.
pub fn picture(picture: &Picture, kinds: &[String], width: Width) -> Figure {
    let mut svg = Svg::default();
    let room = width.points() - 8.0;
    let (wide_um, high_um) = extent(picture);
    let size = (room, room * high_um / wide_um);
    let size = if size.1 > 560.0 { (size.0 * 560.0 / size.1, 560.0) } else { size };
    let mut y = 2.0;
    for layer in layers(picture) {
        svg.text_within((4.0, y + 9.0), &layer_name(picture, layer), room, Type::HEAD);
        y += 13.0;
        let range = field_range(picture.field.as_ref().into_iter());
        panel(&mut svg, picture, layer, kinds, (4.0, y), size, range);
        y += size.1 + 5.0;
        y += key(&mut svg, (4.0, y), room * 0.72, layer, &[picture], kinds) + 2.0;
    }
    scale_bar(&mut svg, (4.0 + size.0, y - 14.0), wide_um, size.0 / wide_um);
    let title = format!("{}, {} d, replicate {}", picture.arm, number(picture.time_d), picture.replicate + 1);
    let when = format!("{}d", picture.time_d);
    let replicate = format!("r{}", picture.replicate + 1);
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

/// The layers that have something to show.
fn layers(picture: &Picture) -> Vec<Layer> {
    let field = picture.field.as_ref().map(|_| Layer::Field);
    let shade = picture.shade_name.as_ref().map(|_| Layer::Shade);
    [Some(Layer::Kinds), field, shade].into_iter().flatten().collect()
}

fn layer_name(picture: &Picture, layer: Layer) -> String {
    match layer {
        Layer::Kinds => "cells by kind".into(),
        Layer::Field => picture.field.as_ref().map_or(String::new(), |f| f.name.clone()),
        Layer::Shade => format!("cells by {}", picture.shade_name.as_deref().unwrap_or("shade")),
    }
}

/// How many cells of how many are shown.
pub(crate) fn shown(pictures: &[&Picture]) -> String {
    let cells: usize = pictures.iter().map(|p| p.cells.len()).sum();
    let all: u64 = pictures.iter().map(|p| p.n_cells).fold(0, u64::saturating_add);
    format!(
        "{} cells drawn of {} in the tissue; circles filled: live, hollow: dead.",
        number(cells as f64),
        number(all as f64)
    )
}

/// Extent in µm, always positive and not more than 20 times longer than wide.
pub(crate) fn extent(picture: &Picture) -> (f64, f64) {
    let good = |v: f64| if v.is_finite() && v > 0.0 { v.clamp(1e-3, 1e6) } else { 100.0 };
    let (w, h) = (good(picture.width_um), good(picture.height_um));
    (w.max(h / 20.0), h.max(w / 20.0))
}

/// Lowest and highest finite value of the fields, for one scale over several pictures.
pub(crate) fn field_range<'a>(fields: impl Iterator<Item = &'a Raster>) -> (f64, f64) {
    let values = fields.flat_map(|f| f.values.iter().copied()).filter(|v| v.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 1.0) } else { (if low > 0.0 && low < 0.5 * high { 0.0 } else { low }, high) }
}

/// One layer of one picture in its frame.
pub(crate) fn panel(
    svg: &mut Svg,
    picture: &Picture,
    layer: Layer,
    kinds: &[String],
    corner: Point,
    size: Point,
    range: (f64, f64),
) {
    let extent = extent(picture);
    svg.open_window(corner, size, extent);
    match layer {
        Layer::Kinds => cells_by_kind(svg, picture, kinds, extent),
        Layer::Field => field(svg, picture, extent, range),
        Layer::Shade => cells_by_shade(svg, picture, extent),
    }
    svg.close_window();
    svg.rect(corner, size, Paint::stroke(GREY, 0.5));
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

fn cells_by_shade(svg: &mut Svg, picture: &Picture, extent: Point) {
    const STEPS: f64 = 24.0;
    let live = || picture.cells.iter().filter(|c| !c.dead);
    for step in 0..=STEPS as usize {
        let share = step as f64 / STEPS;
        let same = live().filter(|c| (c.shade.clamp(0.0, 1.0) * STEPS).round() == step as f64);
        discs(svg, same, Paint::fill(shade(share, 0.0, 1.0)).and_stroke(WHITE, 0.5), extent);
    }
    discs(svg, live().filter(|c| c.shade.is_nan()), Paint::fill(PALE).and_stroke(WHITE, 0.5), extent);
    let dead = picture.cells.iter().filter(|c| c.dead);
    discs(svg, dead, Paint::fill(WHITE).and_stroke(GREY, 1.6), extent);
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

fn field(svg: &mut Svg, picture: &Picture, extent: Point, (low, high): (f64, f64)) {
    let drawn = picture.field.as_ref().and_then(|f| address(f.nx, f.ny, &f.values, low, high));
    match drawn {
        Some(address) => svg.image((0.0, 0.0), extent, &address),
        None => svg.rect((0.0, 0.0), extent, Paint::fill(PALE)),
    }
}

/// Index of a picture's kind among the page's kinds.
fn kind_index(picture: &Picture, kind: u16, kinds: &[String]) -> usize {
    let name = picture.kinds.get(usize::from(kind));
    let known = name.and_then(|n| kinds.iter().position(|k| k == n));
    known.unwrap_or(kinds.len() + usize::from(kind))
}

/// What the colours of `layer` mean; returns the height.
pub(crate) fn key(
    svg: &mut Svg,
    at: Point,
    room: f64,
    layer: Layer,
    pictures: &[&Picture],
    kinds: &[String],
) -> f64 {
    match layer {
        Layer::Kinds => entries(svg, at, room, &kind_entries(pictures, kinds)),
        Layer::Field => {
            let fields = || pictures.iter().filter_map(|p| p.field.as_ref());
            let (low, high) = field_range(fields());
            let (name, unit) = fields().next().map_or(("", ""), |f| (f.name.as_str(), f.unit.as_str()));
            colour_bar(svg, at, room, name, unit, low, high);
            12.0
        }
        Layer::Shade => {
            let name = pictures.iter().find_map(|p| p.shade_name.as_deref()).unwrap_or("");
            colour_bar(svg, at, room, name, "", 0.0, 1.0);
            12.0
        }
    }
}

fn kind_entries(pictures: &[&Picture], kinds: &[String]) -> Vec<Entry> {
    let present =
        |i: usize| pictures.iter().any(|p| p.cells.iter().any(|c| kind_index(p, c.kind, kinds) == i));
    let named = kinds.iter().enumerate().filter(|(i, _)| present(*i));
    let mut out: Vec<Entry> =
        named.map(|(i, name)| Entry { colour: Some(fill(i)), label: clean(name) }).collect();
    if pictures.iter().any(|p| p.cells.iter().any(|c| c.dead)) {
        out.push(Entry { colour: None, label: "dead".into() });
    }
    out
}

/// Every drawn cell.
pub(crate) fn points(pictures: &[&Picture]) -> String {
    let mut csv = Csv::new(&[
        "arm",
        "mechanism",
        "replicate",
        "time_d",
        "kind",
        "dead",
        "x_um",
        "y_um",
        "radius_um",
        "shade",
    ]);
    for p in pictures {
        for c in &p.cells {
            csv.row(&[
                Field::Words(&p.arm),
                Field::Words(&p.mechanism),
                Field::Count(u64::from(p.replicate)),
                Field::Number(p.time_d),
                Field::Words(p.kinds.get(usize::from(c.kind)).map_or("", String::as_str)),
                Field::Count(u64::from(c.dead)),
                Field::Number(c.x),
                Field::Number(c.y),
                Field::Number(c.radius),
                Field::Number(c.shade),
            ]);
        }
    }
    csv.finish()
}
