//! One field: its values, its rates, and what its last span did.

use crate::budget::{Budget, FieldWork, Tally};
use crate::column::Column;
use crate::isa::Isa;
use crate::law::{FieldLaw, Solve, Stepping};
use crate::lod::axis::Axis;
use crate::rates::Rates;
use crate::substeps::{Axes, Scratch, Setting, Trial, adaptive, fixed};
use crate::{immobile, steady};
use vesicle_base::Grid;

/// One field on a grid.
#[derive(Clone, Debug)]
pub struct Field {
    pub law: FieldLaw,
    pub rates: Rates,
    /// Values, and what the entries' sinks removed so far in this span.
    pub state: Trial,
    /// The sub-step to try first, min; 0 before the first span. A column, so that a checkpoint can hold it.
    pub next_min: [f64; 1],
    pub taken_up: Vec<f64>,
    drained: Vec<u32>,
    pub budget: Budget,
    pub work: FieldWork,
    /// Voxel where a steady solve failed in the last span.
    pub stuck: Option<usize>,
    axes: Axes,
}

/// The room and the rules that all fields share.
pub struct Common<'a> {
    pub grid: &'a Grid,
    pub solid: Option<&'a [bool]>,
    pub stepping: &'a Stepping,
}

impl Field {
    pub fn new(grid: &Grid, law: FieldLaw, solid: Option<&[bool]>) -> Self {
        let n = grid.n_voxels();
        let mut values = Column::new(n, law.start);
        if let Some(solid) = solid {
            values.iter_mut().zip(solid).filter(|(_, solid)| **solid).for_each(|(value, _)| *value = 0.0);
        }
        let axes = [0, 1, 2].map(|a| Axis::new(grid.n[a], [law.sides[2 * a], law.sides[2 * a + 1]]));
        Self {
            rates: Rates::new(n),
            state: Trial { values, ..Trial::default() },
            next_min: [0.0],
            taken_up: vec![0.0; n],
            drained: Vec::new(),
            budget: Budget::default(),
            work: FieldWork::default(),
            stuck: None,
            axes: [axes.clone(), axes],
            law,
        }
    }

    /// Advances over `time_min` with frozen rates.
    pub fn advance(
        &mut self,
        common: &Common,
        time_min: f64,
        scratch: &mut Scratch,
        steady: &mut steady::Scratch,
    ) {
        self.forget_span();
        self.rates.sort();
        self.state.taken.clear();
        self.state.taken.resize(self.rates.entries().len(), 0.0);
        self.state.tally = Tally::default();
        let is_mobile = self.law.is_mobile() && common.grid.n.iter().any(|n| *n > 1);
        let voxel_um3 = common.grid.voxel_um3();
        match self.law.solve {
            Solve::Steady => {
                self.settle(common, time_min, steady);
            }
            Solve::Transient if is_mobile => {
                self.state.tally.sum = f64::NAN;
                self.work.sub_steps = self.sub_step(common, time_min, scratch);
                self.budget = self.state.tally.budget(voxel_um3);
            }
            Solve::Transient => {
                let Trial { values, taken, tally } = &mut self.state;
                immobile::advance(
                    values,
                    self.rates.entries(),
                    self.law.decay_per_min,
                    time_min,
                    taken,
                    tally,
                );
                self.budget = tally.budget(voxel_um3);
            }
        }
        self.record_taken(voxel_um3);
    }

    /// Clears what the last span left to be read.
    pub fn forget_span(&mut self) {
        for voxel in self.drained.drain(..) {
            self.taken_up[voxel as usize] = 0.0;
        }
        self.budget = Budget::default();
        self.work = FieldWork::default();
        self.stuck = None;
    }

    fn sub_step(&mut self, common: &Common, time_min: f64, scratch: &mut Scratch) -> u64 {
        let n_axes = common.grid.n.iter().filter(|n| **n > 1).count() as f64;
        let setting = Setting {
            entries: self.rates.entries(),
            solid: common.solid,
            coupling_per_min: common.grid.voxel_um.map(|dx| self.law.diffusion_um2_per_min / (dx * dx)),
            decay_per_min: self.law.decay_per_min / n_axes,
            tolerance: common.stepping.tolerance,
            isa: Isa::best(),
        };
        let (state, axes) = (&mut self.state, &mut self.axes);
        if let Some(fixed_min) = common.stepping.fixed_step_min {
            return fixed(state, &setting, axes, time_min, fixed_min, scratch);
        }
        let next_min = &mut self.next_min[0];
        if *next_min <= 0.0 {
            *next_min = time_min;
        }
        adaptive(state, &setting, axes, time_min, next_min, scratch)
    }

    fn settle(&mut self, common: &Common, time_min: f64, scratch: &mut steady::Scratch) {
        let outcome =
            steady::solve(&self.law, common, self.rates.entries(), &mut self.state, time_min, scratch);
        self.work.iterations = outcome.iterations;
        self.stuck = outcome.stuck;
        self.budget = outcome.budget;
    }

    fn record_taken(&mut self, voxel_um3: f64) {
        for (entry, taken) in self.rates.entries().iter().zip(&self.state.taken) {
            if *taken != 0.0 {
                self.taken_up[entry.voxel as usize] = taken * voxel_um3;
                self.drained.push(entry.voxel);
            }
        }
    }
}
