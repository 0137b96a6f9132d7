//! Sections with words of their own: the first line, the verdicts, the claims, the mechanisms.

use super::{FigureView, views};
use crate::figure::Figure;
use crate::figure::matrix::{SEVERE, status_words};
use crate::figure::text::{clean, number, percent, percent_range, ranged, two_digits};
use crate::page::{Claim, Level, Page, Status, Verdict};
use serde::Serialize;

/// The figures of a page by section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) waterfalls: Vec<Figure>,
    pub(crate) pictures: Vec<Figure>,
    /// Per mechanism.
    pub(crate) courses: Vec<(String, Vec<Figure>)>,
    pub(crate) contrasts: Vec<Figure>,
    pub(crate) evidence: Option<Figure>,
    pub(crate) support: Option<Figure>,
    pub(crate) tornado: Vec<Figure>,
}

impl Drawn {
    /// All figures in the order of the page.
    pub(crate) fn all(&mut self) -> impl Iterator<Item = &mut Figure> {
        let courses = self.courses.iter_mut().flat_map(|c| &mut c.1);
        let before =
            self.waterfalls.iter_mut().chain(&mut self.pictures).chain(courses).chain(&mut self.contrasts);
        before.chain(&mut self.evidence).chain(&mut self.support).chain(&mut self.tornado)
    }
}

#[derive(Serialize)]
pub(super) struct Nothing {
    sentence: String,
    first_failing: Option<String>,
    fails_under: String,
}

/// The first line when mechanisms were tested and none of them ever satisfies the tests.
pub(super) fn nothing_holds(page: &Page) -> Option<Nothing> {
    if page.mechanisms.is_empty() || page.mechanisms.iter().any(|m| m.holds > 0) {
        return None;
    }
    let draws: u64 = page.mechanisms.iter().map(|m| m.draws).fold(0, u64::saturating_add);
    let fails: u64 = page.mechanisms.iter().map(|m| m.fails).fold(0, u64::saturating_add);
    let highest = page.mechanisms.iter().map(|m| m.high).filter(|h| h.is_finite()).fold(0.0, f64::max);
    let worst = most_failing(&page.evidence);
    Some(Nothing {
        sentence: format!(
            "Of {} draws under {} mechanisms, {} fail at least one test and none satisfies all that could be \
             decided. At most {} of the prior volume of any mechanism could still do so (upper end of its interval).",
            number(draws as f64),
            page.mechanisms.len(),
            number(fails as f64),
            percent(highest)
        ),
        first_failing: worst.as_ref().map(|w| clean(w.0)),
        fails_under: worst
            .map_or(String::new(), |w| format!("under {} of {} mechanisms", w.1, page.mechanisms.len())),
    })
}

/// The test that fails under most mechanisms; the earlier one of equals.
fn most_failing(claims: &[Claim]) -> Option<(&str, usize)> {
    let tests = claims.iter().filter(|c| c.role.is_empty() || c.role.eq_ignore_ascii_case("test"));
    let failing = tests.filter(|c| c.status == Status::Fails);
    let counted = failing.map(|c| {
        let n = claims.iter().filter(|d| d.text == c.text && d.status == Status::Fails).count();
        (c.text.as_str(), n)
    });
    counted.fold(
        None,
        |best, next| if best.is_some_and(|b: (&str, usize)| b.1 >= next.1) { best } else { Some(next) },
    )
}

#[derive(Serialize)]
pub(super) struct Entry {
    id: &'static str,
    name: &'static str,
}

/// The sections that the page has.
pub(super) fn contents(page: &Page) -> Vec<Entry> {
    let all = [
        ("dose", "Dose", !page.verdicts.is_empty()),
        ("pictures", "Tissue", !page.pictures.is_empty()),
        ("courses", "Over time", !page.courses.is_empty()),
        ("contrasts", "Between arms", !page.contrasts.is_empty()),
        ("evidence", "Claims", !page.evidence.is_empty()),
        ("mechanisms", "Mechanisms", !page.mechanisms.is_empty()),
        ("sensitivity", "What matters", !page.tornado.is_empty()),
        ("audit", "Assumptions", !page.audit.is_empty()),
        ("ledger", "Ledger", !page.ledger.is_empty()),
        ("methods", "Methods", !page.methods.trim().is_empty()),
        ("citations", "Sources", !page.citations.is_empty()),
        ("again", "Make it again", !page.command.is_empty() || !page.versions.is_empty()),
    ];
    all.into_iter().filter(|e| e.2).map(|(id, name, _)| Entry { id, name }).collect()
}

#[derive(Serialize)]
pub(super) struct VerdictView {
    what: String,
    level: &'static str,
    class: &'static str,
    sentence: String,
    figure: FigureView,
}

pub(super) fn verdicts(page: &Page, drawn: &Drawn) -> Vec<VerdictView> {
    let pairs = page.verdicts.iter().zip(&drawn.waterfalls);
    pairs.map(|(verdict, figure)| verdict_view(verdict, figure)).collect()
}

