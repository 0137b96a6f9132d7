//! Mistakes that no single line shows: names that are not there, units that disagree, arms that are alike.

use crate::compile::{Choice, Settings, compile};
use crate::experiment::{Arm, Claim, Experiment};
use crate::grammar::claim::{self, ClaimText};
use crate::grammar::outcome::OutcomeText;
use crate::grammar::vocabulary::{self, Measure};
use crate::map::{Item, Map, Value};
use crate::path::Path;
use crate::registry::{Kind, Named, listed};
use std::collections::BTreeMap;
use vesicle_base::{Dimension, Place, Problem};

/// All mistakes of a declared experiment that do not need its tables.
pub fn check(experiment: &Experiment) -> Vec<Problem> {
    let mut problems = Vec::new();
    for item in experiment.all_items() {
        problems.extend(unknown_names(experiment, item));
        problems.extend(unknown_source(experiment, item));
    }
    problems.extend(arms(experiment));
    match maps(experiment) {
        Ok(maps) => {
            problems.extend(units(experiment, &maps));
            problems.extend(rules(experiment, &maps));
            problems.extend(alike(experiment, &maps));
        }
        Err(found) => problems.extend(found),
    }
    problems.extend(outcomes(experiment));
    problems.extend(experiment.claims.iter().flat_map(|claim| claim_names(experiment, claim)));
    in_order(problems)
}

/// Sorted by place and without repeats.
pub fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| a.place.cmp(&b.place));
    let mut seen: Vec<Problem> = Vec::new();
    for problem in problems {
        if !seen.contains(&problem) {
            seen.push(problem);
        }
    }
    seen
}

/// Maps of all arms under the first mechanism, then of the first arm under all mechanisms.
fn maps(experiment: &Experiment) -> Result<Vec<Map>, Vec<Problem>> {
    let settings = Settings::default();
    let arms = (0..experiment.arms.len().max(1)).map(|arm| Choice { arm, mechanism: 0, draw: 0 });
    let mechanisms = (1..experiment.mechanisms.len()).map(|mechanism| Choice { arm: 0, mechanism, draw: 0 });
    arms.chain(mechanisms).map(|choice| compile(experiment, &settings, choice)).collect()
}

fn at(problem: Problem, place: Option<&Place>) -> Problem {
    match place {
        Some(place) => problem.at(place),
        None => problem,
    }
}

fn unknown_names(experiment: &Experiment, item: &Item) -> Vec<Problem> {
    let (named, words) = match (item.entry.kind, &item.value) {
        (Kind::Name(named), Value::Text(text)) => (named, vec![text.clone()]),
        (Kind::Names(named), Value::Names(names)) => (named, names.clone()),
        _ => return vec![],
    };
    let names = &experiment.names;
    let sources: Vec<String> = experiment.sources.iter().map(|source| source.key.clone()).collect();
    let known: Vec<String> = match named {
        Named::Cell => names.cells.clone(),
        Named::Field => names.fields.clone(),
        Named::Vesicle => names.vesicles.clone(),
        Named::Source => sources,
        Named::Injection => {
            names.vesicles.iter().chain(&names.fields).cloned().chain(["none".into()]).collect()
        }
        Named::Mirna => return vec![],
    };
    let free_mimic = |word: &str| named == Named::Injection && word.strip_prefix("mimic ").is_some();
    words
        .iter()
        .filter(|word| !known.contains(word) && !free_mimic(word))
        .map(|word| {
            let problem = Problem::new(format!("unknown name `{word}` in `{}`", item.path))
                .expected(format!("{}: {}", named.words(), listed(known.iter().map(String::as_str))))
                .nearest(word, known.iter().map(String::as_str));
            at(problem, item.place.as_ref())
        })
        .collect()
}

fn unknown_source(experiment: &Experiment, item: &Item) -> Option<Problem> {
    let source = item.quantity()?.source.as_deref()?;
    if source == "assumed" || experiment.source(source).is_some() {
        return None;
    }
    let known: Vec<&str> =
        experiment.sources.iter().map(|source| source.key.as_str()).chain(["assumed"]).collect();
    let problem = Problem::new(format!("undefined source `{source}` in `{}`", written_at(item)))
        .expected("`assumed`, or a key of the [source] table")
        .nearest(source, known);
    Some(at(problem, item.place.as_ref()))
}

/// The path under which a value was written: a rule and a start are one string with several values.
fn written_at(item: &Item) -> Path {
    let n = match item.path.segments()[..] {
        ["rule", ..] => 2,
        [_, _, "start", ..] => 3,
        _ => item.path.0.len(),
    };
    Path(item.path.0[..n].to_vec())
}

