//! Result tables as CSV that R, Excel and Prism open: one header row, decimal points, empty cells where nothing is known.

use std::io::Write;

use vesicle_base::Problem;

use super::{Adjusted, ResultRow, ResultTable};

/// The columns, in order.
pub(crate) const COLUMNS: [&str; 8] =
    ["feature", "log2_fold_change", "standard_error", "mean", "statistic", "p", "adjusted_p", "filtered"];

/// Writes one contrast as CSV: numbers in full precision, `filtered` in words rather than an adjusted p of 1.
///
/// # Errors
/// The sink cannot be written.
pub fn write_results_csv(table: &ResultTable, sink: impl Write) -> Result<(), Problem> {
    let trouble = |error: &dyn std::fmt::Display| Problem::new(format!("result table not written ({error})"));
    let mut writer = csv::Writer::from_writer(sink);
    writer.write_record(COLUMNS).map_err(|e| trouble(&e))?;
    for row in &table.rows {
        writer.write_record(record(row)).map_err(|e| trouble(&e))?;
    }
    writer.flush().map_err(|e| trouble(&e))
}

fn record(row: &ResultRow) -> [String; 8] {
    let shown = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let (adjusted, filtered) = match row.adjusted {
        Adjusted::Value(value) => (Some(value), ""),
        Adjusted::Filtered => (None, "filtered"),
        Adjusted::Missing => (None, ""),
    };
    [
        row.feature.clone(),
        shown(row.log2_fold_change),
        shown(row.standard_error),
        shown(row.mean),
        shown(row.statistic),
        shown(row.p),
        shown(adjusted),
        filtered.to_owned(),
    ]
}
