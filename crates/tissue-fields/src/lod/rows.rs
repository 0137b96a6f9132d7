//! Solves lines that lie along memory (x): several rows at once, turned in registers so that each is one lane.
//!
//! eᵢ = dᵢ + cᵢ eᵢ₋₁ upwards, then xᵢ = eᵢ/pᵢ + cᵢ₊₁ xᵢ₊₁ downwards, with the factors of [`Axis`].
#![allow(unsafe_code)]

use crate::isa::Isa;
use crate::lod::axis::Axis;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m256d, _mm_loadu_pd, _mm_storeu_pd, _mm256_add_pd, _mm256_castpd128_pd256, _mm256_castpd256_pd128,
    _mm256_extractf128_pd, _mm256_insertf128_pd, _mm256_loadu_pd, _mm256_mul_pd, _mm256_set_pd,
    _mm256_set1_pd, _mm256_setzero_pd, _mm256_storeu_pd, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

/// Rows that the widest kernel solves together.
pub const MOST_ROWS: usize = 20;

/// Solves each row of `values`, all `axis.n` long; `work` holds [`MOST_ROWS`] rows.
pub fn solve(isa: Isa, values: &mut [f64], axis: &Axis, work: &mut [f64]) {
    let n = axis.n;
    assert!(values.len().is_multiple_of(n) && work.len() >= MOST_ROWS * n, "rows and room for them");
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
        Isa::Avx2 => unsafe { solve_avx2(values, axis, work) },
    };
    let mut groups = rest.chunks_exact_mut(4 * n);
    for group in &mut groups {
        solve_plain::<4>(group, axis, work);
    }
    let rest = groups.into_remainder();
    match rest.len() / n {
        3 => solve_plain::<3>(rest, axis, work),
        2 => solve_plain::<2>(rest, axis, work),
        1 => solve_plain::<1>(rest, axis, work),
        _ => (),
    }
}

/// Solves `ROWS` rows, interleaved so that none waits for itself.
fn solve_plain<const ROWS: usize>(rows: &mut [f64], axis: &Axis, work: &mut [f64]) {
    let n = axis.n;
    let mut before = [0.0; ROWS];
    for (i, (turned, carry)) in work.chunks_exact_mut(ROWS).zip(&axis.carry[..n]).enumerate() {
        for lane in 0..ROWS {
            before[lane] = rows[lane * n + i] + carry * before[lane];
        }
        turned.copy_from_slice(&before);
    }
    let mut after = [0.0; ROWS];
    for i in (0..n).rev() {
        let turned = &work[i * ROWS..(i + 1) * ROWS];
        for lane in 0..ROWS {
            after[lane] = turned[lane] * axis.inverse[i] + axis.carry[i + 1] * after[lane];
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
unsafe fn solve_avx2<'a>(values: &'a mut [f64], axis: &Axis, work: &mut [f64]) -> &'a mut [f64] {
    let n = axis.n;
    let (rows, mut rest) = (values.len() / n, values);
    let mut fours = rows / 4;
    while fours > 0 {
        // As even as possible, so that no group is left to wait for itself.
        let together = fours.div_ceil(fours.div_ceil(MOST_ROWS / 4));
        let (group, others) = rest.split_at_mut(together * 4 * n);
        let (rows, work) = (group.as_mut_ptr(), work.as_mut_ptr());
        // SAFETY: `together` fours of whole rows, and room for five.
        unsafe {
            match together {
                1 => solve_fours::<1>(rows, axis, work),
                2 => solve_fours::<2>(rows, axis, work),
                3 => solve_fours::<3>(rows, axis, work),
                4 => solve_fours::<4>(rows, axis, work),
                _ => solve_fours::<5>(rows, axis, work),
            }
        }
        (rest, fours) = (others, fours - together);
    }
    rest
}

/// Solves 4 × `FOURS` rows from `rows`.
///
/// # Safety
/// That many rows of `axis.n` values are valid at `rows`, as many at `work`; `axis` is eliminated.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn solve_fours<const FOURS: usize>(rows: *mut f64, axis: &Axis, work: *mut f64) {
    let n = axis.n;
    let whole = n - n % 4;
    let (carry, inverse) = (axis.carry.as_ptr(), axis.inverse.as_ptr());
    let mut line = [_mm256_setzero_pd(); FOURS];
    // SAFETY: i < n and four < FOURS in every access below, so rows, work, carry and inverse are inside their lengths.
    unsafe {
        for i in (0..whole).step_by(4) {
            for (four, line) in line.iter_mut().enumerate() {
                let block = load_turned(rows.add(four * 4 * n + i), n);
                for (j, value) in block.into_iter().enumerate() {
                    let factor = _mm256_set1_pd(*carry.add(i + j));
                    *line = _mm256_add_pd(value, _mm256_mul_pd(factor, *line));
                    _mm256_storeu_pd(work.add(((i + j) * FOURS + four) * 4), *line);
                }
            }
        }
        for i in whole..n {
            for (four, line) in line.iter_mut().enumerate() {
                let from = rows.add(four * 4 * n + i);
                let value = _mm256_set_pd(*from.add(3 * n), *from.add(2 * n), *from.add(n), *from);
                *line = _mm256_add_pd(value, _mm256_mul_pd(_mm256_set1_pd(*carry.add(i)), *line));
                _mm256_storeu_pd(work.add((i * FOURS + four) * 4), *line);
            }
        }
        line = [_mm256_setzero_pd(); FOURS];
        for i in (whole..n).rev() {
            for (four, line) in line.iter_mut().enumerate() {
                *line = back(work.add((i * FOURS + four) * 4), *inverse.add(i), *carry.add(i + 1), *line);
                let mut lanes = [0.0; 4];
                _mm256_storeu_pd(lanes.as_mut_ptr(), *line);
                for (row, lane) in lanes.into_iter().enumerate() {
                    *rows.add((four * 4 + row) * n + i) = lane;
                }
            }
        }
        for i in (0..whole).step_by(4).rev() {
            for (four, line) in line.iter_mut().enumerate() {
                let mut block = [_mm256_setzero_pd(); 4];
                for j in (0..4).rev() {
                    let at = i + j;
                    *line =
                        back(work.add((at * FOURS + four) * 4), *inverse.add(at), *carry.add(at + 1), *line);
                    block[j] = *line;
                }
                store_turned(rows.add(four * 4 * n + i), n, block);
            }
        }
    }
}

/// One step of back substitution: e × inverse + carry × above.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn back(work: *const f64, inverse: f64, carry: f64, above: __m256d) -> __m256d {
    // SAFETY: the caller passes four valid values.
    let eliminated = unsafe { _mm256_loadu_pd(work) };
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
unsafe fn store_turned(to: *mut f64, n: usize, columns: [__m256d; 4]) {
    for (at, [a, b]) in [(0, [columns[0], columns[1]]), (2, [columns[2], columns[3]])] {
        let turned = [_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b)];
        for (row, pairs) in turned.into_iter().enumerate() {
            // SAFETY: the caller passes four rows with four valid values each.
            unsafe {
                _mm_storeu_pd(to.add(row * n + at), _mm256_castpd256_pd128(pairs));
                _mm_storeu_pd(to.add((row + 2) * n + at), _mm256_extractf128_pd::<1>(pairs));
            }
        }
    }
}
