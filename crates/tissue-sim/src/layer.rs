//! The diffusion layer of a cell: what it has emptied around itself so lately that voxels do not show it.
//!
//! Equation: a sphere that captures q(t) of vesicles meets u − ∫ H(t − t') q(t') dt' at its surface, u being the value in its
//! voxels and H what it has of itself in space less what the lattice has of it; ∫H is what the grid leaves of the way (`way`).
//! H is a sum of exponentials, b e^(−t/θ)/θ each, of which every cell keeps its part x of the integral: q = K (u − Σx).
//! Within a tick Σx goes as u does: q = K (1 − Σx/u₀) u, so that no cell gives back what others took from its voxels.
//! Discretisation: over a tick of length h with q as its mean, x ← x e^(−h/θ) + b q (1 − e^(−h/θ)); the mean of x over the tick has
//! φ = (1 − e^(−h/θ)) θ/h of its start, so that 1/K = 1/c + a + Σ b (1 − φ), a being what is met at once. b is what is met from one of
//! `Lattice::until_um2` to the next, up to all that is left; what then is missing, that voxels are not emptied alike, is met while
//! vesicles pass the sphere, (R + r)²/D. Every b is at least 0, so that what is remembered fades and nothing grows. Vesicles that are lost
//! at a rate λ leave every layer at that rate, and a cell that moves on at a speed v leaves its layer behind: a patch of surface that moves along its
//! normal by v cos ϑ meets e^(−v²cos²ϑ t/4D) of what it emptied, and the mean of cos²ϑ over the sphere is 1/3, so that H has
//! e^(−λt − v²t/12D) and θ is 1/(1/θ + λ + v²/12D), v being that of the tick before.
//! Reference: Smoluchowski (1917) for the start, 4πDR (1 + R/√(πDt)); Prony (1795) for the sum.
//! Proved by `tests` and by `tests/alone.rs`: `vesicles_as_large_as_cells`.

use crate::lattice::BEGINNINGS;
use crate::setup::{Carried, PopulationSetup, Setup};
use crate::way::Way;
use core::f64::consts::PI;
use tissue_cells::Cells;
use tissue_vesicles::SizeBin;
use tissue_vesicles::capture::ceiling_um3_per_min;
use vesicle_base::{Turnover, columns::room_for, math};

/// Ticks that vesicles take to diffuse as far as a cell is wide, from which on layers are kept: before, what voxels do not show is
/// over with the second tick.
const TICKS: f64 = 3.0;
/// Least share of what diffusion brings that a cell must capture to have a layer that matters, 5 %.
const LEAST: f64 = 0.05;
/// Passes in which the resistance through which voxels are met is found: the third changes it by less than 1 %.
const PASSES: usize = 4;
/// Values kept for a cell and a size: of each part, and where the cell was.
const KEPT: usize = BEGINNINGS + 3;

/// What the grid leaves of the way, times D and 1/µm: met by each of `Lattice::until_um2`.
pub type Onset = [f64; BEGINNINGS];

/// What a sphere has of itself until D t is `until_um2`, times D; 1/4πR in the end. 1/µm.
pub fn of_itself(radius_um: f64, until_um2: f64) -> f64 {
    let root = until_um2.sqrt();
    let x = radius_um / root;
    let sum = root * -math::expm1(-x * x) + radius_um * PI.sqrt() * math::erfc(x);
    sum / (4.0 * PI * PI.sqrt() * radius_um * radius_um)
}

/// What a sphere has of an equal one so far away that they do not overlap, until D t is `until_um2`, times D; 1/4πd in the end.
/// 1/µm.
pub fn of_another(apart_um: f64, radius_um: f64, until_um2: f64) -> f64 {
    let root = until_um2.sqrt();
    // The integral of erfc(x/2√s) over s.
    let integral = |x: f64| {
        let y = 0.5 * x / root;
        (until_um2 + 0.5 * x * x) * math::erfc(y) - x * root / PI.sqrt() * math::exp(-y * y)
    };
    let across_um = 2.0 * radius_um;
    let sum = integral(apart_um - across_um) + integral(apart_um + across_um) - 2.0 * integral(apart_um);
    sum / (16.0 * PI * radius_um * radius_um * apart_um)
}

