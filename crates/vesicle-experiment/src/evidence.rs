//! Scoring claims as a laboratory would: replicates per arm, ratios of means with their intervals, three verdicts.
//!
//! A ratio is that of means, each plus half the smallest countable unit, because an arm may be 0. Its 90 % interval is
//! Welch's on the log scale by the delta method. `A < B` holds when B/A is at least the margin and its interval lies
//! above 1, and fails when the interval excludes the margin; `~` holds when the interval lies inside the bounds and
//! fails when it lies outside; else the answer is "cannot tell". `fills the section` compares the share of the section
//! that live cells cover with [`FILLED`].

use crate::experiment::{Claim, ClaimRole, Experiment};
use crate::grammar::claim::{self, ClaimText, Comparison, Order};
use crate::results::Outcomes;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::BTreeMap;
use vesicle_base::math;
use vesicle_dose::Spread;

/// `A < B`: B is at least this multiple of A.
pub const MARGIN: f64 = 1.25;
/// `A << B`: B is at least this multiple of A.
pub const FAR: f64 = 3.0;
/// `A ~ B`: the ratio lies inside these bounds.
pub const ALIKE: (f64, f64) = (0.8, 1.25);
/// `fills the section`: live cells cover at least this share of its area (assumed: randomly packed spheres
/// take up 0.64 of a volume, and the plug's own stroma is not drawn).
pub const FILLED: f64 = 0.5;
/// Two-sided level of all intervals.
const LEVEL: f64 = 0.90;

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The data satisfy it.
    Holds,
    /// The data exclude it.
    Fails,
    /// The data do neither.
    CannotTell,
    /// Its arms were not run, or its form is not scored.
    NotEvaluated,
    /// It follows from the inputs: shown, not counted.
    Structural,
}

/// A ratio of two arms with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Ratio of means.
    pub value: f64,
    /// Lower end of the interval; 0 with fewer than two replicates.
    pub low: f64,
    /// Upper end; infinite with fewer than two replicates.
    pub high: f64,
    /// Replicates of the smaller arm.
    pub n: usize,
}

/// A scored claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Index of the claim in the file.
    pub claim: usize,
    /// Index of the mechanism.
    pub mechanism: usize,
    /// Prior draw; 0 for the values as written.
    pub draw: u32,
    /// The verdict.
    pub status: Status,
    /// Ratio of the comparison that decided.
    pub ratio: Option<Ratio>,
}

/// The ratio of `b` to `a`.
pub fn ratio(a: &[f64], b: &[f64], half_unit: f64) -> Option<Ratio> {
    let (ma, va) = moments(a)?;
    let (mb, vb) = moments(b)?;
    let (ma, mb) = (ma + half_unit, mb + half_unit);
    if ma <= 0.0 || mb <= 0.0 {
        return None;
    }
    let value = mb / ma;
    let n = a.len().min(b.len());
    if n < 2 {
        return Some(Ratio { value, low: 0.0, high: f64::INFINITY, n });
    }
    let (ea, eb) = (va / (a.len() as f64 * ma * ma), vb / (b.len() as f64 * mb * mb));
    let se = (ea + eb).sqrt();
    let reach = if se > 0.0 {
        let df = (ea + eb) * (ea + eb) / (ea * ea / (a.len() - 1) as f64 + eb * eb / (b.len() - 1) as f64);
        se * t_quantile(df)
    } else {
        0.0
    };
    Some(Ratio { value, low: value * math::exp(-reach), high: value * math::exp(reach), n })
}

fn t_quantile(df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + 0.5 * LEVEL))
}

/// Mean and variance; `None` of nothing.
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
    (!values.is_empty()).then_some((mean, variance))
}

/// The verdict on one comparison, given the ratio of its right arm to its left.
pub fn judge(order: Order, ratio: Ratio) -> Status {
    let margin = match order {
        Order::Alike => {
            return if ratio.low >= ALIKE.0 && ratio.high <= ALIKE.1 {
                Status::Holds
            } else if ratio.high < ALIKE.0 || ratio.low > ALIKE.1 {
                Status::Fails
            } else {
                Status::CannotTell
            };
        }
        Order::Below => MARGIN,
        Order::FarBelow => FAR,
    };
    if ratio.high < margin {
        Status::Fails
    } else if ratio.value >= margin && ratio.low > 1.0 {
        Status::Holds
    } else {
        Status::CannotTell
    }
}

