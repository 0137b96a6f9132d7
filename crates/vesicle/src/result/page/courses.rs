//! Outcomes over time, and those that a run cannot measure.

use super::MINUTES_PER_DAY;
use crate::commands::run::Prepared;
use crate::result::tables;
use vesicle_experiment::experiment::Outcome;
use vesicle_experiment::grammar::outcome::OutcomeText;
use vesicle_experiment::results::{Outcomes, statistic};
use vesicle_report::page as report;

/// Every outcome that has values.
pub fn courses(prepared: &Prepared, outcomes: &Outcomes) -> Vec<report::Course> {
    let course = |(index, outcome): (usize, &Outcome)| report::Course {
        outcome: outcome.name.clone(),
        unit: tables::unit(prepared, index),
        area_mm2: counted_area(prepared, outcome),
        arms: prepared
            .selection
            .mechanisms
            .iter()
            .flat_map(|m| (0..prepared.experiment.arms.len()).map(move |arm| (arm, *m)))
            .filter_map(|(arm, mechanism)| arm_course(prepared, outcomes, index, arm, mechanism))
            .collect(),
    };
    let measured = |(_, outcome): &(usize, &Outcome)| is_measured(prepared, outcome);
    prepared.experiment.outcomes.iter().enumerate().filter(measured).map(course).collect()
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

fn is_measured(prepared: &Prepared, outcome: &Outcome) -> bool {
    let of = |labels| statistic(&outcome.what, &prepared.experiment, labels).is_some();
    prepared.campaign.lowered.iter().any(|lowered| of(&lowered.labels))
}

/// Area of the section, where cells are counted in it.
fn counted_area(prepared: &Prepared, outcome: &Outcome) -> Option<f64> {
    let in_section = matches!(outcome.what, OutcomeText::Count { in_section: true, .. });
    let [x, y, _] = prepared.campaign.lowered.first()?.setup.size_um;
    in_section.then_some(x * y * 1e-6)
}

/// Outcomes that the experiment declares and no run can measure.
pub fn unmeasured(prepared: &Prepared) -> Vec<report::Unmeasured> {
    let missing = prepared.experiment.outcomes.iter().filter(|outcome| !is_measured(prepared, outcome));
    let row = |outcome: &Outcome| report::Unmeasured {
        outcome: outcome.name.clone(),
        why: "no run has what it asks for.".to_owned(),
    };
    missing.map(row).collect()
}

/// Perfused blood at the end, as a share of the tissue, for the colour of the plug.
pub fn blood(prepared: &Prepared, outcomes: &Outcomes) -> Vec<report::Blood> {
    let perfused = |outcome: &Outcome| outcome.what == OutcomeText::PerfusedVolume;
    let Some(outcome) = prepared.experiment.outcomes.iter().position(perfused) else { return Vec::new() };
    let Some(lowered) = prepared.campaign.lowered.first() else { return Vec::new() };
    let volume: f64 = lowered.setup.size_um.iter().product();
    let mut rows = Vec::new();
    for mechanism in &prepared.selection.mechanisms {
        for arm in 0..prepared.experiment.arms.len() {
            let Some(course) = arm_course(prepared, outcomes, outcome, arm, *mechanism) else { continue };
            let last = course.replicates.iter().filter_map(|points| points.last());
            rows.push(report::Blood {
                time_d: last.clone().map(|p| p.0).fold(0.0, f64::max),
                shares: last.map(|p| p.1 / volume).collect(),
                arm: course.arm.clone(),
                mechanism: course.mechanism.clone(),
            });
        }
    }
    rows
}
