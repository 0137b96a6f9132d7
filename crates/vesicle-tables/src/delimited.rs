//! Delimited text to cells. Not the csv crate: a message needs the column of every field, and a stray quote in an
//! instrument's comment must not swallow the rest of the file.

use vesicle_base::Problem;

use crate::cells::Cells;

/// A quoted field that does not close within this many bytes began with a stray quote.
const LONGEST_QUOTE: usize = 64 << 10;

/// Splits the text; a doubled quote inside quotes is a quote, line ends inside quotes stay.
pub(crate) fn split(file: &str, text: &str, delimiter: char) -> Result<Cells, Vec<Problem>> {
    let mut cells = Cells::default();
    let mut scan = Scan { text, at: 0, line: 1, column: 1 };
    while scan.at < text.len() {
        let (line, column) = scan.place();
        let (field, quoted, stop) = scan.field(delimiter);
        if quoted {
            cells.push(&field.replace("\"\"", "\""), line, column);
        } else {
            cells.push(field, line, column);
        }
        if stop == Stop::Line {
            cells.end_row();
            cells.within_bounds(file)?;
        }
    }
    cells.end_row();
    Ok(cells)
}

#[derive(PartialEq, Eq)]
enum Stop {
    Field,
    Line,
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Scan<'a> {
    fn place(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    /// The next field without its quotes, whether it was quoted, and what ended it.
    fn field(&mut self, delimiter: char) -> (&'a str, bool, Stop) {
        let rest = &self.text[self.at..];
        if let Some(inside) = rest.strip_prefix('"').and_then(|body| closing(body, delimiter)) {
            let body = &rest[1..=inside];
            self.pass(inside + 2);
            let stop = self.step_over_end(delimiter);
            return (body, true, stop);
        }
        let end = rest.find([delimiter, '\n']).unwrap_or(rest.len());
        self.pass(end);
        let stop = self.step_over_end(delimiter);
        (&rest[..end], false, stop)
    }

    /// Moves over `bytes`, counting lines and characters.
    fn pass(&mut self, bytes: usize) {
        for c in self.text[self.at..self.at + bytes].chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at += bytes;
    }

    fn step_over_end(&mut self, delimiter: char) -> Stop {
        let Some(c) = self.text[self.at..].chars().next() else { return Stop::Line };
        self.pass(c.len_utf8());
        if c == delimiter { Stop::Field } else { Stop::Line }
    }
}

/// Where the quote that ends the field stands in `body`: followed by a delimiter, a line end or the end of the text.
fn closing(body: &str, delimiter: char) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len().min(LONGEST_QUOTE) {
        if bytes[at] == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                at += 2;
                continue;
            }
            let next = body[at + 1..].chars().next();
            return next.is_none_or(|c| c == delimiter || c == '\n').then_some(at);
        }
        at += 1;
    }
    None
}

/// The delimiter under which most lines fall into the same number of fields, at least two.
pub(crate) fn delimiter_of(text: &str) -> char {
    // A tab is never an accident; lines of sets differ in length and agree on nothing else.
    let lines = || text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).take(400);
    if lines().filter(|line| line.contains('\t')).count() * 5 >= (lines().count() * 4).max(1) {
        return '\t';
    }
    let mut best = ('\t', 0_usize);
    for candidate in ['\t', ';', ','] {
        let score = agreement(text, candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    let rare = ['|', ' '].into_iter().find(|&rare| best.1 == 0 && agreement(text, rare) > 0);
    rare.unwrap_or(best.0)
}

/// How many of the sampled lines have the commonest field count, weighted so that more fields win a near tie.
fn agreement(text: &str, delimiter: char) -> usize {
    let mut tally: Vec<(usize, usize)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).take(400) {
        let fields = fields_in(line, delimiter);
        match tally.iter_mut().find(|(n, _)| *n == fields) {
            Some(entry) => entry.1 += 1,
            None => tally.push((fields, 1)),
        }
    }
    let common = tally.into_iter().filter(|(fields, _)| *fields > 1).max_by_key(|(_, lines)| *lines);
    common.map_or(0, |(fields, lines)| lines * 8 + fields.min(7))
}

fn fields_in(line: &str, delimiter: char) -> usize {
    let mut inside = false;
    1 + line
        .chars()
        .filter(|&c| {
            inside ^= c == '"';
            c == delimiter && !inside
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
        let cells = split("x", text, delimiter).unwrap();
        cells.rows().map(|row| row.cells().map(|cell| cell.text.to_owned()).collect()).collect()
    }

    #[test]
    fn quotes_line_ends_and_stray_quotes() {
        assert_eq!(rows("\"a,\"\"b\"\"\nc\",2\n\n3,4", ','), [["a,\"b\"\nc", "2"], ["3", "4"]]);
        assert_eq!(rows("5\" primer,\"open\nx,y", ','), [["5\" primer", "\"open"], ["x", "y"]]);
        assert_eq!(rows("a\t\tb", '\t'), [["a", "", "b"]]);
        assert_eq!(rows("\"\",1", ','), [["", "1"]]);
    }

    #[test]
    fn places_count_from_one_and_survive_quoted_line_ends() {
        let cells = split("x", "\"a\nb\",c\nd,e", ',').unwrap();
        let second = cells.row(0).cell(1);
        assert_eq!((second.line, second.column), (2, 4));
        let last = cells.row(1).cell(1);
        assert_eq!((last.line, last.column), (3, 3));
    }

    #[test]
    fn the_delimiter_is_found_beside_decimal_commas() {
        assert_eq!(delimiter_of("a;b;c\n1,5;2,5;3,5\n1,2;3,4;5,6"), ';');
        assert_eq!(delimiter_of("x\ty\n1,5\t2,5"), '\t');
        assert_eq!(delimiter_of("title, with comma\na,b,c\n1,2,3\n4,5,6"), ',');
        assert_eq!(delimiter_of("s1 s2\ng1 1 2\ng2 3 4"), ' ');
    }
}
