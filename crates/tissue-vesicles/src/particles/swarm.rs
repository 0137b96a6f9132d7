//! All particles of one population and size: born, moved, captured, expired, gone through an open side.

use super::chunk::{Chunk, Course, Tally};
use super::dispatch::Instructions;
use super::meetings::Met;
use super::motion::Motion;
use super::near::{Near, Sphere};
use super::state::{SwarmFlows, SwarmState};
use super::walls::Walls;
use crate::check::LawError;
use crate::law::PopulationLaw;
use crate::purpose::{LIFE, PARTICLE};
use rayon::prelude::*;
use vesicle_base::{Rng, Span, math};

/// Particles that one task moves; part of no result.
const CHUNK: usize = 2048;

/// How far a meeting reaches, in √(D Δt).
const REACH: f64 = 7.0;

/// What all particles of a swarm have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwarmLaw {
    /// Diffusion coefficient in the tissue, µm²/min.
    pub diffusion_um2_per_min: f64,
    /// Radius of one vesicle, µm: for the caller, who adds it to that of a cell.
    pub radius_um: f64,
    /// Half-life of a free vesicle, minutes; infinite allowed.
    pub half_life_min: f64,
    /// How it moves.
    pub motion: Motion,
    /// Longest root mean square step on one axis, µm; a quarter of the radius of the smallest sphere that
    /// captures is enough, a half the most that it may be.
    pub step_um: f64,
}

impl SwarmLaw {
    /// The particles of one size of a declared population.
    pub fn of(
        population: &PopulationLaw,
        bin: usize,
        half_life_min: f64,
        motion: Motion,
        step_um: f64,
    ) -> Self {
        let size = &population.bins[bin];
        Self {
            diffusion_um2_per_min: size.diffusion_um2_per_min,
            radius_um: 0.5 * size.diameter_um,
            half_life_min,
            motion,
            step_um,
        }
    }

    fn check(&self) -> Result<(), LawError> {
        let d = self.diffusion_um2_per_min;
        crate::check::range(d >= 0.0 && d.is_finite(), "diffusion of particles", d, "0 or more, finite")?;
        crate::check::range(
            self.half_life_min > 0.0,
            "half-life of particles",
            self.half_life_min,
            "more than 0",
        )?;
        crate::check::range(self.step_um > 0.0, "step of particles", self.step_um, "more than 0 µm")?;
        let (exponent, reference_min, pause_min) = match self.motion {
            Motion::Brownian => return Ok(()),
            Motion::Held(hold) => return hold.check(),
            Motion::Subdiffusive { exponent, reference_min, pause_min } => {
                (exponent, reference_min, pause_min)
            }
        };
        let holds = exponent > 0.0 && exponent <= 1.0;
        crate::check::range(holds, "exponent of subdiffusion", exponent, "above 0, at most 1")?;
        crate::check::range(reference_min > 0.0, "reference time", reference_min, "more than 0 min")?;
        crate::check::range(pause_min > 0.0, "scale of pauses", pause_min, "more than 0 min")
    }
}

/// The particles of one population and size.
#[derive(Clone, Debug)]
pub struct Swarm {
    law: SwarmLaw,
    walls: Walls,
    instructions: Instructions,
    state: SwarmState,
    /// Those born within the tick that is under way.
    young: SwarmState,
    near: Near,
    /// Clearance of each sphere when it was mapped.
    mapped: Vec<f64>,
    scratch: Scratch,
    captures: Vec<u64>,
}

/// What chunks write to besides the columns.
#[derive(Clone, Debug, Default)]
struct Scratch {
    met: Vec<Met>,
    captors: Vec<u32>,
    tallies: Vec<Tally>,
}

impl Swarm {
    /// No particles yet. `number` sets swarms of one run apart.
    ///
    /// # Errors
    /// Where a number of the law is out of its range.
    pub fn new(law: SwarmLaw, walls: Walls, number: u16) -> Result<Self, LawError> {
        law.check()?;
        walls.check()?;
        let state = SwarmState { next_id: u64::from(number) << 48, ..SwarmState::default() };
        Ok(Self {
            law,
            walls,
            instructions: Instructions::widest(),
            state,
            young: SwarmState::default(),
            near: Near::default(),
            mapped: Vec::new(),
            scratch: Scratch::default(),
            captures: Vec::new(),
        })
    }

    /// Uses another instruction set; results do not depend on it.
    pub fn use_instructions(&mut self, instructions: Instructions) {
        self.instructions = instructions;
    }

    /// A particle is there at `at_um` from the start of the next tick, `born_min`, on, with its life drawn; returns its
    /// identity.
    pub fn add(&mut self, at_um: [f64; 3], born_min: f64, rng: &Rng) -> u64 {
        self.state.totals.born += 1;
        let id = self.take_id();
        enter(&mut self.state, &self.law, id, at_um, born_min, rng);
        id
    }

    /// The identity of the next particle, which is then taken.
    pub(crate) fn take_id(&mut self) -> u64 {
        self.state.next_id += 1;
        self.state.next_id - 1
    }

