//! A screened world as a laboratory would see it: the tissue's units, the tissue's spread between animals, n animals.

use super::surrogate::{self, Surrogate};
use super::{Course, Seen, animals};
use crate::experiment::{Experiment, Outcome};
use crate::grammar::outcome::OutcomeText;
use crate::results::{CoverRow, OutcomeRow, Outcomes};
use crate::runs::Key;
use vesicle_base::random::mix_seed;
use vesicle_base::{Purpose, Rng, math};

pub(super) const ANIMAL: Purpose = Purpose(0x0104);
/// Animals of a world without spread: two alike have an interval of no width.
const WITHOUT_SPREAD: u32 = 2;

/// How courses of the twin become what a laboratory would count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lens {
    /// Per outcome; `None` where the tissue's runs do not allow a fit.
    pub surrogates: Vec<Option<Surrogate>>,
    /// Per outcome: standard deviation of ln(value + half unit) between animals of one arm.
    pub spreads: Vec<f64>,
    half_unit: Vec<f64>,
    /// What the chance of each arm is keyed by.
    arm_keys: Vec<u64>,
    /// What that of each outcome is.
    outcome_keys: Vec<u64>,
    /// Whether the twin expresses the outcome by itself.
    direct: Vec<bool>,
    /// Whether estimates are read as they are, because they are only compared with themselves.
    takes_estimates: bool,
}

impl Lens {
    /// The lens of the tissue's runs: `courses` are the same arms, mechanisms and draws in the twin.
    pub fn of(experiment: &Experiment, courses: &[(usize, u32, Vec<Course>)], tissue: &Outcomes) -> Self {
        let n = experiment.outcomes.len();
        let in_places = |outcome: &Outcome| {
            matches!(outcome.what, OutcomeText::AreaFraction { .. } | OutcomeText::PerfusedVolume)
        };
        let frames = || courses.iter().flat_map(|(_, _, arms)| arms).flat_map(|course| &course.frames);
        let counted =
            |outcome: &Outcome| in_places(outcome) || matches!(outcome.what, OutcomeText::Count { .. });
        Self {
            surrogates: (0..n)
                .map(|k| {
                    counted(&experiment.outcomes[k]).then(|| surrogate::fit(k, courses, tissue)).flatten()
                })
                .collect(),
            spreads: spreads(n, tissue),
            half_unit: (0..n).map(|k| tissue.half_unit.get(k).copied().unwrap_or(0.0)).collect(),
            arm_keys: crate::results::keys(experiment),
            outcome_keys: crate::results::outcome_keys(experiment),
            direct: (0..n)
                .map(|k| {
                    let has_area = matches!(experiment.outcomes[k].what, OutcomeText::AreaFraction { .. });
                    !has_area && !frames().any(|seen| seen.is_estimate(k))
                })
                .collect(),
            takes_estimates: false,
        }
    }

    /// A lens that shows so many outcomes as the twin expresses them, with one spread between animals.
    pub fn plain(n_outcomes: usize, spread: f64) -> Self {
        Self {
            surrogates: vec![None; n_outcomes],
            spreads: vec![spread; n_outcomes],
            half_unit: vec![0.0; n_outcomes],
            arm_keys: Vec::new(),
            outcome_keys: Vec::new(),
            direct: vec![true; n_outcomes],
            takes_estimates: false,
        }
    }

    /// This lens for arms that the twin holds to be the same: whatever a place does to an outcome, it does to all of
    /// them, so that what cannot be screened is read as the twin expresses it.
    #[must_use]
    pub fn for_equal_arms(&self) -> Self {
        Self { direct: vec![true; self.direct.len()], takes_estimates: true, ..self.clone() }
    }

    /// R² of the surrogate through which an outcome is read; `None` where the twin expresses it.
    pub fn r_squared(&self, outcome: usize) -> Option<f64> {
        self.surrogate(outcome).map(|surrogate| surrogate.r_squared)
    }

    /// Whether an outcome can be screened: by a surrogate that explains enough, or by the twin itself.
    pub fn reads(&self, outcome: usize) -> bool {
        self.surrogate(outcome).is_some() || self.direct.get(outcome).copied().unwrap_or(false)
    }

