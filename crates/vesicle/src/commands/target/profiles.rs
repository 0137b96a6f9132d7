//! Aged and young profiles of a measured table: share of each seed family, donor by donor.

use super::databases::Used;
use super::mix::MixArguments;
use crate::commands::cargo::reading::{self, Input, Measured};
use crate::failure::Failure;
use std::collections::BTreeMap;
use vesicle_base::Problem;
use vesicle_base::math::exp2;
use vesicle_cargo::{Reading, SampleSheet, ValueKind};

/// Profiles of two ages.
pub struct Profiles {
    /// Share of each seed, one map a donor.
    pub aged: Vec<BTreeMap<String, f64>>,
    /// The same for young vesicles.
    pub young: Vec<BTreeMap<String, f64>>,
    /// The most abundant member of each seed.
    pub names: BTreeMap<String, String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// The files.
    pub used: Vec<Used>,
}

/// Reads them.
///
/// # Errors
/// Unreadable files, levels that no sample has.
pub fn profiles(arguments: &MixArguments) -> Result<Profiles, Failure> {
    let measured = reading::measured(&arguments.tables, &arguments.table)?;
    let (sheet, input) = reading::sheet(&arguments.samples, &measured.read)?;
    let mut problems = Vec::new();
    let mut of = |option: &str, text: &str| -> BTreeMap<String, Vec<usize>> {
        samples(option, text, &sheet, &measured).unwrap_or_else(|problem| {
            problems.push(problem);
            BTreeMap::new()
        })
    };
    let (aged, young) = (of("--aged", &arguments.aged), of("--young", &arguments.young));
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let mut notes = vec![format!("{} donors of aged, {} of young vesicles", aged.len(), young.len())];
    if measured.read.table.kind != ValueKind::Count {
        notes.push("shares of reads are known from counts alone: shares of these values are rough, assays differ in efficiency".to_owned());
    }
    if aged.len() < 2 || young.len() < 2 {
        notes.push("one donor of an age: what differs between donors cannot be told from age".to_owned());
    }
    let shares = |donors: &BTreeMap<String, Vec<usize>>| -> Vec<BTreeMap<String, f64>> {
        donors.values().map(|columns| share(&measured, columns)).collect()
    };
    let none = || "not stated".to_owned();
    let file = |role: &'static str, input: &Input| Used {
        role,
        name: input.name.clone(),
        release: none(),
        licence: none(),
        sha256: input.sha256.clone(),
    };
    let mut used: Vec<Used> = measured.inputs.iter().map(|i| file("profiles", i)).collect();
    used.push(file("sample sheet", &input));
    Ok(Profiles { aged: shares(&aged), young: shares(&young), names: names(&measured), notes, used })
}

/// Columns of the table by donor, of the samples with a level.
fn samples(
    option: &str,
    text: &str,
    sheet: &SampleSheet,
    measured: &Measured,
) -> Result<BTreeMap<String, Vec<usize>>, Problem> {
    let (column, level) = text
        .split_once('=')
        .map(|(c, l)| (c.trim(), l.trim()))
        .filter(|(c, l)| !c.is_empty() && !l.is_empty())
        .ok_or_else(|| {
            Problem::new(format!("{option} not understood")).expected("COLUMN=LEVEL").found(text)
        })?;
    let value =
        |row: &vesicle_cargo::SampleRow| row.covariates.iter().find(|c| c.0 == column).map(|c| c.1.clone());
    let mut donors: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for row in sheet.rows.iter().filter(|row| value(row).as_deref() == Some(level)) {
        let at = measured.read.table.samples.iter().position(|s| *s == row.sample);
        donors.entry(row.donor.clone()).or_default().extend(at);
    }
    if donors.is_empty() {
        let levels: std::collections::BTreeSet<String> = sheet.rows.iter().filter_map(value).collect();
        let listed: Vec<&str> = levels.iter().map(String::as_str).collect();
        let problem = Problem::new(format!("{option}: no sample with {column}={level}"));
        return Err(problem
            .expected(format!("a level of the sheet: {}", listed.join(", ")))
            .nearest(level, listed));
    }
    Ok(donors)
}

/// Linear amount of a reading; what was not detected counts as none.
fn amount(kind: ValueKind, reading: Reading) -> f64 {
    match (reading, kind) {
        (Reading::Value(ct), ValueKind::Ct) => exp2(-ct),
        (Reading::Value(value), _) => value.max(0.0),
        _ => 0.0,
    }
}

fn amounts(measured: &Measured, feature: usize, columns: &[usize]) -> f64 {
    let row = measured.read.table.row(feature);
    columns.iter().map(|&s| amount(measured.read.table.kind, row[s])).sum()
}

/// Share of each seed in the samples of one donor, of all miRNA that was measured.
fn share(measured: &Measured, columns: &[usize]) -> BTreeMap<String, f64> {
    let mut out: BTreeMap<String, f64> = BTreeMap::new();
    let mut total = 0.0;
    for feature in 0..measured.read.table.features.len() {
        let Some(mature) = measured.mature(feature).filter(|m| !m.seed_m8().is_empty()) else { continue };
        let amount = amounts(measured, feature, columns);
        total += amount;
        *out.entry(mature.seed_m8().to_owned()).or_insert(0.0) += amount;
    }
    if total > 0.0 {
        out.values_mut().for_each(|v| *v /= total);
    }
    out
}

fn names(measured: &Measured) -> BTreeMap<String, String> {
    let all: Vec<usize> = (0..measured.read.table.samples.len()).collect();
    let mut best: BTreeMap<String, (f64, String)> = BTreeMap::new();
    for feature in 0..measured.read.table.features.len() {
        let Some(mature) = measured.mature(feature).filter(|m| !m.seed_m8().is_empty()) else { continue };
        let amount = amounts(measured, feature, &all);
        let known = best.entry(mature.seed_m8().to_owned()).or_insert((amount, mature.name().to_owned()));
        if amount > known.0 {
            *known = (amount, mature.name().to_owned());
        }
    }
    best.into_iter().map(|(seed, (_, name))| (seed, name)).collect()
}