    /// A particle of an identity taken before is born within the tick that is about to run, held by the matrix or not.
    pub(crate) fn add_within(&mut self, id: u64, at_um: [f64; 3], born_min: f64, held: bool, rng: &Rng) {
        self.state.totals.born += 1;
        enter(&mut self.young, &self.law, id, at_um, born_min, rng);
        if let (Motion::Held(hold), true) = (self.law.motion, held) {
            let mut draws = rng.at(LIFE, id, 2);
            let [until, life] = [draws.exponential(), draws.exponential()].map(|e| e.max(f64::MIN_POSITIVE));
            self.young.wakes_min.pop();
            self.young.wakes_min.push(-(born_min + until / hold.release_per_min));
            self.young.ends_min.pop();
            self.young.ends_min.push(born_min + life / math::rate_of_half_life(hold.half_life_min));
        }
        self.young.starts_min.push(born_min);
    }

    /// Number of particles.
    pub fn len(&self) -> usize {
        self.state.id.len() + self.young.id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a particle is, µm.
    pub fn at_um(&self, particle: usize) -> [f64; 3] {
        core::array::from_fn(|a| self.state.at_um[a][particle])
    }

    /// Flows since the start: born = here + captured + expired + left.
    pub fn totals(&self) -> SwarmFlows {
        self.state.totals
    }

    /// Particles that each sphere captured in the last advance.
    pub fn captures(&self) -> &[u64] {
        &self.captures
    }

    /// The law.
    pub fn law(&self) -> &SwarmLaw {
        &self.law
    }

    /// Particles that the matrix holds.
    pub(crate) fn n_held(&self) -> usize {
        if matches!(self.law.motion, Motion::Held(_)) { self.state.n_held() } else { 0 }
    }

    /// Sets the longest root mean square step on one axis, µm.
    pub(crate) fn set_step_um(&mut self, step_um: f64) {
        self.law.step_um = step_um;
    }

    /// What a checkpoint keeps.
    pub fn state(&self) -> &SwarmState {
        &self.state
    }

    /// Takes up a checkpoint.
    ///
    /// # Errors
    /// Where its columns differ in length.
    pub fn restore(&mut self, state: SwarmState) -> Result<(), LawError> {
        let n = state.id.len();
        let wakes = if self.law.motion == Motion::Brownian { 0 } else { n };
        let [x, y, z] = [0, 1, 2].map(|a| state.at_um[a].len());
        let (ends, starts) = (state.ends_min.len(), state.starts_min.len());
        for (found, expected) in
            [(x, n), (y, n), (z, n), (ends, n), (state.wakes_min.len(), wakes), (starts, 0)]
        {
            if found != expected {
                return Err(LawError::Length { what: "a column of particles".into(), found, expected });
            }
        }
        self.state = state;
        self.young = SwarmState::default();
        Ok(())
    }

    /// Longest step, minutes.
    fn step_min(&self, length_min: f64) -> f64 {
        let longest = self.law.step_um * self.law.step_um / (2.0 * self.law.diffusion_um2_per_min);
        longest.min(length_min)
    }

    /// Steps that a tick takes.
    pub fn steps_of(&self, span: &Span) -> u32 {
        self.steps_in(span.length_min)
    }

    fn steps_in(&self, length_min: f64) -> u32 {
        let variance = 2.0 * self.law.diffusion_um2_per_min * length_min;
        (variance / (self.law.step_um * self.law.step_um)).ceil().clamp(1.0, 1e9) as u32
    }

    /// Moves every particle through the tick among `spheres`; returns how many each captured.
    pub fn advance(&mut self, spheres: &[Sphere], span: &Span, rng: &Rng) -> &[u64] {
        self.map(spheres, span.length_min);
        self.captures.clear();
        self.captures.resize(spheres.len(), 0);
        self.run(spheres, span.start_min, span.length_min, rng);
        self.grow_up();
        &self.captures
    }

    /// Maps what is near, for steps of a stretch of at most `length_min`.
    pub(crate) fn map(&mut self, spheres: &[Sphere], length_min: f64) {
        let longest_min = self.law.motion.longest_min(self.step_min(length_min));
        let reach = REACH * (self.law.diffusion_um2_per_min * longest_min).sqrt();
        let visits = self.len() as f64 * f64::from(self.steps_in(length_min));
        self.near.map(&self.walls, spheres, reach, visits);
        self.mapped.clear();
        self.mapped.extend(spheres.iter().map(|sphere| sphere.clearance_um3_per_min));
    }

    /// The most that the clearance of a sphere is over what it was when it was mapped; infinite where one captures all.
    fn most_over_mapped(&self, spheres: &[Sphere]) -> f64 {
        let clears = |(sphere, mapped): (&Sphere, &f64)| {
            let now = sphere.clearance_um3_per_min;
            if now < f64::INFINITY && now <= *mapped { 1.0 } else { now / mapped.min(f64::MAX) }
        };
        spheres.iter().zip(&self.mapped).map(clears).fold(0.0, f64::max)
    }

    /// Moves every particle through a stretch of a tick among the spheres that were mapped; their clearances may have
    /// changed since. Adds what each captured to the captures of the tick.
    pub(crate) fn run(&mut self, spheres: &[Sphere], start_min: f64, length_min: f64, rng: &Rng) {
        let n_steps = self.steps_in(length_min);
        let mut bits = rng.at(PARTICLE, 0, 0);
        let mut met = core::mem::take(&mut self.scratch.met);
        met.clear();
        met.extend(spheres.iter().map(|sphere| Met::of(sphere, self.law.diffusion_um2_per_min)));
        let course = Course {
            walls: &self.walls,
            is_open: self.walls.open_sides().next().is_some(),
            met: &met,
            near: &self.near,
            kappa_of_conductance: self.most_over_mapped(spheres) / self.law.diffusion_um2_per_min,
            diffusion_um2_per_min: self.law.diffusion_um2_per_min,
            motion: self.law.motion,
            loss_per_min: math::rate_of_half_life(self.law.half_life_min),
            move_min: self.law.motion.move_min(),
            start_min,
            step_min: length_min / f64::from(n_steps),
            n_steps,
            first_step: self.state.steps,
            key: [bits.bits(), bits.bits()],
            rng: *rng,
        };
        let mut flows = SwarmFlows::default();
        for cohort in [&mut self.state, &mut self.young] {
            self.scratch.run_chunks(&course, self.instructions, cohort);
            self.scratch.close_up(cohort, &mut self.captures, &mut flows);
        }
        self.scratch.met = met;
        self.state.steps += u64::from(n_steps);
        self.state.totals.captured += flows.captured;
        self.state.totals.expired += flows.expired;
        self.state.totals.left += flows.left;
    }

    /// Sets the captures of a tick to 0 for so many spheres.
    pub(crate) fn forget_captures(&mut self, n_spheres: usize) {
        self.captures.clear();
        self.captures.resize(n_spheres, 0);
    }

    /// Those born within the tick join the others.
    pub(crate) fn grow_up(&mut self) {
        self.state.append(&mut self.young);
    }
}

/// Appends a particle to a cohort, with its life drawn.
fn enter(to: &mut SwarmState, law: &SwarmLaw, id: u64, at_um: [f64; 3], born_min: f64, rng: &Rng) {
    let life = rng.at(LIFE, id, 0).exponential() / math::rate_of_half_life(law.half_life_min);
    for (column, x) in to.at_um.iter_mut().zip(at_um) {
        column.push(x);
    }
    to.id.push(id);
    to.ends_min.push(born_min + life);
    if law.motion != Motion::Brownian {
        to.wakes_min.push(born_min + law.motion.pause(&mut rng.at(LIFE, id, 1)));
    }
}

impl Scratch {
    fn run_chunks(&mut self, course: &Course, instructions: Instructions, cohort: &mut SwarmState) {
        let n = cohort.id.len();
        if n == 0 {
            self.tallies.clear();
            return;
        }
        self.captors.resize(n, 0);
        self.tallies.clear();
        self.tallies.resize(n.div_ceil(CHUNK), Tally::default());
        let n_chunks = self.tallies.len();
        let SwarmState { at_um: [x, y, z], id, ends_min, wakes_min, starts_min, .. } = cohort;
        if let [tally] = &mut self.tallies[..] {
            // One chunk is not worth waking another thread for.
            let captors = &mut self.captors[..];
            let mut chunk = Chunk { x, y, z, id, ends_min, wakes_min, starts_min, captors };
            *tally = instructions.run(course, &mut chunk);
            return;
        }
        x.par_chunks_mut(CHUNK)
            .zip(y.par_chunks_mut(CHUNK))
            .zip(z.par_chunks_mut(CHUNK))
            .zip(id.par_chunks_mut(CHUNK))
            .zip(ends_min.par_chunks_mut(CHUNK))
            .zip(chunks(wakes_min, n_chunks))
            .zip(chunks(starts_min, n_chunks))
            .zip(self.captors.par_chunks_mut(CHUNK))
            .zip(&mut self.tallies)
            .for_each(|((((((((x, y), z), id), ends_min), wakes_min), starts_min), captors), tally)| {
                let mut chunk = Chunk { x, y, z, id, ends_min, wakes_min, starts_min, captors };
                *tally = instructions.run(course, &mut chunk);
            });
    }

    /// Counts what the chunks report and closes the gaps between them.
    fn close_up(&self, cohort: &mut SwarmState, captures: &mut [u64], flows: &mut SwarmFlows) {
        let mut to = 0;
        for (chunk, tally) in self.tallies.iter().enumerate() {
            let from = chunk * CHUNK;
            for sphere in &self.captors[from..from + tally.captured] {
                captures[*sphere as usize] += 1;
            }
            cohort.close(from, to, tally.alive);
            to += tally.alive;
            flows.captured += tally.captured as u64;
            flows.expired += tally.expired as u64;
            flows.left += tally.left as u64;
        }
        cohort.truncate(to);
    }
}

/// The chunks of a column that may be empty.
fn chunks(column: &mut [f64], n_chunks: usize) -> Vec<&mut [f64]> {
    let mut chunks: Vec<&mut [f64]> = column.chunks_mut(CHUNK).collect();
    chunks.resize_with(n_chunks, Default::default);
    chunks
}
