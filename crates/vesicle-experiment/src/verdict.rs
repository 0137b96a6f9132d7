//! Can this dose reach the cell? The answer of the well-mixed twin, with the priors drawn: no, marginal or yes, and for
//! how many days.
//!
//! For every arm that gives vesicles and every kind that captures them: the followed molecule that comes nearest to
//! its threshold, vesicles captured per cell, copies reached, copies needed, days above. "Yes" when at least 90 % of
//! the draws reach the threshold, "no" when at most 10 % do.

use crate::compile::{Choice, Settings, compile};
use crate::experiment::Experiment;
use crate::library::Library;
use crate::lower::{Lowered, lower};
use rayon::prelude::*;
use tissue_sim::twin;
use vesicle_base::{Problem, math};

/// Draws behind a verdict.
pub const DRAWS: u32 = 200;
/// Step of the twin behind a verdict, minutes: short beside every half-life of what it carries.
const STEP_MIN: f64 = 60.0;
const YES: f64 = 0.9;
const NO: f64 = 0.1;

/// The answer in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// At most one draw in ten reaches the threshold.
    No,
    /// In between.
    Marginal,
    /// At least nine draws in ten do.
    Yes,
}

impl Level {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Marginal => "marginal",
            Self::Yes => "yes",
        }
    }
}

/// 5th, 50th and 95th percentile over draws.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// 5th percentile.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// 95th percentile.
    pub high: f64,
}

/// The verdict for one arm and one kind of cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Index of the arm.
    pub arm: usize,
    /// Index of the kind.
    pub kind: usize,
    /// What is given: names of the populations.
    pub given: String,
    /// The molecule that comes nearest to its threshold; empty when nothing that can act is carried.
    pub molecule: String,
    /// The answer.
    pub level: Level,
    /// Draws that reach the threshold, and all draws.
    pub reached: (u32, u32),
    /// Vesicles given per live cell at the start.
    pub given_per_cell: Spread,
    /// Vesicles captured per cell.
    pub captured: Spread,
    /// Copies carried by the captured vesicles.
    pub carried: Spread,
    /// Highest copies in the cytosol.
    pub copies: Spread,
    /// Copies needed: those at half occupancy.
    pub needed: Spread,
    /// Days above the threshold.
    pub days: Spread,
}

/// One draw of one arm and kind.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    species: usize,
    given_per_cell: f64,
    captured: f64,
    carried: f64,
    copies: f64,
    needed: f64,
    days: f64,
}

/// The verdicts of the given arms under one mechanism.
///
/// # Errors
/// All that is wrong with any of their maps.
pub fn verdicts(
    experiment: &Experiment,
    settings: &Settings,
    arms: &[usize],
    mechanism: usize,
    library: &(dyn Library + Sync),
) -> Result<Vec<Verdict>, Vec<Problem>> {
    let mut verdicts = Vec::new();
    for arm in arms {
        let lowered = |draw| {
            let map = compile(experiment, settings, Choice { arm: *arm, mechanism, draw })?;
            lower(experiment, &map, draw, library)
        };
        let as_written = lowered(0)?;
        if as_written.setup.populations.is_empty() {
            continue;
        }
        let samples: Vec<Vec<Sample>> = (1..=DRAWS)
            .into_par_iter()
            .map(|draw| lowered(draw).map(|l| samples(&l)))
            .collect::<Result<_, _>>()?;
        for kind in 0..as_written.setup.kinds.len() {
            if captures(&as_written, kind) {
                let of_kind: Vec<Sample> = samples.iter().map(|draw| draw[kind]).collect();
                verdicts.push(verdict(*arm, kind, &as_written, &of_kind));
            }
        }
    }
    Ok(verdicts)
}

fn captures(lowered: &Lowered, kind: usize) -> bool {
    let law = |p: &tissue_sim::setup::PopulationSetup| p.law.capture.get(kind).copied().flatten();
    lowered.setup.populations.iter().any(|p| law(p).is_some_and(|law| law.clearance_um3_per_min > 0.0))
}

