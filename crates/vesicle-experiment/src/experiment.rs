//! An experiment as it was declared: one base map, and everything that varies as a patch on it.

mod declare;
mod setting;

pub use declare::{declare, declared};
pub use setting::setting;

use crate::grammar::{claim, outcome, vocabulary};
use crate::interpret::Change;
use crate::map::{Item, Map};
use crate::path::Path;
use crate::registry::Names;
use std::cmp::Reverse;
use vesicle_base::Place;

/// Changes of the map, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Patch {
    /// Makes the changes.
    pub fn apply(&self, map: &mut Map) {
        for change in &self.changes {
            if let Some(path) = &change.clears {
                map.remove_below(path);
            }
            change.items.iter().for_each(|item| map.set(item.clone()));
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// All items that the patch sets.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.changes.iter().flat_map(|change| &change.items)
    }
}

/// One arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// What differs from the base.
    pub patch: Patch,
    /// What its chance is keyed by: what it says, neither its name nor its place.
    pub key: u64,
    /// Where it was declared.
    pub place: Place,
}

/// One rival explanation.
#[derive(Clone, Debug, PartialEq)]
pub struct Mechanism {
    /// Its name.
    pub name: String,
    /// The explanation in a sentence.
    pub says: String,
    /// Another mechanism whose patch comes first.
    pub like: Option<String>,
    /// What differs from the base.
    pub patch: Patch,
    /// What stands for it in sums and draws: what it says, neither its name nor its place.
    pub key: u64,
    /// Where it was declared.
    pub place: Option<Place>,
}

/// What a claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimRole {
    /// Sets a prior.
    Calibration,
    /// Follows from the inputs as written.
    Structural,
    /// Can fail.
    Test,
}

impl ClaimRole {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Structural => "structural",
            Self::Test => "test",
        }
    }
}

/// One claim with all that scoring it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// As it was written.
    pub text: String,
    /// As it was read.
    pub claim: claim::ClaimText,
    /// What it is for.
    pub role: ClaimRole,
    /// Who published it.
    pub source: String,
    /// When the outcomes are read, minutes; the last frame when not said.
    pub at_min: Option<f64>,
    /// Animals or dishes per arm as the laboratory had them.
    pub n: Option<usize>,
    /// What stands for it where claims are equal: what it says, neither its words nor its place.
    pub key: u64,
    /// Where it stands.
    pub place: Place,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// What is counted.
    pub what: outcome::OutcomeText,
    /// What its chance is keyed by: what is counted, neither its name nor its place.
    pub key: u64,
    /// Where it was declared.
    pub place: Option<Place>,
}

/// Where numbers are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The key that brackets name.
    pub key: String,
    /// DOI, PMID, accession.
    pub text: String,
}

/// An experiment as it was declared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Experiment {
    /// The file as the user named it.
    pub file: String,
    /// Declared names.
    pub names: Names,
    /// Number of what each rule says, in the order of their names.
    pub rule_numbers: Vec<u64>,
    /// Everything said outside patches.
    pub base: Map,
    /// The patch of `--quick`.
    pub quick: Patch,
    /// The reference, then the other arms in order of declaration.
    pub arms: Vec<Arm>,
    /// Rivals in order of declaration; one nameless mechanism without a patch when none is declared.
    pub mechanisms: Vec<Mechanism>,
    /// Claims in order of declaration.
    pub claims: Vec<Claim>,
    /// Outcomes in order of declaration.
    pub outcomes: Vec<Outcome>,
    /// Sources in order of declaration.
    pub sources: Vec<Source>,
    /// Paths that were said and not understood: nothing that follows from their absence is a second mistake.
    pub unread: Vec<Path>,
}

impl Experiment {
    /// Words that a rule may read, for messages.
    pub fn signals(&self) -> Vec<String> {
        vocabulary::all(vocabulary::SIGNALS, &self.names)
    }

    /// Words that a rule may move, for messages.
    pub fn behaviours(&self) -> Vec<String> {
        vocabulary::all(vocabulary::BEHAVIOURS, &self.names)
    }

    /// The text of a source: the file's own, or one that the registry cites.
    pub fn source(&self, key: &str) -> Option<&str> {
        let own = self.sources.iter().find(|source| source.key == key).map(|source| source.text.as_str());
        own.or_else(|| crate::registry::cited().find(|(known, _)| *known == key).map(|(_, text)| text))
    }

    /// Whether something below a path was said and not understood.
    pub fn is_unread_below(&self, path: &[&str]) -> bool {
        self.unread.iter().any(|unread| unread.starts_with(path))
    }

    /// Names of the arms that claims name: those first that most tests say to differ from another, then those that most
    /// tests name, of equals the one that stands earlier in them, then by other claims. No order of the file enters.
    pub fn arms_claimed(&self) -> Vec<&str> {
        let rank = |arm: &&Arm| {
            let of_role = |is_test: bool| {
                let claims = self.claims.iter().filter(move |c| (c.role == ClaimRole::Test) == is_test);
                let place = |claim: &Claim| claim.claim.arms().iter().position(|name| *name == arm.name);
                claims.filter_map(move |claim| Some((claim.claim.says_they_differ(), place(claim)?)))
            };
            let differing = of_role(true).filter(|(differ, _)| *differ).count();
            let places: usize = of_role(true).map(|(_, place)| place).sum();
            let [tests, others] = [true, false].map(|is_test| Reverse(of_role(is_test).count()));
            (Reverse(differing), tests, places, others, arm.key)
        };
        let is_named = |arm: &&Arm| self.claims.iter().any(|c| c.claim.arms().contains(&arm.name.as_str()));
        let mut arms: Vec<&Arm> = self.arms.iter().filter(is_named).collect();
        arms.sort_by_cached_key(rank);
        arms.into_iter().map(|arm| arm.name.as_str()).collect()
    }

    /// Indices of the outcomes: those that most tests read first, then by other claims. No order of the file enters.
    pub fn outcomes_claimed(&self) -> Vec<usize> {
        let rank = |at: &usize| {
            let outcome = &self.outcomes[*at];
            let reads = |claim: &&Claim| claim.claim.outcomes().contains(&outcome.name.as_str());
            let count = |is_test: bool| {
                let claims = self.claims.iter().filter(|c| (c.role == ClaimRole::Test) == is_test);
                Reverse(claims.filter(reads).count())
            };
            (count(true), count(false), outcome.key)
        };
        let mut outcomes: Vec<usize> = (0..self.outcomes.len()).collect();
        outcomes.sort_by_cached_key(rank);
        outcomes
    }

    /// All items of the base and of every patch.
    pub fn all_items(&self) -> impl Iterator<Item = &Item> {
        let arms = self.arms.iter().flat_map(|arm| arm.patch.items());
        let mechanisms = self.mechanisms.iter().flat_map(|mechanism| mechanism.patch.items());
        self.base.items().iter().chain(self.quick.items()).chain(mechanisms).chain(arms)
    }
}