/// Scores every claim under every mechanism and in every prior draw that was run: each draw is one world, seen with
/// its own animals.
pub fn score(experiment: &Experiment, outcomes: &Outcomes, mechanisms: &[usize]) -> Vec<Scored> {
    let mut scored = Vec::new();
    for draw in outcomes.draws() {
        let outcomes = &outcomes.of_draw(draw);
        for mechanism in mechanisms {
            scored.extend(score_draw(experiment, outcomes, *mechanism, draw));
        }
    }
    scored
}

/// Scores every claim under one mechanism in one draw, of which alone `outcomes` are.
pub fn score_draw(experiment: &Experiment, outcomes: &Outcomes, mechanism: usize, draw: u32) -> Vec<Scored> {
    let score = |(index, claim): (usize, &Claim)| {
        let bench = Bench { experiment, outcomes, mechanism, at_min: claim.at_min };
        Scored { draw, ..bench.score(index, claim) }
    };
    experiment.claims.iter().enumerate().map(score).collect()
}

/// In how many draws a mechanism satisfies the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Index of the mechanism.
    pub mechanism: usize,
    /// Draws in which every test that could be decided holds, and one at least was.
    pub holds: u32,
    /// Draws in which some test fails.
    pub fails: u32,
    /// All draws.
    pub draws: u32,
}

/// The support of each mechanism.
pub fn support(experiment: &Experiment, scored: &[Scored], mechanisms: &[usize]) -> Vec<Support> {
    let tests = |s: &&Scored| experiment.claims[s.claim].role == ClaimRole::Test;
    let of = |mechanism: &usize| {
        let mut draws: BTreeMap<u32, (bool, bool)> = BTreeMap::new();
        for s in scored.iter().filter(tests).filter(|s| s.mechanism == *mechanism) {
            let (holds, fails) = draws.entry(s.draw).or_default();
            *holds |= s.status == Status::Holds;
            *fails |= s.status == Status::Fails;
        }
        let count =
            |of: &dyn Fn(&(bool, bool)) -> bool| draws.values().filter(|draw| of(draw)).count() as u32;
        Support {
            mechanism: *mechanism,
            holds: count(&|(holds, fails)| *holds && !fails),
            fails: count(&|(_, fails)| *fails),
            draws: draws.len() as u32,
        }
    };
    mechanisms.iter().map(of).collect()
}

/// Every claim under every mechanism once, with the verdict of most draws; the first of equals. Over several draws its
/// ratio is the median of theirs, with their 5–95 % range in place of the interval.
pub fn typical(scored: &[Scored]) -> Vec<Scored> {
    let mut groups: BTreeMap<(usize, usize), Vec<&Scored>> = BTreeMap::new();
    scored.iter().for_each(|s| groups.entry((s.mechanism, s.claim)).or_default().push(s));
    let most = |group: Vec<&Scored>| {
        let count = |status: Status| group.iter().filter(|s| s.status == status).count();
        let first = group.iter().rev().max_by_key(|s| count(s.status));
        let ratios: Vec<Ratio> = group.iter().filter_map(|s| s.ratio).collect();
        first.map(|s| Scored { ratio: over_draws(&ratios), ..(*s).clone() })
    };
    groups.into_values().filter_map(most).collect()
}

/// The ratios of several draws as one: their median with its 5–95 % range, and the fewest replicates. One draw keeps its
/// own interval.
pub fn over_draws(ratios: &[Ratio]) -> Option<Ratio> {
    if let [] | [_] = ratios {
        return ratios.first().copied();
    }
    let values: Vec<f64> = ratios.iter().map(|ratio| ratio.value).collect();
    let Spread { low, median, high } = Spread::of(&values);
    let n = ratios.iter().map(|ratio| ratio.n).min()?;
    Some(Ratio { value: median, low, high, n })
}

/// One mechanism's values at one time.
struct Bench<'a> {
    experiment: &'a Experiment,
    outcomes: &'a Outcomes,
    mechanism: usize,
    at_min: Option<f64>,
}

