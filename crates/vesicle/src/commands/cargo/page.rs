//! The page of a comparison: answer, samples, figures, rows, methods.

use super::compare::{Compared, contrast, donors};
use super::compared::testable;
use super::figures;
use super::numbers::shown;
use vesicle_cargo::ValueKind;
use vesicle_cargo::compare::{FeatureRow, Method};
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};

/// Rows that the page prints; the table has all.
const PRINTED: usize = 200;

/// The page.
pub fn article(compared: &Compared, tables: &str) -> Article {
    let comparison = &compared.comparison;
    let names: Vec<&str> = compared.measured.inputs.iter().map(|i| i.name.as_str()).collect();
    let warning = compared.findings.iter().filter(|f| f.warns).map(|f| f.text.clone());
    let (a, b) = donors(comparison);
    Article {
        title: contrast(comparison),
        question: format!("What differs in {}? {a} v {b} donors.", names.join(", ")),
        answer: compared.answer.clone(),
        warnings: warning.chain(comparison.warnings.iter().cloned()).collect(),
        sections: sections(compared, tables),
        command: super::again(),
        versions: versions(compared),
    }
}

fn sections(compared: &Compared, tables: &str) -> Vec<Section> {
    let order = ranked(&compared.comparison.rows);
    let findings = compared.findings.iter().map(|f| f.text.clone());
    let read = std::iter::once(compared.measured.read.detected.to_string());
    let notes = compared.measured.read.notes.list().iter().map(ToString::to_string);
    let mut out = vec![
        Section {
            heading: "Samples".to_owned(),
            paragraphs: read.chain(notes).chain(findings).collect(),
            figures: figures::samples(compared, &order),
            table: Words::default(),
        },
        Section {
            heading: "Differences".to_owned(),
            paragraphs: Vec::new(),
            figures: figures::differences(compared, &order),
            table: Words::default(),
        },
    ];
    if let Some(figure) = figures::stability(compared, &order) {
        out.push(Section {
            heading: "What the sign rests on".to_owned(),
            paragraphs: vec![
                "A global mean takes off what all features share; as measured keeps it. Where the sign depends on \
                 this choice, only an absolute amount (a spike-in, particles, volume) can decide."
                    .to_owned(),
            ],
            figures: vec![figure],
            table: Words::default(),
        });
    }
    out.push(rows(&compared.comparison.rows, &order, tables));
    out.extend(names(compared));
    out.push(Section {
        heading: "Methods".to_owned(),
        paragraphs: vec![methods(compared)],
        ..Section::default()
    });
    out
}

/// Features by p of level or detection; what was not tested last.
fn ranked(rows: &[FeatureRow]) -> Vec<usize> {
    let key = |f: usize| if rows[f].combined_p.is_nan() { 2.0 } else { rows[f].combined_p };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| key(a).total_cmp(&key(b)).then(a.cmp(&b)));
    order
}

fn rows(rows: &[FeatureRow], order: &[usize], tables: &str) -> Section {
    let head = [
        "Feature",
        "log2 FC",
        "SE",
        "p",
        "FDR",
        "detected",
        "detection p",
        "combined FDR",
        "MDE",
        "tested",
        "sign holds",
    ];
    let line = |f: &usize| {
        let r = &rows[*f];
        vec![
            r.feature.clone(),
            shown(r.log2_fc),
            shown(r.se),
            shown(r.p),
            shown(r.fdr),
            format!("{}/{} v {}/{}", r.other.0, r.other.1, r.reference.0, r.reference.1),
            shown(r.detection_p),
            shown(r.combined_fdr),
            shown(r.minimal_detectable),
            testable(r).to_owned(),
            if r.sign_changes { "no" } else { "yes" }.to_owned(),
        ]
    };
    let cut = if rows.len() > PRINTED {
        format!(" The first {PRINTED} of {} rows.", rows.len())
    } else {
        String::new()
    };
    Section {
        heading: "Every feature".to_owned(),
        paragraphs: vec![format!(
            "FC: fold change; SE: standard error; MDE: smallest |log2 FC| found with 80 % power; detected: compared level v reference.{cut} All rows and columns: {tables}.tsv, {tables}.csv, {tables}.xlsx."
        )],
        figures: Vec::new(),
        table: Words {
            head: head.iter().map(|h| (*h).to_owned()).collect(),
            numeric: vec![false, true, true, true, true, true, true, true, true, false, false],
            rows: order.iter().take(PRINTED).map(line).collect(),
        },
    }
}

/// Names that mean no miRNA, or several.
fn names(compared: &Compared) -> Option<Section> {
    let found = &compared.measured.names;
    let rows: Vec<Vec<String>> = found
        .ambiguous
        .iter()
        .chain(&found.unresolved)
        .map(|u| vec![u.name.clone(), u.because.clone(), u.candidates.join(", ")])
        .collect();
    let head = ["Name", "Why", "May mean"].map(str::to_owned).to_vec();
    (!rows.is_empty()).then(|| Section {
        heading: "Names not resolved".to_owned(),
        paragraphs: vec![
            "These features are tested like all others; they cannot be matched with other data.".to_owned(),
        ],
        figures: Vec::new(),
        table: Words { head, numeric: vec![false; 3], rows },
    })
}

fn methods(compared: &Compared) -> String {
    let comparison = &compared.comparison;
    let chosen = |name: &str| {
        comparison.manifest.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str()).to_owned()
    };
    let level = match comparison.rows.first().map(|r| r.method) {
        Some(Method::QuasiLikelihood) => {
            "Counts were tested by negative binomial quasi-likelihood F tests, zeros being part of the count model".to_owned()
        }
        Some(Method::Voom) => "Counts were tested by voom with moderated t statistics (Law 2014; Ritchie 2015)".to_owned(),
        Some(Method::BlockModerated) => {
            "Levels were tested by moderated t statistics with one correlation within donors (Smyth 2005); features with a non-detect were left out".to_owned()
        }
        _ => format!(
            "Levels were tested by regression of log2 amounts left-censored at the detection limit ({}), with moderated variances (Smyth 2004; trend: {}, robust: {}); non-detects were never imputed (McCall 2014)",
            chosen("detection limit"),
            chosen("variance trend"),
            chosen("robust variance"),
        ),
    };
    let ct = if compared.measured.read.table.kind == ValueKind::Ct {
        " A Ct difference of 1 counts as a factor of 2."
    } else {
        ""
    };
    format!(
        "The donor was the unit: {} units; {} technical replicates were collapsed. Model: {}; tested: {}. Amounts were \
         relative to: {}. {level}.{ct} A feature was tested when at least {} donors of each group detect it. Detection \
         rates were compared by Fisher's exact test (Firth's logistic regression beside covariates); the combined p is \
         Bonferroni's over level and detection. False discovery rates are those of Benjamini and Hochberg (1995). \
         Minimal detectable changes come from the noncentral t at 80 % power and a two-sided 5 % level of a single test. \
         Overrides: {}. Vesicle {}.",
        chosen("units"),
        chosen("technical replicates collapsed"),
        chosen("formula"),
        chosen("tested"),
        chosen("denominator"),
        chosen("least detects a group"),
        chosen("overrides"),
        env!("CARGO_PKG_VERSION"),
    )
}

fn versions(compared: &Compared) -> Vec<(String, String)> {
    let inputs = compared.measured.inputs.iter().map(|i| (i.name.clone(), format!("sha256 {}", i.sha256)));
    let mut out: Vec<(String, String)> =
        inputs.chain([("Vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]).collect();
    out.extend(compared.comparison.manifest.iter().cloned());
    out
}
