//! An experiment file whose every list is turned around says the same: the same runs, the same numbers by name, the same
//! answer. The first mechanisms are what a run without `--mechanism` takes, and so all are chosen by name here.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The blocks of a file: head and lines. Two kinds, two fields, three populations and two molecules that only some
/// mechanism knows; rules of the base, of mechanisms and of arms.
const BLOCKS: [(&str, &[&str]); 14] = [
    (
        "[outcome]",
        &[
            "\"cells\" = \"count of live blob\"",
            "\"other cells\" = \"count of live guard in section\"",
            "\"covered\" = \"area fraction of blob in section\"",
            "\"captured\" = \"vesicles taken up by guard\"",
            "\"damped\" = \"mean repression of angiogenesis in blob\"",
        ],
    ),
    (
        "[field.air]",
        &[
            "diffusion = \"1e5 um^2/min [assumed]\"",
            "decay = \"0.1 /min [assumed]\"",
            "left = \"38 mmHg (20..60) [assumed]\"",
            "solve = \"steady\"",
        ],
    ),
    (
        "[field.scent]",
        &[
            "diffusion = \"100 um^2/s [assumed]\"",
            "half_life = \"1 h [assumed]\"",
            "dose = \"3 ng/mL [assumed]\"",
        ],
    ),
    (
        "[cell.blob]",
        &[
            "species = \"human\"",
            "start = \"1500 /mm^2 at random\"",
            "cycle = \"0.02 /h [assumed]\"",
            "air = { uptake = \"5 /min [assumed]\" }",
        ],
    ),
    (
        "[cell.guard]",
        &[
            "species = \"mouse\"",
            "start = \"900 /mm^2 at random\"",
            "cycle = \"0.01 /h [assumed]\"",
            "migration = { speed = \"1 um/h [assumed]\", persistence = \"2 h [assumed]\", up = \"scent\" }",
        ],
    ),
    (
        "[vesicle.small]",
        &[
            "species = \"human\"",
            "cargo = { table = \"data/marrow_msc_vesicle_mirna.tsv\", copies_per_vesicle = \"5 [assumed]\", wnt = \"1 /vesicle [assumed]\" }",
            "diameter = \"110 nm [assumed]\"",
            "half_life = \"24 h [assumed]\"",
            "capture = { by = [\"blob\", \"guard\"], clearance = \"800 um^3/min [assumed]\" }",
            "escape = { fraction = \"0.05 (0.01..0.1 log) [assumed]\", after = \"2 h [assumed]\" }",
            "dose = \"1e10 /mL [assumed]\"",
        ],
    ),
    ("[vesicle.tiny]", &["like = \"small\"", "dose = \"2e10 /mL [assumed]\""]),
    (
        "[response]",
        &[
            "targets = { table = \"data/targets.tsv\", strength = \"0.2 log2 (0.02..0.6 log) [assumed]\" }",
            "programs = \"data/programs.tsv\"",
            "threshold = \"300 copies/cell [assumed]\"",
            "half_life = \"34 h [assumed]\"",
        ],
    ),
    (
        "[rule]",
        &[
            "grow = \"blob: air increases cycle entry to 0.05 /h (0.03..0.06), half 8 mmHg, hill 4 [assumed]\"",
            "rest = \"guard: pressure decreases cycle entry to 0 /h, half 1, hill 4 [assumed]\"",
            "damp = \"blob: repression of angiogenesis decreases cycle entry to 0 /h, half 0.3, hill 2 [assumed]\"",
            "stop = \"guard: captured wnt decreases cycle entry to 0 /h, half 5 (1..20 log), hill 2 [assumed]\"",
        ],
    ),
    (
        "[mechanism]",
        &[
            "\"as it is\" = { says = \"nothing more\" }",
            "\"own\" = { says = \"the guard's own\", vesicle.own.like = \"small\", vesicle.own.cargo.drive = \"1 /vesicle [assumed]\", cell.guard.own.release = \"100 /h [assumed]\", rule.own = \"blob: captured drive decreases cycle entry to 0 /h, half 5 (1..20 log), hill 1 [assumed]\" }",
            "\"scented\" = { says = \"and by scent\", rule.scent = \"guard: scent decreases cycle entry to 0 /h, half 1 ng/mL (0.1..10 log), hill 1 [assumed]\" }",
            "\"both\" = { says = \"one after the other\", like = \"own\", rule.damp = \"blob: scent decreases cycle entry to 0 /h, half 1 ng/mL (0.1..10 log), hill 2 [assumed]\" }",
        ],
    ),
    (
        "[arm]",
        &[
            "none = {}",
            "small = { inject = \"small\" }",
            "tiny = { inject = [\"small\", \"tiny\", \"scent\"] }",
            "ruled = { inject = \"small\", mimics = [\"miR-340-5p\", \"miR-365a-3p\"], rule.late = \"blob: air decreases apoptosis to 0.001 /h (0.0005..0.002), half 5 mmHg, hill 1 [assumed]\", rule.mute = \"guard: air decreases migration speed to 0 um/h, half 30 mmHg (10..50), hill 2 [assumed]\" }",
        ],
    ),
    ("[mimic]", &["copies_per_vesicle = \"20 [assumed]\""]),
    ("[source]", &["own = \"nobody\""]),
    ("[[evidence]]", &["source = \"own\"", "at = \"1 d\"", "n = \"3 [assumed]\""]),
];

