//! Tables and names into the response law of the simulator, and what each miRNA reaches.
//!
//! A validated row of the receiver's own species counts; a human row reaches a mouse receiver through one-to-one
//! orthologues when the mature sequence is identical, and is flagged. Rows of one seed family are one family: a gene
//! is hit once per family. A program lists every gene that the receiver expresses, hit or not: the response normalises
//! its weights over them.

use crate::tables::{OwnLevel, Tables, TargetRow};
use std::collections::{BTreeMap, BTreeSet};
use tissue_vesicles::{GeneLaw, ReceiverLaw, ResponseLaw};

/// A kind of cell that may be repressed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receiver {
    /// Species of the cell.
    pub species: String,
    /// The cell's own miRNA, per seed family; families not listed are taken as absent.
    pub own: Vec<OwnLevel>,
    /// Genes that it expresses, in its own species' symbols; all when `None`.
    pub expressed: Option<BTreeSet<String>>,
}

/// What to compile.
#[derive(Clone, Debug, PartialEq)]
pub struct Request<'a> {
    /// The tables.
    pub tables: &'a Tables,
    /// Programs that a rule reads, by name.
    pub programs: &'a [String],
    /// Seed families that may be delivered, in the order that the response will number them.
    pub families: &'a [String],
    /// Receivers in the order of cell kinds.
    pub receivers: &'a [Receiver],
    /// PubMed identifiers whose rows are left out.
    pub without: &'a [String],
    /// log2 repression of a target at full occupancy.
    pub strength_log2: f64,
    /// All own miRNA copies of a cell.
    pub own_copies: f64,
    /// Copies of a family at half occupancy.
    pub threshold_copies: f64,
    /// Steepness of occupancy.
    pub hill: f64,
    /// Target sites that titrate each family.
    pub pool: f64,
}

/// How a pair is known in the receiver's species.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// Validated in the receiver's species.
    Own,
    /// Validated in human and carried over by orthologue and identical sequence.
    Orthologue,
}

/// A gene of a program that a family reaches in a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Index of the receiver.
    pub receiver: usize,
    /// Index of the family.
    pub family: usize,
    /// Index of the program.
    pub program: usize,
    /// Gene symbol in the receiver's species.
    pub gene: String,
    /// Whether the gene drives the program.
    pub drives: bool,
    /// How the pair is known.
    pub via: Via,
}

/// A compiled response.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// For the simulator.
    pub law: ResponseLaw,
    /// For people: which gene of which program each family reaches.
    pub reach: Vec<Reach>,
    /// Rows that `without` removed.
    pub removed: usize,
    /// Per receiver and family: the receiver's own level as a share of all its miRNA.
    pub own_shares: Vec<Vec<f64>>,
}

/// Compiles tables into a response law.
pub fn compile(request: &Request<'_>) -> Compiled {
    let left_out = |row: &TargetRow| {
        !row.pmids.is_empty() && row.pmids.iter().all(|pmid| request.without.contains(pmid))
    };
    let removed = request.tables.targets.iter().filter(|row| left_out(row)).count();
    let rows: Vec<&TargetRow> = request.tables.targets.iter().filter(|row| !left_out(row)).collect();
    let mut reach = Vec::new();
    let receivers = request
        .receivers
        .iter()
        .enumerate()
        .map(|(index, receiver)| {
            let hits = hits(request, &rows, receiver);
            receiver_law(request, index, receiver, &hits, &mut reach)
        })
        .collect();
    let law = ResponseLaw {
        n_families: request.families.len(),
        threshold_copies: request.threshold_copies,
        hill: request.hill,
        receivers,
    };
    let own_shares =
        request.receivers.iter().map(|receiver| own_shares(receiver, request.families)).collect();
    Compiled { law, reach, removed, own_shares }
}

/// Families that hit each gene of the receiver's species, with how the pair is known.
type Hits = BTreeMap<String, BTreeMap<usize, Via>>;

fn hits(request: &Request<'_>, rows: &[&TargetRow], receiver: &Receiver) -> Hits {
    let family: BTreeMap<&str, usize> =
        request.families.iter().enumerate().map(|(k, seed)| (seed.as_str(), k)).collect();
    let mouse_of: BTreeMap<&str, &str> =
        request.tables.orthologues.iter().map(|pair| (pair.human.as_str(), pair.mouse.as_str())).collect();
    let shared: BTreeSet<&str> = request.tables.mirna_pairs.iter().map(|pair| pair.human.as_str()).collect();
    let mut hits = Hits::new();
    for row in rows {
        let Some(&k) = family.get(row.seed.as_str()) else { continue };
        let found = if row.species == receiver.species {
            Some((row.gene.as_str(), Via::Own))
        } else if receiver.species == "mouse" && row.species == "human" && shared.contains(row.mirna.as_str())
        {
            mouse_of.get(row.gene.as_str()).map(|gene| (*gene, Via::Orthologue))
        } else {
            None
        };
        if let Some((gene, via)) = found {
            let known = hits.entry(gene.to_owned()).or_default().entry(k).or_insert(via);
            *known = (*known).min(via);
        }
    }
    hits
}

