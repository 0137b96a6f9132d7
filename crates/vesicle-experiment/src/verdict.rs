//! Can this dose reach the cell? The answer of the well-mixed twin, with the priors drawn: no, marginal or yes, and for
//! how many days.
//!
//! For every arm that gives vesicles and every kind that captures them: the followed molecule that comes nearest to what
//! is needed of it (a miRNA: the threshold of the response; a molecule that a rule of the kind reads itself: the rule's
//! half), vesicles captured per cell, copies reached, copies needed, days above. "Yes" when at least 90 % of
//! the draws reach the threshold, "no" when at most 10 % do. Vesicles that cells release themselves are no part of a dose
//! (`counted`).

mod counted;

use crate::compile::{Choice, Settings};
use crate::experiment::Experiment;
use crate::library::Library;
use crate::lower::{Draws, Lowered};
use crate::screen::read::are_vesicles_fed;
use crate::screen::unseen::of_vesicles;
use counted::Counted;
use rayon::prelude::*;
use tissue_sim::Setup;
use tissue_sim::setup::{Behaviour, Signal, TowardKind};
use tissue_sim::twin::{self, Pace};
use vesicle_base::Problem;
pub use vesicle_dose::{Level, Spread};

/// Draws behind a verdict.
pub const DRAWS: u32 = 200;
/// Step of the twin behind a verdict, minutes: short beside every half-life of what it carries.
const STEP_MIN: f64 = 120.0;

/// The verdict for one arm and one kind of cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Index of the arm.
    pub arm: usize,
    /// Index of the kind.
    pub kind: usize,
    /// Names of the populations that it counts: those given; where none is, those that cells release.
    pub counted: Vec<String>,
    /// Whether these are given, by injection or by blood.
    pub is_given: bool,
    /// Names of the populations that cells release and that it does not count.
    pub left_out: Vec<String>,
    /// The molecule that comes nearest to its threshold; empty when nothing that can act is carried.
    pub molecule: String,
    /// The answer.
    pub level: Level,
    /// Whether the twin can give it: not where vesicles come or go through vessels of which it cannot know whether they
    /// meet. The numbers are then estimates.
    pub is_evaluated: bool,
    /// Whether vesicles act on such cells: some rule of theirs reads what comes of them.
    pub acts: bool,
    /// Draws that reach the threshold, and all draws.
    pub reached: (u32, u32),
    /// Vesicles given, and brought by blood, per live cell at the start.
    pub given_per_cell: Spread,
    /// Vesicles captured per cell.
    pub captured: Spread,
    /// Copies carried by the captured vesicles.
    pub carried: Spread,
    /// Highest copies in the cytosol.
    pub copies: Spread,
    /// Copies needed: those at half occupancy of the targets, or at half effect of the rule that reads the molecule.
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
    rests_on_meetings: bool,
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
        let choice = Choice { arm: *arm, mechanism, draw: 0 };
        let draws = Draws::new(experiment, settings, choice, library)?;
        let as_written = draws.as_written();
        if as_written.setup.populations.is_empty() {
            continue;
        }
        let samples: Vec<Vec<Sample>> = (1..=DRAWS)
            .into_par_iter()
            .map_with(draws.clone(), |draws, draw| samples(draws.draw(draw)?))
            .collect::<Result<_, _>>()?;
        for kind in 0..as_written.setup.kinds.len() {
            if captures(as_written, kind) {
                let of_kind: Vec<Sample> = samples.iter().map(|draw| draw[kind]).collect();
                verdicts.push(verdict(*arm, kind, as_written, &of_kind));
            }
        }
    }
    Ok(verdicts)
}

