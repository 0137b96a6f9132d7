//! Wells, one a row, to features by samples: replicate wells become columns of their own, control assays that are
//! spotted more often become features of their own, and nothing is averaged.

use std::collections::{BTreeMap, HashMap};

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::cells::{Cells, MAX_CELLS, Row};
use crate::ct::ceiling;
use crate::ct::value::{Blank, MOST_CYCLES, ct};
use crate::format::Detected;
use crate::header::Header;
use crate::mistakes::{Mistakes, in_file, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::{Options, ReadTable};

/// One well with an assay and a sample.
#[derive(Clone, Debug)]
pub(crate) struct Well {
    pub(crate) sample: String,
    pub(crate) target: String,
    pub(crate) reading: Reading,
}

/// The names that a format uses for its columns, as keys (see `header::key`), best first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub(crate) well: &'static [&'static str],
    pub(crate) sample: &'static [&'static str],
    pub(crate) target: &'static [&'static str],
    pub(crate) ct: &'static [&'static str],
    pub(crate) task: &'static [&'static str],
    /// A column whose `true` leaves the well out.
    pub(crate) omit: &'static [&'static str],
    /// A column whose `false` leaves the well out.
    pub(crate) include: &'static [&'static str],
    /// A column whose "Flagged" is a warning of the software.
    pub(crate) flag: &'static [&'static str],
    /// A column whose "Fail" is a refusal of the software.
    pub(crate) call: &'static [&'static str],
    pub(crate) blank: Blank,
}

/// Where the columns of a table are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) well: Option<usize>,
    pub(crate) sample: Option<usize>,
    pub(crate) target: Option<usize>,
    pub(crate) ct: usize,
    pub(crate) task: Option<usize>,
    pub(crate) omit: Option<usize>,
    pub(crate) include: Option<usize>,
    pub(crate) flag: Option<usize>,
    pub(crate) call: Option<usize>,
}

impl Dialect {
    /// The columns under a header that has a Ct, and a well or sample.
    pub(crate) fn columns(&self, header: &Header) -> Option<Columns> {
        let columns = Columns {
            well: header.find(self.well),
            sample: header.find(self.sample),
            target: header.find(self.target),
            ct: header.find(self.ct)?,
            task: header.find(self.task),
            omit: header.find(self.omit),
            include: header.find(self.include),
            flag: header.find(self.flag),
            call: header.find(self.call),
        };
        (columns.well.is_some() && columns.sample.or(columns.target).is_some()).then_some(columns)
    }
}

/// Reads rows from `first` until one no longer names a well.
pub(crate) fn read(
    file: &str,
    cells: &Cells,
    (first, columns): (usize, Columns),
    blank: Blank,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let mut notes = Notes::default();
    let end =
        (first..cells.n_rows()).find(|&at| !is_well_row(cells.row(at), columns)).unwrap_or(cells.n_rows());
    if end < cells.n_rows() {
        let line = cells.row(end).line();
        notes.add(
            &format!("rows from line {line} on, after the table of wells, not read"),
            cells.n_rows() - end,
        );
    }
    let decimal = match options.decimal {
        Some(decimal) => decimal,
        None => Decimal::of((first..end).map(|at| cells.row(at).get(columns.ct)), false)
            .map_err(|problem| in_file(file, problem))?,
    };
    let mut wells = Vec::new();
    let mut mistakes = Mistakes::of(file);
    for at in first..end {
        let row = cells.row(at);
        let Some(well) = named(row, columns, options, &mut notes) else { continue };
        if let Some(reading) = ct(row.get(columns.ct), decimal, blank, &mut notes) {
            wells.push(Well { reading: judged(row, columns, reading, &mut notes), ..well });
        } else {
            let cell = row.cell(columns.ct);
            let expected = format!("a number from 0 to {MOST_CYCLES} or a word such as Undetermined");
            mistakes.at(cell.line, cell.column, Problem::new("not a Ct").expected(expected).found(cell.text));
        }
    }
    table(file, mistakes.or(wells)?, detected, notes, options)
}

/// Whether the row still belongs to the table: its well cell names a well.
fn is_well_row(row: Row<'_>, columns: Columns) -> bool {
    columns.well.is_none_or(|at| is_well(row.get(at)))
}

