//! Rotors: how far a particle must travel, and how hard it is pulled.

use vesicle_base::{Problem, math};

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.806_65;

/// The shape of a rotor's tubes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Geometry {
    /// Tubes swing out: particles travel along the radius to the bottom.
    Swinging,
    /// Tubes at a fixed angle: particles travel across the tube to its outer wall.
    FixedAngle {
        /// Inner diameter of the tube, mm.
        tube_mm: f64,
        /// Angle of the tube with the axis, degrees.
        angle_deg: f64,
    },
}

/// A rotor.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotor {
    /// Name.
    pub name: String,
    /// Radius at the top of a full tube, mm.
    pub r_min_mm: f64,
    /// Radius at the bottom, mm.
    pub r_max_mm: f64,
    /// Tubes.
    pub geometry: Geometry,
}

/// How hard a rotor pulls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Force {
    /// Multiples of standard gravity at the mean radius (the convention of Livshits 2015).
    AtMean(f64),
    /// Multiples of standard gravity at the bottom.
    AtBottom(f64),
    /// Turns per minute.
    Rpm(f64),
}

impl Rotor {
    /// A rotor whose numbers are possible.
    ///
    /// # Errors
    /// Radii, diameter or angle that cannot be.
    pub fn new(name: &str, radii_mm: (f64, f64), geometry: Geometry) -> Result<Self, Problem> {
        let wrong = |what: &str, expected: &str| {
            Err(Problem::new(format!("rotor `{name}`: {what}")).expected(expected.to_owned()))
        };
        let (r_min_mm, r_max_mm) = radii_mm;
        if !(r_min_mm > 0.0 && r_max_mm > r_min_mm && r_max_mm < 1e4) {
            return wrong("radii that cannot be", "0 < r_min < r_max, mm");
        }
        if let Geometry::FixedAngle { tube_mm, angle_deg } = geometry {
            if !(tube_mm > 0.0 && tube_mm < 1e3) {
                return wrong("a tube that cannot be", "its inner diameter, mm");
            }
            if !(0.0..=80.0).contains(&angle_deg) {
                return wrong("an angle that cannot be", "0 to 80 degrees with the axis");
            }
        }
        Ok(Self { name: name.to_owned(), r_min_mm, r_max_mm, geometry })
    }

    /// Mean radius, mm.
    pub fn r_mean_mm(&self) -> f64 {
        f64::midpoint(self.r_min_mm, self.r_max_mm)
    }

    /// Whether the tubes stand at a fixed angle.
    pub fn is_fixed_angle(&self) -> bool {
        matches!(self.geometry, Geometry::FixedAngle { .. })
    }

    /// Squared angular velocity, 1/s².
    pub fn omega2(&self, force: Force) -> f64 {
        let at = |g: f64, r_mm: f64| g * GRAVITY / (r_mm * 1e-3);
        match force {
            Force::AtMean(g) => at(g, self.r_mean_mm()),
            Force::AtBottom(g) => at(g, self.r_max_mm),
            Force::Rpm(rpm) => {
                let omega = rpm * core::f64::consts::TAU / 60.0;
                omega * omega
            }
        }
    }

    /// K factor: hours to pellet a particle of 1 S along the whole radius, ln(r_max/r_min)·10¹³/(3600 ω²).
    pub fn k_factor(&self, force: Force) -> f64 {
        math::ln(self.r_max_mm / self.r_min_mm) * 1e13 / (3600.0 * self.omega2(force))
    }

    /// Longest way to a wall, mm: along the radius, or across a tilted tube D/cos θ.
    pub fn path_mm(&self) -> f64 {
        match self.geometry {
            Geometry::Swinging => self.r_max_mm - self.r_min_mm,
            Geometry::FixedAngle { tube_mm, angle_deg } => tube_mm / math::cos(angle_deg.to_radians()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotors_that_cannot_be_are_refused() {
        let fixed = |tube_mm, angle_deg| Geometry::FixedAngle { tube_mm, angle_deg };
        for (radii, geometry) in [
            ((10.0, 5.0), Geometry::Swinging),
            ((0.0, 5.0), Geometry::Swinging),
            ((f64::NAN, 5.0), Geometry::Swinging),
            ((10.0, 50.0), fixed(0.0, 20.0)),
            ((10.0, 50.0), fixed(20.0, 90.0)),
            ((10.0, 50.0), fixed(20.0, f64::NAN)),
        ] {
            assert!(Rotor::new("r", radii, geometry).is_err(), "{radii:?} {geometry:?}");
        }
    }

    #[test]
    fn a_force_and_its_turns_are_one() {
        let rotor = Rotor::new("r", (75.3, 161.0), Geometry::Swinging).unwrap();
        let omega2 = rotor.omega2(Force::AtMean(10_000.0));
        let rpm = omega2.sqrt() * 60.0 / core::f64::consts::TAU;
        assert!((rotor.omega2(Force::Rpm(rpm)) / omega2 - 1.0).abs() < 1e-12);
        assert!(rotor.omega2(Force::AtBottom(10_000.0)) < omega2, "one force at the bottom is a slower spin");
    }
}
