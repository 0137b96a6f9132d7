//! The page of an analysis through its template; every word is escaped by the template.

use super::FigureView;
use crate::article::{Article, Section, Words};
use crate::figure::text::clean;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

#[derive(Serialize)]
struct View {
    title: String,
    question: String,
    answer: Vec<String>,
    warnings: Vec<String>,
    sections: Vec<SectionView>,
    command: String,
    versions: Vec<[String; 2]>,
    style: Value,
}

#[derive(Serialize)]
struct SectionView {
    id: String,
    heading: String,
    paragraphs: Vec<String>,
    figures: Vec<FigureView>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    class: &'static str,
}

/// The document of an article.
pub(crate) fn article(article: &Article) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("article.html", include_str!("article.html"))
        .expect("the article's template is well formed");
    let template = environment.get_template("article.html").expect("the article's template was just added");
    template.render(Serde(view(article))).expect("the template uses only what its context holds")
}

fn view(article: &Article) -> View {
    let cleaned = |lines: &[String]| lines.iter().map(|l| clean(l)).collect();
    View {
        title: if article.title.trim().is_empty() { "Result".to_owned() } else { clean(&article.title) },
        question: clean(&article.question),
        answer: cleaned(&article.answer),
        warnings: cleaned(&article.warnings),
        sections: article.sections.iter().enumerate().map(|(i, s)| section(i, s)).collect(),
        command: clean(&article.command),
        versions: article.versions.iter().map(|(k, v)| [clean(k), clean(v)]).collect(),
        style: Value::from_safe_string(include_str!("style.css").to_owned()),
    }
}

fn section(at: usize, section: &Section) -> SectionView {
    SectionView {
        id: format!("section-{}", at + 1),
        heading: clean(&section.heading),
        paragraphs: section.paragraphs.iter().map(|p| clean(p)).collect(),
        figures: section.figures.iter().map(FigureView::with_narrow).collect(),
        head: cells(&section.table, &section.table.head),
        rows: section.table.rows.iter().map(|row| cells(&section.table, row)).collect(),
    }
}

fn cells(table: &Words, row: &[String]) -> Vec<Cell> {
    let numeric = |j: usize| table.numeric.get(j).copied().unwrap_or(false);
    row.iter()
        .enumerate()
        .map(|(j, text)| Cell { text: clean(text), class: if numeric(j) { "n" } else { "" } })
        .collect()
}
