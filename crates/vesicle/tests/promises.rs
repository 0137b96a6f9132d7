//! What a user is promised of `vesicle run`, checked by calling it: same bytes on any number of threads and after being
//! killed, labels that are only labels, claims that can be edited for nothing, refusals with their exit codes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod result_files;

use result_files::files_but;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PLUG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/plug.toml");

fn vesicle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Arguments of a small run: one day of the quick strip.
fn small<'a>(experiment: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let day = ["--set", "run.duration=1 d", "--set", "run.frames=[0 d, 0.5 d]"];
    [&["run", experiment, "--quick", "--out", out], &day[..], more].concat()
}

/// Every file of a result by name, but for the log and the command that made it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files_but(folder, &["log.jsonl"])
}

fn is_run(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "run")
}

/// The page as values, with the folder in its quoted command line given another name.
fn page(folder: &Path) -> String {
    let page = fs::read_to_string(folder.join("report.toml")).unwrap();
    page.replace(&folder.display().to_string(), "OUT")
}

/// As [`files`], less the two that quote the command line.
fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files_but(folder, &["log.jsonl", "report.html", "report.toml"])
}

fn done(arguments: &[&str]) {
    let output = vesicle(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
}

fn place(folder: &tempfile::TempDir, name: &str) -> (PathBuf, String) {
    let path = folder.path().join(name);
    let shown = path.display().to_string();
    (path, shown)
}

#[test]
fn one_two_and_four_threads_write_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, out) = place(&folder, "one");
    done(&small(PLUG, &out, &["--threads", "1"]));
    let (first, of_one) = (tables(&one), page(&one));
    assert!(first.keys().any(|name| is_run(name)) && first.contains_key("outcomes.parquet"));
    for threads in ["2", "4"] {
        let (path, out) = place(&folder, threads);
        done(&small(PLUG, &out, &["--threads", threads]));
        assert!(tables(&path) == first, "{threads} threads");
        assert!(page(&path) == of_one, "{threads} threads: the page");
    }
}

#[test]
fn a_killed_run_resumes_and_ends_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, out) = place(&folder, "whole");
    done(&small(PLUG, &out, &["--threads", "1"]));
    let (path, out) = place(&folder, "killed");
    let arguments = small(PLUG, &out, &["--threads", "1"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_vesicle")).args(&arguments).spawn().unwrap();
    let began = Instant::now();
    let runs = || fs::read_dir(path.join("runs")).map_or(0, |entries| entries.flatten().count());
    while runs() < 2 && began.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!path.join("report.html").exists(), "killed before the end");
    done(&arguments);
    assert!(tables(&path) == tables(&whole));
    let again = vesicle(&arguments);
    assert_eq!(again.status.code(), Some(3), "a finished folder is refused");
    assert!(text(&again.stderr).contains("finished"));
}

