//! The well-mixed twin: the same setup in one voxel, a dozen ordinary differential equations.
//!
//! It carries each kind's live count and mean behaviour under the same rules, free vesicles, and the pools and
//! response of a mean cell of each kind, by the functions that the tissue calls. It is what the tissue becomes when
//! everything diffuses infinitely fast: a field with a fixed side holds that side's value.

use crate::build::founders;
use crate::plan::{Numbers, Plan};
use crate::setup::{Setup, Signal};
use tissue_cells::{Behaviours, Own, SignalId, Signals};
use tissue_fields::Side;
use tissue_vesicles::{LawError, MeanPools, PopulationLaw, Response, TickOdds, capture};
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
    /// Free vesicles of each population.
    pub free: Vec<f64>,
    /// Mean vesicles captured so far, per kind and population.
    pub taken_up: Vec<Vec<f64>>,
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
    fields: Vec<f64>,
    /// Density of each population and size, per µm³.
    free: Vec<Vec<f64>>,
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
    let mut instant = Instant::default();
    let mut stops = pace.stops.iter().copied().peekable();
    let mut done = 0;
    twin.fill(&mut instant, 0.0, pace.unread_repression);
    show(0, &instant);
    while done < setup.n_ticks {
        while stops.next_if(|stop| *stop <= done).is_some() {}
        let stop = stops.peek().copied().unwrap_or(u32::MAX).min(setup.n_ticks);
        let step = doubled_below(pace.longest_ticks.min(done / GROWTH)).min(stop - done);
        twin.set_step(f64::from(step) * setup.tick_min);
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
            odds: TickOdds::new(&laws, &setup.species, setup.tick_min),
            laws,
            volume_um3: setup.size_um.iter().product(),
            live: founders(setup).iter().map(|n| *n as f64).collect(),
            fields: starts.zip(&setup.field_doses).map(|(start, dose)| start + dose).collect(),
            free: setup
                .populations
                .iter()
                .map(|p| p.law.bins.iter().map(|bin| p.dose_per_um3 * bin.share).collect())
                .collect(),
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

    fn set_step(&mut self, step_min: f64) {
        if self.odds.length_min.to_bits() != step_min.to_bits() {
            self.odds = TickOdds::new(&self.laws, &self.setup.species, step_min);
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
        instant.free.extend(self.free.iter().map(|bins| bins.iter().sum::<f64>() * self.volume_um3));
        instant.taken_up.resize_with(self.pools.len(), Vec::new);
        instant.copies.resize_with(self.pools.len(), Vec::new);
        for (kind, pools) in self.pools.iter().enumerate() {
            instant.taken_up[kind].clone_from(&pools.taken_up);
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
        self.exchange_vesicles();
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
                    column[kind] = lack.rate_at(self.fields[lack.field]);
                }
            }
        }
    }

    /// A signal as a mean cell has it. A crowd has no place in the twin: pressure and contact are 0.
    fn signal(&self, signal: Signal, kind: usize, end_min: f64) -> f64 {
        match signal {
            Signal::Field(field) => self.fields[field],
            Signal::Repression(program) => self.repression[kind][program],
            Signal::Copies(species) => self.pools[kind].cytosol[species],
            Signal::TakenUp(population) => self.pools[kind].taken_up[population],
            Signal::AllTakenUp => self.pools[kind].taken_up.iter().sum(),
            Signal::Time => end_min,
            Signal::Gradient(_) | Signal::Pressure | Signal::Contact(_) => 0.0,
        }
    }

    /// Growth and death by the mean rates; division shares the contents of a cell between two.
    fn live_and_die(&mut self) {
        let dt = self.odds.length_min;
        for kind in 0..self.live.len() {
            let value = |own: Own| self.behaviours.value(own.id(), kind, kind as u16);
            let exits = self.setup.kinds[kind].law.cycle.phases().len();
            let rates = || (0..exits).map(|n| value(Own::phase_exit(n as u8)));
            let birth =
                if rates().any(|r| r <= 0.0) { 0.0 } else { 1.0 / rates().map(|r| 1.0 / r).sum::<f64>() };
            let death = value(Own::Apoptosis) + value(Own::Necrosis);
            self.travelled_um[kind] += value(Own::MigrationSpeed) * dt;
            self.live[kind] *= math::exp((birth - death) * dt);
            dilute(&mut self.pools[kind], math::exp(-birth * dt));
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
