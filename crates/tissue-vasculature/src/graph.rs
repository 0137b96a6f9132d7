//! Which cells are joined: edges between cell ids, always in the order of their ids.

/// One stretch of vessel between two joined cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The lower id.
    pub a: u64,
    /// The higher id.
    pub b: u64,
    /// Radius of the lumen, µm.
    pub radius_um: f64,
    /// Length at which the edge neither pulls nor pushes, µm.
    pub rest_um: f64,
    /// Length when last measured, µm.
    pub length_um: f64,
    /// Flow from `a` to `b`, µm³/min.
    pub flow_um3_per_min: f64,
    /// For how long it has carried flow, min; 0 without.
    pub with_flow_min: f64,
    /// For how long it has gone without flow and unprotected, min; 0 with.
    pub without_flow_min: f64,
}

impl Edge {
    /// A new edge between two cells, without flow so far.
    pub fn new(one: u64, other: u64, radius_um: f64, rest_um: f64) -> Self {
        Self {
            a: one.min(other),
            b: one.max(other),
            radius_um,
            rest_um,
            length_um: rest_um,
            flow_um3_per_min: 0.0,
            with_flow_min: 0.0,
            without_flow_min: 0.0,
        }
    }

    /// The end that is not `id`.
    pub fn other(&self, id: u64) -> u64 {
        if self.a == id { self.b } else { self.a }
    }

    /// Flow out of the end `id`, µm³/min.
    pub fn flow_out_of(&self, id: u64) -> f64 {
        if self.a == id { self.flow_um3_per_min } else { -self.flow_um3_per_min }
    }

    /// Volume of the lumen, µm³.
    pub fn volume_um3(&self) -> f64 {
        core::f64::consts::PI * self.radius_um * self.radius_um * self.length_um
    }
}

/// Edges sorted by (a, b), and the same pairs sorted by (b, a) so that both ends find their neighbours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    edges: Vec<Edge>,
    mirror: Vec<(u64, u64)>,
}

impl Graph {
    /// A graph of edges in any order; the first of a repeated pair counts, an edge of a cell with itself does not.
    pub fn of(edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut graph =
            Self { edges: edges.into_iter().filter(|edge| edge.a < edge.b).collect(), mirror: vec![] };
        graph.edges.sort_by_key(|edge| (edge.a, edge.b));
        graph.edges.dedup_by_key(|edge| (edge.a, edge.b));
        graph.mirror_again();
        graph
    }

    /// The edges in the order of their ids.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The edges in the order of their ids; the ends must stay as they are.
    pub(crate) fn edges_mut(&mut self) -> &mut [Edge] {
        &mut self.edges
    }

    /// Forgets all edges and keeps the memory.
    pub fn clear(&mut self) {
        self.edges.clear();
        self.mirror.clear();
    }

    /// Joins two cells; false when they were joined already or are one cell.
    pub fn join(&mut self, edge: Edge) -> bool {
        let Err(at) = self.find(edge.a, edge.b) else { return false };
        if edge.a == edge.b {
            return false;
        }
        self.edges.insert(at, edge);
        let pair = (edge.b, edge.a);
        let at = self.mirror.partition_point(|other| *other < pair);
        self.mirror.insert(at, pair);
        true
    }

    /// Takes away the edge between two cells.
    pub fn cut(&mut self, one: u64, other: u64) -> Option<Edge> {
        let at = self.find(one, other).ok()?;
        let edge = self.edges.remove(at);
        if let Ok(at) = self.mirror.binary_search(&(edge.b, edge.a)) {
            self.mirror.remove(at);
        }
        Some(edge)
    }

    /// The edge between two cells.
    pub fn edge(&self, one: u64, other: u64) -> Option<&Edge> {
        self.find(one, other).ok().map(|at| &self.edges[at])
    }

    /// The edge between two cells, to change; the ends must stay as they are.
    pub(crate) fn edge_mut(&mut self, one: u64, other: u64) -> Option<&mut Edge> {
        self.find(one, other).ok().map(|at| &mut self.edges[at])
    }

    /// Keeps the edges for which `keep` holds; returns how many went.
    pub fn retain(&mut self, keep: impl FnMut(&Edge) -> bool) -> usize {
        let before = self.edges.len();
        self.edges.retain(keep);
        if self.edges.len() < before {
            self.mirror_again();
        }
        before - self.edges.len()
    }

    /// Ids joined to `id`, rising.
    pub fn neighbours(&self, id: u64) -> impl Iterator<Item = u64> + '_ {
        let lower = self.mirror[self.mirror_range(id)].iter().map(|pair| pair.1);
        lower.chain(self.edges[self.edge_range(id)].iter().map(|edge| edge.b))
    }

    /// Number of cells joined to `id`.
    pub fn degree(&self, id: u64) -> usize {
        self.mirror_range(id).len() + self.edge_range(id).len()
    }

    fn find(&self, one: u64, other: u64) -> Result<usize, usize> {
        let pair = (one.min(other), one.max(other));
        self.edges.binary_search_by_key(&pair, |edge| (edge.a, edge.b))
    }

    fn edge_range(&self, id: u64) -> core::ops::Range<usize> {
        let first = self.edges.partition_point(|edge| edge.a < id);
        first..first + self.edges[first..].iter().take_while(|edge| edge.a == id).count()
    }

    fn mirror_range(&self, id: u64) -> core::ops::Range<usize> {
        let first = self.mirror.partition_point(|pair| pair.0 < id);
        first..first + self.mirror[first..].iter().take_while(|pair| pair.0 == id).count()
    }

    fn mirror_again(&mut self) {
        self.mirror.clear();
        self.mirror.extend(self.edges.iter().map(|edge| (edge.b, edge.a)));
        self.mirror.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ends_agree(pairs in prop::collection::vec((0_u64..12, 0_u64..12, prop::bool::weighted(0.7)), 0..80)) {
            let mut graph = Graph::default();
            let mut known = std::collections::BTreeSet::new();
            for (one, other, join) in pairs {
                let pair = (one.min(other), one.max(other));
                if join {
                    prop_assert_eq!(graph.join(Edge::new(one, other, 4.0, 10.0)), one != other && known.insert(pair));
                } else {
                    prop_assert_eq!(graph.cut(one, other).is_some(), known.remove(&pair));
                }
            }
            prop_assert_eq!(&graph, &Graph::of(graph.edges().iter().rev().copied()));
            for id in 0..12 {
                let near: Vec<u64> = graph.neighbours(id).collect();
                let expected: Vec<u64> = (0..12).filter(|o| known.contains(&(id.min(*o), id.max(*o)))).collect();
                prop_assert_eq!(near.len(), graph.degree(id));
                prop_assert_eq!(near, expected);
            }
        }
    }
}
