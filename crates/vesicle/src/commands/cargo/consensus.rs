//! `vesicle cargo consensus`: contrasts read, features matched by mature sequence or counterpart, joined, told.

use super::contrast::{self, Contrast, Row};
use super::folder::{self, Contents};
use super::numbers::{cell, separated, shown};
use crate::failure::Failure;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_cargo::consensus::{ConsensusRow, Effect, Overlap, consensus, overlaps};
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Effect as Mark, Effects, Figure};

/// Which contrasts, and how many must agree.
#[derive(Debug, Args)]
pub struct ConsensusArguments {
    /// Folders of `vesicle cargo compare`, or result tables (its own, DESeq2, edgeR, limma); `-` is standard input
    #[arg(required = true, num_args = 2.., value_name = "RESULT")]
    pub results: Vec<PathBuf>,
    /// In at least this many contrasts [default: all but one, at least two]
    #[arg(long, value_name = "R")]
    pub at_least: Option<usize>,
    /// Write table, manifest, figures and page to a folder [default: the table to standard output]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace a finished folder
    #[arg(long)]
    pub force: bool,
    /// Print rows, answer and notes as JSON
    #[arg(long)]
    pub json: bool,
}

/// Features in the forest.
const DRAWN: usize = 12;

/// A feature of all contrasts.
struct Feature {
    /// Name that the first contrast gives it.
    name: String,
    /// Its mature sequence there.
    sequence: String,
    /// Whether every contrast has the same sequence, or some the counterpart in the other species.
    identical: bool,
}

struct Joined {
    contrasts: Vec<Contrast>,
    features: Vec<Feature>,
    effects: Vec<Vec<Effect>>,
    rows: Vec<ConsensusRow>,
    overlaps: Vec<Overlap>,
    correlations: Vec<(usize, usize, f64)>,
    at_least: usize,
}

/// Joins contrasts.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(arguments: &ConsensusArguments) -> Result<(), Failure> {
    let contrasts = contrast::read_all(&arguments.results)?;
    let joined = join(contrasts, arguments.at_least)?;
    let (notes, answer) = (notes(&joined), answer(&joined));
    notes.iter().for_each(|line| crate::shown::message(line));
    let (head, rows) = table(&joined);
    if let Some(out) = &arguments.out {
        let page = article(&joined, &answer, &notes);
        let manifest = manifest(&joined);
        let contents = Contents {
            manifest,
            name: "consensus",
            head: head.clone(),
            rows: rows.clone(),
            results: Vec::new(),
            measured: Vec::new(),
            page,
        };
        crate::shown::message(&format!(
            "written to {}",
            folder::write(out, &contents, arguments.force)?.display()
        ));
    }
    if arguments.json {
        let object = |row: &Vec<String>| -> Value {
            let value = |text: &String| text.parse::<f64>().ok().map_or_else(|| json!(text), |v| json!(v));
            Value::Object(head.iter().zip(row).map(|(h, c)| (h.clone(), value(c))).collect::<Map<_, _>>())
        };
        let all = json!({ "answer": answer, "notes": notes, "manifest": manifest(&joined), "rows": rows.iter().map(object).collect::<Vec<_>>() });
        crate::shown::line(&serde_json::to_string_pretty(&all).unwrap_or_default());
    } else if arguments.out.is_some() {
        answer.iter().for_each(|line| crate::shown::line(line));
    } else {
        answer.iter().for_each(|line| crate::shown::message(line));
        crate::shown::line(separated(&head, &rows, '\t').trim_end());
    }
    Ok(())
}

fn join(contrasts: Vec<Contrast>, at_least: Option<usize>) -> Result<Joined, Failure> {
    let k = contrasts.len();
    let at_least = at_least.unwrap_or_else(|| (k - 1).max(2));
    if at_least < 2 || at_least > k {
        let problem = Problem::new("--at-least outside the contrasts").expected(format!("2 to {k}"));
        return Err(problem.found(at_least.to_string()).into());
    }
    let (mut features, mut effects) = (Vec::new(), Vec::new());
    for (key, row) in &contrasts[0].rows {
        let rows: Vec<&Row> = contrasts.iter().filter_map(|c| c.rows.get(key)).collect();
        let found: Vec<Effect> = rows.iter().filter_map(|r| r.effect).collect();
        if found.len() == k {
            let (name, sequence) = (row.name.clone(), row.sequence.clone());
            let identical = rows.iter().all(|r| r.sequence == sequence);
            features.push(Feature { name, sequence, identical });
            effects.push(found);
        }
    }
    if features.is_empty() {
        let expected = "contrasts that test the same mature sequences";
        return Err(Problem::new("no feature tested in every contrast").expected(expected).into());
    }
    let (matrix, correlations) = contrast::correlations(&contrasts);
    let rows = consensus(&effects, &matrix, at_least);
    let overlaps = overlaps(&effects, k);
    Ok(Joined { contrasts, features, effects, rows, overlaps, correlations, at_least })
}

