//! Result tables of differential tests, read from DESeq2, edgeR, limma and tables of several contrasts; and written.

mod columns;
pub(crate) mod write_csv;
pub(crate) mod write_xlsx;

use vesicle_base::Problem;

use crate::cells::{Cells, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::mistakes::{Mistakes, in_file};
use crate::notes::Notes;
use crate::number::{Decimal, says_nothing};

/// A p value after adjustment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Adjusted {
    /// Adjusted p value.
    Value(f64),
    /// Set aside before adjustment: DESeq2 writes NA for features of low counts and outliers. Not a p of 1.
    Filtered,
    /// Not given.
    Missing,
}

/// One feature of a result table.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultRow {
    /// Feature name as given.
    pub feature: String,
    /// Log2 fold change.
    pub log2_fold_change: Option<f64>,
    /// Standard error of the log2 fold change.
    pub standard_error: Option<f64>,
    /// Mean expression on the scale of the source.
    pub mean: Option<f64>,
    /// Test statistic.
    pub statistic: Option<f64>,
    /// p value.
    pub p: Option<f64>,
    /// Adjusted p value.
    pub adjusted: Adjusted,
}

/// The results of one contrast.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultTable {
    /// The format and why it was chosen.
    pub detected: Detected,
    /// Name of the contrast where the columns carry one, else empty.
    pub contrast: String,
    /// One row a feature.
    pub rows: Vec<ResultRow>,
    /// What was decided on the way.
    pub notes: Notes,
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(columns::find).map(|(_, found)| found.detected)
}

/// Reads a table of results; several contrasts in one table give one result each.
///
/// # Errors
/// Every problem of the file with its place: an unknown layout, cells that are no numbers, p values outside 0 to 1.
pub fn read_results(document: &Document) -> Result<Vec<ResultTable>, Vec<Problem>> {
    let Some((sheet, found)) = document.find(columns::find) else {
        return Err(crate::detect::unknown(document));
    };
    let cells = &sheet.cells;
    let numeric: Vec<usize> = found.contrasts.iter().flat_map(columns::Contrast::numbers).collect();
    let texts = cells.rows_from(found.header + 1).flat_map(|row| numeric.iter().map(move |&c| row.get(c)));
    let decimal = Decimal::of(texts, false).map_err(|problem| in_file(&document.name, problem))?;
    let mut mistakes = Mistakes::of(&document.name);
    let mut tables = Vec::new();
    for contrast in &found.contrasts {
        let mut notes = Notes::default();
        notes.say(format!("stored as {}", document.stored_as()));
        let rows = read_rows(cells, &found, contrast, decimal, &mut notes, &mut mistakes);
        let name = contrast.name.clone();
        tables.push(ResultTable { detected: found.detected.clone(), contrast: name, rows, notes });
    }
    mistakes.or(tables)
}

fn read_rows(
    cells: &Cells,
    found: &columns::Found,
    contrast: &columns::Contrast,
    decimal: Decimal,
    notes: &mut Notes,
    mistakes: &mut Mistakes,
) -> Vec<ResultRow> {
    let mut rows = Vec::new();
    for row in cells.rows_from(found.header + 1) {
        let mut number = |at: Option<usize>| number(row, at.map(|at| at + found.shift), decimal, mistakes);
        let p = number(contrast.p);
        let adjusted = match number(contrast.adjusted) {
            Some(value) => Adjusted::Value(value),
            None if contrast.adjusted.is_none() => Adjusted::Missing,
            None if found.detected.format == Format::Deseq2 => {
                notes.count("NA padj read as filtered, not as 1");
                Adjusted::Filtered
            }
            None => Adjusted::Missing,
        };
        rows.push(ResultRow {
            feature: row.get(found.feature).to_owned(),
            log2_fold_change: number(contrast.log2_fold_change),
            standard_error: number(contrast.standard_error),
            mean: number(contrast.mean),
            statistic: number(contrast.statistic),
            p,
            adjusted,
        });
        for at in [contrast.p, contrast.adjusted].into_iter().flatten() {
            let cell = row.cell(at + found.shift);
            if decimal.parse(cell.text).is_some_and(|p| !(0.0..=1.0).contains(&p)) {
                let problem = Problem::new("p value outside 0 to 1").found(cell.text);
                mistakes.at(cell.line, cell.column, problem);
            }
        }
    }
    rows
}

fn number(row: Row<'_>, at: Option<usize>, decimal: Decimal, mistakes: &mut Mistakes) -> Option<f64> {
    let cell = row.cell(at?);
    let value = decimal.parse(cell.text);
    let infinite = ["Inf", "-Inf"].contains(&cell.text);
    if value.is_none() && !says_nothing(cell.text) && !infinite {
        mistakes.at(
            cell.line,
            cell.column,
            Problem::new("not a number").expected("a number or NA").found(cell.text),
        );
    }
    value
}
