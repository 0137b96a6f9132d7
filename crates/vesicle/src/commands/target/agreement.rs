//! `vesicle target common`: genes that several tables change alike, and what could be behind them.

use super::agreement_tables::{Common, TablesArguments, tables};
use super::agreement_told::told;
use super::databases::{Known, TargetsArguments, Used, known};
use super::families::{called, targets_among};
use super::programs::{Program, programs, wanted};
use crate::commands::telling::{OutArguments, tell};
use crate::failure::Failure;
use clap::Args;
use std::collections::BTreeSet;
use vesicle_base::Problem;
use vesicle_cargo::consensus::{ConsensusRow, Overlap as Pair, consensus, overlaps};
use vesicle_cargo::false_discovery_rates;
use vesicle_cargo::linear::Matrix;
use vesicle_target::agreement::{Counted, Overlap, Request, count, signature};
use vesicle_target::infer;

/// The tables, the sets of interest, and what could be behind.
#[derive(Debug, Args)]
pub struct CommonArguments {
    #[command(flatten)]
    pub tables: TablesArguments,
    /// In at least this many tables [default: all but one, at least two]
    #[arg(long, value_name = "R")]
    pub at_least: Option<usize>,
    /// Only genes of these sets, such as secreted or adhesion proteins: GMT files, or names of `vesicle data list`
    #[arg(long, value_name = "SETS")]
    pub programs: Vec<String>,
    /// Only these sets of them; may be given several times
    #[arg(long, value_name = "NAME", requires = "programs")]
    pub program: Vec<String>,
    /// Sets of genes that a molecule raises or lowers, tested as the seed families are: a GMT file
    #[arg(long, value_name = "SETS")]
    pub molecules: Vec<String>,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// Fewest targets of a family among the genes
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub least: usize,
    /// p up to which a table calls a gene, for the overlap
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    pub call: f64,
    /// Shuffles of calls and of the signature
    #[arg(long, value_name = "N", default_value_t = 4_999)]
    pub permutations: u32,
    /// Most families to find one after the other
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub most: usize,
    /// Seed of the shuffles
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub out: OutArguments,
}

/// A seed family or a molecule's set, tested.
pub struct Cause {
    /// `seed family` or `molecule`.
    pub kind: &'static str,
    /// The seed, or the set's name.
    pub name: String,
    /// miRNAs of the seed; empty for a set.
    pub members: String,
    /// On the signature.
    pub row: infer::Row,
    /// Its score in each table by itself.
    pub each: Vec<f64>,
}

/// A set of interest beside its null.
pub struct SetCount {
    /// Its name.
    pub name: String,
    /// Its genes among those tested in every table.
    pub size: usize,
    /// Common genes.
    pub overlap: Overlap,
}

/// All that was found.
pub struct Found {
    /// The tables.
    pub common: Common,
    /// Tables that must agree.
    pub at_least: usize,
    /// Over all genes.
    pub rows: Vec<ConsensusRow>,
    /// Genes of interest, by p of replication.
    pub order: Vec<usize>,
    /// Their false discovery rates, by gene; NaN outside the sets of interest.
    pub fdr: Vec<f64>,
    /// Sets of each gene.
    pub sets_of: Vec<Vec<usize>>,
    /// Sets of interest.
    pub sets: Vec<SetCount>,
    /// Calls.
    pub counted: Counted,
    /// Pairs of tables: alike and opposed.
    pub pairs: Vec<(Pair, Pair)>,
    /// Rank correlation of fold changes of each pair.
    pub correlations: Vec<f64>,
    /// What was tested as a cause, the found ones first.
    pub causes: Vec<Cause>,
    /// Found families that target each gene.
    pub by: Vec<Vec<usize>>,
    /// Databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Level at which a gene is common.
pub const LEVEL: f64 = 0.05;

/// Finds what is common.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(arguments: &CommonArguments) -> Result<(), Failure> {
    check(arguments)?;
    let common = tables(&arguments.tables)?;
    let k = common.contrasts.len();
    let at_least = arguments.at_least.unwrap_or_else(|| (k - 1).max(2));
    if at_least < 2 || at_least > k {
        let problem = Problem::new("--at-least outside the tables").expected(format!("2 to {k}"));
        return Err(problem.found(at_least.to_string()).into());
    }
    let species = common.contrasts[0].species;
    let (sets, mut used) = if arguments.programs.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let (all, used) = programs(&arguments.programs, species)?;
        (wanted(&arguments.program, all)?, used)
    };
    let (molecules, more) = if arguments.molecules.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        programs(&arguments.molecules, species)?
    };
    let known = known(&arguments.targets, species)?;
    used.extend(more);
    used.extend(known.used.iter().cloned());
    let found = find(arguments, common, at_least, &sets, &molecules, &known, used)?;
    tell(&arguments.out, &told(arguments, &found))
}