    fn surrogate(&self, outcome: usize) -> Option<&Surrogate> {
        let found = self.surrogates.get(outcome)?.as_ref();
        found.filter(|surrogate| surrogate.r_squared >= surrogate::ENOUGH)
    }

    /// An outcome of a frame in the tissue's unit; `None` where it cannot be screened.
    pub fn value(&self, outcome: usize, seen: &Seen) -> Option<f64> {
        let twin = seen.values.get(outcome).copied().flatten()?;
        if let Some(surrogate) = self.surrogate(outcome) {
            return Some(surrogate.predict(twin, seen.ways_um[outcome], self.half_unit[outcome]));
        }
        let is_known = self.takes_estimates || !seen.is_estimate(outcome);
        (is_known && self.reads(outcome)).then_some(twin)
    }

    /// What the chance of an arm is keyed by.
    pub(super) fn arm_key(&self, arm: usize) -> u64 {
        animals::key_of(&self.arm_keys, arm)
    }

    /// What the chance of an outcome is keyed by.
    pub(super) fn outcome_key(&self, outcome: usize) -> u64 {
        animals::key_of(&self.outcome_keys, outcome)
    }

    /// ln(value + half unit).
    pub fn ln_value(&self, outcome: usize, seen: &Seen) -> Option<f64> {
        let half = self.half_unit.get(outcome).copied().unwrap_or(0.0);
        self.value(outcome, seen).map(|value| math::ln((value + half).max(f64::MIN_POSITIVE)))
    }

    /// What a laboratory with so many animals per arm would count; with 0 animals, what it would without any spread
    /// between them. An animal is told by its arm, draw and number, and deviates alike in every mechanism.
    pub fn bench(&self, courses: &[Course], mechanism: usize, draw: u32, n_animals: u32) -> Outcomes {
        let mut outcomes = Outcomes { half_unit: self.half_unit.clone(), ..Outcomes::default() };
        let rng = Rng::new(0x0062_656e_6368);
        let n = if n_animals == 0 { WITHOUT_SPREAD } else { n_animals };
        for course in courses {
            for replicate in 0..n {
                let key = Key { arm: course.arm, mechanism, draw, replicate };
                let arm = self.arm_key(course.arm);
                // One deviate an outcome, kept over the frames: an animal stays what it is.
                let deviate = |(outcome, spread): (usize, &f64)| {
                    let animal = mix_seed(&[arm, u64::from(replicate), self.outcome_key(outcome)]);
                    let uniform = rng.at(ANIMAL, animal, draw).uniform_positive();
                    let z = math::normal_quantile(uniform.min(1.0 - 1e-12));
                    if n_animals == 0 { 0.0 } else { spread * z }
                };
                let deviates: Vec<f64> = self.spreads.iter().enumerate().map(deviate).collect();
                for seen in &course.frames {
                    self.see(&mut outcomes, key, seen, &deviates);
                }
            }
        }
        outcomes
    }

    fn see(&self, outcomes: &mut Outcomes, key: Key, seen: &Seen, deviates: &[f64]) {
        let time_min = seen.time_min;
        for (outcome, deviate) in deviates.iter().enumerate() {
            if let Some(ln) = self.ln_value(outcome, seen) {
                let value = (math::exp(ln + deviate) - self.half_unit[outcome]).max(0.0);
                outcomes.rows.push(OutcomeRow { key, time_min, outcome, value });
            }
        }
        let cover = |(kind, share): &(u16, f64)| CoverRow { key, time_min, kind: *kind, share: *share };
        outcomes.cover.extend(seen.covers.iter().map(cover));
    }
}

/// Per outcome: how animals of one arm spread.
pub fn spreads(n_outcomes: usize, tissue: &Outcomes) -> Vec<f64> {
    (0..n_outcomes).map(|outcome| spread(outcome, tissue)).collect()
}

