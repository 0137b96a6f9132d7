//! Rules by index; one whose signal is 0 in this run is left out.

use super::response::{BY_CONTACT, MIMIC};
use super::{Labels, Lowering};
use crate::cycles;
use crate::grammar::vocabulary::{self, Act, Measure, Sense};
use crate::library::ImportedRule;
use tissue_cells::{Own, OwnSignal};
use tissue_sim::setup::{Behaviour, RuleSetup, Signal, Ways};
use vesicle_base::{Place, Problem};
use vesicle_cargo::profile::same_mirna;

/// Which of the rules of a setup was said where.
#[derive(Clone, Debug, Default)]
pub(super) struct WrittenRules {
    /// The name of each; none of those that were imported.
    names: Vec<Option<String>>,
    without_vesicles: bool,
}

impl Lowering<'_> {
    /// Names of rules, in order of what they say; those of the command line last.
    fn rule_names(&self) -> Vec<String> {
        let heads = self.map.items().iter().filter(|item| {
            item.path.starts_with(&["rule"]) && item.path.0.last().is_some_and(|part| part == "cell")
        });
        let mut names: Vec<String> = heads.map(|item| item.path.0[1].clone()).collect();
        let known = &self.experiment.names.rules;
        names.sort_by_key(|name| known.iter().position(|known| known == name).unwrap_or(usize::MAX));
        names
    }

    /// Programs that rules read, in order of first use.
    pub(super) fn programs_of_rules(&self) -> Vec<String> {
        let mut programs: Vec<String> = Vec::new();
        for rule in self.rule_names() {
            let words = self.map.text(&["rule", &rule, "signal"]).unwrap_or_default();
            if let Some(program) = words.strip_prefix("repression of ")
                && !programs.iter().any(|known| known == program)
            {
                programs.push(program.to_owned());
            }
        }
        programs
    }

    pub(super) fn rules(&mut self, labels: &Labels, without_vesicles: bool) -> Vec<RuleSetup> {
        if let Some(rules) = self.known_rules(labels, without_vesicles) {
            return rules;
        }
        let mut rules = Vec::new();
        let mut names = Vec::new();
        for rule in self.rule_names() {
            rules.extend(self.rule(&rule, labels, without_vesicles));
            names.resize(rules.len(), Some(rule));
        }
        rules.extend(self.imported(labels));
        names.resize(rules.len(), None);
        self.written = WrittenRules { names, without_vesicles };
        rules
    }

    /// The rules as written with the numbers of this map, where its names have the same indices.
    fn known_rules(&mut self, labels: &Labels, without_vesicles: bool) -> Option<Vec<RuleSetup>> {
        let known = self.known?;
        let is_known = known.as_written.labels == *labels
            && known.rules.without_vesicles == without_vesicles
            && known.rules.names.len() == known.as_written.setup.rules.len();
        if !is_known {
            return None;
        }
        let with_numbers = |(name, rule): (&Option<String>, &RuleSetup)| {
            let Some(name) = name else { return Some(*rule) };
            let [maximum, half, hill] =
                ["maximum", "half", "hill"].map(|part| self.number(&["rule", name, part]));
            Some(RuleSetup { maximum: maximum?, half: half?, hill: hill?, ..*rule })
        };
        known.rules.names.iter().zip(&known.as_written.setup.rules).map(with_numbers).collect()
    }

    /// One rule; none when a word is unknown (which the check has told), or its signal or behaviour is not in this run.
    fn rule(&mut self, rule: &str, labels: &Labels, without_vesicles: bool) -> Vec<RuleSetup> {
        let map = self.map;
        let text = |part| map.text(&["rule", rule, part]).unwrap_or_default();
        let names = &self.experiment.names;
        let kind = names.cells.iter().position(|cell| cell == text("cell"));
        let signal = vocabulary::signal(text("signal"), names);
        let behaviour = vocabulary::behaviour(text("behaviour"), names);
        let (Some(kind), Some(signal), Some(behaviour)) = (kind, signal, behaviour) else {
            return Vec::new();
        };
        let of_vesicles = matches!(
            signal.means,
            Sense::Repression
                | Sense::Copies
                | Sense::Captured
                | Sense::TakenUp
                | Sense::AllTakenUp
                | Sense::Labelled
                | Sense::AllLabelled
        );
        if of_vesicles && without_vesicles {
            return Vec::new();
        }
        let numbers = ["maximum", "half", "hill"].map(|part| self.number(&["rule", rule, part]));
        let [Some(maximum), Some(half), Some(hill)] = numbers else { return Vec::new() };
        let Some(behaviour) = act(behaviour.means, &behaviour.name, names, labels) else { return Vec::new() };
        let place = map.at(&["rule", rule, "behaviour"]).and_then(|item| item.place.clone());
        self.check_phase(text("cell"), behaviour, place.as_ref());
        let rises = text("direction") == "increases";
        senses(signal.means, &signal.name, names, labels)
            .into_iter()
            .map(|signal| RuleSetup {
                kind: kind as u16,
                signal,
                rises,
                behaviour,
                maximum,
                half,
                hill,
                applies_to_dead: false,
            })
            .collect()
    }

    /// Tells a rule on a phase that the cell's cycle does not have.
    fn check_phase(&mut self, cell: &str, behaviour: Behaviour, place: Option<&Place>) {
        let Behaviour::Own(own) = behaviour else { return };
        let Some(before) = LATER_PHASES.iter().position(|phase| *phase == own) else { return };
        let model = self.map.text(&["cell", cell, "cycle_model"]).unwrap_or(cycles::FIRST);
        let last = cycles::model(model).phases().len() - 1;
        if before + 1 > last {
            let what = format!("rule on phase {} of `{cell}`, whose cycle is `{model}`", before + 1);
            let problem =
                Problem::new(what).expected(format!("a phase up to {last}, or another cycle_model"));
            self.problems.push(match place {
                Some(place) => problem.at(place),
                None => problem,
            });
        }
    }

    /// Rules of an imported file; every unknown word is a mistake of that file.
    fn imported(&mut self, labels: &Labels) -> Vec<RuleSetup> {
        let Some(item) = self.map.at(&["rules", "import"]).cloned() else { return Vec::new() };
        let Some(file) = self.kept(self.library.rules(&item.value.text()), item.place.as_ref()) else {
            return Vec::new();
        };
        file.skipped.iter().for_each(|note| self.note(note.clone()));
        file.rules.iter().flat_map(|row| self.import(row, labels)).collect()
    }

    fn import(&mut self, row: &ImportedRule, labels: &Labels) -> Vec<RuleSetup> {
        let names = &self.experiment.names;
        let signals = vocabulary::all(vocabulary::SIGNALS, names);
        let behaviours = vocabulary::all(vocabulary::BEHAVIOURS, names);
        let kind = names.cells.iter().position(|cell| *cell == row.cell);
        let signal = vocabulary::signal(&row.signal, names);
        let behaviour = vocabulary::behaviour(&row.behaviour, names);
        let words = [
            ("cell", &row.cell, kind.is_some(), &names.cells),
            ("signal", &row.signal, signal.is_some(), &signals),
            ("behaviour", &row.behaviour, behaviour.is_some(), &behaviours),
        ];
        let unknown = words.into_iter().filter(|(_, _, known, _)| !known).map(|(sort, word, _, all)| {
            Problem::new(format!("unknown {sort} `{word}`"))
                .at(&row.place)
                .expected(format!("one of {}", crate::registry::listed(all.iter().map(String::as_str))))
                .nearest(word, all.iter().map(String::as_str))
        });
        self.problems.extend(unknown);
        let (Some(kind), Some(signal), Some(behaviour)) = (kind, signal, behaviour) else {
            return Vec::new();
        };
        let Some(act) = act(behaviour.means, &behaviour.name, names, labels) else { return Vec::new() };
        self.check_phase(&row.cell, act, Some(&row.place));
        let maximum = row.maximum * unit_of(behaviour.measure, &behaviour.name, labels);
        let half = row.half * unit_of(signal.measure, &signal.name, labels);
        senses(signal.means, &signal.name, names, labels)
            .into_iter()
            .map(|signal| RuleSetup {
                kind: kind as u16,
                signal,
                rises: row.rises,
                behaviour: act,
                maximum,
                half,
                hill: row.hill,
                applies_to_dead: row.applies_to_dead,
            })
            .collect()
    }
}

