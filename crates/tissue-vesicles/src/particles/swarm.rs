//! All particles of one population and size: born, moved, captured, expired, gone through an open side.

use super::chunk::{Chunk, Course, Tally};
use super::dispatch::Instructions;
use super::motion::Motion;
use super::near::{Near, Sphere};
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
    /// Longest root mean square step on one axis, µm; a quarter of the smallest sphere or gap is enough.
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
        let Motion::Subdiffusive { exponent, reference_min, pause_min } = self.motion else { return Ok(()) };
        let holds = exponent > 0.0 && exponent <= 1.0;
        crate::check::range(holds, "exponent of subdiffusion", exponent, "above 0, at most 1")?;
        crate::check::range(reference_min > 0.0, "reference time", reference_min, "more than 0 min")?;
        crate::check::range(pause_min > 0.0, "scale of pauses", pause_min, "more than 0 min")
    }
}

/// Particles that came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwarmFlows {
    /// Born.
    pub born: u64,
    /// Captured by a sphere.
    pub captured: u64,
    /// At the end of their life.
    pub expired: u64,
    /// Gone through an open side.
    pub left: u64,
}

/// What a checkpoint keeps of a swarm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SwarmState {
    /// Coordinates, µm: x, y, z.
    pub at_um: [Vec<f64>; 3],
    /// Identities.
    pub id: Vec<u64>,
    /// When each life ends, minutes.
    pub ends_min: Vec<f64>,
    /// When each wakes next, minutes; empty where none pauses.
    pub wakes_min: Vec<f64>,
    /// Identity of the next particle.
    pub next_id: u64,
    /// Steps done.
    pub steps: u64,
    /// Flows since the start.
    pub totals: SwarmFlows,
}

/// The particles of one population and size.
#[derive(Clone, Debug)]
pub struct Swarm {
    law: SwarmLaw,
    walls: Walls,
    instructions: Instructions,
    state: SwarmState,
    near: Near,
    captors: Vec<u32>,
    tallies: Vec<Tally>,
    captures: Vec<u64>,
}

impl Swarm {
    /// No particles yet. `number` sets swarms of one run apart.
    ///
    /// # Errors
    /// Where a number of the law is out of its range.
    pub fn new(law: SwarmLaw, walls: Walls, number: u16) -> Result<Self, LawError> {
        law.check()?;
        let state = SwarmState { next_id: u64::from(number) << 48, ..SwarmState::default() };
        Ok(Self {
            law,
            walls,
            instructions: Instructions::widest(),
            state,
            near: Near::default(),
            captors: Vec::new(),
            tallies: Vec::new(),
            captures: Vec::new(),
        })
    }

    /// Uses another instruction set; results do not depend on it.
    pub fn use_instructions(&mut self, instructions: Instructions) {
        self.instructions = instructions;
    }

    /// A particle is born at `at_um` at the time `born_min`, with its life drawn; returns its identity.
    pub fn add(&mut self, at_um: [f64; 3], born_min: f64, rng: &Rng) -> u64 {
        let id = self.state.next_id;
        self.state.next_id += 1;
        let life = rng.at(LIFE, id, 0).exponential() / math::rate_of_half_life(self.law.half_life_min);
        for (column, x) in self.state.at_um.iter_mut().zip(at_um) {
            column.push(x);
        }
        self.state.id.push(id);
        self.state.ends_min.push(born_min + life);
        if self.law.motion != Motion::Brownian {
            self.state.wakes_min.push(born_min + self.law.motion.pause(&mut rng.at(LIFE, id, 1)));
        }
        self.captors.push(0);
        self.tallies.resize(self.len().div_ceil(CHUNK), Tally::default());
        self.state.totals.born += 1;
        id
    }

    /// Number of particles.
    pub fn len(&self) -> usize {
        self.state.id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.state.id.is_empty()
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
        for (found, expected) in
            [(x, n), (y, n), (z, n), (state.ends_min.len(), n), (state.wakes_min.len(), wakes)]
        {
            if found != expected {
                return Err(LawError::Length { what: "a column of particles".into(), found, expected });
            }
        }
        self.captors.resize(n, 0);
        self.tallies.resize(n.div_ceil(CHUNK), Tally::default());
        self.state = state;
        Ok(())
    }

