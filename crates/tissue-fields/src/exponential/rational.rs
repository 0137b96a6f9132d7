//! The sums in polynomials of W = (1 − γTA)⁻¹: X = 2W − 1, one unsplit implicit solve per term, whatever the diffusion.
//!
//! The first term is that of an implicit Euler step of γT from ρ₀, W d = (ρ_γ − ρ₀)/γ, so no fast rate is ever multiplied out;
//! φ₁/(γw) and φ₂/(γw) of w = 1/(1 + γζ) are smooth, and some 15 terms reach six digits for all ζ ≥ 0.
//! Reference: van den Eshof, Hochbruck (2006), doi:10.1137/040605461; Moret, Novati (2004),
//! doi:10.1023/B:BITN.0000046805.27551.3b.

use super::series::phi;
use super::{Outcome, Propagation, Scratch};
use crate::budget::FieldWork;
use crate::elliptic::{Failure, Room};
use crate::state::State;
use crate::vector::{self, each_chunk};

/// Implicit step as a share of the span; few terms are needed between 0.06 and 0.15.
const GAMMA: f64 = 0.1;
/// Points from which coefficients are made, more than are ever used.
const POINTS: usize = 160;
/// Residual of a solve, as a share of the tolerance.
const EXACTER: f64 = 1e-3;

impl Propagation<'_> {
    /// Puts the end and the mean of a span into place.
    pub(super) fn rational(
        &self,
        state: &mut State,
        scratch: &mut Scratch,
        room: &mut Room,
        level: f64,
    ) -> Outcome {
        let mut work = FieldWork { sub_steps: 1, iterations: 0 };
        match self.sum_solves(state, scratch, (room, level), &mut work) {
            Ok(()) => Outcome { work, stuck: None },
            Err(failure) => {
                work.iterations += failure.iterations;
                Outcome { work, stuck: Some(failure.voxel) }
            }
        }
    }

    fn sum_solves(
        &self,
        state: &mut State,
        scratch: &mut Scratch,
        (room, level): (&mut Room, f64),
        work: &mut FieldWork,
    ) -> Result<(), Failure> {
        let Scratch { operator, mean, now, before, solved, rational, partial, .. } = scratch;
        let values = &mut state.values;
        let own = operator.halo()..operator.halo() + values.len();
        let (mut now, mut before) = (&mut now[own.clone()], &mut before[own]);
        let tolerance = EXACTER * self.tolerance;
        let shift_per_min = 1.0 / (GAMMA * self.time_min);
        room.assemble(&self.equation, shift_per_min, values);
        now.copy_from_slice(values);
        work.iterations += room.invert(now, tolerance)?;
        each_chunk(now, [values], |now, [values]| vector::add(now, -1.0, values));
        let first = vector::largest(now, partial);
        if first == 0.0 {
            return Ok(());
        }
        rational.fit(GAMMA, POINTS, |share| {
            let w = 1.0 - share;
            phi(share / (GAMMA * w)).map(|phi| phi / (GAMMA * w))
        });
        solved.fit(now.len());
        let n_terms = rational.n_terms(self.neglected(first, level));
        for k in 0..n_terms {
            if k > 0 {
                room.set_right(shift_per_min, now);
                solved.fill(0.0);
                work.iterations += room.invert(solved, tolerance)?;
                let (factor, kept) = if k == 1 { (1.0, 0.0) } else { (2.0, 1.0) };
                if k == 1 {
                    before.fill(0.0);
                }
                each_chunk(before, [now, solved], |before, [now, solved]| {
                    for ((before, now), solved) in before.iter_mut().zip(now).zip(solved) {
                        *before = factor * (2.0 * solved - now) - kept * *before;
                    }
                });
                std::mem::swap(&mut now, &mut before);
            }
            let [[end, _], [middle, _]] = rational.pair(k, n_terms);
            each_chunk(values, [now], |values, [now]| vector::add(values, end, now));
            each_chunk(mean, [now], |mean, [now]| vector::add(mean, middle, now));
        }
        Ok(())
    }
}
