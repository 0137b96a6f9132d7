//! Where a kind begins: words become places, tables are read, and what cannot fit is told before it is placed.

use super::Lowering;
use crate::library::SeenCell;
use crate::map::Value;
use tissue_cells::start::Lattice;
use tissue_sim::setup::{Ball, Founder, KindSetup, Start};
use tissue_sim::start::share_of_ball;
use vesicle_base::{Grid, Problem};

/// Rows of a table that are told one by one; of the rest, how many.
const TOLD_ROWS: usize = 20;

/// The box as starts see it.
#[derive(Clone, Copy, Debug)]
struct Room {
    size_um: [f64; 3],
    is_plane: bool,
}

impl Room {
    fn holds(&self, at_um: [f64; 3]) -> bool {
        let inside = |axis: usize| (0.0..=self.size_um[axis]).contains(&at_um[axis]);
        (0..3).all(|axis| inside(axis) || (self.is_plane && axis == 2 && at_um[2].is_finite()))
    }

    fn described(&self) -> String {
        let [x, y, z] = self.size_um.map(vesicle_base::quantity::short);
        if self.is_plane {
            format!("x from 0 to {x} um, y from 0 to {y} um; any z: the tissue is a plane")
        } else {
            format!("x from 0 to {x} um, y from 0 to {y} um, z from 0 to {z} um")
        }
    }
}

