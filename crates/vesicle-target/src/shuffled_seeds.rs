//! Which seed explains what a receiver did, against its own shuffles in the receiver's 3′UTRs.
//!
//! Every seed is scored as a family is in [`crate::infer`], genes in strata of equal length of 3′UTR. A response that goes
//! with base composition or with how well a 3′UTR can be read moves seeds of like composition alike, so each seed is
//! judged by all other orders of its seven bases with as many CpG that no known miRNA has as its seed: less their median,
//! over 1.4826 times their median absolute deviation, at least one (as in Efron 2004, doi 10.1198/016214504000000089). p is the larger of two: the
//! normal tail of that score over all tested seeds (Šidák 1967), which a seed alone cannot reach by chance, and the share
//! of its own shuffles that are as extreme, which it cannot reach where shuffles stray. A seed that is found is taken out
//! by regression and the rest is asked again.

use crate::infer::{LEVEL, Others, Row, Strata, standardised};
use crate::sites::{SEEDS, Utrs, digits};
use std::collections::BTreeMap;
use vesicle_base::math::{erfc, expm1, ln_1p};

/// Fewest shuffles that can judge a seed.
const FEWEST: usize = 20;

/// What to explain.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Response of each gene; finite.
    pub response: &'a [f64],
    /// Its 3′UTRs, one a gene.
    pub utrs: &'a Utrs,
    /// Seeds that are asked about, each once: numbers as of [`crate::sites::seed_index`].
    pub seeds: &'a [u16],
    /// Fewest genes with a site of a seed that is tested.
    pub least: usize,
    /// Most seeds to find one after the other.
    pub most: usize,
}

/// Scores every seed with enough sites and shuffles; rows as of [`crate::infer::infer`], `family` an index of `seeds`.
///
/// # Panics
/// When response and 3′UTRs do not fit each other.
pub fn infer(request: &Request<'_>) -> Vec<Row> {
    assert_eq!(request.response.len(), request.utrs.len(), "every gene has a 3′UTR");
    let strata = Strata::by(&request.utrs.lengths());
    let sums = Sums::of(request, &strata);
    let shuffles = Shuffles::of(request.seeds, &sums);
    let tested: Vec<usize> = (0..request.seeds.len())
        .filter(|&f| sums.genes[usize::from(request.seeds[f])] >= request.least.max(2))
        .filter(|&f| shuffles.of_seed[f].len() >= FEWEST)
        .collect();
    let mut r = strata.ranks(request.response);
    let mut rows: Vec<Row> = tested.iter().map(|&f| sums.row(request, f)).collect();
    for step in 0..=request.most {
        let z = sums.scores(request, &strata, &r);
        let judged: Vec<Judge> = tested.iter().map(|&f| Judge::of(&shuffles.of_seed[f], &z)).collect();
        for ((row, &f), judge) in
            rows.iter_mut().zip(&tested).zip(&judged).filter(|((row, _), _)| row.step.is_none())
        {
            let own = z[usize::from(request.seeds[f])];
            let scaled = judge.others.scaled(own);
            (row.conditional_z, row.conditional_p) = (scaled, judge.p(scaled, tested.len()));
            if step == 0 {
                (row.z, row.scaled_z, row.family_wise_p) = (own, scaled, row.conditional_p);
            }
        }
        let free = rows.iter_mut().filter(|row| row.step.is_none() && row.conditional_p <= LEVEL);
        let best = free.max_by(|a, b| {
            a.conditional_z.abs().total_cmp(&b.conditional_z.abs()).then(b.family.cmp(&a.family))
        });
        let Some(best) = best.filter(|_| step < request.most) else { break };
        best.step = Some(step + 1);
        let targets = targets(request.utrs, request.seeds[best.family]);
        strata.take_out(&targets, &mut r);
    }
    Row::sort(&mut rows);
    rows
}

/// Genes with a site of a seed, and the fall.
fn targets(utrs: &Utrs, seed: u16) -> Vec<(u32, f64)> {
    let mut out = Vec::new();
    utrs.each_gene(|gene, falls| {
        if let Ok(at) = falls.binary_search_by_key(&seed, |(s, _)| *s) {
            out.push((gene as u32, falls[at].1));
        }
    });
    out
}

