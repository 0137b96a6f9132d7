//! A cell lives through the phases of its cycle, divides, dies and goes.
//!
//! Equation: a phase left at a rate r ends after an exponential time of mean 1/r, a fixed one after 1/r exactly; the
//! causes of death are competing exponential times. Rates are frozen over the tick.
//! Discretisation: continuous time inside the tick, so nothing is rounded to ticks: time left over after a division
//! is lived at the start of the next tick. One draw a tick decides whether an exponential time ends in it, the
//! logarithm is taken only if so. PhysiCell 1.14 draws U < r·dt and ends fixed phases at multiples of 6 min (its
//! quirk 13); means are the same, and the laws here are the continuous ones for any tick. A cell divides at most once
//! a tick; what a short cycle leaves over waits for the next ticks, at most eight of them. Swelling ends where the volume crosses, by the slope at the end of the tick.
//!
//! Gillespie (1976), doi 10.1016/0021-9991(76)90041-3, for the competing times.
//! Held by `tests/cycle.rs` and `tests/death.rs`.

use rayon::prelude::*;
use vesicle_base::{Quiet, Rng, Span, math};

use crate::behaviours::{Behaviours, View};
use crate::cycle::MOST_PHASES;
use crate::law::{KindLaw, NecrosisLaw};
use crate::own::Own;
use crate::purpose;
use crate::rows::CHUNK;
use crate::volume::Volumes;

/// What a cell is to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Alive.
    #[default]
    Live = 0,
    /// Dying by its own programme.
    Apoptotic = 1,
    /// Dying by swelling.
    Swelling = 2,
    /// Burst.
    Lysed = 3,
}

impl State {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// How the cell died.
    pub fn death(self) -> Option<Death> {
        match self {
            Self::Live => None,
            Self::Apoptotic => Some(Death::Apoptotic),
            Self::Swelling | Self::Lysed => Some(Death::Necrotic),
        }
    }

    /// The state of a number.
    pub(crate) fn of(number: u8) -> Option<Self> {
        [Self::Live, Self::Apoptotic, Self::Swelling, Self::Lysed].get(usize::from(number)).copied()
    }
}

/// How a cell died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// By its own programme.
    Apoptotic,
    /// By swelling and bursting.
    Necrotic,
}

vesicle_base::columns! {
    /// Where cells stand in life.
    pub struct Lives,
    /// One row of [`Lives`].
    row Life {
        /// Alive, or how far dead.
        pub state: Vec<State>,
        /// Whether dead; the same as `state`, for those who need no more.
        pub dead: Vec<bool>,
        /// Phase of the cycle of a live cell.
        pub phase: Vec<u8>,
        /// Whether the time in the phase has yet to be lived: true from a division to the next tick.
        pub fresh: Vec<bool>,
        /// Time in the phase or state, min.
        pub elapsed_min: Vec<f64>,
        /// Volume at which a swelling cell bursts, µm³.
        pub burst_um3: Quiet,
        /// Damage, dimensionless.
        pub damage: Quiet,
        /// Divisions so far.
        pub divisions: Vec<u32>,
    }
}

impl Life {
    /// A founder at the start of phase 0.
    pub fn founder() -> Self {
        Self {
            state: State::Live,
            dead: false,
            phase: 0,
            fresh: false,
            elapsed_min: 0.0,
            burst_um3: 0.0,
            damage: 0.0,
            divisions: 0,
        }
    }
}

/// What happened to a row in a tick, as bits.
pub(crate) mod event {
    pub(crate) const DIVIDES: u8 = 1;
    pub(crate) const LEAVES: u8 = 2;
    pub(crate) const DIES: u8 = 4;
    pub(crate) const TURNS: u8 = 8;
}

/// What the kernel reads of the whole tissue.
pub(crate) struct Rates<'a> {
    exits: [View<'a>; MOST_PHASES],
    apoptosis: View<'a>,
    necrosis: View<'a>,
    laws: &'a [KindLaw],
    tick: u32,
    length_min: f64,
    rng: Rng,
}

