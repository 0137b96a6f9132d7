//! Which number stands where in a row: one short run of integers per cell, so that a cell is one stretch of memory.

use crate::law::PopulationLaw;

/// Vesicles on the surface, those of this tick among them.
pub(crate) const BOUND: usize = 0;
/// Of the bound, those captured since the last advance.
pub(crate) const FRESH: usize = 1;
/// Vesicles in endosomes.
pub(crate) const ENDOSOMAL: usize = 2;
/// Labels left behind by vesicles that fused or were degraded.
pub(crate) const LABEL: usize = 3;
/// Vesicles captured so far, by this cell and its share of its mothers'.
pub(crate) const TAKEN_UP: usize = 4;
/// Vesicles released again in the last advance.
pub(crate) const OUTBOUND: usize = 5;
const PER_POPULATION: usize = 6;

/// Offsets within a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    cargo: Vec<usize>,
    cytosol: usize,
    stride: usize,
}

impl Layout {
    pub fn new(populations: &[PopulationLaw], n_species: usize) -> Self {
        let mut at = PER_POPULATION * populations.len();
        let mut cargo = Vec::with_capacity(populations.len());
        for law in populations {
            cargo.push(at);
            at += 2 * law.cargo.len();
        }
        Self { cargo, cytosol: at, stride: at + n_species }
    }

    /// Integers in a row; at least 1.
    pub fn stride(&self) -> usize {
        self.stride.max(1)
    }

    /// First number of a population.
    pub fn population(population: usize) -> usize {
        PER_POPULATION * population
    }

    /// Copies in bound vesicles; the next number is those in endosomes.
    pub fn cargo(&self, population: usize, cargo: usize) -> usize {
        self.cargo[population] + 2 * cargo
    }

    /// Copies of a species in the cytosol.
    pub fn cytosol(&self, species: usize) -> usize {
        self.cytosol + species
    }
}