/// One run of the twin, read for every kind.
fn samples(lowered: &Lowered) -> Vec<Sample> {
    let setup = &lowered.setup;
    let ticks = (STEP_MIN / setup.tick_min).round().clamp(1.0, f64::from(setup.n_ticks.max(1))) as u32;
    let Ok(instants) = twin::run_in_steps(setup, ticks) else {
        return vec![Sample::default(); setup.kinds.len()];
    };
    let needed = setup.response.threshold_copies;
    let volume: f64 = setup.size_um.iter().product();
    let given: f64 =
        setup.populations.iter().map(|p| p.dose.per_um3 * p.dose.ticks.len() as f64 * volume).sum();
    let cells: f64 = instants[0].live.iter().sum();
    let one = |kind: usize| {
        let peak = |species: usize| instants.iter().map(|i| i.copies[kind][species]).fold(0.0, f64::max);
        let acting = (0..setup.species.len()).filter(|s| setup.species[*s].family.is_some());
        let best = acting.max_by(|a, b| peak(*a).total_cmp(&peak(*b)));
        let captured = instants.iter().map(|i| i.taken_up[kind].iter().sum::<f64>()).fold(0.0, f64::max);
        let above = |species: usize| -> f64 {
            let steps = instants.windows(2).filter(|pair| pair[1].copies[kind][species] >= needed);
            steps.map(|pair| pair[1].time_min - pair[0].time_min).sum()
        };
        let carried = |species: usize| -> f64 {
            let last = instants.iter().max_by(|a, b| {
                a.taken_up[kind].iter().sum::<f64>().total_cmp(&b.taken_up[kind].iter().sum::<f64>())
            });
            last.map_or(0.0, |i| {
                setup.populations.iter().zip(&i.taken_up[kind]).map(|(p, n)| n * copies_in(p, species)).sum()
            })
        };
        Sample {
            species: best.unwrap_or(usize::MAX),
            given_per_cell: if cells > 0.0 { given / cells } else { 0.0 },
            captured,
            carried: best.map_or(0.0, carried),
            copies: best.map_or(0.0, peak),
            needed,
            days: best.map_or(0.0, above) / 1440.0,
        }
    };
    (0..setup.kinds.len()).map(one).collect()
}

fn copies_in(population: &tissue_sim::setup::PopulationSetup, species: usize) -> f64 {
    let cargo = population.law.cargo.iter().filter(|cargo| usize::from(cargo.species) == species);
    cargo.map(|cargo| cargo.mean_copies_per_vesicle).sum()
}

fn verdict(arm: usize, kind: usize, lowered: &Lowered, samples: &[Sample]) -> Verdict {
    let reached = samples.iter().filter(|s| s.days > 0.0).count() as u32;
    let share = f64::from(reached) / samples.len() as f64;
    let level = if share >= YES {
        Level::Yes
    } else if share <= NO {
        Level::No
    } else {
        Level::Marginal
    };
    let spread = |of: &dyn Fn(&Sample) -> f64| spread(samples.iter().map(of).collect());
    let nearest = most_frequent(samples);
    Verdict {
        arm,
        kind,
        given: lowered.labels.populations.join(", "),
        molecule: lowered.labels.species.get(nearest).cloned().unwrap_or_default(),
        level,
        reached: (reached, samples.len() as u32),
        given_per_cell: spread(&|s| s.given_per_cell),
        captured: spread(&|s| s.captured),
        carried: spread(&|s| s.carried),
        copies: spread(&|s| s.copies),
        needed: spread(&|s| s.needed),
        days: spread(&|s| s.days),
    }
}

/// The molecule that is nearest most often; the lower index of equals.
fn most_frequent(samples: &[Sample]) -> usize {
    let count = |species: usize| samples.iter().filter(|s| s.species == species).count();
    let mut best = usize::MAX;
    for sample in samples {
        let better = count(sample.species) > count(best)
            || (count(sample.species) == count(best) && sample.species < best);
        if better {
            best = sample.species;
        }
    }
    best
}

/// 5th, 50th and 95th percentile, by linear interpolation.
fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = p * (values.len() - 1) as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        let high = values[(low + 1).min(values.len() - 1)];
        values[low] + part * (high - values[low])
    };
    Spread { low: at(0.05), median: at(0.5), high: at(0.95) }
}

/// Wilson's 95 % interval of a share.
pub fn wilson(hits: u32, n: u32) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (f64::from(n), f64::from(hits) / f64::from(n), math::normal_quantile(0.975));
    let centre = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let all = 1.0 + z * z / n;
    (((centre - reach) / all).max(0.0), ((centre + reach) / all).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_wilsons_interval() {
        let (low, high) = wilson(8, 10);
        assert!((low - 0.490_16).abs() < 1e-4 && (high - 0.943_31).abs() < 1e-4, "{low} {high}");
        assert!(wilson(0, 5).0 < 1e-15);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn percentiles_interpolate() {
        let s = spread((0..=100).map(f64::from).collect());
        assert_eq!((s.low, s.median, s.high), (5.0, 50.0, 95.0));
    }
}
