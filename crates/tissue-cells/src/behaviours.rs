//! What cells do: a value per behaviour and row; a column only for behaviours that some rule moves.

use vesicle_base::Turnover;
use vesicle_base::columns::room_for;

/// Number of a behaviour; those of the cell itself are [`crate::Own`], the rest is appended by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BehaviourId(pub u16);

const NO_COLUMN: u16 = u16::MAX;

/// Base values per kind and columns for ruled behaviours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Behaviours {
    n_kinds: usize,
    /// `[behaviour × n_kinds + kind]`.
    base: Vec<f64>,
    /// Per behaviour: what is left of its value at death.
    left_at_death: Vec<f64>,
    /// Per behaviour: number of its column or `NO_COLUMN`.
    slot: Vec<u16>,
    /// Behaviour of each column.
    ruled: Vec<BehaviourId>,
    pub(crate) columns: Vec<Vec<f64>>,
}

/// One behaviour as a kernel reads it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    column: Option<&'a [f64]>,
    base: &'a [f64],
}

impl<'a> View<'a> {
    /// A column with one value a row or, without one, a value per kind.
    pub fn new(column: Option<&'a [f64]>, base: &'a [f64]) -> Self {
        Self { column, base }
    }

    /// Value of the behaviour for a cell.
    #[inline]
    pub fn at(&self, row: usize, kind: u16) -> f64 {
        match self.column {
            Some(column) => column[row],
            None => self.base[usize::from(kind)],
        }
    }

    /// Whether no cell can have another value than 0.
    pub fn is_nowhere(&self) -> bool {
        self.column.is_none() && self.base.iter().all(|value| *value == 0.0)
    }
}

impl Behaviours {
    /// Base values `[kind][behaviour]`, all of one length, and the behaviours that rules move.
    ///
    /// # Panics
    /// When kinds have different numbers of behaviours or a ruled one does not exist: the caller built both lists.
    pub fn new(base: &[Vec<f64>], mut ruled: Vec<BehaviourId>) -> Self {
        let n_behaviours = base.first().map_or(0, Vec::len);
        assert!(base.iter().all(|kind| kind.len() == n_behaviours), "every kind has every behaviour");
        ruled.sort_unstable();
        ruled.dedup();
        let mut slot = vec![NO_COLUMN; n_behaviours];
        for (column, behaviour) in ruled.iter().enumerate() {
            slot[usize::from(behaviour.0)] = column as u16;
        }
        Self {
            n_kinds: base.len(),
            base: (0..n_behaviours).flat_map(|b| base.iter().map(move |kind| kind[b])).collect(),
            left_at_death: crate::own::left_at_death(n_behaviours),
            columns: vec![Vec::new(); ruled.len()],
            slot,
            ruled,
        }
    }

    /// States what is left of a behaviour when a cell dies: secretion 0, uptake 0.1 in PhysiCell; 1 unless stated.
    pub fn set_left_at_death(&mut self, behaviour: BehaviourId, share: f64) {
        self.left_at_death[usize::from(behaviour.0)] = share;
    }

    /// Number of behaviours.
    pub fn n_behaviours(&self) -> usize {
        self.slot.len()
    }

    /// Behaviours that have a column.
    pub fn ruled(&self) -> &[BehaviourId] {
        &self.ruled
    }

    /// Value of a behaviour for a live cell, or for a dead one in a ruled column.
    #[inline]
    pub fn value(&self, behaviour: BehaviourId, row: usize, kind: u16) -> f64 {
        self.view(behaviour).at(row, kind)
    }

    /// Value of a behaviour for a dead cell: a ruled column as it stands, else what death left of the base.
    pub fn value_when_dead(&self, behaviour: BehaviourId, row: usize, kind: u16) -> f64 {
        let left =
            if self.column(behaviour).is_some() { 1.0 } else { self.left_at_death[usize::from(behaviour.0)] };
        left * self.value(behaviour, row, kind)
    }

    /// Base value of a kind.
    pub fn base(&self, behaviour: BehaviourId, kind: u16) -> f64 {
        self.bases(behaviour)[usize::from(kind)]
    }

