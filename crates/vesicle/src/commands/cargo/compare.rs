//! `vesicle cargo compare`: read, check the design, test, tell.

use super::choices::{self, Choice, Method};
use super::folder::{self, Contents};
use super::numbers::{separated, shown};
use super::quality::{self, Finding};
use super::reading::{self, Input, Measured, TableArguments};
use super::{compared, page, refusal};
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_cargo::compare::{CompareOptions, Comparison, compare};
use vesicle_cargo::denominators::Denominator;
use vesicle_cargo::design::{DesignOptions, TestedTerm};
use vesicle_cargo::{CargoTable, Reading, SampleSheet, ValueKind};

/// What to compare, and how.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Tables of one experiment, side by side; `-` is standard input
    #[arg(required = true, value_name = "TABLE")]
    pub tables: Vec<PathBuf>,
    /// The sample sheet; `vesicle cargo samples TABLE` writes one to fill in
    #[arg(long, value_name = "SHEET")]
    pub samples: PathBuf,
    #[command(flatten)]
    pub table: TableArguments,
    /// The model: `~ group + age + factor(batch)`; the first term is tested
    #[arg(long, default_value = "~ group")]
    pub formula: String,
    /// Test this column of the formula
    #[arg(long, value_name = "COLUMN")]
    pub test: Option<String>,
    /// Compare this level with the reference
    #[arg(long)]
    pub level: Option<String>,
    /// Reference level of a column [default: the first met]
    #[arg(long, value_name = "COLUMN=LEVEL")]
    pub reference: Vec<String>,
    /// Model samples of one donor under several conditions as a block
    #[arg(long)]
    pub block: bool,
    /// What amounts are relative to: stable-mean, global-mean, as-measured, references:A,B, spike-in:A, per:COLUMN, per:A*B
    #[arg(long, default_value = "stable-mean")]
    pub denominator: String,
    /// A further denominator beside it [default: all that table and sheet allow]
    #[arg(long, value_name = "DENOMINATOR")]
    pub beside: Vec<String>,
    /// How counts are tested
    #[arg(long, value_enum, default_value_t)]
    pub method: Method,
    /// Whether the prior variance follows the mean
    #[arg(long, value_enum, default_value_t)]
    pub trend: Choice,
    /// Whether outlying variances are kept from the prior
    #[arg(long, value_enum, default_value_t)]
    pub robust: Choice,
    /// A refusal to overrule: few-donors, nested-in-batch, repeated-donors
    #[arg(long = "override", value_name = "NAME")]
    pub overrides: Vec<String>,
    /// Write table, manifest, figures and page to a folder [default: the table to standard output]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace a finished folder
    #[arg(long)]
    pub force: bool,
    /// Print rows, manifest and warnings as JSON
    #[arg(long)]
    pub json: bool,
}

/// A comparison with what it rests on.
pub struct Compared {
    /// The table.
    pub measured: Measured,
    /// The test.
    pub comparison: Comparison,
    /// What is told of the samples.
    pub findings: Vec<Finding>,
    /// The answer, line by line.
    pub answer: Vec<String>,
    /// What determines the result.
    pub manifest: Value,
}

/// Name of its tables.
pub const NAME: &str = "compare";
/// Columns of the sheet that amounts can be put on, where every sample has a positive number.
const PER: [&str; 3] = ["particles_per_ml", choices::VOLUME, "protein_ug_ml"];

/// Compares.
///
/// # Errors
/// Wrong input, a refused design or folder.
pub fn call(arguments: &CompareArguments) -> Result<(), Failure> {
    let measured = reading::measured(&arguments.tables, &arguments.table)?;
    let (sheet, input) = reading::sheet(&arguments.samples, &measured.read)?;
    let options = options(arguments, &measured, &sheet)?;
    let compared = run(measured, &sheet, &input, &options)?;
    tell(arguments, &compared)
}

fn options(
    arguments: &CompareArguments,
    measured: &Measured,
    sheet: &SampleSheet,
) -> Result<CompareOptions, Failure> {
    let mut problems = Vec::new();
    let mut kept = |found: Result<_, Problem>| found.map_err(|problem| problems.push(problem)).ok();
    let denominator = kept(choices::denominator(&arguments.denominator)).unwrap_or(Denominator::StableMean);
    let mut named: Vec<Denominator> =
        arguments.beside.iter().filter_map(|text| kept(choices::denominator(text))).collect();
    let references: Vec<(String, String)> = arguments
        .reference
        .iter()
        .filter_map(|text| choices::pair("--reference", text).map_err(|p| problems.push(p)).ok())
        .collect();
    let overrides = choices::overrides(&arguments.overrides).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let filled = filled(sheet);
    let denominator = choices::put_in(denominator, &filled);
    named = named.into_iter().map(|d| choices::put_in(d, &filled)).collect();
    named.retain(|d| *d != denominator);
    if arguments.beside.is_empty() {
        named = choices::beside(measured.read.table.kind, &denominator, &filled);
    }
    Ok(CompareOptions {
        design: DesignOptions {
            formula: arguments.formula.clone(),
            test: arguments.test.clone(),
            level: arguments.level.clone(),
            references,
            block: arguments.block,
            overrides,
            ..DesignOptions::default()
        },
        denominator,
        beside: named,
        counts: arguments.method.counts(arguments.robust == Choice::On),
        trend: arguments.trend.switch(),
        robust: arguments.robust.switch(),
        ..CompareOptions::default()
    })
}