/// Pooled standard deviation of ln(value + half unit) between the animals of one arm, mechanism and draw at one time
/// after the start; 0 with one animal each.
fn spread(outcome: usize, tissue: &Outcomes) -> f64 {
    let half = tissue.half_unit.get(outcome).copied().unwrap_or(0.0);
    let groups = animals::groups(outcome, tissue);
    let lns = |values: &Vec<f64>| values.iter().map(|value| animals::ln_of(*value, half)).collect();
    animals::pooled_sd(groups.values().map(lns)).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::animals::{Around, Differences};

    fn lens(spread: f64) -> Lens {
        Lens {
            surrogates: vec![None],
            spreads: vec![spread],
            half_unit: vec![0.5],
            arm_keys: Vec::new(),
            outcome_keys: Vec::new(),
            direct: vec![true],
            takes_estimates: false,
        }
    }

    fn course(arm: usize, value: f64) -> Course {
        let seen =
            |time_min| Seen { time_min, values: vec![Some(value)], ways_um: vec![0.0], ..Seen::default() };
        Course { arm, frames: vec![seen(0.0), seen(60.0)] }
    }

    #[test]
    fn animals_spread_as_they_were_seen_to() {
        let bench = lens(0.4).bench(&[course(0, 100.0)], 0, 1, 4000);
        assert!((spread(0, &bench) - 0.4).abs() < 0.02, "{}", spread(0, &bench));
        let exact = lens(0.4).bench(&[course(0, 100.0)], 0, 1, 0);
        assert_eq!(spread(0, &exact), 0.0);
        assert!(exact.rows.iter().all(|row| (row.value - 100.0).abs() < 1e-9));
        assert_eq!(bench, lens(0.4).bench(&[course(0, 100.0)], 0, 1, 4000), "no chance but the keyed one");
        let other = lens(0.4).bench(&[course(0, 100.0)], 0, 2, 4000);
        assert_ne!(bench.rows[0].value.to_bits(), other.rows[0].value.to_bits());
    }

    #[test]
    fn animals_stand_around_their_run() {
        let one = lens(0.0).bench(&[course(0, 100.0)], 0, 3, 1);
        let around = |runs: &Outcomes, sd: f64, n: u32| {
            Around::new(&Differences::log_normal(&[sd]), runs).animals(runs, n)
        };
        let many = around(&one, 0.4, 4000);
        assert!((spread(0, &many) - 0.4).abs() < 0.02, "{}", spread(0, &many));
        let none = lens(0.0).bench(&[course(1, 0.0)], 0, 3, 1);
        assert!(around(&none, 0.4, 100).rows.iter().all(|row| row.value == 0.0), "no less than none");
        assert!(many.rows.windows(2).all(|pair| pair[0].key <= pair[1].key));
        assert!(many.rows.iter().all(|row| row.value >= 0.0 && row.key.draw == 3));
        assert_eq!(one.rows[0].time_min, 0.0);
        assert_eq!(many.rows[0].value.to_bits(), one.rows[0].value.to_bits(), "nothing spreads at the start");
        let same = around(&one, 0.0, 3);
        assert!(same.of_draw(3).values(0, 0, 0, None).iter().all(|value| (value - 100.0).abs() < 1e-9));
    }

    #[test]
    fn an_estimate_is_read_through_a_surrogate_or_not_at_all() {
        let estimate = Seen {
            are_estimates: vec![true],
            values: vec![Some(2.0)],
            ways_um: vec![0.0],
            ..Seen::default()
        };
        assert_eq!(lens(0.0).value(0, &estimate), None);
        let known = Seen { are_estimates: vec![false], ..estimate.clone() };
        assert_eq!(lens(0.0).value(0, &known), Some(2.0));
        let surrogate = Surrogate { coefficients: [0.0, 1.0, 0.0], r_squared: 0.9, n: 20 };
        let through = Lens { surrogates: vec![Some(surrogate)], ..lens(0.0) };
        assert!((through.value(0, &estimate).unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(lens(0.0).for_equal_arms().value(0, &estimate), Some(2.0));
    }

    #[test]
    fn what_has_places_needs_a_surrogate() {
        let blind = Lens { direct: vec![false], ..lens(0.0) };
        assert!(!blind.reads(0) && blind.bench(&[course(0, 1.0)], 0, 1, 2).rows.is_empty());
        let surrogate = |r_squared| Surrogate { coefficients: [0.0, 1.0, 0.0], r_squared, n: 20 };
        let weak = Lens { surrogates: vec![Some(surrogate(0.79))], ..blind.clone() };
        let good = Lens { surrogates: vec![Some(surrogate(0.81))], ..blind };
        assert!(!weak.reads(0) && good.reads(0));
    }
}
