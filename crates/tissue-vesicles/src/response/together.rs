//! The response to molecules that come in fixed proportion, many programs of a run from few numbers.
//!
//! What n lanes of copies deliver of each family is Σ weight × lane, so that whoever carries the lanes need not carry the
//! molecules. Families that no program of a receiver follows are left out; they would add nothing.
//! Equation and reference: see [`crate::response`].
//! Proved by `tests::lanes_respond_as_their_molecules_do`.

use super::{Response, occupancy, repression};

/// A [`Response`] to lanes of copies.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    threshold_copies: f64,
    hill: f64,
    receivers: Vec<Receiver>,
    delivered: Vec<f64>,
}

/// One receiver, with a row of numbers for each family that it follows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Receiver {
    own: Vec<f64>,
    pool: Vec<f64>,
    /// Occupancy at rest.
    rest: Vec<f64>,
    /// Per lane and family: copies of the family in one of the lane.
    weights: Vec<f64>,
    /// Per program and family: fall of the weighted log2 expression at full occupancy.
    gains: Vec<f64>,
}

impl Response {
    /// The response to `n_lanes` lanes; each species is a sum of `(lane, weight)`.
    pub fn together(&self, n_lanes: usize, of_species: &[Vec<(usize, f64)>]) -> Together {
        let weight = |family: &Vec<usize>, lane: usize| -> f64 {
            let parts = family.iter().flat_map(|species| &of_species[*species]);
            parts.filter(|(of, _)| *of == lane).map(|(_, weight)| weight).sum()
        };
        let n_families = self.families.len();
        let receiver = |of: &super::Receiver| {
            let rows = || of.gains.chunks_exact(n_families.max(1));
            let kept: Vec<usize> =
                (0..n_families).filter(|family| rows().any(|gains| gains[*family] != 0.0)).collect();
            let column = |value: &dyn Fn(usize) -> f64| kept.iter().map(|f| value(*f)).collect::<Vec<f64>>();
            Receiver {
                own: column(&|f| of.own[f].0),
                pool: column(&|f| of.own[f].1),
                rest: column(&|f| of.own[f].2),
                weights: (0..n_lanes).flat_map(|lane| column(&|f| weight(&self.families[f], lane))).collect(),
                gains: rows().flat_map(|gains| column(&|f| gains[f])).collect(),
            }
        };
        Together {
            threshold_copies: self.threshold_copies,
            hill: self.hill,
            receivers: self.receivers.iter().map(receiver).collect(),
            delivered: Vec::new(),
        }
    }
}

impl Together {
    /// Repression of each program of `receiver`, into `repressions`, from its copies in each lane.
    pub fn respond(&mut self, receiver: usize, lanes: &[f64], repressions: &mut [f64]) {
        repressions.fill(0.0);
        let Some(of) = self.receivers.get(receiver) else { return };
        let n_families = of.own.len();
        if n_families == 0 || lanes.iter().all(|copies| *copies <= 0.0) {
            return;
        }
        let active = &mut self.delivered;
        active.clear();
        active.resize(n_families, 0.0);
        for (copies, weights) in lanes.iter().zip(of.weights.chunks_exact(n_families)) {
            active.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += copies * weight);
        }
        let (threshold, hill) = (self.threshold_copies, self.hill);
        if hill.to_bits() == 1.0_f64.to_bits() {
            of.rise(active, |copies, pool| simple_occupancy(copies, pool, threshold));
        } else {
            of.rise(active, |copies, pool| occupancy(copies, pool, threshold, hill));
        }
        for (sum, gains) in repressions.iter_mut().zip(of.gains.chunks_exact(n_families)) {
            *sum =
                repression(-gains.iter().zip(active.iter()).map(|(gain, active)| gain * active).sum::<f64>());
        }
    }
}

