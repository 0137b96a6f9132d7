//! Coefficients of the Runge–Kutta–Chebyshev method of second order, in terms of displacements from the start.
//!
//! u_0 = 0, u_1 = μ̃_1 h f_0, u_j = μ_j u_(j−1) + ν_j u_(j−2) + μ̃_j h f_(j−1) + γ̃_j h f_0; stable for
//! h ρ ≤ 0.653 (s² − 1) on the negative real axis with s stages, where contact forces have their spectrum.
//! Sommeijer, Shampine, Verwer 1998, doi 10.1016/S0377-0427(97)00219-7.
//! Proved by `second_order_on_decay` and `stable_up_to_its_bound`.

/// Most stages of a step: h ρ up to 260.
pub(super) const MOST_STAGES: usize = 20;

/// Coefficients μ, ν, μ̃, γ̃ of one stage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stage {
    pub mu: f64,
    pub nu: f64,
    pub mu_h: f64,
    pub gamma_h: f64,
}

/// Stages needed for `h_rho`, at least 2 and at most [`MOST_STAGES`].
pub(super) fn stages_for(h_rho: f64) -> usize {
    let stages = (1.0 + h_rho.max(0.0) / 0.653).sqrt().ceil();
    (stages as usize).clamp(2, MOST_STAGES)
}

/// Largest h ρ that [`MOST_STAGES`] can bear.
pub(super) fn largest_h_rho() -> f64 {
    0.653 * ((MOST_STAGES * MOST_STAGES) as f64 - 1.0)
}

/// The stages 1 to `s` of a step of `h`; entry 0 is unused.
pub(super) fn stages(s: usize, h: f64) -> [Stage; MOST_STAGES + 1] {
    let w0 = 1.0 + 2.0 / (13.0 * (s * s) as f64);
    let t = polynomials(w0);
    let w1 = t[s][1] / t[s][2];
    let mut b = [0.0; MOST_STAGES + 1];
    for j in 2..=s {
        b[j] = t[j][2] / (t[j][1] * t[j][1]);
    }
    (b[0], b[1]) = (b[2], b[2]);
    let mut out = [Stage::default(); MOST_STAGES + 1];
    out[1].mu_h = b[1] * w1 * h;
    for j in 2..=s {
        let mu_h = 2.0 * b[j] * w1 / b[j - 1] * h;
        out[j] = Stage {
            mu: 2.0 * b[j] * w0 / b[j - 1],
            nu: -b[j] / b[j - 2],
            mu_h,
            gamma_h: -(1.0 - b[j - 1] * t[j - 1][0]) * mu_h,
        };
    }
    out
}

/// Chebyshev polynomials T_j(x) with first and second derivative.
fn polynomials(x: f64) -> [[f64; 3]; MOST_STAGES + 1] {
    let mut t = [[1.0, 0.0, 0.0]; MOST_STAGES + 1];
    t[1] = [x, 1.0, 0.0];
    for j in 2..=MOST_STAGES {
        let ([a, da, dda], [b, db, ddb]) = (t[j - 1], t[j - 2]);
        t[j] = [2.0 * x * a - b, 2.0 * (a + x * da) - db, 2.0 * (2.0 * da + x * dda) - ddb];
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step of dy/dt = −λ y from 1.
    fn step(lambda: f64, h: f64, s: usize) -> f64 {
        let stage = stages(s, h);
        let f0 = -lambda;
        let (mut u, mut before) = (stage[1].mu_h * f0, 0.0);
        for c in &stage[2..=s] {
            let next = c.mu * u + c.nu * before + c.mu_h * (-lambda * (1.0 + u)) + c.gamma_h * f0;
            (before, u) = (u, next);
        }
        1.0 + u
    }

    #[test]
    fn second_order_on_decay() {
        for s in 2..=MOST_STAGES {
            let error = |h: f64| (step(1.0, h, s) - vesicle_base::math::exp(-h)).abs();
            let order = vesicle_base::math::log2(error(0.04) / error(0.02));
            assert!((order - 3.0).abs() < 0.1, "{s} stages: local order {order}");
        }
    }

    #[test]
    fn stable_up_to_its_bound() {
        for k in 1..2600 {
            let h_rho = f64::from(k) * 0.1;
            let s = stages_for(h_rho);
            assert!(h_rho > largest_h_rho() || step(1.0, h_rho, s).abs() <= 1.0, "{h_rho} with {s} stages");
        }
    }
}
