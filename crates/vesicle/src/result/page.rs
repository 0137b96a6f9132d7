//! A campaign's results as the values of one page.

mod courses;
mod dose;
mod methods;
mod pictures;

use super::answer::Answer;
use super::decided::decided;
use super::screening::{Findings, number_name};
use super::tables::{self, contrast_rows, label};
use crate::commands::run::Prepared;
use std::collections::BTreeMap;
use vesicle_experiment::audit::{self, Known};
use vesicle_experiment::evidence::{self, Scored, Status};
use vesicle_experiment::results::{OutcomeRow, Outcomes};
use vesicle_experiment::runs::Store;
use vesicle_experiment::screen::apart::ByPrior;
use vesicle_experiment::statistics::share::{Share, wilson};
use vesicle_experiment::statistics::variance::Portion;
use vesicle_files::library::FolderLibrary;
use vesicle_report::page as report;

pub use methods::{inputs, notes};

const MINUTES_PER_DAY: f64 = 1440.0;

/// What was made of the outcomes.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// Claims by draw.
    pub scored: &'a [Scored],
    /// What the twin says.
    pub findings: &'a Findings,
    /// The answer.
    pub answer: &'a Answer,
}

/// The page of a campaign.
///
/// # Errors
/// When a run is missing or a table cannot be read.
pub fn page(
    prepared: &Prepared,
    library: &FolderLibrary,
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
        answer: answer.lines.clone(),
        notes: answer.notes.clone(),
        standing: answer.standing,
        headline: answer.headline.clone(),
        not_run: not_run(prepared),
        draws: u64::from(prepared.selection.draws),
        warnings: notes(prepared),
        verdicts: dose::verdicts(prepared),
        courses: courses::courses(prepared, outcomes),
        blood: courses::blood(prepared, outcomes),
        unmeasured: courses::unmeasured(prepared),
        pictures: pictures::pictures(prepared, store)?,
        contrasts: contrasts(prepared, outcomes),
        without_ratio: without_ratio(prepared, outcomes),
        evidence: evidence::typical(scored)
            .iter()
            .map(|scored| claim(prepared, outcomes, scored, findings))
            .collect(),
        confirmed: super::confirmed::rows(prepared, findings),
        mechanisms: support(prepared, scored, findings),
        tornado: tornado(prepared, findings),
        audit: assumptions(prepared),
        ledger: ledger(prepared, store)?,
        methods: methods::methods(prepared, library, &findings.methods(prepared))?,
        citations: experiment
            .sources
            .iter()
            .map(|source| report::Citation { key: source.key.clone(), text: source.text.clone() })
            .collect(),
        ..report::Page::default()
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
        draws: u64::from(prepared.selection.draws),
    };
    let told = |c: &tables::Contrast| !is_nothing(outcomes, c.outcome, c.arms.0);
    over_draws(contrast_rows(prepared, outcomes)).into_iter().filter(told).map(contrast).collect()
}

/// Whether an arm has nothing of an outcome in any run: a ratio to it would be one to half a unit.
fn is_nothing(outcomes: &Outcomes, outcome: usize, arm: usize) -> bool {
    let of_arm = |row: &&OutcomeRow| row.outcome == outcome && row.key.arm == arm;
    outcomes.rows.iter().filter(of_arm).all(|row| row.value == 0.0)
}

/// Outcomes of which the reference has nothing, so that no ratio to it is drawn.
fn without_ratio(prepared: &Prepared, outcomes: &Outcomes) -> Vec<report::Unmeasured> {
    let Some(reference) = prepared.experiment.arms.first() else { return Vec::new() };
    let is_there = |outcome: usize| outcomes.rows.iter().any(|row| row.outcome == outcome);
    let all = 0..prepared.experiment.outcomes.len();
    all.filter(|outcome| is_there(*outcome) && is_nothing(outcomes, *outcome, 0))
        .map(|outcome| report::Unmeasured {
            outcome: prepared.experiment.outcomes[outcome].name.clone(),
            why: format!("no ratio is drawn, since it is 0 in every run of {}.", reference.name),
        })
        .collect()
}

/// Every contrast once; the ratios of single draws stand in the table.
fn over_draws(rows: Vec<tables::Contrast>) -> Vec<tables::Contrast> {
    let mut groups: BTreeMap<_, Vec<tables::Contrast>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.mechanism, row.outcome, row.arms)).or_default().push(row);
    }
    let one = |rows: Vec<tables::Contrast>| {
        let ratios: Vec<evidence::Ratio> = rows.iter().map(|row| row.ratio).collect();
        let ratio = evidence::over_draws(&ratios)?;
        rows.into_iter().next().map(|row| tables::Contrast { ratio, ..row })
    };
    groups.into_values().filter_map(one).collect()
}

/// What a rival says.
fn rival(prepared: &Prepared, mechanism: usize) -> report::Support {
    let declared = &prepared.experiment.mechanisms[mechanism];
    report::Support {
        mechanism: declared.name.clone(),
        says: declared.says.clone(),
        ..report::Support::default()
    }
}

