//! The result file of `vesicle cargo compare` beside what R writes from the same table: limma 3.54.1, edgeR 3.40.2.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NUMBERS: [&str; 4] = ["log2_fold_change", "statistic", "p", "adjusted_p"];

type Rows = BTreeMap<String, [f64; 4]>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/against_r")
}

/// Rows of delimited text under the names of its header; with `how`, those of one of R's answers.
fn rows(text: &str, separator: char, how: Option<&str>) -> Rows {
    let mut lines = text.lines().map(|line| line.split(separator).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let (feature, columns) = (at("feature"), NUMBERS.map(at));
    lines
        .filter(|row| how.is_none_or(|how| row[at("how")] == how))
        .map(|row| (row[feature].to_owned(), columns.map(|c| row[c].parse().unwrap())))
        .collect()
}

/// Runs the comparison into a folder and reads the table written there.
fn compared(table: &str, options: &[&str]) -> Rows {
    let place = tempfile::tempdir().unwrap();
    let result = place.path().join("result");
    let output = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["cargo", "compare", table, "--samples", "samples.csv", "--out", result.to_str().unwrap()])
        .args(options)
        .current_dir(folder())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    rows(&fs::read_to_string(result.join("compare.tsv")).unwrap(), '\t', None)
}

/// Every number within `relative` of R's, p values in their logarithm, and the same calls at a rate of 5 %.
fn agrees(how: &str, ours: &Rows, relative: f64) {
    let answers = fs::read_to_string(folder().join("expected.csv")).unwrap();
    let theirs = rows(&answers, ',', Some(how));
    assert_eq!(theirs.len(), 120, "{how}");
    assert!(ours.keys().eq(theirs.keys()), "{how}: the same features");
    for (feature, (a, b)) in ours.iter().map(|(k, v)| (k, (v, theirs[k]))) {
        for (k, name) in NUMBERS.iter().enumerate() {
            let (a, b) = if k < 2 { (a[k], b[k]) } else { (a[k].ln(), b[k].ln()) };
            assert!(
                (a - b).abs() <= relative * b.abs().max(1e-3),
                "{how}, {feature}, {name}: {a} against {b}"
            );
        }
        assert_eq!(a[3] < 0.05, b[3] < 0.05, "{how}, {feature}");
    }
}

const LOG2: [&str; 5] = ["--kind", "intensity", "--log2", "--denominator", "as-measured"];

#[test]
fn log2_values_give_limmas_file() {
    for (how, trend, robust, relative) in
        [("limma", "off", "off", 1e-8), ("trend", "on", "off", 1e-8), ("trend robust", "on", "on", 1e-6)]
    {
        let ours = compared("log2.csv", &[&LOG2[..], &["--trend", trend, "--robust", robust]].concat());
        agrees(how, &ours, relative);
    }
}

#[test]
fn counts_give_vooms_and_edgers_file() {
    agrees("voom", &compared("counts.csv", &["--method", "limma-voom"]), 1e-8);
    agrees("voom quality", &compared("counts.csv", &["--method", "limma-voom-quality"]), 1e-8);
    agrees("edgeR", &compared("counts.csv", &["--method", "ql-legacy"]), 1e-3);
}

#[test]
fn r_gives_the_committed_answers() {
    let place = tempfile::tempdir().unwrap();
    let script = Command::new("Rscript").arg(folder().join("answers.R")).arg(place.path()).output();
    let installed = |name: &str| {
        Command::new("Rscript")
            .args(["-e", &format!("library({name})")])
            .output()
            .is_ok_and(|o| o.status.success())
    };
    let Some(output) = script.ok().filter(|_| installed("limma") && installed("edgeR")) else {
        println!("R with limma and edgeR is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for how in ["limma", "trend", "trend robust", "voom", "voom quality", "edgeR"] {
        let again = fs::read_to_string(place.path().join("expected.csv")).unwrap();
        agrees(how, &rows(&again, ',', Some(how)), 1e-9);
    }
}
