//! The ledger as it is told: the answer, one table, figures, a page.

use super::ledger::Judged;
use super::{published, sheet, told_page as page};
use crate::commands::telling::{Cell, Rows, Told, heads};
use crate::failure::Failure;
use serde_json::{Value, json};
use vesicle_dose::Spread;
use vesicle_dose::isolation::purity_band;
use vesicle_dose::ledger::{Level, Name};
use vesicle_report::Article;
use vesicle_report::figure::text::{number, percent_range, ranged};

/// What is told of a judged dose.
///
/// # Errors
/// None at present; kept with those of its kind.
pub fn told(judged: &Judged) -> Result<Told, Failure> {
    let answer = answer(judged);
    let sections = vec![
        page::steps(judged),
        page::inverse(judged),
        page::units(judged),
        page::rests(judged),
        sheet::section(&judged.sheet),
        page::methods(),
    ];
    Ok(Told {
        name: "ledger",
        manifest: manifest(judged),
        rows: rows(judged),
        more: vec![
            ("verdict", json!(judged.verdict.level.word())),
            ("sheet", Value::Array(sheet::rows(&judged.sheet).json())),
        ],
        beside: Vec::new(),
        page: Article {
            title: if judged.file.title.is_empty() {
                "Dose ledger".to_owned()
            } else {
                judged.file.title.clone()
            },
            question: format!("Can this dose bring {} into the cell?", judged.molecule),
            answer: answer.clone(),
            warnings: judged.notes.clone(),
            sections,
            command: crate::commands::cargo::again(),
            versions: page::versions(judged),
        },
        answer,
        notes: judged.notes.clone(),
    })
}

/// A spread in words.
pub fn words(spread: Spread) -> String {
    ranged(spread.low, spread.median, spread.high)
}

fn answer(judged: &Judged) -> Vec<String> {
    let verdict = &judged.verdict;
    let (reached, n) = verdict.reached;
    let word = match verdict.level {
        Level::No => "No",
        Level::Marginal => "Marginal",
        Level::Yes => "Yes",
    };
    let arrived = verdict.steps.last().map_or_else(Spread::default, |step| step.value);
    let mut lines = vec![format!(
        "{word}: {} of {} draws reach the {} copies of {} that a cell needs in its cytosol; most copies there: {}.",
        number(f64::from(reached)),
        number(f64::from(n)),
        words(verdict.needed),
        judged.molecule,
        words(arrived)
    )];
    if verdict.days.high > 0.0 {
        lines.push(format!("Days above what is needed: {}.", words(verdict.days)));
    }
    lines.push(inverse(judged));
    lines.extend(beside(judged));
    let assumed = verdict.rests_on.iter().filter(|r| r.source == "assumed").map(|r| r.name);
    let assumed: Vec<&str> = assumed.collect();
    if !assumed.is_empty() {
        lines.push(format!(
            "Of {} numbers {} are assumed: {}.",
            verdict.rests_on.len(),
            assumed.len(),
            assumed.join(", ")
        ));
    }
    if let Some(ratio) = judged.particles_per_ug {
        lines.push(format!(
            "Purity by particles per protein: {} per ug is {} (Webber and Clayton 2013).",
            number(ratio),
            purity_band(ratio)
        ));
    }
    lines
}

fn inverse(judged: &Judged) -> String {
    let inverse = &judged.verdict.inverse;
    if !inverse.particles_for_yes.is_finite() {
        return "No dose of this preparation would do: in one draw of ten or more, no copy arrives."
            .to_owned();
    }
    format!(
        "Needed for yes: {} particles, {} times this dose; at the median of the draws {} flasks, {} donors.",
        number(inverse.particles_for_yes),
        number(inverse.factor_for_yes),
        words(inverse.flasks),
        words(inverse.donors)
    )
}

fn beside(judged: &Judged) -> Option<String> {
    let one = |b: &vesicle_dose::published::Beside| {
        format!("{} of {} {} doses in {}", b.smaller, b.n, b.recipient, b.counted.unit())
    };
    // In the unit in which it was said; what is converted stands on the page.
    let by_protein = judged.verdict.rests_on.iter().any(|r| r.name == Name::Protein.parameter().name);
    let said = |b: &&vesicle_dose::published::Beside| b.counted.is_protein() == by_protein;
    let all: Vec<String> = judged.beside.iter().filter(said).map(one).collect();
    (!all.is_empty()).then(|| format!("This dose is larger than {}.", all.join(", ")))
}

