//! One row a feature over all contrasts, and how much the lists of two contrasts overlap.

use rayon::prelude::*;

use super::{Effect, Pooled, partial_conjunction, pool};
use crate::linear::Matrix;
use crate::multiplicity::false_discovery_rates;

/// A feature over all contrasts.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsensusRow {
    /// Pooled effect.
    pub pooled: Pooled,
    /// False discovery rate of the pooled p.
    pub pooled_fdr: f64,
    /// Contrasts with a positive effect.
    pub n_up: usize,
    /// p of an effect of one sign in at least r contrasts.
    pub conjunction_p: f64,
    /// Its false discovery rate.
    pub conjunction_fdr: f64,
    /// Pooled estimate with each contrast left out.
    pub without: Vec<f64>,
    /// Contrasts without which the pooled sign turns.
    pub moved_by: Vec<usize>,
}

/// Joins features that every contrast has tested; `effects[f]` has one effect a contrast.
pub fn consensus(effects: &[Vec<Effect>], correlation: &Matrix, at_least: usize) -> Vec<ConsensusRow> {
    let mut rows: Vec<ConsensusRow> =
        effects.par_iter().with_min_len(8).map(|e| row(e, correlation, at_least)).collect();
    let pooled = false_discovery_rates(&rows.iter().map(|r| r.pooled.p).collect::<Vec<_>>());
    let conjunction = false_discovery_rates(&rows.iter().map(|r| r.conjunction_p).collect::<Vec<_>>());
    for ((row, a), b) in rows.iter_mut().zip(pooled).zip(conjunction) {
        (row.pooled_fdr, row.conjunction_fdr) = (a, b);
    }
    rows
}

fn row(effects: &[Effect], correlation: &Matrix, at_least: usize) -> ConsensusRow {
    let pooled = pool(effects, correlation);
    let without: Vec<f64> = (0..effects.len()).map(|out| left_out(effects, correlation, out)).collect();
    let turns = |v: f64| v.is_finite() && pooled.estimate.is_finite() && v * pooled.estimate < 0.0;
    ConsensusRow {
        moved_by: (0..without.len()).filter(|&i| turns(without[i])).collect(),
        n_up: effects.iter().filter(|e| e.estimate > 0.0).count(),
        conjunction_p: partial_conjunction(effects, at_least),
        pooled_fdr: f64::NAN,
        conjunction_fdr: f64::NAN,
        pooled,
        without,
    }
}

/// The estimate without one contrast; of two, the other one's own.
fn left_out(effects: &[Effect], correlation: &Matrix, out: usize) -> f64 {
    let kept: Vec<usize> = (0..effects.len()).filter(|&i| i != out).collect();
    let rest: Vec<Effect> = kept.iter().map(|&i| effects[i]).collect();
    if let [one] = rest[..] {
        return one.estimate;
    }
    let columns: Vec<Vec<f64>> =
        kept.iter().map(|&j| kept.iter().map(|&i| correlation.at(i, j)).collect()).collect();
    pool(&rest, &Matrix::from_columns(kept.len(), &columns)).estimate
}

/// How the lists of two contrasts overlap, at p ≤ 5 % each and in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The contrasts.
    pub pair: (usize, usize),
    /// Features in both lists with one sign.
    pub observed: usize,
    /// Expected if the lists were drawn apart from each other from the common features.
    pub expected: f64,
}

/// Overlaps of all pairs.
pub fn overlaps(effects: &[Vec<Effect>], n_contrasts: usize) -> Vec<Overlap> {
    let listed = |e: &Effect, up: bool| e.p <= 0.05 && (e.estimate > 0.0) == up;
    let n = effects.len().max(1) as f64;
    let mut out = Vec::new();
    for a in 0..n_contrasts {
        for b in a + 1..n_contrasts {
            let (mut observed, mut expected) = (0, 0.0);
            for up in [true, false] {
                let of = |k: usize| effects.iter().filter(|e| listed(&e[k], up)).count() as f64;
                observed += effects.iter().filter(|e| listed(&e[a], up) && listed(&e[b], up)).count();
                expected += of(a) * of(b) / n;
            }
            out.push(Overlap { pair: (a, b), observed, expected });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_contrast_carries_is_named() {
        let e = |estimate: f64, p: f64| Effect { estimate, se: 0.5, p };
        let rows = vec![
            vec![e(-0.1, 0.8), e(-0.1, 0.8), e(2.0, 0.001)],
            vec![e(1.0, 0.01), e(1.1, 0.01), e(0.9, 0.02)],
        ];
        let unit = Matrix::from_columns(3, &[vec![1., 0., 0.], vec![0., 1., 0.], vec![0., 0., 1.]]);
        let found = consensus(&rows, &unit, 2);
        assert_eq!((found[0].moved_by.clone(), found[0].n_up), (vec![2], 1));
        assert!(found[1].moved_by.is_empty() && found[1].conjunction_fdr < 0.05);
        let overlaps = overlaps(&rows, 3);
        assert_eq!(overlaps.iter().map(|o| o.observed).collect::<Vec<_>>(), vec![1, 1, 1]);
        // one of two up in the first, two of two in the last
        assert!((overlaps[1].expected - 1.0).abs() < 1e-15);
    }
}
