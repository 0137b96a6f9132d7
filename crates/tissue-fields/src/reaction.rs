//! Sources and sinks of one sub-step, all of a voxel at once, implicit.
//!
//! ρ ← (ρ + Δt S)/(1 + Δt U): backward Euler on the summed rates of the voxel, so that two cells in one voxel are
//! right; stable and positive for every Δt, order 1. Reference: Ghaffarizadeh, Friedman, Macklin (2016),
//! doi:10.1093/bioinformatics/btv730. Proved by `a_sink_follows_its_exact_solution`.

use crate::rates::Entry;

/// What one voxel's rates do in a sub-step of given length.
#[derive(Clone, Copy, Debug)]
pub struct Response {
    pub voxel: u32,
    /// Δt S, added first.
    supply: f64,
    /// 1/(1 + Δt U), the share that stays.
    keep: f64,
    /// Δt U/(1 + Δt U), the share that is taken up.
    take: f64,
}

/// Responses of all entries to a sub-step of `step_min`.
pub fn respond(entries: &[Entry], step_min: f64, responses: &mut Vec<Response>) {
    responses.clear();
    responses.extend(entries.iter().map(|entry| {
        let sink = step_min * entry.uptake_per_min;
        let keep = 1.0 / (1.0 + sink);
        Response { voxel: entry.voxel, supply: step_min * entry.supply_per_min, keep, take: sink * keep }
    }));
}

/// Applies the responses of a stretch of voxels that begins at voxel `first`; adds to `taken[i]` what the sink of entry
/// i removed, and returns their sum. Never inlined: the running sum then stays in a register.
#[inline(never)]
pub fn step(values: &mut [f64], first: usize, responses: &[Response], taken: &mut [f64]) -> f64 {
    let mut removed = 0.0;
    for (response, taken) in responses.iter().zip(taken) {
        let value = &mut values[response.voxel as usize - first];
        let fed = *value + response.supply;
        *value = fed * response.keep;
        *taken += fed * response.take;
        removed += fed * response.take;
    }
    removed
}
