//! `vesicle data add`: files read, recognised, and imported all or none.

use super::home;
use crate::commands::cargo::reading::source;
use crate::commands::target::seeds;
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_files::data_home::Entry;
use vesicle_tables::{Document, Format, Members, Source, detect, read_sets, read_targets};

/// What to import, and what the files do not say of themselves.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Files as downloaded: TargetScan and miRTarBase tables, miR_Family_Info.txt, miRBase's mature.fa or miRNA.dat, GMT
    /// gene sets; gzip is undone; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Name to ask for it by [default: the file's name without ending]
    #[arg(long)]
    pub name: Option<String>,
    /// Release of the database, such as 8.0
    #[arg(long)]
    pub release: Option<String>,
    /// Licence or terms of use
    #[arg(long)]
    pub licence: Option<String>,
    /// How to cite it
    #[arg(long)]
    pub citation: Option<String>,
    /// Species of the genes, where the table has no column for it: human or mouse
    #[arg(long, value_enum)]
    pub species: Option<crate::commands::cargo::reading::Organism>,
    /// Replace a database of the same name
    #[arg(long)]
    pub replace: bool,
    /// Print the entries as JSON
    #[arg(long)]
    pub json: bool,
}

/// Imports; nothing is written unless every file can be read.
///
/// # Errors
/// Every file that is no database, and names that are taken.
pub fn call(arguments: &AddArguments) -> Result<(), Failure> {
    let home = home()?;
    let mut problems = Vec::new();
    if arguments.name.is_some() && arguments.files.len() > 1 {
        problems.push(Problem::new("--name for several files").expected("one file, or no --name"));
    }
    let mut wanted: Vec<(Entry, Source)> = Vec::new();
    for path in &arguments.files {
        match source(path).and_then(|source| Ok((entry(arguments, &source)?, source))) {
            Ok((entry, source)) => {
                if wanted.iter().any(|(known, _)| known.name == entry.name) {
                    let what = format!("two files named `{}`", entry.name);
                    problems.push(Problem::new(what).expected("import them one by one, each with a --name"));
                }
                wanted.push((entry, source));
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let mut added = Vec::new();
    for (entry, source) in wanted {
        added.push(home.add(entry, &source.bytes, arguments.replace)?);
    }
    tell(arguments, &added);
    Ok(())
}

fn tell(arguments: &AddArguments, added: &[Entry]) {
    if arguments.json {
        let all: Vec<_> = added.iter().map(Entry::json).collect();
        crate::shown::line(&serde_json::to_string_pretty(&json!(all)).unwrap_or_default());
        return;
    }
    for entry in added {
        crate::shown::line(&format!(
            "{}: {} of {}, {} rows, release {}, licence {}, sha256 {}",
            entry.name, entry.kind, entry.format, entry.rows, entry.release, entry.licence, entry.sha256
        ));
    }
    if added.iter().any(|e| e.release == NOT_STATED) {
        crate::shown::message("the release is not stated: --release with --replace records it");
    }
}

const NOT_STATED: &str = "not stated";

fn entry(arguments: &AddArguments, source: &Source) -> Result<Entry, Vec<Problem>> {
    if let Some(mirnas) = seeds::read(source) {
        let mirnas = mirnas?;
        return Ok(said(arguments, source, "seeds", mirnas.format.to_owned(), mirnas.named.len()));
    }
    let document = Document::load(source)?;
    let found = detect(&document);
    let (kind, rows) = match found.as_ref().map(|d| d.format) {
        Some(Format::Gmt) => ("programs", genes(&document)?),
        Some(Format::TargetScan | Format::MirTarBase) => ("targets", read_targets(&document)?.rows.len()),
        _ => {
            let found = found.map_or_else(|| "no known format".to_owned(), |d| d.to_string());
            return Err(vec![
                Problem::new(format!("{} is no database", source.name))
                    .expected("a TargetScan or miRTarBase table, miR_Family_Info.txt, mature.fa, miRNA.dat, or gene sets as GMT")
                    .found(found),
            ]);
        }
    };
    let format = found.map_or_else(String::new, |d| d.format.to_string());
    Ok(said(arguments, source, kind, format, rows))
}

/// What the file, its format and the arguments say of it.
fn said(arguments: &AddArguments, source: &Source, kind: &str, format: String, rows: usize) -> Entry {
    let (licence, citation) = usual(&format);
    let said = |word: &Option<String>, usual: &str| word.clone().unwrap_or_else(|| usual.to_owned());
    Entry {
        name: said(&arguments.name, &name_of(source)),
        kind: kind.to_owned(),
        release: said(&arguments.release, NOT_STATED),
        licence: said(&arguments.licence, licence),
        citation: said(&arguments.citation, citation),
        species: arguments.species.map_or("as in the table", |o| o.word()).to_owned(),
        file: source.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        rows: rows as u64,
        format,
        sha256: String::new(),
    }
}

fn genes(document: &Document) -> Result<usize, Vec<Problem>> {
    let sets = read_sets(document)?;
    if sets.members == Members::Mirnas {
        return Err(vec![Problem::new("sets of miRNAs").expected("sets of genes")]);
    }
    Ok(sets.sets.len())
}

/// The file's name as the name of a database.
fn name_of(source: &Source) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = source.stem().chars().map(plain).take(80).collect();
    name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

/// What the makers of a database say of it, as far as its format gives them away.
fn usual(format: &str) -> (&'static str, &'static str) {
    match format {
        "miRBase mature sequences" | "miRBase entries" => {
            ("public domain (miRBase)", "Kozomara 2019, doi 10.1093/nar/gky1141")
        }
        "TargetScan table" | "TargetScan families" => (
            "free to use with citation (targetscan.org)",
            "Agarwal 2015, doi 10.7554/eLife.05005; McGeary 2019, doi 10.1126/science.aav1741",
        ),
        "miRTarBase table" => ("free for academic use (miRTarBase)", "Huang 2020, doi 10.1093/nar/gkz896"),
        _ => (NOT_STATED, NOT_STATED),
    }
}