/// Columns of amounts that give a positive number for every sample.
fn filled(sheet: &SampleSheet) -> Vec<String> {
    let full =
        |name: &&&str| !sheet.rows.is_empty() && sheet.rows.iter().all(|row| amount(row, name).is_some());
    PER.iter().filter(full).map(|name| (*name).to_owned()).collect()
}

fn amount(row: &vesicle_cargo::SampleRow, column: &str) -> Option<f64> {
    let text = &row.covariates.iter().find(|c| c.0 == column)?.1;
    text.trim().parse::<f64>().ok().filter(|v| *v > 0.0 && v.is_finite())
}

/// Tests and gathers what is to be told.
///
/// # Errors
/// A refused design.
pub fn run(
    measured: Measured,
    sheet: &SampleSheet,
    input: &Input,
    options: &CompareOptions,
) -> Result<Compared, Failure> {
    let table = &measured.read.table;
    let comparison =
        compare(table, sheet, options).map_err(|error| refusal::problem(&error, &table.features))?;
    let column = match &comparison.design.tested {
        TestedTerm::Levels { column, .. } | TestedTerm::Slope { column } => column.clone(),
    };
    let mut findings = quality::findings(&measured, sheet, &column);
    findings.extend(particles(&measured, sheet, options));
    let denominators = std::iter::once(&options.denominator).chain(&options.beside);
    findings.extend(choices::volume_assumed(denominators).map(|text| Finding { text, warns: false }));
    findings.extend(unresolved(&measured));
    let answer = answer(&comparison);
    let manifest = manifest(&measured, input, &comparison);
    Ok(Compared { measured, comparison, findings, answer, manifest })
}

/// What is compared, in words.
pub fn contrast(comparison: &Comparison) -> String {
    match &comparison.design.tested {
        TestedTerm::Levels { reference, other, .. } => format!("{other} over {reference}"),
        TestedTerm::Slope { column } => format!("per unit of {column}"),
    }
}

