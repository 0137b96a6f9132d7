//! What could tell explanations apart: those that the twin cannot part at all, support under other priors, and the one
//! measurement that would tell most.

use super::severity::Worlds;
use super::world::Lens;
use super::{Course, Screen};
use crate::evidence::Status;
use crate::experiment::{ClaimRole, Experiment};
use crate::statistics::information::information;
use crate::statistics::reweight::{self, Reweighted};
use std::collections::BTreeSet;
use vesicle_base::random::mix_seed;
use vesicle_base::{Purpose, Rng, math};

/// Largest difference of a natural logarithm that is round-off.
const SAME: f64 = 1e-9;
/// Widths of the priors that support is told for.
pub const WIDTHS: [f64; 3] = [0.8, 1.0, 1.2];
/// Bins of a measurement.
const BINS: usize = 10;
const MEASURED: Purpose = Purpose(0x0107);

/// Pairs of mechanisms that no arm, world or time tells apart in any outcome: their places among `worlds`.
pub fn same_mechanisms(worlds: &[Worlds]) -> Vec<(usize, usize)> {
    pairs(worlds.len()).filter(|(a, b)| all_alike(&worlds[*a], &worlds[*b])).collect()
}

fn all_alike(a: &Worlds, b: &Worlds) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.iter().zip(b).all(|(a, b)| alike(a, b)))
}

/// Pairs of arms that no mechanism, world or time tells apart in any outcome: their indices in the file.
pub fn same_arms(worlds: &[Worlds]) -> Vec<(usize, usize)> {
    let Some(first) = worlds.first().and_then(|worlds| worlds.first()) else { return Vec::new() };
    let everywhere =
        |(a, b): &(usize, usize)| worlds.iter().flatten().all(|arms| alike(&arms[*a], &arms[*b]));
    let index = |(a, b): (usize, usize)| (first[a].arm, first[b].arm);
    pairs(first.len()).filter(everywhere).map(index).collect()
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)))
}

/// Whether two courses are the same but for round-off.
pub(super) fn alike(a: &Course, b: &Course) -> bool {
    let same = |a: &Option<f64>, b: &Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= SAME * a.abs().max(b.abs()),
        (None, None) => true,
        _ => false,
    };
    let same_way = |a: &f64, b: &f64| (a - b).abs() <= SAME * a.abs().max(b.abs());
    a.frames.len() == b.frames.len()
        && a.frames.iter().zip(&b.frames).all(|(a, b)| {
            a.values.iter().zip(&b.values).all(|(a, b)| same(a, b))
                && a.ways_um.iter().zip(&b.ways_um).all(|(a, b)| same_way(a, b))
        })
}

/// Share of a mechanism's worlds that satisfy the tests (one holds at least and none fails) under priors of each of
/// [`WIDTHS`], where every assumed number's prior is narrowed or widened at once.
pub fn support(
    screen: &Screen<'_>,
    experiment: &Experiment,
    verdicts: &[Vec<Status>],
) -> Vec<(f64, Reweighted)> {
    let tests: Vec<usize> =
        (0..experiment.claims.len()).filter(|c| experiment.claims[*c].role == ClaimRole::Test).collect();
    let any = |world: &[Status], status: Status| tests.iter().any(|claim| world[*claim] == status);
    let holds: Vec<bool> =
        verdicts.iter().map(|world| any(world, Status::Holds) && !any(world, Status::Fails)).collect();
    let assumed: Vec<u64> =
        screen.assumed().iter().filter(|input| input.is_assumed).map(|input| input.key).collect();
    let reweighted = |width: f64| {
        let ln_weights: Vec<f64> = (1..=verdicts.len() as u32)
            .map(|draw| reweight::ln_weight(assumed.iter().map(|key| screen.probability(*key, draw)), width))
            .collect();
        reweight::share(&ln_weights, &holds).map(|found| (width, found))
    };
    WIDTHS.into_iter().filter_map(reweighted).collect()
}

/// One measurement that could be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Index of the outcome.
    pub outcome: usize,
    /// Index of the arm whose ratio to the reference is measured.
    pub arm: usize,
    /// When, minutes.
    pub time_min: f64,
    /// What it tells about which mechanism is true, bits.
    pub bits: f64,
    /// What would tell all: log2 of the number of mechanisms that differ.
    pub of_bits: f64,
}

