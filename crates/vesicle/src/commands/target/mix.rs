//! `vesicle target mix`: which mimics to load into aged vesicles, how much, and whether any mix is worth it.

use super::databases::{Known, TargetsArguments, Used, known, word};
use super::expressed::{ExpressedArguments, expressed};
use super::mix_page;
use super::profiles::{Profiles, profiles};
use super::programs::{self, Program, programs, wanted};
use super::receiver::ReceiverArguments;
use super::telling::OutArguments;
use crate::commands::cargo::reading::{Organism, TableArguments};
use crate::failure::Failure;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_tables::names::{ResolvedNames, Species};
use vesicle_target::mix::{Design, Donors, Effects, Gains, Request, design};

/// Profiles, receiver, loading.
#[derive(Debug, Args)]
pub struct MixArguments {
    /// Table of vesicle miRNA, features by samples; `-` is standard input
    #[arg(required = true, value_name = "TABLE")]
    pub tables: Vec<PathBuf>,
    /// The sample sheet
    #[arg(long, value_name = "SHEET")]
    pub samples: PathBuf,
    /// Samples of aged vesicles
    #[arg(long, value_name = "COLUMN=LEVEL", default_value = "group=aged")]
    pub aged: String,
    /// Samples of young vesicles
    #[arg(long, value_name = "COLUMN=LEVEL", default_value = "group=young")]
    pub young: String,
    #[command(flatten)]
    pub table: TableArguments,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// Programs: a GMT file, or a name of `vesicle data list`
    #[arg(long, value_name = "SETS", default_value = programs::SHIPPED)]
    pub programs: Vec<String>,
    /// Only these programs of them; may be given several times
    #[arg(long, value_name = "NAME")]
    pub program: Vec<String>,
    #[command(flatten)]
    pub expressed: ExpressedArguments,
    #[command(flatten)]
    pub receiver: ReceiverArguments,
    /// Species of the receiver
    #[arg(long, value_enum, default_value = "human")]
    pub recipient: Organism,
    /// Mimics that may be loaded [default: every measured miRNA with a target in a program]
    #[arg(long, value_name = "MIRNA")]
    pub candidate: Vec<String>,
    /// Most mimics in a mix, up to 4
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub most: usize,
    /// Most mimic copies that loading brings into one vesicle; assumed
    #[arg(long, value_name = "COPIES", default_value_t = 200.0)]
    pub loading: f64,
    /// Natural miRNA copies in one vesicle, all together; assumed (0.05 to 5)
    #[arg(long, value_name = "COPIES", default_value_t = 0.5)]
    pub copies_per_vesicle: f64,
    /// Vesicles that one receiver takes up
    #[arg(long, value_name = "N", default_value_t = 10_000.0)]
    pub vesicles: f64,
    /// Share of their cargo that reaches the cytosol; assumed
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub escape: f64,
    /// Bootstrap samples and permutations
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub draws: u32,
    /// Their seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Write the arm for an experiment file here
    #[arg(long, value_name = "FILE")]
    pub arm: Option<PathBuf>,
    /// Name of the aged vesicles in that experiment file; the level of `--aged` when not said
    #[arg(long, value_name = "NAME")]
    pub inject: Option<String>,
    #[command(flatten)]
    pub out: OutArguments,
}

