//! The sample page: every drawing and the document are well-formed, names are unique, bytes repeat.

use std::collections::BTreeSet;
use vesicle_report::page::Status;
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
    let page = Page { none_satisfies: true, ..sample() };
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
