//! Sites of every seed in 3′UTRs.
//!
//! A site of a seed (bases 2–8) is its reverse complement; an A behind it, opposite base 1, makes it an 8mer. The reverse
//! complement of bases 2–7 with an A behind it is a 7mer-A1 site of the seeds whose base 8 does not pair. Falls of log2
//! expression by kind: Grimson 2007, doi 10.1016/j.molcel.2007.06.017.

/// Number of seeds: 4⁷.
pub const SEEDS: usize = 1 << 14;
/// Fall of log2 expression for one 8mer site.
const EIGHT: f64 = 0.31;
/// For one 7mer-m8 site.
const SEVEN_M8: f64 = 0.161;
/// For one 7mer-A1 site.
const SEVEN_A1: f64 = 0.099;
const A: u8 = 0;
const OTHER: u8 = 4;

/// A seed as a number below [`SEEDS`]; none when it is not seven bases A, C, G, U.
pub fn seed_index(seed: &str) -> Option<u16> {
    let bases = seed.as_bytes();
    if bases.len() != 7 {
        return None;
    }
    bases.iter().map(|b| code(*b)).try_fold(0, |sum, c| (c != OTHER).then_some(sum * 4 + u16::from(c)))
}

/// The seed of a number, RNA letters.
pub fn seed_text(index: u16) -> String {
    digits(index).iter().map(|d| char::from(b"ACGU"[usize::from(*d)])).collect()
}

/// Its seven bases, 0 to 3.
pub(crate) fn digits(index: u16) -> [u8; 7] {
    std::array::from_fn(|i| ((index >> (2 * (6 - i))) & 3) as u8)
}

fn code(base: u8) -> u8 {
    match base.to_ascii_uppercase() {
        b'A' => 0,
        b'C' => 1,
        b'G' => 2,
        b'U' | b'T' => 3,
        _ => OTHER,
    }
}

/// Sequences of 3′UTRs, one a gene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utrs {
    bases: Vec<Vec<u8>>,
}

impl Utrs {
    /// Of DNA or RNA letters; any other letter pairs with nothing, gaps (`-`) are left out.
    pub fn of<'a>(sequences: impl Iterator<Item = &'a [u8]>) -> Self {
        let bases = |s: &[u8]| s.iter().filter(|b| **b != b'-').map(|b| code(*b)).collect();
        Self { bases: sequences.map(bases).collect() }
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.bases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bases.is_empty()
    }

    /// Bases of each.
    pub fn lengths(&self) -> Vec<u32> {
        self.bases.iter().map(|b| b.len() as u32).collect()
    }

    /// Gives the predicted falls of every seed with a site in each gene: gene, then seeds ascending.
    pub fn each_gene(&self, mut with: impl FnMut(usize, &[(u16, f64)])) {
        let mut sum = vec![0.0; SEEDS];
        let mut touched: Vec<u16> = Vec::new();
        let mut falls = Vec::new();
        for (gene, bases) in self.bases.iter().enumerate() {
            scan(bases, |seed, fall| {
                let own = &mut sum[usize::from(seed)];
                if *own == 0.0 {
                    touched.push(seed);
                }
                *own += fall;
            });
            touched.sort_unstable();
            falls.extend(touched.drain(..).map(|seed| (seed, std::mem::take(&mut sum[usize::from(seed)]))));
            with(gene, &falls);
            falls.clear();
        }
    }
}

/// Every site of a 3′UTR: seed and fall.
fn scan(bases: &[u8], mut found: impl FnMut(u16, f64)) {
    // The last seven bases as the seed that pairs with them: the newest base pairs with base 2 of the seed, which leads.
    let (mut seed, mut good) = (0_u16, 0_usize);
    for (at, &base) in bases.iter().enumerate() {
        if base == OTHER {
            good = 0;
            continue;
        }
        seed = (seed >> 2) | (u16::from(3 - base) << 12);
        good += 1;
        let behind_is_a = bases.get(at + 1) == Some(&A);
        if good >= 7 {
            found(seed, if behind_is_a { EIGHT } else { SEVEN_M8 });
        }
        if good >= 6 && behind_is_a {
            let paired = (good >= 7).then_some(seed & 3);
            let first_six = seed & !3;
            (0..4).filter(|last| Some(*last) != paired).for_each(|last| found(first_six | last, SEVEN_A1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falls(utr: &str, seed: &str) -> f64 {
        let mut out = 0.0;
        let index = seed_index(seed).unwrap();
        Utrs::of([utr.as_bytes()].into_iter()).each_gene(|_, falls| {
            out = falls.iter().find(|(s, _)| *s == index).map_or(0.0, |(_, fall)| *fall);
        });
        out
    }

    #[test]
    fn the_kinds_of_site_are_told_apart() {
        // miR-1-3p: seed GGAAUGU, site ACAUUCC
        assert_eq!(falls("GGGACATTCCAGGG", "GGAAUGU"), EIGHT);
        assert_eq!(falls("gggacauuccgggg", "GGAAUGU"), SEVEN_M8);
        assert_eq!(falls("GGGACATTCC", "GGAAUGU"), SEVEN_M8);
        assert_eq!(falls("GGGGCATTCCAGGG", "GGAAUGU"), SEVEN_A1);
        assert_eq!(falls("CATTCCA", "GGAAUGU"), SEVEN_A1);
        assert_eq!(falls("GGGGCATTCCGGGG", "GGAAUGU"), 0.0);
        assert_eq!(falls("GGGACANTCCAGGG", "GGAAUGU"), 0.0);
        assert_eq!(falls("GGGACA-TTCCAGGG", "GGAAUGU"), EIGHT);
        let two = falls("ACATTCCATTTACATTCCG", "GGAAUGU");
        assert!((two - EIGHT - SEVEN_M8).abs() < 1e-12, "{two}");
    }

    #[test]
    fn seeds_are_numbers_and_back() {
        assert!(["AAAAAAA", "UUUUUUU", "GGAAUGU"].iter().all(|s| seed_text(seed_index(s).unwrap()) == *s));
        assert_eq!(
            (seed_index("GGAATGT"), seed_index("GGAAUG"), seed_index("GGAANGU")),
            (seed_index("GGAAUGU"), None, None)
        );
    }
}