/// What the scores of all seeds need of the 3′UTRs.
struct Sums {
    /// Genes with a site of each seed.
    genes: Vec<usize>,
    /// Sum of their responses.
    response: Vec<f64>,
    /// Σ x and Σ x² of each seed in each stratum.
    falls: Vec<(f64, f64)>,
    n_strata: usize,
}

impl Sums {
    fn of(request: &Request<'_>, strata: &Strata) -> Self {
        let n_strata = strata.n();
        let mut out = Self {
            genes: vec![0; SEEDS],
            response: vec![0.0; SEEDS],
            falls: vec![(0.0, 0.0); SEEDS * n_strata],
            n_strata,
        };
        request.utrs.each_gene(|gene, falls| {
            for &(seed, x) in falls {
                let seed = usize::from(seed);
                out.genes[seed] += 1;
                out.response[seed] += request.response[gene];
                let sum = &mut out.falls[seed * n_strata + strata.of(gene)];
                *sum = (sum.0 + x, sum.1 + x * x);
            }
        });
        out
    }

    /// Score of every seed; 0 where it has no site.
    fn scores(&self, request: &Request<'_>, strata: &Strata, r: &[f64]) -> Vec<f64> {
        let mut products = vec![0.0; SEEDS];
        request.utrs.each_gene(|gene, falls| {
            falls.iter().for_each(|(seed, x)| products[usize::from(*seed)] += x * r[gene]);
        });
        let variance = strata.variance(r);
        let of = |seed: usize| {
            let sums = &self.falls[seed * self.n_strata..(seed + 1) * self.n_strata];
            standardised(products[seed], strata.spread_of(sums, &variance))
        };
        (0..SEEDS).map(of).collect()
    }

    fn row(&self, request: &Request<'_>, family: usize) -> Row {
        let seed = usize::from(request.seeds[family]);
        let (n, k) = (request.response.len() as f64, self.genes[seed] as f64);
        let all: f64 = request.response.iter().sum();
        let others = if n > k { (all - self.response[seed]) / (n - k) } else { f64::NAN };
        Row::of(family, self.genes[seed], self.response[seed] / k - others)
    }
}

/// Shuffles of each seed: other orders of its bases with as many CpG, with a site, that nobody has as a seed.
struct Shuffles {
    of_seed: Vec<Vec<u16>>,
}

impl Shuffles {
    fn of(seeds: &[u16], sums: &Sums) -> Self {
        let mut alike: BTreeMap<([u8; 4], usize), Vec<u16>> = BTreeMap::new();
        let mut known = vec![false; SEEDS];
        seeds.iter().for_each(|s| known[usize::from(*s)] = true);
        let free = (0..SEEDS).filter(|s| !known[*s] && sums.genes[*s] > 1);
        free.for_each(|s| alike.entry(composition(s as u16)).or_default().push(s as u16));
        let of = |seed: &u16| alike.get(&composition(*seed)).cloned().unwrap_or_default();
        Self { of_seed: seeds.iter().map(of).collect() }
    }
}

/// How many of each base, and how many C followed by G.
fn composition(seed: u16) -> ([u8; 4], usize) {
    let bases = digits(seed);
    let mut counts = [0; 4];
    bases.iter().for_each(|b| counts[usize::from(*b)] += 1);
    (counts, bases.windows(2).filter(|pair| *pair == [1, 2]).count())
}

/// The shuffles of one seed, scored.
struct Judge {
    others: Others,
    scaled: Vec<f64>,
}

impl Judge {
    fn of(shuffles: &[u16], z: &[f64]) -> Self {
        let own: Vec<f64> = shuffles.iter().map(|s| z[usize::from(*s)]).collect();
        let others = Others::of(&own);
        let scaled = own.iter().map(|z| others.scaled(*z).abs()).collect();
        Self { others, scaled }
    }

    /// p of a score over all tested seeds, and among its own shuffles: the larger.
    fn p(&self, scaled: f64, n_tested: usize) -> f64 {
        let size = scaled.abs();
        let alone = erfc(size / core::f64::consts::SQRT_2).min(1.0);
        let over_all = -expm1(n_tested as f64 * ln_1p(-alone));
        let above = self.scaled.iter().filter(|z| **z >= size * (1.0 - 1e-12)).count();
        over_all.max((above + 1) as f64 / (self.scaled.len() + 1) as f64)
    }
}

#[cfg(test)]
mod tests;