const CLAIMS: [&str; 6] = [
    "cells: small < none",
    "other cells: small ~ tiny",
    "captured: none << small",
    "cells: some of t* < none",
    "cells: gap none to small > gap none to tiny",
    "damped: none < ruled",
];

const HEAD: &str = "format = 1\nquestion = \"Does order matter?\"\n[run]\nduration = \"1 d\"\nreplicates = 2\nseed = 5\n\
frames = [\"0.5 d\", \"1 d\"]\n[quick]\nrun.replicates = 1\n[section]\nthickness = \"5 um\"\n[tissue]\n\
size = \"80 x 60 x 20 um\"\nvoxel = \"20 um\"\n";

/// The file, with the lines of some blocks, and the blocks themselves, turned around.
fn text(is_turned: &dyn Fn(&str) -> bool) -> String {
    let mut claims = CLAIMS;
    if is_turned("claims") {
        claims.reverse();
    }
    let block = |(head, lines): &(&str, &[&str])| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        if is_turned(head) {
            lines.reverse();
        }
        if *head == "[[evidence]]" {
            lines.push(format!("test = {claims:?}"));
        }
        // Within a line, the rules of an arm.
        let text = format!("{head}\n{}\n", lines.join("\n"));
        let Some((before, rules)) = text.split_once("rule.late").filter(|_| is_turned("rules within arms"))
        else {
            return text;
        };
        let (late, rest) = rules.split_once(", rule.mute").unwrap();
        let (mute, after) = rest.split_once(" }").unwrap();
        format!("{before}rule.mute{mute}, rule.late{late} }}{after}")
    };
    let mut blocks: Vec<String> = BLOCKS.iter().map(block).collect();
    if is_turned("blocks") {
        blocks.reverse();
    }
    format!("{HEAD}{}", blocks.concat())
}

fn vesicle(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// All that a result says, less the order in which it says it: files of runs, rows of tables, the answer.
fn said(
    folder: &Path,
    name: &str,
    experiment: &str,
    mechanisms: &[&str],
    more: &[&str],
) -> Vec<(String, Vec<String>)> {
    let file = folder.join(format!("{name}.toml"));
    fs::write(&file, experiment).unwrap();
    let out = folder.join(name);
    let mut arguments = vec!["run", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"];
    arguments.extend(mechanisms.iter().flat_map(|mechanism| ["--mechanism", mechanism]));
    let answer = vesicle(&[&arguments[..], more].concat());
    let entries = fs::read_dir(out.join("runs")).unwrap().flatten();
    let mut all =
        vec![("runs".to_owned(), sorted(entries.map(|entry| entry.file_name().display().to_string())))];
    for entry in fs::read_dir(&out).unwrap().flatten() {
        let table = entry.file_name().display().to_string();
        if Path::new(&table).extension().is_some_and(|extension| extension == "csv") {
            let text = fs::read_to_string(entry.path()).unwrap();
            all.push((table, sorted(text.lines().map(str::to_owned))));
        }
    }
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    for part in ["answer", "notes"] {
        let lines = answer[part].as_array().unwrap().iter().map(|line| pieces(line.as_str().unwrap()));
        all.push((part.to_owned(), sorted(lines)));
    }
    all.sort();
    all
}

/// A line with its lists in order of their text.
fn pieces(line: &str) -> String {
    let line = line.trim_end_matches('.').replace(": ", "; ").replace(" = ", "; ").replace(". ", "; ");
    sorted(line.split("; ").map(str::to_owned)).join("; ")
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines
}

const MOST: [&str; 3] = ["as it is", "own", "both"];
const DRAWN: [&str; 7] = ["--draws", "2", "--null", "targets", "--permutations", "3", "--confirm=2"];

fn same(one: &[(String, Vec<String>)], other: &[(String, Vec<String>)], what: &str) {
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

#[test]
fn no_list_of_the_file_has_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let plain = text(&|_| false);
    let before = said(folder.path(), "plain", &plain, &["as it is", "own"], &[]);
    let heads = BLOCKS.map(|(head, _)| head);
    // The word "first" of the answer is that of the file's claims.
    let turns = heads.into_iter().chain(["blocks", "rules within arms"]);
    let turned = text(&|what| turns.clone().any(|turned| turned == what));
    assert_ne!(plain, turned);
    same(&before, &said(folder.path(), "turned", &turned, &["as it is", "own"], &[]), "all but the claims");
}

#[test]
fn no_list_of_the_file_has_an_order_in_prior_draws() {
    let folder = tempfile::tempdir().unwrap();
    let before = said(folder.path(), "plain", &text(&|_| false), &MOST, &DRAWN);
    same(&before, &said(folder.path(), "turned", &text(&|_| true), &MOST, &DRAWN), "everything");
}

#[test]
fn recovery_knows_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let asked = |name: &str, text: &str| {
        let file = folder.path().join(format!("{name}.toml"));
        let table = folder.path().join(format!("{name}.tsv"));
        fs::write(&file, text).unwrap();
        let [file, table] = [file.to_str().unwrap(), table.to_str().unwrap()];
        vesicle(&["recover", table, "--draws", "20", "--make", file]);
        let rows = sorted(fs::read_to_string(table).unwrap().lines().map(str::to_owned));
        (rows, sorted(vesicle(&["recover", table]).lines().map(str::to_owned)))
    };
    let (table, answer) = asked("plain", &text(&|_| false));
    let (turned, its) = asked("turned", &text(&|_| true));
    assert_eq!(table, turned);
    assert_eq!(answer, its);
}
