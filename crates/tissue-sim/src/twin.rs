//! The well-mixed twin: the same setup in one voxel, a dozen ordinary differential equations.
//!
//! It carries each kind's live count and mean behaviour under the same rules, free vesicles, and the pools and
//! response of a mean cell of each kind, by the functions that the tissue calls. It is what the tissue becomes when
//! everything diffuses infinitely fast: a field with a fixed side holds that side's value.

use crate::plan::{Numbers, Plan};
use crate::setup::{Setup, Signal};
use crate::start;
use std::collections::BTreeSet;
use tissue_cells::{Behaviours, Own, OwnSignal, SignalId, Signals};
use tissue_fields::Side;
use tissue_vesicles::particles::Hold;
use tissue_vesicles::{DepotOdds, LawError, MeanPools, PopulationLaw, Response, TickOdds, capture};
use vesicle_base::math;

/// One instant of the twin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instant {
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Live cells of each kind.
    pub live: Vec<f64>,
    /// Value of each plain field.
    pub fields: Vec<f64>,
    /// Vesicles of each population that no cell has, free or held by the matrix.
    pub free: Vec<f64>,
    /// Mean vesicles captured so far, per kind and population.
    pub taken_up: Vec<Vec<f64>>,
    /// Mean vesicles that a label shows, per kind and population.
    pub labelled: Vec<Vec<f64>>,
    /// Mean copies in the cytosol, per kind and molecule.
    pub copies: Vec<Vec<f64>>,
    /// Repression of each program, per kind.
    pub repression: Vec<Vec<f64>>,
    /// Way that a mean cell of each kind has moved at its speed, µm.
    pub travelled_um: Vec<f64>,
}

/// How fast the twin may go, and where it must halt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace<'a> {
    /// Longest step, ticks: steps double from one tick up to this, never beyond a twentieth of the time that has
    /// passed. The chances of a step are worked out once for each length, so few lengths are fast.
    pub longest_ticks: u32,
    /// Ticks that a step must end on, rising.
    pub stops: &'a [u32],
    /// Whether only the start, the stops and the end are shown.
    pub show_stops_only: bool,
    /// Whether repression is shown also for kinds none of whose rules reads it; 0 otherwise.
    pub unread_repression: bool,
}

impl Pace<'_> {
    /// Steps of up to so many ticks, each of them shown.
    pub fn steps_of(longest_ticks: u32) -> Self {
        Self { longest_ticks, stops: &[], show_stops_only: false, unread_repression: true }
    }
}

/// State of the twin.
struct Twin<'a> {
    setup: &'a Setup,
    plan: Plan,
    response: Response,
    laws: Vec<PopulationLaw>,
    odds: TickOdds,
    volume_um3: f64,
    live: Vec<f64>,
    damage: Vec<f64>,
    fields: Vec<f64>,
    /// Density of each population and size, per µm³.
    free: Vec<Vec<f64>>,
    /// What the matrix holds of each, per µm³.
    bound: Vec<Vec<f64>>,
    /// Half a step of the matrix, per population.
    depots: Vec<Option<DepotOdds>>,
    pools: Vec<MeanPools>,
    repression: Vec<Vec<f64>>,
    /// Whether some rule of a kind reads repression, so that it must be known at every step.
    reads_repression: Vec<bool>,
    travelled_um: Vec<f64>,
    behaviours: Behaviours,
    signals: Signals,
    radius_um: Vec<f64>,
    kinds: Vec<u16>,
    none_dead: Vec<bool>,
    /// Vesicles captured per cell and minute in this step, per kind and population.
    captured: Vec<Vec<f64>>,
    /// Clearances of all kinds for the size at hand.
    clearances: Vec<f64>,
    rereleased: Vec<f64>,
}

/// Runs the twin; an instant after every `every` ticks, the start included.
///
/// # Errors
/// Where the response contradicts itself.
pub fn run(setup: &Setup, every: u32) -> Result<Vec<Instant>, LawError> {
    let (mut instants, mut steps) = (Vec::new(), 0_u32);
    let every = every.max(1);
    follow(setup, Pace::steps_of(1), |done, instant| {
        if steps.is_multiple_of(every) || done == setup.n_ticks {
            instants.push(instant.clone());
        }
        steps += 1;
    })?;
    Ok(instants)
}

