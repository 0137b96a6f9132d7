//! Which short sequence motifs go with enrichment: every k-mer tried, against a null that permutes seed families.

use rayon::prelude::*;
use vesicle_base::math::sqrt;
use vesicle_base::random::{Purpose, Rng};

/// A miRNA with its evidence of enrichment.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    /// Mature sequence, RNA letters.
    pub sequence: String,
    /// Moderated t of vesicles over cells.
    pub t: f64,
}

/// A motif and how it goes with enrichment.
#[derive(Clone, Debug, PartialEq)]
pub struct Motif {
    /// Its bases.
    pub bases: String,
    /// Seed families with it in at least one member.
    pub n_families: usize,
    /// Mean rank of t of carriers against the rest, standardised; positive goes with vesicles.
    pub z: f64,
    /// p over all motifs tried: share of permutations in which the largest |z| of any motif is as large.
    pub family_wise_p: f64,
}

/// Permutations of families.
pub const PERMUTATIONS: u32 = 9_999;
/// Lengths tried.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=6;
/// Fewest families with, and without, a motif.
const LEAST: usize = 5;
const PURPOSE: Purpose = Purpose(0x5E0F);

/// Tests every motif of 3 to 6 bases. miRNAs of one seed family share sequence and often regulation: a family counts
/// once, with the mean t of its members and the share of them that carry the motif.
///
/// Largest |z| first; ties by bases. Needs no threshold of enrichment. Assumes that families are exchangeable.
pub fn motifs(sorted: &[Sorted], seed: u64) -> Vec<Motif> {
    motifs_by(sorted, seed, PERMUTATIONS)
}

fn motifs_by(sorted: &[Sorted], seed: u64, permutations: u32) -> Vec<Motif> {
    let families = families(sorted);
    let ranks = centred_ranks(&families.iter().map(|f| f.0).collect::<Vec<_>>());
    let carried = carried(&families);
    if carried.is_empty() {
        return Vec::new();
    }
    let seen: Vec<f64> = carried.iter().map(|(_, share)| score(share, &ranks)).collect();
    let rng = Rng::new(seed);
    let largest: Vec<f64> = (0..permutations)
        .into_par_iter()
        .map(|k| {
            let shuffled = shuffled(&ranks, &rng, k);
            carried.iter().map(|(_, share)| score(share, &shuffled).abs()).fold(0.0, f64::max)
        })
        .collect();
    let mut out: Vec<Motif> = carried
        .into_iter()
        .zip(seen)
        .map(|((bases, share), z)| {
            let above = largest.iter().filter(|l| **l >= z.abs() * (1.0 - 1e-12)).count();
            Motif {
                bases,
                n_families: share.iter().filter(|s| **s > 0.0).count(),
                z,
                family_wise_p: (above + 1) as f64 / f64::from(permutations + 1),
            }
        })
        .collect();
    out.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then_with(|| a.bases.cmp(&b.bases)));
    out
}

/// Mean t and sequences of each seed family, in order of seed.
fn families(sorted: &[Sorted]) -> Vec<(f64, Vec<&str>)> {
    let mut members: std::collections::BTreeMap<&str, Vec<&Sorted>> = std::collections::BTreeMap::new();
    for one in sorted.iter().filter(|s| s.t.is_finite()) {
        if let Some(seed) = one.sequence.get(1..8) {
            members.entry(seed).or_default().push(one);
        }
    }
    members
        .into_values()
        .map(|m| {
            (
                m.iter().map(|s| s.t).sum::<f64>() / m.len() as f64,
                m.iter().map(|s| s.sequence.as_str()).collect(),
            )
        })
        .collect()
}

/// Ranks with ties shared, mean 0 and variance 1.
fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let rank = |v: f64| {
        let below = values.iter().filter(|w| **w < v).count() as f64;
        below + 0.5 * values.iter().filter(|w| **w == v).count() as f64
    };
    standardised(&values.iter().map(|v| rank(*v)).collect::<Vec<_>>())
}