/// Donors on each side of a comparison of levels; of a slope, all on both.
pub fn donors(comparison: &Comparison) -> (usize, usize) {
    let distinct = |side: bool| {
        let mut names: Vec<&str> = match &comparison.design.tested {
            TestedTerm::Levels { of_unit, .. } => {
                let units = comparison.design.units.iter().zip(of_unit);
                units.filter(|(_, s)| **s == Some(side)).map(|(u, _)| u.donor.as_str()).collect()
            }
            TestedTerm::Slope { .. } => comparison.design.units.iter().map(|u| u.donor.as_str()).collect(),
        };
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    (distinct(false), distinct(true))
}

fn answer(comparison: &Comparison) -> Vec<String> {
    let (a, b) = donors(comparison);
    let found: Vec<_> = comparison.rows.iter().filter(|r| r.fdr <= 0.05).collect();
    let (up, down) =
        (found.iter().filter(|r| r.log2_fc > 0.0).count(), found.iter().filter(|r| r.log2_fc < 0.0).count());
    let tested = comparison.rows.iter().filter(|r| r.p.is_finite()).count();
    let switched = comparison.rows.iter().filter(|r| r.combined_fdr <= 0.05 && r.fdr.is_nan()).count();
    let firm = found.iter().filter(|r| !r.sign_changes).count();
    let mut lines = vec![format!(
        "{}, {a} v {b} donors: {up} higher and {down} lower of {tested} tested at a false discovery rate of 5 %.",
        contrast(comparison)
    )];
    if !found.is_empty() && comparison.denominators.len() > 1 {
        let others = comparison.denominators[1..].join(", ");
        lines.push(format!(
            "{firm} of these {} keep their sign when amounts are relative to: {others}.",
            found.len()
        ));
    }
    if switched > 0 {
        lines.push(format!("{switched} more differ in whether they are detected at all (5 %)."));
    }
    if comparison.median_minimal_detectable.is_finite() {
        let needed =
            comparison.donors_for_one.map_or_else(|| "more than 10 000".to_owned(), |n| n.to_string());
        let slope = matches!(comparison.design.tested, TestedTerm::Slope { .. });
        let donors = if slope {
            String::new()
        } else {
            format!("; |log2 fold change| = 1 needs {needed} donors a group")
        };
        lines.push(format!(
            "The median feature shows |log2 fold change| from {} with 80 % power (single test at 5 %){donors}. Not significant is not equal.",
            shown(comparison.median_minimal_detectable)
        ));
    }
    lines
}

/// Particle number is a measured feature of its own.
fn particles(measured: &Measured, sheet: &SampleSheet, options: &CompareOptions) -> Option<Finding> {
    let samples = &measured.read.table.samples;
    let of = |name: &String| sheet.rows.iter().find(|r| r.sample == *name).and_then(|r| amount(r, PER[0]));
    let readings: Option<Vec<Reading>> = samples.iter().map(|s| of(s).map(Reading::Value)).collect();
    let table = CargoTable {
        kind: ValueKind::Intensity,
        features: vec![PER[0].to_owned()],
        samples: samples.clone(),
        readings: readings?,
    };
    let options =
        CompareOptions { denominator: Denominator::AsMeasured, beside: Vec::new(), ..options.clone() };
    let row = compare(&table, sheet, &options).ok()?.rows.into_iter().next()?;
    let text = format!(
        "particles per mL: log2 fold change {} (p = {}, MDE {})",
        shown(row.log2_fc),
        shown(row.p),
        shown(row.minimal_detectable)
    );
    Some(Finding { text, warns: row.p < 0.05 })
}

/// Names that mean no miRNA, or several.
fn unresolved(measured: &Measured) -> Option<Finding> {
    let (n, of) = (measured.names.unresolved.len(), measured.read.table.features.len());
    let several = measured.names.ambiguous.len();
    (n + several > 0).then(|| Finding {
        text: format!("{} of {of} names resolved to accessions; {n} not, {several} could mean several miRNAs (listed below)", of - n - several),
        warns: false,
    })
}

fn manifest(measured: &Measured, sheet: &Input, comparison: &Comparison) -> Value {
    let file = |input: &Input| json!({ "name": input.name, "sha256": input.sha256 });
    let side = |u: usize| match &comparison.design.tested {
        TestedTerm::Levels { of_unit, .. } => {
            json!(of_unit[u].map(|other| if other { "other" } else { "reference" }))
        }
        TestedTerm::Slope { .. } => json!("slope"),
    };
    let unit = |u: usize| json!({ "unit": comparison.units[u], "donor": comparison.design.units[u].donor, "side": side(u) });
    let choices: serde_json::Map<String, Value> =
        comparison.manifest.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "cargo compare",
        "tables": measured.inputs.iter().map(file).collect::<Vec<_>>(),
        "sheet": file(sheet),
        "detected": measured.read.detected.to_string(),
        "notes": measured.read.notes.list().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "contrast": contrast(comparison),
        "units": (0..comparison.units.len()).map(unit).collect::<Vec<_>>(),
        "denominators": comparison.denominators,
        "choices": choices,
    })
}

fn tell(arguments: &CompareArguments, compared: &Compared) -> Result<(), Failure> {
    let comparison = &compared.comparison;
    for line in compared.findings.iter().map(|f| &f.text).chain(&comparison.warnings) {
        crate::shown::message(line);
    }
    let (head, rows) = compared::table(&compared.measured, comparison);
    let plain = separated(&head, &rows, '\t');
    if let Some(out) = &arguments.out {
        let contents = Contents {
            manifest: compared.manifest.clone(),
            name: NAME,
            head,
            rows,
            results: vec![compared::results(comparison, &contrast(comparison))],
            measured: compared::as_read(&compared.measured)?,
            page: page::article(compared, NAME),
        };
        let path = folder::write(out, &contents, arguments.force)?;
        crate::shown::message(&format!("written to {}", path.display()));
    }
    if arguments.json {
        let all = json!({
            "answer": compared.answer,
            "findings": compared.findings.iter().map(|f| &f.text).collect::<Vec<_>>(),
            "warnings": comparison.warnings,
            "manifest": compared.manifest,
            "rows": compared::json(&compared.measured, comparison),
        });
        crate::shown::line(&serde_json::to_string_pretty(&all).unwrap_or_default());
    } else if arguments.out.is_some() {
        compared.answer.iter().for_each(|line| crate::shown::line(line));
    } else {
        compared.answer.iter().for_each(|line| crate::shown::message(line));
        crate::shown::line(plain.trim_end());
    }
    Ok(())
}