/// The layers of all cells, for each size that is slow enough to have some.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Which slot each free field has; those without are met as in a steady state.
    slot_of: Vec<Option<usize>>,
    n_slots: usize,
    /// Cell after cell, slot after slot.
    values: Vec<f64>,
    /// What cells of this tick meet, slot after slot in the order of gathers.
    met: Vec<Met>,
    /// How layers of each free field fade over this tick.
    fades: Vec<Option<Fade>>,
}

/// How one cell meets the vesicles of one size over a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Met {
    /// K, µm³/min.
    pub clearance_um3_per_min: f64,
    /// The share of what its voxels have that there is at the surface, 1 − Σx/u; none where others emptied them below Σx.
    pub there_share: f64,
    /// b, min/µm³.
    parts: [f64; BEGINNINGS],
    /// e^(−h/θ).
    kept: [f64; BEGINNINGS],
}

/// The way to one cell and when it is met.
#[derive(Clone, Copy, Debug)]
pub struct Approach<'a> {
    /// What the grid leaves of it.
    pub way: &'a Way,
    /// When that is met.
    pub onset: &'a Onset,
    /// Where vesicles touch the cell, µm.
    pub contact_um: f64,
    /// What its voxels have, vesicles per µm³.
    pub here_per_um3: f64,
}

/// How layers of one size fade over a tick.
#[derive(Clone, Copy, Debug)]
pub struct Fade {
    slot: usize,
    diffusion_um2_per_min: f64,
    decay_per_min: f64,
    tick_min: f64,
    until_um2: [f64; BEGINNINGS],
    /// e^(−h/θ), its mean over the tick, and the share of b that loss leaves.
    kept: [f64; BEGINNINGS],
    mean: [f64; BEGINNINGS],
    lasting: [f64; BEGINNINGS],
}

impl Layers {
    /// For the cells of a setup.
    pub fn new(setup: &Setup, cells: &Cells) -> Self {
        let mut layers = Self::default();
        let as_fields = setup.populations.iter().filter(|population| population.carried == Carried::AsFields);
        for population in as_fields {
            for bin in &population.law.bins {
                let slow = is_slow(setup, population, bin);
                layers.slot_of.push(slow.then_some(layers.n_slots));
                layers.n_slots += usize::from(slow);
            }
        }
        for row in 0..cells.len() {
            for _ in 0..layers.n_slots {
                layers.values.extend([0.0; BEGINNINGS].into_iter().chain(cells.position_um(row)));
            }
        }
        layers
    }

    /// Whether any size has layers.
    pub fn are_kept(&self) -> bool {
        self.n_slots > 0
    }

    /// Whether cells have layers of the vesicles of a free field.
    pub fn are_of(&self, free_field: usize) -> bool {
        self.slot_of.get(free_field).is_some_and(Option::is_some)
    }

    fn stride(&self) -> usize {
        self.n_slots * KEPT
    }

    /// How the layers of a free field fade over this tick; none where it has none.
    pub fn fade(&self, free_field: usize) -> Option<Fade> {
        self.fades.get(free_field).copied().flatten()
    }

    /// The same for a cell that may have moved in the tick before, to where it is now.
    pub fn left_behind(&mut self, fade: &Fade, row: usize, at_um: [f64; 3]) -> Fade {
        let stride = self.stride();
        let was_um = &mut self.values[row * stride + fade.slot * KEPT..][BEGINNINGS..KEPT];
        let square_um2: f64 = was_um.iter().zip(at_um).map(|(was, is)| (is - was) * (is - was)).sum();
        was_um.copy_from_slice(&at_um);
        let d = fade.diffusion_um2_per_min;
        let away_per_min = square_um2 / (12.0 * d * fade.tick_min * fade.tick_min);
        if away_per_min * fade.tick_min < 1e-6 {
            return *fade;
        }
        Fade::new(fade.slot, &fade.until_um2, (d, fade.decay_per_min + away_per_min), fade.tick_min)
    }

