//! Solves lines that obstacles interrupt: each open stretch is a line of its own with closed ends.
//!
//! The factors differ from line to line, so they are eliminated on the way; eight lines at a time.
#![allow(unsafe_code)]

use crate::lod::axis::Axis;

/// Lines solved together.
const LANES: usize = 8;

/// Values of room per voxel of a line.
pub const ROOM: usize = 2 * LANES;

/// Lines whose voxels are `stride` apart and whose first voxels are `next` apart, from voxel `first`.
#[derive(Clone, Copy)]
pub struct Bundle {
    pub first: usize,
    pub lines: usize,
    pub next: usize,
    pub stride: usize,
}

/// Solves all lines of a bundle; `work` holds [`ROOM`] × `axis.n` values.
///
/// # Safety
/// All voxels of the bundle are valid from `values`, the address of voxel 0, and nobody else's.
pub unsafe fn solve(values: *mut f64, solid: &[bool], bundle: Bundle, axis: &Axis, work: &mut [f64]) {
    for first in (0..bundle.lines).step_by(LANES) {
        let lines = LANES.min(bundle.lines - first);
        let some = Bundle { first: bundle.first + first * bundle.next, lines, ..bundle };
        // SAFETY: lines of the caller's bundle.
        unsafe { solve_some(values, solid, some, axis, work) };
    }
}

unsafe fn solve_some(values: *mut f64, solid: &[bool], bundle: Bundle, axis: &Axis, work: &mut [f64]) {
    let Bundle { first, lines, next, stride } = bundle;
    let (mut below, mut surplus, mut carry) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for i in 0..axis.n {
        let (base, gain, is_last) = (axis.base(i), gain(axis, i), i + 1 == axis.n);
        let room = &mut work[i * ROOM..(i + 1) * ROOM];
        for lane in 0..lines {
            let at = first + lane * next + i * stride;
            let link = if is_last || solid[at] || solid[at + stride] { 0.0 } else { axis.r };
            surplus[lane] = base + surplus[lane] * carry[lane];
            // SAFETY: a voxel of the caller's bundle.
            below[lane] = unsafe { *values.add(at) } + gain + carry[lane] * below[lane];
            let inverse = if solid[at] { 0.0 } else { 1.0 / (surplus[lane] + link) };
            carry[lane] = link * inverse;
            room[lane] = below[lane] * inverse;
            room[LANES + lane] = carry[lane];
        }
    }
    let mut above = [0.0; LANES];
    for i in (0..axis.n).rev() {
        let room = &work[i * ROOM..(i + 1) * ROOM];
        for lane in 0..lines {
            above[lane] = room[lane] + room[LANES + lane] * above[lane];
            // SAFETY: a voxel of the caller's bundle.
            unsafe { *values.add(first + lane * next + i * stride) = above[lane] };
        }
    }
}

fn gain(axis: &Axis, i: usize) -> f64 {
    let low = if i == 0 { axis.gain(0) } else { 0.0 };
    let high = if i + 1 == axis.n { axis.gain(1) } else { 0.0 };
    low + high
}
