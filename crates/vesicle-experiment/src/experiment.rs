//! An experiment as it was declared: one base map, and everything that varies as a patch on it.

use crate::grammar::{claim, outcome, vocabulary};
use crate::interpret::{Change, Written, interpret};
use crate::map::{Item, Map, Value};
use crate::path::Path;
use crate::registry::Names;
use crate::said::{Literal, Said, SaidEntry};
use std::cmp::Reverse;
use vesicle_base::{Place, Problem};

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

/// Makes an experiment of what was said.
///
/// # Errors
/// All mistakes of its values at once, in order of the file; [`crate::check`] finds those between values.
pub fn declare(said: &Said) -> Result<Experiment, Vec<Problem>> {
    let (experiment, problems) = declared(said);
    if problems.is_empty() { Ok(experiment) } else { Err(problems) }
}

/// As [`declare`], with what could be read beside the mistakes, so that the mistakes between values are told too.
pub fn declared(said: &Said) -> (Experiment, Vec<Problem>) {
    let mut declared = Declaring {
        experiment: Experiment { file: said.file.clone(), names: names_of(said), ..Experiment::default() },
        problems: Vec::new(),
    };
    for entry in &said.entries {
        let before = declared.problems.len();
        declared.entry(entry);
        if declared.problems.len() > before {
            declared.experiment.unread.push(entry.path.clone());
        }
    }
    let mut experiment = declared.finish();
    if experiment.mechanisms.is_empty() {
        experiment.mechanisms.push(nameless());
    }
    reference_first(&mut experiment.arms);
    experiment.names.rules = rules(&experiment);
    (experiment.names, experiment.rule_numbers) = crate::ranks::ranked(&experiment);
    crate::keys::give(&mut experiment);
    (experiment, declared.problems)
}

fn nameless() -> Mechanism {
    Mechanism {
        name: "as written".to_owned(),
        says: String::new(),
        like: None,
        patch: Patch::default(),
        key: 0,
        place: None,
    }
}

/// The part of a path that addresses the map: a patch's own, or the whole.
fn in_map(path: &Path) -> Path {
    match path.0.first().map(String::as_str) {
        Some("arm" | "mechanism") => path.without(2),
        Some("quick") => path.without(1),
        _ => path.clone(),
    }
}

/// The arm that changes nothing is what the others are set against, wherever it stands; without one it is the first.
fn reference_first(arms: &mut [Arm]) {
    if let Some(at) = arms.iter().position(|arm| arm.patch.is_empty()) {
        arms[..=at].rotate_right(1);
    }
}

/// Declared names, in order of the file, those of patches last. A mechanism may declare a new block; a name that merely
/// looks like a declared one is a slip, not a declaration.
fn names_of(said: &Said) -> Names {
    let mut names = Names::default();
    for entry in patches_last(said) {
        let path = in_map(&entry.path);
        let in_patch = path != entry.path;
        let (Some(section), Some(name)) = (path.0.first(), path.0.get(1)) else { continue };
        let list = match section.as_str() {
            "cell" => &mut names.cells,
            "field" => &mut names.fields,
            "vesicle" => &mut names.vesicles,
            _ => continue,
        };
        let a_slip =
            in_patch && vesicle_base::nearest::nearest(name, list.iter().map(String::as_str)).is_some();
        if !list.contains(name) && !a_slip {
            list.push(name.clone());
        }
    }
    names.molecules = molecules(said);
    names
}

/// Names of all rules, each once.
fn rules(experiment: &Experiment) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in experiment.all_items() {
        if let ["rule", name, ..] = item.path.segments().as_slice()
            && !names.iter().any(|known| known == name)
        {
            names.push((*name).to_owned());
        }
    }
    names
}

/// What was said, patches after what they change and arms last: neither their place in the file nor the order of arms
/// numbers a name.
fn patches_last(said: &Said) -> Vec<&SaidEntry> {
    let rank = |entry: &&SaidEntry| match entry.path.0.first().map(String::as_str) {
        Some("arm") => 2,
        Some("mechanism" | "quick") => 1,
        _ => 0,
    };
    let mut entries: Vec<&SaidEntry> = said.entries.iter().collect();
    entries.sort_by_key(rank);
    entries
}

