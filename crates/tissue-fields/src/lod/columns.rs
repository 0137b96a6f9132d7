//! Solves lines that lie across memory (y and z): many neighbouring lines at once, one per lane.
//!
//! eᵢ = dᵢ + cᵢ eᵢ₋₁ upwards, then xᵢ = eᵢ/pᵢ + cᵢ₊₁ xᵢ₊₁ downwards, with the factors of [`Axis`].
#![allow(unsafe_code)]

use crate::isa::Isa;
use crate::lod::axis::Axis;

/// Lines whose running values stay in registers.
const LANES: usize = 32;
/// Rows that are asked for ahead of their use.
const AHEAD: usize = 4;
/// Distance between rows from which the hardware does not see the next one coming.
const FAR: usize = 4096;

/// Solves `width` neighbouring lines whose voxels are `stride` apart, the first starting at `first`.
///
/// # Safety
/// For every i < `axis.n` the `width` values from `first + i * stride` are valid and nobody else's.
pub unsafe fn solve(isa: Isa, first: *mut f64, width: usize, stride: usize, axis: &Axis) {
    assert!(axis.carry.len() == axis.n + 1 && axis.inverse.len() == axis.n, "an eliminated axis");
    match isa {
        // SAFETY: passed on from the caller.
        Isa::Base => unsafe { solve_any(first, width, stride, axis) },
        // SAFETY: passed on from the caller; `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { solve_avx2(first, width, stride, axis) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn solve_avx2(first: *mut f64, width: usize, stride: usize, axis: &Axis) {
    // SAFETY: passed on from the caller.
    unsafe { solve_any(first, width, stride, axis) }
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
unsafe fn solve_any(first: *mut f64, width: usize, stride: usize, axis: &Axis) {
    let fours = width - width % 4;
    // The first lanes ask for the rows of all the others.
    let mut ahead = if stride >= FAR { width } else { 0 };
    // SAFETY: every call stays within the `width` lines that the caller owns.
    unsafe {
        let mut lane = 0;
        while lane < fours {
            // As even as possible, so that none is left with too few lines to work on while it waits for itself.
            let left = (fours - lane) / 4;
            let together = left.div_ceil(left.div_ceil(LANES / 4));
            let first = first.add(lane);
            match together {
                1 => solve_lanes::<4>(first, stride, axis, ahead),
                2 => solve_lanes::<8>(first, stride, axis, ahead),
                3 => solve_lanes::<12>(first, stride, axis, ahead),
                4 => solve_lanes::<16>(first, stride, axis, ahead),
                5 => solve_lanes::<20>(first, stride, axis, ahead),
                6 => solve_lanes::<24>(first, stride, axis, ahead),
                7 => solve_lanes::<28>(first, stride, axis, ahead),
                _ => solve_lanes::<LANES>(first, stride, axis, ahead),
            }
            (lane, ahead) = (lane + 4 * together, 0);
        }
        for lane in fours..width {
            solve_lanes::<1>(first.add(lane), stride, axis, ahead);
            ahead = 0;
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
unsafe fn solve_lanes<const N: usize>(first: *mut f64, stride: usize, axis: &Axis, ahead: usize) {
    let n = axis.n;
    let (carry, inverse) = (&axis.carry[..=n], &axis.inverse[..n]);
    // SAFETY: the first and the last row of the lines that the caller owns.
    unsafe {
        lift::<N>(first, axis.gain(0));
        lift::<N>(first.add((n - 1) * stride), axis.gain(1));
    }
    let mut before = [0.0; N];
    for (i, carry) in carry[..n].iter().enumerate() {
        // SAFETY: row i of the lines that the caller owns; an array of `f64` has its alignment.
        let row = unsafe { &mut *first.add(i * stride).cast::<[f64; N]>() };
        if i + AHEAD < n {
            fetch(first.wrapping_add((i + AHEAD) * stride), ahead);
        }
        for lane in 0..N {
            before[lane] = row[lane] + carry * before[lane];
        }
        *row = before;
    }
    let mut after = [0.0; N];
    for i in (0..n).rev() {
        // SAFETY: as above.
        let row = unsafe { &mut *first.add(i * stride).cast::<[f64; N]>() };
        for lane in 0..N {
            after[lane] = row[lane] * inverse[i] + carry[i + 1] * after[lane];
        }
        *row = after;
    }
}

/// Adds what comes in through a face.
///
/// # Safety
/// `N` values are valid at `row`, and the caller's.
unsafe fn lift<const N: usize>(row: *mut f64, gain: f64) {
    if gain != 0.0 {
        // SAFETY: as the caller promises.
        for value in unsafe { &mut *row.cast::<[f64; N]>() } {
            *value += gain;
        }
    }
}

/// Asks for a row that will be needed soon.
#[inline(always)]
#[allow(clippy::inline_always)] // a handful of instructions
fn fetch(row: *const f64, width: usize) {
    #[cfg(target_arch = "x86_64")]
    for at in (0..width).step_by(8) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a prefetch touches no memory, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(row.wrapping_add(at).cast()) };
    }
}