/// Whether the arm has cells of a kind that capture: from the start, or because others become some.
fn captures(lowered: &Lowered, kind: usize) -> bool {
    let setup = &lowered.setup;
    let becomes = |toward: &TowardKind| toward.transformation_per_min > 0.0 || toward.daughter_share > 0.0;
    let by_law = setup.kinds.iter().filter_map(|other| other.toward.get(kind)).any(becomes);
    let by_rule = setup.rules.iter().any(|rule| match rule.behaviour {
        Behaviour::Transformation(to) | Behaviour::AsymmetricDivision(to) => usize::from(to) == kind,
        _ => false,
    });
    let begins = setup.kinds[kind].start.count(setup.size_um, setup.voxel_um) > 0;
    (begins || by_law || by_rule) && has_capture(lowered, kind)
}

fn has_capture(lowered: &Lowered, kind: usize) -> bool {
    let law = |p: &tissue_sim::setup::PopulationSetup| p.law.capture.get(kind).copied().flatten();
    lowered.setup.populations.iter().any(|p| law(p).is_some_and(|law| law.clearance_um3_per_min > 0.0))
}

/// One run of the twin, read for every kind. What donors of contact transfer make anew is no part of a dose, nor what cells
/// release: only copies that came in vesicles that count are counted, wherever they went from there.
fn samples(mut setup: Setup) -> Result<Vec<Sample>, Vec<Problem>> {
    let counted = Counted::of(&setup);
    counted.alone(&mut setup);
    let ticks = (STEP_MIN / setup.tick_min).round().clamp(1.0, f64::from(setup.n_ticks.max(1))) as u32;
    let mut courses: Vec<Course> =
        (0..setup.kinds.len()).map(|kind| Course::new(needed(&setup, &counted, kind), &counted)).collect();
    let (mut cells, mut last_min) = (None, 0.0);
    let (mut brought, mut rests_on_meetings) = (0.0, false);
    let pace = Pace { unread_repression: false, ..Pace::steps_of(ticks) };
    twin::follow(&setup, pace, |_, instant| {
        cells.get_or_insert_with(|| instant.live.iter().sum::<f64>());
        let step_min = instant.time_min - last_min;
        last_min = instant.time_min;
        brought = instant.brought.iter().sum();
        rests_on_meetings |= instant.vessels.is_some_and(|vessels| !vessels.is_seeded);
        for (kind, course) in courses.iter_mut().enumerate() {
            course.see(&instant.taken_up[kind], &instant.copies[kind], step_min);
        }
    })
    .map_err(|error| vec![Problem::new(error.to_string())])?;
    let volume: f64 = setup.size_um.iter().product();
    let given: f64 =
        setup.populations.iter().map(|p| p.dose.per_um3 * p.dose.ticks.len() as f64 * volume).sum();
    let given_per_cell = cells.filter(|cells| *cells > 0.0).map_or(0.0, |cells| (given + brought) / cells);
    let rests_on_meetings = rests_on_meetings && are_vesicles_fed(&setup);
    let sample = |course: &Course| Sample { rests_on_meetings, ..course.sample(&setup, given_per_cell) };
    Ok(courses.iter().map(sample).collect())
}

/// Copies of each molecule that a cell of a kind needs for half an effect; `None` of one that cannot act there or that
/// nothing which counts carries.
fn needed(setup: &Setup, counted: &Counted, kind: usize) -> Vec<Option<f64>> {
    let by_rule = |species: usize| {
        let reads = setup.rules.iter().filter(|rule| usize::from(rule.kind) == kind);
        let reads = reads.filter(|rule| is_copies_of(rule.signal, species));
        reads.map(|rule| rule.half).min_by(f64::total_cmp)
    };
    let by_targets =
        |species: usize| setup.species[species].family.is_some().then_some(setup.response.threshold_copies);
    let of = |species: usize| {
        counted.carry(setup, species).then(|| by_rule(species).or_else(|| by_targets(species))).flatten()
    };
    (0..setup.species.len()).map(of).collect()
}

fn is_copies_of(signal: Signal, species: usize) -> bool {
    match signal {
        Signal::Copies(ways) => ways.species().any(|way| way == species),
        _ => false,
    }
}

