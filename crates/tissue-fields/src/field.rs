//! One field: its values, its rates, and what its last span did.

use crate::budget::{Budget, FieldWork, Tally};
use crate::column::Column;
use crate::elliptic::{Equation, Room};
use crate::exponential::{self, Propagation, Series};
use crate::fixed::Split;
use crate::isa::Isa;
use crate::law::{FieldLaw, Side, Solve, Stepping};
use crate::lod::Part;
use crate::lod::axis::Axis;
use crate::rates::Rates;
use crate::state::State;
use crate::{immobile, steady};
use vesicle_base::Grid;

/// One field on a grid.
#[derive(Clone, Debug)]
pub struct Field {
    pub law: FieldLaw,
    pub rates: Rates,
    /// Values, and what the entries' sinks removed so far in this span.
    pub state: State,
    pub taken_up: Vec<f64>,
    drained: Vec<u32>,
    pub budget: Budget,
    pub work: FieldWork,
    /// Voxel where a steady solve failed in the last span.
    pub stuck: Option<usize>,
    split: Split,
    series: Series,
}

/// The room and the rules that all fields share.
pub struct Common<'a> {
    pub grid: &'a Grid,
    pub solid: Option<&'a [bool]>,
    pub stepping: &'a Stepping,
}

/// Room that all fields use, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Workshop {
    pub scratch: exponential::Scratch,
    pub room: Room,
    pub parts: Vec<Part>,
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
            state: State { values, ..State::default() },
            taken_up: vec![0.0; n],
            drained: Vec::new(),
            budget: Budget::default(),
            work: FieldWork::default(),
            stuck: None,
            split: Split::new(axes),
            series: Series::default(),
            law,
        }
    }

    /// Advances over `time_min` with frozen rates.
    pub fn advance(&mut self, common: &Common, time_min: f64, workshop: &mut Workshop) {
        self.forget_span();
        self.rates.sort();
        self.state.taken.clear();
        self.state.taken.resize(self.rates.entries().len(), 0.0);
        self.state.tally = Tally::default();
        if self.is_at_rest() {
            return;
        }
        let is_mobile = self.law.is_mobile() && common.grid.n.iter().any(|n| *n > 1);
        let mut adjusted = 0.0;
        match self.law.solve {
            Solve::Steady => adjusted = self.settle(common, time_min, &mut workshop.room),
            Solve::Transient if is_mobile => self.propagate(common, time_min, workshop),
            Solve::Transient => {
                let State { values, taken, tally } = &mut self.state;
                let entries = self.rates.entries();
                immobile::advance(values, entries, self.law.decay_per_min, time_min, taken, tally);
            }
        }
        let voxel_um3 = common.grid.voxel_um3();
        self.budget = Budget { adjusted: adjusted * voxel_um3, ..self.state.tally.budget(voxel_um3) };
        self.record_taken(voxel_um3);
    }

    /// Nothing is there and nothing comes.
    fn is_at_rest(&self) -> bool {
        self.rates.entries().is_empty()
            && self.law.sides.iter().all(|side| *side == Side::Closed)
            && self.state.values.iter().all(|value| *value == 0.0)
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

    fn propagate(&mut self, common: &Common, time_min: f64, workshop: &mut Workshop) {
        let equation = Equation { law: &self.law, common, entries: self.rates.entries() };
        if let Some(fixed_min) = common.stepping.fixed_step_min {
            let times = [time_min, fixed_min];
            self.work.sub_steps = self.split.run(&equation, &mut self.state, times, &mut workshop.parts);
            return;
        }
        let tolerance = common.stepping.tolerance;
        let propagation = Propagation { equation, time_min, tolerance, isa: Isa::best() };
        let Workshop { scratch, room, .. } = workshop;
        let outcome = propagation.run(&mut self.state, scratch, &mut self.series, room);
        (self.work, self.stuck) = (outcome.work, outcome.stuck);
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