impl Bench<'_> {
    fn score(&self, index: usize, claim: &Claim) -> Scored {
        let (status, ratio) = match claim.role {
            ClaimRole::Structural => (Status::Structural, None),
            _ => self.verdict(&claim.claim).unwrap_or((Status::NotEvaluated, None)),
        };
        Scored { claim: index, mechanism: self.mechanism, draw: 0, status, ratio }
    }

    fn verdict(&self, claim: &ClaimText) -> Option<(Status, Option<Ratio>)> {
        match claim {
            ClaimText::Chain { outcome, pairs } => self.all(outcome, pairs),
            ClaimText::SomeOf { outcome, pattern, pattern_is_lower, order, arm } => {
                self.some(outcome, pattern, *pattern_is_lower, *order, arm)
            }
            ClaimText::Gap { outcome, wider, narrower } => self.gap(outcome, wider, narrower),
            ClaimText::Before { arm, than, first, later } => self.before(arm, than, first, later),
            ClaimText::Fills { arm, .. } => self.fills(claim, arm),
        }
    }

    fn outcome(&self, name: &str) -> Option<usize> {
        self.experiment.outcomes.iter().position(|outcome| outcome.name == name)
    }

    fn values(&self, outcome: usize, arm: &str, at_min: Option<f64>) -> Option<Vec<f64>> {
        let arm = self.experiment.arms.iter().position(|known| known.name == arm)?;
        let values = self.outcomes.values(outcome, arm, self.mechanism, at_min);
        (!values.is_empty()).then_some(values)
    }

    fn ratio(&self, outcome: usize, pair: &Comparison) -> Option<Ratio> {
        let a = self.values(outcome, &pair.left, self.at_min)?;
        let b = self.values(outcome, &pair.right, self.at_min)?;
        ratio(&a, &b, self.outcomes.half_unit[outcome])
    }

    /// A chain holds when all its comparisons do and fails with the first that does.
    fn all(&self, outcome: &str, pairs: &[Comparison]) -> Option<(Status, Option<Ratio>)> {
        let outcome = self.outcome(outcome)?;
        let mut decided = (Status::Holds, None);
        for pair in pairs {
            let ratio = self.ratio(outcome, pair)?;
            let status = judge(pair.order, ratio);
            if rank(status) > rank(decided.0) || decided.1.is_none() {
                decided = (status, Some(ratio));
            }
        }
        Some(decided)
    }

    /// Some arm of a pattern compares so: holds when one does, fails when all fail. Of arms with one verdict the one that
    /// comes nearest to the comparison decides, wherever it stands in the file.
    fn some(
        &self,
        outcome: &str,
        pattern: &str,
        pattern_is_lower: bool,
        order: Order,
        arm: &str,
    ) -> Option<(Status, Option<Ratio>)> {
        let outcome = self.outcome(outcome)?;
        let fitting = self.experiment.arms.iter().filter(|known| claim::fits(pattern, &known.name));
        let mut decided: Option<(Status, Option<Ratio>)> = None;
        for other in fitting {
            let (left, right) =
                if pattern_is_lower { (other.name.as_str(), arm) } else { (arm, other.name.as_str()) };
            let pair = Comparison { left: left.to_owned(), order, right: right.to_owned() };
            let Some(ratio) = self.ratio(outcome, &pair) else { continue };
            let status = judge(order, ratio);
            let better = |(best, known): &(Status, Option<Ratio>)| {
                let known = known.map_or(f64::NEG_INFINITY, |known| nearness(order, known));
                rank(status) < rank(*best) || (status == *best && nearness(order, ratio) > known)
            };
            if decided.as_ref().is_none_or(better) {
                decided = Some((status, Some(ratio)));
            }
        }
        decided
    }

    /// The difference of two differences of means, with a normal interval of Welch's form.
    fn gap(
        &self,
        outcome: &str,
        wider: &(String, String),
        narrower: &(String, String),
    ) -> Option<(Status, Option<Ratio>)> {
        let outcome = self.outcome(outcome)?;
        let signed = [(&wider.1, 1.0), (&wider.0, -1.0), (&narrower.1, -1.0), (&narrower.0, 1.0)];
        let arms: Vec<(String, f64)> = merged(&signed);
        let side = [gap_of(self, outcome, wider)?, gap_of(self, outcome, narrower)?];
        let difference = side[0].abs() - side[1].abs();
        let (sw, sn) = (side[0].signum(), side[1].signum());
        let (mut error, mut freedom) = (0.0, f64::INFINITY);
        for (arm, _) in &arms {
            let weight: f64 = [(&wider.1, sw), (&wider.0, -sw), (&narrower.1, -sn), (&narrower.0, sn)]
                .iter()
                .filter(|(name, _)| *name == arm)
                .map(|(_, w)| w)
                .sum();
            let values = self.values(outcome, arm, self.at_min)?;
            let (_, variance) = moments(&values)?;
            error += weight * weight * variance / values.len() as f64;
            freedom = freedom.min(values.len() as f64 - 1.0);
        }
        if freedom < 1.0 {
            return Some((Status::CannotTell, None));
        }
        let reach = error.sqrt() * t_quantile(freedom);
        let status = if difference - reach > 0.0 {
            Status::Holds
        } else if difference + reach < 0.0 {
            Status::Fails
        } else {
            Status::CannotTell
        };
        Some((status, None))
    }

    /// The cells of an outcome cover at least [`FILLED`] of the section, by the mean and its interval.
    fn fills(&self, claim: &ClaimText, arm: &str) -> Option<(Status, Option<Ratio>)> {
        let kind = crate::results::filling_kind(self.experiment, claim)?;
        let arm = self.experiment.arms.iter().position(|known| known.name == arm)?;
        let cover = self.outcomes.cover(kind, arm, self.mechanism, self.at_min);
        let (mean, variance) = moments(&cover)?;
        let n = cover.len();
        let reach =
            if n < 2 { f64::INFINITY } else { (variance / n as f64).sqrt() * t_quantile((n - 1) as f64) };
        let ratio = Ratio {
            value: mean / FILLED,
            low: ((mean - reach) / FILLED).max(0.0),
            high: (mean + reach) / FILLED,
            n,
        };
        let status = if ratio.low >= 1.0 {
            Status::Holds
        } else if ratio.high < 1.0 {
            Status::Fails
        } else {
            Status::CannotTell
        };
        Some((status, Some(ratio)))
    }

    /// Which outcome falls below half of the other arm's first, by means over replicates.
    fn before(&self, arm: &str, than: &str, first: &str, later: &str) -> Option<(Status, Option<Ratio>)> {
        let arm_index = self.experiment.arms.iter().position(|known| known.name == arm)?;
        let times = self.outcomes.times(arm_index, self.mechanism);
        let falls = |outcome: &str| -> Option<Option<usize>> {
            let outcome = self.outcome(outcome)?;
            let half = self.outcomes.half_unit[outcome];
            let below = |time: &f64| -> Option<bool> {
                let a = moments(&self.values(outcome, arm, Some(*time))?)?.0 + half;
                let b = moments(&self.values(outcome, than, Some(*time))?)?.0 + half;
                Some(a < 0.5 * b)
            };
            times.iter().map(below).collect::<Option<Vec<bool>>>().map(|list| list.iter().position(|b| *b))
        };
        let status = match (falls(first)?, falls(later)?) {
            (Some(a), Some(b)) if a < b => Status::Holds,
            (Some(_), None) => Status::Holds,
            (Some(a), Some(b)) if a == b => Status::CannotTell,
            (None, None) => Status::CannotTell,
            _ => Status::Fails,
        };
        Some((status, None))
    }
}

