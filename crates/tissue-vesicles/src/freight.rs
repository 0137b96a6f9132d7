//! The cargo of one population in one cell over one tick: copies go where their vesicles go.
//!
//! Equation: of N copies in k vesicles, those in the j that moved are `cargo::share_out`; a copy that reaches the cytosol
//! is still there at the end of the tick with the chance of `fate`.
//! Discretisation: exact in distribution; species of few copies are drawn together (`few`).
//! Reference: see `cargo`, `fate` and `few`.
//! Proved by `tests/means.rs`, `tests/few.rs` and `tests/ledger.rs`.

use crate::cargo::share_out;
use crate::fate::FateOdds;
use crate::few::{FEW, Load, any_copy};
use crate::law::CargoLaw;
use crate::ledger::Tally;
use vesicle_base::Draws;

/// Ways that a vesicle may go in a tick. From the endosome first, since what comes in from the surface stays there:
/// fused, back outside, degraded; then from the surface: fused of those bound before, fused of those captured within
/// the tick, back outside, degraded, and in but not out of the endosome.
pub(crate) const N_WAYS: usize = 8;
const FUSED: [usize; 3] = [3, 4, 0];
const RERELEASED: [usize; 2] = [1, 5];
const DEGRADED: [usize; 2] = [2, 6];
const INWARD: usize = 7;
/// The first way that starts on the surface.
const FROM_SURFACE: usize = 3;

/// Copies by the way they went.
type Taken = [u64; N_WAYS];

/// What moves, and where in a row its copies stand.
pub(crate) struct Freight<'a> {
    pub cargo: &'a [CargoLaw],
    pub load: &'a Load,
    pub odds: &'a FateOdds,
    /// Vesicles bound and endosomal when the tick began.
    pub held: [u64; 2],
    /// Vesicles that went each way.
    pub moved: [u64; N_WAYS],
    /// Slot of the bound copies of the first cargo; those in endosomes follow, then the next cargo.
    pub first: usize,
    /// Slot of the first species in the cytosol.
    pub cytosol: usize,
}

impl Freight<'_> {
    /// Moves all copies and adds them to the tallies of their species; returns whether any is new in the cytosol.
    pub fn carry(
        &self,
        row: &mut [u64],
        tally: &mut [Tally],
        few: &mut Vec<usize>,
        draws: &mut Draws,
    ) -> bool {
        if self.moved == [0; N_WAYS] {
            return false;
        }
        let shares = self.shares();
        let (mut together, mut differs) = ([0, 0], false);
        few.clear();
        for c in self.load.order() {
            let at = self.first + 2 * c;
            let copies = [row[at], row[at + 1]];
            if copies == [0, 0] {
                continue;
            }
            let dispersion = self.cargo[c].dispersion;
            let expected = copies[0] as f64 * shares[0] + copies[1] as f64 * shares[1];
            if dispersion == 0.0 && expected < FEW {
                few.push(at);
                together = [together[0] + copies[0], together[1] + copies[1]];
                continue;
            }
            let taken = self.take(copies, dispersion, draws);
            differs |= self.settle(c, &taken, row, tally, draws);
        }
        differs | self.carry_few(together, few, row, tally, draws)
    }

    /// Shares of the bound and of the endosomal vesicles that went any way.
    fn shares(&self) -> [f64; 2] {
        let (from_endosome, from_surface) = self.moved.split_at(FROM_SURFACE);
        let share = |moved: &[u64], of: u64| moved.iter().sum::<u64>() as f64 / of.max(1) as f64;
        [share(from_surface, self.held[0]), share(from_endosome, self.held[1])]
    }

    /// Of the copies in bound and in endosomal vesicles, those that go each way.
    fn take(&self, mut copies: [u64; 2], dispersion: f64, draws: &mut Draws) -> Taken {
        let mut vesicles = self.held;
        core::array::from_fn(|way| {
            let (place, moved) = (place_of(way), self.moved[way]);
            let taken = share_out(dispersion, copies[place], vesicles[place], moved, draws);
            copies[place] -= taken;
            vesicles[place] -= moved;
            taken
        })
    }

    /// The same for species of few copies: how many of all of them, then which.
    fn carry_few(
        &self,
        mut together: [u64; 2],
        few: &[usize],
        row: &mut [u64],
        tally: &mut [Tally],
        draws: &mut Draws,
    ) -> bool {
        let taken = self.take(together, 0.0, draws);
        let mut differs = false;
        for (way, copies) in taken.into_iter().enumerate() {
            let place = place_of(way);
            for _ in 0..copies {
                let slot = few[any_copy(row, few, place, together[place], draws)];
                together[place] -= 1;
                differs |= self.settle_one(slot, way, row, tally, draws);
            }
        }
        differs
    }

    /// Books what was taken of one cargo; returns whether any is new in the cytosol.
    fn settle(
        &self,
        c: usize,
        taken: &Taken,
        row: &mut [u64],
        tally: &mut [Tally],
        draws: &mut Draws,
    ) -> bool {
        let (at, species) = (self.first + 2 * c, self.cargo[c].species as usize);
        let of = |ways: &[usize]| ways.iter().map(|way| taken[*way]).sum::<u64>();
        row[at] -= taken[FROM_SURFACE..].iter().sum::<u64>();
        row[at + 1] -= taken[..FROM_SURFACE].iter().sum::<u64>();
        row[at + 1] += taken[INWARD];
        let fused = FUSED.iter().zip(self.odds.passages());
        let left: u64 = fused.map(|(way, on)| draws.binomial(taken[*way], on.survival[c])).sum();
        row[self.cytosol + species] += left;
        let booked = [of(&FUSED), of(&FUSED) - left, of(&DEGRADED), of(&RERELEASED)];
        tally[species].iter_mut().zip(booked).for_each(|(sum, copies)| *sum += u128::from(copies));
        left > 0
    }

    /// The same for one copy of the cargo at `slot`.
    fn settle_one(
        &self,
        slot: usize,
        way: usize,
        row: &mut [u64],
        tally: &mut [Tally],
        draws: &mut Draws,
    ) -> bool {
        let c = (slot - self.first) / 2;
        let species = self.cargo[c].species as usize;
        let tally = &mut tally[species];
        row[slot + place_of(way)] -= 1;
        match FUSED.iter().position(|fused| *fused == way) {
            Some(start) => {
                let left = draws.happens(self.odds.passages()[start].survival[c]);
                row[self.cytosol + species] += u64::from(left);
                tally[0] += 1;
                tally[1] += u128::from(!left);
                return left;
            }
            None if way == INWARD => row[slot + 1] += 1,
            None if DEGRADED.contains(&way) => tally[2] += 1,
            None => tally[3] += 1,
        }
        false
    }
}

/// Where the copies of a way were: 0 on the surface, 1 in the endosome.
fn place_of(way: usize) -> usize {
    usize::from(way < FROM_SURFACE)
}
