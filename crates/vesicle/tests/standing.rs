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
many  = {}
few   = { cell.round.start = "200 /mm^2 at random" }
fewer = { cell.round.start = "700 /mm^2 at random" }
mock  = { loading = "mock" }

[[evidence]]
source = "bench"
test   = ["cells: few << many"]

[source]
bench = "unread: a notebook"
"#;

/// Runs it; the first line as JSON and the page.
fn run(folder: &Path, more: &[&str]) -> (String, String) {
    let (told, page) = run_with(folder, &["cells: few << many"], more);
    (told["answer"][0].as_str().unwrap().to_owned(), page)
}

/// Runs it with other tests; what is told as JSON, and the page.
fn run_with(folder: &Path, tests: &[&str], more: &[&str]) -> (serde_json::Value, String) {
    let text = EXPERIMENT.replace("[\"cells: few << many\"]", &format!("{tests:?}"));
    fs::write(folder.join("cells.toml"), text).unwrap();
    let arguments = [&["run", "cells.toml", "--out", "result", "--force", "--json"], more].concat();
    let output =
        Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let page = fs::read_to_string(folder.join("result/report.html")).unwrap();
    (told, page)
}

/// The line of an answer that begins so.
fn line<'a>(told: &'a serde_json::Value, head: &str) -> &'a str {
    let lines = told["answer"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    lines.clone().find(|line| line.starts_with(head)).unwrap_or_else(|| panic!("{head}: {told}"))
}

/// One column of a table of the result.
fn column(folder: &Path, file: &str, name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join("result").join(file)).unwrap();
    // None of the cells that are read here, nor one after them, is quoted.
    let mut rows = text.lines().map(|row| row.rsplit(',').collect::<Vec<&str>>());
    let at = rows.next().unwrap().iter().position(|head| *head == name).unwrap();
    rows.map(|row| row[at].to_owned()).collect()
}

#[test]
fn only_draws_in_which_every_test_holds_satisfy_wherever_it_is_told() {
    let place = tempfile::tempdir().unwrap();
    let more = ["--mechanism", "they live", "--draws", "3", "--confirm", "0", "--replicates", "1"];
    let tests = ["cells: few << many", "cells: fewer < many"];
    let (told, page) = run_with(place.path(), &tests, &more);
    let first = told["answer"][0].as_str().unwrap();
    assert!(first.starts_with("Undecided: \"they live\" in 3 of 3 draws"), "{first}");
    let held = line(&told, "Tests held: ");
    assert!(held.contains("all in 0 of 3 draws") && held.contains("0 fail some, 3 open"), "{held}");
    assert!(page.contains("every test holds") && !page.contains("decided test"), "{held}");
    assert_eq!(column(place.path(), "figures/support.csv", "satisfies")[0], "0");
    assert_eq!(column(place.path(), "support.csv", "tests_in_twin"), ["2"; 3]);
}

#[test]
fn a_claim_that_nothing_turns_around_is_no_test() {
    let place = tempfile::tempdir().unwrap();
    let more = ["--mechanism", "they live"];
    let (told, page) = run_with(place.path(), &["cells: few << many", "cells: mock ~ many"], &more);
    let held = line(&told, "Tests held: ");
    assert!(held.starts_with("Tests held: 1 of 1 under \"they live\". 1 of 2 claims"), "{held}");
    assert!(told["answer"][0].as_str().unwrap().contains("satisfies the one test"), "{told}");
    assert!(told["notes"].to_string().contains("Not counted as tests, because they hold"), "{told}");
    assert!(page.contains("<td>no test</td>") && page.contains(">1 of 1<"), "the page says so");
    assert_eq!(column(place.path(), "evidence.csv", "counted"), ["yes", "no"]);
    // What always fails is a test: no mechanism is spared by a claim that none can meet.
    let (told, _) = run_with(place.path(), &["cells: many << few", "cells: mock ~ many"], &more);
    assert_eq!(told["answer"][0], "No mechanism satisfies the tests.");
    // And where nothing else is stated, there is no test.
    let (told, _) = run_with(place.path(), &["cells: mock ~ many"], &more);
    assert!(told["answer"][0].as_str().unwrap().starts_with("Natural dose: "), "{told}");
    assert!(line(&told, "Tests held: ").starts_with("Tests held: none. 1 of 1 claim that"), "{told}");
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
