//! A comparison as a table: one row a feature, one column a fact, in the order of the measured table.

use super::numbers::cell;
use super::reading::Measured;
use serde_json::{Map, Value, json};
use vesicle_base::Problem;
use vesicle_cargo::ValueKind;
use vesicle_cargo::compare::{Comparison, FeatureRow, Testable};
use vesicle_tables::{Adjusted, Detected, Format, ResultRow, ResultTable, rdml, write_matrix_csv};

/// The columns that every comparison has.
pub const COLUMNS: [&str; 22] = [
    "feature",
    "mirna",
    "accession",
    "sequence",
    "log2_fold_change",
    "standard_error",
    "df",
    "statistic",
    "p",
    "adjusted_p",
    "mean",
    "detected_reference",
    "assayed_reference",
    "detected_other",
    "assayed_other",
    "detection_p",
    "combined_p",
    "combined_adjusted_p",
    "minimal_detectable_log2_fold_change",
    "method",
    "testable",
    "sign_depends_on_denominator",
];

/// The measured table as files that any program opens: CSV, and RDML where it holds Ct values.
///
/// # Errors
/// What cannot be written.
pub fn as_read(measured: &Measured) -> Result<Vec<(&'static str, Vec<u8>)>, Problem> {
    let mut csv = Vec::new();
    write_matrix_csv(&measured.read, &mut csv)?;
    let mut files = vec![("measured.csv", csv)];
    if measured.read.table.kind == ValueKind::Ct {
        files.push(("measured.rdml", rdml(&measured.read)?));
    }
    Ok(files)
}

/// Whether a level was tested, in a word.
pub fn testable(row: &FeatureRow) -> &'static str {
    match row.testable {
        Testable::Yes => "yes",
        Testable::TooFewDetects => "not at this n",
        Testable::NotEstimable => "not estimable",
    }
}

/// Head and rows, with a column for each denominator at the end.
pub fn table(measured: &Measured, comparison: &Comparison) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head: Vec<String> = COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    head.extend(comparison.denominators.iter().map(|d| format!("log2_fold_change [{d}]")));
    let rows = comparison.rows.iter().enumerate().map(|(f, row)| record(measured, f, row)).collect();
    (head, rows)
}

fn record(measured: &Measured, feature: usize, row: &FeatureRow) -> Vec<String> {
    let mature = measured.mature(feature);
    let known = |text: fn(&vesicle_tables::names::Mature) -> &str| mature.map_or("", text).to_owned();
    let mut out = vec![
        row.feature.clone(),
        known(|m| m.name()),
        known(|m| &m.accession),
        known(|m| &m.sequence),
        cell(row.log2_fc),
        cell(row.se),
        if row.df == f64::INFINITY { "inf".to_owned() } else { cell(row.df) },
        cell(row.t),
        cell(row.p),
        cell(row.fdr),
        cell(row.mean),
        row.reference.0.to_string(),
        row.reference.1.to_string(),
        row.other.0.to_string(),
        row.other.1.to_string(),
        cell(row.detection_p),
        cell(row.combined_p),
        cell(row.combined_fdr),
        cell(row.minimal_detectable),
        row.method.name().to_owned(),
        testable(row).to_owned(),
        if row.sign_changes { "yes" } else { "no" }.to_owned(),
    ];
    out.extend(row.by_denominator.iter().map(|e| cell(*e)));
    out
}

/// The same rows for machines; numbers that do not exist are null.
pub fn json(measured: &Measured, comparison: &Comparison) -> Value {
    let (head, rows) = table(measured, comparison);
    let words =
        ["feature", "mirna", "accession", "sequence", "method", "testable", "sign_depends_on_denominator"];
    let value = |name: &String, text: &String| -> Value {
        if words.contains(&name.as_str()) {
            json!(text)
        } else {
            text.parse::<f64>().ok().filter(|v| v.is_finite()).map_or(Value::Null, |v| json!(v))
        }
    };
    let object = |row: &Vec<String>| -> Value {
        Value::Object(head.iter().zip(row).map(|(h, c)| (h.clone(), value(h, c))).collect::<Map<_, _>>())
    };
    Value::Array(rows.iter().map(object).collect())
}

/// The rows as a result table, for workbooks.
pub fn results(comparison: &Comparison, contrast: &str) -> ResultTable {
    let some = |v: f64| v.is_finite().then_some(v);
    let row = |r: &FeatureRow| ResultRow {
        feature: r.feature.clone(),
        log2_fold_change: some(r.log2_fc),
        standard_error: some(r.se),
        mean: some(r.mean),
        statistic: some(r.t),
        p: some(r.p),
        adjusted: some(r.fdr).map_or(Adjusted::Filtered, Adjusted::Value),
    };
    let detected = Detected { format: Format::Results, because: "this program wrote it".to_owned() };
    let rows = comparison.rows.iter().map(row).collect();
    ResultTable { detected, contrast: contrast.to_owned(), rows, notes: vesicle_tables::Notes::default() }
}
