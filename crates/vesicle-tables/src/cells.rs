//! One table of cells, each with its place; the text of all cells lies in one string.

use vesicle_base::Problem;

use crate::mistakes::whole_file;

/// Most cells of one table.
pub(crate) const MAX_CELLS: usize = 40_000_000;

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
}

/// A table as it stands in the file; rows may differ in length, empty rows are absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    text: String,
    spans: Vec<Span>,
    row_ends: Vec<usize>,
}

/// One cell: its text without surrounding blanks, and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One row of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    cells: &'a Cells,
    start: usize,
    end: usize,
}

impl Cells {
    /// Adds a cell to the row being built.
    pub(crate) fn push(&mut self, text: &str, line: u32, column: u32) {
        let start = self.text.len() as u32;
        self.text.push_str(text.trim());
        self.spans.push(Span { start, end: self.text.len() as u32, line, column });
    }

    /// Ends the row being built; a row without any text is dropped.
    pub(crate) fn end_row(&mut self) {
        let start = self.row_ends.last().copied().unwrap_or(0);
        if self.spans[start..].iter().all(|span| span.start == span.end) {
            self.spans.truncate(start);
        } else {
            self.row_ends.push(self.spans.len());
        }
    }

    /// A problem when the table has grown past its bound.
    pub(crate) fn within_bounds(&self, file: &str) -> Result<(), Vec<Problem>> {
        if self.spans.len() > MAX_CELLS || self.text.len() > u32::MAX as usize / 2 {
            return Err(whole_file(
                file,
                format!("table of more than {} million cells", MAX_CELLS / 1_000_000),
            ));
        }
        Ok(())
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.row_ends.len()
    }

    /// Row `at`; an empty row beyond the end.
    pub(crate) fn row(&self, at: usize) -> Row<'_> {
        let end = self.row_ends.get(at).copied().unwrap_or(0);
        let start = if at == 0 || end == 0 { 0 } else { self.row_ends[at - 1] };
        Row { cells: self, start, end }
    }

    /// All rows from `first` on.
    pub(crate) fn rows_from(&self, first: usize) -> impl Iterator<Item = Row<'_>> {
        (first..self.n_rows()).map(|at| self.row(at))
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows_from(0)
    }
}

impl<'a> Row<'a> {
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    /// The text of cell `at`; empty beyond the end.
    pub(crate) fn get(&self, at: usize) -> &'a str {
        if at < self.len() { self.cell(at).text } else { "" }
    }

    /// Cell `at`; beyond the end an empty cell at the row's last place.
    pub(crate) fn cell(&self, at: usize) -> Cell<'a> {
        let spans = &self.cells.spans[self.start..self.end];
        match (spans.get(at), spans.last()) {
            (Some(s), _) => Cell {
                text: &self.cells.text[s.start as usize..s.end as usize],
                line: s.line,
                column: s.column,
            },
            (None, Some(s)) => Cell { text: "", line: s.line, column: s.column },
            (None, None) => Cell { text: "", line: 1, column: 1 },
        }
    }

    pub(crate) fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        (0..self.len()).map(move |at| self.cell(at))
    }

    /// Line of the first cell.
    pub(crate) fn line(&self) -> u32 {
        self.cell(0).line
    }

    /// Whether every cell after the first `n` is empty.
    pub(crate) fn empty_after(&self, n: usize) -> bool {
        self.cells().skip(n).all(|cell| cell.text.is_empty())
    }
}
