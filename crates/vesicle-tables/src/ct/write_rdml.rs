//! Ct values as an RDML 1.2 archive, the exchange format of quantitative PCR: the twin of `rdml`.
//!
//! Samples are the rows of the run and assays its columns. "Not detected" is a cq of -1.0, as the format says it; what
//! was not assayed is an excluded reaction. A limit of detection has no place in the format and is told in the run's
//! description.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use quick_xml::escape::escape;
use vesicle_base::Problem;
use vesicle_cargo::{Reading, ValueKind};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::reading::ReadTable;

/// The archive, the same bytes for the same table.
///
/// Replicate wells of one sample are rows of one sample, so that reading it back gives the table's columns again.
///
/// # Errors
/// The table holds no Ct values.
pub fn rdml(read: &ReadTable) -> Result<Vec<u8>, Problem> {
    if read.table.kind != ValueKind::Ct {
        return Err(Problem::new("RDML holds Ct values only").expected("a table of Ct values"));
    }
    let trouble = |error: &dyn std::fmt::Display| Problem::new(format!("RDML not written ({error})"));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    zip.start_file("rdml_data.xml", options).map_err(|e| trouble(&e))?;
    zip.write_all(document(read).as_bytes()).map_err(|e| trouble(&e))?;
    Ok(zip.finish().map_err(|e| trouble(&e))?.into_inner())
}

fn document(read: &ReadTable) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <rdml version=\"1.2\" xmlns:rdml=\"http://www.rdml.org\" xmlns=\"http://www.rdml.org\">\n\
        <dye id=\"unknown\"/>\n"
        .to_owned();
    for sample in distinct(&read.measured_as) {
        let _ = writeln!(out, "<sample id=\"{}\"><type>unkn</type></sample>", attribute(sample));
    }
    for target in &read.table.features {
        let id = attribute(target);
        let _ = writeln!(out, "<target id=\"{id}\"><type>toi</type><dyeId id=\"unknown\"/></target>");
    }
    out += "<experiment id=\"experiment\">\n<run id=\"run\">\n";
    let _ = writeln!(out, "<description>{}</description>", escape(description(read)));
    let (rows, columns) = (read.table.samples.len(), read.table.features.len());
    let _ = writeln!(
        out,
        "<pcrFormat><rows>{rows}</rows><columns>{columns}</columns><rowLabel>123</rowLabel>\
         <columnLabel>123</columnLabel></pcrFormat>"
    );
    for row in 0..rows {
        for column in 0..columns {
            out += &reaction(read, row, column);
        }
    }
    out + "</run>\n</experiment>\n</rdml>\n"
}

/// One well.
fn reaction(read: &ReadTable, row: usize, column: usize) -> String {
    let found = match read.table.row(column)[row] {
        Reading::Value(cq) => format!("<cq>{cq}</cq>"),
        Reading::NotDetected { .. } => "<cq>-1.0</cq>".to_owned(),
        Reading::Missing => "<excl>not assayed</excl>".to_owned(),
    };
    let id = row * read.table.features.len() + column + 1;
    let (sample, target) = (attribute(&read.measured_as[row]), attribute(&read.table.features[column]));
    format!(
        "<react id=\"{id}\"><sample id=\"{sample}\"/><data><tar id=\"{target}\"/>{found}</data></react>\n"
    )
}

fn description(read: &ReadTable) -> String {
    let limits = read.table.readings.iter().filter_map(|r| match r {
        Reading::NotDetected { limit } => *limit,
        _ => None,
    });
    let highest = limits.fold(f64::NEG_INFINITY, f64::max);
    if highest.is_finite() {
        return format!("a cq of -1.0 was not detected up to cycle {highest} at most");
    }
    "a cq of -1.0 was not detected".to_owned()
}

/// The text of an attribute; a tab or a line end in a name would not survive as it is.
fn attribute(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control()).collect();
    escape(plain).into_owned()
}

fn distinct(names: &[String]) -> Vec<&String> {
    let mut seen = std::collections::HashSet::new();
    names.iter().filter(|name| seen.insert(name.as_str())).collect()
}
