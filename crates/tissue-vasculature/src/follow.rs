//! Joined cells pull on each other, so that stalks follow their tip.
//!
//! Equation: v_a = k (L − L₀) u_ab, v_b = −v_a along each edge; a held cell is not moved.
//! Discretisation: one velocity for the whole tick, with k replaced by (1 − e^(−(d_a + d_b) k Δt)) / ((d_a + d_b) Δt),
//! d the number of edges at an end: a lone pair relaxes exactly, and the weights at a cell sum to less than 1/Δt, so no
//! stiffness or tick is unstable. Coincident cells do not push.
//! Reference: Ghaffarizadeh et al. (2018), doi 10.1371/journal.pcbi.1005991 (overdamped cells, velocity from forces).
//! Proved here by `a_pair_relaxes_exactly`, `a_stiff_fan_does_not_explode`, `pulls_sum_to_zero`.

use crate::members::Members;
use crate::vessels::VesselRows;
use crate::{Bodies, Edge, Graph, VesselLaw};
use vesicle_base::{Span, math};

/// Sets the spring velocity of every row, µm/min.
pub(crate) fn pull(
    graph: &Graph,
    members: &Members<'_>,
    bodies: &Bodies<'_>,
    law: &VesselLaw,
    span: &Span,
    rows: [&mut [f64]; 3],
) {
    let [vx, vy, vz] = rows;
    for edge in graph.edges() {
        let Some((a, b)) = members.rows(edge.a, edge.b) else { continue };
        let ends = graph.degree(edge.a) + graph.degree(edge.b);
        let rate = rate_per_min(law.edge_stiffness_per_min, ends as f64, span.length_min);
        let Some(v) = velocity(edge, bodies.at(a), bodies.at(b), rate) else { continue };
        for (row, id, sign) in [(a, edge.a, 1.0), (b, edge.b, -1.0)] {
            if !members.is_anchored(id) {
                vx[row] += sign * v[0];
                vy[row] += sign * v[1];
                vz[row] += sign * v[2];
            }
        }
    }
}

/// Share of its stretch that each end closes, 1/min, over a tick of `length_min`.
fn rate_per_min(stiffness_per_min: f64, ends: f64, length_min: f64) -> f64 {
    let steps = ends * stiffness_per_min * length_min;
    if steps > 0.0 { -math::expm1(-steps) / (ends * length_min) } else { stiffness_per_min }
}

/// Velocity of end `a` towards `b`, µm/min.
fn velocity(edge: &Edge, a: [f64; 3], b: [f64; 3], rate_per_min: f64) -> Option<[f64; 3]> {
    let apart = [0, 1, 2].map(|axis| b[axis] - a[axis]);
    let length = (apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]).sqrt();
    let share = rate_per_min * (length - edge.rest_um) / length;
    share.is_finite().then(|| apart.map(|along| share * along))
}

/// Columns of the spring velocity.
pub(crate) fn columns(rows: &mut VesselRows) -> [&mut [f64]; 3] {
    let columns = [&mut rows.pull_x_um_per_min, &mut rows.pull_y_um_per_min, &mut rows.pull_z_um_per_min];
    columns.map(|column| {
        column.fill(0.0);
        column.as_mut_slice()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pulls(x: &[f64], y: &[f64], pairs: &[(u64, u64)], stiffness: f64, tick_min: f64) -> [Vec<f64>; 3] {
        let n = x.len();
        let id: Vec<u64> = (0..n as u64).collect();
        let order: Vec<(u64, u32)> = id.iter().map(|id| (*id, *id as u32)).collect();
        let zero = vec![0.0; n];
        let bodies =
            Bodies { id: &id, member: &vec![true; n], x, y, z: &zero, guide: &zero, box_um: [1e3; 3] };
        let members = Members { order: &order, anchors: &[], active: &vec![false; n] };
        let graph = Graph::of(pairs.iter().map(|(a, b)| Edge::new(*a, *b, 4.0, 10.0)));
        let law = VesselLaw { edge_stiffness_per_min: stiffness, ..VesselLaw::default() };
        let mut v = [zero.clone(), zero.clone(), zero.clone()];
        pull(
            &graph,
            &members,
            &bodies,
            &law,
            &Span::of_tick(0, tick_min),
            v.each_mut().map(Vec::as_mut_slice),
        );
        v
    }

    #[test]
    fn a_pair_relaxes_exactly() {
        let [v, ..] = pulls(&[0.0, 30.0], &[0.0, 0.0], &[(0, 1)], 0.07, 6.0);
        let length = 30.0 + 6.0 * (v[1] - v[0]);
        let exact = 10.0 + 20.0 * math::exp(-2.0 * 0.07 * 6.0);
        assert!((length - exact).abs() < 1e-12, "{length} not {exact}");
    }

    #[test]
    fn a_stiff_fan_does_not_explode() {
        let pairs: Vec<(u64, u64)> = (1..9).map(|k| (0, k)).collect();
        let mut x: Vec<f64> = (0..9).map(|k| 40.0 * math::cos(f64::from(k))).collect();
        let mut y: Vec<f64> = (0..9).map(|k| 40.0 * math::sin(f64::from(k))).collect();
        (x[0], y[0]) = (3.0, 1.0);
        for _ in 0..200 {
            let [vx, vy, _] = pulls(&x, &y, &pairs, 1e6, 6.0);
            (0..9).for_each(|k| (x[k], y[k]) = (x[k] + 6.0 * vx[k], y[k] + 6.0 * vy[k]));
        }
        for k in 1..9 {
            let length = ((x[k] - x[0]) * (x[k] - x[0]) + (y[k] - y[0]) * (y[k] - y[0])).sqrt();
            assert!((length - 10.0).abs() < 1e-3, "spoke {k}: {length}");
        }
    }

    #[test]
    fn coincident_cells_are_left_alone() {
        let [vx, vy, vz] = pulls(&[5.0, 5.0], &[5.0, 5.0], &[(0, 1)], 1.0, 6.0);
        assert_eq!([vx, vy, vz], [vec![0.0; 2], vec![0.0; 2], vec![0.0; 2]]);
    }

    proptest! {
        #[test]
        fn pulls_sum_to_zero(
            x in prop::collection::vec(-100.0_f64..100.0, 8), y in prop::collection::vec(-100.0_f64..100.0, 8),
            pairs in prop::collection::vec((0_u64..8, 0_u64..8), 0..20),
        ) {
            let [vx, vy, _] = pulls(&x, &y, &pairs, 0.5, 6.0);
            prop_assert!(vx.iter().sum::<f64>().abs() < 1e-9 && vy.iter().sum::<f64>().abs() < 1e-9);
        }
    }
}
