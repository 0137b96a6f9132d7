//! A file opened as what it physically is: delimited text, sheets of a workbook, or the XML of an RDML archive.

use std::io::{Cursor, Read};
use std::path::Path;

use vesicle_base::Problem;
use zip::ZipArchive;

use crate::cells::Cells;
use crate::delimited;
use crate::mistakes::whole_file;
use crate::source::{MAX_BYTES, Source};
use crate::text::decode;
use crate::workbook::{self, Sheet};
use crate::xls;

/// A file, unpacked, decoded and split into cells, but not yet understood.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) name: String,
    pub(crate) stem: String,
    pub(crate) how: String,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Tables of cells; text is a single one without a name.
    Sheets(Vec<Sheet>),
    /// The document of an RDML file.
    Rdml(Rdml),
}

/// The documents of an RDML file.
#[derive(Clone, Debug)]
pub(crate) struct Rdml {
    pub(crate) xml: String,
    /// What the LightCycler 96 stores beside it: the calls.
    pub(crate) calls: Option<String>,
}

impl Document {
    /// Opens a file.
    ///
    /// # Errors
    /// The file cannot be read, is larger than the bounds, or is neither text, workbook nor RDML.
    pub fn open(path: &Path) -> Result<Self, Vec<Problem>> {
        Self::load(&Source::open(path)?)
    }

    /// Takes a file already in memory.
    ///
    /// # Errors
    /// As [`Document::open`].
    pub fn load(source: &Source) -> Result<Self, Vec<Problem>> {
        let (name, bytes) = (&source.name, source.bytes.as_slice());
        let (content, how) = if workbook::is_xls(bytes) {
            (Content::Sheets(xls::sheets(name, bytes)?), "xls workbook".to_owned())
        } else if workbook::is_zip(bytes) {
            archive(name, bytes)?
        } else {
            text(name, bytes)?
        };
        Ok(Self { name: name.clone(), stem: source.stem().to_owned(), how, content })
    }

    /// How the file is stored, in words: encoding, separator, line ends.
    pub fn stored_as(&self) -> &str {
        &self.how
    }

    /// The sheets with any cell in them.
    pub(crate) fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        let sheets = match &self.content {
            Content::Sheets(sheets) => sheets.as_slice(),
            Content::Rdml(_) => &[],
        };
        sheets.iter().filter(|sheet| sheet.cells.n_rows() > 0)
    }

    /// The first sheet for which a table is found, with what was found.
    pub(crate) fn find<T>(&self, mut look: impl FnMut(&Cells) -> Option<T>) -> Option<(&Sheet, T)> {
        self.sheets().find_map(|sheet| look(&sheet.cells).map(|found| (sheet, found)))
    }
}

/// Where the LightCycler 96 keeps its calls.
const CALLS: &str = "calculated_data.xml";

fn text(name: &str, bytes: &[u8]) -> Result<(Content, String), Vec<Problem>> {
    let text = decode(name, bytes)?;
    let start = text.lines.trim_start();
    if start.starts_with('<') && start.get(..4096).unwrap_or(start).contains("<rdml") {
        let rdml = Rdml { xml: text.lines, calls: None };
        return Ok((Content::Rdml(rdml), "XML without archive".to_owned()));
    }
    let delimiter = delimited::delimiter_of(&text.lines);
    let cells = delimited::split(name, &text.lines, delimiter)?;
    let separator = match delimiter {
        '\t' => "tab",
        ' ' => "blank",
        ';' => "semicolon",
        '|' => "bar",
        _ => "comma",
    };
    let how = format!("text, {separator}-separated, {}, {} line ends", text.encoding, text.line_ends);
    Ok((Content::Sheets(vec![Sheet { name: String::new(), cells }]), how))
}

fn archive(name: &str, bytes: &[u8]) -> Result<(Content, String), Vec<Problem>> {
    let damaged = |e: zip::result::ZipError| whole_file(name, format!("damaged zip archive ({e})"));
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let members: Vec<String> =
        zip.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    if members.iter().any(|member| member == "xl/workbook.xml") {
        return Ok((Content::Sheets(workbook::xlsx(name, bytes)?), "xlsx workbook".to_owned()));
    }
    let Some(member) = members.iter().find(|m| *m == "rdml_data.xml").or_else(|| only_xml(&members)) else {
        return Err(vec![
            Problem::new(format!("{name} is an archive of an unknown kind"))
                .expected(
                    "xlsx, RDML, or the results exported from the instrument's software as text or xlsx",
                )
                .found(members.first().map_or("an empty archive", String::as_str)),
        ]);
    };
    let xml = unpacked(name, &mut zip, member)?;
    let calls =
        members.iter().any(|member| member == CALLS).then(|| unpacked(name, &mut zip, CALLS)).transpose()?;
    Ok((Content::Rdml(Rdml { xml, calls }), "zip archive".to_owned()))
}

/// One member of an archive as text, within bounds.
fn unpacked(name: &str, zip: &mut ZipArchive<Cursor<&[u8]>>, member: &str) -> Result<String, Vec<Problem>> {
    let mut xml = Vec::new();
    let packed = zip.by_name(member).map_err(|e| whole_file(name, format!("damaged zip archive ({e})")))?;
    packed
        .take(MAX_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|e| whole_file(name, format!("damaged archive member {member} ({e})")))?;
    if xml.len() as u64 > MAX_BYTES {
        return Err(whole_file(name, format!("{member} unpacks to more than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(decode(name, &xml)?.lines)
}

fn only_xml(members: &[String]) -> Option<&String> {
    let mut found = members.iter().filter(|m| !m.contains('/') && m.to_lowercase().ends_with(".xml"));
    found.next().filter(|_| found.next().is_none())
}
