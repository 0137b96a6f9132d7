//! A handful of bodies with columns of their own, for tests of motion.
#![allow(dead_code)] // each test uses a part

use tissue_cells::motion::{Bodies, Joint, MotionLaws, MotionWork, Scratch, Springs, Steps, advance};
use tissue_cells::{State, View};
use vesicle_base::columns::Column;
use vesicle_base::{Quiet, Rng, Span};

/// Columns of bodies of PhysiCell's default kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Flock {
    pub id: Vec<u64>,
    pub kind: Vec<u16>,
    pub state: Vec<State>,
    pub movable: Vec<f64>,
    pub radius_um: Vec<f64>,
    pub repulsion: Vec<f64>,
    pub adhesion: Vec<f64>,
    pub reach: Vec<f64>,
    pub speed: Vec<f64>,
    pub persistence: Vec<f64>,
    pub bias: Vec<f64>,
    pub heading: Vec<[f64; 3]>,
    pub joints: Vec<Joint>,
    pub spring: [f64; 4],
    pub attach: [f64; 4],
    pub detach: [f64; 4],
    pub most_springs: [f64; 4],
    pub wall: [f64; 4],
    pub at: [Vec<f64>; 3],
    pub direction: [Quiet; 3],
    pub velocity: [Quiet; 3],
    pub springs: Springs,
}

/// Radius of PhysiCell's default cell, µm.
pub const RADIUS_UM: f64 = 8.412_710_547_954_228;

impl Flock {
    pub fn at(positions: &[[f64; 3]]) -> Self {
        let n = positions.len();
        let zeros = || [0, 1, 2].map(|_| Quiet::from(vec![0.0; n]));
        Self {
            id: (0..n as u64).collect(),
            kind: vec![0; n],
            state: vec![State::Live; n],
            movable: vec![1.0; n],
            radius_um: vec![RADIUS_UM; n],
            repulsion: vec![10.0; n],
            adhesion: vec![0.4; n],
            reach: vec![1.25; n],
            speed: vec![0.0; n],
            persistence: vec![1.0; n],
            bias: vec![0.0; n],
            heading: Vec::new(),
            joints: Vec::new(),
            spring: [0.01; 4],
            attach: [0.0; 4],
            detach: [0.0; 4],
            most_springs: [12.0; 4],
            wall: [0.0; 4],
            at: [0, 1, 2].map(|axis| positions.iter().map(|p| p[axis]).collect()),
            direction: zeros(),
            velocity: zeros(),
            springs: Springs::default(),
        }
    }

    /// `n` cells at random in a cube with about `per_cell_um3` each.
    pub fn cloud(n: usize, per_cell_um3: f64, seed: u64) -> Self {
        let edge = (n as f64 * per_cell_um3).cbrt();
        let rng = Rng::new(seed);
        let at = |i: u64| {
            let mut draws = rng.at(vesicle_base::Purpose(1), i, 0);
            [0, 1, 2].map(|_| (draws.uniform() - 0.5) * edge)
        };
        Self::at(&(0..n as u64).map(at).collect::<Vec<_>>())
    }

