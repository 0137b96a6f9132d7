//! The hypergeometric test: P(X ≥ k) when `n` of `all` genes are drawn at random, `size` of them in the set.

use vesicle_base::math::{exp, ln_gamma};

/// Upper tail of the hypergeometric distribution, by summing its terms from the far end. It is printed to show what the
/// usual test would have said, not to be believed.
pub fn hypergeometric_p(k: usize, size: usize, n: usize, all: usize) -> f64 {
    let most = size.min(n);
    if k == 0 || k + all <= size + n {
        return 1.0;
    }
    if k > most || size > all || n > all {
        return 0.0;
    }
    let ln_choose = |n: usize, k: usize| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    let constant = ln_choose(all, n);
    let least = k.max((size + n).saturating_sub(all));
    let terms =
        (least..=most).rev().map(|i| exp(ln_choose(size, i) + ln_choose(all - size, n - i) - constant));
    terms.sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_counting_by_hand() {
        // 2 of 10 genes drawn, 3 in the set: at least one in it is 1 - C(7,2)/C(10,2) = 1 - 21/45
        assert!((hypergeometric_p(1, 3, 2, 10) - 24.0 / 45.0).abs() < 1e-12);
        assert!((hypergeometric_p(2, 3, 2, 10) - 3.0 / 45.0).abs() < 1e-12);
        // phyper(9, 50, 950, 100, lower.tail = FALSE) of R: 0.02193
        assert!((hypergeometric_p(10, 50, 100, 1000) - 0.021_930_4).abs() < 1e-3);
    }

    #[test]
    fn the_ends_are_exact() {
        assert!((hypergeometric_p(0, 3, 2, 10) - 1.0).abs() < 1e-15);
        assert!((hypergeometric_p(2, 9, 3, 10) - 1.0).abs() < 1e-15);
        assert!(hypergeometric_p(4, 3, 5, 10) == 0.0);
        assert!((hypergeometric_p(3, 3, 10, 10) - 1.0).abs() < 1e-12);
    }
}
