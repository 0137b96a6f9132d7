//! The answer in a few lines: the dose first, then what the claims say, then what the answer rests on.

use super::screening::Findings;
use crate::commands::run::Prepared;
use vesicle_base::quantity::short;
use vesicle_base::words::counted;
use vesicle_experiment::audit;
use vesicle_experiment::evidence::{self, Scored, Status};
use vesicle_experiment::experiment::ClaimRole;
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::statistics::share::wilson;
use vesicle_experiment::verdict::{Spread, Verdict};

/// The first line when no mechanism is left.
pub const NONE_SATISFIES: &str = "No mechanism satisfies the tests.";

/// One line per arm and kind that captures.
pub fn verdict_lines(prepared: &Prepared) -> Vec<String> {
    prepared.verdicts.iter().map(|verdict| verdict_line(prepared, verdict)).collect()
}

fn verdict_line(prepared: &Prepared, verdict: &Verdict) -> String {
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let kind = &prepared.experiment.names.cells[verdict.kind];
    if !verdict.is_evaluated {
        return format!(
            "Dose of {arm} to {kind}: not evaluated by the twin. Vesicles come or go with blood, and a tissue without places \
             cannot know which vessels will carry it."
        );
    }
    let head = format!("Dose of {arm} to {kind}: {}", verdict.level.word());
    if verdict.molecule.is_empty() {
        return format!(
            "{head}. Nothing that it carries can act: no target in any program that a rule reads, and no rule reads it."
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

/// The answer in fixed lines: whether any mechanism is left, the natural dose, the mimic dose, tests held, the first
/// failing claim, what it rests on.
pub fn lines(
    prepared: &Prepared,
    outcomes: &Outcomes,
    scored: &[Scored],
    findings: &Findings,
) -> Vec<String> {
    let mut lines = Vec::new();
    if none_satisfies(prepared, scored) {
        lines.push(NONE_SATISFIES.to_owned());
    }
    lines.extend(cannot_act(prepared));
    lines.extend([natural_dose(prepared), mimic_dose(prepared)].into_iter().flatten());
    if prepared.selection.draws > 0 {
        lines.extend(over_draws(prepared, scored));
    } else {
        lines.extend(tests_held(prepared, scored));
        let fails = |s: &&Scored| is_test(prepared, s) && s.status == Status::Fails;
        let first = scored.iter().find(fails);
        if scored.iter().any(|s| is_test(prepared, s)) {
            lines.push(first.map_or_else(
                || "First to fail: none, no test failed.".to_owned(),
                |claim| format!("First to fail: {}", claim_line(prepared, claim)),
            ));
        }
    }
    lines.extend(findings.lines(prepared));
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

fn natural_dose(prepared: &Prepared) -> Option<String> {
    natural(prepared).map(|verdict| verdict_line(prepared, verdict))
}

fn mimic_dose(prepared: &Prepared) -> Option<String> {
    mimic(prepared).map(|verdict| verdict_line(prepared, verdict))
}

/// The first arm that gives vesicles as they are, to the kind that it reaches most often.
pub fn natural(prepared: &Prepared) -> Option<&Verdict> {
    let natural = |verdict: &&Verdict| !carries_mimic(prepared, verdict.arm);
    let first = prepared.verdicts.iter().filter(natural).map(|verdict| verdict.arm).min()?;
    let of_first = prepared.verdicts.iter().filter(|verdict| verdict.arm == first);
    of_first.max_by_key(|verdict| verdict.reached.0)
}

/// The arm with a mimic, and the kind, that is reached most often.
pub fn mimic(prepared: &Prepared) -> Option<&Verdict> {
    let loaded = prepared.verdicts.iter().filter(|verdict| carries_mimic(prepared, verdict.arm));
    loaded.max_by_key(|verdict| verdict.reached.0)
}

/// Mimics that reach nothing, all in one line.
fn cannot_act(prepared: &Prepared) -> Option<String> {
    let mut mimics: Vec<String> = Vec::new();
    for (_, mimic) in vesicle_experiment::reach::cannot_act(&prepared.experiment, &prepared.campaign) {
        if !mimics.contains(&mimic) {
            mimics.push(mimic);
        }
    }
    let why = "no gene of a program that a rule reads";
    (!mimics.is_empty()).then(|| format!("Cannot act by construction ({why}): {}.", mimics.join(", ")))
}

fn carries_mimic(prepared: &Prepared, arm: usize) -> bool {
    let mut runs = prepared.campaign.runs.iter().filter(|run| run.key.arm == arm);
    runs.any(|run| !prepared.campaign.of(run).labels.mimics.is_empty())
}

fn is_test(prepared: &Prepared, scored: &Scored) -> bool {
    prepared.experiment.claims[scored.claim].role == ClaimRole::Test
}

/// `Tests held: 0 of 9 under A (5 fail, 4 cannot tell); …`
fn tests_held(prepared: &Prepared, scored: &[Scored]) -> Option<String> {
    let of = |mechanism: usize| {
        let tests: Vec<&Scored> =
            scored.iter().filter(|s| s.mechanism == mechanism && is_test(prepared, s)).collect();
        let count = |status: Status| tests.iter().filter(|s| s.status == status).count();
        let under = if prepared.experiment.mechanisms.len() > 1 {
            format!(" under \"{}\"", prepared.experiment.mechanisms[mechanism].name)
        } else {
            String::new()
        };
        let rest = [
            (Status::Fails, "failed"),
            (Status::CannotTell, "cannot tell"),
            (Status::NotEvaluated, "not evaluated"),
        ];
        let rest: Vec<String> = rest
            .into_iter()
            .filter(|(status, _)| count(*status) > 0)
            .map(|(status, word)| format!("{} {word}", count(status)))
            .collect();
        let rest = if rest.is_empty() { String::new() } else { format!(" ({})", rest.join(", ")) };
        format!("{} of {}{under}{rest}", count(Status::Holds), tests.len())
    };
    let parts: Vec<String> = prepared.selection.mechanisms.iter().map(|mechanism| of(*mechanism)).collect();
    let any = scored.iter().any(|s| is_test(prepared, s));
    any.then(|| format!("Tests held: {}.", parts.join("; ")))
}

/// Over prior draws: what share of them satisfies the tests under each mechanism, and the test that fails most often.
fn over_draws(prepared: &Prepared, scored: &[Scored]) -> Vec<String> {
    let share = |s: evidence::Support| {
        let (low, high) = wilson(s.holds, s.draws);
        format!(
            "{} of {} ({:.0}–{:.0} %) under \"{}\", {} fail{} some",
            s.holds,
            counted(s.draws, "draw"),
            100.0 * low,
            100.0 * high,
            prepared.experiment.mechanisms[s.mechanism].name,
            s.fails,
            if s.fails == 1 { "s" } else { "" }
        )
    };
    let support = evidence::support(&prepared.experiment, scored, &prepared.selection.mechanisms);
    let shares: Vec<String> = support.into_iter().map(share).collect();
    let mut lines = vec![format!("Tests satisfied in {}.", shares.join("; "))];
    let n_claims = prepared.experiment.claims.len();
    let failed = |claim: usize| {
        let fails = |s: &&Scored| s.claim == claim && is_test(prepared, s) && s.status == Status::Fails;
        scored.iter().filter(fails).count()
    };
    let most = (0..n_claims).rev().max_by_key(|claim| failed(*claim)).filter(|claim| failed(*claim) > 0);
    if scored.iter().all(|s| !is_test(prepared, s)) {
        return lines;
    }
    lines.push(most.map_or_else(
        || "Fails most often: none, no test failed in any draw.".to_owned(),
        |claim| {
            let of = scored.iter().filter(|s| s.claim == claim).count();
            format!(
                "Fails most often: \"{}\", {} of {}.",
                prepared.experiment.claims[claim].text,
                failed(claim),
                counted(of, "time")
            )
        },
    ));
    lines
}

/// Whether every mechanism that was run fails some test, in every draw.
pub fn none_satisfies(prepared: &Prepared, scored: &[Scored]) -> bool {
    let support = evidence::support(&prepared.experiment, scored, &prepared.selection.mechanisms);
    support.iter().any(|s| s.draws > 0) && support.iter().all(|s| s.fails == s.draws)
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
    format!("\"{}\" {verdict}{ratio}{mechanism}", claim.text)
}
