//! The vessels at the start: who is held at a face and at what pressure, who is joined to whom.
//!
//! Equation: cells i and j within reach are joined unless a third cell is nearer to both (relative neighbourhood
//! graph): cells in a row become a chain, cells on a square lattice a grid. Two held cells are not joined: they are
//! in the wall. Pairs are compared by (distance, lower id, higher id), so that equal distances and coincident cells
//! leave no choice.
//! Discretisation: none.
//! Reference: Toussaint (1980), doi 10.1016/0031-3203(80)90066-7.
//! Proved here by `a_row_becomes_a_chain`, `a_lattice_becomes_a_grid`, `coincident_cells_become_a_tree`.

use crate::near::Near;
use crate::vessels::Anchor;
use crate::{Bodies, Edge, Graph, VesselLaw};

/// How two cells are compared: squared distance, lower id, higher id.
type Pair = (f64, u64, u64);

/// Cells held at the faces of the law's inlets, by id; the first inlet that claims a cell has it.
pub(crate) fn anchors(bodies: &Bodies<'_>, order: &[(u64, u32)], law: &VesselLaw) -> Vec<Anchor> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for inlet in &law.inlets {
        let mut side: Vec<(u64, [f64; 3])> = order
            .iter()
            .map(|(id, row)| (*id, bodies.at(*row as usize)))
            .filter(|(_, at)| inlet.face.distance_um(*at, bodies.box_um) <= inlet.depth_um)
            .filter(|(id, _)| anchors.iter().all(|anchor| anchor.id != *id))
            .collect();
        let [first, second] = other_axes(inlet.face.axis());
        side.sort_by(|(id_a, a), (id_b, b)| {
            a[first].total_cmp(&b[first]).then(a[second].total_cmp(&b[second])).then(id_a.cmp(id_b))
        });
        let held = side.iter().enumerate();
        anchors
            .extend(held.map(|(k, (id, _))| Anchor { id: *id, pressure_mmhg: inlet.ends.pressure_mmhg(k) }));
    }
    anchors.sort_by_key(|anchor| anchor.id);
    anchors
}

fn other_axes(axis: usize) -> [usize; 2] {
    [[1, 2], [0, 2], [0, 1]][axis]
}

/// Joins neighbours within reach.
pub(crate) fn graph(bodies: &Bodies<'_>, order: &[(u64, u32)], anchors: &[Anchor], law: &VesselLaw) -> Graph {
    if law.join_distance_um <= 0.0 {
        return Graph::default();
    }
    let mut near = Near::default();
    near.fill(bodies, order, law.join_distance_um);
    let held = |id: u64| anchors.binary_search_by_key(&id, |anchor| anchor.id).is_ok();
    let mut edges = Vec::new();
    let mut around: Vec<(Pair, u64, usize)> = Vec::new();
    for &(id, row) in order {
        around.clear();
        near.around(bodies, row as usize, |distance2, other, other_row| {
            if other != id {
                around.push(((distance2, id.min(other), id.max(other)), other, other_row));
            }
        });
        around.sort_by(|a, b| a.0.0.total_cmp(&b.0.0).then(a.1.cmp(&b.1)));
        for (k, (pair, other, other_row)) in around.iter().enumerate() {
            let between = |third: &(Pair, u64, usize)| {
                let distance2 = bodies.distance2_um2(*other_row, third.2);
                third.0 < *pair && (distance2, third.1.min(*other), third.1.max(*other)) < *pair
            };
            if id < *other && !(held(id) && held(*other)) && !around[..k].iter().any(between) {
                edges.push(Edge {
                    length_um: pair.0.sqrt(),
                    ..Edge::new(id, *other, law.lumen_um, law.edge_rest_um)
                });
            }
        }
    }
    Graph::of(edges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ends, Face, Inlet};

    fn seeded(places: &[(f64, f64)], law: &VesselLaw) -> (Vec<(u64, u64)>, Vec<Anchor>) {
        let n = places.len();
        let id: Vec<u64> = (0..n as u64).collect();
        let x: Vec<f64> = places.iter().map(|p| p.0).collect();
        let y: Vec<f64> = places.iter().map(|p| p.1).collect();
        let z = vec![0.0; n];
        let bodies =
            Bodies { id: &id, member: &vec![true; n], x: &x, y: &y, z: &z, guide: &z, box_um: [100.0; 3] };
        let order: Vec<(u64, u32)> = id.iter().map(|id| (*id, *id as u32)).collect();
        let anchors = anchors(&bodies, &order, law);
        let graph = graph(&bodies, &order, &anchors, law);
        (graph.edges().iter().map(|edge| (edge.a, edge.b)).collect(), anchors)
    }

    fn law(ends: Ends) -> VesselLaw {
        let inlets = vec![Inlet { face: Face::XLow, depth_um: 1.0, ends }];
        VesselLaw { join_distance_um: 25.0, inlets, ..VesselLaw::default() }
    }

    #[test]
    fn a_row_becomes_a_chain() {
        let places: Vec<(f64, f64)> = (0..5).map(|k| (5.0 + 10.0 * f64::from(k), 0.0)).collect();
        assert_eq!(seeded(&places, &law(Ends::All { mmhg: 20.0 })).0, [(0, 1), (1, 2), (2, 3), (3, 4)]);
    }

    #[test]
    fn a_lattice_becomes_a_grid() {
        let places: Vec<(f64, f64)> =
            (0..16).map(|k| (5.0 + 10.0 * f64::from(k % 4), 10.0 * f64::from(k / 4))).collect();
        let (edges, _) = seeded(&places, &law(Ends::All { mmhg: 20.0 }));
        assert_eq!(edges.len(), 24);
        assert!(edges.iter().all(|(a, b)| b - a == 1 || b - a == 4), "{edges:?}");
    }

    #[test]
    fn coincident_cells_become_a_tree() {
        let (edges, _) = seeded(&[(5.0, 5.0); 6], &law(Ends::All { mmhg: 20.0 }));
        assert_eq!(edges.len(), 5);
    }

    #[test]
    fn faces_hold_in_turn_and_are_not_joined_along() {
        let places = [(0.0, 30.0), (0.0, 10.0), (0.0, 20.0), (10.0, 20.0)];
        let ends = Ends::Alternate { arterial_mmhg: 30.0, venous_mmhg: 10.0 };
        let (edges, anchors) = seeded(&places, &law(ends));
        let held: Vec<(u64, f64)> = anchors.iter().map(|anchor| (anchor.id, anchor.pressure_mmhg)).collect();
        assert_eq!(held, [(0, 30.0), (1, 30.0), (2, 10.0)]);
        assert!(edges.iter().all(|(_, b)| *b == 3), "{edges:?}");
    }
}
