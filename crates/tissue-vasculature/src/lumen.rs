//! The lumen of a segment widens with the shear at its wall and narrows without.
//!
//! Equation: d ln r/dt = s ln(τ/τ₀) with τ = 4 µ |Q| / (π r³), inside the least and greatest radius; s = 0 keeps r.
//! Discretisation: ln r relaxes to the r at which τ = τ₀ for this tick's flow, r₀ = (4 µ |Q| / (π τ₀))^(1/3), at the
//! rate 3 s: ln r += (1 − e^(−3 s Δt)) ln(r₀/r). Never overshoots. Where all τ = τ₀, Q ∝ r³ (Murray's law).
//! Reference: Murray (1926), doi 10.1073/pnas.12.3.207; Pries, Secomb and Gaehtgens (1998),
//! doi 10.1152/ajpheart.1998.275.2.H349 (of whose stimuli only shear is kept).
//! Proved here by `a_lumen_settles_at_its_shear` and by `tests/known_networks.rs`: `murray_at_a_junction`.

use crate::flow::PA_PER_MMHG;
use crate::perfuse::speed_um_per_min;
use crate::viscosity::apparent_mpa_s;
use crate::{Graph, LumenLaw, VesselLaw};
use vesicle_base::{Span, math};

/// Shear stress at the wall, Pa, of a flow in µm³/min.
pub fn wall_shear_pa(flow_um3_per_min: f64, radius_um: f64, viscosity_mpa_s: f64) -> f64 {
    let per_s = flow_um3_per_min.abs() / 60.0 / (radius_um * radius_um * radius_um);
    4.0 * viscosity_mpa_s * 1e-3 * per_s / core::f64::consts::PI
}

/// Lets every lumen with flow follow its shear over a tick.
pub(crate) fn adapt(graph: &mut Graph, law: &VesselLaw, span: &Span) {
    let share = -math::expm1(-3.0 * law.lumen.adapt_per_min * span.length_min);
    if share <= 0.0 {
        return;
    }
    for edge in graph.edges_mut() {
        if speed_um_per_min(edge) > law.still_below_um_per_min {
            let mpa_s = apparent_mpa_s(&law.viscosity, edge.radius_um);
            edge.radius_um = adapted_um(&law.lumen, edge.radius_um, edge.flow_um3_per_min, mpa_s, share);
        }
    }
}

/// Radius after closing `share` of the logarithmic way to the radius of steady shear, µm.
fn adapted_um(law: &LumenLaw, radius_um: f64, flow_um3_per_min: f64, mpa_s: f64, share: f64) -> f64 {
    let steady = radius_um * math::cbrt(wall_shear_pa(flow_um3_per_min, radius_um, mpa_s) / law.shear_pa);
    let radius = radius_um * math::exp(share * math::ln(steady / radius_um));
    radius.clamp(law.least_um, law.most_um)
}

/// Pressure that drives a given wall shear through a segment, mmHg: Δp = 2 τ L / r.
pub fn driving_mmhg(shear_pa: f64, length_um: f64, radius_um: f64) -> f64 {
    2.0 * shear_pa * length_um / radius_um / PA_PER_MMHG
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::conductance;

    #[test]
    fn shear_balances_the_pressure() {
        let (r, length, mpa_s, mmhg) = (4.0, 200.0, 3.0, 5.0);
        let shear = wall_shear_pa(conductance(r, length, mpa_s) * mmhg, r, mpa_s);
        assert!((driving_mmhg(shear, length, r) / mmhg - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_lumen_settles_at_its_shear() {
        let law = LumenLaw { adapt_per_min: 1.0, ..LumenLaw::default() };
        let (flow, mpa_s) = (3e6, 4.0);
        let radius = (0..60).fold(20.0, |r, _| adapted_um(&law, r, flow, mpa_s, 0.4));
        assert!((wall_shear_pa(flow, radius, mpa_s) / law.shear_pa - 1.0).abs() < 1e-9, "{radius} µm");
        assert_eq!(adapted_um(&law, 4.0, 1e12, mpa_s, 1.0), law.most_um);
    }
}
