//! The trimmed mean of M values between two libraries, and its form for sparse tables.
//!
//! Robinson & Oshlack (2010) Genome Biol 11:R25; trims 30 % of log ratios and 5 % of abundances at each end and
//! weights by inverse asymptotic variance. Tested against edgeR by `tests/voom.rs`.

use vesicle_base::math::{exp, exp2, log2};
use vesicle_base::ranks::order_key;

use crate::special::ln_all;

/// Share of log ratios trimmed at each end.
const RATIO_TRIM: f64 = 0.3;

/// Share of abundances trimmed at each end.
const ABUNDANCE_TRIM: f64 = 0.05;

/// Log ratios all smaller than this mean that the two libraries are the same.
const SAME: f64 = 1e-6;

/// A sample: its counts and its library size.
type Sample<'a> = (&'a [f64], f64);

/// One feature in two libraries.
#[derive(Clone, Copy)]
struct Pair {
    obs: f64,
    reference: f64,
    /// Ratio of the shares; its logarithm orders alike and is taken of the kept ones only.
    ratio: f64,
    /// Product of the shares: their geometric mean orders alike.
    abundance: f64,
}

impl Pair {
    fn new(obs: f64, reference: f64, (n_obs, n_ref): (f64, f64)) -> Self {
        let (o, r) = (obs / n_obs, reference / n_ref);
        Self { obs, reference, ratio: o / r, abundance: o * r }
    }

    /// Asymptotic variance of the log ratio.
    fn variance(self, (n_obs, n_ref): (f64, f64)) -> f64 {
        (n_obs - self.obs) / n_obs / self.obs + (n_ref - self.reference) / n_ref / self.reference
    }
}

/// Index range kept of `n` sorted values when `share` is trimmed at each end, from 1, inclusive.
fn kept(n: usize, share: f64) -> (f64, f64) {
    let low = (n as f64 * share).floor() + 1.0;
    (low, n as f64 + 1.0 - low)
}

/// Which values stay when a share is trimmed at each end; ties share their mean rank, so they stay or go together.
/// Values are held as their order keys.
struct Trimmed {
    low: (u64, bool),
    high: (u64, bool),
}

impl Trimmed {
    /// By selection, not by sorting: only the two values at the cuts and their ties matter. Reorders `keys`.
    fn new(keys: &mut [u64], share: f64) -> Self {
        let n = keys.len();
        let (low, high) = kept(n, share);
        let mut cut = |rank: f64| {
            let at = (rank as usize).clamp(1, n) - 1;
            let (below, &mut value, above) = keys.select_nth_unstable(at);
            let ties_below = below.iter().filter(|v| **v == value).count();
            let ties_above = above.iter().filter(|v| **v == value).count();
            let mean_rank = (at - ties_below) as f64 + 0.5 * (ties_below + ties_above + 2) as f64;
            (value, (low..=high).contains(&mean_rank))
        };
        Self { low: cut(low), high: cut(high) }
    }

    fn keep(&self, v: f64) -> bool {
        let key = order_key(v);
        (key > self.low.0 || (key == self.low.0 && self.low.1))
            && (key < self.high.0 || (key == self.high.0 && self.high.1))
    }
}

/// The factor of one library against the reference over features seen in both.
pub(super) fn tmm_factor(obs: Sample<'_>, reference: Sample<'_>) -> f64 {
    let sizes = (obs.1, reference.1);
    let mut pairs = Vec::with_capacity(obs.0.len());
    for (&o, &r) in obs.0.iter().zip(reference.0) {
        if o > 0.0 && r > 0.0 {
            pairs.push(Pair::new(o, r, sizes));
        }
    }
    if pairs.iter().all(|p| log2(p.ratio).abs() < SAME) {
        return 1.0;
    }
    let mut keys: Vec<u64> = pairs.iter().map(|p| order_key(p.ratio)).collect();
    let ratios = Trimmed::new(&mut keys, RATIO_TRIM);
    keys.iter_mut().zip(&pairs).for_each(|(key, p)| *key = order_key(p.abundance));
    let abundances = Trimmed::new(&mut keys, ABUNDANCE_TRIM);
    let kept: Vec<&Pair> =
        pairs.iter().filter(|p| ratios.keep(p.ratio) & abundances.keep(p.abundance)).collect();
    let mut ln_ratios: Vec<f64> = kept.iter().map(|p| p.ratio).collect();
    ln_all(&mut ln_ratios);
    let (mut top, mut bottom) = (0.0, 0.0);
    for (p, ln_ratio) in kept.iter().zip(ln_ratios) {
        let weight = 1.0 / p.variance(sizes);
        top += ln_ratio * weight;
        bottom += weight;
    }
    if bottom > 0.0 { exp(top / bottom) } else { 1.0 }
}

/// The factor over features seen in both, and over those seen in one only, paired by size order.
pub(super) fn tmm_singleton_factor(obs: Sample<'_>, reference: Sample<'_>) -> f64 {
    let sizes = (obs.1, reference.1);
    let pairs = paired_singletons(obs.0, reference.0, sizes);
    let n = pairs.len();
    if pairs.iter().all(|p| log2(p.ratio).abs() < SAME) {
        return 1.0;
    }
    // ties of the ratio are broken by the ratio with half a read added
    let shrunk = |p: &Pair| log2((p.obs + 0.5) / (sizes.0 + 0.5) / ((p.reference + 0.5) / (sizes.1 + 0.5)));
    let by_ratio = order_by(n, |a, b| {
        pairs[a].ratio.total_cmp(&pairs[b].ratio).then(shrunk(&pairs[a]).total_cmp(&shrunk(&pairs[b])))
    });
    let by_abundance = order_by(n, |a, b| pairs[a].abundance.total_cmp(&pairs[b].abundance));
    let mut votes = vec![0; n];
    for (order, share) in [(by_ratio, RATIO_TRIM), (by_abundance, ABUNDANCE_TRIM)] {
        let (low, high) = kept(n, share);
        for &i in &order[low as usize - 1..high as usize] {
            votes[i] += 1;
        }
    }
    let (mut top, mut bottom) = (0.0, 0.0);
    for (p, _) in pairs.iter().zip(votes).filter(|(_, v)| *v == 2) {
        let w = (1.0 + 1e-6) / (p.variance(sizes) + 1e-6);
        top += w * log2(p.ratio);
        bottom += w;
    }
    if bottom > 0.0 { exp2(top / bottom) } else { 1.0 }
}

/// Features seen in both, then as many pairs of singletons as the smaller side has, largest with largest.
fn paired_singletons(obs: &[f64], reference: &[f64], sizes: (f64, f64)) -> Vec<Pair> {
    const SEEN: f64 = 1e-14;
    let mut both = Vec::new();
    let (mut only_obs, mut only_ref) = (Vec::new(), Vec::new());
    for (&o, &r) in obs.iter().zip(reference) {
        match (o > SEEN, r > SEEN) {
            (true, true) => both.push(Pair::new(o, r, sizes)),
            (true, false) => only_obs.push(o),
            (false, true) => only_ref.push(r),
            (false, false) => {}
        }
    }
    only_obs.sort_by(|a, b| b.total_cmp(a));
    only_ref.sort_by(|a, b| b.total_cmp(a));
    both.extend(only_obs.iter().zip(&only_ref).map(|(&o, &r)| Pair::new(o, r, sizes)));
    both
}

/// Indices in a stable order.
fn order_by(n: usize, compare: impl Fn(usize, usize) -> std::cmp::Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}
