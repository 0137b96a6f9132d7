//! Bio-Rad CFX quantification results: often an empty first column; `N/A` where no Cq was called.

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns, Dialect};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header;
use crate::reading::{Options, ReadTable};

const DIALECT: Dialect = Dialect {
    well: &["well"],
    sample: &["sample", "samplename"],
    target: &["target"],
    ct: &["cq", "ct"],
    task: &["content"],
    omit: &[],
    include: &[],
    flag: &[],
    call: &[],
    blank: Blank::NotDetected,
};

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    let test = |header: &header::Header| {
        let own = header.has_all(&["fluor", "content"]);
        own.then(|| DIALECT.columns(header)).flatten()
    };
    header::find_row(cells, 100, test).map(|(at, columns)| (at + 1, columns))
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (start, _)) = document.find(find)?;
    let line = sheet.cells.row(start - 1).line();
    Some(Detected::new(Format::Cfx, format!("line {line} names Well, Fluor, Content and Cq")))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, table)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    wells::read(&document.name, &sheet.cells, table, DIALECT.blank, detected, options)
}
