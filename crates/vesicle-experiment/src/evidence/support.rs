//! What several draws say together: in how many a mechanism satisfies the tests, and the verdict of most.

use super::ratio::{Ratio, over_draws};
use super::{Scored, Status};
use crate::experiment::{ClaimRole, Experiment};
use std::collections::BTreeMap;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Claim;
    use crate::grammar::claim::ClaimText;

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
}
