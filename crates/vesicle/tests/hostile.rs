//! The first founding question's own experiment, exchanged, renamed, permuted and dosed: what should not matter does
//! not, and what should is told. All of it small, through the command line.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const EXPERIMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/rejuvenation.toml");

/// A day of a strip that holds a dozen cells.
const SMALL: [&str; 8] = [
    "--set",
    "run.duration=1 d",
    "--set",
    "run.frames=[0.5 d, 1 d]",
    "--set",
    "tissue.size=60 x 40 x 20 um",
    "--set",
    "run.replicates=2",
];

fn vesicle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn source() -> String {
    fs::read_to_string(EXPERIMENT).unwrap()
}

/// Runs an experiment file of this text; its result folder.
fn run(folder: &Path, name: &str, experiment: &str, more: &[&str]) -> (PathBuf, Output) {
    let file = folder.join(format!("{name}.toml"));
    fs::write(&file, experiment).unwrap();
    let out = folder.join(name);
    let (file, shown) = (file.display().to_string(), out.display().to_string());
    let output = vesicle(&[&["run", &file, "--out", &shown], &SMALL[..], more].concat());
    (out, output)
}

fn done(folder: &Path, name: &str, experiment: &str, more: &[&str]) -> (PathBuf, String) {
    let (out, output) = run(folder, name, experiment, more);
    assert!(output.status.success(), "{name}: {}", said(&output.stderr));
    (out, said(&output.stdout))
}

/// Names of several words, which their single words would tear apart; then single words.
const PHRASES: [(&str, &str); 14] = [
    ("young falls below half of saline", "alpha falls below half of buffer"),
    ("aged + all four", "whole"),
    ("aged + mock", "sham"),
    ("free mimic", "loose"),
    ("no tumour", "empty"),
    ("tumour's own", "eighth"),
    ("miRNA only", "first"),
    ("few are full", "second"),
    ("and protein", "third"),
    ("ageing protein", "fourth"),
    ("and soluble", "fifth"),
    ("tumour first", "sixth"),
    ("other program", "seventh"),
    ("plug colour", "hue"),
];
const WORDS: [(&str, &str); 20] = [
    ("tumour", "zebra"),
    ("endothelium", "quokka"),
    ("oxygen", "xenon"),
    ("VEGF", "gorp"),
    ("soluble", "mist"),
    ("young", "alpha"),
    ("aged", "omega"),
    ("own", "ipse"),
    ("saline", "buffer"),
    ("precipitate", "sludge"),
    ("protein", "widget"),
    ("drive", "gadget"),
    ("growth", "ra"),
    ("crowding", "rb"),
    ("hypoxia", "rc"),
    ("stalk", "rd"),
    ("packing", "re"),
    ("sprouting", "rf"),
    ("mirna", "rg"),
    ("Umezu17", "paper"),
];

/// Every declared name of a text by another one; paths of tables and the names of programs stay.
fn renamed(text: &str) -> String {
    let phrased = PHRASES.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let phrased = phrased.replace("vessel area", "redness").replace("tumour cells", "tally");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut out, mut word) = (String::new(), String::new());
    for c in phrased.chars().chain(std::iter::once('\n')) {
        if is_word(c) {
            word.push(c);
            continue;
        }
        let known = WORDS.iter().find(|(from, _)| *from == word);
        out.push_str(known.map_or(word.as_str(), |(_, to)| to));
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

fn read(folder: &Path, table: &str) -> String {
    fs::read_to_string(folder.join(table)).unwrap()
}

/// Runs by their hash, which is their name.
fn hashes(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("runs")).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().display().to_string()).collect();
    names.sort_unstable();
    names
}

