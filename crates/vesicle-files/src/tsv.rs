//! A tab-separated table with `#` comment lines and one header row, with the place of every cell.

use vesicle_base::{Place, Problem};

/// Longest line, bytes.
const LINE_BYTES: usize = 16 << 20;
/// Most columns: a damaged line can hold millions of tabs.
const MOST_COLUMNS: usize = 4096;
/// Most problems of one table that are told; the rest is counted.
const MOST_PROBLEMS: usize = 100;

/// A table as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Tsv {
    file: String,
    /// Comment lines less their `#`.
    pub comments: Vec<String>,
    header: Vec<String>,
    header_line: u32,
    rows: Vec<(u32, Vec<String>)>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Tsv,
    line: u32,
    cells: &'a [String],
}

/// Reads a table.
///
/// # Errors
/// No header, no rows, rows of another length, a line that is too long: all at once.
pub fn parse(file: &str, text: &str) -> Result<Tsv, Vec<Problem>> {
    let mut table =
        Tsv { file: file.to_owned(), comments: vec![], header: vec![], header_line: 0, rows: vec![] };
    let mut problems = Vec::new();
    let mut untold = 0_usize;
    for (nth, line) in text.lines().enumerate() {
        let number = nth as u32 + 1;
        let here = Place { file: file.to_owned(), line: number, column: 1 };
        if line.len() > LINE_BYTES {
            problems.push(
                Problem::new("line too long").at(&here).expected(format!("at most {LINE_BYTES} bytes")),
            );
        } else if let Some(comment) = line.strip_prefix('#') {
            table.comments.push(comment.trim().to_owned());
        } else if line.trim().is_empty() {
        } else if line.bytes().filter(|byte| *byte == b'\t').count() >= MOST_COLUMNS {
            let problem = Problem::new("too many columns").at(&here);
            problems.push(problem.expected(format!("at most {MOST_COLUMNS} cells in a line")));
        } else if table.header.is_empty() {
            table.header = cells(line);
            table.header_line = number;
        } else {
            let row = cells(line);
            if row.len() == table.header.len() {
                table.rows.push((number, row));
            } else {
                let problem = Problem::new("row of another length").at(&here);
                let expected = format!("{} cells, as in the header", table.header.len());
                problems.push(problem.expected(expected).found(row.len().to_string()));
            }
        }
        if problems.len() > MOST_PROBLEMS {
            problems.truncate(MOST_PROBLEMS);
            untold += 1;
        }
    }
    if untold > 0 {
        problems.push(Problem::new(format!("{untold} more problems in `{file}`")));
    }
    if table.header.is_empty() && problems.is_empty() {
        problems
            .push(Problem::new(format!("`{file}` has no header")).expected("a header row and rows below it"));
    } else if table.rows.is_empty() && problems.is_empty() {
        let place = Place { file: file.to_owned(), line: table.header_line, column: 1 };
        problems.push(Problem::new("empty table").at(&place).expected("at least one row below the header"));
    }
    if problems.is_empty() { Ok(table) } else { Err(problems) }
}

fn cells(line: &str) -> Vec<String> {
    line.trim_end_matches('\r').split('\t').map(|cell| cell.trim().to_owned()).collect()
}

impl Tsv {
    /// Names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells })
    }

    /// Numbers of the columns of these names.
    ///
    /// # Errors
    /// Every missing column, with the nearest one that is there.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Vec<Problem>> {
        let mut problems = Vec::new();
        let found = names.map(|name| {
            self.header.iter().position(|known| known == name).unwrap_or_else(|| {
                let place = Place { file: self.file.clone(), line: self.header_line, column: 1 };
                problems.push(
                    Problem::new(format!("no column `{name}`"))
                        .at(&place)
                        .expected(format!("columns {}", names.join(", ")))
                        .found(self.header.join(", "))
                        .nearest(name, self.header.iter().map(String::as_str)),
                );
                0
            })
        });
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }
}

impl<'a> Row<'a> {
    /// A cell; empty where the table writes `-`.
    pub fn text(&self, column: usize) -> &'a str {
        let cell = self.cells[column].as_str();
        if cell == "-" { "" } else { cell }
    }

    /// A finite number of at least 0.
    ///
    /// # Errors
    /// What stands there instead.
    pub fn number(&self, column: usize) -> Result<f64, Problem> {
        let value = self.signed(column).ok().filter(|value| *value >= 0.0);
        value.ok_or_else(|| self.wrong(column, "a number, 0 or above"))
    }

    /// A finite number.
    ///
    /// # Errors
    /// What stands there instead.
    pub fn signed(&self, column: usize) -> Result<f64, Problem> {
        let value = self.text(column).parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| self.wrong(column, "a number"))
    }

    fn wrong(&self, column: usize, expected: &str) -> Problem {
        Problem::new(format!("wrong `{}`", self.table.header[column]))
            .at(&self.place(column))
            .expected(expected)
            .found(format!("`{}`", self.text(column)))
    }

    /// Place of a cell.
    pub fn place(&self, column: usize) -> Place {
        let before: usize = self.cells[..column].iter().map(|cell| cell.chars().count() + 1).sum();
        Place { file: self.table.file.clone(), line: self.line, column: before as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_have_places_and_slips_are_told_at_once() {
        let table = parse("t.tsv", "# about\na\tb\nx\t1\ny\t-2\n").unwrap();
        let [b] = table.columns(["b"]).unwrap();
        let numbers: Vec<_> = table.rows().map(|row| row.number(b)).collect();
        assert_eq!(numbers[0], Ok(1.0));
        assert_eq!(numbers[1].as_ref().unwrap_err().place.as_ref().unwrap().to_string(), "t.tsv:4:3");
        assert_eq!(parse("t", "a\tb\n1\n2\t3\t4\n").unwrap_err().len(), 2);
        assert_eq!(parse("t", "").unwrap_err().len(), 1);
        assert_eq!(parse("t", "a\n").unwrap_err()[0].what, "empty table");
        assert_eq!(table.columns(["c"]).unwrap_err().len(), 1);
        assert_eq!(
            parse("t", &"\t".repeat(9999).replacen('\t', "a\t", 1)).unwrap_err()[0].what,
            "too many columns"
        );
        let told = parse("t", &format!("a\tb\n{}", "1\n".repeat(5000))).unwrap_err();
        assert_eq!((told.len(), told[100].what.as_str()), (101, "4900 more problems in `t`"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-c#\\t\\n0-9.-]{0,80}") {
            if let Ok(table) = parse("t", &text) {
                table.rows().for_each(|row| drop(row.number(0)));
            }
        }
    }
}
