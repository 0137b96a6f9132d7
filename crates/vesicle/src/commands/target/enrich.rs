//! `vesicle target enrich`: read, match, draw, tell.

use super::asked::{Asked, AskedArguments, asked};
use super::databases::{Known, TargetsArguments, Used, known, word};
use super::enrich_page::article;
use super::expressed::{ExpressedArguments, expressed};
use super::families::{Families, Universe};
use super::programs::{self, Program};
use super::telling::{OutArguments, Told};
use crate::commands::cargo::numbers::cell;
use crate::commands::cargo::reading::Organism;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use vesicle_base::Problem;
use vesicle_cargo::false_discovery_rates;
use vesicle_tables::names::Species;
use vesicle_target::enrich::{Enrichment, Request, enrich};

/// What to test, in whom, against what.
#[derive(Debug, Args)]
pub struct EnrichArguments {
    #[command(flatten)]
    pub asked: AskedArguments,
    #[command(flatten)]
    pub targets: TargetsArguments,
    /// Programs: a GMT file, or a name of `vesicle data list`; may be given several times
    #[arg(long, value_name = "SETS", default_value = programs::SHIPPED)]
    pub programs: Vec<String>,
    #[command(flatten)]
    pub expressed: ExpressedArguments,
    /// Species of the recipient [default: that of the miRNAs]
    #[arg(long, value_enum)]
    pub species: Option<Organism>,
    /// Number of null sets [default: 100,000, or 40 a program where that is more]
    #[arg(long, value_name = "N")]
    pub draws: Option<u32>,
    /// Seed of the null sets
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Fewest expressed genes of a program
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub smallest: usize,
    /// Most expressed genes of a program
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub largest: usize,
    #[command(flatten)]
    pub out: OutArguments,
}

/// Null sets that are drawn unless told otherwise, and at least for each program, so that one program that no null set
/// equals is below a false discovery rate of 5 %.
const DRAWS: u32 = 100_000;
const DRAWS_A_PROGRAM: u32 = 40;
const MOST_DRAWS: u32 = 10_000_000;

/// One line of the result.
pub struct Line {
    /// Which selection.
    pub direction: &'static str,
    /// Which program.
    pub program: String,
    /// What the test said; false discovery rates over all selections.
    pub row: vesicle_target::enrich::Row,
    /// Selected families that hit it, with their numbers of genes.
    pub by: Vec<(String, usize)>,
    /// Genes that are hit.
    pub genes: Vec<String>,
}

