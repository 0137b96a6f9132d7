//! Solves lines that lie along memory (x): several rows at once, turned in registers so that each is one lane.
//!
//! eᵢ = dᵢ + cᵢ eᵢ₋₁ upwards, then xᵢ = eᵢ/pᵢ + cᵢ₊₁ xᵢ₊₁ downwards, with the factors of [`Axis`].
//! The vector kernel leaves the e of four rows and four columns in the place of their values, turned, and turns them back
//! on the way down: no memory but that of the values is touched.
#![allow(unsafe_code)]

use crate::isa::Isa;
use crate::lod::axis::Axis;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m256d, _mm_loadu_pd, _mm256_add_pd, _mm256_castpd128_pd256, _mm256_insertf128_pd, _mm256_loadu_pd,
    _mm256_mul_pd, _mm256_permute2f128_pd, _mm256_set_pd, _mm256_set1_pd, _mm256_setzero_pd,
    _mm256_storeu_pd, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

/// Fours of rows that are solved side by side, so that none waits for itself; their values fit into the nearest cache.
const MOST_FOURS: usize = 5;

/// Solves each row of `values`, all `axis.n` long.
pub fn solve(isa: Isa, values: &mut [f64], axis: &Axis) {
    let n = axis.n;
    assert!(values.len().is_multiple_of(n), "whole rows");
    assert!(axis.carry.len() == n + 1 && axis.inverse.len() == n, "an eliminated axis");
    if axis.gain(0) != 0.0 || axis.gain(1) != 0.0 {
        for row in values.chunks_exact_mut(n) {
            row[0] += axis.gain(0);
            row[n - 1] += axis.gain(1);
        }
    }
    let rest = match isa {
        Isa::Base => values,
        // SAFETY: `Isa::Avx2` exists only where the CPU has it; lengths were checked above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { solve_avx2(values, axis) },
    };
    let mut groups = rest.chunks_exact_mut(4 * n);
    for group in &mut groups {
        solve_plain::<4>(group, axis);
    }
    let rest = groups.into_remainder();
    match rest.len() / n {
        3 => solve_plain::<3>(rest, axis),
        2 => solve_plain::<2>(rest, axis),
        1 => solve_plain::<1>(rest, axis),
        _ => (),
    }
}

/// Solves `ROWS` rows, interleaved so that none waits for itself.
fn solve_plain<const ROWS: usize>(rows: &mut [f64], axis: &Axis) {
    let n = axis.n;
    let mut before = [0.0; ROWS];
    for (i, carry) in axis.carry[..n].iter().enumerate() {
        for lane in 0..ROWS {
            before[lane] = rows[lane * n + i] + carry * before[lane];
            rows[lane * n + i] = before[lane];
        }
    }
    let mut after = [0.0; ROWS];
    for i in (0..n).rev() {
        for lane in 0..ROWS {
            after[lane] = rows[lane * n + i] * axis.inverse[i] + axis.carry[i + 1] * after[lane];
            rows[lane * n + i] = after[lane];
        }
    }
}

/// Solves as many rows as come in fours and returns the others.
///
/// # Safety
/// Lengths as checked in [`solve`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn solve_avx2<'a>(values: &'a mut [f64], axis: &Axis) -> &'a mut [f64] {
    let n = axis.n;
    let (rows, mut rest) = (values.len() / n, values);
    let mut fours = rows / 4;
    while fours > 0 {
        // As even as possible, so that no group is left to wait for itself.
        let together = fours.div_ceil(fours.div_ceil(MOST_FOURS));
        let (group, others) = rest.split_at_mut(together * 4 * n);
        let rows = group.as_mut_ptr();
        // SAFETY: `together` fours of whole rows.
        unsafe {
            match together {
                1 => solve_fours::<1>(rows, axis),
                2 => solve_fours::<2>(rows, axis),
                3 => solve_fours::<3>(rows, axis),
                4 => solve_fours::<4>(rows, axis),
                _ => solve_fours::<5>(rows, axis),
            }
        }
        (rest, fours) = (others, fours - together);
    }
    rest
}

