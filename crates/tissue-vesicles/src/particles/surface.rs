//! The chance that the surface of a cell captured a particle within a step.
//!
//! Equation: ∂p/∂t = D ∇²p − κ δ(r − R) p: transport as in the rest of the tissue, in which cells are no obstacles but
//! part of what D is measured in, and a surface that captures what passes it. In a steady state that is
//! Collins and Kimball's 1/k = 1/c + 1/(4πDR) with c = 4πR²κ. r times the density obeys the one-dimensional heat
//! equation on r > 0 with 0 at the origin; with x₀, x the distances from the surface before and after a step, τ = D·time,
//! h = κ/2D and F(s) = e^(hs + h²τ) erfc(s/2√τ + h√τ), free steps from r₀ to r have G(x − x₀) − G(r + r₀) and
//! h F(|x| + |x₀|)/2 of them are captured, less their images at the centre, which are as small a share of the captured as of
//! the free: F over G remains. Where κ is infinite that is the Brownian bridge: e^(−x x₀/τ) on one side, all that cross.
//! Discretisation: exact for one sphere but for paths that cross it through its centre, e^(−R²/τ) of all: 1e-13 at steps of
//! a quarter of R, 3e-4 at a half. Surfaces do not change a path, so that several met in one step only thin out what
//! survives, each as if alone: what that neglects is the correlation of their shares of one step, which is of second order. A
//! step that a closed side turned back meets mirror images of the spheres (`meetings`).
//! Reference: Carslaw and Jaeger, Conduction of Heat in Solids (1959), 14.2; Collins and Kimball (1949),
//! doi 10.1016/0095-8522(49)90023-9.
//! Proved by `tests/particles.rs`: `capture_near_a_sphere_is_exact`, `capture_meets_smoluchowski_and_collins_and_kimball`,
//! `tests/crowd.rs`.

use vesicle_base::math;

const ROOT_PI: f64 = 1.772_453_850_905_516;

/// Chance that a step from distance `from_um` to `to_um` of the centre of a sphere of radius `sphere_um` was
/// captured.
///
/// `kappa_per_um` is the surface conductance over the diffusion coefficient, infinite where the sphere captures
/// whatever it meets; `tau_um2` the diffusion coefficient times the duration, more than 0.
pub fn captured(sphere_um: f64, kappa_per_um: f64, tau_um2: f64, from_um: f64, to_um: f64) -> f64 {
    if kappa_per_um <= 0.0 {
        return 0.0;
    }
    let (x0, x) = (from_um - sphere_um, to_um - sphere_um);
    let takes_all = kappa_per_um == f64::INFINITY;
    if takes_all && (x <= 0.0 || x0 <= 0.0) {
        return 1.0;
    }
    let one_side = x * x0;
    let touch = if one_side > 0.0 { math::exp(-one_side / tau_um2) } else { 1.0 };
    if takes_all {
        let through = to_um * from_um / tau_um2;
        let missed = if through < 40.0 { math::exp(-through) } else { 0.0 };
        return ((touch - missed) / (1.0 - missed)).clamp(0.0, 1.0);
    }
    let half = 0.5 * kappa_per_um;
    (0.5 * half * touch * tail(half, tau_um2, x.abs() + x0.abs())).min(1.0)
}

/// At least the chance of any step, at κ√τ or less.
#[inline(always)]
pub fn captured_at_most(kappa: f64) -> f64 {
    (SLACK * 0.5 * ROOT_PI * kappa).min(1.0)
}

/// At least the chance of a step at κ√τ between two distances from the surface, negative inside, over √τ: without the
/// functions that it costs.
///
/// Of κ√(πτ)/2 · e^(−y) erfcx(z) the last two factors have bounds: e^y ≥ (1 + y/4 + (y/4)²/2 + (y/4)³/6)⁴, and
/// 1/erfcx(z) ≥ 1 + 2z/√π, since that is convex (Sampford 1953, doi 10.1214/aoms/1177729093).
#[inline(always)]
pub fn captured_between_at_most(kappa: f64, x0: f64, x: f64) -> f64 {
    let y = 0.25 * (x * x0).max(0.0);
    let root = 1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0)));
    let apart = (root * root) * (root * root);
    if kappa == f64::INFINITY {
        return if x <= 0.0 || x0 <= 0.0 { 1.0 } else { SLACK / apart };
    }
    let z = 0.5 * (x.abs() + x0.abs() + kappa);
    SLACK * 0.5 * ROOT_PI * kappa / (apart * (1.0 + 2.0 / ROOT_PI * z))
}

