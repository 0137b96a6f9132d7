//! The twin and the tissue together against closed forms: copies that pass by contact, a vessel that feeds and clears,
//! sprouts that lengthen.

use super::{Row, row};
use crate::setup::{
    FieldExchange, Gradients, KindSetup, PopulationSetup, Setup, Start, TowardKind, VesselSetup, Wall, WallOf,
};
use crate::{Simulation, simulate, twin};
use core::f64::consts::TAU;
use tissue_cells::{CycleModel, KindLaw};
use tissue_fields::{FieldLaw, Side, Solve};
use tissue_vasculature::{Ends, Face, Inlet, VesselLaw};
use tissue_vesicles::{ContactLaw, FateLaw, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw};
use vesicle_base::math;

/// So fast that the box is one place: k L²/D is below 1e-4 for every rate k here.
const FAST_UM2_PER_MIN: f64 = 1e8;
const TICK_MIN: f64 = 6.0;
const OF_THE_SOLVER: &str = "the solver's tolerance for each tick, and single precision of frames";

/// Cells that stand, neither divide nor die, and do not push.
fn still(start: Start, n_fields: usize, n_populations: usize) -> KindSetup {
    let mut law = KindLaw { cycle: CycleModel::live().with_exits(&[0.0]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    (law.mechanics.repulsion_um_per_min, law.mechanics.adhesion_um_per_min) = (0.0, 0.0);
    KindSetup {
        law,
        start,
        exchange: vec![FieldExchange::default(); n_fields],
        lack: None,
        release_per_min: vec![0.0; n_populations],
        gradients: Gradients::default(),
        toward: vec![TowardKind::default(); 2],
    }
}

fn empty(size_um: [f64; 3], n_ticks: u32) -> Setup {
    Setup {
        size_um,
        voxel_um: 20.0,
        tick_min: TICK_MIN,
        n_ticks,
        frame_ticks: vec![n_ticks],
        fixed_steps: false,
        walls_push: false,
        fields: vec![],
        field_doses: vec![],
        kinds: vec![],
        vessels: None,
        populations: vec![],
        contact: None,
        species: vec![],
        response: ResponseLaw::none(),
        rules: vec![],
    }
}

/// Two kinds in a box in which all touch all: the second keeps up copies and sends them to the first, from where they
/// come back.
pub(super) fn contact() -> Vec<Row> {
    let (crossing, own, counts) = (2e-4, 5000.0, [20_u64, 10]);
    let mut setup = empty([8.0; 3], 60);
    setup.kinds = counts.iter().map(|n| still(Start::Random { count: *n, within: None }, 0, 0)).collect();
    setup.species = vec![SpeciesLaw { half_life_min: f64::INFINITY, family: None }];
    setup.contact = Some(ContactLaw {
        crossing_per_min: vec![crossing],
        coupling: vec![vec![1.0; 2]; 2],
        own_copies: vec![vec![0.0], vec![own]],
    });
    // a' = k₀ (b − a) + k₀ o, b' = k₁ (a − b) for k₀ = r N₁, k₁ = r N₀; the difference relaxes at k₀ + k₁.
    let [to_first, to_second] = [counts[1], counts[0]].map(|n| crossing * n as f64);
    let (t, all) = (60.0 * TICK_MIN, to_first + to_second);
    let all_copies = counts[0] as f64 * to_first * own * t;
    let apart = to_first * own / all * -math::expm1(-all * t);
    let mean = all_copies / (counts[0] + counts[1]) as f64;
    let share = |n: u64| n as f64 / (counts[0] + counts[1]) as f64;
    let known = [mean + share(counts[1]) * apart, mean - share(counts[0]) * apart];
    let (Ok(Some(record)), Ok(instants)) = (simulate(&setup, 2, &|_, _| true), twin::run(&setup, 60)) else {
        return vec![];
    };
    let (Some(frame), Some(last)) = (record.frames.last(), instants.last()) else { return vec![] };
    let mut rows = Vec::new();
    for (kind, known) in known.into_iter().enumerate() {
        let what = |which: &str| format!("copies in a cell of kind {kind}, {which}");
        rows.push(row(
            what("twin"),
            known,
            last.copies[kind][0],
            1e-9 * known,
            "",
            "rounding of a closed form",
        ));
        let cells = frame.cells.iter().filter(|cell| usize::from(cell.kind) == kind);
        let got = cells.map(|cell| cell.copies[0] as f64).sum::<f64>() / counts[kind] as f64;
        // What donors send in a tick arrives at its end: at most half a tick of relaxing late.
        let error = 5.0 * math::sqrt(known / counts[kind] as f64) + 0.5 * all * TICK_MIN * apart;
        let why = "five Poisson errors, and half a tick";
        rows.push(row(what("tissue"), known, got, error, "", why));
    }
    rows
}

/// A vessel from face to face whose blood brings a field and clears a population.
fn host(n_ticks: u32) -> Setup {
    let mut setup = empty([160.0, 120.0, 40.0], n_ticks);
    let field = |law_start| FieldLaw {
        diffusion_um2_per_min: FAST_UM2_PER_MIN,
        decay_per_min: 0.02,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: law_start,
    };
    setup.fields = vec![field(0.0)];
    setup.field_doses = vec![0.0];
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: FAST_UM2_PER_MIN, share: 1.0 }],
        cargo: vec![],
        capture: vec![None; 2],
        fate: FateLaw {
            internalise_per_min: 0.1,
            escape_fraction: 0.1,
            escape_per_min: 0.1,
            rerelease_fraction: 0.0,
        },
        label_half_life_min: f64::INFINITY,
    };
    setup.populations = vec![PopulationSetup::new(population, 1e-3, 0.05)];
    let line = Start::Line { corners_um: vec![[0.0, 60.0, 20.0], [160.0, 60.0, 20.0]], every_um: 19.9 };
    setup.kinds = vec![still(Start::None, 1, 1), still(line, 1, 1)];
    let inlet = |face, mmhg| Inlet { face, depth_um: 1.0, ends: Ends::All { mmhg } };
    let law = VesselLaw {
        join_distance_um: 25.0,
        perfused_after_min: 0.0,
        edge_rest_um: 19.9,
        inlets: vec![inlet(Face::XLow, 25.0), inlet(Face::XHigh, 10.0)],
        ..VesselLaw::default()
    };
    let wall = |of, blood, permeability_um_per_min| Wall { of, blood, permeability_um_per_min };
    let walls = vec![wall(WallOf::Field(0), 38.0, 2.0), wall(WallOf::Population(0), 0.0, 0.5)];
    setup.vessels = Some(VesselSetup { kind: 1, law, guide: None, tip_cycle_share: 1.0, walls });
    setup
}

