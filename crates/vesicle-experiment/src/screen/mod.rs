//! Whole experiments in the twin: every arm of one mechanism in one world, thousands of times.
//!
//! A world is one set of numbers. An outcome that the twin can express is read off it; one that depends on places is
//! read through a surrogate that is fitted to the tissue's own runs (`surrogate`), and is not screened where that
//! surrogate explains too little.

pub mod animals;
pub mod apart;
pub mod confirm;
mod directions;
pub mod measure;
pub(crate) mod read;
pub mod recovery;
pub mod sensitivity;
pub mod severity;
pub mod surrogate;
pub(crate) mod unseen;
pub mod world;

use crate::compile::{Choice, Settings};
use crate::experiment::{Experiment, Mechanism};
use crate::library::Library;
use crate::lower::{Draws, Lowered, Shares};
use crate::results;
use std::collections::BTreeSet;
use tissue_outcomes::{Section, Statistic};
use tissue_sim::Setup;
use tissue_sim::twin::{self, Instant, Pace};
use vesicle_base::Problem;

/// Longest step of a screened twin, minutes: vesicles and fields are exact over any step, and growth is of second order.
/// A power of two of six minutes, because steps double from one tick.
const STEP_MIN: f64 = 768.0;

/// What is switched off in a screened model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Nothing.
    AsDeclared,
    /// Every rule that reads a vesicle, and every rule that the mechanism itself brings.
    Ablated,
}

/// One mechanism in the twin, all arms.
#[derive(Clone)]
pub struct Screen<'a> {
    experiment: &'a Experiment,
    arms: Vec<Arm<'a>>,
    filling: Vec<u16>,
    model: Model,
}

#[derive(Clone)]
struct Arm<'a> {
    index: usize,
    draws: Draws<'a>,
    /// What it has in common with the first arm in every draw.
    shares: Shares,
    section: Section,
    statistics: Vec<Option<Statistic>>,
}

/// One arm in one world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Index of the arm.
    pub arm: usize,
    /// Its frames, in order of time.
    pub frames: Vec<Seen>,
}

/// One frame of one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Value of each outcome as the twin expresses it; `None` where the simulator has none.
    pub values: Vec<Option<f64>>,
    /// Whether each rests on chance meetings, which the twin cannot know: such a value is an estimate, to be read through a
    /// surrogate or not at all. What is missing does not.
    pub are_estimates: Vec<bool>,
    /// Way that a mean cell of the outcome's kind has moved, µm; 0 where an outcome has no kind.
    pub ways_um: Vec<f64>,
    /// Share of the section that the kinds which claims say to fill it cover.
    pub covers: Vec<(u16, f64)>,
}

impl Seen {
    /// Whether an outcome is an estimate that no claim may be read from as it is.
    pub fn is_estimate(&self, outcome: usize) -> bool {
        self.are_estimates.get(outcome).copied().unwrap_or(false)
    }
}

impl Course {
    /// The last frame.
    pub fn last(&self) -> Option<&Seen> {
        self.frames.last()
    }
}

