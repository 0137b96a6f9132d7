//! From copies in the cytosol to repression of programs: species → seed family → gene → program, titrated.
//!
//! Equation: of m copies the pool of T competing sites leaves u free, u + T u/(u + K) = m; occupancy is
//! θ = uʰ/(uʰ + Kʰ); log2FC of gene g is −Σ_f s_fg (θ(baseline + delivered) − θ(baseline)); repression of a program
//! is 1 − 2^(Σ w log2FC), weights divided by their sum of magnitudes over the genes that the receiver expresses.
//! Discretisation: algebraic; the root of the quadratic is taken in the form that does not cancel.
//! Reference: Mukherji (2011), doi 10.1038/ng.905 (titration); Mullokandov (2012), doi 10.1038/nmeth.2078 (threshold).
//! Proved by `tests::the_pool_sets_a_threshold`, `tests::limits`, and the property below.

mod together;

pub use together::Together;

use crate::check::LawError;
use crate::law::SpeciesLaw;
use vesicle_base::math;

/// Which families repress a gene, and by how much at full occupancy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GeneLaw {
    /// `(seed family, strength)`: fall of log2 expression when the family goes from empty to full occupancy.
    pub hits: Vec<(u16, f64)>,
}

/// What one receiver brings: its own miRNA, its competing sites, its genes and programs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceiverLaw {
    /// Own copies per cell, per family.
    pub baseline_copies: Vec<f64>,
    /// Titrating target sites per cell, per family.
    pub pool: Vec<f64>,
    /// The genes it expresses.
    pub genes: Vec<GeneLaw>,
    /// Each program as `(gene, signed weight)`; genes that the receiver does not express are left out.
    pub programs: Vec<Vec<(u32, f64)>>,
}

/// How cargo acts, for every receiver.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseLaw {
    /// Number of seed families.
    pub n_families: usize,
    /// Free copies per cell at half occupancy; also the affinity of the competing sites.
    pub threshold_copies: f64,
    /// Hill power of occupancy.
    pub hill: f64,
    /// Every receiver; may be empty where nothing responds.
    pub receivers: Vec<ReceiverLaw>,
}

impl ResponseLaw {
    /// No receiver responds to anything.
    pub fn none() -> Self {
        Self { n_families: 0, threshold_copies: 1.0, hill: 1.0, receivers: Vec::new() }
    }
}

/// Copies that a pool of competing sites of the given affinity (copies at half occupancy) leaves free.
pub fn free_copies(copies: f64, pool: f64, affinity: f64) -> f64 {
    if copies <= 0.0 {
        return 0.0;
    }
    let excess = copies - pool - affinity;
    let root = (excess * excess + 4.0 * affinity * copies).sqrt();
    if excess >= 0.0 { 0.5 * (excess + root) } else { 2.0 * affinity * copies / (root - excess) }
}

/// Occupancy of a target by `copies`, in [0, 1).
pub fn occupancy(copies: f64, pool: f64, threshold: f64, hill: f64) -> f64 {
    let free = free_copies(copies, pool, threshold);
    if free <= 0.0 {
        0.0
    } else if free <= threshold {
        let x = power(free / threshold, hill);
        x / (1.0 + x)
    } else {
        1.0 / (1.0 + power(threshold / free, hill))
    }
}

/// xʰ; the most frequent power costs nothing and has the same bits.
fn power(x: f64, hill: f64) -> f64 {
    if hill.to_bits() == 1.0_f64.to_bits() { x } else { math::pow(x, hill) }
}

/// Rise of occupancy above the receiver's own when `copies` are delivered; exactly 0 at rest.
pub fn activity(copies: f64, baseline: f64, pool: f64, threshold: f64, hill: f64) -> f64 {
    if copies <= 0.0 {
        return 0.0;
    }
    let rest = occupancy(baseline, pool, threshold, hill);
    (occupancy(baseline + copies, pool, threshold, hill) - rest).max(0.0)
}

/// Repression for a weighted log2 fold change: 1 − 2^x; negative where expression rises.
pub fn repression(log2_fold_change: f64) -> f64 {
    0.0 - math::expm1(log2_fold_change * core::f64::consts::LN_2)
}

