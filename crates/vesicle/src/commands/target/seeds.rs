//! Seeds from the official files: mature sequences of miRBase (mature.fa, miRNA.dat), families of TargetScan
//! (miR_Family_Info.txt).

use super::databases::{Used, load, word};
use std::collections::BTreeSet;
use vesicle_base::{Place, Problem};
use vesicle_tables::Source;
use vesicle_tables::names::Species;
use vesicle_target::sites::seed_index;

/// A miRNA of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name, with the species' prefix.
    pub name: String,
    /// Bases 2–8, RNA letters.
    pub seed: String,
}

impl Named {
    fn is_of(&self, species: Species) -> bool {
        self.name.starts_with(species.prefix())
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirnas {
    /// Format in words.
    pub format: &'static str,
    /// Its miRNAs, in order.
    pub named: Vec<Named>,
}

/// Reads a file, when it is one of these; none when it is something else.
///
/// # Errors
/// Every mistake of a file that is one of these.
pub fn read(source: &Source) -> Option<Result<Mirnas, Vec<Problem>>> {
    let text = String::from_utf8_lossy(&source.bytes);
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    if first.starts_with('>') {
        return Some(fasta(&source.name, &text));
    }
    if first.starts_with("ID   ") {
        return Some(flat(&source.name, &text));
    }
    let head: Vec<String> = first.split('\t').map(|cell| cell.trim().to_lowercase()).collect();
    let column = |name: &str| head.iter().position(|cell| cell == name);
    let (seed, name) = (column("seed+m8")?, column("mirbase id")?);
    column("gene symbol").is_none().then(|| families(&source.name, &text, seed, name))
}

/// Bases 2–8 of a mature sequence.
fn seed_of(sequence: &str) -> Option<String> {
    let seed = sequence.trim().get(1..8)?.to_ascii_uppercase().replace('T', "U");
    seed_index(&seed).is_some().then_some(seed)
}

/// Mistakes told of one file.
const TOLD: usize = 20;

struct Mistakes<'a> {
    file: &'a str,
    all: Vec<Problem>,
}

impl Mistakes<'_> {
    fn at(&mut self, line: usize, what: &str, expected: &str, found: &str) {
        if self.all.len() < TOLD {
            let place = Place { file: self.file.to_owned(), line: line as u32, column: 1 };
            self.all.push(Problem::new(what).at(&place).expected(expected).found(found));
        }
    }

    fn or(mut self, format: &'static str, named: Vec<Named>) -> Result<Mirnas, Vec<Problem>> {
        if named.is_empty() && self.all.is_empty() {
            self.all.push(
                Problem::new(format!("{} holds no miRNA", self.file))
                    .expected("mature sequences with names such as hsa-let-7a-5p"),
            );
        }
        if self.all.is_empty() { Ok(Mirnas { format, named }) } else { Err(self.all) }
    }
}

/// Longest mature sequence; precursors are longer.
const LONGEST: usize = 34;

fn fasta(file: &str, text: &str) -> Result<Mirnas, Vec<Problem>> {
    let mut mistakes = Mistakes { file, all: Vec::new() };
    let mut named = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let Some(head) = line.trim().strip_prefix('>') else { continue };
        let mut sequence = String::new();
        while let Some((_, more)) = lines.next_if(|(_, next)| !next.starts_with('>')) {
            sequence.push_str(more.trim());
        }
        let name = head.split_whitespace().next().unwrap_or_default().to_owned();
        match seed_of(&sequence).filter(|_| sequence.len() <= LONGEST) {
            Some(seed) => named.push(Named { name, seed }),
            None if sequence.len() > LONGEST => {
                mistakes.at(
                    at + 1,
                    "no mature miRNA",
                    "mature sequences (mature.fa), not precursors or transcripts",
                    &name,
                );
            }
            None => mistakes.at(at + 1, "no mature sequence", "at least eight bases A, C, G, U", &name),
        }
    }
    mistakes.or("miRBase mature sequences", named)
}

/// The EMBL form: entries of precursors, with the places of mature miRNAs, then the sequence.
fn flat(file: &str, text: &str) -> Result<Mirnas, Vec<Problem>> {
    let mut mistakes = Mistakes { file, all: Vec::new() };
    let mut named: Vec<Named> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut places: Vec<(usize, usize, String)> = Vec::new();
    let (mut sequence, mut in_sequence) = (String::new(), false);
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("//") {
            for (start, line, name) in places.drain(..) {
                match sequence.get(start.saturating_sub(1)..).and_then(seed_of) {
                    Some(seed) if seen.insert(name.clone()) => named.push(Named { name, seed }),
                    Some(_) => {}
                    None => mistakes.at(line, "no mature sequence", "a place inside the precursor", &name),
                }
            }
            (sequence, in_sequence) = (String::new(), false);
        } else if in_sequence {
            sequence.extend(line.chars().filter(char::is_ascii_alphabetic));
        } else if line.starts_with("SQ ") {
            in_sequence = true;
        } else if let Some(place) = line.strip_prefix("FT   miRNA ") {
            match place.trim().split("..").next().and_then(|start| start.parse().ok()) {
                Some(start) => places.push((start, at + 1, String::new())),
                None => mistakes.at(at + 1, "no place of a mature miRNA", "such as 6..27", place.trim()),
            }
        } else if let Some(name) = line.trim_start_matches("FT").trim().strip_prefix("/product=\"")
            && let Some(last) = places.last_mut()
        {
            name.trim_end_matches('"').clone_into(&mut last.2);
        }
    }
    mistakes.or("miRBase entries", named)
}

