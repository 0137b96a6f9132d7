//! What a kind of cell is: its laws as values. Defaults are those of PhysiCell 1.14 with the cycle *live*.
//!
//! Rates that rules can move are base values of behaviours: a run reads them from [`crate::Behaviours`] only.

use crate::cycle::CycleModel;
use crate::own::Own;
use crate::volume::radius_um;

/// All laws of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindLaw {
    /// Phases and division.
    pub cycle: CycleModel,
    /// Where in the cycle founders begin.
    pub start: Start,
    /// Size and what it is made of.
    pub volume: VolumeLaw,
    /// Programmed death.
    pub apoptosis: ApoptosisLaw,
    /// Death by swelling.
    pub necrosis: NecrosisLaw,
    /// Own motion.
    pub motility: MotilityLaw,
    /// Contact forces and springs.
    pub mechanics: MechanicsLaw,
    /// Eating of dead neighbours.
    pub eating: EatingLaw,
    /// Damage and repair.
    pub integrity: IntegrityLaw,
    /// Never moves, though it pushes others.
    pub fixed: bool,
}

/// Where in the cycle founders begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the start of phase 0, as in PhysiCell.
    #[default]
    PhaseZero,
    /// Drawn from balanced growth: the culture grows exponentially from time 0.
    Balanced,
}

/// Size, its parts and their rates. Defaults: MCF-7, as in PhysiCell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolumeLaw {
    /// Total volume, µm³.
    pub total_um3: f64,
    /// Volume of the nucleus, µm³.
    pub nucleus_um3: f64,
    /// Share of fluid.
    pub fluid_fraction: f64,
    /// Rates of the live cell.
    pub rates: VolumeRates,
}

impl VolumeLaw {
    /// Radius of a cell of this volume, µm.
    pub fn radius_um(&self) -> f64 {
        radius_um(self.total_um3)
    }
}

/// First-order rates of the parts, 1/min.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolumeRates {
    /// Fluid.
    pub fluid_per_min: f64,
    /// Solids of the cytoplasm.
    pub cytoplasm_per_min: f64,
    /// Solids of the nucleus.
    pub nucleus_per_min: f64,
    /// Calcification.
    pub calcification_per_min: f64,
}

/// Programmed death: the cell shrinks and goes after a fixed time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ApoptosisLaw {
    /// Base rate, 1/min.
    pub rate_per_min: f64,
    /// Time until the remains go, min.
    pub duration_min: f64,
    /// Rates of the remains.
    pub rates: VolumeRates,
}

/// Death by swelling: the cell swells until it bursts, then shrinks and calcifies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NecrosisLaw {
    /// Base rate, 1/min.
    pub rate_per_min: f64,
    /// Volume at which it bursts, relative to that at death.
    pub burst_ratio: f64,
    /// Time from bursting until the remains go, min.
    pub lysed_min: f64,
    /// Rates while it swells.
    pub swelling: VolumeRates,
    /// Rates after it burst.
    pub lysed: VolumeRates,
}

/// Own motion: a walk that keeps its direction for a while, biased along a heading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotilityLaw {
    /// Base speed, µm/min; 0 where PhysiCell says that motility is off.
    pub speed_um_per_min: f64,
    /// Base mean time between changes of direction, min.
    pub persistence_min: f64,
    /// Base share along the heading, 0 to 1.
    pub bias: f64,
}

/// Contact forces and springs.
#[derive(Clone, Debug, PartialEq)]
pub struct MechanicsLaw {
    /// Adhesion, µm/min.
    pub adhesion_um_per_min: f64,
    /// Repulsion, µm/min.
    pub repulsion_um_per_min: f64,
    /// Reach of adhesion in radii.
    pub relative_adhesion_distance: f64,
    /// Affinity to each kind by number; missing ones are 1.
    pub affinity: Vec<f64>,
    /// Adhesion to walls, µm/min.
    pub wall_adhesion_um_per_min: f64,
    /// Repulsion by walls, µm/min.
    pub wall_repulsion_um_per_min: f64,
    /// Elastic constant of springs, 1/min.
    pub elastic_per_min: f64,
    /// Rate of attaching, 1/min.
    pub attach_per_min: f64,
    /// Rate of detaching, 1/min.
    pub detach_per_min: f64,
    /// Most springs at a time.
    pub most_attachments: u32,
}

/// Eating of dead neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EatingLaw {
    /// Base rate for each apoptotic neighbour, 1/min.
    pub apoptotic_per_min: f64,
    /// Base rate for each necrotic neighbour, 1/min.
    pub necrotic_per_min: f64,
}

/// Damage and repair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IntegrityLaw {
    /// Base rate of damage, 1/min.
    pub damage_per_min: f64,
    /// Base rate of repair, 1/min.
    pub repair_per_min: f64,
}

impl Default for VolumeLaw {
    fn default() -> Self {
        Self {
            total_um3: 2494.0,
            nucleus_um3: 540.0,
            fluid_fraction: 0.75,
            rates: VolumeRates {
                fluid_per_min: 3.0 / 60.0,
                cytoplasm_per_min: 0.27 / 60.0,
                nucleus_per_min: 0.33 / 60.0,
                calcification_per_min: 0.0,
            },
        }
    }
}

impl VolumeLaw {
    /// Solids of the nucleus that a cell grows to before it doubles, µm³.
    pub fn nuclear_solid_um3(&self) -> f64 {
        (1.0 - self.fluid_fraction) * self.nucleus_um3
    }

    /// Solids of the cytoplasm that a cell grows to before it doubles, µm³.
    pub fn cytoplasmic_solid_um3(&self) -> f64 {
        (1.0 - self.fluid_fraction) * (self.total_um3 - self.nucleus_um3)
    }