/// The response compiled for the species that are tracked: what is not tracked costs nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    threshold_copies: f64,
    hill: f64,
    n_programs: usize,
    /// Species of each family that any tracked species belongs to.
    families: Vec<Vec<usize>>,
    receivers: Vec<Receiver>,
}

#[derive(Clone, Debug, PartialEq)]
struct Receiver {
    /// Per tracked family: own copies, competing sites, and the occupancy that these leave at rest.
    own: Vec<(f64, f64, f64)>,
    /// Per program and tracked family: fall of the weighted log2 expression at full occupancy.
    gains: Vec<f64>,
    /// Tracked families that move any of its programs.
    moving: Vec<usize>,
}

impl Response {
    /// Compiles a law for these species.
    ///
    /// # Errors
    /// Where an index points nowhere or a number is out of its range.
    pub fn new(law: &ResponseLaw, species: &[SpeciesLaw]) -> Result<Self, LawError> {
        crate::check::response(law, species)?;
        let mut tracked: Vec<u16> = species.iter().filter_map(|s| s.family).collect();
        tracked.sort_unstable();
        tracked.dedup();
        let members =
            |family: &u16| (0..species.len()).filter(|s| species[*s].family == Some(*family)).collect();
        Ok(Self {
            threshold_copies: law.threshold_copies,
            hill: law.hill,
            n_programs: law.receivers.first().map_or(0, |receiver| receiver.programs.len()),
            families: tracked.iter().map(members).collect(),
            receivers: law.receivers.iter().map(|receiver| Receiver::new(receiver, &tracked, law)).collect(),
        })
    }

    /// Number of programs.
    pub fn n_programs(&self) -> usize {
        self.n_programs
    }

    /// Repression of each program of `receiver`, into `repressions`, from the copies of each species in its cytosol.
    pub fn respond(&self, receiver: usize, copies: impl Fn(usize) -> f64, repressions: &mut [f64]) {
        repressions.fill(0.0);
        let Some(receiver) = self.receivers.get(receiver) else { return };
        for &f in &receiver.moving {
            let delivered: f64 = self.families[f].iter().map(|species| copies(*species)).sum();
            if delivered <= 0.0 {
                continue;
            }
            let (baseline, pool, rest) = receiver.own[f];
            let full = occupancy(baseline + delivered, pool, self.threshold_copies, self.hill);
            let active = (full - rest).max(0.0);
            for (program, sum) in repressions.iter_mut().enumerate() {
                *sum -= receiver.gains[program * self.families.len() + f] * active;
            }
        }
        for sum in repressions.iter_mut().filter(|sum| **sum != 0.0) {
            *sum = repression(*sum);
        }
    }
}

impl Receiver {
    fn new(law: &ReceiverLaw, tracked: &[u16], shared: &ResponseLaw) -> Self {
        let own = |family: &u16| {
            let (copies, pool) = (law.baseline_copies[*family as usize], law.pool[*family as usize]);
            (copies, pool, occupancy(copies, pool, shared.threshold_copies, shared.hill))
        };
        let gains: Vec<f64> =
            law.programs.iter().flat_map(|program| gains(program, &law.genes, tracked)).collect();
        let rows = gains.chunks_exact(tracked.len().max(1));
        let moves = |f: &usize| rows.clone().any(|gains| gains[*f] != 0.0);
        Self {
            own: tracked.iter().map(own).collect(),
            moving: (0..tracked.len()).filter(moves).collect(),
            gains,
        }
    }
}

