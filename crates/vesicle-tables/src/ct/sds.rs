//! Applied Biosystems SDS 2.x results and TaqMan low-density array exports, with header or without.

use vesicle_base::Problem;

use crate::cells::{Cells, Row};
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns, Dialect};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header;
use crate::reading::{Options, ReadTable};

const DIALECT: Dialect = Dialect {
    well: &["pos", "well", "position", "#"],
    sample: &["sample", "samplename"],
    target: &["detector", "detectorname", "assay"],
    ct: &["ct"],
    task: &["task"],
    omit: &["omit"],
    include: &[],
    flag: &["flag"],
    call: &[],
    blank: Blank::Missing,
};

/// Columns of the headerless array export: number, card, well, flag, sample, assay, task, Ct.
const HEADERLESS: Columns = Columns {
    well: Some(2),
    sample: Some(4),
    target: Some(5),
    ct: 7,
    task: Some(6),
    omit: None,
    include: None,
    flag: Some(3),
    call: None,
};

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    header::find_row(cells, 500, |header| DIALECT.columns(header)).map(|(at, columns)| (at + 1, columns))
}

fn is_headerless(row: Row<'_>) -> bool {
    let flagged = matches!(row.get(3), "Passed" | "Flagged");
    row.len() >= 8 && flagged && row.get(0).bytes().all(|b| b.is_ascii_digit()) && wells::is_well(row.get(2))
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (start, _)) = document.find(find).or_else(|| document.find(headerless))?;
    let first = sheet.cells.row(0).get(0);
    let header = sheet.cells.row(start.saturating_sub(1));
    let because = if first.starts_with("SDS ") {
        format!("the first line says \"{first}\" and line {} names Detector and Ct", header.line())
    } else if start == 0 {
        "column 4 says Passed or Flagged and column 3 names wells, without a header".to_owned()
    } else {
        format!("line {} names a well, a Detector and a Ct", header.line())
    };
    Some(Detected::new(Format::Sds, because))
}

fn headerless(cells: &Cells) -> Option<(usize, Columns)> {
    is_headerless(cells.row(0)).then_some((0, HEADERLESS))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let found = document.find(find).or_else(|| document.find(headerless));
    let Some((sheet, table)) = found else { return Err(crate::detect::unknown(document)) };
    wells::read(&document.name, &sheet.cells, table, DIALECT.blank, detected, options)
}
