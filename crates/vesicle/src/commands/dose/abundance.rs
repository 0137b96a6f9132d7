//! The share of one miRNA among all miRNA of a vesicle, from a profile or a table of counts.

use super::protocol;
use crate::commands::cargo::reading::{Input, source};
use crate::failure::Failure;
use std::path::Path;
use vesicle_base::Problem;
use vesicle_cargo::profile::{QUANTIFIED_READS, same_mirna};
use vesicle_cargo::{CargoTable, Profile, Reading, ValueKind};
use vesicle_dose::ledger::Abundance;
use vesicle_experiment::library::Library;
use vesicle_files::library::{FolderLibrary, SHIPPED};
use vesicle_report::figure::text::number;
use vesicle_tables::names::{ResolvedNames, Species};
use vesicle_tables::{Document, Options, read_cargo};

/// A column that tells a profile from other tables.
const PROFILE_COLUMN: &str = "mean_rpm";

/// What a table says of a miRNA.
pub struct Known {
    /// Its share.
    pub abundance: Abundance,
    /// The table.
    pub input: Input,
    /// In words.
    pub words: String,
}

/// The share of a miRNA in a table, or in the profile that ships with the program.
///
/// # Errors
/// A table that cannot be read or gives no shares, and a name that is no miRNA of it.
pub fn of(mirna: &str, cargo: Option<&str>) -> Result<Known, Failure> {
    let shipped = SHIPPED.iter().find(|(_, text)| is_profile(text)).map(|(name, _)| *name);
    let Some(name) = cargo.or(shipped) else {
        return Err(Problem::new("no cargo table").expected("--cargo TABLE").into());
    };
    let library = FolderLibrary::of(Path::new(""));
    let mut known = if name != "-" && library.text(name).is_ok_and(|(_, text)| is_profile(&text)) {
        of_profile(mirna, name, &library)?
    } else {
        of_counts(mirna, Path::new(name))?
    };
    if cargo.is_none() {
        known.words.push_str(
            "; the table that ships with the program, because none was given: another cell's vesicles differ",
        );
    }
    Ok(known)
}

fn is_profile(text: &str) -> bool {
    let head = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    head.split('\t').any(|cell| cell.trim() == PROFILE_COLUMN)
}

fn of_profile(mirna: &str, name: &str, library: &FolderLibrary) -> Result<Known, Failure> {
    let profile = library.cargo(name)?;
    let (file, text) = library.text(name)?;
    let input = Input {
        name: file.rsplit(['/', '\\']).next().unwrap_or(&file).to_owned(),
        sha256: vesicle_files::sha256(text.as_bytes()),
    };
    let (abundance, words) = match profile.find(mirna) {
        Some(row) if row.is_quantified() => {
            let error = row.share_sd / f64::from(profile.n_libraries.max(1)).sqrt();
            let words = format!("{} reads per million", number(row.share * 1e6));
            (Abundance::Level { mean: row.share, error }, words)
        }
        Some(row) => pooled(row.pooled_reads, profile.pooled_total),
        None => pooled_nothing(mirna, &file, names(&profile), profile.pooled_total)?,
    };
    let words = format!("{mirna} in {}: {words} ({} libraries)", input.name, profile.n_libraries);
    Ok(Known { abundance, input, words })
}

fn names(profile: &Profile) -> Vec<&str> {
    profile.rows.iter().map(|row| row.mirna.as_str()).collect()
}

fn pooled(reads: f64, total: f64) -> (Abundance, String) {
    let words = format!("{} of {} reads, too few for a level", number(reads), number(total));
    (Abundance::Pooled { reads, total }, words)
}

/// A miRNA that a counter did not list was not seen; a name that is none is a slip.
fn pooled_nothing(
    mirna: &str,
    file: &str,
    known: Vec<&str>,
    total: f64,
) -> Result<(Abundance, String), Problem> {
    let resolves = |species| {
        let resolved = ResolvedNames::of(&[mirna.to_owned()], &[None], Some(species), None);
        resolved.matures.first().is_some_and(Option::is_some)
    };
    if resolves(Species::Human) || resolves(Species::Mouse) {
        return Ok(pooled(0.0, total));
    }
    let bare: Vec<&str> = known.iter().map(|name| vesicle_cargo::profile::without_species(name)).collect();
    Err(Problem::new(format!("no miRNA `{mirna}` in {file}"))
        .expected("a name of the table, or one that miRBase knows")
        .nearest(mirna, known.into_iter().chain(bare)))
}

