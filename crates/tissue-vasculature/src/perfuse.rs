//! A segment that carries flow for long enough is perfused; one without flow for too long goes.
//!
//! Equation: dt_with/dt = 1 while |Q| > v_still π r², else t_with = 0; dt_without/dt = 1 while there is no flow and
//! neither end is active, 0 while an end is, and t_without = 0 with flow. Perfused: t_with > 0 and at least the delay.
//! Gone: t_without at least the time to regression.
//! Discretisation: flow is frozen over a tick, so a delay is rounded up to whole ticks.
//! Reference: Benjamin et al. (1999), doi 10.1172/JCI5028 (VEGF keeps vessels that have not matured).
//! Proved by `tests/life_of_a_vessel.rs`: `perfusion_waits_and_regression_follows`.

use crate::members::Members;
use crate::{Edge, Graph, VesselLaw};
use vesicle_base::Span;

/// Whether an edge counts as perfused.
pub fn is_perfused(edge: &Edge, law: &VesselLaw) -> bool {
    edge.with_flow_min > 0.0 && edge.with_flow_min >= law.perfused_after_min
}

/// Mean speed of the blood, µm/min, without direction.
pub fn speed_um_per_min(edge: &Edge) -> f64 {
    edge.flow_um3_per_min.abs() / (core::f64::consts::PI * edge.radius_um * edge.radius_um)
}

/// Runs the clocks of all edges over a tick.
pub(crate) fn run_clocks(graph: &mut Graph, members: &Members<'_>, law: &VesselLaw, span: &Span) {
    for edge in graph.edges_mut() {
        if speed_um_per_min(edge) > law.still_below_um_per_min {
            edge.with_flow_min += span.length_min;
            edge.without_flow_min = 0.0;
        } else {
            edge.with_flow_min = 0.0;
            if !members.is_active(edge.a) && !members.is_active(edge.b) {
                edge.without_flow_min += span.length_min;
            }
        }
    }
}

/// Takes away what has been without flow for too long; returns how many edges went.
pub(crate) fn regress(graph: &mut Graph, law: &VesselLaw) -> usize {
    graph.retain(|edge| edge.without_flow_min == 0.0 || edge.without_flow_min < law.regress_after_min)
}
