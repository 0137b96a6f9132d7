//! Where in a matrix the header, the feature names and the sample columns are.

use std::collections::HashSet;

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::counts::kind::is_rna;
use crate::header::{WIDEST, key};
use crate::mistakes::{Mistakes, whole_file};
use crate::notes::Notes;
use crate::number::{Decimal, says_not_detected, says_nothing};

/// A matrix located in its sheet.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) first_row: usize,
    pub(crate) feature_column: usize,
    /// Sample name and column.
    pub(crate) samples: Vec<(String, usize)>,
}

/// Endings that programs put behind every sample name.
const ENDINGS: [&str; 11] = [
    ".counts",
    ".count",
    "_counts",
    "_count",
    ".raw",
    ".sorted.bam",
    ".bam",
    ".sam",
    ".fastq.gz",
    ".fastq",
    ".fq",
];
/// Endings of columns that hold the same samples once more, normalised.
const NORMALISED: [&str; 6] = [".rpm", ".cpm", ".tpm", ".rpkm", ".fpkm", ".norm"];
/// Columns that summarise or describe a row.
const SUMMARIES: [&str; 9] =
    ["length", "total", "sum", "rowsum", "rowsums", "mean", "average", "avg", "genelength"];

/// Whether a cell can stand in a sample column.
pub(crate) fn is_numeric(text: &str) -> bool {
    Decimal::Point.parse(text).is_some() || Decimal::Comma.parse(text).is_some()
}

fn is_word(text: &str) -> bool {
    !(is_numeric(text) || says_nothing(text) || says_not_detected(text) || text.starts_with('>'))
}

/// Finds the matrix; comment rows and a preamble above it are passed over.
pub(crate) fn find(file: &str, cells: &Cells, notes: &mut Notes) -> Result<Layout, Vec<Problem>> {
    let Some(header) = header_row(cells) else {
        return Err(whole_file(file, "no matrix: no row of names above rows of numbers"));
    };
    let width = (header + 1..cells.n_rows()).map(|at| cells.row(at).len()).max().unwrap_or(0);
    if width > WIDEST {
        return Err(whole_file(file, format!("matrix of more than {WIDEST} columns")));
    }
    let kinds: Vec<Column> = (0..width).map(|column| Column::of(cells, header + 1, column)).collect();
    let feature_column = feature_column(cells, header, &kinds);
    // R leaves the corner out, so that the header is one name shorter than its rows.
    let shift = usize::from(cells.row(header).len() + 1 == width && !is_corner(cells.row(header).get(0)));
    let mut mistakes = Mistakes::of(file);
    let mut samples = Vec::new();
    for (column, kind) in kinds.iter().enumerate().skip(feature_column + 1) {
        let cell = cells.row(header).cell(column - shift);
        match kind {
            Column::Empty if cell.text.is_empty() => {}
            Column::Words => {
                notes.add(&format!("column \"{}\" holds words and is not a sample", cell.text), 1);
            }
            _ if SUMMARIES.contains(&key(cell.text).as_str()) => {
                notes.add(&format!("column \"{}\" describes the rows and is not a sample", cell.text), 1);
            }
            _ if cell.text.is_empty() => {
                let place = cells.row(header + 1).cell(column);
                mistakes.at(place.line, place.column, Problem::new("numbers under a column without a name"));
            }
            _ => samples.push((cell.text.to_owned(), column)),
        }
    }
    let samples = plain_names(samples, notes);
    repeated(&samples, cells, header, shift, &mut mistakes);
    if samples.is_empty() {
        return Err(whole_file(file, "no column of numbers"));
    }
    mistakes.or(Layout { first_row: header + 1, feature_column, samples })
}

fn is_corner(text: &str) -> bool {
    text.is_empty()
        || ["mirna", "gene", "id", "feature", "name", "geneid", "target", "assay"]
            .contains(&key(text).as_str())
}

