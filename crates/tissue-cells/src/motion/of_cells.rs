//! The cells of a tissue as bodies: which column is what, and the calls of [`Cells`] that move and feel.

use super::bodies::{Bodies, MotionLaws, MotionWork, Steps, Walls};
use super::scratch::Scratch;
use super::sense::{look, sense};
use super::{Felt, Heading, Joint};
use crate::cells::Cells;
use crate::own::Own;
use vesicle_base::{Rng, Span};

/// How the cells of a tissue move, beyond the laws of their kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionPlan {
    /// How a tick is cut.
    pub steps: Steps,
    /// What the faces of the box do.
    pub walls: Walls,
    /// Smallest edge of a search bin, µm; `None` takes what suits. Results do not depend on it.
    pub bin_um: Option<f64>,
}

impl Default for MotionPlan {
    fn default() -> Self {
        Self { steps: Steps::default(), walls: Walls::Closed, bin_um: None }
    }
}

/// What motion keeps beside the columns: laws that follow from those of the kinds, and memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    plan: MotionPlan,
    laws: Option<MotionLaws>,
    scratch: Scratch,
}

impl Cells {
    /// Chooses how the cells move; the default is adaptive in a closed box.
    pub fn set_motion(&mut self, plan: MotionPlan) {
        self.scratch.motion = Kept { plan, ..Kept::default() };
    }

    /// Moves all cells over one tick; sub-steps inside. `heading` is where bias pulls.
    pub fn move_by(&mut self, span: &Span, rng: &Rng, heading: Heading<'_>) -> MotionWork {
        let led = match heading {
            Heading::None => (&[][..], &[][..]),
            Heading::Rows(rows) => (rows, &[][..]),
            Heading::Joined { heading, joints } => (heading, joints),
        };
        self.with_bodies(led, |bodies, laws, scratch| super::advance(bodies, laws, span, rng, scratch))
    }

    /// Finds pressure, and contacts when asked to count them, at the present positions.
    pub(crate) fn feel(&mut self, count_contacts: bool) {
        self.with_bodies((&[], &[]), |bodies, laws, scratch| {
            sense(bodies, laws, count_contacts, scratch);
        });
    }

    /// Finds neighbours at the present positions.
    pub(crate) fn look_around(&mut self) {
        self.with_bodies((&[], &[]), |bodies, laws, scratch| look(bodies, laws, scratch));
    }

    /// What [`Cells::feel`] found.
    pub(crate) fn felt(&self) -> Felt<'_> {
        self.scratch.motion.scratch.felt()
    }

    /// Rows in contact with a row when [`Cells::look_around`] ran.
    pub(crate) fn in_contact(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let sorted = &self.scratch.motion.scratch.sorted;
        sorted.contacts(sorted.place[row] as usize)
    }

    /// Lists every two live cells that touch at the present positions, each pair once, lower row first.
    pub fn live_contacts(&mut self, pairs: &mut Vec<[u32; 2]>) {
        self.look_around();
        pairs.clear();
        for row in (0..self.len()).filter(|row| !self.life.dead[*row]) {
            let touching = self.in_contact(row).filter(|other| *other > row && !self.life.dead[*other]);
            pairs.extend(touching.map(|other| [row as u32, other as u32]));
        }
    }

    fn with_bodies<T>(
        &mut self,
        (heading, joints): (&[[f64; 3]], &[Joint]),
        act: impl FnOnce(&mut Bodies<'_>, &MotionLaws, &mut Scratch) -> T,
    ) -> T {
        let mut kept = core::mem::take(&mut self.scratch.motion);
        let laws = kept.laws.get_or_insert_with(|| laws_of(self, kept.plan));
        let view = |own: Own| self.behaviour.view(own.id());
        let (walk, z) = (&mut self.walk, &mut self.z);
        let mut bodies = Bodies {
            id: &self.id,
            kind: &self.kind,
            state: &self.life.state,
            movable: view(Own::Movable),
            radius_um: &self.volume.radius_um,
            repulsion_um_per_min: view(Own::Repulsion),
            adhesion_um_per_min: view(Own::Adhesion),
            adhesion_reach: view(Own::RelativeAdhesionDistance),
            speed_um_per_min: view(Own::MigrationSpeed),
            persistence_min: view(Own::Persistence),
            bias: view(Own::MigrationBias),
            heading,
            joints,
            spring_per_min: view(Own::Elastic),
            attach_per_min: view(Own::Attach),
            detach_per_min: view(Own::Detach),
            most_springs: view(Own::MaximumAttachments),
            wall_um_per_min: view(Own::WallRepulsion),
            position_um: [&mut self.x, &mut self.y, z],
            direction: [&mut walk.direction_x, &mut walk.direction_y, &mut walk.direction_z],
            velocity_um_per_min: [
                &mut walk.velocity_x_um_per_min,
                &mut walk.velocity_y_um_per_min,
                &mut walk.velocity_z_um_per_min,
            ],
            springs: &mut self.springs,
        };
        let out = act(&mut bodies, laws, &mut kept.scratch);
        self.scratch.motion = kept;
        out
    }
}

fn laws_of(cells: &Cells, plan: MotionPlan) -> MotionLaws {
    let n_kinds = cells.laws.len();
    let kinds = || 0..n_kinds as u16;
    let affinity =
        cells.laws.iter().flat_map(|law| kinds().map(|to| law.mechanics.affinity_to(to))).collect();
    let domain = cells.domain;
    MotionLaws {
        affinity,
        steps: plan.steps,
        walls: plan.walls,
        plane: domain.plane,
        bin_um: plan.bin_um,
        ..MotionLaws::new(n_kinds, domain.low_um, domain.high_um)
    }
}
