//! One cell over one tick: vesicles move on, their cargo follows them, what reached the cytosol decays.
//!
//! Equation: each vesicle and each copy moves with the chances of `fate`, independently of the others; the copies that
//! move with j of k vesicles are those of `cargo::share_out`.
//! Discretisation: exact in distribution for vesicles; copies delivered in one tick decay with their mean chance.
//! Reference: see `fate` and `cargo`.
//! Proved by `tests/means.rs` and `tests/ledger.rs`.

use crate::cargo::share_out;
use crate::fate::{FateOdds, Passage, TickOdds};
use crate::law::{CargoLaw, PopulationLaw};
use crate::layout::{BOUND, ENDOSOMAL, FRESH, LABEL, Layout, OUTBOUND};
use crate::ledger::Tally;
use crate::purpose::{CYTOSOL, FATE, part};
use vesicle_base::{Draws, Rng, Span};

/// What every cell of a tick shares.
pub(crate) struct Tick<'a> {
    pub populations: &'a [PopulationLaw],
    pub layout: &'a Layout,
    pub odds: &'a TickOdds,
    pub span: Span,
    pub rng: Rng,
}

impl Tick<'_> {
    /// Advances one row and adds what moved to `tally`: populations first, then species. Returns whether copies in the
    /// cytosol are others than before.
    pub fn advance(&self, id: u64, row: &mut [u64], tally: &mut [Tally]) -> bool {
        let (vesicles, copies) = tally.split_at_mut(self.populations.len());
        let mut differs = self.decay(id, row, copies);
        for (p, law) in self.populations.iter().enumerate() {
            let own = Layout::population(p);
            row[own + OUTBOUND] = 0;
            if row[own + BOUND] | row[own + ENDOSOMAL] | row[own + LABEL] == 0 {
                continue;
            }
            let mut draws = self.rng.at(FATE, part(id, p, 0), self.span.tick);
            let odds = &self.odds.populations[p];
            let moves = Moves::draw(&row[own..], odds, &mut draws);
            // Cargo moves with its vesicles only.
            let cargo = if moves.any() { &law.cargo[..] } else { &[] };
            for (c, cargo) in cargo.iter().enumerate() {
                let cytosol = self.layout.cytosol(cargo.species as usize);
                let at = self.layout.cargo(p, c);
                let tally = &mut copies[cargo.species as usize];
                let new =
                    moves.carry(cargo, &mut row[at..at + 2], |m| m.survival[c], odds, tally, &mut draws);
                row[cytosol] += new;
                differs |= new > 0;
            }
            moves.settle(&mut row[own..], odds, &mut vesicles[p], &mut draws);
        }
        differs
    }

    /// Copies in the cytosol decay; returns whether any did.
    fn decay(&self, id: u64, row: &mut [u64], tally: &mut [Tally]) -> bool {
        let first = self.layout.cytosol(0);
        let copies = &mut row[first..first + self.odds.kept.len()];
        if copies.iter().all(|n| *n == 0) {
            return false;
        }
        let mut draws = self.rng.at(CYTOSOL, id, self.span.tick);
        let mut differs = false;
        for ((n, kept), tally) in copies.iter_mut().zip(&self.odds.kept).zip(tally) {
            let left = draws.binomial(*n, *kept);
            if left < *n {
                tally[1] += u128::from(*n - left);
                *n = left;
                differs = true;
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

    /// Whether any vesicle changed its place.
    fn any(&self) -> bool {
        self.inward + self.old_exit.all() + self.fresh_exit.all() + self.endosomal_exit.all() > 0
    }

    /// Takes the cargo along: `copies` are those in bound and in endosomal vesicles. Returns what is new in the
    /// cytosol at the end of the tick.
    fn carry(
        &self,
        cargo: &CargoLaw,
        copies: &mut [u64],
        survival: impl Fn(&Passage) -> f64,
        odds: &FateOdds,
        tally: &mut Tally,
        draws: &mut Draws,
    ) -> u64 {
        if copies[0] | copies[1] == 0 {
            return 0;
        }
        let mut on = Bag { copies: copies[0], vesicles: self.bound, dispersion: cargo.dispersion };
        let mut inside = Bag { copies: copies[1], vesicles: self.endosomal, dispersion: cargo.dispersion };
        let moved_in = on.take(self.inward, draws);
        let old = on.take(self.old_exit.fused, draws);
        let fresh = on.take(self.fresh_exit.fused, draws);
        let waiting = inside.take(self.endosomal_exit.fused, draws);
        tally[0] += u128::from(old + fresh + waiting);
        let rereleased = on.take(self.old_exit.rereleased + self.fresh_exit.rereleased, draws)
            + inside.take(self.endosomal_exit.rereleased, draws);
        let degraded = on.take(self.old_exit.degraded + self.fresh_exit.degraded, draws)
            + inside.take(self.endosomal_exit.degraded, draws);
        copies[0] = on.copies;
        copies[1] = inside.copies + moved_in;
        let left = [(old, &odds.bound), (fresh, &odds.fresh), (waiting, &odds.endosomal)]
            .map(|(n, passage)| draws.binomial(n, survival(passage)));
        let left = left.iter().sum();
        tally[1] += u128::from(old + fresh + waiting - left);
        tally[2] += u128::from(degraded);
        tally[3] += u128::from(rereleased);
        left
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

/// Vesicles with cargo, from which some are taken at random.
struct Bag {
    copies: u64,
    vesicles: u64,
    dispersion: f64,
}

impl Bag {
    fn take(&mut self, vesicles: u64, draws: &mut Draws) -> u64 {
        let copies = share_out(self.dispersion, self.copies, self.vesicles, vesicles, draws);
        self.copies -= copies;
        self.vesicles -= vesicles;
        copies
    }
}
