//! Formats of measured tables: Ct, counts, intensities, results, sets, targets, particle sizes and sample sheets.
//!
//! A [`Document`] is a file opened as what it physically is. [`detect()`] says its format and why; a reader of the kind
//! that is wanted turns it into values: [`read_cargo`], [`read_results`], [`read_sets`], [`read_targets`],
//! [`read_sizes`], [`read_samples`], [`read_measured`]. Every mistake of a file is told at once, each with file, line and column.
//! "Not detected" is never a number here. Knows no statistics and no model.

mod cargo;
mod cells;
mod cfb;
mod counts;
mod ct;
mod delimited;
mod detect;
mod document;
mod format;
mod header;
mod measured;
mod mistakes;
pub mod names;
mod notes;
pub mod nta;
mod number;
mod reading;
mod results;
mod samples;
mod sets;
mod source;
mod targets;
mod text;
mod workbook;
mod xls;

pub use cargo::read_cargo;
pub use counts::write_matrix::write_matrix_csv;
pub use ct::write_rdml::rdml;
pub use detect::detect;
pub use document::Document;
pub use format::{Detected, Format};
pub use measured::{COLUMNS as MEASURED_COLUMNS, Measured, read_measured};
pub use notes::{Note, Notes};
pub use nta::read_sizes;
pub use number::Decimal;
pub use reading::{Options, ReadTable};
pub use results::write_csv::write_results_csv;
pub use results::write_xlsx::results_xlsx;
pub use results::{Adjusted, ResultRow, ResultTable, read_results};
pub use samples::{COLUMNS as SAMPLE_COLUMNS, mismatches, read_samples, write_sample_form};
pub use sets::{Members, Set, Sets, read_sets, write_gmt};
pub use source::{MAX_BYTES, Source};
pub use targets::{Regulator, Support, Target, TargetTable, read_targets};
pub use text::MAX_LINE;
