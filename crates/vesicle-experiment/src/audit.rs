//! The assumption audit: what is measured, what is assumed, what is a choice, what nobody has read.

use crate::experiment::Experiment;
use crate::map::{Item, Map, Value};
use crate::registry::Role;

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// From a source that somebody read.
    Sourced,
    /// Assumed, and said so.
    Assumed,
    /// Cites a source that nobody has read.
    Unread,
    /// A choice of the design.
    Design,
}

impl Known {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::Assumed => "assumed",
            Self::Unread => "unread",
            Self::Design => "design",
        }
    }
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The path.
    pub path: String,
    /// The value as written.
    pub value: String,
    /// The prior as written; empty without one.
    pub prior: String,
    /// The key of its source; empty for choices.
    pub source: String,
    /// What the source is.
    pub citation: String,
    /// How it is known.
    pub known: Known,
    /// Whether it is a default that the file does not say.
    pub is_default: bool,
}

/// One line per number that the run reads, in order of declaration; inherited paths are listed once, at their origin.
pub fn audit(experiment: &Experiment, map: &Map) -> Vec<Line> {
    map.items()
        .iter()
        .filter(|item| item.entry.role != Role::After && item.path == item.origin)
        .filter(|item| item.place.is_some() || is_read(experiment, map, item))
        .filter_map(|item| {
            let quantity = item.quantity()?;
            let source = quantity.source.clone().unwrap_or_default();
            let citation = experiment.source(&source).unwrap_or_default().to_owned();
            let known = if item.entry.role == Role::Design {
                Known::Design
            } else if quantity.is_assumed() {
                Known::Assumed
            } else if citation.starts_with("unread:") {
                Known::Unread
            } else {
                Known::Sourced
            };
            Some(Line {
                path: item.path.to_string(),
                value: quantity.text(),
                prior: quantity.prior_text(),
                source,
                citation,
                known,
                is_default: item.place.is_none(),
            })
        })
        .collect()
}

/// Whether anything reads a default: there are vessels, free mimics, vesicles.
fn is_read(experiment: &Experiment, map: &Map, item: &Item) -> bool {
    let says = |path: &[&str]| {
        map.at(path).is_some() || experiment.all_items().any(|item| item.path.starts_with(path))
    };
    match item.path.segments().first() {
        Some(&"vessel") => says(&["vessel", "of"]),
        Some(&"mimic") => {
            let injects = |item: &Item| item.path.starts_with(&["inject"]) && names_a_mimic(&item.value);
            map.items().iter().chain(experiment.all_items()).any(injects)
        }
        Some(&"response") => !experiment.names.vesicles.is_empty() || says(&["contact", "between"]),
        _ => true,
    }
}

fn names_a_mimic(value: &Value) -> bool {
    matches!(value, Value::Names(names) if names.iter().any(|name| name.starts_with("mimic ")))
}

/// How many lines are known in each way: sourced, assumed, unread, design.
pub fn counts(lines: &[Line]) -> [usize; 4] {
    [Known::Sourced, Known::Assumed, Known::Unread, Known::Design]
        .map(|known| lines.iter().filter(|line| line.known == known).count())
}
