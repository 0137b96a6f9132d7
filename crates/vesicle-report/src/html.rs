//! The page: what the template may see, and nothing else. Every name is escaped by the template; only drawings,
//! the style and the script, which are made here, are not.

pub(crate) mod article;
mod ledger;
mod sections;
mod standing;
mod tables;

use crate::figure::text::clean;
use crate::figure::{Figure, Width};
use crate::page::Page;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

pub(crate) use sections::Drawn;

/// One figure as the template sees it.
#[derive(Clone, Debug, Serialize)]
struct FigureView {
    name: String,
    title: String,
    caption: String,
    class: &'static str,
    svg: Value,
    narrow: Option<Value>,
}

impl FigureView {
    fn of(figure: &Figure) -> Self {
        Self {
            name: figure.name.clone(),
            title: clean(&figure.title),
            caption: clean(&figure.caption),
            class: if figure.width == Width::Single { "single" } else { "double" },
            svg: Value::from_safe_string(figure.svg.clone()),
            narrow: None,
        }
    }

    /// With the narrow drawing too, shown in its place on a phone; pictures of tissue are scrolled instead.
    fn with_narrow(figure: &Figure) -> Self {
        let narrow =
            (!figure.narrow_svg.is_empty()).then(|| Value::from_safe_string(figure.narrow_svg.clone()));
        Self { narrow, ..Self::of(figure) }
    }
}

/// The whole page as one HTML document.
pub(crate) fn page(page: &Page, drawn: &Drawn) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("page.html", include_str!("html/page.html"))
        .expect("the page's template is well formed");
    let template = environment.get_template("page.html").expect("the page's template was just added");
    template.render(Serde(view(page, drawn))).expect("the template uses only what its context holds")
}

/// What the template may see.
#[derive(Serialize)]
struct View {
    title: String,
    question: String,
    command: String,
    answer: Vec<String>,
    standing: Option<standing::Block>,
    contents: Vec<sections::Entry>,
    notes: Vec<String>,
    dose: Option<sections::DoseView>,
    pictures: Vec<FigureView>,
    further_pictures: Vec<FigureView>,
    plugs: Vec<FigureView>,
    courses: Vec<sections::CourseGroup>,
    unmeasured: Vec<tables::Pair>,
    beside: Vec<FigureView>,
    beside_rows: Vec<tables::BesideRow>,
    contrasts: Vec<FigureView>,
    without_ratio: Vec<tables::Pair>,
    evidence: Option<sections::EvidenceView>,
    support: Option<sections::SupportView>,
    tornado: Vec<FigureView>,
    audit: Option<tables::AuditView>,
    ledger: Option<ledger::LedgerView>,
    methods: Vec<String>,
    citations: Vec<tables::Pair>,
    versions: Vec<tables::Pair>,
    style: Value,
    script: Value,
}

fn view(page: &Page, drawn: &Drawn) -> View {
    View {
        title: title(page),
        question: clean(&page.question),
        command: clean(&page.command),
        answer: page.answer.iter().map(|l| clean(l)).collect(),
        standing: standing::block(page),
        contents: sections::contents(page),
        notes: page.notes.iter().chain(&page.warnings).map(|l| clean(l)).collect(),
        dose: sections::dose(page, drawn),
        pictures: drawn.pictures.iter().map(FigureView::of).collect(),
        further_pictures: drawn.further_pictures.iter().map(FigureView::of).collect(),
        plugs: views(&drawn.plugs),
        courses: sections::courses(drawn),
        unmeasured: tables::unmeasured(&page.unmeasured),
        beside: views(&drawn.beside),
        beside_rows: tables::beside(page),
        contrasts: views(&drawn.contrasts),
        without_ratio: tables::unmeasured(&page.without_ratio),
        evidence: sections::evidence(page, drawn),
        support: sections::support(page, drawn),
        tornado: views(&drawn.tornado),
        audit: tables::audit(page),
        ledger: ledger::ledger(page),
        methods: paragraphs(&page.methods),
        citations: tables::citations(page),
        versions: tables::versions(page),
        style: Value::from_safe_string(include_str!("html/style.css").to_owned()),
        script: Value::from_safe_string(include_str!("html/filter.js").to_owned()),
    }
}

fn title(page: &Page) -> String {
    let title = clean(&page.title);
    if title.trim().is_empty() { "Result".to_owned() } else { title }
}

fn views(figures: &[Figure]) -> Vec<FigureView> {
    figures.iter().map(FigureView::with_narrow).collect()
}

fn paragraphs(text: &str) -> Vec<String> {
    let unified = text.replace("\r\n", "\n");
    unified.split("\n\n").map(|p| clean(p.trim())).filter(|p| !p.is_empty()).collect()
}
