//! An active cell inside a vessel leaves it and leads a new sprout.
//!
//! Equation: probability 1 − e^(−rate Δt) a tick for an active, free cell with two neighbours and no tip within
//! two edges (a tip restrains both cells that it leaves behind). Its neighbours are joined to each other, and it stays joined to the nearer one.
//! Discretisation: exact in Δt for one cell; in a tick cells are asked in the order of their ids, and a cell that has
//! just become a tip already restrains the others (lateral inhibition).
//! Reference: Bentley et al. (2009), doi 10.1371/journal.pcbi.1000549; Qutub and Popel (2009),
//! doi 10.1186/1752-0509-3-13.
//! Proved here by `the_waiting_time_is_that_of_the_rate`, `a_sprout_leaves_its_vessel_whole`.

use crate::members::Members;
use crate::purpose::BRANCH;
use crate::{Bodies, Edge, Graph, VesselLaw};
use vesicle_base::{Rng, Span, math};

/// Lets cells branch; returns how many did.
pub(crate) fn sprout(
    graph: &mut Graph,
    members: &Members<'_>,
    bodies: &Bodies<'_>,
    law: &VesselLaw,
    span: &Span,
    rng: Rng,
) -> usize {
    let odds = -math::expm1(-law.branch_per_min * span.length_min);
    let mut branched = 0;
    for &(id, row) in members.order {
        if members.active[row as usize]
            && may_branch(graph, members, id)
            && rng.at(BRANCH, id, span.tick).happens(odds)
        {
            leave(graph, members, bodies, id);
            branched += 1;
        }
    }
    branched
}

fn may_branch(graph: &Graph, members: &Members<'_>, id: u64) -> bool {
    graph.degree(id) == 2
        && !members.is_anchored(id)
        && !graph.neighbours(id).any(|other| tip_at(graph, members, other))
}

/// Whether a cell or a neighbour of it is a tip.
fn tip_at(graph: &Graph, members: &Members<'_>, id: u64) -> bool {
    members.is_tip(graph, id) || graph.neighbours(id).any(|other| members.is_tip(graph, other))
}

/// Takes a cell with two neighbours out of its vessel.
fn leave(graph: &mut Graph, members: &Members<'_>, bodies: &Bodies<'_>, id: u64) {
    let (Some(one), Some(other)) = (graph.neighbours(id).next(), graph.neighbours(id).nth(1)) else { return };
    let away = |to: u64| members.rows(id, to).map_or(f64::INFINITY, |(a, b)| bodies.distance2_um2(a, b));
    let (near, far) = if away(one) <= away(other) { (one, other) } else { (other, one) };
    let Some(left) = graph.cut(id, far) else { return };
    let Some(kept) = graph.edge_mut(id, near) else { return };
    let healed = heal(id, kept, &left);
    kept.with_flow_min = 0.0;
    kept.without_flow_min = 0.0;
    graph.join(healed);
}

/// The edge that closes the vessel behind a cell: as narrow as the narrower, as new as the newer of the two.
fn heal(id: u64, kept: &Edge, left: &Edge) -> Edge {
    Edge {
        with_flow_min: kept.with_flow_min.min(left.with_flow_min),
        without_flow_min: kept.without_flow_min.max(left.without_flow_min),
        length_um: kept.length_um + left.length_um,
        ..Edge::new(
            kept.other(id),
            left.other(id),
            kept.radius_um.min(left.radius_um),
            kept.rest_um + left.rest_um,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Role;

    struct Line {
        id: Vec<u64>,
        x: Vec<f64>,
        zero: Vec<f64>,
        order: Vec<(u64, u32)>,
    }

    fn line(n: u64) -> Line {
        Line {
            id: (0..n).collect(),
            x: (0..n).map(|k| 10.0 * k as f64).collect(),
            zero: vec![0.0; n as usize],
            order: (0..n).map(|k| (k, k as u32)).collect(),
        }
    }

    impl Line {
        fn branch_once(
            &self,
            active: &[bool],
            pairs: &[(u64, u64)],
            rate: f64,
            tick: u32,
            seed: u64,
        ) -> (Graph, usize) {
            let bodies = Bodies {
                id: &self.id,
                member: &vec![true; self.id.len()],
                x: &self.x,
                y: &self.zero,
                z: &self.zero,
                guide: &self.zero,
                box_um: [1e3; 3],
            };
            let members = Members { order: &self.order, anchors: &[], active };
            let mut graph = Graph::of(pairs.iter().map(|(a, b)| Edge::new(*a, *b, 4.0, 10.0)));
            let law = VesselLaw { branch_per_min: rate, ..VesselLaw::default() };
            let (span, rng) = (Span::of_tick(tick, 6.0), Rng::new(seed));
            let n = sprout(&mut graph, &members, &bodies, &law, &span, rng);
            assert!(n == 0 || members.order.iter().any(|(id, _)| members.role(&graph, *id) == Role::Tip));
            (graph, n)
        }
    }

    #[test]
    fn a_sprout_leaves_its_vessel_whole() {
        let pairs = [(0, 1), (1, 2), (2, 3), (3, 4)];
        let (graph, n) = line(5).branch_once(&[false, false, true, false, false], &pairs, 1e9, 0, 1);
        assert_eq!(n, 1);
        let joined: Vec<(u64, u64)> = graph.edges().iter().map(|edge| (edge.a, edge.b)).collect();
        assert_eq!(joined, [(0, 1), (1, 2), (1, 3), (3, 4)]);
        assert_eq!(graph.edge(1, 3).unwrap().rest_um, 20.0);
    }

    #[test]
    fn neighbours_of_a_tip_stay() {
        let pairs: Vec<(u64, u64)> = (0..9).map(|k| (k, k + 1)).collect();
        let (graph, n) = line(10).branch_once(&[true; 10], &pairs, 1e9, 0, 1);
        assert!(n > 0, "some branch");
        let tips: Vec<u64> = (1..9).filter(|id| graph.degree(*id) == 1).collect();
        assert_eq!(tips.len(), n);
        assert!(tips.windows(2).all(|pair| pair[1] > pair[0] + 1), "two tips side by side: {tips:?}");
    }

    #[test]
    fn the_waiting_time_is_that_of_the_rate() {
        let (line, pairs) = (line(3), [(0, 1), (1, 2)]);
        let active = [false, true, false];
        let rate = 0.002;
        let runs = 2000;
        let mean = (0..runs)
            .map(|seed| {
                (0..100_000).find(|tick| line.branch_once(&active, &pairs, rate, *tick, seed).1 == 1).unwrap()
            })
            .map(|tick: u32| 6.0 * (f64::from(tick) + 0.5))
            .sum::<f64>()
            / runs as f64;
        let allowed = 5.0 / rate / (runs as f64).sqrt();
        assert!((mean - 1.0 / rate).abs() < allowed, "{mean} min");
    }
}