    /// Solids of the cytoplasm per solids of the nucleus.
    pub fn cytoplasm_to_nucleus(&self) -> f64 {
        (self.total_um3 - self.nucleus_um3) / self.nucleus_um3
    }
}

impl Default for ApoptosisLaw {
    fn default() -> Self {
        Self {
            rate_per_min: 5.316_67e-5,
            duration_min: 8.6 * 60.0,
            rates: VolumeRates {
                fluid_per_min: 3.0 / 60.0,
                cytoplasm_per_min: 1.0 / 60.0,
                nucleus_per_min: 0.35 / 60.0,
                calcification_per_min: 0.0,
            },
        }
    }
}

impl Default for NecrosisLaw {
    fn default() -> Self {
        let swelling = VolumeRates {
            fluid_per_min: 0.67 / 60.0,
            cytoplasm_per_min: 0.0032 / 60.0,
            nucleus_per_min: 0.013 / 60.0,
            calcification_per_min: 0.0042 / 60.0,
        };
        Self {
            rate_per_min: 0.0,
            burst_ratio: 2.0,
            lysed_min: 60.0 * 24.0 * 60.0,
            swelling,
            lysed: VolumeRates { fluid_per_min: 0.05 / 60.0, ..swelling },
        }
    }
}

impl Default for MotilityLaw {
    fn default() -> Self {
        Self { speed_um_per_min: 0.0, persistence_min: 1.0, bias: 0.0 }
    }
}

impl Default for MechanicsLaw {
    fn default() -> Self {
        Self {
            adhesion_um_per_min: 0.4,
            repulsion_um_per_min: 10.0,
            relative_adhesion_distance: 1.25,
            affinity: Vec::new(),
            wall_adhesion_um_per_min: 4.0,
            wall_repulsion_um_per_min: 10.0,
            elastic_per_min: 0.01,
            attach_per_min: 0.0,
            detach_per_min: 0.0,
            most_attachments: 12,
        }
    }
}

impl MechanicsLaw {
    /// Affinity to a kind.
    pub fn affinity_to(&self, kind: u16) -> f64 {
        self.affinity.get(usize::from(kind)).copied().unwrap_or(1.0)
    }

    /// Adhesion for which two equal cells rest at `relative_distance` radii: c_a = c_r ((1 − s/2) / (1 − s/(2f)))².
    pub fn adhesion_at_rest(&self, relative_distance: f64) -> f64 {
        let repulsion = 1.0 - 0.5 * relative_distance;
        let adhesion = 1.0 - 0.5 * relative_distance / self.relative_adhesion_distance;
        self.repulsion_um_per_min * (repulsion / adhesion) * (repulsion / adhesion)
    }
}

impl KindLaw {
    /// Base values of the cell's own behaviours, by [`Own`] number; the caller appends the others.
    pub fn own_base(&self) -> Vec<f64> {
        Own::ALL.iter().map(|own| self.base_of(*own)).collect()
    }

    fn base_of(&self, own: Own) -> f64 {
        let mechanics = &self.mechanics;
        let exit = |n: usize| self.cycle.phases().get(n).map_or(0.0, |phase| phase.exit_per_min);
        match own {
            Own::CycleEntry => exit(0),
            Own::PhaseExit1 => exit(1),
            Own::PhaseExit2 => exit(2),
            Own::PhaseExit3 => exit(3),
            Own::PhaseExit4 => exit(4),
            Own::PhaseExit5 => exit(5),
            Own::Apoptosis => self.apoptosis.rate_per_min,
            Own::Necrosis => self.necrosis.rate_per_min,
            Own::MigrationSpeed => self.motility.speed_um_per_min,
            Own::MigrationBias => self.motility.bias,
            Own::Persistence => self.motility.persistence_min,
            Own::Adhesion => mechanics.adhesion_um_per_min,
            Own::Elastic => mechanics.elastic_per_min,
            Own::RelativeAdhesionDistance => mechanics.relative_adhesion_distance,
            Own::Repulsion => mechanics.repulsion_um_per_min,
            Own::WallAdhesion => mechanics.wall_adhesion_um_per_min,
            Own::WallRepulsion => mechanics.wall_repulsion_um_per_min,
            Own::Attach => mechanics.attach_per_min,
            Own::Detach => mechanics.detach_per_min,
            Own::MaximumAttachments => f64::from(mechanics.most_attachments),
            Own::Movable => f64::from(u8::from(!self.fixed)),
            Own::PhagocytoseApoptotic => self.eating.apoptotic_per_min,
            Own::PhagocytoseNecrotic => self.eating.necrotic_per_min,
            Own::DamageRate => self.integrity.damage_per_min,
            Own::RepairRate => self.integrity.repair_per_min,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_rest_distance_gives_its_adhesion() {
        let mechanics = MechanicsLaw::default();
        let adhesion = mechanics.adhesion_at_rest(1.9);
        let repulsion = mechanics.repulsion_um_per_min * (1.0 - 0.95_f64) * (1.0 - 0.95_f64);
        let pull = adhesion * (1.0 - 0.95 / 1.25_f64) * (1.0 - 0.95 / 1.25_f64);
        assert!((repulsion - pull).abs() < 1e-15);
    }

    #[test]
    fn parts_make_the_whole() {
        let volume = VolumeLaw::default();
        let solids = volume.nuclear_solid_um3() + volume.cytoplasmic_solid_um3();
        assert!((solids / (1.0 - volume.fluid_fraction) - 2494.0).abs() < 1e-9);
        assert_eq!(KindLaw::default().own_base().len(), Own::COUNT);
    }
}
