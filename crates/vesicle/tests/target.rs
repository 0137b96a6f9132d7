//! `vesicle target` and `vesicle data` from the command line: what is told, what is refused, what is written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

struct Bench(tempfile::TempDir);

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Seeds of the human miRNAs that the tests name, from real miRBase names so that they resolve.
const NAMES: [&str; 24] = [
    "hsa-miR-21-5p",
    "hsa-miR-155-5p",
    "hsa-miR-122-5p",
    "hsa-miR-223-3p",
    "hsa-miR-126-3p",
    "hsa-miR-143-3p",
    "hsa-miR-145-5p",
    "hsa-miR-150-5p",
    "hsa-miR-9-5p",
    "hsa-miR-10a-5p",
    "hsa-miR-31-5p",
    "hsa-miR-210-3p",
    "hsa-miR-96-5p",
    "hsa-miR-182-5p",
    "hsa-miR-183-5p",
    "hsa-miR-203a-3p",
    "hsa-miR-205-5p",
    "hsa-miR-214-3p",
    "hsa-miR-218-5p",
    "hsa-miR-221-3p",
    "hsa-miR-375-3p",
    "hsa-miR-451a",
    "hsa-miR-486-5p",
    "hsa-miR-499a-5p",
];

impl Bench {
    /// 24 miRNAs with 20 targets each of 300 genes; the first four share a program of 20 genes among them.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut table = "miRTarBase ID,miRNA,Species (miRNA),Target Gene,Target Gene (Entrez ID),Species (Target Gene),Experiments,Support Type,References (PMID)\n".to_owned();
        let mut row = |i: usize, mirna: &str, gene: usize| {
            let _ = writeln!(
                table,
                "MIRT{i:06},{mirna},Homo sapiens,GENE{gene},1,Homo sapiens,qRT-PCR,Functional MTI,{}",
                1000 + i
            );
        };
        for (i, name) in NAMES.iter().enumerate() {
            (0..20).for_each(|k| row(i * 100 + k, name, 40 + (i * 37 + k * 13 + i * k * 7) % 260));
            if i < 4 {
                (0..6).for_each(|k| row(i * 100 + 50 + k, name, i * 5 + k));
            }
        }
        fs::write(at("targets.csv"), table).unwrap();
        let set = |name: &str, from: usize, n: usize| {
            let genes: Vec<String> = (from..from + n).map(|g| format!("GENE{g}")).collect();
            format!("{name}\tmade up\t{}\n", genes.join("\t"))
        };
        let sets: String = (0..10).map(|s| set(&format!("other {s}"), 40 + s * 25, 20 + s)).collect();
        fs::write(at("sets.gmt"), set("planted", 0, 20) + &sets).unwrap();
        fs::write(at("list.txt"), NAMES[..4].join("\n")).unwrap();
        fs::write(at("assayed.txt"), NAMES.join("\n")).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vesicle"));
        command.args(arguments).current_dir(self.path()).env("VESICLE_DATA", self.path().join("home"));
        command.output().unwrap()
    }

    fn told(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    }
}

fn field(table: &str, row: &str, column: &str) -> String {
    let mut lines = table.lines();
    let at = lines.next().unwrap().split('\t').position(|c| c == column).unwrap();
    let row = lines.find(|l| l.split('\t').any(|c| c == row)).unwrap();
    row.split('\t').nth(at).unwrap().to_owned()
}

const ENRICH: [&str; 11] = [
    "target",
    "enrich",
    "list.txt",
    "--background",
    "assayed.txt",
    "--targets",
    "targets.csv",
    "--programs",
    "sets.gmt",
    "--draws",
    "4000",
];

#[test]
fn a_planted_program_is_found_beyond_matched_sets() {
    let bench = Bench::new();
    let out = bench.told(&ENRICH);
    let p: f64 = field(&out, "planted", "p").parse().unwrap();
    let expected: f64 = field(&out, "planted", "expected").parse().unwrap();
    assert!(p < 0.01 && expected < 10.0 && field(&out, "planted", "hit") == "20", "{out}");
    assert!(out.lines().nth(1).unwrap().starts_with("planted\t"));
    assert!(field(&out, "other 3", "p").parse::<f64>().unwrap() > 0.05);
    let others: Vec<&str> = NAMES.iter().skip(4).step_by(6).copied().collect();
    fs::write(bench.path().join("list.txt"), others.join("\n")).unwrap();
    assert_eq!(field(&bench.told(&ENRICH), "planted", "p"), "1");
}

