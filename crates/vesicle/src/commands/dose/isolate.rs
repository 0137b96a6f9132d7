//! `vesicle dose isolate`: what protocols recover, carry over and take, beside each other.

use super::catalogue::{self, Bench, SampleArguments};
use super::isolated::{self, Compared};
use super::protocol::{self as file, Protocol as File};
use crate::commands::telling::{OutArguments, tell};
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_dose::isolation::{self, Conditions, DRAWS, Protocol, follow, notes};

/// Protocols and what they are applied to.
#[derive(Debug, Args)]
pub struct IsolateArguments {
    /// A protocol file with `[isolation]`, or `-` for standard input
    pub file: Option<PathBuf>,
    /// A protocol: `NAME = spin 2000 g 20 min in ROTOR, keep supernatant; SEC`
    #[arg(long = "protocol", value_name = "NAME = STEPS")]
    pub protocols: Vec<String>,
    #[command(flatten)]
    pub sample: SampleArguments,
    /// Carry every spin to this rotor: the time for the same smallest pelleted size, and what K factors would say
    #[arg(long, value_name = "ROTOR")]
    pub to: Option<String>,
    /// List the rotors and methods that are known
    #[arg(long)]
    pub list: bool,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Number of draws
    #[arg(long, value_name = "N", default_value_t = DRAWS)]
    pub draws: u32,
    #[command(flatten)]
    pub out: OutArguments,
}

/// Most draws of an isolation, whose chains may be long.
const MOST_DRAWS: u32 = 100_000;

/// Compares protocols.
///
/// # Errors
/// Wrong input, or a folder that is refused.
pub fn call(arguments: &IsolateArguments) -> Result<(), Failure> {
    let file = file::read_file(arguments.file.as_deref())?;
    let bench = catalogue::bench(&arguments.sample, &file)?;
    if arguments.list {
        return tell(&arguments.out, &isolated::known(&bench));
    }
    draws(arguments.draws, MOST_DRAWS)?;
    let protocols = protocols(arguments, &file, &bench)?;
    let to = arguments.to.as_deref().map(|name| rotor(name, &bench)).transpose()?;
    let conditions = Conditions { medium: bench.medium, seed: arguments.seed, draws: arguments.draws };
    let outcomes = protocols.iter().map(|p| follow(p, &bench.catalogue, &conditions)).collect();
    let mut all_notes: Vec<String> = bench.notes.clone();
    for note in protocols.iter().flat_map(|p| notes(p, &bench.catalogue, bench.medium)) {
        if !all_notes.contains(&note) {
            all_notes.push(note);
        }
    }
    let compared = Compared { file: &file, bench: &bench, protocols: &protocols, outcomes, conditions, to };
    tell(&arguments.out, &isolated::told(&compared, all_notes)?)
}

/// Whether so many draws can be made.
///
/// # Errors
/// None, or more than `most`.
pub fn draws(draws: u32, most: u32) -> Result<(), Problem> {
    if (1..=most).contains(&draws) {
        return Ok(());
    }
    Err(Problem::new("wrong --draws").expected(format!("1 to {most}")).found(draws.to_string()))
}

fn rotor(name: &str, bench: &Bench) -> Result<isolation::Rotor, Problem> {
    bench.catalogue.rotor(name).cloned().ok_or_else(|| {
        Problem::new(format!("unknown rotor `{name}`"))
            .expected("a rotor of the table, or one given with --rotor")
            .nearest(name, bench.catalogue.rotors.iter().map(|rotor| rotor.name.as_str()))
    })
}

fn protocols(arguments: &IsolateArguments, file: &File, bench: &Bench) -> Result<Vec<Protocol>, Failure> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (name, steps) in &file.isolations {
        match of_file(name, steps, bench) {
            Ok(protocol) => found.push(protocol),
            Err(slips) => problems.extend(slips),
        }
    }
    for text in &arguments.protocols {
        match isolation::protocol(text, &bench.catalogue) {
            Ok(protocol) => found.push(protocol),
            Err(slips) => problems.extend(slips),
        }
    }
    for (at, protocol) in found.iter().enumerate() {
        if found[..at].iter().any(|other| other.name == protocol.name) {
            problems
                .push(Problem::new(format!("two protocols `{}`", protocol.name)).expected("each name once"));
        }
    }
    if found.is_empty() && problems.is_empty() {
        let expected =
            "a file with [isolation], or --protocol 'NAME = STEPS'; --list shows rotors and methods";
        problems.push(Problem::new("no protocol").expected(expected));
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::Input(problems)) }
}

/// A protocol of a file; a slip has the place of its step.
///
/// # Errors
/// Every step that cannot be read.
pub fn of_file(name: &str, steps: &[file::Told], bench: &Bench) -> Result<Protocol, Vec<Problem>> {
    let mut problems = Vec::new();
    for (text, place) in steps {
        if let Err(slips) = isolation::steps(name, &[text], &bench.catalogue) {
            problems.extend(slips.into_iter().map(|slip| slip.at(place)));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let texts: Vec<&str> = steps.iter().map(|(text, _)| text.as_str()).collect();
    isolation::steps(name, &texts, &bench.catalogue)
}
