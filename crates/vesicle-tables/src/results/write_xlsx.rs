//! Result tables as xlsx: one sheet a contrast, feature names as text so that no name turns into a date.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use vesicle_base::Problem;

use super::write_csv::COLUMNS;
use super::{Adjusted, ResultRow, ResultTable};

/// Writes every contrast to a sheet of one workbook and returns its bytes; the same tables give the same bytes.
///
/// # Errors
/// A table has more rows than a sheet (1,048,576).
pub fn results_xlsx(tables: &[ResultTable]) -> Result<Vec<u8>, Problem> {
    build(tables).map_err(|error| Problem::new(format!("workbook not written ({error})")))
}

fn build(tables: &[ResultTable]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The date of creation is the one thing that would differ between two equal workbooks.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    for (at, table) in tables.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.contrast, at))?;
        fill(sheet, table)?;
    }
    if tables.is_empty() {
        book.add_worksheet();
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &ResultTable) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (column, name) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, *name, &bold)?;
    }
    for (row, result) in table.rows.iter().enumerate() {
        write_row(sheet, row as u32 + 1, result)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn write_row(sheet: &mut Worksheet, at: u32, row: &ResultRow) -> Result<(), XlsxError> {
    sheet.write_string(at, 0, &row.feature)?;
    let adjusted = if let Adjusted::Value(value) = row.adjusted { Some(value) } else { None };
    let numbers = [row.log2_fold_change, row.standard_error, row.mean, row.statistic, row.p, adjusted];
    for (column, value) in numbers.into_iter().enumerate() {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            sheet.write_number(at, column as u16 + 1, value)?;
        }
    }
    if row.adjusted == Adjusted::Filtered {
        sheet.write_string(at, 7, "filtered")?;
    }
    Ok(())
}

/// Excel allows 31 characters and none of `[]:*?/\`; the number keeps shortened names apart.
fn sheet_name(contrast: &str, at: usize) -> String {
    let plain: String =
        contrast.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(24).collect();
    if plain.is_empty() { format!("results {}", at + 1) } else { format!("{} {plain}", at + 1) }
}
