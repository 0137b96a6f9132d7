//! Which miRNAs are asked about, and which could have been: a list of names, a result table, or the result folder of
//! `vesicle cargo compare`.

use super::databases::Used;
use crate::commands::cargo::reading::{input, source};
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vesicle_base::Problem;
use vesicle_tables::names::{ResolvedNames, Species, mirbase};
use vesicle_tables::{Adjusted, Document, Format, ResultTable, Source, detect, read_results};

/// What was measured, and what of it is selected.
#[derive(Clone, Debug, Args)]
pub struct AskedArguments {
    /// A list of miRNA names, a result table, or a folder of `vesicle cargo compare`; `-` is standard input
    #[arg(value_name = "MIRNAS")]
    pub mirnas: PathBuf,
    /// For a list: the miRNAs that the platform could have found, one name a line
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
    /// Of results: select features with an adjusted p up to this [default: 0.05]
    #[arg(long, value_name = "FDR", conflicts_with_all = ["p", "top"])]
    pub fdr: Option<f64>,
    /// Of results: select features with a p up to this
    #[arg(long, value_name = "P", conflicts_with = "top")]
    pub p: Option<f64>,
    /// Of results: select so many features with the smallest p
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Of results: which changes to select
    #[arg(long, value_enum, default_value_t)]
    pub direction: Direction,
}

/// Which changes are selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Direction {
    /// What rises and what falls, each tested by itself
    #[default]
    Each,
    /// Only what rises
    Up,
    /// Only what falls
    Down,
    /// Both together
    Together,
}

/// A mature sequence that was assayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Assayed {
    /// Current name.
    pub name: String,
    /// Bases 2–8.
    pub seed: String,
    /// log2 fold change, where results were read.
    pub log2_fold_change: Option<f64>,
    /// p.
    pub p: Option<f64>,
    /// Adjusted p.
    pub adjusted: Option<f64>,
}

/// Members of the assay that are asked about together.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// `up`, `down`, `together` or `listed`.
    pub direction: &'static str,
    /// Indices into what was assayed.
    pub chosen: Vec<usize>,
}

/// What was asked.
pub struct Asked {
    /// Every mature sequence that could have been selected.
    pub assayed: Vec<Assayed>,
    /// What was selected.
    pub selections: Vec<Selection>,
    /// In words: how it was selected.
    pub rule: String,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// The files.
    pub used: Vec<Used>,
}

impl Asked {
    /// Species of most names, human when there are none.
    pub fn species(&self) -> Species {
        let mouse = self.assayed.iter().filter(|a| a.name.starts_with("mmu-")).count();
        if mouse * 2 > self.assayed.len() { Species::Mouse } else { Species::Human }
    }
}

/// Reads them.
///
/// # Errors
/// Wrong thresholds, unreadable files, no name that is a miRNA.
pub fn asked(arguments: &AskedArguments, species: Option<Species>) -> Result<Asked, Failure> {
    thresholds(arguments)?;
    let path = arguments.mirnas.as_path();
    let table = if path.is_dir() { path.join("compare.tsv") } else { path.to_path_buf() };
    if path.is_dir() && !table.is_file() {
        let problem = Problem::new(format!("`{}` is no folder of `vesicle cargo compare`", path.display()));
        return Err(problem.expected("a folder with compare.tsv").into());
    }
    let source = source(&table)?;
    let document = Document::load(&source)?;
    let format = detect(&document).map(|d| d.format);
    if matches!(format, Some(Format::Deseq2 | Format::EdgeR | Format::Limma | Format::Results)) {
        let mut results = read_results(&document)?;
        if results.len() > 1 {
            let names: Vec<&str> = results.iter().map(|r| r.contrast.as_str()).collect();
            let problem = Problem::new("several contrasts in one table").expected("a table of one contrast");
            return Err(problem.found(names.join(", ")).into());
        }
        return match results.pop() {
            Some(result) => from_results(arguments, &source, &result, species),
            None => Err(Problem::new("no contrast in the table").into()),
        };
    }
    from_list(arguments, &source, species)
}

fn thresholds(arguments: &AskedArguments) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for (name, value) in [("--fdr", arguments.fdr), ("--p", arguments.p)] {
        if let Some(value) = value.filter(|v| !(*v > 0.0 && *v <= 1.0)) {
            problems.push(
                Problem::new(format!("{name} is no level"))
                    .expected("above 0, up to 1")
                    .found(value.to_string()),
            );
        }
    }
    if arguments.top == Some(0) {
        problems.push(Problem::new("--top selects nothing").expected("1 or more").found("0"));
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Input(problems)) }
}