impl Lowering<'_> {
    /// The box; `None` when it is missing, which is told elsewhere.
    fn room(&self) -> Option<Room> {
        let Value::Size(size_um) = self.map.at(&["tissue", "size"])?.value else { return None };
        let grid = Grid::of_box(size_um, self.map.number(&["tissue", "voxel"])?);
        Some(Room { size_um, is_plane: grid.n[2] == 1 })
    }

    /// Where a kind begins; `None` when that is missing or wrong, which has then been told.
    pub(super) fn start(&mut self, cell: &str) -> Option<Start> {
        let room = self.room()?;
        let key = |key| ["cell", cell, "start", key];
        match self.map.text(&key("how")) {
            None => self.how_is_missing(cell),
            Some("random") => self.random(cell, &room),
            Some("side") => {
                let side = self.map.text(&key("side")).and_then(super::side);
                if side.is_none() {
                    self.number(&key("side"));
                }
                Some(Start::Side { side: side?, every_um: self.number(&key("every"))? })
            }
            Some(how @ ("lattice" | "square lattice")) => {
                let lattice = if how == "lattice" { Lattice::Hexagonal } else { Lattice::Square };
                let within = self.ball(cell, &room)?;
                Some(Start::Lattice { lattice, every_um: self.number(&key("every"))?, within })
            }
            Some("line") => self.line(cell, &room),
            Some("table") => self.table(cell, &room),
            Some(_) => Some(Start::None),
        }
    }

    /// Tells a start whose parts are there but not the word that says which they are the parts of.
    fn how_is_missing(&mut self, cell: &str) -> Option<Start> {
        let start = ["cell", cell, "start"];
        let parts = self.map.items().iter().filter(|item| item.path.starts_with(&start));
        let parts: Vec<&str> = parts.filter_map(|item| item.path.0.get(3)).map(String::as_str).collect();
        if parts.is_empty() {
            return Some(Start::None);
        }
        let (how, form) = nearest_how(&parts);
        let problem = Problem::new(format!("`cell.{cell}.start` does not say `how`"))
            .expected(format!("`how = \"{how}\"` beside them, or the whole start in words: `{form}`"))
            .found(format!("only {}", listed(&parts)));
        let problem = self.at_first(problem, &start);
        self.problems.push(problem);
        None
    }

    fn random(&mut self, cell: &str, room: &Room) -> Option<Start> {
        let within = self.ball(cell, room)?;
        let number = |key| self.map.number(&["cell", cell, "start", key]);
        let [x, y, z] = room.size_um;
        let per_area = number("density")
            .map(|density| density * within.map_or(x * y, |ball| share_of_ball(room.size_um, true, &ball)));
        let per_volume = number("per_volume").map(|density| {
            let whole = within.map_or(x * y * z, |ball| {
                let thickness = if room.is_plane { z } else { 1.0 };
                thickness * share_of_ball(room.size_um, room.is_plane, &ball)
            });
            density * whole
        });
        let count = per_area.or(per_volume).map(f64::round).or(number("count"));
        let Some(count) = count else {
            self.number(&["cell", cell, "start", "count"]);
            return None;
        };
        Some(Start::Random { count: count as u64, within })
    }

    /// The ball of a start; the outer `None` when it is wrong.
    #[expect(clippy::option_option, reason = "no ball is right, a ball outside is not")]
    fn ball(&mut self, cell: &str, room: &Room) -> Option<Option<Ball>> {
        let Some(radius_um) = self.map.number(&["cell", cell, "start", "within"]) else { return Some(None) };
        let centre_um = match self.map.at(&["cell", cell, "start", "of"]).map(|item| &item.value) {
            Some(Value::Points(points)) if points.len() == 1 => points[0],
            Some(_) => {
                self.start_is_wrong(cell, "the ball has several middles", "one point");
                return None;
            }
            None => room.size_um.map(|size| 0.5 * size),
        };
        if !room.holds(centre_um) {
            self.start_is_wrong(cell, "the middle of the ball lies outside the tissue", &room.described());
            return None;
        }
        Some(Some(Ball { centre_um, radius_um }))
    }

    fn line(&mut self, cell: &str, room: &Room) -> Option<Start> {
        let every_um = self.number(&["cell", cell, "start", "every"])?;
        let through = self.map.at(&["cell", cell, "start", "through"]).map(|item| item.value.clone());
        let Some(Value::Points(corners_um)) = through else {
            self.start_is_wrong(cell, "a line without corners", "`along POINT to POINT, every LENGTH`");
            return None;
        };
        if corners_um.iter().any(|corner| !room.holds(*corner)) {
            self.start_is_wrong(cell, "the line leaves the tissue", &room.described());
            return None;
        }
        Some(Start::Line { corners_um, every_um })
    }

    fn start_is_wrong(&mut self, cell: &str, what: &str, expected: &str) {
        let problem = Problem::new(format!("`cell.{cell}.start`: {what}")).expected(expected);
        let problem = self.at_first(problem, &["cell", cell, "start"]);
        self.problems.push(problem);
    }

    /// Rows of a kind in a table of cells. Every row must name a declared kind and lie in the box.
    fn table(&mut self, cell: &str, room: &Room) -> Option<Start> {
        let item = self.map.at(&["cell", cell, "start", "from"]).cloned();
        let Some(item) = item else {
            self.start_is_wrong(cell, "no table is named", "`from cells.csv`");
            return None;
        };
        let name = item.value.text();
        let table = self.kept(self.library.cells(&name), item.place.as_ref())?;
        let seen = &table.cells;
        let wrong: Vec<Problem> = seen.iter().filter_map(|row| self.wrong_row(row, room)).collect();
        if !wrong.is_empty() {
            self.tell_rows(&name, wrong);
            return None;
        }
        let founders: Vec<Founder> = seen
            .iter()
            .filter(|row| row.kind == cell)
            .map(|row| Founder { at_um: row.at_um, volume_um3: row.volume_um3 })
            .collect();
        if founders.is_empty() {
            let problem = Problem::new(format!("no row of `{name}` is of `{cell}`"))
                .expected(format!("a row whose kind is `{cell}`, or another start"));
            let kinds: Vec<&str> = seen.iter().map(|row| row.kind.as_str()).collect();
            let problem = problem.nearest(cell, kinds.into_iter().filter(|kind| *kind != cell));
            let problem = self.at_first(problem, &["cell", cell, "start"]);
            self.problems.push(problem);
            return None;
        }
        if !table.unread.is_empty() {
            self.note(format!("columns of `{name}` that are not read: {}", table.unread.join(", ")));
        }
        self.note_unused(&name, seen);
        Some(Start::Table { founders })
    }

    fn wrong_row(&self, row: &SeenCell, room: &Room) -> Option<Problem> {
        let cells = &self.experiment.names.cells;
        if !cells.contains(&row.kind) {
            let known = cells.iter().map(String::as_str);
            let problem = Problem::new(format!("unknown cell `{}`", row.kind)).at(&row.place);
            return Some(
                problem
                    .expected(format!(
                        "a cell declared under [cell]: {}",
                        crate::registry::listed(known.clone())
                    ))
                    .nearest(&row.kind, known),
            );
        }
        if room.holds(row.at_um) {
            return None;
        }
        let [x, y, z] = row.at_um;
        let problem = Problem::new("cell outside the tissue").at(&row.place);
        Some(problem.expected(room.described()).found(format!("{x}, {y}, {z}")))
    }

    fn tell_rows(&mut self, table: &str, wrong: Vec<Problem>) {
        let more = wrong.len().saturating_sub(TOLD_ROWS);
        self.problems.extend(wrong.into_iter().take(TOLD_ROWS));
        if more > 0 {
            self.problems.push(Problem::new(format!("{more} more rows of `{table}` are wrong")));
        }
    }

    /// Says which rows of a table no kind takes.
    fn note_unused(&mut self, table: &str, seen: &[SeenCell]) {
        for kind in &self.experiment.names.cells {
            let n = seen.iter().filter(|row| row.kind == *kind).count();
            if n > 0 && self.map.text(&["cell", kind, "start", "from"]) != Some(table) {
                let are = if n == 1 { "is" } else { "are" };
                self.note(format!(
                    "{} of `{table}` {are} of `{kind}`, which does not begin from it: not used",
                    vesicle_base::words::counted(n, "row")
                ));
            }
        }
    }

    /// Tells a kind whose cells cannot all be there: sites nearer than a radius, or more cells than the box has room
    /// for.
    pub(super) fn check_crowding(&mut self, kinds: &[KindSetup]) {
        let names = self.experiment.names.cells.clone();
        let Some(room) = self.room().filter(|_| names.len() == kinds.len()) else { return };
        let [x, y, z] = room.size_um;
        let whole = if room.is_plane { x * y } else { x * y * z };
        let mut taken = 0.0;
        for (name, kind) in names.iter().zip(kinds) {
            let radius_um = kind.law.volume.radius_um();
            if let Some(every) = self.map.number(&["cell", name, "start", "every"]).filter(|d| *d < radius_um)
                && kind.start != Start::None
            {
                let found = format!("{} um", vesicle_base::quantity::short(every));
                let expected = format!("at least a radius, {radius_um:.1} um");
                self.overlap(name, "cells lie inside each other", &expected, &found);
                continue;
            }
            let n = kind.start.at_most(room.size_um, room.is_plane);
            let before = taken;
            taken += room_taken(kind, n, room.is_plane);
            if taken > whole && before <= whole {
                let found = format!("{n} cells of `{name}`, with which {:.3} of it are taken", taken / whole);
                self.overlap(
                    name,
                    "the cells do not fit into the tissue",
                    "at most 1 of its room taken",
                    &found,
                );
            }
        }
    }

    fn overlap(&mut self, cell: &str, what: &str, expected: &str, found: &str) {
        let problem = Problem::new(format!("`cell.{cell}.start`: {what}")).expected(expected).found(found);
        let problem = self.at_first(problem, &["cell", cell, "start"]);
        self.problems.push(problem);
    }
}

