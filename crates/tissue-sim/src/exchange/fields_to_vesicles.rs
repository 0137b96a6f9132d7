//! Free vesicles are captured: the expected number leaves the field implicitly, the cell receives a Poisson integer
//! of that mean, and the ledger holds the difference as unsettled.
//!
//! Equation: ∂c/∂t = D ∇²c − λ c − Σ k c over the cells of a voxel, c in vesicles per volume of tissue, cells included.
//! Discretisation: a cell's sink lies in the voxels that its surface lies in (`footprint`). k is that of `tissue_vesicles::capture::clearance_on_grid`: the way from afar to a distance r₀ is the
//! grid's own. In an endless cubic lattice of edge h a sink in one voxel has 0.252731/Dh of it (Watson 1939, doi
//! 10.1093/qmath/os-10.1.266), so that 1/r₀ = 3.175911/h. In a sheet of thickness H the sink and its mirror images are a
//! chain, which a lattice of columns meets at its own r₀: 1/r₀ = (2/H)(ln(2H/r₀ of a line) − γ). In a row of voxels
//! images are a square lattice of points, 3.900265/h, in one voxel a cubic one, 2.837297/h. Of a sink that is spread over
//! voxels Σ w² is met in the same voxel, and the rest in one beside it.
//! Proved by `tests/free.rs` and `tests/crowds.rs`.

use super::vessels_to_fields::LATTICE_RADIUS;
use crate::footprint::Footprints;
use crate::place::Place;
use crate::tissue::Tissue;
use tissue_cells::Cells;
use vesicle_base::{Grid, Rng, Span, math};

/// The clearance of every cell for every free field in this tick, where its surface lies, and their sums by voxel.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// µm³/min, field after field, in the order of gathers.
    clearance: Vec<f64>,
    /// Where surfaces lie, by the radius of the vesicles that meet them, µm; those of this tick first.
    footprints: Vec<(f64, Footprints)>,
    n_footprints: usize,
    /// That of one cell alone, where vesicles come free at once.
    alone: Footprints,
    /// Which of them is that of each free field.
    of_field: Vec<usize>,
    /// µm³/min, by voxel; scratch of one field.
    of_voxel: Vec<f64>,
    /// What perfused vessels clear, field after field in the order of segments.
    blood: Vec<Blood>,
}

/// Difference of radii, over the edge of a voxel, up to which vesicles see the same footprints.
const ALIKE: f64 = 0.02;

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
    /// The footprints that vesicles of a radius see, which are laid out in the order of gathers where those of about the same
    /// radius are not there yet; adds them for the next field.
    fn footprints_of(&mut self, cells: &Cells, place: &Place, grid: &Grid, vesicle_um: f64) {
        let near = ALIKE * math::cbrt(grid.voxel_um3());
        let laid_out = &self.footprints[..self.n_footprints];
        let known = laid_out.iter().position(|(radius_um, _)| (radius_um - vesicle_um).abs() <= near);
        let number = known.unwrap_or_else(|| self.lay_out(cells, place, grid, vesicle_um));
        self.of_field.push(number);
    }

    fn lay_out(&mut self, cells: &Cells, place: &Place, grid: &Grid, vesicle_um: f64) -> usize {
        let number = self.n_footprints;
        self.n_footprints += 1;
        if self.footprints.len() < self.n_footprints {
            self.footprints.push((0.0, Footprints::default()));
        }
        let (radius_um, footprints) = &mut self.footprints[number];
        *radius_um = vesicle_um;
        footprints.clear(cells.len());
        for (row, _) in place.gather() {
            if cells.is_dead(row) {
                footprints.skip();
            } else {
                footprints.push(grid, cells.position_um(row), cells.radius_um(row) + vesicle_um);
            }
        }
        number
    }

    /// `(voxel, share)` of the surface of a live cell as the vesicles of a field meet it in this tick: the free field by its
    /// number, the cell by its place in gathers.
    pub fn surface(&self, free_field: usize, at: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.footprints[self.of_field[free_field]].1.of(at)
    }

    /// The same of a cell as it is now, alive or not.
    pub fn surface_now(
        &mut self,
        grid: &Grid,
        centre_um: [f64; 3],
        contact_um: f64,
    ) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.alone.of_one(grid, centre_um, contact_um)
    }

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
    let mean = math::cbrt(grid.voxel_um3());
    // Geometric mean of the two edges across an axis.
    let across = |axis: usize| math::sqrt(edges[(axis + 1) % 3] * edges[(axis + 2) % 3]);
    match grid.n.map(|n| n > 1) {
        [true, true, true] => 3.175_911 / mean,
        [false, false, false] => 2.837_297 / mean,
        several if several.iter().filter(|many| **many).count() == 2 => {
            let thin = several.iter().position(|many| !many).unwrap_or(2);
            let line = LATTICE_RADIUS * across(thin);
            2.0 / edges[thin] * (math::ln(2.0 * edges[thin] / line) - EULER).max(0.0)
        }
        one => 3.900_265 / across(one.iter().position(|many| *many).unwrap_or(0)),
    }
}

