//! Sections that are tables: the audit, sources and versions, what was measured.

use crate::figure::beside::{self as figure, summary};
use crate::figure::text::{clean, number, raised, spread, two_digits, with_unit};
use crate::page::{Assumption, Beside, Origin, Page, Unmeasured};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct AuditView {
    counts: Vec<Count>,
    rows: Vec<AuditRow>,
}

#[derive(Serialize)]
struct Count {
    n: usize,
    word: &'static str,
}

#[derive(Serialize)]
struct AuditRow {
    path: String,
    value: String,
    prior: String,
    status: &'static str,
    source: String,
    citation: String,
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Measured => "measured",
        Origin::Assumed => "assumed",
        Origin::Design => "design",
        Origin::Unread => "unread",
    }
}

/// The audit, or none when no parameter is listed.
pub(super) fn audit(page: &Page) -> Option<AuditView> {
    if page.audit.is_empty() {
        return None;
    }
    let all = [Origin::Measured, Origin::Assumed, Origin::Unread, Origin::Design];
    let counted = all
        .into_iter()
        .map(|o| Count { n: page.audit.iter().filter(|a| a.status == o).count(), word: origin_word(o) });
    Some(AuditView {
        counts: counted.filter(|c| c.n > 0).collect(),
        rows: page.audit.iter().map(audit_row).collect(),
    })
}

fn audit_row(a: &Assumption) -> AuditRow {
    AuditRow {
        path: clean(&a.path),
        value: raised(&clean(&a.value)),
        prior: raised(&clean(&a.prior)),
        status: origin_word(a.status),
        source: clean(&a.source),
        citation: clean(&a.citation),
    }
}

#[derive(Serialize)]
pub(super) struct Pair {
    key: String,
    text: String,
}

pub(super) fn citations(page: &Page) -> Vec<Pair> {
    page.citations.iter().map(|c| Pair { key: clean(&c.key), text: clean(&c.text) }).collect()
}

pub(super) fn versions(page: &Page) -> Vec<Pair> {
    page.versions.iter().map(|v| Pair { key: clean(&v.name), text: clean(&v.version) }).collect()
}

#[derive(Serialize)]
pub(super) struct BesideRow {
    outcome: String,
    arm: String,
    mechanism: String,
    measured: String,
    simulated: String,
    ratio: String,
}

/// Measured beside simulated, in numbers.
pub(super) fn beside(page: &Page) -> Vec<BesideRow> {
    page.beside.iter().map(beside_row).collect()
}

fn beside_row(b: &Beside) -> BesideRow {
    let (measured, simulated) = (figure::measured(b), summary(&b.simulated));
    let words = |s: Option<(f64, f64, f64)>, n: u64, day: f64| {
        let range = s.map_or("nothing".to_owned(), |(low, mean, high)| spread(low, mean, high));
        format!("{range}, n\u{a0}=\u{a0}{n}, {}\u{a0}d", number(day))
    };
    let ratio = match (measured, simulated) {
        (Some((_, m, _)), Some((_, s, _))) if m > 0.0 && s > 0.0 => two_digits(s / m),
        (Some((_, 0.0, _)), _) => "none: measured is 0".to_owned(),
        (_, Some((_, 0.0, _))) => "0".to_owned(),
        _ => String::new(),
    };
    BesideRow {
        outcome: clean(&with_unit(&b.outcome, &b.unit)),
        arm: clean(&b.arm),
        mechanism: clean(&b.mechanism),
        measured: words(measured, b.measured_n, b.measured_d),
        simulated: words(simulated, b.simulated.len() as u64, b.simulated_d),
        ratio,
    }
}

/// Outcomes without a value, and why.
pub(super) fn unmeasured(all: &[Unmeasured]) -> Vec<Pair> {
    all.iter().map(|u| Pair { key: clean(&u.outcome), text: clean(&u.why) }).collect()
}