fn receiver_law(
    request: &Request<'_>,
    index: usize,
    receiver: &Receiver,
    hits: &Hits,
    reach: &mut Vec<Reach>,
) -> ReceiverLaw {
    let mut genes: Vec<GeneLaw> = Vec::new();
    let mut number_of: BTreeMap<&str, u32> = BTreeMap::new();
    let mut programs = Vec::new();
    for (program, name) in request.programs.iter().enumerate() {
        let members = members(request, name, receiver);
        let mut weights = Vec::new();
        for (gene, weight) in &members {
            let families = hits.get(*gene).cloned().unwrap_or_default();
            for (family, via) in &families {
                let drives = *weight > 0.0;
                let gene = (*gene).to_owned();
                reach.push(Reach { receiver: index, family: *family, program, gene, drives, via: *via });
            }
            let number = *number_of.entry(gene).or_insert_with(|| {
                let hits = families.keys().map(|family| (*family as u16, request.strength_log2)).collect();
                genes.push(GeneLaw { hits });
                genes.len() as u32 - 1
            });
            weights.push((number, *weight));
        }
        programs.push(weights);
    }
    ReceiverLaw {
        baseline_copies: own_shares(receiver, request.families)
            .into_iter()
            .map(|share| share * request.own_copies)
            .collect(),
        pool: vec![request.pool; request.families.len()],
        genes,
        programs,
    }
}

/// The receiver's own level of each family; 0 where it is not listed.
fn own_shares(receiver: &Receiver, families: &[String]) -> Vec<f64> {
    let share = |seed: &String| {
        receiver.own.iter().find(|level| level.seed == *seed).map_or(0.0, |level| level.share)
    };
    families.iter().map(share).collect()
}

/// Genes of a program that the receiver expresses, with their signed weights.
fn members<'a>(request: &'a Request<'_>, program: &str, receiver: &Receiver) -> BTreeMap<&'a str, f64> {
    request
        .tables
        .programs
        .iter()
        .filter(|row| row.program == program && row.species == receiver.species)
        .filter(|row| receiver.expressed.as_ref().is_none_or(|genes| genes.contains(&row.gene)))
        .map(|row| (row.gene.as_str(), row.weight))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{MirnaPair, Orthologue, ProgramRow};

    fn row(mirna: &str, seed: &str, gene: &str, species: &str, pmid: &str) -> TargetRow {
        TargetRow {
            mirna: mirna.into(),
            seed: seed.into(),
            gene: gene.into(),
            species: species.into(),
            evidence: "validated".into(),
            pmids: vec![pmid.into()],
        }
    }

    fn tables() -> Tables {
        let program = |species: &str, gene: &str, weight| ProgramRow {
            program: "p".into(),
            species: species.into(),
            gene: gene.into(),
            weight,
        };
        Tables {
            targets: vec![
                row("hsa-a", "AAA", "GENE1", "human", "1"),
                row("hsa-a2", "AAA", "GENE1", "human", "2"),
                row("hsa-b", "BBB", "GENE2", "human", "3"),
                row("mmu-a", "AAA", "Gene3", "mouse", "4"),
            ],
            programs: vec![
                program("human", "GENE1", 1.0),
                program("human", "GENE2", -1.0),
                program("human", "GENE9", 2.0),
                program("mouse", "Gene1", 1.0),
                program("mouse", "Gene3", 1.0),
            ],
            orthologues: vec![Orthologue { human: "GENE1".into(), mouse: "Gene1".into() }],
            mirna_pairs: vec![MirnaPair { human: "hsa-a".into(), mouse: "mmu-a".into() }],
        }
    }

    fn compiled(without: &[String]) -> Compiled {
        let tables = tables();
        let receiver = |species: &str| Receiver { species: species.into(), ..Receiver::default() };
        compile(&Request {
            tables: &tables,
            programs: &["p".into()],
            families: &["AAA".into(), "BBB".into()],
            receivers: &[receiver("human"), receiver("mouse")],
            without,
            strength_log2: 0.2,
            own_copies: 1e5,
            threshold_copies: 300.0,
            hill: 1.0,
            pool: 0.0,
        })
    }

    #[test]
    fn a_gene_is_hit_once_per_family_and_weights_are_normalised() {
        let compiled = compiled(&[]);
        let human = &compiled.law.receivers[0];
        assert_eq!(human.genes.len(), 3, "a gene that nothing hits is listed too");
        assert_eq!(human.genes[0].hits, [(0, 0.2)]);
        assert_eq!(human.programs[0], [(0, 1.0), (1, -1.0), (2, 2.0)]);
    }

    #[test]
    fn human_rows_reach_a_mouse_through_orthologues_and_are_flagged() {
        let compiled = compiled(&[]);
        let mouse: Vec<(&str, Via)> =
            compiled.reach.iter().filter(|r| r.receiver == 1).map(|r| (r.gene.as_str(), r.via)).collect();
        assert_eq!(mouse, [("Gene1", Via::Orthologue), ("Gene3", Via::Own)]);
    }

    #[test]
    fn rows_of_a_source_can_be_left_out() {
        let compiled = compiled(&["3".into()]);
        assert_eq!(compiled.removed, 1);
        assert!(compiled.law.receivers[0].genes[1].hits.is_empty());
    }
}
