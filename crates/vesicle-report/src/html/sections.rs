//! Sections with words of their own: the first line, the verdicts, the claims, the mechanisms.

use super::{FigureView, views};
use crate::figure::Figure;
use crate::figure::doses::word;
use crate::figure::matrix::{SEVERE, status_words};
use crate::figure::text::{clean, days_range, number, percent_bounds, percent_range, ratio, two_digits};
use crate::page::{Claim, Confirmed, Level, Page, Share, Status, Support, Verdict};
use serde::Serialize;
use std::collections::BTreeSet;
use vesicle_base::words::{counted, plural, verb};

/// The figures of a page by section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) doses: Option<Figure>,
    /// Per verdict.
    pub(crate) waterfalls: Vec<Option<Figure>>,
    pub(crate) pictures: Vec<Figure>,
    /// Fields after the first.
    pub(crate) further_pictures: Vec<Figure>,
    /// Per mechanism.
    pub(crate) plugs: Vec<Figure>,
    /// Per mechanism.
    pub(crate) courses: Vec<(String, Vec<Figure>)>,
    pub(crate) beside: Vec<Figure>,
    pub(crate) contrasts: Vec<Figure>,
    pub(crate) evidence: Option<Figure>,
    pub(crate) support: Option<Figure>,
    pub(crate) tornado: Vec<Figure>,
}

impl Drawn {
    /// All figures in the order of the page.
    pub(crate) fn all(&mut self) -> impl Iterator<Item = &mut Figure> {
        let dose = self.doses.iter_mut().chain(self.waterfalls.iter_mut().flatten());
        let courses = self.courses.iter_mut().flat_map(|c| &mut c.1).chain(&mut self.beside);
        let pictures = self.pictures.iter_mut().chain(&mut self.further_pictures).chain(&mut self.plugs);
        let before = dose.chain(pictures).chain(courses).chain(&mut self.contrasts);
        before.chain(&mut self.evidence).chain(&mut self.support).chain(&mut self.tornado)
    }
}

