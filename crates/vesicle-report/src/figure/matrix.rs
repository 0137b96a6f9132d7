//! Claims by mechanisms: one sign per claim and mechanism, so that a column reads as the record of a mechanism.

use super::colour::{BLACK, BLUE, Colour, GREY, PALE, VERMILLION, WHITE};
use super::csv::{Csv, Field};
use super::svg::{Anchor, Paint, Point, Svg, Type};
use super::{Figure, Width};
use crate::page::{Claim, Status};
use vesicle_base::words::counted;

/// Words for a status, as the page prints them.
pub fn status_words(status: Status) -> &'static str {
    match status {
        Status::Holds => "holds",
        Status::Fails => "fails",
        Status::CannotTell => "cannot tell",
        Status::NotEvaluated => "not evaluated",
        Status::Structural => "structural",
    }
}

/// A severity below this is printed pale: the claim would hardly have failed without the mechanism.
pub(crate) const SEVERE: f64 = 0.5;

/// What stands beside a claim that nothing turns around.
const NO_TEST: &str = "no test";

/// The claims as a matrix of signs.
pub fn evidence(claims: &[Claim], width: Width) -> Figure {
    let rows = distinct(claims.iter().map(|c| c.text.as_str()));
    let columns = distinct(claims.iter().map(|c| c.mechanism.as_str()));
    let mut svg = Svg::default();
    let grid = Layout::of(width, columns.len());
    let mut y = grid.heads(&mut svg, &columns);
    for text in &rows {
        let of_row: Vec<&Claim> = claims.iter().filter(|c| c.text == *text).collect();
        let role = of_row.first().filter(|c| c.status != Status::Structural && !c.is_test());
        let word = |c: &Claim| if c.is_fixed { NO_TEST.to_owned() } else { c.role.clone() };
        let text = role.map_or_else(|| (*text).to_owned(), |c| format!("{text} ({})", word(c)));
        y = grid.row(&mut svg, y, &text, &of_row, &columns);
    }
    y = grid.totals(&mut svg, y, claims, &columns);
    let height = legend(&mut svg, y + 8.0, width.points());
    let title = "Claims under each mechanism".to_owned();
    let none = if claims.iter().any(|c| c.is_fixed) {
        " No test: it comes out alike in every world of the twin, mechanisms on and off, so that it scores nothing."
    } else {
        ""
    };
    Figure {
        name: "evidence".into(),
        caption: format!(
            "{} by {}. Pale signs: severity below {SEVERE}, so that the claim would hardly have failed without the \
             mechanism.{none}",
            counted(rows.len(), "claim"),
            counted(columns.len(), "mechanism")
        ),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(claims),
        title,
        ..Figure::default()
    }
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

struct Layout {
    left: f64,
    column: f64,
}

impl Layout {
    fn of(width: Width, columns: usize) -> Self {
        let wide = width.points();
        let column = (wide * 0.55 / columns.max(1) as f64).min(64.0);
        Self { left: wide - 4.0 - column * columns as f64, column }
    }

    fn heads(&self, svg: &mut Svg, columns: &[&str]) -> f64 {
        let mut lines = 1;
        for (i, name) in columns.iter().enumerate() {
            let at = (self.left + (i as f64 + 0.5) * self.column, 10.0);
            let kind = Type { bold: true, ..Type::BODY }.at(Anchor::Middle);
            lines = lines.max(svg.paragraph(at, name, self.column - 3.0, 3, kind));
        }
        8.0 + lines as f64 * 8.2
    }

    fn row(&self, svg: &mut Svg, y: f64, text: &str, claims: &[&Claim], columns: &[&str]) -> f64 {
        svg.line((4.0, y), (self.left + self.column * columns.len() as f64, y), Paint::stroke(PALE, 0.5));
        let lines = svg.paragraph((4.0, y + 9.5), text, self.left - 10.0, 3, Type::BODY);
        let tall = 6.0 + lines.max(1) as f64 * 8.2;
        for claim in claims {
            if let Some(i) = columns.iter().position(|c| *c == claim.mechanism) {
                let at = (self.left + (i as f64 + 0.5) * self.column, y + tall / 2.0);
                let weak = claim.severity.is_some_and(|s| s < SEVERE);
                sign(svg, at, claim.status, weak);
            }
        }
        y + tall
    }

    /// How many of the tests hold under each mechanism.
    fn totals(&self, svg: &mut Svg, y: f64, claims: &[Claim], columns: &[&str]) -> f64 {
        let (from, to) = (4.0, self.left + self.column * columns.len() as f64);
        svg.line((from, y), (to, y), Paint::stroke(BLACK, 0.6));
        let bold = Type { bold: true, ..Type::BODY };
        svg.text_within((from, y + 9.5), "tests that hold", self.left - 10.0, bold);
        for (i, column) in columns.iter().enumerate() {
            let tests = claims.iter().filter(|c| c.is_test() && c.mechanism == *column);
            let holds = tests.clone().filter(|c| c.status == Status::Holds).count();
            let at = (self.left + (i as f64 + 0.5) * self.column, y + 9.5);
            svg.text(at, &format!("{holds} of {}", tests.count()), bold.at(Anchor::Middle));
        }
        y + 14.2
    }
}

fn sign(svg: &mut Svg, (x, y): Point, status: Status, weak: bool) {
    let ink = |c: Colour| if weak { GREY } else { c };
    let pale = if weak { 0.45 } else { 1.0 };
    match status {
        Status::Holds => {
            svg.circle((x, y), 4.6, Paint::fill(ink(BLUE)).faint(pale));
            svg.polyline(
                &[(x - 2.2, y + 0.1), (x - 0.6, y + 1.9), (x + 2.3, y - 1.7)],
                Paint::stroke(WHITE, 1.2),
            );
        }
        Status::Fails => {
            svg.rect((x - 4.3, y - 4.3), (8.6, 8.6), Paint::fill(ink(VERMILLION)).faint(pale));
            svg.line((x - 2.2, y - 2.2), (x + 2.2, y + 2.2), Paint::stroke(WHITE, 1.2));
            svg.line((x - 2.2, y + 2.2), (x + 2.2, y - 2.2), Paint::stroke(WHITE, 1.2));
        }
        Status::CannotTell => {
            svg.circle((x, y), 4.4, Paint::fill(WHITE).and_stroke(ink(BLACK), 0.8));
            svg.text((x, y + 2.6), "?", Type::BODY.at(Anchor::Middle).in_colour(ink(BLACK)));
        }
        Status::NotEvaluated => svg.line((x - 3.0, y), (x + 3.0, y), Paint::stroke(GREY, 1.0)),
        Status::Structural => {
            svg.rect((x - 4.0, y - 4.0), (8.0, 8.0), Paint::fill(WHITE).and_stroke(GREY, 0.8));
            svg.text((x, y + 2.6), "=", Type::BODY.at(Anchor::Middle).in_colour(GREY));
        }
    }
}

fn legend(svg: &mut Svg, top: f64, wide: f64) -> f64 {
    let all = [Status::Holds, Status::Fails, Status::CannotTell, Status::NotEvaluated, Status::Structural];
    let (mut x, mut y) = (10.0, top + 4.0);
    for status in all {
        let words = match status {
            Status::Structural => "structural, not counted",
            other => status_words(other),
        };
        let long = super::text::width(words, 7.0) + 24.0;
        if x + long > wide {
            x = 10.0;
            y += 12.0;
        }
        sign(svg, (x, y), status, false);
        svg.text((x + 8.0, y + 2.6), words, Type::BODY);
        x += long;
    }
    y + 10.0
}

fn points(claims: &[Claim]) -> String {
    let head = ["claim", "role", "source", "mechanism", "status", "low", "high", "severity", "power", "n"];
    let mut csv = Csv::new(&head);
    let optional = |v: Option<f64>| v.map_or(Field::Nothing, Field::Number);
    for c in claims {
        csv.row(&[
            Field::Words(&c.text),
            Field::Words(&c.role),
            Field::Words(&c.source),
            Field::Words(&c.mechanism),
            Field::Words(status_words(c.status)),
            optional(c.interval.map(|i| i.0)),
            optional(c.interval.map(|i| i.1)),
            optional(c.severity),
            optional(c.power),
            Field::Count(c.n),
        ]);
    }
    csv.finish()
}
