//! `vesicle recover`: makes the reference table of synthetic truth, or asks it how often a mechanism is found again.

use crate::failure::Failure;
use crate::shown;
use rayon::prelude::*;
use std::path::Path;
use vesicle_base::Problem;
use vesicle_experiment::Experiment;
use vesicle_experiment::compile::Settings;
use vesicle_experiment::grammar::outcome::OutcomeText;
use vesicle_experiment::runs::Selection;
use vesicle_experiment::screen::recovery::{EXPERIMENTS, Found, MISSES, Pair, Reference, TRIALS};
use vesicle_experiment::screen::{Course, Model, Screen, Seen};
use vesicle_files::library::FolderLibrary;
use vesicle_files::recovery;

/// Draws of every mechanism in the table.
pub const DRAWS: u32 = 200;
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
    /// Correlation of an animal's deviation with that at the frame before.
    pub kept: f64,
    /// Draws of every mechanism.
    pub draws: u32,
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
    if !(0.0..1.0).contains(&making.kept) {
        let problem = Problem::new("wrong correlation between the times of an animal");
        return Err(problem.expected("a number from 0 to below 1").found(making.kept.to_string()).into());
    }
    if making.draws == 0 {
        return Err(Problem::new("no prior draws").expected("--draws 1 or more").found("0").into());
    }
    let library = FolderLibrary::of(making.experiment);
    let (experiment, settings) = super::open(making.experiment, making.set, making.quick)?;
    let reference = reference(&experiment, &settings, &library, making)?;
    std::fs::write(out, recovery::text(&reference))
        .map_err(|error| Failure::Program(format!("{}: {error}", out.display())))
}

/// What is read of every arm at one frame.
#[derive(Clone, Copy)]
struct Number {
    what: What,
    /// Place among the frames.
    frame: usize,
}

/// One number that the twin expresses.
#[derive(Clone, Copy)]
enum What {
    /// An outcome.
    Outcome(usize),
    /// The way that cells of an outcome's kind have moved, µm, for an outcome in places: how far from where they began
    /// a section shows them.
    Way(usize),
}

impl What {
    fn of(self, seen: &Seen) -> Option<f64> {
        match self {
            Self::Outcome(outcome) => seen.values.get(outcome).copied().flatten(),
            Self::Way(outcome) => seen.ways_um.get(outcome).copied(),
        }
    }