impl<'a> Screen<'a> {
    /// Lowers the given arms under one mechanism.
    ///
    /// # Errors
    /// All that is missing or wrong with any of them.
    pub fn new(
        experiment: &'a Experiment,
        settings: &Settings,
        arms: &[usize],
        mechanism: usize,
        model: Model,
        library: &'a (dyn Library + Sync),
    ) -> Result<Self, Vec<Problem>> {
        let without = match model {
            Model::AsDeclared => BTreeSet::new(),
            Model::Ablated => own_rules(experiment, mechanism),
        };
        let arm = |index: &usize| -> Result<Arm<'a>, Vec<Problem>> {
            let choice = Choice { arm: *index, mechanism, draw: 0 };
            let draws = Draws::without(experiment, settings, choice, &without, library)?;
            let lowered = draws.as_written();
            let statistic = |outcome: &crate::experiment::Outcome| {
                results::statistic(&outcome.what, experiment, &lowered.labels)
            };
            Ok(Arm {
                index: *index,
                section: results::section(draws.template().map(), lowered),
                statistics: experiment.outcomes.iter().map(statistic).collect(),
                shares: Shares::default(),
                draws,
            })
        };
        let mut arms: Vec<Arm<'a>> = arms.iter().map(arm).collect::<Result<_, _>>()?;
        if let Some((first, others)) = arms.split_first_mut() {
            others.iter_mut().for_each(|arm| arm.shares = arm.draws.shares(&mut first.draws));
        }
        Ok(Self { experiment, arms, filling: results::filling_kinds(experiment), model })
    }

    /// The experiment that is screened.
    pub fn experiment(&self) -> &'a Experiment {
        self.experiment
    }

    /// What varies: every number with a prior of any arm, once, in an order that is not that of the file.
    pub fn assumed(&self) -> Vec<crate::template::Assumed> {
        let mut all: Vec<crate::template::Assumed> = Vec::new();
        for assumed in self.arms.iter().flat_map(|arm| arm.draws.template().assumed()) {
            if !all.iter().any(|known| known.key == assumed.key) {
                all.push(assumed);
            }
        }
        all.sort_by_key(|assumed| assumed.key);
        all
    }

    /// The probability at which a draw puts a number.
    pub fn probability(&self, key: u64, draw: u32) -> f64 {
        self.arms.first().map_or(0.5, |arm| arm.draws.template().probability(key, draw))
    }

    /// All arms in the world of a prior draw; 0 takes the values as written.
    ///
    /// # Errors
    /// Where a draw cannot be lowered or contradicts itself.
    pub fn draw(&mut self, draw: u32) -> Result<Vec<Course>, Vec<Problem>> {
        let each = |arm: &mut Arm<'a>, first: Option<&Setup>| arm.draws.draw_beside(draw, arm.shares, first);
        self.courses(each, &mut Vec::new())
    }

    /// All arms in the world in which every number with a prior stands at the given probability of it, by key. An arm that
    /// `known` holds is not run again; those that it does not hold are added.
    ///
    /// # Errors
    /// Where the numbers cannot be lowered or contradict each other.
    pub fn at(
        &mut self,
        probability: impl Fn(u64) -> Option<f64>,
        posterior: u32,
        known: &mut Vec<Known>,
    ) -> Result<Vec<Course>, Vec<Problem>> {
        let each = |arm: &mut Arm<'a>, first: Option<&Setup>| {
            arm.draws.at_beside(&probability, posterior, arm.shares, first)
        };
        self.courses(each, known)
    }

    /// All arms in the world of a prior draw as the tissue would run them, with the names of all indices.
    ///
    /// # Errors
    /// Where a draw cannot be lowered or contradicts itself.
    pub fn lowered(&mut self, draw: u32) -> Result<Vec<(usize, Lowered)>, Vec<Problem>> {
        let model = self.model;
        let one = |arm: &mut Arm<'a>| {
            let mut lowered = arm.draws.lowered(draw)?;
            arm.switch_off(model, &mut lowered.setup);
            Ok((arm.index, lowered))
        };
        self.arms.iter_mut().map(one).collect()
    }

    fn courses(
        &mut self,
        setup: impl Fn(&mut Arm<'a>, Option<&Setup>) -> Result<Setup, Vec<Problem>>,
        known: &mut Vec<Known>,
    ) -> Result<Vec<Course>, Vec<Problem>> {
        let (filling, model) = (&self.filling, self.model);
        let mut courses: Vec<Course> = Vec::new();
        let mut first: Option<Setup> = None;
        for arm in &mut self.arms {
            let mut setup = setup(arm, first.as_ref())?;
            if first.is_none() {
                first = Some(setup.clone());
            }
            arm.switch_off(model, &mut setup);
            arm.drop_unseen(&mut setup);
            let of_arm = |known: &&Known| known.statistics == arm.statistics && known.setup == setup;
            let frames = if let Some(known) = known.iter().find(of_arm) {
                known.frames.clone()
            } else {
                let frames = arm.run(&setup, filling)?;
                known.push(Known { setup, statistics: arm.statistics.clone(), frames: frames.clone() });
                frames
            };
            courses.push(Course { arm: arm.index, frames });
        }
        Ok(courses)
    }
}

