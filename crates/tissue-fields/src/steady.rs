//! The state that frozen sources lead to, at once: (λ + U) ρ − D ∇²ρ = S.
//!
//! Solved by [`crate::elliptic`] from the present values: no time step and no stability bound. Parts of the grid without any
//! sink or fixed side have no steady state when fed (reported), and go to their mean otherwise. For fields that settle
//! within a tick; uptake and decay over the span are those of the new state.
//! Reference: Saad (2003) 9.2, doi:10.1137/1.9780898718003. Proved by `a_steady_field_has_a_cosh_profile`.

use crate::budget::{FieldWork, Tally};
use crate::elliptic::{Equation, Rest, Room};
use crate::reduce::sum;
use crate::state::State;

/// What a solve did.
pub struct Outcome {
    pub work: FieldWork,
    /// A voxel of a part that has no steady state, or that did not converge.
    pub stuck: Option<usize>,
    /// After less before, value × voxels.
    pub adjusted: f64,
}

/// Puts `state` into its steady state and counts what comes and goes there over `time_min`.
pub fn settle(equation: &Equation, state: &mut State, time_min: f64, room: &mut Room) -> Outcome {
    let tolerance = equation.common.stepping.steady_tolerance;
    let before = sum(&state.values);
    room.assemble(equation, 0.0, &state.values);
    let (iterations, stuck) = match room.settle(&mut state.values) {
        Rest::Nothing => (0, None),
        Rest::Grows(voxel) => (0, Some(voxel)),
        Rest::Solve => match room.solve(equation.law, &mut state.values, tolerance) {
            Ok(iterations) => (iterations, None),
            Err(failure) => (failure.iterations, Some(failure.voxel)),
        },
    };
    count(equation, state, time_min, room);
    let adjusted = sum(&state.values) - before;
    Outcome { work: FieldWork { sub_steps: 0, iterations }, stuck, adjusted }
}

/// Adds what the present values supply, take up, lose and let out over `time_min`.
fn count(equation: &Equation, state: &mut State, time_min: f64, room: &Room) {
    let State { values, taken, tally } = state;
    let mut supplied = 0.0;
    let mut removed = 0.0;
    for (entry, taken) in equation.entries.iter().zip(taken) {
        let here = time_min * entry.uptake_per_min * values[entry.voxel as usize];
        *taken += here;
        removed += here;
        supplied += time_min * entry.supply_per_min;
    }
    tally.react(supplied, removed);
    *tally = Tally {
        decayed: tally.decayed + equation.law.decay_per_min * time_min * sum(values),
        left: tally.left + time_min * room.outflow_per_min(equation.law, values),
        ..*tally
    };
}
