//! Sizes and numbers as they are told: one row a measurement, one figure, a page; or the `[dose]` of a protocol file.

use crate::commands::cargo::reading::Input;
use crate::commands::telling::{Cell, Rows, Told};
use crate::failure::Failure;
use serde_json::json;
use vesicle_base::Problem;
use vesicle_dose::sheet::term_of_size;
use vesicle_report::Article;
use vesicle_report::article::Section;
use vesicle_report::figure::text::{number, ranged};
use vesicle_report::figure::{Axis, Figure, Plot, Series, Width};
use vesicle_tables::nta::{Dilution, Interval, SizeMeasurement, SizeSummary};

/// A measurement with its numbers; none where nothing was measured.
pub struct Sized {
    /// The measurement.
    pub measurement: SizeMeasurement,
    /// Its numbers.
    pub summary: Option<SizeSummary>,
}

/// What no tracking can know, told with every result.
const LIMITS: &str = "tracking does not see particles below about 50 nm and cannot tell vesicles from lipoproteins or \
                      aggregates; intervals are over captures or tracks of one preparation, not over preparations";

/// What is told of measurements.
pub fn told(sized: &[Sized], blank: Option<&SizeMeasurement>, inputs: &[Input]) -> Told {
    let rows = rows(sized);
    let answer: Vec<String> = sized.iter().map(line).collect();
    let notes = notes(sized);
    let sections = vec![
        Section {
            heading: "Sizes".to_owned(),
            paragraphs: vec![format!("Percentiles of the number of particles, with 95 % intervals; {LIMITS}.")],
            figures: vec![Figure::at_both_widths(|width| figure(sized, width))],
            table: rows.words(usize::MAX),
        },
        Section {
            heading: "Methods".to_owned(),
            paragraphs: vec![
                "A percentile lies where the cumulative number reaches its share, linear inside a bin. Two captures or more: \
                 Student's interval over them; one: order statistics of the tracked particles, and a Poisson count for the \
                 number. A blank is taken off bin by bin in the liquid that was measured, before the dilution is multiplied in."
                    .to_owned(),
            ],
            ..Section::default()
        },
    ];
    let file = |i: &Input| json!({ "name": i.name, "sha256": i.sha256 });
    let versions = inputs.iter().map(|i| (i.name.clone(), format!("sha256 {}", i.sha256)));
    Told {
        name: "size",
        manifest: json!({
            "format": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "command": "dose size",
            "inputs": inputs.iter().map(file).collect::<Vec<_>>(),
            "blank": blank.map(|blank| blank.sample.clone()),
            "dilutions": sized.iter().map(|s| dilution(&s.measurement)).collect::<Vec<_>>(),
            "rows": sized.len(),
        }),
        page: Article {
            title: "Particle sizes".to_owned(),
            question: "How large, and how many?".to_owned(),
            answer: answer.clone(),
            warnings: notes.clone(),
            sections,
            command: crate::commands::cargo::again(),
            versions: versions
                .chain([("vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned())])
                .collect(),
        },
        rows,
        more: Vec::new(),
        answer,
        notes,
    }
}

fn interval(found: Interval) -> String {
    match (found.low, found.high) {
        (Some(low), Some(high)) => ranged(low, found.value, high),
        _ => format!("{} (no interval)", number(found.value)),
    }
}

fn line(sized: &Sized) -> String {
    let name = &sized.measurement.sample;
    let Some(s) = &sized.summary else {
        return format!("{name}: nothing was measured, which is no measurement of zero.");
    };
    let count = match s.undiluted_per_ml {
        Some(count) => format!("{} per mL of the undiluted sample", interval(count)),
        None => format!("{} per mL of the measured liquid (dilution not recorded)", interval(s.per_ml)),
    };
    format!(
        "{name}: D10 {}, D50 {}, D90 {} nm; {count}; {}.",
        interval(s.d10_nm),
        interval(s.d50_nm),
        interval(s.d90_nm),
        term_of_size(s.d50_nm.value)
    )
}

fn notes(sized: &[Sized]) -> Vec<String> {
    let mut all = Vec::new();
    for s in sized {
        let m = &s.measurement;
        all.push(format!("{}: {}", m.sample, m.detected));
        all.extend(m.notes.list().iter().map(|note| format!("{}: {note}", m.sample)));
        all.extend(m.warnings.iter().map(|warning| format!("{}: the instrument warns: {warning}", m.sample)));
        for capture in &m.captures {
            all.extend(capture.warnings.iter().map(|w| format!("{}, {}: {w}", m.sample, capture.name)));
        }
        if s.summary.is_some_and(|s| s.per_ml.value <= 0.0) {
            all.push(format!("{}: not above its blank", m.sample));
        }
    }
    all.push(LIMITS.to_owned());
    all
}

fn dilution(m: &SizeMeasurement) -> String {
    match m.dilution {
        Dilution::Applied(factor) => format!("{factor} (already applied)"),
        Dilution::NotApplied(factor) => factor.to_string(),
        Dilution::NotRecorded => "not recorded".to_owned(),
    }
}

fn rows(sized: &[Sized]) -> Rows {
    let head = vec![
        "sample",
        "captures",
        "d10_low_nm",
        "d10_nm",
        "d10_high_nm",
        "d50_low_nm",
        "d50_nm",
        "d50_high_nm",
        "d90_low_nm",
        "d90_nm",
        "d90_high_nm",
        "mean_nm",
        "undiluted_low_per_ml",
        "undiluted_per_ml",
        "undiluted_high_per_ml",
        "per_ml_as_stated",
        "dilution",
        "term",
    ];
    let row = |s: &Sized| {
        let three = |i: Option<Interval>| {
            [i.and_then(|i| i.low), i.map(|i| i.value), i.and_then(|i| i.high)].map(Cell::from)
        };
        let of = |f: fn(&SizeSummary) -> Interval| s.summary.as_ref().map(f);
        let usable = s.measurement.usable().count();
        let mut row = vec![Cell::from(s.measurement.sample.clone()), Cell::from(usable)];
        row.extend(three(of(|s| s.d10_nm)));
        row.extend(three(of(|s| s.d50_nm)));
        row.extend(three(of(|s| s.d90_nm)));
        row.push(of(|s| s.mean_nm).map(|i| i.value).into());
        row.extend(three(s.summary.as_ref().and_then(|s| s.undiluted_per_ml)));
        row.push(of(|s| s.per_ml).map(|i| i.value).into());
        row.push(dilution(&s.measurement).into());
        row.push(of(|s| s.d50_nm).map_or("", |i| term_of_size(i.value)).into());
        row
    };
    Rows { head, rows: sized.iter().map(row).collect() }
}

fn figure(sized: &[Sized], width: Width) -> Figure {
    let series = sized.iter().enumerate().map(|(at, s)| Series {
        label: s.measurement.sample.clone(),
        look: at + 1,
        replicates: s.measurement.usable().map(|c| curve(&s.measurement, &c.per_ml)).collect(),
        ..Series::default()
    });
    let undiluted = sized.iter().all(|s| s.measurement.to_undiluted().is_some());
    let of = if undiluted { "the undiluted sample" } else { "the liquid as its file states it" };
    Plot {
        name: "sizes".to_owned(),
        title: "Size distribution".to_owned(),
        caption: format!(
            "Particles per mL of {of} and per nm of diameter. Thick line: mean of the captures; band: lowest to highest; \
             {} measurements.",
            sized.len()
        ),
        x: Axis { name: "diameter".to_owned(), unit: "nm".to_owned(), log: false },
        y: Axis { name: "particles".to_owned(), unit: "/mL/nm".to_owned(), log: false },
        series: series.collect(),
        width,
    }
    .draw()
}

/// Particles per mL and nm over the diameter, up to the last bin that holds any.
fn curve(m: &SizeMeasurement, per_ml: &[f64]) -> Vec<(f64, f64)> {
    let factor = m.to_undiluted().unwrap_or(1.0);
    let centres = &m.bin_centre_nm;
    let last = (0..centres.len())
        .rev()
        .find(|at| m.captures.iter().any(|capture| capture.per_ml.get(*at).is_some_and(|v| *v > 0.0)))
        .unwrap_or(0);
    let width = |at: usize| {
        let (before, after) = (at.saturating_sub(1), (at + 1).min(centres.len() - 1));
        if after > before { (centres[after] - centres[before]) / (after - before) as f64 } else { 1.0 }
    };
    per_ml
        .iter()
        .enumerate()
        .take(last + 1)
        .map(|(at, value)| (centres[at], factor * value / width(at)))
        .collect()
}

/// The number of one preparation as the `[dose]` of a protocol file, on standard output.
///
/// # Errors
/// Several preparations, nothing measured, or no dilution.
pub fn as_dose(sized: &[Sized], inputs: &[Input]) -> Result<(), Failure> {
    let [only] = sized else {
        let problem = Problem::new(format!("{} preparations for one dose", sized.len()));
        return Err(problem.expected("one file, or --pool").into());
    };
    let name = &only.measurement.sample;
    let Some(summary) = &only.summary else {
        return Err(Problem::new(format!("{name}: nothing was measured")).expected("a measurement").into());
    };
    let Some(count) = summary.undiluted_per_ml else {
        let problem = Problem::new(format!("the dilution of {name} is not recorded"));
        return Err(problem.expected("--dilution FACTOR").into());
    };
    // A 95 % interval is 1.96 standard deviations either way.
    let sd = count.low.zip(count.high).map(|(low, high)| (high - low) / 2.0 / 1.96);
    let prior = sd.filter(|sd| *sd > 0.0).map_or_else(String::new, |sd| format!(" (± {sd:e})"));
    let files: Vec<String> = inputs.iter().map(|i| format!("{} sha256 {}", i.name, i.sha256)).collect();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    crate::shown::line(&format!("[dose]\nparticles = \"{:e} /mL{prior} [tracking]\"", count.value));
    let interval = |i: Interval| interval(i).replace('\u{2009}', " ");
    let size = format!(
        "D10 {}, D50 {}, D90 {} nm",
        interval(summary.d10_nm),
        interval(summary.d50_nm),
        interval(summary.d90_nm)
    );
    crate::shown::line(&format!(
        "\n[report]\nnumber = {}\nsize = {}",
        quoted(&format!("{:e} /mL by particle tracking", count.value)),
        quoted(&size)
    ));
    crate::shown::line(&format!("\n[source]\ntracking = {}", quoted(&files.join("; "))));
    eprintln!("{}", line(only));
    notes(sized).iter().for_each(|note| eprintln!("{note}"));
    Ok(())
}
