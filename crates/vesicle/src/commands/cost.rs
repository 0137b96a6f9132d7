//! About how long a run takes: enough to ask before hours of computing.
//!
//! What a run has to do is counted by the twin; how fast that goes here and now is measured on the beginnings of a few of
//! the runs, side by side as all will be.

use super::run::Prepared;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use tissue_sim::setup::{Carried, PopulationSetup};
use tissue_sim::twin::{self, Pace};
use tissue_sim::{Setup, simulate, vesicle_steps_per_min};
use vesicle_base::Problem;
use vesicle_experiment::library::Permuted;
use vesicle_experiment::screen::{Model, Screen, sensitivity, severity};
use vesicle_files::library::FolderLibrary;

/// Rough time of one cell and tick with its fields, seconds.
const CELL_TICK_S: f64 = 2e-6;
/// Rough time of one step of a vesicle that is carried by itself, among cells, seconds.
const VESICLE_STEP_S: f64 = 1.5e-7;

/// Step of the twin that counts cells, minutes, and that which counts vesicles that are carried one by one.
const STEP_OF_CELLS_MIN: f64 = 720.0;
const STEP_OF_VESICLES_MIN: f64 = 60.0;

/// Rough time of one run, seconds, by the cells and the free vesicles that the twin expects over its length.
fn seconds_of(setup: &Setup) -> f64 {
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

/// Beginnings of runs that are timed, and for how long each, seconds.
const PILOTS: usize = 8;
const PILOT_S: f64 = 0.5;
/// Below so many seconds in all, nobody waits for pilots.
const WORTH_S: f64 = 30.0;

/// The beginning of a run: what it took and what had been expected, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pilot {
    took: f64,
    expected: f64,
}

/// Seconds that the runs will take on so many threads, from some of them (setup and seed) in no order that matters.
pub fn seconds_of_all(asked: &[(&Setup, u64)], n: usize, threads: usize) -> f64 {
    let each: Vec<f64> = asked.par_iter().map(|(setup, _)| seconds_of(setup)).collect();
    let rough = each.iter().sum::<f64>() * n as f64 / asked.len().max(1) as f64 / threads.max(1) as f64;
    if rough < WORTH_S {
        return rough;
    }
    let pilots = asked.iter().take(PILOTS).collect::<Vec<_>>();
    let pilots: Vec<Pilot> = pilots.into_par_iter().filter_map(|(setup, seed)| timed(setup, *seed)).collect();
    rough * pace(&pilots)
}

/// Draws of one mechanism that the twin is timed on.
const TWIN_PILOTS: u32 = 4;

/// Seconds that the worlds of the twin will take on so many threads, by a few of them.
///
/// # Errors
/// What is wrong with any of the arms.
pub fn seconds_of_twin(
    prepared: &Prepared,
    library: &FolderLibrary,
    threads: usize,
) -> Result<f64, Vec<Problem>> {
    let (experiment, selection) = (&prepared.experiment, &prepared.selection);
    let Some(mechanism) = selection.mechanisms.first() else { return Ok(0.0) };
    let arms = &selection.arms_of(experiment)[..];
    let broken = Permuted::new(library, 1);
    let begun = Instant::now();
    let mut screen =
        Screen::new(experiment, &prepared.settings, arms, *mechanism, Model::AsDeclared, &broken)?;
    let made = begun.elapsed().as_secs_f64();
    for draw in 1..=TWIN_PILOTS {
        screen.draw(draw)?;
    }
    let drawn = (begun.elapsed().as_secs_f64() - made) / f64::from(TWIN_PILOTS);
    let worlds = Worlds {
        mechanisms: selection.mechanisms.len(),
        permuted: prepared.permuted_targets,
        arms: arms.len(),
        inputs: screen.assumed().len() + 1,
    };
    Ok(worlds.seconds(made, drawn) / threads.max(1) as f64)
}

/// What the twin is asked for.
struct Worlds {
    mechanisms: usize,
    permuted: u32,
    arms: usize,
    inputs: usize,
}

impl Worlds {
    /// Seconds of one thread, when a table takes so many to be permuted and lowered, and a world of all arms so many.
    fn seconds(&self, made: f64, drawn: f64) -> f64 {
        let (mechanisms, permuted) = (self.mechanisms as f64, f64::from(self.permuted));
        // As declared and ablated.
        let of_mechanism = 2.0 * f64::from(severity::WORLDS) * drawn + permuted * (made + drawn);
        // Two arms, at the points of the design of Saltelli.
        let of_shares =
            (self.inputs + 2) as f64 * f64::from(sensitivity::POINTS) * drawn * 2.0 / self.arms.max(2) as f64;
        mechanisms * of_mechanism + of_shares
    }
}

/// Begins a run and drops it.
fn timed(setup: &Setup, seed: u64) -> Option<Pilot> {
    let begun = Instant::now();
    begin(setup, seed, &|| begun.elapsed().as_secs_f64())
}

/// As [`timed`], by the given clock, which begins at 0.
fn begin(setup: &Setup, seed: u64, clock: &(dyn Fn() -> f64 + Sync)) -> Option<Pilot> {
    let ticks = AtomicU32::new(0);
    let goes_on = |done: u32, _: u32| {
        ticks.store(done, Ordering::Relaxed);
        clock() < PILOT_S
    };
    // A setup that cannot be built is told by the run itself.
    simulate(setup, seed, &goes_on).ok()?;
    let took = clock();
    let n_ticks = ticks.into_inner();
    Some(Pilot { took, expected: seconds_of(&Setup { n_ticks, ..setup.clone() }) })
}

/// How many times as long as expected things take; 1 where nothing was timed.
fn pace(pilots: &[Pilot]) -> f64 {
    let sum = |of: fn(&Pilot) -> f64| pilots.iter().map(of).sum::<f64>();
    let (took, expected) = (sum(|pilot| pilot.took), sum(|pilot| pilot.expected));
    if took > 0.0 && expected > 0.0 { took / expected } else { 1.0 }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_world_of_the_twin_is_counted() {
        let worlds = Worlds { mechanisms: 3, permuted: 1000, arms: 13, inputs: 40 };
        let shares = 42.0 * f64::from(sensitivity::POINTS) * 2.0 / 13.0;
        let known = 3.0 * (2.0 * f64::from(severity::WORLDS) + 1000.0 * 11.0) + shares;
        assert!((worlds.seconds(10.0, 1.0) - known).abs() < 1e-9);
        let plain = Worlds { permuted: 0, ..worlds };
        assert!(plain.seconds(1e9, 1.0) < 1e5, "no table is permuted");
    }

    #[test]
    fn the_pace_is_that_of_all_pilots_together() {
        let pilot = |took, expected| Pilot { took, expected };
        assert_eq!(pace(&[]), 1.0);
        assert_eq!(pace(&[pilot(0.5, 0.25)]), 2.0);
        // A long pilot says more than a short one.
        assert!((pace(&[pilot(0.5, 1.0), pilot(0.1, 0.1)]) - 0.6 / 1.1).abs() < 1e-12);
        assert_eq!(pace(&[pilot(0.0, 0.0), pilot(0.2, 0.1)]), 2.0);
        assert_eq!(pace(&[pilot(0.5, 0.0)]), 1.0);
    }
}
