//! Plain matrices: features in rows, samples in columns (or turned), of counts, Ct values or intensities.

use std::collections::HashMap;

use vesicle_base::{Place, Problem, math};
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::{Cells, Row};
use crate::counts::kind::{Look, is_rna};
use crate::counts::layout::{self, Layout};
use crate::ct::ceiling;
use crate::ct::value::{Blank, ct};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::mistakes::{Mistakes, fits};
use crate::notes::Notes;
use crate::number::{Decimal, says_not_detected, says_nothing};
use crate::reading::{Options, ReadTable};

/// Rows that counters add below or above the features.
const TOTALS: [&str; 6] = ["mirnatotal", "total", "sum", "unmapped", "alltotal", "librarysize"];

/// A matrix with its decimal mark and the kind of its numbers.
struct Matrix<'a> {
    file: &'a str,
    cells: &'a Cells,
    layout: Layout,
    decimal: Decimal,
    rows: Vec<usize>,
}

/// What a caller or a format already knows about a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) kind: Option<ValueKind>,
    pub(crate) format: Option<Format>,
    pub(crate) because: String,
}

/// Reads the first sheet that holds a matrix.
pub(crate) fn read(document: &Document, known: &Known, options: &Options) -> Result<ReadTable, Vec<Problem>> {
    let mut trouble = Vec::new();
    for sheet in document.sheets() {
        match read_cells(&document.name, &sheet.cells, known.clone(), options) {
            Ok(mut read) => {
                if !sheet.name.is_empty() {
                    read.notes.say(format!("read from sheet \"{}\"", sheet.name));
                }
                return Ok(read);
            }
            Err(problems) if trouble.is_empty() => trouble = problems,
            Err(_) => {}
        }
    }
    Err(if trouble.is_empty() { crate::detect::unknown(document) } else { trouble })
}

/// Reads a matrix from cells.
pub(crate) fn read_cells(
    file: &str,
    cells: &Cells,
    known: Known,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let mut notes = Notes::default();
    if let Some(turned) = turned(file, cells)? {
        notes.say("samples stand in rows and features in columns: turned");
        let mut read = read_upright(file, &turned, known, options, notes)?;
        read.detected.because += ", after turning rows and columns";
        return Ok(read);
    }
    read_upright(file, cells, known, options, notes)
}

fn read_upright(
    file: &str,
    cells: &Cells,
    known: Known,
    options: &Options,
    mut notes: Notes,
) -> Result<ReadTable, Vec<Problem>> {
    let layout = layout::find(file, cells, &mut notes)?;
    fits(file, cells.n_rows(), layout.samples.len())?;
    let rows = feature_rows(cells, &layout, &mut notes);
    let decimal = if let Some(decimal) = options.decimal {
        decimal
    } else {
        let texts =
            rows.iter().flat_map(|&at| layout.samples.iter().map(move |&(_, c)| cells.row(at).get(c)));
        Decimal::of(texts, options.kind != Some(ValueKind::Ct))
            .map_err(|problem| first_value(file, cells, &layout, problem))?
    };
    let matrix = Matrix { file, cells, layout, decimal, rows };
    let (kind, why) = match options.kind.or(known.kind) {
        Some(kind) => (kind, known.because),
        None => matrix.kind(options).map_err(|problem| matrix.at_first(problem))?,
    };
    let table = matrix.table(kind, options, &mut notes)?;
    let format = known.format.unwrap_or(match kind {
        ValueKind::Ct => Format::CtMatrix,
        ValueKind::Count => Format::CountMatrix,
        ValueKind::Intensity => Format::IntensityMatrix,
    });
    let accessions = matrix.rows.iter().map(|&at| matrix.accession(at)).collect();
    let mut read = ReadTable::new(Detected::new(format, why), table, notes);
    read.accessions = accessions;
    Ok(read)
}

/// Rows that hold a feature, totals and unassigned reads aside.
fn feature_rows(cells: &Cells, layout: &Layout, notes: &mut Notes) -> Vec<usize> {
    let mut rows = Vec::with_capacity(cells.n_rows());
    for at in layout.first_row..cells.n_rows() {
        let name = cells.row(at).get(layout.feature_column);
        let total = TOTALS.contains(&crate::header::key(name).as_str());
        if total || name.starts_with("__") || name.starts_with("N_") {
            notes.add(&format!("row \"{name}\" is no feature and was left out"), 1);
        } else if name.is_empty() && cells.row(at).empty_after(layout.feature_column + 1) {
            notes.add("rows without name and numbers left out", 1);
        } else {
            rows.push(at);
        }
    }
    rows
}

