//! Rules of PhysiCell are read as they are: an experiment that imports some of its rules runs as one that says them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PLUG: &str = include_str!("../../../experiments/plug.toml");
const RULES: &str = "// tumour and vessels\n\
tumour,pressure,decreases,cycle entry,0,1,4,0\n\
tumour,oxygen,decreases,VEGF secretion,0.2,8,4,0\n\
endothelium,pressure,decreases,cycle entry,0,1,4,0\n";

fn vesicle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap()
}

fn without(text: &str, rules: &[&str]) -> String {
    let is_gone = |line: &&str| !rules.iter().any(|rule| line.starts_with(&format!("{rule} ")));
    text.lines().filter(is_gone).collect::<Vec<_>>().join("\n")
}

#[test]
fn imported_rules_are_rules() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("said.toml"), PLUG).unwrap();
    let imports = without(PLUG, &["crowding", "hypoxia", "packing"]) + "\n[rules]\nimport = \"rules.csv\"\n";
    fs::write(at.join("imported.toml"), imports).unwrap();
    fs::write(at.join("without.toml"), without(PLUG, &["crowding", "hypoxia", "packing"])).unwrap();
    fs::write(at.join("rules.csv"), RULES).unwrap();
    let outcomes = |name: &str| {
        let day = ["--quick", "--arm", "saline", "--set", "run.duration=2 d", "--set", "run.frames=[1 d]"];
        let output = vesicle(at, &[&["run", &format!("{name}.toml")], &day[..]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(at.join("results").join(name).join("outcomes.parquet")).unwrap()
    };
    let said = outcomes("said");
    assert!(said == outcomes("imported"));
    assert!(said != outcomes("without"), "the rules do something");
}

#[test]
fn unknown_words_of_a_rules_file_are_told_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("plug.toml"), PLUG.to_owned() + "\n[rules]\nimport = \"rules.csv\"\n").unwrap();
    fs::write(
        at.join("rules.csv"),
        RULES.replace("oxygen", "oxigen").replace("tumour,pressure", "tumor,pressure"),
    )
    .unwrap();
    let output = vesicle(at, &["check", "plug.toml"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("rules.csv:2:1: unknown cell `tumor`"), "{told}");
    assert!(
        told.contains("rules.csv:3:1: unknown signal `oxigen`") && told.contains("did you mean `oxygen`?")
    );
}
