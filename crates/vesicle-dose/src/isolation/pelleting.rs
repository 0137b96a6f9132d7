//! Which share of equal spheres reaches the wall of a tube in a spin.
//!
//! Equation: a sphere drifts at v = s ω² r, s = d² (ρ − ρ_m)/(18 η). Swinging bucket: from r it reaches r_max in
//! ln(r_max/r)/(s ω²), so of a tube of one width the share (r_max − max(r_min, r_max e^(−s ω² t)))/(r_max − r_min) is
//! pelleted. Fixed angle: across a round tube of longest way L = D/cos θ at the mean radius, with ξ = s ω² r_mean t / L,
//! the share is (2/π)(asin ξ + ξ √(1 − ξ²)). Spheres that are not heavier than the medium pellet never.
//! Back-diffusion, convection and losses on resuspension are left out: the share is an upper bound of a recovery.
//! Reference: Livshits (2015), doi 10.1038/srep17319. Proved by `tests/pelleting.rs`.

use super::rotor::{Force, Geometry, Rotor};
use vesicle_base::math;
use vesicle_base::particle::sedimentation_s;

/// What particles are spun in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Medium {
    /// Density, g/cm³.
    pub density_g_cm3: f64,
    /// Viscosity, mPa·s.
    pub viscosity_mpa_s: f64,
}

impl Default for Medium {
    /// The convention of Livshits 2015: water-like density, 1.55 mPa·s (a cold, serum-containing medium).
    fn default() -> Self {
        Self { density_g_cm3: 1.0, viscosity_mpa_s: 1.55 }
    }
}

/// One spin.
#[derive(Clone, Debug, PartialEq)]
pub struct Spin {
    /// The rotor.
    pub rotor: Rotor,
    /// How hard it pulls.
    pub force: Force,
    /// How long, s.
    pub seconds: f64,
}

impl Spin {
    /// Share of spheres of one size that reach the wall, 0 to 1.
    pub fn pelleted(&self, diameter_nm: f64, density_g_cm3: f64, medium: Medium) -> f64 {
        let s = sedimentation_s(diameter_nm, density_g_cm3, medium.density_g_cm3, medium.viscosity_mpa_s);
        if s <= 0.0 {
            return 0.0;
        }
        let drift = s * self.rotor.omega2(self.force) * self.seconds;
        let (r_min, r_max) = (self.rotor.r_min_mm, self.rotor.r_max_mm);
        match self.rotor.geometry {
            Geometry::Swinging => (r_max - (r_max * math::exp(-drift)).max(r_min)) / (r_max - r_min),
            Geometry::FixedAngle { .. } => {
                across((drift * self.rotor.r_mean_mm() / self.rotor.path_mm()).min(1.0))
            }
        }
    }

    /// Smallest diameter of which everything is pelleted, nm; infinite for what is not heavier than the medium.
    pub fn cut_nm(&self, density_g_cm3: f64, medium: Medium) -> f64 {
        let excess = density_g_cm3 - medium.density_g_cm3;
        let pull = self.rotor.omega2(self.force) * self.seconds;
        if excess <= 0.0 || pull <= 0.0 {
            return f64::INFINITY;
        }
        let way = match self.rotor.geometry {
            Geometry::Swinging => math::ln(self.rotor.r_max_mm / self.rotor.r_min_mm),
            Geometry::FixedAngle { .. } => self.rotor.path_mm() / self.rotor.r_mean_mm(),
        };
        (18.0 * medium.viscosity_mpa_s * 1e-3 * way / (excess * 1e3 * pull)).sqrt() * 1e9
    }

    /// The same spin in another rotor as K factors would scale it: time × K there / K here. The scaling is exact between
    /// swinging buckets only.
    #[must_use]
    pub fn by_k_factor(&self, rotor: &Rotor) -> Self {
        let seconds = self.seconds * rotor.k_factor(self.force) / self.rotor.k_factor(self.force);
        Self { rotor: rotor.clone(), force: self.force, seconds }
    }

    /// The time in another rotor that pellets the same smallest diameter: exact for any pair of rotors.
    #[must_use]
    pub fn same_cut_in(&self, rotor: &Rotor) -> Self {
        let medium = Medium::default();
        let there = Self { rotor: rotor.clone(), force: self.force, seconds: self.seconds };
        // The cut falls with the root of time, whatever the medium.
        let ratio = there.cut_nm(1.15, medium) / self.cut_nm(1.15, medium);
        Self { seconds: self.seconds * ratio * ratio, ..there }
    }
}

/// Share of a round tube's particles within a way ξ (0 to 1 of the longest) of the outer wall.
fn across(xi: f64) -> f64 {
    let root = ((1.0 - xi) * (1.0 + xi)).max(0.0).sqrt();
    core::f64::consts::FRAC_2_PI * (math::atan2(xi, root) + xi * root)
}
