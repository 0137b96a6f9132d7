//! How the free vesicles of one population are carried: as concentrations, or one by one.
//!
//! As concentrations, one field a size, in voxels of their own (`nested`); what the matrix holds lies beside them, voxel by voxel, and
//! exchanges with them half a tick before and half a tick after they move. One by one, the particles know all that themselves.

use crate::build::BuildError;
use crate::nested::Nested;
use crate::setup::{Carried, PopulationSetup, Setup};
use tissue_fields::{Budget, FieldLaw, FieldWork, Fields, Side, Solve, Stepping};
use tissue_vesicles::particles::{FreeVesicles, Hold, Motion, Transport, Walls};
use tissue_vesicles::{DepotLoss, DepotOdds, LawError, SizeBin};
use vesicle_base::{Span, math};

/// The free vesicles of one population.
#[derive(Clone, Debug)]
pub enum Free {
    /// Concentrations.
    Fields(Box<Dissolved>),
    /// One by one.
    Singly(Box<FreeVesicles>),
}

/// The free vesicles of one population as concentrations.
#[derive(Clone, Debug)]
pub struct Dissolved {
    /// Where its voxels lie in those of the tissue.
    pub voxels: Nested,
    /// One field a size, vesicles per µm³.
    pub fields: Fields,
    /// What the matrix holds.
    pub depot: Option<Depot>,
}

/// What the matrix holds of one population, per size and voxel, in vesicles per µm³.
#[derive(Clone, Debug)]
pub struct Depot {
    hold: Hold,
    odds: DepotOdds,
    half_min: f64,
    bound: Vec<Vec<f64>>,
}

/// What a checkpoint keeps of the free vesicles of one population beside its fields.
#[derive(Clone, Debug, PartialEq)]
pub enum FreeState {
    /// What is free and what the matrix holds, per size and voxel.
    Fields {
        /// Free.
        free: Vec<Vec<f64>>,
        /// Held; nothing where no matrix is.
        bound: Vec<Vec<f64>>,
    },
    /// Particles.
    Singly(Vec<u8>),
}

impl Free {
    /// No vesicles yet, of the population of that number.
    ///
    /// # Errors
    /// Where a law is out of its range.
    pub fn new(setup: &Setup, number: usize, stepping: Stepping) -> Result<Self, BuildError> {
        let population = &setup.populations[number];
        let Carried::Singly { motion } = population.carried else {
            return Ok(Self::Fields(Box::new(Dissolved::new(
                population,
                Nested::of(setup, number),
                stepping,
            )?)));
        };
        let motion = population.matrix.map_or(motion, Motion::Held);
        let half_life_min = math::rate_of_half_life(1.0) / population.decay_per_min;
        let transport = Transport { motion, ..Transport::brownian(half_life_min) };
        let grid = setup.grid();
        let size = grid.size_um();
        let high = [0, 1, 2].map(|axis| grid.origin_um[axis] + size[axis]);
        let walls = Walls::closed(grid.origin_um, high);
        Ok(Self::Singly(Box::new(FreeVesicles::new(&population.law, transport, walls, number as u16)?)))
    }

    /// As concentrations, where they are carried so.
    pub fn dissolved(&self) -> Option<&Dissolved> {
        match self {
            Self::Fields(dissolved) => Some(dissolved),
            Self::Singly(_) => None,
        }
    }

    /// The same, to change them.
    pub fn dissolved_mut(&mut self) -> Option<&mut Dissolved> {
        match self {
            Self::Fields(dissolved) => Some(dissolved),
            Self::Singly(_) => None,
        }
    }

    /// Sizes that have a field; none when vesicles are carried one by one.
    pub fn n_fields(&self) -> usize {
        self.dissolved().map_or(0, |dissolved| dissolved.fields.len())
    }

    /// Lets concentrations move for a tick, between two halves of exchange with the matrix; returns what that cost and how many
    /// were lost in the matrix in each half.
    pub fn advance(&mut self, span: &Span) -> (FieldWork, [f64; 2]) {
        let Some(Dissolved { fields, depot, .. }) = self.dissolved_mut() else { return Default::default() };
        let mut half = |fields: &mut Fields| {
            depot.as_mut().map_or(0.0, |depot| depot.exchange(fields, 0.5 * span.length_min))
        };
        let before = half(fields);
        let work = fields.advance(span);
        (work, [before, half(fields)])
    }

