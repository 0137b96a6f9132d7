//! `vesicle target common` from the command line: what tables share is found, what they do not is not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

struct Bench(tempfile::TempDir);

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Mouse symbols with human ones that differ in more than case where the number ends in 7.
fn mouse(gene: u32) -> String {
    if gene % 10 == 7 { format!("Other{gene}") } else { format!("Gene{gene}") }
}

const GENES: u32 = 400;
const MIRNAS: [&str; 24] = [
    "miR-21-5p",
    "miR-155-5p",
    "miR-122-5p",
    "miR-223-3p",
    "miR-126-3p",
    "miR-143-3p",
    "miR-145-5p",
    "miR-150-5p",
    "miR-9-5p",
    "miR-10a-5p",
    "miR-31-5p",
    "miR-210-3p",
    "miR-96-5p",
    "miR-182-5p",
    "miR-183-5p",
    "miR-203a-3p",
    "miR-205-5p",
    "miR-214-3p",
    "miR-218-5p",
    "miR-221-3p",
    "miR-375-3p",
    "miR-451a",
    "miR-486-5p",
    "miR-499a-5p",
];

/// Targets of a miRNA: thirty genes.
fn targets(mirna: usize) -> Vec<u32> {
    (0..30).map(|k| (mirna as u32 * 37 + k * 13 + mirna as u32 * k * 7) % GENES).collect()
}

