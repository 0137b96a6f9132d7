//! Animals around the one run of an arm in a prior draw, that differ as the animals of the values as written do.
//!
//! An outcome may be 0 in some animals and large in others of the same arm, as the volume of vessels that carry blood is.
//! One deviation on a log scale cannot say so: it would be as wide as the way from nothing to much, and draw animals that
//! hold more than there is. So each outcome has two parts. Whether an animal is above 0, given that another of its arm is
//! or is not, is counted over pairs of animals: with k of n above 0 in a group (an arm, mechanism, draw and time),
//!
//! P(0 | other above) = Σ k (n − k) / Σ k (n − 1),  P(above | other 0) = Σ k (n − k) / Σ (n − k) (n − 1).
//!
//! These keep the share of animals at 0, because as many leave it as come. How far above is log-normal: around the run's
//! own value with the standard deviation pooled over groups; beside a run at 0, around the mean logarithm of all runs
//! above 0 at that time, with the standard deviation of all that were as written. A run at 0 stays at 0 where no animal
//! as written had a neighbour above.
//!
//! Tests: `zeros_stay_as_frequent_and_nothing_grows_beyond_its_like`, `without_zeros_there_is_one_deviation`.

use super::world::ANIMAL;
use crate::results::{CoverRow, OutcomeRow, Outcomes};
use crate::runs::Key;
use std::collections::BTreeMap;
use vesicle_base::random::mix_seed;
use vesicle_base::sums::{ExactSum, exact};
use vesicle_base::{Rng, math};

/// How animals of one arm differ, per outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    outcomes: Vec<Difference>,
}

/// How they differ in one outcome.
#[derive(Clone, Debug, Default, PartialEq)]
struct Difference {
    /// Pooled standard deviation of ln(value + half unit) between animals that are above 0.
    sd: f64,
    /// Per time of a frame, minutes, rising; only where some animal is at 0 at some time.
    hurdles: Vec<(f64, Hurdle)>,
}

/// Whether animals of an arm are above 0 together, at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Hurdle {
    /// Probability that an animal is at 0 beside one above.
    zero_beside_above: f64,
    /// Probability that an animal is above 0 beside one at 0.
    above_beside_zero: f64,
    /// Mean of ln(value + half unit) of all animals above 0, in every arm.
    ln_mean: f64,
    /// Its standard deviation; that between animals of an arm where there are fewer than two.
    ln_sd: f64,
}

impl Differences {
    /// Those of runs with several animals per arm.
    pub fn of(n_outcomes: usize, runs: &Outcomes) -> Self {
        Self { outcomes: (0..n_outcomes).map(|outcome| difference(outcome, runs)).collect() }
    }

    /// Log-normal ones with the given standard deviation per outcome.
    pub fn log_normal(sds: &[f64]) -> Self {
        Self { outcomes: sds.iter().map(|sd| Difference { sd: *sd, hurdles: Vec::new() }).collect() }
    }
}

impl Difference {
    /// The hurdle at a time: that of the last frame not after it, else of the first.
    fn hurdle(&self, time_min: f64) -> Option<&Hurdle> {
        let not_after = self.hurdles.iter().rev().find(|(at, _)| *at <= time_min + 1e-6);
        not_after.or_else(|| self.hurdles.first()).map(|(_, hurdle)| hurdle)
    }
}

/// Values of the animals of one arm, mechanism and draw at one time after the start.
type Groups = BTreeMap<(u64, Key), Vec<f64>>;

/// The groups of an outcome by time.
pub(super) fn groups(outcome: usize, runs: &Outcomes) -> Groups {
    let mut groups = Groups::new();
    for row in runs.rows.iter().filter(|row| row.outcome == outcome && row.time_min > 0.0) {
        // Bits of positive numbers rise as they do.
        let group = (row.time_min.to_bits(), Key { replicate: 0, ..row.key });
        groups.entry(group).or_default().push(row.value);
    }
    groups
}

/// ln(value + half unit).
pub(super) fn ln_of(value: f64, half_unit: f64) -> f64 {
    math::ln((value + half_unit).max(f64::MIN_POSITIVE))
}

/// Standard deviation within groups, pooled, whatever their order; `None` where no group has two.
pub(super) fn pooled_sd(groups: impl Iterator<Item = Vec<f64>>) -> Option<f64> {
    let (mut squares, mut freedom) = (ExactSum::default(), 0.0);
    for values in groups.filter(|values| !values.is_empty()) {
        let n = values.len() as f64;
        let mean = exact(values.iter().copied()) / n;
        values.iter().for_each(|v| squares.add((v - mean) * (v - mean)));
        freedom += n - 1.0;
    }
    (freedom > 0.0).then(|| f64::sqrt(squares.value() / freedom))
}

