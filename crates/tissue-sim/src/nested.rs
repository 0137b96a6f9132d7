//! The voxels that free vesicles of one population are counted in: those of the tissue, or finer ones within them.
//!
//! Until vesicles have diffused as far as they touch a cell from its middle, R, a cell captures what it empties around itself, and voxels
//! as wide as that show nothing of it. Where that takes longer than a quarter of a tick ([`PASSED`]) and cells capture much of what diffusion
//! brings, vesicles have voxels of R/[`FINE`], or as fine as costs no more than [`MOST_WORK`], down to R/[`COARSE`]. In these a surface is
//! a sphere, and the equation of capture is met as it stands ([`crate::way::Way::resolved`]). Where even these cost too much, or the
//! vesicles cross walls of vessels, which are lines on a grid, they are counted in the voxels of the tissue.
//! Proved by `tests/nested.rs` and by `tests/alone.rs`: `wherever_a_cell_lies`.

use crate::setup::{PopulationSetup, Setup, WallOf};
use tissue_vesicles::SizeBin;
use tissue_vesicles::capture::ceiling_um3_per_min;
use vesicle_base::{Grid, math};

/// Share of a tick that vesicles may take to diffuse over R before voxels are finer: then wide voxels miss 6 % within the first tick.
const PASSED: f64 = 0.25;
/// Least share of what diffusion brings that a cell must capture: below, as much is all that voxels can miss.
const LEAST: f64 = 0.1;
/// Voxels along R: as many as keep captures within 5 % of those one by one at all times, 2 % on average, and the fewest that make a sphere.
const FINE: f64 = 4.0;
const COARSE: f64 = 2.0;
/// Most passes over one voxel in a tick, sizes together: some 10 to 20 ms of one core.
const MOST_WORK: f64 = 5e6;
/// Passes of a span of diffusion, over the root of its fastest rate times its length (`tissue_fields`: √(ζ ln 1/ε)), and the fewest.
const PASSES: f64 = 4.0;
const FEWEST: f64 = 5.0;
/// Fastest rate on a grid, in diffusion coefficients over the squared edge: 12 of waves, and as much of a sink in surface voxels.
const FASTEST: f64 = 24.0;

/// A grid within that of the tissue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nested {
    /// The voxels that vesicles are in.
    pub grid: Grid,
    /// Whether surfaces of cells are wide beside them.
    pub is_fine: bool,
    tissue: Grid,
    /// How many of them lie along each edge of a voxel of the tissue.
    times: [usize; 3],
}

impl Nested {
    /// The voxels that a population of a setup has, were it carried as concentrations.
    pub fn of(setup: &Setup, population: usize) -> Self {
        let tissue = setup.grid();
        let wide = Self { grid: tissue, is_fine: false, tissue, times: [1; 3] };
        let mut walls = setup.vessels.iter().flat_map(|vessels| &vessels.walls);
        if walls.any(|wall| wall.of == WallOf::Population(population)) {
            return wide;
        }
        let population = &setup.populations[population];
        let Some(contacts) = Contacts::of(setup, population) else { return wide };
        let widest_um = contacts.least_um / COARSE;
        let finest_um = widest_um.min(contacts.slow_um / FINE);
        let edges_um = core::iter::successors(Some(finest_um), |edge_um| Some(1.05 * edge_um));
        let mut fine = edges_um.take_while(|edge_um| *edge_um <= widest_um).map(|edge_um| wide.cut(edge_um));
        fine.find(|fine| fine.work(population, setup.tick_min) <= MOST_WORK).unwrap_or(wide)
    }

    /// Voxels about so wide, a fifth wider at most.
    fn cut(&self, edge_um: f64) -> Self {
        let times = self.tissue.voxel_um.map(|voxel_um| (voxel_um / edge_um - 0.2).ceil().max(1.0) as usize);
        let n = [0, 1, 2].map(|axis| self.tissue.n[axis].saturating_mul(times[axis]));
        let voxel_um = [0, 1, 2].map(|axis| self.tissue.voxel_um[axis] / times[axis] as f64);
        Self { grid: Grid { n, voxel_um, ..self.tissue }, is_fine: true, times, ..*self }
    }

    /// Passes over voxels that all sizes of a population take in a tick.
    fn work(&self, population: &PopulationSetup, tick_min: f64) -> f64 {
        let n_voxels: f64 = self.grid.n.iter().map(|n| *n as f64).product();
        let edge_um = self.grid.mean_edge_um();
        let passes = |bin: &SizeBin| {
            let zeta = FASTEST * bin.diffusion_um2_per_min * tick_min / (edge_um * edge_um);
            FEWEST + PASSES * math::sqrt(zeta)
        };
        n_voxels * population.law.bins.iter().map(passes).sum::<f64>()
    }

    /// The voxel of the tissue that one of them lies in.
    pub fn in_tissue(&self, voxel: usize) -> usize {
        if self.times == [1; 3] {
            return voxel;
        }
        let at = self.grid.at(voxel);
        self.tissue.index([0, 1, 2].map(|axis| at[axis] / self.times[axis]))
    }
}

/// From how far vesicles touch the cells that capture them.
struct Contacts {
    /// The least of those that take long to diffuse so far, µm.
    slow_um: f64,
    /// The least of all, µm.
    least_um: f64,
}

impl Contacts {
    /// None where no cell that captures much takes long to empty its surroundings.
    fn of(setup: &Setup, population: &PopulationSetup) -> Option<Self> {
        let mut contacts = Self { slow_um: f64::INFINITY, least_um: f64::INFINITY };
        for (kind, capture) in setup.kinds.iter().zip(&population.law.capture) {
            let Some(capture) = capture else { continue };
            let radius_um = kind.law.volume.radius_um();
            let contact_um = |bin: &SizeBin| radius_um + 0.5 * bin.diameter_um;
            let is_slow = |bin: &&SizeBin| {
                let d = bin.diffusion_um2_per_min;
                let brought = ceiling_um3_per_min(radius_um, 0.5 * bin.diameter_um, d);
                let takes_long = contact_um(bin) * contact_um(bin) > PASSED * setup.tick_min * d;
                d > 0.0 && takes_long && capture.clearance_um3_per_min > LEAST * brought
            };
            let bins = &population.law.bins;
            contacts.slow_um = bins.iter().filter(is_slow).map(contact_um).fold(contacts.slow_um, f64::min);
            contacts.least_um = bins.iter().map(contact_um).fold(contacts.least_um, f64::min);
        }
        (contacts.slow_um < f64::INFINITY).then_some(contacts)
    }
}
