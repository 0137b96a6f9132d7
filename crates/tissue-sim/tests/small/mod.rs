//! A small tissue with everything in it: two kinds, two fields, an injected and a released population, a response.

use tissue_cells::{KindLaw, Own, OwnSignal};
use tissue_fields::{FieldLaw, Side, Solve};
use tissue_sim::setup::{
    Behaviour, Carried, Dose, FieldExchange, Gradients, KindSetup, Lack, PopulationSetup, RuleSetup, Setup,
    Signal, Site, Start, TowardKind, VesselSetup, Wall, WallOf,
};
use tissue_vasculature::{Ends, Face, Inlet, VesselLaw};
use tissue_vesicles::particles::{Hold, Motion};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, GeneLaw, PopulationLaw, ReceiverLaw, ResponseLaw, SizeBin, SpeciesLaw,
};

fn field(left: Option<f64>, solve: Solve) -> FieldLaw {
    let mut sides = [Side::Closed; 6];
    if let Some(value) = left {
        sides[0] = Side::Fixed(value);
    }
    FieldLaw { diffusion_um2_per_min: 1e4, decay_per_min: 0.1, sides, solve, start: left.unwrap_or(0.0) }
}

fn population(dose_per_um3: f64) -> PopulationSetup {
    let bin = |diameter_um, diffusion| SizeBin { diameter_um, diffusion_um2_per_min: diffusion, share: 0.5 };
    let capture = CaptureLaw { clearance_um3_per_min: 800.0, capacity: 5e3 };
    PopulationSetup::new(
        PopulationLaw {
            bins: vec![bin(0.1, 100.0), bin(0.2, 50.0)],
            cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 0.8, dispersion: 2.0 }],
            capture: vec![Some(capture), Some(capture)],
            fate: FateLaw {
                internalise_per_min: 0.1,
                escape_fraction: 0.3,
                escape_per_min: 0.02,
                rerelease_fraction: 0.1,
            },
            label_half_life_min: f64::INFINITY,
        },
        1e-3,
        dose_per_um3,
    )
}

fn kind(start: Start, cycle_per_min: f64, release: f64) -> KindSetup {
    let mut law = KindLaw::default();
    law.cycle = law.cycle.with_exits(&[cycle_per_min]);
    law.apoptosis.rate_per_min = 5e-5;
    law.motility.speed_um_per_min = 0.1;
    law.motility.persistence_min = 30.0;
    law.motility.bias = 0.5;
    let exchange = vec![
        FieldExchange { uptake_per_min: 10.0, ..FieldExchange::default() },
        FieldExchange { secretion_per_min: 1.0, target: 20.0, chemotaxis: 1.0, ..FieldExchange::default() },
    ];
    KindSetup {
        law,
        start,
        exchange,
        lack: Some(Lack { field: 0, below: 2.5, rate_per_min: 0.003 }),
        release_per_min: vec![0.0, release],
        gradients: Gradients::default(),
        toward: vec![TowardKind::default(); 2],
    }
}

/// The setup; `n_ticks` of 6 minutes.
pub fn setup(n_ticks: u32) -> Setup {
    let hit = GeneLaw { hits: vec![(0, 1.0)] };
    let receiver = ReceiverLaw {
        baseline_copies: vec![10.0],
        pool: vec![5.0],
        genes: vec![hit],
        programs: vec![vec![(0, 1.0)]],
    };
    let rule = |signal, behaviour, rises, maximum, half| RuleSetup {
        kind: 0,
        signal,
        rises,
        behaviour,
        maximum,
        half,
        hill: 2.0,
        applies_to_dead: false,
    };
    Setup {
        size_um: [160.0, 120.0, 40.0],
        voxel_um: 20.0,
        tick_min: 6.0,
        n_ticks,
        frame_ticks: vec![0, n_ticks / 2, n_ticks],
        fixed_steps: false,
        walls_push: false,
        fields: vec![field(Some(38.0), Solve::Steady), field(None, Solve::Transient)],
        field_doses: vec![0.0, 1.0],
        kinds: vec![
            kind(Start::Random { count: 30, within: None }, 1e-3, 0.5),
            kind(Start::Side { side: 0, every_um: 20.0 }, 5e-4, 0.0),
        ],
        vessels: None,
        populations: vec![population(5e-2), population(0.0)],
        contact: None,
        species: vec![SpeciesLaw { half_life_min: 2000.0, family: Some(0) }],
        response: ResponseLaw {
            n_families: 1,
            threshold_copies: 50.0,
            hill: 1.0,
            receivers: vec![receiver.clone(), receiver],
        },
        rules: vec![
            rule(Signal::Field(0), Behaviour::Own(Own::CycleEntry), true, 2e-3, 8.0),
            rule(Signal::Own(OwnSignal::Pressure), Behaviour::Own(Own::CycleEntry), false, 0.0, 1.0),
            rule(Signal::Repression(0), Behaviour::Own(Own::MigrationSpeed), false, 0.01, 0.2),
            rule(Signal::AllTakenUp, Behaviour::Release(1), false, 0.0, 500.0),
        ],
    }
}

/// The same with the second kind joined into vessels, whose blood brings the first field and the first population.
#[allow(dead_code, reason = "not every test of this folder needs it")]
pub fn with_vessels(n_ticks: u32) -> Setup {
    let mut setup = setup(n_ticks);
    let ends = Ends::Alternate { arterial_mmhg: 25.0, venous_mmhg: 10.0 };
    let wall = |of, blood, permeability_um_per_min| Wall { of, blood, permeability_um_per_min };
    setup.vessels = Some(VesselSetup {
        kind: 1,
        law: VesselLaw {
            branch_above: 0.05,
            branch_per_min: 0.01,
            perfused_after_min: 30.0,
            join_distance_um: 25.0,
            inlets: vec![Inlet { face: Face::XLow, depth_um: 10.0, ends }],
            ..VesselLaw::default()
        },
        guide: Some(1),
        tip_cycle_share: 0.03,
        walls: vec![wall(WallOf::Field(0), 38.0, f64::INFINITY), wall(WallOf::Population(0), 0.02, 0.5)],
    });
    setup.kinds[1].law.cycle = setup.kinds[1].law.cycle.clone().with_exits(&[4e-3]);
    setup.kinds[1].law.motility.speed_um_per_min = 0.5;
    setup.kinds[1].law.motility.bias = 0.9;
    setup
}

/// The same with the first population carried one by one, the second held by a matrix, both given twice; cells that go
/// leave what they held.
#[allow(dead_code, reason = "not every test of this folder needs it")]
pub fn one_by_one(n_ticks: u32) -> Setup {
    let mut setup = setup(n_ticks);
    let hold = Hold { bind_per_min: 0.1, release_per_min: 0.05, half_life_min: 600.0 };
    for population in &mut setup.populations {
        population.matrix = Some(hold);
        population.spill_share = 0.5;
        population.law.fate.internalise_per_min = 2e-3;
        // Slow ones take fewer steps.
        population.law.bins.iter_mut().for_each(|bin| bin.diffusion_um2_per_min *= 0.1);
        population.dose = Dose { per_um3: 6e-4, ticks: vec![0, 12], site: Site::Side(0) };
    }
    setup.kinds.iter_mut().for_each(|kind| kind.law.apoptosis.rate_per_min = 1e-3);
    setup.populations[0].carried = Carried::Singly { motion: Motion::Brownian };
    setup
}