fn check(arguments: &CommonArguments) -> Result<(), Failure> {
    let mut problems = Vec::new();
    if !(99..=1_000_000).contains(&arguments.permutations) {
        let problem = Problem::new("--permutations out of range").expected("99 to 1000000");
        problems.push(problem.found(arguments.permutations.to_string()));
    }
    if !(arguments.call > 0.0 && arguments.call < 1.0) {
        let problem = Problem::new("--call is no level").expected("above 0, below 1");
        problems.push(problem.found(arguments.call.to_string()));
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Input(problems)) }
}

fn identity(k: usize) -> Matrix {
    let mut unit = Matrix::zeros(k, k);
    (0..k).for_each(|i| unit.set(i, i, 1.0));
    unit
}

fn find(
    arguments: &CommonArguments,
    common: Common,
    at_least: usize,
    sets: &[Program],
    molecules: &[Program],
    known: &Known,
    used: Vec<Used>,
) -> Result<Found, Failure> {
    let k = common.contrasts.len();
    let symbols: Vec<&str> = common.genes.iter().map(String::as_str).collect();
    let members: Vec<Vec<u32>> = sets.iter().map(|set| among(set, &symbols)).collect();
    let sets_of = sets_of(&members, symbols.len());
    let rows = consensus(&common.effects, &identity(k), at_least);
    let (order, fdr) = ranked(&rows, &sets_of, sets.is_empty());
    if order.is_empty() {
        let expected = "sets with genes that every table tested";
        return Err(Problem::new("no gene of the sets is in every table").expected(expected).into());
    }
    let counted = count(&Request {
        effects: &common.effects,
        levels: &common.levels,
        sets: &members,
        at_least,
        call_p: arguments.call,
        draws: arguments.permutations,
        seed: arguments.seed,
    });
    let (pairs, correlations) = pairs(&common.effects, k);
    let causes = causes(arguments, &common, &symbols, at_least, molecules, known);
    let by = found_by(&causes, &symbols, known);
    let size = |m: &Vec<u32>| m.len();
    let set_counts = sets.iter().zip(&members).zip(&counted.sets);
    let sets = set_counts
        .map(|((set, m), overlap)| SetCount { name: set.name.clone(), size: size(m), overlap: *overlap })
        .collect();
    let used = [common.used.clone(), used].concat();
    let notes = known.notes.clone();
    let mut found = Found {
        common,
        at_least,
        rows,
        order,
        fdr,
        sets_of,
        sets,
        counted,
        pairs,
        correlations,
        causes,
        by,
        used,
        notes,
    };
    found.notes = [super::agreement_page::notes(arguments, &found), found.notes].concat();
    Ok(found)
}

/// Members of a set among the genes, ascending.
fn among(set: &Program, symbols: &[&str]) -> Vec<u32> {
    let at = |gene: &String| symbols.binary_search(&gene.as_str()).ok().map(|i| i as u32);
    let all: BTreeSet<u32> = set.genes.keys().filter_map(at).collect();
    all.into_iter().collect()
}

fn sets_of(members: &[Vec<u32>], n: usize) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); n];
    for (set, genes) in members.iter().enumerate() {
        genes.iter().for_each(|g| out[*g as usize].push(set));
    }
    out
}

