//! About how long a run takes: enough to ask before hours of computing.

use tissue_sim::setup::{Carried, PopulationSetup};
use tissue_sim::twin::{self, Pace};
use tissue_sim::{Setup, vesicle_steps_per_min};

/// Rough time of one cell and tick with its fields, seconds.
const CELL_TICK_S: f64 = 1e-6;
/// Rough time of one step of a vesicle that is carried by itself, among cells, seconds.
const VESICLE_STEP_S: f64 = 1.5e-7;

/// Step of the twin that counts cells, minutes, and that which counts vesicles that are carried one by one.
const STEP_OF_CELLS_MIN: f64 = 720.0;
const STEP_OF_VESICLES_MIN: f64 = 60.0;

/// Rough time of one run, seconds, by the cells and the free vesicles that the twin expects.
pub fn seconds_of(setup: &Setup) -> f64 {
    let mut cells: f64 = 0.0;
    let mut free = vec![0.0_f64; setup.populations.len()];
    let alone = setup.populations.iter().any(|population| singly(&population));
    let step_min = if alone { STEP_OF_VESICLES_MIN } else { STEP_OF_CELLS_MIN };
    let ticks = (step_min / setup.tick_min).clamp(1.0, 1e6) as u32;
    // A setup that the twin refuses is told by the run itself.
    let _ = twin::follow(setup, Pace::steps_of(ticks), |_, instant| {
        cells = cells.max(instant.live.iter().sum());
        free.iter_mut().zip(&instant.free).for_each(|(most, now)| *most = most.max(*now));
    });
    let volume: f64 = setup.size_um.iter().product();
    let voxels = volume / (setup.voxel_um * setup.voxel_um * setup.voxel_um);
    let of_cells = f64::from(setup.n_ticks) * (cells.min(volume / 1000.0) + voxels) * CELL_TICK_S;
    let length_min = f64::from(setup.n_ticks) * setup.tick_min;
    let populations = setup.populations.iter().zip(free).filter(|(population, _)| singly(population));
    let steps = |(population, free): (&PopulationSetup, f64)| free * vesicle_steps_per_min(setup, population);
    of_cells + length_min * populations.map(steps).sum::<f64>() * VESICLE_STEP_S
}

fn singly(population: &&PopulationSetup) -> bool {
    matches!(population.carried, Carried::Singly { .. })
}