    /// All lattice points of a hexagonal close packing of spacing `apart_um` in a ball.
    pub fn ball(apart_um: f64, ball_um: f64) -> Self {
        let (row, layer) = (apart_um * 0.75_f64.sqrt(), apart_um * (2.0_f64 / 3.0).sqrt());
        let far = (ball_um / layer).ceil() as i32 + 1;
        let mut at = Vec::new();
        for k in -far..=far {
            for j in -2 * far..=2 * far {
                for i in -2 * far..=2 * far {
                    let odd = f64::from(k.rem_euclid(2));
                    let x = apart_um * (f64::from(i) + 0.5 * f64::from(j.rem_euclid(2)) + 0.5 * odd);
                    let p = [x, row * (f64::from(j) + odd / 3.0), layer * f64::from(k)];
                    if p.iter().map(|c| c * c).sum::<f64>() <= ball_um * ball_um {
                        at.push(p);
                    }
                }
            }
        }
        Self::at(&at)
    }

    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn with<T>(&mut self, act: impl FnOnce(&mut Bodies<'_>) -> T) -> T {
        let [x, y, z] = &mut self.at;
        let [dx, dy, dz] = &mut self.direction;
        let [vx, vy, vz] = &mut self.velocity;
        act(&mut Bodies {
            id: &self.id,
            kind: &self.kind,
            state: &self.state,
            movable: View::new(Some(&self.movable), &[]),
            radius_um: &self.radius_um,
            repulsion_um_per_min: View::new(Some(&self.repulsion), &[]),
            adhesion_um_per_min: View::new(Some(&self.adhesion), &[]),
            adhesion_reach: View::new(Some(&self.reach), &[]),
            speed_um_per_min: View::new(Some(&self.speed), &[]),
            persistence_min: View::new(Some(&self.persistence), &[]),
            bias: View::new(Some(&self.bias), &[]),
            heading: &self.heading,
            joints: &self.joints,
            spring_per_min: View::new(None, &self.spring),
            attach_per_min: View::new(None, &self.attach),
            detach_per_min: View::new(None, &self.detach),
            most_springs: View::new(None, &self.most_springs),
            wall_um_per_min: View::new(None, &self.wall),
            position_um: [x, y, z],
            direction: [dx, dy, dz],
            velocity_um_per_min: [vx, vy, vz],
            springs: &mut self.springs,
        })
    }

    pub fn tick(
        &mut self,
        laws: &MotionLaws,
        tick: u32,
        length_min: f64,
        scratch: &mut Scratch,
    ) -> MotionWork {
        let (span, rng) = (Span::of_tick(tick, length_min), Rng::new(11));
        self.with(|bodies| advance(bodies, laws, &span, &rng, scratch))
    }

    pub fn position(&self, row: usize) -> [f64; 3] {
        [self.at[0][row], self.at[1][row], self.at[2][row]]
    }

    /// Distance of two rows.
    pub fn apart(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.position(i), self.position(j));
        ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
    }

    /// Row `k` becomes what row `order[k]` was.
    pub fn permuted(&self, order: &[usize]) -> Self {
        fn take<T: Clone>(column: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|row| column[*row].clone()).collect()
        }
        let led = |rows: &Vec<[f64; 3]>| if rows.is_empty() { Vec::new() } else { take(rows, order) };
        let place = |row: u32| order.iter().position(|from| *from == row as usize).map(|to| to as u32);
        let moved = |joint: &Joint| {
            let [i, j] = joint.rows.map(place);
            Some(Joint { rows: [i?, j?], ..*joint })
        };
        let three = |columns: &[Vec<f64>; 3]| [0, 1, 2].map(|axis| take(&columns[axis], order));
        let calm = |columns: &[Quiet; 3]| {
            let rows: Vec<u32> = order.iter().map(|row| *row as u32).collect();
            let mut columns = columns.clone();
            columns.iter_mut().for_each(|column| column.reorder(&rows));
            columns
        };
        Self {
            id: take(&self.id, order),
            kind: take(&self.kind, order),
            state: take(&self.state, order),
            movable: take(&self.movable, order),
            radius_um: take(&self.radius_um, order),
            repulsion: take(&self.repulsion, order),
            adhesion: take(&self.adhesion, order),
            reach: take(&self.reach, order),
            speed: take(&self.speed, order),
            persistence: take(&self.persistence, order),
            bias: take(&self.bias, order),
            heading: led(&self.heading),
            joints: self.joints.iter().filter_map(moved).collect(),
            at: three(&self.at),
            direction: calm(&self.direction),
            velocity: calm(&self.velocity),
            ..self.clone()
        }
    }

    /// Everything that motion may change, in order of identity, as bits.
    pub fn bits(&self) -> Vec<(u64, [u64; 6])> {
        let mut bits: Vec<(u64, [u64; 6])> = (0..self.len())
            .map(|row| {
                let [x, y, z] = self.position(row).map(f64::to_bits);
                let [a, b, c] = [0, 1, 2].map(|axis| self.direction[axis][row].to_bits());
                (self.id[row], [x, y, z, a, b, c])
            })
            .collect();
        bits.sort_unstable();
        bits
    }
}

/// A box far from everything.
pub fn wide(n_kinds: usize) -> MotionLaws {
    MotionLaws::new(n_kinds, [-1e5; 3], [1e5; 3])
}

/// Some ticks, with one memory.
pub fn run(flock: &mut Flock, laws: &MotionLaws, n_ticks: u32, length_min: f64) {
    let mut scratch = Scratch::default();
    for tick in 0..n_ticks {
        flock.tick(laws, tick, length_min, &mut scratch);
    }
}

/// The same laws in equal steps.
pub fn fixed(laws: &MotionLaws, step_min: f64) -> MotionLaws {
    MotionLaws { steps: Steps::Fixed { step_min }, ..laws.clone() }
}
