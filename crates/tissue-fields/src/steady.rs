//! The state that frozen sources lead to: (λ + U) ρ − D ∇²ρ = S, solved from the present values.
//!
//! Second-order differences, fixed sides in the matrix half a voxel away; the matrix is symmetric and its inverse
//! positive. Preconditioned conjugate gradients until the residual is a set share of the right-hand side. Parts of the
//! grid without any sink or fixed side have no steady state when fed (reported), and go to their mean otherwise.
//! Reference: Saad (2003) 9.2, doi:10.1137/1.9780898718003. Proved by `a_steady_field_has_a_cosh_profile`.

use crate::budget::Budget;
use crate::field::Common;
use crate::law::{FieldLaw, Side};
use crate::rates::Entry;
use crate::reduce::{dot, sum};
use crate::substeps::Trial;
use vesicle_base::Grid;

/// Iterations after which a solve counts as failed.
const MOST_ITERATIONS: u64 = 10_000;

/// Room for the solver, shared by all steady fields.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    loss: Vec<f64>,
    diagonal: Vec<f64>,
    right: Vec<f64>,
    residual: Vec<f64>,
    direction: Vec<f64>,
    image: Vec<f64>,
    part: Vec<u32>,
    queue: Vec<u32>,
}

/// What a solve did.
pub struct Outcome {
    pub iterations: u64,
    /// A voxel of a part that has no steady state, or that did not converge.
    pub stuck: Option<usize>,
    pub budget: Budget,
}

/// Solves for `state.values`, and for what each sink takes over `time_min`.
pub fn solve(
    law: &FieldLaw,
    common: &Common,
    entries: &[Entry],
    state: &mut Trial,
    time_min: f64,
    room: &mut Scratch,
) -> Outcome {
    let system = System::new(law, common);
    let before = sum(&state.values);
    room.assemble(&system, law, entries);
    let singular = room.level_out(&system, &mut state.values);
    let iterations = match singular {
        Some(_) => Ok(0),
        None => room.conjugate_gradients(&system, &mut state.values, common.stepping.steady_tolerance),
    };
    let (iterations, stuck) = match iterations {
        Ok(iterations) => (iterations, singular),
        Err(worst) => (MOST_ITERATIONS, Some(worst)),
    };
    let budget = system.budget(law, entries, state, time_min, before);
    Outcome { iterations, stuck, budget }
}

/// The operator without its matrix.
struct System<'a> {
    grid: &'a Grid,
    solid: Option<&'a [bool]>,
    /// D/Δx² of each axis; 0 for an axis of one voxel.
    coupling_per_min: [f64; 3],
    fixed: [Option<f64>; 6],
}

impl<'a> System<'a> {
    fn new(law: &FieldLaw, common: &'a Common) -> Self {
        let grid = common.grid;
        let coupling_per_min = [0, 1, 2].map(|a| {
            if grid.n[a] > 1 {
                law.diffusion_um2_per_min / (grid.voxel_um[a] * grid.voxel_um[a])
            } else {
                0.0
            }
        });
        let fixed = [0, 1, 2, 3, 4, 5].map(|face| match law.sides[face] {
            Side::Fixed(value) if coupling_per_min[face / 2] > 0.0 => Some(value),
            _ => None,
        });
        Self { grid, solid: common.solid, coupling_per_min, fixed }
    }

    fn is_open(&self, voxel: usize) -> bool {
        self.solid.is_none_or(|solid| !solid[voxel])
    }

    /// Calls `with(neighbour, coupling)` for each linked neighbour, and `face(value, 2 × coupling)` for fixed sides.
    fn around(&self, voxel: usize, mut with: impl FnMut(usize, f64), mut face: impl FnMut(f64, f64)) {
        if !self.is_open(voxel) {
            return;
        }
        let mut stride = 1;
        for (axis, at) in self.grid.at(voxel).into_iter().enumerate() {
            let (n, coupling) = (self.grid.n[axis], self.coupling_per_min[axis]);
            let ends = [(at == 0, voxel.wrapping_sub(stride)), (at + 1 == n, voxel + stride)];
            for (end, (is_edge, neighbour)) in ends.into_iter().enumerate() {
                if is_edge {
                    if let Some(value) = self.fixed[2 * axis + end] {
                        face(value, 2.0 * coupling);
                    }
                } else if coupling > 0.0 && self.is_open(neighbour) {
                    with(neighbour, coupling);
                }
            }
            stride *= n;
        }
    }

    fn apply(&self, diagonal: &[f64], x: &[f64], image: &mut [f64]) {
        for (voxel, image) in image.iter_mut().enumerate() {
            let mut value = diagonal[voxel] * x[voxel];
            self.around(voxel, |neighbour, coupling| value -= coupling * x[neighbour], |_, _| ());
            *image = value;
        }
    }