/// All that was found.
pub struct Found {
    /// What was asked.
    pub asked: Asked,
    /// Species of the recipient.
    pub species: Species,
    /// One result a selection.
    pub results: Vec<(&'static str, Enrichment)>,
    /// Lines by p.
    pub lines: Vec<Line>,
    /// Families selected, by selection.
    pub selected: Vec<Vec<(String, usize)>>,
    /// Genes of the universe.
    pub n_genes: usize,
    /// Whether the universe is what the recipient expresses.
    pub expressed: bool,
    /// Programs tested, and left out for their size.
    pub n_programs: (usize, usize),
    /// Databases.
    pub used: Vec<Used>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Tests.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(arguments: &EnrichArguments) -> Result<(), Failure> {
    check(arguments)?;
    let asked = asked(&arguments.asked, None)?;
    let species = arguments.species.map_or_else(|| asked.species(), Organism::species);
    let known = known(&arguments.targets, species)?;
    let (sets, used) = programs::programs(&arguments.programs, species)?;
    let expressed = expressed(&arguments.expressed)?;
    let found = test(arguments, asked, species, &known, sets, used, expressed.as_ref())?;
    told(arguments, &found).tell(&arguments.out)
}

fn check(arguments: &EnrichArguments) -> Result<(), Failure> {
    let mut problems = Vec::new();
    if let Some(draws) = arguments.draws.filter(|d| !(1..=MOST_DRAWS).contains(d)) {
        let expected = format!("1 to {MOST_DRAWS}");
        problems.push(Problem::new("--draws out of range").expected(expected).found(draws.to_string()));
    }
    if arguments.smallest > arguments.largest || arguments.smallest == 0 {
        let found = format!("{} to {}", arguments.smallest, arguments.largest);
        let problem = Problem::new("no size of a program between --smallest and --largest");
        problems.push(problem.expected("1 or more, in order").found(found));
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Input(problems)) }
}

/// Programs with their genes in the universe.
type Fitting = (Vec<Program>, Vec<Vec<u32>>);

/// The programs of a size that can be tested.
fn fitting(arguments: &EnrichArguments, universe: &Universe, sets: Vec<Program>) -> Result<Fitting, Failure> {
    let in_universe = |p: &Program| universe.indices(p.genes.keys().map(String::as_str));
    let all: Vec<(Program, Vec<u32>)> =
        sets.into_iter().map(|p| (in_universe(&p), p)).map(|(g, p)| (p, g)).collect();
    let n_all = all.len();
    let fits = |genes: &Vec<u32>| (arguments.smallest..=arguments.largest).contains(&genes.len());
    let (programs, sets): Fitting = all.into_iter().filter(|(_, g)| fits(g)).unzip();
    if sets.is_empty() {
        let (smallest, largest) = (arguments.smallest, arguments.largest);
        let what = format!("no program has {smallest} to {largest} genes in the universe");
        let expected = "programs in the recipient's gene symbols, expressed in part";
        let found = format!("{n_all} programs, {} genes", universe.genes.len());
        return Err(Problem::new(what).expected(expected).found(found).into());
    }
    Ok((programs, sets))
}

fn test(
    arguments: &EnrichArguments,
    asked: Asked,
    species: Species,
    known: &Known,
    sets: Vec<Program>,
    used: Vec<Used>,
    expressed: Option<&(std::collections::BTreeSet<String>, Used)>,
) -> Result<Found, Failure> {
    let universe = Universe::of(expressed.map(|e| &e.0), &known.links);
    let n_all = sets.len();
    let (programs, sets) = fitting(arguments, &universe, sets)?;
    let families = Families::of(&asked.assayed);
    let assayed = families.assayed(&known.links, &universe);
    let draws = arguments
        .draws
        .unwrap_or_else(|| DRAWS.max((sets.len() as u32).saturating_mul(DRAWS_A_PROGRAM)).min(MOST_DRAWS));
    let (mut results, mut lines, mut selected) = (Vec::new(), Vec::new(), Vec::new());
    for selection in &asked.selections {
        let chosen = families.chosen(&selection.chosen);
        let request = Request {
            n_genes: universe.genes.len(),
            families: &assayed,
            selected: &chosen,
            sets: &sets,
            draws: if chosen.iter().any(|f| !assayed[*f].targets.is_empty()) { draws } else { 0 },
            seed: arguments.seed,
        };
        let result = enrich(&request);
        let call = |f: &usize| families.called(*f, &asked.assayed, &selection.chosen);
        // A selection without known targets tests nothing, and must not weigh on the false discovery rates.
        let rows = if result.matching.n_drawn() == 0 { &[][..] } else { &result.rows };
        for row in rows {
            let hits = |f: &usize| {
                assayed[*f].targets.iter().filter(|g| sets[row.set].binary_search(g).is_ok()).count()
            };
            let mut by: Vec<(String, usize)> =
                chosen.iter().map(|f| (call(f), hits(f))).filter(|(_, n)| *n > 0).collect();
            by.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let hit = |g: &&u32| chosen.iter().any(|f| assayed[*f].targets.binary_search(g).is_ok());
            let genes =
                sets[row.set].iter().filter(hit).map(|g| universe.genes[*g as usize].clone()).collect();
            let program = programs[row.set].name.clone();
            lines.push(Line { direction: selection.direction, program, row: row.clone(), by, genes });
        }
        selected.push(chosen.iter().map(|f| (call(f), assayed[*f].targets.len())).collect());
        results.push((selection.direction, result));
    }
    over_all(&mut lines);
    let mut notes = [asked.notes.clone(), known.notes.clone()].concat();
    notes.extend(universe_note(&universe, expressed.is_some()));
    if species != asked.species() {
        notes.push(format!(
            "miRNAs of {} on genes of {}: matched by seed",
            word(asked.species()),
            word(species)
        ));
    }
    notes.extend(results.iter().flat_map(|(direction, r)| matching_notes(direction, r)));
    let used =
        [asked.used.clone(), known.used.clone(), used, expressed.map(|e| e.1.clone()).into_iter().collect()]
            .concat();
    Ok(Found {
        asked,
        species,
        results,
        lines,
        selected,
        n_genes: universe.genes.len(),
        expressed: expressed.is_some(),
        n_programs: (sets.len(), n_all - sets.len()),
        used,
        notes,
    })
}

/// Selections are tested together: their false discovery rates are over all lines.
fn over_all(lines: &mut [Line]) {
    let p: Vec<f64> = lines.iter().map(|l| l.row.p).collect();
    let naive: Vec<f64> = lines.iter().map(|l| l.row.naive_p).collect();
    for ((line, fdr), naive) in
        lines.iter_mut().zip(false_discovery_rates(&p)).zip(false_discovery_rates(&naive))
    {
        (line.row.fdr, line.row.naive_fdr) = (fdr, naive);
    }
    lines.sort_by(|a, b| {
        let (x, y) = (&a.row, &b.row);
        x.p.total_cmp(&y.p).then(x.naive_p.total_cmp(&y.naive_p)).then_with(|| a.program.cmp(&b.program))
    });
}

fn universe_note(universe: &Universe, expressed: bool) -> Option<String> {
    (!expressed).then(|| {
        format!(
            "no --expressed: the universe is the {} genes that the target tables name; genes that the recipient does not express cannot be repressed in it",
            universe.genes.len()
        )
    })
}

fn matching_notes(direction: &str, result: &Enrichment) -> Vec<String> {
    let m = &result.matching;
    let mut out = Vec::new();
    if m.n_drawn() == 0 {
        let why = if m.selected_without_targets > 0 {
            "no selected miRNA has a known target in the universe"
        } else {
            "no miRNA is selected"
        };
        out.push(format!("{direction}: {why}: nothing is tested"));
        return out;
    }
    let many = if m.distinct < 1e15 { format!("{}", m.distinct) } else { format!("{:.0e}", m.distinct) };
    let coarse = if m.is_coarse() { ": coarse, p values come in large steps" } else { "" };
    out.push(format!(
        "{direction}: {} families drawn from {} strata, {many} distinct matched sets{coarse}; targets a family: {:.0} selected, {:.0} expected of a null set",
        m.n_drawn(),
        m.strata.len(),
        m.mean_targets.0,
        m.mean_targets.1
    ));
    if m.selected_without_targets > 0 {
        out.push(format!(
            "{direction}: selected families without a known target in the universe, which say nothing: {}",
            m.selected_without_targets
        ));
    }
    out
}

/// The lines at a false discovery rate of 5 %.
pub fn significant(found: &Found) -> impl Iterator<Item = &Line> {
    found.lines.iter().filter(|l| l.row.fdr <= 0.05)
}

fn answer(found: &Found) -> Vec<String> {
    let n = significant(found).count();
    let naive = found.lines.iter().filter(|l| l.row.naive_fdr <= 0.05).count();
    let tested = found.results.iter().filter(|(_, r)| r.matching.n_drawn() > 0).count();
    if tested == 0 {
        return vec!["Nothing is tested: no selected miRNA has a known target here.".to_owned()];
    }
    let first = match n {
        0 => format!(
            "No program of {} is enriched beyond matched miRNA sets (false discovery rate 5 %).",
            found.n_programs.0
        ),
        n => format!(
            "{n} of {} tests are enriched beyond matched miRNA sets (false discovery rate 5 %).",
            found.lines.len()
        ),
    };
    let mut out = vec![first];
    for line in significant(found).take(5) {
        let names: Vec<&str> = line.by.iter().take(3).map(|(name, _)| name.as_str()).collect();
        out.push(format!(
            "{} ({}): {} of {} genes, {:.1} expected; by {}",
            line.program,
            line.direction,
            line.row.hit,
            line.row.size,
            line.row.expected,
            names.join(", ")
        ));
    }
    out.push(format!("The hypergeometric test would have called {naive}."));
    out
}

fn told(arguments: &EnrichArguments, found: &Found) -> Told {
    let answer = answer(found);
    let manifest = manifest(arguments, found);
    Told {
        name: "enrich",
        manifest,
        head: vec![
            "program",
            "direction",
            "genes",
            "hit",
            "expected",
            "p",
            "adjusted_p",
            "naive_p",
            "naive_adjusted_p",
            "families",
            "hit_genes",
        ],
        rows: found.lines.iter().map(record).collect(),
        words: &["program", "direction", "families", "hit_genes"],
        page: article(found, &answer),
        notes: found.notes.clone(),
        answer,
    }
}

fn record(line: &Line) -> Vec<String> {
    let by: Vec<String> = line.by.iter().map(|(name, n)| format!("{name} ({n})")).collect();
    let row = &line.row;
    let mut out =
        vec![line.program.clone(), line.direction.to_owned(), row.size.to_string(), row.hit.to_string()];
    out.extend([row.expected, row.p, row.fdr, row.naive_p, row.naive_fdr].map(cell));
    out.extend([by.join("; "), line.genes.join(" ")]);
    out
}

fn manifest(arguments: &EnrichArguments, found: &Found) -> Value {
    let selection = |(direction, r): &(&'static str, Enrichment)| {
        json!({
            "direction": direction,
            "families_drawn": r.matching.n_drawn(),
            "distinct_matched_sets": if r.matching.distinct.is_finite() { json!(r.matching.distinct) } else { json!("more than a number holds") },
            "coarse": r.matching.is_coarse(),
            "draws": r.draws,
            "strata": r.matching.strata.iter().map(|s| json!({ "families": s.families.len(), "drawn": s.selected })).collect::<Vec<_>>(),
            "programs_no_assayed_family_reaches": r.unreachable,
        })
    };
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "target enrich",
        "databases": found.used.iter().map(Used::json).collect::<Vec<_>>(),
        "selected": found.asked.rule,
        "recipient": word(found.species),
        "universe_genes": found.n_genes,
        "universe": if found.expressed { "expressed genes" } else { "genes of the target tables" },
        "evidence": format!("{:?}", arguments.targets.evidence).to_lowercase(),
        "program_sizes": [arguments.smallest, arguments.largest],
        "programs": { "tested": found.n_programs.0, "left_out_by_size": found.n_programs.1 },
        "seed": arguments.seed,
        "selections": found.results.iter().map(selection).collect::<Vec<_>>(),
    })
}
