//! Pages of the book that state what the code does: their numbers are those of the code, and every file of a result is named.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use vesicle_experiment::evidence::{ALIKE, FAR, MARGIN};
use vesicle_experiment::screen::{confirm, severity, surrogate};

#[test]
fn the_page_on_evidence_has_the_numbers_of_the_code() {
    let page = include_str!("../../../book/src/evidence.md");
    let said = [
        format!("B / A is {MARGIN} or more"),
        format!("B / A is {FAR} or more"),
        format!("inside {} to {}", ALIKE.0, ALIKE.1),
        format!("{} draws of the priors with the mechanism off", severity::WORLDS),
        format!("{} tables of shipped targets", severity::PERMUTED),
        format!("R² of {}", surrogate::ENOUGH),
        format!("{} broken worlds", confirm::CONFIRMED),
    ];
    for words in said {
        assert!(page.contains(&words), "{words}");
    }
}

#[test]
fn every_file_of_a_result_is_on_its_page() {
    let page = include_str!("../../../book/src/result-folder.md");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/plug-small");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names {
        assert!(page.contains(&format!("`{name}")), "{name}");
    }
}
