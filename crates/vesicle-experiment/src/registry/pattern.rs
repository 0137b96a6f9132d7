//! Matching a path against the patterns of the table, and finding the nearest right one.

use super::{Entry, TABLE};
use crate::path::Path;
use vesicle_base::nearest::nearest;

/// The names that an experiment declares, by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Cell types, in order of what is said of them, as all names.
    pub cells: Vec<String>,
    /// Fields.
    pub fields: Vec<String>,
    /// Vesicle populations.
    pub vesicles: Vec<String>,
    /// Molecules besides miRNA that a rule reads as `captured NAME`.
    pub molecules: Vec<String>,
    /// Rules.
    pub rules: Vec<String>,
}

impl Names {
    /// The names that a placeholder stands for; `None` when any name will do.
    fn of(&self, placeholder: &str) -> Option<&[String]> {
        match placeholder {
            "<cell>" => Some(&self.cells),
            "<field>" => Some(&self.fields),
            "<vesicle>" => Some(&self.vesicles),
            "<molecule>" => Some(&self.molecules),
            _ => None,
        }
    }
}

/// Phases of a cycle, as PhysiCell counts them.
const PHASES: [&str; 6] = ["0", "1", "2", "3", "4", "5"];

/// An entry that a path matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// The line of the table.
    pub entry: &'static Entry,
}

fn segments(entry: &Entry) -> impl Iterator<Item = &'static str> + use<> {
    entry.pattern.split('.')
}

fn fits(pattern: &str, segment: &str, names: &Names) -> bool {
    if !pattern.starts_with('<') {
        return pattern == segment;
    }
    if pattern == "<phase>" {
        return PHASES.contains(&segment);
    }
    match names.of(pattern) {
        Some(known) => known.iter().any(|name| name == segment),
        None => !segment.is_empty(),
    }
}

/// How many leading segments of `path` fit the entry.
fn fitting(entry: &Entry, path: &Path, names: &Names) -> usize {
    segments(entry).zip(&path.0).take_while(|(pattern, segment)| fits(pattern, segment, names)).count()
}

pub(super) fn find(path: &Path, names: &Names) -> Option<Matched> {
    TABLE
        .iter()
        .find(|entry| segments(entry).count() == path.0.len() && fitting(entry, path, names) == path.0.len())
        .map(|entry| Matched { entry })
}

/// Where a path leaves the table: the segment that does not fit, and what could stand there.
pub(super) fn suggestions(path: &Path, names: &Names) -> (String, Vec<String>) {
    let best = TABLE.iter().map(|entry| fitting(entry, path, names)).max().unwrap_or(0);
    let mut options: Vec<String> = Vec::new();
    for entry in TABLE.iter().filter(|entry| fitting(entry, path, names) == best) {
        let Some(next) = segments(entry).nth(best) else { continue };
        let words = if next == "<phase>" {
            PHASES.map(str::to_owned).to_vec()
        } else if next.starts_with('<') {
            names.of(next).unwrap_or_default().to_vec()
        } else {
            vec![next.to_owned()]
        };
        for word in words {
            if !options.contains(&word) {
                options.push(word);
            }
        }
    }
    let wrong = path.0.get(best).or(path.0.last()).cloned().unwrap_or_default();
    if let Some(near) = nearest(&wrong, options.iter().map(String::as_str)).map(str::to_owned) {
        options.retain(|option| *option != near);
        options.insert(0, near);
    }
    (wrong, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names { cells: vec!["tumour".into()], fields: vec!["oxygen".into()], ..Names::default() }
    }

    #[test]
    fn a_path_finds_its_entry() {
        let find = |text: &str| find(&Path::parse(text).unwrap(), &names()).map(|m| m.entry.pattern);
        assert_eq!(find("cell.tumour.oxygen.uptake"), Some("cell.<cell>.<field>.uptake"));
        assert_eq!(find("outcome.\"vessel area\""), Some("outcome.<outcome>"));
        assert_eq!(find("cell.tumor.cycle"), None);
        assert_eq!(find("cell.tumour"), None);
    }

    #[test]
    fn a_wrong_segment_gets_the_nearest_right_one() {
        let near = |text: &str| {
            let (wrong, options) = suggestions(&Path::parse(text).unwrap(), &names());
            (wrong, options.first().cloned().unwrap_or_default())
        };
        assert_eq!(near("cell.tumour.oxigen.uptake"), ("oxigen".into(), "oxygen".into()));
        assert_eq!(near("field.oxygen.difusion"), ("difusion".into(), "diffusion".into()));
        assert_eq!(near("tisue.size"), ("tisue".into(), "tissue".into()));
    }

    #[test]
    fn every_pattern_stands_once() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(TABLE.iter().all(|entry| seen.insert(entry.pattern)), "a pattern stands twice");
    }
}
