//! The endothelial cells of one tick in the order of their ids: row, anchor, activity, role.

use crate::{Anchor, Graph};

/// What a cell is to its vessel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// An active free end, not held at a face: leads up the guide.
    Tip,
    /// Joined, and active or next to a tip: follows.
    Stalk,
    /// Any other endothelial cell.
    Quiescent,
    /// Not endothelial, or dead.
    #[default]
    None,
}

/// A view of the members by id; every list is sorted by id.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a> {
    /// (id, row) of each member.
    pub order: &'a [(u64, u32)],
    /// Held cells.
    pub anchors: &'a [Anchor],
    /// Whether the guide is above the threshold, by row.
    pub active: &'a [bool],
}

impl Members<'_> {
    pub fn rank(&self, id: u64) -> Option<usize> {
        self.order.binary_search_by_key(&id, |member| member.0).ok()
    }

    pub fn row(&self, id: u64) -> Option<usize> {
        self.rank(id).map(|rank| self.order[rank].1 as usize)
    }

    /// Rows of an edge's two ends.
    pub fn rows(&self, a: u64, b: u64) -> Option<(usize, usize)> {
        Some((self.row(a)?, self.row(b)?))
    }

    pub fn is_anchored(&self, id: u64) -> bool {
        self.anchors.binary_search_by_key(&id, |anchor| anchor.id).is_ok()
    }

    pub fn is_active(&self, id: u64) -> bool {
        self.row(id).is_some_and(|row| self.active[row])
    }

    pub fn is_tip(&self, graph: &Graph, id: u64) -> bool {
        self.is_active(id) && !self.is_anchored(id) && graph.degree(id) <= 1
    }

    pub fn role(&self, graph: &Graph, id: u64) -> Role {
        if self.is_tip(graph, id) {
            return Role::Tip;
        }
        let follows = || self.is_active(id) || graph.neighbours(id).any(|other| self.is_tip(graph, other));
        if graph.degree(id) > 0 && follows() { Role::Stalk } else { Role::Quiescent }
    }
}
