//! Where the amount of a field went during a span, what the span cost, and what went wrong.

use std::ops::AddAssign;

/// Amounts (value × µm³) over the last span: before + `supplied` + `adjusted` = after + `taken_up` + `decayed` +
/// `left_through_sides`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    /// Brought by sources.
    pub supplied: f64,
    /// Removed by sinks.
    pub taken_up: f64,
    /// Lost by decay.
    pub decayed: f64,
    /// Net outflow through fixed sides; negative when they feed the field.
    pub left_through_sides: f64,
    /// The jump of a steady field from its old state to the new one; 0 for a transient field.
    pub adjusted: f64,
}

/// What a span cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldWork {
    /// Sub-steps of a length set by hand, or 1 for a span at once.
    pub sub_steps: u64,
    /// Passes over the grid of a span at once, and iterations of its implicit solves and of steady ones.
    pub iterations: u64,
}

impl AddAssign for FieldWork {
    fn add_assign(&mut self, other: Self) {
        self.sub_steps += other.sub_steps;
        self.iterations += other.iterations;
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A value is infinite or not a number.
    NotFinite,
    /// A value is below zero.
    Negative,
    /// A steady solve did not reach its tolerance, or there is no steady state: sources without any sink.
    NotConverged,
}

/// The first thing found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unhealthy {
    /// Position of the field.
    pub field: usize,
    /// Voxel where it was seen.
    pub voxel: usize,
    /// What it is.
    pub cause: Cause,
}

/// Running sums of one field in units of value × voxels.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Sum of all values, carried along from the fluxes alone; not a number until the first sub-step has counted it.
    pub sum: f64,
    pub supplied: f64,
    pub taken_up: f64,
    pub decayed: f64,
    pub left: f64,
}

impl Tally {
    /// Sources and sinks have acted.
    pub fn react(&mut self, supplied: f64, taken_up: f64) {
        self.supplied += supplied;
        self.taken_up += taken_up;
        self.sum += supplied - taken_up;
    }

    /// One implicit sweep lost `left` at its ends and the share `decay` of what it left behind.
    pub fn sweep(&mut self, left: f64, decay: f64) {
        self.left += left;
        self.sum = (self.sum - left) / (1.0 + decay);
        self.decayed += decay * self.sum;
    }

    /// Amounts of voxels of `voxel_um3`.
    pub fn budget(&self, voxel_um3: f64) -> Budget {
        Budget {
            supplied: self.supplied * voxel_um3,
            taken_up: self.taken_up * voxel_um3,
            decayed: self.decayed * voxel_um3,
            left_through_sides: self.left * voxel_um3,
            adjusted: 0.0,
        }
    }
}
