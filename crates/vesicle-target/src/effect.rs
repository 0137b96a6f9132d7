//! What a dose of miRNAs represses: genes, and from genes programs.
//!
//! log2FC of a gene is −Σ_f s_fg (θ(own + delivered) − θ(own)) over seed families f, with occupancy θ titrated by
//! competing sites as in the simulator; repression of a program is 1 − 2^(Σ w log2FC), weights divided by the sum of
//! their magnitudes over the genes that the receiver expresses.

use crate::links::{Evidence, Link, Links};
use std::collections::{BTreeMap, BTreeSet};
use tissue_vesicles::response::{activity, repression};

/// What the receiver brings.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// Own copies per cell of each seed family; a family not listed is unknown and taken as absent.
    pub own: &'a BTreeMap<String, f64>,
    /// Genes that it expresses; all when `None`.
    pub expressed: Option<&'a BTreeSet<String>>,
    /// Free copies per cell at half occupancy.
    pub threshold_copies: f64,
    /// Hill power of occupancy.
    pub hill: f64,
    /// Competing sites per cell.
    pub pool: f64,
}

impl Receiver<'_> {
    /// Rise of occupancy of a family when `copies` reach the cytosol, 0 to 1.
    pub fn rise(&self, seed: &str, copies: f64) -> f64 {
        let own = self.own.get(seed).copied().unwrap_or(0.0);
        activity(copies, own, self.pool, self.threshold_copies, self.hill)
    }

    fn expresses(&self, gene: &str) -> bool {
        self.expressed.is_none_or(|genes| genes.contains(gene))
    }
}

/// What one family does to a gene.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The family.
    pub seed: String,
    /// log2 fold change that it causes; 0 or less.
    pub log2_fold_change: f64,
    /// On what the pair rests.
    pub evidence: Evidence,
    /// Sites, where told.
    pub sites: u32,
    /// Number of papers.
    pub papers: usize,
}

/// A gene that falls.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneEffect {
    /// Symbol.
    pub gene: String,
    /// log2 fold change of all families together.
    pub log2_fold_change: f64,
    /// Families, the strongest first.
    pub by: Vec<Share>,
}

/// A program.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramEffect {
    /// 1 − 2^(weighted log2 fold change); negative when what restrains the program falls.
    pub repression: f64,
    /// Genes of the program that the receiver expresses.
    pub n_genes: usize,
    /// Of these, genes that fall.
    pub n_hit: usize,
}

/// Genes that fall when the families reach the cytosol at these copies per cell, strongest first, then by symbol.
pub fn genes(links: &Links, copies: &BTreeMap<String, f64>, receiver: &Receiver<'_>) -> Vec<GeneEffect> {
    let mut found: BTreeMap<&str, Vec<Share>> = BTreeMap::new();
    for (seed, copies) in copies {
        let rise = receiver.rise(seed, *copies);
        for (gene, link) in links.family(seed).filter(|(gene, _)| receiver.expresses(gene)) {
            found.entry(gene).or_default().push(share(seed, rise, link));
        }
    }
    let mut out: Vec<GeneEffect> = found
        .into_iter()
        .map(|(gene, mut by)| {
            by.sort_by(|a, b| a.log2_fold_change.total_cmp(&b.log2_fold_change).then(a.seed.cmp(&b.seed)));
            let log2_fold_change = 0.0 + by.iter().map(|s| s.log2_fold_change).sum::<f64>();
            GeneEffect { gene: gene.to_owned(), log2_fold_change, by }
        })
        .collect();
    out.sort_by(|a, b| a.log2_fold_change.total_cmp(&b.log2_fold_change).then_with(|| a.gene.cmp(&b.gene)));
    out
}

fn share(seed: &str, rise: f64, link: &Link) -> Share {
    Share {
        seed: seed.to_owned(),
        log2_fold_change: 0.0 - link.fall * rise,
        evidence: link.evidence,
        sites: link.sites,
        papers: link.pmids.len(),
    }
}

