//! Rules by index; one whose signal is 0 in this run is left out.

use super::{Labels, Lowering};
use crate::grammar::vocabulary::{self, Act, Sense};
use tissue_cells::Own;
use tissue_sim::setup::{Behaviour, RuleSetup, Signal};
use vesicle_cargo::profile::same_mirna;

impl Lowering<'_> {
    /// Names of rules, in order of the map.
    fn rule_names(&self) -> Vec<String> {
        let heads = self.map.items().iter().filter(|item| {
            item.path.starts_with(&["rule"]) && item.path.0.last().is_some_and(|part| part == "cell")
        });
        heads.map(|item| item.path.0[1].clone()).collect()
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
        let mut rules = Vec::new();
        for rule in self.rule_names() {
            rules.extend(self.rule(&rule, labels, without_vesicles));
        }
        rules
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
            Sense::Repression | Sense::Copies | Sense::Captured | Sense::TakenUp | Sense::AllTakenUp
        );
        if of_vesicles && without_vesicles {
            return Vec::new();
        }
        let numbers = ["maximum", "half", "hill"].map(|part| self.number(&["rule", rule, part]));
        let [Some(maximum), Some(half), Some(hill)] = numbers else { return Vec::new() };
        let Some(behaviour) = act(behaviour.means, &behaviour.name, names, labels) else { return Vec::new() };
        let rises = text("direction") == "increases";
        senses(signal.means, &signal.name, names, labels)
            .into_iter()
            .map(|signal| RuleSetup { kind: kind as u16, signal, rises, behaviour, maximum, half, hill })
            .collect()
    }
}

fn position(list: &[String], name: &str) -> Option<usize> {
    list.iter().position(|known| known == name)
}

/// Signals by index; a miRNA that is followed both by nature and as a mimic is two signals of one rule.
fn senses(means: Sense, name: &str, names: &crate::registry::Names, labels: &Labels) -> Vec<Signal> {
    let one = |signal: Option<Signal>| signal.into_iter().collect();
    match means {
        Sense::FieldValue => one(position(&labels.fields, name).map(Signal::Field)),
        Sense::FieldGradient => one(position(&labels.fields, name).map(Signal::Gradient)),
        Sense::Pressure => vec![Signal::Pressure],
        Sense::Contact => one(position(&names.cells, name).map(|kind| Signal::Contact(kind as u16))),
        Sense::Repression => one(position(&labels.programs, name).map(Signal::Repression)),
        Sense::Copies | Sense::Captured => {
            let is_it = |label: &String| {
                same_mirna(label, name)
                    || label.strip_suffix(" mimic").is_some_and(|mimic| same_mirna(mimic, name))
            };
            let found = labels.species.iter().enumerate().filter(|(_, label)| is_it(label));
            found.map(|(species, _)| Signal::Copies(species)).collect()
        }
        Sense::TakenUp => one(position(&labels.populations, name).map(Signal::TakenUp)),
        Sense::AllTakenUp => vec![Signal::AllTakenUp],
        Sense::Time => vec![Signal::Time],
    }
}

fn act(means: Act, name: &str, names: &crate::registry::Names, labels: &Labels) -> Option<Behaviour> {
    Some(match means {
        Act::CycleEntry => Behaviour::Own(Own::CycleEntry),
        Act::Apoptosis => Behaviour::Own(Own::Apoptosis),
        Act::Necrosis => Behaviour::Own(Own::Necrosis),
        Act::MigrationSpeed => Behaviour::Own(Own::MigrationSpeed),
        Act::MigrationBias => Behaviour::Own(Own::MigrationBias),
        Act::Persistence => Behaviour::Own(Own::Persistence),
        Act::Adhesion => Behaviour::Own(Own::Adhesion),
        Act::Repulsion => Behaviour::Own(Own::Repulsion),
        Act::Uptake => Behaviour::Uptake(position(&labels.fields, name)?),
        Act::Secretion => Behaviour::Secretion(position(&labels.fields, name)?),
        Act::SecretionTarget => Behaviour::Target(position(&labels.fields, name)?),
        Act::Release => Behaviour::Release(position(&labels.populations, name)?),
        Act::Transformation => Behaviour::Transformation(position(&names.cells, name)? as u16),
    })
}