#[test]
fn enrichment_composes_and_its_folder_says_what_it_rests_on() {
    let bench = Bench::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(ENRICH.map(|a| if a == "list.txt" { "-" } else { a }))
        .args(["--json", "--out", "result"])
        .current_dir(bench.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(NAMES[..4].join("\r\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["rows"][0]["program"], "planted");
    assert_eq!(value["manifest"]["selections"][0]["draws"], 4000);
    let sums: Vec<&str> = value["manifest"]["databases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["sha256"].as_str().unwrap())
        .collect();
    assert!(sums.len() == 4 && sums.iter().all(|s| s.len() == 64));
    for name in
        ["enrich.tsv", "enrich.csv", "manifest.json", "report.html", "figures/null.svg", "figures/null.csv"]
    {
        assert!(bench.path().join("result").join(name).exists(), "{name}");
    }
    let again = bench.run(&[&ENRICH[..], &["--out", "result"]].concat());
    assert_eq!(again.status.code(), Some(3));
}

#[test]
fn wrong_input_is_told_at_once_with_the_nearest_name() {
    let bench = Bench::new();
    let wrong = bench.refused(&["target", "enrich", "list.txt", "--targets", "data/target.tsv"]);
    assert!(wrong.contains("data/targets.tsv"), "{wrong}");
    fs::write(bench.path().join("none.txt"), "not a name\nnor this\n").unwrap();
    let none = bench.refused(&["target", "enrich", "none.txt"]);
    assert!(none.contains("no miRNA in none.txt") && none.contains("nor this"), "{none}");
    assert!(bench.refused(&["target", "enrich", "list.txt", "--top", "3"]).contains("no p values"));
    assert!(
        bench.refused(&[&ENRICH[..], &["--smallest", "9", "--largest", "3"]].concat()).contains("--smallest")
    );
    let effects = bench.refused(&["target", "effect", "foo=3", "hsa-miR-21-5p=-1", "baz"]);
    assert!(effects.contains("foo") && effects.contains("-1") && effects.contains("3 mistakes"), "{effects}");
}

#[test]
fn databases_are_imported_once_listed_and_used_by_name() {
    let bench = Bench::new();
    let added = bench.told(&["data", "add", "targets.csv", "--name", "mine", "--release", "9.9"]);
    assert!(added.contains("miRTarBase") && added.contains("9.9"));
    bench.told(&["data", "add", "sets.gmt", "--licence", "CC0"]);
    let list = bench.told(&["data", "list"]);
    assert!(list.contains("mine") && list.contains("sets") && list.contains("data/targets.tsv"));
    let by_name = ["target", "enrich", "list.txt", "--background", "assayed.txt", "--draws", "400"];
    let json = bench.told(&[&by_name[..], &["--targets", "mine", "--programs", "sets", "--json"]].concat());
    assert!(json.contains("\"release\": \"9.9\"") && json.contains("\"licence\": \"CC0\""));
    fs::write(bench.path().join("sets2.gmt"), "a\tb\tGENE1\tGENE2\n").unwrap();
    assert!(bench.refused(&["data", "add", "sets2.gmt", "--name", "sets"]).contains("already"));
    assert!(bench.refused(&["data", "add", "list.txt", "targets.csv"]).contains("no database"));
    assert!(!bench.path().join("home/targets").exists(), "all or none");
    let table = bench.path().join("home/mine/table");
    let changed = fs::read_to_string(&table).unwrap().replace("GENE1,", "GENE2,");
    fs::write(&table, changed).unwrap();
    assert!(bench.refused(&["target", "enrich", "list.txt", "--targets", "mine"]).contains("has changed"));
}

/// 300 genes whose targets of one miRNA fall.
fn response(down: &str, table: &str) -> String {
    let hit = |gene: &str| {
        table.lines().any(|l| l.contains(&format!(",{down},")) && l.contains(&format!(",{gene},")))
    };
    let mut out = "gene\tlogFC\tlogCPM\tF\tPValue\tFDR\n".to_owned();
    for g in 0..300_u32 {
        let gene = format!("GENE{g}");
        let noise = f64::from((g * 7919 + g * g * 31) % 997) / 997.0 - 0.5;
        let _ = writeln!(out, "{gene}\t{}\t5\t1\t0.5\t0.9", noise - if hit(&gene) { 1.0 } else { 0.0 });
    }
    out
}

#[test]
fn the_mirna_behind_a_response_is_named_and_no_response_names_none() {
    let bench = Bench::new();
    let table = fs::read_to_string(bench.path().join("targets.csv")).unwrap();
    fs::write(bench.path().join("de.tsv"), response("hsa-miR-122-5p", &table)).unwrap();
    let infer = ["target", "infer", "de.tsv", "--targets", "targets.csv", "--permutations", "499"];
    let out = bench.told(&infer);
    assert!(out.lines().nth(1).unwrap().contains("hsa-miR-122-5p"), "{out}");
    assert_eq!(field(&out, "GGAGUGU", "step"), "1");
    fs::write(bench.path().join("de.tsv"), response("none", &table)).unwrap();
    let nothing = bench.run(&infer);
    assert!(text(&nothing.stderr).contains("No seed family explains"), "{}", text(&nothing.stderr));
    fs::write(bench.path().join("de.tsv"), response("none", &table).replace("GENE", "ENSG")).unwrap();
    assert!(bench.refused(&infer).contains("no gene of the results"));
}

#[test]
fn an_effect_follows_dose_and_baseline_and_little_evidence_is_said() {
    let bench = Bench::new();
    let tables = ["--targets", "targets.csv", "--programs", "sets.gmt"];
    let of = |dose: &str, more: &[&str]| {
        let out = bench.told(&[&["target", "effect", dose][..], &tables, more].concat());
        field(&out, "planted", "repression").parse::<f64>().unwrap()
    };
    // 6 of 20 genes at half occupancy of 0.3 log2
    let want = 1.0 - f64::exp2(-6.0 / 20.0 * 0.15);
    assert!((of("hsa-miR-21-5p=300", &[]) - want).abs() < 1e-12);
    assert!(of("hsa-miR-21-5p=3000", &[]) > of("hsa-miR-21-5p=300", &[]));
    fs::write(bench.path().join("own.tsv"), "seed\trpm\nAGCUUAU\t900000\n").unwrap();
    assert!(of("hsa-miR-21-5p=300", &["--own", "own.tsv"]) < 0.001);
    let unknown = bench.run(&[&["target", "effect", "hsa-miR-1246=500"][..], &tables].concat());
    assert!(text(&unknown.stderr).contains("hsa-miR-1246: no known target"), "{}", text(&unknown.stderr));
}

/// Counts of six young and six aged donors; aged ones lack the first two miRNAs by `lack`.
fn profiles(bench: &Bench, lack: u32) {
    let mut counts = "mirna".to_owned();
    let mut sheet = "sample,donor,group\n".to_owned();
    for s in 0..12_u32 {
        let (name, group) = (format!("s{s}"), if s < 6 { "young" } else { "aged" });
        let _ = write!(counts, ",{name}");
        let _ = writeln!(sheet, "{name},{name},{group}");
    }
    for (i, name) in NAMES.iter().enumerate() {
        let _ = write!(counts, "\n{name}");
        for s in 0..12_u32 {
            let whole = 1000 + (s * 37 + i as u32 * 11 + s * i as u32) % 90;
            let _ = write!(counts, ",{}", if i < 2 && s >= 6 { whole / lack } else { whole });
        }
    }
    fs::write(bench.path().join("counts.csv"), counts + "\n").unwrap();
    fs::write(bench.path().join("samples.csv"), sheet).unwrap();
}

const MIX: [&str; 17] = [
    "target",
    "mix",
    "counts.csv",
    "--samples",
    "samples.csv",
    "--kind",
    "count",
    "--targets",
    "targets.csv",
    "--programs",
    "sets.gmt",
    "--program",
    "planted",
    "--draws",
    "199",
    "--copies-per-vesicle",
    "20",
];

#[test]
fn a_mix_is_designed_and_its_arm_stands_in_an_experiment() {
    let bench = Bench::new();
    profiles(&bench, 20);
    let out = bench.run(&[&MIX[..], &["--out", "result", "--arm", "arm.toml"]].concat());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let said = text(&out.stdout);
    assert!(said.starts_with("Load ") && said.contains("of the way from aged to young"), "{said}");
    let arm: toml::Table = fs::read_to_string(bench.path().join("arm.toml")).unwrap().parse().unwrap();
    let arms = arm["arm"].as_table().unwrap();
    assert!(arms.len() == 2 && arms.values().any(|a| a["mimics"][0].as_str() == Some("scrambled")), "{arm}");
    // put at the end of an experiment file, it is two more arms and no mistake
    let experiment = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/rejuvenation.toml");
    let whole =
        fs::read_to_string(experiment).unwrap() + &fs::read_to_string(bench.path().join("arm.toml")).unwrap();
    fs::write(bench.path().join("whole.toml"), whole).unwrap();
    let before = bench.told(&["check", experiment]);
    let checked = bench.told(&["check", "whole.toml"]);
    let arms = |said: &str| {
        said.split_once(" arms").unwrap().0.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(arms(&checked), arms(&before) + 2, "{checked}");
    for name in ["mix.tsv", "manifest.json", "report.html", "figures/front.svg"] {
        assert!(bench.path().join("result").join(name).exists(), "{name}");
    }
}

#[test]
fn no_mix_where_none_is_worth_it() {
    let bench = Bench::new();
    let none = |more: &[&str]| {
        let out = bench.run(&[&MIX[..], more, &["--arm", "arm.toml", "--json"]].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(!bench.path().join("arm.toml").exists());
        let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert!(value["answer"][0].as_str().unwrap().starts_with("None: "), "{}", value["answer"]);
        value["manifest"]["none_because"].as_str().unwrap().to_owned()
    };
    profiles(&bench, 20);
    assert!(none(&["--loading", "0"]).contains("nothing can be loaded"));
    assert!(none(&["--aged", "group=young"]).contains("do the same"));
    let full: String = ["AGCUUAU", "UAAUGCU", "GGAGUGU", "GUCAGUU"]
        .iter()
        .fold("seed\trpm\n".to_owned(), |t, s| t + s + "\t1e15\n");
    fs::write(bench.path().join("own.tsv"), full).unwrap();
    none(&["--own", "own.tsv"]);
    assert!(bench.refused(&[&MIX[..], &["--young", "group=yung"]].concat()).contains("young"));
}