/// Solves 4 × `FOURS` rows from `rows`.
///
/// # Safety
/// That many rows of `axis.n` values are valid at `rows`; `axis` is eliminated.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn solve_fours<const FOURS: usize>(rows: *mut f64, axis: &Axis) {
    let n = axis.n;
    let whole = n - n % 4;
    let (carry, inverse) = (axis.carry.as_ptr(), axis.inverse.as_ptr());
    let mut line = [_mm256_setzero_pd(); FOURS];
    // SAFETY: i < n and four < FOURS in every access below, so rows, carry and inverse are inside their lengths.
    unsafe {
        for i in (0..whole).step_by(4) {
            for (four, line) in line.iter_mut().enumerate() {
                let at = rows.add(four * 4 * n + i);
                let block = load_turned(at, n);
                for (j, value) in block.into_iter().enumerate() {
                    let factor = _mm256_set1_pd(*carry.add(i + j));
                    *line = _mm256_add_pd(value, _mm256_mul_pd(factor, *line));
                    _mm256_storeu_pd(at.add(j * n), *line);
                }
            }
        }
        for i in whole..n {
            for (four, line) in line.iter_mut().enumerate() {
                let at = rows.add(four * 4 * n + i);
                let value = _mm256_set_pd(*at.add(3 * n), *at.add(2 * n), *at.add(n), *at);
                *line = _mm256_add_pd(value, _mm256_mul_pd(_mm256_set1_pd(*carry.add(i)), *line));
                store_column(at, n, *line);
            }
        }
        line = [_mm256_setzero_pd(); FOURS];
        for i in (whole..n).rev() {
            for (four, line) in line.iter_mut().enumerate() {
                let at = rows.add(four * 4 * n + i);
                let value = _mm256_set_pd(*at.add(3 * n), *at.add(2 * n), *at.add(n), *at);
                *line = back(value, *inverse.add(i), *carry.add(i + 1), *line);
                store_column(at, n, *line);
            }
        }
        for i in (0..whole).step_by(4).rev() {
            for (four, line) in line.iter_mut().enumerate() {
                let at = rows.add(four * 4 * n + i);
                let mut block = [_mm256_setzero_pd(); 4];
                for j in (0..4).rev() {
                    let eliminated = _mm256_loadu_pd(at.add(j * n));
                    *line = back(eliminated, *inverse.add(i + j), *carry.add(i + j + 1), *line);
                    block[j] = *line;
                }
                store_turned(at, n, block);
            }
        }
    }
}

/// One step of back substitution: e × inverse + carry × above.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn back(eliminated: __m256d, inverse: f64, carry: f64, above: __m256d) -> __m256d {
    let own = _mm256_mul_pd(eliminated, _mm256_set1_pd(inverse));
    _mm256_add_pd(own, _mm256_mul_pd(_mm256_set1_pd(carry), above))
}

/// Four columns of four rows that are `n` apart.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_turned(from: *const f64, n: usize) -> [__m256d; 4] {
    // No closures here: they would not be inlined into code for this instruction set.
    // SAFETY: the caller passes four rows with four valid values each.
    let rows = unsafe {
        [
            two_rows(from, from.add(2 * n)),
            two_rows(from.add(n), from.add(3 * n)),
            two_rows(from.add(2), from.add(2 * n + 2)),
            two_rows(from.add(n + 2), from.add(3 * n + 2)),
        ]
    };
    [
        _mm256_unpacklo_pd(rows[0], rows[1]),
        _mm256_unpackhi_pd(rows[0], rows[1]),
        _mm256_unpacklo_pd(rows[2], rows[3]),
        _mm256_unpackhi_pd(rows[2], rows[3]),
    ]
}

/// Two values of one row below two values of another.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn two_rows(low: *const f64, high: *const f64) -> __m256d {
    // SAFETY: the caller passes two valid values in each row.
    let (low, high) = unsafe { (_mm_loadu_pd(low), _mm_loadu_pd(high)) };
    _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(low), high)
}

/// Puts four columns into four rows that are `n` apart.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_turned(to: *mut f64, n: usize, [a, b, c, d]: [__m256d; 4]) {
    let (low, high) = (
        [_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b)],
        [_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d)],
    );
    // SAFETY: the caller passes four rows with four valid values each.
    unsafe {
        for row in 0..2 {
            _mm256_storeu_pd(to.add(row * n), _mm256_permute2f128_pd::<0x20>(low[row], high[row]));
            _mm256_storeu_pd(to.add((row + 2) * n), _mm256_permute2f128_pd::<0x31>(low[row], high[row]));
        }
    }
}

/// Puts one column into four rows that are `n` apart.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_column(to: *mut f64, n: usize, column: __m256d) {
    let mut lanes = [0.0; 4];
    // SAFETY: the caller passes four rows with a valid value each.
    unsafe {
        _mm256_storeu_pd(lanes.as_mut_ptr(), column);
        for (row, lane) in lanes.into_iter().enumerate() {
            *to.add(row * n) = lane;
        }
    }
}
