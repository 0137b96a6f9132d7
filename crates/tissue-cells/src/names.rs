//! Names of the cell's own behaviours and signals as rules write them: one table each, from which parsers, nearest
//! names and help are made. `KIND` stands for the name of a cell kind.

use crate::own::{Own, OwnSignal};

/// One behaviour by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BehaviourName {
    /// Name in the grammar CBHG v3.
    pub name: &'static str,
    /// Whose number it has.
    pub own: Own,
    /// Unit of its values.
    pub unit: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// One behaviour towards a kind by name pattern; its number is appended by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TowardName {
    /// Name with `KIND` in it.
    pub pattern: &'static str,
    /// What it is.
    pub toward: Toward,
    /// Unit of its values.
    pub unit: &'static str,
}

/// Behaviours that exist once per kind of the other cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// Rate of eating live neighbours.
    Phagocytosis,
    /// Rate of becoming that kind.
    Transformation,
    /// Probability that a daughter is born as that kind.
    AsymmetricDivision,
}

/// One signal by name or name pattern.
#[derive(Clone, Copy, Debug)]
pub struct SignalName {
    /// Name in the grammar CBHG v3, with `KIND` in it where it exists once per kind.
    pub pattern: &'static str,
    /// What it is; for a pattern with the number of a kind.
    pub signal: SignalOf,
    /// Unit of its values.
    pub unit: &'static str,
}

/// A signal that needs no kind, or one that does.
#[derive(Clone, Copy, Debug)]
pub enum SignalOf {
    /// The same for all kinds.
    Any(OwnSignal),
    /// One per kind.
    Kind(fn(u16) -> OwnSignal),
}

const fn row(name: &'static str, own: Own, unit: &'static str, help: &'static str) -> BehaviourName {
    BehaviourName { name, own, unit, help }
}

/// The cell's own behaviours by name; a behaviour may have two names, the first is its own.
pub const BEHAVIOURS: &[BehaviourName] = &[
    row("cycle entry", Own::CycleEntry, "1/min", "rate of leaving the first phase of the cycle"),
    row("exit from cycle phase 0", Own::PhaseExit0, "1/min", "rate of leaving the first phase of the cycle"),
    row("exit from cycle phase 1", Own::PhaseExit1, "1/min", "rate of leaving the second phase of the cycle"),
    row("exit from cycle phase 2", Own::PhaseExit2, "1/min", "rate of leaving the third phase of the cycle"),
    row("exit from cycle phase 3", Own::PhaseExit3, "1/min", "rate of leaving the fourth phase of the cycle"),
    row("exit from cycle phase 4", Own::PhaseExit4, "1/min", "rate of leaving the fifth phase of the cycle"),
    row("exit from cycle phase 5", Own::PhaseExit5, "1/min", "rate of leaving the sixth phase of the cycle"),
    row("apoptosis", Own::Apoptosis, "1/min", "rate of apoptosis"),
    row("necrosis", Own::Necrosis, "1/min", "rate of necrosis"),
    row("migration speed", Own::MigrationSpeed, "um/min", "speed of own motion"),
    row("migration bias", Own::MigrationBias, "", "share of own motion along the heading, 0 to 1"),
    row("migration persistence time", Own::Persistence, "min", "mean time between changes of direction"),
    row("persistence time", Own::Persistence, "min", "mean time between changes of direction"),
    row("cell-cell adhesion", Own::Adhesion, "um/min", "strength of adhesion between cells"),
    row("cell-cell adhesion elastic constant", Own::Elastic, "1/min", "elastic constant of springs"),
    row(
        "relative maximum adhesion distance",
        Own::RelativeAdhesionDistance,
        "",
        "reach of adhesion in radii",
    ),
    row("cell-cell repulsion", Own::Repulsion, "um/min", "strength of repulsion between cells"),
    row("cell-BM adhesion", Own::WallAdhesion, "um/min", "strength of adhesion to the walls"),
    row("cell-BM repulsion", Own::WallRepulsion, "um/min", "strength of repulsion by the walls"),
    row("cell attachment rate", Own::Attach, "1/min", "rate of attaching to a neighbour by a spring"),
    row("cell detachment rate", Own::Detach, "1/min", "rate of losing each spring"),
    row("maximum number of cell attachments", Own::MaximumAttachments, "", "most springs at a time"),
    row("is_movable", Own::Movable, "", "1 for a cell that moves, 0 for one that does not"),
    row(
        "phagocytose apoptotic cell",
        Own::PhagocytoseApoptotic,
        "1/min",
        "rate of eating an apoptotic neighbour",
    ),
    row(
        "phagocytose necrotic cell",
        Own::PhagocytoseNecrotic,
        "1/min",
        "rate of eating a necrotic neighbour",
    ),
    row("damage rate", Own::DamageRate, "1/min", "rate at which damage grows"),
    row("damage repair rate", Own::RepairRate, "1/min", "rate at which damage is repaired"),
];

/// Behaviours towards a kind. *Adhesive affinity to KIND* is a law of the kind that no rule moves.
pub const TOWARD: &[TowardName] = &[
    TowardName { pattern: "phagocytose KIND", toward: Toward::Phagocytosis, unit: "1/min" },
    TowardName { pattern: "transition to KIND", toward: Toward::Transformation, unit: "1/min" },
    TowardName { pattern: "transform to KIND", toward: Toward::Transformation, unit: "1/min" },
    TowardName { pattern: "asymmetric division to KIND", toward: Toward::AsymmetricDivision, unit: "" },
];

const fn any(pattern: &'static str, signal: OwnSignal, unit: &'static str) -> SignalName {
    SignalName { pattern, signal: SignalOf::Any(signal), unit }
}

/// The cell's own signals by name.
pub const SIGNALS: &[SignalName] = &[
    any("pressure", OwnSignal::Pressure, ""),
    any("volume", OwnSignal::Volume, "um^3"),
    any("contact with live cell", OwnSignal::ContactWithLive, ""),
    any("contact with dead cell", OwnSignal::ContactWithDead, ""),
    any("contact with apoptotic cell", OwnSignal::ContactWithApoptotic, ""),
    any("contact with necrotic cell", OwnSignal::ContactWithNecrotic, ""),
    SignalName { pattern: "contact with KIND", signal: SignalOf::Kind(OwnSignal::ContactWithKind), unit: "" },
    any("damage", OwnSignal::Damage, ""),
    any("dead", OwnSignal::Dead, ""),
    any("apoptotic", OwnSignal::Apoptotic, ""),
    any("necrotic", OwnSignal::Necrotic, ""),
    any("time", OwnSignal::Time, "min"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_own_behaviour_has_a_name_and_names_differ() {
        assert!(Own::ALL.iter().all(|own| BEHAVIOURS.iter().any(|row| row.own == *own)));
        let mut names: Vec<&str> = BEHAVIOURS.iter().map(|row| row.name).collect();
        names.extend(TOWARD.iter().map(|row| row.pattern));
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names);
        assert!(Own::ALL.iter().enumerate().all(|(k, own)| usize::from(own.id().0) == k));
        assert!((0..6).all(|phase| usize::from(Own::phase_exit(phase).id().0) == usize::from(phase)));
    }
}
