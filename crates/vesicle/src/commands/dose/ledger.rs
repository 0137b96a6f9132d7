//! `vesicle dose ledger`: can this dose reach the cell, and how much would?

use super::abundance::{self, once, protocol_input, word};
use super::catalogue::{self, SampleArguments};
use super::ct::{self, CtArguments};
use super::isolate::{draws, of_file};
use super::numbers::Flags;
use super::protocol::{self, Protocol as File};
use super::{published, sheet, told};
use crate::commands::cargo::reading::Input;
use crate::commands::telling::{OutArguments, tell};
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;
use vesicle_base::{Prior, Quantity};
use vesicle_dose::isolation::{self, Conditions, Outcome, follow, notes};
use vesicle_dose::ledger::{DRAWS, Name, Request, Said, Verdict, judge};
use vesicle_dose::published::Beside;
use vesicle_dose::sheet::Sheet;

/// A dose and who is to receive it.
#[derive(Debug, Args)]
pub struct LedgerArguments {
    /// A protocol file, or `-` for standard input; flags replace what it says
    pub file: Option<PathBuf>,
    /// The molecule; with no copies said, its share comes from the cargo table
    #[arg(long, value_name = "NAME")]
    pub mirna: Option<String>,
    /// Cargo table: counts in any format, or a profile [default: the profile that ships with the program]
    #[arg(long, value_name = "TABLE")]
    pub cargo: Option<String>,
    /// Isolation whose recovery counts: a name of the file, or steps
    #[arg(long, value_name = "NAME or STEPS")]
    pub isolation: Option<String>,
    #[command(flatten)]
    pub numbers: Flags,
    #[command(flatten)]
    pub ct: CtArguments,
    #[command(flatten)]
    pub sample: SampleArguments,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Number of draws
    #[arg(long, value_name = "N", default_value_t = DRAWS)]
    pub draws: u32,
    #[command(flatten)]
    pub out: OutArguments,
}

/// A judged dose with all that it rests on.
pub struct Judged {
    /// The file, where there is one.
    pub file: File,
    /// The molecule as people are told it.
    pub molecule: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The dose beside published ones.
    pub beside: Vec<Beside>,
    /// The isolation, where one was said.
    pub isolation: Option<(isolation::Protocol, Outcome)>,
    /// Particles per µg of protein, where they were said.
    pub particles_per_ug: Option<f64>,
    /// The quality sheet.
    pub sheet: Sheet,
    /// Files behind it.
    pub inputs: Vec<Input>,
    /// What was decided on the way.
    pub notes: Vec<String>,
    /// Seed and number of draws.
    pub seed: u64,
    /// Number of draws.
    pub draws: u32,
}

/// Most draws of a ledger.
const MOST_DRAWS: u32 = 1_000_000;
/// Draws of the isolation behind a recovery.
const ISOLATION_DRAWS: u32 = isolation::DRAWS;

/// Judges a dose.
///
/// # Errors
/// Wrong input, or a folder that is refused.
pub fn call(arguments: &LedgerArguments) -> Result<(), Failure> {
    draws(arguments.draws, MOST_DRAWS)?;
    once(arguments.file.as_deref(), arguments.cargo.as_deref())?;
    let judged = judged(arguments)?;
    tell(&arguments.out, &told::told(&judged)?)
}

fn judged(arguments: &LedgerArguments) -> Result<Judged, Failure> {
    let file = protocol::read_file(arguments.file.as_deref())?;
    let (mut inputs, mut all_notes) = (Vec::new(), Vec::new());
    inputs.extend(protocol_input(&file));
    let mut said = arguments.numbers.over(file.said.clone())?;
    let isolated = isolated(arguments, &file, &mut inputs, &mut all_notes)?;
    if let Some((_, outcome)) = &isolated {
        recovered(&mut said, outcome, &mut all_notes);
    }
    if let Some(found) = ct::copies(&arguments.ct, &file)? {
        said.insert(Name::CopiesPerParticle, found.copies_per_particle);
        all_notes.push(format!("copies from the Ct: {}", found.words));
        inputs.extend(found.input);
    }
    let mirna = word(arguments.mirna.as_deref(), file.mirna.as_ref());
    let mut request = Request { said, abundance: None, seed: arguments.seed, draws: arguments.draws };
    if let Some(name) = mirna.filter(|_| !copies_said(&request.said)) {
        let known = abundance::of(name, word(arguments.cargo.as_deref(), file.cargo.as_ref()))?;
        all_notes.push(known.words);
        inputs.push(known.input);
        request.abundance = Some(known.abundance);
    }
    let verdict = judge(&request)?;
    let amounts: Vec<(&str, f64)> = verdict.units.iter().map(|u| (u.unit, u.value.median)).collect();
    let beside = vesicle_dose::published::beside(&published::doses()?, &amounts);
    let sheet = sheet::filled(&reported(&file, &request.said), isolated.as_ref().map(|(p, _)| p))?;
    let per_protein = request.said.get(&Name::ParticlesPerProtein).map(|q| q.value * 1e15);
    Ok(Judged {
        molecule: mirna.unwrap_or("the molecule").to_owned(),
        file,
        verdict,
        beside,
        isolation: isolated,
        particles_per_ug: per_protein,
        sheet,
        inputs,
        notes: all_notes,
        seed: arguments.seed,
        draws: arguments.draws,
    })
}

