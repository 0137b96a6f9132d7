//! How a particle moves: freely, hindered, or with pauses whose length has no mean.
//!
//! Equation: Brownian, MSD = 6 D t. Subdiffusive: a continuous-time random walk whose pauses follow the Mittag-Leffler law
//! of exponent α and scale τ₀, so that the mean number of moves is (t/τ₀)^α / Γ(1 + α) and MSD = 6 D t* (t/t*)^α exactly,
//! at all times from birth on, when one move is a Brownian step of duration t* Γ(1 + α) (τ₀/t*)^α.
//! Held by the matrix: a two-state walk, mobile for a mean time 1/k_on and held for a mean time 1/k_off; the mobile share
//! tends to k_off/(k_on + k_off), and so does D in the long run over that of a mobile one. Hindrance is already in D.
//! Discretisation: pauses are drawn in continuous time; the moves that fall in one step are made as one, so the
//! MSD at the end of steps does not depend on the step. Times of binding and of release are drawn in continuous
//! time too, and lives anew at each of them, which for an exponential law changes nothing but its rate.
//! Reference: Metzler and Klafter (2000), doi 10.1016/S0370-1573(00)00070-3; sampler: Fulger, Scalas, Germano (2008),
//! doi 10.1103/PhysRevE.77.021122. Chosen over fractional Brownian motion because pauses are what binding to a
//! matrix does, and because a particle then remembers one number, not its path.
//! Proved by `tests/particles.rs`: `displacement_grows_as_declared`.

use crate::check::{LawError, range};
use vesicle_base::{Draws, math};

/// The law of motion of a swarm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Motion {
    /// Mean square displacement in proportion to time.
    Brownian,
    /// In proportion to a power of time below 1.
    Subdiffusive {
        /// The power α, above 0 and at most 1.
        exponent: f64,
        /// Time t* at which the displacement is that of the declared diffusion coefficient, minutes.
        reference_min: f64,
        /// Scale τ₀ of the pauses, minutes.
        pause_min: f64,
    },
    /// Brownian while mobile, still and out of reach of cells while the matrix holds it.
    Held(Hold),
}

/// How a matrix holds particles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// Rate at which a mobile particle is bound, 1/min.
    pub bind_per_min: f64,
    /// Rate at which a bound particle is set free, 1/min.
    pub release_per_min: f64,
    /// Half-life of a bound particle, minutes; infinite allowed.
    pub half_life_min: f64,
}

impl Hold {
    pub(crate) fn check(&self) -> Result<(), LawError> {
        let (bind, release) = (self.bind_per_min, self.release_per_min);
        range(bind >= 0.0 && bind.is_finite(), "rate of binding to the matrix", bind, "0 or more, finite")?;
        range(
            release >= 0.0 && release.is_finite(),
            "rate of release from it",
            release,
            "0 or more, finite",
        )?;
        range(self.half_life_min > 0.0, "half-life in the matrix", self.half_life_min, "more than 0 min")
    }

    /// Share of particles that are bound in the long run when none is lost.
    pub fn bound_share(&self) -> f64 {
        if self.bind_per_min > 0.0 {
            self.bind_per_min / (self.bind_per_min + self.release_per_min)
        } else {
            0.0
        }
    }
}

impl Motion {
    /// Duration of the Brownian step that one move makes, minutes.
    pub(crate) fn move_min(&self) -> f64 {
        match *self {
            Self::Brownian | Self::Held(_) => 0.0,
            Self::Subdiffusive { exponent, reference_min, pause_min } => {
                let gamma = math::exp(math::ln_gamma(1.0 + exponent));
                reference_min * gamma * math::pow(pause_min / reference_min, exponent)
            }
        }
    }

    /// Longest time spent moving within a step, but for one in 10⁶ steps of a newborn, minutes.
    pub(crate) fn longest_min(&self, step_min: f64) -> f64 {
        match *self {
            Self::Brownian | Self::Held(_) => step_min,
            Self::Subdiffusive { exponent, pause_min, .. } => {
                let mean = math::pow(step_min / pause_min, exponent);
                self.move_min() * (1.0 + mean) * 8.0
            }
        }
    }

    /// The next pause, minutes, or the time until a mobile particle is bound; 0 for what never pauses.
    pub(crate) fn pause(&self, draws: &mut Draws) -> f64 {
        match *self {
            Self::Brownian => 0.0,
            Self::Held(hold) => draws.exponential() / hold.bind_per_min,
            Self::Subdiffusive { exponent, pause_min, .. } => {
                let angle = exponent * core::f64::consts::PI;
                let v = angle * draws.uniform_positive();
                let shape = math::sin(angle) * math::cos(v) / math::sin(v) - math::cos(angle);
                pause_min * draws.exponential() * math::pow(shape.max(0.0), 1.0 / exponent)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    /// Laplace transform of the Mittag-Leffler law: 1 / (1 + (s τ₀)^α).
    #[test]
    fn pauses_follow_mittag_leffler() {
        for exponent in [0.5, 0.8, 1.0] {
            let motion = Motion::Subdiffusive { exponent, reference_min: 1.0, pause_min: 2.0 };
            for s in [0.1, 0.5, 3.0] {
                let n = 40_000;
                let sum: f64 =
                    (0..n).map(|k| math::exp(-s * motion.pause(&mut Rng::new(1).at(Purpose(1), k, 0)))).sum();
                let want = 1.0 / (1.0 + math::pow(s * 2.0, exponent));
                assert!((sum / n as f64 - want).abs() < 5.0 * 0.5 / (n as f64).sqrt(), "{exponent} {s}");
            }
        }
    }

    #[test]
    fn exponent_one_is_brownian() {
        let motion = Motion::Subdiffusive { exponent: 1.0, reference_min: 60.0, pause_min: 0.5 };
        assert!((motion.move_min() - 0.5).abs() < 1e-12);
    }
}
