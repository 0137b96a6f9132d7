//! Molecules that come together are carried as one.
//!
//! Equation: copies of a molecule obey C′ = n F − k C with F the vesicles that fuse, n its copies in one of them and k its
//! decay; growth thins, and joining cells mix, all copies alike. So what one population brings of all molecules that decay
//! alike keeps its proportion, and is one lane L′ = F − k L; of a molecule there are Σ n L copies.
//! Where molecules pass between cells each has its own rate, and is a lane of its own.
//! Discretisation: none; the same closed form is taken of fewer numbers.
//! Proved by `tests/twin.rs`: `molecules_carried_together_are_as_they_are_alone`.

use crate::setup::{PopulationSetup, Setup};
use tissue_vesicles::{CargoLaw, PopulationLaw, SpeciesLaw};

/// Which lane carries how much of which molecule.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    /// Populations that carry lanes in place of molecules.
    pub laws: Vec<PopulationLaw>,
    /// Decay of each lane.
    pub decays: Vec<SpeciesLaw>,
    /// Of each molecule: its lanes, and its copies in one of each.
    pub of_molecule: Vec<Vec<(usize, f64)>>,
}

impl Lanes {
    /// The fewest lanes of a setup.
    pub(super) fn of(setup: &Setup) -> Self {
        if setup.contact.is_some() {
            return Self {
                laws: setup.populations.iter().map(|population| population.law.clone()).collect(),
                decays: setup.species.clone(),
                of_molecule: (0..setup.species.len()).map(|molecule| vec![(molecule, 1.0)]).collect(),
            };
        }
        let mut lanes = Self { of_molecule: vec![Vec::new(); setup.species.len()], ..Self::default() };
        for population in &setup.populations {
            let law = lanes.add(population, &setup.species);
            lanes.laws.push(law);
        }
        lanes
    }

    /// Adds the lanes of one population; the population with these as its cargo.
    fn add(&mut self, population: &PopulationSetup, species: &[SpeciesLaw]) -> PopulationLaw {
        let law = &population.law;
        let first = self.decays.len();
        let mut cargo = Vec::new();
        for brought in &law.cargo {
            let molecule = usize::from(brought.species);
            let half_life_min = species[molecule].half_life_min;
            let alike = |lane: &SpeciesLaw| lane.half_life_min.to_bits() == half_life_min.to_bits();
            let known = self.decays[first..].iter().position(alike);
            let lane = known.map_or(self.decays.len(), |known| first + known);
            if known.is_none() {
                self.decays.push(SpeciesLaw { half_life_min, family: None });
                cargo.push(CargoLaw { species: lane as u16, mean_copies_per_vesicle: 1.0, dispersion: 0.0 });
            }
            self.of_molecule[molecule].push((lane, brought.mean_copies_per_vesicle));
        }
        PopulationLaw {
            cargo,
            bins: law.bins.clone(),
            capture: law.capture.clone(),
            fate: law.fate,
            label_half_life_min: law.label_half_life_min,
        }
    }

    /// Copies of a molecule, from those in each lane.
    pub(super) fn copies(&self, molecule: usize, lanes: &[f64]) -> f64 {
        self.of_molecule[molecule].iter().map(|(lane, each)| lanes[*lane] * each).sum()
    }
}
