//! Ranks of values, as rank statistics want them.

/// Ranks from 1, smallest first; equal values share the mean of their ranks.
pub fn shared_ranks(values: &[f64]) -> Vec<f64> {
    shared_ranks_in(&ascending(values), values)
}

/// [`shared_ranks`] of values whose [`ascending`] order is known.
pub fn shared_ranks_in(order: &[usize], values: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; values.len()];
    let mut first = 0;
    for same in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + f64::midpoint(1.0, same.len() as f64);
        first += same.len();
        same.iter().for_each(|&at| out[at] = rank);
    }
    out
}

/// Indices of the values in ascending order (that of [`f64::total_cmp`]), equal ones in the order in which they stand.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    // keys, each with its index, are sorted several times as fast as indices
    let keyed = |(i, &v): (usize, &f64)| u128::from(order_key(v)) << 64 | i as u128;
    let mut keys: Vec<u128> = values.iter().enumerate().map(keyed).collect();
    keys.sort_unstable();
    keys.into_iter().map(|k| k as u64 as usize).collect()
}

/// A whole number that compares with others as the value does under [`f64::total_cmp`].
pub fn order_key(v: f64) -> u64 {
    let bits = v.to_bits();
    bits ^ if v.is_sign_negative() { u64::MAX } else { 1 << 63 }
}

/// The value of an [`order_key`].
pub fn value_of_order_key(key: u64) -> f64 {
    f64::from_bits(key ^ if key >> 63 == 0 { u64::MAX } else { 1 << 63 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_total_one_and_stable() {
        let values =
            [0.5, f64::NAN, -3.0, 0.0, -0.0, 0.5, f64::NEG_INFINITY, 7.0, -3.0, -f64::NAN, f64::INFINITY];
        let mut want: Vec<usize> = (0..values.len()).collect();
        want.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        assert_eq!(ascending(&values), want);
        for v in values {
            assert_eq!(value_of_order_key(order_key(v)).to_bits(), v.to_bits());
        }
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(shared_ranks(&[3.0, 1.0, 3.0, -2.0, 3.0]), [4.0, 2.0, 4.0, 1.0, 4.0]);
        assert_eq!(shared_ranks(&[0.0, -0.0]), [1.5, 1.5]);
        assert!(shared_ranks(&[]).is_empty());
    }
}
