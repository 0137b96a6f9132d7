//! One claim against what was counted under one mechanism in one draw.

use super::ratio::{Ratio, moments, ratio, t_quantile};
use super::{Scored, Status};
use crate::experiment::{Claim, ClaimRole, Experiment};
use crate::grammar::claim::{self, ClaimText, Comparison, Order};
use crate::results::Outcomes;
use vesicle_base::math;

/// `A < B`: B is at least this multiple of A.
pub const MARGIN: f64 = 1.25;
/// `A << B`: B is at least this multiple of A.
pub const FAR: f64 = 3.0;
/// `A ~ B`: the ratio lies inside these bounds.
pub const ALIKE: (f64, f64) = (0.8, 1.25);
/// `fills the section`: live cells cover at least this share of its area (assumed: randomly packed spheres
/// take up 0.64 of a volume, and the plug's own stroma is not drawn).
pub const FILLED: f64 = 0.5;

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

/// One mechanism's values at one time.
pub(super) struct Bench<'a> {
    pub experiment: &'a Experiment,
    pub outcomes: &'a Outcomes,
    pub mechanism: usize,
    pub at_min: Option<f64>,
}

impl Bench<'_> {
    /// The verdict on a claim.
    pub fn score(&self, index: usize, claim: &Claim) -> Scored {
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
