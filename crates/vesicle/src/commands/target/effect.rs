//! `vesicle target effect`: what copies of miRNAs in the cytosol repress.

use super::databases::{TargetsArguments, Used, known, word};
use super::effect_page::article;
use super::expressed::{ExpressedArguments, expressed};
use super::programs::{self, programs};
use super::receiver::ReceiverArguments;
use super::telling::{OutArguments, Told};
use crate::commands::cargo::numbers::{cell, shown};
use crate::commands::cargo::reading::{Organism, input, source};
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_tables::names::{ResolvedNames, Species};
use vesicle_target::effect::{GeneEffect, ProgramEffect, Receiver, genes, program};
use vesicle_target::links::Links;

/// Which miRNAs, how many copies, in whom.
#[derive(Debug, Args)]
pub struct EffectArguments {
    /// miRNAs and their copies in the cytosol of one cell: NAME=COPIES
    #[arg(value_name = "MIRNA=COPIES", required_unless_present = "doses")]
    pub mirnas: Vec<String>,
    /// The same as a table: name, then copies; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub doses: Option<PathBuf>,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// Programs: a GMT file, or a name of `vesicle data list`; may be given several times
    #[arg(long, value_name = "SETS", default_value = programs::SHIPPED)]
    pub programs: Vec<String>,
    #[command(flatten)]
    pub expressed: ExpressedArguments,
    #[command(flatten)]
    pub receiver: ReceiverArguments,
    /// Species of the receiver [default: that of the miRNAs]
    #[arg(long, value_enum)]
    pub species: Option<Organism>,
    #[command(flatten)]
    pub out: OutArguments,
}

/// A delivered miRNA.
pub struct Delivered {
    /// Its name.
    pub name: String,
    /// Bases 2–8.
    pub seed: String,
    /// Copies in the cytosol of a cell.
    pub copies: f64,
}

/// All that was found.
pub struct Found {
    /// What was delivered.
    pub delivered: Vec<Delivered>,
    /// Species of the receiver.
    pub species: Species,
    /// Rise of occupancy and own copies of each family; none where they are unknown.
    pub families: Vec<(String, f64, Option<f64>)>,
    /// Genes.
    pub genes: Vec<GeneEffect>,
    /// Programs with an effect, strongest first.
    pub programs: Vec<(String, ProgramEffect)>,
    /// Programs without one.
    pub untouched: usize,
    /// Databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Computes.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(arguments: &EffectArguments) -> Result<(), Failure> {
    let problems = arguments.receiver.problems();
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let (delivered, mut used) = delivered(arguments)?;
    let mouse = delivered.iter().filter(|d| d.name.starts_with("mmu-")).count() * 2 > delivered.len();
    let usual = if mouse { Species::Mouse } else { Species::Human };
    let species = arguments.species.map_or(usual, Organism::species);
    let known = known(&arguments.targets, species)?;
    let (sets, sources) = programs(&arguments.programs, species)?;
    let expressed = expressed(&arguments.expressed)?;
    let (own, own_used) = arguments.receiver.own()?;
    let receiver = Receiver {
        own: &own,
        expressed: expressed.as_ref().map(|e| &e.0),
        threshold_copies: arguments.receiver.threshold,
        hill: arguments.receiver.hill,
        pool: arguments.receiver.pool,
    };
    let mut copies: BTreeMap<String, f64> = BTreeMap::new();
    for one in &delivered {
        *copies.entry(one.seed.clone()).or_insert(0.0) += one.copies;
    }
    let effects = genes(&known.links, &copies, &receiver);
    let change: BTreeMap<&str, f64> = effects.iter().map(|e| (e.gene.as_str(), e.log2_fold_change)).collect();
    let mut all: Vec<(String, ProgramEffect)> =
        sets.iter().map(|p| (p.name.clone(), program(&p.genes, &change, &receiver))).collect();
    let n_all = all.len();
    all.retain(|(_, e)| e.n_hit > 0);
    all.sort_by(|a, b| b.1.repression.abs().total_cmp(&a.1.repression.abs()).then_with(|| a.0.cmp(&b.0)));
    let families: Vec<(String, f64, Option<f64>)> = copies
        .iter()
        .map(|(seed, n)| (seed.clone(), receiver.rise(seed, *n), own.get(seed).copied()))
        .collect();
    let mut notes = known.notes.clone();
    notes.extend(little(&delivered, &known.links, species));
    notes.extend(baseline(&families, own_used.is_some()));
    if expressed.is_none() {
        notes.push("no --expressed: every gene counts as expressed".to_owned());
    }
    used.extend(known.used.iter().cloned());
    used.extend(sources);
    used.extend(expressed.as_ref().map(|e| e.1.clone()));
    used.extend(own_used);
    let untouched = n_all - all.len();
    let found = Found { delivered, species, families, genes: effects, programs: all, untouched, used, notes };
    told(arguments, &found).tell(&arguments.out)
}

