//! Target tables without their meaning: every miRNA keeps its number of targets, every gene its number of miRNAs.
//!
//! Rows of one species swap their genes two at a time, as long as no pair comes to stand twice; ten tries a row mix
//! them well (Milo 2003).
//! Reference: Maslov and Sneppen (2002), doi 10.1126/science.1065103; Milo (2003), arXiv:cond-mat/0312028.

use crate::tables::{Tables, TargetRow};
use std::collections::BTreeMap;
use vesicle_base::{Purpose, Rng};

const SWAP: Purpose = Purpose(0x0105);
const TRIES_PER_ROW: u64 = 10;

/// The tables with the genes of their targets permuted; the same seed gives the same tables.
pub fn permuted(tables: &Tables, seed: u64) -> Tables {
    let mut permuted = tables.clone();
    let mut by_species: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in tables.targets.iter().enumerate() {
        by_species.entry(&row.species).or_default().push(at);
    }
    for (species, rows) in by_species.values().enumerate() {
        for (at, from) in rows.iter().zip(swapped(&tables.targets, rows, seed, species as u32)) {
            permuted.targets[*at].gene.clone_from(&tables.targets[from].gene);
        }
    }
    permuted
}

/// For each of the rows, the row whose gene it gets.
fn swapped(targets: &[TargetRow], rows: &[usize], seed: u64, species: u32) -> Vec<usize> {
    let mirna = numbered(rows.iter().map(|row| targets[*row].mirna.as_str()));
    let gene = numbered(rows.iter().map(|row| targets[*row].gene.as_str()));
    let n_genes = gene.iter().max().map_or(0, |most| most + 1);
    let n_mirnas = mirna.iter().max().map_or(0, |most| most + 1);
    let mut times = vec![0_u16; n_mirnas * n_genes];
    let place = |mirna: usize, gene: usize| mirna * n_genes + gene;
    mirna.iter().zip(&gene).for_each(|(m, g)| times[place(*m, *g)] += 1);
    let mut from: Vec<usize> = (0..rows.len()).collect();
    let mut draws = Rng::new(seed).at(SWAP, seed, species);
    let mut pick = || ((draws.uniform() * rows.len() as f64) as usize).min(rows.len() - 1);
    for _ in 0..TRIES_PER_ROW * rows.len() as u64 {
        let (a, b) = (pick(), pick());
        let (ga, gb) = (gene[from[a]], gene[from[b]]);
        let stays = mirna[a] == mirna[b] || ga == gb;
        if stays || times[place(mirna[a], gb)] > 0 || times[place(mirna[b], ga)] > 0 {
            continue;
        }
        times[place(mirna[a], ga)] -= 1;
        times[place(mirna[b], gb)] -= 1;
        times[place(mirna[a], gb)] += 1;
        times[place(mirna[b], ga)] += 1;
        from.swap(a, b);
    }
    from.into_iter().map(|at| rows[at]).collect()
}

/// Equal texts as equal numbers, from 0.
fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    texts
        .map(|text| {
            let next = known.len();
            *known.entry(text).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Tables {
        let row = |k: usize| TargetRow {
            mirna: format!("m{}", k % 7),
            seed: format!("s{}", k % 7),
            gene: format!("g{}", (k * 5) % 23),
            species: if k.is_multiple_of(3) { "mouse" } else { "human" }.into(),
            evidence: "validated".into(),
            pmids: vec![k.to_string()],
        };
        Tables { targets: (0..120).map(row).collect(), ..Tables::default() }
    }

    fn counts(tables: &Tables, of: impl Fn(&TargetRow) -> &str) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for row in &tables.targets {
            *counts.entry((row.species.clone(), of(row).to_owned())).or_default() += 1;
        }
        counts
    }

    #[test]
    fn degrees_are_kept_and_pairs_are_not() {
        let table = table();
        let other = permuted(&table, 3);
        assert_eq!(counts(&table, |row| &row.mirna), counts(&other, |row| &row.mirna));
        assert_eq!(counts(&table, |row| &row.gene), counts(&other, |row| &row.gene));
        let moved = table.targets.iter().zip(&other.targets).filter(|(a, b)| a.gene != b.gene).count();
        assert!(moved > 60, "{moved}");
        let twice = |tables: &Tables| {
            let mut pairs: Vec<(&str, &str, &str)> = tables
                .targets
                .iter()
                .map(|row| (row.species.as_str(), row.mirna.as_str(), row.gene.as_str()))
                .collect();
            pairs.sort_unstable();
            pairs.windows(2).filter(|pair| pair[0] == pair[1]).count()
        };
        assert!(twice(&other) <= twice(&table));
        assert_eq!(other, permuted(&table, 3));
        assert_ne!(other, permuted(&table, 4));
        assert_eq!(permuted(&Tables::default(), 1), Tables::default());
    }
}