fn standardised(values: &[f64]) -> Vec<f64> {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = sqrt(values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n);
    values.iter().map(|v| if sd > 0.0 { (v - mean) / sd } else { 0.0 }).collect()
}

/// Every motif that enough families carry and enough lack, with its standardised share in each family.
fn carried(families: &[(f64, Vec<&str>)]) -> Vec<(String, Vec<f64>)> {
    let mut motifs: Vec<&str> = families
        .iter()
        .flat_map(|f| f.1.iter())
        .flat_map(|s| {
            LENGTHS
                .flat_map(move |k| (0..(s.len() + 1).saturating_sub(k)).filter_map(move |i| s.get(i..i + k)))
        })
        .collect();
    motifs.sort_unstable();
    motifs.dedup();
    motifs
        .into_par_iter()
        .filter_map(|motif| {
            let share: Vec<f64> = families
                .iter()
                .map(|(_, s)| s.iter().filter(|s| s.contains(motif)).count() as f64 / s.len() as f64)
                .collect();
            let with = share.iter().filter(|s| **s > 0.0).count();
            (with >= LEAST && families.len() - with >= LEAST).then(|| (motif.to_owned(), share))
        })
        .collect()
}

/// Correlation of the share that carries the motif with the ranks, times the root of families less one.
fn score(share: &[f64], ranks: &[f64]) -> f64 {
    let n = share.len() as f64;
    let mean = share.iter().sum::<f64>() / n;
    let (mut cross, mut size) = (0.0, 0.0);
    for (s, r) in share.iter().zip(ranks) {
        cross += (s - mean) * r;
        size += (s - mean) * (s - mean);
    }
    if size > 0.0 { cross / sqrt(size * n) * sqrt(n - 1.0) } else { 0.0 }
}

fn shuffled(ranks: &[f64], rng: &Rng, permutation: u32) -> Vec<f64> {
    let mut draws = rng.at(PURPOSE, 0, permutation);
    let mut out = ranks.to_vec();
    for i in (1..out.len()).rev() {
        let j = ((draws.uniform() * (i + 1) as f64) as usize).min(i);
        out.swap(i, j);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sequences of 22 random bases; a share of them gets the motif and moves up.
    fn set(n: u64, motif: Option<&str>, seed: u64) -> Vec<Sorted> {
        (0..n)
            .map(|i| {
                let mut d = Rng::new(seed).at(Purpose(0xFE07), i, 0);
                let mut sequence: String =
                    (0..22).map(|_| ['A', 'C', 'G', 'U'][(d.uniform() * 4.0) as usize]).collect();
                let mut t = d.normal();
                if let Some(motif) = motif.filter(|_| i % 4 == 0) {
                    sequence.replace_range(12..12 + motif.len(), motif);
                    t += 2.5;
                }
                Sorted { sequence, t }
            })
            .collect()
    }

    #[test]
    fn a_planted_motif_is_found_and_chance_is_not() {
        let found = motifs_by(&set(120, Some("GGAG"), 1), 7, 499);
        assert!(
            found[0].bases == "GGAG" && found[0].z > 0.0 && found[0].family_wise_p < 0.01,
            "{:?}",
            found[0]
        );
        let chance =
            (0..8).filter(|s| motifs_by(&set(60, None, 100 + s), 7, 199)[0].family_wise_p < 0.05).count();
        assert!(chance <= 2, "{chance} of 8");
    }

    #[test]
    fn copies_of_one_family_count_once() {
        let mut many = set(40, None, 3);
        let alike = many.iter().map(|s| s.t).fold(f64::NEG_INFINITY, f64::max) + 5.0;
        let one = format!("A{}", "GGAGGGAGGGAGGGAGGGAGG");
        many.extend((0..20).map(|_| Sorted { sequence: one.clone(), t: alike }));
        assert!(motifs_by(&many, 7, 499).iter().all(|m| m.family_wise_p > 0.01));
    }

    #[test]
    fn too_few_give_nothing() {
        assert!(motifs(&set(6, None, 1), 7).is_empty() && motifs(&[], 7).is_empty());
    }
}