    /// Prepares a tick: `fields` are the coefficients of diffusion and decay of each free field, µm²/min and 1/min.
    pub fn begin(
        &mut self,
        n_cells: usize,
        until_um2: &[f64; BEGINNINGS],
        fields: impl Iterator<Item = (f64, f64)>,
        tick_min: f64,
    ) {
        if self.n_slots == 0 {
            return;
        }
        self.met.clear();
        self.met.resize(n_cells * self.n_slots, Met::default());
        self.fades.clear();
        let slots = self.slot_of.iter().zip(fields);
        self.fades
            .extend(slots.map(|(slot, law)| slot.map(|slot| Fade::new(slot, until_um2, law, tick_min))));
    }

    /// Notes what the cell at a place in gathers meets.
    pub fn note(&mut self, fade: &Fade, n_cells: usize, at: usize, met: Met) {
        self.met[fade.slot * n_cells + at] = met;
    }

    /// What was noted.
    pub fn met(&self, fade: &Fade, n_cells: usize, at: usize) -> Met {
        self.met[fade.slot * n_cells + at]
    }

    /// How a cell meets vesicles of which its surface clears so much, `left` of the way being left where voxels are met through a
    /// resistance, all min/µm³.
    pub fn meet(&self, fade: &Fade, row: usize, surface: f64, approach: &Approach) -> Met {
        let remembered = &self.values[row * self.stride() + fade.slot * KEPT..][..BEGINNINGS];
        let missing: f64 = remembered.iter().zip(&fade.mean).map(|(x, mean)| x * mean).sum();
        let here = approach.here_per_um3;
        let there_share = if missing > 0.0 { ((here - missing) / here).max(0.0) } else { 1.0 };
        let direct = 1.0 / surface;
        let d = fade.diffusion_um2_per_min;
        let mut met = direct;
        let mut parts = [0.0; BEGINNINGS];
        for _ in 0..PASSES {
            // What meets a share of what voxels have empties them as if it were met through so much more.
            let whole = approach.way.left_min_per_um3(met / there_share, d);
            let at_once;
            (at_once, parts) = split(fade, whole, approach);
            met = direct + at_once;
            for (k, part) in parts.iter_mut().enumerate() {
                *part *= fade.lasting[k];
                met += *part * (1.0 - fade.mean[k]);
            }
        }
        Met { clearance_um3_per_min: 1.0 / met, there_share, parts, kept: fade.kept }
    }

    /// Takes up how many more vesicles a cell captured than it released over a tick.
    pub fn follow(&mut self, fade: &Fade, row: usize, met: &Met, captured: f64, tick_min: f64) {
        let stride = self.stride();
        let kept = &mut self.values[row * stride + fade.slot * KEPT..][..BEGINNINGS];
        for ((x, part), stays) in kept.iter_mut().zip(&met.parts).zip(&met.kept) {
            *x = *x * stays + part * captured / tick_min * (1.0 - stays);
        }
    }

    /// Forgets the layer of a cell that captures nothing.
    pub fn forget(&mut self, fade: &Fade, row: usize) {
        let stride = self.stride();
        self.values[row * stride + fade.slot * KEPT..][..BEGINNINGS].fill(0.0);
    }

    /// A daughter begins in the layer of her mother.
    pub fn turn_over(&mut self, turnover: &Turnover) {
        let stride = self.stride();
        if stride == 0 {
            return;
        }
        room_for(&mut self.values, turnover.births.len() * stride);
        for birth in &turnover.births {
            let mother = birth.mother_row as usize * stride;
            self.values.extend_from_within(mother..mother + stride);
        }
        let mut gone = turnover.gone.iter().peekable();
        let (mut row, mut to) = (0, 0);
        while row * stride < self.values.len() {
            if gone.peek().is_some_and(|gone| **gone as usize == row) {
                gone.next();
            } else {
                self.values.copy_within(row * stride..(row + 1) * stride, to * stride);
                to += 1;
            }
            row += 1;
        }
        self.values.truncate(to * stride);
    }

