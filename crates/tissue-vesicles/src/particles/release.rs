//! Where and when new vesicles come to be, and on whose account.
//!
//! Equation: a place uniform on a shell, in a box or at a point; a time uniform between two; sizes multinomial by share.
//! Discretisation: none; places outside the box are drawn again, at most `TRIES` times.

use super::walls::Walls;
use core::cmp::Ordering;
use vesicle_base::Draws;

/// Draws after which a place that is always outside the box becomes the nearest one in it.
const TRIES: u32 = 100;

/// On whose account vesicles come free; a column of the ledger each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Made by a cell.
    Released,
    /// Brought in from outside the tissue.
    Injected,
    /// Given back by a cell that had captured them.
    Rereleased,
    /// Came free when the cell that held them ended.
    Spilled,
}

impl Origin {
    pub(crate) const ALL: [Self; 4] = [Self::Released, Self::Injected, Self::Rereleased, Self::Spilled];

    /// Its place in `ALL`.
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Released => 0,
            Self::Injected => 1,
            Self::Rereleased => 2,
            Self::Spilled => 3,
        }
    }
}

/// Where vesicles come to be, µm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// At one point.
    Point([f64; 3]),
    /// Uniformly on the surface of a cell: their own radius outside a sphere.
    Around {
        /// Centre of the cell.
        centre_um: [f64; 3],
        /// Radius of the cell.
        radius_um: f64,
    },
    /// Uniformly in a box: a voxel, a needle track, the whole tissue.
    Within {
        /// Lower corner.
        low_um: [f64; 3],
        /// Upper corner.
        high_um: [f64; 3],
    },
}

/// New free vesicles of one source in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Release {
    /// Identity of the cell, or any number that is the caller's own for an injection. Calls may come in any order of
    /// sources; nothing depends on it.
    pub source: u64,
    /// On whose account.
    pub origin: Origin,
    /// How many.
    pub count: u64,
    /// Where.
    pub place: Place,
    /// First and last time at which one may come, minutes; cut to the tick that runs next.
    pub between_min: [f64; 2],
    /// Share of them that the matrix holds from the start: 0 for what a cell releases, [`super::Hold::bound_share`] for
    /// what was mixed into a gel that had time to bind it. Of no effect where no matrix holds any.
    pub held_share: f64,
}

impl Release {
    /// An order that is the same whatever the order of calls.
    pub(crate) fn canonical(&self, other: &Self) -> Ordering {
        let key = |r: &Self| (r.source, r.origin, r.count);
        let numbers = |r: &Self| {
            let [a, b] = match r.place {
                Place::Point(at) => [at, [0.0; 3]],
                Place::Around { centre_um, radius_um } => [centre_um, [radius_um, 0.0, 1.0]],
                Place::Within { low_um, high_um } => [low_um, high_um],
            };
            [a[0], a[1], a[2], b[0], b[1], b[2], r.between_min[0], r.between_min[1], r.held_share]
        };
        let pairs = numbers(self).into_iter().zip(numbers(other));
        key(self).cmp(&key(other)).then_with(|| {
            pairs.map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        })
    }

    /// Whether every number is one, and the share between 0 and 1.
    pub(crate) fn is_finite(&self) -> bool {
        let in_place = match self.place {
            Place::Point(at) => at.iter().all(|x| x.is_finite()),
            Place::Around { centre_um, radius_um } => {
                radius_um >= 0.0 && radius_um.is_finite() && centre_um.iter().all(|x| x.is_finite())
            }
            Place::Within { low_um, high_um } => {
                (0..3).all(|a| low_um[a].is_finite() && high_um[a].is_finite() && low_um[a] <= high_um[a])
            }
        };
        in_place && (0.0..=1.0).contains(&self.held_share) && self.between_min.iter().all(|t| t.is_finite())
    }

    /// A time of birth within a tick.
    pub(crate) fn time(&self, start_min: f64, end_min: f64, draws: &mut Draws) -> f64 {
        let [from, to] = self.between_min.map(|t| t.clamp(start_min, end_min));
        from + (to - from).max(0.0) * draws.uniform()
    }

    /// A place of birth of a vesicle of the given radius, in the box.
    pub(crate) fn place(&self, vesicle_um: f64, walls: &Walls, draws: &mut Draws) -> [f64; 3] {
        let mut at = [0.0; 3];
        for _ in 0..TRIES {
            at = match self.place {
                Place::Point(at) => return walls.nearest(at),
                Place::Around { centre_um, radius_um } => {
                    let out = draws.direction();
                    let distance = (radius_um + vesicle_um) * (1.0 + 4.0 * f64::EPSILON);
                    core::array::from_fn(|a| centre_um[a] + distance * out[a])
                }
                Place::Within { low_um, high_um } => {
                    [0, 1, 2].map(|a| low_um[a] + (high_um[a] - low_um[a]) * draws.uniform())
                }
            };
            if walls.hold(at) {
                return at;
            }
        }
        walls.nearest(at)
    }
}
