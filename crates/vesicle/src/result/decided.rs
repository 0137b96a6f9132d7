//! Which arms decided a claim, and what the claim asks of them: the ratio alone does not say what it is of.

use super::dose::digits;
use crate::commands::run::Prepared;
use vesicle_experiment::evidence::{ALIKE, FAR, FILLED, MARGIN, Ratio, Scored, ratio};
use vesicle_experiment::experiment::ClaimRole;
use vesicle_experiment::grammar::claim::{ClaimText, Order, fits};
use vesicle_experiment::results::Outcomes;

/// The comparison that decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// What the ratio is of: `saline / aged`.
    pub of: String,
    /// What the claim asks of it: `3 or more`.
    pub asked: String,
}

/// The comparison behind a claim's ratio; none where the ratio is the median of several draws or there is none.
pub fn decided(prepared: &Prepared, outcomes: &Outcomes, scored: &Scored) -> Option<Decided> {
    let seen = scored.ratio?;
    let claim = &prepared.experiment.claims[scored.claim];
    if claim.role == ClaimRole::Structural || prepared.selection.draws > 1 {
        return None;
    }
    let outcomes = outcomes.of_draw(scored.draw);
    let arm = |name: &str| prepared.experiment.arms.iter().position(|known| known.name == name);
    let is_it = |outcome: &str, left: &str, right: &str| {
        let outcome = prepared.experiment.outcomes.iter().position(|known| known.name == outcome)?;
        let values = |arm| outcomes.values(outcome, arm, scored.mechanism, claim.at_min);
        let found = ratio(&values(arm(left)?), &values(arm(right)?), outcomes.half_unit[outcome])?;
        same(found, seen).then_some(())
    };
    match &claim.claim {
        ClaimText::Chain { outcome, pairs } => pairs.iter().find_map(|pair| {
            is_it(outcome, &pair.left, &pair.right)?;
            Some(compared(&pair.left, pair.order, &pair.right))
        }),
        ClaimText::SomeOf { outcome, pattern, pattern_is_lower, order, arm } => {
            prepared.experiment.arms.iter().filter(|known| fits(pattern, &known.name)).find_map(|other| {
                let (left, right) = if *pattern_is_lower { (&other.name, arm) } else { (arm, &other.name) };
                is_it(outcome, left, right)?;
                Some(compared(left, *order, right))
            })
        }
        ClaimText::Fills { .. } => Some(Decided {
            of: format!("share of the section that cells cover / {FILLED}"),
            asked: "1 or more".to_owned(),
        }),
        ClaimText::Gap { .. } | ClaimText::Before { .. } => None,
    }
}

fn compared(left: &str, order: Order, right: &str) -> Decided {
    let asked = match order {
        Order::Below => format!("{MARGIN} or more"),
        Order::FarBelow => format!("{FAR} or more"),
        Order::Alike => format!("{} to {}", ALIKE.0, ALIKE.1),
    };
    Decided { of: format!("{right} / {left}"), asked }
}

/// Bit by bit: the same numbers by the same steps.
fn same(a: Ratio, b: Ratio) -> bool {
    [(a.value, b.value), (a.low, b.low), (a.high, b.high)].iter().all(|(a, b)| a.to_bits() == b.to_bits())
}

/// A test that failed, in a line.
pub fn failing(prepared: &Prepared, outcomes: &Outcomes, scored: &Scored, under: &str) -> String {
    let claim = &prepared.experiment.claims[scored.claim];
    let of = decided(prepared, outcomes, scored).unwrap_or_default();
    let name = if of.of.is_empty() { "ratio".to_owned() } else { of.of };
    let asked = if of.asked.is_empty() { String::new() } else { format!("; asked: {}", of.asked) };
    let ratio = scored.ratio.map_or_else(String::new, |r| {
        format!(
            ": {name} is {} (90 % interval {}–{}, n = {}{asked})",
            digits(r.value),
            digits(r.low),
            digits(r.high),
            r.n
        )
    });
    format!("\"{}\" fails{under}{ratio}.", claim.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_says_of_what_and_how_much() {
        let far = compared("aged", Order::FarBelow, "saline");
        assert_eq!((far.of.as_str(), far.asked.as_str()), ("saline / aged", "3 or more"));
        assert_eq!(compared("a", Order::Alike, "b").asked, "0.8 to 1.25");
        assert_eq!(compared("a", Order::Below, "b").asked, "1.25 or more");
    }
}