    /// What a checkpoint keeps.
    pub fn state(&self) -> &[f64] {
        &self.values
    }

    /// Takes up a checkpoint; `false` when it is of another number of cells.
    pub fn restore(&mut self, values: &[f64], n_cells: usize) -> bool {
        let fits = values.len() == n_cells * self.stride();
        if fits {
            self.values = values.to_vec();
        }
        fits
    }
}

impl Fade {
    fn new(
        slot: usize,
        until_um2: &[f64; BEGINNINGS],
        (diffusion_um2_per_min, decay_per_min): (f64, f64),
        tick_min: f64,
    ) -> Self {
        let of_layer = until_um2.map(|until_um2| diffusion_um2_per_min / (until_um2 * math::exp(0.75)));
        let rates = of_layer.map(|rate| rate + decay_per_min);
        Self {
            slot,
            diffusion_um2_per_min,
            decay_per_min,
            tick_min,
            until_um2: *until_um2,
            kept: rates.map(|rate| math::exp(-rate * tick_min)),
            mean: rates.map(|rate| -math::expm1(-rate * tick_min) / (rate * tick_min)),
            lasting: core::array::from_fn(|k| of_layer[k] / rates[k]),
        }
    }
}

/// Whether a cell of any kind that captures much of what diffusion brings takes ticks to empty its surroundings.
fn is_slow(setup: &Setup, population: &PopulationSetup, bin: &SizeBin) -> bool {
    let d = bin.diffusion_um2_per_min;
    let slow = |volume_um3: f64, clearance: f64| {
        let radius_um = math::cbrt(0.75 / PI * volume_um3);
        let contact_um = radius_um + 0.5 * bin.diameter_um;
        let brought = ceiling_um3_per_min(radius_um, 0.5 * bin.diameter_um, d);
        contact_um * contact_um > TICKS * setup.tick_min * d && clearance > LEAST * brought
    };
    let mut kinds = setup.kinds.iter().zip(&population.law.capture);
    d > 0.0
        && kinds.any(|(kind, law)| {
            law.is_some_and(|law| slow(kind.law.volume.total_um3, law.clearance_um3_per_min))
        })
}