/// The key of an arm or outcome; its index where they have none.
pub(super) fn key_of(keys: &[u64], index: usize) -> u64 {
    keys.get(index).copied().unwrap_or(index as u64)
}

fn half_unit(runs: &Outcomes, outcome: usize) -> f64 {
    runs.half_unit.get(outcome).copied().unwrap_or(0.0)
}

fn difference(outcome: usize, runs: &Outcomes) -> Difference {
    let half = half_unit(runs, outcome);
    let groups = groups(outcome, runs);
    let above = |values: &Vec<f64>| {
        values.iter().filter(|v| **v > 0.0).map(|v| ln_of(*v, half)).collect::<Vec<f64>>()
    };
    let sd = pooled_sd(groups.values().map(above)).unwrap_or(0.0);
    let mut hurdles = Vec::new();
    if groups.values().flatten().any(|value| *value <= 0.0) {
        let mut by_time: BTreeMap<u64, Vec<&Vec<f64>>> = BTreeMap::new();
        groups.iter().for_each(|((time, _), values)| by_time.entry(*time).or_default().push(values));
        let of = |(time, groups): (u64, Vec<&Vec<f64>>)| (f64::from_bits(time), hurdle(&groups, half, sd));
        hurdles.extend(by_time.into_iter().map(of));
    }
    Difference { sd, hurdles }
}

/// The hurdle of all groups of one time.
fn hurdle(groups: &[&Vec<f64>], half: f64, sd: f64) -> Hurdle {
    let (mut mixed, mut from_above, mut from_zero) = (0.0, 0.0, 0.0);
    for values in groups {
        let n = values.len() as f64;
        let k = values.iter().filter(|value| **value > 0.0).count() as f64;
        mixed += k * (n - k);
        from_above += k * (n - 1.0);
        from_zero += (n - k) * (n - 1.0);
    }
    let share = |of: f64| if of > 0.0 { mixed / of } else { 0.0 };
    let lns =
        || groups.iter().flat_map(|values| values.iter()).filter(|v| **v > 0.0).map(|v| ln_of(*v, half));
    Hurdle {
        zero_beside_above: share(from_above),
        above_beside_zero: share(from_zero),
        ln_mean: mean(lns()).unwrap_or(0.0),
        ln_sd: pooled_sd(std::iter::once(lns().collect())).unwrap_or(sd),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    (n > 0.0).then(|| exact(values) / n)
}

/// Animals around single runs.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    differences: &'a Differences,
    /// Mean of ln(value + half unit) of the runs above 0, by outcome and time.
    levels: BTreeMap<(usize, u64), f64>,
}

impl<'a> Around<'a> {
    /// Around such runs: these are all of one size, so that they say how much there is where there is some.
    pub fn new(differences: &'a Differences, runs: &Outcomes) -> Self {
        let mut above: BTreeMap<(usize, u64), Vec<f64>> = BTreeMap::new();
        for row in runs.rows.iter().filter(|row| row.value > 0.0) {
            let ln = ln_of(row.value, half_unit(runs, row.outcome));
            above.entry((row.outcome, row.time_min.to_bits())).or_default().push(ln);
        }
        let level = |(at, lns): (_, Vec<f64>)| mean(lns.into_iter()).map(|mean| (at, mean));
        Self { differences, levels: above.into_iter().filter_map(level).collect() }
    }

    /// So many animals around the one run of each arm, mechanism and draw. An animal is told by its arm, draw and number;
    /// what it is in an outcome is kept over the frames.
    #[must_use]
    pub fn animals(&self, runs: &Outcomes, n: u32) -> Outcomes {
        let rng = Rng::new(0x6172_6f75_6e64);
        let mut all = Outcomes {
            half_unit: runs.half_unit.clone(),
            invalid: runs.invalid.clone(),
            arm_keys: runs.arm_keys.clone(),
            outcome_keys: runs.outcome_keys.clone(),
            filled: runs.filled.clone(),
            ..Outcomes::default()
        };
        for row in &runs.rows {
            for replicate in 0..n {
                let arm = key_of(&runs.arm_keys, row.key.arm);
                let outcome = key_of(&runs.outcome_keys, row.outcome);
                let animal = mix_seed(&[arm, u64::from(replicate), outcome]);
                let mut draws = rng.at(ANIMAL, animal, row.key.draw);
                let [deviation, luck] = [(); 2].map(|()| draws.uniform_positive().min(1.0 - 1e-12));
                let value = if row.time_min > 0.0 {
                    self.value(row, half_unit(runs, row.outcome), math::normal_quantile(deviation), luck)
                } else {
                    row.value
                };
                all.rows.push(OutcomeRow { key: Key { replicate, ..row.key }, value, ..row.clone() });
            }
        }
        let cover = |row: &CoverRow| {
            let row = *row;
            (0..n).map(move |replicate| CoverRow { key: Key { replicate, ..row.key }, ..row })
        };
        all.cover = runs.cover.iter().flat_map(cover).collect();
        // Rows of one animal keep their order of time and outcome.
        all.rows.sort_by_key(|row| row.key);
        all.cover.sort_by_key(|row| row.key);
        all
    }

