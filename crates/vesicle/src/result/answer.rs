//! The answer in a few lines: the dose first, then what the claims say, then what the answer rests on.

use crate::commands::run::Prepared;
use vesicle_base::quantity::short;
use vesicle_experiment::audit;
use vesicle_experiment::evidence::{Scored, Status};
use vesicle_experiment::experiment::ClaimRole;
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::verdict::{Spread, Verdict};

/// One line per arm and kind that captures.
pub fn verdict_lines(prepared: &Prepared) -> Vec<String> {
    prepared.verdicts.iter().map(|verdict| verdict_line(prepared, verdict)).collect()
}

fn verdict_line(prepared: &Prepared, verdict: &Verdict) -> String {
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let kind = &prepared.experiment.names.cells[verdict.kind];
    let head = format!("Dose of {arm} to {kind}: {}", verdict.level.word());
    if verdict.molecule.is_empty() {
        return format!(
            "{head}. Nothing that it carries can act: no target in any program that a rule reads."
        );
    }
    let days = if verdict.days.high > 0.0 {
        format!(", above for {} days", spread(verdict.days))
    } else {
        String::new()
    };
    format!(
        "{head}. {} vesicles captured per cell bring {} copies of the {} into the cytosol; {} are needed{days} ({} of {} draws reach it).",
        spread(verdict.captured),
        spread(verdict.copies),
        verdict.molecule,
        spread(verdict.needed),
        verdict.reached.0,
        verdict.reached.1
    )
}

/// Median with its 5–95 % range.
fn spread(s: Spread) -> String {
    format!("{} ({}–{})", digits(s.median), digits(s.low), digits(s.high))
}

/// Two significant digits.
fn digits(value: f64) -> String {
    format!("{value:.1e}").parse::<f64>().map_or_else(|_| value.to_string(), short)
}

/// The answer.
pub fn lines(prepared: &Prepared, outcomes: &Outcomes, scored: &[Scored]) -> Vec<String> {
    let mut lines = Vec::new();
    if none_satisfies(prepared, scored) {
        lines.push("No mechanism satisfies the tests.".to_owned());
    }
    lines.extend(verdict_lines(prepared));
    for claim in scored {
        lines.push(claim_line(prepared, claim));
    }
    for (key, reason) in &outcomes.invalid {
        let arm = &prepared.experiment.arms[key.arm].name;
        lines.push(format!("Run {arm}, replicate {} ended as invalid: {reason}", key.replicate + 1));
    }
    let [sourced, assumed, unread, _] = audit::counts(&audit::audit(&prepared.experiment, &prepared.map));
    lines.push(format!(
        "It rests on {assumed} assumed values, {sourced} from a source and {unread} from a source nobody has read."
    ));
    lines
}

/// Whether every mechanism that was run fails some test.
pub fn none_satisfies(prepared: &Prepared, scored: &[Scored]) -> bool {
    let is_test = |s: &&Scored| prepared.experiment.claims[s.claim].role == ClaimRole::Test;
    let fails =
        |m: &usize| scored.iter().filter(is_test).any(|s| s.mechanism == *m && s.status == Status::Fails);
    scored.iter().any(|s| is_test(&s)) && prepared.selection.mechanisms.iter().all(fails)
}

fn claim_line(prepared: &Prepared, scored: &Scored) -> String {
    let claim = &prepared.experiment.claims[scored.claim];
    let verdict = match scored.status {
        Status::Holds => "holds",
        Status::Fails => "fails",
        Status::CannotTell => "cannot tell",
        Status::NotEvaluated => "not evaluated",
        Status::Structural => "structural",
    };
    let ratio = scored.ratio.map_or_else(String::new, |r| {
        format!(
            ": ratio {} (90 % interval {}–{}, n = {})",
            digits(r.value),
            digits(r.low),
            digits(r.high),
            r.n
        )
    });
    let mechanism = if prepared.experiment.mechanisms.len() > 1 {
        format!(" [{}]", prepared.experiment.mechanisms[scored.mechanism].name)
    } else {
        String::new()
    };
    format!("Claim \"{}\" {verdict}{ratio}{mechanism}", claim.text)
}