/// Molecules that some rule reads as `captured NAME`.
fn molecules(said: &Said) -> Vec<String> {
    let mut molecules: Vec<String> = Vec::new();
    for entry in patches_last(said) {
        let Literal::Text(text) = &entry.literal else { continue };
        if !in_map(&entry.path).starts_with(&["rule"]) {
            continue;
        }
        let Ok(rule) = crate::grammar::rule::parse(text) else { continue };
        if let Some(name) = rule.signal.strip_prefix("captured ")
            && !molecules.iter().any(|known| known == name)
        {
            molecules.push(name.to_owned());
        }
    }
    molecules
}

struct Declaring {
    experiment: Experiment,
    problems: Vec<Problem>,
}

impl Declaring {
    fn entry(&mut self, entry: &SaidEntry) {
        let segments = entry.path.segments();
        match segments.as_slice() {
            ["quick", ..] => {
                if let Some(change) = self.change(entry) {
                    self.experiment.quick.changes.push(change);
                }
            }
            ["arm", name, ..] => self.arm(entry, name),
            ["mechanism", name, ..] => self.mechanism(entry, name),
            ["evidence", nth, key] => self.evidence(entry, nth, key),
            ["source", key] => self.source(entry, key),
            ["outcome", name] => self.outcome(entry, name),
            // A name is declared by its table, even when nothing is said of it.
            ["cell" | "field" | "vesicle", _] if entry.literal == Literal::EmptyTable => {}
            _ => {
                if let Some(change) = self.change(entry) {
                    Patch { changes: vec![change] }.apply(&mut self.experiment.base);
                }
            }
        }
    }

