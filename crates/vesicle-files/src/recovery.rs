//! The reference table of synthetic truth: tab-separated, one row a mechanism and draw, one column a number at one time
//! of an arm (named `number at time, arm`; ln of its ratio to the first arm, which has no column), after a row `spread`
//! with the standard deviation of each column between animals and a row `kept` with the correlation of an animal's
//! deviation with that at the time before (0 at the first time of a number).

use crate::{bounded, tsv};
use std::fmt::Write as _;
use std::path::Path;
use vesicle_base::Problem;
use vesicle_experiment::screen::recovery::Reference;

const SPREAD: &str = "spread";
const KEPT: &str = "kept";

/// The table as text.
pub fn text(reference: &Reference) -> String {
    let mut text = String::from("# title: reference table of synthetic truth\nmechanism\tdraw");
    reference.columns.iter().for_each(|column| {
        let _ = write!(text, "\t{column}");
    });
    let mut row = |head: &str, draw: usize, values: &[f64]| {
        let _ = write!(text, "\n{head}\t{draw}");
        values.iter().for_each(|value| {
            let _ = write!(text, "\t{value}");
        });
    };
    row(SPREAD, 0, &reference.spreads);
    row(KEPT, 0, &reference.kept);
    for (name, rows) in reference.mechanisms.iter().zip(&reference.rows) {
        rows.iter().enumerate().for_each(|(draw, values)| row(name, draw + 1, values));
    }
    text.push('\n');
    text
}

/// Reads a table.
///
/// # Errors
/// All that is wrong with it.
pub fn read(path: &Path) -> Result<Reference, Vec<Problem>> {
    let text = bounded::text(path, bounded::TABLE_BYTES).map_err(|problem| vec![problem])?;
    parse(&path.display().to_string(), &text)
}

/// Reads the text of a table.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(file: &str, text: &str) -> Result<Reference, Vec<Problem>> {
    let table = tsv::parse(file, text)?;
    let columns: Vec<String> = table.header().iter().skip(2).cloned().collect();
    let mut reference = Reference { n_arms: arms_of(&columns), columns, ..Reference::default() };
    let mut problems = Vec::new();
    for line in table.rows() {
        let name = line.text(0);
        let numbers: Result<Vec<f64>, Problem> =
            (2..table.header().len()).map(|column| line.signed(column)).collect();
        let numbers = match numbers {
            Ok(numbers) => numbers,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if name == SPREAD && reference.spreads.is_empty() {
            reference.spreads = numbers;
        } else if name == KEPT && reference.kept.is_empty() {
            reference.kept = numbers;
        } else if reference.mechanisms.last().is_some_and(|last| last == name) {
            reference.rows.last_mut().into_iter().for_each(|rows| rows.push(numbers.clone()));
        } else {
            reference.mechanisms.push(name.to_owned());
            reference.rows.push(vec![numbers]);
        }
    }
    let wrong = |what: &str, expected: &str| {
        let place = vesicle_base::Place { file: file.to_owned(), line: 1, column: 1 };
        Problem::new(what.to_owned()).at(&place).expected(expected)
    };
    if reference.spreads.is_empty() {
        problems.push(wrong("no row `spread`", "the standard deviation of each column between animals"));
    }
    if reference.columns.is_empty() {
        problems.push(wrong("no columns", "columns named `outcome, arm` after `mechanism` and `draw`"));
    }
    if reference.kept.is_empty() {
        problems.push(wrong(
            "no row `kept`",
            "the correlation of an animal's deviation with that at the time before",
        ));
    }
    if reference.spreads.iter().any(|spread| *spread <= 0.0) {
        problems.push(wrong("a spread that is not above 0", "a standard deviation above 0 in every column"));
    }
    if reference.kept.iter().any(|kept| !(0.0..1.0).contains(kept)) {
        problems.push(wrong("a correlation outside its range", "0 to below 1 in every column of `kept`"));
    }
    if !reference.columns.len().is_multiple_of(reference.n_arms.max(1)) {
        problems.push(wrong("columns that do not stand together", "as many arms of every number and time"));
    }
    let n_draws: Vec<usize> = reference.rows.iter().map(Vec::len).collect();
    if n_draws.iter().any(|n| *n != n_draws[0]) {
        problems.push(wrong("mechanisms of unequal draws", "the same draws of every mechanism"));
    }
    if problems.is_empty() { Ok(reference) } else { Err(problems) }
}

/// Columns of the first outcome.
fn arms_of(columns: &[String]) -> usize {
    let outcome = |column: &String| column.split_once(", ").map(|(outcome, _)| outcome.to_owned());
    let first = columns.first().and_then(outcome);
    columns.iter().take_while(|column| outcome(column) == first).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_as_it_was_written() {
        let reference = Reference {
            mechanisms: vec!["a".into(), "b c".into()],
            columns: vec!["x, one".into(), "x, two".into(), "y, one".into(), "y, two".into()],
            n_arms: 2,
            spreads: vec![0.1, 0.1, 0.25, 0.25],
            kept: vec![0.0, 0.0, 0.5, 0.5],
            rows: vec![vec![vec![1.0, -2.5, 0.0, 3.25]; 2], vec![vec![0.5; 4]; 2]],
        };
        assert_eq!(parse("t.tsv", &text(&reference)).unwrap(), reference);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let problems = parse("t.tsv", "mechanism\tdraw\tx, a\nA\t1\tmany\n").unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].to_string().contains("t.tsv:2"), "{}", problems[0]);
        let head = "mechanism\tdraw\tx, a\tx, b\ty, a\n";
        let rows = "spread\t0\t0\t1\t1\nkept\t0\t0\t1\t0\nA\t1\t0\t0\t0\nA\t2\t0\t0\t0\nB\t1\t0\t0\t0\n";
        let problems = parse("t.tsv", &format!("{head}{rows}")).unwrap_err();
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        for what in ["not above 0", "outside its range", "stand together", "unequal draws"] {
            assert!(text.iter().any(|text| text.contains(what)), "{what}: {text:?}");
        }
    }
}