    /// Steps that a tick takes.
    pub fn steps_of(&self, span: &Span) -> u32 {
        let variance = 2.0 * self.law.diffusion_um2_per_min * span.length_min;
        (variance / (self.law.step_um * self.law.step_um)).ceil().clamp(1.0, 1e9) as u32
    }

    /// Moves every particle through the tick among `spheres`; returns how many each captured.
    pub fn advance(&mut self, spheres: &[Sphere], span: &Span, rng: &Rng) -> &[u64] {
        let n_steps = self.steps_of(span);
        let step_min = span.length_min / f64::from(n_steps);
        let move_min = self.law.motion.move_min();
        let longest_min = self.law.motion.longest_min(step_min);
        let reach = REACH * (self.law.diffusion_um2_per_min * longest_min).sqrt();
        self.near.map(&self.walls, spheres, reach);
        let mut bits = rng.at(PARTICLE, 0, 0);
        let course = Course {
            walls: &self.walls,
            spheres,
            near: &self.near,
            diffusion_um2_per_min: self.law.diffusion_um2_per_min,
            motion: self.law.motion,
            move_min,
            start_min: span.start_min,
            step_min,
            n_steps,
            first_step: self.state.steps,
            key: [bits.bits(), bits.bits()],
            rng: *rng,
        };
        run_chunks(&course, self.instructions, &mut self.state, &mut self.captors, &mut self.tallies);
        self.state.steps += u64::from(n_steps);
        self.close_up(spheres.len());
        &self.captures
    }

    /// Counts what the chunks report and closes the gaps between them.
    fn close_up(&mut self, n_spheres: usize) {
        self.captures.clear();
        self.captures.resize(n_spheres, 0);
        let n = self.len();
        let mut to = 0;
        for (chunk, tally) in self.tallies.iter().enumerate() {
            let from = chunk * CHUNK;
            for sphere in &self.captors[from..from + tally.captured] {
                self.captures[*sphere as usize] += 1;
            }
            self.state.close(from, to, tally.alive);
            to += tally.alive;
            self.state.totals.captured += tally.captured as u64;
            self.state.totals.expired += tally.expired as u64;
            self.state.totals.left += tally.left as u64;
        }
        debug_assert!(to <= n, "chunks only shrink");
        self.state.truncate(to);
        self.captors.truncate(to);
        self.tallies.truncate(to.div_ceil(CHUNK));
    }
}

impl SwarmState {
    fn close(&mut self, from: usize, to: usize, n: usize) {
        if from == to || n == 0 {
            return;
        }
        for column in &mut self.at_um {
            column.copy_within(from..from + n, to);
        }
        self.id.copy_within(from..from + n, to);
        self.ends_min.copy_within(from..from + n, to);
        if !self.wakes_min.is_empty() {
            self.wakes_min.copy_within(from..from + n, to);
        }
    }

    fn truncate(&mut self, n: usize) {
        for column in &mut self.at_um {
            column.truncate(n);
        }
        self.id.truncate(n);
        self.ends_min.truncate(n);
        self.wakes_min.truncate(n);
    }
}

fn run_chunks(
    course: &Course,
    instructions: Instructions,
    state: &mut SwarmState,
    captors: &mut [u32],
    tallies: &mut [Tally],
) {
    let [x, y, z] = &mut state.at_um;
    let pauses = !state.wakes_min.is_empty();
    let wakes = &mut state.wakes_min[..];
    let mut wakes: Vec<&mut [f64]> = if pauses { wakes.chunks_mut(CHUNK).collect() } else { Vec::new() };
    wakes.resize_with(tallies.len(), Default::default);
    x.par_chunks_mut(CHUNK)
        .zip(y.par_chunks_mut(CHUNK))
        .zip(z.par_chunks_mut(CHUNK))
        .zip(state.id.par_chunks_mut(CHUNK))
        .zip(state.ends_min.par_chunks_mut(CHUNK))
        .zip(wakes)
        .zip(captors.par_chunks_mut(CHUNK))
        .zip(tallies)
        .for_each(|(((((((x, y), z), id), ends_min), wakes_min), captors), tally)| {
            let mut chunk = Chunk { x, y, z, id, ends_min, wakes_min, captors };
            *tally = instructions.run(course, &mut chunk);
        });
}
