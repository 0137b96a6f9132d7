//! What may be wrong with the samples of a table: cells that were lysed, little input, an order that follows the group.

use super::reading::Measured;
use std::fmt::Write as _;
use vesicle_cargo::quality::{Grade, MarkerScore, OrderGrade, grade_order, sample_inputs};
use vesicle_cargo::{SampleSheet, ValueKind};

const MARKERS: &str = include_str!("../../../assets/quality_markers.tsv");
/// Columns that give the order of accession or run, the first that the sheet fills counts.
const ORDERS: [&str; 4] = ["run_order", "order", "accession", "run_date"];

/// One line on samples, and whether it is a warning.
pub struct Finding {
    /// What was found.
    pub text: String,
    /// Whether a reader should know it before believing a row.
    pub warns: bool,
}

fn says(text: String) -> Finding {
    Finding { text, warns: false }
}

fn warns(text: String) -> Finding {
    Finding { text, warns: true }
}

/// Everything that can be told about the samples.
pub fn findings(measured: &Measured, sheet: &SampleSheet, column: &str) -> Vec<Finding> {
    let mut out: Vec<Finding> = scores(measured).iter().map(|score| graded(score, measured)).collect();
    out.push(inputs(measured));
    out.push(order(sheet, column));
    out
}

/// The shipped scores with their markers under the names that this table gives them.
fn scores(measured: &Measured) -> Vec<MarkerScore> {
    let mut scores: Vec<MarkerScore> = Vec::new();
    for line in MARKERS.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, side, accession, caution, affected, _] = fields[..] else { continue };
        // A limit on cycles says nothing about reads, whose ratios depend on how libraries were made.
        let limits = measured.read.table.kind == ValueKind::Ct;
        let limit = |text: &str| text.parse().ok().filter(|_| limits).unwrap_or(f64::INFINITY);
        if scores.last().is_none_or(|score| score.name != name) {
            let (plus, minus) = (Vec::new(), Vec::new());
            let (caution, affected) = (limit(caution), limit(affected));
            scores.push(MarkerScore { name: name.to_owned(), plus, minus, caution, affected });
        }
        let features = &measured.read.table.features;
        let here =
            (0..features.len()).filter(|&f| measured.mature(f).is_some_and(|m| m.accession == accession));
        if let Some(score) = scores.last_mut() {
            let list = if side == "plus" { &mut score.plus } else { &mut score.minus };
            list.extend(here.map(|f| features[f].clone()));
        }
    }
    scores
}

fn graded(score: &MarkerScore, measured: &Measured) -> Finding {
    let table = &measured.read.table;
    let name = &score.name;
    if score.plus.is_empty() || score.minus.is_empty() {
        return says(format!("{name}: not graded, its markers were not assayed"));
    }
    let grades = score.grade(table);
    let of = |wanted: Grade| -> Vec<String> {
        let with = table.samples.iter().zip(&grades).filter(|(_, g)| g.1 == wanted);
        with.map(|(s, g)| g.0.map_or_else(|| s.clone(), |v| format!("{s} {v:.1}"))).collect()
    };
    let markers = format!("{} over {}", score.plus.join("+"), score.minus.join("+"));
    let known: Vec<f64> = grades.iter().filter_map(|g| g.0).collect();
    let (affected, suspect, unknown) = (of(Grade::Affected), of(Grade::Suspect), of(Grade::Unknown));
    let mut text = format!("{name} ({markers}, log2): ");
    if known.is_empty() {
        text.push_str("the markers are detected together in no sample");
        return says(text);
    }
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let _ = write!(text, "{low:.1} to {high:.1}");
    if score.caution.is_finite() {
        let (caution, affected) = (score.caution, score.affected);
        let _ = write!(text, "; suspect from {caution}, affected from {affected}{}", source(name));
    } else {
        text.push_str("; no limit is agreed on for such values");
    }
    for (word, list) in [("affected", &affected), ("suspect", &suspect), ("unknown", &unknown)] {
        if !list.is_empty() {
            let _ = write!(text, "; {word}: {}", list.join(", "));
        }
    }
    Finding { text, warns: !affected.is_empty() || !suspect.is_empty() }
}

/// Where the limits of a score come from, in brackets; nothing where the shipped table names no source.
fn source(score: &str) -> String {
    let rows = MARKERS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut fields =
        rows.map(|line| line.split('\t').collect::<Vec<_>>()).filter(|f| f.first() == Some(&score));
    fields.find_map(|f| f.get(5).map(|source| format!(" ({source})"))).unwrap_or_default()
}

fn inputs(measured: &Measured) -> Finding {
    let table = &measured.read.table;
    let inputs = sample_inputs(table);
    let low: Vec<String> = table
        .samples
        .iter()
        .zip(&inputs)
        .filter(|(_, i)| i.low)
        .map(|(s, i)| format!("{s} ({} detected)", i.detected))
        .collect();
    let (least, most) = (inputs.iter().map(|i| i.detected).min(), inputs.iter().map(|i| i.detected).max());
    let range = format!("{} to {} features detected a sample", least.unwrap_or(0), most.unwrap_or(0));
    if low.is_empty() { says(range) } else { warns(format!("{range}; low input: {}", low.join(", "))) }
}

/// Group against the order of accession or run, where the sheet gives one.
fn order(sheet: &SampleSheet, column: &str) -> Finding {
    let entry = |row: usize, name: &str| {
        let found = sheet.rows[row].covariates.iter().find(|c| c.0 == name).map(|c| c.1.trim().to_owned());
        found.filter(|text| !text.is_empty())
    };
    let filled = |name: &&&str| (0..sheet.rows.len()).all(|r| entry(r, name).is_some());
    let Some(by) = ORDERS.iter().find(filled) else {
        return says(format!(
            "order against {column}: not graded, the sheet fills none of {}",
            ORDERS.join(", ")
        ));
    };
    let mut rows: Vec<(String, String)> = (0..sheet.rows.len())
        .map(|r| (entry(r, by).unwrap_or_default(), entry(r, column).unwrap_or_default()))
        .collect();
    rows.sort_by(|a, b| ordered(&a.0, &b.0));
    let mut levels: Vec<&String> = rows.iter().map(|r| &r.1).collect();
    levels.sort();
    levels.dedup();
    if levels.len() > rows.len() / 2 {
        return says(format!("order against {column}: not graded, `{column}` is no group"));
    }
    let groups: Vec<usize> = rows.iter().filter_map(|r| levels.iter().position(|l| **l == r.1)).collect();
    let (grade, p) = grade_order(&groups);
    match grade {
        OrderGrade::OneBlock => warns(format!(
            "order against {column} by {by}: one block; a drift of the method cannot be told from a difference"
        )),
        OrderGrade::Blocked => warns(format!(
            "order against {column} by {by}: blocked (runs test, p = {p:.3}); a drift may pass for a difference"
        )),
        OrderGrade::Interleaved => {
            says(format!("order against {column} by {by}: interleaved (runs test, p = {p:.2})"))
        }
    }
}

/// Numbers as numbers, also those at the end of an accession; else as words.
fn ordered(a: &str, b: &str) -> std::cmp::Ordering {
    let parts = |text: &str| -> (String, Option<f64>) {
        let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
        (head.to_owned(), text[head.len()..].parse().ok())
    };
    if let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) {
        return x.total_cmp(&y);
    }
    let ((p, x), (q, y)) = (parts(a), parts(b));
    p.cmp(&q).then_with(|| x.unwrap_or(0.0).total_cmp(&y.unwrap_or(0.0)))
}
