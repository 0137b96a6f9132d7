//! `vesicle cargo` from the command line: what is told, what is refused, what is written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fat-exosomes").join(name)
}

fn vesicle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Ct values of 30 assays in 4 v 4 samples; assay 0 is three cycles earlier in group b, assay 1 is never seen in a.
fn table() -> String {
    let mut out = "assay,a1,a2,a3,a4,b1,b2,b3,b4\n".to_owned();
    for f in 0..30_u32 {
        let _ = write!(out, "assay {f}");
        for s in 0..8_u32 {
            let noise = f64::from((f * 31 + s * 17 + f * s * 7) % 23) / 40.0;
            let ct = 24.0 + f64::from(f) / 4.0 + noise - if f == 0 && s >= 4 { 3.0 } else { 0.0 };
            let _ = if f == 1 && s < 4 { write!(out, ",Undetermined") } else { write!(out, ",{ct:.2}") };
        }
        out.push('\n');
    }
    out
}

fn sheet(extra: &str, more: impl Fn(usize) -> String) -> String {
    let mut out = format!("sample,donor,group{extra}\n");
    for (s, name) in ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4"].iter().enumerate() {
        let _ = writeln!(out, "{name},{name},{}{}", &name[..1], more(s));
    }
    out
}

struct Bench(tempfile::TempDir);

impl Bench {
    fn new(table: &str, sheet: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ct.csv"), table).unwrap();
        fs::write(folder.path().join("samples.csv"), sheet).unwrap();
        Self(folder)
    }

    fn compare(&self, more: &[&str]) -> Output {
        let fixed = ["cargo", "compare", "ct.csv", "--samples", "samples.csv", "--kind", "ct"];
        vesicle(self.0.path(), &[&fixed, more].concat())
    }

