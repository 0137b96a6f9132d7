//! A contrast read back from a result folder or a result table, its rows by mature sequence; a mature without an
//! identical one in the other species stands under its counterpart there.

use super::reading;
use crate::failure::Failure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use vesicle_base::Problem;
use vesicle_cargo::consensus::{Effect, Weights, shared_donor_correlation};
use vesicle_cargo::linear::Matrix;
use vesicle_tables::names::{ResolvedNames, common_sequence};
use vesicle_tables::{Document, Format, ResultRow, ResultTable, read_results};

/// A feature of a contrast.
pub struct Row {
    /// Its current name.
    pub name: String,
    /// Its own mature sequence.
    pub sequence: String,
    /// Its effect; none where it was not tested.
    pub effect: Option<Effect>,
}

/// A contrast.
pub struct Contrast {
    /// Name for tables.
    pub name: String,
    /// Of the table.
    pub sha256: String,
    /// Rows by the mature sequence that stands for both species.
    pub rows: BTreeMap<String, Row>,
    /// Features without a sequence.
    unmatched: usize,
    /// Donors with their weights, keyed by the measured table; none for tables of other programs.
    weights: Option<Weights>,
}

impl Contrast {
    /// What was read, in a line.
    pub fn told(&self) -> String {
        let tested = self.rows.values().filter(|r| r.effect.is_some()).count();
        let donors = if self.weights.is_none() { "; donors unknown, taken as its own" } else { "" };
        format!(
            "{}: {} mature sequences, {tested} tested; {} features match no mature sequence{donors}",
            self.name,
            self.rows.len(),
            self.unmatched
        )
    }
}

/// Reads every contrast; the mistakes of all at once.
///
/// # Errors
/// Every mistake of every file.
pub fn read_all(paths: &[impl AsRef<Path>]) -> Result<Vec<Contrast>, Failure> {
    let (mut contrasts, mut problems): (Vec<Contrast>, Vec<Problem>) = (Vec::new(), Vec::new());
    for path in paths {
        match read(path.as_ref()) {
            Ok(found) => contrasts.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    for i in 1..contrasts.len() {
        if contrasts[..i].iter().any(|c| c.sha256 == contrasts[i].sha256 && c.name == contrasts[i].name) {
            problems.push(Problem::new(format!("contrast `{}` named twice", contrasts[i].name)));
        }
    }
    if problems.is_empty() { Ok(contrasts) } else { Err(Failure::Input(problems)) }
}

fn read(path: &Path) -> Result<Vec<Contrast>, Vec<Problem>> {
    let (table, manifest) = if path.is_dir() {
        let sorted = path.join(format!("{}.tsv", super::sort::NAME));
        let compared = path.join(format!("{}.tsv", super::compare::NAME));
        (if sorted.exists() { sorted } else { compared }, Some(path.join("manifest.json")))
    } else {
        (path.to_path_buf(), None)
    };
    let source = reading::source(&table)?;
    let sha256 = reading::input(&source).sha256;
    let weights = manifest.map(|file| weights(&file)).transpose().map_err(|problem| vec![problem])?;
    let results = read_results(&Document::load(&source)?)?;
    let folder = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = folder.filter(|_| path.is_dir()).unwrap_or_else(|| source.stem().to_owned());
    let several = results.len() > 1;
    Ok(results
        .iter()
        .map(|result| {
            let name = if several { format!("{name} {}", result.contrast) } else { name.clone() };
            let (rows, unmatched) = by_sequence(result);
            Contrast { name, sha256: sha256.clone(), rows, unmatched, weights: weights.clone() }
        })
        .collect())
}

/// Rows by mature sequence; of several features with one sequence the one with the smallest standard error.
fn by_sequence(result: &ResultTable) -> (BTreeMap<String, Row>, usize) {
    let names: Vec<String> = result.rows.iter().map(|r| r.feature.clone()).collect();
    let resolved = ResolvedNames::of(&names, &[], None, None);
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut unmatched = 0;
    for (row, mature) in result.rows.iter().zip(&resolved.matures) {
        let Some((mature, _)) = mature.filter(|(m, _)| !m.sequence.is_empty()) else {
            unmatched += 1;
            continue;
        };
        let fresh = Row {
            name: mature.name().to_owned(),
            sequence: mature.sequence.clone(),
            effect: effect(row, result.detected.format),
        };
        let se = |r: &Row| r.effect.map_or(f64::INFINITY, |e| e.se);
        match rows.get_mut(common_sequence(mature)) {
            Some(there) if se(&fresh) < se(there) => *there = fresh,
            Some(_) => {}
            None => {
                rows.insert(common_sequence(mature).to_owned(), fresh);
            }
        }
    }
    (rows, unmatched)
}

/// Estimate and p as given; where no standard error stands there, estimate over t (over the root of F for edgeR).
fn effect(row: &ResultRow, format: Format) -> Option<Effect> {
    let (estimate, p) = (row.log2_fold_change?, row.p?);
    let t = || match format {
        Format::EdgeR => row.statistic.map(|f| f.abs().sqrt()),
        _ => row.statistic.map(f64::abs),
    };
    let se = row.standard_error.or_else(|| t().filter(|t| *t > 0.0).map(|t| estimate.abs() / t))?;
    Some(Effect { estimate, se, p }).filter(|e| e.is_whole())
}

/// Donors of the contrast with their weights, keyed by the sum of the tables they are in.
fn weights(manifest: &Path) -> Result<Weights, Problem> {
    let wrong = || Problem::new(format!("{} is no manifest of `vesicle cargo compare`", manifest.display()));
    let text = std::fs::read_to_string(manifest).map_err(|_| wrong())?;
    let value: Value = serde_json::from_str(&text).map_err(|_| wrong())?;
    let tables = value["tables"].as_array().ok_or_else(wrong)?;
    let origin: Vec<&str> = tables.iter().filter_map(|t| t["sha256"].as_str()).collect();
    let units = value["units"].as_array().ok_or_else(wrong)?;
    let side = |name: &str| -> Vec<String> {
        let on = units.iter().filter(|u| u["side"] == name);
        on.filter_map(|u| Some(format!("{} {}", origin.join("+"), u["donor"].as_str()?))).collect()
    };
    let (reference, other) = (side("reference"), side("other"));
    let weigh = |names: Vec<String>, sign: f64| -> Weights {
        let weight = sign / names.len().max(1) as f64;
        names.into_iter().map(|name| (name, weight)).collect()
    };
    Ok([weigh(reference, -1.0), weigh(other, 1.0)].concat())
}

/// Correlation of all contrasts, and the pairs that share donors.
pub fn correlations(contrasts: &[Contrast]) -> (Matrix, Vec<(usize, usize, f64)>) {
    let k = contrasts.len();
    let mut matrix = Matrix::zeros(k, k);
    let mut pairs = Vec::new();
    for i in 0..k {
        matrix.set(i, i, 1.0);
        for j in i + 1..k {
            let both = contrasts[i].weights.as_ref().zip(contrasts[j].weights.as_ref());
            let rho = both.map_or(0.0, |(a, b)| shared_donor_correlation(a, b));
            matrix.set(i, j, rho);
            matrix.set(j, i, rho);
            if rho != 0.0 {
                pairs.push((i, j, rho));
            }
        }
    }
    (matrix, pairs)
}
