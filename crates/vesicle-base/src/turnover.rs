//! Who was born and who went in one tick: the one list by which all per-cell stores stay aligned.

use crate::columns::room_for;

/// One division: a daughter that begins as a copy of her mother's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Row of the mother before the turnover.
    pub mother_row: u32,
    /// Identity of the daughter, from her lineage.
    pub daughter_id: u64,
}

/// Births and removals of one tick. Every store with one row per cell applies the same turnover:
/// daughters are appended in the order of `births`, divided contents are split, then the rows in `gone` close up
/// and the others keep their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turnover {
    /// Rows before the turnover.
    pub n_before: usize,
    /// Divisions, in row order of the mothers; a mother divides at most once a tick.
    pub births: Vec<Birth>,
    /// Rows that leave (removed, eaten), rising and without repeats; never a mother's.
    pub gone: Vec<u32>,
}

impl Turnover {
    /// Forgets the last tick and keeps the memory.
    pub fn clear(&mut self, n_before: usize) {
        self.n_before = n_before;
        self.births.clear();
        self.gone.clear();
    }

    /// Whether nothing was born and nobody went.
    pub fn is_empty(&self) -> bool {
        self.births.is_empty() && self.gone.is_empty()
    }

    /// Rows after the turnover.
    pub fn n_after(&self) -> usize {
        self.n_before + self.births.len() - self.gone.len()
    }

    /// `(mother_row, daughter_row)` of each birth while the gone rows are still there.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.births.iter().enumerate().map(|(k, birth)| (birth.mother_row as usize, self.n_before + k))
    }

    /// First half: appends to a column a copy of each mother's value.
    pub fn append<T: Clone>(&self, column: &mut Vec<T>) {
        debug_assert_eq!(column.len(), self.n_before, "a column out of step with the cells");
        room_for(column, self.births.len());
        for birth in &self.births {
            column.push(column[birth.mother_row as usize].clone());
        }
    }

    /// Second half: closes the gaps of the gone rows; the others keep their order.
    pub fn close<T>(&self, column: &mut Vec<T>) {
        let mut gone = self.gone.iter().peekable();
        let mut to = self.gone.first().map_or(column.len(), |row| *row as usize);
        let first = to;
        for from in first..column.len() {
            if gone.peek().is_some_and(|row| **row as usize == from) {
                gone.next();
            } else {
                column.swap(to, from);
                to += 1;
            }
        }
        column.truncate(to);
    }

    /// Both halves, for columns whose daughters keep the mother's value.
    pub fn apply<T: Clone>(&self, column: &mut Vec<T>) {
        self.append(column);
        self.close(column);
    }
}

/// Identity of a mother's `nth` daughter: a hash of the lineage, so that it does not depend on the order in which
/// cells divide. Collisions among 10⁹ cells have odds of 0.03.
pub fn daughter_id(mother_id: u64, nth: u32) -> u64 {
    let [a, b, _, _] = crate::random::philox(
        [mother_id as u32, (mother_id >> 32) as u32, nth, 0x6c69_6e65],
        [0x7665_7369, 0x636c_6521],
    );
    (u64::from(b) << 32) | u64::from(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_aligned() {
        let turnover = Turnover {
            n_before: 4,
            births: vec![Birth { mother_row: 1, daughter_id: 9 }, Birth { mother_row: 3, daughter_id: 8 }],
            gone: vec![0, 2],
        };
        let mut column = vec!['a', 'b', 'c', 'd'];
        turnover.apply(&mut column);
        assert_eq!(column, ['b', 'd', 'b', 'd']);
        assert_eq!(column.len(), turnover.n_after());
        assert_eq!(turnover.pairs().collect::<Vec<_>>(), [(1, 4), (3, 5)]);
    }

    #[test]
    fn lineages_differ() {
        let ids: std::collections::BTreeSet<u64> =
            (0..1000).flat_map(|mother| (0..10).map(move |nth| daughter_id(mother, nth))).collect();
        assert_eq!(ids.len(), 10_000);
    }
}