#[test]
fn meaningless_names_give_the_same_numbers_and_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let null = ["--null", "targets", "--permutations", "2", "--confirm", "2"];
    let chosen = |names: [&'static str; 4]| {
        let [first, second, third, mechanism] = names;
        [["--arm", first], ["--arm", second], ["--arm", third], ["--mechanism", mechanism]].concat()
    };
    let own = chosen(["saline", "aged", "free mimic", "tumour's own"]);
    let other = chosen(["buffer", "omega", "loose", "eighth"]);
    let (before, _) = done(folder.path(), "before", &source(), &[&own[..], &null].concat());
    let (after, _) = done(folder.path(), "after", &renamed(&source()), &[&other[..], &null].concat());
    assert_eq!(hashes(&before), hashes(&after), "the same runs");
    let tables = ["evidence", "contrasts", "sensitivity", "measurements", "support", "confirmed", "ledger"];
    for table in tables.map(|name| format!("{name}.csv")) {
        assert_eq!(renamed(&read(&before, &table)), read(&after, &table), "{table}");
    }
}

/// The lines of a block between its header and the next one.
fn block<'a>(text: &'a str, header: &str) -> &'a str {
    let from = text.find(header).unwrap() + header.len();
    let from = from + text[from..].find('\n').unwrap() + 1;
    &text[from..from + text[from..].find("\n[").unwrap()]
}

/// The experiment with the lines of some blocks in another order, and the sources before everything else.
fn shuffled(text: &str) -> String {
    let turned = |text: String, header: &str, kept: usize| {
        let old = block(&text, header).to_owned();
        let (first, rest): (Vec<_>, Vec<_>) =
            old.lines().filter(|line| !line.trim().is_empty()).enumerate().partition(|(at, _)| *at < kept);
        let lines: Vec<&str> =
            first.into_iter().chain(rest.into_iter().rev()).map(|(_, line)| line).collect();
        text.replace(&old, &format!("{}\n", lines.join("\n")))
    };
    // The first mechanism is the default; all others, and all arms, are without rank.
    let text = turned(text.to_owned(), "[arm]", 0);
    let text = turned(text, "[mechanism]", 1);
    let text = turned(text, "[source]\n".trim_end(), 0);
    let at = text.find("[arm]").unwrap();
    let end = at + text[at..].find("[[evidence]]").unwrap();
    // Arms before everything that they are patches on.
    let first = text.find("[run]").unwrap();
    format!("{}{}\n{}{}", &text[..first], &text[at..end], &text[first..at], &text[end..])
}

/// The first columns of a table, row by row in order of their text.
fn sorted(folder: &Path, table: &str, columns: usize) -> Vec<String> {
    let row = |line: &str| line.split(',').take(columns).collect::<Vec<_>>().join(",");
    let mut rows: Vec<String> = read(folder, table).lines().skip(1).map(row).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn the_order_of_arms_mechanisms_and_tables_is_nobodys_business() {
    let folder = tempfile::tempdir().unwrap();
    let arms = ["--arm", "saline", "--arm", "young", "--arm", "aged"];
    let mechanisms = ["--mechanism", "ageing protein", "--mechanism", "tumour's own"];
    let chosen = [&arms[..], &mechanisms].concat();
    let (before, _) = done(folder.path(), "before", &source(), &chosen);
    let text = shuffled(&format!("{}\n[", source())).trim_end_matches('[').to_owned();
    let (after, _) = done(folder.path(), "after", &text, &chosen);
    assert_eq!(hashes(&before), hashes(&after), "the same runs");
    // Up to the draw: what follows is read through a surrogate whose sums go in the order of the mechanisms.
    assert_eq!(sorted(&before, "evidence.csv", 10), sorted(&after, "evidence.csv", 10));
    assert_eq!(sorted(&before, "contrasts.csv", 9), sorted(&after, "contrasts.csv", 9));
    assert_eq!(sorted(&before, "ledger.csv", 99), sorted(&after, "ledger.csv", 99));
}

/// The experiment with its arms turned around, the reference last.
fn with_arms_turned(text: &str) -> String {
    let old = block(text, "[arm]").to_owned();
    let mut lines: Vec<&str> = old.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.reverse();
    text.replace(&old, &format!("{}\n", lines.join("\n")))
}

#[test]
fn permuted_arms_have_the_same_numbers_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let arms = ["--arm", "saline", "--arm", "young", "--arm", "aged + mock", "--arm", "aged + miR-340"];
    let more = ["--mechanism", "and protein", "--draws", "2", "--confirm", "1"];
    let chosen = [&arms[..], &more].concat();
    let (before, answer) = done(folder.path(), "as-written", &source(), &chosen);
    let turned = with_arms_turned(&source());
    assert_ne!(turned, source());
    let (after, permuted) = done(folder.path(), "turned-round", &turned, &chosen);
    assert_eq!(hashes(&before), hashes(&after), "the same runs");
    let tables = [
        "evidence",
        "contrasts",
        "sensitivity",
        "measurements",
        "support",
        "confirmed",
        "confirmed_worlds",
        "ledger",
    ];
    for table in tables.map(|name| format!("{name}.csv")) {
        assert_eq!(sorted(&before, &table, 99), sorted(&after, &table, 99), "{table}");
    }
    assert_eq!(answer.replace("as-written", "turned-round"), permuted);
}

