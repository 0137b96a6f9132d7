//! `vesicle dose size`: sizes and numbers of tracked particles, less their blank, in the undiluted sample.

use super::sized::{self, Sized};
use crate::commands::cargo::reading::{Input, input, source};
use crate::commands::telling::{OutArguments, tell};
use crate::failure::Failure;
use clap::Args;
use std::path::{Path, PathBuf};
use vesicle_base::Problem;
use vesicle_tables::Document;
use vesicle_tables::nta::{Dilution, SizeMeasurement, read_sizes, subtract_blank, summarise};

/// Exports of particle tracking.
#[derive(Debug, Args)]
pub struct SizeArguments {
    /// NanoSight experiment summaries or ZetaView size distributions; `-` for standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The diluent alone, measured alike: taken off every measurement, bin by bin
    #[arg(long, value_name = "FILE")]
    pub blank: Option<PathBuf>,
    /// Dilution of the samples where their files do not record it
    #[arg(long, value_name = "FACTOR", allow_hyphen_values = true)]
    pub dilution: Option<f64>,
    /// Dilution of the blank where its file does not record it
    #[arg(long, value_name = "FACTOR", requires = "blank", allow_hyphen_values = true)]
    pub blank_dilution: Option<f64>,
    /// The files are measurements of one preparation: one row, with intervals over all their captures
    #[arg(long)]
    pub pool: bool,
    /// Print the number as the `[dose]` of a protocol file: `… --as-dose | vesicle dose ledger - …`
    #[arg(long, conflicts_with_all = ["out", "json"])]
    pub as_dose: bool,
    #[command(flatten)]
    pub out: OutArguments,
}

/// Tells sizes and numbers.
///
/// # Errors
/// Wrong input, or a folder that is refused.
pub fn call(arguments: &SizeArguments) -> Result<(), Failure> {
    let all = arguments.files.iter().chain(&arguments.blank);
    if all.filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Problem::new("standard input named twice").expected("`-` once").into());
    }
    let (mut inputs, mut problems, mut measured) = (Vec::new(), Vec::new(), Vec::new());
    let mut take = |path: &Path, factor| match read(path, factor) {
        Ok((input, measurement)) => {
            inputs.push(input);
            Some(measurement)
        }
        Err(found) => {
            problems.extend(found);
            None
        }
    };
    let blank = arguments.blank.as_deref().and_then(|path| take(path, arguments.blank_dilution));
    for path in &arguments.files {
        measured.extend(take(path, arguments.dilution));
    }
    if let Some(blank) = &blank {
        measured = less_blank(&measured, blank, &mut problems);
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    if arguments.pool {
        measured = vec![pooled(&measured)?];
    }
    let sized: Vec<Sized> = measured
        .into_iter()
        .map(|measurement| Sized { summary: summarise(&measurement), measurement })
        .collect();
    if arguments.as_dose {
        return sized::as_dose(&sized, &inputs);
    }
    tell(&arguments.out, &sized::told(&sized, blank.as_ref(), &inputs))
}

/// Reads one file; a dilution that it does not record may be said.
fn read(path: &Path, factor: Option<f64>) -> Result<(Input, SizeMeasurement), Vec<Problem>> {
    let source = source(path)?;
    let input = input(&source);
    let mut measurement = read_sizes(&Document::load(&source)?)?;
    let Some(factor) = factor else { return Ok((input, measurement)) };
    if !(factor.is_finite() && factor >= 1.0) {
        let problem = Problem::new("wrong --dilution").expected("a factor of 1 or more, such as 1000");
        return Err(vec![problem.found(factor.to_string())]);
    }
    match measurement.dilution {
        Dilution::NotRecorded => measurement.dilution = Dilution::NotApplied(factor),
        Dilution::Applied(known) | Dilution::NotApplied(known) if known != factor => {
            let problem = Problem::new(format!("{} records another dilution", input.name));
            return Err(vec![
                problem.expected(format!("--dilution {known}, or none")).found(factor.to_string()),
            ]);
        }
        _ => {}
    }
    Ok((input, measurement))
}

fn less_blank(
    measured: &[SizeMeasurement],
    blank: &SizeMeasurement,
    problems: &mut Vec<Problem>,
) -> Vec<SizeMeasurement> {
    let mut out = Vec::new();
    for measurement in measured {
        match subtract_blank(measurement, blank) {
            Ok(less) => out.push(less),
            Err(problem) => {
                let what = format!("{}: {}", measurement.sample, problem.what);
                problems.push(Problem { what, ..problem });
            }
        }
    }
    out
}

/// All captures as those of one measurement of the undiluted sample.
fn pooled(measured: &[SizeMeasurement]) -> Result<SizeMeasurement, Failure> {
    let Some(first) = measured.first() else { return Err(Problem::new("nothing to pool").into()) };
    let mut problems = Vec::new();
    let mut out = SizeMeasurement { captures: Vec::new(), warnings: Vec::new(), ..first.clone() };
    out.dilution = Dilution::Applied(1.0);
    for m in measured {
        if m.bin_centre_nm != first.bin_centre_nm {
            let problem = Problem::new(format!("{} has other size bins than {}", m.sample, first.sample));
            problems.push(problem.expected("measurements with one set of bins, or no --pool"));
        }
        let Some(factor) = m.to_undiluted() else {
            let problem = Problem::new(format!("the dilution of {} is not recorded", m.sample));
            problems.push(problem.expected("--dilution FACTOR, so that concentrations can be pooled"));
            continue;
        };
        for capture in &m.captures {
            let mut capture = capture.clone();
            capture.per_ml.iter_mut().for_each(|value| *value *= factor);
            capture.total_per_ml *= factor;
            out.captures.push(capture);
        }
        out.warnings.extend(m.warnings.iter().map(|warning| format!("{}: {warning}", m.sample)));
    }
    out.notes.say(format!("{} measurements pooled, concentrations of the undiluted sample", measured.len()));
    if problems.is_empty() { Ok(out) } else { Err(Failure::Input(problems)) }
}
