//! featureCounts: a comment, six columns that describe the feature, then one column a BAM file.

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::Cells;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::{Mistakes, fits, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::ReadTable;

/// Columns before the samples: Geneid, Chr, Start, End, Strand, Length.
const DESCRIBING: usize = 6;

fn find(cells: &Cells) -> Option<usize> {
    let test = |header: &Header| {
        header.has_all(&["geneid", "chr", "start", "end", "strand", "length"]).then_some(())
    };
    header::find_row(cells, 5, test).map(|(at, ())| at)
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::FeatureCounts, "the header names Geneid, Chr, Start, End, Strand and Length"))
}

/// The file name without folder and endings of alignments.
fn sample(path: &str) -> String {
    let mut name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    while let Some(shorter) =
        [".bam", ".sam", ".sorted", ".Aligned.sortedByCoord.out", "Aligned.sortedByCoord.out"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending).filter(|rest| !rest.is_empty()))
    {
        name = shorter;
    }
    name.to_owned()
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, header)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let names = sheet.cells.row(header);
    let samples: Vec<String> = names.cells().skip(DESCRIBING).map(|cell| sample(cell.text)).collect();
    if samples.is_empty() {
        return Err(whole_file(
            &document.name,
            "no column of a sample behind the six that describe the feature",
        ));
    }
    fits(&document.name, sheet.cells.n_rows(), samples.len())?;
    let mut mistakes = Mistakes::of(&document.name);
    let (mut features, mut readings) = (Vec::new(), Vec::new());
    for row in sheet.cells.rows_from(header + 1) {
        features.push(row.get(0).to_owned());
        for column in DESCRIBING..DESCRIBING + samples.len() {
            let cell = row.cell(column);
            let count = Decimal::Point.parse(cell.text).filter(|&count| count >= 0.0);
            if count.is_none() {
                let problem = Problem::new("not a count").expected("a number from 0 up").found(cell.text);
                mistakes.at(cell.line, cell.column, problem);
            }
            readings.push(count.map_or(Reading::Missing, Reading::Value));
        }
    }
    let mut notes = Notes::default();
    notes.say("sample names are the names of the alignment files without folders and endings");
    let table = CargoTable { kind: ValueKind::Count, features, samples, readings };
    Ok(ReadTable::new(detected, mistakes.or(table)?, notes))
}