fn used(source: &Source, role: &'static str) -> Used {
    let input = input(source);
    let none = || "not stated".to_owned();
    Used { role, name: input.name, release: none(), licence: none(), sha256: input.sha256 }
}

fn from_results(
    arguments: &AskedArguments,
    source: &Source,
    result: &ResultTable,
    species: Option<Species>,
) -> Result<Asked, Failure> {
    let names: Vec<String> = result.rows.iter().map(|r| r.feature.clone()).collect();
    let resolved = ResolvedNames::of(&names, &[], species, None);
    let mut by_sequence: BTreeMap<&str, Assayed> = BTreeMap::new();
    let (mut unmatched, mut untested) = (0, 0);
    for (row, mature) in result.rows.iter().zip(&resolved.matures) {
        let Some((mature, _)) = mature.filter(|(m, _)| !m.seed_m8().is_empty()) else {
            unmatched += 1;
            continue;
        };
        if row.p.is_none() {
            untested += 1;
            continue;
        }
        let fresh = Assayed {
            name: mature.name().to_owned(),
            seed: mature.seed_m8().to_owned(),
            log2_fold_change: row.log2_fold_change,
            p: row.p,
            adjusted: if let Adjusted::Value(q) = row.adjusted { Some(q) } else { None },
        };
        let known = by_sequence.entry(&mature.sequence).or_insert_with(|| fresh.clone());
        if fresh.p < known.p {
            *known = fresh;
        }
    }
    let assayed: Vec<Assayed> = by_sequence.into_values().collect();
    if assayed.is_empty() {
        let problem =
            Problem::new("no tested miRNA in the results").expected("rows named by miRNA, with p values");
        return Err(problem.into());
    }
    let notes = vec![format!(
        "{} mature sequences tested: the null is drawn from them; {unmatched} features match no mature sequence, {untested} were not tested",
        assayed.len()
    )];
    let (rule, chosen) = chosen(arguments, &assayed);
    let rises = |i: &usize| assayed[*i].log2_fold_change.is_some_and(|l| l > 0.0);
    let falls = |i: &usize| assayed[*i].log2_fold_change.is_some_and(|l| l < 0.0);
    let up = Selection { direction: "up", chosen: chosen.iter().copied().filter(rises).collect() };
    let down = Selection { direction: "down", chosen: chosen.iter().copied().filter(falls).collect() };
    let selections = match arguments.direction {
        Direction::Each => vec![up, down],
        Direction::Up => vec![up],
        Direction::Down => vec![down],
        Direction::Together => vec![Selection { direction: "together", chosen }],
    };
    Ok(Asked { assayed, selections, rule, notes, used: vec![used(source, "miRNAs")] })
}

fn chosen(arguments: &AskedArguments, assayed: &[Assayed]) -> (String, Vec<usize>) {
    let below = |value: Option<f64>, level: f64| value.is_some_and(|v| v <= level);
    let all = 0..assayed.len();
    if let Some(n) = arguments.top {
        let mut order: Vec<usize> = all.collect();
        let p = |i: usize| assayed[i].p.unwrap_or(f64::INFINITY);
        order.sort_by(|&a, &b| p(a).total_cmp(&p(b)).then(a.cmp(&b)));
        order.truncate(n);
        order.sort_unstable();
        return (format!("the {n} with the smallest p"), order);
    }
    if let Some(level) = arguments.p {
        return (
            format!("p up to {level}, not corrected"),
            all.filter(|&i| below(assayed[i].p, level)).collect(),
        );
    }
    let level = arguments.fdr.unwrap_or(0.05);
    (format!("adjusted p up to {level}"), all.filter(|&i| below(assayed[i].adjusted, level)).collect())
}

