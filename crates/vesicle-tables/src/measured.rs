//! A laboratory's own values: one row a value, with the arm and the outcome it belongs to. Columns `arm`, `outcome`
//! and `value`; `unit`, `time` and `n` where they are known. Names and units are the caller's to match.

use vesicle_base::{Place, Problem};

use crate::document::Document;
use crate::header::{self, Header};
use crate::mistakes::Mistakes;
use crate::number::{Decimal, says_nothing};

/// The columns, those that are needed first.
pub const COLUMNS: [&str; 6] = ["arm", "outcome", "value", "unit", "time", "n"];
const NEEDED: usize = 3;
/// Names of each column, by [`header::key`].
const NAMES: [&[&str]; 6] = [
    &["arm", "group", "treatment", "condition"],
    &["outcome", "readout", "endpoint", "measure"],
    &["value", "count", "mean", "result"],
    &["unit", "units"],
    &["time", "timed", "day", "days"],
    &["n", "animals", "replicates", "samples"],
];

/// One measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Name of the arm as it was written.
    pub arm: String,
    /// Name of the outcome as it was written.
    pub outcome: String,
    /// The value.
    pub value: f64,
    /// Its unit as it was written; empty when none was.
    pub unit: String,
    /// When it was measured, as it was written: `21 d`, or days without a unit; empty when not said.
    pub time: String,
    /// Animals or dishes behind the value; 1 when not said.
    pub n: u32,
    /// Where arm, outcome, unit and time stand, in this order; the row's begin where a column is absent.
    pub places: [Place; 4],
}

/// Reads the values.
///
/// # Errors
/// Every problem of the file with its place: no column of arms, outcomes or values, a value that is no number, an n
/// that is no whole number above 0, a row without arm or outcome, a file without rows.
pub fn read_measured(document: &Document) -> Result<Vec<Measured>, Vec<Problem>> {
    let arm = |header: &Header| header.find(NAMES[0]);
    let found = document.find(|cells| header::find_row(cells, 10, arm));
    let Some((sheet, (at, _))) = found else { return Err(lacking(document, &[COLUMNS[0]])) };
    let header = Header::of(sheet.cells.row(at));
    let columns = NAMES.map(|names| header.find(names));
    let absent: Vec<&str> = (0..NEEDED).filter(|i| columns[*i].is_none()).map(|i| COLUMNS[i]).collect();
    let [Some(arm), Some(outcome), Some(value), unit, time, n] = columns else {
        return Err(lacking(document, &absent));
    };
    let rows = || sheet.cells.rows_from(at + 1);
    let decimal = Decimal::of(rows().map(|row| row.get(value)), false)
        .map_err(|problem| crate::mistakes::in_file(&document.name, problem))?;
    let mut mistakes = Mistakes::of(&document.name);
    let mut measured = Vec::new();
    for row in rows() {
        for (name, column) in [("arm", arm), ("outcome", outcome)] {
            if row.get(column).is_empty() {
                let what = Problem::new(format!("row without {name}")).expected("a name of the experiment");
                mistakes.at(row.line(), 1, what);
            }
        }
        let cell = row.cell(value);
        let Some(number) = decimal.parse(cell.text).filter(|_| !says_nothing(cell.text)) else {
            let wrong = Problem::new("value that is no number").expected("one finite number a row");
            mistakes.at(cell.line.max(row.line()), cell.column.max(1), wrong.found(cell.text));
            continue;
        };
        let place = |column: Option<usize>| match column.map(|c| row.cell(c)) {
            Some(cell) if cell.line > 0 => {
                Place { file: document.name.clone(), line: cell.line, column: cell.column }
            }
            _ => Place { file: document.name.clone(), line: row.line(), column: 1 },
        };
        let text = |column: Option<usize>| column.map_or(String::new(), |c| row.get(c).to_owned());
        let percent = if unit.is_none() && cell.text.ends_with('%') { "%" } else { "" };
        measured.push(Measured {
            arm: row.get(arm).to_owned(),
            outcome: row.get(outcome).to_owned(),
            value: number,
            unit: if percent.is_empty() { text(unit) } else { percent.to_owned() },
            time: text(time),
            n: animals(&text(n), &place(n), &mut mistakes),
            places: [place(Some(arm)), place(Some(outcome)), place(unit), place(time)],
        });
    }
    if measured.is_empty() {
        let place = Place { file: document.name.clone(), line: 1, column: 1 };
        mistakes.at(
            place.line,
            place.column,
            Problem::new("no measured value").expected("rows below the header"),
        );
    }
    mistakes.or(measured)
}

fn animals(text: &str, place: &Place, mistakes: &mut Mistakes) -> u32 {
    if text.is_empty() {
        return 1;
    }
    text.parse().ok().filter(|n| *n > 0).unwrap_or_else(|| {
        let problem = Problem::new("wrong n").expected("a whole number above 0").found(text);
        mistakes.at(place.line, place.column, problem);
        1
    })
}

fn lacking(document: &Document, absent: &[&str]) -> Vec<Problem> {
    let header = document.sheets().next().map(|sheet| sheet.cells.row(0));
    let names: Vec<&str> = header.map(|row| row.cells().map(|cell| cell.text).collect()).unwrap_or_default();
    let place = Place { file: document.name.clone(), line: 1, column: 1 };
    let problem = |wanted: &&str| {
        Problem::new(format!("no column `{wanted}` among the measured values"))
            .at(&place)
            .expected(format!("the columns {}", COLUMNS.join(", ")))
            .found(names.join(", "))
            .nearest(wanted, names.iter().copied())
    };
    absent.iter().map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> Result<Vec<Measured>, Vec<Problem>> {
        read_measured(&Document::load(&Source::new("m.csv", text.into())?)?)
    }

    #[test]
    fn rows_are_read_with_their_places() {
        let rows =
            read("Arm,Outcome,Value,Unit,Time\nsaline,vessel area,22.5,%,21 d\nyoung,vessel area,4,%,\n")
                .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].value, rows[0].unit.as_str(), rows[0].time.as_str(), rows[0].n),
            (22.5, "%", "21 d", 1)
        );
        assert_eq!(rows[1].places[0].to_string(), "m.csv:3:1");
        assert_eq!(rows[1].places[2].to_string(), "m.csv:3:21");
    }

    #[test]
    fn decimal_commas_and_a_percent_sign_are_understood() {
        let rows = read("arm;outcome;value;n\na;o;3,5%;4\n").unwrap();
        assert_eq!((rows[0].value, rows[0].unit.as_str(), rows[0].n), (3.5, "%", 4));
    }

    #[test]
    fn all_slips_are_told_at_once() {
        let told = read("arm,outcome,value,n\na,o,many,4\n,o,1,0\nb,,2,1\n").unwrap_err();
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:#?}");
        assert!(told[0].starts_with("m.csv:2:5: value that is no number"), "{}", told[0]);
        assert_eq!(read("arm,value\na,1\n").unwrap_err().len(), 1);
        assert_eq!(read("arm,outcome,value\n").unwrap_err().len(), 1);
        assert!(read("").is_err());
    }
}
