//! MaxQuant groups: `LFQ intensity …` columns, else `Intensity …`; 0 means that nothing was found.

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::{Cells, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::Header;
use crate::mistakes::{Mistakes, fits};
use crate::notes::Notes;
use crate::number::{Decimal, says_nothing};
use crate::reading::{Options, ReadTable};

const NAMES: [&str; 6] =
    ["genenames", "gene", "majorityproteinids", "proteinids", "proteingroups", "sequence"];
const REFUSED: [(&str, &str); 4] = [
    ("reverse", "decoys (Reverse) left out"),
    ("potentialcontaminant", "contaminants left out"),
    ("contaminant", "contaminants left out"),
    ("onlyidentifiedbysite", "groups only identified by site left out"),
];

struct Found {
    name: usize,
    prefix: &'static str,
    samples: Vec<(String, usize)>,
    refused: Vec<(usize, &'static str)>,
}

fn find(cells: &Cells) -> Option<Found> {
    let row = cells.row(0);
    let header = Header::of(row);
    let name = header.find(&["majorityproteinids", "proteinids", "proteingroups", "leadingrazorprotein"])?;
    let (prefix, samples) = ["LFQ intensity ", "iBAQ ", "Intensity "].into_iter().find_map(|prefix| {
        let samples = intensities(row, prefix);
        (!samples.is_empty()).then_some((prefix, samples))
    })?;
    let refused =
        REFUSED.iter().filter_map(|(key, what)| header.find(&[key]).map(|at| (at, *what))).collect();
    Some(Found { name: header.find(&NAMES).unwrap_or(name), prefix, samples, refused })
}

fn intensities(row: Row<'_>, prefix: &str) -> Vec<(String, usize)> {
    let columns = row.cells().enumerate();
    columns
        .filter_map(|(at, cell)| cell.text.strip_prefix(prefix).map(|name| (name.trim().to_owned(), at)))
        .collect()
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (_, found) = document.find(find)?;
    let because =
        format!("the header names protein groups and {} columns \"{}…\"", found.samples.len(), found.prefix);
    Some(Detected::new(Format::MaxQuant, because))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, found)) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    fits(&document.name, sheet.cells.n_rows(), found.samples.len())?;
    let mut mistakes = Mistakes::of(&document.name);
    let mut notes = Notes::default();
    let (mut features, mut accessions, mut readings) = (Vec::new(), Vec::new(), Vec::new());
    let decimal = options.decimal.unwrap_or(Decimal::Point);
    let protein = Header::of(sheet.cells.row(0)).find(&["majorityproteinids", "proteinids"]);
    for row in sheet.cells.rows_from(1) {
        if let Some((_, what)) = found.refused.iter().find(|(at, _)| row.get(*at) == "+") {
            notes.count(what);
            continue;
        }
        let group = protein.map_or("", |at| row.get(at));
        let name = Some(row.get(found.name)).filter(|name| !name.is_empty()).unwrap_or(group);
        features.push(name.to_owned());
        accessions.push(Some(group.to_owned()).filter(|group| !group.is_empty()));
        for &(_, column) in &found.samples {
            readings.push(reading(row, column, decimal, &mut notes, &mut mistakes));
        }
    }
    let samples = found.samples.iter().map(|(name, _)| name.clone()).collect();
    let table = CargoTable { kind: ValueKind::Intensity, features, samples, readings };
    let mut read = ReadTable::new(detected, mistakes.or(table)?, notes);
    read.accessions = accessions;
    Ok(read)
}

fn reading(
    row: Row<'_>,
    column: usize,
    decimal: Decimal,
    notes: &mut Notes,
    mistakes: &mut Mistakes,
) -> Reading {
    let cell = row.cell(column);
    match decimal.parse(cell.text) {
        Some(value) if value > 0.0 => Reading::Value(value),
        Some(0.0) => {
            notes.count("intensity of 0 read as not detected");
            Reading::NotDetected { limit: None }
        }
        None if says_nothing(cell.text) => {
            notes.count("empty intensities read as not detected");
            Reading::NotDetected { limit: None }
        }
        _ => {
            let problem = Problem::new("not an intensity").expected("a number from 0 up").found(cell.text);
            mistakes.at(cell.line, cell.column, problem);
            Reading::Missing
        }
    }
}
