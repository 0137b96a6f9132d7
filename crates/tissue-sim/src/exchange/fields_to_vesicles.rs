//! Free vesicles are captured: the expected number leaves the field implicitly, the cell receives a Poisson integer
//! of that mean, and the ledger holds the difference as unsettled.
//!
//! Equation: ∂c/∂t = D ∇²c − λ c − Σ k c over the cells of a voxel, c in vesicles per volume of tissue, cells included.
//! Discretisation: a cell's sink lies in the voxels that its surface lies in (`footprint`), spread where they are too few, and
//! is as strong there as makes its steady capture that of the sphere in space (`way`).
//! Surfaces that fill within the tick have the mean clearance of it (`filling`).
//! Proved by `tests/free.rs`, `tests/crowds.rs` and `tests/alone.rs`.

mod filling;

use crate::footprint::Footprints;
use crate::layer::{Approach, Fade, Onset};
use crate::place::Place;
use crate::plan::Plan;
use crate::tissue::Tissue;
use crate::way::{Ball, Crowd, Finder, Way};
use tissue_cells::Cells;
use tissue_vesicles::capture::{ceiling_um3_per_min, in_series};
use vesicle_base::{Grid, Rng, Span, math};

/// The clearance of every cell for every free field in this tick, where its surface lies, and their sums by voxel.
#[derive(Clone, Debug)]
pub struct Shares {
    /// µm³/min, field after field, in the order of gathers: of surfaces, then at the values of voxels.
    clearance: Vec<f64>,
    /// The share of what a cell sets free at its surface that it captures before it is in any voxel, in the same order.
    at_once: Vec<f64>,
    /// Vesicles that it releases in this tick, in the same order.
    made: Vec<f64>,
    /// Where surfaces lie, by the radius of the vesicles that meet them; those of this tick first.
    surfaces: Vec<Surfaces>,
    n_surfaces: usize,
    /// That of one cell alone, where vesicles come free at once.
    alone: Footprints,
    /// Which of them is that of each free field; none where no vesicle is free and none comes.
    of_field: Vec<Option<usize>>,
    finder: Finder,
    crowd: Crowd,
    /// µm³/min, by voxel; scratch of one field.
    of_voxel: Vec<f64>,
    /// Mean clearance of surfaces that fill; scratch of one population.
    filled: Vec<Option<f64>>,
    /// What perfused vessels clear, field after field in the order of segments.
    blood: Vec<Blood>,
}

/// The surfaces of all cells as vesicles of about one radius meet them.
#[derive(Clone, Debug, Default)]
struct Surfaces {
    radius_um: f64,
    footprints: Footprints,
    ways: Vec<Way>,
    /// Whether cells have layers of any of the vesicles that meet them, and then when what the grid leaves of the way is met.
    with_layers: bool,
    onsets: Vec<Onset>,
    /// The most that each cell captures from afar, over the diffusion coefficient, µm.
    most_um: Vec<f64>,
    /// Which cells capture or release any of them.
    asked: Vec<bool>,
}

/// Difference of radii, over the edge of a voxel, up to which vesicles see the same footprints.
const ALIKE: f64 = 0.02;

/// What one stretch of vessel clears of one field in one voxel.
#[derive(Clone, Copy, Debug)]
pub struct Blood {
    /// The population.
    pub population: usize,
    /// Its field.
    pub field: usize,
    /// The voxel.
    pub voxel: usize,
    /// µm³/min.
    pub clearance_um3_per_min: f64,
}

impl Shares {
    /// For the free fields of a grid, of which some may have cells with layers.
    pub fn new(grid: &Grid, with_layers: bool) -> Self {
        Self {
            clearance: Vec::new(),
            at_once: Vec::new(),
            made: Vec::new(),
            surfaces: Vec::new(),
            n_surfaces: 0,
            alone: Footprints::default(),
            of_field: Vec::new(),
            finder: if with_layers { Finder::with_onsets(grid) } else { Finder::new(grid) },
            crowd: Crowd::default(),
            of_voxel: Vec::new(),
            filled: Vec::new(),
            blood: Vec::new(),
        }
    }

