//! The vessels of a tissue beside the columns that they are handed.

use crate::setup::VesselSetup;
use tissue_cells::Cells;
use tissue_cells::motion::Joint;
use tissue_vasculature::{Bodies, LawError, StateError, Vessels, VesselsState};
use vesicle_base::{Grid, Turnover};

/// Vessels, who they are made of, and how they pull.
#[derive(Clone, Debug)]
pub struct Bed {
    /// Who is joined to whom, and what flows.
    pub vessels: Vessels,
    joints: Vec<Joint>,
    /// Where the cells in the wall are held, by identity.
    held: Vec<(u64, [f64; 3])>,
    member: Vec<bool>,
    guide: Vec<f64>,
}

impl Bed {
    /// No cells yet.
    ///
    /// # Errors
    /// Where the law contradicts itself.
    pub fn new(setup: &VesselSetup) -> Result<Self, LawError> {
        let vessels = Vessels::new(setup.law.clone())?;
        Ok(Self { vessels, joints: Vec::new(), held: Vec::new(), member: Vec::new(), guide: Vec::new() })
    }

    /// Hands the vessels the cells of this moment: live ones of the kind, each with the value that leads it.
    pub fn with_bodies<T>(
        &mut self,
        cells: &Cells,
        grid: &Grid,
        kind: u16,
        guide: Option<&[f64]>,
        act: impl FnOnce(&mut Vessels, &Bodies<'_>) -> T,
    ) -> T {
        let n = cells.len();
        self.member.clear();
        self.member.extend((0..n).map(|row| cells.kind[row] == kind && !cells.is_dead(row)));
        self.guide.clear();
        self.guide.resize(n, 0.0);
        if let Some(values) = guide {
            for row in (0..n).filter(|row| self.member[*row]) {
                self.guide[row] = values[grid.voxel_of(cells.position_um(row))];
            }
        }
        let bodies = Bodies {
            id: &cells.id,
            member: &self.member,
            x: &cells.x,
            y: &cells.y,
            z: &cells.z,
            guide: &self.guide,
            box_um: grid.size_um(),
        };
        act(&mut self.vessels, &bodies)
    }

    /// Notes where the cells in the wall are.
    pub fn hold(&mut self, cells: &Cells) {
        let rows = (0..cells.len()).filter(|row| self.vessels.is_anchored(*row));
        self.held = rows.map(|row| (cells.id[row], cells.position_um(row))).collect();
        self.held.sort_unstable_by_key(|(id, _)| *id);
    }

    /// Puts cells in the wall back after division, which sets mother and daughter apart.
    pub fn put_back(&self, cells: &mut Cells) {
        for row in (0..cells.len()).filter(|row| self.vessels.is_anchored(*row)) {
            if let Ok(at) = self.held.binary_search_by_key(&cells.id[row], |(id, _)| *id) {
                [cells.x[row], cells.y[row], cells.z[row]] = self.held[at].1;
            }
        }
    }

    /// Applies the births and removals of a tick; `ids` are the identities before it.
    pub fn turn_over(&mut self, turnover: &Turnover, ids: &[u64]) {
        self.vessels.turn_over(turnover, ids);
    }

    /// Takes up a checkpoint.
    ///
    /// # Errors
    /// Where it contradicts itself.
    pub fn restore(&mut self, state: VesselsState) -> Result<(), StateError> {
        self.vessels.restore(state)
    }

    /// The springs between joined cells as they are now, by row.
    pub fn joints(&mut self) -> &[Joint] {
        let stiffness_per_min = self.vessels.law().edge_stiffness_per_min;
        self.joints.clear();
        self.joints.extend(self.vessels.segments().map(|segment| Joint {
            rows: [segment.a_row as u32, segment.b_row as u32],
            rest_um: segment.rest_um,
            stiffness_per_min,
        }));
        &self.joints
    }
}
