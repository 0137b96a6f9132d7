//! The first block of a page: what the tests leave of the mechanisms, where each one breaks, what is still open, and
//! what it does not mean.

use crate::figure::matrix::SEVERE;
use crate::figure::text::{clean, number, percent, ratio_range};
use crate::page::{Claim, Page, Standing, Status};
use serde::Serialize;
use vesicle_base::words::{counted, plural, verb};

#[derive(Serialize)]
pub(super) struct Block {
    headline: String,
    /// No mechanism is left.
    is_none: bool,
    /// Tests stand with the verdict of most draws, ratios with their median.
    drawn: bool,
    sentence: String,
    /// Whether it is known what was asked of some ratio.
    asks: bool,
    rows: Vec<Row>,
    meaning: Vec<String>,
}

/// Where one mechanism stands.
#[derive(Serialize)]
struct Row {
    mechanism: String,
    says: String,
    tally: String,
    breaks: String,
    seen: String,
    asked: String,
}

/// The block; none where there is no test.
pub(super) fn block(page: &Page) -> Option<Block> {
    if page.standing == Standing::Untested {
        return None;
    }
    let rows: Vec<Row> = mechanisms(page).into_iter().map(|m| row(page, m)).collect();
    Some(Block {
        headline: clean(&page.headline),
        is_none: page.standing == Standing::NoneSatisfies,
        drawn: page.draws > 1,
        sentence: sentence(page),
        asks: rows.iter().any(|row| !row.asked.is_empty()),
        rows,
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

/// How it was tried.
fn sentence(page: &Page) -> String {
    let n_mechanisms = mechanisms(page).len();
    let none = page.standing == Standing::NoneSatisfies;
    let draws: u64 = page.mechanisms.iter().map(|m| m.draws).fold(0, u64::saturating_add);
    if draws > 0 {
        let under = counted(n_mechanisms, "mechanism");
        let all = number(draws as f64);
        if !none {
            return format!(
                "The tests were asked of {all} draw{} of the priors in all, under {under}.",
                plural(draws)
            );
        }
        let highest = page.mechanisms.iter().map(|m| m.high).filter(|h| h.is_finite()).fold(0.0, f64::max);
        return format!(
            "Each of {all} draw{} of the priors under {under} fails at least one test. At most {} of the prior \
             volume of any mechanism could still satisfy all of them (upper end of its interval).",
            plural(draws),
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
    let what = if none { "fails at least one of the" } else { "was put to" };
    let tests = counted(tests.len(), "test");
    let animals = if n > 0 { format!("n = {n} per arm and ") } else { String::new() };
    format!("{run} {what} {tests}, with {animals}the assumed values as written.")
}

fn row(page: &Page, mechanism: &str) -> Row {
    let tests: Vec<&Claim> =
        page.evidence.iter().filter(|c| c.is_test() && c.mechanism == mechanism).collect();
    let count = |status: Status| tests.iter().filter(|c| c.status == status).count();
    let open = count(Status::CannotTell) + count(Status::NotEvaluated);
    let broken = tests.iter().find(|c| c.status == Status::Fails);
    let says = page.mechanisms.iter().find(|m| m.mechanism == mechanism).map_or("", |m| m.says.as_str());
    Row {
        mechanism: clean(mechanism),
        says: clean(says),
        tally: format!(
            "{} {}, {} {}, {open} open",
            count(Status::Holds),
            verb(count(Status::Holds), "hold"),
            count(Status::Fails),
            verb(count(Status::Fails), "fail")
        ),
        breaks: broken.map_or("nowhere".to_owned(), |c| clean(&c.text)),
        seen: broken.map_or(String::new(), |c| seen(c)),
        asked: broken.map_or(String::new(), |c| clean(&c.asked)),
    }
}

/// The ratio that broke a claim, and of what it is one.
fn seen(claim: &Claim) -> String {
    let of = if claim.compared.is_empty() { String::new() } else { format!("{}: ", clean(&claim.compared)) };
    match (claim.ratio, claim.interval) {
        (Some(ratio), Some((low, high))) => format!("{of}{}", ratio_range(low, ratio, high)),
        (None, Some((low, high))) => format!("{} to {}", number(low), number(high)),
        _ => String::new(),
    }
}

/// What follows from it, and what does not.
fn meaning(page: &Page) -> Vec<String> {
    let mut lines: Vec<String> = match page.standing {
        Standing::NoneSatisfies => vec![breaks(page)],
        Standing::Untested | Standing::Undecided => Vec::new(),
        Standing::Satisfied => satisfies(page),
    };
    let open = page.evidence.iter().filter(|c| c.is_test() && c.status == Status::CannotTell).count();
    if open > 0 {
        let but = if page.standing == Standing::NoneSatisfies {
            ", but no number of them mends a test that fails"
        } else {
            ""
        };
        lines.push(format!(
            "{} {} still open: more animals could turn {} either way{but}.",
            counted(open, "score"),
            if open == 1 { "is" } else { "are" },
            if open == 1 { "it" } else { "them" }
        ));
    }
    lines.extend(left_out(page));
    lines
}

fn breaks(page: &Page) -> String {
    let either = if mechanisms(page).len() == 1 && page.not_run.is_empty() {
        "Either it is not at work, or a value that it rests on is wrong."
    } else {
        "Either none of the mechanisms that were run is at work, or a value that they rest on is wrong."
    };
    format!("{either} It does not say that the published observation is wrong.")
}

fn satisfies(page: &Page) -> Vec<String> {
    let mut lines = vec![
        "What satisfies the tests could have made what was observed. So could a mechanism that nobody has written down; and \
         tests that a model was built to satisfy count for little."
            .to_owned(),
    ];
    let holding = || page.evidence.iter().filter(|c| c.is_test() && c.status == Status::Holds);
    let weak = holding().filter(|c| c.severity.is_some_and(|s| s < SEVERE)).count();
    let unknown = holding().filter(|c| c.severity.is_none()).count();
    if weak > 0 {
        lines.push(format!(
            "{weak} of the {} that hold would hardly have failed without the mechanism (severity below {SEVERE}): they tell \
             nothing for it.",
            counted(holding().count(), "score")
        ));
    }
    if unknown > 0 {
        lines.push(format!("The severity of {} that hold is not known.", counted(unknown, "score")));
    }
    if page.draws == 0 {
        lines.push(
            "That is with the assumed values as written; --draws N asks it over their priors.".to_owned(),
        );
    }
    lines
}

/// Rivals that were declared and not run.
fn left_out(page: &Page) -> Option<String> {
    let names: Vec<String> = page.not_run.iter().map(|name| format!("“{}”", clean(name))).collect();
    (!names.is_empty()).then(|| {
        let all = names.len() + mechanisms(page).len();
        format!(
            "{} of {all} declared mechanisms were not run (--mechanism NAME runs one): {}.",
            names.len(),
            names.join(", ")
        )
    })
}