/// The rivals, and over prior draws in how many each satisfies the tests.
fn support(prepared: &Prepared, scored: &[Scored], findings: &Findings) -> Vec<report::Support> {
    if prepared.selection.draws == 0 {
        return prepared.selection.mechanisms.iter().map(|m| rival(prepared, *m)).collect();
    }
    let row = |s: evidence::Support| {
        let (low, high) = wilson(s.satisfies, s.draws);
        report::Support {
            satisfies: u64::from(s.satisfies),
            fails: u64::from(s.fails),
            draws: u64::from(s.draws),
            low,
            high,
            fails_interval: wilson(s.fails, s.draws),
            by_prior: by_prior(findings, s.mechanism),
            ..rival(prepared, s.mechanism)
        }
    };
    evidence::support(&findings.tests, scored, &prepared.selection.mechanisms).into_iter().map(row).collect()
}

/// Support in the twin as the priors are narrowed and widened.
fn by_prior(findings: &Findings, mechanism: usize) -> Vec<report::PriorShare> {
    let of = findings.support.iter().find(|(known, _)| *known == mechanism);
    let row = |found: &ByPrior| report::PriorShare {
        label: format!("twin, {} of {} tests, priors × {}", found.n_tests, findings.tests.len(), found.width),
        share: found.satisfies.share,
        low: found.satisfies.low,
        high: found.satisfies.high,
        ess: found.satisfies.effective,
    };
    of.map_or_else(Vec::new, |(_, rows)| rows.iter().map(row).collect())
}

/// Total shares of every assumption, and the share of the animals.
fn tornado(prepared: &Prepared, findings: &Findings) -> Vec<report::Bar> {
    let mut bars = Vec::new();
    for sensitivity in &findings.sensitivities {
        let outcome = number_name(prepared, sensitivity);
        let bar = |parameter: &str, path: &str, total: Portion| report::Bar {
            parameter: parameter.to_owned(),
            path: path.to_owned(),
            outcome: outcome.clone(),
            share: total.value,
            low: total.low,
            high: total.high,
        };
        let moving = sensitivity.inputs.iter().filter(|input| input.total.high > 0.0);
        bars.extend(moving.map(|input| bar(&input.words, &input.path, input.total)));
        let noise = sensitivity.noise;
        bars.push(bar(tables::BETWEEN_ANIMALS, "", Portion { value: noise, low: noise, high: noise }));
    }
    bars
}

/// Rivals that the file declares and this command did not run.
fn not_run(prepared: &Prepared) -> Vec<String> {
    let all = prepared.experiment.mechanisms.iter().enumerate();
    let left = all.filter(|(index, _)| !prepared.selection.mechanisms.contains(index));
    left.map(|(_, mechanism)| mechanism.name.clone()).collect()
}

fn share(share: Share) -> report::Share {
    report::Share { value: share.value, low: share.low, high: share.high, n: u64::from(share.n) }
}

fn claim(prepared: &Prepared, outcomes: &Outcomes, scored: &Scored, findings: &Findings) -> report::Claim {
    let claim = &prepared.experiment.claims[scored.claim];
    let decided = decided(prepared, outcomes, scored).unwrap_or_default();
    let screened = findings.of(scored.claim, scored.mechanism);
    report::Claim {
        text: claim.text.clone(),
        role: claim.role.word().to_owned(),
        is_fixed: findings.tests.is_fixed(scored.claim),
        source: claim.source.clone(),
        mechanism: prepared.experiment.mechanisms[scored.mechanism].name.clone(),
        status: match scored.status {
            Status::Holds => report::Status::Holds,
            Status::Fails => report::Status::Fails,
            Status::CannotTell => report::Status::CannotTell,
            Status::NotEvaluated => report::Status::NotEvaluated,
            Status::Structural => report::Status::Structural,
        },
        ratio: scored.ratio.map(|r| r.value),
        interval: scored.ratio.map(|r| (r.low, r.high)),
        compared: decided.of,
        asked: decided.asked,
        severity: findings.severity(scored.claim, scored.mechanism),
        ablated: screened.and_then(|s| s.ablated).map(share),
        permuted: screened.and_then(|s| s.permuted).map(share),
        power: screened.and_then(|s| s.power).map(|share| share.value),
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

/// What an account counts: a population that no one declared is a mimic given free.
fn unit_of(prepared: &Prepared, row: &tissue_sim::LedgerRow, name: &str) -> &'static str {
    match row.is_species {
        true => "copies",
        false if prepared.experiment.names.vesicles.iter().any(|known| known == name) => "vesicles",
        false => "free copies",
    }
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
            sign: row.sign,
            amount: row.amount,
            unit: unit_of(prepared, row, &label(lowered, row)).to_owned(),
        }));
    }
    Ok(rows)
}