impl Drawn {
    /// Those that show one draw of the priors where there are several.
    pub(crate) fn of_one_draw(&mut self) -> impl Iterator<Item = &mut Figure> {
        let pictures = self.pictures.iter_mut().chain(&mut self.further_pictures).chain(&mut self.plugs);
        pictures.chain(self.courses.iter_mut().flat_map(|course| &mut course.1))
    }
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
        ("plug", "Plug", !page.blood.is_empty()),
        ("courses", "Over time", !page.courses.is_empty() || !page.unmeasured.is_empty()),
        ("beside", "Measured", !page.beside.is_empty()),
        ("contrasts", "Between arms", !page.contrasts.is_empty() || !page.without_ratio.is_empty()),
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
pub(super) struct DoseView {
    overview: Option<FigureView>,
    leading: Vec<VerdictView>,
    others: Vec<VerdictView>,
}

#[derive(Serialize)]
struct VerdictView {
    what: String,
    level: &'static str,
    class: &'static str,
    sentence: String,
    figure: Option<FigureView>,
}

/// The verdicts; all of them lead where none is said to.
pub(super) fn dose(page: &Page, drawn: &Drawn) -> Option<DoseView> {
    let any = page.verdicts.iter().any(|v| v.leads);
    let pairs = || page.verdicts.iter().zip(&drawn.waterfalls);
    let view = |leads: bool| {
        let wanted = pairs().filter(|(v, _)| (v.leads || !any) == leads);
        wanted.map(|(verdict, figure)| verdict_view(verdict, figure.as_ref())).collect()
    };
    let overview = drawn.doses.as_ref().map(FigureView::with_narrow);
    (!page.verdicts.is_empty()).then(|| DoseView { overview, leading: view(true), others: view(false) })
}

fn verdict_view(verdict: &Verdict, figure: Option<&Figure>) -> VerdictView {
    let class = match verdict.level {
        Level::No => "no",
        Level::Marginal => "marginal",
        Level::Yes => "yes",
    };
    let sentence = if verdict.waterfall.is_empty() {
        "Nothing that it carries can act: no target in any program that a rule reads, and no rule reads it."
            .to_owned()
    } else {
        [arrival(verdict), days(verdict), draws(verdict), format!(" {}", clean(&verdict.counted))].concat()
    };
    VerdictView {
        what: clean(&verdict.what),
        level: word(verdict.level),
        class,
        sentence: sentence.trim_end().to_owned(),
        figure: figure.map(FigureView::with_narrow),
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
    let (arrived, needed) = (two_digits(last.median), two_digits(verdict.needed.median));
    format!("In the median draw {arrived} {} arrive; {needed} are needed{compared}. ", clean(&last.unit))
}

fn days(verdict: &Verdict) -> String {
    let never = if verdict.share.value > 0.0 {
        "In at least 95 of 100 draws what arrives is never above what is needed. "
    } else {
        "What arrives is never above what is needed. "
    };
    verdict.days.map_or(never.to_owned(), |d| {
        format!("Days above what is needed: {}. ", days_range(d.low, d.median, d.high))
    })
}

fn draws(verdict: &Verdict) -> String {
    let s = verdict.share;
    if s.n == 0 {
        return String::new();
    }
    format!(
        "Of {} draw{}, {} reach it.",
        number(s.n as f64),
        plural(s.n as f64),
        percent_range(s.low, s.value, s.high)
    )
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
    /// Whether ratios are medians over draws.
    drawn: bool,
    #[serde(flatten)]
    known: Known,
    confirmed: Vec<ConfirmedView>,
}

/// Columns of the claims in which something stands.
#[derive(Serialize)]
struct Known {
    /// Whether claims were screened with permuted targets.
    permuted: bool,
    /// Whether some claim has a power.
    power: bool,
    /// Whether it is known of some ratio which arms it is of, and what was asked of it.
    compared: bool,
}

#[derive(Serialize)]
struct ConfirmedView {
    text: String,
    mechanism: String,
    model: String,
    agree: String,
    twin: String,
    tissue: String,
}

#[derive(Serialize)]
struct ClaimView {
    class: &'static str,
    text: String,
    mechanism: String,
    role: String,
    status: &'static str,
    ratio: String,
    interval: String,
    compared: String,
    asked: String,
    ablated: String,
    permuted: String,
    power: String,
    n: String,
    source: String,
}

pub(super) fn evidence(page: &Page, drawn: &Drawn) -> Option<EvidenceView> {
    let figure = FigureView::with_narrow(drawn.evidence.as_ref()?);
    Some(EvidenceView {
        sentence: tally(page),
        known: Known {
            permuted: page.evidence.iter().any(|c| c.permuted.is_some()),
            power: page.evidence.iter().any(|c| c.power.is_some()),
            compared: page.evidence.iter().any(|c| !c.compared.is_empty() || !c.asked.is_empty()),
        },
        figure,
        rows: page.evidence.iter().map(claim_view).collect(),
        drawn: page.mechanisms.iter().any(|m| m.draws > 1),
        confirmed: page.confirmed.iter().map(confirmed_view).collect(),
    })
}

fn confirmed_view(row: &Confirmed) -> ConfirmedView {
    let share = |share: Share| {
        if share.n == 0 {
            return "not evaluated".to_owned();
        }
        let hits = (share.value * share.n as f64).round();
        format!("{} of {} ({})", number(hits), share.n, percent_bounds(share.low, share.high))
    };
    ConfirmedView {
        text: clean(&row.text),
        mechanism: clean(&row.mechanism),
        model: clean(&row.model),
        agree: share(row.agree),
        twin: share(row.twin),
        tissue: share(row.tissue),
    }
}

/// What became of the tests; calibrations and structural claims score nothing and are told apart from them.
fn tally(page: &Page) -> String {
    let tests = || page.evidence.iter().filter(|c| c.is_test());
    let count = |s: Status| tests().filter(|c| c.status == s).count();
    let [holds, fails, unknown, unread] =
        [Status::Holds, Status::Fails, Status::CannotTell, Status::NotEvaluated].map(count);
    let each = if page.mechanisms.len() > 1 { ", each counted once per mechanism" } else { "" };
    let mut said = vec![
        format!("{holds} {}", verb(holds, "hold")),
        format!("{fails} {}", verb(fails, "fail")),
        format!("{unknown} cannot tell"),
    ];
    if unread > 0 {
        said.push(format!("{unread} not evaluated"));
    }
    let mut text = vec![format!("Of {}{each}: {}.", counted(tests().count(), "test"), said.join(", "))];
    let fixed = fixed(page);
    if fixed > 0 {
        let written = counted(fixed + distinct(tests()), "claim");
        let (are, come) = if fixed == 1 { ("is", "does it come") } else { ("are", "do they come") };
        let permuted = page.evidence.iter().any(|c| c.permuted.is_some());
        let or = if permuted { ", with permuted targets or" } else { " or" };
        text.push(format!(
            "{fixed} of {written} that the file calls tests {are} not counted: in no world, with mechanisms on{or} off, \
             {come} out otherwise."
        ));
    }
    if page.evidence.iter().any(|c| !c.is_test() && !c.is_fixed) {
        let unscored = "Calibrations, which set what the tests start from, and claims that follow from the inputs score nothing.";
        text.push(unscored.to_owned());
    }
    if page.draws > 1 {
        text.push("Each stands with the verdict of most draws.".to_owned());
    }
    text.join(" ")
}

/// Claims written as tests that nothing turns around.
fn fixed(page: &Page) -> usize {
    distinct(page.evidence.iter().filter(|c| c.is_fixed))
}

/// How many claims there are, whatever the mechanism.
fn distinct<'a>(claims: impl Iterator<Item = &'a Claim>) -> usize {
    claims.map(|c| c.text.as_str()).collect::<BTreeSet<&str>>().len()
}

/// A share to its hundredths; its interval is wider than that.
fn hundredths(share: f64) -> String {
    if share > 0.0 && share < 0.005 {
        "below 0.01".to_owned()
    } else {
        number((100.0 * share).round() / 100.0)
    }
}

/// A share with its interval and the worlds it is counted in.
fn of_worlds(share: Share) -> String {
    let (value, low, high) = (hundredths(share.value), hundredths(share.low), hundredths(share.high));
    format!("{value} ({low}–{high}), {} worlds", share.n)
}

fn claim_view(claim: &Claim) -> ClaimView {
    let range = |(low, high)| format!("{} to {}", ratio(low), ratio(high));
    // A page from before the two kinds of worlds were told apart has their lower alone.
    let ablated = claim.ablated.map_or_else(|| claim.severity.map_or(String::new(), hundredths), of_worlds);
    ClaimView {
        class: if claim.severity.is_some_and(|s| s < SEVERE) { "weak" } else { "" },
        text: clean(&claim.text),
        mechanism: clean(&claim.mechanism),
        role: if claim.is_fixed { "no test".to_owned() } else { clean(&claim.role) },
        status: status_words(claim.status),
        ratio: claim.ratio.map_or(String::new(), ratio),
        interval: claim.interval.map_or(String::new(), range),
        compared: clean(&claim.compared),
        asked: clean(&claim.asked),
        ablated,
        permuted: claim.permuted.map_or(String::new(), of_worlds),
        power: claim.power.map_or(String::new(), hundredths),
        // Over draws, and where nothing is compared, a claim has no one number of animals.
        n: if claim.n == 0 { String::new() } else { claim.n.to_string() },
        source: clean(&claim.source),
    }
}

#[derive(Serialize)]
pub(super) struct SupportView {
    figure: Option<FigureView>,
    drawn: bool,
    rows: Vec<SupportRow>,
    /// Rivals that were not run.
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct SupportRow {
    mechanism: String,
    says: String,
    tests: [usize; 3],
    draws: [u64; 3],
}

/// What each rival says and how it fares in the tests, and over prior draws where there are some.
pub(super) fn support(page: &Page, drawn: &Drawn) -> Option<SupportView> {
    let figure = drawn.support.as_ref().map(FigureView::with_narrow);
    let rows = page.mechanisms.iter().map(|m| support_row(page, m)).collect();
    let any = page.mechanisms.iter().any(|m| m.draws > 0);
    let left_out = page.not_run.iter().map(|name| clean(name)).collect();
    (!page.mechanisms.is_empty()).then_some(SupportView { figure, drawn: any, rows, left_out })
}

fn support_row(page: &Page, m: &Support) -> SupportRow {
    let tests = page.evidence.iter().filter(|c| c.is_test() && c.mechanism == m.mechanism);
    let count = |status: Status| tests.clone().filter(|c| c.status == status).count();
    let (holds, fails) = (count(Status::Holds), count(Status::Fails));
    SupportRow {
        mechanism: clean(&m.mechanism),
        says: clean(&m.says),
        tests: [holds, fails, tests.clone().count() - holds - fails],
        draws: [m.satisfies, m.fails, m.draws.saturating_sub(m.satisfies).saturating_sub(m.fails)],
    }
}
