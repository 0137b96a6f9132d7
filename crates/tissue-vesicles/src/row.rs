//! One cell over one tick: vesicles move on, their cargo follows them, what reached the cytosol decays.
//!
//! Equation: each vesicle and each copy moves with the chances of `fate`, independently of the others; copies go with
//! their vesicles (`freight`).
//! Discretisation: exact in distribution for vesicles; copies delivered in one tick decay with their mean chance; species
//! of few copies decay together (`few`).
//! Reference: see `fate`.
//! Proved by `tests/means.rs` and `tests/ledger.rs`.

use crate::fate::{FateOdds, Passage, TickOdds};
use crate::few::{FEW, Load, any_copy};
use crate::freight::{Freight, N_WAYS};
use crate::law::PopulationLaw;
use crate::layout::{BOUND, ENDOSOMAL, FRESH, LABEL, Layout, OUTBOUND};
use crate::ledger::Tally;
use crate::purpose::{CYTOSOL, FATE, part};
use vesicle_base::{Draws, Rng, Span};

/// What every cell of a tick shares.
pub(crate) struct Tick<'a> {
    pub populations: &'a [PopulationLaw],
    pub loads: &'a [Load],
    pub layout: &'a Layout,
    pub odds: &'a TickOdds,
    pub span: Span,
    pub rng: Rng,
}

impl Tick<'_> {
    /// Advances one row and adds what moved to `tally`: populations first, then species. Returns whether copies in the
    /// cytosol are others than before. `few` is room to work in.
    pub fn advance(&self, id: u64, row: &mut [u64], tally: &mut [Tally], few: &mut Vec<usize>) -> bool {
        let (vesicles, copies) = tally.split_at_mut(self.populations.len());
        let mut differs = self.decay(id, row, copies, few);
        for (p, law) in self.populations.iter().enumerate() {
            let own = Layout::population(p);
            row[own + OUTBOUND] = 0;
            if row[own + BOUND] | row[own + ENDOSOMAL] | row[own + LABEL] == 0 {
                continue;
            }
            let mut draws = self.rng.at(FATE, part(id, p, 0), self.span.tick);
            let odds = &self.odds.populations[p];
            let moves = Moves::draw(&row[own..], odds, &mut draws);
            let freight = Freight {
                cargo: &law.cargo,
                load: &self.loads[p],
                odds,
                held: [moves.bound, moves.endosomal],
                moved: moves.ways(),
                first: self.layout.cargo(p, 0),
                cytosol: self.layout.cytosol(0),
            };
            differs |= freight.carry(row, copies, few, &mut draws);
            moves.settle(&mut row[own..], odds, &mut vesicles[p], &mut draws);
        }
        differs
    }

    /// Copies in the cytosol decay; returns whether any did.
    fn decay(&self, id: u64, row: &mut [u64], tally: &mut [Tally], few: &mut Vec<usize>) -> bool {
        let first = self.layout.cytosol(0);
        let copies = &mut row[first..first + self.odds.kept.len()];
        if copies.iter().all(|n| *n == 0) {
            return false;
        }
        let mut draws = self.rng.at(CYTOSOL, id, self.span.tick);
        let mut differs = false;
        for (kept, species) in &self.odds.alike {
            let mut together = 0;
            few.clear();
            for s in species {
                let n = copies[*s];
                if n as f64 * (1.0 - kept) < FEW {
                    few.push(*s);
                    together += n;
                    continue;
                }
                let left = draws.binomial(n, *kept);
                tally[*s][1] += u128::from(n - left);
                copies[*s] = left;
                differs |= left < n;
            }
            let lost = together - draws.binomial(together, *kept);
            differs |= lost > 0;
            for _ in 0..lost {
                let s = few[any_copy(copies, few, 0, together, &mut draws)];
                copies[s] -= 1;
                together -= 1;
                tally[s][1] += 1;
            }
        }
        differs
    }
}

/// How vesicles left the endosome.
#[derive(Clone, Copy, Default)]
struct Exit {
    fused: u64,
    rereleased: u64,
    degraded: u64,
}

impl Exit {
    fn draw(out: u64, odds: &FateOdds, draws: &mut Draws) -> Self {
        let fused = draws.binomial(out, odds.fused_share);
        let rereleased = draws.binomial(out - fused, odds.rereleased_of_rest);
        Self { fused, rereleased, degraded: out - fused - rereleased }
    }

    fn all(&self) -> u64 {
        self.fused + self.rereleased + self.degraded
    }
}

/// Everything that the vesicles of one population did in one cell in one tick.
struct Moves {
    bound: u64,
    endosomal: u64,
    /// Bound to endosomal and still there.
    inward: u64,
    old_exit: Exit,
    fresh_exit: Exit,
    endosomal_exit: Exit,
}

impl Moves {
    fn draw(own: &[u64], odds: &FateOdds, draws: &mut Draws) -> Self {
        let (bound, fresh, endosomal) = (own[BOUND], own[FRESH], own[ENDOSOMAL]);
        let (old_inward, old_exit) = leave_surface(bound - fresh, &odds.bound, odds, draws);
        let (fresh_inward, fresh_exit) = leave_surface(fresh, &odds.fresh, odds, draws);
        let out = draws.binomial(endosomal, odds.endosomal.out);
        let endosomal_exit = Exit::draw(out, odds, draws);
        Self { bound, endosomal, inward: old_inward + fresh_inward, old_exit, fresh_exit, endosomal_exit }
    }

    /// Vesicles that went each way (`freight`).
    fn ways(&self) -> [u64; N_WAYS] {
        let [old, fresh, waiting] = [&self.old_exit, &self.fresh_exit, &self.endosomal_exit];
        [
            waiting.fused,
            waiting.rereleased,
            waiting.degraded,
            old.fused,
            fresh.fused,
            old.rereleased + fresh.rereleased,
            old.degraded + fresh.degraded,
            self.inward,
        ]
    }

    fn settle(&self, own: &mut [u64], odds: &FateOdds, tally: &mut Tally, draws: &mut Draws) {
        let [old, fresh, waiting] = [&self.old_exit, &self.fresh_exit, &self.endosomal_exit];
        let from_surface = self.inward + old.all() + fresh.all();
        let mut label = draws.binomial(own[LABEL], odds.label_kept);
        for (exit, passage) in [(old, &odds.bound), (fresh, &odds.fresh), (waiting, &odds.endosomal)] {
            label += draws.binomial(exit.fused + exit.degraded, passage.label_survival);
        }
        let rereleased = old.rereleased + fresh.rereleased + waiting.rereleased;
        own[LABEL] = label;
        own[BOUND] = self.bound - from_surface;
        own[FRESH] = 0;
        own[ENDOSOMAL] = self.endosomal + self.inward - waiting.all();
        own[OUTBOUND] = rereleased;
        tally[0] += u128::from(from_surface);
        tally[1] += u128::from(old.fused + fresh.fused + waiting.fused);
        tally[2] += u128::from(old.degraded + fresh.degraded + waiting.degraded);
        tally[3] += u128::from(rereleased);
    }
}

/// Of `n` vesicles on the surface, those now in the endosome, and the exits of those beyond it.
fn leave_surface(n: u64, passage: &Passage, odds: &FateOdds, draws: &mut Draws) -> (u64, Exit) {
    let (leave, out_of_left) = passage.leaving();
    let left = draws.binomial(n, leave);
    let out = draws.binomial(left, out_of_left);
    (left - out, Exit::draw(out, odds, draws))
}
