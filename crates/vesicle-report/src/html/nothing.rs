//! The first block of a page on which every mechanism fails: what was tried, where each one breaks, what is still
//! open, and what it does not mean.

use crate::figure::text::{clean, number, percent, spread};
use crate::page::{Claim, Page, Status};
use serde::Serialize;
use vesicle_base::words::{counted, plural, verb};

#[derive(Serialize)]
pub(super) struct Nothing {
    sentence: String,
    rows: Vec<NothingRow>,
    meaning: Vec<String>,
}

/// Where one mechanism breaks.
#[derive(Serialize)]
struct NothingRow {
    mechanism: String,
    says: String,
    tally: String,
    breaks: String,
    seen: String,
}

/// The block, when no mechanism is left.
pub(super) fn nothing(page: &Page) -> Option<Nothing> {
    if !page.none_satisfies {
        return None;
    }
    Some(Nothing {
        sentence: sentence(page),
        rows: mechanisms(page).into_iter().map(|m| row(page, m)).collect(),
        meaning: meaning(page),
    })
}

/// Mechanisms in the order of the page.
fn mechanisms(page: &Page) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let all = page.mechanisms.iter().map(|m| &m.mechanism).chain(page.evidence.iter().map(|c| &c.mechanism));
    for name in all {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn sentence(page: &Page) -> String {
    let n_mechanisms = mechanisms(page).len();
    let draws: u64 = page.mechanisms.iter().map(|m| m.draws).fold(0, u64::saturating_add);
    if draws > 0 {
        let highest = page.mechanisms.iter().map(|m| m.high).filter(|h| h.is_finite()).fold(0.0, f64::max);
        return format!(
            "Each of {} draw{} of the priors under {} fails at least one test. At most {} of the prior \
             volume of any mechanism could still satisfy all of them (upper end of its interval).",
            number(draws as f64),
            plural(draws),
            counted(n_mechanisms, "mechanism"),
            percent(highest)
        );
    }
    let mut tests: Vec<&str> =
        page.evidence.iter().filter(|c| c.is_test()).map(|c| c.text.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    let n = page.evidence.iter().map(|c| c.n).max().unwrap_or(0);
    let run = match n_mechanisms {
        1 => "The one mechanism that was run".to_owned(),
        n => format!("Each of the {n} mechanisms that were run"),
    };
    format!(
        "{run} fails at least one of the {}, with n = {n} per arm and the \
         assumed values as written.",
        counted(tests.len(), "test")
    )
}

fn row(page: &Page, mechanism: &str) -> NothingRow {
    let tests: Vec<&Claim> =
        page.evidence.iter().filter(|c| c.is_test() && c.mechanism == mechanism).collect();
    let count = |status: Status| tests.iter().filter(|c| c.status == status).count();
    let open = count(Status::CannotTell) + count(Status::NotEvaluated);
    let broken = tests.iter().find(|c| c.status == Status::Fails);
    let says = page.mechanisms.iter().find(|m| m.mechanism == mechanism).map_or("", |m| m.says.as_str());
    NothingRow {
        mechanism: clean(mechanism),
        says: clean(says),
        tally: format!(
            "{} {}, {} {}, {open} open",
            count(Status::Holds),
            verb(count(Status::Holds), "hold"),
            count(Status::Fails),
            verb(count(Status::Fails), "fail")
        ),
        breaks: broken.map_or(String::new(), |c| clean(&c.text)),
        seen: broken.map_or(String::new(), |c| seen(c)),
    }
}

/// The interval that broke a claim.
fn seen(claim: &Claim) -> String {
    match (claim.ratio, claim.interval) {
        (Some(ratio), Some((low, high))) => spread(low, ratio, high),
        (None, Some((low, high))) => format!("{} to {}", number(low), number(high)),
        _ => String::new(),
    }
}

/// What follows from it, and what does not.
fn meaning(page: &Page) -> Vec<String> {
    let mut lines = vec![
        "Either none of these mechanisms is at work, or a value that all of them share is wrong. It does not say that the \
         published observation is wrong."
            .to_owned(),
    ];
    let open = page.evidence.iter().filter(|c| c.is_test() && c.status == Status::CannotTell).count();
    if open > 0 {
        lines.push(format!(
            "{open} scores are still open: more animals could turn them either way, but no number of them mends a test that \
             fails."
        ));
    }
    lines
}
