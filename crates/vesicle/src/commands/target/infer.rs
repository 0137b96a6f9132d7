//! `vesicle target infer`: which seed family explains a receiver's response.

use super::databases::{Known, TargetsArguments, Used, known, word};
use super::families::{called, targets_among};
use super::infer_page::article;
use super::seeds;
use super::telling::{OutArguments, Told};
use super::utr;
use crate::commands::cargo::numbers::{cell, shown};
use crate::commands::cargo::reading::{Organism, input, source};
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_tables::names::Species;
use vesicle_tables::{Document, read_results};
use vesicle_target::infer::{LEVEL, Request, Row, infer};
use vesicle_target::shuffled_seeds;
use vesicle_target::sites::seed_index;

/// The response, and the targets to explain it by.
#[derive(Debug, Args)]
pub struct InferArguments {
    /// Results of a differential test of the receiver's genes (DESeq2, edgeR, limma or alike); `-` is standard input
    #[arg(value_name = "DE_TABLE")]
    pub results: PathBuf,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// With --utr: the seeds to ask about, from miRBase's mature.fa or miRNA.dat or TargetScan's miR_Family_Info.txt
    /// [default: miRBase 22, which ships]
    #[arg(long, value_name = "FILE", requires = "utr")]
    pub seeds: Option<String>,
    /// 3′UTRs of the receiver as FASTA, headers with gene symbols: seeds are sought in them, against shuffled seeds
    #[arg(long, value_name = "FASTA", conflicts_with_all = ["targets", "evidence", "strong", "weak"])]
    pub utr: Option<String>,
    /// Species of the receiver
    #[arg(long, value_enum, default_value = "human")]
    pub species: Organism,
    /// Fewest targets of a family among the genes
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub least: usize,
    /// Permutations of the response; none are made with --utr
    #[arg(long, value_name = "N", default_value_t = 9_999)]
    pub permutations: u32,
    /// Most families to find one after the other
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub most: usize,
    /// Seed of the permutations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub out: OutArguments,
}

/// What was found.
pub struct Found {
    /// Seeds that were asked about.
    pub seeds: Vec<String>,
    /// The tested ones.
    pub rows: Vec<Row>,
    /// Genes with a response.
    pub n_genes: usize,
    /// Species of the receiver.
    pub species: Species,
    /// Whose scores judge a seed's.
    pub judges: &'static str,
    /// Names of each seed's miRNAs where a file gave the seeds.
    pub names: Option<Vec<Vec<String>>>,
    /// Databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl Found {
    /// What a family is called.
    pub fn called(&self, row: &Row) -> String {
        match self.names.as_ref().and_then(|names| names.get(row.family)) {
            Some(names) => names.join("/"),
            None => called(&self.seeds[row.family], self.species),
        }
    }
}

/// Infers.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(arguments: &InferArguments) -> Result<(), Failure> {
    if !(99..=1_000_000).contains(&arguments.permutations) {
        let problem = Problem::new("--permutations out of range").expected("99 to 1000000");
        return Err(problem.found(arguments.permutations.to_string()).into());
    }
    let species = arguments.species.species();
    let (genes, mut used, mut notes) = response(arguments)?;
    if let Some(file) = &arguments.utr {
        let found = by_sequence(arguments, file, &genes, species, used, notes)?;
        return told(arguments, &found).tell(&arguments.out);
    }
    let known = known(&arguments.targets, species)?;
    notes.extend(known.notes.iter().cloned());
    used.extend(known.used.iter().cloned());
    let found = test(arguments, &genes, &known, species, used, notes)?;
    told(arguments, &found).tell(&arguments.out)
}

type Response = (BTreeMap<String, f64>, Vec<Used>, Vec<String>);

/// log2 fold changes by gene; of several rows of one gene the one with the smallest p.
fn response(arguments: &InferArguments) -> Result<Response, Failure> {
    let source = source(&arguments.results)?;
    let input = input(&source);
    let mut tables = read_results(&Document::load(&source)?)?;
    if tables.len() > 1 {
        let names: Vec<&str> = tables.iter().map(|t| t.contrast.as_str()).collect();
        let problem = Problem::new("several contrasts in one table").expected("a table of one contrast");
        return Err(problem.found(names.join(", ")).into());
    }
    let rows = tables.pop().map(|t| t.rows).unwrap_or_default();
    let n = rows.len();
    let mut best: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let Some(change) = row.log2_fold_change.filter(|c| c.is_finite()) else { continue };
        let p = row.p.unwrap_or(1.0);
        let known = best.entry(row.feature).or_insert((p, change));
        if p < known.0 {
            *known = (p, change);
        }
    }
    best.remove("");
    let none = || "not stated".to_owned();
    let used =
        Used { role: "response", name: input.name, release: none(), licence: none(), sha256: input.sha256 };
    let notes = vec![format!("{} genes with a fold change, of {n} rows", best.len())];
    Ok((best.into_iter().map(|(gene, (_, change))| (gene, change)).collect(), vec![used], notes))
}