/// Genes of interest by p of replication, and their false discovery rates: restricted before any rate is computed.
fn ranked(rows: &[ConsensusRow], sets_of: &[Vec<usize>], all: bool) -> (Vec<usize>, Vec<f64>) {
    let mut order: Vec<usize> = (0..rows.len()).filter(|&g| all || !sets_of[g].is_empty()).collect();
    let p: Vec<f64> = order.iter().map(|&g| rows[g].conjunction_p).collect();
    let mut fdr = vec![f64::NAN; rows.len()];
    order.iter().zip(false_discovery_rates(&p)).for_each(|(&g, rate)| fdr[g] = rate);
    order.sort_by(|&a, &b| rows[a].conjunction_p.total_cmp(&rows[b].conjunction_p).then(a.cmp(&b)));
    (order, fdr)
}

type Effects = [Vec<vesicle_cargo::consensus::Effect>];

/// Lists of each pair of tables, alike and opposed, and the rank correlation of their fold changes.
fn pairs(effects: &Effects, k: usize) -> (Vec<(Pair, Pair)>, Vec<f64>) {
    let alike = overlaps(effects, k);
    let against = |pair: &Pair| {
        let turned = |gene: &Vec<vesicle_cargo::consensus::Effect>| {
            let (a, mut b) = (gene[pair.pair.0], gene[pair.pair.1]);
            b.estimate = -b.estimate;
            vec![a, b]
        };
        let turned: Vec<Vec<_>> = effects.iter().map(turned).collect();
        Pair { pair: pair.pair, ..overlaps(&turned, 2)[0] }
    };
    let correlation = |pair: &Pair| {
        let of = |t: usize| -> Vec<f64> { effects.iter().map(|gene| gene[t].estimate).collect() };
        vesicle_target::agreement::rank_correlation(&of(pair.pair.0), &of(pair.pair.1))
    };
    let correlations = alike.iter().map(correlation).collect();
    (alike.iter().map(|pair| (*pair, against(pair))).collect(), correlations)
}

/// Seed families, then sets of molecules, tested on the signature; each also on every table by itself.
fn causes(
    arguments: &CommonArguments,
    common: &Common,
    symbols: &[&str],
    at_least: usize,
    molecules: &[Program],
    known: &Known,
) -> Vec<Cause> {
    let (seeds, families) = targets_among(&known.links, symbols);
    let sets: Vec<Vec<(u32, f64)>> =
        molecules.iter().map(|m| among(m, symbols).into_iter().map(|g| (g, 1.0)).collect()).collect();
    let response = signature(&common.effects, at_least);
    let own: Vec<Vec<f64>> = (0..common.contrasts.len())
        .map(|t| common.effects.iter().map(|gene| gene[t].estimate).collect())
        .collect();
    let mut out = Vec::new();
    for (kind, names, families) in [
        ("seed family", seeds, families),
        ("molecule", molecules.iter().map(|m| m.name.clone()).collect(), sets),
    ] {
        let test = |response: &[f64], permutations: u32, most: usize| {
            let (families, least) = (families.as_slice(), arguments.least);
            infer::infer(&infer::Request {
                response,
                families,
                least,
                permutations,
                most,
                seed: arguments.seed,
            })
        };
        let each: Vec<Vec<infer::Row>> = own.iter().map(|table| test(table, 1, 0)).collect();
        let score = |table: &Vec<infer::Row>, family: usize| {
            table.iter().find(|row| row.family == family).map_or(f64::NAN, |row| row.scaled_z)
        };
        out.extend(test(&response, arguments.permutations, arguments.most).into_iter().map(|row| Cause {
            kind,
            members: if kind == "molecule" {
                String::new()
            } else {
                called(&names[row.family], common.contrasts[0].species)
            },
            name: names[row.family].clone(),
            each: each.iter().map(|table| score(table, row.family)).collect(),
            row,
        }));
    }
    out
}

/// The found seed families that target each gene.
fn found_by(causes: &[Cause], symbols: &[&str], known: &Known) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); symbols.len()];
    let found = |cause: &Cause| cause.row.step.is_some() && cause.kind == "seed family";
    for (at, cause) in causes.iter().enumerate().filter(|(_, cause)| found(cause)) {
        for (gene, _) in known.links.family(&cause.name).filter(|(_, link)| link.fall > 0.0) {
            if let Ok(gene) = symbols.binary_search(&gene) {
                out[gene].push(at);
            }
        }
    }
    out
}
