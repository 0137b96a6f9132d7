//! Sections of the ledger's page.

use super::ledger::Judged;
use super::published;
use super::told::{share, words};
use vesicle_dose::ledger::parameters::SOURCES;
use vesicle_dose::ledger::{Level, Rests};
use vesicle_dose::published::Beside;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::text::number;
use vesicle_report::figure::{Figure, Group, Ranking, Width, waterfall};
use vesicle_report::page;

fn table(head: &[&str], numeric_from: usize, rows: Vec<Vec<String>>) -> Words {
    Words {
        head: head.iter().map(|name| (*name).to_owned()).collect(),
        numeric: (0..head.len()).map(|k| k >= numeric_from).collect(),
        rows,
    }
}

/// Every step, as a waterfall and a table.
pub fn steps(judged: &Judged) -> Section {
    let verdict = &judged.verdict;
    let row = |s: &vesicle_dose::ledger::Step| vec![s.label.to_owned(), words(s.value), s.unit.to_owned()];
    let mut rows: Vec<Vec<String>> = verdict.steps.iter().map(row).collect();
    rows.push(vec!["copies needed".into(), words(verdict.needed), "copies/cell".into()]);
    rows.push(vec!["days above what is needed".into(), words(verdict.days), "d".into()]);
    rows.push(vec![
        "cells with one copy or more, if copies are spread at random".into(),
        share(verdict.cells_with_one),
        String::new(),
    ]);
    rows.push(vec![
        "copies of the molecule in one vesicle".into(),
        words(verdict.copies_per_vesicle),
        "copies".into(),
    ]);
    Section {
        heading: "From dose to cytosol".to_owned(),
        paragraphs: vec![format!("Median with 5th to 95th percentile of {} draws.", judged.draws)],
        figures: vec![Figure::at_both_widths(|width| waterfall(&drawn(judged), width))],
        table: table(&["Step", "amount", "unit"], 1, rows),
    }
}

/// The verdict as a figure takes it.
fn drawn(judged: &Judged) -> page::Verdict {
    let verdict = &judged.verdict;
    let step = |s: &vesicle_dose::ledger::Step| page::Step {
        label: s.label.to_owned(),
        low: s.value.low,
        median: s.value.median,
        high: s.value.high,
        unit: s.unit.to_owned(),
    };
    let n = verdict.needed;
    page::Verdict {
        what: judged.molecule.clone(),
        arm: String::new(),
        receiver: String::new(),
        cargo: judged.molecule.clone(),
        counted: String::new(),
        leads: true,
        level: match verdict.level {
            Level::No => page::Level::No,
            Level::Marginal => page::Level::Marginal,
            Level::Yes => page::Level::Yes,
        },
        days: None,
        share: page::Share { n: u64::from(judged.draws), ..page::Share::default() },
        waterfall: verdict.steps.iter().map(step).collect(),
        needed: page::Range { low: n.low, median: n.median, high: n.high },
    }
}

/// How much would do.
pub fn inverse(judged: &Judged) -> Section {
    let inverse = &judged.verdict.inverse;
    let line = |what: &str, spread| vec![what.to_owned(), words(spread)];
    let rows = vec![
        vec!["particles that would be answered yes".to_owned(), number(inverse.particles_for_yes)],
        vec!["times this dose, for that".to_owned(), number(inverse.factor_for_yes)],
        line("particles, draw by draw", inverse.particles),
        line("vesicles for each cell", inverse.vesicles_per_cell),
        line("flasks", inverse.flasks),
        line("donors", inverse.donors),
        line("times this dose", inverse.factor),
    ];
    Section {
        heading: "How much would do".to_owned(),
        paragraphs: vec![
            "Copies in the cytosol are proportional to the dose, so what a draw needs is its dose times copies needed over \
             copies reached. Yes means nine draws in ten."
                .to_owned(),
        ],
        figures: Vec::new(),
        table: table(&["What", "needed"], 1, rows),
    }
}

