//! Where each mechanism stands before the tests, and the first line of the answer.

use crate::commands::run::Prepared;
use vesicle_experiment::evidence::{Scored, Support, Tests, support};
use vesicle_experiment::statistics::share::wilson;
use vesicle_report::page::Standing;

/// The first line when no mechanism is left.
const NONE_SATISFIES: &str = "No mechanism satisfies the tests.";

/// What the tests leave of the mechanisms, with the line that says so; nothing is said where the file states no test.
pub fn standing(prepared: &Prepared, scored: &[Scored], tests: &Tests) -> (Standing, String) {
    let all = support(tests, scored, &prepared.selection.mechanisms);
    let records: Vec<Support> = all.into_iter().filter(|record| record.draws > 0).collect();
    if records.is_empty() {
        return (Standing::Untested, String::new());
    }
    if records.iter().all(|record| record.fails == record.draws) {
        return (Standing::NoneSatisfies, NONE_SATISFIES.to_owned());
    }
    let satisfied: Vec<Support> = records.iter().copied().filter(|record| record.satisfies > 0).collect();
    if satisfied.is_empty() {
        let open: Vec<Support> = records.into_iter().filter(|record| record.fails < record.draws).collect();
        return (Standing::Undecided, undecided(prepared, &open));
    }
    (Standing::Satisfied, satisfies(prepared, tests.len(), &satisfied))
}

fn satisfies(prepared: &Prepared, n: usize, satisfied: &[Support]) -> String {
    let tests = if n == 1 { "the one test".to_owned() } else { format!("all {n} tests") };
    let one = |record: &Support| {
        let name = name(prepared, record.mechanism);
        if prepared.selection.draws == 0 {
            return name;
        }
        let (low, high) = wilson(record.satisfies, record.draws);
        let (low, high) = (100.0 * low, 100.0 * high);
        format!("{name} in {} of {} draws ({low:.0}–{high:.0} %)", record.satisfies, record.draws)
    };
    let names = listed(satisfied.iter().map(one));
    let (verb, of) = match satisfied {
        [_] => ("satisfies", "of it"),
        _ => ("satisfy", "of any of them, and these tests do not tell them apart"),
    };
    format!("{} {verb} {tests}; that is no proof {of}.", capital(&names))
}

fn undecided(prepared: &Prepared, open: &[Support]) -> String {
    let one = |record: &Support| {
        let name = name(prepared, record.mechanism);
        let left = record.draws - record.fails;
        if prepared.selection.draws == 0 {
            name
        } else {
            format!("{name} in {left} of {} draws", record.draws)
        }
    };
    let verb = if open.len() == 1 { "fails" } else { "fail" };
    format!(
        "Undecided: {} {verb} no test, and no mechanism satisfies all of them.",
        listed(open.iter().map(one))
    )
}

/// In quotes, where there are several to choose from.
fn name(prepared: &Prepared, mechanism: usize) -> String {
    match &prepared.experiment.mechanisms[..] {
        [_] => "the model".to_owned(),
        several => format!("\"{}\"", several[mechanism].name),
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_a_person_would() {
        let of = |names: &[&str]| listed(names.iter().map(|name| (*name).to_owned()));
        assert_eq!(of(&["a"]), "a");
        assert_eq!(of(&["a", "b", "c"]), "a, b and c");
        assert_eq!(capital("the model"), "The model");
        assert_eq!(capital("\"a\""), "\"a\"");
    }
}
