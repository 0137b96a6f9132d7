//! Where everything went: what came in and what became of it, without the accounts in which nothing stands.

use crate::figure::text::{clean, thousands};
use crate::page::{LedgerRow, Page};
use serde::Serialize;
use vesicle_base::words::counted;

/// Molecules shown where no verdict names one.
const FIRST_MOLECULES: usize = 5;

/// The ledger of a page; every account of every molecule stands in the files beside it.
#[derive(Serialize)]
pub(super) struct LedgerView {
    /// Vesicles under the first mechanism.
    leading: Vec<LedgerTable>,
    /// Molecules under the first mechanism, and all of the others.
    folded: Vec<Folded>,
    note: String,
}

#[derive(Serialize)]
struct Folded {
    summary: String,
    tables: Vec<LedgerTable>,
}

#[derive(Serialize)]
struct LedgerTable {
    heading: String,
    arms: Vec<String>,
    rows: Vec<LedgerLine>,
    /// In less out, where the accounts say which they are.
    difference: Vec<String>,
}

#[derive(Serialize)]
struct LedgerLine {
    account: String,
    amounts: Vec<String>,
}

/// One table per mechanism, population and unit: accounts down, arms across.
pub(super) fn ledger(page: &Page) -> Option<LedgerView> {
    let mechanisms = distinct(page.ledger.iter().map(|r| r.mechanism.as_str()));
    let (first, others) = mechanisms.split_first()?;
    let shown = Shown::of(page);
    let of = |mechanism: &str| {
        let tables = tables(page, mechanism);
        tables.into_iter().partition::<Vec<_>, _>(|((_, unit), _)| unit != "copies")
    };
    let (vesicles, molecules) = of(first);
    let mut folded: Vec<Folded> = Vec::new();
    let molecules = shown.among(molecules);
    if !molecules.is_empty() {
        let summary = format!("{} under the same mechanism", counted(molecules.len(), "molecule"));
        folded.push(Folded { summary, tables: molecules });
    }
    for mechanism in others {
        let (vesicles, molecules) = of(mechanism);
        let tables = plain(vesicles).into_iter().chain(shown.among(molecules)).collect();
        folded.push(Folded { summary: clean(&format!("Mechanism “{mechanism}”")), tables });
    }
    Some(LedgerView { leading: plain(vesicles), folded, note: note(page, &shown) })
}

fn note(page: &Page, shown: &Shown) -> String {
    let which = if page.draws > 0 {
        "The one run of each arm in the first draw of the priors, at the end"
    } else {
        "The first replicate of every arm, at the end"
    };
    let left = match shown.all.saturating_sub(shown.names.len()) {
        0 => String::new(),
        1 => " One more molecule stands in ledger.csv.".to_owned(),
        n => format!(" {n} more molecules stand in ledger.csv."),
    };
    format!(
        "{which}; accounts in which nothing stands are left out. What came in less what became of it is the difference. \
         Unsettled is what fields expected of capture less the whole vesicles that cells took, 0 on average; its spread says \
         how far from 0 chance brings it.{left}"
    )
}

/// The molecules that a page shows: those that come nearest to what is needed.
struct Shown {
    names: Vec<String>,
    all: usize,
}

impl Shown {
    fn of(page: &Page) -> Self {
        let all =
            distinct(page.ledger.iter().filter(|r| r.unit == "copies").map(|r| &r.population_or_species));
        let is_named = |name: &String| page.verdicts.iter().any(|v| v.cargo == *name);
        let mut names: Vec<String> = all.iter().copied().filter(|name| is_named(name)).cloned().collect();
        if names.is_empty() {
            names = all.iter().copied().take(FIRST_MOLECULES).cloned().collect();
        }
        Self { names, all: all.len() }
    }

    fn among(&self, mut tables: Vec<Keyed>) -> Vec<LedgerTable> {
        tables.retain(|((name, _), _)| self.names.contains(name));
        plain(tables)
    }
}

/// A table with what it is about and its unit.
type Keyed = ((String, String), LedgerTable);

fn plain(tables: Vec<Keyed>) -> Vec<LedgerTable> {
    tables.into_iter().map(|(_, table)| table).collect()
}

/// The tables of one mechanism.
fn tables(page: &Page, mechanism: &str) -> Vec<Keyed> {
    let of_mechanism = || page.ledger.iter().filter(|r| r.mechanism == mechanism);
    let keys = distinct(of_mechanism().map(|r| (&r.population_or_species, &r.unit)));
    let table = |key: &(&String, &String)| {
        let rows: Vec<&LedgerRow> =
            of_mechanism().filter(|r| (&r.population_or_species, &r.unit) == *key).collect();
        ((key.0.clone(), key.1.clone()), ledger_table(&rows))
    };
    keys.iter().map(table).collect()
}