/// One arm may be empty: the reference.
fn arms(experiment: &Experiment) -> Vec<Problem> {
    if experiment.arms.is_empty() {
        return vec![Problem::new("no arms").expected("an [arm] table, such as `saline = {}`")];
    }
    let understood = |arm: &&Arm| !experiment.is_unread_below(&["arm", &arm.name]);
    let empty = experiment.arms.iter().skip(1).filter(|arm| arm.patch.is_empty()).filter(understood);
    empty
        .map(|arm| {
            Problem::new(format!("arm `{}` changes nothing", arm.name))
                .at(&arm.place)
                .expected("a change: one arm may be empty, and is the reference")
        })
        .collect()
}

/// Two arms with equal maps are one arm with two names.
fn alike(experiment: &Experiment, maps: &[Map]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (b, arm) in experiment.arms.iter().enumerate() {
        if arm.patch.is_empty() || experiment.is_unread_below(&["arm", &arm.name]) {
            continue;
        }
        for (a, other) in experiment.arms[..b].iter().enumerate() {
            if maps[a].says_the_same(&maps[b]) {
                problems.push(
                    Problem::new(format!("arms `{}` and `{}` are alike", other.name, arm.name))
                        .at(&arm.place)
                        .expected("arms that differ in what the run reads"),
                );
            }
        }
    }
    problems
}

/// The field that a value is measured in, when the path says it.
fn field_of(item: &Item, map: &Map) -> Option<String> {
    let segments = item.path.segments();
    match segments.as_slice() {
        ["cell", cell, "necrosis", "below"] => map.text(&["cell", cell, "necrosis", "of"]).map(str::to_owned),
        ["field", field, ..] | ["cell", _, field, "target"] | ["vessel", "perfused", field] => {
            Some((*field).to_owned())
        }
        ["vessel", "branch", "above"] => {
            let cell = map.text(&["vessel", "of"])?;
            map.text(&["cell", cell, "migration", "up"]).map(str::to_owned)
        }
        _ => None,
    }
}

/// The unit of every field, from the first value that has one; later ones must agree.
pub fn field_units(map: &Map) -> BTreeMap<String, (Dimension, String)> {
    let mut units = BTreeMap::new();
    for item in map.items().iter().filter(|item| item.entry.kind == Kind::Concentration) {
        if let (Some(field), Some(quantity)) = (field_of(item, map), item.quantity()) {
            units.entry(field).or_insert_with(|| (quantity.dimension, quantity.unit.clone()));
        }
    }
    units
}

fn units(_experiment: &Experiment, maps: &[Map]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for map in maps {
        let units = field_units(map);
        for item in map.items().iter().filter(|item| item.entry.kind == Kind::Concentration) {
            let (Some(field), Some(quantity)) = (field_of(item, map), item.quantity()) else { continue };
            let Some((dimension, unit)) = units.get(&field) else { continue };
            if quantity.dimension != *dimension {
                let problem = Problem::new(format!("unit of `{}` disagrees", item.path))
                    .expected(format!("the unit of `{field}`, such as `{unit}`"))
                    .found(format!("`{}`", quantity.text()));
                problems.push(at(problem, item.place.as_ref()));
            }
        }
    }
    problems
}

/// Rules: known cell, signal and behaviour, and values in their units.
fn rules(experiment: &Experiment, maps: &[Map]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for map in maps {
        let units = field_units(map);
        for item in map.items().iter().filter(|item| item.path.starts_with(&["rule"])) {
            let part = item.path.0.last().map_or("", String::as_str);
            let rule = item.path.0[1].as_str();
            match part {
                "signal" => problems.extend(unknown_word(experiment, item, true)),
                "behaviour" => problems.extend(unknown_word(experiment, item, false)),
                "maximum" | "half" => problems.extend(rule_unit(experiment, map, &units, rule, part, item)),
                _ => {}
            }
        }
    }
    problems
}

fn unknown_word(experiment: &Experiment, item: &Item, signal: bool) -> Option<Problem> {
    let words = item.value.text();
    let (known, all, sort) = if signal {
        (vocabulary::signal(&words, &experiment.names).is_some(), experiment.signals(), "signal")
    } else {
        (vocabulary::behaviour(&words, &experiment.names).is_some(), experiment.behaviours(), "behaviour")
    };
    if known {
        return None;
    }
    let problem = Problem::new(format!("unknown {sort} `{words}` in `rule.{}`", item.path.0[1]))
        .expected(format!("one of {}", listed(all.iter().map(String::as_str))))
        .nearest(&words, filled(&all, &words).iter().map(String::as_str));
    Some(at(problem, item.place.as_ref()))
}

/// The known words with each `<…>` replaced by what stands in its place, so that the rest can be compared.
fn filled(known: &[String], words: &str) -> Vec<String> {
    let fill = |pattern: &String| {
        let Some((fixed, _)) = pattern.split_once('<') else { return pattern.clone() };
        let n = fixed.split_whitespace().count();
        let rest: Vec<&str> = words.split_whitespace().skip(n).collect();
        format!("{fixed}{}", rest.join(" "))
    };
    known.iter().map(fill).collect()
}

