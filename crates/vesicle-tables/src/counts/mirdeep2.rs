//! miRDeep2's quantifier (`miRNAs_expressed_all_samples_….csv`): one row a pair of miRNA and precursor, one column a
//! sample and once more its reads per million.

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::Cells;
use crate::counts::mirgff3::Sums;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::{Mistakes, fits, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::ReadTable;

/// Columns before the samples: miRNA, read_count, precursor, total.
const DESCRIBING: usize = 4;

fn find(cells: &Cells) -> Option<usize> {
    let test = |header: &Header| {
        let own = header.find(&["#mirna", "mirna"]) == Some(0);
        (own && header.find(&["precursor"]) == Some(2) && header.has(&["total"])).then_some(())
    };
    header::find_row(cells, 5, test).map(|(at, ())| at)
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::MirDeep2, "the header begins with miRNA, read_count, precursor and total"))
}

/// Reads counts; a miRNA of several precursors takes its most abundant row, for its reads map to all of them.
pub(crate) fn read(document: &Document, detected: Detected) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, header)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let names = sheet.cells.row(header);
    let columns: Vec<usize> = (DESCRIBING..names.len())
        .filter(|&c| !names.get(c).is_empty() && !names.get(c).to_lowercase().ends_with("(norm)"))
        .collect();
    if columns.is_empty() {
        return Err(whole_file(
            &document.name,
            "no column of a sample behind miRNA, read_count, precursor and total",
        ));
    }
    fits(&document.name, sheet.cells.n_rows(), columns.len())?;
    let mut mistakes = Mistakes::of(&document.name);
    let mut largest = Sums::new(columns.len());
    for row in sheet.cells.rows_from(header + 1) {
        let mut counts = Vec::with_capacity(columns.len());
        for &column in &columns {
            let cell = row.cell(column);
            if let Some(count) = Decimal::Point.parse(cell.text).filter(|&count| count >= 0.0) {
                counts.push(count);
            } else {
                let problem = Problem::new("not a count").expected("a number from 0 up").found(cell.text);
                mistakes.at(cell.line, cell.column, problem);
            }
        }
        let known = largest.row(row.get(0));
        if counts.iter().sum::<f64>() > known.iter().sum::<f64>() && counts.len() == known.len() {
            known.copy_from_slice(&counts);
        }
    }
    let samples: Vec<String> = columns.iter().map(|&column| names.get(column).to_owned()).collect();
    let (features, values) = largest.finished();
    let mut notes = Notes::default();
    let rows = sheet.cells.n_rows() - header - 1;
    notes
        .add("rows of further precursors of a miRNA left out, its most abundant kept", rows - features.len());
    let readings = values.into_iter().map(Reading::Value).collect();
    let table = CargoTable { kind: ValueKind::Count, features, samples, readings };
    Ok(ReadTable::new(detected, mistakes.or(table)?, notes))
}
