//! QuantStudio, ViiA 7, 7500 and StepOne results: comment rows, `[Results]`, then the table; or a sheet "Results".

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns, Dialect};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header;
use crate::reading::{Options, ReadTable};

const DIALECT: Dialect = Dialect {
    well: &["well", "wellposition"],
    sample: &["samplename", "sample"],
    target: &["targetname", "target", "assay", "assayname"],
    ct: &["ct", "cq", "crt"],
    task: &["task"],
    omit: &["omit"],
    include: &[],
    flag: &[],
    call: &[],
    blank: Blank::Missing,
};

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    let start =
        cells.rows().take(500).position(|row| row.get(0).eq_ignore_ascii_case("[results]")).unwrap_or(0);
    let within = cells.n_rows().min(start + 500);
    (start..within).find_map(|at| {
        let columns = DIALECT.columns(&header::Header::of(cells.row(at)))?;
        Some((at + 1, columns))
    })
}

/// The instrument that the preamble names, as `* Instrument Type = ViiA 7` or `Instrument Type, ViiA 7`.
fn instrument(cells: &Cells) -> Option<String> {
    cells.rows().take(100).find_map(|row| {
        let line = row.cells().map(|cell| cell.text).collect::<Vec<_>>().join(" ");
        let rest = line.trim_start_matches(['*', '#', ' ']).strip_prefix("Instrument Type")?;
        Some(rest.trim_matches(|c: char| " =:".contains(c)).to_owned())
    })
}

/// Only what names the maker's preamble, or columns that no other maker has.
pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (start, _)) = document.find(find)?;
    let header = header::Header::of(sheet.cells.row(start - 1));
    let line = sheet.cells.row(start - 1).line();
    let because = if let Some(instrument) = instrument(&sheet.cells) {
        format!("the preamble names the instrument {instrument} and line {line} the columns of its results")
    } else if sheet.name.eq_ignore_ascii_case("results") {
        format!("sheet \"{}\" names well, target and Ct in row {line}", sheet.name)
    } else if header.has(&[
        "targetname",
        "ctmean",
        "ampstatus",
        "ctthreshold",
        "crt",
        "cqconf",
        "cqconfidence",
    ]) {
        format!("line {line} names well, target and Ct as this software does")
    } else if header.has(&["target", "assay"]) && header.has(&["sample", "samplename"]) {
        format!("line {line} names a well, a sample, a target and a Ct")
    } else {
        return None;
    };
    Some(Detected::new(Format::QuantStudio, because))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, table)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    wells::read(&document.name, &sheet.cells, table, DIALECT.blank, detected, options)
}
