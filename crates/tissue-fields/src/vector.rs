//! Vector operations in chunks of fixed length: same bits for any number of threads.

use crate::reduce;
use crate::team;
use rayon::prelude::*;
use std::ops::Range;

/// Values of one task; part of the result of a scalar product.
const CHUNK: usize = 1 << 13;

/// Scalar product, its chunks summed in order.
pub fn dot(a: &[f64], b: &[f64], partial: &mut Vec<f64>) -> f64 {
    by_chunk(a.len(), partial, |chunk| reduce::dot(&a[chunk.clone()], &b[chunk]));
    partial.iter().sum()
}

/// Sum, its chunks summed in order.
pub fn sum(a: &[f64], partial: &mut Vec<f64>) -> f64 {
    by_chunk(a.len(), partial, |chunk| reduce::sum(&a[chunk]));
    reduce::sum(partial)
}

/// Largest magnitude.
pub fn largest(a: &[f64], partial: &mut Vec<f64>) -> f64 {
    by_chunk(a.len(), partial, |chunk| reduce::largest(&a[chunk]));
    reduce::largest(partial)
}

/// Puts what `reduce` makes of each chunk into `partial`.
fn by_chunk(n: usize, partial: &mut Vec<f64>, reduce: impl Fn(Range<usize>) -> f64 + Sync) {
    partial.clear();
    partial.resize(n.div_ceil(CHUNK), 0.0);
    team::each_mut(partial, team::is_worth(n), |index, partial| {
        *partial = reduce(index * CHUNK..((index + 1) * CHUNK).min(n));
    });
}

/// Calls `task` with each chunk of `to` and the same chunk of the others.
pub fn each_chunk<const N: usize>(
    to: &mut [f64],
    from: [&[f64]; N],
    task: impl Fn(&mut [f64], [&[f64]; N]) + Send + Sync,
) {
    let one = |(index, to): (usize, &mut [f64])| {
        let first = index * CHUNK;
        let n = to.len();
        task(to, from.map(|from| &from[first..first + n]));
    };
    if team::is_worth(to.len()) {
        to.par_chunks_mut(CHUNK).enumerate().for_each(one);
    } else {
        to.chunks_mut(CHUNK).enumerate().for_each(one);
    }
}

/// to ← a + factor b
pub fn combine(to: &mut [f64], a: &[f64], factor: f64, b: &[f64]) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = a + factor * b;
    }
}

/// to ← keep to + new
pub fn follow(to: &mut [f64], keep: f64, new: &[f64]) {
    for (to, new) in to.iter_mut().zip(new) {
        *to = keep * *to + new;
    }
}

/// to ← to + factor other
pub fn add(to: &mut [f64], factor: f64, other: &[f64]) {
    for (to, other) in to.iter_mut().zip(other) {
        *to += factor * other;
    }
}
