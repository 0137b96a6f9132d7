//! Sums that do not depend on the order of their terms, nor on how many threads made them.
//!
//! A term is rounded once to a fixed-point grid and added as an integer; integer addition is associative, so any
//! order, split or interleaving gives the same bits. Chunked sums are the cheaper form where the order of the
//! terms is itself fixed.

/// Exact sum on a grid of 2⁻⁶⁰ with room for ±1.4e20; each term is rounded once, to within 4.4e-19.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExactSum(i128);

const EXACT_SCALE: f64 = (1_u64 << 60) as f64;

impl ExactSum {
    /// Adds one finite term.
    pub fn add(&mut self, term: f64) {
        debug_assert!(term.is_finite(), "a sum takes finite terms only");
        self.0 = self.0.wrapping_add((term * EXACT_SCALE) as i128);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// The sum, rounded to the nearest f64.
    pub fn value(self) -> f64 {
        self.0 as f64 / EXACT_SCALE
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

/// Order-free sum of `terms`.
pub fn exact(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<ExactSum>().value()
}

/// Fixed-point accumulator for forces and velocities: grid 2⁻⁴⁰ (9e-13), room for ±8e6.
///
/// Used where a cell's pair terms arrive in an order that depends on the neighbour search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixedSum(i64);

const FIXED_SCALE: f64 = (1_u64 << 40) as f64;

impl FixedSum {
    /// Adds one finite term.
    pub fn add(&mut self, term: f64) {
        self.0 = self.0.wrapping_add((term * FIXED_SCALE) as i64);
    }

    /// The sum.
    pub fn value(self) -> f64 {
        self.0 as f64 / FIXED_SCALE
    }
}

/// Terms per chunk of [`chunked`]; part of the result, never of the thread count.
pub const CHUNK: usize = 4096;

/// Sum of a slice in chunks of fixed length, in parallel, folded in order: same bits for any number of threads.
pub fn chunked(terms: &[f64]) -> f64 {
    use rayon::prelude::*;
    let partial: Vec<f64> = terms.par_chunks(CHUNK).map(|chunk| chunk.iter().sum()).collect();
    partial.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_does_not_matter(mut terms in prop::collection::vec(-1e9_f64..1e9, 0..200)) {
            let forward = exact(terms.iter().copied());
            terms.reverse();
            prop_assert_eq!(forward.to_bits(), exact(terms.iter().copied()).to_bits());
            let plain: f64 = terms.iter().sum();
            let size: f64 = terms.iter().map(|term| term.abs()).sum();
            prop_assert!((forward - plain).abs() <= 1e-13 * size, "the plain sum rounds at every step, this one once a term");
        }
    }

    #[test]
    fn chunks_have_the_same_bits_on_any_pool() {
        let terms: Vec<f64> = (0..100_001).map(|i| 1.0 / f64::from(i + 1)).collect();
        let bits: Vec<u64> = [1, 2, 3, 8]
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| chunked(&terms)).to_bits()
            })
            .to_vec();
        assert!(bits.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_fixed_sum_keeps_small_terms() {
        let mut sum = FixedSum::default();
        (0..1000).for_each(|_| sum.add(1e-6));
        assert!((sum.value() - 1e-3).abs() < 1e-9);
    }
}
