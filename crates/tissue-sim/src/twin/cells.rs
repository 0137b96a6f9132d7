//! Mean cells of the twin: what they sense, and how they live, die and change.

use super::fields::relax;
use super::state::Twin;
use super::vessels::Pace;
use crate::setup::{Behaviour, Setup, Signal};
use tissue_cells::{Own, OwnSignal, SignalId};
use tissue_vesicles::MeanPools;
use vesicle_base::math;

impl Twin<'_> {
    /// Rules, over signals as mean cells have them.
    pub(super) fn respond(&mut self, end_min: f64) {
        for kind in 0..self.pools.len() {
            if self.reads_repression[kind] {
                self.repress(kind);
            }
        }
        for column in 0..self.plan.signals.len() {
            for kind in 0..self.live.len() {
                let value = self.signal(self.plan.signals[column], kind, end_min);
                self.signals.column_mut(SignalId(column as u16))[kind] = value;
            }
        }
        self.plan.rules.respond(&self.kinds, &self.none_dead, &self.signals, &mut self.behaviours);
        if let Some(column) = self.behaviours.column_mut(Own::Necrosis.id()) {
            for (kind, lack) in self.plan.lack.iter().enumerate() {
                if let Some(lack) = lack {
                    let without = self.plan.necrosis_base[kind].unwrap_or(column[kind]);
                    column[kind] = without + lack.rate_at(self.fields[lack.field]);
                }
            }
        }
    }

    /// A signal as a mean live cell has it. A crowd has no place in the twin: pressure and contact are 0.
    fn signal(&self, signal: Signal, kind: usize, end_min: f64) -> f64 {
        match signal {
            Signal::Field(field) => self.fields[field],
            Signal::Repression(program) => self.repression[kind][program],
            Signal::Copies(ways) => {
                let cytosol = &self.pools[kind].cytosol;
                ways.species().map(|molecule| self.lanes.copies(molecule, cytosol)).sum()
            }
            Signal::TakenUp(population) => self.pools[kind].taken_up[population],
            Signal::AllTakenUp => self.pools[kind].taken_up.iter().sum(),
            Signal::Labelled(population) => self.pools[kind].labelled(population),
            Signal::AllLabelled => {
                (0..self.lanes.laws.len()).map(|population| self.pools[kind].labelled(population)).sum()
            }
            Signal::Own(OwnSignal::Time) => end_min,
            Signal::Own(OwnSignal::Volume) => self.setup.kinds[kind].law.volume.total_um3,
            Signal::Own(OwnSignal::Damage) => self.damage[kind],
            Signal::Gradient(_) | Signal::Own(_) => 0.0,
        }
    }

    /// Growth, death and change of kind by the mean rates; division shares the contents of a cell between two.
    pub(super) fn live_and_die(&mut self, end_min: f64, dt: f64) {
        let before = if self.changes_kind { self.live.clone() } else { Vec::new() };
        for kind in 0..self.live.len() {
            let value = |own: Own| self.behaviours.value(own.id(), kind, kind as u16);
            let death = value(Own::Apoptosis) + value(Own::Necrosis);
            let [damage, repair] = [value(Own::DamageRate), value(Own::RepairRate)];
            self.travelled_um[kind] += value(Own::MigrationSpeed) * dt;
            let birth = self.births(kind, death, end_min, dt);
            let died = self.live[kind] * -math::expm1(-death * dt);
            self.spill(kind, died);
            self.damage[kind] = relax(self.damage[kind], damage, repair, dt);
            self.live[kind] *= math::exp((birth - death) * dt);
            dilute(&mut self.pools[kind], math::exp(-birth * dt));
        }
        if self.changes_kind {
            self.change_kind(&before, dt);
        }
    }

    /// Divisions per cell and minute over the step; of a kind that is joined into vessels by the roles of its cells.
    fn births(&mut self, kind: usize, death: f64, end_min: f64, dt: f64) -> f64 {
        let division = self.birth_per_min(kind, 1.0);
        let Some(mut vessels) = self.vessels.take() else { return division };
        let birth = if usize::from(vessels.setup.kind) == kind {
            let tip_division = self.birth_per_min(kind, vessels.setup.tip_cycle_share);
            let speed_um_per_min = self.behaviours.value(Own::MigrationSpeed.id(), kind, kind as u16);
            vessels.meet(self.live[kind], vessels.setup.guide.map_or(0.0, |field| self.fields[field]));
            let pace = Pace { division, tip_division, death, speed_um_per_min };
            vessels.advance(pace, end_min, dt)
        } else {
            division
        };
        self.vessels = Some(vessels);
        birth
    }

    /// Divisions per cell and minute when it keeps a share of its cycle entry.
    fn birth_per_min(&self, kind: usize, share: f64) -> f64 {
        let exits = self.setup.kinds[kind].law.cycle.phases().len();
        let mut time_min = 0.0;
        for n in 0..exits {
            let exit = self.behaviours.value(Own::phase_exit(n as u8).id(), kind, kind as u16);
            let rate =
                if Own::phase_exit(n as u8).id() == Own::CycleEntry.id() { share * exit } else { exit };
            if rate <= 0.0 {
                return 0.0;
            }
            time_min += 1.0 / rate;
        }
        if time_min > 0.0 { 1.0 / time_min } else { 0.0 }
    }

    /// Moves live cells between kinds: those that transform, and daughters that are born as another kind. What they
    /// hold goes with them, so that a kind holds the mean of its own and of those that joined it.
    fn change_kind(&mut self, before: &[f64], dt: f64) {
        let numbers = self.plan.numbers;
        let n_kinds = self.live.len();
        let mut moves = Vec::new();
        for (from, n_before) in before.iter().enumerate() {
            let value = |id| self.behaviours.value(id, from, from as u16).max(0.0);
            let others = || (0..n_kinds).filter(|to| *to != from);
            let rates: Vec<(usize, f64)> =
                others().map(|to| (to, value(numbers.transformation(to)))).collect();
            let total: f64 = rates.iter().map(|(_, rate)| rate).sum();
            let leaving = -math::expm1(-total * dt) * self.live[from];
            let moved =
                rates.iter().filter(|(_, r)| *r > 0.0).map(|(to, r)| (from, *to, leaving * r / total));
            moves.extend(moved);
            let born = (0.5 * (n_before + self.live[from]) * self.birth_per_min(from, 1.0) * dt)
                .min(self.live[from]);
            let shares = others().map(|to| (to, value(numbers.asymmetric_division(to)).min(1.0)));
            moves
                .extend(shares.filter(|(_, share)| *share > 0.0).map(|(to, share)| (from, to, born * share)));
        }
        for (from, to, n) in moves {
            let n = n.min(self.live[from]);
            if n > 0.0 {
                let share = n / (self.live[to] + n);
                let (joins, stays) = (self.pools[from].clone(), &mut self.pools[to]);
                mix(stays, &joins, share);
                self.damage[to] += share * (self.damage[from] - self.damage[to]);
                self.live[from] -= n;
                self.live[to] += n;
            }
        }
    }
}

