//! The page of an inference: the answer, families, databases, methods.

use super::enrich_page::{databases, versions};
use super::infer::{Found, InferArguments};
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::shown;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Effect, Effects, Figure};
use vesicle_target::infer::{LEVEL, Row};

/// Families drawn.
const DRAWN: usize = 15;
/// Rows printed on the page.
const PRINTED: usize = 200;

fn figure(found: &Found) -> Figure {
    let mark = |row: &Row| {
        let seed = &found.seeds[row.family];
        Effect {
            group: String::new(),
            label: format!("{seed} {}", found.called(row)),
            low: row.scaled_z - 1.96,
            middle: row.scaled_z,
            high: row.scaled_z + 1.96,
            decided: row.step.is_some(),
            note: format!("n = {}", row.n_targets),
        }
    };
    let rows: Vec<Effect> = found.rows.iter().take(DRAWN).map(mark).collect();
    let draw = |width| {
        Effects {
            name: "families".to_owned(),
            title: "Seed families by how their targets answer".to_owned(),
            caption: format!(
                "Score of the first {} families, judged by the scores of {}, ± 1.96; n = {} genes; left: targets fall. Blue: found at a family-wise {} %, the families found before taken out.",
                rows.len(),
                found.judges,
                found.n_genes,
                LEVEL * 100.0
            ),
            axis: format!("z of the targets' ranks among {}", found.judges),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

/// The page.
pub fn article(found: &Found, answer: &[String], arguments: &InferArguments) -> Article {
    let line = |row: &Row| {
        let seed = &found.seeds[row.family];
        vec![
            seed.clone(),
            found.called(row),
            row.n_targets.to_string(),
            shown(row.difference),
            shown(row.scaled_z),
            shown(row.family_wise_p),
            row.step.map_or_else(|| "–".to_owned(), |s| s.to_string()),
            shown(row.conditional_p),
        ]
    };
    let head = [
        "Seed",
        "miRNAs",
        "targets",
        "mean difference",
        "z among seeds",
        "family-wise p",
        "found in step",
        "p beside those found",
    ];
    Article {
        title: "What the receiver's response is explained by".to_owned(),
        question: format!("Which seed family do the changes of {} genes point to?", found.n_genes),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections: vec![
            Section { heading: "Families".to_owned(), figures: vec![figure(found)], ..Section::default() },
            Section {
                heading: "Every family".to_owned(),
                table: Words {
                    head: head.map(str::to_owned).to_vec(),
                    numeric: vec![false, false, true, true, true, true, true, true],
                    rows: found.rows.iter().take(PRINTED).map(line).collect(),
                },
                ..Section::default()
            },
            databases(&found.used),
            Section {
                heading: "Methods".to_owned(),
                paragraphs: vec![methods(arguments)],
                ..Section::default()
            },
        ],
        command: again(),
        versions: versions(&found.used),
    }
}

/// How seeds were judged by their shuffles, in words.
fn shuffled_methods(arguments: &InferArguments) -> String {
    format!(
        "Genes were ranked by log2 fold change; ranks were centred within ten strata of genes with 3′UTRs of like length. \
         Sites of a seed in the longest 3′UTR of each gene: 8mer, 7mer-m8 and 7mer-A1, weighed by 0.31, 0.161 and 0.099 log2 \
         (Grimson 2007). A seed's score is standardised by its permutation variance, then by median and spread (1.4826 times \
         the median absolute deviation, at least 1) of its shuffles: the other orders of its seven bases with as many CpG \
         that are the seed of no known miRNA. Family-wise p: the larger of the normal tail over all tested seeds (Šidák 1967) \
         and the share of the seed's own shuffles that are as extreme. A seed found was taken out by regression and the \
         rest asked again. Seeds with sites in fewer than {} genes or fewer than 20 shuffles were not tested. A seed that \
         explains a response need not have been delivered. Vesicle {}.",
        arguments.least,
        env!("CARGO_PKG_VERSION")
    )
}

fn methods(arguments: &InferArguments) -> String {
    if arguments.utr.is_some() {
        return shuffled_methods(arguments);
    }
    format!(
        "Genes were ranked by log2 fold change; ranks were centred within ten strata of genes that equally many families \
         target. A family's score weighs its targets by their predicted fall and is standardised by its permutation \
         variance, then by median and spread of the scores of all families, because genes move together (Efron 2004). \
         Family-wise p: share of {} permutations of the response within strata in which the largest |z| of \
         any family is as large (Westfall and Young 1993); fewest possible 1 in {}. A family found was taken out by \
         regression and the rest asked again. Families with fewer than {} targets among the genes were not tested. A \
         seed family that explains a response need not have been delivered: the receiver's own miRNA, and proteins with \
         the same targets, explain alike. Vesicle {}.",
        arguments.permutations,
        arguments.permutations + 1,
        arguments.least,
        env!("CARGO_PKG_VERSION")
    )
}
