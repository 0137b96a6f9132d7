//! Every case with a known answer passes, and a row can fail.

use tissue_sim::validate::{CASES, Row, find};

#[test]
fn every_case_passes() {
    let mut failed = Vec::new();
    for case in CASES {
        let rows = (case.run)();
        assert!(!rows.is_empty(), "{} compares nothing", case.name);
        failed.extend(
            rows.into_iter().filter(|row| !row.passes()).map(|row| format!("{}: {row:?}", case.name)),
        );
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn names_are_found_once() {
    for case in CASES {
        assert_eq!(CASES.iter().filter(|other| other.name == case.name).count(), 1, "{}", case.name);
        assert!(find(case.name).is_some());
    }
    assert!(find("no such case").is_none());
}

#[test]
fn a_row_can_fail() {
    let row = |got| Row { what: String::new(), expected: 1.0, got, tolerance: 0.1, unit: "", because: "" };
    assert!(row(1.05).passes());
    assert!(!row(1.2).passes() && !row(f64::NAN).passes());
}