impl Receiver {
    /// From what is delivered of each family to the rise of its occupancy.
    #[inline]
    fn rise(&self, active: &mut [f64], occupied: impl Fn(f64, f64) -> f64) {
        let rows = self.own.iter().zip(&self.pool).zip(&self.rest);
        for (active, ((own, pool), rest)) in active.iter_mut().zip(rows) {
            *active = (occupied(own + *active, *pool) - rest).max(0.0);
        }
    }
}

/// [`occupancy`] for a Hill power of 1, to the bit and without a branch.
#[inline]
fn simple_occupancy(copies: f64, pool: f64, threshold: f64) -> f64 {
    let excess = copies - pool - threshold;
    let root = (excess * excess + 4.0 * threshold * copies).sqrt();
    let above = 0.5 * (excess + root);
    let below = 2.0 * threshold * copies / (root - excess);
    let free = if excess >= 0.0 { above } else { below };
    let (small, large) = if free <= threshold { (free, threshold) } else { (threshold, free) };
    let x = small / large;
    let top = if free <= threshold { x } else { 1.0 };
    if copies > 0.0 && free > 0.0 { top / (1.0 + x) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::SpeciesLaw;
    use crate::response::{GeneLaw, ReceiverLaw, ResponseLaw};
    use proptest::prelude::*;

    fn law(hill: f64, own: Vec<f64>, pool: f64) -> ResponseLaw {
        let receiver = ReceiverLaw {
            pool: vec![pool; own.len()],
            baseline_copies: own,
            genes: vec![GeneLaw { hits: vec![(0, 0.4), (2, 0.3)] }, GeneLaw { hits: vec![(2, 0.2)] }],
            programs: vec![vec![(0, 2.0), (1, -1.0)], vec![(1, 1.0)], vec![]],
        };
        ResponseLaw { n_families: 4, threshold_copies: 300.0, hill, receivers: vec![receiver] }
    }

    proptest! {
        #[test]
        fn lanes_respond_as_their_molecules_do(
            lanes in [0.0..1e5_f64, 0.0..10.0_f64], own in prop::collection::vec(0.0..1e3_f64, 4),
            pool in 0.0..1e4_f64, steep in any::<bool>(),
        ) {
            let of = |family| SpeciesLaw { half_life_min: 60.0, family };
            let species = [of(Some(0)), of(None), of(Some(2)), of(Some(2)), of(Some(3))];
            let parts = vec![vec![(0, 0.3)], vec![(0, 1.0)], vec![(0, 0.1), (1, 2.0)], vec![(1, 5.0)], vec![]];
            let response = Response::new(&law(if steep { 2.5 } else { 1.0 }, own, pool), &species).unwrap();
            let copies = |s: usize| parts[s].iter().map(|(lane, weight)| lanes[*lane] * weight).sum::<f64>();
            let (mut each, mut all) = ([9.0; 3], [9.0; 3]);
            response.respond(0, copies, &mut each);
            let mut together = response.together(2, &parts);
            together.respond(0, &lanes, &mut all);
            for (each, all) in each.iter().zip(all) {
                prop_assert!((each - all).abs() <= 1e-13 * each.abs().max(1e-3), "{each} and {all}");
            }
            together.respond(0, &[0.0; 2], &mut all);
            prop_assert_eq!(all, [0.0; 3], "exactly 0 at rest");
            together.respond(7, &lanes, &mut all);
            prop_assert_eq!(all, [0.0; 3], "who is no receiver does not respond");
        }

        #[test]
        fn the_simple_form_has_the_same_bits(
            copies in 0.0..1e7_f64, pool in 0.0..1e6_f64, threshold in 1e-3..1e4_f64,
        ) {
            let (simple, known) =
                (simple_occupancy(copies, pool, threshold), occupancy(copies, pool, threshold, 1.0));
            prop_assert_eq!(simple.to_bits(), known.to_bits());
            prop_assert_eq!(simple_occupancy(0.0, pool, threshold), 0.0);
        }
    }
}
