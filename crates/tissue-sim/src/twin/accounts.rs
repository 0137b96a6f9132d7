//! Where every vesicle and every copy of the twin went: the accounts of `ledger`, as means. They close after every step.

use super::state::Twin;
use crate::ledger::Row;

/// What has passed so far, per population and per lane of molecules.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    populations: Vec<OfPopulation>,
    lanes: Vec<OfLane>,
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

/// Copies of one lane in the cytosol.
#[derive(Clone, Copy, Debug, Default)]
struct OfLane {
    delivered: f64,
    sent: f64,
    decayed: f64,
    lost: f64,
}

impl Accounts {
    pub(super) fn new(n_populations: usize, n_lanes: usize) -> Self {
        Self {
            populations: vec![OfPopulation::default(); n_populations],
            lanes: vec![OfLane::default(); n_lanes],
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
    pub(super) fn deliver(&mut self, lane: usize, cells: f64, before: f64, kept: f64, after: f64) {
        self.lanes[lane].delivered += cells * (after - before * kept);
        self.lanes[lane].decayed += cells * before * (1.0 - kept);
    }

    /// Books what donors sent in a step and what of it was still there at its end.
    pub(super) fn send(&mut self, lane: usize, sent: f64, arrived: f64) {
        self.lanes[lane].sent += sent;
        self.lanes[lane].decayed += sent - arrived;
    }

    /// Books what went with cells that died.
    pub(super) fn lose(&mut self, lane: usize, copies: f64) {
        self.lanes[lane].lost += copies;
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
        for (index, lanes) in self.lanes.of_molecule.iter().enumerate() {
            let all = |of: &dyn Fn(&OfLane) -> f64| -> f64 {
                lanes.iter().map(|(lane, each)| each * of(&self.accounts.lanes[*lane])).sum()
            };
            let mut row =
                |account, sign, amount| rows.push(Row { index, is_species: true, account, sign, amount });
            row("delivered", 1, all(&|a| a.delivered));
            row("sent by contact", 1, all(&|a| a.sent));
            row("in the cytosol", -1, in_cells(&|kind| self.lanes.copies(index, &self.pools[kind].cytosol)));
            row("decayed", -1, all(&|a| a.decayed));
            row("lost with dead cells", -1, all(&|a| a.lost));
        }
        rows
    }
}