/// What is met at once, and the parts b, of all that is left, `whole` in min/µm³.
fn split(fade: &Fade, whole: f64, approach: &Approach) -> (f64, [f64; BEGINNINGS]) {
    let d = fade.diffusion_um2_per_min;
    let at_once = (approach.onset[0] / d).clamp(0.0, whole);
    let mut met = at_once;
    let mut parts = [0.0; BEGINNINGS];
    for (part, by) in parts.iter_mut().zip(&approach.onset[1..]) {
        let now = (by / d).clamp(met, whole);
        *part = now - met;
        met = now;
    }
    let passed = fade.until_um2.iter().rposition(|until| *until < approach.contact_um * approach.contact_um);
    parts[passed.unwrap_or(0)] += whole - met;
    (at_once, parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::Birth;

    const UNTIL: [f64; BEGINNINGS] = [0.5, 2.0, 9.0, 40.0, 180.0, 800.0, 3600.0, 16_000.0];

    #[test]
    fn a_sphere_has_all_of_itself_in_the_end_and_the_root_of_time_at_first() {
        for radius_um in [3.0, 23.0] {
            let whole = 1.0 / (4.0 * PI * radius_um);
            assert!((of_itself(radius_um, 1e12) / whole - 1.0).abs() < 1e-4);
            // The two-sided plane of the same surface: 2√(Dt/π) over twice the area.
            let plane = (1e-4 / PI).sqrt() / (4.0 * PI * radius_um * radius_um);
            assert!((of_itself(radius_um, 1e-4) / plane - 1.0).abs() < 1e-6);
            for apart_um in [2.0 * radius_um, 5.0 * radius_um] {
                let whole = 1.0 / (4.0 * PI * apart_um);
                assert!((of_another(apart_um, radius_um, 1e9) / whole - 1.0).abs() < 1e-2);
                assert!(of_another(apart_um, radius_um, 0.01 * radius_um * radius_um) < 0.02 * whole);
            }
        }
    }

    /// One cell of one size.
    fn one() -> (Layers, Fade) {
        let layers =
            Layers { slot_of: vec![Some(0)], n_slots: 1, values: vec![0.0; KEPT], ..Layers::default() };
        (layers, Fade::new(0, &UNTIL, (1.3, 0.0), 6.0))
    }

    const ONSET: Onset = [2e-4, 4e-4, 7e-4, 1.1e-3, 1.5e-3, 1.7e-3, 1.8e-3, 1.8e-3];

    const APPROACH: Approach =
        Approach { way: &Way::of_left(2e-3), onset: &ONSET, contact_um: 23.4, here_per_um3: 1.0 };

    /// A surface that takes all it meets draws much more at first, what a plane does within the first tick, and in the end what it does in
    /// a steady state.
    #[test]
    fn what_is_remembered_ends_in_the_steady_state() {
        let (mut layers, fade) = one();
        let steady = 1.3 / 2e-3;
        let mut last = f64::INFINITY;
        for tick in 0..100_000 {
            let met = layers.meet(&fade, 0, f64::INFINITY, &APPROACH);
            let captured = met.clearance_um3_per_min * met.there_share;
            assert!(captured > 0.0, "tick {tick}: {captured}");
            let rise = if tick < 8 { 1.03 } else { 1.0 + 1e-9 };
            assert!(captured <= last * rise, "tick {tick}: {captured} after {last}");
            layers.follow(&fade, 0, &met, 6.0 * captured, 6.0);
            last = captured;
            assert!(tick > 0 || captured > 2.0 * steady, "{captured} at first, {steady} in the end");
        }
        assert!((last / steady - 1.0).abs() < 1e-6, "{last} is not {steady}");
    }

    /// A surface that is slow beside diffusion has its own clearance from the first tick on.
    #[test]
    fn little_is_remembered_of_slow_capture() {
        let (layers, fade) = one();
        let met = layers.meet(&fade, 0, 0.1, &APPROACH);
        assert!((met.clearance_um3_per_min / 0.1 - 1.0).abs() < 1e-3, "{met:?}");
    }

    /// A cell whose voxels others have emptied captures nothing, gives nothing back, and its layer fades.
    #[test]
    fn what_others_took_is_not_given_back() {
        let (mut layers, fade) = one();
        let met = layers.meet(&fade, 0, f64::INFINITY, &APPROACH);
        layers.follow(&fade, 0, &met, 6.0 * met.clearance_um3_per_min, 6.0);
        for here_per_um3 in [1e-3, 0.0] {
            let emptied = Approach { here_per_um3, ..APPROACH };
            assert_eq!(layers.meet(&fade, 0, f64::INFINITY, &emptied).there_share, 0.0);
        }
        let before = layers.meet(&fade, 0, f64::INFINITY, &APPROACH).there_share;
        layers.follow(&fade, 0, &met, 0.0, 6.0);
        assert!(layers.meet(&fade, 0, f64::INFINITY, &APPROACH).there_share > before);
    }

    #[test]
    fn daughters_begin_in_the_layer_of_their_mothers() {
        let mut layers = Layers { slot_of: vec![Some(0)], n_slots: 1, ..Layers::default() };
        layers.values = (0..3).flat_map(|row| [f64::from(row); KEPT]).collect();
        let birth = Birth { mother_row: 2, daughter_id: 9 };
        layers.turn_over(&Turnover { n_before: 3, births: vec![birth], gone: vec![1] });
        let of = |row: usize| layers.values[row * KEPT];
        assert_eq!((layers.values.len() / KEPT, of(0), of(1), of(2)), (3, 0.0, 2.0, 2.0));
    }
}
