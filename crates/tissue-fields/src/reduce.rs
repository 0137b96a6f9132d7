//! Sums and maxima of slices in an order that depends on the length alone, whatever the instructions.
#![allow(unsafe_code)]

use crate::isa::Isa;

/// Lanes of a sum; part of the result, never of the instruction set.
const LANES: usize = 16;

/// Sum of a slice in sixteen interleaved lanes, folded in halves.
pub fn sum(terms: &[f64]) -> f64 {
    match Isa::best() {
        Isa::Base => sum_any(terms),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { sum_avx2(terms) },
    }
}

/// Scalar product of two slices of one length, in the lanes of [`sum`].
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    match Isa::best() {
        Isa::Base => dot_any(a, b),
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { dot_avx2(a, b) },
    }
}

/// Largest magnitude of a slice; 0 when it is empty, and where nothing is a number.
pub fn largest(values: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; LANES];
    for values in values.chunks(LANES) {
        for (lane, value) in lanes.iter_mut().zip(values) {
            let size = value.abs();
            *lane = if size > *lane { size } else { *lane };
        }
    }
    lanes.into_iter().fold(0.0, f64::max)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(terms: &[f64]) -> f64 {
    sum_any(terms)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn dot_avx2(a: &[f64], b: &[f64]) -> f64 {
    dot_any(a, b)
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
fn sum_any(terms: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = terms.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane];
        }
    }
    for (lane, term) in lanes.iter_mut().zip(rest) {
        *lane += term;
    }
    fold(lanes)
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn dot_any(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += a * b;
    }
    fold(lanes)
}

#[inline(always)]
#[allow(clippy::inline_always)] // a handful of instructions
fn fold(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_do_not_change_bits_and_all_terms_count() {
        for n in [0, 1, 15, 16, 17, 100, 1003] {
            let a: Vec<f64> = (0..n).map(|i| 1.0 / f64::from(i + 3)).collect();
            let b: Vec<f64> = a.iter().map(|a| a.sqrt()).collect();
            assert_eq!(sum(&a).to_bits(), sum_any(&a).to_bits());
            assert_eq!(dot(&a, &b).to_bits(), dot_any(&a, &b).to_bits());
            assert!((sum(&a) - a.iter().sum::<f64>()).abs() < 1e-12);
            let products: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            assert!((dot(&a, &b) - products).abs() < 1e-12);
        }
        assert_eq!(largest(&[1.0, -3.0, f64::NAN, 2.0]), 3.0);
    }
}
