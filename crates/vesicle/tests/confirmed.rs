//! Severity confirmed in the tissue: broken models are run there too, on worlds drawn by the seed, and whether a claim
//! fails is set beside what the twin says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PLUG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/plug.toml");

fn vesicle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A small run with three permuted tables, of which two are confirmed.
fn run(out: &str, more: &[&str]) -> Output {
    let small = [
        "run",
        PLUG,
        "--quick",
        "--out",
        out,
        "--set",
        "run.duration=1 d",
        "--set",
        "run.frames=[0 d]",
        "--set",
        "tissue.size=100 x 60 x 20 um",
        "--null",
        "targets",
        "--permutations",
        "3",
        "--confirm",
        "2",
    ];
    vesicle(&[&small, more].concat())
}

/// Rows of a table by the names of its columns.
fn rows(folder: &Path, table: &str) -> Vec<Vec<(String, String)>> {
    let text = fs::read_to_string(folder.join(table)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    lines.map(|line| head.iter().cloned().zip(line).collect()).collect()
}

fn cell<'a>(row: &'a [(String, String)], column: &str) -> &'a str {
    row.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str()).unwrap()
}

#[test]
fn broken_worlds_are_run_in_the_tissue_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("result");
    let output = run(&out.display().to_string(), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let worlds = rows(&out, "confirmed_worlds.csv");
    // One test, two broken models, two worlds of each.
    assert_eq!(worlds.len(), 4);
    for model in ["ablated", "targets permuted"] {
        let these = || worlds.iter().filter(|row| cell(row, "model") == model);
        assert_eq!(these().count(), 2, "{model}");
        assert!(these().all(|row| cell(row, "tissue") != "not evaluated"), "{model}: the tissue sees everything");
        let both = these().filter(|row| cell(row, "twin") != "not evaluated");
        let agree = both.clone().filter(|row| {
            (cell(row, "twin") == "fails") == (cell(row, "tissue") == "fails")
        });
        let shares = rows(&out, "confirmed.csv");
        let share = shares.iter().find(|row| cell(row, "model") == model).unwrap();
        assert_eq!(cell(share, "agree_worlds"), both.clone().count().to_string());
        let hits: f64 = cell(share, "agree").parse().unwrap();
        assert!((hits * both.clone().count() as f64 - agree.count() as f64).abs() < 1e-9);
        let answer = text(&output.stdout);
        assert!(answer.contains(&format!("Severity in the tissue ({model})")), "{answer}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["confirmed"][0]["draws"].as_array().unwrap().len(), 2);
    assert!(manifest["confirmed"][1]["draws"].as_array().unwrap().iter().all(|draw| draw.as_u64() <= Some(3)));
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("Broken models in the tissue"));
    // Runs that are there are not run again: the answer is the same, and no run is left over.
    let again = run(&out.display().to_string(), &["--force"]);
    assert_eq!(text(&again.stdout), text(&output.stdout));
    assert_eq!(rows(&out, "confirmed_worlds.csv"), worlds);
}

#[test]
fn an_ablated_model_makes_all_arms_alike_in_the_tissue_too() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("result");
    let output = run(&out.display().to_string(), &["--seed", "5"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let runs = manifest["runs"].as_array().unwrap();
    // Three arms in two ablated worlds are two runs, because no rule reads what distinguishes them.
    let ablated = manifest["confirmed"][0]["draws"].as_array().unwrap();
    for draw in ablated {
        let of_draw = runs.iter().filter(|run| run["draw"] == *draw);
        let mut hashes: Vec<&str> = of_draw.map(|run| run["hash"].as_str().unwrap()).collect();
        let n = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert!(n >= 3 && hashes.len() < n, "{n} runs, {} of them different", hashes.len());
    }
}

#[test]
fn nothing_is_confirmed_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("result");
    let output = run(&out.display().to_string(), &["--confirm", "0"]);
    // A flag said twice is wrong input.
    assert_eq!(output.status.code(), Some(2));
    let shown = out.display().to_string();
    let day = ["--set", "run.duration=1 d", "--set", "run.frames=[0 d]", "--arm", "saline"];
    let output = vesicle(&[&["run", PLUG, "--quick", "--out", &shown], &day[..]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!out.join("confirmed.csv").exists());
}