fn test(
    arguments: &InferArguments,
    genes: &BTreeMap<String, f64>,
    known: &Known,
    species: Species,
    used: Vec<Used>,
    mut notes: Vec<String>,
) -> Result<Found, Failure> {
    let symbols: Vec<&str> = genes.keys().map(String::as_str).collect();
    let response: Vec<f64> = genes.values().copied().collect();
    let (seeds, families) = targets_among(&known.links, &symbols);
    let linked: usize = families.iter().map(Vec::len).sum();
    if linked == 0 {
        let problem = Problem::new("no gene of the results is a target in the tables");
        let expected = format!("gene symbols of {}, as the target tables have them", word(species));
        return Err(problem.expected(expected).found(symbols.first().copied().unwrap_or("no gene")).into());
    }
    let rows = infer(&Request {
        response: &response,
        families: &families,
        least: arguments.least,
        permutations: arguments.permutations,
        most: arguments.most,
        seed: arguments.seed,
    });
    notes.push(format!(
        "{} of {} families have at least {} targets among the genes and are tested; {linked} pairs",
        rows.len(),
        seeds.len(),
        arguments.least
    ));
    Ok(Found { seeds, rows, n_genes: symbols.len(), species, judges: "all seeds", names: None, used, notes })
}

/// Seeds in the 3′UTRs of the genes, against shuffled seeds.
fn by_sequence(
    arguments: &InferArguments,
    file: &str,
    genes: &BTreeMap<String, f64>,
    species: Species,
    mut used: Vec<Used>,
    mut notes: Vec<String>,
) -> Result<Found, Failure> {
    let sequences = utr::sequences(file, genes.keys().map(String::as_str))?;
    let (seeds, names, from) = match &arguments.seeds {
        None => (utr::shipped_seeds(species), None, "miRBase 22".to_owned()),
        Some(file) => {
            let (all, file) = seeds::seeds_of(file, species)?;
            let from = file.name.clone();
            used.push(file);
            let (seeds, names): (Vec<String>, Vec<Vec<String>>) = all.into_iter().unzip();
            (seeds, Some(names), from)
        }
    };
    let indices: Vec<u16> = seeds.iter().filter_map(|seed| seed_index(seed)).collect();
    let response: Vec<f64> = sequences.genes.iter().map(|gene| genes[gene]).collect();
    let rows = shuffled_seeds::infer(&shuffled_seeds::Request {
        response: &response,
        utrs: &sequences.utrs,
        seeds: &indices,
        least: arguments.least,
        most: arguments.most,
    });
    notes.push(utr::told(&sequences, genes.len(), &format!("the {} of {from}, those", seeds.len()), species));
    notes.push(format!(
        "{} seeds have a site in at least {} genes and enough shuffles, and are tested",
        rows.len(),
        arguments.least
    ));
    used.push(sequences.used);
    Ok(Found {
        seeds,
        rows,
        n_genes: sequences.genes.len(),
        species,
        judges: "their shuffles",
        names,
        used,
        notes,
    })
}

fn way(row: &Row) -> &'static str {
    if row.scaled_z < 0.0 { "its targets fall: gained" } else { "its targets rise: lost" }
}

fn answer(found: &Found) -> Vec<String> {
    let explained: Vec<&Row> = found.rows.iter().filter(|r| r.step.is_some()).collect();
    if found.rows.is_empty() {
        return vec!["Nothing is tested: no family has enough targets among the genes.".to_owned()];
    }
    if explained.is_empty() {
        return vec![format!(
            "No seed family explains the response (family-wise {} %, {} families tested).",
            LEVEL * 100.0,
            found.rows.len()
        )];
    }
    explained
        .iter()
        .enumerate()
        .map(|(k, row)| {
            let seed = &found.seeds[row.family];
            let after = if k == 0 { String::new() } else { ", beside those above".to_owned() };
            format!(
                "{seed} ({}): {}{after}; {} targets, mean log2 fold change {} from the other genes, family-wise p {}",
                found.called(row),
                way(row),
                row.n_targets,
                shown(row.difference),
                shown(row.conditional_p)
            )
        })
        .collect()
}

fn told(arguments: &InferArguments, found: &Found) -> Told {
    let answer = answer(found);
    let head = vec![
        "seed",
        "mirnas",
        "targets",
        "mean_difference",
        "z",
        "z_among_seeds",
        "family_wise_p",
        "step",
        "conditional_z",
        "conditional_p",
    ];
    let record = |row: &Row| {
        let seed = &found.seeds[row.family];
        let mut out = vec![seed.clone(), found.called(row), row.n_targets.to_string()];
        out.extend([row.difference, row.z, row.scaled_z, row.family_wise_p].map(cell));
        out.push(row.step.map_or_else(String::new, |s| s.to_string()));
        out.extend([row.conditional_z, row.conditional_p].map(cell));
        out
    };
    let manifest = json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "target infer",
        "databases": found.used.iter().map(Used::json).collect::<Vec<_>>(),
        "receiver": word(found.species),
        "evidence": format!("{:?}", arguments.targets.evidence).to_lowercase(),
        "least_targets": arguments.least,
        "null": if arguments.utr.is_some() { "shuffled seeds" } else { "other seeds and permuted genes" },
        "permutations": arguments.permutations,
        "most_families": arguments.most,
        "seed": arguments.seed,
    });
    Told {
        name: "infer",
        manifest,
        head,
        rows: found.rows.iter().map(record).collect(),
        words: &["seed", "mirnas"],
        page: article(found, &answer, arguments),
        notes: found.notes.clone(),
        answer,
    }
}
