//! What cells sense: one column per signal, one value a row. Whoever knows a signal fills its column.

use vesicle_base::columns::fit;

/// Number of a signal column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalId(pub u16);

/// Columns of signals; every signal that a rule reads has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    columns: Vec<Vec<f64>>,
}

impl Signals {
    /// `n_signals` columns without rows.
    pub fn new(n_signals: usize) -> Self {
        Self { columns: vec![Vec::new(); n_signals] }
    }

    /// Number of columns.
    pub fn n_signals(&self) -> usize {
        self.columns.len()
    }

    /// Gives every column `n_rows` values; new ones are 0.
    pub fn resize(&mut self, n_rows: usize) {
        for column in &mut self.columns {
            fit(column, n_rows, 0.0);
        }
    }

    /// One value a row.
    pub fn column(&self, signal: SignalId) -> &[f64] {
        &self.columns[usize::from(signal.0)]
    }

    /// One value a row, to be filled.
    pub fn column_mut(&mut self, signal: SignalId) -> &mut [f64] {
        &mut self.columns[usize::from(signal.0)]
    }
}