/// Whether copies per vesicle are said, so that no cargo table is asked.
fn copies_said(said: &Said) -> bool {
    [Name::CopiesPerVesicle, Name::CopiesPerParticle, Name::Abundance, Name::Load]
        .iter()
        .any(|name| said.contains_key(name))
}

/// The isolation that was said, followed.
fn isolated(
    arguments: &LedgerArguments,
    file: &File,
    inputs: &mut Vec<Input>,
    all_notes: &mut Vec<String>,
) -> Result<Option<(isolation::Protocol, Outcome)>, Failure> {
    let bench = catalogue::bench(&arguments.sample, file)?;
    let of_file_named = arguments
        .isolation
        .as_ref()
        .is_none_or(|name| file.isolations.iter().any(|(known, _)| known == name));
    let protocol = match &arguments.isolation {
        Some(text) if !of_file_named => isolation::protocol(text, &bench.catalogue)?,
        name => match sheet::chosen(file, name.as_deref())? {
            Some((name, steps)) => of_file(name, steps, &bench)?,
            None => return Ok(None),
        },
    };
    let conditions = Conditions { medium: bench.medium, seed: arguments.seed, draws: ISOLATION_DRAWS };
    let outcome = follow(&protocol, &bench.catalogue, &conditions);
    all_notes.extend(notes(&protocol, &bench.catalogue, bench.medium));
    all_notes.extend(bench.notes);
    inputs.extend(bench.inputs);
    Ok(Some((protocol, outcome)))
}

/// The recovery of an isolation as a number of the ledger, unless a recovery was said.
fn recovered(said: &mut Said, outcome: &Outcome, all_notes: &mut Vec<String>) {
    if said.contains_key(&Name::Recovery) {
        all_notes.push("the recovery that was said counts, not that of the isolation".to_owned());
        return;
    }
    let Some(spread) = outcome.recovery() else {
        all_notes
            .push("the isolation has a step of unknown recovery: the default recovery counts".to_owned());
        return;
    };
    if outcome.is_upper_bound {
        all_notes.push("flasks and donors rest on the isolation's recovery, an upper bound".to_owned());
    }
    let prior = (spread.low < spread.high).then_some(Prior::Uniform { low: spread.low, high: spread.high });
    let source = Some("isolation".to_owned());
    said.insert(Name::Recovery, Quantity { prior, source, ..Quantity::plain(spread.median) });
}

/// Lines of the quality sheet that the dose itself reports.
fn reported(file: &File, said: &Said) -> vesicle_dose::sheet::Reported {
    let mut all = file.reported.clone();
    let ways = [Name::Particles, Name::PerCell, Name::Protein, Name::Flasks, Name::Donors];
    let dose = ways.into_iter().find_map(|name| {
        let quantity = said.get(&name)?;
        let more = [Name::Volume, Name::BodyMass].iter().filter_map(|n| Some((n, said.get(n)?)));
        let more: Vec<String> =
            more.map(|(n, q)| format!(", {} {}", n.parameter().name.replace('_', " "), q.text())).collect();
        let more = more.concat();
        Some(format!("{} {}{more}", name.parameter().name.replace('_', " "), quantity.text()))
    });
    if let Some(dose) = dose {
        all.entry("dose".to_owned()).or_insert(dose);
    }
    if let Some(ratio) = said.get(&Name::ParticlesPerProtein) {
        all.entry("ratio".to_owned()).or_insert_with(|| ratio.text());
    }
    all
}
