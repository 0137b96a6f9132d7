//! Which runs an experiment asks for, and running them: a run is a pure function of (setup, run seed), stored under
//! its hash.

use crate::compile::{Choice, Settings};
use crate::experiment::Experiment;
use crate::library::Library;
use crate::lower::{Draws, Lowered};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tissue_sim::{Record, simulate};
use vesicle_base::Problem;
use vesicle_base::random::mix_seed;

/// Which runs of an experiment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Indices of arms; all when empty.
    pub arms: Vec<usize>,
    /// Indices of mechanisms; the first when empty.
    pub mechanisms: Vec<usize>,
    /// Replicates per arm; the file's when `None`.
    pub replicates: Option<u32>,
    /// Prior draws; 0 runs the values as written.
    pub draws: u32,
    /// One seed for all arms of a replicate, so that arms are paired.
    pub paired: bool,
    /// Seed of the experiment; the file's when `None`.
    pub seed: Option<u64>,
}

impl Selection {
    /// Indices of the arms, each once, in the order of the file.
    pub fn arms_in_file(&self, experiment: &Experiment) -> Vec<usize> {
        let mut arms: Vec<usize> =
            if self.arms.is_empty() { (0..experiment.arms.len()).collect() } else { self.arms.clone() };
        arms.sort_unstable();
        arms.dedup();
        arms
    }

    /// Indices of the arms: the reference, which is the first of the file among them, then the others in an order that is
    /// not that of the file. Sums and designs over arms go in this order.
    pub fn arms_of(&self, experiment: &Experiment) -> Vec<usize> {
        let mut arms = self.arms_in_file(experiment);
        if let Some((_, others)) = arms.split_first_mut() {
            others.sort_by_key(|arm| experiment.arms.get(*arm).map(|arm| arm.key));
        }
        arms
    }

    /// The mechanism whose doses, spread and shares of variance are told: among those selected the one that changes
    /// nothing, wherever it stands; without one the first.
    pub fn main_mechanism(&self, experiment: &Experiment) -> usize {
        let changes_nothing = |at: &&usize| {
            let mechanism = experiment.mechanisms.get(**at);
            mechanism.is_some_and(|m| m.patch.is_empty() && m.like.is_none())
        };
        let chosen = &self.mechanisms;
        chosen.iter().find(changes_nothing).or_else(|| chosen.first()).copied().unwrap_or(0)
    }

    /// Indices of the mechanisms, in an order that is not that of the file: sums over mechanisms go in this order.
    pub fn mechanisms_of(&self, experiment: &Experiment) -> Vec<usize> {
        let mut mechanisms = self.mechanisms.clone();
        mechanisms.sort_by_key(|at| experiment.mechanisms.get(*at).map(|mechanism| mechanism.key));
        mechanisms
    }
}

/// One run by its place in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Index of the arm in the file.
    pub arm: usize,
    /// Index of the mechanism in the file.
    pub mechanism: usize,
    /// Prior draw.
    pub draw: u32,
    /// Replicate, from 0.
    pub replicate: u32,
}

/// One run that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where its result belongs.
    pub key: Key,
    /// Seed of the run.
    pub seed: u64,
    /// Name of its result.
    pub hash: String,
    /// Its setup among [`Campaign::lowered`].
    pub setup: usize,
}

/// All runs of one command.
#[derive(Clone, Debug, Default)]
pub struct Campaign {
    /// Setups, one per arm, mechanism and draw.
    pub lowered: Vec<Lowered>,
    /// Runs, sorted by key.
    pub runs: Vec<Planned>,
}

/// Where results are kept.
pub trait Store: Sync {
    /// The record of a run, when it is there and whole.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn load(&self, hash: &str) -> Result<Option<Record>, String>;

    /// Keeps the record of a run; afterwards it is there whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    fn save(&self, hash: &str, record: &Record) -> Result<(), String>;
}

/// Plans the runs of a selection.
///
/// # Errors
/// All that is wrong with any of their maps.
pub fn plan(
    experiment: &Experiment,
    settings: &Settings,
    selection: &Selection,
    library: &(dyn Library + Sync),
) -> Result<Campaign, Vec<Problem>> {
    let arms = selection.arms_in_file(experiment);
    let mechanisms: &[usize] = if selection.mechanisms.is_empty() { &[0] } else { &selection.mechanisms };
    let choices: Vec<Choice> = arms
        .iter()
        .flat_map(|arm| {
            mechanisms.iter().map(|mechanism| Choice { arm: *arm, mechanism: *mechanism, draw: 0 })
        })
        .collect();
    let all_draws = |choice: &Choice| Draws::new(experiment, settings, *choice, library);
    let found: Vec<Result<Draws<'_>, Vec<Problem>>> = choices.par_iter().map(all_draws).collect();
    let key = |choice: &Choice| experiment.arms.get(choice.arm).map_or(0, |arm| arm.key);
    let mut campaign = Campaign::default();
    let mut problems = Vec::new();
    for (choice, draws) in choices.iter().zip(found) {
        match draws.and_then(|draws| campaign.add_draws(draws, *choice, key(choice), selection)) {
            Ok(()) => {}
            Err(found) => problems.extend(found),
        }
    }
    campaign.runs.sort_by_key(|run| run.key);
    let problems = crate::check::in_order(problems);
    if problems.is_empty() { Ok(campaign) } else { Err(problems) }
}

