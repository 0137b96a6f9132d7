//! A measured table as plain text that `matrix` reads back: features in rows, samples in columns.

use std::io::Write;

use vesicle_base::Problem;
use vesicle_cargo::Reading;

use crate::reading::ReadTable;

/// Writes the table as CSV: "Undetermined" where a feature was looked for and not found, nothing where it was not
/// looked for.
///
/// # Errors
/// The sink cannot be written.
pub fn write_matrix_csv(read: &ReadTable, sink: impl Write) -> Result<(), Problem> {
    let trouble = |error: &dyn std::fmt::Display| Problem::new(format!("table not written ({error})"));
    let mut writer = csv::Writer::from_writer(sink);
    let head = std::iter::once("feature").chain(read.table.samples.iter().map(String::as_str));
    writer.write_record(head).map_err(|e| trouble(&e))?;
    for (f, name) in read.table.features.iter().enumerate() {
        let cells = read.table.row(f).iter().map(|reading| match reading {
            Reading::Value(value) => value.to_string(),
            Reading::NotDetected { .. } => "Undetermined".to_owned(),
            Reading::Missing => String::new(),
        });
        writer.write_record(std::iter::once(name.clone()).chain(cells)).map_err(|e| trouble(&e))?;
    }
    writer.flush().map_err(|e| trouble(&e))
}
