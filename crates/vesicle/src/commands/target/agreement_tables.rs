//! Tables of a differential test brought to common genes: one contrast a table, orthologues where species differ.

use super::databases::{Used, load, word};
use crate::commands::cargo::reading::{Organism, input, source};
use crate::failure::Failure;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_base::math::normal_quantile;
use vesicle_cargo::consensus::Effect;
use vesicle_files::tsv;
use vesicle_tables::names::Species;
use vesicle_tables::{Document, ResultRow, ResultTable, read_results};

/// Which tables, and how they are to be read.
#[derive(Clone, Debug, Args)]
pub struct TablesArguments {
    /// Results of differential tests of genes (DESeq2, edgeR, limma or alike), all with one side as the reference; each
    /// contrast of a table counts by itself; `-` is standard input
    #[arg(required = true, value_name = "DE_TABLE")]
    pub results: Vec<PathBuf>,
    /// Species of the tables: one for all, or one for each in order [default: by their gene symbols]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub species: Vec<Organism>,
    /// Tables, counted from 1, whose fold changes have the other side as the reference
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub flip: Vec<usize>,
    /// One-to-one orthologues: a table with columns human and mouse
    #[arg(long, value_name = "TABLE", default_value = "data/orthologues_all.tsv")]
    pub orthologues: String,
}

/// One contrast.
pub struct Contrast {
    /// Name for tables.
    pub name: String,
    /// Species of its genes.
    pub species: Species,
    /// Genes with an effect, as it names them.
    pub n_genes: usize,
    /// Genes without a counterpart in the species of the first table.
    pub n_lost: usize,
}

/// Genes that every contrast tested.
pub struct Common {
    /// The contrasts.
    pub contrasts: Vec<Contrast>,
    /// Symbols in the species of the first contrast, ascending.
    pub genes: Vec<String>,
    /// `[gene][contrast]`.
    pub effects: Vec<Vec<Effect>>,
    /// Mean rank of expression of each gene over the tables that tell it; all equal where none does.
    pub levels: Vec<f64>,
    /// Whether any table tells expression.
    pub levels_told: bool,
    /// The files.
    pub used: Vec<Used>,
}

/// A gene of a contrast.
#[derive(Clone, Copy)]
struct Gene {
    effect: Effect,
    mean: Option<f64>,
}

struct Read {
    name: String,
    genes: BTreeMap<String, Gene>,
}

