//! The page of what tables have in common: the answer, overlaps, genes, sets, causes, databases, methods.

use super::agreement::{Cause, CommonArguments, Found, LEVEL};
use super::agreement_told::{causes_table, genes, overlap_table, sets_table, way};
use super::databases::word;
use super::enrich_page::{databases, versions};
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::shown;
use vesicle_report::Article;
use vesicle_report::article::Section;
use vesicle_report::figure::{Axis, Class, Dot, Effect as Mark, Effects, Figure, Scatter};

/// Genes and causes drawn.
const DRAWN: usize = 12;
/// Rows printed on the page.
const PRINTED: usize = 100;

/// Genes of interest at the false discovery rate.
fn replicated(found: &Found) -> Vec<usize> {
    found.order.iter().copied().filter(|&g| found.fdr[g] <= LEVEL).collect()
}

fn percent(level: f64) -> String {
    format!("{} %", shown(100.0 * level))
}

/// What was read and decided.
pub fn notes(arguments: &CommonArguments, found: &Found) -> Vec<String> {
    let first = found.common.contrasts[0].species;
    let mut out: Vec<String> = found
        .common
        .contrasts
        .iter()
        .map(|c| {
            let lost = if c.species == first {
                String::new()
            } else {
                format!("; {} without a one-to-one orthologue", c.n_lost)
            };
            format!("{}: {} {} genes{lost}", c.name, c.n_genes, word(c.species))
        })
        .collect();
    out.push(format!("{} genes are tested in every table; the rest takes no part", found.common.genes.len()));
    out.push(
        "donors of the tables are not known: tables that share donors or controls do not replicate each other".to_owned(),
    );
    for ((alike, _), rho) in found.pairs.iter().zip(&found.correlations) {
        let name = |i: usize| found.common.contrasts[i].name.as_str();
        if *rho < AGAINST {
            out.push(format!(
                "{} and {} run against each other (rank correlation {}): --flip turns a table whose reference is the other side",
                name(alike.pair.0), name(alike.pair.1), shown(*rho)
            ));
        }
    }
    if !found.common.levels_told {
        out.push("no table tells expression: the null of the overlap is not matched for it, and genes that every table sees well make it too small".to_owned());
    }
    if found.causes.is_empty() {
        out.push(format!(
            "no seed family has {} targets among the genes: no cause is tested",
            arguments.least
        ));
    }
    out
}

/// Rank correlation below which tables are told to run against each other.
const AGAINST: f64 = -0.1;

/// The answer, the most important line first.
pub fn answer(arguments: &CommonArguments, found: &Found) -> Vec<String> {
    let k = found.common.contrasts.len();
    let genes = replicated(found);
    let what = if found.sets.is_empty() { "genes" } else { "genes of these sets" };
    let mut out = vec![format!(
        "{} of {} {what} change in one direction in at least {} of {k} tables (false discovery rate {}).",
        genes.len(),
        found.order.len(),
        found.at_least,
        percent(LEVEL)
    )];
    for direction in ["up", "down"] {
        let names: Vec<&str> = genes
            .iter()
            .filter(|&&g| way(found, g) == direction)
            .map(|&g| found.common.genes[g].as_str())
            .collect();
        if !names.is_empty() {
            let more =
                if names.len() > 10 { format!(" and {} more", names.len() - 10) } else { String::new() };
            out.push(format!(
                "{}: {}{more}.",
                if direction == "up" { "Up" } else { "Down" },
                names[..names.len().min(10)].join(", ")
            ));
        }
    }
    let (alike, opposed) = (&found.counted.alike, &found.counted.opposed);
    out.push(format!(
        "Called at p ≤ {} and alike: {} genes, {} ± {} expected of shuffled tables; opposed: {}, {} expected.",
        shown(arguments.call), alike.observed, shown(alike.expected), shown(alike.spread), opposed.observed, shown(opposed.expected)
    ));
    out.extend(behind(found));
    out
}

