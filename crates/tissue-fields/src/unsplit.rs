//! One implicit sub-step with everything at once, for rates so fast that splitting them from diffusion needs tiny steps.
//!
//! (1/Δt + λ + U) ρⁿ⁺¹ − D ∇²ρⁿ⁺¹ = ρⁿ/Δt + S, backward Euler, solved by [`crate::elliptic`]; stable and positive for every Δt,
//! order 1 in time. Its rest is the true steady state, whatever Δt.
//! Reference: Hairer, Wanner (1996) IV.3, doi:10.1007/978-3-642-05221-7. Proved by `a_fast_sink_does_not_stop_the_clock`.

use crate::elliptic::{Equation, Failure, Room};
use crate::steady::count;
use crate::substeps::Trial;

/// Residual of a solve as a share of its right-hand side; far below any error of time.
const TOLERANCE: f64 = 1e-10;

/// Advances `state` by `step_min`; returns the iterations.
pub fn step(equation: &Equation, state: &mut Trial, step_min: f64, room: &mut Room) -> Result<u64, Failure> {
    room.assemble(equation, 1.0 / step_min, &state.values);
    let iterations = room.solve(equation.law, &mut state.values, TOLERANCE)?;
    count(equation, state, step_min, room);
    Ok(iterations)
}
