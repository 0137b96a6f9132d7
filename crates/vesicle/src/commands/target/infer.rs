//! `vesicle target infer`: which seed family explains a receiver's response.

use super::databases::{Known, TargetsArguments, Used, known, word};
use super::enrich_page::{databases, versions};
use super::families::called;
use super::telling::{OutArguments, Told};
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::{cell, shown};
use crate::commands::cargo::reading::{Organism, input, source};
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Effect, Effects, Figure};
use vesicle_tables::names::Species;
use vesicle_tables::{Document, read_results};
use vesicle_target::infer::{LEVEL, Request, Row, infer};

/// The response, and the targets to explain it by.
#[derive(Debug, Args)]
pub struct InferArguments {
    /// Results of a differential test of the receiver's genes (DESeq2, edgeR, limma or alike); `-` is standard input
    #[arg(value_name = "DE_TABLE")]
    pub results: PathBuf,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// Species of the receiver
    #[arg(long, value_enum, default_value = "human")]
    pub species: Organism,
    /// Fewest targets of a family among the genes
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub least: usize,
    /// Permutations of the response
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

/// Families drawn.
const DRAWN: usize = 15;
/// Rows printed on the page.
const PRINTED: usize = 200;

struct Found {
    seeds: Vec<String>,
    rows: Vec<Row>,
    n_genes: usize,
    species: Species,
    used: Vec<Used>,
    notes: Vec<String>,
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
    let seeds: Vec<String> = known.links.by_seed.keys().cloned().collect();
    let targets = |seed: &String| -> Vec<(u32, f64)> {
        let at = |gene: &str| symbols.binary_search(&gene).ok().map(|i| i as u32);
        known
            .links
            .family(seed)
            .filter(|(_, l)| l.fall > 0.0)
            .filter_map(|(g, l)| Some((at(g)?, l.fall)))
            .collect()
    };
    let families: Vec<Vec<(u32, f64)>> = seeds.iter().map(targets).collect();
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
    Ok(Found { seeds, rows, n_genes: symbols.len(), species, used, notes })
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
                called(seed, found.species),
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
        let mut out = vec![seed.clone(), called(seed, found.species), row.n_targets.to_string()];
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

fn figure(found: &Found) -> Figure {
    let mark = |row: &Row| {
        let seed = &found.seeds[row.family];
        Effect {
            group: String::new(),
            label: format!("{seed} {}", called(seed, found.species)),
            low: row.scaled_z - 1.96,
            middle: row.scaled_z,
            high: row.scaled_z + 1.96,
            decided: row.step.is_some(),
            note: format!("n = {}", row.n_targets),
        }
    };
    let rows: Vec<Effect> = found.rows.iter().take(DRAWN).map(mark).collect();
    let draw = |width| {
        Effects {
            name: "families".to_owned(),
            title: "Seed families by how their targets answer".to_owned(),
            caption: format!(
                "Score of the first {} families, judged by the scores of all seeds, ± 1.96; n = {} genes; left: targets fall. Blue: found at a family-wise {} %, the families found before taken out.",
                rows.len(),
                found.n_genes,
                LEVEL * 100.0
            ),
            axis: "z of the targets' ranks among all seeds".to_owned(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

fn article(found: &Found, answer: &[String], arguments: &InferArguments) -> Article {
    let line = |row: &Row| {
        let seed = &found.seeds[row.family];
        vec![
            seed.clone(),
            called(seed, found.species),
            row.n_targets.to_string(),
            shown(row.difference),
            shown(row.scaled_z),
            shown(row.family_wise_p),
            row.step.map_or_else(|| "–".to_owned(), |s| s.to_string()),
            shown(row.conditional_p),
        ]
    };
    let head = [
        "Seed",
        "miRNAs",
        "targets",
        "mean difference",
        "z among seeds",
        "family-wise p",
        "found in step",
        "p beside those found",
    ];
    Article {
        title: "What the receiver's response is explained by".to_owned(),
        question: format!("Which seed family do the changes of {} genes point to?", found.n_genes),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections: vec![
            Section { heading: "Families".to_owned(), figures: vec![figure(found)], ..Section::default() },
            Section {
                heading: "Every family".to_owned(),
                table: Words {
                    head: head.map(str::to_owned).to_vec(),
                    numeric: vec![false, false, true, true, true, true, true, true],
                    rows: found.rows.iter().take(PRINTED).map(line).collect(),
                },
                ..Section::default()
            },
            databases(&found.used),
            Section {
                heading: "Methods".to_owned(),
                paragraphs: vec![methods(arguments)],
                ..Section::default()
            },
        ],
        command: again(),
        versions: versions(&found.used),
    }
}

fn methods(arguments: &InferArguments) -> String {
    format!(
        "Genes were ranked by log2 fold change; ranks were centred within ten strata of genes that equally many families \
         target. A family's score weighs its targets by their predicted fall and is standardised by its permutation \
         variance, then by median and spread of the scores of all families, because genes move together (Efron 2004). \
         Family-wise p: share of {} permutations of the response within strata in which the largest |z| of \
         any family is as large (Westfall and Young 1993); fewest possible 1 in {}. A family found was taken out by \
         regression and the rest asked again. Families with fewer than {} targets among the genes were not tested. A \
         seed family that explains a response need not have been delivered: the receiver's own miRNA, and proteins with \
         the same targets, explain alike. Vesicle {}.",
        arguments.permutations,
        arguments.permutations + 1,
        arguments.least,
        env!("CARGO_PKG_VERSION")
    )
}