/// Reads the tables; the mistakes of all at once.
///
/// # Errors
/// Fewer than two contrasts, files that cannot be read, symbols of neither species, no common gene.
pub fn tables(arguments: &TablesArguments) -> Result<Common, Failure> {
    let (mut read, mut used, mut problems): (Vec<Read>, Vec<Used>, Vec<Problem>) = Default::default();
    if arguments.results.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        problems.push(Problem::new("standard input named twice").expected("`-` once"));
    }
    let readable = problems.is_empty();
    for path in arguments.results.iter().filter(|_| readable) {
        match contrasts(path) {
            Ok((found, file)) => {
                read.extend(found);
                if used.contains(&file) {
                    problems.push(
                        Problem::new(format!("`{}` given twice", file.name)).expected("different tables"),
                    );
                }
                used.push(file);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        problems.extend(numbers(arguments, &read));
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    for n in &arguments.flip {
        read[n - 1].genes.values_mut().for_each(|gene| gene.effect.estimate = -gene.effect.estimate);
    }
    distinct(&mut read);
    let (pairs, file) = pairs(&arguments.orthologues)?;
    let species = species(arguments, &read, &pairs)?;
    if species.iter().any(|s| *s != species[0]) {
        used.push(file);
    }
    common(read, &species, &pairs, used)
}

fn numbers(arguments: &TablesArguments, read: &[Read]) -> Vec<Problem> {
    let k = read.len();
    let mut problems = Vec::new();
    if k < 2 {
        let names: Vec<&str> = read.iter().map(|r| r.name.as_str()).collect();
        problems
            .push(Problem::new("fewer than two contrasts").expected("two or more").found(names.join(", ")));
    }
    let said = arguments.species.len();
    if said > 1 && said != k {
        let expected = format!("one species, or one for each of {k} contrasts");
        problems.push(Problem::new("--species does not fit").expected(expected).found(said.to_string()));
    }
    for n in arguments.flip.iter().filter(|n| !(1..=k).contains(*n)) {
        problems
            .push(Problem::new("--flip names no table").expected(format!("1 to {k}")).found(n.to_string()));
    }
    problems
}

fn contrasts(path: &std::path::Path) -> Result<(Vec<Read>, Used), Vec<Problem>> {
    let source = source(path)?;
    let input = input(&source);
    let tables = read_results(&Document::load(&source)?)?;
    let several = tables.len() > 1;
    let stem = source.stem().to_owned();
    let one = |table: &ResultTable| {
        let name = if several { format!("{stem} {}", table.contrast) } else { stem.clone() };
        Read { name, genes: genes(&table.rows) }
    };
    let read: Vec<Read> = tables.iter().map(one).collect();
    let empty = read.iter().filter(|r| r.genes.is_empty());
    let problems: Vec<Problem> = empty
        .map(|r| {
            Problem::new(format!("{}: no gene was tested", r.name))
                .expected("rows with a gene symbol, a log2 fold change and a p value")
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let none = || "not stated".to_owned();
    let used =
        Used { role: "response", name: input.name, release: none(), licence: none(), sha256: input.sha256 };
    Ok((read, used))
}

/// Of several rows of one gene the one with the smallest p, times the number of its rows.
fn genes(rows: &[ResultRow]) -> BTreeMap<String, Gene> {
    let mut best: BTreeMap<String, (Gene, u32)> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.feature.is_empty()) {
        let Some(fresh) = gene(row) else { continue };
        let known = best.entry(row.feature.clone()).or_insert((fresh, 0));
        known.1 += 1;
        if fresh.effect.p < known.0.effect.p {
            known.0 = fresh;
        }
    }
    let corrected = |(mut gene, n): (Gene, u32)| {
        gene.effect.p = (gene.effect.p * f64::from(n)).min(1.0);
        gene
    };
    best.into_iter().map(|(name, found)| (name, corrected(found))).collect()
}

/// Smallest p that is told from 0.
const LEAST_P: f64 = 1e-300;

/// Where no standard error stands, the one that goes with the p of a normal test.
fn gene(row: &ResultRow) -> Option<Gene> {
    let (estimate, p) = (row.log2_fold_change?, row.p?.max(LEAST_P));
    let z = -normal_quantile(0.5 * p);
    let se = row.standard_error.filter(|se| *se > 0.0).unwrap_or(estimate.abs() / z.max(1e-6));
    let effect = Effect { estimate, se, p };
    (effect.is_whole() && estimate != 0.0).then_some(Gene { effect, mean: row.mean })
}

/// Contrasts of one name are told apart by number.
fn distinct(read: &mut [Read]) {
    for i in 0..read.len() {
        let n = read[..i].iter().filter(|r| r.name == read[i].name).count();
        if n > 0 {
            read[i].name = format!("{} ({})", read[i].name, i + 1);
        }
    }
}

type Pairs = Vec<(String, String)>;

fn pairs(name: &str) -> Result<(Pairs, Used), Failure> {
    let loaded = load("orthologues", name)?;
    let text = String::from_utf8_lossy(&loaded.source.bytes).into_owned();
    let table = tsv::parse(name, &text)?;
    let [human, mouse] = table.columns(["human", "mouse"])?;
    let all: Pairs =
        table.rows().map(|row| (row.text(human).to_owned(), row.text(mouse).to_owned())).collect();
    for by in [0, 1] {
        let side = |pair: &(String, String)| if by == 0 { pair.0.clone() } else { pair.1.clone() };
        let mut names: Vec<String> = all.iter().map(side).collect();
        names.sort_unstable();
        if let Some([twice, _]) = names.array_windows().find(|[a, b]| a == b) {
            let problem = Problem::new(format!("{name} has `{twice}` in two pairs"));
            return Err(problem.expected("one-to-one orthologues").into());
        }
    }
    Ok((all, loaded.used))
}

/// As said, else the species in whose column of the orthologues more of the symbols stand.
fn species(arguments: &TablesArguments, read: &[Read], pairs: &Pairs) -> Result<Vec<Species>, Failure> {
    let mut problems = Vec::new();
    let mut of = |(i, table): (usize, &Read)| {
        let said = arguments.species.get(if arguments.species.len() == 1 { 0 } else { i });
        if let Some(said) = said {
            return said.species();
        }
        let human = pairs.iter().filter(|pair| table.genes.contains_key(&pair.0)).count();
        let mouse = pairs.iter().filter(|pair| table.genes.contains_key(&pair.1)).count();
        if human == 0 && mouse == 0 {
            let first = table.genes.keys().next().cloned().unwrap_or_default();
            let expected = "gene symbols, HGNC or MGI; --species when they are few or made up";
            problems.push(
                Problem::new(format!("{}: genes of no known species", table.name))
                    .expected(expected)
                    .found(first),
            );
        }
        if mouse > human { Species::Mouse } else { Species::Human }
    };
    let found: Vec<Species> = read.iter().enumerate().map(&mut of).collect();
    if problems.is_empty() { Ok(found) } else { Err(Failure::Input(problems)) }
}

fn common(
    mut read: Vec<Read>,
    species: &[Species],
    pairs: &Pairs,
    used: Vec<Used>,
) -> Result<Common, Failure> {
    let to = |from: Species| -> BTreeMap<&str, &str> {
        pairs
            .iter()
            .map(|(human, mouse)| match from {
                Species::Mouse => (mouse.as_str(), human.as_str()),
                Species::Human => (human.as_str(), mouse.as_str()),
            })
            .collect()
    };
    let mut contrasts = Vec::new();
    for (table, own) in read.iter_mut().zip(species) {
        let n_genes = table.genes.len();
        if *own != species[0] {
            let names = to(*own);
            let genes = std::mem::take(&mut table.genes);
            let turned = genes
                .into_iter()
                .filter_map(|(name, gene)| Some(((*names.get(name.as_str())?).to_owned(), gene)));
            table.genes = turned.collect();
        }
        let n_lost = n_genes - table.genes.len();
        contrasts.push(Contrast { name: table.name.clone(), species: *own, n_genes, n_lost });
    }
    let everywhere = |gene: &&String| read.iter().all(|table| table.genes.contains_key(*gene));
    let genes: Vec<String> = read[0].genes.keys().filter(everywhere).cloned().collect();
    if genes.len() < FEWEST {
        let some = |table: &Read| {
            format!("{}: {}", table.name, table.genes.keys().next().map_or("-", String::as_str))
        };
        let problem = Problem::new(format!("{} genes tested in every table", genes.len()));
        let expected = format!("at least {FEWEST} gene symbols in common, such as of {}", word(species[0]));
        let found = read.iter().map(some).collect::<Vec<_>>().join("; ");
        return Err(problem.expected(expected).found(found).into());
    }
    let effects = genes.iter().map(|g| read.iter().map(|table| table.genes[g].effect).collect()).collect();
    let (levels, levels_told) = levels(&read, &genes);
    Ok(Common { contrasts, genes, effects, levels, levels_told, used })
}

/// Fewest common genes that can tell anything.
const FEWEST: usize = 20;

/// Mean over tables of the rank of expression.
fn levels(read: &[Read], genes: &[String]) -> (Vec<f64>, bool) {
    let mut sum = vec![0.0; genes.len()];
    let mut told = false;
    for table in read {
        let means: Option<Vec<f64>> =
            genes.iter().map(|g| table.genes[g].mean.filter(|m| m.is_finite())).collect();
        let Some(means) = means else { continue };
        told = true;
        let mut order: Vec<usize> = (0..genes.len()).collect();
        order.sort_by(|&a, &b| means[a].total_cmp(&means[b]).then(a.cmp(&b)));
        order.iter().enumerate().for_each(|(rank, &g)| sum[g] += rank as f64);
    }
    (sum, told)
}
