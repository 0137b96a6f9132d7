//! One file a command.

mod again;
mod cargo;
mod check;
mod cost;
mod data;
mod dose;
mod explain;
mod new;
mod recover;
mod report;
pub mod run;
mod schema;
mod target;
mod telling;
mod validate;

use crate::failure::Failure;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use vesicle_experiment::Experiment;
use vesicle_experiment::compile::Settings;
use vesicle_experiment::experiment::{Patch, declared, setting};

/// What extracellular vesicles can do in a tissue.
#[derive(Debug, Parser)]
#[command(name = "vesicle", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read an experiment, tell every mistake, print what is measured and what is assumed
    Check {
        /// The experiment file
        experiment: PathBuf,
        /// Change a value for this call: `--set run.replicates=8`
        #[arg(long = "set", value_name = "PATH=VALUE")]
        set: Vec<String>,
        /// For machines
        #[arg(long)]
        json: bool,
    },
    /// Tell what a parameter is, what it is worth in each arm, and where that is from
    Explain {
        /// The experiment file
        experiment: PathBuf,
        /// The path, such as `vesicle.young.half_life`
        path: String,
        /// Change a value for this call
        #[arg(long = "set", value_name = "PATH=VALUE")]
        set: Vec<String>,
    },
    /// Write a small experiment to begin from
    New {
        /// Name of the file to write, with or without `.toml`
        name: PathBuf,
    },
    /// Run an experiment and write its result folder
    Run(run::RunArguments),
    /// How often is a mechanism found again that made the outcomes itself: ask a reference table, or make one
    Recover {
        /// The reference table; with `--make`, where to write it
        table: PathBuf,
        /// Make the table of this experiment
        #[arg(long, value_name = "EXPERIMENT")]
        make: Option<PathBuf>,
        /// Standard deviation of ln of an outcome between animals of one arm (assumed: a quarter of the mean)
        #[arg(long, value_name = "SD", default_value_t = 0.25, requires = "make")]
        spread: f64,
        /// Correlation of an animal's deviation with that at the frame before (assumed: about that of the tissue's animals)
        #[arg(long, value_name = "R", default_value_t = 0.7, requires = "make")]
        kept: f64,
        /// Prior draws of every mechanism in the table
        #[arg(long, value_name = "N", default_value_t = recover::DRAWS, requires = "make")]
        draws: u32,
        /// Make it by the file's [quick] patch
        #[arg(long, requires = "make")]
        quick: bool,
        /// Change a value for this call
        #[arg(long = "set", value_name = "PATH=VALUE", requires = "make")]
        set: Vec<String>,
        /// For machines
        #[arg(long)]
        json: bool,
    },
    /// Draw the page of a result folder again
    Report {
        /// The result folder
        folder: PathBuf,
        /// Write figures and page to another folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Your own values beside the simulated arms: columns arm, outcome, value; unit, time, n where known
        #[arg(long = "with", value_name = "CSV")]
        measured: Option<PathBuf>,
    },
    /// Measured cargo: compare groups, join contrasts, sort vesicles from cells
    #[command(subcommand)]
    Cargo(cargo::CargoCommand),
    /// From a protocol to copies in the cytosol: the dose ledger, isolation, sizes, the quality sheet
    #[command(subcommand)]
    Dose(dose::DoseCommand),
    /// What miRNAs repress: effects, programs, causes, mimics to load
    #[command(subcommand)]
    Target(target::TargetCommand),
    /// Databases imported from their official files
    #[command(subcommand)]
    Data(data::DataCommand),
    /// Print the JSON Schema of experiment files
    Schema,
    /// Run cases with known answers: expected, got, tolerance
    Validate {
        /// Names of cases; all when none is given
        cases: Vec<String>,
        /// Only list the cases
        #[arg(long)]
        list: bool,
        /// For machines
        #[arg(long, conflicts_with = "page")]
        json: bool,
        /// As the page of the book
        #[arg(long)]
        page: bool,
    },
}

/// Calls a command.
///
/// # Errors
/// Why it did not succeed.
pub fn call(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Check { experiment, set, json } => check::call(&experiment, &set, json),
        Command::Explain { experiment, path, set } => explain::call(&experiment, &path, &set),
        Command::New { name } => new::call(&name),
        Command::Run(arguments) => run::call(&arguments),
        Command::Report { folder, out, measured } => {
            report::call(&folder, out.as_deref(), measured.as_deref())
        }
        Command::Recover { table, make: Some(experiment), quick, set, spread, kept, draws, .. } => {
            let making = recover::Making { experiment: &experiment, set: &set, quick, spread, kept, draws };
            recover::make(&making, &table)
        }
        Command::Recover { table, make: None, json, .. } => recover::ask(&table, json),
        Command::Cargo(command) => cargo::call(&command),
        Command::Dose(command) => dose::call(&command),
        Command::Target(command) => target::call(&command),
        Command::Data(command) => data::call(&command),
        Command::Schema => {
            schema::call();
            Ok(())
        }
        Command::Validate { list: true, .. } => {
            validate::list();
            Ok(())
        }
        Command::Validate { cases, json, page, .. } => {
            let form = match (json, page) {
                (true, _) => validate::Form::Json,
                (_, true) => validate::Form::Page,
                _ => validate::Form::Table,
            };
            validate::call(&cases, form)
        }
    }
}

/// Reads and declares an experiment with its settings; all mistakes at once.
fn open(path: &Path, set: &[String], quick: bool) -> Result<(Experiment, Settings), Failure> {
    let said = vesicle_files::experiment::read(path)?;
    let (experiment, mut problems) = declared(&said);
    problems.extend(vesicle_experiment::check::check(&experiment));
    let mut patch = Patch::default();
    for text in set {
        match setting(text, &experiment.names) {
            Ok(change) => patch.changes.push(change),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok((experiment, Settings { quick, set: patch }))
    } else {
        Err(Failure::Input(vesicle_experiment::check::in_order(problems)))
    }
}
