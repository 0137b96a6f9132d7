//! Outcomes of recorded runs, and contrasts between arms.

use crate::experiment::{Experiment, Outcome};
use crate::grammar::claim::ClaimText;
use crate::grammar::outcome::OutcomeText;
use crate::lower::{Labels, Lowered};
use crate::map::Map;
use crate::runs::{Campaign, Key, Store};
use std::collections::BTreeSet;
use tissue_outcomes::{Section, Statistic, measure, smallest_unit};
use tissue_sim::Frame;

/// One value of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    /// The run.
    pub key: Key,
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Index of the outcome in the file.
    pub outcome: usize,
    /// Its value.
    pub value: f64,
}

/// All outcomes of a campaign, sorted by arm, mechanism, draw, replicate, time, outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// The rows.
    pub rows: Vec<OutcomeRow>,
    /// Half the smallest countable unit of each outcome, for ratios.
    pub half_unit: Vec<f64>,
    /// Runs that ended early, with the reason.
    pub invalid: Vec<(Key, String)>,
    /// How much of the section is covered, for claims that something fills it.
    pub cover: Vec<CoverRow>,
    /// What the chance of each arm is keyed by.
    pub arm_keys: Vec<u64>,
    /// What the chance of each outcome is keyed by.
    pub outcome_keys: Vec<u64>,
    /// Of each run, the volume of its cells at the end over that of the tissue.
    pub filled: Vec<(Key, f64)>,
}

/// Share of the section that the live cells of a kind cover.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoverRow {
    /// The run.
    pub key: Key,
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Index of the kind.
    pub kind: u16,
    /// The share.
    pub share: f64,
}

/// The statistic behind an outcome; `None` where the simulator does not have it yet.
pub fn statistic(outcome: &OutcomeText, experiment: &Experiment, labels: &Labels) -> Option<Statistic> {
    let kind_of = |name: &String| experiment.names.cells.iter().position(|k| k == name).map(|k| k as u16);
    Some(match outcome {
        OutcomeText::AreaFraction { kind } => Statistic::AreaFraction { kind: kind_of(kind)? },
        OutcomeText::Count { kind, live, in_section } => {
            Statistic::Count { kind: kind_of(kind)?, live: *live, in_section: *in_section }
        }
        OutcomeText::FieldMean { field } => {
            Statistic::FieldMean { field: labels.fields.iter().position(|known| known == field)? }
        }
        OutcomeText::Repression { program, kind } => Statistic::Repression {
            program: labels.programs.iter().position(|known| known == program),
            kind: kind_of(kind)?,
        },
        OutcomeText::TakenUp { kind } => Statistic::TakenUp { kind: kind_of(kind)? },
        OutcomeText::Labelled { kind } => Statistic::Labelled { kind: kind_of(kind)? },
        OutcomeText::PerfusedVolume => Statistic::PerfusedVolume,
    })
}

/// The section of a map.
pub fn section(map: &Map, lowered: &Lowered) -> Section {
    Section {
        size_um: lowered.setup.size_um,
        thickness_um: map.number(&["section", "thickness"]).unwrap_or(5.0),
    }
}

/// Measures every frame of every run.
///
/// # Errors
/// When a run is missing or cannot be read.
pub fn outcomes(
    experiment: &Experiment,
    map: &Map,
    campaign: &Campaign,
    store: &dyn Store,
) -> Result<Outcomes, String> {
    let mut all = Outcomes {
        arm_keys: keys(experiment),
        outcome_keys: outcome_keys(experiment),
        ..Outcomes::default()
    };
    let filling = filling_kinds(experiment);
    for run in &campaign.runs {
        let lowered = campaign.of(run);
        let section = section(map, lowered);
        let record = store.load(&run.hash)?.ok_or_else(|| format!("run {} is missing", run.hash))?;
        if let Some(reason) = &record.invalid {
            all.invalid.push((run.key, reason.clone()));
        }
        let cells_um3 = record.frames.last().map_or(0.0, cell_volume_um3);
        all.filled.push((run.key, cells_um3 / lowered.setup.size_um.iter().product::<f64>()));
        for frame in &record.frames {
            let cover = |kind: &u16| CoverRow {
                key: run.key,
                time_min: frame.time_min,
                kind: *kind,
                share: measure(Statistic::AreaFraction { kind: *kind }, frame, &section),
            };
            all.cover.extend(filling.iter().map(cover));
            for (outcome, declared) in experiment.outcomes.iter().enumerate() {
                if let Some(statistic) = statistic(&declared.what, experiment, &lowered.labels) {
                    let value = measure(statistic, frame, &section);
                    all.rows.push(OutcomeRow { key: run.key, time_min: frame.time_min, outcome, value });
                }
            }
        }
    }
    all.half_unit = half_units(experiment, map, campaign);
    Ok(all)
}

