//! The answer: five lines that always stand in the same order and begin alike, after the one that says where the
//! mechanisms stand; and notes.

use super::decided::failing as failing_line;
use super::dose::{Choice, choice, clause, digits};
use super::screening::Findings;
use super::standing::standing;
use crate::commands::run::Prepared;
use std::collections::BTreeSet;
use vesicle_base::words::{counted, verb};
use vesicle_experiment::audit;
use vesicle_experiment::evidence::{self, Scored, Status, Support, Tests};
use vesicle_experiment::experiment::ClaimRole;
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::runs::Key;
use vesicle_experiment::statistics::share::wilson;
use vesicle_report::page::Standing;

/// What a result answers.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Where the mechanisms stand.
    pub standing: Standing,
    /// The line that says so; empty where the file states no test.
    pub headline: String,
    /// The natural dose, the mimic dose, tests held, the first failing claim, what matters most.
    pub lines: Vec<String>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

impl Answer {
    /// All lines in order, less the notes.
    pub fn said(&self) -> Vec<&str> {
        let first = Some(self.headline.as_str()).filter(|line| !line.is_empty());
        first.into_iter().chain(self.lines.iter().map(String::as_str)).collect()
    }
}

/// The answer of a campaign.
pub fn answer(prepared: &Prepared, outcomes: &Outcomes, scored: &[Scored], findings: &Findings) -> Answer {
    let (held, failing) = tests(prepared, outcomes, scored, &findings.tests);
    let (standing, headline) = standing(prepared, scored, &findings.tests);
    let lines = [
        ("Natural dose", dose(prepared, Choice::Natural)),
        ("Mimic dose", dose(prepared, Choice::Mimic)),
        ("Tests held", held),
        ("First failing claim", failing),
        ("What matters most", findings.matters(prepared)),
    ];
    Answer {
        standing,
        headline,
        lines: lines.into_iter().map(|(head, line)| format!("{head}: {line}")).collect(),
        notes: notes(prepared, outcomes, findings),
    }
}

/// What could not act, what cannot differ, what to measure next, what ended early, what it rests on.
fn notes(prepared: &Prepared, outcomes: &Outcomes, findings: &Findings) -> Vec<String> {
    let mut notes: Vec<String> = smaller(prepared).into_iter().chain(cannot_act(prepared)).collect();
    notes.extend(findings.notes(prepared));
    for (key, reason) in &outcomes.invalid {
        let arm = &prepared.experiment.arms[key.arm].name;
        notes.push(format!("Run {arm}, replicate {} ended as invalid: {reason}", key.replicate + 1));
    }
    notes.extend(crowded(prepared, outcomes));
    notes.extend(single(prepared));
    let [sourced, assumed, unread, _] = audit::counts(&audit::audit(&prepared.experiment, &prepared.map));
    notes.push(format!(
        "It rests on {}, {sourced} from a source and {unread} from a source nobody has read.",
        counted(assumed, "assumed value")
    ));
    notes
}

/// That the tissue is smaller than the file's own.
fn smaller(prepared: &Prepared) -> Option<String> {
    let [x, y, z] = prepared.campaign.lowered.first()?.setup.size_um;
    (prepared.settings.quick && !prepared.experiment.quick.changes.is_empty()).then(|| {
        format!(
            "This is the [quick] patch of the file, {x} × {y} × {z} µm with {} per arm; in its full size it may come out \
             otherwise.",
            counted(prepared.animals, "animal")
        )
    })
}

/// That one animal per arm decides no comparison.
fn single(prepared: &Prepared) -> Option<String> {
    let has_tests = prepared.experiment.claims.iter().any(|claim| claim.role == ClaimRole::Test);
    (prepared.animals < 2 && has_tests).then(|| {
        "With one animal per arm no ratio has an interval, so that no comparison of arms can hold or fail; --replicates asks for more."
            .to_owned()
    })
}

/// Cells of more volume than this, over that of the tissue, can only lie inside each other: packed as closely as they
/// can be, those with their middles on the faces counted whole, they have little more than once.
const CROWDED: f64 = 2.0;

/// That cells pile up, of the arm in which they do most.
fn crowded(prepared: &Prepared, outcomes: &Outcomes) -> Option<String> {
    let arm_key = |key: &Key| prepared.experiment.arms[key.arm].key;
    let piled = outcomes.filled.iter().filter(|(_, share)| *share > CROWDED);
    let (key, most) =
        piled.clone().max_by(|a, b| a.1.total_cmp(&b.1).then(arm_key(&a.0).cmp(&arm_key(&b.0))))?;
    Some(format!(
        "Cells lie inside each other: at the end they have up to {} times the volume of the tissue ({}), more than {CROWDED} \
         times in {} of {}. Nothing keeps them from dividing where there is no room; a rule that reads pressure would.",
        digits(*most),
        prepared.experiment.arms[key.arm].name,
        piled.count(),
        counted(outcomes.filled.len(), "run")
    ))
}

fn dose(prepared: &Prepared, wanted: Choice) -> String {
    let Some(verdict) = choice(prepared, wanted) else {
        return match wanted {
            Choice::Natural => "none; no arm gives vesicles as they are to a cell that captures them.",
            Choice::Mimic => "none; no arm gives a mimic to a cell that captures it.",
        }
        .to_owned();
    };
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let kind = &prepared.experiment.names.cells[verdict.kind];
    let level = if verdict.is_evaluated { verdict.level.word() } else { "not evaluated" };
    format!("{level}, {arm} to {kind}. {}", clause(prepared, verdict))
}

