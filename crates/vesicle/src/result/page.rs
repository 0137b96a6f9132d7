//! A campaign's results as the values of one page.

use super::screening::{Findings, number_name};
use super::tables::{self, contrast_rows, label};
use crate::commands::run::Prepared;
use tissue_outcomes::Section;
use tissue_sim::Frame;
use vesicle_experiment::audit::{self, Known};
use vesicle_experiment::evidence::{self, Scored, Status};
use vesicle_experiment::lower::Lowered;
use vesicle_experiment::results::{Outcomes, section};
use vesicle_experiment::runs::{Planned, Store};
use vesicle_experiment::statistics::share::wilson;
use vesicle_experiment::verdict::{Level, Spread, Verdict};
use vesicle_report::page as report;

const MINUTES_PER_DAY: f64 = 1440.0;

/// What was made of the outcomes.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// Claims by draw.
    pub scored: &'a [Scored],
    /// What the twin says.
    pub findings: &'a Findings,
    /// The answer.
    pub answer: &'a [String],
}

/// The page of a campaign.
///
/// # Errors
/// When a run is missing.
pub fn page(
    prepared: &Prepared,
    store: &dyn Store,
    outcomes: &Outcomes,
    judged: Judged<'_>,
) -> Result<report::Page, String> {
    let Judged { scored, findings, answer } = judged;
    let experiment = &prepared.experiment;
    let question = experiment.base.text(&["question"]).unwrap_or_default().to_owned();
    let stem = std::path::Path::new(&experiment.file).file_stem();
    Ok(report::Page {
        title: stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        question,
        command: prepared.command.clone(),
        answer: answer.to_vec(),
        verdicts: prepared.verdicts.iter().map(|verdict| a_verdict(prepared, verdict)).collect(),
        courses: courses(prepared, outcomes),
        pictures: pictures(prepared, store)?,
        contrasts: contrasts(prepared, outcomes),
        evidence: evidence::typical(scored).iter().map(|scored| claim(prepared, scored, findings)).collect(),
        mechanisms: support(prepared, scored, findings),
        tornado: tornado(prepared, findings),
        audit: assumptions(prepared),
        ledger: ledger(prepared, store)?,
        methods: methods(prepared, findings),
        citations: experiment
            .sources
            .iter()
            .map(|source| report::Citation { key: source.key.clone(), text: source.text.clone() })
            .collect(),
        versions: vec![report::Version { name: "vesicle".into(), version: env!("CARGO_PKG_VERSION").into() }],
        ..report::Page::default()
    })
}

fn range(s: Spread) -> report::Range {
    report::Range { low: s.low, median: s.median, high: s.high }
}

fn a_verdict(prepared: &Prepared, verdict: &Verdict) -> report::Verdict {
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let kind = &prepared.experiment.names.cells[verdict.kind];
    let step = |label: &str, s: Spread, unit: &str| report::Step {
        label: label.to_owned(),
        low: s.low,
        median: s.median,
        high: s.high,
        unit: unit.to_owned(),
    };
    let (low, high) = wilson(verdict.reached.0, verdict.reached.1);
    let molecule = &verdict.molecule;
    report::Verdict {
        what: format!("{arm} to {kind}"),
        level: match verdict.level {
            Level::No => report::Level::No,
            Level::Marginal => report::Level::Marginal,
            Level::Yes => report::Level::Yes,
        },
        days: (verdict.days.high > 0.0).then(|| range(verdict.days)),
        share: report::Share {
            value: f64::from(verdict.reached.0) / f64::from(verdict.reached.1.max(1)),
            low,
            high,
            n: u64::from(verdict.reached.1),
        },
        waterfall: vec![
            step("given", verdict.given_per_cell, "vesicles/cell"),
            step("captured", verdict.captured, "vesicles/cell"),
            step(&format!("carried: {molecule}"), verdict.carried, "copies/cell"),
            step("in the cytosol at most", verdict.copies, "copies/cell"),
        ],
        needed: range(verdict.needed),
    }
}

fn courses(prepared: &Prepared, outcomes: &Outcomes) -> Vec<report::Course> {
    let course = |(index, outcome): (usize, &vesicle_experiment::experiment::Outcome)| report::Course {
        outcome: outcome.name.clone(),
        unit: tables::unit(prepared, index),
        arms: prepared
            .selection
            .mechanisms
            .iter()
            .flat_map(|m| (0..prepared.experiment.arms.len()).map(move |arm| (arm, *m)))
            .filter_map(|(arm, mechanism)| arm_course(prepared, outcomes, index, arm, mechanism))
            .collect(),
    };
    prepared.experiment.outcomes.iter().enumerate().map(course).collect()
}