fn rule_unit(
    experiment: &Experiment,
    map: &Map,
    units: &BTreeMap<String, (Dimension, String)>,
    rule: &str,
    part: &str,
    item: &Item,
) -> Option<Problem> {
    let words = map.text(&["rule", rule, if part == "half" { "signal" } else { "behaviour" }])?;
    let (measure, field) = if part == "half" {
        vocabulary::signal(words, &experiment.names).map(|word| (word.measure, word.name))?
    } else {
        vocabulary::behaviour(words, &experiment.names).map(|word| (word.measure, word.name))?
    };
    let expected = match measure {
        Measure::Of(dimension) => dimension,
        Measure::Field => units.get(&field)?.0,
        Measure::Gradient => {
            let unit = units.get(&field)?.0;
            Dimension { length: unit.length - 1, ..unit }
        }
    };
    let quantity = item.quantity()?;
    if quantity.dimension == expected {
        return None;
    }
    let problem = Problem::new(format!("unit of `{}` does not fit `{words}`", item.path))
        .expected(expected.described())
        .found(format!("`{}`", quantity.text()));
    Some(at(problem, item.place.as_ref()))
}

fn outcomes(experiment: &Experiment) -> Vec<Problem> {
    let mut problems = Vec::new();
    for outcome in &experiment.outcomes {
        let (name, known, sort) = match &outcome.what {
            OutcomeText::AreaFraction { kind }
            | OutcomeText::Count { kind, .. }
            | OutcomeText::Repression { kind, .. }
            | OutcomeText::TakenUp { kind }
            | OutcomeText::Labelled { kind } => (kind, &experiment.names.cells, "cell"),
            OutcomeText::FieldMean { field } => (field, &experiment.names.fields, "field"),
            OutcomeText::PerfusedVolume => {
                if experiment.base.at(&["vessel", "of"]).is_none() {
                    let problem = Problem::new(format!("outcome `{}` without vessels", outcome.name))
                        .expected("a [vessel] table that says which cells are joined");
                    problems.push(at(problem, outcome.place.as_ref()));
                }
                continue;
            }
        };
        if !known.contains(name) {
            let problem = Problem::new(format!("unknown {sort} `{name}` in outcome `{}`", outcome.name))
                .expected(listed(known.iter().map(String::as_str)))
                .nearest(name, known.iter().map(String::as_str));
            problems.push(at(problem, outcome.place.as_ref()));
        }
    }
    problems
}

/// A claim that could not come out otherwise, or that looks beyond what the file says is run.
fn claim_sense(experiment: &Experiment, claim: &Claim) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(name) = claim.claim.with_itself() {
        let problem = Problem::new(format!("claim that sets `{name}` against itself"));
        problems.push(
            problem.at(&claim.place).expected("two that differ: a claim that cannot fail is no evidence"),
        );
    }
    let lasts_min = experiment.base.number(&["run", "duration"]);
    if let (Some(at_min), Some(lasts_min)) = (claim.at_min, lasts_min)
        && at_min > lasts_min * (1.0 + 1e-9)
    {
        let days = |minutes: f64| format!("{} d", vesicle_base::quantity::short(minutes / 1440.0));
        let problem = Problem::new("claim after the end of the run").at(&claim.place);
        problems.push(problem.expected(format!("`at` up to {}", days(lasts_min))).found(days(at_min)));
    }
    problems
}

fn claim_names(experiment: &Experiment, claim: &Claim) -> Vec<Problem> {
    let outcomes: Vec<&str> =
        experiment.outcomes.iter().map(|outcome| outcome.name.as_str()).chain(["dose"]).collect();
    let arms: Vec<&str> = experiment.arms.iter().map(|arm| arm.name.as_str()).collect();
    let mut problems = Vec::new();
    let mut missing = |sort: &str, name: &str, known: &[&str]| {
        problems.push(
            Problem::new(format!("claim on a missing {sort} `{name}`"))
                .at(&claim.place)
                .expected(listed(known.iter().copied()))
                .nearest(name, known.iter().copied()),
        );
    };
    for name in claim.claim.outcomes() {
        if !outcomes.contains(&name) && !experiment.is_unread_below(&["outcome", name]) {
            missing("outcome", name, &outcomes);
        }
    }
    for name in claim.claim.arms() {
        if !arms.contains(&name) {
            missing("arm", name, &arms);
        }
    }
    if let ClaimText::SomeOf { pattern, .. } = &claim.claim
        && !arms.iter().any(|arm| claim::fits(pattern, arm))
    {
        missing("arm", pattern, &arms);
    }
    problems.extend(claim_sense(experiment, claim));
    if let ClaimText::Fills { outcome, .. } = &claim.claim
        && experiment.outcomes.iter().any(|known| known.name == *outcome && known.what.kind().is_none())
    {
        problems.push(
            Problem::new(format!("`{outcome}` cannot fill the section"))
                .at(&claim.place)
                .expected("an outcome that counts cells of one kind"),
        );
    }
    problems
}