/// Mimics that reach nothing, all in one line, in order of their names.
fn cannot_act(prepared: &Prepared) -> Option<String> {
    let idle = vesicle_experiment::reach::cannot_act(&prepared.experiment, &prepared.campaign);
    let mimics: BTreeSet<String> = idle.into_iter().map(|(_, mimic)| mimic).collect();
    let mimics: Vec<String> = mimics.into_iter().collect();
    let why = "no gene of a program that a rule reads";
    (!mimics.is_empty()).then(|| format!("Cannot act by construction ({why}): {}.", mimics.join(", ")))
}

/// How many tests held, and the first that failed or over draws the one that fails most often.
fn tests(prepared: &Prepared, outcomes: &Outcomes, scored: &[Scored], tests: &Tests) -> (String, String) {
    let scored: Vec<Scored> = scored.iter().filter(|s| tests.has(s.claim)).cloned().collect();
    if scored.is_empty() {
        let none = if tests.fixed().next().is_none() { "none; the file states no test." } else { "none." };
        return (format!("{none}{}", not_counted(tests)), none.to_owned());
    }
    if prepared.selection.draws > 0 {
        let held = held_over_draws(prepared, &scored, tests);
        return (held + &not_counted(tests), fails_most(prepared, &scored));
    }
    // The first of the file; of its mechanisms the main one, then in an order that is not that of the file.
    let main = prepared.selection.main_mechanism(&prepared.experiment);
    let place = |s: &&Scored| (s.claim, s.mechanism != main, prepared.experiment.mechanisms[s.mechanism].key);
    let failing = scored.iter().filter(|s| s.status == Status::Fails);
    let failing = failing.min_by_key(place).map_or_else(
        || none_fails(&scored),
        |claim| failing_line(prepared, outcomes, claim, &under(prepared, claim.mechanism)),
    );
    (held(prepared, &scored) + &not_counted(tests), failing)
}

/// How many claims that the file calls tests are none.
fn not_counted(tests: &Tests) -> String {
    match tests.fixed().count() {
        0 => String::new(),
        n => format!(
            " {n} of {} that the file calls tests {} not counted: nothing that was varied turns {} around.",
            counted(n + tests.len(), "claim"),
            if n == 1 { "is" } else { "are" },
            if n == 1 { "it" } else { "them" }
        ),
    }
}

/// Why no claim is named as failing.
fn none_fails(tests: &[Scored]) -> String {
    let evaluated = tests.iter().any(|s| s.status != Status::NotEvaluated);
    if evaluated { "none; no test failed." } else { "not evaluated; no test was." }.to_owned()
}

/// Which mechanism, where there are several.
fn under(prepared: &Prepared, mechanism: usize) -> String {
    if prepared.experiment.mechanisms.len() > 1 {
        format!(" under \"{}\"", prepared.experiment.mechanisms[mechanism].name)
    } else {
        String::new()
    }
}

/// `0 of 9 under "A" (5 failed, 4 cannot tell); …`
fn held(prepared: &Prepared, scored: &[Scored]) -> String {
    let of = |mechanism: usize| {
        let tests: Vec<&Scored> = scored.iter().filter(|s| s.mechanism == mechanism).collect();
        let count = |status: Status| tests.iter().filter(|s| s.status == status).count();
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
        format!("{} of {}{}{rest}", count(Status::Holds), tests.len(), under(prepared, mechanism))
    };
    let parts: Vec<String> = prepared.selection.mechanisms.iter().map(|mechanism| of(*mechanism)).collect();
    format!("{}.", parts.join("; "))
}

/// What share of the prior draws satisfies the tests under each mechanism.
fn held_over_draws(prepared: &Prepared, scored: &[Scored], tests: &Tests) -> String {
    let share = |s: Support| {
        let (low, high) = wilson(s.satisfies, s.draws);
        format!(
            "all in {} of {} ({:.0}–{:.0} %){}, {} {} some, {} open",
            s.satisfies,
            counted(s.draws, "draw"),
            100.0 * low,
            100.0 * high,
            under(prepared, s.mechanism),
            s.fails,
            verb(s.fails, "fail"),
            s.open()
        )
    };
    let support = evidence::support(tests, scored, &prepared.selection.mechanisms);
    format!("{}.", support.into_iter().map(share).collect::<Vec<String>>().join("; "))
}

/// The test that fails most often over draws and mechanisms; the first of equals in an order that is not that of the file.
fn fails_most(prepared: &Prepared, scored: &[Scored]) -> String {
    let failed = |claim: usize| {
        let fails = |s: &&Scored| s.claim == claim && s.status == Status::Fails;
        scored.iter().filter(fails).count()
    };
    let n_claims = prepared.experiment.claims.len();
    let key = |claim: usize| prepared.experiment.claims[claim].key;
    let most = (0..n_claims).max_by_key(|claim| (failed(*claim), key(*claim)));
    let most = most.filter(|claim| failed(*claim) > 0);
    let Some(claim) = most else { return none_fails(scored) };
    let of = scored.iter().filter(|s| s.claim == claim).count();
    let worlds = if prepared.selection.mechanisms.len() > 1 { "draws under all mechanisms" } else { "draws" };
    let text = &prepared.experiment.claims[claim].text;
    format!("\"{text}\" fails most often, in {} of {of} {worlds}.", failed(claim))
}
