//! What several tables of a receiver's genes agree on: genes that change alike, beyond what shared genes would by chance.
//!
//! Whether a gene changes in at least r of k tables is a partial conjunction and lives in `vesicle_cargo::consensus`.
//! Here stand the two things that need all genes at once. The **overlap**: a gene is called up or down in a table; a gene
//! called alike in at least r tables is common. Well-expressed genes are called more often in every table, so the null
//! shuffles each table's calls among genes of like expression, the first table held. The **signature**: one number a
//! gene, the r-th largest of its signed ranks where that is above 0 plus the r-th smallest where that is below, so that
//! what r tables do not share is 0.

use rayon::prelude::*;
use vesicle_base::math::sqrt;
use vesicle_base::random::{Purpose, Rng};
use vesicle_base::ranks::shared_ranks;
use vesicle_cargo::consensus::Effect;

const PURPOSE: Purpose = Purpose(0x7E05);
/// Strata of like expression.
const STRATA: usize = 10;

/// What to count.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `[gene][table]`; every gene has one finite effect a table.
    pub effects: &'a [Vec<Effect>],
    /// Level of expression of each gene, any increasing scale; no order where it is not known (all equal).
    pub levels: &'a [f64],
    /// Gene sets as ascending indices, each once.
    pub sets: &'a [Vec<u32>],
    /// Least number of tables that agree, from 2.
    pub at_least: usize,
    /// p up to which a table calls a gene.
    pub call_p: f64,
    /// Shuffles.
    pub draws: u32,
    /// Their seed.
    pub seed: u64,
}

/// A count beside its null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Genes.
    pub observed: u64,
    /// Mean of shuffles.
    pub expected: f64,
    /// Standard deviation of shuffles.
    pub spread: f64,
    /// Share of shuffles with as many, the observed one counted among them.
    pub p: f64,
}

/// Counts of common genes.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Whether each gene is called alike in at least r tables: 1 up, −1 down, 0 not.
    pub common: Vec<i8>,
    /// Genes called alike.
    pub alike: Overlap,
    /// Genes that one table calls up and another down.
    pub opposed: Overlap,
    /// Genes called alike, of each set.
    pub sets: Vec<Overlap>,
}

/// Counts genes called alike and opposed, and what shuffled tables would give.
///
/// # Panics
/// When genes, levels or sets do not fit each other.
pub fn count(request: &Request<'_>) -> Counted {
    let n = request.effects.len();
    assert_eq!(n, request.levels.len(), "every gene has a level");
    assert!(
        request.sets.iter().all(|s| s.last().is_none_or(|g| (*g as usize) < n)),
        "genes of sets are there"
    );
    let calls = calls(request);
    let common = common(&calls, n, request.at_least);
    let seen = tally(&calls, &common, request.sets);
    let strata = strata(request.levels);
    let rng = Rng::new(request.seed);
    let null = (0..request.draws)
        .into_par_iter()
        .map(|k| {
            let shuffled = shuffled(&calls, &strata, rng, k);
            let counts = tally(&shuffled, &self::common(&shuffled, n, request.at_least), request.sets);
            counts.iter().zip(&seen).map(|(c, s)| Sum::of(*c, *s)).collect::<Vec<_>>()
        })
        .reduce(
            || vec![Sum::default(); seen.len()],
            |a, b| a.iter().zip(&b).map(|(x, y)| x.and(*y)).collect(),
        );
    let mut all = seen.iter().zip(&null).map(|(seen, sum)| sum.overlap(*seen, request.draws));
    let mut next = || all.next().unwrap_or(Overlap { observed: 0, expected: 0.0, spread: 0.0, p: 1.0 });
    let (alike, opposed) = (next(), next());
    Counted { common, alike, opposed, sets: all.collect() }
}

/// `[table][gene]`: 1 called up, −1 down, 0 not.
fn calls(request: &Request<'_>) -> Vec<Vec<i8>> {
    let n_tables = request.effects.first().map_or(0, Vec::len);
    let call = |e: &Effect| match () {
        () if e.p > request.call_p || e.estimate == 0.0 => 0,
        () if e.estimate > 0.0 => 1,
        () => -1,
    };
    (0..n_tables).map(|t| request.effects.iter().map(|gene| call(&gene[t])).collect()).collect()
}

fn common(calls: &[Vec<i8>], n: usize, at_least: usize) -> Vec<i8> {
    let of = |gene: usize| {
        let count = |way: i8| calls.iter().filter(|table| table[gene] == way).count();
        let (up, down) = (count(1), count(-1));
        match (up >= at_least, down >= at_least) {
            (true, false) => 1,
            (false, true) => -1,
            _ => 0,
        }
    };
    (0..n).map(of).collect()
}

