//! From what was said to an experiment: which entry is a patch, a name, a claim, an outcome, or a value of the base.

use super::{Arm, Claim, ClaimRole, Experiment, Mechanism, Outcome, Patch, Source};
use crate::grammar::{claim, outcome};
use crate::interpret::{Change, Written, interpret};
use crate::path::Path;
use crate::registry::Names;
use crate::said::{Literal, Said, SaidEntry};
use vesicle_base::Problem;

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
