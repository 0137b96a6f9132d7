//! exceRpt read counts of one sample: fractional where reads were shared between references.

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::Cells;
use crate::counts::matrix::{accession, plain};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::Mistakes;
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::ReadTable;

/// Header row and the column of counts.
fn find(cells: &Cells) -> Option<(usize, usize)> {
    let test = |header: &Header| {
        let own = header.find(&["referenceid"]) == Some(0);
        own.then(|| header.find(&["multimapadjustedreadcount", "totalreadcount"])).flatten()
    };
    header::find_row(cells, 5, test)
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(
        Format::Excerpt,
        "the header begins with ReferenceID and names multimapAdjustedReadCount",
    ))
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, (header, column))) = document.find(find) else {
        return Err(crate::detect::unknown(document));
    };
    let mut mistakes = Mistakes::of(&document.name);
    let (mut features, mut accessions, mut readings) = (Vec::new(), Vec::new(), Vec::new());
    for row in sheet.cells.rows_from(header + 1) {
        let Some(count) = Decimal::Point.parse(row.get(column)).filter(|&count| count >= 0.0) else {
            let cell = row.cell(column);
            mistakes.at(
                cell.line,
                cell.column,
                Problem::new("not a count").expected("a number from 0 up").found(cell.text),
            );
            continue;
        };
        features.push(plain(row.get(0)));
        accessions.push(accession(row.get(0)));
        readings.push(Reading::Value(count));
    }
    let sample = sample_name(document);
    let table = CargoTable { kind: ValueKind::Count, features, samples: vec![sample.clone()], readings };
    let mut notes = Notes::default();
    notes.say(format!(
        "the file is one sample, called {sample}; counts are {}",
        sheet.cells.row(header).get(column)
    ));
    let mut read = ReadTable::new(detected, mistakes.or(table)?, notes);
    read.accessions = accessions;
    Ok(read)
}

/// exceRpt calls every file `readCounts_….txt`; the folder above it is named for the sample.
fn sample_name(document: &Document) -> String {
    if !document.stem.starts_with("readCounts_") {
        return document.stem.clone();
    }
    let folder = document.name.rsplit(['/', '\\']).nth(1).filter(|folder| !folder.is_empty());
    folder.map_or_else(|| document.stem.clone(), str::to_owned)
}
