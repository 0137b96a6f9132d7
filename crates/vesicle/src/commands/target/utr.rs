//! 3′UTRs from FASTA, matched to the genes of a response, and the miRNA seeds that could act on them.

use super::databases::{Used, load, word};
use std::collections::{BTreeMap, BTreeSet};
use vesicle_base::{Place, Problem};
use vesicle_tables::names::{Mature, Species, mirbase};
use vesicle_target::sites::{Utrs, seed_index, seed_text};

/// 3′UTRs of some genes.
pub struct Sequences {
    /// Genes with a 3′UTR, ascending.
    pub genes: Vec<String>,
    /// Their sequences.
    pub utrs: Utrs,
    /// Records of the file.
    pub n_records: usize,
    /// The file.
    pub used: Used,
}

/// Reads a FASTA file; of several records of one gene the longest sequence is taken.
///
/// # Errors
/// No FASTA, letters that are no bases, no record that names a gene.
pub fn sequences<'a>(name: &str, genes: impl Iterator<Item = &'a str>) -> Result<Sequences, Vec<Problem>> {
    let loaded = load("3′UTRs", name)?;
    let text = String::from_utf8_lossy(&loaded.source.bytes);
    let wanted: BTreeSet<&str> = genes.collect();
    let records = records(name, &text)?;
    let n_records = records.len();
    let mut longest: BTreeMap<&str, &Record<'_>> = BTreeMap::new();
    for record in &records {
        let Some(gene) = named(record.head, &wanted) else { continue };
        let known = longest.entry(gene).or_insert(record);
        if record.sequence.len() > known.sequence.len() {
            *known = record;
        }
    }
    if longest.is_empty() {
        let expected = format!(
            "headers with a gene symbol of the response, such as >{}",
            wanted.iter().next().copied().unwrap_or("SYMBOL")
        );
        let first = records.first().map_or("no record", |r| r.head);
        let problem = Problem::new(format!("no record of {name} names a gene of the response"));
        return Err(vec![problem.expected(expected).found(first)]);
    }
    let genes = longest.keys().map(|gene| (*gene).to_owned()).collect();
    let utrs = Utrs::of(longest.values().map(|record| record.sequence.as_slice()));
    Ok(Sequences { genes, utrs, n_records, used: loaded.used })
}

struct Record<'a> {
    head: &'a str,
    sequence: Vec<u8>,
}

/// Most mistakes told of one file.
const TOLD: usize = 20;

fn records<'a>(file: &str, text: &'a str) -> Result<Vec<Record<'a>>, Vec<Problem>> {
    let (mut records, mut problems): (Vec<Record<'a>>, Vec<Problem>) = (Vec::new(), Vec::new());
    for (at, line) in text.split('\n').enumerate() {
        let line = line.trim();
        let place =
            |column: usize| Place { file: file.to_owned(), line: at as u32 + 1, column: column as u32 + 1 };
        if let Some(head) = line.strip_prefix('>') {
            records.push(Record { head, sequence: Vec::new() });
            continue;
        }
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        let Some(record) = records.last_mut() else {
            return Err(vec![
                Problem::new("no FASTA").at(&place(0)).expected("a header line that begins with `>`"),
            ]);
        };
        // Letters that stand for several bases, gaps and the end sign occur in exports.
        let wrong = line.char_indices().find(|(_, c)| !"ACGTUNRYSWKMBDHVacgtunryswkmbdhv-*".contains(*c));
        if let Some((column, letter)) = wrong.filter(|_| problems.len() < TOLD) {
            let problem =
                Problem::new("no base").at(&place(column)).expected("nucleotides, not protein or words");
            problems.push(problem.found(letter.to_string()));
        }
        record.sequence.extend(line.bytes().filter(|b| *b != b'*'));
    }
    if records.is_empty() && problems.is_empty() {
        problems.push(Problem::new(format!("{file} holds no sequence")).expected("3′UTRs as FASTA"));
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

/// The first word of a header that is a gene of the response; `gene=X` and `gene_symbol:X` count as X.
fn named<'a>(head: &str, wanted: &BTreeSet<&'a str>) -> Option<&'a str> {
    let words = head.split(|c: char| c.is_whitespace() || "|;,()[]".contains(c));
    let mut all = words.flat_map(|word| [word, word.rsplit(['=', ':']).next().unwrap_or(word)]);
    all.find_map(|word| wanted.get(word).copied())
}

/// Seeds of the species' miRNAs in miRBase, each once, ascending.
pub fn shipped_seeds(species: Species) -> Vec<String> {
    let own = mirbase().iter().filter(|m| m.species() == species);
    let all: BTreeSet<u16> = own.filter_map(|m: &Mature| seed_index(m.seed_m8())).collect();
    all.into_iter().map(seed_text).collect()
}

/// What was read, in a line.
pub fn told(sequences: &Sequences, n_genes: usize, seeds: &str, species: Species) -> String {
    format!(
        "{}: {} records; 3′UTRs of {} of {n_genes} genes, the longest of each; the other genes take no part. Seeds: {seeds} of {} miRNAs",
        sequences.used.name,
        sequences.n_records,
        sequences.genes.len(),
        word(species)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_genes_in_their_usual_forms() {
        let wanted: BTreeSet<&str> = ["MET", "Kdr"].into();
        let of = |head: &str| named(head, &wanted);
        assert_eq!(of("MET"), Some("MET"));
        assert_eq!(of("ENSG00000105976|ENST00000318493|MET"), Some("MET"));
        assert_eq!(of("ENSMUST1 cds gene_symbol:Kdr description:x"), Some("Kdr"));
        assert_eq!(of("NM_1 [gene=MET] 3'UTR"), Some("MET"));
        assert_eq!((of("METTL1"), of("")), (None, None));
    }

    #[test]
    fn sequences_run_over_lines_and_mistakes_have_places() {
        let read = records("u.fa", ">a\nACGU\nNN-\n\n>b\r\nacgt*\r\n").unwrap();
        assert_eq!(
            (read.len(), read[0].sequence.as_slice(), read[1].sequence.as_slice()),
            (2, b"ACGUNN-".as_slice(), b"acgt".as_slice())
        );
        assert_eq!(records("u.fa", "ACGT\n").err().unwrap()[0].what, "no FASTA");
        assert_eq!(records("u.fa", ">a\nMKLX\n>b\nEE\n").err().unwrap().len(), 2);
        assert!(records("u.fa", "").is_err());
    }
}
