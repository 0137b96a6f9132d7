//! Which programs the targets of a set of miRNAs are enriched in, against matched sets of the miRNAs that were assayed.
//!
//! Over-representation of predicted targets by the hypergeometric test finds pathways for random miRNAs, because
//! targets of one miRNA are no independent draws of genes (Bleazard 2015, doi 10.1093/bioinformatics/btv023; Godard
//! and van Eyll 2015, doi 10.1093/nar/gkv249). Here the unit that is drawn is the seed family: the null sets hold as
//! many families as were selected, drawn from those that were assayed, matched on number of targets and on whether one
//! or several members were assayed. The naive p stands beside the empirical one, so that a reader sees the difference.

mod counting;
mod matching;
mod naive;

pub use matching::{Matching, Stratum};
pub use naive::hypergeometric_p;

use vesicle_base::math::sqrt;
use vesicle_cargo::false_discovery_rates;

/// A seed family that was assayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssayedFamily {
    /// Indices of its target genes in the universe, ascending, each once.
    pub targets: Vec<u32>,
    /// How many of its members were assayed.
    pub members: usize,
}

/// What to test.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Genes that the recipient expresses.
    pub n_genes: usize,
    /// Every assayed family.
    pub families: &'a [AssayedFamily],
    /// Indices of the selected families, each once.
    pub selected: &'a [usize],
    /// Programs as ascending gene indices, each once.
    pub sets: &'a [Vec<u32>],
    /// Number of null sets.
    pub draws: u32,
    /// Seed of the null sets.
    pub seed: u64,
}

/// One program.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Index of the set.
    pub set: usize,
    /// Genes of the set in the universe.
    pub size: usize,
    /// Genes of the set that a selected family targets.
    pub hit: usize,
    /// Mean of that over null sets.
    pub expected: f64,
    /// Share of null sets whose targets are as enriched, the observed set counted among them.
    pub p: f64,
    /// False discovery rate of `p`.
    pub fdr: f64,
    /// The hypergeometric p, which takes targets for independent draws of genes: anti-conservative.
    pub naive_p: f64,
    /// False discovery rate of `naive_p`.
    pub naive_fdr: f64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrichment {
    /// One row a set that any assayed family can reach, in the order of the sets.
    pub rows: Vec<Row>,
    /// Genes of the universe that a selected family targets.
    pub n_hit: usize,
    /// How null sets were matched.
    pub matching: Matching,
    /// Null sets drawn.
    pub draws: u32,
    /// Sets that no assayed family reaches, which therefore cannot be tested.
    pub unreachable: usize,
}

/// Tests every set. Families without a target in the universe take no part; with none selected that has one, every p
/// is 1.
///
/// The statistic is the overlap standardised for the number of genes hit, (k − nK/N) / √(n (N − n)), so that what is
/// left of a difference in number of targets after matching does not count as enrichment. Larger is more enriched.
///
/// # Panics
/// When an index lies outside what it points to.
pub fn enrich(request: &Request<'_>) -> Enrichment {
    assert!(request.selected.iter().all(|f| *f < request.families.len()), "a selected family is assayed");
    let in_universe = |list: &Vec<u32>| list.last().is_none_or(|gene| (*gene as usize) < request.n_genes);
    assert!(request.sets.iter().all(in_universe), "genes of sets lie in the universe");
    assert!(request.families.iter().all(|f| in_universe(&f.targets)), "targets lie in the universe");
    let matching = Matching::of(request.families, request.selected);
    let reachable = hit_by(request, &(0..request.families.len()).collect::<Vec<_>>());
    let tested: Vec<usize> =
        (0..request.sets.len()).filter(|&s| request.sets[s].iter().any(|g| reachable[*g as usize])).collect();
    let hit = hit_by(request, request.selected);
    let n_hit = hit.iter().filter(|h| **h).count();
    let seen: Vec<usize> =
        tested.iter().map(|&s| request.sets[s].iter().filter(|g| hit[**g as usize]).count()).collect();
    let scores: Vec<f64> = tested
        .iter()
        .zip(&seen)
        .map(|(&s, &k)| Scale::of(n_hit, request.n_genes).score(k, request.sets[s].len()))
        .collect();
    let null = counting::null(request, &matching, &tested, &scores);
    let naive: Vec<f64> = tested
        .iter()
        .zip(&seen)
        .map(|(&s, &k)| hypergeometric_p(k, request.sets[s].len(), n_hit, request.n_genes))
        .collect();
    let p: Vec<f64> = null
        .as_enriched
        .iter()
        .zip(&seen)
        .map(|(n, k)| if *k == 0 { 1.0 } else { (n + 1) as f64 / f64::from(request.draws + 1) })
        .collect();
    let (fdr, naive_fdr) = (false_discovery_rates(&p), false_discovery_rates(&naive));
    let rows = (0..tested.len())
        .map(|i| Row {
            set: tested[i],
            size: request.sets[tested[i]].len(),
            hit: seen[i],
            expected: null.hits[i] as f64 / f64::from(request.draws.max(1)),
            p: p[i],
            fdr: fdr[i],
            naive_p: naive[i],
            naive_fdr: naive_fdr[i],
        })
        .collect();
    let unreachable = request.sets.len() - tested.len();
    Enrichment { rows, n_hit, matching, draws: request.draws, unreachable }
}

/// Whether each gene is a target of any of these families.
fn hit_by(request: &Request<'_>, families: &[usize]) -> Vec<bool> {
    let mut hit = vec![false; request.n_genes];
    for gene in families.iter().flat_map(|f| &request.families[*f].targets) {
        hit[*gene as usize] = true;
    }
    hit
}

/// What the score of an overlap needs of the number of genes hit.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Share of the universe that is hit.
    share: f64,
    /// 1 / √(n (N − n)); 0 when nothing or everything is hit.
    spread: f64,
}

impl Scale {
    fn of(n_hit: usize, n_genes: usize) -> Self {
        let (n, all) = (n_hit as f64, n_genes as f64);
        let variance = n * (all - n);
        let spread = if variance > 0.0 { 1.0 / sqrt(variance) } else { 0.0 };
        Self { share: if all > 0.0 { n / all } else { 0.0 }, spread }
    }

    /// Standardised overlap, up to a factor that depends on the set alone.
    fn score(self, hit: usize, size: usize) -> f64 {
        (hit as f64 - self.share * size as f64) * self.spread
    }
}

#[cfg(test)]
mod tests;
