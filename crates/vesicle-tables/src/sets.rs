//! GMT: one set a line, `name, description, members…`, tab-separated; read and written.

use std::io::Write;

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::counts::kind::is_rna;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::mistakes::Mistakes;
use crate::notes::Notes;

/// What the members of sets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    /// Genes.
    Genes,
    /// miRNAs.
    Mirnas,
}

/// A named set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Name of the set.
    pub name: String,
    /// The second column: a link, an accession or nothing.
    pub description: String,
    /// Members in the order of the file, each once.
    pub members: Vec<String>,
}

/// The sets of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sets {
    /// Genes or miRNAs.
    pub members: Members,
    /// In the order of the file.
    pub sets: Vec<Set>,
    /// What was decided on the way.
    pub notes: Notes,
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    if !document.stored_as().contains("tab-separated") {
        return None;
    }
    let (_, rows) = document.find(find)?;
    Some(Detected::new(
        Format::Gmt,
        format!("{rows} lines hold a name, a description and words, of differing length"),
    ))
}

/// Lines of differing length in which no member is a number.
fn find(cells: &Cells) -> Option<usize> {
    let rows: Vec<_> = cells.rows().take(50).collect();
    let lengths = rows.iter().map(crate::cells::Row::len);
    let words = |row: &crate::cells::Row<'_>| {
        (2..row.len()).all(|at| !crate::counts::layout::is_numeric(row.get(at)))
    };
    let differing = lengths.clone().max() != lengths.min() || rows.len() == 1;
    (differing && rows.iter().all(|row| row.len() >= 3 && words(row))).then(|| cells.n_rows())
}

/// Reads sets.
///
/// # Errors
/// Every problem of the file with its place: a line without members, a set named twice, a file of another format.
pub fn read_sets(document: &Document) -> Result<Sets, Vec<Problem>> {
    let Some(sheet) = document.sheets().next() else { return Err(crate::detect::unknown(document)) };
    let mut mistakes = Mistakes::of(&document.name);
    let mut notes = Notes::default();
    let mut names = std::collections::HashSet::new();
    let (mut sets, mut rna, mut n_members) = (Vec::new(), 0, 0);
    for row in sheet.cells.rows() {
        let mut seen = std::collections::HashSet::new();
        let filled: Vec<&str> =
            row.cells().skip(2).map(|cell| cell.text).filter(|text| !text.is_empty()).collect();
        let members: Vec<String> =
            filled.iter().filter(|name| seen.insert(**name)).map(|&name| name.to_owned()).collect();
        notes.add("members named twice in a set kept once", filled.len() - members.len());
        if members.is_empty() {
            let problem =
                Problem::new("set without members").expected("name, description, members").found(row.get(0));
            mistakes.at(row.line(), 1, problem);
        }
        if !names.insert(row.get(0)) {
            mistakes.at(row.line(), 1, Problem::new("set named twice").found(row.get(0)));
        }
        rna += members.iter().filter(|name| is_rna(name)).count();
        n_members += members.len();
        sets.push(Set { name: row.get(0).to_owned(), description: row.get(1).to_owned(), members });
    }
    let members = if rna * 2 > n_members { Members::Mirnas } else { Members::Genes };
    mistakes.or(Sets { members, sets, notes })
}

/// Writes sets as GMT; tabs and line ends inside names become blanks.
///
/// # Errors
/// The sink cannot be written.
pub fn write_gmt(sets: &[Set], mut sink: impl Write) -> Result<(), Problem> {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    for set in sets {
        let mut line = format!("{}\t{}", plain(&set.name), plain(&set.description));
        for member in &set.members {
            line.push('\t');
            line += &plain(member);
        }
        line.push('\n');
        sink.write_all(line.as_bytes()).map_err(|e| Problem::new(format!("sets not written ({e})")))?;
    }
    Ok(())
}
