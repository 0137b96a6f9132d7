//! Output that nobody takes: messages that cannot be written are not worth stopping for, a result that cannot be
//! written is a failure, and a closed pipe ends a command quietly. Nothing panics.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PLUG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/plug.toml");

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

fn vesicle(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vesicle"));
    command.args(arguments);
    command
}

fn small_run(out: &Path) -> Command {
    let mut command = vesicle(&["run", PLUG, "--quick", "--arm", "saline", "--set", "run.duration=6 h"]);
    command.args(["--set", "run.frames=[0 d]", "--out"]).arg(out);
    command
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_run_ends_well_without_a_place_for_its_messages() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("result");
    let output = small_run(&out).stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stdout));
    assert!(out.join("report.html").exists());
    let refused = small_run(&out).stderr(full()).output().unwrap();
    assert_eq!(refused.status.code(), Some(3), "a finished folder");
}

#[test]
fn wrong_input_keeps_its_exit_code_without_a_place_for_its_messages() {
    for arguments in
        [&["check", "nowhere.toml"][..], &["run", "nowhere.toml"], &["validate", "nocase"], &["no"]]
    {
        let output = vesicle(arguments).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn results_that_cannot_be_written_are_a_failure() {
    for arguments in [&["check", PLUG][..], &["schema"], &["validate", "titration"], &["data", "list"]] {
        let Output { status, stderr, .. } = vesicle(arguments).stdout(full()).output().unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}: {}", said(&stderr));
        assert!(said(&stderr).contains("cannot write to stdout"), "{arguments:?}: {}", said(&stderr));
    }
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    for arguments in [&["check", PLUG][..], &["schema"], &["validate", "titration"], &["data", "list"]] {
        let mut child = vesicle(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output.stderr));
        assert!(!said(&output.stderr).contains("panicked"), "{arguments:?}");
    }
}

#[test]
fn a_run_without_a_valid_end_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("result");
    let speed = "cell.endothelium.migration.speed=1e300 um/h [assumed]";
    let output = small_run(&out).args(["--set", speed]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stdout));
    assert!(said(&output.stdout).contains("ended as invalid"), "{}", said(&output.stdout));
    assert!(said(&output.stderr).contains("every run ended as invalid"), "{}", said(&output.stderr));
    assert!(out.join("report.html").exists(), "the page that says so is there");
}
