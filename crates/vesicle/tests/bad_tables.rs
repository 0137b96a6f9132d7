//! What wrong tables and files that are too long are told, kind by kind, and what a full disk leaves behind. Snapshots
//! are messages that a user reads; `make mint` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PLUG: &str = include_str!("../../../experiments/plug.toml");
const CARGO: &str = include_str!("../../../data/marrow_msc_vesicle_mirna.tsv");

fn vesicle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap()
}

/// What a command says of wrong input: exit code 2, nothing on stdout, no file more than `before`.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let before = fs::read_dir(folder).unwrap().count();
    let output = vesicle(folder, arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(folder).unwrap().count(), before, "nothing is written");
    error
}

/// What `vesicle check` says of the plug with a cargo table of its own.
fn told_of_cargo(table: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let plug = PLUG.replace("data/marrow_msc_vesicle_mirna.tsv", "own.tsv");
    fs::write(folder.path().join("plug.toml"), plug).unwrap();
    fs::write(folder.path().join("own.tsv"), table).unwrap();
    told(folder.path(), &["check", "plug.toml"])
}

/// Lines of the shipped cargo table without its comments.
fn cargo_lines() -> Vec<&'static str> {
    CARGO.lines().filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn an_empty_cargo_table() {
    insta::assert_snapshot!(told_of_cargo(&format!("{}\n", cargo_lines()[0])));
}

#[test]
fn a_cargo_table_of_no_bytes() {
    insta::assert_snapshot!(told_of_cargo(""));
}

#[test]
fn a_duplicated_mirna() {
    let lines = cargo_lines();
    insta::assert_snapshot!(told_of_cargo(&[lines[0], lines[1], lines[2], lines[1], ""].join("\n")));
}

#[test]
fn a_cargo_table_with_a_negative_and_a_missing_number() {
    let mut lines: Vec<String> = cargo_lines()[..4].iter().map(|line| (*line).to_owned()).collect();
    let at = lines[0].split('\t').position(|name| name == "mean_rpm").unwrap();
    for (row, wrong) in [(1, "-3"), (2, "nan")] {
        let mut cells: Vec<&str> = lines[row].split('\t').collect();
        cells[at] = wrong;
        lines[row] = cells.join("\t");
    }
    insta::assert_snapshot!(told_of_cargo(&lines.join("\n")));
}

/// Ct values of four samples.
fn ct() -> String {
    let mut out = "assay,a1,a2,b1,b2\n".to_owned();
    for f in 0..12_u32 {
        let value = |s: u32| 24.0 + f64::from((f * 31 + s * 17) % 23) / 10.0;
        let _ = writeln!(out, "assay {f},{:.2},{:.2},{:.2},{:.2}", value(0), value(1), value(2), value(3));
    }
    out
}

fn told_of_sheet(sheet: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ct.csv"), ct()).unwrap();
    fs::write(folder.path().join("samples.csv"), sheet).unwrap();
    told(
        folder.path(),
        &["cargo", "compare", "ct.csv", "--samples", "samples.csv", "--kind", "ct", "--out", "result"],
    )
}

#[test]
fn a_sample_without_group() {
    insta::assert_snapshot!(told_of_sheet("sample,donor,group\na1,d1,a\na2,d2,a\nb1,d3,\nb2,d4,b\n"));
}

#[test]
fn a_donor_in_two_groups() {
    insta::assert_snapshot!(told_of_sheet("sample,donor,group\na1,d1,a\na2,d2,a\nb1,d1,b\nb2,d4,b\n"));
}

#[test]
fn a_sample_without_donor() {
    insta::assert_snapshot!(told_of_sheet("sample,donor,group\na1,,a\na2,d2,a\nb1,d3,b\nb2,d4,b\n"));
}

/// As `vesicle`, with at most 64 MB of memory of its own.
#[cfg(target_os = "linux")]
fn within_64_mb(folder: &Path, arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_vesicle");
    let script = format!("ulimit -d 65536; exec '{program}' {arguments}");
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    error
}

#[test]
#[cfg(target_os = "linux")]
fn an_experiment_of_one_endless_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("long.toml"), "x".repeat(200 << 20)).unwrap();
    insta::assert_snapshot!(within_64_mb(folder.path(), "check long.toml"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_table_of_one_endless_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plug.toml"), PLUG.replace("data/marrow_msc_vesicle_mirna.tsv", "own.tsv"))
        .unwrap();
    for filling in ["x", "\t", "a\t"] {
        fs::write(folder.path().join("own.tsv"), filling.repeat((200 << 20) / filling.len())).unwrap();
        assert!(within_64_mb(folder.path(), "check plug.toml").contains("`own.tsv` is too long"));
        // Short enough to be read, and still no table.
        fs::write(folder.path().join("own.tsv"), filling.repeat((15 << 20) / filling.len())).unwrap();
        let told = within_64_mb(folder.path(), "check plug.toml");
        assert!(told.contains("own.tsv") && told.len() < 4000, "{} bytes", told.len());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_measured_table_of_one_endless_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ct.csv"), format!("assay,a\n{}", "1".repeat(200 << 20))).unwrap();
    fs::write(folder.path().join("samples.csv"), "sample,donor,group\na,d,g\n").unwrap();
    insta::assert_snapshot!(within_64_mb(folder.path(), "cargo compare ct.csv --samples samples.csv"));
}
