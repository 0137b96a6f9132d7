//! A span in equal sub-steps of a length set by hand, each split by direction ([`crate::lod`]): PhysiCell's way.
//!
//! Order 1 in time; sinks act before diffusion in each sub-step, so that a voxel that is emptied within one sub-step is as
//! wrong as there. Proved by `the_order_in_time_is_one_and_in_space_two` and `the_d3_workload_has_its_known_values`.

use crate::elliptic::Equation;
use crate::isa::Isa;
use crate::lod::axis::Axis;
use crate::lod::{self, Part, Sweeps, Target};
use crate::reaction::{self, Response};
use crate::state::State;

/// All that depends on the length of a sub-step.
#[derive(Clone, Debug)]
pub struct Split {
    axes: [Axis; 3],
    responses: Vec<Response>,
}

impl Split {
    pub fn new(axes: [Axis; 3]) -> Self {
        Self { axes, responses: Vec::new() }
    }

    /// Advances by `time_min` in equal sub-steps of at most `fixed_min`; returns how many.
    pub fn run(
        &mut self,
        equation: &Equation,
        state: &mut State,
        [time_min, fixed_min]: [f64; 2],
        parts: &mut Vec<Part>,
    ) -> u64 {
        // A span that is a whole number of sub-steps but for rounding has that number.
        let n = (time_min / fixed_min - 1e-9).ceil().max(1.0);
        let step_min = time_min / n;
        let Equation { law, common, entries } = *equation;
        let n_axes = self.axes.iter().filter(|axis| axis.is_active()).count() as f64;
        for (axis, coupling) in self.axes.iter_mut().zip(equation.coupling_per_min()) {
            axis.set(step_min, coupling, law.decay_per_min / n_axes);
        }
        reaction::respond(entries, step_min, &mut self.responses);
        let supplied = step_min * entries.iter().map(|entry| entry.supply_per_min).sum::<f64>();
        let Self { axes, responses } = &*self;
        let sweeps = Sweeps { axes, solid: common.solid, responses, supplied, isa: Isa::best() };
        state.tally.sum = f64::NAN;
        for _ in 0..n as u64 {
            let State { values, taken, tally } = state;
            lod::step(Target { values, taken, tally, parts }, &sweeps);
        }
        n as u64
    }
}
