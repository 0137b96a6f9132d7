//! A setup becomes a tissue and its plan. Everything that can fail fails here.

use crate::bed::Bed;
use crate::exchange::cells_to_vesicles::Touching;
use crate::exchange::fields_to_vesicles::Shares;
use crate::exchange::{doses_to_free, fields_to_vessels};
use crate::free::Free;
use crate::ledger::Ledger;
use crate::place::Place;
use crate::plan::{Numbers, Plan};
use crate::setup::{KindSetup, Setup};
use crate::start;
use crate::tissue::Tissue;
use tissue_cells::motion::{MotionPlan, Steps, Walls};
use tissue_cells::{BehaviourId, Behaviours, Cells, Domain, Signals, TowardKinds};
use tissue_fields::{FieldError, Fields, Stepping};
use tissue_vesicles::{LawError, Vesicles};
use vesicle_base::{Grid, Rng, Turnover};

/// Why a setup is no tissue.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The fields cannot be built.
    #[error("fields: {0}")]
    Fields(#[from] FieldError),
    /// The vessels cannot be built.
    #[error("vessels: {0}")]
    Vessels(#[from] tissue_vasculature::LawError),
    /// A checkpoint is not of these free vesicles.
    #[error("free vesicles of the checkpoint: {0}")]
    Free(#[from] tissue_vesicles::particles::CheckpointError),
    /// A checkpoint is of vesicles that are carried in another way, or in another box.
    #[error("free vesicles of the checkpoint are not those of population {0}")]
    FreeOfAnother(usize),
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

/// Builds the tissue of a setup at time 0, injections included.
///
/// # Errors
/// Where a law contradicts itself.
pub fn build(setup: &Setup, rng: &Rng) -> Result<(Tissue, Plan), BuildError> {
    let plan = Plan::of(setup);
    let grid = setup.grid();
    let fixed_step_min = setup.fixed_steps.then_some(FIELD_STEP_MIN);
    let stepping = Stepping { fixed_step_min, ..Stepping::default() };
    let mut fields = Fields::new(grid, setup.fields.clone(), None)?;
    fields.set_stepping(stepping)?;
    let free = (0..setup.populations.len()).map(|number| Free::new(setup, number, stepping));
    let free = free.collect::<Result<Vec<_>, _>>()?;
    let mut cells = cells(setup, &plan, &grid, rng);
    cells.set_motion(motion(setup));
    if let Some(contact) = &setup.contact {
        contact.check(setup.kinds.len(), setup.species.len())?;
    }
    let laws = setup.populations.iter().map(|population| population.law.clone()).collect();
    let unread = (0..setup.kinds.len()).map(|kind| !setup.reads_repression(kind)).collect();
    let mut vesicles = Vesicles::new(laws, setup.species.clone(), setup.response.clone())?.unread(unread);
    cells.kind.iter().for_each(|kind| vesicles.push(*kind));
    let mut tissue = Tissue {
        signals: Signals::new(plan.signals.len()),
        ledger: Ledger::new(setup.populations.len()),
        captors: Vec::new(),
        touching: Touching::default(),
        fields,
        cells,
        bed: setup.vessels.as_ref().map(Bed::new).transpose()?,
        vesicles,
        place: Place::default(),
        turnover: Turnover::default(),
        shares: Shares::new(&free),
        free,
        headings: Vec::new(),
    };
    inject(&mut tissue, setup);
    doses_to_free::give(&mut tissue, &plan, 0, 0.0, rng);
    fields_to_vessels::begin(&mut tissue, &plan);
    Ok((tissue, plan))
}

fn motion(setup: &Setup) -> MotionPlan {
    let standard = MotionPlan::default();
    let steps =
        if setup.fixed_steps { Steps::Fixed { step_min: MECHANICS_STEP_MIN } } else { standard.steps };
    let walls = if setup.walls_push { Walls::Pushing } else { Walls::Closed };
    MotionPlan { steps, walls, ..standard }
}

fn cells(setup: &Setup, plan: &Plan, grid: &Grid, rng: &Rng) -> Cells {
    let base: Vec<Vec<f64>> = setup.kinds.iter().map(|kind| base(kind, setup, &plan.numbers)).collect();
    let mut behaviours = Behaviours::new(&base, plan.ruled());
    for field in 0..setup.fields.len() {
        behaviours.set_left_at_death(plan.numbers.secretion(field), 0.0);
        behaviours.set_left_at_death(plan.numbers.uptake(field), 0.1);
    }
    let numbers = &plan.numbers;
    let each = |number: fn(&Numbers, usize) -> BehaviourId| {
        (0..setup.kinds.len()).map(|kind| Some(number(numbers, kind))).collect()
    };
    let toward = TowardKinds {
        transformation: each(Numbers::transformation),
        asymmetric_division: each(Numbers::asymmetric_division),
        phagocytosis: each(Numbers::eating),
    };
    let laws = setup.kinds.iter().map(|kind| kind.law.clone()).collect();
    let domain = Domain::of_grid(grid);
    let mut cells = Cells::new(laws, behaviours, &toward, domain);
    for (kind, declared) in setup.kinds.iter().enumerate() {
        let first = cells.len();
        let founders = start::founders(&declared.start, &domain, kind as u64, rng);
        let positions: Vec<[f64; 3]> = founders.iter().map(|founder| founder.at_um).collect();
        cells.seed(kind as u16, &positions, rng);
        for (row, volume_um3) in founders.iter().enumerate().filter_map(|(k, f)| Some((k, f.volume_um3?))) {
            cells.set_volume_um3(first + row, volume_um3);
        }
    }
    cells
}

/// Base values of all behaviours of a kind, in the layout of [`Numbers`].
pub(crate) fn base(kind: &KindSetup, setup: &Setup, numbers: &Numbers) -> Vec<f64> {
    let mut base = kind.law.own_base();
    base.resize(numbers.count(), 0.0);
    let mut set = |id: BehaviourId, value: f64| base[usize::from(id.0)] = value;
    for (field, exchange) in kind.exchange.iter().enumerate() {
        set(numbers.secretion(field), exchange.secretion_per_min);
        set(numbers.target(field), exchange.target);
        set(numbers.uptake(field), exchange.uptake_per_min);
        set(numbers.chemotaxis(field), exchange.chemotaxis);
    }
    for population in 0..setup.populations.len() {
        set(numbers.release(population), kind.release_per_min[population]);
    }
    for (other, toward) in kind.toward.iter().enumerate() {
        set(numbers.transformation(other), toward.transformation_per_min);
        set(numbers.asymmetric_division(other), toward.daughter_share);
        set(numbers.eating(other), toward.eating_per_min);
    }
    base
}

/// Mixes in what is given of plain fields at time 0.
fn inject(t: &mut Tissue, setup: &Setup) {
    for (field, dose) in setup.field_doses.iter().enumerate().filter(|(_, dose)| **dose > 0.0) {
        t.fields.values_mut(field).iter_mut().for_each(|value| *value += dose);
    }
}