/// The way that the grid resolves to a cell of which the share Σ w² comes back to a voxel, 1/µm: in one voxel all of it;
/// pairs of voxels beside each other have 0.34, 0.22 or 0.17 of it by how many axes they differ in.
fn resolved_way(of_voxel_per_um: f64, concentration: f64) -> f64 {
    const BESIDE: f64 = 0.28;
    of_voxel_per_um * (concentration + BESIDE * (1.0 - concentration))
}

/// Finds where the surfaces of live cells lie for every free field.
pub fn find_surfaces(t: &mut Tissue) {
    let grid = *t.fields.grid();
    t.shares.of_field.clear();
    t.shares.n_footprints = 0;
    for population in 0..t.free.len() {
        for (bin, _) in t.free_fields(population).enumerate() {
            let vesicle_um = 0.5 * t.vesicles.population(population).bins[bin].diameter_um;
            t.shares.footprints_of(&t.cells, &t.place, &grid, vesicle_um);
        }
    }
}

/// Sets the sinks of free vesicles from the clearances of live cells, where their surfaces are.
pub fn set_sinks(t: &mut Tissue) {
    let grid = *t.fields.grid();
    let of_voxel_per_um = resolved_per_um(&grid);
    t.shares.clearance.clear();
    let mut number = 0;
    for population in 0..t.free.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            let footprints = t.shares.of_field[number];
            number += 1;
            for (at, (row, _)) in t.place.gather().enumerate() {
                let footprints = &t.shares.footprints[footprints].1;
                let clearance = if t.cells.is_dead(row) {
                    0.0
                } else {
                    let resolved = resolved_way(of_voxel_per_um, footprints.concentration(at));
                    t.vesicles.clearance_of(row, population, bin, t.cells.radius_um(row), resolved)
                };
                t.shares.clearance.push(clearance);
                if clearance > 0.0 {
                    for (voxel, share) in footprints.of(at) {
                        t.fields.take_up(field, voxel, clearance * share / grid.voxel_um3());
                    }
                }
            }
        }
    }
}

/// Hands what the sinks took to the cells, each by its share of its voxels.
pub fn capture(t: &mut Tissue, span: &Span, rng: &Rng) {
    let n = t.cells.len();
    let mut number = 0;
    for population in 0..t.free.len() {
        for (bin, field) in t.free_fields(population).enumerate() {
            let Shares { clearance, of_voxel, blood, footprints, of_field, .. } = &mut t.shares;
            let clearance = &clearance[number * n..(number + 1) * n];
            let footprints = &footprints[of_field[number]].1;
            number += 1;
            let cells = || clearance.iter().enumerate().filter(|(_, clearance)| **clearance > 0.0);
            of_voxel.clear();
            of_voxel.resize(t.fields.grid().n_voxels(), 0.0);
            for (at, clearance) in cells() {
                footprints.of(at).for_each(|(voxel, share)| of_voxel[voxel] += clearance * share);
            }
            let blood = || blood.iter().filter(|blood| blood.field == field);
            blood().for_each(|blood| of_voxel[blood.voxel] += blood.clearance_um3_per_min);
            let taken_up = t.fields.taken_up(field);
            for blood in blood() {
                let share = blood.clearance_um3_per_min / of_voxel[blood.voxel];
                t.ledger.carry_off(population, taken_up[blood.voxel] * share);
            }
            for (at, clearance) in cells() {
                let of_cell = footprints.of(at);
                let expected =
                    of_cell.map(|(v, share)| taken_up[v] * (clearance * share) / of_voxel[v]).sum::<f64>();
                let row = t.place.rows[at] as usize;
                let got = t.vesicles.capture(row, t.cells.id[row], population, bin, expected, span, rng);
                t.ledger.capture(population, expected, got);
            }
        }
    }
}
