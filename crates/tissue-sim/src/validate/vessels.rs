//! Flow on networks whose answer is known.

use super::{Row, row};
use core::f64::consts::PI;
use tissue_vasculature::Circuit;
use tissue_vasculature::flow::{PA_PER_MMHG, conductance};

const ROUNDING: &str = "rounding of a direct solution";

/// One inlet that forks into two outlets of other widths: flows by Kirchhoff and Poiseuille.
pub(super) fn y_junction() -> Vec<Row> {
    let (length, viscosity) = (200.0, 4.0);
    let radii = [8.0, 6.0, 4.0];
    let g = radii.map(|radius| conductance(radius, length, viscosity));
    let mut circuit = Circuit::default();
    circuit.begin(4);
    for (node, pressure) in [(1, 30.0), (2, 15.0), (3, 10.0)] {
        circuit.hold(node, pressure);
    }
    g.iter().enumerate().for_each(|(k, g)| circuit.link(0, k + 1, *g));
    circuit.solve();
    // Conductance goes with the fourth power of the radius, whatever the rest.
    let fourth = radii.map(|r: f64| r * r * r * r);
    let middle = (30.0 * fourth[0] + 15.0 * fourth[1] + 10.0 * fourth[2]) / fourth.iter().sum::<f64>();
    let poiseuille =
        PI * fourth[2] * PA_PER_MMHG * (middle - 10.0) * 60.0 / (8.0 * viscosity * 1e-3 * length);
    let narrow = g[2] * (circuit.pressure(0) - 10.0);
    vec![
        row("pressure at the fork", middle, circuit.pressure(0), 1e-12 * middle, "mmHg", ROUNDING),
        row("flow in the narrow branch", poiseuille, narrow, 1e-9 * poiseuille, "um^3/min", ROUNDING),
    ]
}

/// Resistance between two corners of a square lattice of unit resistors.
pub(super) fn lattice() -> Vec<Row> {
    [(2_usize, 1.0), (3, 1.5), (4, 13.0 / 7.0)]
        .into_iter()
        .map(|(n, expected)| {
            let mut circuit = Circuit::default();
            circuit.begin(n * n);
            circuit.hold(0, 1.0);
            circuit.hold(n * n - 1, 0.0);
            for node in 0..n * n {
                if node % n + 1 < n {
                    circuit.link(node, node + 1, 1.0);
                }
                if node + n < n * n {
                    circuit.link(node, node + n, 1.0);
                }
            }
            circuit.solve();
            let current = 2.0 - circuit.pressure(1) - circuit.pressure(n);
            let what = format!("resistance from corner to corner of {n} x {n} nodes");
            row(what, expected, 1.0 / current, 1e-12, "", ROUNDING)
        })
        .collect()
}
