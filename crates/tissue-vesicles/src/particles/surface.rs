//! What a sphere does to a particle that moved near it: absorb it, turn it back, or not be met.
//!
//! Equation: with x₀, x the distances from a sphere of radius R before and after a step, τ = D·time, r times the density
//! of the radius obeys the one-dimensional heat equation, with the outcome
//! absorbing: met with the chance (e^(−x x₀/τ) − e^(−r r₀/τ)) / (1 − e^(−r r₀/τ)), and always when x ≤ 0;
//! partial, surface conductance κ: G(x − x₀) + G(x + x₀) − h F, h = κ/D + 1/R, F = e^(hs + h²τ) erfc(s/2√τ + h√τ), s = x + x₀,
//! whose ratio to the same with κ = 0 is the chance to survive; a step that ends inside is mirrored to
//! the outside so that a sphere that does not absorb leaves the density as it is: of free steps from r₀ the share
//! J(x₀ + y, x₀ + 2R − y)/r₀ ends deeper than y, J(a, b) = ∫ (r₀ − s) G(s) ds from a to b, and a turning surface has
//! (x F + J(x₀ + x, x₀ + x + 2R))/r₀ more beyond x than they; y goes to the x where the two are equal.
//! Discretisation: for one sphere exact in the radius for any step when absorbing, and for √τ up to R/2 when partial;
//! spheres nearer to each other than a step are met one after the other, and again where one turns it into another.
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

/// Most Newton steps of a mirroring, from the flat mirror on; two or three are the rule.
const NEWTON: u32 = 12;

/// Relative error of a cumulative law at which they end.
const MATCHED: f64 = 1e-9;

/// Where outside a step that ended `depth` inside belongs: as many steps end deeper than `depth` as a turning
/// surface has beyond there over those that went there freely.
fn mirrored(sphere: f64, tau: f64, x0: f64, depth: f64) -> f64 {
    let (r0, near) = (sphere + x0, x0 + depth);
    // Both over the Gaussian at x₀ + depth, so that nothing underflows.
    let deeper = beyond(tau, r0, near)
        - math::exp(-(sphere - depth) * r0 / tau) * beyond(tau, r0, r0 + sphere - depth);
    if deeper <= 0.0 {
        return depth;
    }
    let mut x = depth;
    for _ in 0..NEWTON {
        let s = x0 + x;
        let far = math::exp(-sphere * (s + sphere) / tau);
        let f = tail(1.0 / sphere, tau, s);
        let here = (sphere + x) * (1.0 - f / sphere + far).max(0.05);
        let left = x * f + beyond(tau, r0, s) - far * beyond(tau, r0, s + 2.0 * sphere);
        if left <= 0.0 {
            break;
        }
        let excess = math::ln(left / deeper) - (s * s - near * near) / (4.0 * tau);
        x = (x + left / here * excess).max(0.0);
        if excess.abs() < MATCHED {
            break;
        }
    }
    x
}

/// r₀ ∫ G from s on, less 2τ G(s), over G(s).
fn beyond(tau: f64, r0: f64, s: f64) -> f64 {
    let root = tau.sqrt();
    r0 * root * ROOT_PI * erfcx(s / (2.0 * root)) - 2.0 * tau
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

    /// By quadrature of the free and the reflecting kernel, for steps up to √τ = R/2.
    #[test]
    fn what_ends_inside_goes_where_a_reflecting_sphere_sends_it() {
        let (sphere, n) = (3.0, 40_000);
        for (tau, x0) in [(0.01, 0.05), (0.36, 0.0), (0.36, 0.6), (2.25, 0.3), (2.25, 2.0)] {
            let r0 = sphere + x0;
            let gauss = |s: f64| math::exp(-s * s / (4.0 * tau)) / (2.0 * tau.sqrt() * ROOT_PI);
            let integral = |from: f64, to: f64, of: &dyn Fn(f64) -> f64| {
                let width = (to - from) / f64::from(n);
                (0..n).map(|k| of(from + (f64::from(k) + 0.5) * width)).sum::<f64>() * width
            };
            let free = |y: f64| (sphere - y) / r0 * (gauss(x0 + y) - gauss(2.0 * sphere + x0 - y));
            let more = |x: f64| {
                let s = x + x0;
                (sphere + x) / r0
                    * (gauss(s) * (1.0 - tail(1.0 / sphere, tau, s) / sphere) + gauss(s + 2.0 * sphere))
            };
            for depth in [1e-9, 0.05, 0.5, 2.0].into_iter().filter(|y| *y < 4.0 * tau.sqrt()) {
                let x = mirrored(sphere, tau, x0, depth);
                let (inside, outside) =
                    (integral(depth, sphere, &free), integral(x, x + 14.0 * tau.sqrt(), &more));
                assert!(
                    (outside / inside - 1.0).abs() < 1e-5,
                    "τ {tau}, x₀ {x0}, {depth} deep: {inside} {outside}"
                );
            }
        }
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
