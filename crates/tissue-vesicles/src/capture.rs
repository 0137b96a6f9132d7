//! How much volume a cell empties of free vesicles: its own clearance, lessened by what is already bound and by how
//! fast vesicles can diffuse to it.
//!
//! Equation: c(B) = c₀ / (1 + B/K) for the surface, s = 4πD(R + r) for diffusion to it, and 1/k = 1/c + 1/s.
//! Discretisation: over a tick c is the mean of c(B), B' = k(c) ρ − B k_i, by the midpoint rule in steps in which 1 + B/K changes
//! by a twentieth at most, 5e-4 of c.
//! Reference: Collins and Kimball (1949), doi 10.1016/0095-8522(49)90023-9; Smoluchowski (1917) is the limit c → ∞.
//! Proved by `tests::the_smaller_conductance_rules` and, against single particles, by
//! `tests/particles.rs`: `capture_meets_smoluchowski_and_collins_and_kimball`; `tests::a_surface_fills_as_its_equation_says`.

use crate::law::CaptureLaw;
use vesicle_base::math;

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

/// What happens to a surface over a tick.
#[derive(Clone, Copy, Debug)]
pub struct Filling {
    /// Vesicles bound at its start.
    pub bound: f64,
    /// Rate at which the bound are internalised, 1/min.
    pub leave_per_min: f64,
    /// Rate at which the free around it become fewer, 1/min.
    pub fall_per_min: f64,
    /// How long, minutes.
    pub minutes: f64,
}

/// Change of 1 + B/K in one step.
const STEP: f64 = 0.05;

/// Clearance of a surface while it fills and empties, µm³/min: the mean over the vesicles that are there to be captured.
///
/// `arrive` is how many vesicles a minute come at the start of the tick where the surface clears so much.
pub fn filling_clearance(law: &CaptureLaw, filling: &Filling, arrive: impl Fn(f64) -> f64) -> f64 {
    let Filling { bound, leave_per_min, fall_per_min, minutes } = *filling;
    let start = surface_clearance(law, bound);
    if law.capacity == f64::INFINITY || start <= 0.0 || !start.is_finite() || minutes <= 0.0 {
        return start;
    }
    let left = |time: f64| math::left_after(fall_per_min, time);
    let rise =
        |time: f64, bound: f64| arrive(surface_clearance(law, bound)) * left(time) - leave_per_min * bound;
    let (mut time, mut now, mut cleared, mut weight) = (0.0, bound, 0.0, 0.0);
    while time < minutes {
        let turnover = arrive(surface_clearance(law, now)) * left(time) + leave_per_min * now;
        let step = (STEP * (law.capacity + now) / turnover).max(1e-4 * minutes).min(minutes - time);
        let half = (now + 0.5 * step * rise(time, now)).max(0.0);
        let middle = time + 0.5 * step;
        cleared += step * left(middle) * surface_clearance(law, half);
        weight += step * left(middle);
        now = (now + step * rise(middle, half)).max(0.0);
        time = if step >= minutes - time { minutes } else { time + step };
    }
    if weight > 0.0 { cleared / weight } else { start }
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

    const FILLING: Filling = Filling { bound: 0.0, leave_per_min: 0.0, fall_per_min: 0.0, minutes: 6.0 };

    /// B + B²/2K = c₀ρt where nothing leaves, to many times the capacity; where bound ones leave, the quadratic of the steady state.
    #[test]
    fn a_surface_fills_as_its_equation_says() {
        for density in [1e-3, 0.1, 10.0] {
            let got = filling_clearance(&LAW, &FILLING, |c| c * density) * density * FILLING.minutes;
            let unsaturated = 800.0 * density * FILLING.minutes;
            let wanted = 50.0 * ((1.0 + 2.0 * unsaturated / 50.0).sqrt() - 1.0);
            assert!((got / wanted - 1.0).abs() < 2e-3, "{density}: {got} not {wanted}");
        }
        let (leave_per_min, inflow): (f64, f64) = (0.2, 800.0 * 0.05);
        let steady = 25.0 * ((1.0 + 4.0 * inflow / (leave_per_min * 50.0)).sqrt() - 1.0);
        let long = Filling { bound: steady, leave_per_min, minutes: 500.0, ..FILLING };
        let got = filling_clearance(&LAW, &long, |c| c * 0.05);
        assert!((got / surface_clearance(&LAW, steady) - 1.0).abs() < 1e-6, "{got}");
    }

    #[test]
    fn what_does_not_fill_has_its_own_clearance() {
        let endless = CaptureLaw { capacity: f64::INFINITY, ..LAW };
        assert_eq!(filling_clearance(&endless, &FILLING, |c| c), 800.0);
        let all = CaptureLaw { clearance_um3_per_min: f64::INFINITY, ..LAW };
        assert_eq!(filling_clearance(&all, &FILLING, |_| 1e9), f64::INFINITY);
        assert_eq!(filling_clearance(&LAW, &FILLING, |_| 0.0), 800.0);
        let emptying = Filling { bound: 50.0, leave_per_min: 1e3, ..FILLING };
        assert!(filling_clearance(&LAW, &emptying, |_| 0.0) > 795.0);
        let gone = Filling { fall_per_min: 1e9, ..FILLING };
        let got = filling_clearance(&LAW, &gone, |c| c);
        assert!(got > 0.0 && got <= 800.0, "{got}");
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
