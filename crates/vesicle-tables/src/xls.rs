//! Cell values of an xls file (BIFF 8), by [MS-XLS]. Not calamine: it reserves memory by a dimension record that a
//! damaged file can set to thousands of millions of cells, which ends the process.

use std::collections::BTreeMap;

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::cfb::{Compound, u16_at, u32_at};
use crate::mistakes::whole_file;
use crate::workbook::{Filling, Sheet};

/// Most columns that BIFF 8 knows.
const COLUMNS: u16 = 256;

type Found = BTreeMap<(u16, u16), String>;

/// Every sheet of the workbook.
pub(crate) fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Vec<Problem>> {
    let damaged = || whole_file(file, "damaged xls workbook");
    let compound = Compound::open(bytes).ok_or_else(damaged)?;
    let Some(stream) = compound.stream("Workbook") else {
        return Err(vec![
            Problem::new(format!("{file} is an xls file without an Excel 97 workbook"))
                .expected("xls of Excel 97 or later, xlsx, or text"),
        ]);
    };
    let book = Globals::read(&stream);
    book.sheets.iter().map(|(at, name)| sheet(file, &stream, *at, name, &book.strings)).collect()
}

/// What stands before the sheets: where they begin, and the shared strings.
#[derive(Default)]
struct Globals {
    sheets: Vec<(usize, String)>,
    strings: Vec<String>,
}

impl Globals {
    fn read(stream: &[u8]) -> Self {
        let mut found = Self::default();
        let mut records = Records { stream, at: 0 };
        while let Some((kind, data)) = records.next() {
            match kind {
                0x0085 => found.sheets.extend(bound_sheet(data)),
                0x00FC => found.strings = shared_strings(data, &mut records),
                0x000A => break,
                _ => {}
            }
        }
        found
    }
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_at(self.stream, self.at)?, u16_at(self.stream, self.at + 2)?);
        let start = self.at + 4;
        let data = self.stream.get(start..start + usize::from(length))?;
        self.at = start + data.len();
        Some((kind, data))
    }

    /// The data of the CONTINUE records that follow.
    fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut parts = Vec::new();
        while u16_at(self.stream, self.at) == Some(0x003C) {
            let Some((_, data)) = self.next() else { break };
            parts.push(data);
        }
        parts
    }
}

fn bound_sheet(data: &[u8]) -> Option<(usize, String)> {
    let (length, wide) = (usize::from(*data.get(6)?), data.get(7)? & 1 == 1);
    let name = characters(data.get(8..)?, length, wide).0;
    (*data.get(5)? == 0).then_some((u32_at(data, 0)? as usize, name))
}

/// Up to `length` characters and how many of them there were.
fn characters(data: &[u8], length: usize, wide: bool) -> (String, usize) {
    if wide {
        let units: Vec<u16> = (0..length).map_while(|i| u16_at(data, 2 * i)).collect();
        let text = char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or('\u{FFFD}')).collect();
        (text, units.len())
    } else {
        let bytes = &data[..length.min(data.len())];
        (bytes.iter().map(|&byte| char::from(byte)).collect(), bytes.len())
    }
}

/// The shared strings; one may go on in the next record, which then repeats the width of its characters.
fn shared_strings(first: &[u8], records: &mut Records<'_>) -> Vec<String> {
    let mut parts = vec![first.get(8..).unwrap_or_default()];
    parts.extend(records.continued());
    let mut scan = Parts { records: parts, part: 0, at: 0 };
    let mut strings = Vec::new();
    while let Some(string) = scan.string() {
        strings.push(string);
    }
    strings
}

