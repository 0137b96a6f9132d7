//! The map of one run: base, then mechanism, arm, quick, settings; then `like`; then defaults; then the prior draw.

use crate::experiment::{Experiment, Mechanism, Patch};
use crate::interpret::{Written, interpret};
use crate::map::{Item, Map};
use crate::path::Path;
use crate::registry::{Kind, Names, TABLE};
use crate::said::Literal;
use crate::template::Template;
use vesicle_base::Problem;

/// Which run of an experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Index of the arm in the file.
    pub arm: usize,
    /// Index of the mechanism in the file.
    pub mechanism: usize,
    /// Prior draw; 0 takes the values as written.
    pub draw: u32,
}

/// Patches that hold for every run of one command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `--quick`.
    pub quick: bool,
    /// `--set`, in order.
    pub set: Patch,
}

/// The map of one run.
///
/// # Errors
/// A `like` that names nothing or runs in a circle.
pub fn compile(experiment: &Experiment, settings: &Settings, choice: Choice) -> Result<Map, Vec<Problem>> {
    if choice.draw == 0 {
        return as_written(experiment, settings, choice);
    }
    Ok(Template::new(experiment, settings, choice)?.draw(choice.draw).clone())
}

/// The map before any draw.
pub(crate) fn as_written(
    experiment: &Experiment,
    settings: &Settings,
    choice: Choice,
) -> Result<Map, Vec<Problem>> {
    let mut map = experiment.base.clone();
    for mechanism in chain(experiment, choice.mechanism)? {
        mechanism.patch.apply(&mut map);
    }
    if let Some(arm) = experiment.arms.get(choice.arm) {
        arm.patch.apply(&mut map);
    }
    if settings.quick {
        experiment.quick.apply(&mut map);
    }
    settings.set.apply(&mut map);
    resolve_likes(&mut map, &experiment.names)?;
    crate::cycles::fill(&mut map, &experiment.names);
    fill_defaults(&mut map, &experiment.names);
    Ok(map)
}

/// A mechanism after those it is like, the farthest first.
fn chain(experiment: &Experiment, index: usize) -> Result<Vec<&Mechanism>, Vec<Problem>> {
    let mut chain: Vec<&Mechanism> = Vec::new();
    let mut next = experiment.mechanisms.get(index);
    while let Some(mechanism) = next {
        if chain.iter().any(|known| known.name == mechanism.name) {
            return Err(vec![circle(&mechanism.name, mechanism.place.as_ref())]);
        }
        chain.push(mechanism);
        next = match &mechanism.like {
            None => None,
            Some(name) => Some(experiment.mechanisms.iter().find(|m| m.name == *name).ok_or_else(|| {
                let known = experiment.mechanisms.iter().map(|m| m.name.as_str());
                vec![unknown_like(name, mechanism.place.as_ref(), known)]
            })?),
        };
    }
    chain.reverse();
    Ok(chain)
}

fn circle(name: &str, place: Option<&vesicle_base::Place>) -> Problem {
    let problem = Problem::new(format!("`{name}` is like itself")).expected("a chain of `like` that ends");
    place.map_or(problem.clone(), |place| problem.at(place))
}

fn unknown_like<'a>(
    name: &str,
    place: Option<&vesicle_base::Place>,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Problem {
    let problem = Problem::new(format!("`like` names an unknown block `{name}`"))
        .expected(crate::registry::listed(known.clone()))
        .nearest(name, known);
    place.map_or(problem.clone(), |place| problem.at(place))
}

/// Copies into every block what it does not say itself and the block it is like does; such an item keeps its origin,
/// so that it shares the prior draw.
fn resolve_likes(map: &mut Map, names: &Names) -> Result<(), Vec<Problem>> {
    for (section, blocks) in [("cell", &names.cells), ("vesicle", &names.vesicles)] {
        for block in blocks {
            let mut seen = vec![block.as_str()];
            let mut from = block.clone();
            while let Some(like) = map.at(&[section, &from, "like"]).cloned() {
                let name = like.value.text();
                let Some(found) = blocks.iter().find(|known| **known == name) else {
                    return Err(vec![unknown_like(
                        &name,
                        like.place.as_ref(),
                        blocks.iter().map(String::as_str),
                    )]);
                };
                if seen.contains(&found.as_str()) {
                    return Err(vec![circle(found, like.place.as_ref())]);
                }
                inherit(map, section, block, found);
                seen.push(found);
                from.clone_from(found);
            }
        }
    }
    Ok(())
}

fn inherit(map: &mut Map, section: &str, block: &str, from: &str) {
    let there: Vec<Item> =
        map.items().iter().filter(|item| item.path.starts_with(&[section, from])).cloned().collect();
    for item in there {
        let mut path = item.path.clone();
        block.clone_into(&mut path.0[1]);
        let said = map.get(&path).is_some() || path.0[2] == "like" || start_is_said(map, &path);
        if !said {
            map.set(Item { path, ..item });
        }
    }
}

/// Whether a whole start was said where one of its parts would be inherited.
fn start_is_said(map: &Map, path: &Path) -> bool {
    path.0.get(2).is_some_and(|key| key == "start")
        && map.at(&[path.0[0].as_str(), path.0[1].as_str(), "start", "how"]).is_some()
}

/// Sets what the registry holds when nothing was said, for every declared block.
fn fill_defaults(map: &mut Map, names: &Names) {
    for entry in TABLE.iter().filter(|entry| entry.kind != Kind::Rule) {
        let Some(default) = entry.default else { continue };
        for path in paths_of(entry.pattern, names) {
            let written = Written {
                path: &path,
                within: &[],
                literal: &Literal::Text(default.to_owned()),
                key_place: None,
                place: None,
            };
            let Ok(change) = interpret(&written, names) else { continue };
            // Parts of a start without a word on how leave that word to be asked for, not to be `none`.
            let in_parts =
                entry.kind == Kind::Start && map.items().iter().any(|item| item.path.0.starts_with(&path.0));
            let said = in_parts
                || map.get(&path).is_some()
                || change.items.iter().any(|item| map.get(&item.path).is_some());
            if !said {
                change.items.into_iter().for_each(|item| map.set(item));
            }
        }
    }
}

/// All paths of a pattern for the declared names.
fn paths_of(pattern: &str, names: &Names) -> Vec<Path> {
    let mut paths = vec![Path::default()];
    for segment in pattern.split('.') {
        let words: Vec<String> = match segment {
            "<cell>" => names.cells.clone(),
            "<field>" => names.fields.clone(),
            "<vesicle>" => names.vesicles.clone(),
            _ if segment.starts_with('<') => vec![],
            _ => vec![segment.to_owned()],
        };
        paths = paths.iter().flat_map(|path| words.iter().map(|word| path.join(word))).collect();
    }
    paths
}
