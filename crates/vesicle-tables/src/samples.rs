//! The sample sheet: read, checked against its table, and written as a form to fill in.

use std::collections::HashSet;
use std::io::Write;

use vesicle_base::Problem;
use vesicle_cargo::{SampleRow, SampleSheet};

use crate::cells::Cells;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::{Mistakes, whole_file};
use crate::notes::Notes;
use crate::number::says_nothing;
use crate::reading::ReadTable;

/// The columns of the form.
pub const COLUMNS: [&str; 13] = [
    "sample",
    "donor",
    "group",
    "age",
    "species",
    "cohort",
    "batch",
    "isolation",
    "kit",
    "input_volume_ml",
    "particles_per_ml",
    "protein_ug_ml",
    "passage",
];
const SAMPLE: [&str; 7] = ["sample", "column", "sampleid", "samplename", "run", "file", "name"];
const DONOR: [&str; 8] =
    ["donor", "donorid", "subject", "subjectid", "patient", "patientid", "animal", "individual"];

fn find(cells: &Cells) -> Option<(usize, usize)> {
    header::find_row(cells, 10, |header: &Header| header.find(&SAMPLE))
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (at, _)) = document.find(find)?;
    let header = Header::of(sheet.cells.row(at));
    let known = header.has(&DONOR) || header.has(&["group", "treatment", "condition", "disease", "type"]);
    known.then(|| Detected::new(Format::SampleSheet, "the header names samples and their donor or group"))
}

/// Reads a sample sheet; cells are trimmed, which is said.
///
/// # Errors
/// Every problem of the file with its place: no column of samples or of donors, a sample without donor, a sample
/// named twice, a column named twice.
pub fn read_samples(document: &Document) -> Result<(SampleSheet, Notes), Vec<Problem>> {
    let Some((sheet, (at, sample))) = document.find(find) else { return Err(no_column(document, "sample")) };
    let names = sheet.cells.row(at);
    let Some(donor) = Header::of(names).find(&DONOR) else { return Err(no_column(document, "donor")) };
    let mut mistakes = Mistakes::of(&document.name);
    let mut columns = HashSet::new();
    for cell in names.cells().filter(|cell| !cell.text.is_empty()) {
        if !columns.insert(cell.text) {
            mistakes.at(cell.line, cell.column, Problem::new("column named twice").found(cell.text));
        }
    }
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in sheet.cells.rows_from(at + 1) {
        let (own, unit) = (row.cell(sample), row.cell(donor));
        if own.text.is_empty() {
            mistakes.at(row.line(), 1, Problem::new("row without a sample"));
        } else if !seen.insert(own.text) {
            mistakes.at(own.line, own.column, Problem::new("sample named twice").found(own.text));
        }
        if says_nothing(unit.text) {
            let expected = "the person, animal or culture that the sample comes from";
            let what = format!("sample {} without a donor", own.text);
            mistakes.at(unit.line, unit.column, Problem::new(what).expected(expected));
        }
        let others = (0..names.len()).filter(|&c| c != sample && c != donor && !names.get(c).is_empty());
        let given = |text: &str| if says_nothing(text) { String::new() } else { text.to_owned() };
        let covariates = others.map(|c| (names.get(c).to_owned(), given(row.get(c)))).collect();
        rows.push(SampleRow { sample: own.text.to_owned(), donor: unit.text.to_owned(), covariates });
    }
    let mut notes = Notes::default();
    notes.say(format!("stored as {}", document.stored_as()));
    mistakes.or((SampleSheet { rows }, notes))
}

fn no_column(document: &Document, wanted: &str) -> Vec<Problem> {
    let header = document.sheets().next().map(|sheet| sheet.cells.row(0));
    let names: Vec<&str> = header.map(|row| row.cells().map(|cell| cell.text).collect()).unwrap_or_default();
    let mut problems = whole_file(&document.name, format!("no column `{wanted}` in the sample sheet"));
    let problem = problems.remove(0);
    let problem = problem.expected(format!("the columns {}", COLUMNS.join(", "))).found(names.join(", "));
    vec![problem.nearest(wanted, names)]
}

/// Every sample of the table that the sheet lacks, and every row of the sheet that names no sample of the table.
pub fn mismatches(file: &str, sheet: &SampleSheet, table: &ReadTable) -> Vec<Problem> {
    let listed: HashSet<&str> = sheet.rows.iter().map(|row| row.sample.as_str()).collect();
    let measured: HashSet<&str> = table.table.samples.iter().map(String::as_str).collect();
    let names = || sheet.rows.iter().map(|row| row.sample.as_str());
    let absent =
        table.table.samples.iter().filter(|sample| !listed.contains(sample.as_str())).map(|sample| {
            Problem::new(format!("sample `{sample}` of the table is not in {file}")).nearest(sample, names())
        });
    let strange = names().filter(|name| !measured.contains(name)).map(|name| {
        let candidates = table.table.samples.iter().map(String::as_str);
        Problem::new(format!("sample `{name}` of {file} is not in the table")).nearest(name, candidates)
    });
    absent.chain(strange).take(200).collect()
}

/// Writes the form for a table: samples filled in, replicates of one sample under one donor, the rest left empty.
///
/// # Errors
/// The sink cannot be written.
pub fn write_sample_form(table: &ReadTable, sink: impl Write) -> Result<(), Problem> {
    let trouble = |error: &dyn std::fmt::Display| Problem::new(format!("sample sheet not written ({error})"));
    let mut writer = csv::Writer::from_writer(sink);
    writer.write_record(COLUMNS).map_err(|e| trouble(&e))?;
    for (sample, measured_as) in table.table.samples.iter().zip(&table.measured_as) {
        let mut record = vec![sample.as_str(), ""];
        // Replicate wells are known to be one donor; whether two samples are, only the user knows.
        if sample != measured_as {
            record[1] = measured_as;
        }
        record.resize(COLUMNS.len(), "");
        writer.write_record(record).map_err(|e| trouble(&e))?;
    }
    writer.flush().map_err(|e| trouble(&e))
}
