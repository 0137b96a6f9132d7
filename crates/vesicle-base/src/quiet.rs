//! A column for what few tissues use: it takes no memory while all its rows hold one value.

use crate::columns::{Column, room_for};
use crate::turnover::Turnover;

/// One value a row. The first row that differs wakes the column; then it is a plain vector.
#[derive(Clone, Debug, Default)]
pub struct Quiet {
    /// Value of every row while `each` is empty.
    same: f64,
    n_rows: usize,
    each: Vec<f64>,
}

impl Quiet {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// The value of every row, as long as they all have one.
    pub fn same(&self) -> Option<f64> {
        self.each.is_empty().then_some(self.same)
    }

    /// All values, row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        (0..self.n_rows).map(|row| self[row])
    }

    /// Gives a row a value; the column wakes only where the value is a new one.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn set(&mut self, row: usize, value: f64) {
        assert!(row < self.n_rows, "row {row} of {}", self.n_rows);
        if self[row].to_bits() != value.to_bits() {
            self.wake()[row] = value;
        }
    }

    /// All values, to be changed.
    pub fn wake(&mut self) -> &mut [f64] {
        if self.each.is_empty() {
            self.each.resize(self.n_rows, self.same);
        }
        &mut self.each
    }
}

impl core::ops::Index<usize> for Quiet {
    type Output = f64;

    #[inline]
    fn index(&self, row: usize) -> &f64 {
        if self.each.is_empty() { &self.same } else { &self.each[row] }
    }
}

impl PartialEq for Quiet {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Values that are all one take no memory again.
impl From<Vec<f64>> for Quiet {
    fn from(each: Vec<f64>) -> Self {
        let (same, n_rows) = (each.first().copied().unwrap_or(0.0), each.len());
        let quiet = each.iter().all(|value| value.to_bits() == same.to_bits());
        Self { same, n_rows, each: if quiet { Vec::new() } else { each } }
    }
}

impl Column for Quiet {
    type Value = f64;

    fn push(&mut self, value: f64) {
        if self.n_rows == 0 {
            (self.same, self.n_rows) = (value, 1);
            self.each.clear();
        } else if self.each.is_empty() && self.same.to_bits() == value.to_bits() {
            self.n_rows += 1;
        } else {
            self.wake();
            room_for(&mut self.each, 1);
            self.each.push(value);
            self.n_rows += 1;
        }
    }

    fn len(&self) -> usize {
        self.n_rows
    }

    fn row(&self, row: usize) -> f64 {
        self[row]
    }

    fn reserve(&mut self, more: usize) {
        if !self.each.is_empty() {
            room_for(&mut self.each, more);
        }
    }

    fn append(&mut self, turnover: &Turnover) {
        if !self.each.is_empty() {
            turnover.append(&mut self.each);
        }
        self.n_rows += turnover.births.len();
    }

    fn close(&mut self, turnover: &Turnover) {
        if !self.each.is_empty() {
            turnover.close(&mut self.each);
        }
        self.n_rows -= turnover.gone.len();
    }

    fn reorder(&mut self, order: &[u32]) {
        if !self.each.is_empty() {
            self.each.reorder(order);
        }
        self.n_rows = order.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Birth;
    use proptest::prelude::*;

    /// What a test does to a quiet column and to a plain one.
    #[derive(Clone, Debug)]
    enum Act {
        Push(f64),
        Set(usize, f64),
        Turn { mother: usize, gone: usize },
        Reverse,
    }

    fn act() -> impl Strategy<Value = Act> {
        let value = || prop_oneof![Just(0.0), Just(0.0), Just(1.0), Just(-0.0)];
        prop_oneof![
            value().prop_map(Act::Push),
            (0_usize..9, value()).prop_map(|(row, value)| Act::Set(row, value)),
            (0_usize..9, 0_usize..9).prop_map(|(mother, gone)| Act::Turn { mother, gone }),
            Just(Act::Reverse),
        ]
    }

    fn carry_out(
        act: &Act,
        column: &mut impl Column<Value = f64>,
        set: impl FnOnce(&mut dyn FnMut(usize) -> usize),
    ) {
        let n = column.len();
        match act {
            Act::Push(value) => column.push(*value),
            Act::Set(row, _) if n > 0 => set(&mut |_| row % n),
            Act::Turn { mother, gone } if n > 1 => {
                let mother_row = (mother % n) as u32;
                let gone = Some((gone % n) as u32).filter(|gone| *gone != mother_row);
                let births = vec![Birth { mother_row, daughter_id: 7 }];
                let turnover = Turnover { n_before: n, births, gone: gone.into_iter().collect() };
                column.append(&turnover);
                column.close(&turnover);
            }
            Act::Reverse => column.reorder(&(0..n as u32).rev().collect::<Vec<_>>()),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn a_quiet_column_is_a_plain_one(acts in prop::collection::vec(act(), 0..40)) {
            let (mut quiet, mut plain) = (Quiet::default(), Vec::new());
            for act in &acts {
                let value = if let Act::Set(_, value) = act { *value } else { 0.0 };
                let (mut at_quiet, mut at_plain) = (None, None);
                carry_out(act, &mut quiet, |row| at_quiet = Some(row(0)));
                carry_out(act, &mut plain, |row| at_plain = Some(row(0)));
                if let (Some(a), Some(b)) = (at_quiet, at_plain) {
                    quiet.set(a, value);
                    plain[b] = value;
                }
                let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
                prop_assert_eq!(bits(quiet.iter().collect()), bits(plain.clone()));
                prop_assert_eq!(quiet.len(), plain.len());
            }
            prop_assert_eq!(&Quiet::from(plain), &quiet);
        }
    }

    #[test]
    fn one_value_takes_no_memory() {
        let mut column = Quiet::default();
        for _ in 0..1000 {
            column.push(2.5);
        }
        column.set(7, 2.5);
        assert_eq!((column.same(), column.each.capacity()), (Some(2.5), 0));
        column.set(7, 3.0);
        assert_eq!((column.same(), column[7], column[8]), (None, 3.0, 2.5));
        assert_eq!(Quiet::from(vec![1.0; 5]).same(), Some(1.0));
    }
}
