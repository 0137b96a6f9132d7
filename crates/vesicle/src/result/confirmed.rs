//! Broken models in the tissue: how far it agrees with the twin about which claims fail in them.

use super::screening::{Findings, percent};
use super::tables::{share_columns, status};
use crate::commands::run::Prepared;
use vesicle_base::Problem;
use vesicle_experiment::results::{self, Outcomes};
use vesicle_experiment::runs::Store;
use vesicle_experiment::screen::animals::Differences;
use vesicle_experiment::screen::confirm::{Agreement, Broken, Compared, agreements};
use vesicle_experiment::screen::severity::Screening;
use vesicle_experiment::statistics::share::Share;
use vesicle_files::columns::{Column, Columns};
use vesicle_report::page as report;

/// What the tissue shows of broken models.
pub struct Runs {
    /// One for each confirmation, in their order.
    outcomes: Vec<Outcomes>,
    /// How animals of one arm differ.
    differences: Differences,
}

/// Measures the runs of broken models.
///
/// # Errors
/// When a run is missing.
pub fn runs(prepared: &Prepared, store: &dyn Store, differences: Differences) -> Result<Runs, String> {
    let campaigns = prepared.confirmations.iter().map(|confirmation| &confirmation.campaign);
    let of = |campaign| results::outcomes(&prepared.experiment, &prepared.map, campaign, store);
    Ok(Runs { outcomes: campaigns.map(of).collect::<Result<_, _>>()?, differences })
}

/// Every test in every broken world, in the twin and in the tissue.
///
/// # Errors
/// Where a world cannot be lowered.
pub fn compared(
    prepared: &Prepared,
    screening: &Screening<'_>,
    runs: &Runs,
) -> Result<Vec<Compared>, Vec<Problem>> {
    let mut all = Vec::new();
    for (confirmation, outcomes) in prepared.confirmations.iter().zip(&runs.outcomes) {
        all.extend(screening.compared(confirmation, outcomes, &runs.differences)?);
    }
    Ok(all)
}

/// claim, mechanism, model; the share of worlds in which twin and tissue agree about whether it fails, then the share in
/// which it fails in the twin and in the tissue, each with its 95 % interval and number of worlds.
pub fn shares(prepared: &Prepared, findings: &Findings) -> Columns {
    let rows = agreements(&findings.compared);
    let text = |of: &dyn Fn(&Agreement) -> String| Column::Text(rows.iter().map(of).collect());
    let mut columns = vec![
        ("claim", text(&|row| prepared.experiment.claims[row.claim].text.clone())),
        ("mechanism", text(&|row| prepared.experiment.mechanisms[row.mechanism].name.clone())),
        ("model", text(&|row| row.broken.word().to_owned())),
    ];
    let agree: Vec<_> = rows.iter().map(|row| Some(row.agree)).collect();
    columns.extend(share_columns(["agree", "agree_low_95", "agree_high_95", "agree_worlds"], &agree));
    let twin: Vec<_> = rows.iter().map(|row| Some(row.twin)).collect();
    let names = ["fails_in_twin", "twin_low_95", "twin_high_95", "twin_worlds"];
    columns.extend(share_columns(names, &twin));
    let tissue: Vec<_> = rows.iter().map(|row| Some(row.tissue)).collect();
    let names = ["fails_in_tissue", "tissue_low_95", "tissue_high_95", "tissue_worlds"];
    columns.extend(share_columns(names, &tissue));
    columns
}

/// claim, mechanism, model, world, verdict in the twin, verdict in the tissue.
pub fn worlds(prepared: &Prepared, findings: &Findings) -> Columns {
    let rows = &findings.compared;
    let text = |of: &dyn Fn(&Compared) -> String| Column::Text(rows.iter().map(of).collect());
    vec![
        ("claim", text(&|row| prepared.experiment.claims[row.claim].text.clone())),
        ("mechanism", text(&|row| prepared.experiment.mechanisms[row.mechanism].name.clone())),
        ("model", text(&|row| row.broken.word().to_owned())),
        ("world", Column::Whole(rows.iter().map(|row| i64::from(row.draw)).collect())),
        ("twin", text(&|row| status(row.twin).to_owned())),
        ("tissue", text(&|row| status(row.tissue).to_owned())),
    ]
}

