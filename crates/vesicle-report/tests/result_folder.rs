//! The page of a committed small result: report and simulator are worked on apart.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use vesicle_report::{Page, render};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/plug-small")
}

#[test]
fn a_real_result_has_every_part_of_its_page() {
    let page: Page = toml::from_str(&fs::read_to_string(folder().join("report.toml")).unwrap()).unwrap();
    let rendered = render(&page);
    assert!(!page.verdicts.is_empty() && !page.audit.is_empty() && !page.ledger.is_empty());
    for figure in &rendered.figures {
        assert!(roxmltree::Document::parse(&figure.svg).is_ok(), "{} is not XML", figure.name);
        assert!(!figure.csv.is_empty(), "{} has no points", figure.name);
    }
    let has = |start: &str| rendered.figures.iter().any(|figure| figure.name.starts_with(start));
    assert!(has("course") && has("pictures") && has("waterfall"), "course, tissue picture and dose");
    for verdict in &page.verdicts {
        assert!(rendered.html.contains(&verdict.what), "{} is told", verdict.what);
    }
    let first = page.audit.first().unwrap();
    assert!(rendered.html.contains(&first.path), "the audit is shown");
    assert!(!rendered.html.contains("http://www.w3.org/1999/xlink") && !rendered.html.contains("src=\"http"));
}

#[test]
fn the_ledger_of_the_result_closes_by_hand() {
    let text = fs::read_to_string(folder().join("ledger.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|known| *known == name).unwrap();
    let [of, sign, amount, arm, replicate] = ["of", "sign", "amount", "arm", "replicate"].map(column);
    let mut sums = std::collections::BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        let sum: &mut (f64, f64) = sums.entry((cells[arm], cells[replicate], cells[of])).or_default();
        sum.0 += number(sign) * number(amount);
        sum.1 += number(sign).abs() * number(amount);
    }
    assert!(sums.len() > 2);
    for (what, (difference, size)) in sums {
        assert!(difference.abs() <= 1e-9 * size.abs().max(1.0), "{what:?}: {difference}");
    }
}