/// The plug with every arm, cell, field-independent name and vesicle renamed, in the same order.
fn renamed(source: &str) -> String {
    let names = [
        ("saline", "buffer"),
        ("young", "alpha"),
        ("aged", "omega"),
        ("tumour", "zebra"),
        ("endothelium", "quokka"),
    ];
    names.iter().fold(source.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn values(folder: &Path, table: &str, columns: &[usize]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join(table)).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        columns.iter().map(|k| cells[*k].to_owned()).collect()
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn renaming_arms_cells_and_vesicles_changes_labels_only() {
    let folder = tempfile::tempdir().unwrap();
    let (before, out) = place(&folder, "before");
    done(&small(PLUG, &out, &[]));
    let (file, experiment) = place(&folder, "renamed.toml");
    let text = renamed(&fs::read_to_string(PLUG).unwrap());
    let tables_by_name = text.replace("data/quokka_", "data/endothelium_");
    fs::write(&file, tables_by_name).unwrap();
    let (after, out) = place(&folder, "after");
    done(&small(&experiment, &out, &[]));
    let runs = |path: &Path| -> BTreeMap<String, Vec<u8>> {
        files(path).into_iter().filter(|(name, _)| is_run(name)).collect()
    };
    assert!(runs(&before) == runs(&after), "the same runs under the same hashes");
    assert_eq!(
        values(&before, "contrasts.csv", &[4, 5, 6, 7]),
        values(&after, "contrasts.csv", &[4, 5, 6, 7])
    );
    assert_eq!(
        values(&before, "evidence.csv", &[4, 5, 6, 7, 8]),
        values(&after, "evidence.csv", &[4, 5, 6, 7, 8])
    );
}

#[test]
fn renaming_a_mirna_changes_labels_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    for table in ["marrow_msc_vesicle_mirna.tsv", "targets.tsv", "mirna_orthologues.tsv"] {
        let text = fs::read_to_string(shipped.join(table)).unwrap();
        fs::write(data.join(table), text.replace("miR-", "miX-").replace("let-7", "lot-7")).unwrap();
    }
    let (file, experiment) = place(&folder, "renamed.toml");
    fs::write(&file, fs::read_to_string(PLUG).unwrap().replace("miR-", "miX-")).unwrap();
    let (before, out) = place(&folder, "before");
    done(&small(PLUG, &out, &[]));
    let (after, out) = place(&folder, "after");
    done(&small(&experiment, &out, &[]));
    let runs = |path: &Path| -> Vec<String> { files(path).into_keys().filter(|n| is_run(n)).collect() };
    assert_eq!(runs(&before), runs(&after));
}

#[test]
fn editing_a_claim_simulates_nothing_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, experiment) = place(&folder, "plug.toml");
    let source = fs::read_to_string(PLUG).unwrap();
    fs::write(&file, &source).unwrap();
    let (path, out) = place(&folder, "out");
    done(&small(&experiment, &out, &[]));
    let stamps = |path: &Path| -> BTreeMap<String, std::time::SystemTime> {
        let runs = fs::read_dir(path.join("runs")).unwrap().flatten();
        runs.map(|e| {
            (e.file_name().to_string_lossy().into_owned(), e.metadata().unwrap().modified().unwrap())
        })
        .collect()
    };
    let before = stamps(&path);
    fs::write(&file, source.replace("vessel area: young < aged << saline", "tumour cells: young ~ aged"))
        .unwrap();
    let refused = vesicle(&small(&experiment, &out, &[]));
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("experiment_sha256"), "{}", text(&refused.stderr));
    done(&small(&experiment, &out, &["--force"]));
    assert_eq!(stamps(&path), before, "every run was kept");
    assert!(fs::read_to_string(path.join("evidence.csv")).unwrap().contains("tumour cells: young ~ aged"));
}

#[test]
fn wrong_input_writes_nothing_and_exits_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let (file, experiment) = place(&folder, "wrong.toml");
    let source = fs::read_to_string(PLUG).unwrap();
    let slips = source
        .replace("diffusion = \"100 um^2/s", "difusion = \"100 um^2/s")
        .replace("up = \"VEGF\"", "up = \"VGEF\"")
        .replace("[Qutub09]", "[Qutub9]");
    fs::write(&file, slips).unwrap();
    let (path, out) = place(&folder, "out");
    let output = vesicle(&["run", &experiment, "--out", &out]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(!path.exists());
    assert!(told.contains("did you mean `diffusion`?"), "{told}");
    let (file, experiment) = place(&folder, "wrong2.toml");
    fs::write(&file, source.replace("up = \"VEGF\"", "up = \"VGEF\"").replace("[Qutub09]", "[Qutub9]"))
        .unwrap();
    let told = text(&vesicle(&["check", &experiment]).stderr);
    assert!(told.contains("did you mean `VEGF`?") && told.contains("did you mean `Qutub09`?"), "{told}");
    assert!(told.contains("wrong2.toml:"), "{told}");
}

#[test]
fn a_report_is_drawn_again_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = place(&folder, "out");
    done(&small(PLUG, &out, &[]));
    let before = files(&path);
    done(&["report", &out]);
    assert!(files(&path) == before);
    assert_eq!(vesicle(&["report", "nowhere"]).status.code(), Some(2));
}