/// The ways to place cells, the parts of each, and how each is said in words.
const HOWS: [(&str, &[&str], &str); 6] = [
    ("random", &["density", "per_volume", "count", "within", "of"], "250 /mm^2 at random"),
    ("lattice", &["every", "within", "of"], "on a lattice, every 20 um"),
    ("square lattice", &["every", "within", "of"], "on a square lattice, every 20 um"),
    ("side", &["side", "every"], "on the left, every 50 um"),
    ("line", &["through", "every"], "along 0 x 50 x 10 um to 200 x 80 x 10 um, every 10 um"),
    ("table", &["from"], "from cells.csv"),
];

/// The way that has most of the parts that were said, the first of several; and how it is said in words.
fn nearest_how(parts: &[&str]) -> (&'static str, &'static str) {
    let known = |of: &[&str]| parts.iter().filter(|part| of.contains(part)).count();
    let most = HOWS.iter().map(|(_, of, _)| known(of)).max();
    let nearest = HOWS.iter().find(|(_, of, _)| Some(known(of)) == most).unwrap_or(&HOWS[0]);
    (nearest.0, nearest.2)
}

fn listed(parts: &[&str]) -> String {
    parts.iter().map(|part| format!("`{part}`")).collect::<Vec<_>>().join(" and ")
}

/// Area of the cells of a kind in a plane, their volume otherwise.
fn room_taken(kind: &KindSetup, n: f64, is_plane: bool) -> f64 {
    let one = |volume_um3: f64| {
        if is_plane {
            let radius = tissue_cells::radius_um(volume_um3);
            core::f64::consts::PI * radius * radius
        } else {
            volume_um3
        }
    };
    let rest = kind.law.volume.total_um3;
    match &kind.start {
        Start::Table { founders } => {
            founders.iter().map(|founder| one(founder.volume_um3.unwrap_or(rest))).sum()
        }
        _ => n * one(rest),
    }
}
