//! Division shares a mother's contents with her daughter; cells that go hand over what they held.
//!
//! Equation: each vesicle, label and copy goes to the daughter with probability ½, cargo with its vesicles.
//! Discretisation: none.
//! Reference: Huh and Paulsson (2011), doi 10.1038/ng.729 (independent partitioning).
//! Proved by `tests/ledger.rs`: `the_ledger_closes` and `a_daughter_has_half`.

use crate::cargo::share_out;
use crate::layout::{BOUND, ENDOSOMAL, FRESH, LABEL, Layout, OUTBOUND, TAKEN_UP};
use crate::ledger::{Held, Lost, LostCell, Spilled};
use crate::purpose::{DIVISION, SPILL, part};
use crate::store::Vesicles;
use vesicle_base::columns::room_for;
use vesicle_base::{Draws, Rng, Span, Turnover};

impl Vesicles {
    /// Applies one tick's births and removals. `ids` are the cells' identities by row before it.
    ///
    /// # Panics
    /// Where the turnover is of another number of cells.
    pub fn turn_over(&mut self, turnover: &Turnover, ids: &[u64], rng: &Rng) -> Lost {
        assert_eq!(turnover.n_before, self.len(), "a turnover of another number of cells");
        let lost = self.collect_lost(turnover, ids);
        self.totals.lose(&lost.held);
        turnover.append(&mut self.receiver);
        turnover.births.iter().for_each(|birth| self.is_stale[birth.mother_row as usize] = true);
        turnover.append(&mut self.is_stale);
        self.divide(turnover, rng);
        turnover.close(&mut self.receiver);
        turnover.close(&mut self.is_stale);
        let (stride, programs) = (self.pools_stride(), self.programs_stride());
        close_rows(turnover, &mut self.pools, stride);
        close_rows(turnover, &mut self.repression, programs);
        self.grow_tally();
        lost
    }

    /// Gives every daughter her share.
    fn divide(&mut self, turnover: &Turnover, rng: &Rng) {
        if self.is_bare() {
            return;
        }
        let (stride, programs) = (self.pools_stride(), self.programs_stride());
        room_for(&mut self.pools, turnover.births.len() * stride);
        room_for(&mut self.repression, turnover.births.len() * programs);
        for birth in &turnover.births {
            let mother = birth.mother_row as usize;
            let daughter = self.pools.len() / stride;
            self.pools.resize(self.pools.len() + stride, 0);
            self.repression.extend_from_within(mother * programs..(mother + 1) * programs);
            let (before, after) = self.pools.split_at_mut(daughter * stride);
            let mut draws = rng.at(DIVISION, birth.daughter_id, 0);
            let halves =
                Halves { mother: &mut before[mother * stride..(mother + 1) * stride], daughter: after };
            halves.share(&self.populations, &self.layout, &mut draws);
        }
    }

    fn collect_lost(&self, turnover: &Turnover, ids: &[u64]) -> Lost {
        let n = self.populations.len();
        let mut lost =
            Lost { held: Held::new(n, self.n_species), cells: Vec::with_capacity(turnover.gone.len()) };
        for &row in &turnover.gone {
            let first = row as usize * self.pools_stride();
            let pools = &self.pools[first..first + self.pools_stride()];
            self.hold(pools, &mut lost.held);
            let own = |p: usize, pool: usize| pools[Layout::population(p) + pool];
            lost.cells.push(LostCell {
                id: ids[row as usize],
                row,
                whole: (0..n).map(|p| own(p, BOUND) + own(p, ENDOSOMAL)).collect(),
                outbound: (0..n).map(|p| own(p, OUTBOUND)).collect(),
                copies: (0..n).map(|p| self.copies_in_whole(pools, p)).collect(),
            });
        }
        lost
    }

    fn copies_in_whole(&self, pools: &[u64], population: usize) -> Vec<u64> {
        let at = |c: usize| self.layout.cargo(population, c);
        (0..self.populations[population].cargo.len()).map(|c| pools[at(c)] + pools[at(c) + 1]).collect()
    }