#[test]
fn arms_alike_are_refused_and_arms_that_cannot_differ_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let twice =
        source().replace("precipitate        =", "again = { inject = \"young\" }\nprecipitate        =");
    let (out, output) = run(folder.path(), "twice", &twice, &[]);
    let error = said(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("`again`") && error.contains("`young`"), "{error}");
    assert!(!out.exists());
    let arms =
        ["--arm", "saline", "--arm", "aged", "--arm", "aged + scrambled", "--mechanism", "and soluble"];
    let (_, answer) = done(folder.path(), "alike", &source(), &arms);
    let line = answer.lines().find(|line| line.contains("These arms cannot differ")).unwrap_or_default();
    assert!(line.contains("aged = aged + scrambled"), "{answer}");
    assert!(!line.contains("saline"), "what comes with the vesicles acts: {line}");
}

/// Vesicles given, by the ledger, in all arms and replicates together.
fn vesicles_given(folder: &Path) -> f64 {
    let text = read(folder, "ledger.csv");
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let column = |name: &str| head.iter().position(|known| *known == name).unwrap();
    let (account, amount, unit) = (column("account"), column("amount"), column("unit"));
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let given = rows.filter(|row| row[account] == "injected" && row[unit] == "vesicles");
    given.map(|row| row[amount].parse::<f64>().unwrap()).sum()
}

#[test]
fn doses_from_nothing_to_a_millionfold_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let arms = ["--arm", "saline", "--arm", "young", "--mechanism", "and protein", "--paired"];
    let mut given: BTreeMap<i32, f64> = BTreeMap::new();
    for (power, dose) in [(-99, 0.0), (-6, 1.25e5), (0, 1.25e11), (6, 1.25e17)] {
        let set = format!("vesicle.young.dose={dose:e} /mL [assumed]");
        let name = format!("dose{power}");
        let (out, answer) = done(folder.path(), &name, &source(), &[&arms[..], &["--set", &set]].concat());
        assert!(!answer.contains("ended as invalid") && !answer.contains("NaN"), "{dose:e}: {answer}");
        given.insert(power, vesicles_given(&out));
        if dose == 0.0 {
            let ratios = read(&out, "contrasts.csv");
            for line in ratios.lines().skip(1).filter(|line| line.contains("tumour cells")) {
                let ratio: f64 = line.split(',').nth(4).unwrap().parse().unwrap();
                assert!((ratio - 1.0).abs() < 1e-12, "no dose, no difference: {line}");
            }
        }
    }
    let given: Vec<f64> = given.into_values().collect();
    assert_eq!(given[0], 0.0);
    assert!(given.windows(2).all(|pair| pair[0] <= pair[1]), "{given:?}");
    // At the lowest dose the strip holds one vesicle or none.
    assert!((given[3] / given[2] / 1e6 - 1.0).abs() < 0.01, "{given:?}");
}

