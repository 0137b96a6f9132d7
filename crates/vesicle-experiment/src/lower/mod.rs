//! A map becomes a setup: names become indices, and what an arm does not use is pruned, so that equal runs are equal.

mod cargo;
mod contact;
mod draws;
mod fields;
mod free;
mod kinds;
mod law;
mod response;
mod rules;
mod start;
mod vesicles;
mod vessels;

pub use draws::{Draws, Shares};

use crate::Experiment;
use crate::library::Library;
use crate::map::{Map, Value};
use response::Shape;
use rules::WrittenRules;
use std::sync::Arc;
use tissue_sim::Setup;
use vesicle_base::{Place, Problem};
use vesicle_target::Reach;

/// A setup with the names of its indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// What the run reads.
    pub setup: Setup,
    /// What its indices are called.
    pub labels: Labels,
    /// Which gene of which program each delivered family reaches.
    pub reach: Vec<Reach>,
    /// What a reader should know: abundances not quantified, rows left out, uses across species.
    pub notes: Vec<String>,
}

/// Names of indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Plain fields.
    pub fields: Vec<String>,
    /// Units of the plain fields.
    pub field_units: Vec<String>,
    /// Cell kinds.
    pub kinds: Vec<String>,
    /// Vesicle populations that this run has.
    pub populations: Vec<String>,
    /// Molecules.
    pub species: Vec<String>,
    /// Those molecules that are loaded mimics, by index; the scrambled control is not among them.
    pub mimics: Vec<usize>,
    /// Programs that a rule reads.
    pub programs: Vec<String>,
    /// Seed families.
    pub families: Vec<String>,
}

/// What lowering reads and collects on the way.
struct Lowering<'a> {
    experiment: &'a Experiment,
    map: &'a Map,
    library: &'a dyn Library,
    draw: u32,
    /// Cells that are there at the start, once the kinds are known.
    n_founders: usize,
    /// What was found out by an earlier lowering of the same arm and mechanism.
    shape: Option<&'a Arc<Shape>>,
    /// What else is known: set with the shape.
    known: Option<Known<'a>>,
    /// Where the rules were said, once they are lowered.
    written: WrittenRules,
    /// Whether that shape turned out to be of other populations.
    misfit: bool,
    problems: Vec<Problem>,
    notes: Vec<String>,
}

/// Ticks of a run: a century in steps of six minutes.
const MOST_TICKS: f64 = 1e7;
/// Voxels of a tissue: 2 GB for every field.
const MOST_VOXELS: f64 = 268_435_456.0;

/// What is known of a draw before it is lowered.
#[derive(Clone, Copy)]
struct Known<'a> {
    /// The same arm and mechanism with the values as written.
    as_written: &'a Lowered,
    rules: &'a WrittenRules,
    /// A setup of the same draw with the same laws of fields.
    fields: Option<&'a Setup>,
    /// One with the same kinds of cells.
    kinds: Option<&'a Setup>,
}

/// Lowers a map; `draw` picks the posterior draw of abundances that are not quantified (0: their mean).
///
/// # Errors
/// All that is missing or wrong, at once.
pub fn lower(
    experiment: &Experiment,
    map: &Map,
    draw: u32,
    library: &dyn Library,
) -> Result<Lowered, Vec<Problem>> {
    Lowering::of(experiment, map, draw, library).lowered().map(|(lowered, _)| lowered)
}

impl<'a> Lowering<'a> {
    fn of(experiment: &'a Experiment, map: &'a Map, draw: u32, library: &'a dyn Library) -> Self {
        let (problems, notes) = (Vec::new(), Vec::new());
        Self {
            experiment,
            map,
            library,
            draw,
            n_founders: 0,
            shape: None,
            known: None,
            written: WrittenRules::default(),
            misfit: false,
            problems,
            notes,
        }
    }

    /// The setup, and the shape that all draws of the same arm and mechanism share.
    fn lowered(&mut self) -> Result<(Lowered, Arc<Shape>), Vec<Problem>> {
        match self.lower() {
            Some((mut lowered, shape)) if self.problems.is_empty() => {
                lowered.notes = std::mem::take(&mut self.notes);
                Ok((lowered, shape))
            }
            _ => Err(std::mem::take(&mut self.problems)),
        }
    }
}

