//! Synthetic truth: outcomes that one mechanism of the flagship made, seen with four animals per arm, are put down to
//! that mechanism or to none. `recovery.tsv` is remade by
//! `vesicle recover crates/vesicle/tests/recovery.tsv --make experiments/rejuvenation.toml`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recovery.tsv");

fn answer_of(table: &str) -> Value {
    let output =
        Command::new(env!("CARGO_BIN_EXE_vesicle")).args(["recover", table, "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn counts(found: &Value) -> (u64, u64, u64) {
    let number = |key: &str| found[key].as_u64().unwrap();
    (number("right"), number("wrong"), number("cannot_tell"))
}

/// What the committed table says is asked once, because asking costs most.
#[test]
fn the_committed_table_recovers_the_truth_or_earns_its_doubt() {
    let answer = answer_of(TABLE);
    hardly_ever_another(&answer);
    what_twelve_animals_tell_apart_is_found_by_four(&answer);
}

fn hardly_ever_another(answer: &Value) {
    assert_eq!((answer["animals"].as_u64(), answer["more_animals"].as_u64()), (Some(4), Some(12)));
    let all = answer["all"].as_array().unwrap();
    assert!(all.len() > 1);
    for mechanism in all {
        let (right, wrong, cannot_tell) = counts(&mechanism["found"]);
        assert_eq!(right + wrong + cannot_tell, 100, "{mechanism}");
        assert!(wrong <= 5, "{mechanism}");
    }
    let found: u64 = all.iter().map(|mechanism| counts(&mechanism["found"]).0).sum();
    assert!(found > 0, "an answer that is never given is no answer");
    for pair in answer["pairs"].as_array().unwrap() {
        let (right, wrong, cannot_tell) = counts(&pair["all_cases"]);
        assert!(20 * wrong <= right + wrong + cannot_tell, "{pair}");
    }
}

/// "Cannot tell" is earned: where twelve animals tell a case from a rival (95 of 100 experiments name the truth), four
/// find it in at least 80 of 100, over all such cases and over those of every mechanism that has ten or more.
fn what_twelve_animals_tell_apart_is_found_by_four(answer: &Value) {
    let [trials, misses, experiments] =
        ["trials", "misses", "experiments"].map(|key| answer[key].as_u64().unwrap());
    assert!(20 * misses <= trials && trials >= 20 && experiments >= 20);
    let mut by_truth: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    for pair in answer["pairs"].as_array().unwrap() {
        let (right, wrong, cannot_tell) = counts(&pair["told_by_more"]);
        for name in [pair["truth"].as_str().unwrap(), ""] {
            let sum = by_truth.entry(name.to_owned()).or_default();
            sum.0 += pair["told_apart"].as_u64().unwrap();
            sum.1 += right;
            sum.2 += right + wrong + cannot_tell;
        }
    }
    assert!(by_truth[""].0 >= 100, "too few cases can be told apart to ask: {by_truth:?}");
    for (truth, (cases, right, all)) in &by_truth {
        assert!(*cases < 10 || 100 * right >= 80 * all, "{truth}: {right} of {all} in {cases} cases");
    }
}

/// Another experiment, small: what differs is found, and mechanisms that differ in a word only never are.
#[test]
fn another_experiment_is_put_to_the_same_rule() {
    let folder = tempfile::tempdir().unwrap();
    let (file, table) = (folder.path().join("other.toml"), folder.path().join("other.tsv"));
    std::fs::write(&file, OTHER).unwrap();
    let make = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["recover", table.to_str().unwrap(), "--draws", "50", "--make", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(make.status.success(), "{}", String::from_utf8_lossy(&make.stderr));
    let answer = answer_of(table.to_str().unwrap());
    let found: BTreeMap<&str, (u64, u64, u64)> = answer["all"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mechanism| (mechanism["mechanism"].as_str().unwrap(), counts(&mechanism["found"])))
        .collect();
    assert!(found["stops growth"].0 >= 40, "{found:?}");
    assert_eq!((found["in other words"].0, found["does nothing"].0), (0, 0), "{found:?}");
    assert!(found.values().all(|(_, wrong, _)| *wrong <= 2), "{found:?}");
}

const OTHER: &str = r#"
format = 1
question = "Which of three mechanisms?"
[run]
duration = "4 d"
replicates = 2
frames = ["2 d", "4 d"]
[tissue]
size = "100 x 100 x 20 um"
voxel = "20 um"
[outcome]
"how many" = "count of live blob in section"
[field.oxygen]
diffusion = "1e5 um^2/min [assumed]"
decay = "0.1 /min [assumed]"
left = "38 mmHg [assumed]"
solve = "steady"
[cell.blob]
species = "human"
start = "1000 /mm^2 at random"
cycle = "0.03 /h (0.02..0.04) [assumed]"
apoptosis = "3e-4 /h [assumed]"
[vesicle.small]
species = "human"
cargo.protein = "1 /vesicle [assumed]"
diameter = "110 nm [assumed]"
half_life = "24 h (12..48 log) [assumed]"
capture = { by = ["blob"], clearance = "800 um^3/min (400..1600 log) [assumed]" }
escape = { fraction = "0.05 [assumed]", after = "2 h [assumed]" }
dose = "1e11 /mL [assumed]"
[response]
half_life = "34 h (20..60 log) [assumed]"
[mechanism]
"does nothing" = { says = "no rule reads what is carried" }
"in other words" = { says = "the same", vesicle.small.escape.after = "2 h [assumed]" }
"stops growth" = { says = "what is carried stops growth", rule.stop = "blob: captured protein decreases cycle entry to 0 /h, half 10, hill 2 [assumed]" }
[arm]
none = {}
given = { inject = "small" }
"#;
