//! Tissue at saved instants: what the section cuts, the fields in its plane, what every cell took up.

use super::MINUTES_PER_DAY;
use crate::commands::run::Prepared;
use tissue_outcomes::Section;
use tissue_sim::{CellFrame, Frame};
use vesicle_experiment::lower::{Labels, Lowered};
use vesicle_experiment::results::section;
use vesicle_experiment::runs::{Planned, Store};
use vesicle_report::page as report;

/// First replicate of every arm under the first mechanism, at the start, the middle and the end.
///
/// # Errors
/// When a run is missing.
pub fn pictures(prepared: &Prepared, store: &dyn Store) -> Result<Vec<report::Picture>, String> {
    let first = prepared.selection.mechanisms.first().copied().unwrap_or(0);
    let mut pictures = Vec::new();
    let shown = |run: &&Planned| run.key.mechanism == first && run.key.replicate == 0 && run.key.draw <= 1;
    for run in prepared.campaign.runs.iter().filter(shown) {
        let record = store.load(&run.hash)?.ok_or_else(|| format!("run {} is missing", run.hash))?;
        let n = record.frames.len();
        let mut wanted = vec![0, n / 2, n.saturating_sub(1)];
        wanted.dedup();
        for frame in wanted.into_iter().filter_map(|at| record.frames.get(at)) {
            pictures.push(picture(prepared, run, frame));
        }
    }
    Ok(pictures)
}

fn picture(prepared: &Prepared, run: &Planned, frame: &Frame) -> report::Picture {
    let lowered = prepared.campaign.of(run);
    let section = section(&prepared.map, lowered);
    let quantities = Quantities::of(&lowered.labels);
    report::Picture {
        arm: prepared.experiment.arms[run.key.arm].name.clone(),
        mechanism: prepared.experiment.mechanisms[run.key.mechanism].name.clone(),
        replicate: run.key.replicate + 1,
        time_d: frame.time_min / MINUTES_PER_DAY,
        width_um: lowered.setup.size_um[0],
        height_um: lowered.setup.size_um[1],
        kinds: prepared.experiment.names.cells.clone(),
        cells: discs(frame, &section, &quantities),
        vessels: stretches(frame),
        fields: rasters(lowered, frame),
        quantities: quantities.named(&lowered.labels),
        n_cells: frame.cells.len() as u64,
    }
}

/// What of a cell is coloured: vesicles where the arm has some, every program that a rule reads.
struct Quantities {
    has_vesicles: bool,
    n_programs: usize,
}

impl Quantities {
    fn of(labels: &Labels) -> Self {
        Self { has_vesicles: !labels.populations.is_empty(), n_programs: labels.programs.len() }
    }

    fn named(&self, labels: &Labels) -> Vec<report::Quantity> {
        let vesicles = report::Quantity {
            name: "vesicles taken up".to_owned(),
            unit: "vesicles/cell".to_owned(),
            log: true,
        };
        let program = |name: &String| report::Quantity {
            name: format!("repression of {name}"),
            unit: "share".to_owned(),
            log: false,
        };
        let programs = labels.programs.iter().map(program);
        self.has_vesicles.then_some(vesicles).into_iter().chain(programs).collect()
    }

    fn values(&self, cell: &CellFrame) -> Vec<f64> {
        let taken_up: f64 = cell.taken_up.iter().map(|n| *n as f64).sum();
        let program = |i: usize| cell.repression.get(i).map_or(0.0, |r| digits(f64::from(*r)));
        let programs = (0..self.n_programs).map(program);
        self.has_vesicles.then_some(taken_up).into_iter().chain(programs).collect()
    }
}

/// Four significant digits: what a picture shows, and what its file need hold.
fn digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Hundredths of a micrometre.
fn hundredths(um: f64) -> f64 {
    (um * 100.0).round() / 100.0
}

fn discs(frame: &Frame, section: &Section, quantities: &Quantities) -> Vec<report::Disc> {
    let cut = frame.cells.iter().filter(|cell| section.cuts(cell));
    cut.map(|cell| report::Disc {
        x: hundredths(f64::from(cell.at_um[0])),
        y: hundredths(f64::from(cell.at_um[1])),
        radius: hundredths(section.disc_um(cell)),
        kind: cell.kind,
        dead: cell.dead,
        values: quantities.values(cell),
    })
    .collect()
}

/// Stretches of vessel between the places of the cells that they join.
fn stretches(frame: &Frame) -> Vec<report::Stretch> {
    let place = |id: u64| {
        let cell = frame.cells.iter().find(|cell| cell.id == id)?;
        Some((hundredths(f64::from(cell.at_um[0])), hundredths(f64::from(cell.at_um[1]))))
    };
    let drawn = frame.vessels.iter().filter_map(|vessel| {
        Some(report::Stretch {
            from: place(vessel.ends[0])?,
            to: place(vessel.ends[1])?,
            width: hundredths(2.0 * f64::from(vessel.radius_um)),
            perfused: vessel.perfused,
        })
    });
    drawn.collect()
}

/// Every field in the middle layer of voxels.
fn rasters(lowered: &Lowered, frame: &Frame) -> Vec<report::Raster> {
    let grid = lowered.setup.grid();
    let layer = grid.n[2] / 2 * grid.n[0] * grid.n[1];
    let labels = lowered.labels.fields.iter().zip(&lowered.labels.field_units);
    let named = labels.zip(&frame.fields).filter_map(|((name, unit), values)| {
        let values = values.get(layer..layer + grid.n[0] * grid.n[1])?;
        Some(report::Raster {
            name: name.clone(),
            unit: unit.clone(),
            nx: grid.n[0],
            ny: grid.n[1],
            values: values.iter().map(|value| digits(f64::from(*value))).collect(),
        })
    });
    named.collect()
}
