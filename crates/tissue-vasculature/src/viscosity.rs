//! How thick blood is in a vessel of a given diameter.
//!
//! Equation: μ = μ_plasma [1 + (μ₄₅ − 1) ((1 − H)^C − 1)/((1 − 0.45)^C − 1) s] s with s = (D/(D − 1.1))²,
//! μ₄₅ = 6 e^(−0.085 D) + 3.2 − 2.44 e^(−0.06 D^0.645), C = (0.8 + e^(−0.075 D))(w − 1) + w, w = 1/(1 + 10⁻¹¹ D¹²),
//! D in µm. The haematocrit H is the same everywhere: no phase separation at branches.
//! Discretisation: none; D above 1.1 µm, held by the law.
//! Reference: Pries et al. (1994), doi 10.1161/01.RES.75.5.904.
//! Proved here by `the_limits_hold`.

use crate::Viscosity;
use vesicle_base::math;

/// Apparent viscosity in a segment of the given radius, mPa·s.
pub fn apparent_mpa_s(viscosity: &Viscosity, radius_um: f64) -> f64 {
    match *viscosity {
        Viscosity::Constant { mpa_s } => mpa_s,
        Viscosity::InVivo { plasma_mpa_s, haematocrit } => {
            plasma_mpa_s * relative(2.0 * radius_um, haematocrit)
        }
    }
}

/// Apparent viscosity over that of plasma.
fn relative(d_um: f64, haematocrit: f64) -> f64 {
    let at_45 = 6.0 * math::exp(-0.085 * d_um) + 3.2 - 2.44 * math::exp(-0.06 * math::pow(d_um, 0.645));
    let w = 1.0 / (1.0 + 1e-11 * math::pow(d_um, 12.0));
    let c = (0.8 + math::exp(-0.075 * d_um)) * (w - 1.0) + w;
    let cells = (math::pow(1.0 - haematocrit, c) - 1.0) / (math::pow(1.0 - 0.45, c) - 1.0);
    let slit = d_um / (d_um - 1.1);
    let layer = slit * slit;
    (1.0 + (at_45 - 1.0) * cells * layer) * layer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_hold() {
        let wide = relative(1000.0, 0.45);
        assert!((wide / 3.2 - 1.0).abs() < 0.02, "a wide vessel has the viscosity of bulk blood: {wide}");
        let plasma = relative(1000.0, 0.0);
        assert!((plasma - 1.0).abs() < 0.003, "without cells blood is plasma: {plasma}");
        let narrow: Vec<f64> = [4.0, 6.0, 8.0, 20.0].iter().map(|d| relative(*d, 0.45)).collect();
        assert!(
            narrow.windows(2).all(|pair| pair[0] > pair[1]),
            "narrow capillaries resist most: {narrow:?}"
        );
        assert!(relative(8.0, 0.3) < relative(8.0, 0.45));
    }
}
