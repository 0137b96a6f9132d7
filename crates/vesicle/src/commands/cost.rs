//! About how long a run takes: enough to ask before hours of computing.

use tissue_sim::setup::{Carried, PopulationSetup};
use tissue_sim::twin::{self, Pace};
use tissue_sim::{Setup, vesicle_steps_per_min};

/// Rough time of one cell and tick with its fields, seconds.
const CELL_TICK_S: f64 = 2e-6;
/// Rough time of one step of a vesicle that is carried by itself, among cells, seconds.
const VESICLE_STEP_S: f64 = 1.5e-7;

/// Step of the twin that counts cells, minutes, and that which counts vesicles that are carried one by one.
const STEP_OF_CELLS_MIN: f64 = 720.0;
const STEP_OF_VESICLES_MIN: f64 = 60.0;

/// Rough time of one run, seconds, by the cells and the free vesicles that the twin expects over its length.
pub fn seconds_of(setup: &Setup) -> f64 {
    let volume: f64 = setup.size_um.iter().product();
    let (mut cells, mut free) = (OverTime::default(), vec![OverTime::default(); setup.populations.len()]);
    let alone = setup.populations.iter().any(|population| singly(&population));
    let step_min = if alone { STEP_OF_VESICLES_MIN } else { STEP_OF_CELLS_MIN };
    let ticks = (step_min / setup.tick_min).clamp(1.0, 1e6) as u32;
    // A setup that the twin refuses is told by the run itself.
    let _ = twin::follow(setup, Pace::steps_of(ticks), |_, instant| {
        cells.see(instant.time_min, instant.live.iter().sum::<f64>().min(volume / 1000.0));
        free.iter_mut().zip(&instant.free).for_each(|(free, now)| free.see(instant.time_min, *now));
    });
    let voxels = volume / (setup.voxel_um * setup.voxel_um * setup.voxel_um);
    let ticks_of_all = cells.all_min / setup.tick_min + voxels * f64::from(setup.n_ticks);
    let populations = setup.populations.iter().zip(free).filter(|(population, _)| singly(population));
    let steps = |(population, free): (&PopulationSetup, OverTime)| {
        free.all_min * vesicle_steps_per_min(setup, population)
    };
    ticks_of_all * CELL_TICK_S + populations.map(steps).sum::<f64>() * VESICLE_STEP_S
}

/// How many there were, summed over time by trapezes.
#[derive(Clone, Copy, Default)]
struct OverTime {
    last_min: f64,
    last: f64,
    all_min: f64,
}

impl OverTime {
    fn see(&mut self, time_min: f64, n: f64) {
        self.all_min += 0.5 * (self.last + n) * (time_min - self.last_min);
        (self.last_min, self.last) = (time_min, n);
    }
}

fn singly(population: &&PopulationSetup) -> bool {
    matches!(population.carried, Carried::Singly { .. })
}