/// What explains the common part.
fn behind(found: &Found) -> Vec<String> {
    if found.causes.is_empty() {
        return Vec::new();
    }
    let explained: Vec<&Cause> = found.causes.iter().filter(|c| c.row.step.is_some()).collect();
    if explained.is_empty() {
        let n = found.causes.len();
        return vec![format!(
            "Nothing tested explains the common part (family-wise {}, {n} tested).",
            percent(LEVEL)
        )];
    }
    let line = |cause: &&Cause| {
        let members = if cause.members.is_empty() { String::new() } else { format!(" ({})", cause.members) };
        let falls = cause.row.scaled_z < 0.0;
        let way = match (cause.kind, falls) {
            ("molecule", true) => "its genes fall",
            ("molecule", false) => "its genes rise",
            (_, true) => "its targets fall: gained",
            (_, false) => "its targets rise: lost",
        };
        let agree = cause.each.iter().filter(|z| (**z < 0.0) == falls && z.abs() > 1.96).count();
        format!(
            "Could be behind it: {} {}{members}, {way}; {} genes, family-wise p {}; beyond 1.96 in {agree} of {} tables by themselves.",
            cause.kind,
            cause.name,
            cause.row.n_targets,
            shown(cause.row.conditional_p),
            cause.each.len()
        )
    };
    explained.iter().map(line).collect()
}

/// The page.
pub fn article(arguments: &CommonArguments, found: &Found, answer: &[String]) -> Article {
    let names: Vec<&str> = found.common.contrasts.iter().map(|c| c.name.as_str()).collect();
    let plain = |heading: &str, paragraph: String, figures: Vec<Figure>, table| Section {
        heading: heading.to_owned(),
        paragraphs: vec![paragraph],
        figures,
        table,
    };
    let mut sections = vec![
        plain("Overlap", OVERLAP.to_owned(), vec![scatter(found)], overlap_table(found).words(PRINTED)),
        plain(
            "Genes",
            format!("By p of replication, the first {PRINTED} at most; common.tsv has all."),
            vec![forest(found)],
            genes(found, PRINTED).words(PRINTED),
        ),
    ];
    if !found.sets.is_empty() {
        sections.push(plain("Sets", SETS.to_owned(), Vec::new(), sets_table(found).words(PRINTED)));
    }
    if !found.causes.is_empty() {
        sections.push(plain(
            "What could be behind it",
            CAUSES.to_owned(),
            vec![causes(found)],
            causes_table(found, PRINTED).words(PRINTED),
        ));
    }
    sections.push(databases(&found.used));
    sections.push(Section {
        heading: "Methods".to_owned(),
        paragraphs: vec![methods(arguments, found)],
        ..Section::default()
    });
    Article {
        title: "What the tables have in common".to_owned(),
        question: format!("Which genes change alike in {}, and what could be behind it?", names.join(", ")),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections,
        command: again(),
        versions: versions(&found.used),
    }
}

const OVERLAP: &str = "Expected: mean of tables whose calls were shuffled among genes of like expression, the first table held; of pairs, if the two lists were drawn apart from each other. Genes move together, so that the spread of shuffled genes is too small: read expected against observed, not the p.";
const SETS: &str = "Genes of each set that are called alike, beside shuffled tables. Genes of a set move together: p is too small.";
const CAUSES: &str = "Each seed family by how its targets stand in the common signature. z in a table: the same test on that table alone, judged among all families. Explaining is not proof of delivery: the receiver's own miRNA, or a protein with the same targets, explains alike.";

