//! How much volume a cell empties of free vesicles: its own clearance, lessened by what is already bound and by how
//! fast vesicles can diffuse to it.
//!
//! Equation: c(B) = c₀ / (1 + B/K) for the surface, s = 4πD(R + r) for diffusion to it, and 1/k = 1/c + 1/s.
//! Discretisation: B is that of the start of the tick.
//! Reference: Collins and Kimball (1949), doi 10.1016/0095-8522(49)90023-9; Smoluchowski (1917) is the limit c → ∞.
//! Proved by `tests::the_smaller_conductance_rules` and, against single particles, by
//! `tests/particles.rs`: `capture_meets_smoluchowski_and_collins_and_kimball`.

use crate::law::CaptureLaw;

/// Clearance of one cell, µm³/min, with `bound` vesicles on it already.
///
/// Radii in µm, diffusion in µm²/min; an infinite diffusion leaves the saturating clearance alone, and an infinite
/// clearance leaves Smoluchowski's 4πD(R + r).
pub fn clearance(
    law: &CaptureLaw,
    bound: f64,
    cell_radius_um: f64,
    vesicle_radius_um: f64,
    diffusion_um2_per_min: f64,
) -> f64 {
    let diffusive = ceiling_um3_per_min(cell_radius_um, vesicle_radius_um, diffusion_um2_per_min);
    in_series(surface_clearance(law, bound), diffusive)
}

/// The clearance of the surface alone, µm³/min at the concentration there.
pub fn surface_clearance(law: &CaptureLaw, bound: f64) -> f64 {
    law.clearance_um3_per_min / (1.0 + bound / law.capacity)
}

/// Share by which a cell that captures alone empties the voxel that it is in, below the values farther away.
///
/// `clearance` is that from afar, µm³/min; `resolved_per_um` is 1/r₀, of the distance from a sink in one voxel at which the
/// voxel's value is met.
pub fn depletion(clearance: f64, diffusion_um2_per_min: f64, resolved_per_um: f64) -> f64 {
    clearance * resolved_per_um / (4.0 * core::f64::consts::PI * diffusion_um2_per_min)
}

/// Smoluchowski's rate 4πD(R + r), µm³/min: no sphere can capture faster.
pub fn ceiling_um3_per_min(cell_radius_um: f64, vesicle_radius_um: f64, diffusion_um2_per_min: f64) -> f64 {
    4.0 * core::f64::consts::PI * diffusion_um2_per_min * (cell_radius_um + vesicle_radius_um)
}

/// Two conductances in series; either may be 0 or infinite.
pub fn in_series(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low <= 0.0 { 0.0 } else { low / (1.0 + low / high) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAW: CaptureLaw = CaptureLaw { clearance_um3_per_min: 800.0, capacity: 50.0 };

    #[test]
    fn the_smaller_conductance_rules() {
        let ceiling = 4.0 * core::f64::consts::PI * 60.0 * 8.055;
        let free = CaptureLaw { clearance_um3_per_min: f64::INFINITY, ..LAW };
        assert!((clearance(&free, 0.0, 8.0, 0.055, 60.0) / ceiling - 1.0).abs() < 1e-15);
        assert_eq!(clearance(&LAW, 0.0, 8.0, 0.055, f64::INFINITY), 800.0);
        assert_eq!(clearance(&LAW, 50.0, 8.0, 0.055, f64::INFINITY), 400.0);
        let both = clearance(&LAW, 0.0, 8.0, 0.055, 60.0);
        assert!((1.0 / both - (1.0 / 800.0 + 1.0 / ceiling)).abs() < 1e-15);
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(clearance(&LAW, 0.0, 8.0, 0.055, 0.0), 0.0);
        let none = CaptureLaw { clearance_um3_per_min: 0.0, capacity: f64::INFINITY };
        assert_eq!(clearance(&none, 1e12, 8.0, 0.055, 60.0), 0.0);
        assert!(clearance(&LAW, 0.0, 1.0, 500.0, 60.0) < 800.0, "a vesicle larger than the cell");
    }

    proptest! {
        #[test]
        fn what_is_bound_only_lessens(bound in 0.0..1e9_f64, more in 0.0..1e9_f64) {
            let law = CaptureLaw { clearance_um3_per_min: 800.0, capacity: 1e4 };
            let of = |bound| clearance(&law, bound, 8.0, 0.05, 60.0);
            prop_assert!(of(bound + more) <= of(bound));
            prop_assert!(of(bound) >= 0.0);
        }
    }
}