fn row(section: &str, name: &str, what: &str, spread: Spread, unit: &str, note: String) -> Vec<Cell> {
    let numbers = [spread.low, spread.median, spread.high].map(Cell::from);
    let [low, median, high] = numbers;
    vec![section.into(), name.into(), what.into(), low, median, high, unit.into(), note.into()]
}

fn rows(judged: &Judged) -> Rows {
    let verdict = &judged.verdict;
    let none = String::new;
    let mut rows = Vec::new();
    for s in &verdict.steps {
        rows.push(row("ledger", s.key, s.label, s.value, s.unit, none()));
    }
    rows.push(row(
        "verdict",
        "needed",
        "copies needed",
        verdict.needed,
        "copies/cell",
        verdict.level.word().to_owned(),
    ));
    let share = f64::from(verdict.reached.0) / f64::from(verdict.reached.1.max(1));
    let exactly = |value: f64| Spread { low: value, median: value, high: value };
    rows.push(row("verdict", "share", "draws that reach it", exactly(share), "", none()));
    rows.push(row("verdict", "days", "days above it", verdict.days, "d", none()));
    rows.push(row(
        "verdict",
        "cells_with_one",
        "cells with one copy or more",
        verdict.cells_with_one,
        "",
        none(),
    ));
    rows.push(row(
        "verdict",
        "copies_per_vesicle",
        "copies in one vesicle",
        verdict.copies_per_vesicle,
        "copies",
        none(),
    ));
    for u in &verdict.units {
        rows.push(row("dose", u.unit, "the dose", u.value, u.unit, none()));
    }
    let inverse = &verdict.inverse;
    let for_yes = [
        ("particles_for_yes", inverse.particles_for_yes, "particles"),
        ("factor_for_yes", inverse.factor_for_yes, "times"),
    ];
    for (name, value, unit) in for_yes {
        rows.push(row("inverse", name, "dose that would be answered yes", exactly(value), unit, none()));
    }
    for (name, spread, unit) in [
        ("particles", inverse.particles, "particles"),
        ("vesicles_per_cell", inverse.vesicles_per_cell, "per cell"),
        ("flasks", inverse.flasks, "flasks"),
        ("donors", inverse.donors, "donors"),
        ("factor", inverse.factor, "times"),
    ] {
        rows.push(row("inverse", name, "dose needed, draw by draw", spread, unit, none()));
    }
    for b in &judged.beside {
        let spread = Spread { low: b.quartiles[0], median: b.quartiles[1], high: b.quartiles[2] };
        let note = format!("n = {}; {} smaller than this dose; quartiles", b.n, b.smaller);
        rows.push(row("published", &b.recipient, "published doses", spread, b.counted.unit(), note));
    }
    rows.extend(verdict.rests_on.iter().map(rests));
    Rows { head: heads(&["section", "name", "what", "low", "median", "high", "unit", "note"]), rows }
}

fn rests(r: &vesicle_dose::ledger::Rests) -> Vec<Cell> {
    let nothing = Spread { low: f64::NAN, median: f64::NAN, high: f64::NAN };
    row("rests on", r.name, r.help, nothing, "", page::said_words(r))
}

fn manifest(judged: &Judged) -> Value {
    let input = |i: &crate::commands::cargo::reading::Input| json!({ "name": i.name, "sha256": i.sha256 });
    let rests = judged.verdict.rests_on.iter().map(|r| json!([r.name, r.value, r.prior, r.source]));
    let steps =
        judged.isolation.as_ref().map(|(p, _)| p.steps.iter().map(|s| s.text.clone()).collect::<Vec<_>>());
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "dose ledger",
        "inputs": judged.inputs.iter().map(input).collect::<Vec<_>>(),
        "molecule": judged.molecule,
        "numbers": rests.collect::<Vec<_>>(),
        "isolation": steps,
        "seed": judged.seed,
        "draws": judged.draws,
        "tables": published::sums(),
    })
}

/// A share in words.
pub fn share(spread: Spread) -> String {
    percent_range(spread.low, spread.median, spread.high)
}
