//! What cells read of the vesicles they hold: repression, copies, captures, labels. All are 0 at rest.

use crate::plan::Plan;
use crate::setup::Signal;
use tissue_cells::{SignalId, Signals};
use tissue_vesicles::Vesicles;

/// Fills the signals that come from vesicles.
pub fn signals(vesicles: &Vesicles, plan: &Plan, signals: &mut Signals) {
    for (column, signal) in plan.signals.iter().enumerate() {
        let column = SignalId(column as u16);
        match *signal {
            Signal::Repression(program) => fill(signals, column, |row| vesicles.repression(program, row)),
            Signal::Copies(ways) => fill(signals, column, |row| {
                ways.species().map(|species| vesicles.copies(species, row) as f64).sum()
            }),
            Signal::TakenUp(population) => {
                fill(signals, column, |row| vesicles.taken_up(population, row) as f64);
            }
            Signal::AllTakenUp => fill(signals, column, |row| {
                (0..vesicles.n_populations()).map(|p| vesicles.taken_up(p, row) as f64).sum()
            }),
            Signal::Labelled(population) => {
                fill(signals, column, |row| vesicles.labelled(population, row) as f64);
            }
            Signal::AllLabelled => fill(signals, column, |row| {
                (0..vesicles.n_populations()).map(|p| vesicles.labelled(p, row) as f64).sum()
            }),
            _ => {}
        }
    }
}

fn fill(signals: &mut Signals, column: SignalId, read: impl Fn(usize) -> f64) {
    signals.column_mut(column).iter_mut().enumerate().for_each(|(row, out)| *out = read(row));
}