fn notes(joined: &Joined) -> Vec<String> {
    let k = joined.contrasts.len();
    let mut out: Vec<String> = joined.contrasts.iter().map(Contrast::told).collect();
    out.push(format!(
        "{} miRNAs are tested in all {k} contrasts: {} matched by identical mature sequence, {} by seed and nearest \
         sequence in the other species, none by name",
        joined.features.len(),
        joined.features.iter().filter(|f| f.identical).count(),
        joined.features.iter().filter(|f| !f.identical).count()
    ));
    let names = |a: usize, b: usize| format!("{} and {}", joined.contrasts[a].name, joined.contrasts[b].name);
    for &(a, b, rho) in &joined.correlations {
        out.push(format!(
            "{} share donors: correlation {}; they do not replicate each other, and their overlap is larger than chance by design",
            names(a, b),
            shown(rho)
        ));
    }
    for o in &joined.overlaps {
        let (a, b) = o.pair;
        out.push(format!(
            "{}: {} features at p ≤ 5 % in both with one sign, {} expected by chance",
            names(a, b),
            o.observed,
            shown(o.expected)
        ));
    }
    if k == 2 {
        out.push(
            "two contrasts: the random-effects interval has one degree of freedom and is uninformative"
                .to_owned(),
        );
    }
    out
}

fn answer(joined: &Joined) -> Vec<String> {
    let k = joined.contrasts.len();
    let replicated: Vec<usize> =
        (0..joined.rows.len()).filter(|&f| joined.rows[f].conjunction_fdr <= 0.05).collect();
    let pooled = joined.rows.iter().filter(|r| r.pooled_fdr <= 0.05).count();
    let mut lines = vec![format!(
        "{} of {} miRNAs change in one direction in at least {} of {k} contrasts (false discovery rate 5 %).",
        replicated.len(),
        joined.rows.len(),
        joined.at_least
    )];
    let names: Vec<&str> = replicated.iter().take(10).map(|&f| joined.features[f].name.as_str()).collect();
    if !names.is_empty() {
        lines.push(format!("First: {}.", names.join(", ")));
    }
    lines.push(format!(
        "{pooled} have a pooled effect at a false discovery rate of 5 % (random effects, Hartung–Knapp)."
    ));
    lines
}

fn table(joined: &Joined) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head: Vec<String> = [
        "mirna",
        "sequence",
        "matched_by",
        "pooled_log2_fold_change",
        "pooled_se",
        "low",
        "high",
        "pooled_p",
        "pooled_adjusted_p",
        "tau",
        "i_squared",
        "contrasts_up",
        "conjunction_p",
        "conjunction_adjusted_p",
        "moved_by",
    ]
    .map(str::to_owned)
    .to_vec();
    for what in ["log2_fold_change", "p", "pooled_without"] {
        head.extend(joined.contrasts.iter().map(|c| format!("{what} [{}]", c.name)));
    }
    let rows = ranked(joined).into_iter().map(|f| record(joined, f)).collect();
    (head, rows)
}

fn record(joined: &Joined, f: usize) -> Vec<String> {
    let (row, pooled) = (&joined.rows[f], &joined.rows[f].pooled);
    let moved: Vec<&str> = row.moved_by.iter().map(|&c| joined.contrasts[c].name.as_str()).collect();
    let feature = &joined.features[f];
    let matched = if feature.identical { "sequence" } else { "seed and nearest sequence" };
    let mut out = vec![feature.name.clone(), feature.sequence.clone(), matched.to_owned()];
    let numbers = [
        pooled.estimate,
        pooled.se,
        pooled.interval.0,
        pooled.interval.1,
        pooled.p,
        row.pooled_fdr,
        pooled.tau,
        pooled.i_squared,
    ];
    out.extend(numbers.map(cell));
    out.push(row.n_up.to_string());
    out.extend([row.conjunction_p, row.conjunction_fdr].map(cell));
    out.push(moved.join("; "));
    out.extend(joined.effects[f].iter().map(|e| cell(e.estimate)));
    out.extend(joined.effects[f].iter().map(|e| cell(e.p)));
    out.extend(row.without.iter().map(|v| cell(*v)));
    out
}

