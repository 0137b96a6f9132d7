//! What motion keeps between calls: the sorted cells, their lists and working memory. None of it is state: a fresh
//! scratch gives the same bytes.

use super::bodies::{Bodies, MotionLaws, MotionWork};
use super::contact::Peak;
use super::evaluate::Forces;
use super::lists::CHUNK;
use super::sorted::Sorted;
use super::springs::Events;
use super::walk::{NONE, Walking};
use rayon::prelude::*;
use vesicle_base::columns::fit;
use vesicle_base::{Rng, Span};

/// Memory of motion, reused from tick to tick.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) sorted: Sorted,
    pub(super) forces: Forces,
    pub(super) walk: Walking,
    /// Velocity without the walk, by place, µm/min: now, or where an adaptive step started. Between moves it is free.
    pub(super) v: Vec<[f64; 3]>,
    /// Of the fixed step before: velocity with the walk, µm/min. Of an adaptive step: displacement at the stage before,
    /// µm, and in the end the velocity without the walk, µm/min. By place.
    pub(super) before: Vec<[f64; 3]>,
    /// Where an adaptive step started, by place, µm.
    pub(super) start: Vec<[f64; 3]>,
    pub(super) touches: super::sense::Touches,
}

impl Scratch {
    /// Drops the neighbour lists, so that the next call builds them: for measurements and after a restart.
    pub fn forget(&mut self) {
        self.sorted.forget();
    }

    /// Takes in the cells and finds who walks.
    pub(super) fn begin(
        &mut self,
        bodies: &Bodies<'_>,
        laws: &MotionLaws,
        span: &Span,
        rng: &Rng,
    ) -> MotionWork {
        let built = self.sorted.take_in(bodies, laws);
        self.forces.begin(laws);
        self.walk.begin(bodies, laws.plane, span, rng);
        self.walk.settle(&self.sorted.place);
        fit(&mut self.v, self.sorted.len(), [0.0; 3]);
        MotionWork { rebuilds: u32::from(built), ..MotionWork::default() }
    }

    /// Breaks and ties springs.
    pub(super) fn tie(&mut self, bodies: &mut Bodies<'_>, laws: &MotionLaws, events: Events<'_>) {
        self.forces.ties.begin(bodies, laws, &self.sorted, events);
    }

    /// All velocities but the walk, to `v`.
    pub(super) fn evaluate(&mut self, laws: &MotionLaws, stiff: bool, work: &mut MotionWork) -> Peak {
        work.evaluations += 1;
        let own = self.v.par_chunks_mut(CHUNK);
        let keep = |own: &mut [[f64; 3]], _: usize, v: &[[f64; 3]]| {
            own.copy_from_slice(v);
            0.0
        };
        self.forces.evaluate((&self.sorted, laws), stiff, own, keep).0
    }

    /// Builds new lists that hold for `travel_um`, from where the cells now are; velocities follow their cells.
    pub(super) fn rebuild(
        &mut self,
        bodies: &mut Bodies<'_>,
        laws: &MotionLaws,
        travel_um: f64,
        work: &mut MotionWork,
    ) {
        self.hand_back(bodies);
        self.sorted.put_in_rows(&self.v, &mut self.before);
        self.sorted.rebuild_busy(bodies, laws, travel_um);
        self.sorted.put_in_places(&self.before, &mut self.v);
        self.walk.settle(&self.sorted.place);
        work.rebuilds += 1;
    }

    /// Writes the positions to their rows.
    pub(super) fn hand_back(&self, bodies: &mut Bodies<'_>) {
        let record = &self.sorted.record;
        let [x, y, z] = &mut bodies.position_um;
        let columns = x.par_iter_mut().zip(y.par_iter_mut()).zip(z.par_iter_mut());
        columns.zip(&self.sorted.place).with_min_len(CHUNK).for_each(|(((x, y), z), place)| {
            [*x, *y, *z, ..] = record[*place as usize].0;
        });
    }
}

impl Walking {
    /// Velocity of the walk at a place, µm/min.
    #[inline]
    pub(super) fn at(&self, place: usize) -> [f64; 3] {
        match self.at_place.get(place) {
            None | Some(&NONE) => [0.0; 3],
            Some(walker) => self.velocity[*walker as usize],
        }
    }
}