fn arm_course(
    prepared: &Prepared,
    outcomes: &Outcomes,
    outcome: usize,
    arm: usize,
    mechanism: usize,
) -> Option<report::ArmCourse> {
    let mut replicates: Vec<(u32, Vec<(f64, f64)>)> = Vec::new();
    let rows = outcomes
        .rows
        .iter()
        .filter(|row| row.outcome == outcome && row.key.arm == arm && row.key.mechanism == mechanism);
    for row in rows.filter(|row| row.key.draw <= 1) {
        let point = (row.time_min / MINUTES_PER_DAY, row.value);
        match replicates.last_mut() {
            Some((replicate, points)) if *replicate == row.key.replicate => points.push(point),
            _ => replicates.push((row.key.replicate, vec![point])),
        }
    }
    (!replicates.is_empty()).then(|| report::ArmCourse {
        arm: prepared.experiment.arms[arm].name.clone(),
        mechanism: prepared.experiment.mechanisms[mechanism].name.clone(),
        replicates: replicates.into_iter().map(|(_, points)| points).collect(),
        measured: Vec::new(),
    })
}

/// First replicate of every arm under the first mechanism, at the start, the middle and the end.
fn pictures(prepared: &Prepared, store: &dyn Store) -> Result<Vec<report::Picture>, String> {
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
    let has_program = !lowered.labels.programs.is_empty();
    report::Picture {
        arm: prepared.experiment.arms[run.key.arm].name.clone(),
        mechanism: prepared.experiment.mechanisms[run.key.mechanism].name.clone(),
        replicate: run.key.replicate + 1,
        time_d: frame.time_min / MINUTES_PER_DAY,
        width_um: lowered.setup.size_um[0],
        height_um: lowered.setup.size_um[1],
        kinds: lowered_kinds(prepared),
        cells: discs(frame, &section),
        field: raster(lowered, frame),
        shade_name: has_program.then(|| format!("repression of {}", lowered.labels.programs[0])),
        n_cells: frame.cells.len() as u64,
    }
}

fn lowered_kinds(prepared: &Prepared) -> Vec<String> {
    prepared.experiment.names.cells.clone()
}

fn discs(frame: &Frame, section: &Section) -> Vec<report::Disc> {
    let cut = frame.cells.iter().filter(|cell| section.cuts(cell));
    cut.map(|cell| report::Disc {
        x: f64::from(cell.at_um[0]),
        y: f64::from(cell.at_um[1]),
        radius: section.disc_um(cell),
        kind: cell.kind,
        dead: cell.dead,
        shade: f64::from(cell.repression.first().copied().unwrap_or(0.0)).clamp(0.0, 1.0),
    })
    .collect()
}

/// The first field in the middle layer of voxels.
fn raster(lowered: &Lowered, frame: &Frame) -> Option<report::Raster> {
    let grid = vesicle_base::Grid::of_box(lowered.setup.size_um, lowered.setup.voxel_um);
    let layer = grid.n[2] / 2 * grid.n[0] * grid.n[1];
    let values = frame.fields.first()?.get(layer..layer + grid.n[0] * grid.n[1])?;
    Some(report::Raster {
        name: lowered.labels.fields.first()?.clone(),
        unit: lowered.labels.field_units.first()?.clone(),
        nx: grid.n[0],
        ny: grid.n[1],
        values: values.iter().map(|value| f64::from(*value)).collect(),
    })
}

fn contrasts(prepared: &Prepared, outcomes: &Outcomes) -> Vec<report::Contrast> {
    let last = outcomes.rows.iter().map(|row| row.time_min).fold(0.0, f64::max);
    let contrast = |c: tables::Contrast| report::Contrast {
        outcome: prepared.experiment.outcomes[c.outcome].name.clone(),
        time_d: last / MINUTES_PER_DAY,
        arm_a: prepared.experiment.arms[c.arms.1].name.clone(),
        arm_b: prepared.experiment.arms[c.arms.0].name.clone(),
        mechanism: prepared.experiment.mechanisms[c.mechanism].name.clone(),
        ratio: c.ratio.value,
        low: c.ratio.low,
        high: c.ratio.high,
        n: c.ratio.n as u64,
    };
    // Ratios of single draws stand in the table; a page of them says nothing.
    let rows = if prepared.selection.draws == 0 { contrast_rows(prepared, outcomes) } else { Vec::new() };
    rows.into_iter().map(contrast).collect()
}

/// Over prior draws: in how many each mechanism satisfies the tests.
fn support(prepared: &Prepared, scored: &[Scored], findings: &Findings) -> Vec<report::Support> {
    if prepared.selection.draws == 0 {
        return Vec::new();
    }
    let row = |s: evidence::Support| {
        let (low, high) = wilson(s.holds, s.draws);
        let mechanism = &prepared.experiment.mechanisms[s.mechanism];
        report::Support {
            mechanism: mechanism.name.clone(),
            says: mechanism.says.clone(),
            holds: u64::from(s.holds),
            fails: u64::from(s.fails),
            draws: u64::from(s.draws),
            low,
            high,
            by_prior: by_prior(findings, s.mechanism),
        }
    };
    evidence::support(&prepared.experiment, scored, &prepared.selection.mechanisms)
        .into_iter()
        .map(row)
        .collect()
}