    fn budget(
        &self,
        law: &FieldLaw,
        entries: &[Entry],
        state: &mut Trial,
        time_min: f64,
        before: f64,
    ) -> Budget {
        let um3 = self.grid.voxel_um3();
        let after = sum(&state.values);
        let mut budget = Budget {
            decayed: law.decay_per_min * time_min * after * um3,
            adjusted: (after - before) * um3,
            ..Budget::default()
        };
        for (entry, taken) in entries.iter().zip(&mut state.taken) {
            *taken = time_min * entry.uptake_per_min * state.values[entry.voxel as usize];
            budget.taken_up += *taken * um3;
            budget.supplied += time_min * entry.supply_per_min * um3;
        }
        if self.fixed.iter().any(Option::is_some) {
            let mut left = 0.0;
            for (voxel, value) in state.values.iter().enumerate() {
                self.around(voxel, |_, _| (), |face, coupling| left += coupling * (value - face));
            }
            budget.left_through_sides = left * time_min * um3;
        }
        budget
    }
}

impl Scratch {
    fn assemble(&mut self, system: &System, law: &FieldLaw, entries: &[Entry]) {
        let n = system.grid.n_voxels();
        for column in [&mut self.right, &mut self.residual, &mut self.direction, &mut self.image] {
            column.clear();
            column.resize(n, 0.0);
        }
        self.loss.clear();
        self.loss.resize(n, law.decay_per_min);
        for entry in entries {
            self.loss[entry.voxel as usize] += entry.uptake_per_min;
            self.right[entry.voxel as usize] += entry.supply_per_min;
        }
        self.diagonal.clone_from(&self.loss);
        for voxel in 0..n {
            let (mut links, mut fed) = (0.0, 0.0);
            system.around(voxel, |_, coupling| links += coupling, |value, coupling| fed += coupling * value);
            system.around(voxel, |_, _| (), |_, coupling| links += coupling);
            self.diagonal[voxel] += links;
            self.right[voxel] += fed;
        }
    }

    /// Parts without loss: levelled when nothing feeds them; the first voxel of one that is fed is returned.
    fn level_out(&mut self, system: &System, values: &mut [f64]) -> Option<usize> {
        if self.loss.iter().all(|loss| *loss > 0.0) {
            return None;
        }
        self.part.clear();
        self.part.resize(values.len(), 0);
        let mut fed = None;
        for voxel in 0..values.len() {
            if self.part[voxel] == 0 && system.is_open(voxel) {
                let has_loss = self.flood(system, voxel);
                let is_fed = self.queue.iter().any(|&v| self.right[v as usize] > 0.0);
                if !has_loss && is_fed {
                    fed = fed.or(Some(voxel));
                } else if !has_loss {
                    let mean =
                        self.queue.iter().map(|&v| values[v as usize]).sum::<f64>() / self.queue.len() as f64;
                    for &v in &self.queue {
                        values[v as usize] = mean;
                    }
                }
            }
        }
        fed
    }

    /// Fills `queue` with the part around `voxel`; returns whether anything in it is lost.
    fn flood(&mut self, system: &System, voxel: usize) -> bool {
        let Self { loss, part, queue, .. } = self;
        let mut has_loss = false;
        queue.clear();
        queue.push(voxel as u32);
        part[voxel] = 1;
        let mut next = 0;
        while next < queue.len() {
            let here = queue[next] as usize;
            has_loss |= loss[here] > 0.0;
            system.around(
                here,
                |neighbour, _| {
                    if part[neighbour] == 0 {
                        part[neighbour] = 1;
                        queue.push(neighbour as u32);
                    }
                },
                |_, _| has_loss = true,
            );
            next += 1;
        }
        has_loss
    }

    fn conjugate_gradients(
        &mut self,
        system: &System,
        values: &mut [f64],
        tolerance: f64,
    ) -> Result<u64, usize> {
        let Self { diagonal, right, residual, direction, image, .. } = self;
        let n = values.len();
        let limit = tolerance * tolerance * dot(right, right);
        system.apply(diagonal, values, image);
        for i in 0..n {
            residual[i] = right[i] - image[i];
        }
        let inverse = |i: usize| if diagonal[i] > 0.0 { 1.0 / diagonal[i] } else { 0.0 };
        for i in 0..n {
            direction[i] = residual[i] * inverse(i);
        }
        let mut energy = dot(residual, direction);
        for iteration in 0..MOST_ITERATIONS {
            if dot(residual, residual) <= limit {
                for value in values {
                    *value = value.max(0.0);
                }
                return Ok(iteration);
            }
            system.apply(diagonal, direction, image);
            let along = energy / dot(direction, image);
            for i in 0..n {
                values[i] += along * direction[i];
                residual[i] -= along * image[i];
                image[i] = residual[i] * inverse(i);
            }
            let next = dot(residual, image);
            let keep = next / energy;
            energy = next;
            for i in 0..n {
                direction[i] = image[i] + keep * direction[i];
            }
        }
        Err(0)
    }
}