fn dilute(pools: &mut MeanPools, kept: f64) {
    let columns =
        [&mut pools.bound, &mut pools.endosomal, &mut pools.label, &mut pools.taken_up, &mut pools.cytosol];
    for column in columns {
        column.iter_mut().for_each(|value| *value *= kept);
    }
}

/// Moves a share of the way from what some hold to what others hold.
fn mix(stays: &mut MeanPools, joins: &MeanPools, share: f64) {
    let blend = |mine: &mut Vec<f64>, theirs: &[f64]| {
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += share * (theirs - *mine));
    };
    blend(&mut stays.bound, &joins.bound);
    blend(&mut stays.endosomal, &joins.endosomal);
    blend(&mut stays.label, &joins.label);
    blend(&mut stays.taken_up, &joins.taken_up);
    blend(&mut stays.cytosol, &joins.cytosol);
}

/// Whether cells of some kind may become, or be born as, another.
pub(super) fn changes_kind(setup: &Setup) -> bool {
    let moved = |b: Behaviour| matches!(b, Behaviour::Transformation(_) | Behaviour::AsymmetricDivision(_));
    let toward = |kind: &crate::setup::KindSetup| {
        kind.toward.iter().any(|to| to.transformation_per_min > 0.0 || to.daughter_share > 0.0)
    };
    setup.rules.iter().any(|rule| moved(rule.behaviour)) || setup.kinds.iter().any(toward)
}