impl<'a> Matrix<'a> {
    fn name(&self, at: usize) -> &'a str {
        self.cells.row(at).get(self.layout.feature_column)
    }

    /// A miRBase accession in the name or in a column that describes the row.
    fn accession(&self, at: usize) -> Option<String> {
        let row = self.cells.row(at);
        let first = self.layout.samples.first().map_or(1, |&(_, column)| column);
        (0..first).find_map(|column| accession(row.get(column)))
    }

    /// A problem of all numbers together, at the first of them.
    fn at_first(&self, problem: Problem) -> Vec<Problem> {
        first_value(self.file, self.cells, &self.layout, problem)
    }

    fn kind(&self, options: &Options) -> Result<(ValueKind, String), Problem> {
        if options.log2 {
            return Ok((ValueKind::Intensity, "log2 intensities were declared".to_owned()));
        }
        let mut look = Look::new(self.layout.samples.len());
        let mut words = false;
        for &at in &self.rows {
            let row = self.cells.row(at);
            for (sample, &(_, column)) in self.layout.samples.iter().enumerate() {
                let text = row.get(column);
                words |= says_not_detected(text);
                if let Some(value) = self.decimal.parse(text) {
                    look.add(sample, value);
                }
            }
        }
        let rna = self.rows.iter().filter(|&&at| is_rna(self.name(at))).count();
        look.kind(rna * 2 > self.rows.len() || options.ceiling.is_some(), words)
    }

    fn table(
        &self,
        kind: ValueKind,
        options: &Options,
        notes: &mut Notes,
    ) -> Result<CargoTable, Vec<Problem>> {
        let mut mistakes = Mistakes::of(self.file);
        let mut readings = Vec::with_capacity(self.rows.len() * self.layout.samples.len());
        let blank = self.blank(options);
        for &at in &self.rows {
            let row = self.cells.row(at);
            if self.name(at).is_empty() {
                mistakes.at(row.line(), 1, Problem::new("row of numbers without the name of a feature"));
            }
            for &(_, column) in &self.layout.samples {
                let text = row.get(column);
                let reading = match kind {
                    ValueKind::Ct => ct(text, self.decimal, blank, notes),
                    ValueKind::Count => self.count(text, notes),
                    ValueKind::Intensity => self.intensity(text, options.log2, notes),
                };
                readings.push(reading.unwrap_or_else(|| {
                    wrong(row, column, kind, &mut mistakes);
                    Reading::Missing
                }));
            }
        }
        let mut readings = mistakes.or(readings)?;
        if kind == ValueKind::Ct {
            ceiling::apply(&mut readings, options.ceiling, notes);
        }
        let samples = self.layout.samples.iter().map(|(name, _)| name.clone()).collect();
        let (features, repeated) = self.features(notes);
        if repeated * 2 > features.len() {
            let expected = "features in rows and samples in columns";
            let what = format!("{repeated} of {} rows repeat the name of an earlier one", features.len());
            return Err(vec![Problem::new(format!("{}: {what}", self.file)).expected(expected)]);
        }
        Ok(CargoTable { kind, features, samples, readings })
    }

    /// In a matrix of Ct values that has no other way to say "not detected", `NA` says it.
    fn blank(&self, options: &Options) -> Blank {
        let texts = || {
            self.rows
                .iter()
                .flat_map(|&at| self.layout.samples.iter().map(move |&(_, c)| self.cells.row(at).get(c)))
        };
        let words = options.ceiling.is_some() || texts().any(says_not_detected);
        let readings: Vec<Reading> =
            texts().filter_map(|text| self.decimal.parse(text)).map(Reading::Value).collect();
        if words || ceiling::is_present(&readings) { Blank::Missing } else { Blank::NotDetected }
    }

    fn count(&self, text: &str, notes: &mut Notes) -> Option<Reading> {
        if says_nothing(text) {
            notes.count("empty counts read as not assayed");
            return Some(Reading::Missing);
        }
        self.decimal.parse(text).filter(|&value| value >= 0.0).map(Reading::Value)
    }

    fn intensity(&self, text: &str, log2: bool, notes: &mut Notes) -> Option<Reading> {
        if says_nothing(text) || says_not_detected(text) {
            notes.count("empty intensities read as not detected");
            return Some(Reading::NotDetected { limit: None });
        }
        let value = self.decimal.parse(text)?;
        if log2 {
            return Some(Reading::Value(math::exp2(value))).filter(|_| value.abs() < 1000.0);
        }
        if value == 0.0 {
            notes.count("intensity of 0 read as not detected");
            return Some(Reading::NotDetected { limit: None });
        }
        if value < 0.0 {
            notes.count("intensity below 0 (background taken off) read as not detected");
            return Some(Reading::NotDetected { limit: None });
        }
        Some(Reading::Value(value))
    }

    /// Feature names without the accession part; a name used again gets a number.
    fn features(&self, notes: &mut Notes) -> (Vec<String>, usize) {
        let mut times: HashMap<String, usize> = HashMap::new();
        let mut repeated = 0;
        let names = self.rows.iter().map(|&at| {
            let name = plain(self.name(at));
            let n = times.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
            repeated += usize::from(*n > 1);
            if *n > 1 { format!("{name} ({n})") } else { name }
        });
        let names = names.collect();
        notes.add("rows that repeat the name of an earlier feature numbered", repeated);
        (names, repeated)
    }
}

