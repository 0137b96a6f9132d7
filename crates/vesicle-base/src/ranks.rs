//! Ranks of values, as rank statistics want them.

/// Ranks from 1, smallest first; equal values share the mean of their ranks.
pub fn shared_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    let mut first = 0;
    for same in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + f64::midpoint(1.0, same.len() as f64);
        first += same.len();
        same.iter().for_each(|&at| out[at] = rank);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(shared_ranks(&[3.0, 1.0, 3.0, -2.0, 3.0]), [4.0, 2.0, 4.0, 1.0, 4.0]);
        assert_eq!(shared_ranks(&[0.0, -0.0]), [1.5, 1.5]);
        assert!(shared_ranks(&[]).is_empty());
    }
}