impl<'a> Rates<'a> {
    pub(crate) fn new(behaviours: &'a Behaviours, laws: &'a [KindLaw], span: &Span, rng: Rng) -> Self {
        Self {
            exits: [0, 1, 2, 3, 4, 5].map(|phase| behaviours.view(Own::phase_exit(phase).id())),
            apoptosis: behaviours.view(Own::Apoptosis.id()),
            necrosis: behaviours.view(Own::Necrosis.id()),
            laws,
            tick: span.tick,
            length_min: span.length_min,
            rng,
        }
    }
}

/// One tick of every cell; rows that already have an event are left alone.
pub(crate) fn live(
    (id, kind): (&[u64], &[u16]),
    lives: &mut Lives,
    volumes: &mut Volumes,
    events: &mut [u8],
    rates: &Rates<'_>,
) {
    let burst_um3 = &lives.burst_um3;
    (
        id.par_chunks(CHUNK),
        kind.par_chunks(CHUNK),
        lives.state.par_chunks_mut(CHUNK),
        lives.phase.par_chunks_mut(CHUNK),
        lives.fresh.par_chunks_mut(CHUNK),
        lives.elapsed_min.par_chunks_mut(CHUNK),
        volumes.target_nuclear_solid_um3.par_chunks_mut(CHUNK),
        volumes.fluid_um3.par_chunks(CHUNK),
        volumes.nuclear_solid_um3.par_chunks(CHUNK),
        volumes.cytoplasmic_solid_um3.par_chunks(CHUNK),
        events.par_chunks_mut(CHUNK),
    )
        .into_par_iter()
        .enumerate()
        .for_each(
            |(chunk, (id, kind, state, phase, fresh, elapsed, target, fluid, nucleus, cytoplasm, events))| {
                for at in 0..id.len() {
                    if events[at] & event::LEAVES != 0 {
                        continue;
                    }
                    let mut cell = Cell {
                        row: chunk * CHUNK + at,
                        kind: kind[at],
                        state: state[at],
                        phase: phase[at],
                        fresh: fresh[at],
                        elapsed_min: elapsed[at],
                        burst_um3: burst_um3[chunk * CHUNK + at],
                        target_um3: target[at],
                        parts_um3: [fluid[at], nucleus[at], cytoplasm[at]],
                    };
                    events[at] |= cell.tick(id[at], rates);
                    (state[at], phase[at], fresh[at]) = (cell.state, cell.phase, cell.fresh);
                    (elapsed[at], target[at]) = (cell.elapsed_min, cell.target_um3);
                }
            },
        );
}

/// Most time that a division leaves over, in ticks: cycles shorter than a tick cannot be kept up with.
const MOST_LEFT_TICKS: f64 = 8.0;

/// One row while the kernel works on it.
struct Cell {
    row: usize,
    kind: u16,
    state: State,
    phase: u8,
    fresh: bool,
    elapsed_min: f64,
    burst_um3: f64,
    target_um3: f64,
    /// Fluid, solids of the nucleus, solids of the cytoplasm.
    parts_um3: [f64; 3],
}

impl Cell {
    #[inline]
    fn tick(&mut self, id: u64, rates: &Rates<'_>) -> u8 {
        let law = &rates.laws[usize::from(self.kind)];
        match self.state {
            State::Live => self.live(id, law, rates),
            State::Apoptotic => self.wait(rates.length_min, law.apoptosis.duration_min),
            State::Swelling => self.swell(rates.length_min, &law.necrosis),
            State::Lysed => self.wait(rates.length_min, law.necrosis.lysed_min),
        }
    }