/// miRNAs of which little or nothing is known are said, not filled in.
fn little(delivered: &[Delivered], links: &Links, species: Species) -> Vec<String> {
    let told = |d: &Delivered| {
        let n = links.family(&d.seed).count();
        match n {
            0 => {
                Some(format!("{}: no known target in {}: cannot act by these tables", d.name, word(species)))
            }
            n if n < 10 => Some(format!("{}: little is known, targets in the tables: {n}", d.name)),
            _ => None,
        }
    };
    delivered.iter().filter_map(told).collect()
}

fn baseline(families: &[(String, f64, Option<f64>)], given: bool) -> Option<String> {
    if !given {
        return Some(
            "no --own: the receiver is taken to have none of these miRNAs; one that has them responds less"
                .to_owned(),
        );
    }
    let unknown: Vec<&str> = families.iter().filter(|f| f.2.is_none()).map(|f| f.0.as_str()).collect();
    (!unknown.is_empty()).then(|| format!("own level unknown, taken as none: {}", unknown.join(", ")))
}

fn delivered(arguments: &EffectArguments) -> Result<(Vec<Delivered>, Vec<Used>), Failure> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let (mut used, mut problems) = (Vec::new(), Vec::new());
    if let Some(path) = &arguments.doses {
        let source = source(path)?;
        let input = input(&source);
        let text = String::from_utf8_lossy(&source.bytes).into_owned();
        let lines = text.split(['\n', '\r']).filter(|l| !l.starts_with('#') && !l.trim().is_empty());
        for (at, line) in lines.enumerate() {
            let mut cells = line.split(['\t', ',', ';']).map(|c| c.trim().trim_matches('"').to_owned());
            let pair = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            if at > 0 || pair.1.parse::<f64>().is_ok() {
                pairs.push(pair);
            }
        }
        let none = || "not stated".to_owned();
        used.push(Used {
            role: "doses",
            name: input.name,
            release: none(),
            licence: none(),
            sha256: input.sha256,
        });
    }
    for text in &arguments.mirnas {
        match text.split_once('=') {
            Some((name, copies)) => pairs.push((name.trim().to_owned(), copies.trim().to_owned())),
            None => problems
                .push(Problem::new("no dose").expected("NAME=COPIES, such as hsa-miR-21-5p=500").found(text)),
        }
    }
    let names: Vec<String> = pairs.iter().map(|p| p.0.clone()).collect();
    // A name without prefix is that of the receiver's species; where none is given, of man.
    let species = arguments.species.map_or(Species::Human, Organism::species);
    let resolved = ResolvedNames::of(&names, &[], Some(species), None);
    for unknown in resolved.unresolved.iter().chain(&resolved.ambiguous) {
        let problem = Problem::new(format!("`{}` is no known miRNA: {}", unknown.name, unknown.because));
        problems.push(if unknown.candidates.is_empty() {
            problem
        } else {
            problem.expected(unknown.candidates.join(" or "))
        });
    }
    let mut out = Vec::new();
    for ((name, copies), mature) in pairs.iter().zip(&resolved.matures) {
        match copies.parse::<f64>() {
            Ok(copies) if copies.is_finite() && copies >= 0.0 => {
                if let Some((mature, _)) = mature.filter(|(m, _)| !m.seed_m8().is_empty()) {
                    out.push(Delivered {
                        name: mature.name().to_owned(),
                        seed: mature.seed_m8().to_owned(),
                        copies,
                    });
                }
            }
            _ => problems.push(
                Problem::new(format!("no number of copies for `{name}`")).expected("0 or more").found(copies),
            ),
        }
    }
    if problems.is_empty() && out.is_empty() {
        problems.push(Problem::new("no miRNA with a dose").expected("NAME=COPIES"));
    }
    if problems.is_empty() { Ok((out, used)) } else { Err(Failure::Input(problems)) }
}

