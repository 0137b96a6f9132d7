//! Cells fill in what they sense of themselves and of their neighbours.

use crate::cells::Cells;
use crate::life::{Death, State};
use crate::motion;
use crate::own::OwnSignal;
use crate::signals::{SignalId, Signals};

/// Which own signals the rules read, and where they go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SensePlan {
    wanted: Vec<(OwnSignal, SignalId)>,
}

impl SensePlan {
    /// A plan of wanted signals and their columns.
    pub fn new(wanted: Vec<(OwnSignal, SignalId)>) -> Self {
        Self { wanted }
    }

    /// Whether a wanted signal needs the neighbours.
    pub fn needs_neighbours(&self) -> bool {
        self.wanted.iter().any(|(signal, _)| of_neighbours(*signal))
    }
}

fn of_neighbours(signal: OwnSignal) -> bool {
    use OwnSignal as S;
    matches!(
        signal,
        S::Pressure
            | S::ContactWithKind(_)
            | S::ContactWithLive
            | S::ContactWithDead
            | S::ContactWithApoptotic
            | S::ContactWithNecrotic
    )
}

impl Cells {
    /// Fills the columns of the wanted own signals.
    ///
    /// # Panics
    /// When `signals` has another number of rows.
    pub fn sense_neighbours(&mut self, signals: &mut Signals, plan: &SensePlan) {
        if plan.needs_neighbours() {
            motion::simple::find(self);
        }
        for (signal, column) in &plan.wanted {
            let column = signals.column_mut(*column);
            assert_eq!(column.len(), self.len(), "signals have one value a cell");
            if of_neighbours(*signal) {
                self.fill_of_neighbours(*signal, column);
            } else {
                self.fill_of_self(*signal, column);
            }
        }
    }

    fn fill_of_neighbours(&self, signal: OwnSignal, column: &mut [f64]) {
        for (row, value) in column.iter_mut().enumerate() {
            let neighbours = &self.scratch.motion;
            let counted = |other: &&u32| counts(signal, self, **other as usize);
            *value = if signal == OwnSignal::Pressure {
                neighbours.pressure[row]
            } else {
                neighbours.of(row).iter().filter(counted).count() as f64
            };
        }
    }

    fn fill_of_self(&self, signal: OwnSignal, column: &mut [f64]) {
        let flag = |yes: bool| f64::from(u8::from(yes));
        for (row, value) in column.iter_mut().enumerate() {
            *value = match signal {
                OwnSignal::Volume => self.volume_um3(row),
                OwnSignal::Damage => self.life.damage[row],
                OwnSignal::Dead => flag(self.is_dead(row)),
                OwnSignal::Apoptotic => flag(self.death(row) == Some(Death::Apoptotic)),
                OwnSignal::Necrotic => flag(self.death(row) == Some(Death::Necrotic)),
                OwnSignal::Time => self.time_min,
                _ => unreachable!("a signal of neighbours"),
            };
        }
    }
}

fn counts(signal: OwnSignal, cells: &Cells, other: usize) -> bool {
    let state = cells.life.state[other];
    match signal {
        OwnSignal::ContactWithKind(kind) => state == State::Live && cells.kind[other] == kind,
        OwnSignal::ContactWithLive => state == State::Live,
        OwnSignal::ContactWithDead => state != State::Live,
        OwnSignal::ContactWithApoptotic => state == State::Apoptotic,
        OwnSignal::ContactWithNecrotic => state.death() == Some(Death::Necrotic),
        _ => false,
    }
}