impl Lowering<'_> {
    fn lower(&mut self) -> Option<(Lowered, Arc<Shape>)> {
        let size_um = self.size()?;
        let tick_min = self.number(&["run", "tick"])?;
        let duration = self.number(&["run", "duration"])?;
        let n_ticks = self.ticks(duration, tick_min)?;
        self.check_voxels(size_um)?;
        let mut labels = Labels { kinds: self.experiment.names.cells.clone(), ..Labels::default() };
        let (fields, field_doses) = self.fields(&mut labels);
        let injected = self.injected();
        let kinds = self.known_kinds().unwrap_or_else(|| {
            let kinds = self.kinds(&labels);
            self.check_crowding(&kinds);
            kinds
        });
        let voxel_um = self.number(&["tissue", "voxel"])?;
        // Cells that do not fit are not placed to be counted.
        let fit = self.problems.is_empty();
        self.n_founders = kinds.iter().filter(|_| fit).map(|kind| kind.start.count(size_um, voxel_um)).sum();
        let (populations, mut carried) = self.populations(&injected, &mut labels);
        let passed = self.passed();
        if !passed.is_empty() {
            carried.push(passed);
        }
        let programs = self.programs_of_rules();
        let response = self.response(&programs, &carried, &mut labels)?;
        let populations = response.shape.fill(populations, &carried);
        let rules = self.rules(&labels, carried.is_empty());
        let kinds = self.releases(kinds, &labels);
        let vessels = self.vessels(&labels, &kinds);
        let contact = self.contact(&response.shape);
        let mut setup = Setup {
            size_um,
            voxel_um,
            tick_min,
            n_ticks,
            frame_ticks: self.frames(tick_min, n_ticks),
            fixed_steps: self.map.text(&["run", "steps"]) == Some("fixed"),
            walls_push: self.map.text(&["tissue", "walls"]) == Some("push"),
            fields,
            field_doses,
            kinds,
            vessels,
            populations,
            contact,
            species: response.species,
            response: response.law,
            rules,
        };
        self.follow_each_where_coarse(&mut setup, &labels);
        if self.shape.is_none() {
            self.note_depletion(&setup, &labels);
        }
        Some((Lowered { setup, labels, reach: response.reach, notes: Vec::new() }, response.shape))
    }

    pub(super) fn size(&mut self) -> Option<[f64; 3]> {
        if let Some(Value::Size(size)) = self.map.at(&["tissue", "size"]).map(|item| &item.value) {
            return Some(*size);
        }
        self.missing("tissue.size", "a box, such as `800 x 200 x 20 um`", None);
        None
    }

    /// Ticks of the run; `None` where they are too many, which has then been told.
    fn ticks(&mut self, duration_min: f64, tick_min: f64) -> Option<u32> {
        let ticks = (duration_min / tick_min).round().max(1.0);
        if ticks <= MOST_TICKS {
            return Some(ticks as u32);
        }
        let problem = Problem::new("`run.duration` has too many ticks")
            .expected(format!("at most {MOST_TICKS:.0} of {} min", vesicle_base::quantity::short(tick_min)))
            .found(vesicle_base::quantity::short(ticks));
        let problem = self.at_first(problem, &["run", "duration"]);
        self.problems.push(problem);
        None
    }

    /// Tells a box of more voxels than any memory holds.
    fn check_voxels(&mut self, size_um: [f64; 3]) -> Option<()> {
        let voxel_um = self.number(&["tissue", "voxel"])?;
        let voxels: f64 = size_um.iter().map(|edge| (edge / voxel_um).ceil()).product();
        if voxels <= MOST_VOXELS {
            return Some(());
        }
        let [x, y, z] = size_um.map(vesicle_base::quantity::short);
        let problem = Problem::new("`tissue.voxel` is too small for the tissue")
            .expected(format!("at most {MOST_VOXELS:.0} voxels in {x} x {y} x {z} um"))
            .found(vesicle_base::quantity::short(voxels));
        let problem = self.at_first(problem, &["tissue", "voxel"]);
        self.problems.push(problem);
        None
    }

    fn frames(&self, tick_min: f64, n_ticks: u32) -> Vec<u32> {
        let mut ticks: Vec<u32> = match self.map.at(&["run", "frames"]).map(|item| &item.value) {
            Some(Value::Times(times)) => times.iter().map(|t| (t / tick_min).round() as u32).collect(),
            _ => vec![0],
        };
        ticks.retain(|tick| *tick < n_ticks);
        ticks.push(n_ticks);
        ticks.dedup();
        ticks
    }

    /// A number that must be there.
    fn number(&mut self, path: &[&str]) -> Option<f64> {
        let found = self.map.number(path);
        if found.is_none() {
            let path = crate::path::Path::of(path.iter().copied());
            let expected = crate::registry::find(&path, &self.experiment.names)
                .map_or_else(String::new, |m| m.entry.expected());
            self.missing(&path.to_string(), &expected, self.block_place(&path));
        }
        found
    }

    /// The first place of the block that a path belongs to.
    fn block_place(&self, path: &crate::path::Path) -> Option<Place> {
        let prefix: Vec<&str> = path.segments().into_iter().take(2).collect();
        self.map.items().iter().find(|item| item.path.starts_with(&prefix))?.place.clone()
    }

    fn missing(&mut self, path: &str, expected: &str, place: Option<Place>) {
        let problem = Problem::new(format!("`{path}` is missing")).expected(expected);
        self.problems.push(match place {
            Some(place) => problem.at(&place),
            None => problem,
        });
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Keeps the value of a table, or its problems.
    fn kept<T>(&mut self, read: Result<T, Vec<Problem>>, place: Option<&Place>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(|problem| match place {
                    Some(place) if problem.place.is_none() => problem.at(place),
                    _ => problem,
                }));
                None
            }
        }
    }
}

/// The number of a side: 0 low x, 1 high x, 2 low y, … 5 high z.
fn side(word: &str) -> Option<u8> {
    crate::registry::SIDES.iter().position(|side| *side == word).map(|side| side as u8)
}
