//! Cells fill in what they sense of themselves and of their neighbours.

use crate::cells::Cells;
use crate::life::Death;
use crate::motion::Felt;
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

    /// Whether a wanted signal needs to know who touches whom.
    fn counts_contacts(&self) -> bool {
        let counted = |signal: OwnSignal| of_neighbours(signal) && signal != OwnSignal::Pressure;
        self.wanted.iter().any(|(signal, _)| counted(*signal))
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
            self.feel(plan.counts_contacts());
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
            *value = felt(&self.felt(), signal, row);
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

/// What a cell feels of its neighbours; 0 for signals of itself.
fn felt(felt: &Felt<'_>, signal: OwnSignal, row: usize) -> f64 {
    let count = match signal {
        OwnSignal::Pressure => return felt.pressure(row),
        OwnSignal::ContactWithKind(kind) => felt.live_of_kind(row, kind),
        OwnSignal::ContactWithLive => felt.live(row),
        OwnSignal::ContactWithDead => felt.apoptotic(row) + felt.necrotic(row),
        OwnSignal::ContactWithApoptotic => felt.apoptotic(row),
        OwnSignal::ContactWithNecrotic => felt.necrotic(row),
        _ => 0,
    };
    f64::from(count)
}