    fn change(&mut self, entry: &SaidEntry) -> Option<Change> {
        let path = in_map(&entry.path);
        let written = Written {
            path: &path,
            within: &entry.path.0[..entry.path.0.len() - path.0.len()],
            literal: &entry.literal,
            key_place: Some(&entry.key_place),
            place: Some(&entry.place),
        };
        match interpret(&written, &self.experiment.names) {
            Ok(change) => Some(change),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn arm(&mut self, entry: &SaidEntry, name: &str) {
        let at = self.experiment.arms.iter().position(|arm| arm.name == name).unwrap_or_else(|| {
            self.experiment.arms.push(Arm {
                name: name.to_owned(),
                patch: Patch::default(),
                key: 0,
                place: entry.key_place.clone(),
            });
            self.experiment.arms.len() - 1
        });
        if entry.path.0.len() == 2 {
            if entry.literal != Literal::EmptyTable {
                self.problems.push(
                    Problem::new(format!("wrong value of `{}`", entry.path))
                        .at(&entry.place)
                        .expected("a table, such as `{ inject = \"young\" }`")
                        .found(entry.literal.shown()),
                );
            }
        } else if let Some(change) = self.change(entry) {
            self.experiment.arms[at].patch.changes.push(change);
        }
    }

    fn mechanism(&mut self, entry: &SaidEntry, name: &str) {
        let list = &mut self.experiment.mechanisms;
        let at = list.iter().position(|known| known.name == name).unwrap_or_else(|| {
            list.push(Mechanism {
                name: name.to_owned(),
                place: Some(entry.key_place.clone()),
                ..nameless()
            });
            list.len() - 1
        });
        match (entry.path.segments().as_slice(), &entry.literal) {
            ([_, _, "says"], Literal::Text(text)) => self.experiment.mechanisms[at].says.clone_from(text),
            ([_, _, "like"], Literal::Text(text)) => {
                self.experiment.mechanisms[at].like = Some(text.clone());
            }
            ([_, _], Literal::EmptyTable) => {}
            _ => {
                if let Some(change) = self.change(entry) {
                    self.experiment.mechanisms[at].patch.changes.push(change);
                }
            }
        }
    }

    /// Keys of one evidence block go to the map, where the block's claims are read from at the end.
    fn evidence(&mut self, entry: &SaidEntry, nth: &str, key: &str) {
        let Some(change) = self.change(entry) else { return };
        let role = match key {
            "calibration" => ClaimRole::Calibration,
            "structural" => ClaimRole::Structural,
            "test" => ClaimRole::Test,
            _ => {
                Patch { changes: vec![change] }.apply(&mut self.experiment.base);
                return;
            }
        };
        let Literal::List(items) = &entry.literal else { return };
        for (literal, place) in items {
            let Literal::Text(text) = literal else { continue };
            let Some(claim) = claim::parse(text) else { continue };
            self.experiment.claims.push(Claim {
                text: text.clone(),
                claim,
                role,
                source: nth.to_owned(),
                at_min: None,
                n: None,
                key: 0,
                place: place.clone(),
            });
        }
    }

    fn source(&mut self, entry: &SaidEntry, key: &str) {
        if let Some(Change { items, .. }) = self.change(entry) {
            let text = items.first().map(|item| item.value.text()).unwrap_or_default();
            self.experiment.sources.push(Source { key: key.to_owned(), text });
        }
    }

    fn outcome(&mut self, entry: &SaidEntry, name: &str) {
        let Some(Change { items, .. }) = self.change(entry) else { return };
        let text = items.first().map(|item| item.value.text()).unwrap_or_default();
        if let Some(what) = outcome::parse(&text) {
            self.experiment.outcomes.push(Outcome {
                name: name.to_owned(),
                what,
                key: 0,
                place: Some(entry.place.clone()),
            });
        }
    }

    /// Gives every claim the source, time and n of its block.
    fn finish(&mut self) -> Experiment {
        let mut experiment = std::mem::take(&mut self.experiment);
        for claim in &mut experiment.claims {
            let nth = std::mem::take(&mut claim.source);
            let block = ["evidence", nth.as_str()];
            let key = |key| [block[0], block[1], key];
            experiment.base.text(&key("source")).unwrap_or_default().clone_into(&mut claim.source);
            claim.at_min = experiment.base.number(&key("at"));
            claim.n = experiment.base.number(&key("n")).map(|n| n as usize);
        }
        experiment
    }
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

    /// Names of the arms that claims name: those that most tests name first, of equals the one that stands earlier in
    /// them, then by other claims. No order of the file enters.
    pub fn arms_claimed(&self) -> Vec<&str> {
        let rank = |arm: &&Arm| {
            let places = |is_test: bool| {
                let claims = self.claims.iter().filter(move |c| (c.role == ClaimRole::Test) == is_test);
                claims.filter_map(|claim| claim.claim.arms().iter().position(|name| *name == arm.name))
            };
            let tests = places(true).count();
            (Reverse(tests), places(true).sum::<usize>(), Reverse(places(false).count()), arm.key)
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

/// Reads one `--set path=value`.
///
/// # Errors
/// All that is wrong with it.
pub fn setting(text: &str, names: &Names) -> Result<Change, Vec<Problem>> {
    let wrong = || {
        vec![
            Problem::new("wrong setting")
                .expected("`path=value`, such as `run.replicates=8`")
                .found(format!("`{text}`")),
        ]
    };
    let (path, value) = text.split_once('=').ok_or_else(wrong)?;
    let path = Path::parse(path.trim()).map_err(|_| wrong())?;
    let literal = literal_of(value.trim());
    interpret(&Written { path: &path, within: &[], literal: &literal, key_place: None, place: None }, names)
}

/// A value of the command line: a list between brackets, otherwise text or a bare number.
fn literal_of(text: &str) -> Literal {
    let nowhere = || Place { file: "--set".to_owned(), line: 1, column: 1 };
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let items =
            inner.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty());
        return Literal::List(items.map(|item| (Literal::Text(item.to_owned()), nowhere())).collect());
    }
    let bare = text.trim_matches('"');
    match bare.parse::<f64>() {
        Ok(number) if number.is_finite() => Literal::Number(number, bare.to_owned()),
        _ => Literal::Text(bare.to_owned()),
    }
}

/// The value of a map item as JSON-like text, for manifests: unit, prior and source included.
pub fn full_text(value: &Value) -> String {
    match value {
        Value::Number(quantity) => {
            let prior = quantity.prior_text();
            let prior = if prior.is_empty() { prior } else { format!(" ({prior})") };
            let source = quantity.source.as_ref().map_or(String::new(), |source| format!(" [{source}]"));
            format!("{}{prior}{source}", quantity.text())
        }
        other => other.text(),
    }
}