/// Features by p of replication, then by pooled p.
fn ranked(joined: &Joined) -> Vec<usize> {
    let key = |v: f64| if v.is_nan() { 2.0 } else { v };
    let mut order: Vec<usize> = (0..joined.rows.len()).collect();
    order.sort_by(|&a, &b| {
        let (x, y) = (&joined.rows[a], &joined.rows[b]);
        let first = key(x.conjunction_p).total_cmp(&key(y.conjunction_p));
        first.then(key(x.pooled.p).total_cmp(&key(y.pooled.p))).then(a.cmp(&b))
    });
    order
}

fn manifest(joined: &Joined) -> Value {
    let of = |c: &Contrast| json!({ "name": c.name, "sha256": c.sha256 });
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "cargo consensus",
        "contrasts": joined.contrasts.iter().map(of).collect::<Vec<_>>(),
        "at_least": joined.at_least,
        "correlations": joined.correlations.iter().map(|(a, b, r)| json!([a, b, r])).collect::<Vec<_>>(),
    })
}

fn forest(joined: &Joined) -> Figure {
    let mut rows = Vec::new();
    for f in ranked(joined).into_iter().take(DRAWN) {
        let group = joined.features[f].name.clone();
        for (contrast, e) in joined.contrasts.iter().zip(&joined.effects[f]) {
            let half = 1.96 * e.se;
            rows.push(Mark {
                group: group.clone(),
                label: contrast.name.clone(),
                low: e.estimate - half,
                middle: e.estimate,
                high: e.estimate + half,
                decided: e.p <= 0.05,
                note: String::new(),
            });
        }
    }
    let draw = |width| {
        Effects {
            name: "replication".to_owned(),
            title: "Contrast by contrast".to_owned(),
            caption: format!(
                "The {DRAWN} miRNAs with the smallest p of replication: estimate ± 1.96 standard errors; blue: p ≤ 5 % in that contrast alone."
            ),
            axis: "log2 fold change".to_owned(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Figure::at_both_widths(draw)
}

fn article(joined: &Joined, answer: &[String], notes: &[String]) -> Article {
    let line = |f: usize| {
        let (row, pooled) = (&joined.rows[f], &joined.rows[f].pooled);
        let k = joined.contrasts.len();
        vec![
            joined.features[f].name.clone(),
            format!("{} up, {} down", row.n_up, k - row.n_up),
            shown(row.conjunction_fdr),
            format!(
                "{} ({} to {})",
                shown(pooled.estimate),
                shown(pooled.interval.0),
                shown(pooled.interval.1)
            ),
            shown(pooled.i_squared),
            row.moved_by.iter().map(|&c| joined.contrasts[c].name.as_str()).collect::<Vec<_>>().join(", "),
        ]
    };
    let head = ["miRNA", "direction", "replication FDR", "pooled log2 FC (95 %)", "I²", "sign moved by"];
    Article {
        title: "What replicates".to_owned(),
        question: joined.contrasts.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", "),
        answer: answer.to_vec(),
        warnings: notes.to_vec(),
        sections: vec![
            Section { heading: "Contrasts".to_owned(), figures: vec![forest(joined)], ..Section::default() },
            Section {
                heading: "Every miRNA".to_owned(),
                table: Words {
                    head: head.map(str::to_owned).to_vec(),
                    numeric: vec![false, false, true, true, true, false],
                    rows: ranked(joined).into_iter().map(line).collect(),
                },
                ..Section::default()
            },
            Section {
                heading: "Methods".to_owned(),
                paragraphs: vec![methods(joined)],
                ..Section::default()
            },
        ],
        command: super::again(),
        versions: joined.contrasts.iter().map(|c| (c.name.clone(), format!("sha256 {}", c.sha256))).collect(),
    }
}

fn methods(joined: &Joined) -> String {
    format!(
        "Features were matched by identical mature sequence, else by the same seed (bases 2 to 8) and mutually nearest \
         sequence in the other species (at most three edits), never by name, and restricted to those tested in every contrast before any \
         count was made. Replication in at least {} of {} contrasts was tested by the signed partial conjunction of \
         Benjamini and Heller (2008) in its Bonferroni form, valid under any dependence. Effects were pooled by random \
         effects (Paule and Mandel's variance between contrasts, Hartung and Knapp's interval), the sampling errors of \
         contrasts that share donors correlated as their donors say. False discovery rates: Benjamini and Hochberg (1995).",
        joined.at_least,
        joined.contrasts.len()
    )
}
