//! Blood flows through the joined cells from high to low pressure.
//!
//! Equation: Q = π r⁴ Δp / (8 µ L) along each edge, Σ Q = 0 at each cell that is not held (Poiseuille, Kirchhoff).
//! Discretisation: none in time (blood settles within a tick); a segment is never shorter than its radius, below which
//! Poiseuille's law ends. A new connection conducts at once.
//! Reference: Pries et al. (1990), doi 10.1161/01.RES.67.4.826.
//! Proved by `tests/known_networks.rs`.

use crate::members::Members;
use crate::viscosity::apparent_mpa_s;
use crate::{Circuit, Edge, Graph, VesselLaw};

/// Pascals in one mmHg.
pub const PA_PER_MMHG: f64 = 133.322;

/// Conductance of a segment, µm³/min per mmHg.
pub fn conductance(radius_um: f64, length_um: f64, viscosity_mpa_s: f64) -> f64 {
    let r2 = radius_um * radius_um;
    let seconds_per_min = 60.0;
    let pa_s = viscosity_mpa_s * 1e-3;
    core::f64::consts::PI * r2 * r2 / (8.0 * length_um.max(radius_um)) * PA_PER_MMHG * seconds_per_min / pa_s
}

/// Conductance of an edge under a law, µm³/min per mmHg.
pub fn edge_conductance(edge: &Edge, law: &VesselLaw) -> f64 {
    conductance(edge.radius_um, edge.length_um, apparent_mpa_s(&law.viscosity, edge.radius_um))
}

/// Sets the flow of every edge; returns the work of the solution.
pub(crate) fn carry(
    graph: &mut Graph,
    members: &Members<'_>,
    law: &VesselLaw,
    circuit: &mut Circuit,
) -> usize {
    circuit.begin(members.order.len());
    for anchor in members.anchors {
        if let Some(rank) = members.rank(anchor.id) {
            circuit.hold(rank, anchor.pressure_mmhg);
        }
    }
    for edge in graph.edges() {
        if let (Some(a), Some(b)) = (members.rank(edge.a), members.rank(edge.b)) {
            circuit.link(a, b, edge_conductance(edge, law));
        }
    }
    let work = circuit.solve();
    for edge in graph.edges_mut() {
        if let (Some(a), Some(b)) = (members.rank(edge.a), members.rank(edge.b)) {
            edge.flow_um3_per_min = edge_conductance(edge, law) * (circuit.pressure(a) - circuit.pressure(b));
        }
    }
    work
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capillary_flows_at_a_millimetre_a_second() {
        let flow = conductance(4.0, 500.0, 4.0) * 10.0;
        let speed_um_per_s = flow / (core::f64::consts::PI * 16.0) / 60.0;
        assert!((1000.0..2000.0).contains(&speed_um_per_s), "{speed_um_per_s}");
    }

    #[test]
    fn units_agree_with_si() {
        let si = core::f64::consts::PI * 4e-6_f64.powi(4) * 1333.22 / (8.0 * 4e-3 * 5e-4);
        let ours = conductance(4.0, 500.0, 4.0) * 10.0;
        assert!((ours / (si * 1e18 * 60.0) - 1.0).abs() < 1e-12);
    }
}
