//! `vesicle recover`: makes the reference table of synthetic truth, or asks it how often a mechanism is found again.

use crate::failure::Failure;
use crate::shown;
use rayon::prelude::*;
use std::path::Path;
use vesicle_base::Problem;
use vesicle_experiment::Experiment;
use vesicle_experiment::compile::Settings;
use vesicle_experiment::grammar::outcome::OutcomeText;
use vesicle_experiment::screen::recovery::{Found, Pair, Reference};
use vesicle_experiment::screen::{Course, Model, Screen};
use vesicle_files::library::FolderLibrary;
use vesicle_files::recovery;

/// Draws of every mechanism in the table.
const DRAWS: u32 = 100;
/// Animals per arm of a case.
pub const ANIMALS: u32 = 4;
/// Animals per arm that say what can be told apart.
pub const MORE_ANIMALS: u32 = 12;

/// What `--make` reads.
pub struct Making<'a> {
    /// The experiment file.
    pub experiment: &'a Path,
    /// Changes of values.
    pub set: &'a [String],
    /// Its [quick] patch.
    pub quick: bool,
    /// Standard deviation of ln between animals.
    pub spread: f64,
}

/// Makes the table of an experiment.
///
/// # Errors
/// Wrong input, or a file that cannot be written.
pub fn make(making: &Making<'_>, out: &Path) -> Result<(), Failure> {
    if !(making.spread.is_finite() && making.spread > 0.0) {
        let problem = Problem::new("wrong spread between animals").expected("a number above 0");
        return Err(problem.found(making.spread.to_string()).into());
    }
    let library = FolderLibrary::of(making.experiment);
    let (experiment, settings) = super::open(making.experiment, making.set, making.quick)?;
    let reference = reference(&experiment, &settings, &library, making.spread)?;
    std::fs::write(out, recovery::text(&reference))
        .map_err(|error| Failure::Program(format!("{}: {error}", out.display())))
}

/// One number that the twin expresses of every arm.
#[derive(Clone, Copy)]
enum Number {
    /// An outcome.
    Outcome(usize),
    /// The way that cells of an outcome's kind have moved, µm, for an outcome in places: what a migration assay counts.
    Way(usize),
}

impl Number {
    fn of(self, course: &Course) -> f64 {
        let seen = course.last();
        let value = match self {
            Self::Outcome(outcome) => seen.and_then(|seen| seen.values.get(outcome).copied().flatten()),
            Self::Way(outcome) => seen.and_then(|seen| seen.ways_um.get(outcome).copied()),
        };
        // Four decimals hold far more than any spread between animals.
        let ln = vesicle_base::math::ln(value.unwrap_or(0.0).max(0.0) + 1e-3);
        (ln * 1e4).round() / 1e4
    }

    fn name(self, experiment: &Experiment) -> String {
        match self {
            Self::Outcome(outcome) => experiment.outcomes[outcome].name.clone(),
            Self::Way(outcome) => {
                let what = &experiment.outcomes[outcome].what;
                format!("way of {}", what.kind().map_or("", String::as_str))
            }
        }
    }
}

/// The numbers that the twin expresses of an experiment's outcomes.
fn numbers(experiment: &Experiment, worlds: &[Vec<Course>]) -> Vec<Number> {
    let expressed = |outcome: usize| {
        let has = |course: &Course| {
            course.last().is_some_and(|seen| seen.values[outcome].is_some() && !seen.is_estimate(outcome))
        };
        worlds.iter().flatten().all(has)
    };
    let number = |outcome: usize| match experiment.outcomes[outcome].what {
        OutcomeText::AreaFraction { .. } => Number::Way(outcome),
        _ => Number::Outcome(outcome),
    };
    (0..experiment.outcomes.len()).filter(|outcome| expressed(*outcome)).map(number).collect()
}

/// ln of every number of every arm at the end, for every mechanism and draw.
fn reference(
    experiment: &Experiment,
    settings: &Settings,
    library: &FolderLibrary,
    spread: f64,
) -> Result<Reference, Vec<Problem>> {
    let arms: Vec<usize> = (0..experiment.arms.len()).collect();
    let mut reference = Reference { n_arms: arms.len(), ..Reference::default() };
    let mut seen: Vec<Number> = Vec::new();
    for (mechanism, declared) in experiment.mechanisms.iter().enumerate() {
        let screen = Screen::new(experiment, settings, &arms, mechanism, Model::AsDeclared, library)?;
        let worlds: Vec<Vec<Course>> =
            (1..=DRAWS).into_par_iter().map_with(screen, Screen::draw).collect::<Result<_, _>>()?;
        if mechanism == 0 {
            seen = numbers(experiment, &worlds);
        }
        let row = |world: &Vec<Course>| -> Vec<f64> {
            seen.iter().flat_map(|number| world.iter().map(|course| number.of(course))).collect()
        };
        reference.mechanisms.push(declared.name.clone());
        reference.rows.push(worlds.iter().map(row).collect());
    }
    for number in &seen {
        let name = number.name(experiment);
        reference.columns.extend(experiment.arms.iter().map(|arm| format!("{name}, {}", arm.name)));
    }
    reference.spreads = vec![spread; reference.columns.len()];
    Ok(reference)
}

/// Asks a table.
///
/// # Errors
/// A table that cannot be read.
pub fn ask(table: &Path, json: bool) -> Result<(), Failure> {
    let reference = recovery::read(table)?;
    let found = reference.recover(ANIMALS);
    let pairs = reference.pairs(ANIMALS, MORE_ANIMALS);
    if json {
        shown::line(&as_json(&reference, &found, &pairs).to_string());
        return Ok(());
    }
    shown::line(&format!("With {ANIMALS} animals per arm, among all mechanisms:"));
    for (name, found) in reference.mechanisms.iter().zip(&found) {
        shown::line(&format!("  {name}: {}", words(found)));
    }
    shown::line("");
    shown::line(&format!("Cases that {MORE_ANIMALS} animals tell from one rival, with {ANIMALS}:"));
    for pair in pairs.iter().filter(|pair| pair.told_by_more.n() > 0) {
        let (truth, rival) = pair.mechanisms;
        let [truth, rival] = [truth, rival].map(|at| &reference.mechanisms[at]);
        shown::line(&format!("  {truth} against {rival}: {}", words(&pair.told_by_more)));
    }
    Ok(())
}

fn words(found: &Found) -> String {
    let share = found.not_wrong();
    format!(
        "{} of {} found, {} cannot tell, {} wrong ({:.0}–{:.0} % not wrong)",
        found.right,
        found.n(),
        found.cannot_tell,
        found.wrong,
        100.0 * share.low,
        100.0 * share.high
    )
}

fn as_json(reference: &Reference, found: &[Found], pairs: &[Pair]) -> serde_json::Value {
    let of = |found: &Found| serde_json::json!({ "right": found.right, "wrong": found.wrong, "cannot_tell": found.cannot_tell });
    let alone: Vec<serde_json::Value> = reference
        .mechanisms
        .iter()
        .zip(found)
        .map(|(name, found)| serde_json::json!({ "mechanism": name, "found": of(found) }))
        .collect();
    let pairs: Vec<serde_json::Value> = pairs
        .iter()
        .map(|pair| {
            serde_json::json!({
                "truth": reference.mechanisms[pair.mechanisms.0],
                "rival": reference.mechanisms[pair.mechanisms.1],
                "with_more": of(&pair.with_more),
                "told_by_more": of(&pair.told_by_more),
            })
        })
        .collect();
    serde_json::json!({ "animals": ANIMALS, "more_animals": MORE_ANIMALS, "all": alone, "pairs": pairs })
}
