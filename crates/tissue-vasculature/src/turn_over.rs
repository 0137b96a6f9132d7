//! Division lengthens a vessel; cells that go leave their edges behind.
//!
//! Equation: a daughter takes her place in the longest edge of her mother (ties: the lower neighbour), both halves with
//! the lumen, flow and clocks of the whole; the daughter of an unjoined mother is joined to her. A held mother's
//! daughter is free.
//! Discretisation: mothers divide in the order of their ids; halves are half as long until measured.
//! Reference: Gerhardt et al. (2003), doi 10.1083/jcb.200302047 (stalks lengthen by division behind the tip).
//! Proved by `tests/life_of_a_vessel.rs`: `division_lengthens_and_death_cuts`.

use crate::{Edge, Graph, Vessels};
use vesicle_base::Turnover;

impl Vessels {
    /// Applies one tick's births and removals. `ids` are the cells' identities by row before it.
    ///
    /// # Panics
    /// Where the turnover is of another number of cells.
    pub fn turn_over(&mut self, turnover: &Turnover, ids: &[u64]) {
        assert_eq!(turnover.n_before, self.rows.len(), "a turnover of another number of cells");
        assert_eq!(turnover.n_before, ids.len(), "one id per cell before the turnover");
        if turnover.is_empty() {
            return;
        }
        self.lengthen(turnover, ids);
        self.rows.id.copy_from_slice(ids);
        self.rows.append(turnover);
        for ((_, daughter), birth) in turnover.pairs().zip(&turnover.births) {
            self.rows.id[daughter] = birth.daughter_id;
        }
        let mut gone: Vec<u64> = turnover.gone.iter().map(|row| ids[*row as usize]).collect();
        gone.sort_unstable();
        let stays = |id: u64| gone.binary_search(&id).is_err();
        self.graph.retain(|edge| stays(edge.a) && stays(edge.b));
        self.anchors.retain(|anchor| stays(anchor.id));
        self.rows.close(turnover);
        self.settle();
    }

    fn lengthen(&mut self, turnover: &Turnover, ids: &[u64]) {
        let endothelial = turnover.births.iter().filter(|birth| self.rows.member[birth.mother_row as usize]);
        let mut births: Vec<(u64, u64)> =
            endothelial.map(|birth| (ids[birth.mother_row as usize], birth.daughter_id)).collect();
        births.sort_unstable();
        let (lumen_um, rest_um) = (self.law().lumen_um, self.law().edge_rest_um);
        for (mother, daughter) in births {
            match longest(&self.graph, mother) {
                Some(edge) => insert(&mut self.graph, &edge, mother, daughter, rest_um),
                None => drop(self.graph.join(Edge::new(mother, daughter, lumen_um, rest_um))),
            }
        }
    }
}

/// The longest edge of a cell; of equal ones that to the lowest neighbour.
fn longest(graph: &Graph, id: u64) -> Option<Edge> {
    let edges = graph.neighbours(id).filter_map(|other| graph.edge(id, other));
    edges.fold(None, |best: Option<Edge>, edge| match best {
        Some(best) if best.length_um >= edge.length_um => Some(best),
        _ => Some(*edge),
    })
}

/// Puts a daughter between her mother and the other end of an edge.
fn insert(graph: &mut Graph, edge: &Edge, mother: u64, daughter: u64, rest_um: f64) {
    let far = edge.other(mother);
    graph.cut(mother, far);
    for (one, other) in [(mother, daughter), (daughter, far)] {
        let half = Edge::new(one, other, edge.radius_um, rest_um);
        graph.join(Edge {
            length_um: 0.5 * edge.length_um,
            flow_um3_per_min: edge.flow_out_of(mother) * if half.a == one { 1.0 } else { -1.0 },
            with_flow_min: edge.with_flow_min,
            without_flow_min: edge.without_flow_min,
            ..half
        });
    }
}
