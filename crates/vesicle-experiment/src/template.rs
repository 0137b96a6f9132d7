//! The map of one arm under one mechanism, made once; a prior draw only sets its numbers.
//!
//! A draw belongs to what is said of a value, not to its name or place (`ranks`): neither renaming a cell nor moving it
//! changes a number, and arms and mechanisms that share a value share its draw.

use crate::compile::{Choice, Settings, as_written};
use crate::experiment::Experiment;
use crate::map::{Item, Map};
use crate::nameless::Nameless;
use crate::path::Path;
use crate::registry::Range;
use crate::spoken;
use std::collections::BTreeSet;
use vesicle_base::random::mix_seed;
use vesicle_base::{Prior, Problem, Purpose, Quantity, Rng};

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
    /// What it is, in words.
    pub words: String,
    /// Its value with unit and prior, as written.
    pub said: String,
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
        let nameless = Nameless { names: &experiment.names, rules: &experiment.rule_numbers };
        let seed = experiment.base.number(&["run", "seed"]).unwrap_or(1.0) as u64;
        let numbers = map.items().iter().enumerate().filter_map(|(at, item)| {
            let quantity = item.quantity()?;
            let key = nameless.segments(&item.origin, item.entry.pattern);
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
                    words: spoken::words(&self.map, &item.origin, item.entry),
                    said: said(number, item),
                    is_assumed: item.quantity().is_some_and(Quantity::is_assumed),
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

/// A number with a prior as it was written.
fn said(number: &Drawable, item: &Item) -> String {
    item.quantity().map_or_else(String::new, |quantity| {
        let written = Quantity { value: number.value, ..quantity.clone() };
        format!("{}, prior {}", written.text(), written.prior_text())
    })
}

/// FNV-1a over segments, each after a dot, 64 bits.
fn fnv(segments: &[String]) -> u64 {
    let bytes = segments.iter().flat_map(|segment| std::iter::once(b'.').chain(segment.bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