impl Campaign {
    /// Adds the runs of one arm under one mechanism in every draw of the selection.
    fn add_draws(
        &mut self,
        mut draws: Draws<'_>,
        choice: Choice,
        arm_key: u64,
        selection: &Selection,
    ) -> Result<(), Vec<Problem>> {
        let wanted = if selection.draws == 0 { 0..=0 } else { 1..=selection.draws };
        for draw in wanted {
            let mut lowered = draws.lowered(draw)?;
            if draw > 1 {
                // What is reached is the same in every draw.
                lowered.reach = Vec::new();
            }
            self.add(lowered, Choice { draw, ..choice }, arm_key, draws.template().map(), selection);
        }
        Ok(())
    }

    /// Takes over the runs of another campaign.
    pub(crate) fn join(&mut self, other: Self) {
        let before = self.lowered.len();
        self.lowered.extend(other.lowered);
        self.runs.extend(other.runs.into_iter().map(|run| Planned { setup: run.setup + before, ..run }));
        self.runs.sort_by_key(|run| run.key);
    }

    /// Adds the replicates of one setup, which draw their chance by the key of the arm; replicates and seed are the map's
    /// where the selection says nothing.
    pub(crate) fn add(
        &mut self,
        lowered: Lowered,
        choice: Choice,
        arm_key: u64,
        map: &crate::Map,
        selection: &Selection,
    ) {
        let replicates =
            selection.replicates.unwrap_or_else(|| map.number(&["run", "replicates"]).unwrap_or(1.0) as u32);
        let seed = selection.seed.unwrap_or_else(|| map.number(&["run", "seed"]).unwrap_or(1.0) as u64);
        let text = format!("{:?}", lowered.setup);
        for replicate in 0..replicates {
            let key = Key { arm: choice.arm, mechanism: choice.mechanism, draw: choice.draw, replicate };
            let arm = if selection.paired { 0 } else { arm_key };
            let seed = mix_seed(&[seed, arm, u64::from(replicate), u64::from(choice.draw)]);
            let hash = hash(&text, seed);
            self.runs.push(Planned { key, seed, hash, setup: self.lowered.len() });
        }
        self.lowered.push(lowered);
    }

    /// The setup and labels of a run.
    pub fn of(&self, run: &Planned) -> &Lowered {
        &self.lowered[run.setup]
    }

    /// Runs with different results, the first of each.
    pub fn distinct(&self) -> Vec<&Planned> {
        let mut first = BTreeMap::new();
        for run in &self.runs {
            first.entry(run.hash.as_str()).or_insert(run);
        }
        let mut distinct: Vec<&Planned> = first.into_values().collect();
        distinct.sort_by_key(|run| run.key);
        distinct
    }

    /// Ticks of all distinct runs together.
    pub fn ticks(&self) -> u64 {
        self.distinct().iter().map(|run| u64::from(self.of(run).setup.n_ticks)).sum()
    }
}

/// Name of what the simulator answers: changes with the bits of its runs.
pub fn version() -> String {
    let mut hasher = Sha256::new();
    hasher.update(tissue_sim::BITS.as_bytes());
    hex(&hasher, 6)
}

fn hash(setup: &str, seed: u64) -> String {
    let mut hasher = Sha256::new();
    hasher.update(tissue_sim::BITS.as_bytes());
    hasher.update(seed.to_le_bytes());
    hasher.update(setup.as_bytes());
    hex(&hasher, 16)
}

/// The first bytes of a digest.
fn hex(hasher: &Sha256, bytes: usize) -> String {
    let digest = hasher.clone().finalize();
    let digits = digest.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Runs what the store does not have yet, several at once; `done` is told the ticks done so far.
///
/// # Errors
/// The first failure, in the order of the runs.
pub fn execute(campaign: &Campaign, store: &dyn Store, done: &(dyn Fn(u64) + Sync)) -> Result<(), String> {
    let ticks = AtomicU64::new(0);
    let one = |run: &&Planned| -> Result<(), String> {
        let setup = &campaign.of(run).setup;
        if store.load(&run.hash)?.is_some() {
            done(ticks.fetch_add(u64::from(setup.n_ticks), Ordering::Relaxed) + u64::from(setup.n_ticks));
            return Ok(());
        }
        let progress = |_, _| {
            done(ticks.fetch_add(1, Ordering::Relaxed) + 1);
            true
        };
        let record = simulate(setup, run.seed, &progress).map_err(|error| error.to_string())?;
        record.map_or(Ok(()), |record| store.save(&run.hash, &record))
    };
    let results: Vec<Result<(), String>> = campaign.distinct().par_iter().map(one).collect();
    results.into_iter().collect()
}