    /// An animal beside a run: `deviate` is standard normal, `luck` uniform and low for animals at 0.
    fn value(&self, run: &OutcomeRow, half: f64, deviate: f64, luck: f64) -> f64 {
        let Some(of) = self.differences.outcomes.get(run.outcome) else { return run.value };
        let hurdle = of.hurdle(run.time_min).copied().unwrap_or_default();
        let (is_zero, ln) = if run.value > 0.0 {
            (luck < hurdle.zero_beside_above, ln_of(run.value, half) + of.sd * deviate)
        } else {
            let level = self.levels.get(&(run.outcome, run.time_min.to_bits()));
            let ln = level.copied().unwrap_or(hurdle.ln_mean) + hurdle.ln_sd * deviate;
            (luck < 1.0 - hurdle.above_beside_zero, ln)
        };
        if is_zero { 0.0 } else { (math::exp(ln) - half).max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::Purpose;

    const HALF: f64 = 0.05;

    fn row(arm: usize, draw: u32, replicate: u32, time_min: f64, value: f64) -> OutcomeRow {
        OutcomeRow { key: Key { arm, mechanism: 0, draw, replicate }, time_min, outcome: 0, value }
    }

    fn outcomes(rows: Vec<OutcomeRow>) -> Outcomes {
        Outcomes { rows, half_unit: vec![HALF], ..Outcomes::default() }
    }

    /// A laboratory in which arm `a` of 12 has blood in a share of its animals that differs between arms, and 20 % where
    /// it has some, with a standard deviation of ln of 0.3.
    fn laboratory(seed: u64, draws: std::ops::Range<u32>, animals: u32) -> Outcomes {
        let rng = Rng::new(seed);
        let mut rows = Vec::new();
        for arm in 0..12_usize {
            let share = [0.0, 0.25, 0.5, 0.75, 1.0][arm % 5];
            for draw in draws.clone() {
                for replicate in 0..animals {
                    let animal = (arm as u64) << 32 | u64::from(replicate);
                    let mut of = rng.at(Purpose(1), animal, draw);
                    let (luck, z) = (of.uniform(), math::normal_quantile(of.uniform_positive()));
                    for time_min in [60.0, 120.0] {
                        let value = if luck < share { 20.0 * math::exp(0.3 * z) } else { 0.0 };
                        rows.push(row(arm, draw, replicate, time_min, value));
                    }
                }
            }
        }
        outcomes(rows)
    }

    fn zeros(outcomes: &Outcomes) -> f64 {
        let n = outcomes.rows.iter().filter(|row| row.value <= 0.0).count();
        n as f64 / outcomes.rows.len() as f64
    }

    #[test]
    fn zeros_stay_as_frequent_and_nothing_grows_beyond_its_like() {
        for seed in 1..=6 {
            let default = laboratory(seed, 0..1, 40);
            let differences = Differences::of(1, &default);
            let runs = laboratory(seed + 100, 1..101, 1);
            let animals = Around::new(&differences, &runs).animals(&runs, 4);
            // 1,200 runs: the standard error of the share of zeros among them is 0.014.
            assert!((zeros(&animals) - zeros(&runs)).abs() < 0.03, "{} {}", zeros(&animals), zeros(&runs));
            assert!((zeros(&animals) - zeros(&default)).abs() < 0.06, "{}", zeros(&default));
            let highest = animals.rows.iter().map(|row| row.value).fold(0.0, f64::max);
            // A run and its animal deviate twice: sqrt(2) 0.3 = 0.42, and the highest of 4,800 lies at 3.7 of these.
            assert!((60.0..20.0 * math::exp(5.0 * 0.42)).contains(&highest), "{highest}");
            let one_deviation = super::super::world::spreads(1, &default)[0];
            assert!(one_deviation > 1.5, "as wide as from nothing to much: {one_deviation}");
        }
    }

    #[test]
    fn pairs_of_animals_agree_as_often_as_they_did() {
        let default = laboratory(7, 0..1, 200);
        let differences = Differences::of(1, &default);
        let runs = laboratory(8, 1..401, 1);
        let animals = Around::new(&differences, &runs).animals(&runs, 1);
        let pairs =
            |above: bool| runs.rows.iter().zip(&animals.rows).filter(move |(r, _)| (r.value > 0.0) == above);
        let turned = |above: bool| {
            let n = pairs(above).filter(|(_, animal)| (animal.value > 0.0) != above).count();
            n as f64 / pairs(above).count() as f64
        };
        let hurdle = differences.outcomes[0].hurdles[0].1;
        assert!((turned(true) - hurdle.zero_beside_above).abs() < 0.03, "{} {hurdle:?}", turned(true));
        assert!((turned(false) - hurdle.above_beside_zero).abs() < 0.03, "{} {hurdle:?}", turned(false));
        // Of the shares p of the twelve arms: Σ p (1 − p) / Σ p = 1.4375 / 5.25.
        assert!((hurdle.zero_beside_above - 0.274).abs() < 0.03, "{hurdle:?}");
    }

    #[test]
    fn an_animal_stays_at_zero_over_its_frames() {
        let default = laboratory(7, 0..1, 40);
        let differences = Differences::of(1, &default);
        let runs = laboratory(8, 1..21, 1);
        let animals = Around::new(&differences, &runs).animals(&runs, 4);
        let mut by_animal: BTreeMap<Key, Vec<bool>> = BTreeMap::new();
        for row in &animals.rows {
            by_animal.entry(row.key).or_default().push(row.value > 0.0);
        }
        assert!(by_animal.values().all(|frames| frames.len() == 2 && frames[0] == frames[1]));
    }

    #[test]
    fn without_zeros_there_is_one_deviation() {
        let values = [[90.0, 100.0, 120.0], [40.0, 55.0, 60.0]];
        let arm = |(arm, values): (usize, [f64; 3])| {
            values.into_iter().enumerate().map(move |(at, value)| row(arm, 0, at as u32, 60.0, value))
        };
        let default = outcomes(values.into_iter().enumerate().flat_map(arm).collect());
        let differences = Differences::of(1, &default);
        assert_eq!(differences, Differences::log_normal(&super::super::world::spreads(1, &default)));
        let runs = outcomes(vec![row(0, 3, 0, 0.0, 7.0), row(0, 3, 0, 60.0, 100.0)]);
        let around = Around::new(&differences, &runs);
        let sd = differences.outcomes[0].sd;
        for animal in around.animals(&runs, 50).rows.iter().filter(|row| row.time_min > 0.0) {
            let at = mix_seed(&[0, u64::from(animal.key.replicate), 0]);
            let rng = Rng::new(0x6172_6f75_6e64);
            let uniform = rng.at(ANIMAL, at, 3).uniform_positive().min(1.0 - 1e-12);
            let ln = math::ln(100.0 + HALF) + sd * math::normal_quantile(uniform);
            assert_eq!(animal.value.to_bits(), (math::exp(ln) - HALF).max(0.0).to_bits());
        }
    }

    #[test]
    fn nothing_comes_of_nothing_where_no_animal_had_a_neighbour() {
        let all = |values: [f64; 2]| {
            let row = |(at, value): (usize, f64)| row(at / 2, 0, (at % 2) as u32, 60.0, value);
            outcomes([values, [8.0, 10.0]].concat().into_iter().enumerate().map(row).collect())
        };
        let none = outcomes(vec![row(0, 1, 0, 60.0, 0.0), row(1, 1, 0, 60.0, 9.0)]);
        let drawn = |default: &Outcomes| Around::new(&Differences::of(1, default), &none).animals(&none, 200);
        let apart = drawn(&all([0.0, 0.0]));
        assert!(apart.rows.iter().all(|row| (row.value > 0.0) == (row.key.arm == 1)));
        let mixed = drawn(&all([0.0, 6.0]));
        let risen: Vec<f64> = mixed
            .rows
            .iter()
            .filter(|row| row.key.arm == 0 && row.value > 0.0)
            .map(|row| row.value)
            .collect();
        assert!(!risen.is_empty() && risen.iter().all(|value| (2.0..30.0).contains(value)), "{risen:?}");
        let single = Differences::of(1, &outcomes(vec![row(0, 0, 0, 60.0, 0.0), row(1, 0, 0, 60.0, 5.0)]));
        let same = Around::new(&single, &none).animals(&none, 3);
        assert!(same.rows.iter().all(|row| row.key.arm == 0 || (row.value - 9.0).abs() < 1e-12));
    }
}
