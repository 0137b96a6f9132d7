//! ZetaView size distribution: lines `Name: value`, then the table twice, in equal and in logarithmic bins, with a row
//! of −1 between. Concentrations are those of the diluted sample.

use vesicle_base::Problem;

use super::{Capture, Dilution, SizeMeasurement, ascending};
use crate::cells::{Cells, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::key;
use crate::mistakes::{Mistakes, in_file, whole_file};
use crate::notes::Notes;
use crate::number::Decimal;

/// The first day of the clock of the instrument's software: a check dated so has never been made.
const NEVER: &str = "1904-01-01";

fn find(cells: &Cells) -> Option<()> {
    let says =
        |row: Row<'_>| row.get(0).starts_with("ZetaView S/N") || row.get(1).starts_with("ZetaView (version");
    cells.rows().take(30).any(says).then_some(())
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    document.find(find)?;
    Some(Detected::new(Format::ZetaView, "its head names the serial number or version of a ZetaView"))
}

/// The cell after the one that reads `name`, wherever in its line it stands.
fn field<'a>(cells: &'a Cells, name: &str) -> Option<&'a str> {
    let wanted = key(name);
    cells.rows().take(200).find_map(|row| {
        let at = (0..row.len()).find(|&at| key(row.get(at)) == wanted && row.get(at).ends_with(':'))?;
        Some(row.get(at + 1)).filter(|text| !text.is_empty())
    })
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<SizeMeasurement, Vec<Problem>> {
    let Some((sheet, ())) = document.find(find) else { return Err(crate::detect::unknown(document)) };
    let (file, cells) = (document.name.as_str(), &sheet.cells);
    let Some(header) = cells.rows().position(|row| key(row.get(0)) == "sizenm") else {
        let measured =
            field(cells, "Type of Measurement").unwrap_or("a measurement without a table of sizes");
        let problem = Problem::new(format!("{file} holds no size distribution"));
        return Err(vec![problem.expected("a file of type Size Distribution").found(measured)]);
    };
    let mut notes = Notes::default();
    let table = Table::read(file, cells, header, &mut notes)?;
    let traces: f64 = table.number.iter().sum();
    let usable = traces > 0.0;
    if !usable {
        notes.say("nothing was traced: an empty capture, and no measurement of zero");
    }
    let dilution = dilution(cells, table.decimal, &mut notes);
    let sample =
        field(cells, "Sample").or_else(|| field(cells, "Experiment")).unwrap_or(&document.stem).to_owned();
    let capture = Capture {
        name: field(cells, "Experiment").unwrap_or(&sample).to_owned(),
        total_per_ml: table.per_ml.iter().sum(),
        per_ml: table.per_ml,
        traces: Some(traces),
        usable,
        warnings: Vec::new(),
    };
    let warnings = warnings(cells, &mut notes);
    Ok(SizeMeasurement {
        detected,
        sample,
        bin_centre_nm: table.centres,
        captures: vec![capture],
        dilution,
        warnings,
        notes,
    })
}

fn dilution(cells: &Cells, decimal: Decimal, notes: &mut Notes) -> Dilution {
    let factor = field(cells, "Dilution").and_then(|text| decimal.parse(text));
    if let Some(factor) = factor.filter(|&factor| factor >= 1.0) {
        notes.say(format!("concentrations are those of the sample diluted {factor} times"));
        return Dilution::NotApplied(factor);
    }
    notes.say("dilution not recorded: concentrations are those of the measured liquid");
    Dilution::NotRecorded
}

/// The checks that the instrument reports as failed; one that was never made says nothing.
fn warnings(cells: &Cells, notes: &mut Notes) -> Vec<String> {
    let mut warnings = Vec::new();
    let drift = field(cells, "Particle Drift Check Result");
    let checked = field(cells, "Particle Drift Checked").unwrap_or(NEVER);
    match drift {
        Some(result) if checked.starts_with(NEVER) => {
            notes.say(format!(
                "particle drift was never checked (dated {NEVER}), so its result \"{result}\" says nothing"
            ));
        }
        Some(result) if !result.to_lowercase().contains("good") && !result.eq_ignore_ascii_case("ok") => {
            warnings.push(format!("particle drift {result}"));
        }
        _ => {}
    }
    if let Some(result) =
        field(cells, "Cell Check Result").filter(|result| !result.to_lowercase().contains("good"))
    {
        warnings.push(format!("cell check {result}"));
    }
    warnings
}

struct Table {
    decimal: Decimal,
    centres: Vec<f64>,
    number: Vec<f64>,
    per_ml: Vec<f64>,
}

impl Table {
    fn read(file: &str, cells: &Cells, header: usize, notes: &mut Notes) -> Result<Self, Vec<Problem>> {
        let names = cells.row(header);
        let place = |name: &str| (0..names.len()).find(|&at| key(names.get(at)).starts_with(name));
        let (Some(number), Some(per_ml)) = (place("number"), place("concentration")) else {
            return Err(whole_file(file, "no columns Number and Concentration beside Size"));
        };
        let texts = cells.rows_from(header + 1).map(|row| row.get(0));
        let decimal = Decimal::of(texts, false).map_err(|problem| in_file(file, problem))?;
        let mut table = Self { decimal, centres: Vec::new(), number: Vec::new(), per_ml: Vec::new() };
        let mut mistakes = Mistakes::of(file);
        for (read, row) in cells.rows_from(header + 1).enumerate() {
            if decimal.parse(row.get(0)).is_some_and(|size| size < 0.0) {
                let rest = cells.n_rows() - header - 1 - read;
                notes.add("rows of the same particles in logarithmic bins not read", rest.saturating_sub(1));
                break;
            }
            table.centres.push(checked(row, 0, decimal, &mut mistakes));
            table.number.push(checked(row, number, decimal, &mut mistakes));
            table.per_ml.push(checked(row, per_ml, decimal, &mut mistakes));
        }
        if !ascending(&table.centres) {
            mistakes.at(names.line(), 1, Problem::new("sizes that do not ascend from above 0"));
        }
        mistakes.or(table)
    }
}

fn checked(row: Row<'_>, column: usize, decimal: Decimal, mistakes: &mut Mistakes) -> f64 {
    let cell = row.cell(column);
    decimal.parse(cell.text).filter(|&value| value >= 0.0).unwrap_or_else(|| {
        let problem = Problem::new("not a size or number").expected("a number from 0 up").found(cell.text);
        mistakes.at(cell.line, cell.column, problem);
        0.0
    })
}
