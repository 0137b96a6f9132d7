//! Rows change: daughters are appended beside their mothers, the gone close up.
//!
//! Mother and daughter each keep half of every part and lie 0.75 radii to either side of where the mother was, along a
//! random direction. PhysiCell 1.14 moves the mother by half a radius and sets the daughter a whole one away, which
//! shifts the pair (its quirk 3); here their middle stays, but at a wall.

use vesicle_base::{Rng, Turnover};

use crate::cells::Cells;
use crate::fate;
use crate::purpose;

/// Distance of each from where the mother was, in radii of the mother: PhysiCell's 1.5 between them.
const APART_RADII: f64 = 0.75;

impl Cells {
    /// Applies the births and removals that [`Cells::live_and_die`] listed.
    pub fn turn_over(&mut self, turnover: &Turnover, rng: &Rng) {
        if turnover.is_empty() {
            return;
        }
        self.drop_springs(turnover);
        self.append(turnover);
        for (birth, (mother, daughter)) in turnover.births.iter().zip(turnover.pairs()) {
            self.divide(mother, daughter, birth.daughter_id, *rng);
        }
        self.close(turnover);
    }

    /// Cells that divide or go let go of their springs, as in PhysiCell.
    fn drop_springs(&mut self, turnover: &Turnover) {
        if self.springs.pairs().is_empty() {
            return;
        }
        let rows = turnover.births.iter().map(|birth| birth.mother_row).chain(turnover.gone.iter().copied());
        let ids = &mut self.scratch.leavers;
        ids.clear();
        ids.extend(rows.map(|row| self.id[row as usize]));
        ids.sort_unstable();
        self.springs.drop_of(|id| ids.binary_search(&id).is_ok());
    }

    fn append(&mut self, turnover: &Turnover) {
        turnover.append(&mut self.id);
        turnover.append(&mut self.kind);
        turnover.append(&mut self.x);
        turnover.append(&mut self.y);
        turnover.append(&mut self.z);
        self.walk.append(turnover);
        self.volume.append(turnover);
        self.life.append(turnover);
        self.behaviour.append(turnover);
    }

    fn close(&mut self, turnover: &Turnover) {
        turnover.close(&mut self.id);
        turnover.close(&mut self.kind);
        turnover.close(&mut self.x);
        turnover.close(&mut self.y);
        turnover.close(&mut self.z);
        self.walk.close(turnover);
        self.volume.close(turnover);
        self.life.close(turnover);
        self.behaviour.close(turnover);
    }

    fn divide(&mut self, mother: usize, daughter: usize, daughter_id: u64, rng: Rng) {
        let mut draws = rng.at(purpose::DIVISION, self.id[mother], self.life.divisions[mother]);
        let along = if self.domain.plane { draws.direction_in_plane() } else { draws.direction() };
        self.set_apart(mother, daughter, along);
        self.volume.scale(mother, 0.5);
        self.volume.scale(daughter, 0.5);
        self.id[daughter] = daughter_id;
        self.life.divisions[mother] += 1;
        self.life.divisions[daughter] = 0;
        let fates = &self.toward.asymmetric_division;
        if !fates.is_empty() {
            let kind = self.kind[mother];
            let shares = fates.iter().map(|(to, b)| (*to, self.behaviour.value(*b, mother, kind)));
            if let Some(to) = fate::pick(shares, draws.uniform())
                && to != kind
            {
                self.become_kind(daughter, to);
            }
        }
    }

    fn set_apart(&mut self, mother: usize, daughter: usize, along: [f64; 3]) {
        let away = APART_RADII * self.volume.radius_um[mother];
        let at = self.position_um(mother);
        for (row, sign) in [(mother, -1.0), (daughter, 1.0)] {
            let to = [0, 1, 2].map(|axis| at[axis] + sign * away * along[axis]);
            [self.x[row], self.y[row], self.z[row]] = self.domain.reflect(to);
        }
    }
}
