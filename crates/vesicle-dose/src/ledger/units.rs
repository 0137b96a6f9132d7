//! One dose in every unit in which people say it.

use super::chain::{Draw, Of};
use super::numbers::Said;
use super::parameters::Name;
use crate::spread::Spread;

/// A dose in one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct InUnit {
    /// The unit.
    pub unit: &'static str,
    /// Over the draws.
    pub value: Spread,
}

/// Particles per µm³ in one pM.
const PICOMOLAR: f64 = 6.022_140_76e-4;
/// µm³ in one mL.
const MILLILITRE: f64 = 1e12;
/// zg in one µg.
const MICROGRAM: f64 = 1e15;
/// zg in one kg.
const KILOGRAM: f64 = 1e24;

/// The dose in every unit that the numbers said allow.
pub fn units(said: &Said, of: Of<'_>) -> Vec<InUnit> {
    let value = |name: Name| said.get(&name).map(|q| q.value).filter(|v| *v > 0.0);
    let mut out = vec![InUnit { unit: "particles", value: of(&|d| d.particles) }];
    if let Some(cells) = value(Name::Cells) {
        out.push(InUnit { unit: "particles per cell", value: of(&|d| d.particles / cells) });
    }
    if let Some(volume) = value(Name::Volume) {
        out.push(InUnit { unit: "particles/mL given", value: of(&|d| d.particles / volume * MILLILITRE) });
    }
    if let Some(volume) = value(Name::Medium) {
        out.push(InUnit {
            unit: "particles/mL over the cells",
            value: of(&|d| d.particles / volume * MILLILITRE),
        });
        out.push(InUnit { unit: "pM over the cells", value: of(&|d| d.particles / volume / PICOMOLAR) });
    }
    if let Some(mass) = value(Name::BodyMass) {
        out.push(InUnit { unit: "particles/kg", value: of(&|d| d.particles / mass * KILOGRAM) });
    }
    let protein = |d: &Draw| d.particles / d.particles_per_protein / MICROGRAM;
    out.push(InUnit { unit: "ug protein", value: of(&protein) });
    if let Some(mass) = value(Name::BodyMass) {
        out.push(InUnit { unit: "ug protein/kg", value: of(&|d| protein(d) / mass * KILOGRAM) });
    }
    out
}
