//! OpenArray results of the first software, whose columns are called `ThroughHole.Ct` and the like. It writes the last
//! cycle where nothing was found. (Later OpenArray exports have the QuantStudio layout with Crt.)

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns, Dialect};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header;
use crate::reading::{Options, ReadTable};

const DIALECT: Dialect = Dialect {
    well: &["throughholeaddress"],
    sample: &["sampleinfosampleid", "sampleinfodescription"],
    target: &["assayassayname", "assayassayid"],
    ct: &["throughholect"],
    task: &[],
    omit: &["throughholeoutlier"],
    include: &[],
    flag: &[],
    call: &[],
    blank: Blank::Missing,
};

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    header::find_row(cells, 20, |header| DIALECT.columns(header)).map(|(at, columns)| (at + 1, columns))
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::OpenArray, "the header names ThroughHole.Ct and Assay columns"))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, table)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    wells::read(&document.name, &sheet.cells, table, DIALECT.blank, detected, options)
}
