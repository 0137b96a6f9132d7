//! A tip that meets another vessel cell is joined to it.
//!
//! Equation: in the order of their ids, each tip is joined to the nearest endothelial cell within reach that is not
//! within `join_beyond_edges` edges along its own vessel; ties go to the lower id.
//! Discretisation: once a tick; a tip that moves further than its reach in a tick may pass a vessel.
//! Reference: Bentley et al. (2009), doi 10.1371/journal.pcbi.1000549 (tips that touch stop leading).
//! Proved here by `meeting_tips_join_and_stop_leading`, `a_tip_spares_its_own_stalk`.

use crate::members::Members;
use crate::near::Near;
use crate::{Bodies, Edge, Graph, VesselLaw};

/// Memory that joining keeps between ticks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joiner {
    near: Near,
    /// Id and row of each tip.
    tips: Vec<(u64, u32)>,
    own: Vec<u64>,
}

impl Joiner {
    /// Joins tips; returns how many were.
    pub fn join(
        &mut self,
        graph: &mut Graph,
        members: &Members<'_>,
        bodies: &Bodies<'_>,
        law: &VesselLaw,
    ) -> usize {
        self.tips.clear();
        self.tips.extend(members.order.iter().filter(|(id, _)| members.is_tip(graph, *id)));
        if law.join_distance_um <= 0.0 || self.tips.is_empty() {
            return 0;
        }
        self.near.fill(bodies, members.order, law.join_distance_um);
        let mut joined = 0;
        for &(id, row) in &self.tips {
            // One that was joined to is a tip no longer.
            if members.is_tip(graph, id) {
                own_vessel(graph, id, law.join_beyond_edges, &mut self.own);
                if let Some((distance_um, other)) = self.nearest(bodies, row as usize) {
                    let edge = Edge::new(id, other, law.lumen_um, law.edge_rest_um);
                    joined += usize::from(graph.join(Edge { length_um: distance_um, ..edge }));
                }
            }
        }
        joined
    }

    /// Distance and id of the nearest cell that is not of the own vessel.
    fn nearest(&self, bodies: &Bodies<'_>, row: usize) -> Option<(f64, u64)> {
        let mut best: Option<(f64, u64)> = None;
        self.near.around(bodies, row, |distance2, id, _| {
            let nearer = best.is_none_or(|(d2, other)| (distance2, id) < (d2, other));
            if nearer && !self.own.contains(&id) {
                best = Some((distance2, id));
            }
        });
        best.map(|(distance2, id)| (distance2.sqrt(), id))
    }
}

/// Ids within `edges` edges of a cell, itself first.
fn own_vessel(graph: &Graph, id: u64, edges: u32, own: &mut Vec<u64>) {
    own.clear();
    own.push(id);
    let mut first = 0;
    for _ in 0..edges.max(1) {
        let last = own.len();
        for at in first..last {
            for other in graph.neighbours(own[at]) {
                if !own.contains(&other) {
                    own.push(other);
                }
            }
        }
        first = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Role;

    fn joined(places: &[(f64, f64)], pairs: &[(u64, u64)], active: &[u64]) -> (Graph, Vec<Role>) {
        let n = places.len();
        let id: Vec<u64> = (0..n as u64).collect();
        let x: Vec<f64> = places.iter().map(|p| p.0).collect();
        let y: Vec<f64> = places.iter().map(|p| p.1).collect();
        let z = vec![0.0; n];
        let bodies =
            Bodies { id: &id, member: &vec![true; n], x: &x, y: &y, z: &z, guide: &z, box_um: [1e3; 3] };
        let order: Vec<(u64, u32)> = id.iter().map(|id| (*id, *id as u32)).collect();
        let active: Vec<bool> = id.iter().map(|id| active.contains(id)).collect();
        let members = Members { order: &order, anchors: &[], active: &active };
        let mut graph = Graph::of(pairs.iter().map(|(a, b)| Edge::new(*a, *b, 4.0, 10.0)));
        Joiner::default().join(&mut graph, &members, &bodies, &VesselLaw::default());
        let roles = id.iter().map(|id| members.role(&graph, *id)).collect();
        (graph, roles)
    }

    #[test]
    fn meeting_tips_join_and_stop_leading() {
        let places = [(0.0, 0.0), (10.0, 0.0), (22.0, 0.0), (32.0, 0.0)];
        let (graph, roles) = joined(&places, &[(0, 1), (2, 3)], &[1, 2]);
        assert!((graph.edge(1, 2).unwrap().length_um - 12.0).abs() < 1e-12);
        assert_eq!(roles, [Role::Quiescent, Role::Stalk, Role::Stalk, Role::Quiescent]);
    }

    #[test]
    fn quiet_ends_do_not_join() {
        let (graph, _) = joined(&[(0.0, 0.0), (10.0, 0.0), (22.0, 0.0), (32.0, 0.0)], &[(0, 1), (2, 3)], &[]);
        assert_eq!(graph.edges().len(), 2);
    }

    #[test]
    fn a_tip_spares_its_own_stalk() {
        let curl = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let (graph, roles) = joined(&curl, &[(0, 1), (1, 2), (2, 3)], &[3]);
        assert_eq!(graph.edges().len(), 3);
        assert_eq!(roles[2..], [Role::Stalk, Role::Tip]);
    }

    #[test]
    fn the_nearest_is_joined_and_ties_go_to_the_lower_id() {
        let (graph, _) = joined(&[(0.0, 0.0), (9.0, 0.0), (-9.0, 0.0), (0.0, 14.0)], &[], &[0]);
        assert_eq!(graph.neighbours(0).collect::<Vec<_>>(), [1]);
    }
}
