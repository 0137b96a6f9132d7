//! Which one measurement would tell most about which explanation is true, and whether it is worth making.
//!
//! The information of the best of many measurements is high by chance, and what is above chance may still be next to
//! nothing. A measurement is worth making when it tells more than the best of all that were looked at would tell by chance
//! alone (at 5 %, after Bonferroni), and at least [`LEAST`] of all there is to tell: information of independent
//! measurements adds up to no more than their sum, so that of less than that more than ten would be needed.

use super::Course;
use super::apart::same_mechanisms;
use super::severity::Worlds;
use super::world::Lens;
use crate::statistics::information::{by_chance, information};
use std::collections::BTreeSet;
use vesicle_base::random::mix_seed;
use vesicle_base::{Purpose, Rng, math};

/// Share of all there is to tell below which a measurement is not worth making (assumed: nobody repeats one more than ten
/// times).
pub const LEAST: f64 = 0.1;
/// Bins of a measurement.
const BINS: usize = 10;
const MEASURED: Purpose = Purpose(0x0107);

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
    /// What the best of all measurements would tell by chance alone, bits.
    pub chance_bits: f64,
}

/// Whether a measurement is worth making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is.
    Making,
    /// What it tells may be chance.
    Chance,
    /// What it tells is above chance, and too little.
    Little,
}

impl Measurement {
    /// Whether it is worth making.
    pub fn worth(&self) -> Worth {
        if self.bits <= self.chance_bits {
            Worth::Chance
        } else if self.bits < LEAST * self.of_bits {
            Worth::Little
        } else {
            Worth::Making
        }
    }
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
                    chance_bits: 0.0,
                });
            }
        }
    }
    let n_worlds = kept.iter().map(|worlds| worlds.len()).sum();
    let chance_bits = by_chance(n_worlds, kept.len(), BINS, all.len());
    all.iter_mut().for_each(|measurement| measurement.chance_bits = chance_bits);
    all.retain(|measurement| measurement.bits > 0.0);
    // Of equals the earliest, then in an order that is not that of the file.
    let keys = |m: &Measurement| (lens.arm_key(m.arm), lens.outcome_key(m.outcome));
    all.sort_by(|a, b| {
        b.bits.total_cmp(&a.bits).then(a.time_min.total_cmp(&b.time_min)).then(keys(a).cmp(&keys(b)))
    });
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
    use crate::screen::world_of as world;

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

    #[test]
    fn what_hardly_differs_is_not_worth_measuring() {
        let lens = Lens::plain(1, 0.5);
        let part = |k: u32| 1.0 + 0.001 * f64::from(k % 100);
        let of = |effect: f64, n: u32| -> Worlds {
            (0..n).map(|k| world([1.0, part(k), effect * part(k)])).collect()
        };
        let best =
            |effect: f64, n: u32| measurements(&[of(1.0, n), of(effect, n)], &lens, 4).first().copied();
        assert!(best(1.01, 200).is_none_or(|best| best.worth() == Worth::Chance));
        assert_eq!(best(3.0, 200).unwrap().worth(), Worth::Making);
        // Many worlds tell a small difference from none; it stays small.
        let little = best(1.15, 20_000).unwrap();
        assert_eq!(little.worth(), Worth::Little, "{little:?}");
        assert!(little.chance_bits < little.bits && little.bits < 0.1, "{little:?}");
    }
}
