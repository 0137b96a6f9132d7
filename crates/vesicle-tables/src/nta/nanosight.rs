//! NanoSight experiment summary: sections found by name, one column a capture, then Average and Standard Error.

use vesicle_base::Problem;

use super::{Capture, Dilution, SizeMeasurement, ascending};
use crate::cells::{Cells, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::key;
use crate::mistakes::{Mistakes, fits, in_file, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;

fn find(cells: &Cells) -> Option<()> {
    let says =
        |text: &str| text.starts_with("NTA Experiment Summary") || text.starts_with("Created with NTA");
    let sections = ["[Size Data]", "[Results]"].iter().all(|name| section(cells, name).is_some());
    (cells.rows().take(10).any(|row| says(row.get(0))) || sections).then_some(())
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, ()) = document.find(find)?;
    let because = format!("it says \"{}\" and has sections in brackets", sheet.cells.row(0).get(0));
    Some(Detected::new(Format::NanoSight, because))
}

/// First row below a section's name, and the row of the next section.
fn section(cells: &Cells, name: &str) -> Option<(usize, usize)> {
    let start = cells.rows().position(|row| row.get(0).eq_ignore_ascii_case(name))? + 1;
    let end = cells.rows_from(start).position(|row| row.get(0).starts_with('['));
    Some((start, end.map_or(cells.n_rows(), |rows| start + rows)))
}

/// The row of a section whose first cell begins with `name`.
fn row_of<'a>(cells: &'a Cells, (start, end): (usize, usize), name: &str) -> Option<Row<'a>> {
    (start..end).map(|at| cells.row(at)).find(|row| key(row.get(0)).starts_with(name))
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<SizeMeasurement, Vec<Problem>> {
    let Some((sheet, ())) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let (file, cells) = (document.name.as_str(), &sheet.cells);
    let names = captures(cells);
    let Some(block) = section(cells, "[Size Data]").filter(|_| !names.is_empty()) else {
        return Err(whole_file(file, "no names of captures or no section [Size Data]"));
    };
    let sizes = Sizes::read(file, cells, block, names.len())?;
    let mut notes = Notes::default();
    let results = section(cells, "[Results]").unwrap_or((0, 0));
    let reported = row_of(cells, results, "concentration");
    let tracks = row_of(cells, results, "completedtracks");
    let list = (0..names.len()).map(|at| {
        let number = |row: Option<Row<'_>>| row.and_then(|row| sizes.decimal.parse(row.get(at + 1)));
        let sum: f64 = sizes.captures[at].iter().sum();
        let traced = number(tracks);
        Capture {
            name: names[at].clone(),
            total_per_ml: number(reported).unwrap_or(sum),
            usable: sum > 0.0 && traced != Some(0.0),
            traces: traced,
            warnings: warnings(cells, at + 1),
            per_ml: sizes.captures[at].clone(),
        }
    });
    let list: Vec<Capture> = list.collect();
    let failed = list.iter().filter(|capture| !capture.usable).count();
    notes.add("captures that measured nothing left out of every mean", failed);
    notes.say(format!("the instrument's size distribution by {}", sizes.method));
    Ok(SizeMeasurement {
        detected,
        sample: sample(cells, &document.stem),
        bin_centre_nm: sizes.centres,
        captures: list,
        dilution: dilution(row_of(cells, results, "dilutionfactor"), sizes.decimal, &mut notes),
        warnings: Vec::new(),
        notes,
    })
}

fn captures(cells: &Cells) -> Vec<String> {
    let row = cells.rows().take(60).find(|row| key(row.get(0)) == "filename");
    let names = row
        .map(|row| row.cells().skip(1).map(|cell| cell.text.to_owned()).take_while(|name| !name.is_empty()));
    names.map(Iterator::collect).unwrap_or_default()
}

