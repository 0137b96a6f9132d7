//! Which populations a verdict is about, and a setup in which nothing else brings the same molecules.
//!
//! What is given is a dose: what an arm mixes in and what blood brings. Vesicles that cells release are none, and where an
//! arm gives something they are left out of its verdict, although they stay in the tissue and act there. An arm that gives
//! nothing is judged by what its cells release.

use tissue_sim::Setup;
use tissue_sim::setup::{Behaviour, WallOf};

/// The populations of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Whether each population counts.
    pub(super) populations: Vec<bool>,
    /// Whether those that count are given, by injection or by blood.
    pub(super) are_given: bool,
}

impl Counted {
    pub(super) fn of(setup: &Setup) -> Self {
        let given: Vec<bool> = (0..setup.populations.len()).map(|p| is_given(setup, p)).collect();
        if given.contains(&true) {
            return Self { populations: given, are_given: true };
        }
        Self { populations: vec![true; given.len()], are_given: false }
    }

    /// Indices of those that count.
    pub(super) fn indices(&self) -> impl Iterator<Item = usize> {
        self.populations.iter().enumerate().filter(|(_, counts)| **counts).map(|(p, _)| p)
    }

    /// Whether a population that counts carries a molecule.
    pub(super) fn carry(&self, setup: &Setup, species: usize) -> bool {
        let carries =
            |p: usize| setup.populations[p].law.cargo.iter().any(|c| usize::from(c.species) == species);
        self.indices().any(carries)
    }

    /// Takes away what would bring the molecules of a dose besides it: cells then release none of what is given, populations
    /// that they release carry none of its molecules, and donors of contact transfer make none of them anew.
    pub(super) fn alone(&self, setup: &mut Setup) {
        if let Some(contact) = &mut setup.contact {
            contact.own_copies.iter_mut().for_each(|own| own.fill(0.0));
        }
        if !self.are_given {
            return;
        }
        let carried: Vec<bool> = (0..setup.species.len()).map(|species| self.carry(setup, species)).collect();
        for (population, counts) in setup.populations.iter_mut().zip(&self.populations) {
            if !counts {
                population.law.cargo.retain(|cargo| !carried[usize::from(cargo.species)]);
            }
        }
        for kind in &mut setup.kinds {
            let rates = kind.release_per_min.iter_mut().zip(&self.populations);
            rates.filter(|(_, counts)| **counts).for_each(|(rate, _)| *rate = 0.0);
        }
        let of_dose = |behaviour: Behaviour| match behaviour {
            Behaviour::Release(p) => self.populations.get(p) == Some(&true),
            _ => false,
        };
        setup.rules.retain(|rule| !of_dose(rule.behaviour));
    }
}

fn is_given(setup: &Setup, population: usize) -> bool {
    let dose = &setup.populations[population].dose;
    let mut walls = setup.vessels.iter().flat_map(|vessels| &vessels.walls);
    (dose.per_um3 > 0.0 && !dose.ticks.is_empty())
        || walls.any(|wall| wall.of == WallOf::Population(population) && wall.blood > 0.0)
}
