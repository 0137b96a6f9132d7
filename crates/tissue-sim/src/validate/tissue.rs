//! The whole tissue: what goes in is somewhere, and mixing makes it its twin.

use super::vesicles::from_outside;
use super::{Row, row};
use crate::setup::{FieldExchange, Founder, Gradients, KindSetup, PopulationSetup, Setup, Start, TowardKind};
use crate::{simulate, twin};
use core::f64::consts::PI;
use tissue_cells::{CycleModel, KindLaw};
use tissue_fields::{FieldLaw, Side, Solve};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, GeneLaw, PopulationLaw, ReceiverLaw, ResponseLaw, SizeBin, SpeciesLaw,
};
use vesicle_base::math;

/// Cells that neither divide nor die, a field that they secrete, and vesicles that they capture.
fn setup(vesicle_diffusion: f64, n_ticks: u32) -> Setup {
    let mut law = KindLaw { cycle: CycleModel::live().with_exits(&[0.0]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    let kind = |count| KindSetup {
        law: law.clone(),
        start: Start::Random { count, within: None },
        exchange: vec![FieldExchange {
            secretion_per_min: 0.5,
            target: 20.0,
            uptake_per_min: 0.2,
            chemotaxis: 0.0,
        }],
        lack: None,
        release_per_min: vec![0.0],
        gradients: Gradients::default(),
        toward: vec![TowardKind::default(); 2],
    };
    let capture = CaptureLaw { clearance_um3_per_min: 800.0, capacity: f64::INFINITY };
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: vesicle_diffusion, share: 1.0 }],
        cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 0.5, dispersion: 2.0 }],
        capture: vec![Some(capture), Some(CaptureLaw { clearance_um3_per_min: 200.0, ..capture })],
        fate: FateLaw {
            internalise_per_min: 0.1,
            escape_fraction: 0.3,
            escape_per_min: 0.02,
            rerelease_fraction: 0.0,
        },
        label_half_life_min: f64::INFINITY,
    };
    let receiver = ReceiverLaw {
        baseline_copies: vec![10.0],
        pool: vec![5.0],
        genes: vec![GeneLaw { hits: vec![(0, 1.0)] }],
        programs: vec![vec![(0, 1.0)]],
    };
    Setup {
        size_um: [120.0, 120.0, 40.0],
        voxel_um: 20.0,
        tick_min: 6.0,
        n_ticks,
        frame_ticks: vec![n_ticks],
        fixed_steps: false,
        walls_push: false,
        fields: vec![FieldLaw {
            diffusion_um2_per_min: 1e5,
            decay_per_min: 0.01,
            sides: [Side::Closed; 6],
            solve: Solve::Transient,
            start: 0.0,
        }],
        field_doses: vec![0.0],
        kinds: vec![kind(40), kind(20)],
        vessels: None,
        populations: vec![PopulationSetup::new(population, 5e-4, 0.05)],
        contact: None,
        species: vec![SpeciesLaw { half_life_min: 2000.0, family: Some(0) }],
        response: ResponseLaw {
            n_families: 1,
            threshold_copies: 50.0,
            hill: 1.0,
            receivers: vec![receiver.clone(), receiver],
        },
        rules: vec![],
    }
}

pub(super) fn ledger() -> Vec<Row> {
    let Ok(Some(record)) = simulate(&setup(100.0, 120), 1, &|_, _| true) else { return vec![] };
    let Some(frame) = record.frames.last() else { return vec![] };
    [(false, "vesicles"), (true, "copies")]
        .into_iter()
        .map(|(is_species, unit)| {
            let rows = frame.ledger.iter().filter(|row| row.is_species == is_species);
            let (mut from, mut to) = (0.0, 0.0);
            for entry in rows {
                // A sign of 0 is a part of another account, shown beside it.
                match entry.sign {
                    0 => {}
                    1.. => from += entry.amount,
                    _ => to += entry.amount,
                }
            }
            row("given, and found in some account", from, to, 1e-9 * from, unit, "rounding of sums")
        })
        .collect()
}

/// What an absorbing surface of radius R has captured from outside and from inside by a time, vesicles per volume being 1 at first.
fn from_both_sides(radius_um: f64, diffusion: f64, t_min: f64) -> f64 {
    let fades = |n: f64| math::exp(-n * n * PI * PI * diffusion * t_min / (radius_um * radius_um)) / (n * n);
    let left = 6.0 / (PI * PI) * (1..200).map(|n| fades(f64::from(n))).sum::<f64>();
    from_outside(radius_um, diffusion, t_min)
        + 4.0 / 3.0 * PI * radius_um * radius_um * radius_um * (1.0 - left)
}

/// One cell in a wide box of slow vesicles that it captures as it meets them, carried as concentrations.
pub(super) fn slow_vesicles() -> Vec<Row> {
    let per_um3 = 0.05;
    let mut rows = Vec::new();
    for (diameter_um, diffusion) in [(30.0, 1.3), (5.0, 7.8)] {
        let mut setup = setup(diffusion, 10);
        setup.size_um = [120.0; 3];
        setup.frame_ticks = vec![1, 2, 5, 10];
        setup.kinds[0].start =
            Start::Table { founders: vec![Founder { at_um: [57.0, 61.0, 64.0], volume_um3: None }] };
        setup.kinds[1].start = Start::None;
        setup.populations[0].decay_per_min = 0.0;
        setup.populations[0].dose.per_um3 = per_um3;
        let law = &mut setup.populations[0].law;
        law.bins[0].diameter_um = diameter_um;
        law.capture[0] = Some(CaptureLaw { clearance_um3_per_min: 1e9, capacity: f64::INFINITY });
        let contact_um = setup.kinds[0].law.volume.radius_um() + 0.5 * diameter_um;
        let Ok(Some(record)) = simulate(&setup, 1, &|_, _| true) else { return vec![] };
        for frame in &record.frames {
            let amount = |account| {
                frame.ledger.iter().find(|row| row.account == account).map_or(0.0, |row| row.amount)
            };
            let expected = per_um3 * from_both_sides(contact_um, diffusion, frame.time_min);
            let got = amount("injected") - amount("free");
            let what = format!("captured, {diameter_um} um, after {} min", frame.time_min);
            rows.push(row(what, expected, got, 0.05 * expected, "", "voxels of a quarter of the sphere"));
        }
    }
    rows
}

pub(super) fn twin() -> Vec<Row> {
    let mut setup = setup(1e9, 60);
    setup.fields[0].diffusion_um2_per_min = 1e9;
    let (Ok(Some(record)), Ok(instants)) = (simulate(&setup, 3, &|_, _| true), twin::run(&setup, 60)) else {
        return vec![];
    };
    let (Some(frame), Some(last)) = (record.frames.last(), instants.last()) else { return vec![] };
    let mut rows = Vec::new();
    for kind in 0..2_u16 {
        let cells: Vec<_> = frame.cells.iter().filter(|cell| cell.kind == kind).collect();
        let n = cells.len() as f64;
        let got = cells.iter().map(|cell| cell.taken_up[0] as f64).sum::<f64>() / n;
        let expected = last.taken_up[usize::from(kind)][0];
        let error = 5.0 * (expected / n).sqrt();
        let why = "five Poisson errors";
        rows.push(row(format!("vesicles captured by a cell of kind {kind}"), expected, got, error, "", why));
    }
    let values = &frame.fields[0];
    let got = values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len() as f64;
    let why = "the solver's tolerance for each of 60 ticks";
    rows.push(row("mean of the field", last.fields[0], got, 60.0 * 1e-6 * last.fields[0], "", why));
    rows
}
