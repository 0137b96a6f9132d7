//! Roche LightCycler 480 results: a title line, then `Include Color Pos Name Cp …`; an empty Cp is no call. The export
//! holds one assay and does not name it: the caller does, else the filter stands for it.

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::ct::value::Blank;
use crate::ct::wells::{self, Columns, Dialect};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header;
use crate::reading::{Options, ReadTable};

const DIALECT: Dialect = Dialect {
    well: &["pos"],
    sample: &["name", "samplename"],
    target: &["targetname", "genename", "gene"],
    ct: &["cp", "ct", "cq"],
    task: &[],
    omit: &[],
    include: &["include"],
    flag: &[],
    call: &[],
    blank: Blank::NotDetected,
};

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    let test = |header: &header::Header| {
        let own = header.has_all(&["include", "pos"]);
        own.then(|| DIALECT.columns(header)).flatten()
    };
    header::find_row(cells, 50, test).map(|(at, columns)| (at + 1, columns))
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (start, _)) = document.find(find)?;
    let line = sheet.cells.row(start - 1).line();
    Some(Detected::new(Format::LightCycler, format!("line {line} names Include, Pos, Name and Cp")))
}

/// What the title says after "Selected Filter:", else the title.
fn filter(cells: &Cells, header_row: usize) -> Option<String> {
    let title = (0..header_row).map(|at| cells.row(at).get(0)).find(|text| !text.is_empty())?;
    let name = title.split_once("Selected Filter:").map_or(title, |(_, filter)| filter);
    Some(name.trim().to_owned())
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, table)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let mut options = options.clone();
    let unnamed = table.1.target.is_none() && options.target.is_none();
    if unnamed {
        options.target = Some(filter(&sheet.cells, table.0 - 1).unwrap_or_else(|| document.stem.clone()));
    }
    let mut read = wells::read(&document.name, &sheet.cells, table, DIALECT.blank, detected, &options)?;
    if unnamed {
        read.notes
            .say(format!("the export does not name its assay: it is called \"{}\"", read.table.features[0]));
    }
    Ok(read)
}
