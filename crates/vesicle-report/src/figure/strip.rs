//! Several pictures on one scale, one layer at a time: an arm a row, an instant a column; many arms stand in two or
//! three blocks beside each other where that makes the panels larger.

use super::legend::scale_bar;
use super::picture::{Layer, Sheet, extent, field_of, has, points, shown};
use super::svg::{Point, Svg, Type};
use super::text::number;
use super::{Figure, Width, slug};
use crate::page::Picture;

/// Tallest strip, in points: a page with its caption.
const TALLEST: f64 = 620.0;
/// Room for the instants above a block.
const HEAD: f64 = 10.0;
/// Room for the name of an arm above its panels.
const NAME: f64 = 10.0;
/// Between panels of a row.
const GAP: f64 = 3.0;
/// Below the panels of a row.
const BELOW: f64 = 4.0;
/// More blocks are taken while the panels keep this share of the largest possible width: the figure is then shorter.
const LARGE_ENOUGH: f64 = 0.8;
/// Between blocks.
const BLOCK_GAP: f64 = 10.0;
const MOST_BLOCKS: usize = 6;

/// Pictures of one mechanism beside each other; none when no picture has the layer.
pub fn strip(pictures: &[&Picture], layer: Layer<'_>, kinds: &[String], width: Width) -> Option<Figure> {
    let chosen: Vec<&Picture> = pictures.iter().copied().filter(|p| has(p, layer)).collect();
    let first = *chosen.first()?;
    let sheet = Sheet::over(&chosen, layer, kinds);
    let grid = Grid::over(&chosen, width);
    let mut svg = Svg::default();
    let bottom = grid.draw(&mut svg, &chosen, &sheet) + 3.0;
    let room = width.points() - 8.0;
    let tall = sheet.key(&mut svg, (4.0, bottom), room * 0.72, &chosen);
    scale_bar(&mut svg, (width.points() - 4.0, bottom), grid.extent.0, grid.scale());
    let title = format!("{}{}", sheet.title(), mechanism(first));
    Some(Figure {
        name: slug(&["pictures", layer_word(layer), &first.mechanism]),
        caption: caption(&chosen, pictures, layer, &sheet),
        width,
        svg: svg.finish(width.mm(), bottom + tall.max(12.0) + 2.0, &title),
        csv: if let Layer::Field(name) = layer { field_points(&chosen, name) } else { points(&chosen) },
        title,
        ..Figure::default()
    })
}

fn layer_word(layer: Layer<'_>) -> &str {
    match layer {
        Layer::Kinds => "kinds",
        Layer::Field(name) | Layer::Cells(name) => name,
    }
}

fn mechanism(picture: &Picture) -> String {
    if picture.mechanism.is_empty() {
        String::new()
    } else {
        format!(", mechanism “{}”", picture.mechanism)
    }
}

fn caption(chosen: &[&Picture], all: &[&Picture], layer: Layer<'_>, sheet: &Sheet<'_>) -> String {
    let what = match layer {
        Layer::Field(_) => String::new(),
        Layer::Kinds => format!("{} ", shown(chosen)),
        Layer::Cells(_) => format!(
            "{} The darkest cell has {}; dead cells carry no colour. ",
            shown(chosen),
            number(sheet.tone.ends().1)
        ),
    };
    let mut absent: Vec<&str> = Vec::new();
    for picture in all.iter().filter(|p| !has(p, layer)) {
        if !absent.contains(&picture.arm.as_str()) {
            absent.push(&picture.arm);
        }
    }
    let without =
        if absent.is_empty() { String::new() } else { format!(" Nothing of it in {}.", absent.join(", ")) };
    format!("{what}n = 1 replicate per panel; lengths and colours on one scale in all panels.{without}")
}

/// Panels of one size: rows in blocks, instants in columns.
struct Grid<'a> {
    rows: Vec<(&'a str, u32)>,
    times: Vec<f64>,
    blocks: usize,
    panel: Point,
    extent: Point,
}

