//! Free vesicles are captured: the expected number leaves the field implicitly, the cell receives a Poisson integer
//! of that mean, and the ledger holds the difference as unsettled.
//!
//! Equation: ∂c/∂t = D ∇²c − λ c − Σ k c over the cells of a voxel, c in vesicles per volume of tissue, cells included.
//! Discretisation: k is that of `tissue_vesicles::capture::clearance_on_grid`: the way from afar to a distance r₀ is the
//! grid's own. In an endless cubic lattice of edge h a sink in one voxel has 0.252731/Dh of it (Watson 1939, doi
//! 10.1093/qmath/os-10.1.266), so that 1/r₀ = 3.175911/h. In a sheet of thickness H the sink and its mirror images are a
//! chain, which a lattice of columns meets at its own r₀: 1/r₀ = (2/H)(ln(2H/r₀ of a line) − γ). In a row of voxels
//! images are a square lattice of points, 3.900265/h, in one voxel a cubic one, 2.837297/h.
//! Proved by `tests/free.rs` and `tests/crowds.rs`.

use super::vessels_to_fields::LATTICE_RADIUS;
use crate::tissue::Tissue;
use vesicle_base::{Grid, Rng, Span, math};

/// The clearance of every cell for every free field in this tick, and their sums by voxel.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// µm³/min, field after field, in the order of gathers.
    clearance: Vec<f64>,
    /// µm³/min, by voxel; scratch of one field.
    of_voxel: Vec<f64>,
    /// What perfused vessels clear, field after field in the order of segments.
    blood: Vec<Blood>,
}

/// What one stretch of vessel clears of one field in one voxel.
#[derive(Clone, Copy, Debug)]
pub struct Blood {
    /// The population.
    pub population: usize,
    /// Its field.
    pub field: usize,
    /// The voxel.
    pub voxel: usize,
    /// µm³/min.
    pub clearance_um3_per_min: f64,
}

impl Shares {
    /// Forgets the vessels of the last tick.
    pub fn clear_blood(&mut self) {
        self.blood.clear();
    }

    /// Notes what a vessel clears.
    pub fn add_blood(&mut self, blood: Blood) {
        self.blood.push(blood);
    }
}

/// 1/r₀ of the distance from a sink in one voxel at which the voxel's value is met, 1/µm.
pub fn resolved_per_um(grid: &Grid) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let edges = grid.voxel_um;
    let many: Vec<usize> = (0..3).filter(|axis| grid.n[*axis] > 1).collect();
    match many[..] {
        [_, _, _] => 3.175_911 / math::cbrt(grid.voxel_um3()),
        [a, b] => {
            let thickness = edges[3 - a - b];
            let line = LATTICE_RADIUS * math::sqrt(edges[a] * edges[b]);
            2.0 / thickness * (math::ln(2.0 * thickness / line) - EULER)
        }
        [along] => 3.900_265 / math::sqrt(edges[(along + 1) % 3] * edges[(along + 2) % 3]),
        _ => 2.837_297 / math::cbrt(grid.voxel_um3()),
    }
}

/// Sets the sinks of free vesicles from the clearances of live cells.
pub fn set_sinks(t: &mut Tissue) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    let resolved_per_um = resolved_per_um(t.fields.grid());
    t.shares.clearance.clear();
    for population in 0..t.free.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            for (row, voxel) in t.place.gather() {
                let clearance = if t.cells.is_dead(row) {
                    0.0
                } else {
                    t.vesicles.clearance_of(row, population, bin, t.cells.radius_um(row), resolved_per_um)
                };
                t.shares.clearance.push(clearance);
                if clearance > 0.0 {
                    t.fields.take_up(field, voxel, clearance / voxel_um3);
                }
            }
        }
    }
}

/// Hands what the sinks took to the cells, each by its share of its voxel.
pub fn capture(t: &mut Tissue, span: &Span, rng: &Rng) {
    let n = t.cells.len();
    let mut first = 0;
    for population in 0..t.free.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            let of_voxel = &mut t.shares.of_voxel;
            of_voxel.clear();
            of_voxel.resize(t.fields.grid().n_voxels(), 0.0);
            for ((_, voxel), clearance) in t.place.gather().zip(&t.shares.clearance[first..first + n]) {
                of_voxel[voxel] += clearance;
            }
            let blood = || t.shares.blood.iter().filter(|blood| blood.field == field);
            blood().for_each(|blood| of_voxel[blood.voxel] += blood.clearance_um3_per_min);
            for blood in blood() {
                let share = blood.clearance_um3_per_min / of_voxel[blood.voxel];
                t.ledger.carry_off(population, t.fields.taken_up(field)[blood.voxel] * share);
            }
            for (at, (row, voxel)) in t.place.gather().enumerate() {
                let clearance = t.shares.clearance[first + at];
                if clearance > 0.0 {
                    let expected = t.fields.taken_up(field)[voxel] * clearance / of_voxel[voxel];
                    let id = t.cells.id[row];
                    let got = t.vesicles.capture(row, id, population, bin, expected, span, rng);
                    t.ledger.capture(population, expected, got);
                }
            }
            first += n;
        }
    }
}