    /// Which surfaces vesicles of a radius meet: those of about the same, or new ones.
    fn surfaces_of(&mut self, vesicle_um: f64, grid: &Grid, n_cells: usize) -> usize {
        let near = ALIKE * math::cbrt(grid.voxel_um3());
        let known = self.surfaces[..self.n_surfaces]
            .iter()
            .position(|surfaces| (surfaces.radius_um - vesicle_um).abs() <= near);
        known.unwrap_or_else(|| {
            if self.surfaces.len() == self.n_surfaces {
                self.surfaces.push(Surfaces::default());
            }
            let surfaces = &mut self.surfaces[self.n_surfaces];
            surfaces.radius_um = vesicle_um;
            surfaces.with_layers = false;
            surfaces.most_um.clear();
            surfaces.most_um.resize(n_cells, 0.0);
            surfaces.asked.clear();
            surfaces.asked.resize(n_cells, false);
            self.n_surfaces += 1;
            self.n_surfaces - 1
        })
    }

    /// Lays out where surfaces lie, in the order of gathers.
    fn lay_out(&mut self, cells: &Cells, place: &Place, grid: &Grid) {
        let Self { surfaces, n_surfaces, finder, crowd, .. } = self;
        for Surfaces { radius_um, footprints, ways, with_layers, onsets, most_um, asked } in
            &mut surfaces[..*n_surfaces]
        {
            footprints.clear(cells.len());
            ways.clear();
            onsets.clear();
            crowd.count(grid, place.gather().map(|(_, voxel)| voxel).zip(most_um.iter().copied()));
            for ((row, voxel), (most_um, asked)) in place.gather().zip(most_um.iter().zip(&*asked)) {
                let contact_um = cells.radius_um(row) + *radius_um;
                if !asked {
                    footprints.skip();
                    ways.push(Way::in_space(contact_um));
                    onsets.extend(with_layers.then(Onset::default));
                    continue;
                }
                let centre_um = cells.position_um(row);
                footprints.push(grid, centre_um, contact_um);
                let around = || crowd.others_per_um3(grid, voxel, contact_um, *most_um);
                let ball = Ball { centre_um, contact_um, most_um: *most_um };
                ways.push(finder.find(footprints, grid, ball, around));
                if *with_layers {
                    onsets.push(finder.onset(centre_um, contact_um));
                }
            }
        }
    }

    /// `(voxel, share)` of the surface of a live cell as the vesicles of a field meet it in this tick: the free field by its
    /// number, the cell by its place in gathers.
    pub fn surface(&self, free_field: usize, at: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.of_field[free_field].into_iter().flat_map(move |number| self.surfaces[number].footprints.of(at))
    }

    /// The share of what a cell sets free at its surface that it captures at once: what voxels do not have of the way to the cell they
    /// do not have of the way from it either, so that q/c = u + (1/K − 1/c)(p − q).
    pub fn at_once(&self, free_field: usize, at: usize, n_cells: usize) -> f64 {
        self.at_once[free_field * n_cells + at]
    }

    /// Notes how many vesicles a cell releases in this tick.
    pub fn make(&mut self, free_field: usize, at: usize, n_cells: usize, vesicles: f64) {
        self.made[free_field * n_cells + at] = vesicles;
    }

    /// The same of a cell as it is now, alive or not.
    pub fn surface_now(
        &mut self,
        grid: &Grid,
        centre_um: [f64; 3],
        contact_um: f64,
    ) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.alone.of_one(grid, centre_um, contact_um)
    }

    /// Forgets the vessels of the last tick.
    pub fn clear_blood(&mut self) {
        self.blood.clear();
    }

    /// Notes what a vessel clears.
    pub fn add_blood(&mut self, blood: Blood) {
        self.blood.push(blood);
    }
}

/// Vesicles of one size in the whole tissue that are taken for none, and counted as cleared: fields never empty of
/// themselves, and most of a run would be spent on what is left of them.
const TRACE: f64 = 1e-9;

