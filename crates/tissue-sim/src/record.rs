//! What a run leaves behind: frames that every outcome can be recomputed from, the ledger, what it cost.

use crate::free::Free;
use crate::ledger::Row;
use crate::tissue::Tissue;
use tissue_vasculature::{Segment, Vessels};

/// One saved instant. Positions and values are single precision: they are for counting and looking.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Cells by identity.
    pub cells: Vec<CellFrame>,
    /// Values of each plain field, by voxel.
    pub fields: Vec<Vec<f32>>,
    /// Vesicles of each population per voxel that no cell has, all sizes together.
    pub free: Vec<Vec<f32>>,
    /// Stretches of vessel in the order of the identities of their ends.
    pub vessels: Vec<VesselFrame>,
    /// Accounts of the ledger.
    pub ledger: Vec<Row>,
}

/// One stretch of vessel of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VesselFrame {
    /// Identities of the cells that it joins, the lower first.
    pub ends: [u64; 2],
    /// Radius of the lumen, µm.
    pub radius_um: f32,
    /// Length, µm.
    pub length_um: f32,
    /// Flow from the first end to the second, µm³/min.
    pub flow_um3_per_min: f32,
    /// Whether it counts as perfused.
    pub perfused: bool,
}

/// One cell of a frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellFrame {
    /// Identity.
    pub id: u64,
    /// Kind.
    pub kind: u16,
    /// Whether it is dead.
    pub dead: bool,
    /// Position, µm.
    pub at_um: [f32; 3],
    /// Radius, µm.
    pub radius_um: f32,
    /// Repression of each program.
    pub repression: Vec<f32>,
    /// Vesicles of each population captured so far.
    pub taken_up: Vec<u64>,
    /// Vesicles of each population that a label shows.
    pub labelled: Vec<u64>,
    /// Copies of each molecule in the cytosol.
    pub copies: Vec<u64>,
}

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Frames in order of time.
    pub frames: Vec<Frame>,
    /// Why the run ended before its time, when it did: what was wrong, where and when.
    pub invalid: Option<String>,
    /// Cell-ticks, field sub-steps and iterations.
    pub work: [u64; 3],
}

impl Frame {
    /// The frame of a tissue at a time.
    pub fn of(t: &Tissue, time_min: f64) -> Self {
        let mut cells: Vec<CellFrame> = (0..t.cells.len()).map(|row| cell(t, row)).collect();
        cells.sort_by_key(|cell| cell.id);
        let single = |values: &[f64]| values.iter().map(|v| *v as f32).collect::<Vec<f32>>();
        let free = (0..t.free.len()).map(|population| free_in_voxels(t, population)).collect();
        Self {
            time_min,
            cells,
            fields: (0..t.fields.len()).map(|field| single(t.fields.values(field))).collect(),
            free,
            vessels: t.bed.as_ref().map_or_else(Vec::new, |bed| vessels(&bed.vessels)),
            ledger: t.ledger.rows(&t.vesicles, &t.free),
        }
    }
}

/// Vesicles of a population in each voxel that no cell has: free ones of all sizes and those that the matrix holds.
fn free_in_voxels(t: &Tissue, population: usize) -> Vec<f32> {
    let grid = t.fields.grid();
    let mut sum = vec![0.0_f64; grid.n_voxels()];
    match &t.free[population] {
        Free::Fields(free) => {
            let held = |voxel| free.depot.as_ref().map_or(0.0, |depot| depot.at(voxel));
            for voxel in 0..free.voxels.grid.n_voxels() {
                let density = (0..free.fields.len()).map(|bin| free.fields.values(bin)[voxel]).sum::<f64>();
                sum[free.voxels.in_tissue(voxel)] += density + held(voxel);
            }
            sum.iter_mut().for_each(|density| *density *= free.voxels.grid.voxel_um3());
        }
        Free::Singly(free) => free.positions_um().for_each(|at| sum[grid.voxel_of(at)] += 1.0),
    }
    sum.into_iter().map(|vesicles| vesicles as f32).collect()
}

fn vessels(vessels: &Vessels) -> Vec<VesselFrame> {
    let ids = &vessels.rows().id;
    let frame = |segment: Segment| VesselFrame {
        ends: [ids[segment.a_row], ids[segment.b_row]],
        radius_um: segment.radius_um as f32,
        length_um: segment.length_um as f32,
        flow_um3_per_min: segment.flow_um3_per_min as f32,
        perfused: segment.perfused,
    };
    vessels.segments().map(frame).collect()
}

fn cell(t: &Tissue, row: usize) -> CellFrame {
    let v = &t.vesicles;
    CellFrame {
        id: t.cells.id[row],
        kind: t.cells.kind[row],
        dead: t.cells.is_dead(row),
        at_um: t.cells.position_um(row).map(|x| x as f32),
        radius_um: t.cells.radius_um(row) as f32,
        repression: v.repressions(row).into_iter().map(|repression| repression as f32).collect(),
        taken_up: (0..v.n_populations()).map(|population| v.taken_up(population, row)).collect(),
        labelled: (0..v.n_populations()).map(|population| v.labelled(population, row)).collect(),
        copies: (0..v.n_species()).map(|species| v.copies(species, row)).collect(),
    }
}
