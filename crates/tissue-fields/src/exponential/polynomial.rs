//! The sums in polynomials of A itself: X = 1 + 2A/Λ, one pass over the grid per term, about √(Z ln 1/ε) terms.

use super::kernel::Factors;
use super::operator::{Collected, Operator};
use super::series::{Series, phi};
use super::{Outcome, Propagation, Scratch};
use crate::budget::FieldWork;
use crate::law::Side;
use crate::state::State;
use crate::vector;

/// The smallest reach that coefficients are made for.
const NEAREST: f64 = 1e-9;

impl Propagation<'_> {
    /// Puts the end and the mean of a span into place; `farthest` bounds all ζ, `level` is the mean at the start. Nothing
    /// is done where so much is to be evened out that the rounding of the terms would show.
    pub(super) fn polynomial(
        &self,
        state: &mut State,
        scratch: &mut Scratch,
        series: &mut Series,
        [farthest, level]: [f64; 2],
    ) -> Option<Outcome> {
        let Scratch { operator, mean, now, before, partial, .. } = scratch;
        self.set_off(operator, &state.values, before, now);
        let first = vector::largest(now, partial);
        let mut work = FieldWork { sub_steps: 1, iterations: 1 };
        if first == 0.0 {
            return Some(Outcome { work, stuck: None });
        }
        let farthest = rounded_up(farthest.max(NEAREST));
        let n_points = 40 + (6.0 * farthest.sqrt()) as usize;
        series.fit(farthest, n_points, |share| phi(farthest * share));
        let n_terms = series.n_terms(self.neglected(first, level));
        let rounding = f64::EPSILON * n_terms as f64 * (n_terms as f64).sqrt() * first;
        if level > 0.0 && rounding > self.tolerance * level {
            return None;
        }
        let image = -2.0 * self.time_min / farthest;
        let mut factors = Factors { own: 1.0, image, subtracts: false };
        for k in 0..n_terms {
            // Every second pass has two new terms at hand.
            let collected = (k % 2 == 0).then(|| Collected {
                sums: [&mut state.values[..], &mut mean[..]],
                factors: series.pair(k, n_terms),
            });
            if k % 2 == 0 || k + 1 < n_terms {
                operator.pass(self.isa, factors, now, before, collected);
                work.iterations += 1;
            }
            std::mem::swap(now, before);
            factors = Factors { own: 2.0, image: 2.0 * image, subtracts: true };
        }
        Some(Outcome { work, stuck: None })
    }

    /// d = T (Aρ₀ + S), sides included. `haloed` is room for the values with their halo, where there is one.
    fn set_off(&self, operator: &Operator, values: &[f64], haloed: &mut [f64], d: &mut [f64]) {
        let law = self.equation.law;
        let factors = Factors { own: 0.0, image: -self.time_min, subtracts: false };
        let own = operator.halo()..operator.halo() + values.len();
        if own.start == 0 {
            operator.pass(self.isa, factors, values, d, None);
        } else {
            haloed[own.clone()].copy_from_slice(values);
            operator.pass(self.isa, factors, haloed, d, None);
        }
        let d = &mut d[own];
        for entry in self.equation.entries {
            d[entry.voxel as usize] += self.time_min * entry.supply_per_min;
        }
        operator.each_face(|voxel, face, link| {
            let is_open = self.equation.common.solid.is_none_or(|solid| !solid[voxel]);
            if let (Side::Fixed(value), true) = (law.sides[face], is_open) {
                d[voxel] += self.time_min * link * value;
            }
        });
    }
}

/// The next number with three bits after its first, so that the same coefficients serve many spans.
fn rounded_up(value: f64) -> f64 {
    const STEP: u64 = 1 << 49;
    f64::from_bits(value.to_bits().div_ceil(STEP) * STEP)
}