/// As [`run`], in steps that grow from one tick to `ticks` ticks, with an instant after each: vesicles, pools and
/// fields are advanced exactly over any step, so that only what rules, saturation and re-release change within a step
/// is delayed, by at most a twentieth of the time that has passed.
///
/// # Errors
/// Where the response contradicts itself.
pub fn run_in_steps(setup: &Setup, ticks: u32) -> Result<Vec<Instant>, LawError> {
    let mut instants = Vec::new();
    follow(setup, Pace::steps_of(ticks), |_, instant| instants.push(instant.clone()))?;
    Ok(instants)
}

/// Steps over this share of the time that has passed, and of one tick at least.
const GROWTH: u32 = 20;

/// Runs the twin at a pace and shows the start and the end of every step (or stop), with the ticks that are done;
/// nothing is kept.
///
/// # Errors
/// Where the response contradicts itself.
pub fn follow(setup: &Setup, pace: Pace<'_>, mut show: impl FnMut(u32, &Instant)) -> Result<(), LawError> {
    let mut twin = Twin::new(setup)?;
    let given: BTreeSet<u32> = setup.populations.iter().flat_map(|p| p.dose.ticks.iter().copied()).collect();
    let mut instant = Instant::default();
    let mut stops = pace.stops.iter().copied().peekable();
    let (mut done, mut last_given) = (0, 0);
    twin.give(0);
    twin.fill(&mut instant, 0.0, pace.unread_repression);
    show(0, &instant);
    while done < setup.n_ticks {
        if done > 0 && given.contains(&done) {
            twin.give(done);
            last_given = done;
        }
        while stops.next_if(|stop| *stop <= done).is_some() {}
        let stop = stops.peek().copied().unwrap_or(u32::MAX).min(setup.n_ticks);
        let next = given.range(done + 1..).next().copied().unwrap_or(stop).min(stop);
        let step = doubled_below(pace.longest_ticks.min((done - last_given) / GROWTH)).min(next - done);
        twin.set_step(f64::from(step) * setup.tick_min)?;
        done += step;
        let time_min = f64::from(done) * setup.tick_min;
        twin.tick(time_min);
        if !pace.show_stops_only || done == stop {
            twin.fill(&mut instant, time_min, pace.unread_repression);
            show(done, &instant);
        }
    }
    Ok(())
}

/// The largest power of two up to `ticks`; 1 at least.
fn doubled_below(ticks: u32) -> u32 {
    1 << ticks.max(1).ilog2()
}

impl<'a> Twin<'a> {
    fn new(setup: &'a Setup) -> Result<Self, LawError> {
        let plan = Plan::of(setup);
        let n_kinds = setup.kinds.len();
        let laws: Vec<_> = setup.populations.iter().map(|population| population.law.clone()).collect();
        let response = Response::new(&setup.response, &setup.species)?;
        let (behaviours, signals) = mean_cells(setup, &plan);
        let fixed = |law: &tissue_fields::FieldLaw| law.sides.iter().find_map(fixed_value);
        let starts = setup.fields.iter().map(|law| fixed(law).unwrap_or(law.start));
        Ok(Self {
            odds: TickOdds::new(&laws, &setup.species, 0.0),
            laws,
            volume_um3: setup.size_um.iter().product(),
            live: start::counts(setup).iter().map(|n| *n as f64).collect(),
            damage: vec![0.0; n_kinds],
            fields: starts.zip(&setup.field_doses).map(|(start, dose)| start + dose).collect(),
            free: setup.populations.iter().map(|p| vec![0.0; p.law.bins.len()]).collect(),
            bound: setup.populations.iter().map(|p| vec![0.0; p.law.bins.len()]).collect(),
            depots: Vec::new(),
            pools: vec![MeanPools::new(setup.populations.len(), setup.species.len()); n_kinds],
            repression: vec![vec![0.0; response.n_programs()]; n_kinds],
            reads_repression: (0..n_kinds).map(|kind| reads_repression(setup, kind)).collect(),
            travelled_um: vec![0.0; n_kinds],
            behaviours,
            signals,
            radius_um: setup.kinds.iter().map(|kind| radius(kind.law.volume.total_um3)).collect(),
            kinds: (0..n_kinds as u16).collect(),
            none_dead: vec![false; n_kinds],
            captured: vec![vec![0.0; setup.populations.len()]; n_kinds],
            clearances: vec![0.0; n_kinds],
            rereleased: vec![0.0; setup.populations.len()],
            response,
            plan,
            setup,
        })
    }

