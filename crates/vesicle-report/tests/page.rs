//! The sample page: every drawing and the document are well-formed, names are unique, bytes repeat.

use std::collections::BTreeSet;
use vesicle_report::page::{Claim, Share, Standing, Status};
use vesicle_report::{Page, Rendered, render};

fn sample() -> Page {
    serde_json::from_str(include_str!("sample/page.json")).expect("the sample is a page")
}

fn parse(text: &str) -> Result<roxmltree::Document<'_>, roxmltree::Error> {
    roxmltree::Document::parse_with_options(
        text,
        roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() },
    )
}

fn assert_well_formed(rendered: &Rendered) {
    for figure in &rendered.figures {
        let drawing = parse(&figure.svg).unwrap_or_else(|e| panic!("{}: {e}\n{}", figure.name, figure.svg));
        for attribute in drawing.descendants().flat_map(|n| n.attributes()).filter(|a| a.name() != "href") {
            assert!(!attribute.value().contains("NaN"), "{}: {}", figure.name, attribute.name());
        }
    }
    parse(&rendered.html).unwrap_or_else(|e| panic!("page: {e}"));
    let names: BTreeSet<&str> = rendered.figures.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names.len(), rendered.figures.len(), "two figures have one name");
}

#[test]
fn sample_page_is_well_formed_and_repeats() {
    let page = sample();
    let first = render(&page);
    assert_well_formed(&first);
    assert_eq!(first, render(&page));
}

#[test]
fn empty_page_is_a_page() {
    let rendered = render(&Page::default());
    assert_well_formed(&rendered);
    assert!(rendered.figures.is_empty());
    assert!(!rendered.html.contains("<section"));
}

#[test]
fn page_needs_no_network() {
    let html = render(&sample()).html;
    let document = parse(&html).expect("well-formed");
    for node in document.descendants() {
        for attribute in node.attributes().filter(|a| ["src", "href"].contains(&a.name())) {
            let local = ["#", "figures/", "data:"].iter().any(|start| attribute.value().starts_with(start));
            assert!(local, "{} points to {}", node.tag_name().name(), attribute.value());
        }
    }
}

#[test]
fn when_no_mechanism_holds_the_page_says_so_first() {
    let headline = "No mechanism satisfies the tests.".to_owned();
    let page = Page { standing: Standing::NoneSatisfies, headline, ..sample() };
    let html = render(&page).html;
    let said = html.find("No mechanism satisfies the tests.").expect("the line is there");
    let answer = html.find("<ol>").expect("the answer is there");
    assert!(said < answer);
    for mechanism in &page.mechanisms {
        assert!(html[said..answer].contains(&mechanism.says), "{} is told", mechanism.mechanism);
    }
    let failing = page.evidence.iter().find(|c| c.is_test() && c.status == Status::Fails);
    let text = failing.expect("the sample has a test that fails").text.replace('<', "&lt;");
    assert!(html[said..answer].contains(&text), "where it breaks");
    assert!(!render(&sample()).html.contains("No mechanism satisfies"));
}

/// A page on which one of two mechanisms satisfies its one test.
fn satisfied(severity: f64) -> Page {
    let test = |mechanism: &str, status| Claim {
        text: "cells: mimic < saline".into(),
        role: "test".into(),
        mechanism: mechanism.into(),
        status,
        ratio: Some(2.0),
        interval: Some((1.5, 2.5)),
        compared: "saline / mimic".into(),
        asked: "1.25 or more".into(),
        severity: Some(severity),
        permuted: Some(Share { value: severity, low: 0.1, high: 0.9, n: 455 }),
        n: 6,
        ..Claim::default()
    };
    Page {
        standing: Standing::Satisfied,
        headline: "“a” satisfies the one test; that is no proof of it.".into(),
        evidence: vec![test("a", Status::Holds), test("b", Status::Fails)],
        not_run: vec!["c & d".into()],
        ..Page::default()
    }
}

#[test]
fn a_mechanism_that_satisfies_is_told_with_what_that_does_not_mean() {
    let html = render(&satisfied(0.9)).html;
    let answer = &html[html.find("id=\"answer\"").expect("there")..html.find("</section>").expect("there")];
    for said in [
        "no proof of it",
        "nobody has written down",
        "--draws N",
        "nowhere",
        "1 of 3 declared mechanisms were not run",
        "c &amp; d",
        "saline &#x2f; mimic: 2.00 (1.50–2.50)",
        "1.25 or more",
    ] {
        assert!(answer.contains(said), "{said}: {answer}");
    }
    assert!(!answer.contains("class=\"answer empty\"") && !answer.contains("hardly have failed"));
    assert!(render(&satisfied(0.2)).html.contains("would hardly have failed without the mechanism"));
}

#[test]
fn both_kinds_of_broken_worlds_have_their_own_column() {
    let html = render(&satisfied(0.9)).html;
    assert!(html.contains("Severity, targets permuted") && html.contains("0.9 (0.1–0.9), 455 worlds"));
    let without = |mut page: Page| {
        page.evidence.iter_mut().for_each(|claim| claim.permuted = None);
        page
    };
    assert!(!render(&without(satisfied(0.9))).html.contains("targets permuted"));
}

#[test]
fn tests_are_counted_apart_from_calibrations() {
    let html = render(&sample()).html;
    let n = sample().evidence.iter().filter(|c| c.is_test()).count();
    assert!(html.contains(&format!("Of {n} tests, each counted once per mechanism:")), "the tally");
}