/// Finds where the surfaces of live cells lie for every free field, and what they clear.
pub fn find_surfaces(t: &mut Tissue, plan: &Plan) {
    let grid = *t.fields.grid();
    t.shares.of_field.clear();
    t.shares.clearance.clear();
    t.shares.n_surfaces = 0;
    for population in 0..t.free.len() {
        let release = t.cells.behaviour.view(plan.numbers.release(population));
        for (bin, field) in t.free_fields(population).enumerate() {
            let is_brought = t.shares.blood.iter().any(|blood| blood.field == field);
            if release.is_nowhere()
                && !is_brought
                && !gives_back(t, population)
                && t.fields.values(field).iter().all(|value| *value == 0.0)
            {
                t.shares.of_field.push(None);
                t.shares.clearance.resize(t.shares.clearance.len() + t.cells.len(), 0.0);
                continue;
            }
            let size = t.vesicles.population(population).bins[bin];
            let number = t.shares.surfaces_of(0.5 * size.diameter_um, &grid, t.cells.len());
            t.shares.surfaces[number].with_layers |= t.layers.are_of(t.shares.of_field.len());
            t.shares.of_field.push(Some(number));
            let Surfaces { most_um, asked, .. } = &mut t.shares.surfaces[number];
            for ((row, _), (most_um, asked)) in t.place.gather().zip(most_um.iter_mut().zip(asked)) {
                let is_dead = t.cells.is_dead(row);
                let surface = if is_dead { 0.0 } else { t.vesicles.clearance_of(row, population) };
                let d = size.diffusion_um2_per_min;
                let ceiling = ceiling_um3_per_min(t.cells.radius_um(row), 0.5 * size.diameter_um, d);
                if d > 0.0 {
                    *most_um = most_um.max(in_series(surface, ceiling) / d);
                }
                *asked |= surface > 0.0 || !is_dead && release.at(row, t.cells.kind[row]) > 0.0;
                t.shares.clearance.push(surface);
            }
        }
    }
    t.shares.lay_out(&t.cells, &t.place, &grid);
}

/// Whether cells may give vesicles of a population back in this tick.
fn gives_back(t: &Tissue, population: usize) -> bool {
    let held = |row| t.vesicles.bound(population, row) + t.vesicles.endosomal(population, row) > 0;
    t.vesicles.population(population).fate.rerelease_fraction > 0.0 && (0..t.cells.len()).any(held)
}

/// Sets the sinks of free vesicles from the clearances of live cells, where their surfaces are.
pub fn set_sinks(t: &mut Tissue, span: &Span) {
    let voxel_um3 = t.fields.grid().voxel_um3();
    let (first, n_cells) = (t.n_plain_fields(), t.cells.len());
    for of_cells in [&mut t.shares.at_once, &mut t.shares.made] {
        of_cells.clear();
        of_cells.resize(t.shares.clearance.len(), 0.0);
    }
    let Tissue { fields, layers, shares, .. } = &mut *t;
    let laws = (first..fields.len()).map(|field| fields.law(field));
    let laws = laws.map(|law| (law.diffusion_um2_per_min, law.decay_per_min));
    layers.begin(n_cells, shares.finder.until_um2(), laws, span.length_min);
    let mut numbers = 0..;
    for population in 0..t.free.len() {
        filling::let_fill(t, population, numbers.start, span);
        for ((bin, field), number) in t.free_fields(population).enumerate().zip(&mut numbers) {
            let size = t.vesicles.population(population).bins[bin];
            let fade = t.layers.fade(number);
            let Tissue { fields, cells, layers, place, shares, .. } = t;
            let Shares { clearance, at_once, surfaces, of_field, .. } = shares;
            let Some(of_field) = of_field[number] else { continue };
            let Surfaces { footprints, ways, onsets, .. } = &surfaces[of_field];
            let n = cells.len();
            let of_cells = clearance[number * n..(number + 1) * n].iter_mut().zip(ways).enumerate();
            for (at, (clearance, way)) in of_cells.filter(|(_, (clearance, _))| **clearance > 0.0) {
                let surface = *clearance;
                let (whole, there_share) = if let Some(fade) = &fade {
                    let row = place.rows[at] as usize;
                    let contact_um = cells.radius_um(row) + 0.5 * size.diameter_um;
                    let here_per_um3 = density(footprints.of(at), fields.values(field));
                    let approach = Approach { way, onset: &onsets[at], contact_um, here_per_um3 };
                    let of_cell = layers.left_behind(fade, row, cells.position_um(row));
                    let met = layers.meet(&of_cell, row, *clearance, &approach);
                    layers.note(fade, n, at, met);
                    (met.clearance_um3_per_min, met.there_share)
                } else {
                    (way.clearance(*clearance, size.diffusion_um2_per_min), 1.0)
                };
                at_once[number * n + at] = (1.0 - whole / surface).max(0.0);
                *clearance = whole * there_share;
                for (voxel, share) in footprints.of(at) {
                    fields.take_up(field, voxel, *clearance * share / voxel_um3);
                }
            }
        }
    }
}

