//! A chain of steps followed for every kind of particle, with its error by sampling.

use super::catalogue::{Catalogue, Kind, Role};
use super::grammar::{Act, Keep, Protocol, Step};
use super::pelleting::Medium;
use crate::purpose::ISOLATION;
use crate::spread::Spread;
use vesicle_base::{Quantity, Rng};

/// Draws behind an isolation.
pub const DRAWS: u32 = 400;

/// What is isolated from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// The liquid.
    pub medium: Medium,
    /// Seed of the draws.
    pub seed: u64,
    /// Number of draws.
    pub draws: u32,
}

/// What stands after a step, or at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The step as written.
    pub text: String,
    /// Share of the vesicles; `None` where a step has no recovery that anybody reported.
    pub vesicles: Option<Spread>,
    /// Share of each other kind, in the order of the catalogue.
    pub others: Vec<Option<Spread>>,
    /// Median size of the vesicles kept, nm; `None` after a method whose size selection is not reported.
    pub median_nm: Option<Spread>,
}

/// What a protocol gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Name of the protocol.
    pub name: String,
    /// After each step; the last one is what is isolated.
    pub stages: Vec<Stage>,
    /// Vesicles over protein, relative to the sample.
    pub enrichment: Option<Spread>,
    /// Share of the protein that comes along.
    pub protein: Option<Spread>,
    /// Hours.
    pub hours: Option<Spread>,
    /// Purity in the words of the sources, step by step; `-` where none gives one.
    pub words: String,
    /// Whether what is recovered is an upper bound.
    pub is_upper_bound: bool,
}

impl Outcome {
    /// Share of the vesicles recovered.
    pub fn recovery(&self) -> Option<Spread> {
        self.stages.last().and_then(|stage| stage.vesicles)
    }
}

/// What one draw holds after a step, of what the sample held.
#[derive(Clone, Debug)]
struct Held {
    /// Per kind and size class; `None` where it is not known.
    shares: Vec<Option<Vec<f64>>>,
    /// Whether sizes are still known.
    sized: bool,
}

/// What one draw holds after a step, summed over sizes.
#[derive(Clone, Debug)]
struct Sums {
    /// Share of each kind; `None` where it is not known.
    totals: Vec<Option<f64>>,
    /// Median size of the vesicles held, nm.
    median_nm: Option<f64>,
}

/// Follows a protocol.
pub fn follow(protocol: &Protocol, catalogue: &Catalogue, conditions: &Conditions) -> Outcome {
    let rng = Rng::new(conditions.seed);
    let classes: Vec<Vec<(f64, f64)>> = catalogue.kinds.iter().map(|kind| kind.spectrum.classes()).collect();
    let runs: Vec<Vec<Sums>> = (0..conditions.draws)
        .map(|draw| one(protocol, catalogue, conditions, &classes, &rng, draw))
        .collect();
    let at = |role: Role| catalogue.kinds.iter().position(|kind| kind.role == role);
    let (vesicle, protein) = (at(Role::Vesicle), at(Role::Protein));
    let stages = protocol.steps.iter().enumerate().map(|(k, step)| stage(k, step, &runs, vesicle)).collect();
    let last = |kind: Option<usize>| -> Option<Vec<f64>> {
        runs.iter().map(|run| run.last()?.totals[kind?]).collect()
    };
    let (vesicles, proteins) = (last(vesicle), last(protein));
    let ratio = |(v, p): (&f64, &f64)| if *p > 0.0 { v / p } else { f64::INFINITY };
    let enrichment = vesicles.as_ref().zip(proteins.as_ref());
    Outcome {
        name: protocol.name.clone(),
        stages,
        enrichment: enrichment.map(|(v, p)| Spread::of(&v.iter().zip(p).map(ratio).collect::<Vec<_>>())),
        protein: proteins.map(|p| Spread::of(&p)),
        hours: hours(protocol, &rng, conditions.draws),
        words: words(protocol),
        is_upper_bound: protocol.is_upper_bound(),
    }
}

fn stage(k: usize, step: &Step, runs: &[Vec<Sums>], vesicle: Option<usize>) -> Stage {
    let spread = |kind: usize| -> Option<Spread> {
        let values: Option<Vec<f64>> = runs.iter().map(|run| run[k].totals[kind]).collect();
        values.map(|values| Spread::of(&values))
    };
    let kinds = runs.first().map_or(0, |run| run[k].totals.len());
    let medians: Option<Vec<f64>> = runs.iter().map(|run| run[k].median_nm).collect();
    Stage {
        text: step.text.clone(),
        vesicles: vesicle.and_then(spread),
        others: (0..kinds).filter(|kind| Some(*kind) != vesicle).map(spread).collect(),
        median_nm: medians.map(|values| Spread::of(&values)),
    }
}