/// Support in the twin as the priors are narrowed and widened.
fn by_prior(findings: &Findings, mechanism: usize) -> Vec<report::PriorShare> {
    let of = findings.support.iter().find(|(known, _)| *known == mechanism);
    let row =
        |(width, found): &(f64, vesicle_experiment::statistics::reweight::Reweighted)| report::PriorShare {
            label: format!("twin, priors {width} times as wide"),
            share: found.share,
            low: found.low,
            high: found.high,
            ess: found.effective,
        };
    of.map_or_else(Vec::new, |(_, rows)| rows.iter().map(row).collect())
}

/// Total shares of every assumption, and the share of the animals.
fn tornado(prepared: &Prepared, findings: &Findings) -> Vec<report::Bar> {
    let mut bars = Vec::new();
    for sensitivity in &findings.sensitivities {
        let outcome = number_name(prepared, sensitivity);
        let bar = |parameter: &str, share: f64, low: f64, high: f64| report::Bar {
            parameter: parameter.to_owned(),
            outcome: outcome.clone(),
            share,
            low,
            high,
        };
        let moving = sensitivity.inputs.iter().filter(|(_, _, total)| total.high > 0.0);
        bars.extend(moving.map(|(name, _, total)| bar(name, total.value, total.low, total.high)));
        let noise = sensitivity.noise;
        bars.push(bar("spread between animals", noise, noise, noise));
    }
    bars
}

fn claim(prepared: &Prepared, scored: &Scored, findings: &Findings) -> report::Claim {
    let claim = &prepared.experiment.claims[scored.claim];
    report::Claim {
        text: claim.text.clone(),
        role: claim.role.word().to_owned(),
        source: claim.source.clone(),
        mechanism: prepared.experiment.mechanisms[scored.mechanism].name.clone(),
        status: match scored.status {
            Status::Holds => report::Status::Holds,
            Status::Fails => report::Status::Fails,
            Status::CannotTell => report::Status::CannotTell,
            Status::NotEvaluated => report::Status::NotEvaluated,
            Status::Structural => report::Status::Structural,
        },
        interval: scored.ratio.map(|r| (r.low, r.high)),
        severity: findings.severity(scored.claim, scored.mechanism),
        power: findings.of(scored.claim, scored.mechanism).and_then(|s| s.power).map(|share| share.value),
        n: scored.ratio.map_or(0, |r| r.n as u64),
    }
}

fn assumptions(prepared: &Prepared) -> Vec<report::Assumption> {
    audit::audit(&prepared.experiment, &prepared.map)
        .into_iter()
        .map(|line| report::Assumption {
            path: line.path,
            value: line.value,
            prior: line.prior,
            source: line.source,
            status: match line.known {
                Known::Sourced => report::Origin::Measured,
                Known::Assumed => report::Origin::Assumed,
                Known::Design => report::Origin::Design,
                Known::Unread => report::Origin::Unread,
            },
            citation: line.citation,
        })
        .collect()
}

/// The ledger of the first replicate of every arm, at the end.
fn ledger(prepared: &Prepared, store: &dyn Store) -> Result<Vec<report::LedgerRow>, String> {
    let mut rows = Vec::new();
    for run in prepared.campaign.runs.iter().filter(|run| run.key.replicate == 0 && run.key.draw <= 1) {
        let lowered = prepared.campaign.of(run);
        let record = store.load(&run.hash)?.ok_or_else(|| format!("run {} is missing", run.hash))?;
        let Some(frame) = record.frames.last() else { continue };
        rows.extend(frame.ledger.iter().map(|row| report::LedgerRow {
            arm: prepared.experiment.arms[run.key.arm].name.clone(),
            mechanism: prepared.experiment.mechanisms[run.key.mechanism].name.clone(),
            population_or_species: label(lowered, row),
            account: row.account.to_owned(),
            amount: row.amount,
            unit: if row.is_species { "copies" } else { "vesicles" }.to_owned(),
        }));
    }
    Ok(rows)
}

fn methods(prepared: &Prepared, findings: &Findings) -> String {
    let setup = &prepared.campaign.lowered[0].setup;
    let [x, y, z] = setup.size_um;
    let days = f64::from(setup.n_ticks) * setup.tick_min / MINUTES_PER_DAY;
    let notes: Vec<&str> =
        prepared.campaign.lowered.iter().flat_map(|l| l.notes.iter().map(String::as_str)).collect();
    let mut told: Vec<&str> = Vec::new();
    for note in notes {
        if !told.contains(&note) {
            told.push(note);
        }
    }
    let mut text = format!(
        "Simulated with Vesicle {}: a strip of {x} x {y} x {z} um for {days} days in ticks of {} min; fields by an \
implicit locally one-dimensional scheme, cells as spheres with PhysiCell's potentials and volumes, free vesicles as \
fields that cells capture as integers, their cargo drawn at capture, repression by seed family. The dose verdict is \
that of the well-mixed twin over {} draws of the priors. Ratios are of means, each plus half the smallest countable \
unit, with 90 % intervals by Welch's method on logarithms.",
        env!("CARGO_PKG_VERSION"),
        setup.tick_min,
        vesicle_experiment::verdict::DRAWS,
    );
    text.extend(["\n\n", &findings.methods(prepared)]);
    for note in told {
        text.extend([" Note: ", note, "."]);
    }
    text
}