fn of_counts(mirna: &str, path: &Path) -> Result<Known, Failure> {
    let source = source(path)?;
    let input = crate::commands::cargo::reading::input(&source);
    let read = read_cargo(&Document::load(&source)?, &Options::default())?;
    match read.table.kind {
        ValueKind::Count => {}
        ValueKind::Ct => return Err(super::ct::ratios_only(&input.name).into()),
        ValueKind::Intensity => {
            let problem = Problem::new(format!("{} holds intensities, which give no shares", input.name));
            return Err(problem.expected("counts, or --copies-per-vesicle").into());
        }
    }
    let table = &read.table;
    let resolved = ResolvedNames::of(&table.features, &read.accessions, None, None);
    let named = |at: usize| {
        let mature = resolved.matures.get(at).copied().flatten().map(|(mature, _)| mature.name());
        same_mirna(&table.features[at], mirna) || mature.is_some_and(|name| same_mirna(name, mirna))
    };
    let rows: Vec<usize> = (0..table.features.len()).filter(|at| named(*at)).collect();
    let (shares, reads, total) = shares(table, &rows);
    let n = shares.len();
    let (abundance, words) = if rows.is_empty() {
        let known = table.features.iter().map(String::as_str).collect();
        pooled_nothing(mirna, &input.name, known, total)?
    } else if reads / n.max(1) as f64 >= QUANTIFIED_READS {
        let mean = shares.iter().sum::<f64>() / n as f64;
        let squares = shares.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>();
        let error = if n > 1 { (squares / (n - 1) as f64 / n as f64).sqrt() } else { 0.0 };
        (Abundance::Level { mean, error }, format!("{} reads per million", number(mean * 1e6)))
    } else {
        pooled(reads, total)
    };
    let lone = if n == 1 { ": one sample, so its spread over donors is not known" } else { "" };
    let words = format!("{mirna} in {}: {words} ({n} samples{lone})", input.name);
    Ok(Known { abundance, input, words })
}

/// Share of some rows in each sample that has reads, their reads in all, and all reads.
fn shares(table: &CargoTable, rows: &[usize]) -> (Vec<f64>, f64, f64) {
    let value = |reading: &Reading| if let Reading::Value(count) = reading { *count } else { 0.0 };
    let (mut shares, mut reads, mut all) = (Vec::new(), 0.0, 0.0);
    for sample in 0..table.samples.len() {
        let total: f64 = (0..table.features.len()).map(|f| value(&table.row(f)[sample])).sum();
        let own: f64 = rows.iter().map(|f| value(&table.row(*f)[sample])).sum();
        if total > 0.0 {
            shares.push(own / total);
        }
        reads += own;
        all += total;
    }
    (shares, reads, all)
}

/// The words of a protocol file and of flags: a flag first.
pub fn word<'a>(flag: Option<&'a str>, file: Option<&'a String>) -> Option<&'a str> {
    flag.or(file.map(String::as_str)).map(str::trim).filter(|text| !text.is_empty())
}

/// Whether a file's table is meant to come from standard input beside the protocol.
///
/// # Errors
/// Both from standard input.
pub fn once(file: Option<&Path>, cargo: Option<&str>) -> Result<(), Problem> {
    if cargo == Some("-") && file.is_some_and(|path| path.as_os_str() == "-") {
        return Err(Problem::new("standard input named twice").expected("`-` once"));
    }
    Ok(())
}

/// The sum of a protocol file as an input.
pub fn protocol_input(file: &protocol::Protocol) -> Option<Input> {
    file.input.as_ref().map(|(name, sha256)| Input { name: name.clone(), sha256: sha256.clone() })
}
