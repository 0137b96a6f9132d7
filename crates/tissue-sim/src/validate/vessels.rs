//! Flow on networks whose answer is known, and what a perfused vessel gives the tissue around it.

use super::{Row, bessel, row};
use crate::build::build;
use crate::exchange::{fields_to_vessels, vessels_to_fields};
use crate::plan::Plan;
use crate::setup::{
    FieldExchange, Gradients, KindSetup, Setup, Start, TowardKind, VesselSetup, Wall, WallOf,
};
use crate::tissue::Tissue;
use core::f64::consts::{PI, TAU};
use tissue_cells::{CycleModel, KindLaw};
use tissue_fields::{FieldLaw, Side, Solve};
use tissue_vasculature::flow::{PA_PER_MMHG, conductance};
use tissue_vasculature::{Circuit, Ends, Face, Inlet, VesselLaw};
use tissue_vesicles::ResponseLaw;
use vesicle_base::{Rng, Span};

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

/// A straight vessel of `a` µm radius through a block of tissue that uses up what it brings, within `1/k` µm.
pub(super) fn feeding() -> Vec<Row> {
    let (diffusion, k, blood, radius) = (1e5, 1.0 / 60.0, 40.0, 1.5);
    let decay = diffusion * k * k;
    // Per length and unit of difference: the tissue around, and that which the grid leaves in the lumen; then the wall.
    let around = TAU * radius * diffusion * k * bessel::k(1, k * radius) / bessel::k(0, k * radius);
    let tissue = around + PI * radius * radius * decay;
    let per_length = |wall: f64| blood / (1.0 / tissue + 1.0 / (TAU * radius * wall));
    let mut rows = Vec::new();
    for voxel in [20.0, 10.0] {
        for (what, wall) in [("free wall", f64::INFINITY), ("wall of 1000 um/min", 1000.0)] {
            let through = Wall { of: WallOf::Field(0), blood, permeability_um_per_min: wall };
            let got = given(voxel, diffusion, decay, through, radius);
            let expected = per_length(wall);
            // K(4/E)/E of the lattice, E = 4 + (kh)², expanded: its resistance is short by a share (kh)²/8.
            let tolerance = expected * voxel * voxel * k * k / 8.0;
            let what = format!("{what}, voxels of {voxel} um");
            rows.push(row(
                what,
                expected,
                got,
                tolerance,
                "mmHg um^2/min",
                "(voxel edge / reach)² / 8, of the lattice's Green's function",
            ));
        }
    }
    rows
}

/// What one micrometre of vessel gives per minute at rest.
fn given(voxel_um: f64, diffusion: f64, decay: f64, wall: Wall, radius: f64) -> f64 {
    let setup = block(voxel_um, diffusion, decay, wall, radius);
    let rng = Rng::new(1);
    let Ok((mut tissue, plan)) = build(&setup, &rng) else { return f64::NAN };
    let middle = 200.0 + 0.5 * voxel_um;
    let row_of_cells: Vec<[f64; 3]> = (0..5).map(|n| [middle, middle, 20.0 * f64::from(n)]).collect();
    tissue.cells.seed(0, &row_of_cells, &rng);
    row_of_cells.iter().for_each(|_| tissue.vesicles.push(0));
    perfuse(&mut tissue, &plan, &rng);
    let amount = tissue.fields.amount(0);
    amount * decay / setup.size_um[2]
}

fn perfuse(tissue: &mut Tissue, plan: &Plan, rng: &Rng) {
    fields_to_vessels::begin(tissue, plan);
    let span = Span::of_tick(0, 6.0);
    fields_to_vessels::join_and_flow(tissue, plan, &span, rng);
    tissue.fields.clear_rates();
    vessels_to_fields::exchange(tissue, plan, &span);
    tissue.fields.advance(&span);
}

fn block(voxel_um: f64, diffusion: f64, decay: f64, wall: Wall, radius: f64) -> Setup {
    let inlet = |face, mmhg| Inlet { face, depth_um: 1.0, ends: Ends::All { mmhg } };
    let law = VesselLaw {
        join_distance_um: 25.0,
        lumen_um: radius,
        perfused_after_min: 0.0,
        inlets: vec![inlet(Face::ZLow, 20.0), inlet(Face::ZHigh, 10.0)],
        ..VesselLaw::default()
    };
    let field = FieldLaw {
        diffusion_um2_per_min: diffusion,
        decay_per_min: decay,
        sides: [Side::Closed; 6],
        solve: Solve::Steady,
        start: 0.0,
    };
    Setup {
        size_um: [400.0, 400.0, 80.0],
        voxel_um,
        tick_min: 6.0,
        n_ticks: 1,
        frame_ticks: vec![],
        fixed_steps: false,
        walls_push: false,
        fields: vec![field],
        field_doses: vec![0.0],
        kinds: vec![KindSetup {
            law: KindLaw { cycle: CycleModel::live().with_exits(&[0.0]), ..KindLaw::default() },
            start: Start::None,
            exchange: vec![FieldExchange::default()],
            lack: None,
            release_per_min: vec![],
            gradients: Gradients::default(),
            toward: vec![TowardKind::default()],
        }],
        vessels: Some(VesselSetup { kind: 0, law, guide: None, tip_cycle_share: 1.0, walls: vec![wall] }),
        populations: vec![],
        contact: None,
        species: vec![],
        response: ResponseLaw { n_families: 0, threshold_copies: 1.0, hill: 1.0, receivers: vec![] },
        rules: vec![],
    }
}
