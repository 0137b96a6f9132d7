//! How much volume a cell empties of free vesicles: its own clearance, lessened by what is already bound and by how
//! fast vesicles can diffuse to it.
//!
//! Equation: c(B) = c₀ / (1 + B/K) for the surface, s = 4πD(R + r) for diffusion to it, and 1/k = 1/c + 1/s.
//! Discretisation: B is that of the start of the tick. On a grid whose values are met at a distance r₀ from a sink, the way
//! from afar to there is the grid's own; what is left is 1/k = 1/c + 1/4πD (1/(R + r) − 1/r₀), as for wells (Peaceman 1978,
//! doi 10.2118/6893-PA). A cell larger than r₀ is met at the value of its voxel, k = c: alone, it then captures too little by at
//! most the share `depletion` · (1 − r₀/(R + r)); among its like, where all voxels are alike, k = c is right. k is at most
//! ten times the rate from afar.
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
    let surface = law.clearance_um3_per_min / (1.0 + bound / law.capacity);
    let diffusive = ceiling_um3_per_min(cell_radius_um, vesicle_radius_um, diffusion_um2_per_min);
    in_series(surface, diffusive)
}

/// Least share of the resistance from afar that is left to a voxel: what captures everything stays a finite rate.
const LEAST_LEFT: f64 = 0.1;

/// Clearance at the values of a grid, µm³/min, with `bound` vesicles on the cell already.
///
/// `resolved_per_um` is 1/r₀, of the distance from a sink in one voxel at which the voxel's value is met; 0 where the values
/// are those far away.
pub fn clearance_on_grid(
    law: &CaptureLaw,
    bound: f64,
    contact_radius_um: f64,
    diffusion_um2_per_min: f64,
    resolved_per_um: f64,
) -> f64 {
    let from_afar = clearance(law, bound, contact_radius_um, 0.0, diffusion_um2_per_min);
    if from_afar <= 0.0 || resolved_per_um <= 0.0 {
        return from_afar;
    }
    let resolved = resolved_per_um.min(1.0 / contact_radius_um);
    from_afar / (1.0 - depletion(from_afar, diffusion_um2_per_min, resolved)).max(LEAST_LEFT)
}

/// Share by which a cell that captures alone empties the voxel that it is in, below the values farther away.
///
/// `clearance` is that from afar, µm³/min; `resolved_per_um` as there.
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
    fn the_grid_does_its_part_of_the_way() {
        let (contact, diffusion, resolved) = (8.0, 60.0, 3.1759 / 40.0);
        let from_afar = clearance(&LAW, 0.0, contact, 0.0, diffusion);
        let got = clearance_on_grid(&LAW, 0.0, contact, diffusion, resolved);
        let way = (1.0 / contact - resolved) / (4.0 * core::f64::consts::PI * diffusion);
        assert!((1.0 / got - (1.0 / 800.0 + way)).abs() < 1e-15);
        assert_eq!(clearance_on_grid(&LAW, 0.0, contact, diffusion, 0.0), from_afar);
        assert!((depletion(from_afar, diffusion, resolved) - (1.0 - from_afar / got)).abs() < 1e-12);
        let fine = clearance_on_grid(&LAW, 0.0, contact, diffusion, 3.1759 / 20.0);
        assert!((fine / 800.0 - 1.0).abs() < 1e-12, "a large cell is met at the value of its voxel");
        let all = CaptureLaw { clearance_um3_per_min: f64::INFINITY, ..LAW };
        let most = clearance_on_grid(&all, 0.0, contact, diffusion, 3.1759 / 20.0);
        assert!((most / ceiling_um3_per_min(contact, 0.0, diffusion) - 10.0).abs() < 1e-12, "bounded");
        assert_eq!(clearance_on_grid(&LAW, 0.0, contact, 0.0, resolved), 0.0);
        assert_eq!(clearance_on_grid(&LAW, 0.0, contact, f64::INFINITY, resolved), 800.0);
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