    fn refused(&self, more: &[&str]) -> String {
        let output = self.compare(&[more, &["--out", "result"]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !self.0.path().join("result").exists());
        text(&output.stderr)
    }
}

/// Column of a row in tab-separated text.
fn field(table: &str, feature: &str, column: &str) -> String {
    let mut lines = table.lines();
    let at = lines.next().unwrap().split('\t').position(|c| c == column).unwrap();
    let row = lines.find(|l| l.split('\t').next() == Some(feature)).unwrap();
    row.split('\t').nth(at).unwrap().to_owned()
}

#[test]
fn a_difference_is_found_and_what_is_never_seen_gets_no_number() {
    let bench = Bench::new(&table(), &sheet("", |_| String::new()));
    let output = bench.compare(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("detected: "));
    let out = text(&output.stdout);
    let change: f64 = field(&out, "assay 0", "log2_fold_change").parse().unwrap();
    assert!((change - 3.0).abs() < 0.5, "{change}");
    assert!(field(&out, "assay 0", "adjusted_p").parse::<f64>().unwrap() < 1e-4);
    assert_eq!(field(&out, "assay 1", "log2_fold_change"), "");
    assert_eq!(field(&out, "assay 1", "testable"), "not at this n");
    // four of four against none of four: 2 of 70 arrangements
    assert!((field(&out, "assay 1", "detection_p").parse::<f64>().unwrap() - 2.0 / 70.0).abs() < 1e-9);
}

#[test]
fn the_folder_has_everything_and_is_written_once() {
    let bench = Bench::new(&table(), &sheet("", |_| String::new()));
    let first = bench.compare(&["--out", "result"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let result = bench.0.path().join("result");
    for name in ["compare.tsv", "compare.csv", "compare.xlsx", "manifest.json", "report.html"] {
        assert!(result.join(name).exists(), "{name}");
    }
    for name in ["detection", "components", "volcano", "forest", "sign-stability"] {
        assert!(result.join(format!("figures/{name}.svg")).exists(), "{name}");
        assert!(result.join(format!("figures/{name}.csv")).exists(), "{name}");
    }
    assert!(!result.join("runs").exists());
    let again = bench.compare(&["--out", "result"]);
    assert_eq!(again.status.code(), Some(3), "{}", text(&again.stderr));
    let bytes = fs::read(result.join("compare.xlsx")).unwrap();
    let forced = bench.compare(&["--out", "result", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{}", text(&forced.stderr));
    assert_eq!(bytes, fs::read(result.join("compare.xlsx")).unwrap(), "same inputs, same bytes");
}

#[test]
fn unsound_designs_are_refused_with_the_name_that_overrules() {
    let nested =
        Bench::new(&table(), &sheet(",batch", |s| if s < 4 { ",monday".into() } else { ",friday".into() }));
    assert!(nested.refused(&[]).contains("--override nested-in-batch"));
    let passed = nested.compare(&["--override", "nested-in-batch", "--json"]);
    assert_eq!(passed.status.code(), Some(0), "{}", text(&passed.stderr));
    let value: serde_json::Value = serde_json::from_slice(&passed.stdout).unwrap();
    assert_eq!(value["manifest"]["choices"]["overrides"], "nested-in-batch");

    let projects =
        Bench::new(&table(), &sheet(",project", |s| if s < 4 { ",one".into() } else { ",two".into() }));
    assert!(projects.refused(&[]).contains("`project`"));

    let cards =
        sheet("", |_| String::new()).replace(",a2,", ",a1,").replace(",a3,", ",a1,").replace(",a4,", ",a1,");
    assert!(Bench::new(&table(), &cards).refused(&[]).contains("--override few-donors"));
}

#[test]
fn mistakes_are_told_with_the_nearest_right_name() {
    let bench = Bench::new(&table(), &sheet("", |_| String::new()));
    assert!(bench.refused(&["--formula", "~ gruop"]).contains("did you mean `group`?"));
    assert!(bench.refused(&["--override", "few-doners"]).contains("did you mean `few-donors`?"));
    assert!(bench.refused(&["--denominator", "globalmean"]).contains("global-mean"));
    assert!(bench.refused(&["--denominator", "references:assay 99"]).contains("no feature `assay 99`"));
    assert!(bench.refused(&["--level", "c"]).contains("no level `c`"));
    assert!(bench.refused(&["--ceiling", "nan"]).contains("--ceiling is no Ct"));
    let both = bench.refused(&["--override", "x", "--beside", "y"]);
    assert!(both.contains("override `x`") && both.contains("denominator `y`"), "{both}");
    let strange = Bench::new(&table(), &sheet("", |_| String::new()).replace("b4,b4", "b5,b4"));
    let told = strange.refused(&[]);
    assert!(told.contains("`b4`") && told.contains("`b5`"), "{told}");
}

#[test]
fn standard_input_gives_the_same_rows() {
    let bench = Bench::new(&table(), &sheet("", |_| String::new()));
    let direct = bench.compare(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["cargo", "compare", "-", "--samples", "samples.csv", "--kind", "ct"])
        .current_dir(&bench.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(table().as_bytes()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, direct.stdout);
}

#[test]
fn the_sheet_is_written_and_never_over_another() {
    let bench = Bench::new(&table(), "");
    let output = vesicle(bench.0.path(), &["cargo", "samples", "ct.csv", "--kind", "ct"]);
    let form = text(&output.stdout);
    assert!(form.starts_with("sample,donor,group") && form.lines().count() == 9, "{form}");
    let refused =
        vesicle(bench.0.path(), &["cargo", "samples", "ct.csv", "--kind", "ct", "--out", "samples.csv"]);
    assert_eq!(refused.status.code(), Some(3));
}

#[test]
fn a_shift_that_all_share_turns_signs_per_particle() {
    let particles = |s: usize| if s < 4 { ",1e9".to_owned() } else { ",1.6e10".to_owned() };
    let bench = Bench::new(&table(), &sheet(",particles_per_ml", particles));
    let output = bench.compare(&["--denominator", "as-measured"]);
    let out = text(&output.stdout);
    assert_eq!(field(&out, "assay 0", "sign_depends_on_denominator"), "yes");
    let per: f64 = field(&out, "assay 0", "log2_fold_change [per particles_per_ml]").parse().unwrap();
    let measured: f64 = field(&out, "assay 0", "log2_fold_change").parse().unwrap();
    assert!((measured - per - 4.0).abs() < 1e-9, "{measured} {per}");
    assert!(text(&output.stderr).contains("particles per mL: log2 fold change 4"));
}

#[test]
fn published_differences_are_ranked_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (table, sheet) = (example("ADicerKO-6mo-Ct.csv"), example("ADicerKO-6mo-samples.csv"));
    let arguments = [
        "cargo",
        "compare",
        table.to_str().unwrap(),
        "--samples",
        sheet.to_str().unwrap(),
        "--reference",
        "group=wild-type",
    ];
    let output = vesicle(folder.path(), &arguments);
    let out = text(&output.stdout);
    assert!(text(&output.stderr).contains("Ct of 40 read as not detected"));
    // the two at the head of the authors' table, which are lower without Dicer in fat
    for name in ["mmu-miR-148a", "mmu-miR-148b"] {
        assert!(field(&out, name, "log2_fold_change").parse::<f64>().unwrap() < -1.5, "{name}");
        assert!(field(&out, name, "adjusted_p").parse::<f64>().unwrap() < 0.05, "{name}");
    }
}

#[test]
fn contrasts_that_share_controls_are_told_and_joined() {
    let folder = tempfile::tempdir().unwrap();
    let (table, sheet) = (example("human-Ct.csv"), example("human-samples.csv"));
    for level in ["HIV", "CGL"] {
        let arguments = [
            "cargo",
            "compare",
            table.to_str().unwrap(),
            "--samples",
            sheet.to_str().unwrap(),
            "--reference",
            "group=control",
            "--level",
            level,
            "--out",
            level,
        ];
        let output = vesicle(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let output = vesicle(folder.path(), &["cargo", "consensus", "HIV", "CGL", "--out", "both"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("HIV and CGL share donors: correlation 0.5") && told.contains("uninformative"),
        "{told}"
    );
    let rows = fs::read_to_string(folder.path().join("both/consensus.tsv")).unwrap();
    assert!(rows.lines().count() > 300 && folder.path().join("both/figures/replication.svg").exists());
    let one = vesicle(folder.path(), &["cargo", "consensus", "HIV"]);
    assert_eq!(one.status.code(), Some(2));
    let twice = vesicle(folder.path(), &["cargo", "consensus", "HIV", "HIV"]);
    assert!(twice.status.code() == Some(2) && text(&twice.stderr).contains("named twice"));
    let none = vesicle(folder.path(), &["cargo", "consensus", "HIV", "missing"]);
    assert!(none.status.code() == Some(2) && !text(&none.stderr).contains("panicked"));
}

#[test]
fn published_changes_are_met_exactly_under_the_published_normaliser() {
    let folder = tempfile::tempdir().unwrap();
    let (table, sheet) = (example("ADicerKO-6mo-Ct.csv"), example("ADicerKO-6mo-samples.csv"));
    let arguments = [
        "cargo",
        "compare",
        table.to_str().unwrap(),
        "--samples",
        sheet.to_str().unwrap(),
        "--reference",
        "group=wild-type",
        "--denominator",
        "references:Mouse U6 snRNA",
    ];
    let out = text(&vesicle(folder.path(), &arguments).stdout);
    // wild type over knock-out in the authors' supplement: 4.5775 and 4.45
    for (name, published) in [("mmu-miR-148a", 4.5775), ("mmu-miR-148b", 4.45)] {
        let change: f64 = field(&out, name, "log2_fold_change").parse().unwrap();
        assert!((change + published).abs() < 1e-9, "{name} {change}");
    }
}

#[test]
fn vesicles_are_sorted_from_the_cells_of_their_donors() {
    let cells = table().replace(",a1,a2,a3,a4,b1,b2,b3,b4", ",c1,c2,c3,c4,d1,d2,d3,d4");
    let bench = Bench::new(&table(), "");
    fs::write(bench.0.path().join("cells.csv"), cells.replace("assay 0,", "assay 99,")).unwrap();
    let mut sheet = "sample,donor\n".to_owned();
    for (vesicle, cell) in ["a1", "a2", "a3", "a4"].iter().zip(["c1", "c2", "c3", "c4"]) {
        let _ = writeln!(sheet, "{vesicle},{vesicle}\n{cell},{vesicle}");
    }
    for (vesicle, cell) in ["b1", "b2", "b3", "b4"].iter().zip(["d1", "d2", "d3", "d4"]) {
        let _ = writeln!(sheet, "{vesicle},{vesicle}\n{cell},{vesicle}");
    }
    fs::write(bench.0.path().join("samples.csv"), sheet).unwrap();
    let output = vesicle(
        bench.0.path(),
        &["cargo", "sort", "ct.csv", "cells.csv", "--samples", "samples.csv", "--kind", "ct", "--json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["manifest"]["choices"]["formula"], "~ compartment + donor");
    assert_eq!(value["manifest"]["contrast"], "vesicle over cell");
    let row = value["rows"].as_array().unwrap().iter().find(|r| r["feature"] == "assay 5").unwrap();
    assert!(row["log2_fold_change"].as_f64().unwrap().abs() < 1e-9);
}

/// The table with assay 2 undetected in a2, b2 and b3, written as `none`.
fn recoded(none: &str) -> String {
    let mut lines: Vec<String> = table().replace("Undetermined", none).lines().map(str::to_owned).collect();
    for f in [2, 5, 20, 25] {
        let mut cells: Vec<String> = lines[f + 1].split(',').map(str::to_owned).collect();
        for s in [2, 6, 7] {
            none.clone_into(&mut cells[s]);
        }
        lines[f + 1] = cells.join(",");
    }
    lines.join("\n") + "\n"
}

#[test]
fn it_does_not_matter_how_not_detected_is_written() {
    let rows = |none: &str| {
        let bench = Bench::new(&recoded(none), &sheet("", |_| String::new()));
        let output = bench.compare(&[]);
        assert_eq!(output.status.code(), Some(0), "{none}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let first = rows("Undetermined");
    assert_eq!(field(&first, "assay 2", "detected_other"), "2");
    for none in
        ["40", "40.00", "NA", "N/A", "NaN", "999", "0", "-1", "", "No Ct", "Not detected", "undetermined"]
    {
        assert_eq!(rows(none), first, "`{none}`");
    }
}

#[test]
fn a_declared_last_cycle_is_what_the_word_is() {
    let rows = |none: &str, ceiling: &[&str]| {
        let bench = Bench::new(&recoded(none), &sheet("", |_| String::new()));
        let output = bench.compare(ceiling);
        assert_eq!(output.status.code(), Some(0), "{none}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    // every Ct measured lies below 35: the word, the declared cycle and mixtures of both are the same
    let first = rows("Undetermined", &["--ceiling", "35"]);
    assert_eq!(field(&first, "assay 2", "detected_other"), "2");
    assert_eq!(rows("35", &["--ceiling", "35"]), first);
    assert_eq!(rows("Not detected", &["--ceiling", "35"]), first);
    assert_eq!(rows("40", &["--ceiling", "40"]), rows("Undetermined", &["--ceiling", "40"]));
}

#[test]
fn names_and_orders_are_labels_only() {
    let bench = Bench::new(&table(), &sheet("", |_| String::new()));
    let plain = text(&bench.compare(&[]).stdout);
    // Other names for assays, samples, donors and groups; group order is given, not found.
    let rename = |text: &str| {
        let mut out = text.replace("assay ", "probe ");
        for (old, new) in [("a1", "x9"), ("a2", "x3"), ("a3", "x1"), ("a4", "x7")] {
            out = out.replace(old, new);
        }
        out
    };
    let renamed = Bench::new(&rename(&table()), &rename(&sheet("", |_| String::new())));
    let out = text(&renamed.compare(&[]).stdout);
    assert_eq!(rename(&plain), out);
    // Rows of table and sheet in another order: each feature keeps its numbers to the last digits.
    let turned = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let other = Bench::new(&turned(&table()), &turned(&sheet("", |_| String::new())));
    let out = text(&other.compare(&["--reference", "group=a"]).stdout);
    for f in ["assay 0", "assay 7", "assay 29"] {
        for column in ["log2_fold_change", "p"] {
            let number = |table: &str| field(table, f, column).parse::<f64>().unwrap();
            let (a, b) = (number(&plain), number(&out));
            assert!((a - b).abs() <= 1e-9 * a.abs().max(1e-6), "{f} {column}: {a} {b}");
        }
    }
}

#[test]
fn the_order_of_samples_in_the_table_is_no_matter() {
    let bench = Bench::new(&recoded("NA"), &sheet("", |_| String::new()));
    let plain = text(&bench.compare(&[]).stdout);
    let order = [0, 7, 3, 5, 1, 8, 2, 6, 4];
    let shuffled: String = recoded("NA")
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            order.map(|k| cells[k]).join(",") + "\n"
        })
        .collect();
    let other = Bench::new(&shuffled, &sheet("", |_| String::new()));
    let out = text(&other.compare(&["--reference", "group=a"]).stdout);
    let header = plain.lines().next().unwrap();
    assert_eq!(out.lines().next().unwrap(), header);
    for f in 0..30 {
        for column in header.split('\t').skip(1) {
            let feature = format!("assay {f}");
            let (a, b) = (field(&plain, &feature, column), field(&out, &feature, column));
            match (a.parse::<f64>(), b.parse::<f64>()) {
                // nine digits of a change; six of what hangs on the curvature of a likelihood, as p does
                (Ok(x), Ok(y)) => {
                    let digits = if column == "log2_fold_change" { 1e-9 } else { 1e-6 };
                    assert!((x - y).abs() <= digits * x.abs().max(1e-3), "{feature} {column}: {a} {b}");
                }
                _ => assert_eq!(a, b, "{feature} {column}"),
            }
        }
    }
}

/// 40 assays of 8 samples in random numbers of their own, no two alike; no group differs.
fn unrelated() -> String {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    let mut out = "assay,a1,a2,a3,a4,b1,b2,b3,b4\n".to_owned();
    for f in 0..40_u32 {
        let _ = write!(out, "assay {f}");
        for _ in 0..8 {
            let noise: f64 = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            let _ = write!(out, ",{:.3}", 24.0 + f64::from(f) / 5.0 + 0.6 * noise);
        }
        out.push('\n');
    }
    out
}

#[test]
fn permuted_labels_find_what_chance_finds() {
    let (mut tested, mut below, mut found) = (0, 0, 0);
    for split in ["aabbaabb", "ababbaba", "abbaabba", "aaabbbba", "abababab", "baabbaab"] {
        let mut rows = "sample,donor,group\n".to_owned();
        for (sample, group) in ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4"].iter().zip(split.chars()) {
            let _ = writeln!(rows, "{sample},{sample},{group}");
        }
        let bench = Bench::new(&unrelated(), &rows);
        let value: serde_json::Value = serde_json::from_slice(&bench.compare(&["--json"]).stdout).unwrap();
        for row in value["rows"].as_array().unwrap() {
            tested += usize::from(row["p"].is_number());
            below += usize::from(row["p"].as_f64().is_some_and(|p| p < 0.05));
            found += usize::from(row["adjusted_p"].as_f64().is_some_and(|p| p < 0.05));
        }
    }
    assert_eq!(tested, 240);
    // 12 expected; 240 tests that share data scatter by about 5
    assert!((2..=24).contains(&below) && found <= 2, "{below} below 5 %, {found} found");
}

#[test]
fn cards_of_one_donor_are_one() {
    // Every sample measured three times: the answer is that of the single cards, with donors as n.
    let single = Bench::new(&table(), &sheet("", |_| String::new()));
    let plain = text(&single.compare(&[]).stdout);
    let mut thrice = String::new();
    for (at, line) in table().lines().enumerate() {
        let (name, rest) = line.split_once(',').unwrap();
        thrice.push_str(name);
        for k in 1..=3 {
            for cell in rest.split(',') {
                let _ = if at == 0 { write!(thrice, ",{cell}.{k}") } else { write!(thrice, ",{cell}") };
            }
        }
        thrice.push('\n');
    }
    let mut cards = "sample,donor,group\n".to_owned();
    for line in sheet("", |_| String::new()).lines().skip(1) {
        let (sample, rest) = line.split_once(',').unwrap();
        for k in 1..=3 {
            let _ = writeln!(cards, "{sample}.{k},{rest}");
        }
    }
    let bench = Bench::new(&thrice, &cards);
    let out = text(&bench.compare(&[]).stdout);
    assert_eq!(out.lines().next(), plain.lines().next());
    for (a, b) in plain.lines().zip(out.lines()).skip(1) {
        for (column, (a, b)) in a.split('\t').zip(b.split('\t')).enumerate() {
            match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(x), Ok(y)) => {
                    assert!((x - y).abs() <= 1e-9 * x.abs().max(1e-3), "column {column}: {a} {b}");
                }
                _ => assert_eq!(a, b, "column {column}"),
            }
        }
    }
    assert_eq!(out.lines().count(), plain.lines().count());
}

#[test]
fn a_table_without_a_single_detect_is_refused_as_such() {
    let none: String = table()
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let name = line.split(',').next().unwrap();
            if at == 0 { format!("{line}\n") } else { format!("{name}{}\n", ",Undetermined".repeat(8)) }
        })
        .collect();
    let told = Bench::new(&none, &sheet("", |_| String::new())).refused(&[]);
    assert!(told.contains("nothing is detected in any sample"), "{told}");
    assert_eq!(told.matches("error:").count(), 1, "{told}");
}

#[test]
fn per_particle_takes_the_volume_put_in() {
    let extra = ",input_volume_ml,particles_per_ml";
    // Twice the concentration in half the volume: the same particles.
    let even = |s: usize| if s < 4 { ",0.2,1e9".to_owned() } else { ",0.1,2e9".to_owned() };
    let bench = Bench::new(&table(), &sheet(extra, even));
    let rows = |denominator: &str| text(&bench.compare(&["--denominator", denominator]).stdout);
    let (particles, plain) = (rows("per:particles_per_ml"), rows("as-measured"));
    let change = |table: &str| field(table, "assay 9", "log2_fold_change").parse::<f64>().unwrap();
    assert!((change(&particles) - change(&plain)).abs() < 1e-9);
    assert_eq!(particles, rows("per:particles_per_ml*input_volume_ml"));
    assert!((change(&rows("per:input_volume_ml")) - change(&plain) - 1.0).abs() < 1e-9);
    let alone = Bench::new(
        &table(),
        &sheet(",particles_per_ml", |s| if s < 4 { ",1e9".into() } else { ",2e9".into() }),
    );
    let output = alone.compare(&["--denominator", "per:particles_per_ml"]);
    assert!(text(&output.stderr).contains("takes the volumes as equal"), "{}", text(&output.stderr));
}
