//! Ratios between arms as a forest: mark, interval, the line of no difference.

use super::colour::{BLUE, GREY};
use super::csv::{Csv, Field};
use super::rows::{Base, Extent, Reference, Row, RowChart};
use super::svg::Svg;
use super::text::{number, ratio_range};
use super::{Figure, Width, slug};
use crate::page::Contrast;

/// The contrasts of one outcome, grouped by mechanism; what all of them share stands at the axis.
pub fn contrasts(outcome: &str, contrasts: &[Contrast], width: Width) -> Figure {
    let chosen: Vec<&Contrast> = contrasts.iter().filter(|c| c.outcome == outcome).collect();
    let shared = Shared::of(&chosen);
    let one = Reference { low: 1.0, middle: 1.0, high: 1.0, label: "no difference".into(), first: 0 };
    let rows = RowChart {
        axis: shared.axis(outcome),
        extent: Extent::Log,
        rows: chosen.iter().map(|c| row(c, &shared)).collect(),
        references: vec![one],
        width,
    };
    let mut svg = Svg::default();
    let height = rows.draw(&mut svg);
    let title = format!("{outcome}: ratios between arms");
    Figure {
        name: slug(&["contrast", outcome]),
        caption: caption(&chosen),
        width,
        svg: svg.finish(width.mm(), height, &title),
        csv: points(&chosen),
        title,
        ..Figure::default()
    }
}

/// What all rows have in common, and so need not say.
struct Shared {
    denominator: Option<String>,
    time_d: Option<f64>,
    n: Option<u64>,
}

impl Shared {
    fn of(chosen: &[&Contrast]) -> Self {
        let Some(first) = chosen.first() else { return Self { denominator: None, time_d: None, n: None } };
        let all = |same: &dyn Fn(&Contrast) -> bool| chosen.iter().all(|c| same(c));
        Self {
            denominator: all(&|c| c.arm_b == first.arm_b).then(|| first.arm_b.clone()),
            time_d: all(&|c| c.time_d.total_cmp(&first.time_d).is_eq()).then_some(first.time_d),
            n: all(&|c| c.n == first.n).then_some(first.n),
        }
    }

    fn axis(&self, outcome: &str) -> String {
        let to = self.denominator.as_ref().map_or(String::new(), |arm| format!(" to {arm}"));
        let at = self.time_d.map_or(String::new(), |time| format!(" at {}\u{a0}d", number(time)));
        format!("ratio of {outcome}{to}{at} (logarithmic)")
    }
}

fn row(c: &Contrast, shared: &Shared) -> Row {
    let undecided = !(c.low > 1.0 || c.high < 1.0);
    let to = if shared.denominator.is_some() { String::new() } else { format!(" / {}", c.arm_b) };
    let at = if shared.time_d.is_some() { String::new() } else { format!(", {}\u{a0}d", number(c.time_d)) };
    let n = if shared.n.is_some() { String::new() } else { format!(", n\u{a0}=\u{a0}{}", c.n) };
    Row {
        group: c.mechanism.clone(),
        label: format!("{}{to}{at}", c.arm_a),
        note: format!("{}{n}", ratio_range(c.low, c.ratio, c.high)),
        low: c.low,
        middle: c.ratio,
        high: c.high,
        colour: if undecided { GREY } else { BLUE },
        bar: Base::None,
        minor: false,
    }
}

fn caption(chosen: &[&Contrast]) -> String {
    let n = counts(chosen);
    match chosen.iter().map(|c| c.draws).max().filter(|draws| *draws > 1) {
        Some(draws) => format!(
            "Circle: median over {draws} draws of the ratio of the means; line: its 5–95 % range over them; n per arm: {n}. \
             Grey: the range holds 1."
        ),
        None => format!(
            "Circle: ratio of the means; line: its 90 % interval; n per arm: {n}. Grey: the interval holds 1."
        ),
    }
}

fn counts(chosen: &[&Contrast]) -> String {
    let (low, high) = (chosen.iter().map(|c| c.n).min(), chosen.iter().map(|c| c.n).max());
    match (low, high) {
        (Some(a), Some(b)) if a != b => format!("{a} to {b}"),
        (Some(a), _) => a.to_string(),
        _ => "0".into(),
    }
}

fn points(chosen: &[&Contrast]) -> String {
    let mut csv =
        Csv::new(&["outcome", "time_d", "arm_a", "arm_b", "mechanism", "ratio", "low", "high", "n"]);
    for c in chosen {
        csv.row(&[
            Field::Words(&c.outcome),
            Field::Number(c.time_d),
            Field::Words(&c.arm_a),
            Field::Words(&c.arm_b),
            Field::Words(&c.mechanism),
            Field::Number(c.ratio),
            Field::Number(c.low),
            Field::Number(c.high),
            Field::Count(c.n),
        ]);
    }
    csv.finish()
}