/// Vesicles per µm³ where a surface lies, by the voxels that it lies in and its share in each.
fn density(surface: impl Iterator<Item = (usize, f64)>, values: &[f64]) -> f64 {
    surface.map(|(voxel, share)| share * values[voxel]).sum()
}

/// Hands what the sinks took to the cells, each by its share of its voxels.
pub fn capture(t: &mut Tissue, span: &Span, rng: &Rng) {
    let mut numbers = 0..;
    for population in 0..t.free.len() {
        for ((bin, field), number) in t.free_fields(population).enumerate().zip(&mut numbers) {
            let fade = t.layers.fade(number);
            let Some(of_field) = t.shares.of_field[number] else {
                let rows = 0..t.cells.len();
                fade.iter().for_each(|fade| rows.clone().for_each(|row| t.layers.forget(fade, row)));
                continue;
            };
            let free = OneSize { population, bin, field, number, of_field };
            carry_off(t, &free);
            hand_over(t, &free, fade.as_ref(), span, rng);
            let left = t.fields.amount(field);
            if left < TRACE {
                t.fields.values_mut(field).fill(0.0);
                t.ledger.clear(population, left);
            }
        }
    }
}

/// One size of free vesicles: its population and number there, its field, its number among free ones, and which surfaces it meets.
struct OneSize {
    population: usize,
    bin: usize,
    field: usize,
    number: usize,
    of_field: usize,
}

/// Adds up the sinks by voxel, and gives blood its share.
fn carry_off(t: &mut Tissue, free: &OneSize) {
    let n = t.cells.len();
    let Shares { clearance, of_voxel, blood, surfaces, .. } = &mut t.shares;
    of_voxel.clear();
    of_voxel.resize(t.fields.grid().n_voxels(), 0.0);
    for (at, clearance) in clearance[free.number * n..][..n].iter().enumerate().filter(|(_, c)| **c > 0.0) {
        let footprint = surfaces[free.of_field].footprints.of(at);
        footprint.for_each(|(voxel, share)| of_voxel[voxel] += clearance * share);
    }
    let blood = || blood.iter().filter(|blood| blood.field == free.field);
    blood().for_each(|blood| of_voxel[blood.voxel] += blood.clearance_um3_per_min);
    let taken_up = t.fields.taken_up(free.field);
    for blood in blood() {
        let share = blood.clearance_um3_per_min / of_voxel[blood.voxel];
        t.ledger.carry_off(free.population, taken_up[blood.voxel] * share);
    }
}

/// Gives cells theirs.
fn hand_over(t: &mut Tissue, free: &OneSize, fade: Option<&Fade>, span: &Span, rng: &Rng) {
    let n = t.cells.len();
    let Tissue { fields, cells, vesicles, ledger, layers, place, shares, .. } = t;
    let Shares { clearance, at_once, made, of_voxel, surfaces, .. } = shares;
    let taken_up = fields.taken_up(free.field);
    for (at, clearance) in clearance[free.number * n..][..n].iter().enumerate() {
        let row = place.rows[at] as usize;
        let met = fade.map(|fade| (fade, layers.met(fade, n, at)));
        if met.map_or(*clearance <= 0.0, |(_, met)| met.clearance_um3_per_min <= 0.0) {
            fade.iter().for_each(|fade| layers.forget(fade, row));
            continue;
        }
        let made = made[free.number * n + at];
        let mut taken = at_once[free.number * n + at] * made;
        if *clearance > 0.0 {
            let of_cell = surfaces[free.of_field].footprints.of(at);
            taken += of_cell.map(|(v, share)| taken_up[v] * (clearance * share) / of_voxel[v]).sum::<f64>();
        }
        if let Some((fade, met)) = met {
            layers.follow(fade, row, &met, taken - made, span.length_min);
        }
        let got = vesicles.capture(row, cells.id[row], free.population, free.bin, taken, span, rng);
        ledger.capture(free.population, taken, got);
    }
}