/// Phases beyond the first that a rule may move, by number.
const LATER_PHASES: [Own; 5] =
    [Own::PhaseExit1, Own::PhaseExit2, Own::PhaseExit3, Own::PhaseExit4, Own::PhaseExit5];

/// What a bare number of an imported file counts: the unit of the field, or the simulator's own unit.
fn unit_of(measure: Measure, field: &str, labels: &Labels) -> f64 {
    let of_field = || {
        let unit = labels.field_units.get(position(&labels.fields, field)?)?;
        Some(vesicle_base::quantity::parse(&format!("1 {unit}")).ok()?.value)
    };
    match measure {
        Measure::Of(_) => 1.0,
        Measure::Field | Measure::Gradient => of_field().unwrap_or(1.0),
    }
}

fn position(list: &[String], name: &str) -> Option<usize> {
    list.iter().position(|known| known == name)
}

/// Signals by index; copies of a miRNA are those by nature, as a mimic and by contact together.
fn senses(means: Sense, name: &str, names: &crate::registry::Names, labels: &Labels) -> Vec<Signal> {
    let one = |signal: Option<Signal>| signal.into_iter().collect();
    match means {
        Sense::FieldValue => one(position(&labels.fields, name).map(Signal::Field)),
        Sense::FieldGradient => one(position(&labels.fields, name).map(Signal::Gradient)),
        Sense::Own(own) => vec![Signal::Own(own)],
        Sense::Contact => {
            one(position(&names.cells, name).map(|kind| Signal::Own(OwnSignal::ContactWithKind(kind as u16))))
        }
        Sense::Repression => one(position(&labels.programs, name).map(Signal::Repression)),
        Sense::Copies | Sense::Captured => {
            let is_it = |label: &String| {
                same_mirna(label, name)
                    || [MIMIC, BY_CONTACT]
                        .iter()
                        .any(|way| label.strip_suffix(way).is_some_and(|label| same_mirna(label, name)))
            };
            let found = labels.species.iter().enumerate().filter(|(_, label)| is_it(label));
            let ways = Ways::of(found.map(|(species, _)| species));
            if ways.is_empty() { vec![] } else { vec![Signal::Copies(ways)] }
        }
        Sense::TakenUp => one(position(&labels.populations, name).map(Signal::TakenUp)),
        Sense::AllTakenUp => vec![Signal::AllTakenUp],
        Sense::Labelled => one(position(&labels.populations, name).map(Signal::Labelled)),
        Sense::AllLabelled => vec![Signal::AllLabelled],
    }
}

fn act(means: Act, name: &str, names: &crate::registry::Names, labels: &Labels) -> Option<Behaviour> {
    Some(match means {
        Act::Own(own) => Behaviour::Own(own),
        Act::Uptake => Behaviour::Uptake(position(&labels.fields, name)?),
        Act::Secretion => Behaviour::Secretion(position(&labels.fields, name)?),
        Act::SecretionTarget => Behaviour::Target(position(&labels.fields, name)?),
        Act::Release => Behaviour::Release(position(&labels.populations, name)?),
        Act::Chemotaxis => Behaviour::Chemotaxis(position(&labels.fields, name)?),
        Act::Transformation => Behaviour::Transformation(position(&names.cells, name)? as u16),
        Act::AsymmetricDivision => Behaviour::AsymmetricDivision(position(&names.cells, name)? as u16),
        Act::Eating => Behaviour::Eating(position(&names.cells, name)? as u16),
    })
}
