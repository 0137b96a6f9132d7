//! Experiment files whose authors never saw the program, and what it must not tell them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde_json::Value;
use std::process::Command;

/// Vesicles of gut bacteria and immune cells, half a day of a few of them.
const BACTERIA: &str = r#"
format = 1
question = "Do outer membrane vesicles wake immune cells?"
[run]
duration = "12 h"
replicates = 2
[tissue]
size = "80 x 80 x 20 um"
[outcome]
"immune" = "count of live immune"
"taken" = "vesicles taken up by immune"
[cell.immune]
species = "mouse"
start = "12 at random"
cycle = "0.01 /h (0.005..0.02) [assumed]"
[vesicle.OMV]
cargo.LPS = "100 /vesicle (10..1000 log) [assumed]"
diameter = "60 nm [assumed]"
half_life = "6 h (1..24 log) [assumed]"
capture = { by = ["immune"], clearance = "2000 um^3/min (200..20000 log) [assumed]" }
escape = { fraction = "0.5 [assumed]", after = "1 h [assumed]" }
dose = "1e10 /mL [assumed]"
[response]
half_life = "34 h [assumed]"
[rule]
grow = "immune: captured LPS increases cycle entry to 0.05 /h, half 1000 (100..10000 log), hill 1 [assumed]"
[arm]
none = {}
heated = { inject = "OMV", vesicle.OMV.cargo.LPS = "0 /vesicle [assumed]" }
OMV = { inject = "OMV" }
[[evidence]]
source = "own"
at = "12 h"
n = "2 [assumed]"
test = ["immune: heated ~ none", "immune: none < OMV"]
[source]
own = "nobody"
"#;

/// The JSON that a run of a file ends with.
fn answer(text: &str, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("x.toml"), folder.path().join("out"));
    std::fs::write(&file, text).unwrap();
    let run = ["run", file.to_str().unwrap(), "--json", "--out", out.to_str().unwrap()];
    let output =
        Command::new(env!("CARGO_BIN_EXE_vesicle")).args([&run[..], more].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn line(answer: &Value, part: &str, has: &str) -> Option<String> {
    let lines = answer[part].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
    lines.into_iter().find(|line| line.contains(has))
}

#[test]
fn the_dose_told_is_that_of_the_arm_that_should_differ() {
    let answer = answer(BACTERIA, &[]);
    let dose = line(&answer, "answer", "Natural dose").unwrap();
    assert!(dose.contains("OMV to immune"), "the control without cargo says nothing of a dose: {dose}");
    let matters = line(&answer, "answer", "What matters most").unwrap();
    assert!(matters.contains("OMV against none") && !matters.contains("heated"), "{matters}");
}

#[test]
fn one_animal_per_arm_decides_nothing_and_says_so() {
    let one = answer(BACTERIA, &["--replicates", "1"]);
    let note = line(&one, "notes", "With one animal per arm");
    assert!(note.is_some(), "{one}");
    let matters = line(&one, "answer", "What matters most").unwrap();
    assert!(
        matters.contains("how animals differ is not known") && !matters.contains("animals are"),
        "{matters}"
    );
    let two = answer(BACTERIA, &[]);
    assert!(line(&two, "notes", "With one animal per arm").is_none(), "{two}");
}

/// A dose so low that priors move the ratio by parts of a million: all of nothing is nothing.
#[test]
fn a_change_that_nobody_sees_matters_to_nobody() {
    let low = BACTERIA
        .replace("dose = \"1e10", "dose = \"1e5")
        .replace("\"taken\" = \"vesicles taken up by immune\"\n", "");
    let answer = answer(&low, &["--replicates", "1"]);
    let matters = line(&answer, "answer", "What matters most").unwrap();
    assert!(matters.contains("nothing declared") && matters.contains("by less than 1 %"), "{matters}");
}

const RIVALS: &str = "[mechanism]\n\"as it is\" = { says = \"they wake them\" }\n\"a trace\" = { says = \"and a trace more\", \
rule.grow = \"immune: captured LPS increases cycle entry to 0.0505 /h, half 1000 (100..10000 log), hill 1 [assumed]\" }\n[arm]";

#[test]
fn rivals_that_hardly_differ_are_not_said_to_be_worth_a_measurement() {
    let answer = answer(&BACTERIA.replace("[arm]", RIVALS), &[]);
    assert_eq!(line(&answer, "notes", "To tell the mechanisms apart, measure"), None);
    let note = line(&answer, "notes", "No single outcome that can be screened").unwrap();
    assert!(note.contains("would tell the mechanisms apart"), "{note}");
}
