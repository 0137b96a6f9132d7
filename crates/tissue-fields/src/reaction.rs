//! Sources and sinks of one sub-step, all of a voxel at once, implicit.
//!
//! ρ ← (ρ + Δt S)/(1 + Δt U): backward Euler on the summed rates of the voxel, so that two cells in one voxel are
//! right; stable and positive for every Δt, order 1. Reference: Ghaffarizadeh, Friedman, Macklin (2016),
//! doi:10.1093/bioinformatics/btv730. Proved by `a_sink_follows_its_exact_solution`.

use crate::rates::Entry;

/// Applies the entries of a stretch of voxels that begins at voxel `first`; adds to `taken[i]` what the sink of entry
/// i removed, and returns their sum.
pub fn step(values: &mut [f64], first: usize, entries: &[Entry], step_min: f64, taken: &mut [f64]) -> f64 {
    let mut removed = 0.0;
    for (entry, taken) in entries.iter().zip(taken) {
        let value = &mut values[entry.voxel as usize - first];
        let sink = step_min * entry.uptake_per_min;
        *value = (*value + step_min * entry.supply_per_min) / (1.0 + sink);
        *taken += sink * *value;
        removed += sink * *value;
    }
    removed
}
