//! A setup becomes a tissue and its plan. Everything that can fail fails here.

use crate::bed::Bed;
use crate::exchange::fields_to_vesicles::Shares;
use crate::exchange::fields_to_vessels;
use crate::ledger::Ledger;
use crate::place::Place;
use crate::plan::{Numbers, Plan};
use crate::setup::{KindSetup, Setup, Start};
use crate::tissue::Tissue;
use tissue_cells::motion::{MotionPlan, Steps};
use tissue_cells::{Behaviours, Cells, Domain, Signals, TowardKinds};
use tissue_fields::{FieldError, FieldLaw, Fields, Side, Solve};
use tissue_vesicles::{LawError, Vesicles};
use vesicle_base::{Grid, Purpose, Rng, Turnover};

/// Why a setup is no tissue.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The fields cannot be built.
    #[error("fields: {0}")]
    Fields(#[from] FieldError),
    /// The vessels cannot be built.
    #[error("vessels: {0}")]
    Vessels(#[from] tissue_vasculature::LawError),
    /// A checkpoint is not of these vessels.
    #[error("vessels of the checkpoint: {0}")]
    VesselState(#[from] tissue_vasculature::StateError),
    /// The vesicles cannot be built.
    #[error("vesicles: {0}")]
    Vesicles(#[from] LawError),
    /// A checkpoint is not of these cells.
    #[error("cells of the checkpoint: {0}")]
    Cells(#[from] tissue_cells::StateError),
}

/// Steps of PhysiCell 1.14 for diffusion and for mechanics, minutes; its third, for the phenotype, is the tick.
const FIELD_STEP_MIN: f64 = 0.01;
const MECHANICS_STEP_MIN: f64 = 0.1;

const PLACING: Purpose = Purpose(0x0601);

/// Builds the tissue of a setup at time 0, injections included.
///
/// # Errors
/// Where a law contradicts itself.
pub fn build(setup: &Setup, rng: &Rng) -> Result<(Tissue, Plan), BuildError> {
    let plan = Plan::of(setup);
    let grid = Grid::of_box(setup.size_um, setup.voxel_um);
    let mut fields = Fields::new(grid, field_laws(setup), None)?;
    if setup.fixed_steps {
        fields.set_stepping(tissue_fields::Stepping {
            fixed_step_min: Some(FIELD_STEP_MIN),
            ..*fields.stepping()
        })?;
    }
    let mut cells = cells(setup, &plan, &grid, rng);
    if setup.fixed_steps {
        let steps = Steps::Fixed { step_min: MECHANICS_STEP_MIN };
        cells.set_motion(MotionPlan { steps, ..MotionPlan::default() });
    }
    let laws = setup.populations.iter().map(|population| population.law.clone()).collect();
    let mut vesicles = Vesicles::new(laws, setup.species.clone(), setup.response.clone())?;
    cells.kind.iter().for_each(|kind| vesicles.push(*kind));
    let mut tissue = Tissue {
        signals: Signals::new(plan.signals.len()),
        ledger: Ledger::new(setup.populations.len()),
        first_field: first_fields(setup),
        fields,
        cells,
        bed: setup.vessels.as_ref().map(Bed::new).transpose()?,
        vesicles,
        place: Place::default(),
        turnover: Turnover::default(),
        shares: Shares::default(),
        headings: Vec::new(),
    };
    inject(&mut tissue, setup);
    fields_to_vessels::begin(&mut tissue, &plan);
    Ok((tissue, plan))
}

/// Plain fields, then one field per population and size.
fn field_laws(setup: &Setup) -> Vec<FieldLaw> {
    let free = setup.populations.iter().flat_map(|population| {
        population.law.bins.iter().map(|bin| FieldLaw {
            diffusion_um2_per_min: bin.diffusion_um2_per_min,
            decay_per_min: population.decay_per_min,
            sides: [Side::Closed; 6],
            solve: Solve::Transient,
            start: 0.0,
        })
    });
    setup.fields.iter().cloned().chain(free).collect()
}

fn first_fields(setup: &Setup) -> Vec<usize> {
    let mut next = setup.fields.len();
    setup
        .populations
        .iter()
        .map(|population| {
            let first = next;
            next += population.law.bins.len();
            first
        })
        .collect()
}

fn cells(setup: &Setup, plan: &Plan, grid: &Grid, rng: &Rng) -> Cells {
    let base: Vec<Vec<f64>> = setup.kinds.iter().map(|kind| base(kind, setup, &plan.numbers)).collect();
    let mut behaviours = Behaviours::new(&base, plan.ruled());
    for field in 0..setup.fields.len() {
        behaviours.set_left_at_death(plan.numbers.secretion(field), 0.0);
        behaviours.set_left_at_death(plan.numbers.uptake(field), 0.1);
    }
    let transformation = (0..setup.kinds.len()).map(|kind| Some(plan.numbers.transformation(kind))).collect();
    let toward = TowardKinds { transformation, ..TowardKinds::default() };
    let laws = setup.kinds.iter().map(|kind| kind.law.clone()).collect();
    let domain = Domain::of_grid(grid);
    let mut cells = Cells::new(laws, behaviours, &toward, domain);
    for (kind, declared) in setup.kinds.iter().enumerate() {
        let positions = positions(&declared.start, &domain, kind as u64, rng);
        cells.seed(kind as u16, &positions, rng);
    }
    cells
}

/// Base values of all behaviours of a kind, in the layout of [`Numbers`].
pub(crate) fn base(kind: &KindSetup, setup: &Setup, numbers: &Numbers) -> Vec<f64> {
    let mut base = kind.law.own_base();
    base.resize(numbers.count(), 0.0);
    let mut set = |id: tissue_cells::BehaviourId, value: f64| base[usize::from(id.0)] = value;
    for (field, exchange) in kind.exchange.iter().enumerate() {
        set(numbers.secretion(field), exchange.secretion_per_min);
        set(numbers.target(field), exchange.target);
        set(numbers.uptake(field), exchange.uptake_per_min);
    }
    for population in 0..setup.populations.len() {
        set(numbers.release(population), kind.release_per_min[population]);
    }
    base
}

/// Starting positions of a kind, µm; in a plane they lie in its middle.
fn positions(start: &Start, domain: &Domain, kind: u64, rng: &Rng) -> Vec<[f64; 3]> {
    let size = domain.size_um();
    let z = domain.middle_z_um();
    match *start {
        Start::None => Vec::new(),
        Start::Random { count } => (0..count)
            .map(|number| {
                let mut draws = rng.at(PLACING, (kind << 48) | number, 0);
                let at = [0, 1, 2].map(|axis| domain.low_um[axis] + size[axis] * draws.uniform());
                if domain.plane { [at[0], at[1], z] } else { at }
            })
            .collect(),
        Start::Side { side, every_um } => {
            let along = usize::from(side < 2);
            let n = (size[along] / every_um).floor().max(1.0) as usize;
            let wall = if side.is_multiple_of(2) { domain.low_um } else { domain.high_um };
            (0..n)
                .map(|k| {
                    let mut at = [wall[0], wall[1], z];
                    at[along] = domain.low_um[along] + (k as f64 + 0.5) * size[along] / n as f64;
                    at
                })
                .collect()
        }
        Start::Lattice { every_um } => lattice(domain, every_um),
    }
}

/// Rows `every_um` apart, each shifted by half against the last; in a plane one layer.
fn lattice(domain: &Domain, every_um: f64) -> Vec<[f64; 3]> {
    let size = domain.size_um();
    let (row, layer) = (every_um * 3.0_f64.sqrt() / 2.0, every_um * (2.0_f64 / 3.0).sqrt());
    let count = |length: f64, step: f64| ((length / step).floor() as usize).max(1);
    let layers = if domain.plane { 1 } else { count(size[2], layer) };
    let mut positions = Vec::new();
    for k in 0..layers {
        for j in 0..count(size[1], row) {
            for i in 0..count(size[0], every_um) {
                let shift = if (j + k) % 2 == 1 { 0.75 } else { 0.25 };
                let z = if domain.plane {
                    domain.middle_z_um()
                } else {
                    domain.low_um[2] + (k as f64 + 0.5) * layer
                };
                let at = [(i as f64 + shift) * every_um, (j as f64 + 0.5) * row];
                positions.push([domain.low_um[0] + at[0], domain.low_um[1] + at[1], z]);
            }
        }
    }
    positions
}

/// Mixes in what is given at time 0.
fn inject(t: &mut Tissue, setup: &Setup) {
    let n_voxels = t.fields.grid().n_voxels();
    for (field, dose) in setup.field_doses.iter().enumerate().filter(|(_, dose)| **dose > 0.0) {
        t.fields.values_mut(field).iter_mut().for_each(|value| *value += dose);
    }
    let voxel_um3 = t.fields.grid().voxel_um3();
    for (population, declared) in setup.populations.iter().enumerate() {
        if declared.dose_per_um3 > 0.0 {
            for (bin, field) in t.free_fields(population).enumerate() {
                let amount = declared.dose_per_um3 * voxel_um3 * declared.law.bins[bin].share;
                (0..n_voxels).for_each(|voxel| t.fields.deposit(field, voxel, amount));
            }
            t.ledger.inject(population, declared.dose_per_um3 * voxel_um3 * n_voxels as f64);
        }
    }
}

/// How many cells of each kind begin, as the twin counts them.
pub fn founders(setup: &Setup) -> Vec<usize> {
    let domain = Domain::of_grid(&Grid::of_box(setup.size_um, setup.voxel_um));
    let rng = Rng::new(0);
    setup.kinds.iter().map(|kind| positions(&kind.start, &domain, 0, &rng).len()).collect()
}
