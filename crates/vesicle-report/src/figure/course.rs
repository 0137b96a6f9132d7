//! One outcome over time in every arm: mean, band of the replicates, the replicates themselves.

use super::plot::{Axis, Plot, Series};
use super::text::number;
use super::{Figure, Width, slug};
use crate::page::Course;

/// The course of one outcome under `mechanism`; `arms` gives every arm of the page its look.
pub fn course(course: &Course, mechanism: &str, arms: &[String], width: Width) -> Figure {
    let series: Vec<Series> = course
        .arms
        .iter()
        .filter(|a| a.mechanism == mechanism)
        .map(|a| Series {
            label: a.arm.clone(),
            look: arms.iter().position(|name| *name == a.arm).unwrap_or(arms.len()),
            replicates: a.replicates.clone(),
            measured: a.measured.clone(),
            ..Series::default()
        })
        .collect();
    let title = format!("{} over time", course.outcome);
    Plot {
        name: slug(&["course", &course.outcome, mechanism]),
        title: if mechanism.is_empty() { title } else { format!("{title}, mechanism “{mechanism}”") },
        caption: format!("{}{}", caption(&series), counted(course)),
        x: Axis { name: "time".into(), unit: "d".into(), log: false },
        y: Axis { name: course.outcome.clone(), unit: course.unit.clone(), log: false },
        series,
        width,
    }
    .draw()
}

/// Where cells are counted in a section, how large it is.
fn counted(course: &Course) -> String {
    let said = |area: f64| format!(" Counted in a section of {}\u{a0}mm².", number(area));
    course.area_mm2.map_or(String::new(), said)
}

fn caption(series: &[Series]) -> String {
    let counts: Vec<usize> = series.iter().map(|s| s.replicates.len()).collect();
    let (low, high) = (counts.iter().min().copied().unwrap_or(0), counts.iter().max().copied().unwrap_or(0));
    let n = if low == high { format!("n = {low}") } else { format!("n = {low} to {high}") };
    let mut words = if high > 1 {
        format!(
            "Thick line: mean; band: lowest to highest replicate; thin lines and points: the replicates ({n} per arm)."
        )
    } else {
        format!("One replicate per arm ({n}): its spread is not known.")
    };
    if let [first, _, _, _, _, _, _, ..] = series {
        words.extend([" One panel per arm; dashed grey: the mean of ", &first.label, "."]);
    }
    if series.iter().any(|s| !s.measured.is_empty()) {
        words.push_str(" Open diamonds: measured.");
    }
    words
}