    #[inline]
    fn live(&mut self, id: u64, law: &KindLaw, rates: &Rates<'_>) -> u8 {
        let mut draws = rates.rng.at(purpose::LIFE, id, rates.tick);
        let mut uniform = || draws.uniform();
        let mut window_min = rates.length_min;
        if self.fresh {
            window_min += self.elapsed_min;
            (self.elapsed_min, self.fresh) = (0.0, false);
        }
        let apoptosis = rates.apoptosis.at(self.row, self.kind);
        let necrosis = rates.necrosis.at(self.row, self.kind);
        let death_min = waiting_min(apoptosis + necrosis, window_min, &mut uniform);
        if let Some(divided_min) = self.cycle(law, rates, death_min.min(window_min), &mut uniform) {
            self.elapsed_min = (window_min - divided_min).min(MOST_LEFT_TICKS * rates.length_min);
            self.fresh = true;
            return event::DIVIDES;
        }
        if death_min < window_min {
            let by_swelling = necrosis > 0.0 && (apoptosis + necrosis) * uniform() < necrosis;
            self.die(by_swelling, window_min - death_min);
            return event::DIES;
        }
        0
    }

    /// Walks through phases until `limit_min`; the time of a division if one comes first.
    #[inline]
    fn cycle(
        &mut self,
        law: &KindLaw,
        rates: &Rates<'_>,
        limit_min: f64,
        uniform: &mut impl FnMut() -> f64,
    ) -> Option<f64> {
        const MOST_STEPS: u32 = 64;
        let phases = law.cycle.phases();
        let mut now_min = 0.0;
        for _ in 0..MOST_STEPS {
            let phase = &phases[usize::from(self.phase)];
            let exit = rates.exits[usize::from(self.phase)].at(self.row, self.kind);
            let stay_min = if phase.fixed {
                fixed_min(exit, self.elapsed_min)
            } else {
                waiting_min(exit, limit_min - now_min, uniform)
            };
            if now_min + stay_min > limit_min {
                self.elapsed_min += limit_min - now_min;
                return None;
            }
            now_min += stay_min;
            self.elapsed_min = 0.0;
            self.phase = if usize::from(self.phase) + 1 < phases.len() { self.phase + 1 } else { 0 };
            if phases[usize::from(self.phase)].grows {
                self.target_um3 *= 2.0;
            }
            if phase.divides {
                return Some(now_min);
            }
        }
        None
    }

    fn die(&mut self, by_swelling: bool, since_min: f64) {
        self.state = if by_swelling { State::Swelling } else { State::Apoptotic };
        self.elapsed_min = since_min;
        self.target_um3 = 0.0;
    }

    fn wait(&mut self, length_min: f64, duration_min: f64) -> u8 {
        self.elapsed_min += length_min;
        if self.elapsed_min >= duration_min { event::LEAVES } else { 0 }
    }

    fn swell(&mut self, length_min: f64, law: &NecrosisLaw) -> u8 {
        self.elapsed_min += length_min;
        let [fluid, nucleus, cytoplasm] = self.parts_um3;
        let over_um3 = fluid + nucleus + cytoplasm - self.burst_um3;
        if over_um3 >= 0.0 {
            let rates = &law.swelling;
            let slope = (rates.fluid_per_min - rates.nucleus_per_min) * nucleus
                + (rates.fluid_per_min - rates.cytoplasm_per_min) * cytoplasm;
            self.elapsed_min = if slope > 0.0 { (over_um3 / slope).min(length_min) } else { 0.0 };
            self.state = State::Lysed;
        }
        0
    }
}

/// Time left in a fixed phase, min; infinite at rate 0.
#[inline]
fn fixed_min(exit_per_min: f64, elapsed_min: f64) -> f64 {
    if exit_per_min > 0.0 { (1.0 / exit_per_min - elapsed_min).max(0.0) } else { f64::INFINITY }
}

/// An exponential time, min; infinite when it surely ends after `within_min`. One draw, a logarithm only if needed:
/// 1 − e^(−x) ≤ x.
#[inline]
fn waiting_min(rate_per_min: f64, within_min: f64, uniform: &mut impl FnMut() -> f64) -> f64 {
    if rate_per_min > 0.0 {
        let u = uniform();
        if u < rate_per_min * within_min { -math::ln_1p(-u) / rate_per_min } else { f64::INFINITY }
    } else {
        f64::INFINITY
    }
}
