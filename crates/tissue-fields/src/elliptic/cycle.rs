//! One symmetric multigrid cycle: smooth, go to the coarser level, come back, smooth.
//!
//! Smoother: two steps of Chebyshev iteration on D⁻¹A, whose eigenvalues lie in (0, 2], tuned to [1/2, 2]. Constants are
//! passed between levels; each level discretises anew, because summed fine links would be twice too stiff.
//! Reference: Adams, Brezina, Hu, Tuminaro (2003), doi:10.1016/S0021-9991(03)00194-3.

use super::level::Level;
use crate::team;
use crate::vector::each_chunk;
use rayon::prelude::*;

const LEAST: f64 = 0.5;
const MOST: f64 = 2.0;
const MIDDLE: f64 = 0.5 * (MOST + LEAST);
const HALF: f64 = 0.5 * (MOST - LEAST);
/// First and second weight of the residual, and how much of the first change is kept in the second.
const FIRST: f64 = 1.0 / MIDDLE;
const RATIO: f64 = 1.0 / (2.0 * MIDDLE / HALF - HALF / MIDDLE);
const SECOND: f64 = 2.0 * RATIO / HALF;
const KEPT: f64 = RATIO * HALF / MIDDLE;

/// Value of the first level ← about A⁻¹ times its right-hand side.
pub fn run(levels: &mut [Level]) {
    let [level, coarser @ ..] = levels else { return };
    if coarser.is_empty() {
        for ((value, right), inverse) in level.value.iter_mut().zip(&level.right).zip(&level.inverse_diagonal)
        {
            *value = right * inverse;
        }
        return;
    }
    level.smooth_from_zero();
    level.set_residual();
    let next = &mut coarser[0];
    let mut right = std::mem::take(&mut next.right);
    next.gather(&level.image, &mut right);
    next.right = right;
    run(coarser);
    coarser[0].spread(&mut level.value);
    level.keep_solid_empty();
    level.smooth();
}

impl Level {
    fn smooth_from_zero(&mut self) {
        let Self { value, change, right, inverse_diagonal, .. } = self;
        each_chunk(change, [right, inverse_diagonal], |change, [right, inverse]| {
            for ((change, right), inverse) in change.iter_mut().zip(right).zip(inverse) {
                *change = FIRST * inverse * right;
            }
        });
        value.copy_from_slice(change);
        self.second_step();
    }

    fn smooth(&mut self) {
        let mut image = std::mem::take(&mut self.image);
        self.apply(&self.value, &mut image);
        let Self { value, change, right, inverse_diagonal, .. } = self;
        each_chunk(change, [right, &image, inverse_diagonal], |change, [right, image, inverse]| {
            for (((change, right), image), inverse) in change.iter_mut().zip(right).zip(image).zip(inverse) {
                *change = FIRST * inverse * (right - image);
            }
        });
        add(value, change);
        self.image = image;
        self.second_step();
    }

    fn second_step(&mut self) {
        let mut image = std::mem::take(&mut self.image);
        self.apply(&self.value, &mut image);
        let Self { value, change, right, inverse_diagonal, .. } = self;
        each_chunk(change, [right, &image, inverse_diagonal], |change, [right, image, inverse]| {
            for (((change, right), image), inverse) in change.iter_mut().zip(right).zip(image).zip(inverse) {
                *change = KEPT * *change + SECOND * inverse * (right - image);
            }
        });
        add(value, change);
        self.image = image;
    }

    /// image ← right − A value
    fn set_residual(&mut self) {
        let mut image = std::mem::take(&mut self.image);
        self.apply(&self.value, &mut image);
        each_chunk(&mut image, [&self.right], |image, [right]| {
            for (image, right) in image.iter_mut().zip(right) {
                *image = right - *image;
            }
        });
        self.image = image;
    }

    fn keep_solid_empty(&mut self) {
        if let Some(open) = &self.openness {
            for (value, _) in self.value.iter_mut().zip(open).filter(|(_, open)| **open == 0.0) {
                *value = 0.0;
            }
        }
    }

    /// Adds this level's values to the cells of the finer level.
    fn spread(&self, finer: &mut [f64]) {
        let [mx, my, mz] = self.merged;
        let one = |(row, values): (usize, &mut [f64])| {
            let (y, z) = (row % self.finer[1] / my, row / self.finer[1] / mz);
            let first = self.n[0] * (y + self.n[1] * z);
            let from = &self.value[first..first + self.n[0]];
            for (values, from) in values.chunks_mut(mx).zip(from) {
                for value in values {
                    *value += from;
                }
            }
        };
        if team::is_worth(finer.len()) {
            finer.par_chunks_exact_mut(self.finer[0]).enumerate().for_each(one);
        } else {
            finer.chunks_exact_mut(self.finer[0]).enumerate().for_each(one);
        }
    }
}

fn add(value: &mut [f64], change: &[f64]) {
    each_chunk(value, [change], |value, [change]| {
        for (value, change) in value.iter_mut().zip(change) {
            *value += change;
        }
    });
}
