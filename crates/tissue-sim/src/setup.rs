//! Everything that determines a run, as numbers: kinds, fields, populations and rules by index, never by name.
//!
//! Its `Debug` text is its identity: two setups with equal text are the same run.

use tissue_cells::start::Lattice;
use tissue_cells::{KindLaw, Own, OwnSignal};
use tissue_fields::FieldLaw;
use tissue_vasculature::VesselLaw;
use tissue_vesicles::particles::{Hold, Motion};
use tissue_vesicles::{ContactLaw, PopulationLaw, ResponseLaw, SpeciesLaw};
use vesicle_base::Grid;

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
    /// Whether faces of the box push cells that touch them; otherwise centres only stop there.
    pub walls_push: bool,
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
    /// Molecules that pass between touching cells.
    pub contact: Option<ContactLaw>,
    /// Molecules that are followed in cells.
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
    /// How they compare the gradients that they follow.
    pub gradients: Gradients,
    /// What they do to and become of each kind; one a kind.
    pub toward: Vec<TowardKind>,
}

impl KindSetup {
    /// The field that attracts them most; the first of equals, none when no field does.
    pub fn guide(&self) -> Option<usize> {
        let attractive = self.exchange.iter().enumerate().filter(|(_, field)| field.chemotaxis > 0.0);
        let strongest = attractive.reduce(|a, b| if b.1.chemotaxis > a.1.chemotaxis { b } else { a });
        strongest.map(|(field, _)| field)
    }
}

/// How gradients of several fields are added to one heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gradients {
    /// Each as a direction of length 1, so that units do not matter.
    #[default]
    Directions,
    /// As steep as they are, in the units of their fields.
    Slopes,
}

/// Behaviours of a cell towards one kind, base values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TowardKind {
    /// Rate of becoming that kind, 1/min.
    pub transformation_per_min: f64,
    /// Share of divisions after which one daughter is of that kind.
    pub daughter_share: f64,
    /// Rate of eating a live neighbour of that kind, 1/min.
    pub eating_per_min: f64,
}

/// Where cells begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Nowhere.
    None,
    /// So many, uniformly in the box or in a ball.
    Random {
        /// How many.
        count: u64,
        /// The ball, where it is not the whole box.
        within: Option<Ball>,
    },
    /// On a side: along its edge in a plane, over the whole face otherwise.
    Side {
        /// 0 low x, 1 high x, 2 low y, 3 high y, 4 low z, 5 high z.
        side: u8,
        /// Spacing, µm; as many as fit, spread evenly.
        every_um: f64,
    },
    /// On a lattice over the box or a ball.
    Lattice {
        /// How its sites lie.
        lattice: Lattice,
        /// Distance of neighbours, µm.
        every_um: f64,
        /// The ball, where it is not the whole box.
        within: Option<Ball>,
    },
    /// Along a line, such as the middle of a vessel.
    Line {
        /// Its corners in order, µm.
        corners_um: Vec<[f64; 3]>,
        /// Distance between two, measured along it, µm.
        every_um: f64,
    },
    /// Each where it was seen.
    Table {
        /// The cells in order.
        founders: Vec<Founder>,
    },
}

/// A ball; in a plane a disc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ball {
    /// Its middle, µm.
    pub centre_um: [f64; 3],
    /// Its radius, µm.
    pub radius_um: f64,
}

/// One cell at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Founder {
    /// Where it lies, µm.
    pub at_um: [f64; 3],
    /// Its volume, µm³; that of its kind at rest when not known.
    pub volume_um3: Option<f64>,
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
    /// Weight of the field's gradient in their heading; below 0 they turn away.
    pub chemotaxis: f64,
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
    /// What is given, when and where.
    pub dose: Dose,
    /// How the matrix holds them.
    pub matrix: Option<Hold>,
    /// How free ones are carried.
    pub carried: Carried,
    /// Share of the vesicles in and on a cell that come free when it goes.
    pub spill_share: f64,
}

impl PopulationSetup {
    /// Carried as fields and given once, everywhere; no matrix, no spill.
    pub fn new(law: PopulationLaw, decay_per_min: f64, dose_per_um3: f64) -> Self {
        let dose = Dose { per_um3: dose_per_um3, ticks: vec![0], site: Site::Everywhere };
        Self { law, decay_per_min, dose, matrix: None, carried: Carried::AsFields, spill_share: 0.0 }
    }
}

/// What is given of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Dose {
    /// Vesicles per µm³ of the whole tissue, each time.
    pub per_um3: f64,
    /// The ticks at whose start it is given.
    pub ticks: Vec<u32>,
    /// Where all of it goes.
    pub site: Site,
}

/// Where a dose goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Mixed into the whole tissue.
    Everywhere,
    /// Into the layer of voxels at a side: 0 low x, 1 high x, 2 low y, … 5 high z.
    Side(u8),
    /// Into the voxel in the middle.
    Middle,
}

/// How free vesicles are carried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Carried {
    /// As concentrations.
    AsFields,
    /// One by one.
    Singly {
        /// How each moves, but for what the matrix does.
        motion: Motion,
    },
}

impl Setup {
    /// The voxels of the tissue.
    pub fn grid(&self) -> Grid {
        Grid::of_box(self.size_um, self.voxel_um)
    }

    /// Whether some rule of a kind reads the repression of a program.
    pub fn reads_repression(&self, kind: usize) -> bool {
        let reads = |rule: &RuleSetup| matches!(rule.signal, Signal::Repression(_));
        self.rules.iter().any(|rule| usize::from(rule.kind) == kind && reads(rule))
    }
}

/// What a rule reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// Value of a field.
    Field(usize),
    /// Size of its gradient.
    Gradient(usize),
    /// What cells sense of themselves and their neighbours.
    Own(OwnSignal),
    /// Repression of a program.
    Repression(usize),
    /// Copies of a molecule in the cytosol, by whatever way they came.
    Copies(Ways),
    /// Vesicles of a population captured so far.
    TakenUp(usize),
    /// Vesicles of all populations captured so far.
    AllTakenUp,
    /// Vesicles of a population that a label shows: bound, in endosomes, and what those that are gone left behind.
    Labelled(usize),
    /// The same of all populations.
    AllLabelled,
}

/// The species that are copies of one molecule: as nature made it, as a mimic, passed by contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways([Option<usize>; 3]);

impl Ways {
    /// The first three of some species.
    pub fn of(species: impl IntoIterator<Item = usize>) -> Self {
        let mut ways = [None; 3];
        ways.iter_mut().zip(species).for_each(|(way, species)| *way = Some(species));
        Self(ways)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.species().next().is_none()
    }

    /// Each of them.
    pub fn species(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().flatten().copied()
    }
}

/// What a rule moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    /// A behaviour of the cell itself.
    Own(Own),
    /// Secretion into a field.
    Secretion(usize),
    /// Target of that secretion.
    Target(usize),
    /// Uptake of a field.
    Uptake(usize),
    /// Release of a vesicle population.
    Release(usize),
    /// Weight of a field's gradient in the heading.
    Chemotaxis(usize),
    /// Becoming another kind.
    Transformation(u16),
    /// Share of divisions after which one daughter is of a kind.
    AsymmetricDivision(u16),
    /// Eating live neighbours of a kind.
    Eating(u16),
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
