//! Free vesicles are captured: the expected number leaves the field implicitly, the cell receives a Poisson integer
//! of that mean, and the ledger holds the difference as unsettled.

use crate::tissue::Tissue;
use vesicle_base::{Rng, Span};

/// The clearance of every cell for every free field in this tick, and their sums by voxel.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// µm³/min, field after field, in the order of gathers.
    clearance: Vec<f64>,
    /// µm³/min, by voxel; scratch of one field.
    of_voxel: Vec<f64>,
}

/// Sets the sinks of free vesicles from the clearances of live cells.
pub fn set_sinks(t: &mut Tissue) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    t.shares.clearance.clear();
    for population in 0..t.first_field.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            for (row, voxel) in t.place.gather() {
                let clearance = if t.cells.is_dead(row) {
                    0.0
                } else {
                    t.vesicles.clearance_of(row, population, bin, t.cells.radius_um(row))
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
    for population in 0..t.first_field.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            let of_voxel = &mut t.shares.of_voxel;
            of_voxel.clear();
            of_voxel.resize(t.fields.grid().n_voxels(), 0.0);
            for ((_, voxel), clearance) in t.place.gather().zip(&t.shares.clearance[first..first + n]) {
                of_voxel[voxel] += clearance;
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