/// All that was found.
pub struct Found {
    /// The design.
    pub design: Design,
    /// Mimic that stands for each family.
    pub names: Vec<String>,
    /// Seeds of the families.
    pub seeds: Vec<String>,
    /// Programs with a gene that the receiver expresses.
    pub programs: Vec<String>,
    /// Donors of aged and young vesicles.
    pub donors: (usize, usize),
    /// Species of the receiver.
    pub species: Species,
    /// Databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Designs.
///
/// # Errors
/// Wrong input, a refused folder, an arm that cannot be written.
pub fn call(arguments: &MixArguments) -> Result<(), Failure> {
    check(arguments)?;
    let species = arguments.recipient.species();
    let profiles = profiles(arguments)?;
    let known = known(&arguments.targets, species)?;
    let (sets, sources) = programs(&arguments.programs, species)?;
    let sets = wanted(&arguments.program, sets)?;
    let expressed = expressed(&arguments.expressed)?;
    let (own, own_used) = arguments.receiver.own()?;
    let mut notes = [profiles.notes.clone(), known.notes.clone()].concat();
    if expressed.is_none() {
        notes.push("no --expressed: every gene counts as expressed".to_owned());
    }
    if own_used.is_none() {
        notes.push("no --own: the receiver is taken to have none of these miRNAs".to_owned());
    }
    let (seeds, names, candidates) = families(arguments, &profiles, &known, &sets, species)?;
    let genes = expressed.as_ref().map(|e| &e.0);
    let request = Request {
        gains: gains(&known, &sets, &seeds, genes),
        effects: Effects {
            own: seeds.iter().map(|s| own.get(s).copied().unwrap_or(0.0)).collect(),
            pool: arguments.receiver.pool,
            threshold_copies: arguments.receiver.threshold,
            hill: arguments.receiver.hill,
        },
        aged: copies(arguments, &profiles.aged, &seeds),
        young: copies(arguments, &profiles.young, &seeds),
        candidates,
        limit_copies: arguments.loading * arguments.vesicles * arguments.escape,
        most: arguments.most,
        samples: arguments.draws,
        seed: arguments.seed,
    };
    let mut used = [profiles.used.clone(), known.used.clone(), sources].concat();
    used.extend(expressed.as_ref().map(|e| e.1.clone()));
    used.extend(own_used);
    let found = Found {
        design: design(&request),
        names,
        seeds,
        programs: sets.into_iter().map(|p| p.name).collect(),
        donors: (request.aged.len(), request.young.len()),
        species,
        used,
        notes,
    };
    let told = mix_page::told(arguments, &found);
    if let (Some(path), Some(arm)) = (&arguments.arm, mix_page::arm(arguments, &found)) {
        let failed = |e: std::io::Error| Failure::Program(format!("cannot write `{}`: {e}", path.display()));
        std::fs::write(path, arm).map_err(failed)?;
        crate::shown::message(&format!("arm written to {}", path.display()));
    }
    told.tell(&arguments.out)
}

fn check(arguments: &MixArguments) -> Result<(), Failure> {
    let mut problems = arguments.receiver.problems();
    let mut demand = |name: &str, value: f64, right: bool, expected: &str| {
        if !(right && value.is_finite()) {
            problems.push(
                Problem::new(format!("{name} out of range")).expected(expected).found(value.to_string()),
            );
        }
    };
    demand("--loading", arguments.loading, arguments.loading >= 0.0, "0 or more copies");
    demand(
        "--copies-per-vesicle",
        arguments.copies_per_vesicle,
        arguments.copies_per_vesicle >= 0.0,
        "0 or more",
    );
    demand("--vesicles", arguments.vesicles, arguments.vesicles >= 0.0, "0 or more");
    demand("--escape", arguments.escape, (0.0..=1.0).contains(&arguments.escape), "0 to 1");
    demand("--most", arguments.most as f64, (1..=4).contains(&arguments.most), "1 to 4");
    demand("--draws", f64::from(arguments.draws), (99..=100_000).contains(&arguments.draws), "99 to 100000");
    if problems.is_empty() { Ok(()) } else { Err(Failure::Input(problems)) }
}

type Families = (Vec<String>, Vec<String>, Vec<usize>);

/// Seeds with a known target, the mimic that stands for each, and which may be loaded.
fn families(
    arguments: &MixArguments,
    profiles: &Profiles,
    known: &Known,
    sets: &[Program],
    species: Species,
) -> Result<Families, Failure> {
    let mut mimic: BTreeMap<String, String> = profiles
        .names
        .iter()
        .filter(|(seed, _)| known.links.by_seed.contains_key(*seed))
        .map(|(seed, name)| (seed.clone(), name.clone()))
        .collect();
    let resolved = ResolvedNames::of(&arguments.candidate, &[], Some(species), None);
    let mut asked = BTreeSet::new();
    let mut problems: Vec<Problem> = resolved
        .unresolved
        .iter()
        .chain(&resolved.ambiguous)
        .map(|u| Problem::new(format!("`{}` is no known miRNA: {}", u.name, u.because)))
        .collect();
    for (mature, _) in resolved.matures.iter().flatten() {
        let seed = mature.seed_m8().to_owned();
        mimic.insert(seed.clone(), mature.name().to_owned());
        asked.insert(seed);
    }
    if mimic.is_empty() && problems.is_empty() {
        let expected = "target tables of the receiver's species that know them";
        problems.push(Problem::new("no measured miRNA has a known target").expected(expected));
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let in_program =
        |seed: &String| known.links.family(seed).any(|(g, _)| sets.iter().any(|p| p.genes.contains_key(g)));
    let (seeds, names): (Vec<String>, Vec<String>) = mimic.into_iter().unzip();
    let may = |f: &usize| if asked.is_empty() { in_program(&seeds[*f]) } else { asked.contains(&seeds[*f]) };
    let candidates = (0..seeds.len()).filter(may).collect();
    Ok((seeds, names, candidates))
}

fn gains(known: &Known, sets: &[Program], seeds: &[String], expressed: Option<&BTreeSet<String>>) -> Gains {
    let expresses = |gene: &str| expressed.is_none_or(|genes| genes.contains(gene));
    let program = |p: &Program| {
        let magnitude: f64 = p.genes.iter().filter(|(g, _)| expresses(g)).map(|(_, w)| w.abs()).sum();
        let mut pairs = Vec::new();
        for (family, seed) in seeds.iter().enumerate() {
            for (gene, link) in known.links.family(seed).filter(|(gene, _)| expresses(gene)) {
                if let Some(weight) = p.genes.get(gene).filter(|_| magnitude > 0.0) {
                    pairs.push((family, weight / magnitude * link.fall));
                }
            }
        }
        pairs
    };
    let inside: BTreeSet<&str> = sets.iter().flat_map(|p| p.genes.keys().map(String::as_str)).collect();
    let outside = |seed: &String| {
        let all = known.links.family(seed).filter(|(gene, _)| expresses(gene) && !inside.contains(gene));
        all.map(|(_, link)| link.fall).collect()
    };
    Gains { programs: sets.iter().map(program).collect(), off_target: seeds.iter().map(outside).collect() }
}

/// Copies of each family that one receiver's cytosol gets of each donor's vesicles.
fn copies(arguments: &MixArguments, donors: &[BTreeMap<String, f64>], seeds: &[String]) -> Donors {
    let all = arguments.copies_per_vesicle * arguments.vesicles * arguments.escape;
    let row = |shares: &BTreeMap<String, f64>| {
        seeds.iter().map(|s| all * shares.get(s).copied().unwrap_or(0.0)).collect()
    };
    donors.iter().map(row).collect()
}

/// Species of the receiver, in a word.
pub fn receiver(found: &Found) -> &'static str {
    word(found.species)
}
