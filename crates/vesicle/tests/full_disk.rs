//! A write that fails, at any file and any byte: told in one line with exit code 1, nothing half-written, and the
//! same command finishes the result with the bytes of one that was never disturbed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![cfg(unix)]

mod result_files;

use result_files::files_but;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

const PLUG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/plug.toml");
/// Files of at most so many blocks of 512 bytes can be written: none, no manifest, no page, all.
const BLOCKS: [u32; 5] = [0, 20, 60, 100, 400];

/// A run of one arm over six hours, under a limit on the size of files.
fn run(folder: &Path, blocks: Option<u32>) -> Output {
    let limit = blocks.map_or(String::new(), |n| format!("ulimit -f {n}; "));
    let program = env!("CARGO_BIN_EXE_vesicle");
    // A signal that is ignored stays ignored in the program: the write then fails instead.
    let script = format!(
        "trap '' XFSZ; {limit}exec '{program}' run '{PLUG}' --quick --arm saline --out result \
         --set 'run.duration=6 h' --set 'run.frames=[0 d, 0.25 d]'"
    );
    Command::new("sh").args(["-c", &script]).current_dir(folder).output().unwrap()
}

/// Every file by name, but for the log; none where there is no result.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    if folder.is_dir() { files_but(folder, &["log.jsonl"]) } else { BTreeMap::new() }
}

#[test]
fn a_write_that_fails_leaves_nothing_half_written() {
    let whole = tempfile::tempdir().unwrap();
    let output = run(whole.path(), None);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let wanted = files(&whole.path().join("result"));
    let mut failed = 0;
    for blocks in BLOCKS {
        let place = tempfile::tempdir().unwrap();
        let output = run(place.path(), Some(blocks));
        let error = String::from_utf8(output.stderr).unwrap();
        let left = files(&place.path().join("result"));
        for (name, bytes) in &left {
            assert!(wanted.get(name) == Some(bytes), "{name} is not whole, {blocks} blocks");
        }
        if output.status.success() {
            continue;
        }
        failed += 1;
        assert_eq!(output.status.code(), Some(1), "{error}");
        let told = error.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(told.contains("cannot write `"), "{told}");
        assert!(!left.contains_key("report.html"), "a folder with a page counts as finished");
        let again = run(place.path(), None);
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        assert!(files(&place.path().join("result")) == wanted, "resumed after {blocks} blocks");
    }
    assert!(failed >= 2, "limits that nothing reaches test nothing");
}