    /// Half a cell, half a vesicle, 1 µm of a way, a thousandth of a share.
    fn half_unit(self, experiment: &Experiment) -> f64 {
        match self {
            Self::Way(_) => 1.0,
            Self::Outcome(outcome) => match experiment.outcomes[outcome].what {
                OutcomeText::Count { .. } | OutcomeText::TakenUp { .. } => 0.5,
                _ => 1e-3,
            },
        }
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

impl Number {
    /// ln of the number, with half the smallest amount that counts.
    fn ln(self, experiment: &Experiment, course: &Course) -> f64 {
        let value = course.frames.get(self.frame).and_then(|seen| self.what.of(seen));
        vesicle_base::math::ln(value.unwrap_or(0.0).max(0.0) + self.what.half_unit(experiment))
    }

    fn name(self, experiment: &Experiment, world: &[Course]) -> String {
        let frame = world.first().and_then(|course| course.frames.get(self.frame));
        let days = frame.map_or(0.0, |seen| seen.time_min / 1440.0);
        format!("{} at {} d", self.what.name(experiment), vesicle_base::quantity::short(days))
    }
}

/// The numbers that the twin expresses of an experiment's outcomes, at every frame after the start; those among them that
/// rest on whether sprouts meet. A claim is not read from these, but here the twin is the world that made the outcomes as well
/// as the one that explains them, so that its estimate favours no mechanism.
fn numbers(experiment: &Experiment, worlds: &[Vec<Vec<Course>>]) -> Vec<Number> {
    let expressed = |what: &What| {
        let has = |course: &Course| course.last().is_some_and(|seen| what.of(seen).is_some());
        worlds.iter().flatten().flatten().all(has)
    };
    let of_outcome = |outcome: usize| match experiment.outcomes[outcome].what {
        OutcomeText::AreaFraction { .. } => vec![What::Outcome(outcome), What::Way(outcome)],
        _ => vec![What::Outcome(outcome)],
    };
    // In an order that is not that of the file: sums over columns go in it.
    let mut outcomes: Vec<usize> = (0..experiment.outcomes.len()).collect();
    outcomes.sort_by_key(|outcome| experiment.outcomes[*outcome].key);
    let all: Vec<What> = outcomes.into_iter().flat_map(of_outcome).filter(expressed).collect();
    let Some(course) = worlds.iter().flatten().flatten().next() else { return Vec::new() };
    let frames: Vec<usize> =
        (0..course.frames.len()).filter(|frame| course.frames[*frame].time_min > 0.0).collect();
    let of =
        |what: &What| frames.iter().map(|frame| Number { what: *what, frame: *frame }).collect::<Vec<_>>();
    all.iter().flat_map(of).collect()
}

/// Every number of every arm as ln of its ratio to the first arm. Four decimals hold far more than any spread.
fn row(experiment: &Experiment, numbers: &[Number], world: &[Course]) -> Vec<f64> {
    let of = |number: &Number| {
        let mut all = world.iter().map(|course| number.ln(experiment, course));
        let reference = all.next().unwrap_or(0.0);
        all.map(|ln| ((ln - reference) * 1e4).round() / 1e4 + 0.0).collect::<Vec<f64>>()
    };
    numbers.iter().flat_map(of).collect()
}

/// Every number of every arm at every frame, for every mechanism and draw.
fn reference(
    experiment: &Experiment,
    settings: &Settings,
    library: &FolderLibrary,
    making: &Making<'_>,
) -> Result<Reference, Vec<Problem>> {
    // The reference first, the others in an order that is not that of the file.
    let arms = Selection::default().arms_of(experiment);
    let worlds_of = |mechanism: usize| -> Result<Vec<Vec<Course>>, Vec<Problem>> {
        let screen = Screen::new(experiment, settings, &arms, mechanism, Model::AsDeclared, library)?;
        (1..=making.draws).into_par_iter().map_with(screen, Screen::draw).collect()
    };
    let worlds: Vec<Vec<Vec<Course>>> =
        (0..experiment.mechanisms.len()).map(worlds_of).collect::<Result<_, _>>()?;
    let numbers = numbers(experiment, &worlds);
    let row = |world: &Vec<Course>| row(experiment, &numbers, world);
    let mut reference = Reference {
        mechanisms: experiment.mechanisms.iter().map(|mechanism| mechanism.name.clone()).collect(),
        n_arms: arms.len().saturating_sub(1),
        rows: worlds.iter().map(|worlds| worlds.iter().map(row).collect()).collect(),
        ..Reference::default()
    };
    let world = worlds.iter().flatten().next().map_or(&[][..], Vec::as_slice);
    columns(&mut reference, experiment, (&numbers, world), making);
    Ok(reference)
}

/// Names of the columns, and how animals spread in each.
fn columns(
    reference: &mut Reference,
    experiment: &Experiment,
    (numbers, world): (&[Number], &[Course]),
    making: &Making<'_>,
) {
    let first = numbers.first().map_or(0, |number| number.frame);
    for number in numbers {
        let name = number.name(experiment, world);
        let kept = if number.frame == first { 0.0 } else { making.kept };
        for course in world.iter().skip(1) {
            reference.columns.push(format!("{name}, {}", experiment.arms[course.arm].name));
            reference.spreads.push(making.spread);
            reference.kept.push(kept);
        }
    }
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
    tell(&reference, &found, &pairs).iter().for_each(|line| shown::line(line));
    Ok(())
}

fn tell(reference: &Reference, found: &[Found], pairs: &[Pair]) -> Vec<String> {
    let mut lines = vec![format!("With {ANIMALS} animals per arm, among all mechanisms:")];
    let names = reference.mechanisms.iter();
    lines.extend(names.zip(found).map(|(name, found)| format!("  {name}: {}", words(found))));
    lines.push(String::new());
    lines.push(format!(
        "Against one rival, cases that {MORE_ANIMALS} animals tell apart ({} of {TRIALS} experiments with them name the truth), seen with {ANIMALS}:",
        TRIALS - MISSES
    ));
    for pair in pairs.iter().filter(|pair| pair.told_apart.1 > 0) {
        let (truth, rival) = pair.mechanisms;
        let [truth, rival] = [truth, rival].map(|at| &reference.mechanisms[at]);
        let (cases, told) = pair.told_apart;
        lines.push(format!(
            "  {truth} against {rival}, {told} of {cases} cases: {}",
            words(&pair.told_by_more)
        ));
    }
    let (told, all) = together(pairs);
    lines.push(format!("  all pairs: {}", words(&told)));
    lines.push(format!(
        "All cases, told apart or not, against one rival with {ANIMALS} animals: {}",
        words(&all)
    ));
    lines
}

/// Experiments of all pairs: on the cases that more animals tell apart, and on all cases.
fn together(pairs: &[Pair]) -> (Found, Found) {
    let none = Found::default();
    pairs.iter().fold((none, none), |(told, all), pair| (told.and(pair.told_by_more), all.and(pair.all)))
}

fn words(found: &Found) -> String {
    format!(
        "{} % found, {} % cannot tell, {} % wrong of {}",
        percent(found.right, found.n()),
        percent(found.cannot_tell, found.n()),
        percent(found.wrong, found.n()),
        found.n()
    )
}

fn percent(part: u32, of: u32) -> String {
    vesicle_base::quantity::short((1000.0 * f64::from(part) / f64::from(of.max(1))).round() / 10.0)
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
                "cases": pair.told_apart.0,
                "told_apart": pair.told_apart.1,
                "all_cases": of(&pair.all),
                "told_by_more": of(&pair.told_by_more),
            })
        })
        .collect();
    serde_json::json!({
        "animals": ANIMALS, "more_animals": MORE_ANIMALS, "trials": TRIALS, "misses": MISSES, "experiments": EXPERIMENTS,
        "all": alone, "pairs": pairs,
    })
}
