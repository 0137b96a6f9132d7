//! What a checkpoint keeps of the vessels, and its return.

use crate::members::Role;
use crate::vessels::{Anchor, VesselRows};
use crate::{Edge, Fault, Graph, Vessels};

/// Everything that a checkpoint must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct VesselsState {
    /// Edges in the order of their ids.
    pub edges: Vec<Edge>,
    /// Held cells in the order of their ids.
    pub anchors: Vec<Anchor>,
    /// Columns by row.
    pub rows: VesselRows,
    /// What was wrong.
    pub fault: Option<Fault>,
}

/// Why a checkpoint cannot be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A column that is shorter or longer than the ids.
    #[error("{what} of the checkpoint: {found} values; expected {expected}")]
    Length {
        /// Which column.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of rows.
        expected: usize,
    },
    /// Two rows with one id.
    #[error("cell {id} stands twice in the checkpoint")]
    Twice {
        /// Identity of the cell.
        id: u64,
    },
    /// Edges or held cells that are out of order, repeated, or of cells that are not endothelial.
    #[error("{what} of the checkpoint: entry {at} is out of order, or of a cell that is not endothelial")]
    Entry {
        /// Edges or anchors.
        what: &'static str,
        /// Position of the entry.
        at: usize,
    },
}

impl Vessels {
    /// What a checkpoint keeps.
    pub fn state(&self) -> VesselsState {
        VesselsState {
            edges: self.graph.edges().to_vec(),
            anchors: self.anchors.clone(),
            rows: self.rows.clone(),
            fault: self.fault,
        }
    }

    /// Takes up a checkpoint of the same law.
    ///
    /// # Errors
    /// Where the checkpoint contradicts itself; the vessels are then as before.
    pub fn restore(&mut self, state: VesselsState) -> Result<(), StateError> {
        check_lengths(&state.rows)?;
        let members = sorted_members(&state.rows)?;
        let known = |id: u64| members.binary_search(&id).is_ok();
        let edges = state
            .edges
            .iter()
            .map(|edge| ((edge.a, edge.b), edge.a < edge.b && known(edge.a) && known(edge.b)));
        check_entries("edges", edges)?;
        check_entries("held cells", state.anchors.iter().map(|anchor| (anchor.id, known(anchor.id))))?;
        self.graph = Graph::of(state.edges);
        (self.anchors, self.rows, self.fault) = (state.anchors, state.rows, state.fault);
        self.settle();
        Ok(())
    }
}

fn check_lengths(rows: &VesselRows) -> Result<(), StateError> {
    let expected = rows.id.len();
    for (what, found) in [
        ("members", rows.member.len()),
        ("active cells", rows.active.len()),
        ("roles", rows.role.len()),
        ("flows", rows.flow_um3_per_min.len()),
        ("perfused cells", rows.perfused.len()),
    ] {
        if found != expected {
            return Err(StateError::Length { what, found, expected });
        }
    }
    Ok(())
}

/// Ids of the members, rising.
fn sorted_members(rows: &VesselRows) -> Result<Vec<u64>, StateError> {
    let mut ids = rows.id.clone();
    ids.sort_unstable();
    if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(StateError::Twice { id: pair[0] });
    }
    let is_member = rows.id.iter().zip(&rows.member).filter(|(_, member)| **member);
    let mut members: Vec<u64> = is_member.map(|(id, _)| *id).collect();
    members.sort_unstable();
    Ok(members)
}

/// Entries must rise and be of known cells.
fn check_entries<K: PartialOrd>(
    what: &'static str,
    entries: impl Iterator<Item = (K, bool)>,
) -> Result<(), StateError> {
    let mut last: Option<K> = None;
    for (at, (key, known)) in entries.enumerate() {
        if !known || last.is_some_and(|last| last >= key) {
            return Err(StateError::Entry { what, at });
        }
        last = Some(key);
    }
    Ok(())
}

impl Role {
    /// All roles; a checkpoint may write a role as its place here.
    pub const ALL: [Self; 4] = [Self::Tip, Self::Stalk, Self::Quiescent, Self::None];
}
