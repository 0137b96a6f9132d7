//! mirtop counts by isomiR (`…_mirtop.tsv`, `joined_samples_mirtop.tsv` of nf-core/smrnaseq): summed per miRNA.

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::{Cells, MAX_CELLS};
use crate::counts::mirgff3::Sums;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::{Mistakes, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::ReadTable;

fn find(cells: &Cells) -> Option<(usize, usize)> {
    let test = |header: &Header| {
        let own = header.has(&["uid", "read"]) && header.has_all(&["mirna", "variant"]);
        own.then(|| header.find(&["mirna"])).flatten()
    };
    header::find_row(cells, 5, test)
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::Mirtop, "the header names UID, miRNA and Variant"))
}

/// Columns that describe an isomiR; every other one is a sample.
fn describes(name: &str) -> bool {
    let key = header::key(name);
    key.starts_with("iso")
        || ["uid", "read", "mirna", "variant", "hits", "parent", "cigar", "filter"].contains(&key.as_str())
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, (header, mirna))) = document.find(find) else {
        return Err(crate::detect::unknown(document));
    };
    let names = sheet.cells.row(header);
    let columns: Vec<usize> =
        (0..names.len()).filter(|&c| !names.get(c).is_empty() && !describes(names.get(c))).collect();
    let samples: Vec<String> = columns.iter().map(|&column| names.get(column).to_owned()).collect();
    if samples.is_empty() {
        return Err(whole_file(&document.name, "no column of a sample"));
    }
    let mut sums = Sums::new(samples.len());
    let mut mistakes = Mistakes::of(&document.name);
    for row in sheet.cells.rows_from(header + 1) {
        let counts = sums.row(row.get(mirna));
        for (&column, sum) in columns.iter().zip(counts) {
            let cell = row.cell(column);
            match Decimal::Point.parse(cell.text).filter(|&count| count >= 0.0) {
                Some(count) => *sum += count,
                None if cell.text.is_empty() => {}
                None => {
                    let problem = Problem::new("not a count").expected("a number from 0 up").found(cell.text);
                    mistakes.at(cell.line, cell.column, problem);
                }
            }
        }
        if sums.n_cells() > MAX_CELLS {
            return Err(whole_file(&document.name, "more miRNAs by samples than a table can hold"));
        }
    }
    let mut notes = Notes::default();
    notes.add("rows of isomiRs summed per miRNA", sheet.cells.n_rows() - header - 1);
    Ok(ReadTable::new(detected, mistakes.or(sums.table(samples))?, notes))
}

impl Sums {
    /// The sums as a table of counts.
    pub(crate) fn table(self, samples: Vec<String>) -> CargoTable {
        let (features, values) = self.finished();
        CargoTable {
            kind: ValueKind::Count,
            features,
            samples,
            readings: values.into_iter().map(Reading::Value).collect(),
        }
    }
}
