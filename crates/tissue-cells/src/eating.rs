//! Live cells eat neighbours.
//!
//! Equation: each pair of an eater and a neighbour in reach waits an exponential time at the eater's rate for such
//! neighbours; the earliest wins. The meal is over at once: all fluid and solids go to the eater's cytoplasm.
//! Discretisation: the times that end in the tick are taken in their order, so two who want one cell, or an eater
//! who is eaten, need no further rule, and no order of rows or threads can show. Neighbours are those at the end of
//! motion. PhysiCell 1.14 lets the first in its list eat and stops at an empty neighbour (its quirk 10).
//!
//! Ingestion of PhysiCell 1.14 (Ghaffarizadeh et al. 2018, doi 10.1371/journal.pcbi.1005991).
//! Held by `tests/eating.rs`.

use vesicle_base::{Rng, Span, math, random};

use crate::cells::Cells;
use crate::life::{State, event};
use crate::own::Own;
use crate::purpose;

/// One meal that would happen if both are still there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Meal {
    at_min: f64,
    eater_id: u64,
    eaten_id: u64,
    eater: u32,
    eaten: u32,
}

impl Cells {
    /// Whether any cell can eat.
    fn eats(&self) -> bool {
        let nowhere = |own: Own| self.behaviour.view(own.id()).is_nowhere();
        !(self.toward.phagocytosis.is_empty()
            && nowhere(Own::PhagocytoseApoptotic)
            && nowhere(Own::PhagocytoseNecrotic))
    }

    /// Rate at which a live cell eats another, 1/min.
    fn appetite_per_min(&self, eater: usize, eaten: usize) -> f64 {
        let kind = self.kind[eater];
        match self.life.state[eaten] {
            State::Live => {
                let prey = self.kind[eaten];
                let rates = self.toward.phagocytosis.iter().filter(|(of, _)| *of == prey);
                rates.map(|(_, behaviour)| self.behaviour.value(*behaviour, eater, kind)).sum()
            }
            State::Apoptotic => self.behaviour.value(Own::PhagocytoseApoptotic.id(), eater, kind),
            State::Swelling | State::Lysed => {
                self.behaviour.value(Own::PhagocytoseNecrotic.id(), eater, kind)
            }
        }
    }

    /// All meals of a tick; the eaten are marked as leaving.
    pub(crate) fn eat(&mut self, span: &Span, rng: Rng) {
        if !self.eats() {
            return;
        }
        self.look_around();
        let mut meals = core::mem::take(&mut self.scratch.meals);
        meals.clear();
        for eater in (0..self.len()).filter(|row| !self.is_dead(*row)) {
            for eaten in self.in_contact(eater) {
                meals.extend(self.meal(eater, eaten, span, rng));
            }
        }
        meals.sort_unstable_by(|a, b| {
            a.at_min.total_cmp(&b.at_min).then((a.eater_id, a.eaten_id).cmp(&(b.eater_id, b.eaten_id)))
        });
        for meal in &meals {
            let (eater, eaten) = (meal.eater as usize, meal.eaten as usize);
            let events = &mut self.scratch.events;
            if (events[eater] | events[eaten]) & event::LEAVES == 0 {
                events[eaten] |= event::LEAVES;
                self.volume.ingest(eater, eaten);
            }
        }
        self.scratch.meals = meals;
    }

    /// The meal of a pair, if its time ends in the tick.
    fn meal(&self, eater: usize, eaten: usize, span: &Span, rng: Rng) -> Option<Meal> {
        let rate_per_min = self.appetite_per_min(eater, eaten);
        if rate_per_min <= 0.0 {
            return None;
        }
        let (eater_id, eaten_id) = (self.id[eater], self.id[eaten]);
        let pair = random::mix_seed(&[eater_id, eaten_id]);
        let u = rng.at(purpose::EATING, pair, span.tick).uniform();
        let at_min = -math::ln_1p(-u) / rate_per_min;
        let meal = Meal { at_min, eater_id, eaten_id, eater: eater as u32, eaten: eaten as u32 };
        (at_min < span.length_min).then_some(meal)
    }
}
