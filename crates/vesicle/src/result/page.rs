//! A campaign's results as the values of one page.

mod courses;
mod dose;
mod methods;
mod pictures;

use super::answer;
use super::tables::{self, contrast_rows, label};
use crate::commands::run::Prepared;
use vesicle_experiment::audit::{self, Known};
use vesicle_experiment::evidence::{self, Scored, Status};
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::runs::Store;
use vesicle_experiment::verdict::wilson;
use vesicle_report::page as report;

pub use methods::inputs;

const MINUTES_PER_DAY: f64 = 1440.0;

/// The page of a campaign.
///
/// # Errors
/// When a run is missing.
pub fn page(
    prepared: &Prepared,
    store: &dyn Store,
    outcomes: &Outcomes,
    scored: &[Scored],
    answer: &[String],
) -> Result<report::Page, String> {
    let experiment = &prepared.experiment;
    let question = experiment.base.text(&["question"]).unwrap_or_default().to_owned();
    let stem = std::path::Path::new(&experiment.file).file_stem();
    Ok(report::Page {
        title: stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        question,
        command: prepared.command.clone(),
        answer: answer.iter().filter(|line| *line != answer::NONE_SATISFIES).cloned().collect(),
        none_satisfies: answer::none_satisfies(prepared, scored),
        warnings: methods::notes(prepared),
        verdicts: dose::verdicts(prepared),
        courses: courses::courses(prepared, outcomes),
        blood: courses::blood(prepared, outcomes),
        unmeasured: courses::unmeasured(prepared),
        pictures: pictures::pictures(prepared, store)?,
        contrasts: contrasts(prepared, outcomes),
        evidence: evidence::typical(scored).iter().map(|scored| claim(prepared, scored)).collect(),
        mechanisms: support(prepared, scored),
        audit: assumptions(prepared),
        ledger: ledger(prepared, store)?,
        methods: methods::methods(prepared),
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
    };
    // Ratios of single draws stand in the table; a page of them says nothing.
    let rows = if prepared.selection.draws == 0 { contrast_rows(prepared, outcomes) } else { Vec::new() };
    rows.into_iter().map(contrast).collect()
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
fn support(prepared: &Prepared, scored: &[Scored]) -> Vec<report::Support> {
    if prepared.selection.draws == 0 {
        return prepared.selection.mechanisms.iter().map(|m| rival(prepared, *m)).collect();
    }
    let row = |s: evidence::Support| {
        let (low, high) = wilson(s.holds, s.draws);
        report::Support {
            holds: u64::from(s.holds),
            fails: u64::from(s.fails),
            draws: u64::from(s.draws),
            low,
            high,
            by_prior: Vec::new(),
            ..rival(prepared, s.mechanism)
        }
    };
    evidence::support(&prepared.experiment, scored, &prepared.selection.mechanisms)
        .into_iter()
        .map(row)
        .collect()
}

fn claim(prepared: &Prepared, scored: &Scored) -> report::Claim {
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
        ratio: scored.ratio.map(|r| r.value),
        interval: scored.ratio.map(|r| (r.low, r.high)),
        severity: None,
        power: None,
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
