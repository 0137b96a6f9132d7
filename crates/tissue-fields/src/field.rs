//! One field: its values, its rates, and what its last span did.

use crate::budget::{Budget, FieldWork, Tally};
use crate::column::Column;
use crate::elliptic::{Equation, Room};
use crate::isa::Isa;
use crate::law::{FieldLaw, Solve, Stepping};
use crate::lod::axis::Axis;
use crate::rates::Rates;
use crate::substeps::{Scratch, Setting, Split, Stepper, Trial};
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
    splits: [Split; 2],
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
            splits: [Split::new(axes.clone()), Split::new(axes)],
            law,
        }
    }

    /// Advances over `time_min` with frozen rates.
    pub fn advance(&mut self, common: &Common, time_min: f64, scratch: &mut Scratch, room: &mut Room) {
        self.forget_span();
        self.rates.sort();
        self.state.taken.clear();
        self.state.taken.resize(self.rates.entries().len(), 0.0);
        self.state.tally = Tally::default();
        let is_mobile = self.law.is_mobile() && common.grid.n.iter().any(|n| *n > 1);
        let mut adjusted = 0.0;
        match self.law.solve {
            Solve::Steady => adjusted = self.settle(common, time_min, room),
            Solve::Transient if is_mobile => self.sub_step(common, time_min, scratch, room),
            Solve::Transient => {
                let Trial { values, taken, tally } = &mut self.state;
                let entries = self.rates.entries();
                immobile::advance(values, entries, self.law.decay_per_min, time_min, taken, tally);
            }
        }
        let voxel_um3 = common.grid.voxel_um3();
        self.budget = Budget { adjusted: adjusted * voxel_um3, ..self.state.tally.budget(voxel_um3) };
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

    fn sub_step(&mut self, common: &Common, time_min: f64, scratch: &mut Scratch, room: &mut Room) {
        let n_axes = common.grid.n.iter().filter(|n| **n > 1).count() as f64;
        let entries = self.rates.entries();
        let setting = Setting {
            entries,
            solid: common.solid,
            coupling_per_min: common.grid.voxel_um.map(|dx| self.law.diffusion_um2_per_min / (dx * dx)),
            decay_per_min: self.law.decay_per_min / n_axes,
            supply_per_min: entries.iter().map(|entry| entry.supply_per_min).sum(),
            tolerance: common.stepping.tolerance,
            isa: Isa::best(),
        };
        let equation = Equation { law: &self.law, common, entries };
        self.splits.iter_mut().for_each(Split::forget);
        let (splits, work) = (&mut self.splits, FieldWork::default());
        let mut stepper = Stepper { setting, equation, splits, scratch, room, work, stuck: None };
        self.state.tally.sum = f64::NAN;
        if let Some(fixed_min) = common.stepping.fixed_step_min {
            stepper.fixed(&mut self.state, time_min, fixed_min);
        } else {
            self.next_min[0] = stepper.setting.first_step_min(self.next_min[0]);
            stepper.adaptive(&mut self.state, time_min, &mut self.next_min[0]);
        }
        (self.work, self.stuck) = (stepper.work, stepper.stuck);
    }

    fn settle(&mut self, common: &Common, time_min: f64, room: &mut Room) -> f64 {
        let equation = Equation { law: &self.law, common, entries: self.rates.entries() };
        let outcome = steady::settle(&equation, &mut self.state, time_min, room);
        (self.work, self.stuck) = (outcome.work, outcome.stuck);
        outcome.adjusted
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
