//! One implicit sub-step of diffusion and decay, split by direction (locally one-dimensional, backward Euler).
//!
//! (1 − Δt D ∂²ₓ + Δt λ/d)(1 − Δt D ∂²ᵧ + Δt λ/d)(1 − Δt D ∂²_z + Δt λ/d) ρⁿ⁺¹ = ρⁿ over the d axes of more than one voxel.
//! Second-order central differences between voxel centres; stable and positive for every Δt; order 1 in time.
//! Reference: Ghaffarizadeh, Friedman, Macklin (2016), doi:10.1093/bioinformatics/btv730.
//! Proved by `convergence_in_time_and_space` and `the_d3_workload_has_its_known_values`.

use crate::axis::Axis;
use crate::budget::Tally;

/// Sweeps all axes once over `values`.
pub fn step(
    values: &mut [f64],
    axes: &[Axis; 3],
    solid: Option<&[bool]>,
    line: &mut [f64],
    tally: &mut Tally,
) {
    let mut stride = 1;
    for axis in axes {
        if axis.is_active() {
            match solid {
                None => sweep(values, axis, stride),
                Some(solid) => sweep_around(values, axis, stride, solid, line),
            }
            tally.sweep(outflow(values, axis, stride, solid), axis.decay);
        }
        stride *= axis.n;
    }
}

fn sweep(values: &mut [f64], axis: &Axis, stride: usize) {
    for block in values.chunks_exact_mut(stride * axis.n) {
        if stride == 1 {
            sweep_line(block, axis);
        } else {
            sweep_rows(block, axis, stride);
        }
    }
}

fn sweep_line(line: &mut [f64], axis: &Axis) {
    let n = line.len();
    line[0] += axis.gain(0);
    line[n - 1] += axis.gain(1);
    for i in 1..n {
        line[i] += axis.carry[i - 1] * line[i - 1];
    }
    line[n - 1] *= axis.inverse[n - 1];
    for i in (0..n - 1).rev() {
        line[i] = line[i] * axis.inverse[i] + axis.carry[i] * line[i + 1];
    }
}

fn sweep_rows(block: &mut [f64], axis: &Axis, width: usize) {
    let n = axis.n;
    block[..width].iter_mut().for_each(|value| *value += axis.gain(0));
    block[(n - 1) * width..].iter_mut().for_each(|value| *value += axis.gain(1));
    for i in 1..n {
        let (below, row) = block[(i - 1) * width..(i + 1) * width].split_at_mut(width);
        row.iter_mut().zip(below).for_each(|(value, below)| *value += axis.carry[i - 1] * *below);
    }
    block[(n - 1) * width..].iter_mut().for_each(|value| *value *= axis.inverse[n - 1]);
    for i in (0..n - 1).rev() {
        let (row, above) = block[i * width..(i + 2) * width].split_at_mut(width);
        row.iter_mut()
            .zip(above)
            .for_each(|(value, above)| *value = *value * axis.inverse[i] + axis.carry[i] * *above);
    }
}

fn sweep_around(values: &mut [f64], axis: &Axis, stride: usize, solid: &[bool], carry: &mut [f64]) {
    let block = stride * axis.n;
    for first in (0..values.len()).filter(|index| index % block < stride) {
        line_around(&mut values[first..], axis, stride, &solid[first..], carry);
    }
}

fn line_around(values: &mut [f64], axis: &Axis, stride: usize, solid: &[bool], carry: &mut [f64]) {
    let (n, r) = (axis.n, axis.r);
    let (mut surplus, mut linked) = (0.0, false);
    for i in 0..n {
        let at = i * stride;
        carry[i] = 0.0;
        if solid[at] {
            linked = false;
            continue;
        }
        if i == 0 {
            values[at] += axis.gain(0);
        }
        if i + 1 == n {
            values[at] += axis.gain(1);
        }
        let below = if linked { surplus / (1.0 + surplus / r) } else { 0.0 };
        if linked {
            values[at] += carry[i - 1] * values[at - stride];
        }
        surplus = axis.base(i) + below;
        linked = i + 1 < n && !solid[at + stride];
        carry[i] = if linked { 1.0 / (1.0 + surplus / r) } else { 0.0 };
        // The pivot is kept in the value itself: e / pivot here, so that back substitution is one term.
        let inverse = if linked { 1.0 / (surplus + r) } else { 1.0 / surplus };
        carry[n + i] = inverse;
    }
    for i in (0..n).rev().filter(|i| !solid[i * stride]) {
        let at = i * stride;
        let above = if carry[i] > 0.0 { carry[i] * values[at + stride] } else { 0.0 };
        values[at] = values[at] * carry[n + i] + above;
    }
}

/// Sum over both faces of 2r (u − value at the face), after the sweep.
fn outflow(values: &[f64], axis: &Axis, stride: usize, solid: Option<&[bool]>) -> f64 {
    let mut left = 0.0;
    for (end, fixed) in axis.fixed.iter().enumerate() {
        let Some(face) = fixed else { continue };
        let offset = end * (axis.n - 1) * stride;
        let mut sum = 0.0;
        for block in 0..values.len() / (stride * axis.n) {
            let first = block * stride * axis.n + offset;
            for at in first..first + stride {
                if solid.is_none_or(|solid| !solid[at]) {
                    sum += values[at] - face;
                }
            }
        }
        left += 2.0 * axis.r * sum;
    }
    left
}
