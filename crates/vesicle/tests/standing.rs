//! The first line of the answer says where the mechanisms stand, alike on the terminal, as JSON and on the page.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Cells that divide a little under one mechanism and all die under the other.
const EXPERIMENT: &str = r#"
format   = 1
question = "Do more cells give more cells?"

[run]
duration   = "1 d"
replicates = 4
seed       = 1
frames     = ["0 d", "1 d"]

[tissue]
size  = "100 x 100 x 20 um"
voxel = "20 um"

[section]
thickness = "5 um"

[outcome]
"cells" = "count of live round in section"

[cell.round]
species = "human"
start   = "1000 /mm^2 at random"

[mechanism]
"they live" = { says = "nothing happens to them", cell.round.apoptosis = "0 /h [assumed]" }
"they die"  = { says = "all of them die", cell.round.apoptosis = "5 /h [assumed]" }
"they wait" = { says = "as if nothing happened, and not run", cell.round.apoptosis = "1e-6 /h [assumed]" }

[arm]
many = {}
few  = { cell.round.start = "200 /mm^2 at random" }

[[evidence]]
source = "bench"
test   = ["cells: few << many"]

[source]
bench = "unread: a notebook"
"#;

/// Runs it; the first line as JSON and the page.
fn run(folder: &Path, more: &[&str]) -> (String, String) {
    fs::write(folder.join("cells.toml"), EXPERIMENT).unwrap();
    let arguments = [&["run", "cells.toml", "--out", "result", "--force", "--json"], more].concat();
    let output =
        Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let page = fs::read_to_string(folder.join("result/report.html")).unwrap();
    (told["answer"][0].as_str().unwrap().to_owned(), page)
}

#[test]
fn a_mechanism_that_satisfies_is_named_and_not_proven() {
    let place = tempfile::tempdir().unwrap();
    let (first, page) = run(place.path(), &["--mechanism", "they live", "--mechanism", "they die"]);
    assert_eq!(first, "\"they live\" satisfies the one test; that is no proof of it.");
    let answer = &page[page.find("id=\"answer\"").unwrap()..];
    let answer = &answer[..answer.find("</section>").unwrap()];
    for said in
        ["satisfies the one test", "nobody has written down", "many &#x2f; few: ", "3 or more", "“they wait”"]
    {
        assert!(answer.contains(said), "{said}: {answer}");
    }
}

#[test]
fn what_cannot_be_told_is_undecided_and_what_fails_is_none() {
    let place = tempfile::tempdir().unwrap();
    let (first, page) = run(place.path(), &["--mechanism", "they live", "--replicates", "1"]);
    assert_eq!(first, "Undecided: \"they live\" fails no test, and no mechanism satisfies all of them.");
    assert!(page.contains("1 score is still open"));
    let (first, page) = run(place.path(), &["--mechanism", "they die"]);
    assert_eq!(first, "No mechanism satisfies the tests.");
    assert!(page.contains("class=\"answer empty\""));
}
