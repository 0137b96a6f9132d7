//! Free vesicles of the twin, their capture, what blood does to them, and what dying cells let free.

use super::fields::relax;
use super::state::Twin;
use crate::setup::WallOf;
use tissue_vesicles::capture::{Filling, ceiling_um3_per_min, filling_clearance, in_series};

impl Twin<'_> {
    /// Gives what is due at a tick, mixed as all is here.
    pub(super) fn give(&mut self, tick: u32) {
        for (p, population) in self.setup.populations.iter().enumerate() {
            if population.dose.ticks.contains(&tick) {
                let sizes = self.free[p].iter_mut().zip(&population.law.bins);
                sizes.for_each(|(free, size)| *free += population.dose.per_um3 * size.share);
                self.accounts.population(p).injected += population.dose.per_um3 * self.volume_um3;
            }
        }
    }

    /// Half a step of binding to and release from the matrix.
    pub(super) fn exchange_with_matrix(&mut self) {
        for (p, odds) in self.depots.iter().enumerate() {
            let Some(odds) = odds else { continue };
            let mut lost = 0.0;
            for (free, bound) in self.free[p].iter_mut().zip(&mut self.bound[p]) {
                let loss = odds.exchange(free, bound);
                lost += loss.free + loss.bound;
            }
            self.accounts.population(p).cleared += lost * self.volume_um3;
        }
    }

    /// Release, capture, loss and blood over the step, then the pools.
    pub(super) fn exchange_vesicles(&mut self) {
        self.captured.iter_mut().for_each(|of_kind| of_kind.fill(0.0));
        let setup = self.setup;
        for (p, population) in setup.populations.iter().enumerate() {
            let release: f64 = (0..self.live.len())
                .map(|kind| {
                    self.live[kind] * self.behaviours.value(self.plan.numbers.release(p), kind, kind as u16)
                })
                .sum();
            self.accounts.population(p).released += release * self.odds.length_min;
            self.let_fill(p, population.decay_per_min);
            for (bin, size) in population.law.bins.iter().enumerate() {
                self.capture(p, bin, release * size.share / self.volume_um3, population.decay_per_min);
            }
        }
        for kind in 0..self.pools.len() {
            self.advance_pools(kind);
        }
    }

    /// What the surface of each kind clears of a population: where it fills within the step, the mean of it. As in the tissue, in two
    /// passes.
    fn let_fill(&mut self, p: usize, decay_per_min: f64) {
        let law = &self.setup.populations[p].law;
        if law.capture.iter().flatten().all(|rule| rule.capacity == f64::INFINITY) {
            for (kind, surface) in self.surfaces.iter_mut().enumerate() {
                let rule = law.capture.get(kind).copied().flatten();
                *surface = rule.map_or(0.0, |rule| rule.clearance_um3_per_min);
            }
            return;
        }
        let mut fall_per_min = decay_per_min;
        let free: f64 = self.free[p].iter().sum();
        for _ in 0..2 {
            let mut taken = 0.0;
            for kind in 0..self.live.len() {
                let arrive = |surface: f64| -> f64 {
                    let of_bin = |bin: usize| self.free[p][bin] * self.far_clearance(kind, p, bin, surface);
                    (0..law.bins.len()).map(of_bin).sum()
                };
                let Some(Some(rule)) = law.capture.get(kind) else {
                    self.surfaces[kind] = 0.0;
                    continue;
                };
                let bound = self.pools[kind].bound[p];
                let leave_per_min = law.fate.internalise_per_min;
                let filling = Filling { bound, leave_per_min, fall_per_min, minutes: self.odds.length_min };
                let surface = filling_clearance(rule, &filling, arrive);
                taken += arrive(surface) * self.live[kind] / self.volume_um3;
                self.surfaces[kind] = surface;
            }
            if free <= 0.0 {
                return;
            }
            fall_per_min = decay_per_min + taken / free;
        }
    }

    /// Capture and loss of one size of one population over the step; what is lost is shared by clearance.
    fn capture(&mut self, p: usize, bin: usize, released: f64, decay_per_min: f64) {
        let dt = self.odds.length_min;
        let size = &self.setup.populations[p].law.bins[bin];
        let blood = self.supply(WallOf::Population(p), size.diffusion_um2_per_min, size.share);
        let fed = blood.clearance_um3_per_min / self.volume_um3;
        for kind in 0..self.live.len() {
            self.clearances[kind] = self.far_clearance(kind, p, bin, self.surfaces[kind]);
        }
        let sink: f64 = self.clearances.iter().zip(&self.live).map(|(c, n)| c * n / self.volume_um3).sum();
        let (source, loss) = (released + fed * blood.blood, sink + fed + decay_per_min);
        let before = self.free[p][bin];
        let after = relax(before, source, loss, dt);
        let lost = (before - after + source * dt).max(0.0) * self.volume_um3;
        self.free[p][bin] = after;
        let per_min = if loss > 0.0 { lost / loss } else { 0.0 };
        for (kind, clearance) in self.clearances.iter().enumerate() {
            self.captured[kind][p] += per_min * clearance / self.volume_um3 / dt;
        }
        let accounts = self.accounts.population(p);
        accounts.brought += fed * blood.blood * dt * self.volume_um3;
        accounts.carried_off += per_min * fed;
        accounts.cleared += per_min * decay_per_min;
    }

    fn advance_pools(&mut self, kind: usize) {
        let pools = &mut self.pools[kind];
        let cells = self.live[kind];
        for (p, before) in self.before.iter_mut().enumerate() {
            *before = [pools.rereleased[p], pools.fused[p], pools.degraded[p]];
        }
        self.copies_before.clone_from(&pools.cytosol);
        pools.advance_exact(&self.lanes.laws, &self.odds, &self.captured[kind]);
        for (lane, (before, kept)) in self.copies_before.iter().zip(&self.odds.kept).enumerate() {
            self.accounts.deliver(lane, cells, *before, *kept, pools.cytosol[lane]);
        }
        for (p, population) in self.setup.populations.iter().enumerate() {
            let [rereleased, fused, degraded] = self.before[p];
            let back = (pools.rereleased[p] - rereleased) * cells;
            let accounts = self.accounts.population(p);
            accounts.rereleased += back;
            accounts.fused += (pools.fused[p] - fused) * cells;
            accounts.degraded += (pools.degraded[p] - degraded) * cells;
            for (bin, size) in population.law.bins.iter().enumerate() {
                self.free[p][bin] += back / self.volume_um3 * size.share;
            }
        }
    }

    /// The clearance of a kind from afar, of which the surface clears so much.
    fn far_clearance(&self, kind: usize, population: usize, bin: usize, surface: f64) -> f64 {
        let size = &self.setup.populations[population].law.bins[bin];
        let vesicle_um = 0.5 * size.diameter_um;
        in_series(surface, ceiling_um3_per_min(self.radius_um[kind], vesicle_um, size.diffusion_um2_per_min))
    }

    /// What so many dying cells of a kind take with them or let free; in the twin they go as they die.
    pub(super) fn spill(&mut self, kind: usize, died: f64) {
        if died <= 0.0 {
            return;
        }
        let pools = &self.pools[kind];
        for (p, population) in self.setup.populations.iter().enumerate() {
            let whole = (pools.bound[p] + pools.endosomal[p]) * died;
            let spilled = population.spill_share * whole;
            let accounts = self.accounts.population(p);
            accounts.spilled += spilled;
            accounts.lost += whole - spilled;
            for (free, size) in self.free[p].iter_mut().zip(&population.law.bins) {
                *free += spilled / self.volume_um3 * size.share;
            }
        }
        for (lane, copies) in pools.cytosol.iter().enumerate() {
            self.accounts.lose(lane, copies * died);
        }
    }
}