/// A file that forgets what keeps cells from dividing where there is no room.
#[test]
fn cells_that_pile_up_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let room = ["--set", "tissue.size=100 x 100 x 20 um", "--set", "run.duration=12 h"];
    let text = |rate: &str| {
        format!(
            "format = 1\nquestion = \"How many?\"\n[run]\nduration = \"12 h\"\n[tissue]\nsize = \"100 x 100 x 20 um\"\n\
             [cell.a]\nstart = \"15 at random\"\ncycle = \"{rate} [assumed]\"\n[outcome]\nn = \"count of live a\"\n\
             [arm]\nonly = {{}}\n"
        )
    };
    let (_, calm) = done(folder.path(), "calm", &text("0.001 /h"), &room);
    let (_, piled) = done(folder.path(), "piled", &text("0.3 /h"), &room);
    assert!(!calm.contains("inside each other"), "{calm}");
    let told = "times the volume of the tissue (only), more than 2 times in 2 of 2 runs.";
    assert!(
        piled.contains("Cells lie inside each other: at the end they have up to ") && piled.contains(told),
        "{piled}"
    );
}

/// The spread of what is unsettled in the ledger: 0 where vesicles are carried one by one.
fn spread_of_unsettled(folder: &Path) -> f64 {
    let text = read(folder, "ledger.csv");
    let rows = text.lines().filter(|line| line.contains(",spread of unsettled,"));
    rows.map(|line| line.split(',').rev().nth(1).unwrap().parse::<f64>().unwrap()).sum()
}

/// By number, vesicles that take hours to diffuse as far as a cell is wide are carried one by one up to a hundred thousand; forced as
/// concentrations, or more of them, they are not, and the run says what that costs. Fast ones of the same number need no such care.
#[test]
fn few_slow_vesicles_are_carried_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let room = ["--set", "tissue.size=100 x 100 x 100 um", "--set", "run.duration=2 h"];
    let text = |diameter: &str, dose: &str, carried: &str| {
        format!(
            "format = 1\nquestion = \"How many?\"\n[run]\nduration = \"2 h\"\n[tissue]\nsize = \"100 x 100 x 100 um\"\n\
             [cell.a]\nspecies = \"human\"\nstart = \"1 at random\"\n[outcome]\nn = \"count of live a\"\n\
             [vesicle.v]\nspecies = \"human\"\ndiameter = \"{diameter} [assumed]\"\nhalf_life = \"9 d [assumed]\"\n\
             capture = {{ by = [\"a\"], clearance = \"1e9 um^3/min [assumed]\" }}\n\
             escape = {{ fraction = \"0.1 [assumed]\", after = \"2 h [assumed]\" }}\ndose = \"{dose} /mL [assumed]\"\n{carried}\n\
             [arm]\nnothing = {{}}\ndose = {{ inject = \"v\" }}\n"
        )
    };
    let spread = |name: &str, diameter: &str, dose: &str, carried: &str| {
        let (out, output) = run(folder.path(), name, &text(diameter, dose, carried), &room);
        let answer = said(&output.stdout) + &said(&output.stderr);
        assert!(output.status.success(), "{name}: {answer}");
        (spread_of_unsettled(&out), answer.contains("carried = \"one by one\"` follows each"))
    };
    assert_eq!(spread("slow", "30 um", "5e9", ""), (0.0, false));
    let (forced, told) = spread("forced", "30 um", "5e9", "carried = \"as fields\"");
    assert!(forced > 0.0 && told, "{forced} {told}");
    let (many, told) = spread("many", "30 um", "5e11", "");
    assert!(many > 0.0 && told, "{many} {told}");
    let (fast, told) = spread("fast", "0.1 um", "5e9", "");
    assert!(fast > 0.0 && !told, "{fast} {told}");
}