impl<'a> Grid<'a> {
    /// Chooses as many blocks as leave the panels large.
    fn over(pictures: &[&'a Picture], width: Width) -> Self {
        let extents = pictures.iter().map(|p| extent(p));
        let extent = extents.fold((0.0_f64, 0.0_f64), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        let mut times: Vec<f64> = pictures.iter().map(|p| p.time_d).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let mut rows: Vec<(&str, u32)> = Vec::new();
        for picture in pictures {
            let row = (picture.arm.as_str(), picture.replicate);
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let mut grid = Self { rows, times, blocks: 1, panel: (0.0, 0.0), extent };
        let sized: Vec<(usize, Point)> =
            (1..=grid.rows.len().min(MOST_BLOCKS)).map(|b| (b, grid.panel_size(b, width))).collect();
        let widest = sized.iter().map(|(_, panel)| panel.0).fold(0.0, f64::max);
        if let Some(most) = sized.into_iter().rfind(|(_, panel)| panel.0 >= LARGE_ENOUGH * widest) {
            (grid.blocks, grid.panel) = most;
        }
        grid
    }

    fn panel_size(&self, blocks: usize, width: Width) -> Point {
        let columns = (blocks * self.times.len()) as f64;
        let gaps = (blocks - 1) as f64 * BLOCK_GAP + (columns - blocks as f64) * GAP;
        let wide = (width.points() - 8.0 - gaps) / columns;
        let rows = self.rows.len().div_ceil(blocks) as f64;
        let tallest = ((TALLEST - HEAD) / rows - NAME - BELOW).max(12.0);
        let factor = (wide / self.extent.0).min(tallest / self.extent.1).max(0.0);
        (self.extent.0 * factor, self.extent.1 * factor)
    }

    fn scale(&self) -> f64 {
        self.panel.0 / self.extent.0
    }

    /// Upper left corner of the panel of a row at an instant, its name and its instant above it.
    fn corner(&self, row: usize, time: usize) -> Point {
        let per_block = self.rows.len().div_ceil(self.blocks).max(1);
        let block_wide = self.times.len() as f64 * (self.panel.0 + GAP) - GAP + BLOCK_GAP;
        let x = 4.0 + (row / per_block) as f64 * block_wide + time as f64 * (self.panel.0 + GAP);
        (x, HEAD + NAME + (row % per_block) as f64 * (NAME + self.panel.1 + BELOW))
    }

    fn draw(&self, svg: &mut Svg, pictures: &[&Picture], sheet: &Sheet<'_>) -> f64 {
        self.heads(svg);
        for (i, (arm, replicate)) in self.rows.iter().enumerate() {
            let (x, y) = self.corner(i, 0);
            let alike = self.rows.iter().filter(|r| r.0 == *arm).count() > 1;
            let name = if alike { format!("{arm}, replicate {replicate}") } else { (*arm).to_owned() };
            let room = self.times.len() as f64 * (self.panel.0 + GAP) - GAP;
            svg.text_within((x, y - 3.0), &name, room, Type { bold: true, ..Type::BODY });
            for (j, time) in self.times.iter().enumerate() {
                let wanted = |p: &&&Picture| {
                    p.arm == *arm && p.replicate == *replicate && p.time_d.total_cmp(time).is_eq()
                };
                if let Some(picture) = pictures.iter().find(wanted) {
                    let (w, h) = extent(picture);
                    sheet.panel(svg, picture, self.corner(i, j), (w * self.scale(), h * self.scale()));
                }
            }
        }
        let per_block = self.rows.len().div_ceil(self.blocks);
        self.corner(per_block.saturating_sub(1), 0).1 + self.panel.1
    }

    /// The instants above each block.
    fn heads(&self, svg: &mut Svg) {
        let per_block = self.rows.len().div_ceil(self.blocks).max(1);
        for first in (0..self.rows.len()).step_by(per_block) {
            for (j, time) in self.times.iter().enumerate() {
                let x = self.corner(first, j).0;
                svg.text_within((x, 8.0), &format!("{} d", number(*time)), self.panel.0, Type::BODY);
            }
        }
    }
}

fn field_points(pictures: &[&Picture], name: &str) -> String {
    use super::csv::{Csv, Field};
    let mut csv =
        Csv::new(&["arm", "mechanism", "replicate", "time_d", "field", "unit", "ix", "iy", "value"]);
    for (p, f) in pictures.iter().filter_map(|p| field_of(p, name).map(|f| (p, f))) {
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
