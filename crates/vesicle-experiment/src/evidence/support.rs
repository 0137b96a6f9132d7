//! What several draws say together: in how many a mechanism satisfies the tests, and the verdict of most.

use super::ratio::{Ratio, over_draws};
use super::{Scored, Status, Tests};
use std::collections::BTreeMap;

/// In how many draws a mechanism satisfies the tests. With the values as written there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Index of the mechanism.
    pub mechanism: usize,
    /// Draws in which every test holds.
    pub satisfies: u32,
    /// Draws in which some test fails.
    pub fails: u32,
    /// All draws in which there is a test.
    pub draws: u32,
}

impl Support {
    /// Draws in which no test fails and not every one holds.
    pub fn open(self) -> u32 {
        self.draws - self.satisfies - self.fails
    }
}

/// What all tests of one world say together: [`Status::Holds`] when every one holds, [`Status::Fails`] when some fails.
pub fn together(tests: impl Iterator<Item = Status>) -> Status {
    let (mut holds, mut fails) = (true, false);
    for status in tests {
        holds &= status == Status::Holds;
        fails |= status == Status::Fails;
    }
    match (holds, fails) {
        (_, true) => Status::Fails,
        (true, _) => Status::Holds,
        _ => Status::CannotTell,
    }
}

/// The support of each mechanism.
pub fn support(tests: &Tests, scored: &[Scored], mechanisms: &[usize]) -> Vec<Support> {
    let of = |mechanism: &usize| {
        let mut draws: BTreeMap<u32, Vec<Status>> = BTreeMap::new();
        for s in scored.iter().filter(|s| s.mechanism == *mechanism && tests.has(s.claim)) {
            draws.entry(s.draw).or_default().push(s.status);
        }
        let all: Vec<Status> = draws.values().map(|draw| together(draw.iter().copied())).collect();
        let count = |wanted: Status| all.iter().filter(|status| **status == wanted).count() as u32;
        Support {
            mechanism: *mechanism,
            satisfies: count(Status::Holds),
            fails: count(Status::Fails),
            draws: all.len() as u32,
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
    use crate::evidence::of_roles;
    use crate::experiment::ClaimRole::{Structural, Test};

    #[test]
    fn support_counts_worlds_not_claims() {
        let experiment = of_roles(&[Test, Test, Structural]);
        let scored = |draw, claim, status| Scored { claim, mechanism: 0, draw, status, ratio: None };
        let all = [
            scored(1, 0, Status::Holds),
            scored(1, 1, Status::CannotTell),
            scored(2, 0, Status::Holds),
            scored(2, 1, Status::Fails),
            scored(3, 0, Status::CannotTell),
            scored(3, 1, Status::CannotTell),
            scored(3, 2, Status::Fails),
            scored(4, 0, Status::Holds),
            scored(4, 1, Status::Holds),
            scored(4, 2, Status::Structural),
        ];
        let found = support(&Tests::written(&experiment), &all, &[0])[0];
        assert_eq!(found, Support { mechanism: 0, satisfies: 1, fails: 1, draws: 4 });
        assert_eq!(found.open(), 2, "one that holds beside one that cannot be told satisfies nothing");
        let typical: Vec<Status> = typical(&all).iter().map(|s| s.status).collect();
        assert_eq!(typical, [Status::Holds, Status::CannotTell, Status::Fails]);
    }
}
