//! Where every vesicle and every copy of the twin went: the accounts of `ledger`, as means. They close after every step.

use super::state::Twin;
use crate::ledger::Row;

/// What has passed so far, per population and per molecule.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    populations: Vec<OfPopulation>,
    species: Vec<OfSpecies>,
}

/// Vesicles of one population.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OfPopulation {
    pub injected: f64,
    pub released: f64,
    pub rereleased: f64,
    pub spilled: f64,
    pub brought: f64,
    pub carried_off: f64,
    pub cleared: f64,
    pub fused: f64,
    pub degraded: f64,
    pub lost: f64,
}

/// Copies of one molecule in the cytosol.
#[derive(Clone, Copy, Debug, Default)]
struct OfSpecies {
    delivered: f64,
    sent: f64,
    decayed: f64,
    lost: f64,
}

impl Accounts {
    pub(super) fn new(n_populations: usize, n_species: usize) -> Self {
        Self {
            populations: vec![OfPopulation::default(); n_populations],
            species: vec![OfSpecies::default(); n_species],
        }
    }

    pub(super) fn population(&mut self, population: usize) -> &mut OfPopulation {
        &mut self.populations[population]
    }

    /// Vesicles that blood brought.
    pub(super) fn brought(&self, population: usize) -> f64 {
        self.populations[population].brought
    }

    /// Books what cells hold after a step of the pools that kept a share of what was there.
    pub(super) fn deliver(&mut self, species: usize, cells: f64, before: f64, kept: f64, after: f64) {
        self.species[species].delivered += cells * (after - before * kept);
        self.species[species].decayed += cells * before * (1.0 - kept);
    }

    /// Books what donors sent in a step and what of it was still there at its end.
    pub(super) fn send(&mut self, species: usize, sent: f64, arrived: f64) {
        self.species[species].sent += sent;
        self.species[species].decayed += sent - arrived;
    }

    /// Books what went with cells that died.
    pub(super) fn lose(&mut self, species: usize, copies: f64) {
        self.species[species].lost += copies;
    }
}

impl Twin<'_> {
    /// All accounts now. Those of a molecule begin where it reaches the cytosol: what still lies in vesicles is in the
    /// accounts of their populations.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let in_cells = |of: &dyn Fn(usize) -> f64| -> f64 {
            self.live.iter().enumerate().map(|(kind, n)| n * of(kind)).sum()
        };
        for (index, a) in self.accounts.populations.iter().enumerate() {
            let mut row =
                |account, sign, amount| rows.push(Row { index, is_species: false, account, sign, amount });
            row("injected", 1, a.injected);
            row("released", 1, a.released);
            row("re-released", 1, a.rereleased);
            row("left by dead cells", 1, a.spilled);
            row("brought by blood", 1, a.brought);
            row("free", -1, self.free[index].iter().sum::<f64>() * self.volume_um3);
            row("matrix-bound", -1, self.bound[index].iter().sum::<f64>() * self.volume_um3);
            row("cell-bound", -1, in_cells(&|kind| self.pools[kind].bound[index]));
            row("endosomal", -1, in_cells(&|kind| self.pools[kind].endosomal[index]));
            row("fused", -1, a.fused);
            row("degraded", -1, a.degraded);
            row("given back", -1, a.rereleased);
            row("given up by dead cells", -1, a.spilled);
            row("lost with dead cells", -1, a.lost);
            row("cleared", -1, a.cleared);
            row("carried off by blood", -1, a.carried_off);
        }
        for (index, a) in self.accounts.species.iter().enumerate() {
            let mut row =
                |account, sign, amount| rows.push(Row { index, is_species: true, account, sign, amount });
            row("delivered", 1, a.delivered);
            row("sent by contact", 1, a.sent);
            row("in the cytosol", -1, in_cells(&|kind| self.pools[kind].cytosol[index]));
            row("decayed", -1, a.decayed);
            row("lost with dead cells", -1, a.lost);
        }
        rows
    }
}
