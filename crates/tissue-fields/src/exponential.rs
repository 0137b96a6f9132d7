//! Takes a field over a span of frozen rates at once, without time steps.
//!
//! ρ' = Aρ + S with A = D ∇² − λ − U has the solution ρ(T) = ρ₀ + φ₁ d and the time mean ρ₀ + φ₂ d, with d = T (Aρ₀ + S),
//! φ₁ = (1 − e^−ζ)/ζ and φ₂ = (ζ − 1 + e^−ζ)/ζ² of ζ = −TA. Both are summed in Chebyshev polynomials of X = 1 − 2ζ/Z, Z above
//! all eigenvalues ([`polynomial`]), or of X = 2/(1 + γζ) − 1 where diffusion is so fast that the first would need thousands
//! of terms ([`rational`]). Nothing is split, so sinks and diffusion act together; what sinks take is U × time mean. The
//! error falls faster than any power of the number of terms, and the terms are chosen by it; space is of order 2.
//! Clipped at zero and scaled, by less than that error, so that the budget closes to rounding.
//! Reference: Hochbruck, Ostermann (2010), doi:10.1017/S0962492910000048; Tal-Ezer, Kosloff (1984), doi:10.1063/1.448136.
//! Proved by `a_sink_follows_its_exact_solution` and `neighbouring_sinks_share_as_the_exact_solution_says`.

mod flat;
mod kernel;
mod operator;
mod polynomial;
mod rational;
mod series;

use crate::budget::{FieldWork, Tally};
use crate::column::Column;
use crate::elliptic::{Equation, Room};
use crate::isa::Isa;
use crate::state::State;
use crate::vector::{self, each_chunk};
pub use operator::Operator;
pub use series::Series;

/// Largest ζ that polynomials follow; beyond, implicit solves are cheaper.
const FARTHEST: f64 = 6e4;
/// Share of the tolerance that the neglected terms may have, because their bound holds for the root mean square and
/// waves that meet in one voxel may exceed it.
const CAUTION: f64 = 0.1;
/// No series is summed beyond this share of its start: rounding would not notice.
const FINEST: f64 = 1e-13;

/// Room for the sums, shared by all fields.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    operator: Operator,
    /// Time mean of the values.
    mean: Column,
    /// Terms, with the halo of the operator, which stays 0.
    now: Column,
    before: Column,
    /// What an implicit solve makes of a term.
    solved: Column,
    rational: Series,
    partial: Vec<f64>,
}

/// A span of one field.
pub struct Propagation<'a> {
    pub equation: Equation<'a>,
    pub time_min: f64,
    /// Error as a share of the mean value at the start.
    pub tolerance: f64,
    pub isa: Isa,
}

/// What a span did.
pub struct Outcome {
    pub work: FieldWork,
    /// Voxel where an implicit solve failed.
    pub stuck: Option<usize>,
}

impl Propagation<'_> {
    /// Advances `state`; `series` is this field's, kept between spans.
    pub fn run(
        &self,
        state: &mut State,
        scratch: &mut Scratch,
        series: &mut Series,
        room: &mut Room,
    ) -> Outcome {
        scratch.operator.set(&self.equation);
        let (n, halo) = (state.values.len(), scratch.operator.halo());
        scratch.mean.fit(n);
        scratch.now.fit(n + 2 * halo);
        scratch.before.fit(n + 2 * halo);
        let before = vector::sum(&state.values, &mut scratch.partial);
        scratch.mean.copy_from_slice(&state.values);
        let farthest = self.time_min * scratch.operator.largest_rate_per_min();
        let level = before / state.values.len() as f64;
        let done = (farthest <= FARTHEST)
            .then(|| self.polynomial(state, scratch, series, [farthest, level]))
            .flatten();
        let outcome = done.unwrap_or_else(|| self.rational(state, scratch, room, level));
        self.close(before, state, scratch);
        outcome
    }

    /// Largest share of a first term of size `first` that may be neglected, in a field whose mean is `level`.
    fn neglected(&self, first: f64, level: f64) -> f64 {
        (CAUTION * self.tolerance * level / first).max(FINEST)
    }

    /// Takes out what the tolerance left, and counts what came and went; `before` is the sum of the values at the start.
    fn close(&self, before: f64, state: &mut State, scratch: &mut Scratch) {
        let Scratch { operator, mean, partial, .. } = scratch;
        let (law, time_min) = (self.equation.law, self.time_min);
        let State { values, taken, tally } = state;
        clip(values);
        clip(mean);
        let supplied = time_min * self.equation.entries.iter().map(|entry| entry.supply_per_min).sum::<f64>();
        let sinks = self.equation.entries.iter();
        let removed =
            sinks.map(|entry| time_min * entry.uptake_per_min * mean[entry.voxel as usize]).sum::<f64>();
        let decayed = time_min * law.decay_per_min * vector::sum(mean, partial);
        let after = vector::sum(values, partial);
        let (gained, spent) = (before + supplied, after + removed + decayed);
        // What leaves through sides is what is missing: their fluxes are small differences of large numbers.
        let factor = if operator.is_closed() && spent > 0.0 { gained / spent } else { 1.0 };
        each_chunk(values, [], |values, []| values.iter_mut().for_each(|value| *value *= factor));
        for (entry, taken) in self.equation.entries.iter().zip(taken) {
            *taken = factor * (time_min * entry.uptake_per_min * mean[entry.voxel as usize]);
        }
        let left = if operator.is_closed() { 0.0 } else { gained - spent };
        let [sum, taken_up, decayed] = [after, removed, decayed].map(|amount| factor * amount);
        *tally = Tally { sum, supplied, taken_up, decayed, left };
    }
}

fn clip(values: &mut [f64]) {
    each_chunk(values, [], |values, []| {
        for value in values {
            // Written so that what is not a number stays for the health check.
            *value = if *value < 0.0 { 0.0 } else { *value };
        }
    });
}
