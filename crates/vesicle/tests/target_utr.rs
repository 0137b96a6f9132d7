//! `vesicle target infer --utr`: the seed behind a response, sought in sequences, against shuffled seeds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

const GENES: u64 = 400;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A number below `n` for a place.
fn drawn(a: u64, b: u64, n: u64) -> u64 {
    let mut x = a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_mul(0xD1B5_4A32_D192_ED03);
    for shift in [31, 27, 33] {
        x ^= x >> shift;
        x = x.wrapping_mul(0x7FB5_D329_728E_A185);
    }
    (x >> 20) % n
}

/// Genes with a site of miR-133a-3p (seed UUGGUCC) planted.
fn planted(gene: u64) -> bool {
    gene % 5 == 0
}

fn fasta() -> String {
    (0..GENES).fold(String::new(), |mut out, gene| {
        let bases: String = (0..500 + drawn(gene, 999, 400))
            .map(|at| char::from(b"ATTCGAATCG"[drawn(gene, at, 10) as usize]))
            .collect();
        let site = if planted(gene) { "GGACCAAA" } else { "" };
        let _ = writeln!(out, ">ENST{gene}|GENE{gene} 3utr\n{}\n{site}{}", &bases[..350], &bases[350..]);
        out
    })
}

/// Planted genes fall.
fn response() -> String {
    (0..GENES).fold("gene\tlogFC\tPValue\tFDR\n".to_owned(), |mut out, gene| {
        let noise = drawn(gene, 7_777, 1000) as f64 / 1000.0 - 0.5;
        let _ = writeln!(out, "GENE{gene}\t{}\t0.5\t0.9", noise - if planted(gene) { 0.8 } else { 0.0 });
        out
    })
}

fn run(folder: &std::path::Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vesicle"));
    command.args(["target", "infer", "de.tsv", "--utr", "utr.fa", "--permutations", "999"]).args(more);
    command.current_dir(folder).env("VESICLE_DATA", folder.join("home")).output().unwrap()
}

#[test]
fn a_planted_seed_is_found_in_sequences_and_shuffled_genes_tell_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("utr.fa"), fasta()).unwrap();
    fs::write(folder.path().join("de.tsv"), response()).unwrap();
    let out = run(folder.path(), &["--json"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(found["rows"][0]["seed"], "UUGGUCC", "{}", found["answer"]);
    assert!(
        found["rows"][0]["step"] == 1.0
            && found["rows"][0]["mirnas"].as_str().unwrap().contains("hsa-miR-133a-3p")
    );
    assert_eq!(found["manifest"]["null"], "shuffled seeds");
    assert_eq!(found["manifest"]["databases"][1]["name"], "utr.fa");
    let nothing = (0..3).filter(|k| {
        let order = |gene: u64| drawn(gene, *k, 1 << 40);
        let mut genes: Vec<u64> = (0..GENES).collect();
        genes.sort_by_key(|g| order(*g));
        let rows = response();
        let values: Vec<&str> = rows.lines().skip(1).map(|l| l.split_once('\t').unwrap().1).collect();
        let shuffled =
            genes.iter().zip(values).fold("gene\tlogFC\tPValue\tFDR\n".to_owned(), |mut out, (g, v)| {
                let _ = writeln!(out, "GENE{g}\t{v}");
                out
            });
        fs::write(folder.path().join("de.tsv"), shuffled).unwrap();
        text(&run(folder.path(), &[]).stderr).contains("No seed family explains")
    });
    assert!(nothing.count() >= 2);
}

#[test]
fn sequences_that_are_none_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("de.tsv"), response()).unwrap();
    let refused = |text_of: &str, more: &[&str]| {
        fs::write(folder.path().join("utr.fa"), text_of).unwrap();
        let out = run(folder.path(), more);
        assert_eq!(out.status.code(), Some(2), "{}", text(&out.stderr));
        text(&out.stderr)
    };
    let protein = refused(">GENE1\nACGT\nMEPQ\n", &[]);
    assert!(protein.contains("utr.fa:3") && protein.contains("no base"), "{protein}");
    assert!(refused("GENE1\nACGT\n", &[]).contains("no FASTA"));
    assert!(refused("", &[]).contains("holds no sequence"));
    assert!(refused(">NM_1 other\nACGT\n", &[]).contains("names a gene of the response"));
    assert!(refused(">GENE1\nACGT\n", &["--targets", "data/targets.tsv"]).contains("--targets"));
}
