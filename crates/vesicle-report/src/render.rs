//! From a page's values to its figures and its document: which figures there are, in which order, under which
//! names.

use crate::figure::picture::layers;
use crate::figure::{self, Figure, Layer, Width};
use crate::html::{self, Drawn};
use crate::page::{Page, Picture, Verdict};

/// A rendered page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The self-contained document, to be written as `report.html`.
    pub html: String,
    /// Its figures, to be written as `figures/NAME.svg`, `figures/NAME-85mm.svg` and
    /// `figures/NAME.csv`; no two have one name.
    pub figures: Vec<Figure>,
}

/// Draws all figures of `page` and writes its document.
///
/// # Panics
/// Only when the crate's own template is broken; no value of `page` can cause it.
pub fn render(page: &Page) -> Rendered {
    let mut drawn = Drawn {
        doses: doses(page),
        waterfalls: page.verdicts.iter().map(waterfall).collect(),
        pictures: pictures(page, |layer| !is_further_field(page, layer)),
        further_pictures: pictures(page, |layer| is_further_field(page, layer)),
        plugs: by_outcome(page.blood.iter().map(|b| b.mechanism.as_str()), |mechanism| {
            both(|w| figure::plug(&page.blood, mechanism, w))
        }),
        courses: courses(page),
        beside: beside(page),
        contrasts: by_outcome(page.contrasts.iter().map(|c| c.outcome.as_str()), |outcome| {
            both(|w| figure::contrasts(outcome, &page.contrasts, w))
        }),
        evidence: (!page.evidence.is_empty()).then(|| both(|w| figure::evidence(&page.evidence, w))),
        support: drawn_support(page),
        tornado: by_outcome(page.tornado.iter().map(|b| b.outcome.as_str()), |outcome| {
            both(|w| figure::tornado(outcome, &page.tornado, w))
        }),
    };
    if page.draws > 0 {
        drawn.of_one_draw().for_each(|figure| figure.caption.push_str(&of_first_draw(page.draws)));
    }
    give_each_its_name(drawn.all());
    Rendered { html: html::page(page, &drawn), figures: drawn.all().map(|f| f.clone()).collect() }
}

/// What a figure shows where the priors were drawn.
fn of_first_draw(draws: u64) -> String {
    let of = if draws == 1 { "the one draw".to_owned() } else { format!("the first of {draws} draws") };
    format!(
        " Values of {of} of the priors, in which every arm is run once; its animals are drawn around that run."
    )
}

/// All verdicts at one glance, where there are several.
fn doses(page: &Page) -> Option<Figure> {
    let acting = page.verdicts.iter().filter(|v| !v.waterfall.is_empty()).count();
    (acting > 1).then(|| both(|w| figure::doses(&page.verdicts, w)))
}

/// None where nothing that is given can act.
fn waterfall(verdict: &Verdict) -> Option<Figure> {
    (!verdict.waterfall.is_empty()).then(|| both(|w| figure::waterfall(verdict, w)))
}

/// Only where priors were drawn.
fn drawn_support(page: &Page) -> Option<Figure> {
    let drawn: Vec<_> = page.mechanisms.iter().filter(|m| m.draws > 0).cloned().collect();
    (!drawn.is_empty()).then(|| both(|w| figure::support(&drawn, w)))
}

/// One figure per outcome and mechanism that was measured.
fn beside(page: &Page) -> Vec<Figure> {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for b in &page.beside {
        let key = (b.mechanism.as_str(), b.outcome.as_str());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter().map(|(m, o)| both(|w| figure::beside(o, m, &page.beside, w))).collect()
}

fn both(draw: impl Fn(Width) -> Figure) -> Figure {
    Figure::at_both_widths(draw)
}

fn by_outcome<'a>(outcomes: impl Iterator<Item = &'a str>, draw: impl Fn(&str) -> Figure) -> Vec<Figure> {
    distinct(outcomes).into_iter().map(draw).collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for name in names {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

/// Whether the layer is a field after the first: folded away, so that the page stays one that is read.
fn is_further_field(page: &Page, layer: Layer<'_>) -> bool {
    let first = page.pictures.iter().find_map(|p| p.fields.first()).map(|f| f.name.as_str());
    matches!(layer, Layer::Field(name) if Some(name) != first)
}

/// Strips of each mechanism; a single picture stands alone with all its layers.
fn pictures(page: &Page, wanted: impl Fn(Layer<'_>) -> bool) -> Vec<Figure> {
    let kinds = owned(&distinct(page.pictures.iter().flat_map(|p| p.kinds.iter().map(String::as_str))));
    let mut out = Vec::new();
    for mechanism in distinct(page.pictures.iter().map(|p| p.mechanism.as_str())) {
        let of_mechanism: Vec<&Picture> = page.pictures.iter().filter(|p| p.mechanism == mechanism).collect();
        if let [one] = of_mechanism[..] {
            if !wanted(Layer::Kinds) {
                continue;
            }
            out.push(both(|w| figure::picture(one, &kinds, w)));
            continue;
        }
        for layer in layers(&of_mechanism).into_iter().filter(|layer| wanted(*layer)) {
            let draw = |width| figure::strip(&of_mechanism, layer, &kinds, width);
            if draw(Width::Double).is_some() {
                out.push(both(|width| draw(width).unwrap_or_default()));
            }
        }
    }
    out
}

/// Courses by mechanism, outcomes in the order of the page.
fn courses(page: &Page) -> Vec<(String, Vec<Figure>)> {
    let arms = || page.courses.iter().flat_map(|c| &c.arms);
    let names = owned(&distinct(arms().map(|a| a.arm.as_str())));
    let mechanisms = distinct(arms().map(|a| a.mechanism.as_str()));
    let of = |mechanism: &str| {
        let with = page.courses.iter().filter(|c| c.arms.iter().any(|a| a.mechanism == mechanism));
        with.map(|c| both(|w| figure::course(c, mechanism, &names, w))).collect()
    };
    mechanisms.into_iter().map(|m| (m.to_owned(), of(m))).collect()
}

/// Numbers figures whose names would be alike.
fn give_each_its_name<'a>(figures: impl Iterator<Item = &'a mut Figure>) {
    let mut taken: Vec<String> = Vec::new();
    for figure in figures {
        let base = figure.name.clone();
        let mut number = 2;
        while taken.contains(&figure.name) {
            figure.name = format!("{base}-{number}");
            number += 1;
        }
        taken.push(figure.name.clone());
    }
}
