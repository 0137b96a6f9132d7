//! Which claims score a mechanism: those that the file calls tests, less those that nothing turns around.

use super::{Scored, Status};
use crate::experiment::{ClaimRole, Experiment};
use std::collections::{BTreeMap, BTreeSet};

/// The claims that are counted, and those written as tests that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    counted: BTreeSet<usize>,
    fixed: BTreeMap<usize, Status>,
}

impl Tests {
    /// Every claim that the file calls a test.
    pub fn written(experiment: &Experiment) -> Self {
        let claims = experiment.claims.iter().enumerate();
        let counted = claims.filter(|(_, claim)| claim.role == ClaimRole::Test).map(|(index, _)| index);
        Self { counted: counted.collect(), fixed: BTreeMap::new() }
    }

    /// Less those that come out alike whatever is varied, switched off or permuted, as `fixed` says. One that fails there, or
    /// under some mechanism in what was run (over draws in most of them: `scored` has one verdict for each mechanism), is
    /// counted: it refutes, and no mechanism is spared by a claim that none of them can meet.
    pub fn less(experiment: &Experiment, fixed: &BTreeMap<usize, Status>, scored: &[Scored]) -> Self {
        let Self { mut counted, .. } = Self::written(experiment);
        let fails = |claim: usize| scored.iter().any(|s| s.claim == claim && s.status == Status::Fails);
        let is_fixed =
            |claim: usize| fixed.get(&claim).is_some_and(|status| *status != Status::Fails) && !fails(claim);
        let fixed = counted.iter().filter(|claim| is_fixed(**claim)).map(|claim| (*claim, fixed[claim]));
        let fixed: BTreeMap<usize, Status> = fixed.collect();
        counted.retain(|claim| !fixed.contains_key(claim));
        Self { counted, fixed }
    }

    /// Whether a claim is counted.
    pub fn has(&self, claim: usize) -> bool {
        self.counted.contains(&claim)
    }

    /// How many are counted.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }

    /// Those that are counted, in the order of the file.
    pub fn counted(&self) -> impl Iterator<Item = usize> {
        self.counted.iter().copied()
    }

    /// Those written as tests that nothing turns around, with how they always come out.
    pub fn fixed(&self) -> impl Iterator<Item = (usize, Status)> {
        self.fixed.iter().map(|(claim, status)| (*claim, *status))
    }

    /// Whether a claim is written as a test and nothing turns it around.
    pub fn is_fixed(&self, claim: usize) -> bool {
        self.fixed.contains_key(&claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::of_roles;

    #[test]
    fn what_nothing_turns_around_is_no_test_unless_it_fails() {
        use ClaimRole::{Calibration, Test};
        use Status::{CannotTell, Fails, Holds};
        let experiment = of_roles(&[Test, Test, Calibration, Test, Test]);
        let fixed = BTreeMap::from([(0, Holds), (1, Fails), (2, Holds), (3, Holds)]);
        let scored = |claim, status| Scored { claim, mechanism: 0, draw: 0, status, ratio: None };
        let all =
            [scored(0, CannotTell), scored(1, Fails), scored(2, Holds), scored(3, Fails), scored(4, Holds)];
        let tests = Tests::less(&experiment, &fixed, &all);
        assert_eq!(tests.counted().collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(tests.fixed().collect::<Vec<_>>(), [(0, Holds)]);
        assert_eq!(Tests::written(&experiment).len(), 4);
    }
}