/// What that does to a program of weighted genes; a program without an expressed gene has no effect.
pub fn program(
    weights: &BTreeMap<String, f64>,
    change: &BTreeMap<&str, f64>,
    receiver: &Receiver<'_>,
) -> ProgramEffect {
    let own: Vec<(&str, f64)> = weights
        .iter()
        .filter(|(gene, _)| receiver.expresses(gene))
        .map(|(gene, weight)| (gene.as_str(), *weight))
        .collect();
    let magnitude: f64 = own.iter().map(|(_, w)| w.abs()).sum();
    let of = |gene: &str| change.get(gene).copied().unwrap_or(0.0);
    let sum: f64 = own.iter().map(|(gene, weight)| weight * of(gene)).sum();
    ProgramEffect {
        repression: if magnitude > 0.0 { repression(sum / magnitude) } else { 0.0 },
        n_genes: own.len(),
        n_hit: own.iter().filter(|(gene, _)| of(gene) < 0.0).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::{Statement, Strengths};

    fn links() -> Links {
        let said = |seed: &str, gene: &str, score: f64| Statement {
            seed: seed.into(),
            regulator: seed.into(),
            gene: gene.into(),
            evidence: Evidence::Predicted,
            score: Some(score),
            sites: 1,
            pmids: Vec::new(),
        };
        let all =
            [said("A", "G", -0.4), said("B", "G", -0.2), said("B", "H", -0.3), said("A", "silent", -1.0)];
        Links::of(&all, Strengths::default())
    }

    fn doses(a: f64, b: f64) -> BTreeMap<String, f64> {
        BTreeMap::from([("A".to_owned(), a), ("B".to_owned(), b)])
    }

    #[test]
    fn sites_add_up_at_the_occupancy_that_copies_give() {
        let expressed = BTreeSet::from(["G".to_owned(), "H".to_owned()]);
        let own = BTreeMap::new();
        let receiver = Receiver {
            own: &own,
            expressed: Some(&expressed),
            threshold_copies: 300.0,
            hill: 1.0,
            pool: 0.0,
        };
        let effects = genes(&links(), &doses(300.0, 900.0), &receiver);
        assert_eq!(effects.iter().map(|e| e.gene.as_str()).collect::<Vec<_>>(), ["G", "H"]);
        assert!((effects[0].log2_fold_change + 0.4 * 0.5 + 0.2 * 0.75).abs() < 1e-12);
        assert_eq!(effects[0].by[0].seed, "A");
        let change: BTreeMap<&str, f64> =
            effects.iter().map(|e| (e.gene.as_str(), e.log2_fold_change)).collect();
        let weights = BTreeMap::from([("G".into(), 1.0), ("H".into(), -1.0), ("silent".into(), 5.0)]);
        let got = program(&weights, &change, &receiver);
        let want = 1.0 - f64::exp2(f64::midpoint(-0.35, 0.225));
        assert!((got.repression - want).abs() < 1e-12 && (got.n_genes, got.n_hit) == (2, 2), "{got:?}");
    }

    #[test]
    fn a_full_receiver_and_no_dose_feel_nothing() {
        let own = BTreeMap::from([("A".to_owned(), 1e9), ("B".to_owned(), 1e9)]);
        let receiver = Receiver { own: &own, expressed: None, threshold_copies: 300.0, hill: 1.0, pool: 0.0 };
        let full = genes(&links(), &doses(1e5, 1e5), &receiver);
        assert!(full.iter().all(|e| e.log2_fold_change.abs() < 1e-6));
        let none = genes(&links(), &doses(0.0, 0.0), &receiver);
        assert!(none.iter().all(|e| e.log2_fold_change == 0.0 && e.log2_fold_change.is_sign_positive()));
        assert_eq!(program(&BTreeMap::new(), &BTreeMap::new(), &receiver).repression, 0.0);
    }
}