fn families(file: &str, text: &str, seed: usize, name: usize) -> Result<Mirnas, Vec<Problem>> {
    let mut mistakes = Mistakes { file, all: Vec::new() };
    let mut named = Vec::new();
    for (at, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let (said, name) = (cells.get(seed).copied().unwrap_or(""), cells.get(name).copied().unwrap_or(""));
        let said = said.to_ascii_uppercase().replace('T', "U");
        if seed_index(&said).is_some() && !name.is_empty() {
            named.push(Named { name: name.to_owned(), seed: said });
        } else {
            mistakes.at(
                at + 1,
                "no seed of a miRNA",
                "seven bases under `Seed+m8` and a name under `MiRBase ID`",
                line.trim(),
            );
        }
    }
    mistakes.or("TargetScan families", named)
}

/// Seeds of a species, ascending, each once, with the miRNAs that have it.
pub type Seeds = Vec<(String, Vec<String>)>;

/// Seeds of a file or database for a species.
///
/// # Errors
/// Not one of these files, its mistakes, no miRNA of the species.
pub fn seeds_of(name: &str, species: Species) -> Result<(Seeds, Used), Vec<Problem>> {
    let loaded = load("seeds", name)?;
    let mirnas = read(&loaded.source).unwrap_or_else(|| {
        Err(vec![
            Problem::new(format!("{name} holds no seeds"))
                .expected("mature.fa, miRNA.dat or miR_Family_Info.txt"),
        ])
    })?;
    let mut all = std::collections::BTreeMap::<String, Vec<String>>::new();
    for one in mirnas.named.into_iter().filter(|one| one.is_of(species)) {
        all.entry(one.seed).or_default().push(one.name);
    }
    if all.is_empty() {
        let expected = format!("names that begin with `{}`", species.prefix());
        return Err(vec![
            Problem::new(format!("{name} holds no miRNA of {}", word(species))).expected(expected),
        ]);
    }
    Ok((all.into_iter().collect(), loaded.used))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Result<Mirnas, Vec<Problem>>> {
        read(&Source::new("m", text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn official_files_give_seeds() {
        let mature = of(">hsa-let-7a-5p MIMAT0000062 Homo sapiens let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n>mmu-x\nTGAGGTAGTAG\n").unwrap().unwrap();
        assert_eq!(mature.named.len(), 2);
        assert!(mature.named.iter().all(|n| n.seed == "GAGGUAG"));
        let dat = "ID   cel-let-7         standard; RNA; CEL; 99 BP.\nFH   Key             Location/Qualifiers\nFT   miRNA           3..24\nFT                   /accession=\"MIMAT0000001\"\nFT                   /product=\"cel-let-7-5p\"\nSQ   Sequence 99 BP;\n     ccugagguag uagguuguau aguuugg        27\n//\n";
        assert_eq!(
            of(dat).unwrap().unwrap().named,
            [Named { name: "cel-let-7-5p".into(), seed: "GAGGUAG".into() }]
        );
        let family = "miR family\tSeed+m8\tSpecies ID\tMiRBase ID\tMature sequence\tFamily Conservation?\tMiRBase Accession\nmiR-133a-3p.1\tUGGUCCC\t9606\thsa-miR-133a-3p.1\tUUGG\t2\t\n";
        assert_eq!(of(family).unwrap().unwrap().named[0].seed, "UGGUCCC");
    }

    #[test]
    fn what_is_none_is_left_alone_or_told() {
        assert!(of("gene\tlogFC\nA\t1\n").is_none() && of("").is_none());
        let hairpin =
            of(">hsa-let-7a-1 MI0000060\nUGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACCCACCACUGGGAGAUAA\n")
                .unwrap()
                .unwrap_err();
        assert!(hairpin[0].what.contains("no mature"), "{hairpin:?}");
        assert_eq!(of(">a\nACG\n>b\nACGNNNNNN\n").unwrap().unwrap_err().len(), 2);
        assert!(of("ID   x\n//\n").unwrap().is_err());
    }
}
