//! About how long a run takes: enough to ask before hours of computing.
//!
//! What a run has to do is foreseen by the twin (`expected`); how fast that goes here and now is measured on a few ticks
//! of a few of the runs, side by side as all will be: from their beginnings, and where cells will lie on each other also from
//! as many as there will be at the end (`pilot`).

mod expected;
mod of_twin;
mod pilot;

pub use of_twin::seconds_of_twin;

use expected::Expected;
use pilot::Pace;
use rayon::prelude::*;
use tissue_sim::Setup;

/// Runs that are timed at least.
const PILOTS: usize = 4;

/// Seconds that the runs will take on so many threads, from some of them (setup and seed) in no order that matters.
pub fn seconds_of_all(asked: &[(&Setup, u64)], n: usize, threads: usize) -> f64 {
    let expected: Vec<Expected> = asked.par_iter().map(|(setup, _)| Expected::of(setup)).collect();
    let rough = |expected: &Expected| expected.seconds(|_| [1.0, 1.0]);
    let all_s = expected.iter().map(rough).sum::<f64>() * n as f64 / asked.len().max(1) as f64;
    let n_pilots = PILOTS.max(threads).min(asked.len());
    let pace = Pace::of(&asked[..n_pilots], &expected[..n_pilots], all_s, threads);
    let each: Vec<f64> = expected.iter().map(|expected| pace.seconds(expected)).collect();
    spread_over(&each, n, threads)
}

/// Seconds of `n` runs of which these are a sample, on so many threads: the longest of them is not shared.
fn spread_over(each: &[f64], n: usize, threads: usize) -> f64 {
    let longest = each.iter().copied().fold(0.0, f64::max);
    let all = each.iter().sum::<f64>() * n as f64 / each.len().max(1) as f64;
    (all / threads.max(1) as f64).max(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_is_not_shared() {
        assert_eq!(spread_over(&[], 0, 4), 0.0);
        assert_eq!(spread_over(&[1.0, 9.0], 2, 2), 9.0);
        assert_eq!(spread_over(&[2.0, 2.0], 10, 4), 5.0);
        assert_eq!(spread_over(&[1.0, 2.0], 4, 1), 6.0);
    }
}
