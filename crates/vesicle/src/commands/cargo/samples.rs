//! `vesicle cargo samples`: the sheet of a table, to be filled in.

use super::reading::{self, TableArguments};
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_tables::write_sample_form;

/// Which table, and where to write its sheet.
#[derive(Debug, Args)]
pub struct SamplesArguments {
    /// Tables of one experiment; `-` is standard input
    #[arg(required = true, value_name = "TABLE")]
    pub tables: Vec<PathBuf>,
    #[command(flatten)]
    pub table: TableArguments,
    /// Write to a file that is not there yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Writes the form.
///
/// # Errors
/// Tables that cannot be read, a file that exists.
pub fn call(arguments: &SamplesArguments) -> Result<(), Failure> {
    let measured = reading::measured(&arguments.tables, &arguments.table)?;
    let mut form = Vec::new();
    write_sample_form(&measured.read, &mut form)?;
    let Some(path) = &arguments.out else {
        crate::shown::line(String::from_utf8_lossy(&form).trim_end());
        return Ok(());
    };
    // A sheet somebody filled in must never be lost.
    if path.exists() {
        return Err(Failure::Refused(format!("`{}` exists; choose another with --out", path.display())));
    }
    std::fs::write(path, &form)
        .map_err(|error| Problem::new(format!("sheet not written to `{}` ({error})", path.display())))?;
    crate::shown::message(&format!(
        "{} samples in {}; fill in donor and group, one donor a person, animal or culture",
        measured.read.table.samples.len(),
        path.display()
    ));
    Ok(())
}