fn ledger_table(rows: &[&LedgerRow]) -> LedgerTable {
    let arms = distinct(rows.iter().map(|r| r.arm.as_str()));
    let accounts = distinct(rows.iter().map(|r| r.account.as_str()));
    let of = |account: &str, arm: &str| -> Vec<f64> {
        rows.iter().filter(|r| r.account == account && r.arm == arm).map(|r| r.amount).collect()
    };
    let amount = |account: &str, arm: &str| {
        let found = of(account, arm);
        if found.is_empty() { String::new() } else { counted_whole(found.iter().sum()) }
    };
    // What is not a number is not nothing.
    let holds = |account: &&&str| rows.iter().any(|r| r.account == **account && r.amount != 0.0);
    let lines = accounts.iter().filter(holds).map(|account| LedgerLine {
        account: clean(account),
        amounts: arms.iter().map(|arm| amount(account, arm)).collect(),
    });
    let difference = |arm: &&str| {
        let signed = rows.iter().filter(|r| r.arm == **arm).map(|r| f64::from(r.sign) * r.amount);
        let turned = rows.iter().filter(|r| r.arm == **arm && r.sign != 0).map(|r| r.amount.abs());
        let (sum, size): (f64, f64) = (signed.sum(), turned.sum());
        // Sums of amounts that are no whole numbers are exact to their last bits only.
        counted_whole(if sum.abs() <= 1e-9 * size { 0.0 } else { sum })
    };
    let has_signs = rows.iter().any(|r| r.sign != 0);
    let first = rows.first().map(|r| (*r).clone()).unwrap_or_default();
    let under = if first.mechanism.is_empty() {
        String::new()
    } else {
        format!(", mechanism “{}”", first.mechanism)
    };
    let unit = if first.unit.is_empty() { String::new() } else { format!(" [{}]", first.unit) };
    LedgerTable {
        heading: clean(&format!("{}{unit}{under}", first.population_or_species)),
        rows: lines.collect(),
        difference: if has_signs { arms.iter().map(difference).collect() } else { Vec::new() },
        arms: arms.iter().map(|a| clean(a)).collect(),
    }
}

/// A count to its last one, so that a reader can add a column up; what is no count to its tenth.
fn counted_whole(amount: f64) -> String {
    if !amount.is_finite() || amount.abs() >= 1e12 {
        return crate::figure::text::number(amount);
    }
    let tenths = (amount * 10.0).round() / 10.0;
    let digits =
        if tenths.fract() == 0.0 { format!("{:.0}", tenths.abs()) } else { format!("{:.1}", tenths.abs()) };
    format!("{}{}", if tenths < 0.0 { "−" } else { "" }, thousands(&digits))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(of: &str, unit: &str, account: &str, sign: i8, amount: f64) -> LedgerRow {
        LedgerRow {
            arm: "a".into(),
            mechanism: "m".into(),
            population_or_species: of.into(),
            account: account.into(),
            sign,
            amount,
            unit: unit.into(),
        }
    }

    #[test]
    fn a_column_adds_up_and_nothing_takes_no_room() {
        let vesicles = |account: &str, sign: i8, amount: f64| row("young", "vesicles", account, sign, amount);
        let page = Page {
            ledger: vec![
                vesicles("injected", 1, 25_000.0),
                vesicles("released", 1, 0.0),
                vesicles("degraded", -1, 24_299.0),
                vesicles("cleared", -1, 666.6),
                vesicles("unsettled", -1, 34.4),
                vesicles("spread", 0, 156.0),
                row("let-7b", "copies", "captured", 1, 10.0),
                row("let-7b", "copies", "degraded", -1, 9.0),
            ],
            ..Page::default()
        };
        let view = ledger(&page).expect("there is a ledger");
        let table = &view.leading[0];
        let accounts: Vec<&str> = table.rows.iter().map(|r| r.account.as_str()).collect();
        assert_eq!(accounts, ["injected", "degraded", "cleared", "unsettled", "spread"]);
        assert_eq!(table.rows[1].amounts, ["24\u{2009}299"]);
        assert_eq!(table.rows[2].amounts, ["666.6"]);
        assert_eq!(table.difference, ["0"]);
        assert_eq!(view.folded[0].tables[0].difference, ["1"]);
    }

    #[test]
    fn molecules_that_verdicts_name_are_shown_and_the_others_counted() {
        let molecules = ["x", "y", "z"].map(|name| row(name, "copies", "captured", 1, 1.0));
        let named = crate::page::Verdict { cargo: "y".into(), ..Default::default() };
        let page = Page { ledger: molecules.to_vec(), verdicts: vec![named], ..Page::default() };
        let view = ledger(&page).expect("there is a ledger");
        assert_eq!(view.folded[0].tables.len(), 1);
        assert!(view.note.contains("2 more molecules"), "{}", view.note);
        assert!(ledger(&Page::default()).is_none());
    }
}
