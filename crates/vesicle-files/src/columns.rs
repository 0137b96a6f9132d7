//! A table of named columns, written as Parquet or CSV; its bytes depend on its values alone.

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::sync::Arc;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Words.
    Text(Vec<String>),
    /// Numbers.
    Number(Vec<f64>),
    /// Whole numbers.
    Whole(Vec<i64>),
}

/// Columns of equal length with their names.
pub type Columns = Vec<(&'static str, Column)>;

/// The table as a Parquet file of one row group.
///
/// # Errors
/// When the columns have different lengths.
pub fn parquet(columns: &Columns) -> Result<Vec<u8>, ParquetError> {
    let fields = columns.iter().map(|(name, column)| field(name, column)).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("table").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_created_by("vesicle".to_owned()).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (_, column) in columns {
        let Some(mut next) = group.next_column()? else { break };
        match column {
            Column::Text(words) => {
                let words: Vec<ByteArray> = words.iter().map(|word| word.as_str().into()).collect();
                next.typed::<ByteArrayType>().write_batch(&words, None, None)?;
            }
            Column::Number(numbers) => {
                next.typed::<DoubleType>().write_batch(numbers, None, None)?;
            }
            Column::Whole(numbers) => {
                next.typed::<Int64Type>().write_batch(numbers, None, None)?;
            }
        }
        next.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(bytes)
}

fn field(name: &str, column: &Column) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match column {
        Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Column::Number(_) => (Physical::DOUBLE, None),
        Column::Whole(_) => (Physical::INT64, None),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED);
    Ok(Arc::new(builder.with_logical_type(logical).build()?))
}

/// The table as CSV with a header; numbers are written so that they read back to the same bits.
pub fn csv(columns: &Columns) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let n = columns.first().map_or(0, |(_, column)| column.len());
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let written = writer.write_record(&names);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    for row in 0..n {
        let cells: Vec<String> = columns.iter().map(|(_, column)| column.cell(row)).collect();
        let written = writer.write_record(&cells);
        debug_assert!(written.is_ok(), "writing to memory does not fail");
    }
    writer.into_inner().unwrap_or_default()
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Text(words) => words.len(),
            Self::Number(numbers) => numbers.len(),
            Self::Whole(numbers) => numbers.len(),
        }
    }

    fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(words) => words[row].clone(),
            Self::Number(numbers) => numbers[row].to_string(),
            Self::Whole(numbers) => numbers[row].to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    fn table() -> Columns {
        vec![
            ("name", Column::Text(vec!["a,\"b\"".into(), "µ".into()])),
            ("value", Column::Number(vec![0.1, f64::INFINITY])),
            ("n", Column::Whole(vec![1, -2])),
        ]
    }

    #[test]
    fn parquet_is_read_by_its_reader_and_has_the_same_bytes_again() {
        let bytes = parquet(&table()).unwrap();
        assert_eq!(bytes, parquet(&table()).unwrap());
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].contains("0.1") && rows[1].contains("-2"), "{rows:?}");
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let text = String::from_utf8(csv(&table())).unwrap();
        assert_eq!(text, "name,value,n\n\"a,\"\"b\"\"\",0.1,1\nµ,inf,-2\n");
    }
}