fn answer(found: &Found) -> Vec<String> {
    let falling = found.genes.iter().filter(|g| g.log2_fold_change <= -0.1).count();
    let strongest: Vec<String> =
        found.genes.iter().take(5).map(|g| format!("{} ({})", g.gene, shown(g.log2_fold_change))).collect();
    let mut out = vec![format!(
        "{falling} genes fall by 0.1 log2 or more, of {} known targets; strongest: {}.",
        found.genes.len(),
        if strongest.is_empty() { "none".to_owned() } else { strongest.join(", ") }
    )];
    match found.programs.first() {
        Some((name, e)) => out.push(format!(
            "Of {} programs with a target the most changed is {name}: repression {} % ({} of {} genes).",
            found.programs.len(),
            shown(100.0 * e.repression),
            e.n_hit,
            e.n_genes
        )),
        None => out.push("No program has a target: none can change by these tables.".to_owned()),
    }
    out.push("A prediction, not a test: sizes without a score are assumed by class of evidence.".to_owned());
    out
}

fn told(arguments: &EffectArguments, found: &Found) -> Told {
    let answer = answer(found);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (name, e) in &found.programs {
        let mut row = vec!["program".to_owned(), name.clone(), cell(e.repression), String::new()];
        row.extend([e.n_hit.to_string(), e.n_genes.to_string(), String::new(), String::new()]);
        rows.push(row);
    }
    for g in &found.genes {
        let by: Vec<String> =
            g.by.iter()
                .map(|s| format!("{} {} ({})", s.seed, s.log2_fold_change, s.evidence.name()))
                .collect();
        let papers: usize = g.by.iter().map(|s| s.papers).sum();
        let fall = 0.0 - vesicle_base::math::expm1(g.log2_fold_change * core::f64::consts::LN_2);
        let mut row = vec!["gene".to_owned(), g.gene.clone(), cell(fall), cell(g.log2_fold_change)];
        row.extend([String::new(), String::new(), by.join("; "), papers.to_string()]);
        rows.push(row);
    }
    let dose = |d: &Delivered| json!({ "mirna": d.name, "seed": d.seed, "copies_per_cell": d.copies });
    let family = |(seed, rise, own): &(String, f64, Option<f64>)| json!({ "seed": seed, "rise_of_occupancy": rise, "own_copies_per_cell": own });
    let r = &arguments.receiver;
    let manifest = json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "target effect",
        "databases": found.used.iter().map(Used::json).collect::<Vec<_>>(),
        "receiver": word(found.species),
        "doses": found.delivered.iter().map(dose).collect::<Vec<_>>(),
        "families": found.families.iter().map(family).collect::<Vec<_>>(),
        "own_copies": r.own_copies,
        "threshold_copies": r.threshold,
        "hill": r.hill,
        "pool": r.pool,
        "strength_log2": { "strong": arguments.targets.strong, "weak": arguments.targets.weak },
        "evidence": format!("{:?}", arguments.targets.evidence).to_lowercase(),
    });
    Told {
        name: "effect",
        manifest,
        head: vec![
            "kind",
            "name",
            "repression",
            "log2_fold_change",
            "genes_hit",
            "genes",
            "families",
            "papers",
        ],
        rows,
        words: &["kind", "name", "families"],
        page: article(found, &answer, arguments),
        notes: found.notes.clone(),
        answer,
    }
}
