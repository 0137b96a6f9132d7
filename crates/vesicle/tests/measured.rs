//! `vesicle report DIR --with measured.csv`: a laboratory's own values beside the simulated arms.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A small result with three arms; it is only read.
fn result() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/plug-small")
}

fn report(place: &Path, measured: &str) -> Output {
    fs::write(place.join("measured.csv"), measured).unwrap();
    Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["report", result().to_str().unwrap(), "--out", "page", "--with", "measured.csv"])
        .current_dir(place)
        .output()
        .unwrap()
}

#[test]
fn measured_values_stand_beside_the_arms_in_their_unit() {
    let place = tempfile::tempdir().unwrap();
    let rows = "arm,outcome,value,unit,time,n\n\
                saline,vessel area,12,%,36 h,4\n\
                saline,vessel area,0.14,,1.5,1\n\
                young,tumour cells,300,cells/mm^2,,5\n";
    let output = report(place.path(), rows);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let points =
        fs::read_to_string(place.path().join("page/figures/beside-vessel-area-as-written.csv")).unwrap();
    let measured: Vec<&str> = points.lines().filter(|line| line.contains(",measured,")).collect();
    assert_eq!(measured.len(), 2, "{points}");
    assert!(measured[0].ends_with(",1.5,0.12") && measured[1].ends_with(",1.5,0.14"), "{measured:?}");
    let course =
        fs::read_to_string(place.path().join("page/figures/course-vessel-area-as-written.csv")).unwrap();
    assert!(course.contains("saline,measured,1.5,0.12"), "{course}");
    // The quick strip is 200 by 100 um: 300 cells/mm² are 6 cells in it, and no time is the last saved one.
    let cells =
        fs::read_to_string(place.path().join("page/figures/beside-tumour-cells-as-written.csv")).unwrap();
    let value = cells.lines().find(|line| line.contains(",measured,")).unwrap().rsplit(',').next().unwrap();
    assert!((value.parse::<f64>().unwrap() - 6.0).abs() < 1e-9, "{cells}");
    let page = fs::read_to_string(place.path().join("page/report.html")).unwrap();
    assert!(page.contains("Beside your measurements") && page.contains("--with measured.csv"));
}

#[test]
fn measured_values_are_drawn_and_not_stored() {
    let place = tempfile::tempdir().unwrap();
    assert!(report(place.path(), "arm,outcome,value\nsaline,vessel area,0.1\n").status.success());
    let stored = fs::read(place.path().join("page/report.toml")).unwrap();
    assert!(stored == fs::read(result().join("report.toml")).unwrap(), "the values stay those of the run");
}

#[test]
fn every_slip_of_the_measured_values_is_told() {
    let place = tempfile::tempdir().unwrap();
    let output = report(
        place.path(),
        "arm,outcome,value,unit,time\n\
         salin,vessel area,0.1,,7 d\n\
         young,vessel aera,0.1,,7 d\n\
         aged,vessel area,0.1,mmHg,soon\n",
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && !place.path().join("page").exists());
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap());
}

#[test]
fn a_share_in_percent_without_its_unit_is_told_and_a_mean_counts_its_animals() {
    let place = tempfile::tempdir().unwrap();
    let output = report(place.path(), "arm,outcome,value\nsaline,vessel area,12\nyoung,tumour cells,-1\n");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("measured.csv:2:") && said.contains("`%` as its unit; found 12"), "{said}");
    assert!(said.contains("measured.csv:3:") && said.contains("0 or more"), "{said}");
    let rows = "arm,outcome,value,unit,n\nyoung,vessel area,4,%,3\nyoung,vessel area,0,%,1\nsaline,vessel area,0,%,2\n";
    assert!(report(place.path(), rows).status.success());
    let page = fs::read_to_string(place.path().join("page/report.html")).unwrap();
    assert!(page.contains("0.03 (0–0.04), n\u{a0}=\u{a0}4"), "three animals of four have 4 %");
    assert!(page.contains("none: measured is 0"));
}
