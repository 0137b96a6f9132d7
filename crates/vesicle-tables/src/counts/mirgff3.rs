//! miRGFF3: one isomiR a line, `Name=…; Expression=a,b; Filter=Pass`, samples in `## COLDATA`; summed per miRNA.

use std::collections::HashMap;

use vesicle_base::Problem;

use crate::cells::{Cells, MAX_CELLS, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::mistakes::{Mistakes, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::ReadTable;

/// Counts added up per miRNA, in the order of first appearance.
pub(crate) struct Sums {
    n_samples: usize,
    names: Vec<String>,
    at: HashMap<String, usize>,
    values: Vec<f64>,
}

impl Sums {
    pub(crate) fn new(n_samples: usize) -> Self {
        Self { n_samples, names: Vec::new(), at: HashMap::new(), values: Vec::new() }
    }

    /// The sums of one miRNA.
    pub(crate) fn row(&mut self, name: &str) -> &mut [f64] {
        let at = if let Some(&at) = self.at.get(name) {
            at
        } else {
            self.at.insert(name.to_owned(), self.names.len());
            self.names.push(name.to_owned());
            self.values.resize(self.values.len() + self.n_samples, 0.0);
            self.names.len() - 1
        };
        &mut self.values[at * self.n_samples..(at + 1) * self.n_samples]
    }

    pub(crate) fn n_cells(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn finished(self) -> (Vec<String>, Vec<f64>) {
        (self.names, self.values)
    }
}

fn find(cells: &Cells) -> Option<()> {
    let named = cells.rows().take(5).any(|row| row.get(0).to_lowercase().contains("mirgff3"));
    (named || (coldata(cells).is_some() && cells.rows().take(50).any(is_line))).then_some(())
}

fn is_line(row: Row<'_>) -> bool {
    row.get(8).contains("Expression=")
}

/// The samples that the `## COLDATA` line names.
fn coldata(cells: &Cells) -> Option<Vec<String>> {
    cells.rows().take(50).find_map(|row| {
        let line = row.cells().map(|cell| cell.text).collect::<Vec<_>>().join(",");
        let list = line
            .trim_start_matches(['#', ' '])
            .strip_prefix("COLDATA")?
            .trim_start_matches([':', ' '])
            .to_owned();
        Some(list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect())
    })
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(
        Format::MirGff3,
        "the comments name miRGFF3 or COLDATA and the lines carry Expression=",
    ))
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<ReadTable, Vec<Problem>> {
    let Some((sheet, ())) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let Some(samples) = coldata(&sheet.cells).filter(|samples| !samples.is_empty()) else {
        let what = "no samples: the line `## COLDATA: a,b` is missing";
        return Err(whole_file(&document.name, what));
    };
    let mut sums = Sums::new(samples.len());
    let mut notes = Notes::default();
    let mut mistakes = Mistakes::of(&document.name);
    for row in sheet.cells.rows().filter(|row| !row.get(0).starts_with('#')) {
        line(row, &mut sums, &mut notes, &mut mistakes);
        if sums.n_cells() > MAX_CELLS {
            return Err(whole_file(&document.name, "more miRNAs by samples than a table can hold"));
        }
    }
    if sums.n_cells() == 0 {
        return Err(mistakes
            .or(())
            .err()
            .unwrap_or_else(|| whole_file(&document.name, "no miRNA that passed its filter")));
    }
    Ok(ReadTable::new(detected, mistakes.or(sums.table(samples))?, notes))
}

/// The value of one attribute: `Name=hsa-let-7a-5p`.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    attributes
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(name)?.trim_start().strip_prefix(['=', ' ']))
        .map(str::trim)
}

fn line(row: Row<'_>, sums: &mut Sums, notes: &mut Notes, mistakes: &mut Mistakes) {
    let attributes = row.cell(8);
    let found = attribute(attributes.text, "Name").zip(attribute(attributes.text, "Expression"));
    let Some((name, expression)) = found else {
        let problem = Problem::new("line without Name and Expression")
            .expected("nine fields, the last with attributes");
        mistakes.at(attributes.line, attributes.column, problem.found(attributes.text));
        return;
    };
    let filter = attribute(attributes.text, "Filter").unwrap_or("Pass");
    if !filter.eq_ignore_ascii_case("pass") {
        notes.count(&format!("lines with Filter={filter} left out"));
        return;
    }
    let counts: Option<Vec<f64>> = expression.split(',').map(|text| Decimal::Point.parse(text)).collect();
    let n = sums.n_samples;
    let Some(counts) = counts.filter(|counts| counts.len() == n && counts.iter().all(|&count| count >= 0.0))
    else {
        let problem =
            Problem::new("wrong Expression").expected(format!("{n} counts, one for each sample of COLDATA"));
        mistakes.at(attributes.line, attributes.column, problem.found(expression));
        return;
    };
    notes.count("lines of isomiRs summed per miRNA");
    sums.row(name).iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}
