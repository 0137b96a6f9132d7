//! Solves lines that lie across memory (y and z): many neighbouring lines at once, one per lane.
//!
//! eᵢ = dᵢ + cᵢ eᵢ₋₁ upwards, then xᵢ = eᵢ/pᵢ + cᵢ₊₁ xᵢ₊₁ downwards, with the factors of [`Axis`].
#![allow(unsafe_code)]

use crate::isa::Isa;
use crate::lod::axis::Axis;

/// Solves `width` neighbouring lines whose voxels are `stride` apart, the first starting at `first`.
///
/// # Safety
/// For every i < `axis.n` the `width` values from `first + i * stride` are valid and nobody else's.
pub unsafe fn solve(isa: Isa, first: *mut f64, width: usize, stride: usize, axis: &Axis) {
    debug_assert!(axis.carry.len() == axis.n + 1 && axis.inverse.len() == axis.n);
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
    let mut done = 0;
    // SAFETY: every call stays within the `width` lines that the caller owns.
    unsafe {
        while done + 32 <= width {
            solve_lanes::<32>(first.add(done), stride, axis);
            done += 32;
        }
        while done + 8 <= width {
            solve_lanes::<8>(first.add(done), stride, axis);
            done += 8;
        }
        while done + 4 <= width {
            solve_lanes::<4>(first.add(done), stride, axis);
            done += 4;
        }
        while done < width {
            solve_lanes::<1>(first.add(done), stride, axis);
            done += 1;
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
unsafe fn solve_lanes<const LANES: usize>(first: *mut f64, stride: usize, axis: &Axis) {
    let n = axis.n;
    let (carry, inverse) = (&axis.carry[..=n], &axis.inverse[..n]);
    add_gain::<LANES>(first, axis.gain(0));
    // SAFETY: the last row of the lines that the caller owns.
    add_gain::<LANES>(unsafe { first.add((n - 1) * stride) }, axis.gain(1));
    let mut before = [0.0; LANES];
    for (i, carry) in carry[..n].iter().enumerate() {
        // SAFETY: row i of the lines that the caller owns; `[f64; LANES]` has the alignment of `f64`.
        let row = unsafe { &mut *first.add(i * stride).cast::<[f64; LANES]>() };
        for lane in 0..LANES {
            before[lane] = row[lane] + carry * before[lane];
        }
        *row = before;
    }
    let mut after = [0.0; LANES];
    for i in (0..n).rev() {
        // SAFETY: as above.
        let row = unsafe { &mut *first.add(i * stride).cast::<[f64; LANES]>() };
        for lane in 0..LANES {
            after[lane] = row[lane] * inverse[i] + carry[i + 1] * after[lane];
        }
        *row = after;
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
fn add_gain<const LANES: usize>(row: *mut f64, gain: f64) {
    if gain != 0.0 {
        // SAFETY: both callers pass a row of the lines that they own.
        let row = unsafe { &mut *row.cast::<[f64; LANES]>() };
        for value in row {
            *value += gain;
        }
    }
}