fn noise(gene: u32, table: u32) -> f64 {
    let mut x = u64::from(gene).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (u64::from(table) + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    x ^= x >> 31;
    x = x.wrapping_mul(0x7FB5_D329_728E_A185);
    x ^= x >> 27;
    (x % 100_003) as f64 / 100_003.0 - 0.5
}

impl Bench {
    /// Two tables in the forms of limma and DESeq2; `down` of a miRNA's targets fall in both, ten genes rise in both.
    fn new(down: Option<usize>, shared: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let change = |gene: u32, table: u32| {
            let falls = down.is_some_and(|m| targets(m).contains(&gene));
            let rises = shared && gene >= 390;
            let size = noise(gene, table) + if falls { -1.2 } else { 0.0 } + if rises { 4.0 } else { 0.0 };
            let p = f64::exp(-4.0 * size * size).max(1e-12);
            (size, p)
        };
        let mut limma = "Gene\tlogFC\tAveExpr\tt\tP.Value\tadj.P.Val\tB\n".to_owned();
        let mut deseq = "gene,baseMean,log2FoldChange,lfcSE,stat,pvalue,padj\n".to_owned();
        let mut pairs = "human\tmouse\n".to_owned();
        for g in 0..GENES {
            let (a, p) = change(g, 0);
            let _ = writeln!(limma, "GENE{g}\t{a}\t{}\t{}\t{p}\t1\t0", g % 11, a * 3.0);
            let (b, q) = change(g, 1);
            let _ = writeln!(deseq, "{},{},{b},0.4,{},{q},NA", mouse(g), 10 + g % 13, b / 0.4);
            let _ = writeln!(pairs, "GENE{g}\t{}", mouse(g));
        }
        fs::write(at("host.tsv"), limma).unwrap();
        fs::write(at("other.csv"), deseq).unwrap();
        fs::write(at("pairs.tsv"), pairs).unwrap();
        let mut table = "miRTarBase ID,miRNA,Species (miRNA),Target Gene,Target Gene (Entrez ID),Species (Target Gene),Experiments,Support Type,References (PMID)\n".to_owned();
        for (i, name) in MIRNAS.iter().enumerate() {
            for (k, gene) in targets(i).iter().enumerate() {
                let _ = writeln!(
                    table,
                    "MIRT{i:03}{k:03},hsa-{name},Homo sapiens,GENE{gene},1,Homo sapiens,qRT-PCR,Functional MTI,{}",
                    1000 + i
                );
            }
        }
        fs::write(at("targets.csv"), table).unwrap();
        let set = |name: &str, genes: std::ops::Range<u32>| {
            let genes: Vec<String> = genes.map(|g| format!("GENE{g}")).collect();
            format!("{name}\tmade up\t{}\n", genes.join("\t"))
        };
        fs::write(at("sets.gmt"), set("secreted", 380..400) + &set("adhesion", 0..20)).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, more: &[&str]) -> Output {
        let fixed = ["--orthologues", "pairs.tsv", "--targets", "targets.csv", "--permutations", "499"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_vesicle"));
        command.args(["target", "common"]).args(more).args(fixed);
        command.current_dir(self.path()).env("VESICLE_DATA", self.path().join("home")).output().unwrap()
    }

    fn json(&self, more: &[&str]) -> serde_json::Value {
        let output = self.run(&[more, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refused(&self, more: &[&str]) -> String {
        let output = self.run(more);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    }
}

const BOTH: [&str; 2] = ["host.tsv", "other.csv"];

#[test]
fn genes_that_rise_in_both_hosts_are_found_through_orthologues() {
    let bench = Bench::new(None, true);
    let found = bench.json(&BOTH);
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), GENES as usize);
    let first: Vec<&str> = rows[..10].iter().map(|r| r["gene"].as_str().unwrap()).collect();
    assert!((390..400).all(|g| first.contains(&format!("GENE{g}").as_str())), "{first:?}");
    assert!(
        rows[..10]
            .iter()
            .all(|r| r["direction"] == "up" && r["replication_adjusted_p"].as_f64().unwrap() < 1e-6)
    );
    let overlap = &found["overlaps"][0];
    assert!(overlap["observed"].as_f64().unwrap() > overlap["expected"].as_f64().unwrap() + 5.0, "{overlap}");
    assert_eq!(found["manifest"]["tables"][1]["species"], "mouse");
    assert_eq!(found["manifest"]["tables"][1]["without_orthologue"], 0);
    assert!(found["answer"][0].as_str().unwrap().starts_with("10 of 400 genes"), "{}", found["answer"]);
    assert!(found["answer"].to_string().contains("Nothing tested explains"), "{}", found["answer"]);
}

#[test]
fn the_family_behind_the_common_part_is_named_and_nothing_is_when_only_one_host_has_it() {
    let bench = Bench::new(Some(2), false);
    let found = bench.json(&BOTH);
    let cause = &found["causes"][0];
    assert_eq!(cause["name"], "GGAGUGU", "{cause}");
    assert!(cause["mirnas"].as_str().unwrap().contains("hsa-miR-122-5p") && cause["step"] == 1.0);
    assert!(cause["z [host]"].as_f64().unwrap() < -3.0 && cause["z [other]"].as_f64().unwrap() < -3.0);
    let gene = &found["rows"][0];
    assert!(gene["direction"] == "down" && gene["found_families"] == "GGAGUGU", "{gene}");
    // the other host without it: the same genes move in one table alone
    let alone = Bench::new(None, false);
    fs::copy(bench.path().join("host.tsv"), alone.path().join("host.tsv")).unwrap();
    let nothing = alone.json(&BOTH);
    assert!(nothing["answer"].to_string().contains("Nothing tested explains"), "{}", nothing["answer"]);
    assert!(nothing["answer"][0].as_str().unwrap().starts_with("0 of"), "{}", nothing["answer"]);
}

#[test]
fn sets_restrict_before_rates_and_molecules_are_tested_too() {
    let bench = Bench::new(Some(2), true);
    fs::write(
        bench.path().join("molecules.gmt"),
        (0..30).fold(String::new(), |mut out, m| {
            let genes: Vec<String> = (0..25).map(|k| format!("GENE{}", (m * 17 + k * 11) % 390)).collect();
            let _ = writeln!(out, "molecule {m}\t-\t{}", genes.join("\t"));
            out
        }) + &format!(
            "riser\t-\t{}\n",
            (386..400).map(|g| format!("GENE{g}")).collect::<Vec<_>>().join("\t")
        ),
    )
    .unwrap();
    let found = bench.json(
        &[&BOTH[..], &["--programs", "sets.gmt", "--program", "secreted", "--molecules", "molecules.gmt"]]
            .concat(),
    );
    let rows = found["rows"].as_array().unwrap();
    assert!(rows.len() == 20 && rows.iter().all(|r| r["sets"] == "secreted"), "{}", rows.len());
    let set = &found["sets"][0];
    assert!(set["genes"] == 20.0 && set["called_alike"].as_f64().unwrap() >= 10.0, "{set}");
    assert!(set["expected"].as_f64().unwrap() < 6.0);
    let riser = found["causes"].as_array().unwrap().iter().find(|c| c["name"] == "riser").unwrap();
    assert!(
        riser["kind"] == "molecule" && riser["step"] == 1.0 && riser["z"].as_f64().unwrap() > 3.0,
        "{riser}"
    );
}

#[test]
fn a_table_turned_round_is_told_and_can_be_flipped() {
    let bench = Bench::new(Some(2), true);
    let file = bench.path().join("host.tsv");
    let turned = fs::read_to_string(&file).unwrap().lines().fold(String::new(), |mut out, line| {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        if let Ok(change) = cells[1].parse::<f64>() {
            cells[1] = (-change).to_string();
        }
        let _ = writeln!(out, "{}", cells.join("\t"));
        out
    });
    let right = bench.json(&BOTH);
    fs::write(&file, turned).unwrap();
    let wrong = bench.json(&BOTH);
    assert!(wrong["notes"].to_string().contains("--flip"), "{}", wrong["notes"]);
    let again = bench.json(&[&BOTH[..], &["--flip", "1"]].concat());
    assert_eq!(again["rows"], right["rows"]);
}

#[test]
fn a_folder_holds_tables_figures_and_page_and_says_what_it_rests_on() {
    let bench = Bench::new(Some(2), true);
    let out = bench.run(&[&BOTH[..], &["--programs", "sets.gmt", "--out", "result"]].concat());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    for name in [
        "common.tsv",
        "common.csv",
        "causes.tsv",
        "sets.tsv",
        "overlaps.tsv",
        "manifest.json",
        "report.html",
        "figures/overlap.svg",
        "figures/genes.svg",
        "figures/causes.csv",
    ] {
        assert!(bench.path().join("result").join(name).exists(), "{name}");
    }
    let manifest = fs::read_to_string(bench.path().join("result/manifest.json")).unwrap();
    assert!(
        ["host.tsv", "other.csv", "pairs.tsv", "sets.gmt", "targets.csv"]
            .iter()
            .all(|n| manifest.contains(n)),
        "{manifest}"
    );
    assert_eq!(bench.run(&[&BOTH[..], &["--out", "result"]].concat()).status.code(), Some(3));
}

#[test]
fn wrong_input_is_told() {
    let bench = Bench::new(None, true);
    assert!(bench.refused(&["host.tsv"]).contains("fewer than two contrasts"));
    assert!(bench.refused(&["host.tsv", "host.tsv"]).contains("given twice"));
    assert!(bench.refused(&[&BOTH[..], &["--at-least", "3"]].concat()).contains("2 to 2"));
    assert!(bench.refused(&[&BOTH[..], &["--flip", "3"]].concat()).contains("--flip names no table"));
    assert!(bench.refused(&[&BOTH[..], &["--call", "2"]].concat()).contains("--call"));
    assert!(
        bench
            .refused(&[&BOTH[..], &["--programs", "sets.gmt", "--program", "secretd"]].concat())
            .contains("secreted")
    );
    assert!(bench.refused(&["host.tsv", "nothing.tsv", "nor.tsv"]).contains("2 mistakes"));
    let ensembl = fs::read_to_string(bench.path().join("host.tsv")).unwrap().replace("GENE", "ENSG");
    fs::write(bench.path().join("ensembl.tsv"), ensembl).unwrap();
    assert!(bench.refused(&["other.csv", "ensembl.tsv"]).contains("no known species"));
    assert!(
        bench
            .refused(&["other.csv", "ensembl.tsv", "--species", "mouse"])
            .contains("0 genes tested in every table")
    );
    let twice = fs::read_to_string(bench.path().join("pairs.tsv")).unwrap() + "GENE1\tGene399\n";
    fs::write(bench.path().join("pairs.tsv"), twice).unwrap();
    assert!(bench.refused(&BOTH).contains("one-to-one"));
}
