//! What went where: counts by which every vesicle and every copy can be followed to its end.
//!
//! For each population captured = bound + endosomal + fused + degraded + re-released + spilled + lost, and for each
//! species captured + sent by touching cells = in bound + in endosomal + in the cytosol + decayed + degraded +
//! re-released + spilled + lost, to the last one. Free vesicles that are carried one by one have accounts of their own.

use crate::particles::{Origin, SwarmFlows};
use vesicle_base::{Rng, Span};

/// Vesicles of one population that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PopulationFlows {
    /// Free to bound.
    pub captured: u128,
    /// Bound to endosomal.
    pub internalised: u128,
    /// Endosomal to fused.
    pub fused: u128,
    /// Endosomal to degraded.
    pub degraded: u128,
    /// Endosomal to free.
    pub rereleased: u128,
    /// Gone with the cell that held them; 0 in the flows of a tick, where the turnover returns its own.
    pub lost: u128,
    /// Free again when the cell that held them ended; 0 in the flows of a tick.
    pub spilled: u128,
}

/// Copies of one species that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpeciesFlows {
    /// Came with captured vesicles.
    pub captured: u128,
    /// Endosome to cytosol.
    pub delivered: u128,
    /// Decayed in the cytosol.
    pub decayed: u128,
    /// Degraded with their vesicles.
    pub degraded: u128,
    /// Left with re-released vesicles.
    pub rereleased: u128,
    /// Gone with the cell that held them; 0 in the flows of a tick.
    pub lost: u128,
    /// Left with vesicles that came free when their cell ended; 0 in the flows of a tick.
    pub spilled: u128,
    /// Sent by touching cells out of what they make themselves.
    pub sent: u128,
    /// Crossed from a cell to one that it touches, and maybe back: no account, for nothing is made or lost.
    pub crossed: u128,
}

/// Free vesicles of one population that came and went; all of them integers, for they are carried one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeFlows {
    /// Made by cells.
    pub released: u128,
    /// Brought in from outside the tissue.
    pub injected: u128,
    /// Given back by cells that had captured them.
    pub rereleased: u128,
    /// Came free when the cell that held them ended.
    pub spilled: u128,
    /// Free to bound.
    pub captured: u128,
    /// Lost while free or in the matrix.
    pub cleared: u128,
    /// Gone through an open side.
    pub left: u128,
}

impl FreeFlows {
    /// Every account with its name: the first four are where vesicles come from, the others where they went.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, u128)> {
        [
            ("released", self.released),
            ("injected", self.injected),
            ("re-released", self.rereleased),
            ("spilled", self.spilled),
            ("captured", self.captured),
            ("cleared", self.cleared),
            ("left", self.left),
        ]
        .into_iter()
    }

    /// Vesicles that came free.
    pub fn come(&self) -> u128 {
        self.released + self.injected + self.rereleased + self.spilled
    }

    /// Vesicles that are free no more.
    pub fn gone(&self) -> u128 {
        self.captured + self.cleared + self.left
    }

    pub(crate) fn columns_mut(&mut self) -> [&mut u128; 7] {
        [
            &mut self.released,
            &mut self.injected,
            &mut self.rereleased,
            &mut self.spilled,
            &mut self.captured,
            &mut self.cleared,
            &mut self.left,
        ]
    }

    pub(crate) fn come_by(&mut self, origin: Origin, count: u64) {
        *self.columns_mut()[origin.index()] += u128::from(count);
    }

    /// Books what a swarm lost between two counts.
    pub(crate) fn lose(&mut self, before: &SwarmFlows, after: &SwarmFlows) {
        self.captured += u128::from(after.captured - before.captured);
        self.cleared += u128::from(after.expired - before.expired);
        self.left += u128::from(after.left - before.left);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        let more = other.columns().map(|(_, n)| n);
        self.columns_mut().into_iter().zip(more).for_each(|(slot, n)| *slot += n);
    }
}

/// Everything that moved in a tick, or since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// Per population.
    pub populations: Vec<PopulationFlows>,
    /// Per species.
    pub species: Vec<SpeciesFlows>,
}