/// The sums of what is held.
fn sums(held: &Held, vesicle: Option<usize>, classes: &[Vec<(f64, f64)>]) -> Sums {
    Sums {
        totals: (0..classes.len()).map(|kind| total(held, kind, classes)).collect(),
        median_nm: median(held, vesicle, classes),
    }
}

/// One draw of a whole chain: what is held after each step.
fn one(
    protocol: &Protocol,
    catalogue: &Catalogue,
    conditions: &Conditions,
    classes: &[Vec<(f64, f64)>],
    rng: &Rng,
    draw: u32,
) -> Vec<Sums> {
    let vesicle = catalogue.kinds.iter().position(|kind| kind.role == Role::Vesicle);
    let density = |(k, kind): (usize, &Kind)| sampled(&kind.density, rng, 1_000_000 + k as u64, draw);
    let densities: Vec<f64> = catalogue.kinds.iter().enumerate().map(density).collect();
    let whole = classes.iter().map(|classes| Some(vec![1.0; classes.len()])).collect();
    let mut held = Held { shares: whole, sized: true };
    let mut stages = Vec::with_capacity(protocol.steps.len());
    for (k, step) in protocol.steps.iter().enumerate() {
        let number = |quantity: &Quantity, which: u64| sampled(quantity, rng, 10 * k as u64 + which, draw);
        match &step.act {
            Act::Spin { spin, keep, resuspended, residual } => {
                let back = resuspended.as_ref().map_or(1.0, |share| number(share, 0));
                let liquid = number(residual, 1);
                for ((shares, classes), density) in held.shares.iter_mut().zip(classes).zip(&densities) {
                    for (share, (diameter, _)) in shares.iter_mut().flatten().zip(classes) {
                        let pelleted = spin.pelleted(*diameter, *density, conditions.medium);
                        *share *= match keep {
                            Keep::Pellet => pelleted * back + (1.0 - pelleted) * liquid,
                            Keep::Supernatant => (1.0 - pelleted) * (1.0 - liquid),
                        };
                    }
                }
            }
            Act::Range { recovery, protein, .. } => {
                for (shares, kind) in held.shares.iter_mut().zip(&catalogue.kinds) {
                    let factor = match kind.role {
                        Role::Vesicle => recovery.as_ref().map(|q| number(q, 0)),
                        Role::Protein => protein.as_ref().map(|q| number(q, 1)),
                        Role::Lipoprotein => None,
                    };
                    *shares = shares.take().zip(factor).map(|(s, f)| s.iter().map(|x| x * f).collect());
                }
                held.sized = false;
            }
        }
        stages.push(sums(&held, vesicle, classes));
    }
    stages
}

/// Share of a kind, over its sizes.
fn total(held: &Held, kind: usize, classes: &[Vec<(f64, f64)>]) -> Option<f64> {
    let shares = held.shares[kind].as_ref()?;
    Some(shares.iter().zip(&classes[kind]).map(|(share, (_, weight))| share * weight).sum())
}

/// Median size of what is held of a kind, nm.
fn median(held: &Held, kind: Option<usize>, classes: &[Vec<(f64, f64)>]) -> Option<f64> {
    let kind = kind?;
    let shares = held.shares[kind].as_ref().filter(|_| held.sized)?;
    let half = 0.5 * total(held, kind, classes)?;
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| classes[kind][*a].0.total_cmp(&classes[kind][*b].0));
    let mut sum = 0.0;
    for k in order {
        sum += shares[k] * classes[kind][k].1;
        if sum >= half && half > 0.0 {
            return Some(classes[kind][k].0);
        }
    }
    None
}

/// A quantity of one draw; never negative.
fn sampled(quantity: &Quantity, rng: &Rng, entity: u64, draw: u32) -> f64 {
    let p = rng.at(ISOLATION, entity, draw).uniform().clamp(1e-12, 1.0 - 1e-12);
    quantity.prior.map_or(quantity.value, |prior| prior.quantile(quantity.value, p)).max(0.0)
}

fn hours(protocol: &Protocol, rng: &Rng, draws: u32) -> Option<Spread> {
    let of = |draw: u32| -> Option<f64> {
        let steps = protocol.steps.iter().enumerate();
        steps.map(|(k, step)| step.hours.as_ref().map(|q| sampled(q, rng, 10 * k as u64 + 2, draw))).sum()
    };
    let values: Option<Vec<f64>> = (0..draws).map(of).collect();
    values.map(|values| Spread::of(&values))
}

fn words(protocol: &Protocol) -> String {
    let word = |step: &Step| match &step.act {
        Act::Spin { .. } => "by physics".to_owned(),
        Act::Range { purity, .. } if purity.is_empty() => "-".to_owned(),
        Act::Range { purity, .. } => purity.clone(),
    };
    protocol.steps.iter().map(word).collect::<Vec<_>>().join(", then ")
}
