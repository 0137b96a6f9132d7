//! Can the dose reach the cell: the table before anything is simulated, and the two verdicts that the answer names.

use crate::commands::run::Prepared;
use std::cmp::Ordering;
use vesicle_base::quantity::short;
use vesicle_experiment::compile::{Choice as Choices, compile};
use vesicle_experiment::verdict::{Spread, Verdict};
use vesicle_report::figure::text::days_range;

/// Which dose the answer tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Vesicles as they are.
    Natural,
    /// With a mimic.
    Mimic,
}

/// The arm and kind of cell that the answer names, among those that are given something, that the twin can judge and cells
/// on which vesicles act by some rule, where there are such. As they are: the arm that most tests say to differ, of those that were not so much as
/// mock loaded where there are any. With a mimic: the one that is reached most often. Of equals what comes nearest to
/// what is needed; no order of the file enters.
pub fn choice(prepared: &Prepared, wanted: Choice) -> Option<&Verdict> {
    let fits = |verdict: &&Verdict| carries_mimic(prepared, verdict.arm) == (wanted == Choice::Mimic);
    let order = |a: &&Verdict, b: &&Verdict| {
        let (named, reached) = (named_first(prepared, a, b), a.reached.0.cmp(&b.reached.0));
        let leading = match wanted {
            Choice::Natural => {
                is_untouched(prepared, a.arm).cmp(&is_untouched(prepared, b.arm)).then(named).then(reached)
            }
            Choice::Mimic => reached.then(named),
        };
        let judged = (a.is_given, a.is_evaluated, a.acts).cmp(&(b.is_given, b.is_evaluated, b.acts));
        judged.then(leading).then_with(|| reaches_further(prepared, a, b))
    };
    prepared.verdicts.iter().filter(fits).max_by(order)
}

/// The arm that more tests say to differ is the greater.
fn named_first(prepared: &Prepared, a: &Verdict, b: &Verdict) -> Ordering {
    let place = |verdict: &Verdict| {
        let name = &prepared.experiment.arms[verdict.arm].name;
        let claimed = prepared.experiment.arms_claimed();
        claimed.iter().position(|known| known == name).unwrap_or(usize::MAX)
    };
    place(b).cmp(&place(a))
}

fn reaches_further(prepared: &Prepared, a: &Verdict, b: &Verdict) -> Ordering {
    let near = |verdict: &Verdict| {
        let share = verdict.copies.median / verdict.needed.median;
        if share.is_finite() && !verdict.molecule.is_empty() { share } else { -1.0 }
    };
    let key = |verdict: &Verdict| prepared.experiment.arms[verdict.arm].key;
    near(a).total_cmp(&near(b)).then(key(a).cmp(&key(b))).then(b.kind.cmp(&a.kind))
}

fn carries_mimic(prepared: &Prepared, arm: usize) -> bool {
    let mut runs = prepared.campaign.runs.iter().filter(|run| run.key.arm == arm);
    runs.any(|run| !prepared.campaign.of(run).labels.mimics.is_empty())
}

/// Whether vesicles were given as they are: with no mimic, no scrambled one and no loading without any.
fn is_untouched(prepared: &Prepared, arm: usize) -> bool {
    let Some(mechanism) = prepared.selection.mechanisms.first().copied() else { return true };
    let map = compile(&prepared.experiment, &prepared.settings, Choices { arm, mechanism, draw: 0 });
    map.is_ok_and(|map| {
        map.names(&["mimics"]).is_empty() && map.text(&["loading"]).is_none_or(|said| said == "none")
    })
}

/// What is given and captured: vesicles, or copies without any where nothing declared as a vesicle is given.
pub fn carriers(prepared: &Prepared, verdict: &Verdict) -> &'static str {
    let is_vesicle = |name: &str| prepared.experiment.names.vesicles.iter().any(|known| known == name);
    let some = verdict.counted.is_empty() || verdict.counted.iter().any(|name| is_vesicle(name));
    if some { "vesicles" } else { "free copies" }
}

/// The populations that a verdict counts.
pub fn counted(prepared: &Prepared, verdict: &Verdict) -> String {
    let release = if verdict.is_given { "" } else { ", which cells release," };
    format!("{} of {}{release}", carriers(prepared, verdict), quoted(&verdict.counted))
}

/// Those that it does not count; nothing where there are none.
pub fn left_out(verdict: &Verdict) -> String {
    match &verdict.left_out[..] {
        [] => String::new(),
        names => format!(" Not counted: vesicles of {}, which cells release.", quoted(names)),
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}

const UNKNOWN: &str =
    "Vesicles come or go with blood, and a tissue without places cannot know which vessels will carry it.";
const NOTHING: &str =
    "Nothing that it carries can act: no target in any program that a rule reads, and no rule reads it.";

/// What arrives and what is needed, in a sentence.
pub fn clause(prepared: &Prepared, verdict: &Verdict) -> String {
    if !verdict.is_evaluated {
        return UNKNOWN.to_owned();
    }
    if verdict.molecule.is_empty() {
        return NOTHING.to_owned();
    }
    let days = if verdict.days.high > 0.0 {
        format!(", above for {} days", days(verdict.days))
    } else {
        String::new()
    };
    format!(
        "{} {} captured per cell bring {} copies of the {} into the cytosol; {} are needed{days} ({} of {} draws reach it).{}",
        spread(verdict.captured),
        counted(prepared, verdict),
        spread(verdict.copies),
        verdict.molecule,
        spread(verdict.needed),
        verdict.reached.0,
        verdict.reached.1,
        left_out(verdict)
    )
}

/// Head and rows of the table of all doses; nothing without any.
pub fn table(prepared: &Prepared) -> Vec<Vec<String>> {
    if prepared.verdicts.is_empty() {
        return Vec::new();
    }
    let head =
        ["Dose of", "to", "arrives", "captured/cell", "copies/cell", "needed", "days above", "draws", "of"];
    let head = head.map(str::to_owned).to_vec();
    std::iter::once(head).chain(prepared.verdicts.iter().map(|verdict| row(prepared, verdict))).collect()
}

fn row(prepared: &Prepared, verdict: &Verdict) -> Vec<String> {
    let arm = &prepared.experiment.arms[verdict.arm].name;
    let arm = if verdict.is_given { arm.clone() } else { format!("{arm} (released)") };
    let kind = prepared.experiment.names.cells[verdict.kind].clone();
    if !verdict.is_evaluated {
        return vec![arm, kind, format!("not evaluated. {UNKNOWN}")];
    }
    let level = verdict.level.word().to_owned();
    if verdict.molecule.is_empty() {
        return vec![arm, kind, level, spread(verdict.captured), NOTHING.to_owned()];
    }
    let days = if verdict.days.high > 0.0 { days(verdict.days) } else { "none".to_owned() };
    let reached = format!("{} of {}", verdict.reached.0, verdict.reached.1);
    let numbers = [verdict.captured, verdict.copies, verdict.needed].map(spread);
    [vec![arm, kind, level], numbers.to_vec(), vec![days, reached, verdict.molecule.clone()]].concat()
}

fn days(s: Spread) -> String {
    days_range(s.low, s.median, s.high)
}

/// Median with its 5–95 % range, where it is one.
fn spread(s: Spread) -> String {
    if s.low.to_bits() == s.high.to_bits() {
        return digits(s.median);
    }
    format!("{} ({}–{})", digits(s.median), digits(s.low), digits(s.high))
}

/// Two significant digits.
pub fn digits(value: f64) -> String {
    format!("{value:.1e}").parse::<f64>().map_or_else(|_| value.to_string(), short)
}
