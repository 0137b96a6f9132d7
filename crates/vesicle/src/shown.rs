//! What a command says: results on stdout, everything else on stderr. A result that nobody can take ends the command;
//! a message that nobody can take is not worth stopping for.

use std::io::{ErrorKind, Write};

/// Writes a line to stdout. A closed pipe ends the command quietly, a full disk with a message and exit code 1.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush()) else { return };
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    message(&format!("error: cannot write to stdout: {error}"));
    std::process::exit(1);
}

/// Writes a line to stderr, where it can be written.
pub fn message(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Rows as columns that line up, two blanks between; the last column runs free.
pub fn table(rows: &[Vec<String>]) {
    aligned(rows).iter().for_each(|text| line(text));
}

/// As [`table`], line by line. What stands last in a row shorter than the others is no measure of its column.
pub fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|k| {
            let measures = rows.iter().filter(|row| row.len() == columns || k + 1 < row.len());
            measures.filter_map(|row| row.get(k)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let one = |row: &Vec<String>| {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat((width + 2).saturating_sub(cell.chars().count())));
        }
        text.trim_end().to_owned()
    };
    rows.iter().map(one).collect()
}
