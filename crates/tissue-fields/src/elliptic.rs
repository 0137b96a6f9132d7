//! Solves loss ρ − D ∇²ρ = source on the grid: what a steady state and the terms of a span at once
//! ([`crate::exponential`]) have in common.
//!
//! Second-order differences, fixed sides in the matrix half a voxel away; the matrix is symmetric and its inverse
//! positive. Small grids are factored ([`direct`]); on others conjugate gradients, preconditioned by one multigrid cycle, run
//! until the residual is a set share of the right-hand side. Then the values are scaled, by about that share, so that gains
//! and losses balance to rounding.
//! Reference: Tatebe (1993), The multigrid preconditioned conjugate gradient method, NASA CP-3224, 621–634; Saad (2003)
//! 9.2, doi:10.1137/1.9780898718003. Proved by `the_equation_holds_and_the_work_is_known`.

mod cycle;
mod direct;
mod level;
mod operator;
mod parts;

use crate::field::Common;
use crate::law::{FieldLaw, Side};
use crate::rates::Entry;
use crate::reduce::sum;
use crate::vector::{self, dot, each_chunk};
use direct::Direct;
use level::Level;
pub use parts::Rest;

/// Iterations after which a solve counts as failed; a cycle gains about a digit.
const MOST_ITERATIONS: u64 = 200;

/// Couplings beyond this multiple of the shift are cut to it: such a field is mixed, and rounding would eat its losses.
const MIXED: f64 = 1e12;

/// A field's equation with its rates.
#[derive(Clone, Copy)]
pub struct Equation<'a> {
    pub law: &'a FieldLaw,
    pub common: &'a Common<'a>,
    pub entries: &'a [Entry],
}

/// A solve that failed: iterations spent, and the voxel with the largest residual.
pub struct Failure {
    pub iterations: u64,
    pub voxel: usize,
}

/// Levels and columns, shared by all fields.
#[derive(Clone, Debug, Default)]
pub struct Room {
    /// The finest alone where the grid is factored.
    levels: Vec<Level>,
    /// None where the grid is large.
    direct: Option<Direct>,
    residual: Vec<f64>,
    search: Vec<f64>,
    image: Vec<f64>,
    partial: Vec<f64>,
    parts: parts::Scratch,
    /// Sum of the right-hand side.
    gain: f64,
}

impl Equation<'_> {
    /// D/Δx² of each axis, 1/min; 0 for an axis of one voxel.
    pub fn coupling_per_min(&self) -> [f64; 3] {
        let grid = self.common.grid;
        [0, 1, 2].map(|axis| {
            let dx = grid.voxel_um[axis];
            if grid.n[axis] > 1 { self.law.diffusion_um2_per_min / (dx * dx) } else { 0.0 }
        })
    }
}

impl Room {
    /// Sets loss = λ + U + `more_per_min` and source = S + `more_per_min` × `from`.
    pub fn assemble(&mut self, equation: &Equation, more_per_min: f64, from: &[f64]) {
        self.prepare(equation.common);
        let Equation { law, common, entries } = *equation;
        let finest = &mut self.levels[0];
        finest.loss.fill(law.decay_per_min + more_per_min);
        self.set_right(more_per_min, from);
        let finest = &mut self.levels[0];
        for entry in entries {
            finest.loss[entry.voxel as usize] += entry.uptake_per_min;
            finest.right[entry.voxel as usize] += entry.supply_per_min;
        }
        if let Some(solid) = common.solid {
            for (loss, _) in finest.loss.iter_mut().zip(solid).filter(|(_, solid)| **solid) {
                *loss = 0.0;
            }
        }
        let mut coupling = equation.coupling_per_min();
        let strongest = coupling.into_iter().fold(0.0, f64::max);
        let most = MIXED * (law.decay_per_min + more_per_min);
        if more_per_min > 0.0 && strongest > most {
            coupling = coupling.map(|coupling| most * (coupling / strongest));
        }
        level::set_links(&mut self.levels, coupling, law.fixed_sides());
        self.direct.iter_mut().for_each(Direct::forget);
        let mut right = std::mem::take(&mut self.levels[0].right);
        self.each_face(law, |voxel, value, link| right[voxel] += link * value);
        self.gain = sum(&right);
        self.levels[0].right = right;
    }

    /// Sets source = `per_min` × `from` with all sides at 0, losses as they are.
    pub fn set_right(&mut self, per_min: f64, from: &[f64]) {
        each_chunk(&mut self.levels[0].right, [from], |right, [from]| {
            for (right, from) in right.iter_mut().zip(from) {
                *right = per_min * from;
            }
        });
    }

