//! One draw of the ledger: from what is given to copies in the cytosol, every step a number of one line.

use super::cytosol::Course;
use super::numbers::Numbers;
use super::parameters::Name;
use super::route::{Copies, Routes};
use crate::spread::Spread;
use vesicle_base::{Rng, math};

/// What one draw comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Draw {
    /// Cells that the dose is made from; 0 when it is not made but given.
    pub producers: f64,
    /// Particles that these release.
    pub released: f64,
    /// Particles given.
    pub particles: f64,
    /// Vesicles among them.
    pub vesicles: f64,
    /// Vesicles per recipient cell.
    pub offered: f64,
    /// Vesicles captured per cell.
    pub captured: f64,
    /// Copies of the molecule in one vesicle.
    pub copies_per_vesicle: f64,
    /// Copies that the captured vesicles carry.
    pub carried: f64,
    /// Most copies in the cytosol at any time.
    pub copies: f64,
    /// Copies needed.
    pub needed: f64,
    /// Days above what is needed.
    pub days: f64,
    /// Particles isolated from one flask.
    pub particles_per_flask: f64,
    /// Flasks from one donor.
    pub flasks_per_donor: f64,
    /// Particles per protein, per zg.
    pub particles_per_protein: f64,
}

impl Draw {
    /// By how much the dose must be multiplied to reach what is needed; infinite when nothing arrives.
    pub fn factor(&self) -> f64 {
        self.needed / self.copies
    }
}

/// The spread of a value over the draws.
pub type Of<'a> = &'a dyn Fn(&dyn Fn(&Draw) -> f64) -> Spread;

/// Follows one draw through every step.
pub fn follow(routes: &Routes, n: &Numbers, rng: &Rng, draw: u32) -> Draw {
    let per_flask = n.get(Name::CellsPerFlask) * n.get(Name::Release) * n.get(Name::Collect);
    let isolated = per_flask * n.get(Name::Recovery);
    let flasks = routes.flasks(n);
    let particles = routes.particles(n, isolated);
    let vesicles = particles * n.get(Name::Purity);
    let offered = vesicles * n.get(Name::Reaching) / n.get(Name::Cells);
    let copies_per_vesicle = match routes.copies {
        Copies::Said => n.get(Name::CopiesPerVesicle),
        Copies::PerParticle => per_vesicle(n),
        Copies::Loaded if vesicles > 0.0 => n.get(Name::Load) * n.get(Name::Efficiency) / vesicles,
        Copies::Loaded => 0.0,
        Copies::Share => n.get(Name::Abundance) * n.get(Name::TotalCopies),
        Copies::Measured(abundance) => abundance.share(rng, draw) * n.get(Name::TotalCopies),
    };
    let uptake = uptake_per_min(routes, n);
    let decay = math::rate_of_half_life(n.get(Name::HalfLife));
    let exposure = n.get(Name::Exposure);
    let captured = offered * captured_share(uptake, decay, exposure);
    let course = Course {
        arrival_per_min: offered * uptake * copies_per_vesicle * n.get(Name::Escape),
        fall_per_min: uptake + decay,
        loss_per_min: math::rate_of_half_life(n.get(Name::MirnaHalfLife)),
        exposure_min: exposure,
    };
    let needed = n.get(Name::Needed);
    Draw {
        producers: flasks * n.get(Name::CellsPerFlask),
        released: flasks * per_flask,
        particles,
        vesicles,
        offered,
        captured,
        copies_per_vesicle,
        carried: captured * copies_per_vesicle,
        copies: course.copies(course.peak_min()),
        needed,
        days: course.above_min(needed) / 1440.0,
        particles_per_flask: isolated,
        flasks_per_donor: n.get(Name::FlasksPerDonor),
        particles_per_protein: n.get(Name::ParticlesPerProtein),
    }
}

/// Copies per particle counted, in the vesicles alone: the errors of count and purity are those of the dose, so that they
/// cancel where the dose is counted in the same particles.
fn per_vesicle(n: &Numbers) -> f64 {
    let vesicles = n.get(Name::Counting) * n.get(Name::Purity);
    if vesicles > 0.0 { n.get(Name::CopiesPerParticle) / vesicles } else { 0.0 }
}

/// Share of the vesicles present that all cells capture per minute.
fn uptake_per_min(routes: &Routes, n: &Numbers) -> f64 {
    if routes.by_clearance {
        n.get(Name::Clearance) * n.get(Name::Cells) / n.get(Name::Medium)
    } else {
        n.get(Name::Uptake)
    }
}

/// Share of what was given that is captured in a time: k/(k + λ) · (1 − e^(−(k + λ) t)).
fn captured_share(uptake: f64, decay: f64, time: f64) -> f64 {
    let loss = uptake + decay;
    if loss > 0.0 { uptake / loss * -math::expm1(-loss * time) } else { 0.0 }
}
