//! One implicit sub-step of diffusion and decay, split by direction (locally one-dimensional, backward Euler).
//!
//! (1 − Δt D ∂²ₓ + Δt λ/d)(1 − Δt D ∂²ᵧ + Δt λ/d)(1 − Δt D ∂²_z + Δt λ/d) ρⁿ⁺¹ = ρⁿ over the d axes of more than one voxel.
//! Second-order central differences between voxel centres; stable and positive for every Δt; order 1 in time.
//! Reference: Ghaffarizadeh, Friedman, Macklin (2016), doi:10.1093/bioinformatics/btv730.
//! Proved by `the_order_in_time_is_one_and_in_space_two` and `the_d3_workload_has_its_known_values`.
#![allow(unsafe_code)]

pub mod around;
pub mod axis;
mod columns;
mod rows;

use crate::budget::Tally;
use crate::isa::Isa;
use crate::reaction::{self, Response};
use crate::reduce::sum;
use crate::team::{self, Shared};
use around::Bundle;
use axis::Axis;

/// Columns of one task of a sweep across memory.
const TILE: usize = 256;
/// Planes from which x and y are swept plane by plane, while the plane is near.
const FEW_PLANES: usize = 8;
/// Rows of one task where there are few planes.
const SLAB_ROWS: usize = 32;

/// All that a sub-step needs besides the values.
#[derive(Clone, Copy)]
pub struct Sweeps<'a> {
    pub axes: &'a [Axis; 3],
    pub solid: Option<&'a [bool]>,
    /// Sources and sinks in the order of voxels.
    pub responses: &'a [Response],
    /// What all sources bring in a sub-step, value × voxels.
    pub supplied: f64,
    pub isa: Isa,
}

/// What one task of the first pass adds to the budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Sum of the values before anything happened, where that was asked for.
    before: f64,
    taken_up: f64,
    /// Outflow through the x faces.
    left: f64,
}

/// The state that a sub-step changes.
pub struct Target<'a> {
    pub values: &'a mut [f64],
    /// What the sink of each entry has removed.
    pub taken: &'a mut [f64],
    pub tally: &'a mut Tally,
    /// One part per task.
    pub parts: &'a mut Vec<Part>,
}

/// One sub-step: sources and sinks, then x, y and z.
pub fn step(target: Target, sweeps: &Sweeps) {
    let Target { values, taken, tally, parts } = target;
    let [x, y, z] = sweeps.axes;
    let plane = x.n * y.n;
    let is_fused = z.n >= FEW_PLANES;
    let slab = if is_fused { plane } else { SLAB_ROWS * x.n };
    let is_shared = team::is_worth(values.len());
    parts.clear();
    parts.resize(values.len().div_ceil(slab), Part::default());
    let counts = tally.sum.is_nan();
    let (shared, shared_taken) = (Shared::new(values), Shared::new(taken));
    let pass = NearPass { values: shared, taken: shared_taken, slab, is_fused, counts, sweeps };
    team::each_mut(parts, is_shared, |index, part| *part = pass.slab(index));
    if counts {
        tally.sum = parts.iter().map(|part| part.before).sum();
    }
    if !is_fused {
        across(values, y, x.n, is_shared, sweeps);
    }
    let left_y = outflow(values, 0, y, x.n, sweeps.solid);
    across(values, z, plane, is_shared, sweeps);
    let left_z = outflow(values, 0, z, plane, sweeps.solid);
    record(parts, [left_y, left_z], tally, sweeps);
}

/// The first pass over memory, slab by slab: sources and sinks, x; and y where a slab is a plane.
struct NearPass<'a> {
    values: Shared<'a, f64>,
    taken: Shared<'a, f64>,
    slab: usize,
    is_fused: bool,
    /// Whether to sum the values first.
    counts: bool,
    sweeps: &'a Sweeps<'a>,
}

impl NearPass<'_> {
    fn slab(&self, index: usize) -> Part {
        let Sweeps { axes: [x, y, _], responses, .. } = *self.sweeps;
        let first = index * self.slab;
        let range = first..(first + self.slab).min(self.values.len());
        let at = |voxel: usize| responses.partition_point(|response| (response.voxel as usize) < voxel);
        let here = at(range.start)..at(range.end);
        // SAFETY: slabs do not overlap, and neither do their entries, which are in the order of voxels.
        let (values, taken) = unsafe { (self.values.part(range), self.taken.part(here.clone())) };
        let before = if self.counts { sum(values) } else { 0.0 };
        let taken_up = reaction::step(values, first, &responses[here], taken);
        if x.is_active() {
            along(values, first, self.sweeps);
        }
        let left = outflow(values, first, x, 1, self.sweeps.solid);
        if self.is_fused && y.is_active() {
            let bundle = Bundle { first, lines: x.n, next: 1, stride: x.n };
            // SAFETY: the lines of this plane, which is this slab.
            unsafe { across_some(values.as_mut_ptr(), first, bundle, y, self.sweeps) };
        }
        Part { before, taken_up, left }
    }
}

/// Sweeps whole rows along x; `first` is the voxel where `values` begin.
fn along(values: &mut [f64], first: usize, sweeps: &Sweeps) {
    let x = &sweeps.axes[0];
    match sweeps.solid {
        None => rows::solve(sweeps.isa, values, x),
        Some(solid) => team::with_room(around::ROOM * x.n, |work| {
            let solid = &solid[first..first + values.len()];
            let bundle = Bundle { first: 0, lines: values.len() / x.n, next: x.n, stride: 1 };
            // SAFETY: exactly the rows of `values`.
            unsafe { around::solve(values.as_mut_ptr(), solid, bundle, x, work) };
        }),
    }
}