    /// Gives what is due at a tick, mixed as all is here.
    fn give(&mut self, tick: u32) {
        for (free, population) in self.free.iter_mut().zip(&self.setup.populations) {
            if population.dose.ticks.contains(&tick) {
                let sizes = free.iter_mut().zip(&population.law.bins);
                sizes.for_each(|(free, size)| *free += population.dose.per_um3 * size.share);
            }
        }
    }

    fn set_step(&mut self, step_min: f64) -> Result<(), LawError> {
        if self.odds.length_min.to_bits() != step_min.to_bits() {
            self.odds = TickOdds::new(&self.laws, &self.setup.species, step_min);
            let half = |hold: &Hold| DepotOdds::new(hold, 0.0, 0.5 * step_min);
            let populations = self.setup.populations.iter();
            self.depots =
                populations.map(|p| p.matrix.as_ref().map(half).transpose()).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    /// Half a step of binding to and release from the matrix.
    fn exchange_with_matrix(&mut self) {
        for ((free, bound), odds) in self.free.iter_mut().zip(&mut self.bound).zip(&self.depots) {
            if let Some(odds) = odds {
                for (free, bound) in free.iter_mut().zip(bound) {
                    odds.exchange(free, bound);
                }
            }
        }
    }

    /// Writes the state into an instant whose room is used again.
    fn fill(&mut self, instant: &mut Instant, time_min: f64, unread_repression: bool) {
        for kind in 0..self.pools.len() {
            if unread_repression && !self.reads_repression[kind] {
                self.repress(kind);
            }
        }
        instant.time_min = time_min;
        instant.live.clone_from(&self.live);
        instant.fields.clone_from(&self.fields);
        instant.free.clear();
        let both = |(free, bound): (&Vec<f64>, &Vec<f64>)| {
            (free.iter().sum::<f64>() + bound.iter().sum::<f64>()) * self.volume_um3
        };
        instant.free.extend(self.free.iter().zip(&self.bound).map(both));
        instant.taken_up.resize_with(self.pools.len(), Vec::new);
        instant.labelled.resize_with(self.pools.len(), Vec::new);
        instant.copies.resize_with(self.pools.len(), Vec::new);
        for (kind, pools) in self.pools.iter().enumerate() {
            instant.taken_up[kind].clone_from(&pools.taken_up);
            instant.labelled[kind].clear();
            instant.labelled[kind]
                .extend((0..pools.label.len()).map(|population| pools.labelled(population)));
            instant.copies[kind].clone_from(&pools.cytosol);
        }
        instant.repression.clone_from(&self.repression);
        instant.travelled_um.clone_from(&self.travelled_um);
    }

    fn repress(&mut self, kind: usize) {
        let cytosol = &self.pools[kind].cytosol;
        self.response.respond(kind, |species| cytosol[species], &mut self.repression[kind]);
    }

    fn tick(&mut self, end_min: f64) {
        self.advance_fields();
        self.exchange_with_matrix();
        self.exchange_vesicles();
        self.exchange_with_matrix();
        self.respond(end_min);
        self.live_and_die();
    }

    /// Exact solution of dρ/dt = S − (λ + U) ρ over the tick; a field with a fixed side holds its value.
    fn advance_fields(&mut self) {
        for (field, law) in self.setup.fields.iter().enumerate() {
            if let Some(value) = law.sides.iter().find_map(fixed_value) {
                self.fields[field] = value;
                continue;
            }
            let numbers = &self.plan.numbers;
            let (mut source, mut sink) = (0.0, law.decay_per_min);
            for kind in 0..self.live.len() {
                let [s, target, u] = [numbers.secretion(field), numbers.target(field), numbers.uptake(field)]
                    .map(|id| self.behaviours.value(id, kind, kind as u16));
                let filling = self.live[kind] * self.setup.kinds[kind].law.volume.total_um3 / self.volume_um3;
                source += filling * s * target;
                sink += filling * (s + u);
            }
            self.fields[field] = relax(self.fields[field], source, sink, self.odds.length_min);
        }
    }

    fn exchange_vesicles(&mut self) {
        self.captured.iter_mut().for_each(|of_kind| of_kind.fill(0.0));
        let setup = self.setup;
        for (p, population) in setup.populations.iter().enumerate() {
            let release: f64 = (0..self.live.len())
                .map(|kind| {
                    self.live[kind] * self.behaviours.value(self.plan.numbers.release(p), kind, kind as u16)
                })
                .sum();
            for (bin, size) in population.law.bins.iter().enumerate() {
                let source = release * size.share / self.volume_um3;
                self.capture(p, bin, source, population.decay_per_min);
            }
        }
        for kind in 0..self.pools.len() {
            self.advance_pools(kind);
        }
    }

    /// Capture and loss of one size of one population over the step; what is lost is shared by clearance.
    fn capture(&mut self, p: usize, bin: usize, source: f64, decay_per_min: f64) {
        let dt = self.odds.length_min;
        for kind in 0..self.live.len() {
            self.clearances[kind] = self.clearance(kind, p, bin);
        }
        let sink: f64 = self.clearances.iter().zip(&self.live).map(|(c, n)| c * n / self.volume_um3).sum();
        let loss = sink + decay_per_min;
        let before = self.free[p][bin];
        let after = relax(before, source, loss, dt);
        let lost = (before - after + source * dt).max(0.0);
        self.free[p][bin] = after;
        for (kind, clearance) in self.clearances.iter().enumerate() {
            let share = if loss > 0.0 { clearance / self.volume_um3 / loss } else { 0.0 };
            self.captured[kind][p] += lost * self.volume_um3 * share / dt;
        }
    }

    fn advance_pools(&mut self, kind: usize) {
        let pools = &mut self.pools[kind];
        self.rereleased.clone_from(&pools.rereleased);
        pools.advance_exact(&self.laws, &self.odds, &self.captured[kind]);
        for (p, population) in self.setup.populations.iter().enumerate() {
            let back = (pools.rereleased[p] - self.rereleased[p]) * self.live[kind] / self.volume_um3;
            for (bin, size) in population.law.bins.iter().enumerate() {
                self.free[p][bin] += back * size.share;
            }
        }
    }

    fn clearance(&self, kind: usize, population: usize, bin: usize) -> f64 {
        let law = &self.setup.populations[population].law;
        let Some(Some(rule)) = law.capture.get(kind) else { return 0.0 };
        let size = &law.bins[bin];
        let bound = self.pools[kind].bound[population];
        let radius_um = self.radius_um[kind];
        capture::clearance(rule, bound, radius_um, 0.5 * size.diameter_um, size.diffusion_um2_per_min)
    }

    fn respond(&mut self, end_min: f64) {
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
            Signal::Copies(ways) => ways.species().map(|species| self.pools[kind].cytosol[species]).sum(),
            Signal::TakenUp(population) => self.pools[kind].taken_up[population],
            Signal::AllTakenUp => self.pools[kind].taken_up.iter().sum(),
            Signal::Labelled(population) => self.pools[kind].labelled(population),
            Signal::AllLabelled => {
                (0..self.laws.len()).map(|population| self.pools[kind].labelled(population)).sum()
            }
            Signal::Own(OwnSignal::Time) => end_min,
            Signal::Own(OwnSignal::Volume) => self.setup.kinds[kind].law.volume.total_um3,
            Signal::Own(OwnSignal::Damage) => self.damage[kind],
            Signal::Gradient(_) | Signal::Own(_) => 0.0,
        }
    }

    /// Growth, death and change of kind by the mean rates; division shares the contents of a cell between two.
    fn live_and_die(&mut self) {
        let dt = self.odds.length_min;
        let before = self.live.clone();
        for kind in 0..self.live.len() {
            let value = |own: Own| self.behaviours.value(own.id(), kind, kind as u16);
            let birth = self.birth_per_min(kind);
            let death = value(Own::Apoptosis) + value(Own::Necrosis);
            let [damage, repair] = [value(Own::DamageRate), value(Own::RepairRate)];
            self.travelled_um[kind] += value(Own::MigrationSpeed) * dt;
            self.spill(kind, self.live[kind] * -math::expm1(-death * dt));
            self.damage[kind] = relax(self.damage[kind], damage, repair, dt);
            self.live[kind] *= math::exp((birth - death) * dt);
            dilute(&mut self.pools[kind], math::exp(-birth * dt));
        }
        self.change_kind(&before);
    }

    /// Divisions per cell and minute.
    fn birth_per_min(&self, kind: usize) -> f64 {
        let exits = self.setup.kinds[kind].law.cycle.phases().len();
        let value = |n: usize| self.behaviours.value(Own::phase_exit(n as u8).id(), kind, kind as u16);
        let rates: Vec<f64> = (0..exits).map(value).collect();
        if rates.iter().any(|r| *r <= 0.0) { 0.0 } else { 1.0 / rates.iter().map(|r| 1.0 / r).sum::<f64>() }
    }

    /// Moves live cells between kinds: those that transform, and daughters that are born as another kind. What they
    /// hold goes with them, so that a kind holds the mean of its own and of those that joined it.
    fn change_kind(&mut self, before: &[f64]) {
        let dt = self.odds.length_min;
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
            let born =
                (0.5 * (n_before + self.live[from]) * self.birth_per_min(from) * dt).min(self.live[from]);
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

impl Twin<'_> {
    /// What so many dying cells of a kind let free; in the twin they go as they die.
    fn spill(&mut self, kind: usize, died: f64) {
        for (p, population) in self.setup.populations.iter().enumerate().filter(|(_, p)| p.spill_share > 0.0)
        {
            let pools = &self.pools[kind];
            let whole = pools.bound[p] + pools.endosomal[p];
            let density = population.spill_share * whole * died / self.volume_um3;
            for (free, size) in self.free[p].iter_mut().zip(&population.law.bins) {
                *free += density * size.share;
            }
        }
    }
}

/// Whether some rule of a kind reads the repression of a program.
fn reads_repression(setup: &Setup, kind: usize) -> bool {
    let reads = |rule: &crate::setup::RuleSetup| matches!(rule.signal, Signal::Repression(_));
    setup.rules.iter().any(|rule| usize::from(rule.kind) == kind && reads(rule))
}

/// Radius of a sphere of this volume, µm.
fn radius(volume_um3: f64) -> f64 {
    math::cbrt(0.75 / core::f64::consts::PI * volume_um3)
}

fn fixed_value(side: &Side) -> Option<f64> {
    match side {
        Side::Fixed(value) => Some(*value),
        Side::Closed => None,
    }
}

/// ρ after `dt` of dρ/dt = source − sink ρ.
fn relax(value: f64, source: f64, sink: f64, dt: f64) -> f64 {
    let x = sink * dt;
    let mean_time = if x < 1e-12 { dt } else { -math::expm1(-x) / sink };
    value * math::exp(-x) + source * mean_time
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

/// One mean cell per kind: its behaviours at base, its signals at 0.
fn mean_cells(setup: &Setup, plan: &Plan) -> (Behaviours, Signals) {
    let numbers: &Numbers = &plan.numbers;
    let base: Vec<Vec<f64>> =
        setup.kinds.iter().map(|kind| crate::build::base(kind, setup, numbers)).collect();
    let mut behaviours = Behaviours::new(&base, plan.ruled());
    (0..setup.kinds.len()).for_each(|kind| behaviours.push(kind as u16));
    let mut signals = Signals::new(plan.signals.len());
    signals.resize(setup.kinds.len());
    (behaviours, signals)
}
