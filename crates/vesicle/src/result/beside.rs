//! A laboratory's own values put beside the simulated ones: names matched, units converted, mistakes told together.

use vesicle_base::{Problem, quantity, unit};
use vesicle_report::Page;
use vesicle_report::page::{ArmCourse, Beside, Course};
use vesicle_tables::Measured;

/// Adds measured values to the courses of a page, and the comparison at the nearest saved instant.
///
/// # Errors
/// Every arm, outcome, unit and time that does not fit, with its place and the nearest right name.
pub fn put(page: &mut Page, measured: &[Measured]) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut placed = Vec::new();
    for row in measured {
        match place(page, row) {
            Ok(point) => placed.push(point),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for course in &mut page.courses {
        for arm in &mut course.arms {
            arm.measured = of(&placed, &course.outcome, &arm.arm).map(|p| (p.time_d, p.value)).collect();
        }
    }
    let arms = page.courses.iter().flat_map(|course| course.arms.iter().map(move |arm| (course, arm)));
    page.beside = arms.flat_map(|(course, arm)| beside(course, arm, &placed)).collect();
    Ok(())
}

/// A value in the unit of its course.
struct Point {
    arm: String,
    outcome: String,
    time_d: f64,
    value: f64,
    n: u32,
}

fn of<'a>(placed: &'a [Point], outcome: &'a str, arm: &'a str) -> impl Iterator<Item = &'a Point> {
    placed.iter().filter(move |p| p.outcome == outcome && p.arm == arm)
}

