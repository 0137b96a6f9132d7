//! Several contrasts of one question: what replicates, by how much, and which contrast carries it.
//!
//! Contrasts that share donors are dependent; their correlation enters the pooled effect, and the replicability test
//! holds under any dependence. Which features are the same thing is the caller's business.

mod conjunction;
mod join;
mod pooled;

pub use conjunction::partial_conjunction;
pub use join::{ConsensusRow, Overlap, consensus, overlaps};
pub use pooled::{Pooled, pool};

/// The effect of one feature in one contrast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// log2 fold change.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Two-sided p.
    pub p: f64,
}

impl Effect {
    /// p that the effect is not above (or, for `up` false, not below) 0.
    pub fn one_sided(self, up: bool) -> f64 {
        if (self.estimate > 0.0) == up { 0.5 * self.p } else { 1.0 - 0.5 * self.p }
    }

    /// Whether all numbers are there.
    pub fn is_whole(self) -> bool {
        self.estimate.is_finite() && self.se.is_finite() && self.se > 0.0 && self.p.is_finite()
    }
}

/// Weight of a donor in a contrast of two groups: 1 / n of the compared level, −1 / n of the reference.
pub type Weights = Vec<(String, f64)>;

/// Correlation of two contrasts through the donors they share.
pub fn shared_donor_correlation(a: &Weights, b: &Weights) -> f64 {
    let size = |w: &Weights| w.iter().map(|(_, v)| v * v).sum::<f64>();
    let both: f64 = a
        .iter()
        .map(|(name, v)| b.iter().filter(|(other, _)| other == name).map(|(_, w)| v * w).sum::<f64>())
        .sum();
    let norm = (size(a) * size(b)).sqrt();
    if norm > 0.0 { (both / norm).clamp(-1.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_that_share_controls_correlate_by_a_half() {
        let side = |names: [&str; 4], weight: f64| names.map(|n| (n.to_owned(), weight)).to_vec();
        let controls = || side(["c1", "c2", "c3", "c4"], -0.25);
        let a: Weights = [side(["h1", "h2", "h3", "h4"], 0.25), controls()].concat();
        let b: Weights = [side(["p1", "p2", "p3", "p4"], 0.25), controls()].concat();
        assert!((shared_donor_correlation(&a, &b) - 0.5).abs() < 1e-15);
        assert!((shared_donor_correlation(&a, &a) - 1.0).abs() < 1e-15);
        assert_eq!(shared_donor_correlation(&a, &Vec::new()), 0.0);
    }
}