fn gap_of(bench: &Bench<'_>, outcome: usize, gap: &(String, String)) -> Option<f64> {
    let mean = |arm: &str| Some(moments(&bench.values(outcome, arm, bench.at_min)?)?.0);
    Some(mean(&gap.1)? - mean(&gap.0)?)
}

fn merged(signed: &[(&String, f64)]) -> Vec<(String, f64)> {
    let mut arms: Vec<(String, f64)> = Vec::new();
    for (name, weight) in signed {
        match arms.iter_mut().find(|(known, _)| known == *name) {
            Some((_, sum)) => *sum += weight,
            None => arms.push(((*name).clone(), *weight)),
        }
    }
    arms
}

/// How near a ratio comes to a comparison; higher is nearer.
fn nearness(order: Order, ratio: Ratio) -> f64 {
    match order {
        Order::Alike => -math::ln(ratio.value).abs(),
        Order::Below | Order::FarBelow => ratio.value,
    }
}

/// From best to worst for a chain.
fn rank(status: Status) -> u8 {
    match status {
        Status::Holds => 0,
        Status::CannotTell | Status::NotEvaluated | Status::Structural => 1,
        Status::Fails => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_the_interval_of_welch_on_logs() {
        let a = [10.0, 12.0, 11.0, 9.0];
        let b = [20.0, 24.0, 22.0, 18.0];
        let r = ratio(&a, &b, 0.0).unwrap();
        assert!((r.value - 2.0).abs() < 1e-12 && r.n == 4);
        // se of the log = sqrt(2) * 1.29099 / (2 * 10.5) = 0.086939, df = 6, t = 1.943180
        assert!((r.high / r.value - math::exp(1.943_180_28 * 0.086_938_9)).abs() < 1e-5, "{r:?}");
        assert_eq!(ratio(&[0.0], &[0.0], 0.5).unwrap().high, f64::INFINITY);
        assert!(ratio(&[], &a, 0.5).is_none());
    }

    #[test]
    fn ratios_of_draws_have_a_median_and_a_range() {
        let ratio = |value: f64| Ratio { value, low: 0.5 * value, high: 2.0 * value, n: 4 };
        let draws: Vec<Ratio> = (0..=100).map(|k| ratio(f64::from(k))).collect();
        assert_eq!(over_draws(&draws), Some(Ratio { value: 50.0, low: 5.0, high: 95.0, n: 4 }));
        assert_eq!(over_draws(&draws[3..4]), Some(ratio(3.0)));
        assert_eq!(over_draws(&[]), None);
    }

    #[test]
    fn support_counts_worlds_not_claims() {
        let test = |claim: usize| Claim {
            text: String::new(),
            claim: ClaimText::Fills { outcome: String::new(), arm: String::new() },
            role: if claim == 2 { ClaimRole::Structural } else { ClaimRole::Test },
            source: String::new(),
            at_min: None,
            n: None,
            key: 0,
            place: vesicle_base::Place { file: String::new(), line: 1, column: 1 },
        };
        let experiment = Experiment { claims: (0..3).map(test).collect(), ..Experiment::default() };
        let scored = |draw, claim, status| Scored { claim, mechanism: 0, draw, status, ratio: None };
        let all = [
            scored(1, 0, Status::Holds),
            scored(1, 1, Status::CannotTell),
            scored(2, 0, Status::Holds),
            scored(2, 1, Status::Fails),
            scored(3, 0, Status::CannotTell),
            scored(3, 1, Status::CannotTell),
            scored(3, 2, Status::Fails),
        ];
        assert_eq!(
            support(&experiment, &all, &[0]),
            [Support { mechanism: 0, holds: 1, fails: 1, draws: 3 }]
        );
        let typical: Vec<Status> = typical(&all).iter().map(|s| s.status).collect();
        assert_eq!(typical, [Status::Holds, Status::CannotTell, Status::Fails]);
    }

    #[test]
    fn three_verdicts() {
        let r = |value, low, high| Ratio { value, low, high, n: 4 };
        assert_eq!(judge(Order::Below, r(1.5, 1.1, 2.0)), Status::Holds);
        assert_eq!(judge(Order::Below, r(1.0, 0.9, 1.2)), Status::Fails);
        assert_eq!(judge(Order::Below, r(1.2, 0.9, 1.6)), Status::CannotTell);
        assert_eq!(judge(Order::FarBelow, r(3.5, 1.2, 9.0)), Status::Holds);
        assert_eq!(judge(Order::FarBelow, r(2.0, 1.5, 2.6)), Status::Fails);
        assert_eq!(judge(Order::Alike, r(1.0, 0.9, 1.1)), Status::Holds);
        assert_eq!(judge(Order::Alike, r(2.0, 1.5, 3.0)), Status::Fails);
        assert_eq!(judge(Order::Alike, r(1.2, 0.9, 1.6)), Status::CannotTell);
    }
}
