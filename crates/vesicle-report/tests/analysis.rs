//! The figures and the page of an analysis: every value in the CSV, nothing unescaped, numbers that are none left out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use vesicle_report::article::{Article, Section, Words};
use vesicle_report::figure::{Axis, Class, Dot, Effect, Effects, Figure, Scatter, Stability, Width};

fn scatter(width: Width) -> Figure {
    let dots = |n: usize| {
        (0..n).map(|i| Dot { name: format!("<m{i}>"), x: i as f64, y: -(i as f64), named: true }).collect()
    };
    let bad = Dot { name: "none".into(), x: f64::NAN, y: f64::INFINITY, named: true };
    Scatter {
        name: "s".into(),
        title: "points & names".into(),
        x: Axis { name: "x".into(), ..Axis::default() },
        y: Axis { name: "y".into(), ..Axis::default() },
        classes: vec![
            Class { label: "rest".into(), look: None, dots: vec![bad] },
            Class { label: "up".into(), look: Some(2), dots: dots(30) },
        ],
        uprights: vec![0.0],
        levels: vec![-3.0],
        width,
        ..Scatter::default()
    }
    .draw()
}

#[test]
fn drawings_are_well_formed_and_leave_out_what_is_no_number() {
    let effects = Effects {
        rows: vec![Effect {
            label: "a & b".into(),
            low: -2.0,
            middle: -1.0,
            high: f64::INFINITY,
            ..Effect::default()
        }],
        ..Effects::default()
    };
    let stability = Stability {
        choices: vec!["one".into(), "two".into()],
        rows: vec![("turns".into(), vec![-1.0, 1.0]), ("none".into(), vec![f64::NAN, f64::NAN])],
        ..Stability::default()
    };
    for figure in [scatter(Width::Double), scatter(Width::Single), effects.draw(), stability.draw()] {
        roxmltree::Document::parse(&figure.svg).unwrap();
        assert!(!figure.svg.contains("NaN") && !figure.svg.contains("inf"), "{}", figure.svg);
    }
    assert_eq!(scatter(Width::Double).csv.lines().count(), 32);
}

#[test]
fn names_never_cover_each_other() {
    let svg = scatter(Width::Double).svg;
    let document = roxmltree::Document::parse(&svg).unwrap();
    let named: Vec<(f64, f64, usize)> = document
        .descendants()
        .filter(|n| n.has_tag_name("text"))
        .filter_map(|n| {
            let words: String =
                n.descendants().filter(roxmltree::Node::is_text).map(|t| t.text().unwrap()).collect();
            let at = |key| n.attribute(key).unwrap().parse::<f64>().unwrap();
            words.starts_with("<m").then(|| (at("x"), at("y"), words.len()))
        })
        .collect();
    assert!(named.len() > 10, "{}", named.len());
    for (i, a) in named.iter().enumerate() {
        for b in &named[..i] {
            let apart = (a.1 - b.1).abs() > 6.0 || (a.0 - b.0).abs() > 3.0 * a.2.min(b.2) as f64;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}

#[test]
fn a_sign_that_turns_is_drawn_in_its_own_colour() {
    let svg = |estimates: Vec<f64>| {
        Stability {
            choices: vec!["a".into(), "b".into()],
            rows: vec![("f".into(), estimates)],
            ..Stability::default()
        }
        .draw()
        .svg
    };
    let joined = |svg: &str| svg.matches("stroke=\"#d55e00\"").count();
    assert_eq!((joined(&svg(vec![-1.0, 1.0])), joined(&svg(vec![0.5, 1.0]))), (1, 0));
}

#[test]
fn the_page_escapes_every_word() {
    let evil = "<script>alert(1)</script>".to_owned();
    let page = Article {
        title: evil.clone(),
        question: evil.clone(),
        answer: vec![evil.clone()],
        warnings: vec![evil.clone()],
        sections: vec![Section {
            heading: evil.clone(),
            paragraphs: vec![evil.clone()],
            figures: vec![Figure::at_both_widths(scatter)],
            table: Words { head: vec![evil.clone()], numeric: vec![], rows: vec![vec![evil.clone()]] },
        }],
        command: evil.clone(),
        versions: vec![(evil.clone(), evil)],
    };
    let rendered = page.render();
    assert!(!rendered.html.contains("<script"), "{}", rendered.html);
    assert!(!rendered.html.contains("http://www.w3.org/1999") && !rendered.html.contains("src="));
    assert_eq!(rendered.figures.len(), 1);
}
