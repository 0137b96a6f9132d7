//! What is decided once and only read by the step: rules, which signals are wanted, numbers of behaviours.

use crate::setup::{Behaviour, Lack, RuleSetup, Setup, Signal, VesselSetup};
use tissue_cells::{BehaviourId, Own, OwnSignal, Rule, Rules, SensePlan, SignalId};

/// What a cell's role in its vessel decides.
const BY_ROLE: &[Own] = &[Own::CycleEntry, Own::MigrationSpeed, Own::Movable];

/// The plan of a tissue.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rules over signal and behaviour columns.
    pub rules: Rules,
    /// Every signal that some rule reads, in order of first use; its place is its column.
    pub signals: Vec<Signal>,
    /// Which of them cells sense themselves.
    pub sense: SensePlan,
    /// Lack of a field, per kind.
    pub lack: Vec<Option<Lack>>,
    /// The field that each kind heads up.
    pub heads_up: Vec<Option<usize>>,
    /// Cells that are joined into vessels.
    pub vessels: Option<VesselSetup>,
    /// Numbers of the behaviours that rooms other than the cells own.
    pub numbers: Numbers,
}

/// Numbers of the behaviours beyond the cell's own, laid out one block after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "they are all numbers of something")]
pub struct Numbers {
    n_fields: usize,
    n_populations: usize,
    n_kinds: usize,
}

impl Numbers {
    /// The layout for so many fields, populations and kinds.
    pub fn new(n_fields: usize, n_populations: usize, n_kinds: usize) -> Self {
        Self { n_fields, n_populations, n_kinds }
    }

    /// Number of plain fields.
    pub fn n_fields(&self) -> usize {
        self.n_fields
    }

    /// Secretion into a field.
    #[expect(clippy::unused_self, reason = "every number is asked of the one layout")]
    pub fn secretion(&self, field: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + field) as u16)
    }

    /// Target of the secretion into a field.
    pub fn target(&self, field: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + self.n_fields + field) as u16)
    }

    /// Uptake of a field.
    pub fn uptake(&self, field: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + 2 * self.n_fields + field) as u16)
    }

    /// Release of a population.
    pub fn release(&self, population: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + 3 * self.n_fields + population) as u16)
    }

    /// Becoming a kind.
    pub fn transformation(&self, kind: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + 3 * self.n_fields + self.n_populations + kind) as u16)
    }

    /// All behaviours, the cell's own included.
    pub fn count(&self) -> usize {
        Own::COUNT + 3 * self.n_fields + self.n_populations + self.n_kinds
    }

    /// Number of a behaviour that a rule moves.
    pub fn of(&self, behaviour: Behaviour) -> BehaviourId {
        match behaviour {
            Behaviour::Own(own) => own.id(),
            Behaviour::Secretion(field) => self.secretion(field),
            Behaviour::Target(field) => self.target(field),
            Behaviour::Uptake(field) => self.uptake(field),
            Behaviour::Release(population) => self.release(population),
            Behaviour::Transformation(kind) => self.transformation(usize::from(kind)),
        }
    }
}

impl Plan {
    /// The plan of a setup.
    pub fn of(setup: &Setup) -> Self {
        let numbers = Numbers::new(setup.fields.len(), setup.populations.len(), setup.kinds.len());
        let mut signals: Vec<Signal> = Vec::new();
        let rows = setup.rules.iter().map(|rule| row(rule, &mut signals, &numbers)).collect();
        let wanted = signals
            .iter()
            .enumerate()
            .filter_map(|(column, signal)| own(*signal).map(|own| (own, SignalId(column as u16))))
            .collect();
        Self {
            rules: Rules::new(rows),
            sense: SensePlan::new(wanted),
            signals,
            lack: setup.kinds.iter().map(|kind| kind.lack).collect(),
            heads_up: setup.kinds.iter().map(|kind| kind.heads_up).collect(),
            vessels: setup.vessels.clone(),
            numbers,
        }
    }

    /// Behaviours that need a column: those that rules move, necrosis where a lack drives it, and what a cell's role in
    /// its vessel decides.
    pub fn ruled(&self) -> Vec<BehaviourId> {
        let lack = self.lack.iter().any(Option::is_some).then(|| Own::Necrosis.id());
        let roles = self.vessels.as_ref().map_or(&[][..], |_| BY_ROLE);
        self.rules.ruled().into_iter().chain(lack).chain(roles.iter().map(|own| own.id())).collect()
    }
}

fn row(rule: &RuleSetup, signals: &mut Vec<Signal>, numbers: &Numbers) -> Rule {
    let column = signals.iter().position(|known| *known == rule.signal).unwrap_or_else(|| {
        signals.push(rule.signal);
        signals.len() - 1
    });
    Rule {
        kind: rule.kind,
        signal: SignalId(column as u16),
        rises: rule.rises,
        behaviour: numbers.of(rule.behaviour),
        maximum: rule.maximum,
        half: rule.half,
        hill: rule.hill,
        applies_to_dead: rule.applies_to_dead,
    }
}

/// The signal as the cells know it, where they sense it themselves.
fn own(signal: Signal) -> Option<OwnSignal> {
    match signal {
        Signal::Pressure => Some(OwnSignal::Pressure),
        Signal::Contact(kind) => Some(OwnSignal::ContactWithKind(kind)),
        Signal::Time => Some(OwnSignal::Time),
        _ => None,
    }
}