    /// Base values of all kinds.
    pub fn bases(&self, behaviour: BehaviourId) -> &[f64] {
        let from = usize::from(behaviour.0) * self.n_kinds;
        &self.base[from..from + self.n_kinds]
    }

    /// The column of a ruled behaviour.
    pub fn column(&self, behaviour: BehaviourId) -> Option<&[f64]> {
        let slot = self.slot[usize::from(behaviour.0)];
        (slot != NO_COLUMN).then(|| self.columns[usize::from(slot)].as_slice())
    }

    /// The column of a ruled behaviour, to be set by something else than a rule.
    pub fn column_mut(&mut self, behaviour: BehaviourId) -> Option<&mut [f64]> {
        self.column_and_bases(behaviour).map(|(column, _)| column)
    }

    /// One behaviour as a kernel reads it.
    pub fn view(&self, behaviour: BehaviourId) -> View<'_> {
        View { column: self.column(behaviour), base: self.bases(behaviour) }
    }

    /// The column of a ruled behaviour, to be filled, and the base values of all kinds.
    pub(crate) fn column_and_bases(&mut self, behaviour: BehaviourId) -> Option<(&mut [f64], &[f64])> {
        let slot = self.slot[usize::from(behaviour.0)];
        let from = usize::from(behaviour.0) * self.n_kinds;
        (slot != NO_COLUMN)
            .then(|| (self.columns[usize::from(slot)].as_mut_slice(), &self.base[from..from + self.n_kinds]))
    }

    /// Appends a row of base values.
    pub fn push(&mut self, kind: u16) {
        for (behaviour, column) in self.ruled.iter().zip(&mut self.columns) {
            column.push(self.base[usize::from(behaviour.0) * self.n_kinds + usize::from(kind)]);
        }
    }

    /// Makes room for so many more rows.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.columns.iter_mut().for_each(|column| room_for(column, more));
    }

    /// Gives a row the base values of a kind.
    pub(crate) fn reset(&mut self, row: usize, kind: u16) {
        for (behaviour, column) in self.ruled.iter().zip(&mut self.columns) {
            column[row] = self.base[usize::from(behaviour.0) * self.n_kinds + usize::from(kind)];
        }
    }

    /// Leaves a row what death leaves.
    pub(crate) fn die(&mut self, row: usize) {
        for (behaviour, column) in self.ruled.iter().zip(&mut self.columns) {
            column[row] *= self.left_at_death[usize::from(behaviour.0)];
        }
    }

    pub(crate) fn reorder(&mut self, order: &[u32]) {
        for column in &mut self.columns {
            *column = order.iter().map(|row| column[*row as usize]).collect();
        }
    }

    pub(crate) fn append(&mut self, turnover: &Turnover) {
        self.columns.iter_mut().for_each(|column| turnover.append(column));
    }

    pub(crate) fn close(&mut self, turnover: &Turnover) {
        self.columns.iter_mut().for_each(|column| turnover.close(column));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Own;

    #[test]
    fn only_ruled_behaviours_have_a_column() {
        let mut base = vec![vec![1.0; Own::COUNT + 1]; 2];
        base[1][3] = 7.0;
        let ruled = BehaviourId(3);
        let mut behaviours = Behaviours::new(&base, vec![ruled]);
        behaviours.push(1);
        behaviours.push(0);
        assert_eq!(behaviours.column(ruled), Some([7.0, 1.0].as_slice()));
        assert_eq!(behaviours.value(BehaviourId(4), 0, 1), 1.0);
        let secretion = BehaviourId(Own::COUNT as u16);
        behaviours.set_left_at_death(secretion, 0.0);
        assert_eq!(behaviours.value_when_dead(secretion, 0, 1), 0.0);
        assert_eq!(behaviours.value_when_dead(BehaviourId(4), 0, 1), 1.0);
        behaviours.set_left_at_death(ruled, 0.1);
        behaviours.die(0);
        assert_eq!(behaviours.value_when_dead(ruled, 0, 1), 0.1 * 7.0);
        behaviours.reset(0, 1);
        assert_eq!(behaviours.value(ruled, 0, 1), 7.0);
    }
}
