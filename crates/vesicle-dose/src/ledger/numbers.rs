//! The numbers of one draw: every parameter at its place, from what was said or from its default.

use super::parameters::{self, DIVISORS, Name, TABLE};
use crate::purpose::LEDGER;
use std::collections::BTreeMap;
use vesicle_base::{Quantity, Rng};

/// What was said, by name.
pub type Said = BTreeMap<Name, Quantity>;

/// Every number that a draw may read, with what it rests on.
#[derive(Clone, Debug)]
pub struct Sources {
    of: Vec<Option<Quantity>>,
}

/// The numbers of one draw, in canonical units.
#[derive(Clone, Copy, Debug)]
pub struct Numbers([f64; TABLE.len()]);

/// Where a bell around a number that the ledger divides by is cut, as a share of its middle.
const CUT: f64 = 1e-3;

/// Probabilities are kept this far from 0 and 1, where a bell has no end.
const EDGE: f64 = 1e-12;

impl Sources {
    /// What was said before what is assumed.
    pub fn new(said: &Said) -> Self {
        let default =
            |name: Name| name.parameter().default.and_then(|text| parameters::read(name, text).ok());
        Self {
            of: parameters::all().map(|name| said.get(&name).cloned().or_else(|| default(name))).collect(),
        }
    }

    /// The quantity of a name.
    pub fn get(&self, name: Name) -> Option<&Quantity> {
        self.of[name as usize].as_ref()
    }

    /// The numbers of a draw; what has no value is 0 and is not read.
    ///
    /// Each parameter has its own stream, so that a number said for one moves no other.
    pub fn draw(&self, rng: &Rng, draw: u32) -> Numbers {
        let mut numbers = [0.0; TABLE.len()];
        for (name, quantity) in parameters::all().zip(&self.of) {
            let Some(quantity) = quantity else { continue };
            let at = name as usize;
            let p = rng.at(LEDGER, at as u64, draw).uniform().clamp(EDGE, 1.0 - EDGE);
            let value = quantity.prior.map_or(quantity.value, |prior| prior.quantile(quantity.value, p));
            let ceiling = if TABLE[at].share { 1.0 } else { f64::MAX };
            let floor = if DIVISORS.contains(&name) { CUT * quantity.value } else { 0.0 };
            numbers[at] = value.clamp(floor.min(ceiling), ceiling);
        }
        Numbers(numbers)
    }
}

impl Numbers {
    /// A number in canonical units.
    pub fn get(&self, name: Name) -> f64 {
        self.0[name as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_said_moves_no_other() {
        let rng = Rng::new(7);
        let plain = Sources::new(&Said::new()).draw(&rng, 3);
        let mut said = Said::new();
        said.insert(Name::Purity, parameters::read(Name::Purity, "0.2 (0.1..0.3)").unwrap());
        let other = Sources::new(&said).draw(&rng, 3);
        for name in parameters::all().filter(|name| *name != Name::Purity) {
            assert_eq!(plain.get(name), other.get(name), "{name:?}");
        }
        assert!((0.1..0.3).contains(&other.get(Name::Purity)));
    }

    #[test]
    fn a_bell_never_makes_a_negative_amount() {
        let mut said = Said::new();
        said.insert(Name::Purity, parameters::read(Name::Purity, "0.5 (± 5)").unwrap());
        let sources = Sources::new(&said);
        let rng = Rng::new(1);
        for draw in 0..500 {
            assert!((0.0..=1.0).contains(&sources.draw(&rng, draw).get(Name::Purity)));
        }
    }
}
