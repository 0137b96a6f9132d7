//! Fluidigm BioMark table results: a preamble, then three header rows that name a column only together; 999 is no Ct.

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::Header;
use crate::reading::{Options, ReadTable};

/// The row of `Chamber, Sample, …, Ct, Ct` above the row of `ID, Name, …, Value, Quality, Call`.
fn find(cells: &Cells) -> Option<(usize, Columns)> {
    (1..cells.n_rows().min(100)).find_map(|at| {
        let (group, own) = (cells.row(at - 1), cells.row(at));
        if !Header::of(own).has_all(&["id", "value", "call"]) {
            return None;
        }
        let place = |of: &dyn Fn(&str) -> bool, name: &str| {
            (0..own.len()).find(|&c| of(group.get(c)) && own.get(c).eq_ignore_ascii_case(name))
        };
        let (sample, ct) = (|g: &str| g == "Sample", |g: &str| g == "Ct");
        let columns = Columns {
            well: place(&|_| true, "ID"),
            sample: place(&sample, "Name"),
            target: place(&|g| g != "Sample", "Name"),
            ct: place(&ct, "Value")?,
            task: place(&sample, "Type"),
            call: place(&ct, "Call"),
            ..Columns::default()
        };
        (columns.sample.is_some() && columns.target.is_some()).then_some((at + 1, columns))
    })
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (start, _)) = document.find(find)?;
    let line = sheet.cells.row(start - 1).line();
    let because = format!(
        "lines {} and {line} together name Sample Name, Ct Value and Ct Call",
        line.saturating_sub(1)
    );
    Some(Detected::new(Format::BioMark, because))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, table)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    wells::read(&document.name, &sheet.cells, table, Blank::Missing, detected, options)
}
