//! Exact sums in plain f64: each term is rounded once to a multiple of 2⁻³⁶ µm/min, after which every partial sum
//! below 2¹⁷ is exact and therefore the same in any order.
//!
//! Equation: q(t) = (t + M) − M with M = 1.5 · 2¹⁶; adding M pushes the bits below 2⁻³⁶ out of the mantissa,
//! ties to even, and q(−t) = −q(t). Costs two additions a term, against a conversion to an integer.
//! Error per term ≤ 2⁻³⁷ (7e-12 µm/min). Terms stay below 2¹⁵ because [`COEFFICIENT_LIMIT`] caps them.
//! Proved by `order_does_not_matter` and `signs_mirror`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

/// Largest coefficient of a pair law, µm/min; more is taken as this.
pub(super) const COEFFICIENT_LIMIT: f64 = 16_384.0;

/// M of the equation.
pub(super) const SHIFT: f64 = 98_304.0;

/// Rounds to the grid.
#[inline(always)]
pub(super) fn grained(term: f64) -> f64 {
    (term + SHIFT) - SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_does_not_matter(mut terms in prop::collection::vec(-100.0_f64..100.0, 0..500)) {
            let forward: f64 = terms.iter().map(|term| grained(*term)).sum();
            terms.sort_by(f64::total_cmp);
            let sorted: f64 = terms.iter().map(|term| grained(*term)).sum();
            prop_assert_eq!(forward.to_bits(), sorted.to_bits());
        }

        #[test]
        fn signs_mirror(term in -16_384.0_f64..16_384.0) {
            prop_assert_eq!(grained(-term), -grained(term));
            prop_assert!((grained(term) - term).abs() <= 1.0 / (1_u64 << 37) as f64);
        }
    }
}
