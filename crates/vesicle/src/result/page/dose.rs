//! The dose verdicts as the page draws them.

use crate::commands::run::Prepared;
use crate::result::dose::{Choice, carriers, choice, counted, left_out};
use vesicle_experiment::statistics::share::wilson;
use vesicle_experiment::verdict::{Level, Spread, Verdict};
use vesicle_report::page as report;

/// Every verdict that the twin can give; those of the answer lead.
pub fn verdicts(prepared: &Prepared) -> Vec<report::Verdict> {
    let leading = [choice(prepared, Choice::Natural), choice(prepared, Choice::Mimic)];
    let leads = |verdict: &Verdict| leading.iter().flatten().any(|l| std::ptr::eq(*l, verdict));
    let given = prepared.verdicts.iter().filter(|verdict| verdict.is_evaluated);
    given.map(|v| report::Verdict { leads: leads(v), ..a_verdict(prepared, v) }).collect()
}

fn range(s: Spread) -> report::Range {
    report::Range { low: s.low, median: s.median, high: s.high }
}

fn a_verdict(prepared: &Prepared, verdict: &Verdict) -> report::Verdict {
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let kind = &prepared.experiment.names.cells[verdict.kind];
    let (low, high) = wilson(verdict.reached.0, verdict.reached.1);
    let molecule = &verdict.molecule;
    report::Verdict {
        what: format!("{arm} to {kind}"),
        arm: arm.clone(),
        receiver: kind.clone(),
        cargo: molecule.clone(),
        counted: counts(prepared, verdict),
        leads: false,
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
        waterfall: if molecule.is_empty() { Vec::new() } else { steps(prepared, verdict) },
        needed: range(verdict.needed),
    }
}

/// Which populations are counted, and which are not.
fn counts(prepared: &Prepared, verdict: &Verdict) -> String {
    let counted = counted(prepared, verdict);
    format!("Counted: {}.{}", counted.trim_end_matches(','), left_out(verdict))
}

/// From what is given to what arrives.
fn steps(prepared: &Prepared, verdict: &Verdict) -> Vec<report::Step> {
    let carriers = format!("{}/cell", carriers(prepared, verdict));
    let step = |label: &str, s: Spread, unit: &str| report::Step {
        label: label.to_owned(),
        low: s.low,
        median: s.median,
        high: s.high,
        unit: unit.to_owned(),
    };
    let given = verdict.is_given.then(|| step("given", verdict.given_per_cell, &carriers));
    let arriving = [
        step("captured", verdict.captured, &carriers),
        step(&format!("carried: {}", verdict.molecule), verdict.carried, "copies/cell"),
        step("in the cytosol, at its peak", verdict.copies, "copies/cell"),
    ];
    given.into_iter().chain(arriving).collect()
}
