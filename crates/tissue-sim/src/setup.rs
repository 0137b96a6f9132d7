//! Everything that determines a run, as numbers: kinds, fields, populations and rules by index, never by name.
//!
//! Its `Debug` text is its identity: two setups with equal text are the same run.

use tissue_cells::KindLaw;
use tissue_fields::FieldLaw;
use tissue_vasculature::VesselLaw;
use tissue_vesicles::{PopulationLaw, ResponseLaw, SpeciesLaw};

/// A whole run but for its seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Edges of the box, µm.
    pub size_um: [f64; 3],
    /// Edge of a voxel, µm.
    pub voxel_um: f64,
    /// Length of a tick, minutes.
    pub tick_min: f64,
    /// Ticks to simulate.
    pub n_ticks: u32,
    /// Ticks after which a frame is taken, rising; 0 is the start.
    pub frame_ticks: Vec<u32>,
    /// Fixed sub-steps of 0.01 and 0.1 min instead of adaptive ones.
    pub fixed_steps: bool,
    /// Fields, vesicles not among them.
    pub fields: Vec<FieldLaw>,
    /// What is added to each field at time 0, in its unit; one a field.
    pub field_doses: Vec<f64>,
    /// Cell kinds.
    pub kinds: Vec<KindSetup>,
    /// Cells that are joined into vessels.
    pub vessels: Option<VesselSetup>,
    /// Vesicle populations.
    pub populations: Vec<PopulationSetup>,
    /// Molecules that vesicles carry.
    pub species: Vec<SpeciesLaw>,
    /// What delivered molecules repress.
    pub response: ResponseLaw,
    /// Rules.
    pub rules: Vec<RuleSetup>,
}

/// One kind of cell.
#[derive(Clone, Debug, PartialEq)]
pub struct KindSetup {
    /// Laws of the cell itself.
    pub law: KindLaw,
    /// Where they begin.
    pub start: Start,
    /// What they take from and give to each field; one a field.
    pub exchange: Vec<FieldExchange>,
    /// The lack that kills them.
    pub lack: Option<Lack>,
    /// Vesicles of each population that one cell releases per minute; one a population.
    pub release_per_min: Vec<f64>,
    /// The field up whose gradient they turn.
    pub heads_up: Option<usize>,
}

/// Where cells begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Nowhere.
    None,
    /// So many, uniformly in the box.
    Random {
        /// How many.
        count: u64,
    },
    /// In a row along a side.
    Side {
        /// 0 low x, 1 high x, 2 low y, 3 high y.
        side: u8,
        /// Spacing, µm.
        every_um: f64,
    },
    /// On a hexagonal lattice over the box.
    Lattice {
        /// Spacing, µm.
        every_um: f64,
    },
}

/// Traffic between a cell and a field, rates per minute of the cell's own volume.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FieldExchange {
    /// Rate towards the target.
    pub secretion_per_min: f64,
    /// Value that secretion drives to.
    pub target: f64,
    /// Rate of uptake.
    pub uptake_per_min: f64,
}

/// Necrosis by lack of a field: full rate below a value, none above twice it, linear between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lack {
    /// The field.
    pub field: usize,
    /// Value below which the rate is full.
    pub below: f64,
    /// Full rate, 1/min.
    pub rate_per_min: f64,
}

impl Lack {
    /// Rate of necrosis at a value of the field, 1/min.
    pub fn rate_at(&self, value: f64) -> f64 {
        self.rate_per_min * ((2.0 * self.below - value) / self.below).clamp(0.0, 1.0)
    }
}

/// Cells of one kind, joined into vessels.
#[derive(Clone, Debug, PartialEq)]
pub struct VesselSetup {
    /// The kind that is joined.
    pub kind: u16,
    /// How they join, branch and carry blood.
    pub law: VesselLaw,
    /// The field that leads tips; without one nobody is led.
    pub guide: Option<usize>,
    /// Share of its cycle entry that a tip keeps.
    pub tip_cycle_share: f64,
    /// What crosses the wall of perfused vessels.
    pub walls: Vec<Wall>,
}

/// What one field or population has to do with perfused vessels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wall {
    /// What crosses.
    pub of: WallOf,
    /// Its value in the blood: the unit of the field, or vesicles per µm³.
    pub blood: f64,
    /// Permeability of the wall, µm/min; infinite where it is no barrier.
    pub permeability_um_per_min: f64,
}

/// What crosses a wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WallOf {
    /// A plain field.
    Field(usize),
    /// A vesicle population, each size by its share.
    Population(usize),
}

/// One vesicle population.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationSetup {
    /// Sizes, cargo, capture and fate.
    pub law: PopulationLaw,
    /// First-order loss of free vesicles, 1/min.
    pub decay_per_min: f64,
    /// Vesicles per µm³ that are mixed in at time 0.
    pub dose_per_um3: f64,
}

/// What a rule reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// Value of a field.
    Field(usize),
    /// Size of its gradient.
    Gradient(usize),
    /// Squeezing.
    Pressure,
    /// Live neighbours of a kind.
    Contact(u16),
    /// Repression of a program.
    Repression(usize),
    /// Copies of a molecule in the cytosol.
    Copies(usize),
    /// Vesicles of a population captured so far.
    TakenUp(usize),
    /// Vesicles of all populations captured so far.
    AllTakenUp,
    /// Simulated time, minutes.
    Time,
}

/// What a rule moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    /// A behaviour of the cell itself.
    Own(tissue_cells::Own),
    /// Secretion into a field.
    Secretion(usize),
    /// Target of that secretion.
    Target(usize),
    /// Uptake of a field.
    Uptake(usize),
    /// Release of a vesicle population.
    Release(usize),
    /// Becoming another kind.
    Transformation(u16),
}

/// One rule, by index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleSetup {
    /// The kind it is about.
    pub kind: u16,
    /// What it reads.
    pub signal: Signal,
    /// Whether the signal raises the behaviour.
    pub rises: bool,
    /// What it moves.
    pub behaviour: Behaviour,
    /// The behaviour at full signal.
    pub maximum: f64,
    /// The signal at half effect.
    pub half: f64,
    /// Steepness.
    pub hill: f64,
    /// Whether dead cells follow it too.
    pub applies_to_dead: bool,
}
