//! What a particle is, before it carries anything: its size distribution, how it diffuses, how it settles.

use crate::math;

/// Boltzmann's constant, J/K (exact by the SI).
pub const BOLTZMANN_J_PER_K: f64 = 1.380_649e-23;

/// Viscosity of water at 37 °C, mPa·s (facts: Stokes–Einstein table).
pub const WATER_37C_MPA_S: f64 = 0.692;

/// 37 °C in kelvin.
pub const BODY_TEMPERATURE_K: f64 = 310.15;

/// Diffusion coefficient of a sphere, µm²/min: D = kT / (3 π η d), Stokes–Einstein.
///
/// `diameter_nm` in nm, `viscosity_mpa_s` in mPa·s, `temperature_k` in K; all positive.
pub fn stokes_einstein_um2_per_min(diameter_nm: f64, viscosity_mpa_s: f64, temperature_k: f64) -> f64 {
    let m2_per_s = BOLTZMANN_J_PER_K * temperature_k
        / (3.0 * core::f64::consts::PI * viscosity_mpa_s * 1e-3 * diameter_nm * 1e-9);
    m2_per_s * 1e12 * 60.0
}

/// Sedimentation coefficient of a sphere, s: (d² (ρ_v − ρ_m)) / (18 η); negative when it is lighter than the
/// medium and so never pellets.
///
/// Livshits 2015, doi 10.1038/srep17319. Densities in g/cm³.
pub fn sedimentation_s(diameter_nm: f64, density_g_cm3: f64, medium_g_cm3: f64, viscosity_mpa_s: f64) -> f64 {
    let d_m = diameter_nm * 1e-9;
    d_m * d_m * (density_g_cm3 - medium_g_cm3) * 1e3 / (18.0 * viscosity_mpa_s * 1e-3)
}

/// A log-normal size distribution by its median and its factor (the exponential of the log standard deviation).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Median diameter, nm.
    pub median_nm: f64,
    /// Spread factor, at least 1; 1 means all alike.
    pub factor: f64,
}

impl Sizes {
    /// `n` bins of equal probability, each by the diameter at its middle quantile, nm.
    pub fn bins_nm(&self, n: usize) -> Vec<f64> {
        let log_sd = math::ln(self.factor);
        (0..n)
            .map(|k| {
                let z = math::normal_quantile((k as f64 + 0.5) / n as f64);
                self.median_nm * math::exp(log_sd * z)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffusion_meets_the_table() {
        for (d_nm, um2_per_s) in [(50.0, 13.1), (100.0, 6.57), (200.0, 3.28), (1000.0, 0.66)] {
            let got = stokes_einstein_um2_per_min(d_nm, WATER_37C_MPA_S, BODY_TEMPERATURE_K) / 60.0;
            assert!((got / um2_per_s - 1.0).abs() < 0.01, "{d_nm} nm: {got}");
        }
    }

    #[test]
    fn bins_surround_the_median() {
        let bins = Sizes { median_nm: 110.0, factor: 1.3 }.bins_nm(3);
        assert!(bins[0] < 110.0 && (bins[1] - 110.0).abs() < 1e-9 && bins[2] > 110.0);
    }

    #[test]
    fn a_light_particle_rises() {
        assert!(sedimentation_s(100.0, 0.95, 1.0, 1.0) < 0.0);
    }
}
