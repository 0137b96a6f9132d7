//! Perfused vessels exchange with the tissue around them what their blood holds.
//!
//! A stretch of length L in a voxel passes G (c_blood − c) with 1/G = 1/(2π r L P) + ln(r₀/r)/(2π D L): the wall, then
//! the way from the wall to where the voxel's mean value is met. r₀ is the distance from a line source in an endless
//! square lattice of edge h at which the continuous solution has the value of the source's own node,
//! h e^(−γ)/√8 = 0.1985 h (Peaceman 1978, doi 10.2118/6893-PA, has 0.2 h from numbers); so the answer does not depend on
//! the voxel, and a thin vessel in a coarse one does not hold the whole voxel. In a sheet of one layer r₀ is h/2π.
//! Discretisation: a stretch is laid out in pieces of at most half a voxel; G is implicit in the fields.
//! Proved by `vesicle validate fed-by-a-vessel`.

use super::fields_to_vesicles::Blood;
use crate::plan::Plan;
use crate::setup::{Wall, WallOf};
use crate::tissue::Tissue;
use core::f64::consts::TAU;
use tissue_cells::Cells;
use tissue_fields::Fields;
use tissue_vasculature::Segment;
use tissue_vesicles::SizeBin;
use vesicle_base::{Grid, Span, math};

/// e^(−γ)/√8, in voxels.
pub const LATTICE_RADIUS: f64 = 0.198_506_3;
/// Least value of ln(r₀/r): a vessel as wide as what it feeds, a voxel or a Krogh cylinder, holds it.
pub const LEAST_WAY: f64 = 0.05;

/// Sets what perfused vessels bring and carry off in this tick.
pub fn exchange(t: &mut Tissue, plan: &Plan, span: &Span) {
    t.shares.clear_blood();
    let (Some(bed), Some(setup)) = (&t.bed, &plan.vessels) else { return };
    let crossings: Vec<Crossing> = setup.walls.iter().flat_map(|wall| crossings(t, wall)).collect();
    let Tissue { fields, free, cells, shares, ledger, .. } = t;
    let grid = *fields.grid();
    for segment in bed.vessels.segments().filter(|segment| segment.perfused) {
        for (voxel, length_um, way_um) in pieces(cells, &segment, &grid) {
            let stretch = Stretch { voxel, length_um, way_um, radius_um: segment.radius_um };
            for &Crossing { field, population, blood, permeability_um_per_min } in &crossings {
                let into = match population {
                    None => Some(&mut *fields),
                    Some(population) => free[population].dissolved_mut().map(|free| &mut free.fields),
                };
                let Some(into) = into else { continue };
                let clearance_um3_per_min = stretch.feed(into, field, permeability_um_per_min, blood);
                if let Some(population) = population.filter(|_| clearance_um3_per_min > 0.0) {
                    shares.add_blood(Blood { population, bin: field, voxel, clearance_um3_per_min });
                    ledger.bring(population, clearance_um3_per_min * (blood * span.length_min));
                }
            }
        }
    }
}

/// One field that crosses the wall of vessels.
struct Crossing {
    /// Its number among plain ones, or among those of its population.
    field: usize,
    /// The population that it is of, when it is one; its voxels are those of the tissue.
    population: Option<usize>,
    /// Its value in the blood.
    blood: f64,
    permeability_um_per_min: f64,
}

/// The fields behind a wall: one plain one, or one a size of a population.
fn crossings(t: &Tissue, wall: &Wall) -> Vec<Crossing> {
    let permeability_um_per_min = wall.permeability_um_per_min;
    match wall.of {
        WallOf::Field(field) => {
            vec![Crossing { field, population: None, blood: wall.blood, permeability_um_per_min }]
        }
        WallOf::Population(population) => {
            let sizes = (0..t.free[population].n_fields()).zip(&t.vesicles.population(population).bins);
            let one = |(field, size): (usize, &SizeBin)| Crossing {
                field,
                population: Some(population),
                blood: wall.blood * size.share,
                permeability_um_per_min,
            };
            sizes.map(one).collect()
        }
    }
}

/// One piece of vessel in one voxel.
struct Stretch {
    voxel: usize,
    length_um: f64,
    /// Radius r₀ at which the voxel's value is met, µm.
    way_um: f64,
    radius_um: f64,
}

impl Stretch {
    /// Couples a field to the blood and returns the clearance, µm³/min; 0 where nothing can pass.
    fn feed(&self, fields: &mut Fields, field: usize, permeability_um_per_min: f64, blood: f64) -> f64 {
        let diffusion = fields.law(field).diffusion_um2_per_min;
        let clearance = self.clearance_um3_per_min(permeability_um_per_min, diffusion);
        if clearance <= 0.0 {
            return 0.0;
        }
        let per_min = clearance / fields.grid().voxel_um3();
        fields.supply(field, self.voxel, per_min * blood);
        fields.take_up(field, self.voxel, per_min);
        clearance
    }

    fn clearance_um3_per_min(&self, permeability_um_per_min: f64, diffusion_um2_per_min: f64) -> f64 {
        let wall = 1.0 / (self.radius_um * permeability_um_per_min);
        let way = math::ln(self.way_um / self.radius_um).max(LEAST_WAY) / diffusion_um2_per_min;
        TAU * self.length_um / (wall + way)
    }
}

/// `(voxel, length, r₀)` of the pieces of a segment, from its end of lower identity to the other.
fn pieces<'a>(
    cells: &'a Cells,
    segment: &Segment,
    grid: &'a Grid,
) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
    let (a, b) = (cells.position_um(segment.a_row), cells.position_um(segment.b_row));
    let along = [0, 1, 2].map(|axis| b[axis] - a[axis]);
    let length_um = math::sqrt(along[0] * along[0] + along[1] * along[1] + along[2] * along[2]);
    let finest = grid.voxel_um.iter().copied().fold(f64::INFINITY, f64::min);
    let n = (2.0 * length_um / finest).ceil().max(1.0);
    let way_um = way_um(along, grid);
    (0..n as usize).map(move |k| {
        let share = (k as f64 + 0.5) / n;
        let at = [0, 1, 2].map(|axis| a[axis] + share * along[axis]);
        (grid.voxel_of(at), length_um / n, way_um)
    })
}

/// r₀ of a line along a direction: by the two edges across it, the geometric mean where they differ; in a sheet by its
/// thickness.
fn way_um(along: [f64; 3], grid: &Grid) -> f64 {
    let main = (0..3).fold(0, |best, axis| if along[axis].abs() > along[best].abs() { axis } else { best });
    let across = [(main + 1) % 3, (main + 2) % 3];
    match across.into_iter().find(|axis| grid.n[*axis] == 1) {
        Some(thin) => grid.voxel_um[thin] / TAU,
        None => LATTICE_RADIUS * math::sqrt(grid.voxel_um[across[0]] * grid.voxel_um[across[1]]),
    }
}