    /// Builds the levels once: the grid does not change.
    fn prepare(&mut self, common: &Common) {
        if self.levels.is_empty() {
            self.levels = level::hierarchy(common.grid, common.solid);
            self.direct = Direct::new(&self.levels[0]);
            if self.direct.is_some() {
                self.levels.truncate(1);
            }
            let n = common.grid.n_voxels();
            for column in [&mut self.residual, &mut self.search, &mut self.image] {
                column.resize(n, 0.0);
            }
        }
    }

    /// Calls `with(voxel, value at the face, link)` for each voxel at each fixed side.
    fn each_face(&self, law: &FieldLaw, mut with: impl FnMut(usize, f64, f64)) {
        self.levels[0].each_face(|voxel, face, link| {
            if let Side::Fixed(value) = law.sides[face] {
                with(voxel, value, link);
            }
        });
    }

    /// Net outflow through fixed sides, value × voxels per minute.
    pub fn outflow_per_min(&self, law: &FieldLaw, values: &[f64]) -> f64 {
        let mut left = 0.0;
        self.each_face(law, |voxel, value, link| left += link * (values[voxel] - value));
        left
    }

    /// Settles the parts of the grid that need no solver.
    pub fn settle(&mut self, values: &mut [f64]) -> Rest {
        self.parts.settle(&self.levels[0], values)
    }

    /// Solves from the present values; returns the iterations.
    pub fn solve(&mut self, law: &FieldLaw, values: &mut [f64], tolerance: f64) -> Result<u64, Failure> {
        if !law.is_mobile() {
            let finest = &self.levels[0];
            for (voxel, value) in values.iter_mut().enumerate().filter(|(voxel, _)| finest.loss[*voxel] > 0.0)
            {
                *value = finest.right[voxel] / finest.loss[voxel];
            }
            return Ok(0);
        }
        let iterations = self.invert(values, tolerance)?;
        self.balance(law, values);
        Ok(iterations)
    }

    /// Solves from the given values, of either sign, without settling the balance; returns the iterations.
    ///
    /// # Errors
    /// When the residual stays too large.
    pub fn invert(&mut self, values: &mut [f64], tolerance: f64) -> Result<u64, Failure> {
        let Self { levels, residual, image, partial, .. } = self;
        let limit = tolerance * tolerance * dot(&levels[0].right, &levels[0].right, partial);
        levels[0].apply(values, image);
        each_chunk(residual, [&levels[0].right, image], |residual, [right, image]| {
            vector::combine(residual, right, -1.0, image);
        });
        match &mut self.direct {
            None => self.conjugate_gradients(values, limit),
            Some(_) if dot(residual, residual, partial) <= limit => Ok(0),
            Some(direct) => {
                direct.correct(&levels[0], residual, values);
                Ok(1)
            }
        }
    }

    /// Iterates from the residual of the values until its square is at most `limit`.
    fn conjugate_gradients(&mut self, values: &mut [f64], limit: f64) -> Result<u64, Failure> {
        let Self { levels, residual, search, image, partial, .. } = self;
        let mut energy = 0.0;
        for iteration in 0..MOST_ITERATIONS {
            if dot(residual, residual, partial) <= limit {
                return Ok(iteration);
            }
            levels[0].right.copy_from_slice(residual);
            cycle::run(levels);
            let next = dot(residual, &levels[0].value, partial);
            let keep = if iteration == 0 { 0.0 } else { next / energy };
            energy = next;
            each_chunk(search, [&levels[0].value], |search, [value]| vector::follow(search, keep, value));
            levels[0].apply(search, image);
            let along = energy / dot(search, image, partial);
            each_chunk(values, [search], |values, [search]| vector::add(values, along, search));
            each_chunk(residual, [image], |residual, [image]| vector::add(residual, -along, image));
        }
        let worst = (0..values.len()).max_by(|a, b| residual[*a].abs().total_cmp(&residual[*b].abs()));
        Err(Failure { iterations: MOST_ITERATIONS, voxel: worst.unwrap_or(0) })
    }

    /// Takes out what the tolerance left: no value below zero, and losses equal to gains.
    fn balance(&mut self, law: &FieldLaw, values: &mut [f64]) {
        for value in values.iter_mut() {
            *value = value.max(0.0);
        }
        let mut lost = dot(&self.levels[0].loss, values, &mut self.partial);
        self.each_face(law, |voxel, _, link| lost += link * values[voxel]);
        if lost > 0.0 {
            let factor = self.gain / lost;
            for value in values {
                *value *= factor;
            }
        }
    }
}
