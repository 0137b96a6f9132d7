//! The volume of a cell follows its targets: fluid F, solids of nucleus N and cytoplasm C, calcified share c.
//!
//! Equation: dN/dt = r_N (N* − N), dC/dt = r_C (f_CN N* − C), dF/dt = r_F (f (F + N + C) − F), dc/dt = r_c (1 − c).
//! Discretisation: linear with constant coefficients over a tick, so one exact step with coefficients made once a
//! tick for each kind and state; stable for any length. PhysiCell 1.14 takes Euler steps of 6 min to the same limit.
//! PhysiCell also follows how the fluid divides between nucleus and cytoplasm, which nothing reads; that is left out.
//!
//! Ghaffarizadeh et al. (2018), doi 10.1371/journal.pcbi.1005991, supplement "volume".
//! Held by `a_step_is_exact_for_any_length`.

use rayon::prelude::*;
use vesicle_base::{Quiet, math};

use crate::law::{KindLaw, VolumeLaw, VolumeRates};
use crate::life::State;
use crate::rows::CHUNK;

vesicle_base::columns! {
    /// What cells are made of, µm³.
    pub struct Volumes,
    /// One row of [`Volumes`].
    row Parts {
        /// All fluid.
        pub fluid_um3: Vec<f64>,
        /// Solids of the nucleus.
        pub nuclear_solid_um3: Vec<f64>,
        /// Solids of the cytoplasm.
        pub cytoplasmic_solid_um3: Vec<f64>,
        /// Solids of the nucleus that the cell grows to.
        pub target_nuclear_solid_um3: Vec<f64>,
        /// Calcified share, 0 to 1.
        pub calcified: Quiet,
        /// Radius of a sphere of the total volume, µm.
        pub radius_um: Vec<f64>,
    }
}

impl Parts {
    /// A cell at rest under its law.
    pub fn at_rest(law: &VolumeLaw) -> Self {
        let mut parts = Self {
            fluid_um3: law.fluid_fraction * law.total_um3,
            nuclear_solid_um3: law.nuclear_solid_um3(),
            cytoplasmic_solid_um3: law.cytoplasmic_solid_um3(),
            target_nuclear_solid_um3: law.nuclear_solid_um3(),
            calcified: 0.0,
            radius_um: 0.0,
        };
        parts.radius_um = radius_um(parts.total_um3());
        parts
    }

    /// Total volume, µm³.
    pub fn total_um3(&self) -> f64 {
        total_um3(self.fluid_um3, self.nuclear_solid_um3, self.cytoplasmic_solid_um3)
    }

    /// The same cell after a step.
    #[must_use]
    pub(crate) fn stepped(self, step: &VolumeStep) -> Self {
        let mut volumes = Volumes::default();
        volumes.push(self);
        volumes.step(0, step);
        volumes.row(0)
    }
}

#[inline]
fn total_um3(fluid: f64, nuclear_solid: f64, cytoplasmic_solid: f64) -> f64 {
    fluid + nuclear_solid + cytoplasmic_solid
}

/// Radius of a sphere, µm.
#[inline]
pub fn radius_um(volume_um3: f64) -> f64 {
    math::cbrt(volume_um3 * (0.75 / core::f64::consts::PI))
}

impl Volumes {
    /// Total volume of a cell, µm³.
    #[inline]
    pub fn total_um3(&self, row: usize) -> f64 {
        total_um3(self.fluid_um3[row], self.nuclear_solid_um3[row], self.cytoplasmic_solid_um3[row])
    }

    /// Scales every part of a cell, and what it grows to; the radius follows.
    pub(crate) fn scale(&mut self, row: usize, factor: f64) {
        self.fluid_um3[row] *= factor;
        self.nuclear_solid_um3[row] *= factor;
        self.cytoplasmic_solid_um3[row] *= factor;
        self.target_nuclear_solid_um3[row] *= factor;
        self.radius_um[row] = radius_um(self.total_um3(row));
    }

    /// Moves all fluid and all solids of the eaten into the cytoplasm of the eater.
    pub(crate) fn ingest(&mut self, eater: usize, eaten: usize) {
        self.fluid_um3[eater] += self.fluid_um3[eaten];
        self.cytoplasmic_solid_um3[eater] +=
            self.nuclear_solid_um3[eaten] + self.cytoplasmic_solid_um3[eaten];
        self.radius_um[eater] = radius_um(self.total_um3(eater));
        for part in [&mut self.fluid_um3, &mut self.nuclear_solid_um3, &mut self.cytoplasmic_solid_um3] {
            part[eaten] = 0.0;
        }
    }

    /// One step of one cell.
    pub(crate) fn step(&mut self, row: usize, step: &VolumeStep) {
        self.view().step(row, step);
        self.calcified.set(row, step.hardened(self.calcified[row]));
    }

    fn view(&mut self) -> Chunk<'_> {
        Chunk {
            fluid: &mut self.fluid_um3,
            nuclear_solid: &mut self.nuclear_solid_um3,
            cytoplasmic_solid: &mut self.cytoplasmic_solid_um3,
            target: &self.target_nuclear_solid_um3,
            radius: &mut self.radius_um,
        }
    }
}