/// Volume of all cells of a frame, µm³.
fn cell_volume_um3(frame: &Frame) -> f64 {
    let radii = frame.cells.iter().map(|cell| f64::from(cell.radius_um));
    radii.map(|radius| 4.0 / 3.0 * core::f64::consts::PI * radius * radius * radius).sum()
}

/// The kinds that some claim says to fill the section.
pub(crate) fn filling_kinds(experiment: &Experiment) -> Vec<u16> {
    let mut kinds: Vec<u16> =
        experiment.claims.iter().filter_map(|claim| filling_kind(experiment, &claim.claim)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The kind behind the outcome of a claim that it fills the section.
pub fn filling_kind(experiment: &Experiment, claim: &ClaimText) -> Option<u16> {
    let ClaimText::Fills { outcome, .. } = claim else { return None };
    let outcome = experiment.outcomes.iter().find(|known| known.name == *outcome)?;
    let kind = outcome.what.kind()?;
    experiment.names.cells.iter().position(|known| known == kind).map(|kind| kind as u16)
}

/// What the chance of each arm is keyed by, in order of the file.
pub(crate) fn keys(experiment: &Experiment) -> Vec<u64> {
    experiment.arms.iter().map(|arm| arm.key).collect()
}

/// What the chance of each outcome is keyed by, in order of the file.
pub(crate) fn outcome_keys(experiment: &Experiment) -> Vec<u64> {
    experiment.outcomes.iter().map(|outcome| outcome.key).collect()
}

fn half_units(experiment: &Experiment, map: &Map, campaign: &Campaign) -> Vec<f64> {
    let Some(lowered) = campaign.lowered.first() else { return Vec::new() };
    let section = section(map, lowered);
    let unit = |outcome: &Outcome| {
        statistic(&outcome.what, experiment, &lowered.labels)
            .map_or(0.0, |s| 0.5 * smallest_unit(s, &section))
    };
    experiment.outcomes.iter().map(unit).collect()
}

impl Outcomes {
    /// Values of an outcome over the replicates of one arm, at the last frame not after a time.
    pub fn values(&self, outcome: usize, arm: usize, mechanism: usize, at_min: Option<f64>) -> Vec<f64> {
        let wanted = |row: &&OutcomeRow| {
            row.outcome == outcome
                && row.key.arm == arm
                && row.key.mechanism == mechanism
                && at_min.is_none_or(|at| row.time_min <= at + 1e-6)
        };
        last_of_each(self.rows.iter().filter(wanted).map(|row| (row.key, row.value)))
    }

    /// The prior draws that were run, rising; 0 stands for the values as written.
    pub fn draws(&self) -> Vec<u32> {
        let all: BTreeSet<u32> = self.rows.iter().map(|row| row.key.draw).collect();
        all.into_iter().collect()
    }

    /// What was measured in one draw: the animals of one world.
    #[must_use]
    pub fn of_draw(&self, draw: u32) -> Self {
        Self {
            rows: self.rows.iter().filter(|row| row.key.draw == draw).cloned().collect(),
            half_unit: self.half_unit.clone(),
            invalid: self.invalid.iter().filter(|(key, _)| key.draw == draw).cloned().collect(),
            cover: self.cover.iter().filter(|row| row.key.draw == draw).copied().collect(),
            arm_keys: self.arm_keys.clone(),
            outcome_keys: self.outcome_keys.clone(),
            filled: self.filled.iter().filter(|(key, _)| key.draw == draw).copied().collect(),
        }
    }

    /// Cover of a kind over the replicates of one arm, at the last frame not after a time.
    pub fn cover(&self, kind: u16, arm: usize, mechanism: usize, at_min: Option<f64>) -> Vec<f64> {
        let wanted = |row: &&CoverRow| {
            row.kind == kind
                && row.key.arm == arm
                && row.key.mechanism == mechanism
                && at_min.is_none_or(|at| row.time_min <= at + 1e-6)
        };
        last_of_each(self.cover.iter().filter(wanted).map(|row| (row.key, row.share)))
    }

    /// Times of the frames of an arm, minutes.
    pub fn times(&self, arm: usize, mechanism: usize) -> Vec<f64> {
        let mut times: Vec<f64> = self
            .rows
            .iter()
            .filter(|row| row.key.arm == arm && row.key.mechanism == mechanism)
            .map(|row| row.time_min)
            .collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }
}

/// The last value of every run, in the order of the runs.
fn last_of_each(rows: impl Iterator<Item = (Key, f64)>) -> Vec<f64> {
    let mut last: Vec<(Key, f64)> = Vec::new();
    for (key, value) in rows {
        match last.last_mut() {
            Some((known, kept)) if *known == key => *kept = value,
            _ => last.push((key, value)),
        }
    }
    last.into_iter().map(|(_, value)| value).collect()
}
