//! Databases by name: a file, a table that ships with the program, or one of the data home; each recorded as used.

use crate::commands::cargo::reading::{input, source};
use crate::commands::data::home;
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::Path;
use vesicle_base::Problem;
use vesicle_files::library::SHIPPED;
use vesicle_files::tsv;
use vesicle_tables::names::{ResolvedNames, Species};
use vesicle_tables::{Document, Regulator, Source, Support, Target, read_targets};
use vesicle_target::links::{Evidence, Links, Statement, Strengths};

/// A database or file that a result rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// What for: `targets`, `programs`, `miRNAs`.
    pub role: &'static str,
    /// Its name.
    pub name: String,
    /// Release.
    pub release: String,
    /// Licence.
    pub licence: String,
    /// Of its bytes.
    pub sha256: String,
}

impl Used {
    /// For a manifest.
    pub fn json(&self) -> Value {
        json!({
            "role": self.role,
            "name": self.name,
            "release": self.release,
            "licence": self.licence,
            "sha256": self.sha256,
        })
    }
}

/// Which targets count.
#[derive(Clone, Debug, Args)]
pub struct TargetsArguments {
    /// Targets: a TargetScan or miRTarBase file, or a name of `vesicle data list`; may be given several times
    #[arg(long, value_name = "TABLE", default_value = "data/targets.tsv")]
    pub targets: Vec<String>,
    /// Least evidence of a pair
    #[arg(long, value_enum, default_value_t)]
    pub evidence: Least,
    /// log2 repression that stands for a strong validated pair without a score; assumed
    #[arg(long, value_name = "LOG2", default_value_t = Strengths::default().strong)]
    pub strong: f64,
    /// The same for weak, mixed and unscored predicted pairs; assumed
    #[arg(long, value_name = "LOG2", default_value_t = Strengths::default().weak)]
    pub weak: f64,
}

/// Least evidence of a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Least {
    /// All that the tables hold
    #[default]
    Any,
    /// Predictions and better
    Predicted,
    /// Validated, weak evidence too
    Weak,
    /// Reporter assay, western blot or quantitative PCR
    Strong,
}

impl Least {
    fn evidence(self) -> Evidence {
        match self {
            Self::Any => Evidence::Mixed,
            Self::Predicted => Evidence::Predicted,
            Self::Weak => Evidence::Weak,
            Self::Strong => Evidence::Strong,
        }
    }
}

/// A database with its bytes.
pub struct Loaded {
    /// What is recorded.
    pub used: Used,
    /// Its bytes.
    pub source: Source,
    /// Species of its genes, where the import says it.
    pub species: Option<Species>,
}

/// A file, a shipped table or a database of the data home.
///
/// # Errors
/// When there is none of this name, or it cannot be read.
pub fn load(role: &'static str, name: &str) -> Result<Loaded, Vec<Problem>> {
    let path = Path::new(name);
    if name == "-" || path.is_file() {
        let source = source(path)?;
        let input = input(&source);
        let text =
            String::from_utf8_lossy(source.bytes.get(..HEAD_BYTES).unwrap_or(&source.bytes)).into_owned();
        let (release, licence) = (said(&text, "release"), said(&text, "licence"));
        let used = Used { role, name: input.name, release, licence, sha256: input.sha256 };
        return Ok(Loaded { used, source, species: None });
    }
    if let Some((name, text)) = SHIPPED.iter().find(|(known, _)| *known == name) {
        let sha256 = vesicle_files::sha256(text.as_bytes());
        let used = Used {
            role,
            name: (*name).to_owned(),
            release: said(text, "release"),
            licence: said(text, "licence"),
            sha256,
        };
        return Ok(Loaded { used, source: Source::new(name, text.as_bytes().to_vec())?, species: None });
    }
    let home = home().map_err(|problem| vec![problem])?;
    if !home.has(name) {
        let known: Vec<String> = home.list()?.into_iter().map(|e| e.name).collect();
        let all = SHIPPED.iter().map(|(known, _)| *known).chain(known.iter().map(String::as_str));
        let expected = "a file, a table that ships with the program, or a name of `vesicle data list`";
        return Err(vec![Problem::new(format!("no {role} `{name}`")).expected(expected).nearest(name, all)]);
    }
    let (entry, bytes) = home.open(name).map_err(|problem| vec![problem])?;
    let species = species_of(&entry.species);
    let used =
        Used { role, name: entry.name, release: entry.release, licence: entry.licence, sha256: entry.sha256 };
    Ok(Loaded { used, source: Source::new(name, bytes)?, species })
}

/// Bytes in which a table says what it is.
const HEAD_BYTES: usize = 64 << 10;

/// What the `# key: value` lines of a table say; "not stated" where they do not.
fn said(text: &str, key: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    let mut found = lines.filter_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": "));
    found.next().unwrap_or("not stated").to_owned()
}

