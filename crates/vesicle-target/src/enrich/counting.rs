//! Overlaps of every set with 256 null sets at once: a word holds one gene's hits in 64 null sets, and adders made of
//! word operations count them down the genes of a set. Integers only, so that no order of threads changes a bit.

use super::matching::Matching;
use super::{Request, Scale};
use rayon::prelude::*;
use vesicle_base::random::{Purpose, Rng};

const PURPOSE: Purpose = Purpose(0x7E01);
/// Words side by side, and null sets in them.
const LANES: usize = 4;
const BATCH: usize = 64 * LANES;
/// Binary digits of a count; sets and hits have fewer genes than 2²⁰.
const PLANES: usize = 20;
/// Two scores are equal within this share: the same overlap may be reached by another order of operations.
const TIE: f64 = 1e-12;

type Word = [u64; LANES];

/// What null sets gave, for each tested set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Null {
    /// Null sets at least as enriched as the observed one.
    pub(super) as_enriched: Vec<u64>,
    /// Genes hit, summed over null sets.
    pub(super) hits: Vec<u64>,
}

impl Null {
    fn zero(n: usize) -> Self {
        Self { as_enriched: vec![0; n], hits: vec![0; n] }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.as_enriched.iter_mut().zip(&other.as_enriched).for_each(|(a, b)| *a += b);
        self.hits.iter_mut().zip(&other.hits).for_each(|(a, b)| *a += b);
        self
    }
}

/// Draws the null sets and counts, for each tested set, those with a score at least that seen.
pub(super) fn null(request: &Request<'_>, matching: &Matching, tested: &[usize], seen: &[f64]) -> Null {
    let rng = Rng::new(request.seed);
    let n_batches = (request.draws as usize).div_ceil(BATCH);
    let zero = || Null::zero(tested.len());
    (0..n_batches)
        .into_par_iter()
        .fold(zero, |mut sum, batch| {
            let first = batch * BATCH;
            let n = BATCH.min(request.draws as usize - first);
            let hit = drawn(request, matching, &rng, first, n);
            let scales = scales(&hit, request.n_genes);
            for (i, &set) in tested.iter().enumerate() {
                let counts = Counter::over(request.sets[set].iter().map(|gene| hit[*gene as usize]));
                counts.tally(n, |draw, k| {
                    sum.hits[i] += k as u64;
                    let score = scales[draw].score(k, request.sets[set].len());
                    sum.as_enriched[i] += u64::from(score >= seen[i] - TIE * seen[i].abs());
                });
            }
            sum
        })
        .reduce(zero, |a, b| a.plus(&b))
}

/// For each gene the null sets of the batch that hit it.
fn drawn(request: &Request<'_>, matching: &Matching, rng: &Rng, first: usize, n: usize) -> Vec<Word> {
    let mut hit = vec![[0; LANES]; request.n_genes];
    for draw in 0..n {
        let mut order: Vec<Vec<usize>> = matching.strata.iter().map(|s| s.families.clone()).collect();
        let (word, bit) = (draw / 64, 1 << (draw % 64));
        matching.draw(&mut order, &mut rng.at(PURPOSE, (first + draw) as u64, 0), |family| {
            for gene in &request.families[family].targets {
                hit[*gene as usize][word] |= bit;
            }
        });
    }
    hit
}

fn scales(hit: &[Word], n_genes: usize) -> Vec<Scale> {
    let mut out = vec![Scale::of(0, n_genes); BATCH];
    Counter::over(hit.iter().copied()).tally(BATCH, |draw, n| out[draw] = Scale::of(n, n_genes));
    out
}

/// Counts of 256 null sets, one binary digit a plane.
struct Counter {
    planes: [Word; PLANES],
    used: usize,
}

impl Counter {
    fn over(words: impl Iterator<Item = Word>) -> Self {
        let mut out = Self { planes: [[0; LANES]; PLANES], used: 0 };
        words.for_each(|word| out.add(word));
        out
    }

    fn add(&mut self, mut carry: Word) {
        for (at, plane) in self.planes.iter_mut().enumerate() {
            if carry == [0; LANES] {
                return;
            }
            self.used = self.used.max(at + 1);
            for (digit, c) in plane.iter_mut().zip(&mut carry) {
                (*digit, *c) = (*digit ^ *c, *digit & *c);
            }
        }
    }

    /// Calls `each` with the number of a null set and its count.
    fn tally(&self, n: usize, mut each: impl FnMut(usize, usize)) {
        for draw in 0..n {
            let (word, shift) = (draw / 64, draw % 64);
            let digits = self.planes[..self.used].iter().enumerate();
            each(draw, digits.map(|(at, plane)| ((plane[word] >> shift & 1) as usize) << at).sum());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adders_count() {
        let words: Vec<Word> = (0..300_u64)
            .map(|i| {
                let w = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                [w, w.rotate_left(7), !w, if i < 299 { u64::MAX } else { 0 }]
            })
            .collect();
        let counter = Counter::over(words.iter().copied());
        counter.tally(BATCH, |draw, n| {
            let want = words.iter().filter(|w| w[draw / 64] >> (draw % 64) & 1 == 1).count();
            assert_eq!(n, want, "{draw}");
        });
    }
}