fn from_list(
    arguments: &AskedArguments,
    source: &Source,
    species: Option<Species>,
) -> Result<Asked, Failure> {
    if arguments.fdr.is_some() || arguments.p.is_some() || arguments.top.is_some() {
        let problem = Problem::new("a list of names has no p values").expected("no --fdr, --p or --top");
        return Err(problem.into());
    }
    let mut notes = Vec::new();
    let mut files = vec![used(source, "miRNAs")];
    let listed = named(source, species, &mut notes)?;
    let background = match &arguments.background {
        Some(path) => {
            let source = crate::commands::cargo::reading::source(Path::new(path))?;
            files.push(used(&source, "background"));
            named(&source, species, &mut notes)?
        }
        None => everything(&listed, &mut notes),
    };
    let mut by_name: BTreeMap<String, Assayed> =
        background.into_iter().map(|a| (a.name.clone(), a)).collect();
    let outside = listed.iter().filter(|a| !by_name.contains_key(&a.name)).count();
    if outside > 0 {
        notes.push(format!("{outside} listed miRNAs are not in the background and were added to it"));
    }
    for one in &listed {
        by_name.entry(one.name.clone()).or_insert_with(|| one.clone());
    }
    let assayed: Vec<Assayed> = by_name.into_values().collect();
    let chosen = (0..assayed.len()).filter(|&i| listed.iter().any(|l| l.name == assayed[i].name)).collect();
    let selections = vec![Selection { direction: "listed", chosen }];
    Ok(Asked { assayed, selections, rule: "listed".to_owned(), notes, used: files })
}

/// The miRNAs of a list, one name a line, the first cell of it; a first line that is no name is taken as a head.
pub fn named(
    source: &Source,
    species: Option<Species>,
    notes: &mut Vec<String>,
) -> Result<Vec<Assayed>, Failure> {
    let text = String::from_utf8_lossy(&source.bytes).into_owned();
    let first =
        |line: &str| line.split(['\t', ',', ';']).next().unwrap_or("").trim().trim_matches('"').to_owned();
    let mut names: Vec<String> = text
        .split(['\n', '\r'])
        .filter(|l| !l.starts_with('#'))
        .map(first)
        .filter(|n| !n.is_empty())
        .collect();
    if names
        .first()
        .is_some_and(|n| ["mirna", "name", "feature", "mirnas"].contains(&n.to_lowercase().as_str()))
    {
        names.remove(0);
    }
    let resolved = ResolvedNames::of(&names, &[], species, None);
    let mut found: BTreeMap<&str, Assayed> = BTreeMap::new();
    for (mature, _) in resolved.matures.iter().flatten().filter(|(m, _)| !m.seed_m8().is_empty()) {
        let (name, seed) = (mature.name().to_owned(), mature.seed_m8().to_owned());
        let fresh = Assayed { name, seed, log2_fold_change: None, p: None, adjusted: None };
        found.entry(&mature.sequence).or_insert(fresh);
    }
    let lost: Vec<String> = resolved
        .unresolved
        .iter()
        .chain(&resolved.ambiguous)
        .map(|u| {
            let may = if u.candidates.is_empty() {
                String::new()
            } else {
                format!("; may be {}", u.candidates.join(", "))
            };
            format!("`{}`: {}{may}", u.name, u.because)
        })
        .collect();
    if found.is_empty() {
        let mut problems = vec![
            Problem::new(format!("no miRNA in {}", source.name)).expected("mature miRNA names, one a line"),
        ];
        problems.extend(lost.into_iter().take(20).map(Problem::new));
        return Err(Failure::Input(problems));
    }
    if !lost.is_empty() {
        notes.push(format!("{} names of {} are left out: {}", lost.len(), source.name, brief(&lost)));
    }
    Ok(found.into_values().collect())
}

fn brief(list: &[String]) -> String {
    let more = if list.len() > 5 { format!(" … and {} more", list.len() - 5) } else { String::new() };
    format!("{}{more}", list[..list.len().min(5)].join("; "))
}

/// Every mature miRNA of the listed species, where no background is given.
fn everything(listed: &[Assayed], notes: &mut Vec<String>) -> Vec<Assayed> {
    let mouse = listed.iter().filter(|a| a.name.starts_with("mmu-")).count() * 2 > listed.len();
    let species = if mouse { Species::Mouse } else { Species::Human };
    notes.push(
        "no --background: every miRNA of miRBase stands in for those that the platform could have found; a list that \
         was chosen among abundant miRNAs then looks more enriched than it is"
            .to_owned(),
    );
    mirbase()
        .iter()
        .filter(|m| m.species() == species && !m.seed_m8().is_empty())
        .map(|m| Assayed {
            name: m.name().to_owned(),
            seed: m.seed_m8().to_owned(),
            log2_fold_change: None,
            p: None,
            adjusted: None,
        })
        .collect()
}