/// What rounding may add to a bound.
const SLACK: f64 = 1.000_1;

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
        let all = f64::INFINITY;
        assert_eq!(captured(3.0, all, 0.01, 3.2, 2.9), 1.0);
        assert_eq!(captured(3.0, all, 0.01, 2.5, 3.1), 1.0, "already inside");
        assert!(captured(3.0, all, 0.01, 4.0, 4.0) < 1e-40);
        assert_eq!(captured(3.0, 0.0, 0.01, 3.1, 2.9), 0.0);
        assert_eq!(captured(3.0, 5.0, 0.01, 0.0, 0.0), 0.0, "at the centre");
    }

    #[test]
    fn a_strong_surface_takes_nearly_all() {
        for x in [0.01, 0.1, 0.3] {
            let strong = captured(3.0, 1e8, 0.01, 3.1, 3.0 + x);
            let all = captured(3.0, f64::INFINITY, 0.01, 3.1, 3.0 + x);
            assert!((strong - all).abs() < 1e-5, "{x}: {strong} {all}");
        }
    }

    #[test]
    fn bounds_are_bounds() {
        let (mut close, mut close_between) = (0.0_f64, 0.0_f64);
        for k in (0..200_000_u32).map(f64::from) {
            let (from, to) = (12.0 * ((k * 0.618_034) % 1.0), 12.0 * ((k * 0.754_878) % 1.0));
            let kappa = [1e-4, 1e-2, 0.1, 1.0, 10.0, f64::INFINITY][k as usize % 6];
            let tau: f64 = 1.2 * ((k * 0.819_173) % 1.0) + 1e-3;
            let chance = captured(3.0, kappa, tau, from, to);
            let root = tau.sqrt();
            let most = captured_at_most(kappa * root);
            let between = captured_between_at_most(kappa * root, (from - 3.0) / root, (to - 3.0) / root);
            assert!(chance <= most && chance <= between, "κ {kappa}, τ {tau}, {from} to {to}: {chance}");
            if kappa < f64::INFINITY {
                (close, close_between) = (close.max(chance / most), close_between.max(chance / between));
                assert!(chance < 1e-3 || between < 3.0 * chance, "κ {kappa}, τ {tau}, {from} to {to}");
            }
        }
        assert!(close > 0.5 && close_between > 0.99, "bounds that say something: {close} {close_between}");
    }

    /// One step of τ is two of τ/2 with every place between them (Chapman and Kolmogorov), by quadrature.
    #[test]
    fn two_half_steps_are_one() {
        let (sphere, tau, n) = (3.0, 0.3, 4000);
        let gauss = |s: f64, tau: f64| math::exp(-s * s / (4.0 * tau)) / (2.0 * tau.sqrt() * ROOT_PI);
        let survived = |kappa: f64, tau: f64, from: f64, to: f64| {
            (1.0 - captured(sphere, kappa, tau, from, to)) * (gauss(to - from, tau) - gauss(to + from, tau))
        };
        for kappa in [0.05, 1.0, 30.0] {
            for (from, to) in [(3.4, 3.1), (3.4, 2.7), (2.5, 2.8), (3.0, 3.0)] {
                let width = 10.0 / f64::from(n);
                let between = |k: i32| {
                    let at = (f64::from(k) + 0.5) * width;
                    survived(kappa, 0.5 * tau, from, at) * survived(kappa, 0.5 * tau, at, to)
                };
                let (once, twice) =
                    (survived(kappa, tau, from, to), (0..n).map(between).sum::<f64>() * width);
                assert!((twice / once - 1.0).abs() < 2e-4, "κ {kappa}, {from} to {to}: {once} {twice}");
            }
        }
    }
}
