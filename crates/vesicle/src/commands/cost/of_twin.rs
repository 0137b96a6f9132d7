//! What the worlds of the twin take, by a few of them.

use crate::commands::run::Prepared;
use std::time::Instant;
use vesicle_base::Problem;
use vesicle_experiment::library::Permuted;
use vesicle_experiment::screen::{Model, Screen, sensitivity, severity};
use vesicle_files::library::FolderLibrary;

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
    let drawn = seconds_of_draws(&mut screen)?;
    // What matters most is asked of the reference and one other arm.
    let pair = &arms[..arms.len().min(2)];
    let mut two = Screen::new(experiment, &prepared.settings, pair, *mechanism, Model::AsDeclared, library)?;
    let worlds = Worlds {
        mechanisms: selection.mechanisms.len(),
        others: experiment.mechanisms.len() - selection.mechanisms.len(),
        permuted: prepared.permuted_targets,
        inputs: two.assumed().len() + 1,
    };
    Ok(worlds.seconds(made, drawn, seconds_of_draws(&mut two)?) / threads.max(1) as f64)
}

/// Seconds of one world.
fn seconds_of_draws(screen: &mut Screen<'_>) -> Result<f64, Vec<Problem>> {
    let begun = Instant::now();
    for draw in 1..=TWIN_PILOTS {
        screen.draw(draw)?;
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(TWIN_PILOTS))
}

/// What the twin is asked for.
struct Worlds {
    mechanisms: usize,
    /// Those that are declared and not run.
    others: usize,
    permuted: u32,
    inputs: usize,
}

impl Worlds {
    /// Seconds of one thread, when a table takes so many to be permuted and lowered, a world of all arms so many, and one
    /// of two arms so many.
    fn seconds(&self, made: f64, drawn: f64, of_two: f64) -> f64 {
        let (mechanisms, permuted) = (self.mechanisms as f64, f64::from(self.permuted));
        // As declared and ablated.
        let of_mechanism = 2.0 * f64::from(severity::WORLDS) * drawn + permuted * (made + drawn);
        // Two arms, at the points of the design of Saltelli.
        let of_shares = (self.inputs + 2) as f64 * f64::from(sensitivity::POINTS) * of_two;
        mechanisms * of_mechanism + self.others as f64 * f64::from(severity::GLANCES) * drawn + of_shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_world_of_the_twin_is_counted() {
        let worlds = Worlds { mechanisms: 3, others: 2, permuted: 1000, inputs: 40 };
        let shares = 42.0 * f64::from(sensitivity::POINTS) * 0.25;
        let known = 3.0 * (2.0 * f64::from(severity::WORLDS) + 1000.0 * 11.0)
            + 2.0 * f64::from(severity::GLANCES)
            + shares;
        assert!((worlds.seconds(10.0, 1.0, 0.25) - known).abs() < 1e-9);
        let plain = Worlds { permuted: 0, ..worlds };
        assert!(plain.seconds(1e9, 1.0, 0.25) < 1e5, "no table is permuted");
    }
}
