//! The counterpart of a miRNA in the other species: by sequence, never by name.
//!
//! Two matures of man and mouse are one when their sequences are identical. Where a mature has no identical one in the
//! other species, its counterpart is the mature with the same bases 2 to 8 (the seed) whose whole sequence is nearest,
//! when it is nearest in both directions, alone at that distance, and no more than three edits away.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::table::{Mature, Species, table};

/// Most insertions, deletions and exchanges between counterparts.
const MOST_EDITS: usize = 3;

/// How two matures of different species were found to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The same mature sequence.
    Sequence,
    /// The same seed, and each the other's nearest sequence.
    SeedAndNearest,
}

/// The counterpart of a mature in the other species, where there is one.
pub fn counterpart(mature: &Mature) -> Option<(&'static Mature, Match)> {
    let found = counterparts().get(mature.accession.as_str());
    found.map(|&(at, how)| (&table().matures[at], how))
}

type Counterparts = HashMap<&'static str, (usize, Match)>;

fn counterparts() -> &'static Counterparts {
    static FOUND: OnceLock<Counterparts> = OnceLock::new();
    FOUND.get_or_init(|| {
        let matures = &table().matures;
        let mut found = Counterparts::new();
        let mut lone: Vec<usize> = Vec::new();
        for (at, mature) in matures.iter().enumerate().filter(|(_, m)| m.sequence.len() >= 8) {
            let same = &table().by_sequence[&mature.sequence];
            match same.iter().find(|&&other| matures[other].species() != mature.species()) {
                Some(&other) => {
                    found.insert(&mature.accession, (other, Match::Sequence));
                }
                None => lone.push(at),
            }
        }
        let nearest: BTreeMap<usize, usize> =
            lone.iter().filter_map(|&at| Some((at, nearest(matures, &lone, at)?))).collect();
        for (&at, &other) in &nearest {
            if nearest.get(&other) == Some(&at) {
                found.insert(&matures[at].accession, (other, Match::SeedAndNearest));
            }
        }
        found
    })
}

/// The one nearest mature of the other species with the same seed; none when two are equally near.
fn nearest(matures: &[Mature], among: &[usize], at: usize) -> Option<usize> {
    let own = &matures[at];
    let mut near: Vec<(usize, usize)> = among
        .iter()
        .copied()
        .filter(|&k| matures[k].species() != own.species() && matures[k].seed_m8() == own.seed_m8())
        .map(|k| (edits(own.sequence.as_bytes(), matures[k].sequence.as_bytes()), k))
        .filter(|&(edits, _)| edits <= MOST_EDITS)
        .collect();
    near.sort_unstable();
    match near.as_slice() {
        [one] => Some(one.1),
        [first, second, ..] if first.0 < second.0 => Some(first.1),
        _ => None,
    }
}

/// Levenshtein's distance.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The sequence that stands for a mature and its counterpart: the human one.
pub fn common_sequence(mature: &Mature) -> &str {
    match counterpart(mature) {
        Some((human, Match::SeedAndNearest)) if mature.species() == Species::Mouse => &human.sequence,
        _ => &mature.sequence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::mirbase;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits(b"UAGCU", b"UAGCU"), 0);
        assert_eq!(edits(b"UAGCU", b"UAGCUG"), 1);
        assert_eq!(edits(b"UAGCU", b"AGCA"), 2);
    }

    #[test]
    fn counterparts_are_mutual_and_of_the_same_seed() {
        let mut by_seed = 0;
        for mature in mirbase() {
            let Some((other, how)) = counterpart(mature) else { continue };
            assert_ne!(other.species(), mature.species());
            match how {
                Match::Sequence => assert_eq!(other.sequence, mature.sequence),
                Match::SeedAndNearest => {
                    by_seed += 1;
                    assert_eq!(other.seed_m8(), mature.seed_m8());
                    assert_eq!(counterpart(other).map(|c| &c.0.accession), Some(&mature.accession));
                    assert_eq!(common_sequence(mature), common_sequence(other));
                }
            }
        }
        assert!(by_seed > 50, "{by_seed}");
    }
}