fn verdict_view(verdict: &Verdict, figure: &Figure) -> VerdictView {
    let (level, class) = match verdict.level {
        Level::No => ("no", "no"),
        Level::Marginal => ("marginal", "marginal"),
        Level::Yes => ("yes", "yes"),
    };
    let sentence = [arrival(verdict), days(verdict), draws(verdict)].concat();
    VerdictView {
        what: clean(&verdict.what),
        level,
        class,
        sentence,
        figure: FigureView::with_narrow(figure),
    }
}

/// What arrives against what is needed, in the median draw.
fn arrival(verdict: &Verdict) -> String {
    let Some(last) = verdict.waterfall.last() else { return String::new() };
    let ratio = verdict.needed.median / last.median;
    let compared = if !(ratio.is_finite() && ratio > 0.0) || ratio == 1.0 {
        String::new()
    } else if ratio > 1.0 {
        format!(", {} times more", two_digits(ratio))
    } else {
        format!(", {} times fewer", two_digits(1.0 / ratio))
    };
    let (arrived, needed) = (number(last.median), number(verdict.needed.median));
    format!("In the median draw {arrived} {} arrive; {needed} are needed{compared}. ", clean(&last.unit))
}

fn days(verdict: &Verdict) -> String {
    verdict.days.map_or("It is never above what is needed. ".to_owned(), |d| {
        format!("Days above what is needed: {}. ", ranged(d.low, d.median, d.high))
    })
}

fn draws(verdict: &Verdict) -> String {
    let s = verdict.share;
    if s.n == 0 {
        return String::new();
    }
    format!("Of {} draws, {} reach it.", number(s.n as f64), percent_range(s.low, s.value, s.high))
}

#[derive(Serialize)]
pub(super) struct CourseGroup {
    mechanism: String,
    open: bool,
    figures: Vec<FigureView>,
}

/// Courses by mechanism; the first is open.
pub(super) fn courses(drawn: &Drawn) -> Vec<CourseGroup> {
    let groups = drawn.courses.iter().enumerate();
    groups.map(|(i, (m, f))| CourseGroup { mechanism: clean(m), open: i == 0, figures: views(f) }).collect()
}

#[derive(Serialize)]
pub(super) struct EvidenceView {
    sentence: String,
    figure: FigureView,
    rows: Vec<ClaimView>,
}

#[derive(Serialize)]
struct ClaimView {
    class: &'static str,
    text: String,
    mechanism: String,
    role: String,
    status: &'static str,
    interval: String,
    severity: String,
    power: String,
    n: u64,
    source: String,
}

pub(super) fn evidence(page: &Page, drawn: &Drawn) -> Option<EvidenceView> {
    let figure = FigureView::with_narrow(drawn.evidence.as_ref()?);
    Some(EvidenceView {
        sentence: tally(&page.evidence),
        figure,
        rows: page.evidence.iter().map(claim_view).collect(),
    })
}

fn tally(claims: &[Claim]) -> String {
    let count = |s: Status| claims.iter().filter(|c| c.status == s).count();
    let (holds, fails) = (count(Status::Holds), count(Status::Fails));
    let decided = if holds + fails == 0 { "No claim could be decided: " } else { "" };
    format!(
        "{decided}{holds} hold, {fails} fail, {} cannot tell, {} were not evaluated; {} follow from the inputs as \
         written and are not counted. A claim counts once per mechanism.",
        count(Status::CannotTell),
        count(Status::NotEvaluated),
        count(Status::Structural)
    )
}

fn claim_view(claim: &Claim) -> ClaimView {
    let range = |(low, high)| format!("{} to {}", number(low), number(high));
    ClaimView {
        class: if claim.severity.is_some_and(|s| s < SEVERE) { "weak" } else { "" },
        text: clean(&claim.text),
        mechanism: clean(&claim.mechanism),
        role: clean(&claim.role),
        status: status_words(claim.status),
        interval: claim.interval.map_or(String::new(), range),
        severity: claim.severity.map_or(String::new(), number),
        power: claim.power.map_or(String::new(), number),
        n: claim.n,
        source: clean(&claim.source),
    }
}

#[derive(Serialize)]
pub(super) struct SupportView {
    figure: FigureView,
    rows: Vec<SupportRow>,
}

#[derive(Serialize)]
struct SupportRow {
    mechanism: String,
    says: String,
    holds: u64,
    fails: u64,
    open: u64,
}

pub(super) fn support(page: &Page, drawn: &Drawn) -> Option<SupportView> {
    let figure = FigureView::with_narrow(drawn.support.as_ref()?);
    let rows = page.mechanisms.iter().map(|m| SupportRow {
        mechanism: clean(&m.mechanism),
        says: clean(&m.says),
        holds: m.holds,
        fails: m.fails,
        open: m.draws.saturating_sub(m.holds).saturating_sub(m.fails),
    });
    Some(SupportView { figure, rows: rows.collect() })
}