fn place(page: &Page, row: &Measured) -> Result<Point, Vec<Problem>> {
    let mut problems = Vec::new();
    let [arm_place, outcome_place, unit_place, time_place] = &row.places;
    let outcomes = || page.courses.iter().map(|c| c.outcome.as_str());
    let course = page.courses.iter().find(|c| c.outcome == row.outcome);
    if course.is_none() {
        let unknown = Problem::new(format!("unknown outcome `{}`", row.outcome)).at(outcome_place);
        problems.push(unknown.expected(listed(outcomes())).nearest(&row.outcome, outcomes()));
    }
    let arms = || distinct(page.courses.iter().flat_map(|c| &c.arms).map(|a| a.arm.as_str()));
    if !arms().contains(&row.arm.as_str()) {
        let unknown = Problem::new(format!("unknown arm `{}`", row.arm)).at(arm_place);
        problems.push(unknown.expected(listed(arms().into_iter())).nearest(&row.arm, arms()));
    }
    let factor = course.map_or(Ok(1.0), |course| factor(course, &row.unit).map_err(|p| p.at(unit_place)));
    if let Some(wrong) =
        course.zip(factor.as_ref().ok()).and_then(|(course, factor)| impossible(course, row, *factor))
    {
        problems.push(wrong.at(unit_place));
    }
    let time = days(&row.time).map(|said| said.or_else(|| course.and_then(last_instant)));
    match (factor, time) {
        (Ok(factor), Ok(time)) if problems.is_empty() => Ok(Point {
            arm: row.arm.clone(),
            outcome: row.outcome.clone(),
            time_d: time.unwrap_or(0.0),
            value: row.value * factor,
            n: row.n,
        }),
        (factor, time) => {
            problems.extend(factor.err());
            problems.extend(time.err().map(|p| p.at(time_place)));
            Err(problems)
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    vesicle_experiment::registry::listed(names)
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

/// What one of the unit is in the unit of the course. No unit is that of the course; `%` of a share is a hundredth;
/// cells per area are counted in the area of the section.
fn factor(course: &Course, said: &str) -> Result<f64, Problem> {
    if said.is_empty() || said == course.unit {
        return Ok(1.0);
    }
    let wrong = |expected: String| {
        Err(Problem::new(format!("wrong unit of `{}`", course.outcome)).expected(expected).found(said))
    };
    // A course in words, such as a share of an area, is a plain number.
    let own =
        unit::parse(&course.unit).unwrap_or(unit::Unit { factor: 1.0, dimension: unit::Dimension::NONE });
    let given = match unit::parse(said) {
        Ok(given) => given,
        Err(word) => return wrong(format!("{}; `{word}` is no unit", fitting(course))),
    };
    if given.dimension == own.dimension {
        return Ok(given.factor / own.factor);
    }
    match course.area_mm2 {
        Some(area_mm2) if given.dimension == unit::Dimension::PER_AREA => {
            // Canonical areas are µm²; the section's is in mm².
            Ok(given.factor * area_mm2 * 1e6)
        }
        _ => wrong(fitting(course)),
    }
}

/// A value that the outcome cannot have: below nothing, or of a share more than the whole.
fn impossible(course: &Course, row: &Measured, factor: f64) -> Option<Problem> {
    let value = row.value * factor;
    let wrong = |expected: &str| {
        let found = format!("{} {}", row.value, row.unit);
        Problem::new(format!("impossible value of `{}`", course.outcome))
            .expected(expected)
            .found(found.trim_end())
    };
    if value < 0.0 {
        return Some(wrong("0 or more"));
    }
    (is_share(course) && value > 1.0).then(|| wrong("a share from 0 to 1, or `%` as its unit"))
}

/// Units in words are those of shares.
fn is_share(course: &Course) -> bool {
    !course.unit.is_empty() && unit::parse(&course.unit).is_err()
}

/// Units that a course takes, in words.
fn fitting(course: &Course) -> String {
    let own = if course.unit.is_empty() { "a plain number" } else { course.unit.as_str() };
    let or_density = if course.area_mm2.is_some() { ", or cells per area such as `cells/mm^2`" } else { "" };
    let or_percent = if unit::parse(&course.unit).is_err() { ", or `%`" } else { "" };
    format!("`{own}`{or_percent}{or_density}")
}

/// Days from `21 d` or `21`; none when nothing is said.
fn days(text: &str) -> Result<Option<f64>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::new("wrong time").expected("a time, such as `21 d`").found(text);
    let said = quantity::parse(text).map_err(|_| wrong())?;
    let minutes_per_day = 1440.0;
    let value = match said.dimension {
        unit::Dimension::TIME => said.value / minutes_per_day,
        unit::Dimension::NONE => said.value,
        _ => return Err(wrong()),
    };
    if value.is_finite() && value >= 0.0 { Ok(Some(value)) } else { Err(wrong()) }
}

fn last_instant(course: &Course) -> Option<f64> {
    let times = course.arms.iter().flat_map(|a| a.replicates.iter().flatten()).map(|p| p.0);
    times.filter(|t| t.is_finite()).max_by(f64::total_cmp)
}

/// The measured values of one arm by instant, each with the simulated values at the nearest saved one.
fn beside(course: &Course, arm: &ArmCourse, placed: &[Point]) -> Vec<Beside> {
    let own = || of(placed, &course.outcome, &arm.arm);
    let mut instants: Vec<f64> = own().map(|p| p.time_d).collect();
    instants.sort_by(f64::total_cmp);
    instants.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let saved = || arm.replicates.iter().flatten().map(|p| p.0);
    let nearest = |time: f64| saved().min_by(|a, b| (a - time).abs().total_cmp(&(b - time).abs()));
    let at = |time: f64| {
        let simulated_d = nearest(time)?;
        let measured = || own().filter(|p| p.time_d.total_cmp(&time).is_eq());
        let simulated = arm.replicates.iter().flatten().filter(|p| p.0.total_cmp(&simulated_d).is_eq());
        Some(Beside {
            outcome: course.outcome.clone(),
            unit: course.unit.clone(),
            arm: arm.arm.clone(),
            mechanism: arm.mechanism.clone(),
            measured_d: time,
            measured: measured().map(|p| p.value).collect(),
            measured_n: measured().map(|p| u64::from(p.n)).sum(),
            measured_counts: measured().map(|p| u64::from(p.n)).collect(),
            simulated_d,
            simulated: simulated.map(|p| p.1).collect(),
        })
    };
    instants.into_iter().filter_map(at).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;

    fn course(unit: &str, area_mm2: Option<f64>) -> Course {
        Course { outcome: "o".into(), unit: unit.into(), area_mm2, ..Course::default() }
    }

    #[test]
    fn units_are_converted() {
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b, "{a} {b}");
        close(factor(&course("share of area", None), "%").unwrap(), 0.01);
        close(factor(&course("share of area", None), "").unwrap(), 1.0);
        close(factor(&course("ng/mL", None), "pg/mL").unwrap(), 1e-3);
        close(factor(&course("um^3", None), "mm^3").unwrap(), 1e9);
        // 250 cells/mm² in 0.04 mm² are 10 cells.
        close(250.0 * factor(&course("cells", Some(0.04)), "cells/mm^2").unwrap(), 10.0);
        assert!(factor(&course("cells", None), "cells/mm^2").is_err());
        assert!(factor(&course("mmHg", None), "ng/mL").is_err());
        assert!(factor(&course("cells", None), "furlongs").is_err());
    }

    #[test]
    fn what_an_outcome_cannot_be_is_told() {
        let row = |value: f64, unit: &str| Measured {
            arm: String::new(),
            outcome: String::new(),
            value,
            unit: unit.into(),
            time: String::new(),
            n: 1,
            places: std::array::from_fn(|_| vesicle_base::Place { file: String::new(), line: 1, column: 1 }),
        };
        let of = |unit: &str, value: f64, said: &str, factor: f64| {
            impossible(&course(unit, None), &row(value, said), factor)
        };
        assert!(of("share of area", 12.0, "", 1.0).unwrap().to_string().contains("`%`"));
        assert!(
            of("share of area", 12.0, "%", 0.01).is_none() && of("share of area", 0.0, "", 1.0).is_none()
        );
        assert!(of("cells", 12.0, "", 1.0).is_none() && of("cells", -1.0, "", 1.0).is_some());
        assert!(of("", 12.0, "", 1.0).is_none());
    }

    #[test]
    fn times_are_days_or_say_what_they_are() {
        assert_eq!(days("21").unwrap(), Some(21.0));
        assert_eq!(days("48 h").unwrap(), Some(2.0));
        assert_eq!(days("").unwrap(), None);
        assert!(days("3 um").is_err() && days("-1 d").is_err() && days("soon").is_err());
    }
}
