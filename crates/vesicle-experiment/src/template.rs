//! The map of one arm under one mechanism, made once; a prior draw only sets its numbers.
//!
//! A draw belongs to the place of a value in the declaration, not to its name: renaming a cell changes no number, and
//! arms and mechanisms that share a value share its draw.

use crate::compile::{Choice, Settings, as_written};
use crate::experiment::Experiment;
use crate::map::Map;
use crate::path::Path;
use crate::registry::{Names, Range};
use std::collections::BTreeSet;
use vesicle_base::random::mix_seed;
use vesicle_base::{Prior, Problem, Purpose, Rng};

const PRIOR: Purpose = Purpose(0x0101);

/// A map whose numbers are set draw by draw.
#[derive(Clone, Debug)]
pub struct Template {
    map: Map,
    numbers: Vec<Drawable>,
    rng: Rng,
}

/// A number with a prior.
#[derive(Clone, Debug)]
struct Drawable {
    /// Its place among the items of the map.
    at: usize,
    key: u64,
    prior: Prior,
    /// As it was written.
    value: f64,
    range: Range,
}

/// A number with a prior, as those who design their own draws see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// What its draws are keyed by.
    pub key: u64,
    /// Where it was said.
    pub origin: Path,
    /// Whether its source is that it was assumed.
    pub is_assumed: bool,
}

impl Template {
    /// The template of an arm under a mechanism; the draw of the choice is not read.
    ///
    /// # Errors
    /// A `like` that names nothing or runs in a circle.
    pub fn new(experiment: &Experiment, settings: &Settings, choice: Choice) -> Result<Self, Vec<Problem>> {
        Self::without(experiment, settings, choice, &BTreeSet::new())
    }

    /// As [`Template::new`], with some named rules left out.
    ///
    /// # Errors
    /// A `like` that names nothing or runs in a circle.
    pub fn without(
        experiment: &Experiment,
        settings: &Settings,
        choice: Choice,
        left_out: &BTreeSet<String>,
    ) -> Result<Self, Vec<Problem>> {
        let mut map = as_written(experiment, settings, choice)?;
        left_out.iter().for_each(|rule| map.remove_below(&Path::of(["rule", rule.as_str()])));
        let rules = rule_names(experiment);
        let seed = experiment.base.number(&["run", "seed"]).unwrap_or(1.0) as u64;
        let numbers = map.items().iter().enumerate().filter_map(|(at, item)| {
            let quantity = item.quantity()?;
            let key = nameless_key(&item.origin, item.entry.pattern, &experiment.names, &rules);
            Some(Drawable {
                at,
                key: fnv(&key),
                prior: quantity.prior?,
                value: quantity.value,
                range: item.entry.range,
            })
        });
        let numbers = numbers.collect();
        Ok(Self { map, numbers, rng: Rng::new(mix_seed(&[seed, 0x7072_696f_7273])) })
    }

    /// The map as it stands.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The map of a prior draw; 0 takes the values as written.
    pub fn draw(&mut self, draw: u32) -> &Map {
        let rng = self.rng;
        if draw == 0 {
            return self.set(|_| None);
        }
        self.set(|key| Some(rng.at(PRIOR, key, draw).uniform_positive().min(1.0 - 1e-12)))
    }

    /// The map in which every number with a prior stands at the given probability of it, in (0, 1), by key; at `None`
    /// and outside its range it stands as written.
    pub fn set(&mut self, probability: impl Fn(u64) -> Option<f64>) -> &Map {
        for number in &self.numbers {
            let drawn = probability(number.key).map(|p| number.prior.quantile(number.value, p));
            let value = drawn.filter(|value| number.range.holds(*value)).unwrap_or(number.value);
            self.map.set_number(number.at, value);
        }
        &self.map
    }

    /// Every number with a prior, each key once, in order of the map.
    pub fn assumed(&self) -> Vec<Assumed> {
        let mut all: Vec<Assumed> = Vec::new();
        for number in &self.numbers {
            let item = &self.map.items()[number.at];
            if !all.iter().any(|known| known.key == number.key) {
                all.push(Assumed {
                    key: number.key,
                    origin: item.origin.clone(),
                    is_assumed: item.quantity().is_some_and(vesicle_base::Quantity::is_assumed),
                });
            }
        }
        all
    }

    /// The probability at which a draw puts a number.
    pub fn probability(&self, key: u64, draw: u32) -> f64 {
        self.rng.at(PRIOR, key, draw).uniform_positive().min(1.0 - 1e-12)
    }
}

/// Rules in order of first appearance.
fn rule_names(experiment: &Experiment) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in experiment.all_items().filter(|item| item.path.starts_with(&["rule"])) {
        if !names.contains(&item.path.0[1]) {
            names.push(item.path.0[1].clone());
        }
    }
    names
}

/// The path with every declared name replaced by its number.
fn nameless_key(path: &Path, pattern: &str, names: &Names, rules: &[String]) -> String {
    let mut key = String::new();
    for (part, segment) in pattern.split('.').zip(&path.0) {
        let list: &[String] = match part {
            "<cell>" => &names.cells,
            "<field>" => &names.fields,
            "<vesicle>" => &names.vesicles,
            "<molecule>" => &names.molecules,
            "<rule>" => rules,
            _ => &[],
        };
        match list.iter().position(|name| name == segment) {
            Some(at) => key.extend([".#", &at.to_string()]),
            None => key.extend([".", segment]),
        }
    }
    key
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