/// Fold changes of the first two tables.
fn scatter(found: &Found) -> Figure {
    let names: Vec<&str> = found.common.contrasts.iter().map(|c| c.name.as_str()).collect();
    let best: Vec<usize> = replicated(found).into_iter().take(DRAWN).collect();
    let class = |label: &str, look, wanted: &dyn Fn(usize) -> bool| Class {
        label: label.to_owned(),
        look,
        dots: (0..found.common.genes.len())
            .filter(|&g| wanted(g))
            .map(|g| Dot {
                name: found.common.genes[g].clone(),
                x: found.common.effects[g][0].estimate,
                y: found.common.effects[g][1].estimate,
                named: best.contains(&g),
            })
            .collect(),
    };
    let common = |g: usize| found.fdr[g] <= LEVEL;
    let called = |g: usize| found.counted.common[g] != 0;
    let classes = vec![
        class("other genes", None, &|g| !common(g) && !called(g)),
        class("called alike", Some(1), &|g| !common(g) && called(g)),
        class("replicated", Some(0), &|g| common(g)),
    ];
    let draw = |width| {
        Scatter {
            name: "overlap".to_owned(),
            title: "The first two tables against each other".to_owned(),
            caption: format!(
                "Each point is a gene (n = {}); rank correlation {}. Called alike: in at least {} of {} tables. Replicated: false discovery rate up to {} of the partial conjunction.",
                found.common.genes.len(),
                shown(found.correlations.first().copied().unwrap_or(f64::NAN)),
                found.at_least,
                found.common.contrasts.len(),
                percent(LEVEL)
            ),
            x: Axis { name: format!("log2 fold change, {}", names[0]), ..Axis::default() },
            y: Axis { name: format!("log2 fold change, {}", names[1]), ..Axis::default() },
            classes: classes.clone(),
            uprights: vec![0.0],
            levels: vec![0.0],
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

/// The first genes, table by table.
fn forest(found: &Found) -> Figure {
    let mut rows = Vec::new();
    for &g in found.order.iter().take(DRAWN) {
        for (contrast, e) in found.common.contrasts.iter().zip(&found.common.effects[g]) {
            rows.push(Mark {
                group: found.common.genes[g].clone(),
                label: contrast.name.clone(),
                low: e.estimate - 1.96 * e.se,
                middle: e.estimate,
                high: e.estimate + 1.96 * e.se,
                decided: e.p <= LEVEL,
                note: String::new(),
            });
        }
    }
    let draw = |width| {
        Effects {
            name: "genes".to_owned(),
            title: "Gene by gene".to_owned(),
            caption: format!(
                "The {} genes with the smallest p of replication: estimate ± 1.96 standard errors; blue: p ≤ 5 % in that table alone.",
                found.order.len().min(DRAWN)
            ),
            axis: "log2 fold change".to_owned(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

/// Causes by their score on the common signature.
fn causes(found: &Found) -> Figure {
    let mark = |cause: &Cause| Mark {
        group: String::new(),
        label: format!("{} {}", cause.name, cause.members).trim_end().to_owned(),
        low: cause.row.scaled_z - 1.96,
        middle: cause.row.scaled_z,
        high: cause.row.scaled_z + 1.96,
        decided: cause.row.step.is_some(),
        note: format!("n = {}", cause.row.n_targets),
    };
    let rows: Vec<Mark> = found.causes.iter().take(DRAWN).map(mark).collect();
    let draw = |width| {
        Effects {
            name: "causes".to_owned(),
            title: "What the common part points to".to_owned(),
            caption: format!(
                "Score of the first {} on the common signature, judged by the scores of all of its kind, ± 1.96; left: its genes fall. Blue: found at a family-wise {}.",
                rows.len(),
                percent(LEVEL)
            ),
            axis: "z among all of its kind".to_owned(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

fn methods(arguments: &CommonArguments, found: &Found) -> String {
    format!(
        "Genes were restricted to those that every table tests, those of another species taken through one-to-one \
         orthologues, before any count was made; of several rows of one gene the smallest p times their number was taken. \
         Change in one direction in at least {} of {} tables was tested by the partial conjunction of Benjamini and Heller \
         (2008) in its Bonferroni form, valid under any dependence; false discovery rates are those of Benjamini and \
         Hochberg (1995){}. Overlap: genes called at p ≤ {}; null: {} shuffles of the calls of every table but the first \
         within ten strata of expression. Common signature of a gene: the r-th largest of its signed ranks of p where \
         above 0, plus the r-th smallest where below. Seed families were tested on it as `target infer` tests a response: \
         ranks centred within strata of genes that equally many families target, scores judged by those of all families \
         (Efron 2004), family-wise p by permutation (Westfall and Young 1993), one family after the other. Vesicle {}.",
        found.at_least,
        found.common.contrasts.len(),
        if found.sets.is_empty() { "" } else { ", over the genes of the chosen sets" },
        shown(arguments.call),
        arguments.permutations,
        env!("CARGO_PKG_VERSION")
    )
}
