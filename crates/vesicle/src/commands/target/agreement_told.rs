//! What tables have in common, as tables and for machines.

use super::agreement::{Cause, CommonArguments, Found, SetCount};
use super::agreement_page::{answer, article};
use super::databases::{Used, word};
use crate::commands::telling::{Cell, Rows, Told, heads};
use serde_json::{Value, json};
use vesicle_target::agreement::Overlap;

/// What is told: the table of genes, and beside it causes, sets and overlaps.
pub fn told(arguments: &CommonArguments, found: &Found) -> Told {
    let answer = answer(arguments, found);
    Told {
        name: "common",
        manifest: manifest(arguments, found),
        rows: genes(found, usize::MAX),
        more: vec![
            ("causes", Value::Array(causes_table(found, usize::MAX).json())),
            ("sets", Value::Array(sets_table(found).json())),
            ("overlaps", Value::Array(overlap_table(found).json())),
        ],
        page: article(arguments, found, &answer),
        notes: found.notes.clone(),
        answer,
        beside: vec![
            ("causes.tsv", causes_table(found, usize::MAX)),
            ("sets.tsv", sets_table(found)),
            ("overlaps.tsv", overlap_table(found)),
        ],
    }
}

/// Genes of interest.
pub fn genes(found: &Found, most: usize) -> Rows {
    let names = |what: &str| -> Vec<String> {
        found.common.contrasts.iter().map(|c| format!("{what} [{}]", c.name)).collect()
    };
    let mut head = heads(&[
        "gene",
        "direction",
        "replication_p",
        "replication_adjusted_p",
        "tables_up",
        "called",
        "sets",
        "found_families",
    ]);
    head.extend([names("log2_fold_change"), names("p")].concat());
    let row = |&g: &usize| -> Vec<Cell> {
        let row = &found.rows[g];
        let sets: Vec<&str> = found.sets_of[g].iter().map(|s| found.sets[*s].name.as_str()).collect();
        let by: Vec<&str> = found.by[g].iter().map(|c| found.causes[*c].name.as_str()).collect();
        let called = match found.counted.common[g] {
            1 => "up",
            -1 => "down",
            _ => "no",
        };
        let mut cells: Vec<Cell> = vec![
            found.common.genes[g].clone().into(),
            way(found, g).into(),
            row.conjunction_p.into(),
            found.fdr[g].into(),
            row.n_up.into(),
            called.into(),
            sets.join("; ").into(),
            by.join("; ").into(),
        ];
        let effects = &found.common.effects[g];
        cells.extend(effects.iter().map(|e| Cell::from(e.estimate)));
        cells.extend(effects.iter().map(|e| Cell::from(e.p)));
        cells
    };
    Rows { head, rows: found.order.iter().take(most).map(row).collect() }
}

/// The direction in which more of the evidence lies: that of the r-th smallest one-sided p.
pub fn way(found: &Found, gene: usize) -> &'static str {
    let at = |up: bool| {
        let mut p: Vec<f64> = found.common.effects[gene].iter().map(|e| e.one_sided(up)).collect();
        p.sort_by(f64::total_cmp);
        p[found.at_least - 1]
    };
    if at(true) <= at(false) { "up" } else { "down" }
}

/// Causes tested.
pub fn causes_table(found: &Found, most: usize) -> Rows {
    let mut head = heads(&[
        "kind",
        "name",
        "mirnas",
        "genes",
        "z",
        "z_among_others",
        "family_wise_p",
        "step",
        "conditional_p",
    ]);
    head.extend(found.common.contrasts.iter().map(|c| format!("z [{}]", c.name)));
    let row = |cause: &Cause| -> Vec<Cell> {
        let row = &cause.row;
        let mut cells: Vec<Cell> = vec![
            cause.kind.into(),
            cause.name.clone().into(),
            cause.members.clone().into(),
            row.n_targets.into(),
            row.z.into(),
            row.scaled_z.into(),
            row.family_wise_p.into(),
            row.step.map(|s| s as f64).into(),
            row.conditional_p.into(),
        ];
        cells.extend(cause.each.iter().map(|z| Cell::from(*z)));
        cells
    };
    Rows { head, rows: found.causes.iter().take(most).map(row).collect() }
}

fn against(overlap: &Overlap) -> Vec<Cell> {
    vec![(overlap.observed as f64).into(), overlap.expected.into(), overlap.spread.into(), overlap.p.into()]
}

/// Sets of interest beside their null.
pub fn sets_table(found: &Found) -> Rows {
    let head = heads(&["set", "genes", "called_alike", "expected", "spread", "p_of_shuffled_genes"]);
    let row =
        |set: &SetCount| [vec![set.name.clone().into(), set.size.into()], against(&set.overlap)].concat();
    Rows { head, rows: found.sets.iter().map(row).collect() }
}

/// Overlaps: of all tables, then of each pair.
pub fn overlap_table(found: &Found) -> Rows {
    let head = heads(&[
        "tables",
        "genes",
        "observed",
        "expected",
        "spread",
        "p_of_shuffled_genes",
        "rank_correlation",
    ]);
    let all = |what: &str, overlap: &Overlap| {
        let name = format!("at least {} of {}", found.at_least, found.common.contrasts.len());
        [vec![name.into(), what.into()], against(overlap), vec![None.into()]].concat()
    };
    let mut rows = vec![all("alike", &found.counted.alike), all("opposed", &found.counted.opposed)];
    for ((alike, opposed), rho) in found.pairs.iter().zip(&found.correlations) {
        for (what, pair) in [("alike", alike), ("opposed", opposed)] {
            let name = |i: usize| found.common.contrasts[i].name.as_str();
            rows.push(vec![
                format!("{}, {}", name(pair.pair.0), name(pair.pair.1)).into(),
                what.into(),
                pair.observed.into(),
                pair.expected.into(),
                None.into(),
                None.into(),
                (*rho).into(),
            ]);
        }
    }
    Rows { head, rows }
}

fn manifest(arguments: &CommonArguments, found: &Found) -> Value {
    let table = |c: &super::agreement_tables::Contrast| json!({ "name": c.name, "species": word(c.species), "genes": c.n_genes, "without_orthologue": c.n_lost });
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "target common",
        "databases": found.used.iter().map(Used::json).collect::<Vec<_>>(),
        "tables": found.common.contrasts.iter().map(table).collect::<Vec<_>>(),
        "flipped": arguments.tables.flip,
        "at_least": found.at_least,
        "common_genes": found.common.genes.len(),
        "genes_of_interest": found.order.len(),
        "sets": arguments.program,
        "call_p": arguments.call,
        "evidence": format!("{:?}", arguments.targets.evidence).to_lowercase(),
        "least_targets": arguments.least,
        "permutations": arguments.permutations,
        "most_families": arguments.most,
        "seed": arguments.seed,
    })
}