    /// What came and went in the last tick, size by size, where they are concentrations.
    pub fn budgets(&self) -> impl Iterator<Item = Budget> + '_ {
        self.dissolved()
            .into_iter()
            .flat_map(|free| (0..free.fields.len()).map(|bin| free.fields.budget(bin)))
    }

    /// Vesicles that the matrix holds.
    pub fn held(&self) -> f64 {
        match self {
            Self::Fields(dissolved) => {
                let density = dissolved.depot.as_ref().map_or(0.0, Depot::density);
                density * dissolved.fields.grid().voxel_um3()
            }
            Self::Singly(free) => free.held() as f64,
        }
    }

    /// What a checkpoint keeps.
    pub fn state(&self) -> FreeState {
        match self {
            Self::Fields(dissolved) => FreeState::Fields {
                free: dissolved.fields.state().into_iter().map(<[f64]>::to_vec).collect(),
                bound: dissolved.depot.as_ref().map_or_else(Vec::new, |depot| depot.bound.clone()),
            },
            Self::Singly(free) => FreeState::Singly(free.to_bytes()),
        }
    }

    /// Takes up a checkpoint; `false` when it is of vesicles carried in the other way, or of another tissue.
    ///
    /// # Errors
    /// When the bytes of particles are not whole.
    pub fn restore(&mut self, state: &FreeState) -> Result<bool, BuildError> {
        match (self, state) {
            (Self::Fields(dissolved), FreeState::Fields { free, bound }) => {
                let Dissolved { fields, depot, .. } = &mut **dissolved;
                fields.restore(&free.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
                Ok(depot.as_mut().map_or(bound.is_empty(), |depot| depot.restore(bound)))
            }
            (Self::Singly(free), FreeState::Singly(bytes)) => Ok(free.restore(bytes).map(|()| true)?),
            _ => Ok(false),
        }
    }
}

impl Dissolved {
    fn new(setup: &PopulationSetup, voxels: Nested, stepping: Stepping) -> Result<Self, BuildError> {
        let law = |bin: &SizeBin| FieldLaw {
            diffusion_um2_per_min: bin.diffusion_um2_per_min,
            decay_per_min: setup.decay_per_min,
            sides: [Side::Closed; 6],
            solve: Solve::Transient,
            start: 0.0,
        };
        let laws: Vec<FieldLaw> = setup.law.bins.iter().map(law).collect();
        let depot =
            setup.matrix.map(|hold| Depot::new(hold, laws.len(), voxels.grid.n_voxels())).transpose()?;
        let mut fields = Fields::new(voxels.grid, laws, None)?;
        fields.set_stepping(stepping)?;
        Ok(Self { voxels, fields, depot })
    }

    /// Free vesicles of all sizes.
    pub fn amount(&self) -> f64 {
        (0..self.fields.len()).map(|bin| self.fields.amount(bin)).sum()
    }
}

/// Steps that one vesicle of a population takes in a minute, were it carried by itself: the mean over its sizes. For an
/// estimate of what a run costs.
pub fn steps_per_min(setup: &Setup, population: &PopulationSetup) -> f64 {
    let widest = setup.size_um.iter().copied().fold(0.0, f64::max);
    let capture = setup.kinds.iter().zip(&population.law.capture).filter(|(_, law)| law.is_some());
    let smallest = capture.map(|(kind, _)| kind.law.volume.radius_um()).fold(widest, f64::min);
    let of_bin = |bin: &SizeBin| {
        let step_um = Transport::brownian(1.0).step_share * (smallest + 0.5 * bin.diameter_um);
        bin.share * 2.0 * bin.diffusion_um2_per_min / (step_um * step_um)
    };
    population.law.bins.iter().map(of_bin).sum()
}

impl Depot {
    fn new(hold: Hold, n_sizes: usize, n_voxels: usize) -> Result<Self, LawError> {
        let odds = DepotOdds::new(&hold, 0.0, 0.0)?;
        Ok(Self { hold, odds, half_min: 0.0, bound: vec![vec![0.0; n_voxels]; n_sizes] })
    }

    fn exchange(&mut self, fields: &mut Fields, half_min: f64) -> f64 {
        if self.half_min.to_bits() != half_min.to_bits() {
            let Ok(odds) = DepotOdds::new(&self.hold, 0.0, half_min) else { return 0.0 };
            (self.odds, self.half_min) = (odds, half_min);
        }
        let mut lost = 0.0;
        for (bin, bound) in self.bound.iter_mut().enumerate() {
            let free = fields.values_mut(bin);
            for (free, bound) in free.iter_mut().zip(bound) {
                let DepotLoss { free: of_free, bound: of_bound } = self.odds.exchange(free, bound);
                lost += of_free + of_bound;
            }
        }
        lost * fields.grid().voxel_um3()
    }

    fn density(&self) -> f64 {
        self.bound.iter().flatten().sum()
    }

    fn restore(&mut self, bound: &[Vec<f64>]) -> bool {
        let fits = bound.len() == self.bound.len()
            && bound.iter().zip(&self.bound).all(|(new, old)| new.len() == old.len());
        if fits {
            self.bound = bound.to_vec();
        }
        fits
    }

    /// What the matrix holds in a voxel, vesicles per µm³, all sizes together.
    pub fn at(&self, voxel: usize) -> f64 {
        self.bound.iter().map(|bound| bound[voxel]).sum()
    }
}
