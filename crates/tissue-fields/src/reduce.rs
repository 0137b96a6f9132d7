//! Sums and maxima of slices in an order that depends on the length alone.

/// Lanes of a sum; part of the result, never of the instruction set.
const LANES: usize = 8;

/// Sum of a slice in eight interleaved lanes, folded pairwise.
pub fn sum(terms: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let chunks = terms.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, term) in lanes.iter_mut().zip(chunk) {
            *lane += term;
        }
    }
    for (lane, term) in lanes.iter_mut().zip(rest) {
        *lane += term;
    }
    fold(lanes)
}

fn fold(l: [f64; LANES]) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// Scalar product of two slices of one length, in the lanes of [`sum`].
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    fold(lanes)
}

/// Largest magnitude of a slice; 0 when it is empty.
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