    /// Of the vesicles that were still whole in and on cells that ended, those that come free: `share` of each
    /// population, with their cargo. Books them as spilled instead of lost; where to, is the caller's.
    ///
    /// Call once with what a turnover returned; copies that were in a cytosol stay lost.
    pub fn spill(
        &mut self,
        lost: &Lost,
        share: impl Fn(usize) -> f64,
        span: &Span,
        rng: &Rng,
    ) -> Vec<Spilled> {
        let mut all = Vec::new();
        for cell in &lost.cells {
            for (population, whole) in cell.whole.iter().enumerate() {
                let which = part(cell.id, population, 0);
                let mut draws = rng.at(SPILL, which, span.tick);
                let vesicles = draws.binomial(*whole, share(population));
                if vesicles == 0 {
                    continue;
                }
                let flows = &mut self.totals.populations[population];
                flows.lost -= u128::from(vesicles);
                flows.spilled += u128::from(vesicles);
                for (law, copies) in self.populations[population].cargo.iter().zip(&cell.copies[population]) {
                    let out = u128::from(share_out(law.dispersion, *copies, *whole, vesicles, &mut draws));
                    let flows = &mut self.totals.species[law.species as usize];
                    flows.lost -= out;
                    flows.spilled += out;
                }
                all.push(Spilled { id: cell.id, row: cell.row, population, vesicles });
            }
        }
        all.sort_unstable_by_key(|s| (s.population, s.id));
        all
    }
}

struct Halves<'a> {
    mother: &'a mut [u64],
    daughter: &'a mut [u64],
}

impl Halves<'_> {
    fn share(mut self, populations: &[crate::PopulationLaw], layout: &Layout, draws: &mut Draws) {
        for (p, law) in populations.iter().enumerate() {
            let own = Layout::population(p);
            let (bound, endosomal) = (self.mother[own + BOUND], self.mother[own + ENDOSOMAL]);
            let fresh = self.halve(own + FRESH, draws);
            let old = draws.binomial(bound - self.mother[own + FRESH] - fresh, 0.5);
            self.give(own + BOUND, fresh + old);
            for pool in [ENDOSOMAL, LABEL, TAKEN_UP, OUTBOUND] {
                self.halve(own + pool, draws);
            }
            for (c, cargo) in law.cargo.iter().enumerate() {
                for (place, vesicles) in [(BOUND, bound), (ENDOSOMAL, endosomal)] {
                    let at = layout.cargo(p, c) + usize::from(place == ENDOSOMAL);
                    let moved = self.daughter[own + place];
                    let copies = share_out(cargo.dispersion, self.mother[at], vesicles, moved, draws);
                    self.give(at, copies);
                }
            }
        }
        for at in layout.cytosol(0)..self.mother.len() {
            self.halve(at, draws);
        }
    }

    fn halve(&mut self, at: usize, draws: &mut Draws) -> u64 {
        let part = draws.binomial(self.mother[at], 0.5);
        self.give(at, part);
        part
    }

    fn give(&mut self, at: usize, part: u64) {
        self.mother[at] -= part;
        self.daughter[at] = part;
    }
}

/// Closes the gaps of the gone rows in a column of `stride` numbers a row.
fn close_rows<T: Copy>(turnover: &Turnover, column: &mut Vec<T>, stride: usize) {
    if stride == 0 {
        return;
    }
    let n_rows = column.len() / stride;
    let mut gone = turnover.gone.iter().peekable();
    let mut to = turnover.gone.first().map_or(n_rows, |row| *row as usize);
    let first = to;
    for from in first..n_rows {
        if gone.next_if(|row| **row as usize == from).is_none() {
            column.copy_within(from * stride..(from + 1) * stride, to * stride);
            to += 1;
        }
    }
    column.truncate(to * stride);
}