/// Per tracked family (rising): fall of the weighted log2 expression of a program at full occupancy.
fn gains(program: &[(u32, f64)], genes: &[GeneLaw], tracked: &[u16]) -> Vec<f64> {
    let weight: f64 = program.iter().map(|(_, w)| w.abs()).sum();
    let mut reach = vec![0.0; tracked.len()];
    for (gene, w) in program {
        for (family, strength) in &genes[*gene as usize].hits {
            if let Ok(at) = tracked.binary_search(family) {
                reach[at] += w * strength;
            }
        }
    }
    if weight > 0.0 {
        reach.iter_mut().for_each(|sum| *sum /= weight);
        reach
    } else {
        vec![0.0; tracked.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_root_solves_the_balance() {
        for (m, t, k) in
            [(5.0, 0.0, 300.0), (1e3, 1e5, 30.0), (1e5, 1e5, 1e-3), (1e8, 10.0, 1.0), (1e-6, 1e6, 1.0)]
        {
            let u = free_copies(m, t, k);
            assert!(((u + t * u / (u + k)) / m - 1.0).abs() < 1e-9, "{m} {t} {k}: {u}");
        }
        assert_eq!(free_copies(700.0, 0.0, 300.0), 700.0);
    }

    #[test]
    fn the_pool_sets_a_threshold() {
        let (pool, k) = (1e4, 10.0);
        let below = free_copies(0.5 * pool, pool, k) / (0.5 * pool);
        let above = free_copies(2.0 * pool, pool, k) / (2.0 * pool);
        assert!(
            below < 2.1e-3 && (above - 0.5).abs() < 1e-3,
            "below the pool nothing is free, above it the rest"
        );
        let slope = |m: f64| {
            (math::ln(free_copies(m * 1.001, pool, k)) - math::ln(free_copies(m, pool, k))) / math::ln(1.001)
        };
        assert!(
            (slope(10.0) - 1.0).abs() < 0.01
                && slope(pool) > 10.0
                && (slope(100.0 * pool) - 1.0).abs() < 0.02
        );
    }

    #[test]
    fn limits() {
        assert_eq!(activity(0.0, 500.0, 1e5, 300.0, 2.0), 0.0);
        assert!((activity(1e15, 0.0, 1e5, 300.0, 1.0) - 1.0).abs() < 1e-9);
        assert!(activity(100.0, 0.0, 1e9, 300.0, 1.0) < 1e-6, "only competing targets");
        assert!(activity(1e9, 1e12, 0.0, 300.0, 1.0) < 1e-9, "already full of its own");
        assert_eq!(repression(0.0).to_bits(), 0);
        assert!((repression(-1.0) - 0.5).abs() < 1e-15 && repression(0.3) < 0.0);
        assert_eq!(occupancy(1e300, 0.0, 1e-300, 4.0), 1.0);
    }

    #[test]
    fn weights_are_signed_and_shared() {
        let law = ResponseLaw {
            n_families: 2,
            threshold_copies: 300.0,
            hill: 1.0,
            receivers: vec![ReceiverLaw {
                baseline_copies: vec![0.0, 0.0],
                pool: vec![0.0, 0.0],
                genes: vec![
                    GeneLaw { hits: vec![(1, 0.4)] },
                    GeneLaw::default(),
                    GeneLaw { hits: vec![(1, 0.2)] },
                ],
                programs: vec![vec![(0, 2.0), (1, 1.0), (2, -1.0)], vec![(1, 5.0)], vec![]],
            }],
        };
        let species = [
            SpeciesLaw { half_life_min: 60.0, family: Some(1) },
            SpeciesLaw { half_life_min: 60.0, family: None },
        ];
        let response = Response::new(&law, &species).unwrap();
        let mut out = [9.0; 3];
        response.respond(0, |s| [300.0, 1e9][s], &mut out);
        let want = 1.0 - math::exp2(-(2.0 * 0.4 - 0.2) / 4.0 * 0.5);
        assert!((out[0] - want).abs() < 1e-15 && out[1] == 0.0 && out[2] == 0.0, "{out:?}");
        response.respond(0, |_| 0.0, &mut out);
        assert_eq!(out, [0.0; 3], "exactly 0 at rest");
    }

    proptest! {
        #[test]
        fn activity_is_monotone_and_bounded(
            copies in 0.0..1e7_f64, more in 0.0..1e7_f64, baseline in 0.0..1e5_f64, pool in 0.0..1e6_f64,
            threshold in 1.0..1e4_f64, hill in 0.5..4.0_f64,
        ) {
            let of = |copies| activity(copies, baseline, pool, threshold, hill);
            prop_assert!(of(copies + more) >= of(copies) - 1e-15);
            prop_assert!((0.0..=1.0).contains(&of(copies)));
        }
    }
}
