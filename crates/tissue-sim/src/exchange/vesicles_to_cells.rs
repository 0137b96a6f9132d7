//! What cells read of the vesicles they hold: repression, copies, captures. All are 0 at rest.

use crate::plan::Plan;
use crate::setup::Signal;
use tissue_cells::{SignalId, Signals};
use tissue_vesicles::Vesicles;

/// Fills the signals that come from vesicles.
pub fn signals(vesicles: &Vesicles, plan: &Plan, signals: &mut Signals) {
    for (column, signal) in plan.signals.iter().enumerate() {
        let read: Box<dyn Fn(usize) -> f64> = match *signal {
            Signal::Repression(program) => Box::new(move |row| vesicles.repression(program, row)),
            Signal::Copies(species) => Box::new(move |row| vesicles.copies(species, row) as f64),
            Signal::TakenUp(population) => Box::new(move |row| vesicles.taken_up(population, row) as f64),
            Signal::AllTakenUp => Box::new(move |row| {
                (0..vesicles.n_populations()).map(|p| vesicles.taken_up(p, row) as f64).sum()
            }),
            _ => continue,
        };
        let column = signals.column_mut(SignalId(column as u16));
        column.iter_mut().enumerate().for_each(|(row, out)| *out = read(row));
    }
}
