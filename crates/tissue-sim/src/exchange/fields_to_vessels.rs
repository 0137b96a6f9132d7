//! The value that leads tips is read where each cell is; then vessels branch, join and carry blood.

use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_vasculature::{VesselWork, Vessels};
use vesicle_base::{Rng, Span};

/// Joins the cells as they stand at the start.
pub fn begin(t: &mut Tissue, plan: &Plan) {
    if let (Some(bed), Some(plan)) = (&mut t.bed, &plan.vessels) {
        let guide = plan.guide.map(|field| t.fields.values(field));
        bed.with_bodies(&t.cells, t.fields.grid(), plan.kind, guide, Vessels::seed);
        bed.hold(&t.cells);
    }
}

/// One tick of the vessels, at the places to which the cells have moved.
pub fn join_and_flow(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) -> VesselWork {
    let (Some(bed), Some(plan)) = (&mut t.bed, &plan.vessels) else { return VesselWork::default() };
    let guide = plan.guide.map(|field| t.fields.values(field));
    bed.with_bodies(&t.cells, t.fields.grid(), plan.kind, guide, |vessels, bodies| {
        vessels.join_and_flow(bodies, span, rng)
    })
}
