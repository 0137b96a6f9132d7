//! Sheets of an xlsx file to cells, through calamine, inside bounds it does not keep itself.

use std::io::{Cursor, Read, sink};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, Xlsx};
use vesicle_base::Problem;
use zip::ZipArchive;

use crate::cells::Cells;
use crate::mistakes::whole_file;
use crate::source::MAX_BYTES;

/// Rows and columns that one cell may stand beyond the last: a cell at XFD1048576 would make 17 thousand million.
const MAX_COLUMNS: u32 = 16_384;

/// One sheet of a workbook.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) cells: Cells,
}

/// Whether the bytes begin like an xls file (a compound file).
pub(crate) fn is_xls(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Whether the bytes begin like a zip archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    // Some instruments put the mark of a split archive before the first member.
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x07\x08PK\x03\x04")
}

/// All sheets of an xlsx file.
pub(crate) fn xlsx(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Vec<Problem>> {
    unpacks_within_bounds(file, bytes)?;
    guarded(file, || {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(file, &e))?;
        let names = book.sheet_names();
        names.into_iter().map(|name| xlsx_sheet(file, &mut book, name)).collect()
    })
}

fn xlsx_sheet(file: &str, book: &mut Xlsx<Cursor<&[u8]>>, name: String) -> Result<Sheet, Vec<Problem>> {
    let mut cells = Cells::default();
    // A chart sheet has no cells; it is an empty sheet here.
    let Ok(mut reader) = book.worksheet_cells_reader(&name) else { return Ok(Sheet { name, cells }) };
    let mut row = Filling::default();
    while let Some(cell) = reader.next_cell().map_err(|e| damaged(file, &e))? {
        let (line, column) = cell.get_position();
        row.place(file, &mut cells, line, column)?;
        cells.push(&shown_ref(cell.get_value()), line + 1, column + 1);
    }
    cells.end_row();
    Ok(Sheet { name, cells })
}

/// Keeps sparse cells in step with rows: ends rows and fills gaps with empty cells.
#[derive(Default)]
pub(crate) struct Filling {
    line: u32,
    next: u32,
}

impl Filling {
    pub(crate) fn place(
        &mut self,
        file: &str,
        cells: &mut Cells,
        line: u32,
        column: u32,
    ) -> Result<(), Vec<Problem>> {
        if line != self.line {
            cells.end_row();
            (self.line, self.next) = (line, 0);
        }
        if column >= MAX_COLUMNS {
            return Err(whole_file(file, format!("sheet wider than {MAX_COLUMNS} columns")));
        }
        while self.next < column {
            cells.push("", line + 1, self.next + 1);
            self.next += 1;
        }
        self.next = column + 1;
        cells.within_bounds(file)
    }
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> Vec<Problem> {
    whole_file(file, format!("damaged workbook ({error})"))
}

/// A panic inside the workbook reader becomes a problem: a damaged file is the user's news, not a crash.
fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T, Vec<Problem>>) -> Result<T, Vec<Problem>> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(whole_file(file, "damaged workbook")))
}

/// Unpacks every member into nothing and counts: what an archive declares about its sizes need not be true.
fn unpacks_within_bounds(file: &str, bytes: &[u8]) -> Result<(), Vec<Problem>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(file, &e))?;
    let mut total = 0;
    for at in 0..archive.len() {
        let Ok(member) = archive.by_index(at) else { continue };
        total += std::io::copy(&mut member.take(MAX_BYTES + 1 - total), &mut sink()).unwrap_or(0);
        if total > MAX_BYTES {
            return Err(whole_file(file, format!("workbook unpacks to more than {} MiB", MAX_BYTES >> 20)));
        }
    }
    Ok(())
}

fn shown_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        other => shown(&Data::from(other.clone())),
    }
}

fn shown(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        other => other.to_string(),
    }
}
