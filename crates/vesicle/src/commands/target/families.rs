//! Seed families: what their members are called, and their targets as indices of a gene universe.

use super::asked::Assayed;
use std::collections::{BTreeMap, BTreeSet};
use vesicle_tables::names::{Species, mirbase};
use vesicle_target::enrich::AssayedFamily;
use vesicle_target::links::Links;

/// Assayed miRNAs by seed.
pub struct Families {
    /// Seeds, ascending.
    pub seeds: Vec<String>,
    /// Members of each, as indices into what was assayed.
    pub members: Vec<Vec<usize>>,
}

impl Families {
    /// Groups what was assayed.
    pub fn of(assayed: &[Assayed]) -> Self {
        let mut by_seed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, one) in assayed.iter().enumerate() {
            by_seed.entry(&one.seed).or_default().push(i);
        }
        let seeds = by_seed.keys().map(|s| (*s).to_owned()).collect();
        Self { seeds, members: by_seed.into_values().collect() }
    }

    /// The families of some members, each once, ascending.
    pub fn chosen(&self, members: &[usize]) -> Vec<usize> {
        let wanted: BTreeSet<&usize> = members.iter().collect();
        (0..self.seeds.len()).filter(|&f| self.members[f].iter().any(|m| wanted.contains(m))).collect()
    }

    /// The families with their targets in a universe.
    pub fn assayed(&self, links: &Links, universe: &Universe) -> Vec<AssayedFamily> {
        let one = |(seed, members): (&String, &Vec<usize>)| AssayedFamily {
            targets: universe.indices(links.family(seed).map(|(gene, _)| gene)),
            members: members.len(),
        };
        self.seeds.iter().zip(&self.members).map(one).collect()
    }

    /// A family as people call it: the first chosen members, and how many more.
    pub fn called(&self, family: usize, assayed: &[Assayed], chosen: &[usize]) -> String {
        let own: Vec<&str> = self.members[family]
            .iter()
            .filter(|m| chosen.contains(m))
            .map(|m| assayed[*m].name.as_str())
            .collect();
        own.join("/")
    }
}

/// Genes by index.
pub struct Universe {
    /// Symbols, ascending.
    pub genes: Vec<String>,
}

impl Universe {
    /// The genes that the recipient expresses, or else those that any table links.
    pub fn of(expressed: Option<&BTreeSet<String>>, links: &Links) -> Self {
        let genes = match expressed {
            Some(genes) => genes.iter().cloned().collect(),
            None => links.genes().into_iter().map(str::to_owned).collect(),
        };
        Self { genes }
    }

    /// Indices of the symbols that it holds, ascending, each once.
    pub fn indices<'a>(&self, symbols: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let at = |symbol: &str| self.genes.binary_search_by(|gene| gene.as_str().cmp(symbol)).ok();
        let mut out: Vec<u32> = symbols.filter_map(at).map(|i| i as u32).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// A seed's targets among some genes: index and predicted fall above 0, ascending.
pub type Targets = Vec<(u32, f64)>;

/// Every seed of the tables with its targets among genes that are sorted by symbol.
pub fn targets_among(links: &Links, symbols: &[&str]) -> (Vec<String>, Vec<Targets>) {
    let seeds: Vec<String> = links.by_seed.keys().cloned().collect();
    let at = |gene: &str| symbols.binary_search(&gene).ok().map(|i| i as u32);
    let targets = |seed: &String| -> Targets {
        let falls = links.family(seed).filter(|(_, link)| link.fall > 0.0);
        falls.filter_map(|(gene, link)| Some((at(gene)?, link.fall))).collect()
    };
    let families = seeds.iter().map(targets).collect();
    (seeds, families)
}

/// What a seed is called: the miRNAs of miRBase that carry it; where none does, those that carry it one base later, as
/// isoforms with a shifted start do.
pub fn called(seed: &str, species: Species) -> String {
    let with = |from: usize| -> Vec<&str> {
        let own = mirbase().iter().filter(|m| m.species() == species);
        own.filter(|m| m.sequence.get(from..from + 7) == Some(seed))
            .map(vesicle_tables::names::Mature::name)
            .collect()
    };
    let short = |names: &[&str]| {
        let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
        format!("{}{more}", names[..names.len().min(3)].join("/"))
    };
    let (exact, shifted) = (with(1), with(2));
    match (exact.is_empty(), shifted.is_empty()) {
        (false, _) => short(&exact),
        (true, false) => format!("{} begun one base later", short(&shifted)),
        _ => "no miRNA of miRBase".to_owned(),
    }
}
