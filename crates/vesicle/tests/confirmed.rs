//! Severity confirmed in the tissue: broken models are run there too, on worlds drawn by the seed, and whether a claim
//! fails is set beside what the twin says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod result_files;

use result_files::files_but;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const EXPERIMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/rejuvenation.toml");
/// A test all of whose arms are run.
const CLAIM: &str = "vessel area: young < aged << saline";

fn vesicle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A small run with three permuted tables, of which two are confirmed.
fn command(out: &str, more: &[&str]) -> Command {
    let small = [
        "run",
        EXPERIMENT,
        "--quick",
        "--out",
        out,
        "--set",
        "run.duration=1 d",
        "--set",
        "run.frames=[0 d]",
        "--set",
        "tissue.size=60 x 40 x 20 um",
        "--arm",
        "saline",
        "--arm",
        "young",
        "--arm",
        "aged",
        "--null",
        "targets",
        "--permutations",
        "3",
        "--confirm",
        "2",
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_vesicle"));
    command.args([&small, more].concat());
    command
}

fn run(out: &str, more: &[&str]) -> Output {
    command(out, more).output().unwrap()
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
    let all = rows(&out, "confirmed_worlds.csv");
    // Nine tests, two broken models, two worlds of each.
    assert_eq!(all.len(), 36);
    let worlds: Vec<_> = all.iter().filter(|row| cell(row, "claim") == CLAIM).collect();
    for model in ["ablated", "targets permuted"] {
        let these = || worlds.iter().filter(|row| cell(row, "model") == model);
        assert_eq!(these().count(), 2, "{model}");
        assert!(
            these().all(|row| cell(row, "tissue") != "not evaluated"),
            "{model}: the tissue sees everything"
        );
        let both = these().filter(|row| cell(row, "twin") != "not evaluated");
        let agree =
            both.clone().filter(|row| (cell(row, "twin") == "fails") == (cell(row, "tissue") == "fails"));
        let shares = rows(&out, "confirmed.csv");
        let share = shares.iter().find(|row| cell(row, "model") == model && cell(row, "claim") == CLAIM);
        let share = share.unwrap();
        assert_eq!(cell(share, "agree_worlds"), both.clone().count().to_string());
        let hits: f64 = cell(share, "agree").parse().unwrap();
        assert!((hits * both.clone().count() as f64 - agree.count() as f64).abs() < 1e-9);
        assert!(model != "ablated" || both.clone().count() == 2, "arms that are alike are evaluated");
        let answer = text(&output.stdout);
        assert!(answer.contains(&format!("Severity in the tissue ({model})")), "{answer}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["confirmed"][0]["draws"].as_array().unwrap().len(), 2);
    assert!(
        manifest["confirmed"][1]["draws"].as_array().unwrap().iter().all(|draw| draw.as_u64() <= Some(3))
    );
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("Broken models in the tissue"));
    // Runs that are there are not run again: the answer is the same, and no run is left over.
    let again = run(&out.display().to_string(), &["--force"]);
    assert_eq!(text(&again.stdout), text(&output.stdout));
    assert_eq!(rows(&out, "confirmed_worlds.csv"), all);
}

/// Every file of a result by name, but for the log and the two that quote the command line.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files_but(folder, &["log.jsonl", "report.html", "report.toml"])
}

/// Broken worlds are run last: a run that is killed among them keeps those that are done.
#[test]
fn a_run_killed_among_broken_worlds_resumes_and_ends_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let output = run(&whole.display().to_string(), &["--threads", "1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(whole.join("manifest.json")).unwrap()).unwrap();
    // The manifest names the runs as declared first: three arms, two animals each; all others are of broken worlds.
    let declared: BTreeSet<&str> = manifest["runs"]
        .as_array()
        .unwrap()
        .iter()
        .take(6)
        .map(|run| run["hash"].as_str().unwrap())
        .collect();
    let broken = |path: &Path| -> usize {
        let names = fs::read_dir(path.join("runs")).into_iter().flatten().flatten();
        let stems =
            names.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "run"));
        stems.filter(|path| !declared.contains(path.file_stem().unwrap().to_str().unwrap())).count()
    };
    let all = broken(&whole);
    assert!(all > 2, "{all} runs of broken worlds");
    let out = killed.display().to_string();
    let mut child = command(&out, &["--threads", "1"]).spawn().unwrap();
    let began = Instant::now();
    while broken(&killed) < 2 && began.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(broken(&killed) >= 2 && !killed.join("report.html").exists(), "killed among broken worlds");
    let resumed = run(&out, &["--threads", "1"]);
    assert!(resumed.status.success(), "{}", text(&resumed.stderr));
    let answer =
        |output: &Output, out: &Path| text(&output.stdout).replace(&out.display().to_string(), "OUT");
    assert_eq!(answer(&resumed, &killed), answer(&output, &whole));
    let (left, right) = (files(&whole), files(&killed));
    assert!(left.keys().eq(right.keys()), "{:?} and {:?}", left.keys(), right.keys());
    let differing: Vec<&String> = left.keys().filter(|name| left[*name] != right[*name]).collect();
    assert!(differing.is_empty(), "{differing:?}");
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
    let day = [&day[..], &["--set", "tissue.size=60 x 40 x 20 um"]].concat();
    let output = vesicle(&[&["run", EXPERIMENT, "--quick", "--out", &shown], &day[..]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!out.join("confirmed.csv").exists());
}