struct Parts<'a> {
    records: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl Parts<'_> {
    fn rest(&self) -> &[u8] {
        self.records.get(self.part).and_then(|part| part.get(self.at..)).unwrap_or_default()
    }

    fn take(&mut self, bytes: usize) -> Option<u32> {
        if self.rest().is_empty() {
            (self.part, self.at) = (self.part + 1, 0);
        }
        let rest = self.rest();
        let value = match bytes {
            1 => u32::from(*rest.first()?),
            2 => u32::from(u16_at(rest, 0)?),
            _ => u32_at(rest, 0)?,
        };
        self.at += bytes;
        Some(value)
    }

    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 && self.part < self.records.len() {
            let step = bytes.min(self.rest().len());
            (self.at, bytes) = (self.at + step, bytes - step);
            if bytes > 0 {
                (self.part, self.at) = (self.part + 1, 0);
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let length = self.take(2)? as usize;
        let flags = self.take(1)?;
        let runs = if flags & 8 != 0 { self.take(2)? as usize } else { 0 };
        let extra = if flags & 4 != 0 { self.take(4)? as usize } else { 0 };
        let (mut wide, mut text, mut left) = (flags & 1 == 1, String::new(), length);
        while left > 0 {
            let (more, n) = characters(self.rest(), left, wide);
            self.at += if wide { 2 * n } else { n };
            text += &more;
            left -= n;
            if left > 0 {
                (self.part, self.at) = (self.part + 1, 0);
                wide = self.take(1)? & 1 == 1;
            }
        }
        self.skip(4 * runs + extra);
        Some(text)
    }
}

fn sheet(
    file: &str,
    stream: &[u8],
    at: usize,
    name: &str,
    strings: &[String],
) -> Result<Sheet, Vec<Problem>> {
    let found = cell_values(stream, at, strings);
    let mut cells = Cells::default();
    let mut filling = Filling::default();
    for ((row, column), text) in found {
        if column >= COLUMNS {
            return Err(whole_file(file, format!("xls sheet {name} wider than {COLUMNS} columns")));
        }
        filling.place(file, &mut cells, u32::from(row), u32::from(column))?;
        cells.push(&text, u32::from(row) + 1, u32::from(column) + 1);
    }
    cells.end_row();
    Ok(Sheet { name: name.to_owned(), cells })
}

fn cell_values(stream: &[u8], at: usize, strings: &[String]) -> Found {
    let mut found = Found::new();
    let mut records = Records { stream, at };
    let (mut depth, mut formula) = (0_u32, (0, 0));
    while let Some((kind, data)) = records.next() {
        match kind {
            0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            // A chart inside the sheet carries records that look like cells.
            _ if depth > 1 => {}
            0x0207 => {
                let text = long_string(data);
                found.extend(text.map(|text| (formula, text)));
            }
            _ => {
                formula = (u16_at(data, 0).unwrap_or(0), u16_at(data, 2).unwrap_or(0));
                value(kind, data, strings, &mut found);
            }
        }
    }
    found
}

/// Adds the cells of one record.
fn value(kind: u16, data: &[u8], strings: &[String], found: &mut Found) {
    let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
    let body = data.get(6..).unwrap_or_default();
    let text = match kind {
        0x0203 => f64_at(body).map(|number| number.to_string()),
        0x027E => u32_at(body, 0).map(|packed| unpacked(packed).to_string()),
        0x00FD => u32_at(body, 0).and_then(|at| strings.get(at as usize).cloned()),
        0x0204 | 0x00D6 => long_string(body),
        0x0006 => formula_result(body),
        0x0205 if body.get(1) == Some(&0) => Some(truth(body.first() == Some(&1))),
        0x00BD => {
            let packed = data.get(4..).unwrap_or_default().chunks_exact(6);
            for (column, pair) in (column..COLUMNS).zip(packed) {
                found.extend(u32_at(pair, 2).map(|rk| ((row, column), unpacked(rk).to_string())));
            }
            None
        }
        _ => None,
    };
    found.extend(text.map(|text| ((row, column), text)));
}

fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

fn long_string(data: &[u8]) -> Option<String> {
    let wide = data.get(2)? & 1 == 1;
    Some(characters(data.get(3..)?, usize::from(u16_at(data, 0)?), wide).0)
}

fn formula_result(body: &[u8]) -> Option<String> {
    match (body.get(6..8)?, body[0]) {
        ([0xFF, 0xFF], 1) => Some(truth(body[2] == 1)),
        ([0xFF, 0xFF], _) => None,
        _ => f64_at(body).map(|number| number.to_string()),
    }
}

fn f64_at(bytes: &[u8]) -> Option<f64> {
    bytes.get(..8).and_then(|eight| eight.try_into().ok()).map(f64::from_le_bytes)
}

/// The number of an RK record: 30 bits of a float or an integer, perhaps a hundredfold.
fn unpacked(packed: u32) -> f64 {
    let number = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 1 { number / 100.0 } else { number }
}
