//! Free vesicles are captured: the expected number leaves the field implicitly, the cell receives a Poisson integer
//! of that mean, and the ledger holds the difference as unsettled.
//!
//! Equation: ∂c/∂t = D ∇²c − λ c − Σ k c over the cells of a voxel, c in vesicles per volume of tissue, cells included.
//! Discretisation: a cell's sink lies in the voxels that its surface lies in (`footprint`). Where these are as wide as the cell, it is
//! spread where they are too few, and as strong there as makes its steady capture that of the sphere in space (`way`); where vesicles have
//! finer ones (`nested`), it is the surface itself.
//! Surfaces that fill within the tick have the mean clearance of it (`filling`).
//! Proved by `tests/free.rs`, `tests/crowds.rs` and `tests/alone.rs`.

mod filling;

use crate::footprint::{Footprints, Spirals};
use crate::free::{Dissolved, Free};
use crate::ledger::Ledger;
use crate::nested::Nested;
use crate::place::Place;
use crate::plan::Plan;
use crate::tissue::Tissue;
use crate::way::{Ball, Crowd, Finder, Way};
use tissue_cells::Cells;
use tissue_fields::Fields;
use tissue_vesicles::capture::{ceiling_um3_per_min, in_series};
use vesicle_base::{Rng, Span};

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
    /// Which of them is that of each free field; none where no vesicle is free and none comes.
    of_field: Vec<Option<usize>>,
    /// How surfaces lie in each grid that free vesicles have, and which of them each population has.
    meshes: Vec<Mesh>,
    mesh_of: Vec<Option<usize>>,
    /// µm³/min, by voxel; scratch of one field.
    of_voxel: Vec<f64>,
    /// Mean clearance of surfaces that fill; scratch of one population.
    filled: Vec<Option<f64>>,
    /// What perfused vessels clear, field after field in the order of segments.
    blood: Vec<Blood>,
}

/// The surfaces of all cells as vesicles of about one radius meet them, in one grid.
#[derive(Clone, Debug, Default)]
struct Surfaces {
    mesh: usize,
    radius_um: f64,
    footprints: Footprints,
    ways: Vec<Way>,
    /// The most that each cell captures from afar, over the diffusion coefficient, µm.
    most_um: Vec<f64>,
    /// Which cells capture or release any of them.
    asked: Vec<bool>,
}

/// How surfaces lie in one grid.
#[derive(Clone, Debug)]
struct Mesh {
    voxels: Nested,
    meets: Meets,
    /// That of one cell alone, where vesicles come free at once.
    alone: Footprints,
}

/// How a surface is met in voxels.
#[derive(Clone, Debug)]
enum Meets {
    /// Where voxels are as wide as the cell.
    InLattice(Box<Finder>, Crowd),
    /// Where they are finer.
    AsSphere(Spirals),
}

/// Difference of radii, over the edge of a voxel, up to which vesicles see the same footprints.
const ALIKE: f64 = 0.02;

/// What one stretch of vessel clears of one field in one voxel.
#[derive(Clone, Copy, Debug)]
pub struct Blood {
    /// The population.
    pub population: usize,
    /// Its size.
    pub bin: usize,
    /// The voxel.
    pub voxel: usize,
    /// µm³/min.
    pub clearance_um3_per_min: f64,
}

impl Mesh {
    fn new(voxels: Nested) -> Self {
        let meets = if voxels.is_fine {
            Meets::AsSphere(Spirals::default())
        } else {
            Meets::InLattice(Box::new(Finder::new(&voxels.grid)), Crowd::default())
        };
        Self { voxels, meets, alone: Footprints::default() }
    }

    /// Lays out where the surfaces of all cells lie, in the order of gathers.
    fn lay_out(&mut self, surfaces: &mut Surfaces, cells: &Cells, place: &Place) {
        let Surfaces { radius_um, footprints, ways, most_um, asked, .. } = surfaces;
        let grid = &self.voxels.grid;
        footprints.clear(cells.len());
        ways.clear();
        if let Meets::InLattice(_, crowd) = &mut self.meets {
            crowd.count(grid, place.gather().map(|(_, voxel)| voxel).zip(most_um.iter().copied()));
        }
        for ((row, voxel), (most_um, asked)) in place.gather().zip(most_um.iter().zip(&*asked)) {
            let contact_um = cells.radius_um(row) + *radius_um;
            if !asked {
                footprints.skip();
                ways.push(Way::in_space(contact_um));
                continue;
            }
            let centre_um = cells.position_um(row);
            ways.push(match &mut self.meets {
                Meets::InLattice(finder, crowd) => {
                    footprints.push(grid, centre_um, contact_um);
                    let around = || crowd.others_per_um3(grid, voxel, contact_um, *most_um);
                    let ball = Ball { centre_um, contact_um, most_um: *most_um };
                    finder.find(footprints, grid, ball, around)
                }
                Meets::AsSphere(spirals) => {
                    let inside = footprints.push_fine(grid, centre_um, contact_um, spirals);
                    Way::resolved(contact_um, grid.mean_edge_um(), inside)
                }
            });
        }
    }

