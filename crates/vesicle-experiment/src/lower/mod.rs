//! A map becomes a setup: names become indices, and what an arm does not use is pruned, so that equal runs are equal.

mod cargo;
mod fields;
mod kinds;
mod response;
mod rules;
mod vesicles;
mod vessels;

use crate::Experiment;
use crate::library::Library;
use crate::map::{Map, Value};
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
    problems: Vec<Problem>,
    notes: Vec<String>,
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
    let mut lowering = Lowering { experiment, map, library, draw, problems: Vec::new(), notes: Vec::new() };
    let lowered = lowering.lower();
    match lowered {
        Some(mut lowered) if lowering.problems.is_empty() => {
            lowered.notes = lowering.notes;
            Ok(lowered)
        }
        _ => Err(lowering.problems),
    }
}

impl Lowering<'_> {
    fn lower(&mut self) -> Option<Lowered> {
        let size_um = self.size()?;
        let tick_min = self.number(&["run", "tick"])?;
        let duration = self.number(&["run", "duration"])?;
        let n_ticks = (duration / tick_min).round().max(1.0) as u32;
        let mut labels = Labels { kinds: self.experiment.names.cells.clone(), ..Labels::default() };
        let (fields, field_doses) = self.fields(&mut labels);
        let injected = self.injected();
        let kinds = self.kinds(size_um, &labels);
        let (populations, carried) = self.populations(&injected, &mut labels);
        let programs = self.programs_of_rules();
        let response = self.response(&programs, &carried, &mut labels)?;
        let populations = response.fill(populations, &carried);
        let rules = self.rules(&labels, populations.is_empty());
        let kinds = self.releases(kinds, &labels);
        let heads_up: Vec<Option<usize>> = kinds.iter().map(|kind| kind.heads_up).collect();
        let vessels = self.vessels(&labels, &heads_up);
        let setup = Setup {
            size_um,
            voxel_um: self.number(&["tissue", "voxel"])?,
            tick_min,
            n_ticks,
            frame_ticks: self.frames(tick_min, n_ticks),
            fixed_steps: self.map.text(&["run", "steps"]) == Some("fixed"),
            fields,
            field_doses,
            kinds,
            vessels,
            populations,
            species: response.species,
            response: response.law,
            rules,
        };
        Some(Lowered { setup, labels, reach: response.reach, notes: Vec::new() })
    }

    fn size(&mut self) -> Option<[f64; 3]> {
        if let Some(Value::Size(size)) = self.map.at(&["tissue", "size"]).map(|item| &item.value) {
            return Some(*size);
        }
        self.missing("tissue.size", "a box, such as `800 x 200 x 20 um`", None);
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
