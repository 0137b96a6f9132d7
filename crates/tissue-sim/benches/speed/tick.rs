//! The tick of a whole tissue: cells at rest density in four fields, everything that a step does.

use crate::workloads::{Timing, elapsed_ms, timing};
use std::time::Instant;
use tissue_cells::start::Lattice;
use tissue_cells::{KindLaw, Own, OwnSignal};
use tissue_fields::{FieldLaw, Side, Solve};
use tissue_sim::setup::{
    Behaviour, FieldExchange, Gradients, KindSetup, RuleSetup, Setup, Signal, Start, TowardKind,
};
use tissue_sim::{build, step};
use tissue_vesicles::ResponseLaw;
use vesicle_base::{Rng, Span, math};

/// Spacing of a close packing in which the default kind neither pushes nor pulls much, µm.
const SPACING_UM: f64 = 15.984;

/// Whether the cells divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Nobody divides or dies: the tissue is at rest.
    Resting,
    /// The default kind, which doubles in 16 h where it may.
    Growing,
}

/// A box filled with about `n_cells` cells on a hexagonal lattice. Two fields settle within a tick (as oxygen and glucose
/// do), two are followed through time (a secreted factor and a slow one); rules read a field and the pressure.
pub fn setup(n_cells: f64, life: Life) -> Setup {
    let per_cell_um3 = SPACING_UM * SPACING_UM * SPACING_UM * math::sqrt(0.5);
    let edge_um = 20.0 * (math::cbrt(n_cells * per_cell_um3) / 20.0).round();
    let exchange = |secretion_per_min, uptake_per_min| FieldExchange {
        secretion_per_min,
        target: 1.0,
        uptake_per_min,
        ..FieldExchange::default()
    };
    let mut law = KindLaw::default();
    if life == Life::Resting {
        law.cycle = law.cycle.with_exits(&[0.0]);
        law.apoptosis.rate_per_min = 0.0;
    }
    let kind = KindSetup {
        law,
        start: Start::Lattice { lattice: Lattice::Hexagonal, every_um: SPACING_UM, within: None },
        exchange: vec![exchange(0.0, 10.0), exchange(0.0, 1.0), exchange(0.1, 0.0), exchange(0.0, 0.01)],
        lack: None,
        release_per_min: Vec::new(),
        gradients: Gradients::default(),
        toward: vec![TowardKind::default()],
    };
    let ruled = if life == Life::Resting { 0.0 } else { 1e-3 };
    let rule = |signal, rises, maximum, half| RuleSetup {
        kind: 0,
        signal,
        rises,
        behaviour: Behaviour::Own(if life == Life::Resting { Own::MigrationSpeed } else { Own::CycleEntry }),
        maximum,
        half,
        hill: 4.0,
        applies_to_dead: false,
    };
    Setup {
        size_um: [edge_um; 3],
        voxel_um: 20.0,
        tick_min: 6.0,
        n_ticks: 1000,
        frame_ticks: Vec::new(),
        fixed_steps: false,
        walls_push: false,
        fields: vec![
            field(1e5, 0.1, Some(38.0), Solve::Steady),
            field(3.6e4, 0.01, Some(5.0), Solve::Steady),
            field(1e3, 0.01, None, Solve::Transient),
            field(1e2, 0.001, None, Solve::Transient),
        ],
        field_doses: vec![0.0, 0.0, 0.0, 1.0],
        kinds: vec![kind],
        vessels: None,
        populations: Vec::new(),
        contact: None,
        species: Vec::new(),
        response: ResponseLaw { n_families: 0, threshold_copies: 1.0, hill: 1.0, receivers: Vec::new() },
        rules: vec![
            rule(Signal::Field(0), true, ruled, 5.0),
            rule(Signal::Own(OwnSignal::Pressure), false, 0.0, 1.0),
        ],
    }
}

fn field(diffusion_um2_per_min: f64, decay_per_min: f64, side: Option<f64>, solve: Solve) -> FieldLaw {
    let sides = [side.map_or(Side::Closed, Side::Fixed); 6];
    FieldLaw { diffusion_um2_per_min, decay_per_min, sides, solve, start: side.unwrap_or(0.0) }
}

/// Times of a tick of 6 min after ten that warm up.
pub fn tick(n_cells: f64, life: Life) -> Timing {
    let setup = setup(n_cells, life);
    let rng = Rng::new(1);
    let (mut tissue, plan) = build(&setup, &rng).expect("a valid setup");
    let mut cells = 0;
    let mut times_ms = Vec::new();
    for tick in 0..20 {
        let start = Instant::now();
        let work = step(&mut tissue, &plan, &Span::of_tick(tick, setup.tick_min), &rng);
        let time_ms = elapsed_ms(start);
        if tick >= 10 {
            times_ms.push(time_ms);
            cells = work.n_cells;
        }
    }
    assert_eq!(tissue.health(), None);
    timing(times_ms, format!("{cells} cells"))
}