    /// `(voxel, share)` of the surface of one cell by itself.
    fn of_one(&mut self, centre_um: [f64; 3], contact_um: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let Self { voxels, meets, alone } = self;
        alone.clear(1);
        match meets {
            Meets::InLattice(..) => alone.push(&voxels.grid, centre_um, contact_um),
            Meets::AsSphere(spirals) => {
                alone.push_fine(&voxels.grid, centre_um, contact_um, spirals);
            }
        }
        alone.of(0)
    }
}

impl Shares {
    /// For populations that are carried so.
    pub fn new(free: &[Free]) -> Self {
        let mut shares = Self {
            clearance: Vec::new(),
            at_once: Vec::new(),
            made: Vec::new(),
            surfaces: Vec::new(),
            n_surfaces: 0,
            of_field: Vec::new(),
            meshes: Vec::new(),
            mesh_of: Vec::new(),
            of_voxel: Vec::new(),
            filled: Vec::new(),
            blood: Vec::new(),
        };
        for voxels in free.iter().map(|free| free.dissolved().map(|free| free.voxels)) {
            let mesh = voxels.map(|voxels| shares.mesh(voxels));
            shares.mesh_of.push(mesh);
        }
        shares
    }

    /// The mesh of these voxels: one that is there, or a new one.
    fn mesh(&mut self, voxels: Nested) -> usize {
        self.meshes.iter().position(|mesh| mesh.voxels == voxels).unwrap_or_else(|| {
            self.meshes.push(Mesh::new(voxels));
            self.meshes.len() - 1
        })
    }

    /// Which surfaces vesicles of a radius meet in a mesh: those of about the same, or new ones.
    fn surfaces_of(&mut self, mesh: usize, vesicle_um: f64, n_cells: usize) -> usize {
        let near = ALIKE * self.meshes[mesh].voxels.grid.mean_edge_um();
        let known = self.surfaces[..self.n_surfaces]
            .iter()
            .position(|surfaces| surfaces.mesh == mesh && (surfaces.radius_um - vesicle_um).abs() <= near);
        known.unwrap_or_else(|| {
            if self.surfaces.len() == self.n_surfaces {
                self.surfaces.push(Surfaces::default());
            }
            let surfaces = &mut self.surfaces[self.n_surfaces];
            (surfaces.mesh, surfaces.radius_um) = (mesh, vesicle_um);
            surfaces.most_um.clear();
            surfaces.most_um.resize(n_cells, 0.0);
            surfaces.asked.clear();
            surfaces.asked.resize(n_cells, false);
            self.n_surfaces += 1;
            self.n_surfaces - 1
        })
    }

