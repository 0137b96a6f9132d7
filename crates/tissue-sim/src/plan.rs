//! What is decided once and only read by the step: rules, which signals are wanted, numbers of behaviours.

use crate::setup::{Behaviour, Dose, Gradients, KindSetup, Lack, RuleSetup, Setup, Signal, VesselSetup};
use tissue_cells::{BehaviourId, Own, OwnSignal, Rule, Rules, SensePlan, SignalId};
use tissue_vesicles::ContactLaw;

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
    /// Rate of necrosis of each kind that a lack adds to, 1/min; `None` where a rule makes it anew every tick.
    pub necrosis_base: Vec<Option<f64>>,
    /// Fields whose gradient some cell may follow.
    pub followed: Vec<usize>,
    /// How each kind compares gradients.
    pub gradients: Vec<Gradients>,
    /// Molecules that pass between touching cells.
    pub contact: Option<ContactLaw>,
    /// What is given of each population.
    pub doses: Vec<Dose>,
    /// Share of a population in and on a cell that comes free when it goes.
    pub spill_share: Vec<f64>,
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

    /// Weight of a field's gradient in the heading.
    pub fn chemotaxis(&self, field: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + 3 * self.n_fields + field) as u16)
    }

    /// Release of a population.
    pub fn release(&self, population: usize) -> BehaviourId {
        BehaviourId((Own::COUNT + 4 * self.n_fields + population) as u16)
    }

    /// Becoming a kind.
    pub fn transformation(&self, kind: usize) -> BehaviourId {
        self.toward(0, kind)
    }

    /// Share of divisions after which one daughter is of a kind.
    pub fn asymmetric_division(&self, kind: usize) -> BehaviourId {
        self.toward(1, kind)
    }

    /// Eating live neighbours of a kind.
    pub fn eating(&self, kind: usize) -> BehaviourId {
        self.toward(2, kind)
    }

    fn toward(&self, block: usize, kind: usize) -> BehaviourId {
        let first = Own::COUNT + 4 * self.n_fields + self.n_populations;
        BehaviourId((first + block * self.n_kinds + kind) as u16)
    }

    /// All behaviours, the cell's own included.
    pub fn count(&self) -> usize {
        Own::COUNT + 4 * self.n_fields + self.n_populations + 3 * self.n_kinds
    }

    /// Number of a behaviour that a rule moves.
    pub fn of(&self, behaviour: Behaviour) -> BehaviourId {
        match behaviour {
            Behaviour::Own(own) => own.id(),
            Behaviour::Secretion(field) => self.secretion(field),
            Behaviour::Target(field) => self.target(field),
            Behaviour::Uptake(field) => self.uptake(field),
            Behaviour::Release(population) => self.release(population),
            Behaviour::Chemotaxis(field) => self.chemotaxis(field),
            Behaviour::Transformation(kind) => self.transformation(usize::from(kind)),
            Behaviour::AsymmetricDivision(kind) => self.asymmetric_division(usize::from(kind)),
            Behaviour::Eating(kind) => self.eating(usize::from(kind)),
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
        let rules = Rules::new(rows);
        Self {
            sense: SensePlan::new(wanted),
            signals,
            lack: setup.kinds.iter().map(|kind| kind.lack).collect(),
            necrosis_base: necrosis_base(setup, &rules),
            followed: (0..setup.fields.len()).filter(|field| is_followed(setup, *field)).collect(),
            gradients: setup.kinds.iter().map(|kind| kind.gradients).collect(),
            contact: setup.contact.clone(),
            doses: setup.populations.iter().map(|population| population.dose.clone()).collect(),
            spill_share: setup.populations.iter().map(|population| population.spill_share).collect(),
            vessels: setup.vessels.clone(),
            numbers,
            rules,
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

fn necrosis_base(setup: &Setup, rules: &Rules) -> Vec<Option<f64>> {
    let base = |(kind, declared): (usize, &KindSetup)| {
        (!rules.moves(Own::Necrosis.id(), kind as u16)).then_some(declared.law.necrosis.rate_per_min)
    };
    setup.kinds.iter().enumerate().map(base).collect()
}

fn is_followed(setup: &Setup, field: usize) -> bool {
    setup.kinds.iter().any(|kind| kind.exchange[field].chemotaxis != 0.0)
        || setup.rules.iter().any(|rule| rule.behaviour == Behaviour::Chemotaxis(field))
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
        Signal::Own(own) => Some(own),
        _ => None,
    }
}
