//! Tables and sheets from files or standard input, with what was detected told on stderr.

use crate::failure::Failure;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use vesicle_base::Problem;
use vesicle_cargo::{SampleRow, SampleSheet, ValueKind};
use vesicle_tables::names::{Mature, ResolvedNames, Species};
use vesicle_tables::{Decimal, Document, Options, ReadTable, Source, mismatches, read_cargo, read_samples};

/// What the numbers of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Quantification cycles
    Ct,
    /// Sequencing reads
    Count,
    /// Linear intensities
    Intensity,
}

/// Decimal sign of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sign {
    /// 1.5
    Point,
    /// 1,5
    Comma,
}

/// Species of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Organism {
    /// Man
    Human,
    /// Mouse
    Mouse,
}

impl Organism {
    /// As in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Mouse => "mouse",
        }
    }

    /// As in miRNA names.
    pub fn species(self) -> Species {
        match self {
            Self::Human => Species::Human,
            Self::Mouse => Species::Mouse,
        }
    }
}

/// What the file need not say.
#[derive(Debug, Args)]
pub struct TableArguments {
    /// What the numbers are, where the file leaves it open
    #[arg(long, value_enum)]
    pub kind: Option<Kind>,
    /// The Ct that stands for "not detected"
    #[arg(long, value_name = "CT")]
    pub ceiling: Option<f64>,
    /// Decimal sign, where the file leaves it open
    #[arg(long, value_enum)]
    pub decimal: Option<Sign>,
    /// The assay, for exports of one assay that do not name it
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// The intensities are on a log2 scale
    #[arg(long)]
    pub log2: bool,
    /// Species of names without prefix
    #[arg(long, value_enum)]
    pub species: Option<Organism>,
}

impl TableArguments {
    fn options(&self) -> Options {
        Options {
            kind: self.kind.map(|kind| match kind {
                Kind::Ct => ValueKind::Ct,
                Kind::Count => ValueKind::Count,
                Kind::Intensity => ValueKind::Intensity,
            }),
            ceiling: self.ceiling,
            decimal: self.decimal.map(|sign| match sign {
                Sign::Point => Decimal::Point,
                Sign::Comma => Decimal::Comma,
            }),
            target: self.target.clone(),
            log2: self.log2,
        }
    }

    /// Species of names without prefix.
    pub fn species(&self) -> Option<Species> {
        self.species.map(Organism::species)
    }
}

/// A file that a result rests on.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name without folders.
    pub name: String,
    /// Of its bytes, after gzip was undone.
    pub sha256: String,
}

/// A table with where it is from.
pub struct Measured {
    /// The values and what was decided.
    pub read: ReadTable,
    /// The files.
    pub inputs: Vec<Input>,
    /// What the features are.
    pub names: ResolvedNames,
}

impl Measured {
    /// The miRNA of a feature, where its name was resolved.
    pub fn mature(&self, feature: usize) -> Option<&'static Mature> {
        self.names.matures.get(feature).copied().flatten().map(|(mature, _)| mature)
    }
}

/// A file, or standard input for `-`.
///
/// # Errors
/// What cannot be read.
pub fn source(path: &Path) -> Result<Source, Vec<Problem>> {
    if path.as_os_str() == "-" {
        return Source::read("standard input", std::io::stdin().lock());
    }
    Source::open(path)
}

/// The name and sum of a source.
pub fn input(source: &Source) -> Input {
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or(&source.name).to_owned();
    Input { name, sha256: vesicle_files::sha256(&source.bytes) }
}

/// Reads and joins the tables, telling what was detected; the mistakes of all files at once.
///
/// # Errors
/// Every mistake of every file.
pub fn measured(paths: &[PathBuf], arguments: &TableArguments) -> Result<Measured, Failure> {
    let (mut parts, mut inputs, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Problem::new("standard input named twice").expected("`-` once").into());
    }
    if let Some(ceiling) = arguments.ceiling.filter(|c| !(c.is_finite() && *c > 0.0)) {
        return Err(Problem::new("--ceiling is no Ct")
            .expected("such as 40")
            .found(ceiling.to_string())
            .into());
    }
    for path in paths {
        match one(path, arguments) {
            Ok((stem, read, input)) => {
                crate::shown::message(&format!("{}: {}", input.name, read.detected));
                inputs.push(input);
                parts.push((stem, read));
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let read = ReadTable::join(parts)?;
    for note in read.notes.list() {
        crate::shown::message(&format!("  {note}"));
    }
    let names = ResolvedNames::of(&read.table.features, &read.accessions, arguments.species(), None);
    Ok(Measured { read, inputs, names })
}

fn one(path: &Path, arguments: &TableArguments) -> Result<(String, ReadTable, Input), Vec<Problem>> {
    let source = source(path)?;
    let input = input(&source);
    let read = read_cargo(&Document::load(&source)?, &arguments.options())?;
    Ok((source.stem().to_owned(), read, input))
}

/// The sheet of a table. A row may name a sample or what its replicate wells were measured as.
///
/// # Errors
/// Every mistake of the file, and every name on one side only.
pub fn sheet(path: &Path, table: &ReadTable) -> Result<(SampleSheet, Input), Failure> {
    let source = source(path)?;
    let input = input(&source);
    let (mut sheet, notes) = read_samples(&Document::load(&source)?)?;
    for note in notes.list() {
        crate::shown::message(&format!("{}: {note}", input.name));
    }
    sheet.rows = spread(&sheet.rows, table);
    let problems = mismatches(&input.name, &sheet, table);
    if problems.is_empty() { Ok((sheet, input)) } else { Err(Failure::Input(problems)) }
}

/// Rows that name a sample by what its replicates were measured as stand for each replicate.
fn spread(rows: &[SampleRow], table: &ReadTable) -> Vec<SampleRow> {
    let measured = || table.table.samples.iter().zip(&table.measured_as);
    rows.iter()
        .flat_map(|row| {
            let itself = table.table.samples.contains(&row.sample);
            let wells: Vec<SampleRow> = measured()
                .filter(|(sample, name)| !itself && **name == row.sample && *sample != *name)
                .map(|(sample, _)| SampleRow { sample: sample.clone(), ..row.clone() })
                .collect();
            if wells.is_empty() { vec![row.clone()] } else { wells }
        })
        .collect()
}