pub(super) fn vessel() -> Vec<Row> {
    let n_ticks = 40;
    let setup = host(n_ticks);
    let (Ok(Some(record)), Ok(instants)) = (simulate(&setup, 1, &|_, _| true), twin::run(&setup, n_ticks))
    else {
        return vec![];
    };
    let (Some(frame), Some(last)) = (record.frames.last(), instants.last()) else { return vec![] };
    // Blood flows from the second tick on; the wall alone stands between it and the mixed box.
    let (volume, length) = (160.0 * 120.0 * 40.0, 8.0 * 19.9);
    let t = f64::from(n_ticks - 1) * TICK_MIN;
    let per_min = |permeability: f64| TAU * 4.0 * permeability * length / volume;
    let fed = per_min(2.0);
    let field = 38.0 * fed / (fed + 0.02) * -math::expm1(-(fed + 0.02) * t);
    let vesicles = 0.05 * volume * math::exp(-1e-3 * TICK_MIN) * math::exp(-(1e-3 + per_min(0.5)) * t);
    let values = &frame.fields[0];
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
    let free: f64 = frame.free[0].iter().map(|v| f64::from(*v)).sum();
    // ln(r₀/r) is 0.05 at least: the way adds this share to the resistance of the wall.
    let way = 0.05 * 4.0 * 2.0 / FAST_UM2_PER_MIN + 1e-6;
    let mixed = 1e-6 * f64::from(n_ticks) + 1e-4;
    vec![
        row(
            "field that a vessel feeds, twin",
            field,
            last.fields[0],
            way * field,
            "mmHg",
            "the way beside the wall",
        ),
        row("field that a vessel feeds, tissue", field, mean, mixed * field, "mmHg", OF_THE_SOLVER),
        row(
            "vesicles that blood leaves, twin",
            vesicles,
            last.free[0],
            way * vesicles,
            "",
            "the way beside the wall",
        ),
        row("vesicles that blood leaves, tissue", vesicles, free, mixed * vesicles, "", OF_THE_SOLVER),
    ]
}