/// Species in the words of the tables.
pub fn species_of(text: &str) -> Option<Species> {
    match text.trim().to_ascii_lowercase().as_str() {
        "human" | "homo sapiens" | "hsa" | "9606" => Some(Species::Human),
        "mouse" | "mus musculus" | "mmu" | "10090" => Some(Species::Mouse),
        _ => None,
    }
}

/// In a word.
pub fn word(species: Species) -> &'static str {
    match species {
        Species::Human => "human",
        Species::Mouse => "mouse",
    }
}

/// Links from tables, and what was decided on the way.
pub struct Known {
    /// The links.
    pub links: Links,
    /// The databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Reads every table of targets for a recipient's species.
///
/// # Errors
/// The mistakes of all tables at once; no pair for the species.
pub fn known(arguments: &TargetsArguments, recipient: Species) -> Result<Known, Failure> {
    let mut problems = Vec::new();
    for (name, value) in [("--strong", arguments.strong), ("--weak", arguments.weak)] {
        if !(value.is_finite() && value >= 0.0) {
            let problem = Problem::new(format!("{name} is no repression")).expected("0 or more, log2");
            problems.push(problem.found(value.to_string()));
        }
    }
    let (mut statements, mut used, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for name in &arguments.targets {
        let read = load("targets", name).and_then(|loaded| {
            let found = statements_of(&loaded, recipient, &mut notes)?;
            Ok((loaded.used, found))
        });
        match read {
            Ok((table, found)) => {
                notes.push(format!("{}: {} statements for {}", table.name, found.len(), word(recipient)));
                used.push(table);
                statements.extend(found);
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let strengths = Strengths { strong: arguments.strong, weak: arguments.weak };
    let links = Links::of(&statements, strengths).at_least(arguments.evidence.evidence());
    if links.n_pairs() == 0 {
        let expected = format!("target pairs of {} with this evidence", word(recipient));
        return Err(Problem::new("no target pair is left").expected(expected).into());
    }
    if used.iter().any(|u| DEFAULT.ends_with(&u.name)) {
        notes.push(format!(
            "{DEFAULT} holds validated pairs on genes of the shipped programs only; `--targets` takes a whole database (`vesicle data add`)"
        ));
    }
    Ok(Known { links, used, notes })
}

const DEFAULT: &str = "data/targets.tsv";

fn statements_of(
    loaded: &Loaded,
    recipient: Species,
    notes: &mut Vec<String>,
) -> Result<Vec<Statement>, Vec<Problem>> {
    if let Some(text) = own_text(&loaded.source, "evidence") {
        return own(&loaded.source.name, &text, recipient);
    }
    let table = read_targets(&Document::load(&loaded.source)?)?;
    notes.extend(table.notes.list().iter().map(|note| format!("{}: {note}", loaded.used.name)));
    let unsaid = table.rows.iter().all(|row| row.species.is_empty());
    if unsaid && loaded.species.is_none() {
        let name = &loaded.used.name;
        notes.push(format!("{name} does not say its species: taken as {}", word(recipient)));
    }
    let of = |row: &Target| species_of(&row.species).or(loaded.species.filter(|_| row.species.is_empty()));
    let said = |row: &Target| !row.species.is_empty() || loaded.species.is_some();
    let rows: Vec<&Target> =
        table.rows.iter().filter(|row| of(row) == Some(recipient) || !said(row)).collect();
    Ok(by_seed(&rows, recipient, &loaded.used.name, notes))
}

/// The text of one of this program's own tables, when its header has the column.
pub fn own_text(source: &Source, column: &str) -> Option<String> {
    let text = String::from_utf8(source.bytes.clone()).ok()?;
    let header = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty())?;
    let has = |name: &str| header.split('\t').any(|cell| cell.trim() == name);
    (has("gene") && has("species") && has(column)).then_some(text)
}

fn own(file: &str, text: &str, recipient: Species) -> Result<Vec<Statement>, Vec<Problem>> {
    let table = tsv::parse(file, text)?;
    let [mirna, seed, gene, species, evidence, pmids] =
        table.columns(["mirna", "seed", "gene", "species", "evidence", "pmids"])?;
    let rows = table.rows().filter(|row| species_of(row.text(species)) == Some(recipient));
    Ok(rows
        .map(|row| Statement {
            seed: row.text(seed).to_owned(),
            regulator: row.text(mirna).to_owned(),
            gene: row.text(gene).to_owned(),
            evidence: match row.text(evidence) {
                "validated" | "strong" => Evidence::Strong,
                "weak" => Evidence::Weak,
                "predicted" => Evidence::Predicted,
                _ => Evidence::Mixed,
            },
            score: None,
            sites: 0,
            pmids: row.text(pmids).split(';').filter_map(|p| p.trim().parse().ok()).collect(),
        })
        .collect())
}

/// Rows as statements on seed families; those whose miRNA is not known are counted and left out.
fn by_seed(rows: &[&Target], recipient: Species, table: &str, notes: &mut Vec<String>) -> Vec<Statement> {
    let mut names: Vec<String> = rows.iter().filter_map(|row| spelt(&row.regulator)).collect();
    names.sort_unstable();
    names.dedup();
    let resolved = ResolvedNames::of(&names, &[], Some(recipient), None);
    let seed_of = |name: &String| -> Option<&str> {
        let at = names.binary_search(name).ok()?;
        let (mature, _) = resolved.matures[at]?;
        Some(mature.seed_m8()).filter(|seed| !seed.is_empty())
    };
    let mut lost = std::collections::BTreeSet::new();
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let seed = match &row.regulator {
            Regulator::Seed(seed) => Some(seed.clone()),
            Regulator::Mirna(_) => spelt(&row.regulator).and_then(|n| seed_of(&n).map(str::to_owned)),
            Regulator::Family(name) => family_seed(name, recipient),
        };
        match seed {
            Some(seed) => out.push(statement(row, seed)),
            None => {
                lost.insert(regulator(&row.regulator));
            }
        }
    }
    if !lost.is_empty() {
        let some: Vec<&str> = lost.iter().take(3).copied().collect();
        notes.push(format!(
            "{table}: {} miRNAs without a known seed left out ({} …)",
            lost.len(),
            some.join(", ")
        ));
    }
    out
}

fn regulator(regulator: &Regulator) -> &str {
    let (Regulator::Mirna(name) | Regulator::Seed(name) | Regulator::Family(name)) = regulator;
    name
}

fn spelt(regulator: &Regulator) -> Option<String> {
    match regulator {
        Regulator::Mirna(name) => Some(name.clone()),
        _ => None,
    }
}

fn statement(row: &Target, seed: String) -> Statement {
    Statement {
        seed,
        regulator: regulator(&row.regulator).to_owned(),
        gene: row.gene.clone(),
        evidence: match row.support {
            Support::Strong => Evidence::Strong,
            Support::Weak => Evidence::Weak,
            Support::Predicted => Evidence::Predicted,
            Support::Unknown => Evidence::Mixed,
        },
        score: row.score,
        sites: row.sites.unwrap_or(1),
        pmids: row.pmid.into_iter().collect(),
    }
}

/// The seed of a TargetScan family name, `miR-17-5p/20-5p/93-5p`: that of its first member that miRBase knows, with
/// the letter `a` where the family leaves the letter out (`miR-29-3p`).
fn family_seed(family: &str, species: Species) -> Option<String> {
    let mut tried = Vec::new();
    for part in family.split('/') {
        let part = part.trim().trim_end_matches(".1").trim_end_matches(".2");
        let digits = part.starts_with(|c: char| c.is_ascii_digit());
        let name = if digits { format!("miR-{part}") } else { part.to_owned() };
        let lettered = match name.rsplit_once('-') {
            Some((stem, arm)) if arm == "5p" || arm == "3p" => format!("{stem}a-{arm}"),
            _ => format!("{name}a"),
        };
        tried.extend([name, lettered]);
    }
    let resolved = ResolvedNames::of(&tried, &[], Some(species), None);
    let found = resolved.matures.iter().flatten().map(|(mature, _)| mature.seed_m8());
    found.into_iter().find(|seed| !seed.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_names_of_targetscan_have_their_seed() {
        let seed = |name: &str| family_seed(name, Species::Human);
        assert_eq!(seed("miR-133a-3p.1").as_deref(), Some("UUGGUCC"));
        assert_eq!(seed("let-7-5p/98-5p").as_deref(), Some("GAGGUAG"));
        assert_eq!(seed("miR-29-3p").as_deref(), Some("AGCACCA"));
        assert_eq!(seed("miR-130-3p/301-3p/454-3p").as_deref(), Some("AGUGCAA"));
        assert_eq!(seed("nothing"), None);
    }

    #[test]
    fn the_shipped_table_gives_links_of_each_species() {
        let arguments = TargetsArguments {
            targets: vec![DEFAULT.to_owned()],
            evidence: Least::Strong,
            strong: 0.3,
            weak: 0.15,
        };
        let human = known(&arguments, Species::Human).unwrap();
        assert!(human.links.n_pairs() > 1000 && human.used[0].release.contains("miRTarBase"));
        let mouse = known(&arguments, Species::Mouse).unwrap();
        assert!(mouse.links.n_pairs() > 50 && mouse.links.n_pairs() < human.links.n_pairs());
    }
}
