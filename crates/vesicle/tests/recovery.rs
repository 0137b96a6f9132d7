//! Synthetic truth: outcomes that one mechanism of the flagship made, seen with four animals per arm, are put down to
//! that mechanism or to none. `recovery.tsv` is remade by
//! `vesicle recover crates/vesicle/tests/recovery.tsv --make experiments/rejuvenation.toml`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde_json::Value;
use std::process::Command;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recovery.tsv");

fn answer() -> Value {
    let output =
        Command::new(env!("CARGO_BIN_EXE_vesicle")).args(["recover", TABLE, "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn counts(found: &Value) -> (u64, u64, u64) {
    let number = |key: &str| found[key].as_u64().unwrap();
    (number("right"), number("wrong"), number("cannot_tell"))
}

#[test]
fn the_truth_or_cannot_tell_and_hardly_ever_another() {
    let answer = answer();
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
        let (right, wrong, cannot_tell) = counts(&pair["told_by_more"]);
        assert!(20 * wrong <= right + wrong + cannot_tell, "{pair}");
    }
}