/// Coefficients of one exact step for one kind and state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VolumeStep {
    keep_nucleus: f64,
    keep_cytoplasm: f64,
    keep_fluid: f64,
    keep_soft: f64,
    fluid_of_target: f64,
    fluid_of_nucleus: f64,
    fluid_of_cytoplasm: f64,
    cytoplasm_to_nucleus: f64,
}

impl VolumeStep {
    /// The step of `length_min` towards a share of fluid and a ratio of solids.
    pub fn new(rates: &VolumeRates, fluid_fraction: f64, cytoplasm_to_nucleus: f64, length_min: f64) -> Self {
        let loss = rates.fluid_per_min * (1.0 - fluid_fraction);
        let gain = rates.fluid_per_min * fluid_fraction;
        Self {
            keep_nucleus: math::left_after(rates.nucleus_per_min, length_min),
            keep_cytoplasm: math::left_after(rates.cytoplasm_per_min, length_min),
            keep_fluid: math::left_after(loss, length_min),
            keep_soft: math::left_after(rates.calcification_per_min, length_min),
            fluid_of_target: gain * convolved(loss, 0.0, length_min),
            fluid_of_nucleus: gain * convolved(loss, rates.nucleus_per_min, length_min),
            fluid_of_cytoplasm: gain * convolved(loss, rates.cytoplasm_per_min, length_min),
            cytoplasm_to_nucleus,
        }
    }

    /// The calcified share after the step.
    #[inline]
    fn hardened(&self, calcified: f64) -> f64 {
        1.0 - (1.0 - calcified) * self.keep_soft
    }

    /// The step of a kind in a state. The remains of a dead cell have no solids to grow to, and no fluid to hold
    /// but while they swell.
    pub fn of(law: &KindLaw, state: State, length_min: f64) -> Self {
        let (rates, fluid_fraction) = match state {
            State::Live => (&law.volume.rates, law.volume.fluid_fraction),
            State::Apoptotic => (&law.apoptosis.rates, 0.0),
            State::Swelling => (&law.necrosis.swelling, 1.0),
            State::Lysed => (&law.necrosis.lysed, 0.0),
        };
        Self::new(rates, fluid_fraction, law.volume.cytoplasm_to_nucleus(), length_min)
    }
}

/// ∫₀ᵗ e^(−a (t − s)) e^(−k s) ds for a first-order loss `a` driven by a decay `k`.
fn convolved(a: f64, k: f64, t: f64) -> f64 {
    let difference = (a - k) * t;
    let ratio = if difference == 0.0 { 1.0 } else { math::expm1(difference) / difference };
    math::left_after(a, t) * t * ratio
}

struct Chunk<'a> {
    fluid: &'a mut [f64],
    nuclear_solid: &'a mut [f64],
    cytoplasmic_solid: &'a mut [f64],
    target: &'a [f64],
    radius: &'a mut [f64],
}

impl Chunk<'_> {
    #[inline]
    fn step(&mut self, row: usize, step: &VolumeStep) {
        let (fluid, nucleus, cytoplasm) =
            (self.fluid[row], self.nuclear_solid[row], self.cytoplasmic_solid[row]);
        let nucleus_goal = self.target[row];
        let cytoplasm_goal = step.cytoplasm_to_nucleus * nucleus_goal;
        let (nucleus_off, cytoplasm_off) = (nucleus - nucleus_goal, cytoplasm - cytoplasm_goal);
        let new_fluid = fluid * step.keep_fluid
            + step.fluid_of_target * (nucleus_goal + cytoplasm_goal)
            + step.fluid_of_nucleus * nucleus_off
            + step.fluid_of_cytoplasm * cytoplasm_off;
        self.fluid[row] = new_fluid;
        self.nuclear_solid[row] = nucleus_goal + nucleus_off * step.keep_nucleus;
        self.cytoplasmic_solid[row] = cytoplasm_goal + cytoplasm_off * step.keep_cytoplasm;
        self.radius[row] =
            radius_um(total_um3(new_fluid, self.nuclear_solid[row], self.cytoplasmic_solid[row]));
    }
}

/// One step of every cell; `steps` by kind, then state.
pub(crate) fn grow(volumes: &mut Volumes, kind: &[u16], state: &[State], steps: &[VolumeStep]) {
    (
        volumes.fluid_um3.par_chunks_mut(CHUNK),
        volumes.nuclear_solid_um3.par_chunks_mut(CHUNK),
        volumes.cytoplasmic_solid_um3.par_chunks_mut(CHUNK),
        volumes.target_nuclear_solid_um3.par_chunks(CHUNK),
        volumes.radius_um.par_chunks_mut(CHUNK),
        kind.par_chunks(CHUNK),
        state.par_chunks(CHUNK),
    )
        .into_par_iter()
        .for_each(|(fluid, nuclear_solid, cytoplasmic_solid, target, radius, kind, state)| {
            let mut chunk = Chunk { fluid, nuclear_solid, cytoplasmic_solid, target, radius };
            for row in 0..kind.len() {
                chunk.step(row, of_row(steps, kind[row], state[row]));
            }
        });
    harden(&mut volumes.calcified, kind, state, steps);
}