/// What a set of cells holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Vesicles bound, per population.
    pub bound: Vec<u128>,
    /// Vesicles in endosomes, per population.
    pub endosomal: Vec<u128>,
    /// Copies in bound vesicles, per species.
    pub copies_bound: Vec<u128>,
    /// Copies in endosomal vesicles, per species.
    pub copies_endosomal: Vec<u128>,
    /// Copies in the cytosol, per species.
    pub copies_cytosol: Vec<u128>,
}

/// What the cells that went in a turnover held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Their contents, booked as lost.
    pub held: Held,
    /// Each of them.
    pub cells: Vec<LostCell>,
}

/// One cell that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostCell {
    /// Its identity.
    pub id: u64,
    /// Its row before the turnover.
    pub row: u32,
    /// Vesicles still whole in or on it, per population: bound and endosomal.
    pub whole: Vec<u64>,
    /// Vesicles that it had released again and nobody has yet put back into the field, per population. They are
    /// booked as re-released, not as lost.
    pub outbound: Vec<u64>,
    /// Copies in those whole vesicles, per population and in its order of cargo.
    pub copies: Vec<Vec<u64>>,
}

/// Vesicles of one population that came free when a cell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spilled {
    /// Identity of the cell.
    pub id: u64,
    /// Its row before the turnover.
    pub row: u32,
    /// The population.
    pub population: usize,
    /// How many vesicles.
    pub vesicles: u64,
}

impl LostCell {
    /// Whole vesicles of a population that come free when the share `fraction` survives the cell's end.
    ///
    /// They stay booked as lost here, and the caller books them as released; [`crate::Vesicles::spill`] books both.
    pub fn spill(&self, population: usize, fraction: f64, span: &Span, rng: &Rng) -> u64 {
        let part = crate::purpose::part(self.id, population, 0);
        rng.at(crate::purpose::SPILL, part, span.tick).binomial(self.whole[population], fraction)
    }
}

/// Order in which a tally counts: population moves, then species moves, four numbers each.
pub(crate) type Tally = [u128; 4];

impl Held {
    pub(crate) fn new(n_populations: usize, n_species: usize) -> Self {
        Self {
            bound: vec![0; n_populations],
            endosomal: vec![0; n_populations],
            copies_bound: vec![0; n_species],
            copies_endosomal: vec![0; n_species],
            copies_cytosol: vec![0; n_species],
        }
    }
}

impl Flows {
    pub(crate) fn new(n_populations: usize, n_species: usize) -> Self {
        Self {
            populations: vec![PopulationFlows::default(); n_populations],
            species: vec![SpeciesFlows::default(); n_species],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.populations.fill(PopulationFlows::default());
        self.species.fill(SpeciesFlows::default());
    }

    pub(crate) fn count(&mut self, tally: &[Tally]) {
        let (populations, species) = tally.split_at(self.populations.len());
        for (flows, [internalised, fused, degraded, rereleased]) in
            self.populations.iter_mut().zip(populations)
        {
            flows.internalised += internalised;
            flows.fused += fused;
            flows.degraded += degraded;
            flows.rereleased += rereleased;
        }
        for (flows, [delivered, decayed, degraded, rereleased]) in self.species.iter_mut().zip(species) {
            flows.delivered += delivered;
            flows.decayed += decayed;
            flows.degraded += degraded;
            flows.rereleased += rereleased;
        }
    }

    pub(crate) fn lose(&mut self, held: &Held) {
        for (p, flows) in self.populations.iter_mut().enumerate() {
            flows.lost += held.bound[p] + held.endosomal[p];
        }
        for (s, flows) in self.species.iter_mut().enumerate() {
            flows.lost += held.copies_bound[s] + held.copies_endosomal[s] + held.copies_cytosol[s];
        }
    }

    /// Whether these flows since the start account for what is held, to the last vesicle and copy.
    pub fn close_with(&self, held: &Held) -> bool {
        let vesicles = self.populations.iter().enumerate().all(|(p, f)| {
            f.captured
                == held.bound[p]
                    + held.endosomal[p]
                    + f.fused
                    + f.degraded
                    + f.rereleased
                    + f.lost
                    + f.spilled
        });
        vesicles
            && self.species.iter().enumerate().all(|(s, f)| {
                let inside = held.copies_bound[s] + held.copies_endosomal[s] + held.copies_cytosol[s];
                f.captured + f.sent == inside + f.decayed + f.degraded + f.rereleased + f.lost + f.spilled
            })
    }
}
