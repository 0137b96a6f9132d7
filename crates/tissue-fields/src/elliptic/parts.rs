//! Parts of the grid that need no solver: what nothing feeds goes to 0 where it is lost and to its mean where it is not;
//! what is fed and never lost has no steady state.

use super::level::Level;

/// Room for the search.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    seen: Vec<bool>,
    queue: Vec<u32>,
}

/// What is left to do after the simple parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing: every part is settled.
    Nothing,
    /// The parts that are fed and lose.
    Solve,
    /// No steady state in the part of this voxel.
    Grows(usize),
}

impl Scratch {
    /// Settles the parts that nothing feeds.
    pub fn settle(&mut self, finest: &Level, values: &mut [f64]) -> Rest {
        let is_open = |voxel: usize| finest.openness.as_ref().is_none_or(|open| open[voxel] > 0.0);
        if (0..values.len()).all(|voxel| finest.loss[voxel] > 0.0 || !is_open(voxel)) {
            if finest.right.iter().any(|right| *right > 0.0) {
                return Rest::Solve;
            }
            values.fill(0.0);
            return Rest::Nothing;
        }
        self.seen.clear();
        self.seen.resize(values.len(), false);
        let mut rest = Rest::Nothing;
        for voxel in (0..values.len()).filter(|voxel| is_open(*voxel)) {
            if self.seen[voxel] {
                continue;
            }
            let loses = self.flood(finest, voxel);
            if self.queue.iter().all(|&here| finest.right[here as usize] == 0.0) {
                self.level(loses, values);
            } else if !loses {
                return Rest::Grows(voxel);
            } else {
                rest = Rest::Solve;
            }
        }
        rest
    }

    /// Puts an unfed part into its end state.
    fn level(&self, loses: bool, values: &mut [f64]) {
        let total: f64 = self.queue.iter().map(|&here| values[here as usize]).sum();
        let end = if loses { 0.0 } else { total / self.queue.len() as f64 };
        for &here in &self.queue {
            values[here as usize] = end;
        }
    }

    /// Fills `queue` with the part around `voxel`; returns whether anything is lost in it.
    fn flood(&mut self, finest: &Level, voxel: usize) -> bool {
        let Self { seen, queue } = self;
        queue.clear();
        queue.push(voxel as u32);
        seen[voxel] = true;
        let (mut next, mut loses) = (0, false);
        while next < queue.len() {
            let here = queue[next] as usize;
            loses |= finest.loss[here] > 0.0;
            finest.each_link(here, |neighbour| match neighbour {
                None => loses = true,
                Some(neighbour) if !seen[neighbour] => {
                    seen[neighbour] = true;
                    queue.push(neighbour as u32);
                }
                Some(_) => (),
            });
            next += 1;
        }
        loses
    }
}