/// `12`, `A1`, `H12`, `AA3`, `S48-A01`, `A10a2`.
pub(crate) fn is_well(text: &str) -> bool {
    let short = (1..=9).contains(&text.len());
    short
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The well with its names, or nothing when it holds no measurement of a sample.
fn named(row: Row<'_>, columns: Columns, options: &Options, notes: &mut Notes) -> Option<Well> {
    let text = |at: Option<usize>| at.map_or("", |at| row.get(at));
    let task = text(columns.task);
    if is_control(task) {
        notes.count("wells of standards and no-template controls left out");
        return None;
    }
    let sample = text(columns.sample);
    let target = match (text(columns.target), &options.target) {
        ("", Some(declared)) => declared,
        (named, _) => named,
    };
    if sample.is_empty() || target.is_empty() {
        if !(sample.is_empty() && target.is_empty()) {
            let lacking = if sample.is_empty() { "sample" } else { "assay" };
            notes.count(&format!("wells without the name of a {lacking} left out"));
        }
        return None;
    }
    Some(Well { sample: sample.to_owned(), target: target.to_owned(), reading: Reading::Missing })
}

/// No-template controls and standards are no samples.
fn is_control(task: &str) -> bool {
    let key = crate::header::key(task);
    matches!(
        key.as_str(),
        "ntc" | "standard" | "stnd" | "negctrl" | "nrt" | "ipc" | "blank" | "negativecontrol"
    ) || (key.starts_with("std") && key[3..].bytes().all(|b| b.is_ascii_digit()))
}

/// What the software itself says of the well.
fn judged(row: Row<'_>, columns: Columns, reading: Reading, notes: &mut Notes) -> Reading {
    let says = |at: Option<usize>, word: &str| at.is_some_and(|at| row.get(at).eq_ignore_ascii_case(word));
    if says(columns.omit, "true") || says(columns.include, "false") {
        notes.count("wells omitted in the software read as not assayed");
        return Reading::Missing;
    }
    if says(columns.call, "fail") && matches!(reading, Reading::Value(_)) {
        notes.count("wells with a Ct that the software failed read as not assayed");
        return Reading::Missing;
    }
    if says(columns.flag, "flagged") {
        notes.count("wells flagged by the software, kept");
    }
    reading
}

/// Names in the order of their first appearance.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    at: HashMap<String, usize>,
}

impl Names {
    fn index(&mut self, name: &str) -> usize {
        if let Some(&at) = self.at.get(name) {
            return at;
        }
        self.at.insert(name.to_owned(), self.list.len());
        self.list.push(name.to_owned());
        self.list.len() - 1
    }
}

/// The problem of an export without a well, with what was left out on the way.
fn no_well(file: &str, detected: &Detected, notes: &Notes) -> Vec<Problem> {
    let expected =
        "wells with a sample, an assay and a Ct; name the assay yourself where the export does not";
    let mut problems = whole_file(file, format!("no well to read in this {}", detected.format));
    problems[0].expected = Some(expected.to_owned());
    problems.extend(notes.list().iter().map(|note| Problem::new(note.to_string())));
    problems
}

/// The table of a list of wells.
pub(crate) fn table(
    file: &str,
    wells: Vec<Well>,
    detected: Detected,
    mut notes: Notes,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    if wells.is_empty() {
        return Err(no_well(file, &detected, &notes));
    }
    let (mut samples, mut targets) = (Names::default(), Names::default());
    let mut spots: BTreeMap<(usize, usize), Vec<Reading>> = BTreeMap::new();
    for well in wells {
        let key = (samples.index(&well.sample), targets.index(&well.target));
        spots.entry(key).or_default().push(well.reading);
    }
    let layout = Layout::of(&spots, samples.list.len(), targets.list.len());
    if layout.features.len().saturating_mul(layout.columns.len()) > MAX_CELLS {
        return Err(whole_file(file, "more samples by assays than a table can hold"));
    }
    let mut readings = layout.fill(&spots);
    ceiling::apply(&mut readings, options.ceiling, &mut notes);
    layout.say(&samples.list, &mut notes);
    let features = layout.features.iter().map(|&(t, layer)| numbered(&targets.list[t], layer, layer > 0));
    let columns = layout.columns.iter();
    let columns = columns.map(|&(s, k)| numbered(&samples.list[s], k, layout.replicates[s] > 1));
    let table = CargoTable {
        kind: ValueKind::Ct,
        features: features.collect(),
        samples: columns.collect(),
        readings,
    };
    let mut read = ReadTable::new(detected, table, notes);
    read.measured_as = layout.columns.iter().map(|&(s, _)| samples.list[s].clone()).collect();
    Ok(read)
}

