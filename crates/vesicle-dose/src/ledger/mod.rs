//! Can this dose reach the cell? From what is given to copies in the cytosol, each step with its error by sampling, the
//! verdict, and the inverse: how much would be needed, and how many flasks and donors that takes.
//!
//! Counter-based draws: draw `k` of parameter `p` is a function of (seed, p, k) alone, so that two ways to say one dose
//! give one answer, and a dose multiplied by a factor multiplies every draw by it.

mod chain;
mod cytosol;
mod inverse;
mod numbers;
pub mod parameters;
mod route;
mod units;

pub use chain::Draw;
pub use inverse::Inverse;
pub use numbers::Said;
pub use parameters::{Name, Parameter, TABLE};
pub use route::Abundance;
pub use units::InUnit;

use crate::spread::Spread;
use numbers::Sources;
use route::Routes;
use vesicle_base::{Problem, Rng, math};

/// Draws behind a ledger.
pub const DRAWS: u32 = 10_000;
const YES: f64 = 0.9;
const NO: f64 = 0.1;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What was said.
    pub said: Said,
    /// The measured share of the molecule, where it is not said.
    pub abundance: Option<Abundance>,
    /// Seed of the draws.
    pub seed: u64,
    /// Number of draws.
    pub draws: u32,
}

/// The answer in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// At most one draw in ten reaches what is needed.
    No,
    /// In between.
    Marginal,
    /// At least nine draws in ten do.
    Yes,
}

impl Level {
    /// The answer when so many of `n` draws reach what is needed.
    pub fn of(reached: u32, n: usize) -> Self {
        let share = f64::from(reached) / n as f64;
        if share >= YES {
            Self::Yes
        } else if share <= NO {
            Self::No
        } else {
            Self::Marginal
        }
    }

    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Marginal => "marginal",
            Self::Yes => "yes",
        }
    }
}

/// One step of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Key in tables.
    pub key: &'static str,
    /// What is counted.
    pub label: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Over the draws.
    pub value: Spread,
}

/// One number that the ledger rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rests {
    /// Name of the parameter.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// Value as written.
    pub value: String,
    /// Prior as written; empty when it is fixed.
    pub prior: String,
    /// Name of the source; empty for what was said without one.
    pub source: String,
    /// Whether it was said, rather than taken because nothing was.
    pub said: bool,
}

/// The ledger of one dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The answer.
    pub level: Level,
    /// Draws that reach what is needed, and all draws.
    pub reached: (u32, u32),
    /// Every step from what is given to the cytosol.
    pub steps: Vec<Step>,
    /// Copies needed.
    pub needed: Spread,
    /// Days above that.
    pub days: Spread,
    /// Share of cells with one copy or more at the peak, if copies are spread at random.
    pub cells_with_one: Spread,
    /// Copies of the molecule in one vesicle.
    pub copies_per_vesicle: Spread,
    /// The dose in every unit.
    pub units: Vec<InUnit>,
    /// The dose that would be needed.
    pub inverse: Inverse,
    /// What it rests on.
    pub rests_on: Vec<Rests>,
}

/// Judges a dose.
///
/// # Errors
/// Every number that lacks or contradicts another.
pub fn judge(request: &Request) -> Result<Verdict, Vec<Problem>> {
    let draws = draws(request)?;
    if draws.iter().any(|d| ![d.particles, d.offered, d.captured, d.copies].into_iter().all(f64::is_finite)) {
        let problem = Problem::new("a ledger whose numbers are too large to multiply");
        return Err(vec![problem.expected("amounts that can be")]);
    }
    let routes = Routes::new(&request.said, request.abundance)?;
    let sources = Sources::new(&request.said);
    let of = |value: &dyn Fn(&Draw) -> f64| Spread::of(&draws.iter().map(value).collect::<Vec<_>>());
    let reached = draws.iter().filter(|d| d.copies >= d.needed).count() as u32;
    Ok(Verdict {
        level: Level::of(reached, draws.len()),
        reached: (reached, draws.len() as u32),
        steps: steps(&routes, &of),
        needed: of(&|d| d.needed),
        days: of(&|d| d.days),
        cells_with_one: of(&|d| -math::expm1(-d.copies)),
        copies_per_vesicle: of(&|d| d.copies_per_vesicle),
        units: units::units(&request.said, &of),
        inverse: inverse::inverse(&draws),
        rests_on: rests_on(&request.said, &routes, &sources),
    })
}

/// Every draw of a request, in order.
///
/// # Errors
/// Every number that lacks or contradicts another.
pub fn draws(request: &Request) -> Result<Vec<Draw>, Vec<Problem>> {
    let routes = Routes::new(&request.said, request.abundance)?;
    if request.draws == 0 {
        return Err(vec![Problem::new("no draws").expected("one or more")]);
    }
    let sources = Sources::new(&request.said);
    let rng = Rng::new(request.seed);
    Ok((0..request.draws).map(|k| chain::follow(&routes, &sources.draw(&rng, k), &rng, k)).collect())
}

fn steps(routes: &Routes, of: chain::Of<'_>) -> Vec<Step> {
    let step = |key, label, unit, value: &dyn Fn(&Draw) -> f64| Step { key, label, unit, value: of(value) };
    let mut steps = Vec::new();
    if routes.is_made() {
        steps.push(step("producers", "cells in culture", "cells", &|d| d.producers));
        steps.push(step("released", "particles released", "particles", &|d| d.released));
    }
    steps.push(step("particles", "particles given", "particles", &|d| d.particles));
    steps.push(step("vesicles", "vesicles among them", "vesicles", &|d| d.vesicles));
    steps.push(step("offered", "vesicles for each cell", "per cell", &|d| d.offered));
    steps.push(step("captured", "captured by each cell", "per cell", &|d| d.captured));
    steps.push(step("carried", "copies these carry", "copies/cell", &|d| d.carried));
    steps.push(step("cytosol", "most copies in the cytosol", "copies/cell", &|d| d.copies));
    steps
}

fn rests_on(said: &Said, routes: &Routes, sources: &Sources) -> Vec<Rests> {
    let used = parameters::all().filter(|name| routes.uses(*name));
    let row = |name: Name| {
        let quantity = sources.get(name)?;
        let parameter = name.parameter();
        Some(Rests {
            name: parameter.name,
            help: parameter.help,
            value: quantity.text(),
            prior: quantity.prior_text(),
            source: quantity.source.clone().unwrap_or_default(),
            said: said.contains_key(&name),
        })
    };
    used.filter_map(row).collect()
}