/// Every outcome of every arm, as its ratio to the reference, at every frame, by falling information about which
/// mechanism is true, with so many animals per arm. Mechanisms that nothing tells apart count once.
pub fn measurements(worlds: &[Worlds], lens: &Lens, animals: u32) -> Vec<Measurement> {
    let doubles: BTreeSet<usize> = same_mechanisms(worlds).into_iter().map(|(_, later)| later).collect();
    let kept: Vec<&Worlds> =
        worlds.iter().enumerate().filter(|(at, _)| !doubles.contains(at)).map(|(_, w)| w).collect();
    let Some(first) = kept.first().and_then(|worlds| worlds.first()).filter(|_| kept.len() > 1) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (at, course) in first.iter().enumerate().skip(1) {
        for (frame, seen) in course.frames.iter().enumerate().filter(|(_, seen)| seen.time_min > 0.0) {
            for outcome in 0..seen.values.len() {
                let values = |worlds: &&Worlds| measured(worlds, lens, (outcome, at, frame), animals);
                let values: Vec<Vec<f64>> = kept.iter().map(values).collect();
                all.push(Measurement {
                    outcome,
                    arm: course.arm,
                    time_min: seen.time_min,
                    bits: information(&values, BINS),
                    of_bits: math::log2(kept.len() as f64),
                });
            }
        }
    }
    all.retain(|measurement| measurement.bits > 0.0);
    all.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    all
}

/// ln of the ratio to the reference in every world, with the error of the means of so many animals.
fn measured(
    worlds: &Worlds,
    lens: &Lens,
    (outcome, at, frame): (usize, usize, usize),
    animals: u32,
) -> Vec<f64> {
    let spread = lens.spreads.get(outcome).copied().unwrap_or(0.0);
    let error = spread * (2.0 / f64::from(animals.max(1))).sqrt();
    let rng = Rng::new(0x006d_6561_7375);
    let one = |(world, arms): (usize, &Vec<Course>)| {
        let reference = arms.first()?.frames.get(frame)?;
        let course = arms.get(at)?;
        let arm = course.arm;
        let ln = lens.ln_value(outcome, course.frames.get(frame)?)? - lens.ln_value(outcome, reference)?;
        let z = math::normal_quantile(
            rng.at(MEASURED, mix_seed(&[lens.arm_key(arm), world as u64]), 0)
                .uniform_positive()
                .min(1.0 - 1e-12),
        );
        Some(ln + error * z)
    };
    worlds.iter().enumerate().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Seen;

    fn world(values: [f64; 3]) -> Vec<Course> {
        let frame =
            |value| Seen { time_min: 60.0, values: vec![Some(value)], ways_um: vec![0.0], ..Seen::default() };
        let course = |(arm, value)| Course { arm, frames: vec![frame(value)] };
        values.into_iter().enumerate().map(course).collect()
    }

    #[test]
    fn what_cannot_differ_is_found() {
        let worlds: Worlds = (1..20).map(|k| world([1.0, f64::from(k), f64::from(k)])).collect();
        let other: Worlds = (1..20).map(|k| world([1.0, f64::from(k), f64::from(k + 1)])).collect();
        assert_eq!(same_arms(std::slice::from_ref(&worlds)), [(1, 2)]);
        assert_eq!(same_arms(&[worlds.clone(), other.clone()]), []);
        assert_eq!(same_mechanisms(&[worlds.clone(), other, worlds]), [(0, 2)]);
    }

    #[test]
    fn the_arm_that_differs_tells_most() {
        let lens = Lens::plain(1, 0.05);
        let part = |k: u32| 1.0 + 0.001 * f64::from(k);
        let worlds: Worlds = (0..300).map(|k| world([1.0, part(k), part(k)])).collect();
        let other: Worlds = (0..300).map(|k| world([1.0, part(k), 3.0 * part(k)])).collect();
        let found = measurements(&[worlds.clone(), other], &lens, 4);
        assert_eq!(found[0].arm, 2);
        assert!(found[0].bits > 0.95 && found[0].of_bits == 1.0, "{found:?}");
        assert!(measurements(&[worlds.clone(), worlds], &lens, 4).is_empty(), "nothing to tell apart");
    }
}
