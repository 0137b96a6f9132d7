//! What motion reads and writes: slices with one value a cell, and the laws they follow.

use super::springs::{Joint, Springs};
use crate::{State, View};
use vesicle_base::Quiet;

/// The cells as motion sees them; every slice has one value a row. Coefficients are velocities because friction
/// is inside them.
#[derive(Debug)]
pub struct Bodies<'a> {
    /// Identity for life; no two alike.
    pub id: &'a [u64],
    /// Kind, an index into the affinities.
    pub kind: &'a [u16],
    /// Where the cell stands in life; dead cells do not walk.
    pub state: &'a [State],
    /// Whether the cell may be moved: from 0.5 on it may. One that may not still pushes others.
    pub movable: View<'a>,
    /// Radius, µm.
    pub radius_um: &'a [f64],
    /// Repulsion coefficient, µm/min.
    pub repulsion_um_per_min: View<'a>,
    /// Adhesion coefficient, µm/min.
    pub adhesion_um_per_min: View<'a>,
    /// Distance at which adhesion ends over the radius.
    pub adhesion_reach: View<'a>,
    /// Walking speed, µm/min.
    pub speed_um_per_min: View<'a>,
    /// Mean time between turns, min.
    pub persistence_min: View<'a>,
    /// Weight of the heading against chance, 0 to 1.
    pub bias: View<'a>,
    /// Unit vector along which bias pulls, or 0. Empty: nobody has one.
    pub heading: &'a [[f64; 3]],
    /// Springs with a length at rest that others put between cells for the tick.
    pub joints: &'a [Joint],
    /// Spring constant, per minute.
    pub spring_per_min: View<'a>,
    /// Rate at which a cell ties a spring to a neighbour of affinity 1, per minute.
    pub attach_per_min: View<'a>,
    /// Rate at which a cell lets go of a spring, per minute.
    pub detach_per_min: View<'a>,
    /// Most springs that a cell holds.
    pub most_springs: View<'a>,
    /// Push of a wall at full overlap, µm/min; read where [`Walls::Pushing`].
    pub wall_um_per_min: View<'a>,
    /// Position of the centre along x, y, z, µm.
    pub position_um: [&'a mut [f64]; 3],
    /// Direction of the walk along x, y, z, a unit vector; 0 before the first.
    pub direction: [&'a mut Quiet; 3],
    /// Velocity at the last fixed step, µm/min; Adams and Bashforth read it.
    pub velocity_um_per_min: [&'a mut Quiet; 3],
    /// Springs between cells.
    pub springs: &'a mut Springs,
}

impl Bodies<'_> {
    /// Whether a row may be moved.
    #[inline]
    pub(super) fn is_movable(&self, row: usize) -> bool {
        self.movable.at(row, self.kind[row]) >= 0.5
    }

    /// Position of a row, µm.
    #[inline]
    pub(super) fn at_um(&self, row: usize) -> [f64; 3] {
        [self.position_um[0][row], self.position_um[1][row], self.position_um[2][row]]
    }

    pub(super) fn assert_shapes(&self, laws: &MotionLaws) {
        let n = self.id.len();
        let lengths = self.position_um.iter().map(|column| column.len());
        let lengths = lengths.chain(self.direction.iter().map(|column| column.len()));
        let mut lengths = lengths.chain(self.velocity_um_per_min.iter().map(|column| column.len()));
        let same = self.kind.len() == n && self.state.len() == n && self.radius_um.len() == n;
        assert!(same && lengths.all(|len| len == n), "columns of cells out of step");
        assert!(self.heading.is_empty() || self.heading.len() == n, "one heading a cell, or none");
        let joined = self.joints.iter().flat_map(|joint| joint.rows);
        assert!(joined.max().is_none_or(|row| (row as usize) < n), "a joint of a cell that is not there");
        assert!(n < u32::MAX as usize - 2, "rows are numbered by u32");
        assert_eq!(
            laws.affinity.len(),
            laws.n_kinds * laws.n_kinds,
            "one affinity per ordered pair of kinds"
        );
    }
}

/// How repulsion grows with overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairLaw {
    /// PhysiCell's potential: (1 − d/R)².
    Quadratic,
    /// A linear spring against overlap, as the OpenVT reference chain has it: 1 − d/R.
    Linear,
}

/// How a tick is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steps {
    /// As few sub-steps as the tolerance allows.
    Adaptive {
        /// Largest error of one sub-step, µm.
        tolerance_um: f64,
        /// Farthest a cell may go in one sub-step, µm.
        move_um: f64,
    },
    /// Equal steps by Adams and Bashforth's second rule, as PhysiCell takes them.
    Fixed {
        /// Length of a step, min.
        step_min: f64,
    },
}

impl Default for Steps {
    /// 0.02 µm, a thousandth of a cell's diameter, and 2 µm, a quarter of its radius: assumed.
    fn default() -> Self {
        Self::Adaptive { tolerance_um: 0.02, move_um: 2.0 }
    }
}

/// What the faces of the box do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Walls {
    /// Nothing: cells may leave.
    Open,
    /// Centres stop at the faces.
    Closed,
    /// Centres stop at the faces, and a face pushes a cell that touches it: PhysiCell's virtual wall.
    Pushing,
}

/// The laws of motion of one tissue.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionLaws {
    /// How repulsion grows with overlap.
    pub pair: PairLaw,
    /// Number of kinds.
    pub n_kinds: usize,
    /// Adhesion affinity of kind i to kind j at `[i · n_kinds + j]`.
    pub affinity: Vec<f64>,
    /// How a tick is cut.
    pub steps: Steps,
    /// What the faces of the box do.
    pub walls: Walls,
    /// Lowest corner of the box, µm.
    pub low_um: [f64; 3],
    /// Highest corner of the box, µm.
    pub high_um: [f64; 3],
    /// Two dimensions: nothing moves along z.
    pub plane: bool,
    /// Smallest edge of a search bin, µm; `None` takes what suits. Results do not depend on it.
    pub bin_um: Option<f64>,
}

impl MotionLaws {
    /// PhysiCell's potential between `n_kinds` kinds of affinity 1, adaptive, in a closed box.
    pub fn new(n_kinds: usize, low_um: [f64; 3], high_um: [f64; 3]) -> Self {
        Self {
            pair: PairLaw::Quadratic,
            n_kinds,
            affinity: vec![1.0; n_kinds * n_kinds],
            steps: Steps::default(),
            walls: Walls::Closed,
            low_um,
            high_um,
            plane: false,
            bin_um: None,
        }
    }

    /// Whether the box stops centres at its faces.
    pub(super) fn stops(&self) -> bool {
        self.walls != Walls::Open
    }
}

/// The work of one tick; the same for any number of threads, any bin size and any order of rows, but for
/// `rebuilds`, which depends on what the scratch remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MotionWork {
    /// Sub-steps taken.
    pub sub_steps: u32,
    /// Sub-steps tried and thrown away.
    pub rejected: u32,
    /// Evaluations of all forces.
    pub evaluations: u32,
    /// Ordered pairs on the lists at the end of the tick, as many as one evaluation visits.
    pub pairs: u64,
    /// Times that the lists were built.
    pub rebuilds: u32,
}