/// The calcified share of every cell; nothing is written while nobody hardens.
fn harden(calcified: &mut Quiet, kind: &[u16], state: &[State], steps: &[VolumeStep]) {
    let hardens = |(kind, state): (&u16, &State)| of_row(steps, *kind, *state).keep_soft != 1.0;
    if calcified.same() == Some(0.0) && !kind.iter().zip(state).any(hardens) {
        return;
    }
    let rows = calcified.wake().par_iter_mut().zip(kind.par_iter().zip(state)).with_min_len(CHUNK);
    rows.for_each(|(share, (kind, state))| *share = of_row(steps, *kind, *state).hardened(*share));
}

/// The step of a row, of steps by kind, then state.
#[inline]
fn of_row(steps: &[VolumeStep], kind: u16, state: State) -> &VolumeStep {
    &steps[usize::from(kind) * State::COUNT + state as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same equations by many small steps of the classical Runge–Kutta method.
    fn reference(parts: &Parts, rates: &VolumeRates, f: f64, ratio: f64, length_min: f64) -> [f64; 4] {
        let slope = |y: [f64; 4]| {
            let goal = parts.target_nuclear_solid_um3;
            [
                rates.fluid_per_min * (f * (y[0] + y[1] + y[2]) - y[0]),
                rates.nucleus_per_min * (goal - y[1]),
                rates.cytoplasm_per_min * (ratio * goal - y[2]),
                rates.calcification_per_min * (1.0 - y[3]),
            ]
        };
        let mut y = [parts.fluid_um3, parts.nuclear_solid_um3, parts.cytoplasmic_solid_um3, parts.calcified];
        let n = 20_000;
        let h = length_min / f64::from(n);
        let along = |y: [f64; 4], k: [f64; 4], h: f64| [0, 1, 2, 3].map(|i| y[i] + h * k[i]);
        for _ in 0..n {
            let k1 = slope(y);
            let k2 = slope(along(y, k1, 0.5 * h));
            let k3 = slope(along(y, k2, 0.5 * h));
            let k4 = slope(along(y, k3, h));
            y = [0, 1, 2, 3].map(|i| y[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]));
        }
        y
    }

    #[test]
    fn a_step_is_exact_for_any_length() {
        let law = KindLaw::default();
        let mut parts = Parts::at_rest(&law.volume);
        for state in [State::Live, State::Apoptotic, State::Swelling, State::Lysed] {
            parts.target_nuclear_solid_um3 = if state == State::Live { 270.0 } else { 0.0 };
            let (rates, f) = match state {
                State::Live => (law.volume.rates, 0.75),
                State::Apoptotic => (law.apoptosis.rates, 0.0),
                State::Swelling => (law.necrosis.swelling, 1.0),
                State::Lysed => (law.necrosis.lysed, 0.0),
            };
            for length_min in [0.01, 6.0, 500.0] {
                let got = parts.clone().stepped(&VolumeStep::of(&law, state, length_min));
                let want = reference(&parts, &rates, f, law.volume.cytoplasm_to_nucleus(), length_min);
                let got = [got.fluid_um3, got.nuclear_solid_um3, got.cytoplasmic_solid_um3, got.calcified];
                for (got, want) in got.iter().zip(want) {
                    assert!((got - want).abs() <= 1e-9 * (1.0 + want.abs()), "{state:?}: {got} not {want}");
                }
            }
        }
    }

    #[test]
    fn many_steps_are_one_step() {
        let law = KindLaw::default();
        let mut parts = Parts::at_rest(&law.volume);
        parts.target_nuclear_solid_um3 *= 2.0;
        let whole = parts.clone().stepped(&VolumeStep::of(&law, State::Live, 600.0));
        for _ in 0..100 {
            parts = parts.stepped(&VolumeStep::of(&law, State::Live, 6.0));
        }
        assert!((parts.total_um3() / whole.total_um3() - 1.0).abs() < 1e-12);
        assert!(parts.total_um3() > 1.8 * 2494.0);
    }

    #[test]
    fn a_cell_at_rest_rests() {
        let law = KindLaw::default();
        let rest = Parts::at_rest(&law.volume);
        let later = rest.clone().stepped(&VolumeStep::of(&law, State::Live, 6.0));
        assert!((later.total_um3() / rest.total_um3() - 1.0).abs() < 1e-14);
        assert!((rest.radius_um - 8.412_710_547_954_228).abs() < 1e-9, "{}", rest.radius_um);
    }

    #[test]
    fn equal_rates_have_their_limit() {
        assert!((convolved(0.3, 0.3, 2.0) - 2.0 * math::exp(-0.6)).abs() < 1e-15);
        assert!((convolved(0.0, 0.0, 2.0) - 2.0).abs() < 1e-15);
        assert!((convolved(0.3, 0.3 + 1e-12, 2.0) - convolved(0.3, 0.3, 2.0)).abs() < 1e-11);
    }
}
