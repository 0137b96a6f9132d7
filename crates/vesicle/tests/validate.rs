//! `vesicle validate`: the page of the book is what the program says, and unknown names are wrong input.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::process::{Command, Output};

fn validate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).arg("validate").args(arguments).output().unwrap()
}

#[test]
fn the_page_of_the_book_is_what_the_program_says() {
    let output = validate(&["--page"]);
    assert!(output.status.success());
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(
        page == include_str!("../../../book/src/validation.md"),
        "run `make book` and look at the difference"
    );
}

#[test]
fn one_case_by_name() {
    let output = validate(&["titration", "--json"]);
    let cases: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(cases.as_array().unwrap().len(), 1);
    assert!(cases[0]["rows"].as_array().unwrap().iter().all(|row| row["passes"] == true));
}

#[test]
fn an_unknown_case_is_wrong_input() {
    let output = validate(&["titrasion"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `titration`?"));
}