/// Cells held in a wall whose daughters lead: every cell divides at r, tips at a share of it.
pub(super) fn sprouts() -> Vec<Row> {
    let (r, share, n_ticks, runs) = (2e-3, 0.03, 80_u32, 10_u64);
    let mut setup = empty([60.0, 1000.0, 20.0], n_ticks);
    setup.frame_ticks.clear();
    setup.fields = vec![FieldLaw {
        diffusion_um2_per_min: 1e4,
        decay_per_min: 0.0,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: 1.0,
    }];
    setup.field_doses = vec![0.0];
    setup.kinds = vec![still(Start::None, 1, 0), still(Start::Side { side: 0, every_um: 20.0 }, 1, 0)];
    setup.kinds[1].law.cycle = CycleModel::live().with_exits(&[r]);
    let ends = Ends::All { mmhg: 20.0 };
    let law = VesselLaw {
        branch_per_min: 0.0,
        join_distance_um: 0.0,
        inlets: vec![Inlet { face: Face::XLow, depth_um: 1.0, ends }],
        ..VesselLaw::default()
    };
    setup.vessels = Some(VesselSetup { kind: 1, law, guide: Some(0), tip_cycle_share: share, walls: vec![] });
    // T = U₀ (1 − e^(−rt)) tips; E' = r E − r (1 − s) T for the rest.
    let (begun, t) = (50.0, f64::from(n_ticks) * TICK_MIN);
    let grown = math::exp(r * t);
    let missed = (1.0 - share) * begun * ((grown - 1.0) - 0.5 * (grown - 1.0 / grown));
    let known = [begun * grown - missed, -begun * math::expm1(-r * t)];
    let Ok(instants) = twin::run(&setup, n_ticks) else { return vec![] };
    let Some((last, vessels)) = instants.last().and_then(|last| Some((last, last.vessels?))) else {
        return vec![];
    };
    let of_runs: Vec<[f64; 2]> = (0..runs).filter_map(|seed| counted(&setup, seed)).collect();
    let mut rows = Vec::new();
    for (k, (what, of_twin)) in [("cells", last.live[1]), ("tips", vessels.tips)].into_iter().enumerate() {
        // Roles and rates are those of a tick's start: first order, (r Δt)/2 of what happens.
        let order = 0.5 * r * TICK_MIN * known[k] * r * t;
        let why = "half of what a cell does in a tick";
        rows.push(row(format!("{what} of sprouts, twin"), known[k], of_twin, order, "", why));
        let mean = of_runs.iter().map(|run| run[k]).sum::<f64>() / runs as f64;
        let squares: f64 = of_runs.iter().map(|run| (run[k] - mean) * (run[k] - mean)).sum();
        let error = math::sqrt(squares / ((runs - 1) * runs) as f64);
        let why = "five standard errors of ten runs, and a tick";
        rows.push(row(
            format!("{what} of sprouts, tissue"),
            known[k],
            mean,
            5.0 * error + 2.0 * order,
            "",
            why,
        ));
    }
    rows
}

/// Cells and tips at the end of a run.
fn counted(setup: &Setup, seed: u64) -> Option<[f64; 2]> {
    let mut run = Simulation::new(setup, seed).ok()?;
    while run.tick() {}
    let vessels = &run.tissue().bed.as_ref()?.vessels;
    let n = run.tissue().cells.len();
    Some([n as f64, (0..n).filter(|row| vessels.is_tip(*row)).count() as f64])
}