/// Sweeps y or z over the whole grid, tile by tile; neighbours along `axis` are `stride` apart.
fn across(values: &mut [f64], axis: &Axis, stride: usize, is_shared: bool, sweeps: &Sweeps) {
    if !axis.is_active() {
        return;
    }
    let tiles = stride.div_ceil(TILE);
    let blocks = values.len() / (stride * axis.n);
    let values = Shared::new(values);
    team::each(blocks * tiles, is_shared, |index| {
        let (block, tile) = (index / tiles, index % tiles);
        let first = block * stride * axis.n + tile * TILE;
        let bundle = Bundle { first, lines: TILE.min(stride - tile * TILE), next: 1, stride };
        // SAFETY: tiles do not overlap.
        unsafe { across_some(values.at(first), first, bundle, axis, sweeps) };
    });
}

/// Sweeps a bundle of neighbouring lines; `values` is the address of its first voxel.
///
/// # Safety
/// The lines of the bundle are valid and nobody else's.
unsafe fn across_some(values: *mut f64, first: usize, bundle: Bundle, axis: &Axis, sweeps: &Sweeps) {
    match sweeps.solid {
        // SAFETY: passed on from the caller.
        None => unsafe { columns::solve(sweeps.isa, values, bundle.lines, bundle.stride, axis) },
        Some(solid) => team::with_room(around::ROOM * axis.n, |work| {
            let bundle = Bundle { first: 0, ..bundle };
            // SAFETY: passed on from the caller.
            unsafe { around::solve(values, &solid[first..], bundle, axis, work) };
        }),
    }
}

/// Sum over both faces of an axis of 2r (u − value at the face), after its sweep.
fn outflow(values: &[f64], first: usize, axis: &Axis, stride: usize, solid: Option<&[bool]>) -> f64 {
    let mut left = 0.0;
    for (end, face) in axis.fixed.iter().enumerate().filter_map(|(end, face)| Some((end, (*face)?))) {
        if !axis.is_active() {
            continue;
        }
        let mut sum = 0.0;
        let from = end * (axis.n - 1) * stride;
        for (index, block) in values.chunks_exact(stride * axis.n).enumerate() {
            for (at, value) in block[from..from + stride].iter().enumerate() {
                let voxel = first + index * stride * axis.n + from + at;
                sum += if solid.is_some_and(|solid| solid[voxel]) { 0.0 } else { value - face };
            }
        }
        left += 2.0 * axis.r * sum;
    }
    left
}

/// Carries the budget along, from what the sinks took and from the flow through the faces.
fn record(parts: &[Part], left: [f64; 2], tally: &mut Tally, sweeps: &Sweeps) {
    tally.react(sweeps.supplied, parts.iter().map(|part| part.taken_up).sum());
    let left = [parts.iter().map(|part| part.left).sum(), left[0], left[1]];
    for (axis, left) in sweeps.axes.iter().zip(left).filter(|(axis, _)| axis.is_active()) {
        tally.sweep(left, axis.decay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Side;
    use crate::rates::Entry;
    use proptest::prelude::*;

    /// Bits after two sub-steps on a grid of shape `n` with one set of instructions.
    fn bits(isa: Isa, n: [usize; 3], start: &[f64], side: Side) -> Vec<u64> {
        let mut axes = n.map(|n| Axis::new(n, [side, Side::Closed]));
        for axis in &mut axes {
            axis.set(0.01, 250.0, 0.03);
        }
        let entry = |voxel| Entry { voxel, supply_per_min: 5.0, uptake_per_min: 2.0 };
        let entries: Vec<Entry> = (0..start.len() as u32).step_by(7).map(entry).collect();
        let mut responses = Vec::new();
        reaction::respond(&entries, 0.01, &mut responses);
        let sweeps = Sweeps { axes: &axes, solid: None, responses: &responses, supplied: 0.0, isa };
        let (mut values, mut taken) = (start.to_vec(), vec![0.0; entries.len()]);
        let (mut tally, mut parts) = (Tally { sum: f64::NAN, ..Tally::default() }, Vec::new());
        for _ in 0..2 {
            let (values, taken, tally) = (&mut values[..], &mut taken[..], &mut tally);
            step(Target { values, taken, tally, parts: &mut parts }, &sweeps);
        }
        let sums = [tally.sum, tally.taken_up, tally.decayed, tally.left];
        values.iter().chain(&taken).chain(&sums).map(|value| value.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn instructions_do_not_change_bits(
            n in [1_usize..70, 1_usize..50, 1_usize..12],
            seed in any::<u32>(),
            face in prop_oneof![Just(Side::Closed), (0.0..40.0).prop_map(Side::Fixed)],
        ) {
            let start: Vec<f64> =
                (0..(n[0] * n[1] * n[2]) as u32).map(|i| f64::from(i.wrapping_mul(seed | 1) >> 8) * 1e-6).collect();
            let base = bits(Isa::Base, n, &start, face);
            for isa in Isa::available() {
                prop_assert!(bits(*isa, n, &start, face) == base, "{isa:?} gives other bits on {n:?}");
            }
        }
    }
}