fn sample(cells: &Cells, stem: &str) -> String {
    let details = section(cells, "[Experiment Details]").unwrap_or((0, 0));
    let named = ["samplename", "experimentname"].iter().find_map(|name| {
        let text = row_of(cells, details, name)?.get(1);
        (!text.is_empty()).then(|| text.strip_suffix(".nano").unwrap_or(text).to_owned())
    });
    named.unwrap_or_else(|| stem.to_owned())
}

fn dilution(row: Option<Row<'_>>, decimal: Decimal, notes: &mut Notes) -> Dilution {
    let text = row.map_or("", |row| row.get(1));
    if let Some(factor) = decimal.parse(text).filter(|&factor| factor >= 1.0) {
        notes.say(format!("concentrations are already adjusted for a dilution of {factor}"));
        return Dilution::Applied(factor);
    }
    notes.say("dilution not recorded: concentrations are those of the measured liquid");
    Dilution::NotRecorded
}

/// What the instrument holds against one capture.
fn warnings(cells: &Cells, column: usize) -> Vec<String> {
    let (start, end) = section(cells, "[Concentration Warnings]").unwrap_or((0, 0));
    let rows = (start..end).map(|at| cells.row(at));
    rows.filter(|row| !matches!(row.get(column), "" | "OK" | "No"))
        .map(|row| format!("{}: {}", row.get(0), row.get(column)))
        .collect()
}

/// The number-weighted distribution.
struct Sizes {
    method: String,
    decimal: Decimal,
    centres: Vec<f64>,
    /// Per capture and bin, particles per mL.
    captures: Vec<Vec<f64>>,
}

impl Sizes {
    fn read(file: &str, cells: &Cells, (start, end): (usize, usize), n: usize) -> Result<Self, Vec<Problem>> {
        let header = (start..end).find(|&at| key(cells.row(at).get(0)).starts_with("bincentre"));
        let Some(header) = header else {
            return Err(whole_file(file, "no size distribution: no row Bin centre (nm)"));
        };
        let weighting = row_of(cells, (start, header), "weighting").map_or("", |row| row.get(1));
        if !weighting.is_empty() && !weighting.eq_ignore_ascii_case("number") {
            let place = format!("first distribution weighted by {weighting}");
            return Err(vec![Problem::new(place).expected("the distribution by number exported first")]);
        }
        fits(file, end - header, n)?;
        let rows: Vec<Row<'_>> = (header + 1..end)
            .map(|at| cells.row(at))
            .take_while(|row| row.get(0).starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        let texts = rows.iter().flat_map(|row| (0..=n).map(|c| row.get(c)));
        let decimal = Decimal::of(texts, false).map_err(|problem| in_file(file, problem))?;
        // Earlier software states millions per mL.
        let unit = if cells.row(header).get(1).contains("E6") { 1e6 } else { 1.0 };
        let mut mistakes = Mistakes::of(file);
        let (mut centres, mut captures) = (Vec::new(), vec![Vec::new(); n]);
        for row in rows {
            centres.push(checked(row, 0, decimal, &mut mistakes));
            for (at, capture) in captures.iter_mut().enumerate() {
                capture.push(unit * checked(row, at + 1, decimal, &mut mistakes));
            }
        }
        if !ascending(&centres) {
            let row = cells.row(header + 1);
            mistakes.at(row.line(), 1, Problem::new("bin centres that do not ascend from above 0"));
        }
        let method =
            row_of(cells, (start, header), "analysismethod").map_or("an unnamed method", |row| row.get(1));
        mistakes.or(Self { method: method.to_owned(), decimal, centres, captures })
    }
}

fn checked(row: Row<'_>, column: usize, decimal: Decimal, mistakes: &mut Mistakes) -> f64 {
    let cell = row.cell(column);
    decimal.parse(cell.text).filter(|&value| value >= 0.0).unwrap_or_else(|| {
        let problem =
            Problem::new("not a size or concentration").expected("a number from 0 up").found(cell.text);
        mistakes.at(cell.line, cell.column, problem);
        0.0
    })
}
