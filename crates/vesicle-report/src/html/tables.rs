//! Sections that are tables: the audit, the ledger, sources and versions.

use crate::figure::beside::summary;
use crate::figure::text::{clean, number, spread, two_digits, with_unit};
use crate::page::{Assumption, Beside, LedgerRow, Origin, Page};
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
        value: clean(&a.value),
        prior: clean(&a.prior),
        status: origin_word(a.status),
        source: clean(&a.source),
        citation: clean(&a.citation),
    }
}

#[derive(Serialize)]
pub(super) struct LedgerTable {
    heading: String,
    arms: Vec<String>,
    rows: Vec<LedgerLine>,
}

#[derive(Serialize)]
struct LedgerLine {
    account: String,
    amounts: Vec<String>,
}

/// One table per mechanism, population and unit: accounts down, arms across.
pub(super) fn ledger(page: &Page) -> Vec<LedgerTable> {
    let key = |r: &LedgerRow| (r.mechanism.clone(), r.population_or_species.clone(), r.unit.clone());
    let keys = distinct(page.ledger.iter().map(key));
    let rows_of =
        |k: &(String, String, String)| page.ledger.iter().filter(|r| key(r) == *k).collect::<Vec<_>>();
    keys.iter().map(|k| ledger_table(&rows_of(k))).collect()
}

fn ledger_table(rows: &[&LedgerRow]) -> LedgerTable {
    let arms = distinct(rows.iter().map(|r| r.arm.clone()));
    let accounts = distinct(rows.iter().map(|r| r.account.clone()));
    let amount = |account: &str, arm: &str| {
        let found: Vec<f64> =
            rows.iter().filter(|r| r.account == account && r.arm == arm).map(|r| r.amount).collect();
        if found.is_empty() { String::new() } else { number(found.iter().sum()) }
    };
    let lines = accounts.iter().map(|account| LedgerLine {
        account: clean(account),
        amounts: arms.iter().map(|arm| amount(account, arm)).collect(),
    });
    let first = rows.first().map(|r| (*r).clone()).unwrap_or_default();
    let mechanism = if first.mechanism.is_empty() {
        String::new()
    } else {
        format!(", mechanism “{}”", first.mechanism)
    };
    let unit = if first.unit.is_empty() { String::new() } else { format!(" [{}]", first.unit) };
    LedgerTable {
        heading: clean(&format!("{}{unit}{mechanism}", first.population_or_species)),
        arms: arms.iter().map(|a| clean(a)).collect(),
        rows: lines.collect(),
    }
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut out: Vec<T> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
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
    let (measured, simulated) = (summary(&b.measured), summary(&b.simulated));
    let words = |s: Option<(f64, f64, f64)>, n: u64, day: f64| {
        let range = s.map_or("nothing".to_owned(), |(low, mean, high)| spread(low, mean, high));
        format!("{range}, n\u{a0}=\u{a0}{n}, {}\u{a0}d", number(day))
    };
    let ratio = match (measured, simulated) {
        (Some((_, m, _)), Some((_, s, _))) if m > 0.0 && s > 0.0 => two_digits(s / m),
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
pub(super) fn unmeasured(page: &Page) -> Vec<Pair> {
    page.unmeasured.iter().map(|u| Pair { key: clean(&u.outcome), text: clean(&u.why) }).collect()
}