/// The dose in every unit, and beside published ones.
pub fn units(judged: &Judged) -> Section {
    let rows = judged.verdict.units.iter().map(|u| vec![u.unit.to_owned(), words(u.value)]).collect();
    let mut figures = Vec::new();
    if !judged.beside.is_empty() {
        figures.push(Figure::at_both_widths(|width| ranking(judged, width)));
    }
    Section {
        heading: "The dose in every unit".to_owned(),
        paragraphs: vec![
            "Published doses: one administration each, to mice (labelling and distribution studies) and in registered trials, \
             collected by Chaudhari 2026 (doi 10.1038/s44222-026-00405-x, data under the MIT licence). Protein is turned into \
             particles, and particles into protein, by the particles per protein that the ledger rests on."
                .to_owned(),
        ],
        figures,
        table: table(&["Unit", "dose"], 1, rows),
    }
}

fn ranking(judged: &Judged, width: Width) -> Figure {
    let published = published::doses().unwrap_or_default();
    let group = |b: &Beside| Group {
        label: format!("{}, {}", b.recipient, b.counted.unit()),
        values: published
            .iter()
            .filter(|p| p.recipient == b.recipient && p.counted == b.counted)
            .map(|p| p.amount)
            .collect(),
        quartiles: b.quartiles,
        own: b.own,
    };
    let groups: Vec<Group> = judged.beside.iter().map(group).collect();
    Ranking {
        name: "published-doses".to_owned(),
        title: "This dose among published ones".to_owned(),
        caption: format!(
            "Points: published doses; box: their middle half with the median; diamond: this dose (median of {} draws). Each \
             line has its own unit.",
            judged.draws
        ),
        axis: "dose, in the unit of its line (logarithmic)".to_owned(),
        groups,
        width,
    }
    .draw()
}

/// A number as it was said.
pub fn said_words(r: &Rests) -> String {
    let prior = if r.prior.is_empty() { String::new() } else { format!(" ({})", r.prior) };
    let source = match (r.source.as_str(), r.said) {
        ("", true) => " said".to_owned(),
        ("", false) => " default".to_owned(),
        (source, _) => format!(" [{source}]"),
    };
    format!("{}{prior}{source}", r.value)
}

/// What the ledger rests on, with sources in full.
pub fn rests(judged: &Judged) -> Section {
    let full = |key: &str| {
        let own = judged.file.sources.get(key).map(String::as_str);
        own.or_else(|| SOURCES.iter().find(|(name, _)| *name == key).map(|(_, text)| *text))
            .unwrap_or(key)
            .to_owned()
    };
    let row = |r: &Rests| {
        let prior = if r.prior.is_empty() { "–".to_owned() } else { r.prior.clone() };
        let source = match (r.source.as_str(), r.said) {
            ("", true) => "said, without a source".to_owned(),
            ("", false) => "default".to_owned(),
            (key, _) => full(key),
        };
        vec![r.name.to_owned(), r.value.clone(), prior, source, r.help.replace('`', "")]
    };
    let rows = judged.verdict.rests_on.iter().map(row).collect();
    Section {
        heading: "What it rests on".to_owned(),
        paragraphs: vec![
            "Every number with its prior and its source; `unread` marks a source that was not opened."
                .replace('`', ""),
        ],
        figures: Vec::new(),
        table: table(&["Number", "value", "prior", "source", "what it is"], usize::MAX, rows),
    }
}

/// Equations in one paragraph.
pub fn methods() -> Section {
    Section {
        heading: "Methods".to_owned(),
        paragraphs: vec![
            "Each draw takes every number from its prior. Vesicles are captured at rate k and lost at λ while they are with the \
             cells for a time T, so a share k/(k + λ)·(1 − exp(−(k + λ)T)) is captured; a share of their cargo escapes to the \
             cytosol and is lost there by its half-life. Compared is the largest number of copies at any time; the delay in \
             the endosome is left out. All draws depend on the seed alone."
                .to_owned(),
        ],
        ..Section::default()
    }
}

/// What determines the result.
pub fn versions(judged: &Judged) -> Vec<(String, String)> {
    let inputs = judged.inputs.iter().map(|i| (i.name.clone(), format!("sha256 {}", i.sha256)));
    let own = [
        ("vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("seed".to_owned(), judged.seed.to_string()),
        ("draws".to_owned(), judged.draws.to_string()),
    ];
    let tables = published::sums().into_iter().map(|(name, sha256)| (name, format!("sha256 {sha256}")));
    own.into_iter().chain(inputs).chain(tables).collect()
}