fn numbered(name: &str, at: usize, show: bool) -> String {
    if show { format!("{name} ({})", at + 1) } else { name.to_owned() }
}

/// Which columns each sample gets, and which features each assay gets.
struct Layout {
    replicates: Vec<usize>,
    first_column: Vec<usize>,
    columns: Vec<(usize, usize)>,
    first_feature: Vec<usize>,
    features: Vec<(usize, usize)>,
}

impl Layout {
    fn of(spots: &BTreeMap<(usize, usize), Vec<Reading>>, n_samples: usize, n_targets: usize) -> Self {
        let mut times: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); n_samples];
        for (&(sample, _), readings) in spots {
            *times[sample].entry(readings.len()).or_default() += 1;
        }
        // The commonest number of wells an assay; the lower of two equals, so that controls never widen a sample.
        let replicates: Vec<usize> = times
            .iter()
            .map(|tally| tally.iter().rev().max_by_key(|&(_, &n)| n).map_or(1, |(&wells, _)| wells))
            .collect();
        let mut layers = vec![1; n_targets];
        for (&(sample, target), readings) in spots {
            layers[target] = layers[target].max(readings.len().div_ceil(replicates[sample]));
        }
        let (first_column, columns) = expanded(&replicates);
        let (first_feature, features) = expanded(&layers);
        Self { replicates, first_column, columns, first_feature, features }
    }

    fn fill(&self, spots: &BTreeMap<(usize, usize), Vec<Reading>>) -> Vec<Reading> {
        let width = self.columns.len();
        let mut out = vec![Reading::Missing; self.features.len() * width];
        for (&(sample, target), readings) in spots {
            let n = self.replicates[sample];
            for (at, &reading) in readings.iter().enumerate() {
                let (row, column) = (self.first_feature[target] + at / n, self.first_column[sample] + at % n);
                out[row * width + column] = reading;
            }
        }
        out
    }

    fn say(&self, samples: &[String], notes: &mut Notes) {
        let widened = self.replicates.iter().filter(|&&n| n > 1).count();
        notes.add("samples with replicate wells: each replicate is a column, none is averaged", widened);
        notes.add(
            "extra wells of control assays kept as features of their own",
            self.features.len() - self.first_feature.len(),
        );
        if samples.len() == 1 {
            notes.say(format!("one sample only, {}: join the files of the other samples", samples[0]));
        }
    }
}

/// Where each item's numbered copies begin, and the copies in order.
fn expanded(copies: &[usize]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut first = Vec::with_capacity(copies.len());
    let mut all = Vec::new();
    for (item, &n) in copies.iter().enumerate() {
        first.push(all.len());
        all.extend((0..n).map(|k| (item, k)));
    }
    (first, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    #[test]
    fn replicates_are_columns_and_spare_controls_are_features() {
        let spots = [
            ("a", "u6"),
            ("a", "u6"),
            ("a", "x"),
            ("a", "y"),
            ("b", "x"),
            ("b", "x"),
            ("b", "y"),
            ("b", "y"),
        ];
        let wells = spots
            .iter()
            .enumerate()
            .map(|(i, (s, t))| Well {
                sample: (*s).into(),
                target: (*t).into(),
                reading: Reading::Value(20.0 + i as f64),
            })
            .collect();
        let detected = Detected::new(Format::Sds, "a test");
        let read = table("x", wells, detected, Notes::default(), &Options::default()).unwrap();
        assert_eq!(read.table.samples, ["a", "b (1)", "b (2)"]);
        assert_eq!(read.measured_as, ["a", "b", "b"]);
        assert_eq!(read.table.features, ["u6", "u6 (2)", "x", "y"]);
        assert_eq!(read.table.row(2), [Reading::Value(22.0), Reading::Value(24.0), Reading::Value(25.0)]);
        assert_eq!(read.table.row(1), [Reading::Value(21.0), Reading::Missing, Reading::Missing]);
    }

    #[test]
    fn wells_are_told_from_words() {
        assert!(["1", "384", "A1", "P24", "S48-A01", "AB12"].iter().all(|well| is_well(well)));
        assert!(["", "Well", "Analysis Type", "[Raw Data]", "PlateID"].iter().all(|word| !is_well(word)));
    }
}
