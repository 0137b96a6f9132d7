//! Scoring claims as a laboratory would: replicates per arm, ratios of means with their intervals, three verdicts.
//!
//! A ratio is that of means, each plus half the smallest countable unit, because an arm may be 0. Its 90 % interval is
//! Welch's on the log scale by the delta method. `A < B` holds when B/A is at least the margin and its interval lies
//! above 1, and fails when the interval excludes the margin; `~` holds when the interval lies inside the bounds and
//! fails when it lies outside; else the answer is "cannot tell". `fills the section` compares the share of the section
//! that live cells cover with [`FILLED`].

mod bench;
mod ratio;
mod scoring;
mod support;

pub use bench::{ALIKE, FAR, FILLED, MARGIN, judge};
pub use ratio::{Ratio, over_draws, ratio};
pub use scoring::Tests;
pub use support::{Support, support, together, typical};

use crate::experiment::{Claim, Experiment};
use crate::results::Outcomes;
use bench::Bench;

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

/// An experiment with claims of these roles and nothing else.
#[cfg(test)]
fn of_roles(roles: &[crate::experiment::ClaimRole]) -> Experiment {
    let claim = |role: &crate::experiment::ClaimRole| Claim {
        text: String::new(),
        claim: crate::grammar::claim::ClaimText::Fills { outcome: String::new(), arm: String::new() },
        role: *role,
        source: String::new(),
        at_min: None,
        n: None,
        key: 0,
        place: vesicle_base::Place { file: String::new(), line: 1, column: 1 },
    };
    Experiment { claims: roles.iter().map(claim).collect(), ..Experiment::default() }
}