fn first_value(file: &str, cells: &Cells, layout: &Layout, problem: Problem) -> Vec<Problem> {
    let column = layout.samples.first().map_or(0, |&(_, column)| column);
    let cell = cells.row(layout.first_row).cell(column);
    vec![problem.at(&Place { file: file.to_owned(), line: cell.line, column: cell.column })]
}

fn wrong(row: Row<'_>, column: usize, kind: ValueKind, mistakes: &mut Mistakes) {
    let cell = row.cell(column);
    let (what, expected) = match kind {
        ValueKind::Ct => ("not a Ct", "a number from 0 to 60 or a word such as Undetermined"),
        ValueKind::Count => ("not a count", "a number from 0 up"),
        ValueKind::Intensity => ("not an intensity", "a number"),
    };
    let problem = Problem::new(format!("{what} for {}", row.get(0))).expected(expected).found(cell.text);
    mistakes.at(cell.line, cell.column, problem);
}

/// A miRBase accession inside a feature's name.
pub(crate) fn accession(name: &str) -> Option<String> {
    let start = name.find("MIMAT")?;
    let code = name.get(start..start + 12)?;
    code[5..].bytes().all(|b| b.is_ascii_digit()).then(|| code.to_owned())
}

/// The name without accession and species words: `hsa-miR-21-5p:MIMAT0000076:Homo:sapiens:miR-21-5p`.
pub(crate) fn plain(name: &str) -> String {
    if accession(name).is_none() {
        return name.to_owned();
    }
    let mut parts = name.split([':', '|', ' ', ';']).filter(|part| !part.is_empty() && *part != "mir");
    let first = parts.next().unwrap_or(name);
    if first.starts_with("MIMAT") { parts.next().unwrap_or(first).to_owned() } else { first.to_owned() }
}

/// The matrix turned, when its header and not its first column names RNAs.
fn turned(file: &str, cells: &Cells) -> Result<Option<Cells>, Vec<Problem>> {
    let share = |names: Vec<&str>| {
        let rna = names.iter().filter(|name| is_rna(name)).count();
        rna * 2 > names.len().max(1)
    };
    let across: Vec<&str> = cells.row(0).cells().skip(1).map(|cell| cell.text).collect();
    let down: Vec<&str> = cells.rows_from(1).map(|row| row.get(0)).collect();
    if !share(across) || share(down) {
        return Ok(None);
    }
    let width = cells.row(0).len();
    let shift = usize::from(cells.n_rows() > 1 && cells.row(1).len() == width + 1);
    let mut out = Cells::default();
    for column in 0..width + shift {
        for at in 0..cells.n_rows() {
            let from = if at == 0 { column.checked_sub(shift) } else { Some(column) };
            let cell = from.map(|column| (cells.row(at).get(column), cells.row(at).cell(column)));
            let (text, place) = cell.unwrap_or(("", cells.row(at).cell(0)));
            out.push(text, place.line, place.column);
        }
        out.end_row();
        out.within_bounds(file)?;
    }
    Ok(Some(out))
}