/// A setup that was run, what was read, and what was seen.
#[derive(Clone, Debug)]
pub struct Known {
    setup: Setup,
    statistics: Vec<Option<Statistic>>,
    frames: Vec<Seen>,
}

impl Arm<'_> {
    /// Makes a setup that of a model.
    fn switch_off(&self, model: Model, setup: &mut Setup) {
        if model == Model::Ablated {
            setup.rules.retain(|rule| !unseen::of_vesicles(rule.signal));
            unseen::vesicles(setup, &self.statistics);
        }
    }

    /// Takes away what nobody sees: arms that differ in nothing else are one run.
    fn drop_unseen(&self, setup: &mut Setup) {
        unseen::vesicles(setup, &self.statistics);
        unseen::molecules(setup, &self.statistics);
        unseen::doses_of_fields(setup, &self.statistics);
    }

    fn run(&self, setup: &Setup, filling: &[u16]) -> Result<Vec<Seen>, Vec<Problem>> {
        let longest_ticks = (STEP_MIN / setup.tick_min).round().clamp(1.0, 1e6) as u32;
        let mut frames = Vec::with_capacity(setup.frame_ticks.len());
        let pace = Pace { stops: &setup.frame_ticks, show_stops_only: true, ..Pace::steps_of(longest_ticks) };
        let run = twin::follow(setup, pace, |done, instant| {
            if setup.frame_ticks.contains(&done) {
                frames.push(self.seen(setup, instant, filling));
            }
        });
        run.map(|()| frames).map_err(|error| vec![Problem::new(error.to_string())])
    }

    fn seen(&self, setup: &Setup, instant: &Instant, filling: &[u16]) -> Seen {
        let value = |statistic: &Option<Statistic>| {
            statistic.and_then(|statistic| read::value(statistic, setup, &self.section, instant))
        };
        let rests = |statistic: &Option<Statistic>| {
            statistic.is_some_and(|statistic| read::rests_on_meetings(statistic, setup, instant))
        };
        let way = |statistic: &Option<Statistic>| {
            statistic.and_then(read::kind_of).map_or(0.0, |kind| instant.travelled_um[kind])
        };
        Seen {
            time_min: instant.time_min,
            values: self.statistics.iter().map(value).collect(),
            are_estimates: self.statistics.iter().map(rests).collect(),
            ways_um: self.statistics.iter().map(way).collect(),
            covers: filling.iter().map(|kind| (*kind, read::cover(*kind, setup, instant))).collect(),
        }
    }
}

/// Rules that a mechanism, or one that it is like, brings itself.
fn own_rules(experiment: &Experiment, mechanism: usize) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut next: Option<&Mechanism> = experiment.mechanisms.get(mechanism);
    while let Some(mechanism) = next.filter(|mechanism| !seen.contains(&mechanism.name.as_str())) {
        seen.push(&mechanism.name);
        let items = mechanism.patch.items().filter(|item| item.path.starts_with(&["rule"]));
        rules.extend(items.filter_map(|item| item.path.0.get(1).cloned()));
        let like = mechanism.like.as_deref();
        next = like.and_then(|like| experiment.mechanisms.iter().find(|m| m.name == like));
    }
    rules
}

/// A world of three arms with one value each, of one outcome at one time.
#[cfg(test)]
fn world_of(values: [f64; 3]) -> Vec<Course> {
    let frame =
        |value| Seen { time_min: 60.0, values: vec![Some(value)], ways_um: vec![0.0], ..Seen::default() };
    let course = |(arm, value)| Course { arm, frames: vec![frame(value)] };
    values.into_iter().enumerate().map(course).collect()
}