    /// Lays out where surfaces lie, in the order of gathers.
    fn lay_out(&mut self, cells: &Cells, place: &Place) {
        let Self { surfaces, n_surfaces, meshes, .. } = self;
        for surfaces in &mut surfaces[..*n_surfaces] {
            meshes[surfaces.mesh].lay_out(surfaces, cells, place);
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

    /// The same of a cell as it is now, alive or not, as a population meets it.
    pub fn surface_now(
        &mut self,
        population: usize,
        centre_um: [f64; 3],
        contact_um: f64,
    ) -> impl Iterator<Item = (usize, f64)> + '_ {
        let mesh = self.mesh_of[population].map(|mesh| &mut self.meshes[mesh]);
        mesh.into_iter().flat_map(move |mesh| mesh.of_one(centre_um, contact_um))
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
    t.shares.of_field.clear();
    t.shares.clearance.clear();
    t.shares.n_surfaces = 0;
    for population in 0..t.free.len() {
        let (Some(free), Some(mesh)) = (t.free[population].dissolved(), t.shares.mesh_of[population]) else {
            continue;
        };
        let release = t.cells.behaviour.view(plan.numbers.release(population));
        for bin in 0..free.fields.len() {
            let is_brought =
                t.shares.blood.iter().any(|blood| (blood.population, blood.bin) == (population, bin));
            if release.is_nowhere()
                && !is_brought
                && !gives_back(t, population)
                && free.fields.values(bin).iter().all(|value| *value == 0.0)
            {
                t.shares.of_field.push(None);
                t.shares.clearance.resize(t.shares.clearance.len() + t.cells.len(), 0.0);
                continue;
            }
            let size = t.vesicles.population(population).bins[bin];
            let number = t.shares.surfaces_of(mesh, 0.5 * size.diameter_um, t.cells.len());
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
    t.shares.lay_out(&t.cells, &t.place);
}

/// Whether cells may give vesicles of a population back in this tick.
fn gives_back(t: &Tissue, population: usize) -> bool {
    let held = |row| t.vesicles.bound(population, row) + t.vesicles.endosomal(population, row) > 0;
    t.vesicles.population(population).fate.rerelease_fraction > 0.0 && (0..t.cells.len()).any(held)
}

/// Sets the sinks of free vesicles from the clearances of live cells, where their surfaces are.
pub fn set_sinks(t: &mut Tissue, span: &Span) {
    for of_cells in [&mut t.shares.at_once, &mut t.shares.made] {
        of_cells.clear();
        of_cells.resize(t.shares.clearance.len(), 0.0);
    }
    let mut numbers = 0..;
    for population in 0..t.free.len() {
        filling::let_fill(t, population, numbers.start, span);
        let Tissue { free, cells, shares, .. } = t;
        let Some(Dissolved { fields, .. }) = free[population].dissolved_mut() else { continue };
        let (n, voxel_um3) = (cells.len(), fields.grid().voxel_um3());
        for (bin, number) in (0..fields.len()).zip(&mut numbers) {
            let Shares { clearance, at_once, surfaces, of_field, .. } = shares;
            let Some(of_field) = of_field[number] else { continue };
            let Surfaces { footprints, ways, .. } = &surfaces[of_field];
            let diffusion_um2_per_min = fields.law(bin).diffusion_um2_per_min;
            let of_cells = clearance[number * n..(number + 1) * n].iter_mut().zip(ways).enumerate();
            for (at, (clearance, way)) in of_cells.filter(|(_, (clearance, _))| **clearance > 0.0) {
                let surface = *clearance;
                *clearance = way.clearance(surface, diffusion_um2_per_min);
                at_once[number * n + at] = (1.0 - *clearance / surface).max(0.0);
                for (voxel, share) in footprints.of(at) {
                    fields.take_up(bin, voxel, *clearance * share / voxel_um3);
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
        for (bin, number) in (0..t.free[population].n_fields()).zip(&mut numbers) {
            let Some(of_field) = t.shares.of_field[number] else { continue };
            hand_over(t, &OneSize { population, bin, number, of_field }, span, rng);
            let Some(Dissolved { fields, .. }) = t.free[population].dissolved_mut() else { continue };
            let left = fields.amount(bin);
            if left < TRACE {
                fields.values_mut(bin).fill(0.0);
                t.ledger.clear(population, left);
            }
        }
    }
}

/// One size of free vesicles: its population and number there, its number among free ones, and which surfaces it meets.
struct OneSize {
    population: usize,
    bin: usize,
    number: usize,
    of_field: usize,
}

impl OneSize {
    /// Adds up the sinks by voxel, and gives blood its share.
    fn carry_off(&self, fields: &Fields, shares: &mut Shares, ledger: &mut Ledger, n_cells: usize) {
        let Shares { clearance, of_voxel, blood, surfaces, .. } = shares;
        of_voxel.clear();
        of_voxel.resize(fields.grid().n_voxels(), 0.0);
        let clearance = &clearance[self.number * n_cells..][..n_cells];
        for (at, clearance) in clearance.iter().enumerate().filter(|(_, clearance)| **clearance > 0.0) {
            let footprint = surfaces[self.of_field].footprints.of(at);
            footprint.for_each(|(voxel, share)| of_voxel[voxel] += clearance * share);
        }
        let blood =
            || blood.iter().filter(|blood| (blood.population, blood.bin) == (self.population, self.bin));
        blood().for_each(|blood| of_voxel[blood.voxel] += blood.clearance_um3_per_min);
        let taken_up = fields.taken_up(self.bin);
        for blood in blood() {
            let share = blood.clearance_um3_per_min / of_voxel[blood.voxel];
            ledger.carry_off(self.population, taken_up[blood.voxel] * share);
        }
    }
}

/// Gives cells theirs, and blood its own.
fn hand_over(t: &mut Tissue, size: &OneSize, span: &Span, rng: &Rng) {
    let n = t.cells.len();
    let Tissue { free, cells, vesicles, ledger, place, shares, .. } = t;
    let Some(Dissolved { fields, .. }) = free[size.population].dissolved() else { return };
    size.carry_off(fields, shares, ledger, n);
    let Shares { clearance, at_once, made, of_voxel, surfaces, .. } = shares;
    let taken_up = fields.taken_up(size.bin);
    let of_cells = clearance[size.number * n..][..n].iter().enumerate();
    for (at, clearance) in of_cells.filter(|(_, clearance)| **clearance > 0.0) {
        let row = place.rows[at] as usize;
        let made = made[size.number * n + at];
        let of_cell = surfaces[size.of_field].footprints.of(at);
        let taken = at_once[size.number * n + at] * made
            + of_cell.map(|(v, share)| taken_up[v] * (clearance * share) / of_voxel[v]).sum::<f64>();
        let got = vesicles.capture(row, cells.id[row], size.population, size.bin, taken, span, rng);
        ledger.capture(size.population, taken, got);
    }
}