/// The first row, comments aside, that is as wide as most rows, or one narrower.
fn header_row(cells: &Cells) -> Option<usize> {
    let sample: Vec<usize> = cells.rows().take(2000).map(|row| row.len()).collect();
    let width = *sample.iter().max_by_key(|&&w| (sample.iter().take(200).filter(|&&v| v == w).count(), w))?;
    if width < 2 || cells.n_rows() < 2 {
        return None;
    }
    let found = (0..cells.n_rows() - 1).find(|&at| {
        let row = cells.row(at);
        let filled = row.cells().filter(|cell| !cell.text.is_empty()).count();
        row.len() + 1 >= width && filled + 1 >= width.min(row.len()) && !row.get(0).starts_with("##")
    })?;
    // names with gaps (merged cells) above a row of numbers are the header all the same: the gaps are told later
    let gapped =
        found.checked_sub(1).filter(|&above| names(cells, above, width) && !names(cells, found, width));
    Some(gapped.unwrap_or(found))
}

/// Whether most columns of a row hold a word.
fn names(cells: &Cells, at: usize, width: usize) -> bool {
    let words = |cell: &str| !cell.is_empty() && is_word(cell);
    cells.row(at).cells().skip(1).filter(|cell| words(cell.text)).count() * 2 >= width
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Empty,
    Words,
    Numbers,
}

impl Column {
    /// Words when most of what stands there is no number; a single slip in a column of numbers stays a mistake.
    fn of(cells: &Cells, first: usize, column: usize) -> Self {
        let (mut words, mut numbers) = (0, 0);
        for row in cells.rows_from(first).take(5000) {
            let text = row.get(column);
            if is_word(text) {
                words += 1;
            } else if !text.is_empty() {
                numbers += 1;
            }
        }
        match (words, numbers) {
            (0, 0) => Self::Empty,
            _ if words > numbers => Self::Words,
            _ => Self::Numbers,
        }
    }
}

/// The first column; where it only numbers the rows, the first column of RNA names, else of words that do not recur.
fn feature_column(cells: &Cells, header: usize, kinds: &[Column]) -> usize {
    if kinds.first() != Some(&Column::Numbers) {
        return 0;
    }
    let words = || (0..kinds.len()).filter(|&column| kinds[column] == Column::Words);
    let texts = |column| cells.rows_from(header + 1).take(5000).map(move |row| row.get(column));
    let n = cells.n_rows().saturating_sub(header + 1).min(5000);
    let full = |column| texts(column).all(|text| !text.is_empty());
    let named =
        words().find(|&column| full(column) && texts(column).filter(|text| is_rna(text)).count() * 2 > n);
    let distinct = || words().find(|&column| texts(column).collect::<HashSet<_>>().len() == n);
    named.or_else(distinct).unwrap_or(0)
}

/// Sample names without the ending that all of them carry; columns that repeat them normalised are dropped.
fn plain_names(samples: Vec<(String, usize)>, notes: &mut Notes) -> Vec<(String, usize)> {
    let ends = |name: &str, endings: &[&'static str]| {
        let lower = name.to_ascii_lowercase();
        endings.iter().copied().find(|&ending| lower.ends_with(ending) && lower.len() > ending.len())
    };
    let counted = samples.iter().any(|(name, _)| ends(name, &ENDINGS[..4]).is_some());
    let before = samples.len();
    let mut kept: Vec<(String, usize)> =
        samples.into_iter().filter(|(name, _)| !(counted && ends(name, &NORMALISED).is_some())).collect();
    notes.add("normalised columns beside the counts left out", before - kept.len());
    while let Some(ending) = kept.first().and_then(|(name, _)| ends(name, &ENDINGS)) {
        if !kept.iter().all(|(name, _)| ends(name, &[ending]).is_some()) {
            break;
        }
        notes.say(format!("ending \"{ending}\" taken off every sample name"));
        for (name, _) in &mut kept {
            name.truncate(name.len() - ending.len());
        }
    }
    kept
}

fn repeated(
    samples: &[(String, usize)],
    cells: &Cells,
    header: usize,
    shift: usize,
    mistakes: &mut Mistakes,
) {
    let mut seen = HashSet::new();
    for (name, column) in samples {
        if !seen.insert(name) {
            let cell = cells.row(header).cell(column - shift);
            mistakes.at(cell.line, cell.column, Problem::new("sample name used twice").found(name));
        }
    }
}