/// The rows of the page.
pub fn rows(prepared: &Prepared, findings: &Findings) -> Vec<report::Confirmed> {
    let share = |share: Share| report::Share {
        value: share.value,
        low: share.low,
        high: share.high,
        n: u64::from(share.n),
    };
    let row = |row: Agreement| report::Confirmed {
        text: prepared.experiment.claims[row.claim].text.clone(),
        mechanism: prepared.experiment.mechanisms[row.mechanism].name.clone(),
        model: row.broken.word().to_owned(),
        agree: share(row.agree),
        twin: share(row.twin),
        tissue: share(row.tissue),
    };
    agreements(&findings.compared).into_iter().map(row).collect()
}

/// A line for each broken model: the test on which twin and tissue agree least.
pub fn lines(prepared: &Prepared, findings: &Findings) -> Vec<String> {
    let all = agreements(&findings.compared);
    let experiment = &prepared.experiment;
    // Equals stand in an order that is not that of the file.
    let place =
        |row: &Agreement| (experiment.claims[row.claim].key, experiment.mechanisms[row.mechanism].key);
    let of = |broken: Broken| {
        let these = || all.iter().filter(move |row| row.broken == broken);
        let evaluated = these().filter(|row| row.agree.n > 0);
        let least =
            evaluated.min_by(|a, b| a.agree.value.total_cmp(&b.agree.value).then(place(a).cmp(&place(b))));
        let Some(least) = least else {
            let seen = these().filter(|row| row.tissue.n > 0);
            let mildest =
                seen.min_by(|a, b| a.tissue.value.total_cmp(&b.tissue.value).then(place(a).cmp(&place(b))))?;
            return Some(format!(
                "Severity in the tissue ({}): the twin evaluates no test of these worlds; there each fails in at least {} \
({}–{} %), least often \"{}\" under \"{}\".",
                broken.word(),
                counted(mildest.tissue),
                percent(mildest.tissue.low),
                percent(mildest.tissue.high),
                prepared.experiment.claims[mildest.claim].text,
                prepared.experiment.mechanisms[mildest.mechanism].name
            ));
        };
        let without = these().filter(|row| row.agree.n == 0).count();
        let rest = if without == 0 {
            String::new()
        } else {
            format!(" The twin does not evaluate {without} of {} tests.", these().count())
        };
        Some(format!(
            "Severity in the tissue ({}): it agrees with the twin about whether a test fails in at least {} \
({}–{} %), least on \"{}\" under \"{}\".{rest}",
            broken.word(),
            counted(least.agree),
            percent(least.agree.low),
            percent(least.agree.high),
            prepared.experiment.claims[least.claim].text,
            prepared.experiment.mechanisms[least.mechanism].name
        ))
    };
    [Broken::Ablated, Broken::Permuted].into_iter().filter_map(of).collect()
}

/// How it was confirmed, as a clause; empty when it was not.
pub fn method(prepared: &Prepared) -> String {
    let of = |confirmation: &vesicle_experiment::screen::confirm::Confirmation| {
        format!("{} ({})", confirmation.draws.len(), confirmation.broken.word())
    };
    let parts: Vec<String> = prepared.confirmations.iter().map(of).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(
        ". Worlds of broken models, drawn by the seed, were run in the tissue as well, each arm once in the size of \
[quick] with one seed for all arms of a world and its animals around it: {}",
        parts.join(", ")
    )
}

fn counted(share: Share) -> String {
    format!("{:.0} of {} worlds", (share.value * f64::from(share.n)).round(), share.n)
}
