//! What a sphere does to a particle that moved near it: absorb it, turn it back, or not be met.
//!
//! Equation: with x₀, x the distances from a sphere of radius R before and after a step, τ = D·time, r times the density
//! of the radius obeys the one-dimensional heat equation, with the outcome
//! absorbing: met with the chance (e^(−x x₀/τ) − e^(−r r₀/τ)) / (1 − e^(−r r₀/τ)), and always when x ≤ 0;
//! partial, surface conductance κ: G(x − x₀) + G(x + x₀) − h F, h = κ/D + 1/R, F = e^(hs + h²τ) erfc(s/2√τ + h√τ), s = x + x₀,
//! whose ratio to the same with κ = 0 is the chance to survive; a step that ends inside is mirrored to
//! the outside so that a sphere that does not absorb leaves the density as it is.
//! Discretisation: for one sphere exact in the radius for any step when absorbing, and to second order in √τ/R when
//! partial; spheres nearer to each other than a step are met one after the other.
//! Reference: Carslaw and Jaeger, Conduction of Heat in Solids (1959), 14.2; the one-dimensional law of Andrews and
//! Bray (2004), doi 10.1088/1478-3967/1/3/001, and Erban and Chapman (2007), doi 10.1088/1478-3975/4/1/003, is its flat limit.
//! Proved by `tests/particles.rs`: `survival_near_a_sphere_is_exact`, `capture_meets_smoluchowski`.

use vesicle_base::math;

const ROOT_PI: f64 = 1.772_453_850_905_516;

/// Outcome of one step near one sphere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meeting {
    /// Chance that the particle was absorbed.
    pub absorbed: f64,
    /// Its distance from the centre otherwise, µm.
    pub radius_um: f64,
}

/// A step from distance `from_um` to `to_um` of the centre of a sphere of radius `sphere_um`.
///
/// `kappa_per_um` is the surface conductance over the diffusion coefficient, infinite where the sphere absorbs
/// whatever it meets; `tau_um2` the diffusion coefficient times the duration, more than 0.
pub fn meet(sphere_um: f64, kappa_per_um: f64, tau_um2: f64, from_um: f64, to_um: f64) -> Meeting {
    let from_um = from_um.max(sphere_um);
    if kappa_per_um == f64::INFINITY {
        Meeting { absorbed: met(sphere_um, tau_um2, from_um, to_um), radius_um: to_um }
    } else {
        partial(sphere_um, kappa_per_um, tau_um2, from_um, to_um)
    }
}

/// Chance that a step touched the sphere.
fn met(sphere: f64, tau: f64, from: f64, to: f64) -> f64 {
    if to <= sphere || from <= sphere {
        return 1.0;
    }
    let touch = math::exp(-(to - sphere) * (from - sphere) / tau);
    if to * from > 745.0 * tau {
        return touch;
    }
    let through = math::exp(-to * from / tau);
    (touch - through) / (1.0 - through)
}

fn partial(sphere: f64, kappa: f64, tau: f64, from: f64, to: f64) -> Meeting {
    let x0 = from - sphere;
    let flat = 1.0 / sphere;
    let x = if to < sphere { mirrored(sphere, tau, x0, sphere - to) } else { to - sphere };
    let image = math::exp(-x * x0 / tau);
    let density = |h: f64| 1.0 + image * (1.0 - h * tail(h, tau, x + x0));
    let survived = if kappa > 0.0 { density(kappa + flat) / density(flat) } else { 1.0 };
    Meeting { absorbed: (1.0 - survived).clamp(0.0, 1.0), radius_um: sphere + x }
}

/// Where outside a step that ended `depth` inside belongs: the two cumulative laws are matched to first order.
fn mirrored(sphere: f64, tau: f64, x0: f64, depth: f64) -> f64 {
    let f = tail(1.0 / sphere, tau, x0 + depth);
    depth + depth * f / ((sphere + depth) * (1.0 - f / sphere).max(0.1))
}

/// F over the Gaussian G(s): √(4πτ) erfcx(s/2√τ + h√τ).
fn tail(h: f64, tau: f64, s: f64) -> f64 {
    let root = tau.sqrt();
    2.0 * root * ROOT_PI * erfcx(s / (2.0 * root) + h * root)
}

/// e^(z²) erfc(z) for z of 0 or more.
pub(crate) fn erfcx(z: f64) -> f64 {
    if z < 25.0 {
        return math::exp(z * z) * math::erfc(z);
    }
    let y = 1.0 / (z * z);
    (1.0 - y * (0.5 - y * (0.75 - y * (1.875 - y * 6.5625)))) / (z * ROOT_PI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaled_error_function_joins_its_tail() {
        let (a, b) = (erfcx(25.0 - 1e-12), erfcx(25.0));
        assert!((a / b - 1.0).abs() < 1e-11, "{a} {b}");
        assert_eq!(erfcx(0.0), 1.0);
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(meet(3.0, f64::INFINITY, 0.01, 3.2, 2.9).absorbed, 1.0);
        assert_eq!(meet(3.0, f64::INFINITY, 0.01, 2.5, 3.1).absorbed, 1.0, "already inside");
        assert!(meet(3.0, f64::INFINITY, 0.01, 4.0, 4.0).absorbed < 1e-40);
        assert_eq!(meet(3.0, 0.0, 0.01, 3.1, 2.9).absorbed, 0.0);
        assert!(meet(3.0, 0.0, 0.01, 3.1, 2.9).radius_um >= 3.1);
        assert_eq!(meet(3.0, 0.0, 0.01, 3.1, 3.3).radius_um, 3.3);
    }

    #[test]
    fn a_strong_surface_is_nearly_absorbing() {
        for x in [0.01, 0.1, 0.3] {
            let strong = meet(3.0, 1e7, 0.01, 3.1, 3.0 + x).absorbed;
            let full = meet(3.0, f64::INFINITY, 0.01, 3.1, 3.0 + x).absorbed;
            let image = math::exp(-x * 0.1 / 0.01);
            let reflecting = 1.0 + image * (1.0 - tail(1.0 / 3.0, 0.01, x + 0.1) / 3.0);
            assert!((strong - (1.0 - (1.0 - full) / reflecting)).abs() < 1e-5, "{x}");
        }
    }
}