/// Genes called alike, genes opposed, then genes called alike of each set.
fn tally(calls: &[Vec<i8>], common: &[i8], sets: &[Vec<u32>]) -> Vec<u64> {
    let alike = common.iter().filter(|c| **c != 0).count() as u64;
    let opposed = (0..common.len())
        .filter(|&g| calls.iter().any(|t| t[g] == 1) && calls.iter().any(|t| t[g] == -1))
        .count() as u64;
    let of = |set: &Vec<u32>| set.iter().filter(|g| common[**g as usize] != 0).count() as u64;
    [alike, opposed].into_iter().chain(sets.iter().map(of)).collect()
}

/// Genes of like expression.
fn strata(levels: &[f64]) -> Vec<Vec<usize>> {
    let n = levels.len();
    let known = levels.iter().any(|l| *l != levels[0]);
    let mut order: Vec<usize> = (0..n).collect();
    if known {
        order.sort_by(|&a, &b| levels[a].total_cmp(&levels[b]).then(a.cmp(&b)));
    }
    let size = if known { n.div_ceil(STRATA) } else { n };
    order.chunks(size.max(1)).map(<[usize]>::to_vec).collect()
}

fn shuffled(calls: &[Vec<i8>], strata: &[Vec<usize>], rng: Rng, draw: u32) -> Vec<Vec<i8>> {
    let mut out = calls.to_vec();
    for (t, table) in out.iter_mut().enumerate().skip(1) {
        let mut draws = rng.at(PURPOSE, t as u64, draw);
        for genes in strata {
            for i in (1..genes.len()).rev() {
                let j = ((u64::from(draws.bits()) * (i as u64 + 1)) >> 32) as usize;
                table.swap(genes[i], genes[j]);
            }
        }
    }
    out
}

/// Whole numbers, so that the order of adding does not matter.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    counts: u64,
    squares: u64,
    as_many: u64,
}

impl Sum {
    fn of(count: u64, seen: u64) -> Self {
        Self { counts: count, squares: count * count, as_many: u64::from(count >= seen) }
    }

    fn and(self, other: Self) -> Self {
        Self {
            counts: self.counts + other.counts,
            squares: self.squares + other.squares,
            as_many: self.as_many + other.as_many,
        }
    }

    fn overlap(self, observed: u64, draws: u32) -> Overlap {
        let n = f64::from(draws.max(1));
        let expected = self.counts as f64 / n;
        let variance = (self.squares as f64 / n - expected * expected).max(0.0);
        let p = (self.as_many + 1) as f64 / f64::from(draws + 1);
        Overlap { observed, expected, spread: sqrt(variance), p }
    }
}

/// What at least r tables share of each gene, between −1 and 1; 0 where they share nothing.
///
/// In a table a gene has its sign times the rank of its p, smallest p largest rank, over the number of genes; ties share
/// their rank.
pub fn signature(effects: &[Vec<Effect>], at_least: usize) -> Vec<f64> {
    let n_tables = effects.first().map_or(0, Vec::len);
    let scores: Vec<Vec<f64>> = (0..n_tables).map(|t| signed_ranks(effects, t)).collect();
    let of = |gene: usize| {
        let mut own: Vec<f64> = scores.iter().map(|table| table[gene]).collect();
        own.sort_by(f64::total_cmp);
        let low = own.get(at_least.saturating_sub(1)).copied().unwrap_or(0.0);
        let high = own.iter().rev().nth(at_least.saturating_sub(1)).copied().unwrap_or(0.0);
        high.max(0.0) + low.min(0.0)
    };
    (0..effects.len()).map(of).collect()
}

fn signed_ranks(effects: &[Vec<Effect>], table: usize) -> Vec<f64> {
    let n = effects.len();
    let small: Vec<f64> = effects.iter().map(|gene| -gene[table].p).collect();
    let sign = |estimate: f64| if estimate == 0.0 { 0.0 } else { estimate.signum() };
    let ranks = shared_ranks(&small);
    effects.iter().zip(ranks).map(|(gene, rank)| sign(gene[table].estimate) * rank / n as f64).collect()
}

/// Spearman's correlation, ties shared; 0 where one of the two does not vary.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (centred_ranks(a), centred_ranks(b));
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let size = sqrt(product(&a, &a) * product(&b, &b));
    if size > 0.0 { product(&a, &b) / size } else { 0.0 }
}

fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let middle = f64::midpoint(values.len() as f64, 1.0);
    shared_ranks(values).into_iter().map(|rank| rank - middle).collect()
}

#[cfg(test)]
mod tests;
