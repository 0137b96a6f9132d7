//! What a file is told that says something wrong of its cells: place, what was expected, what was found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::process::Command;

const FILE: &str = r#"format = 1
question = "What do cells do?"
[run]
duration = "1 d"
[tissue]
size = "200 x 200 x 20 um"
[arm]
only = {}
[outcome]
n = "count of live a"
[cell.a]
start = "from cells.csv"
cycle_model = "Ki67 basic"
affinity.b = "0.5 [assumed]"
asymmetric_division.b = "0.2 [assumed]"
[cell.b]
start = "20 at random"
"#;

const TABLE: &str = "x,y,z,kind,volume\n10,20,0,a,\n30,40,0,b,2000\n";

/// What `vesicle check` says of the file with pieces exchanged, and of the table; it must refuse both.
fn told(pairs: &[(&str, &str)], table: &str) -> String {
    let mut text = FILE.to_owned();
    for (right, wrong) in pairs {
        assert!(text.contains(right), "{right}");
        text = text.replacen(right, wrong, 1);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.toml"), text).unwrap();
    fs::write(folder.path().join("cells.csv"), table).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["check", "x.toml"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let code = if pairs.is_empty() && table == TABLE { 0 } else { 2 };
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing is written");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_file_itself_is_right() {
    assert_eq!(told(&[], TABLE), "");
}

macro_rules! told_of {
    ($($name:ident: $($right:expr => $wrong:expr),+;)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(told(&[$(($right, $wrong)),+], TABLE));
        })+
    };
}

told_of! {
    an_unknown_cycle_model: "Ki67 basic" => "Ki67 basik";
    a_phase_that_the_model_does_not_have: "affinity.b" => "phase.4.exit = \"1 /h [assumed]\"\naffinity.b";
    an_affinity_to_a_missing_kind: "affinity.b" => "affinity.bb";
    shares_above_one: "0.2 [assumed]" => "1.2 [assumed]";
    a_negative_density: "20 at random" => "-20 /mm^2 at random";
    an_overlapping_density: "20 at random" => "5e3 /mm^2 at random";
    cells_inside_each_other: "20 at random" => "on a lattice, every 3 um";
    a_side_that_is_none: "20 at random" => "on the roof, every 20 um";
    a_start_with_a_slip: "20 at random" => "on the left, every 20 parsec";
    a_line_out_of_the_tissue: "20 at random" => "along 0 x 0 x 0 um to 0 x 300 x 0 um, every 20 um";
    a_line_that_does_not_say_so: "\"20 at random\"" => "{ through = \"0 x 0 x 0 um to 90 x 90 x 0 um\", every = \"20 um\" }";
    parts_of_a_start_that_do_not_say_so: "\"20 at random\"" => "{ within = \"60 um\", count = 20 }";
    a_missing_table_of_cells: "from cells.csv" => "from cell.csv";
    a_vessel_wider_than_the_tissue: "[cell.a]" => "[vessel]\nof = \"a\"\nlumen = \"11 um [assumed]\"\n[cell.a]";
    a_nucleus_larger_than_the_cell: "affinity.b" => "nucleus = \"3000 um^3 [assumed]\"\naffinity.b";
}

#[test]
fn rows_that_are_wrong() {
    let table = "x,y,z,kind,volume\n10,20,0,a,\n-3,20,0,a,\n10,20,0,aa,\n";
    insta::assert_snapshot!(told(&[], table));
}

#[test]
fn values_that_are_wrong() {
    insta::assert_snapshot!(told(&[], "x,y,z,kind,volume\n10,2O,0,a,\n10,20,0,,\n10,20,0,a\n10,20,0,a,-5\n"));
}

#[test]
fn a_table_without_a_header() {
    insta::assert_snapshot!(told(&[], "10,20,0,0\n30,40,0,0\n"));
}
