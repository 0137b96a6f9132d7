//! `vesicle cargo sort`: vesicles over their cells, by the statistics of `compare`, and the motifs that go with it.

use super::choices;
use super::compare::{self, Compared};
use super::folder::{self, Contents};
use super::numbers::{separated, shown};
use super::reading::{self, Measured, TableArguments};
use super::{compared, page};
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_cargo::SampleSheet;
use vesicle_cargo::compare::CompareOptions;
use vesicle_cargo::design::DesignOptions;
use vesicle_cargo::motif::{Motif, PERMUTATIONS, Sorted, motifs};
use vesicle_report::article::{Section, Words};
use vesicle_tables::ReadTable;
use vesicle_tables::names::ResolvedNames;

/// The two tables and their sheet.
#[derive(Debug, Args)]
pub struct SortArguments {
    /// Table of the vesicles
    pub vesicle: PathBuf,
    /// Table of the cells that released them
    pub cell: PathBuf,
    /// One sheet for the samples of both; the samples' donor pairs vesicles with cells
    #[arg(long, value_name = "SHEET")]
    pub samples: PathBuf,
    #[command(flatten)]
    pub table: TableArguments,
    /// What amounts are relative to
    #[arg(long, default_value = "stable-mean")]
    pub denominator: String,
    /// A refusal to overrule
    #[arg(long = "override", value_name = "NAME")]
    pub overrides: Vec<String>,
    /// Seed of the permutations of the motif test
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Write table, manifest, figures and page to a folder [default: the table to standard output]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace a finished folder
    #[arg(long)]
    pub force: bool,
    /// Print rows, motifs and manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// Name of the column that says which table a sample is from.
const COLUMN: &str = "compartment";
/// Name of its tables.
pub const NAME: &str = "sort";
/// Motifs that are told.
const TOLD: usize = 20;

/// Sorts.
///
/// # Errors
/// Wrong input, a refused design or folder.
pub fn call(arguments: &SortArguments) -> Result<(), Failure> {
    let vesicle = reading::measured(std::slice::from_ref(&arguments.vesicle), &arguments.table)?;
    let cell = reading::measured(std::slice::from_ref(&arguments.cell), &arguments.table)?;
    let n_vesicle = vesicle.read.table.samples.len();
    let both = joined(arguments, vesicle, cell)?;
    let (mut sheet, input) = reading::sheet(&arguments.samples, &both.read)?;
    let of_vesicle = &both.read.table.samples[..n_vesicle];
    let paired = mark(&mut sheet, of_vesicle);
    let mut compared = compare::run(both, &sheet, &input, &options(arguments, paired)?)?;
    let found = motifs(&evidence(&compared), arguments.seed);
    compared.answer.extend(answer(&found));
    tell(arguments, &mut compared, &found)
}

fn joined(arguments: &SortArguments, vesicle: Measured, cell: Measured) -> Result<Measured, Failure> {
    let stem =
        |path: &PathBuf| path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let parts = vec![(stem(&arguments.vesicle), vesicle.read), (stem(&arguments.cell), cell.read)];
    let read = ReadTable::join(parts)?;
    let inputs = [vesicle.inputs, cell.inputs].concat();
    let names = ResolvedNames::of(&read.table.features, &read.accessions, arguments.table.species(), None);
    Ok(Measured { read, inputs, names })
}

/// Writes the compartment into the sheet; says whether every donor gave both.
fn mark(sheet: &mut SampleSheet, of_vesicle: &[String]) -> bool {
    let mut donors: Vec<(String, bool)> = Vec::new();
    for row in &mut sheet.rows {
        let is_vesicle = of_vesicle.contains(&row.sample);
        row.covariates.retain(|c| c.0 != COLUMN);
        row.covariates.push((COLUMN.to_owned(), if is_vesicle { "vesicle" } else { "cell" }.to_owned()));
        donors.push((row.donor.clone(), is_vesicle));
    }
    let gave = |donor: &String, vesicle: bool| donors.iter().any(|d| d.0 == *donor && d.1 == vesicle);
    donors.iter().all(|(donor, is_vesicle)| gave(donor, !is_vesicle))
}

/// Pairs by donor where every donor gave both; where some did, donors are blocks.
fn options(arguments: &SortArguments, paired: bool) -> Result<CompareOptions, Failure> {
    let formula = if paired { format!("~ {COLUMN} + donor") } else { format!("~ {COLUMN}") };
    Ok(CompareOptions {
        design: DesignOptions {
            formula,
            references: vec![(COLUMN.to_owned(), "cell".to_owned())],
            block: !paired,
            overrides: choices::overrides(&arguments.overrides)?,
            ..DesignOptions::default()
        },
        denominator: choices::denominator(&arguments.denominator).map_err(|p: Problem| vec![p])?,
        ..CompareOptions::default()
    })
}

fn evidence(compared: &Compared) -> Vec<Sorted> {
    let rows = compared.comparison.rows.iter().enumerate().filter(|(_, row)| row.t.is_finite());
    rows.filter_map(|(f, row)| {
        let mature = compared.measured.mature(f).filter(|m| !m.sequence.is_empty())?;
        Some(Sorted { sequence: mature.sequence.clone(), t: row.t })
    })
    .collect()
}

fn answer(found: &[Motif]) -> Vec<String> {
    let told: Vec<String> = found
        .iter()
        .filter(|m| m.family_wise_p <= 0.05)
        .take(TOLD)
        .map(|m| format!("{} ({}, z = {})", m.bases, if m.z > 0.0 { "vesicle" } else { "cell" }, shown(m.z)))
        .collect();
    vec![match (found.is_empty(), told.is_empty()) {
        (true, _) => "Motifs: too few seed families to test.".to_owned(),
        (_, true) => {
            format!("No motif of 3 to 6 bases goes with sorting (of {} tried, family-wise 5 %).", found.len())
        }
        _ => format!(
            "Motifs of 3 to 6 bases that go with sorting (of {} tried, family-wise 5 %): {}.",
            found.len(),
            told.join(", ")
        ),
    }]
}

fn section(found: &[Motif]) -> Section {
    let line =
        |m: &Motif| vec![m.bases.clone(), m.n_families.to_string(), shown(m.z), shown(m.family_wise_p)];
    Section {
        heading: "Sequence motifs".to_owned(),
        paragraphs: vec![format!(
            "Every motif of 3 to 6 bases that at least five seed families carry and five lack, {} in all. A family counts \
             once. z: correlation of carrying the motif with the rank of t, positive for vesicles; p: over all motifs, by \
             {PERMUTATIONS} permutations of families. A motif that goes with sorting need not cause it.",
            found.len()
        )],
        figures: Vec::new(),
        table: Words {
            head: ["Motif", "families", "z", "family-wise p"].map(str::to_owned).to_vec(),
            numeric: vec![false, true, true, true],
            rows: found.iter().take(TOLD).map(line).collect(),
        },
    }
}

fn tell(arguments: &SortArguments, compared: &mut Compared, found: &[Motif]) -> Result<(), Failure> {
    compared.manifest["command"] = json!("cargo sort");
    compared.manifest["motif_seed"] = json!(arguments.seed);
    for line in compared.findings.iter().map(|f| &f.text).chain(&compared.comparison.warnings) {
        crate::shown::message(line);
    }
    let (head, rows) = compared::table(&compared.measured, &compared.comparison);
    let plain = separated(&head, &rows, '\t');
    if let Some(out) = &arguments.out {
        let mut page = page::article(compared, NAME);
        page.sections.insert(page.sections.len() - 1, section(found));
        let results = vec![compared::results(&compared.comparison, &compare::contrast(&compared.comparison))];
        let measured = compared::as_read(&compared.measured)?;
        let contents =
            Contents { manifest: compared.manifest.clone(), name: NAME, head, rows, results, measured, page };
        crate::shown::message(&format!(
            "written to {}",
            folder::write(out, &contents, arguments.force)?.display()
        ));
    }
    if arguments.json {
        let motif = |m: &Motif| json!({ "motif": m.bases, "families": m.n_families, "z": m.z, "family_wise_p": m.family_wise_p });
        let all = json!({
            "answer": compared.answer,
            "manifest": compared.manifest,
            "motifs": found.iter().map(motif).collect::<Vec<_>>(),
            "rows": compared::json(&compared.measured, &compared.comparison),
        });
        crate::shown::line(&serde_json::to_string_pretty(&all).unwrap_or_default());
    } else {
        let to_screen = arguments.out.is_some();
        compared
            .answer
            .iter()
            .for_each(|line| if to_screen { crate::shown::line(line) } else { crate::shown::message(line) });
        if !to_screen {
            crate::shown::line(plain.trim_end());
        }
    }
    Ok(())
}
