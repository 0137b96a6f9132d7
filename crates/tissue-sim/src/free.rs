//! How the free vesicles of one population are carried: as concentrations, or one by one.
//!
//! As concentrations, one field a size; what the matrix holds lies beside them, voxel by voxel, and exchanges with them
//! half a tick before and half a tick after they move. One by one, the particles know all that themselves.

use crate::setup::{Carried, PopulationSetup, Setup};
use tissue_fields::Fields;
use tissue_vesicles::particles::{CheckpointError, FreeVesicles, Hold, Motion, Transport, Walls};
use tissue_vesicles::{DepotLoss, DepotOdds, LawError, SizeBin};
use vesicle_base::{Grid, math};

/// The free vesicles of one population.
#[derive(Clone, Debug)]
pub enum Free {
    /// Concentrations.
    Fields {
        /// The field of its first size.
        first: usize,
        /// What the matrix holds.
        depot: Option<Depot>,
    },
    /// One by one.
    Singly(Box<FreeVesicles>),
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
    /// What the matrix holds, per size and voxel.
    Bound(Vec<Vec<f64>>),
    /// Particles.
    Singly(Vec<u8>),
}

impl Free {
    /// No vesicles yet. `first` is the number of the first field, where there are fields; `number` that of the
    /// population.
    ///
    /// # Errors
    /// Where a law is out of its range.
    pub fn new(setup: &PopulationSetup, first: usize, number: u16, grid: &Grid) -> Result<Self, LawError> {
        let n_voxels = grid.n_voxels();
        match setup.carried {
            Carried::AsFields => {
                let depot = setup.matrix.map(|hold| Depot::new(hold, setup.law.bins.len(), n_voxels));
                Ok(Self::Fields { first, depot: depot.transpose()? })
            }
            Carried::Singly { motion } => {
                let motion = setup.matrix.map_or(motion, Motion::Held);
                let half_life_min = math::rate_of_half_life(1.0) / setup.decay_per_min;
                let transport = Transport { motion, ..Transport::brownian(half_life_min) };
                let size = grid.size_um();
                let high = [0, 1, 2].map(|axis| grid.origin_um[axis] + size[axis]);
                let walls = Walls::closed(grid.origin_um, high);
                Ok(Self::Singly(Box::new(FreeVesicles::new(&setup.law, transport, walls, number)?)))
            }
        }
    }

    /// The fields of a population of so many sizes; none when its vesicles are carried one by one.
    pub fn fields(&self, n_sizes: usize) -> std::ops::Range<usize> {
        match self {
            Self::Fields { first, .. } => *first..*first + n_sizes,
            Self::Singly(_) => 0..0,
        }
    }

    /// Exchanges free vesicles with the matrix for half a tick; returns how many were lost there.
    pub fn exchange_with_matrix(&mut self, fields: &mut Fields, tick_min: f64) -> f64 {
        let Self::Fields { first, depot: Some(depot) } = self else { return 0.0 };
        depot.exchange(fields, *first, 0.5 * tick_min)
    }

    /// Vesicles that the matrix holds.
    pub fn held(&self, voxel_um3: f64) -> f64 {
        match self {
            Self::Fields { depot: Some(depot), .. } => depot.density() * voxel_um3,
            Self::Fields { .. } => 0.0,
            Self::Singly(free) => free.held() as f64,
        }
    }

    /// What a checkpoint keeps.
    pub fn state(&self) -> FreeState {
        match self {
            Self::Fields { depot, .. } => {
                FreeState::Bound(depot.as_ref().map_or_else(Vec::new, |depot| depot.bound.clone()))
            }
            Self::Singly(free) => FreeState::Singly(free.to_bytes()),
        }
    }

    /// Takes up a checkpoint; `false` when it is of vesicles carried in the other way, or of another tissue.
    ///
    /// # Errors
    /// When the bytes of particles are not whole.
    pub fn restore(&mut self, state: &FreeState) -> Result<bool, CheckpointError> {
        match (self, state) {
            (Self::Fields { depot: None, .. }, FreeState::Bound(bound)) => Ok(bound.is_empty()),
            (Self::Fields { depot: Some(depot), .. }, FreeState::Bound(bound)) => Ok(depot.restore(bound)),
            (Self::Singly(free), FreeState::Singly(bytes)) => free.restore(bytes).map(|()| true),
            _ => Ok(false),
        }
    }
}

/// Steps that one vesicle of a population takes in a minute, were it carried by itself: the mean over its sizes. For an
/// estimate of what a run costs.
pub fn steps_per_min(setup: &Setup, population: &PopulationSetup) -> f64 {
    let widest = setup.size_um.iter().copied().fold(0.0, f64::max);
    let capture = setup.kinds.iter().zip(&population.law.capture).filter(|(_, law)| law.is_some());
    let radius = |volume_um3: f64| math::cbrt(0.75 / core::f64::consts::PI * volume_um3);
    let smallest = capture.map(|(kind, _)| radius(kind.law.volume.total_um3)).fold(widest, f64::min);
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

    fn exchange(&mut self, fields: &mut Fields, first: usize, half_min: f64) -> f64 {
        if self.half_min.to_bits() != half_min.to_bits() {
            let Ok(odds) = DepotOdds::new(&self.hold, 0.0, half_min) else { return 0.0 };
            (self.odds, self.half_min) = (odds, half_min);
        }
        let mut lost = 0.0;
        for (bin, bound) in self.bound.iter_mut().enumerate() {
            let free = fields.values_mut(first + bin);
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