/// What one kind of cell has seen over a run of the twin.
#[derive(Clone)]
struct Course {
    /// Whether each population counts.
    counts: Vec<bool>,
    /// Copies needed of each molecule.
    needed: Vec<Option<f64>>,
    /// Highest copies of each molecule.
    peak: Vec<f64>,
    /// Minutes for which each molecule ended a step above the threshold.
    above_min: Vec<f64>,
    /// Vesicles of each population when most of those that count were captured; none of the others.
    captured: Vec<f64>,
    /// Most vesicles captured that count.
    most: f64,
}

impl Course {
    fn new(needed: Vec<Option<f64>>, counted: &Counted) -> Self {
        let n_species = needed.len();
        Self {
            counts: counted.populations.clone(),
            needed,
            peak: vec![0.0; n_species],
            above_min: vec![0.0; n_species],
            captured: Vec::new(),
            most: f64::NEG_INFINITY,
        }
    }

    fn see(&mut self, taken_up: &[f64], copies: &[f64], step_min: f64) {
        for (species, copies) in copies.iter().enumerate() {
            self.peak[species] = self.peak[species].max(*copies);
            if step_min > 0.0 && self.needed[species].is_some_and(|needed| *copies >= needed) {
                self.above_min[species] += step_min;
            }
        }
        let of_dose = taken_up.iter().zip(&self.counts).map(|(n, counts)| if *counts { *n } else { 0.0 });
        let all = of_dose.clone().sum::<f64>();
        if all >= self.most {
            self.most = all;
            self.captured.clear();
            self.captured.extend(of_dose);
        }
    }

    fn sample(&self, setup: &Setup, given_per_cell: f64) -> Sample {
        let reached = |species: usize| self.needed[species].map(|needed| self.peak[species] / needed);
        let acting = (0..setup.species.len()).filter_map(|species| Some((species, reached(species)?)));
        let best = acting.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(species, _)| species);
        let carried = |species: usize| {
            setup.populations.iter().zip(&self.captured).map(|(p, n)| n * copies_in(p, species)).sum()
        };
        Sample {
            species: best.unwrap_or(usize::MAX),
            given_per_cell,
            captured: self.most.max(0.0),
            carried: best.map_or(0.0, carried),
            copies: best.map_or(0.0, |species| self.peak[species]),
            needed: best.and_then(|species| self.needed[species]).unwrap_or(setup.response.threshold_copies),
            days: best.map_or(0.0, |species| self.above_min[species]) / 1440.0,
            rests_on_meetings: false,
        }
    }
}

fn copies_in(population: &tissue_sim::setup::PopulationSetup, species: usize) -> f64 {
    let cargo = population.law.cargo.iter().filter(|cargo| usize::from(cargo.species) == species);
    cargo.map(|cargo| cargo.mean_copies_per_vesicle).sum()
}

fn verdict(arm: usize, kind: usize, lowered: &Lowered, samples: &[Sample]) -> Verdict {
    let reached = samples.iter().filter(|s| s.days > 0.0).count() as u32;
    let spread = |of: &dyn Fn(&Sample) -> f64| Spread::of(&samples.iter().map(of).collect::<Vec<_>>());
    let nearest = most_frequent(samples);
    let counted = Counted::of(&lowered.setup);
    let names = |of: bool| {
        let wanted = lowered.labels.populations.iter().zip(&counted.populations).filter(|(_, c)| **c == of);
        wanted.map(|(name, _)| name.clone()).collect::<Vec<String>>()
    };
    Verdict {
        arm,
        kind,
        counted: names(true),
        is_given: counted.are_given,
        left_out: names(false),
        molecule: lowered.labels.species.get(nearest).cloned().unwrap_or_default(),
        level: Level::of(reached, samples.len()),
        is_evaluated: !samples.iter().any(|sample| sample.rests_on_meetings),
        acts: lowered
            .setup
            .rules
            .iter()
            .any(|rule| usize::from(rule.kind) == kind && of_vesicles(rule.signal)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate() {
        let s = Spread::of(&(0..=100).map(f64::from).collect::<Vec<_>>());
        assert_eq!((s.low, s.median, s.high), (5.0, 50.0, 95.0));
    }
}
