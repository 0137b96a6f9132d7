//! One tick, as a table of contents. Its order is part of the model.

use crate::bed::Bed;
use crate::exchange::{
    cells_to_fields, cells_to_vesicles, doses_to_free, fields_to_cells, fields_to_vesicles,
    fields_to_vessels, free_to_vesicles, vesicles_to_cells, vesicles_to_fields, vessels_to_cells,
    vessels_to_fields,
};
use crate::free::Free;
use crate::place;
use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_cells::Heading;
use tissue_cells::motion::MotionWork;
use tissue_fields::FieldWork;
use vesicle_base::{Rng, Span};

/// What a tick cost, in counts that do not depend on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Sub-steps and iterations of the fields.
    pub fields: FieldWork,
    /// Sub-steps, evaluations and pairs of motion.
    pub motion: MotionWork,
    /// Cells at the start of the tick.
    pub n_cells: usize,
}

/// Advances a tissue by one tick. Cannot fail: all that can went wrong while building; `health` is read by the
/// caller.
pub fn step(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) -> Work {
    let n_cells = t.cells.len();
    if span.tick > 0 {
        doses_to_free::give(t, plan, span.tick, span.start_min, rng);
    }
    place::cells_in_voxels(&t.cells, t.fields.grid(), &mut t.place);
    t.fields.clear_rates();
    t.free.iter_mut().filter_map(Free::dissolved_mut).for_each(|free| free.fields.clear_rates());
    cells_to_fields::secrete_and_take_up(&t.cells, plan, &t.place, &mut t.fields);
    vessels_to_fields::exchange(t, plan, span);
    fields_to_vesicles::find_surfaces(t, plan);
    fields_to_vesicles::set_sinks(t, span);
    vesicles_to_fields::release(t, plan, span, rng);
    let mut fields = t.fields.advance(span);
    fields += move_free(t, span);
    fields_to_vesicles::capture(t, span, rng);
    free_to_vesicles::capture(t, span, rng);
    t.vesicles.advance(&t.cells.id, span, rng);
    vesicles_to_fields::give_back(t, span, rng);
    t.signals.resize(n_cells);
    fields_to_cells::signals(&t.fields, plan, &t.place, &mut t.signals);
    vesicles_to_cells::signals(&t.vesicles, plan, &mut t.signals);
    t.cells.sense_neighbours(&mut t.signals, &plan.sense);
    cells_to_vesicles::pass(t, plan, span, rng);
    plan.rules.respond(&t.cells.kind, &t.cells.life.dead, &t.signals, &mut t.cells.behaviour);
    fields_to_cells::starve(&t.fields, plan, &t.place, &mut t.cells);
    fields_to_cells::headings(&t.fields, plan, &t.place, &t.cells, &mut t.headings);
    vessels_to_cells::lead(t.bed.as_ref(), plan, &mut t.cells);
    let joints = t.bed.as_mut().map_or(&[][..], Bed::joints);
    let motion = t.cells.move_by(span, rng, Heading::Joined { heading: &t.headings, joints });
    fields_to_vessels::join_and_flow(t, plan, span, rng);
    t.cells.live_and_die(span, rng, &mut t.turnover);
    turn_over_all(t, plan, span, rng);
    t.ledger.close(&t.free);
    Work { fields, motion, n_cells }
}

/// Vesicles that are concentrations move, and bind to and leave the matrix.
fn move_free(t: &mut Tissue, span: &Span) -> FieldWork {
    let mut all = FieldWork::default();
    for (population, free) in t.free.iter_mut().enumerate() {
        let (work, lost) = free.advance(span);
        all += work;
        lost.into_iter().for_each(|lost| t.ledger.clear(population, lost));
    }
    all
}

/// The one place where rows change.
fn turn_over_all(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) {
    if !t.turnover.is_empty() {
        let lost = t.vesicles.turn_over(&t.turnover, &t.cells.id, rng);
        let spilled = t.vesicles.spill(&lost, |population| plan.spill_share[population], span, rng);
        vesicles_to_fields::spill(t, &spilled, span);
        if let Some(bed) = &mut t.bed {
            bed.turn_over(&t.turnover, &t.cells.id);
        }
        t.cells.turn_over(&t.turnover, rng);
        if let Some(bed) = &t.bed {
            bed.put_back(&mut t.cells);
        }
    }
    for row in 0..t.cells.len() {
        if t.vesicles.receiver(row) != t.cells.kind[row] {
            t.vesicles.set_receiver(row, t.cells.kind[row]);
        }
    }
}
