//! Sizes and numbers as they are told: one row a measurement, one figure, a page; or the `[dose]` of a protocol file.

use crate::commands::cargo::reading::Input;
use crate::commands::telling::{Cell, Rows, Told, heads};
use crate::failure::Failure;
use serde_json::json;
use vesicle_base::Problem;
use vesicle_dose::sheet::term_of_size;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
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
            figures: figures(sized),
            table: words(sized),
        },
        Section { heading: "Files".to_owned(), paragraphs: read_as(sized), ..Section::default() },
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
            warnings: warnings(sized),
            sections,
            command: crate::commands::cargo::again(),
            versions: versions
                .chain([("vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned())])
                .collect(),
        },
        rows,
        more: Vec::new(),
        beside: Vec::new(),
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
    read_as(sized).into_iter().chain(warnings(sized)).collect()
}

/// What was detected and decided while the files were read.
fn read_as(sized: &[Sized]) -> Vec<String> {
    let of = |s: &Sized| {
        let m = &s.measurement;
        let notes: Vec<String> = m.notes.list().iter().map(ToString::to_string).collect();
        format!("{}: {}; {}", m.sample, m.detected, notes.join("; "))
    };
    sized.iter().map(of).collect()
}

/// What a reader should know before believing a number.
fn warnings(sized: &[Sized]) -> Vec<String> {
    let mut all = Vec::new();
    for s in sized {
        let m = &s.measurement;
        all.extend(m.warnings.iter().map(|warning| format!("{}: the instrument warns: {warning}", m.sample)));
        for capture in &m.captures {
            all.extend(capture.warnings.iter().map(|w| format!("{}, {}: {w}", m.sample, capture.name)));
        }
        if m.dilution == Dilution::NotRecorded {
            all.push(format!("{}: the dilution is not recorded; say --dilution FACTOR", m.sample));
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
    Rows { head: heads(&head), rows: sized.iter().map(row).collect() }
}

/// Share of the particles up to which the figures go.
const DRAWN: f64 = 0.99;

fn figures(sized: &[Sized]) -> Vec<Figure> {
    let end = sized.iter().map(|s| end_nm(&s.measurement)).fold(0.0, f64::max);
    vec![
        Figure::at_both_widths(|width| plot(sized, end, width, false)),
        Figure::at_both_widths(|width| plot(sized, end, width, true)),
    ]
}

/// Diameter below which almost all particles of all captures lie, nm.
fn end_nm(m: &SizeMeasurement) -> f64 {
    let sum = |at: usize| m.usable().filter_map(|c| c.per_ml.get(at)).sum::<f64>();
    let weights: Vec<f64> = (0..m.bin_centre_nm.len()).map(sum).collect();
    let (total, mut below) = (weights.iter().sum::<f64>(), 0.0);
    for (weight, centre) in weights.iter().zip(&m.bin_centre_nm) {
        below += weight;
        if below >= DRAWN * total {
            return *centre;
        }
    }
    0.0
}

fn plot(sized: &[Sized], end: f64, width: Width, cumulative: bool) -> Figure {
    let series = sized.iter().enumerate().map(|(at, s)| Series {
        label: s.measurement.sample.clone(),
        look: at + 1,
        replicates: s
            .measurement
            .usable()
            .map(|c| curve(&s.measurement, &c.per_ml, end, cumulative))
            .collect(),
        ..Series::default()
    });
    let (name, title, what, unit) = if cumulative {
        ("sizes-cumulative", "Cumulative size distribution", "particles below a diameter", "%")
    } else {
        ("sizes", "Size distribution", "particles", "% per nm")
    };
    Plot {
        name: name.to_owned(),
        title: title.to_owned(),
        caption: format!(
            "Share of the particles of each capture, by number, up to the diameter below which 99 % lie. Thick line: mean of \
             the captures; band: lowest to highest; n = {} captures.",
            sized.iter().map(|s| s.measurement.usable().count().to_string()).collect::<Vec<_>>().join(", ")
        ),
        x: Axis { name: "diameter".to_owned(), unit: "nm".to_owned(), log: false },
        y: Axis { name: what.to_owned(), unit: unit.to_owned(), log: false },
        series: series.collect(),
        width,
    }
    .draw()
}

/// Per cent of a capture's particles, per nm or below a diameter, up to `end` nm.
fn curve(m: &SizeMeasurement, per_ml: &[f64], end: f64, cumulative: bool) -> Vec<(f64, f64)> {
    let centres = &m.bin_centre_nm;
    let total: f64 = per_ml.iter().sum();
    let width = |at: usize| {
        let (before, after) = (at.saturating_sub(1), (at + 1).min(centres.len() - 1));
        if after > before { (centres[after] - centres[before]) / (after - before) as f64 } else { 1.0 }
    };
    let (mut below, mut out) = (0.0, Vec::new());
    for (at, (centre, value)) in centres.iter().zip(per_ml).enumerate().take_while(|(_, (c, _))| **c <= end) {
        let share = 100.0 * value / total;
        // At a bin's centre half of it lies below.
        let up_to = below + share / 2.0;
        below += share;
        out.push((*centre, if cumulative { up_to } else { share / width(at) }));
    }
    out
}

/// The numbers for a page, intervals in words.
fn words(sized: &[Sized]) -> Words {
    let head = ["sample", "captures", "D10 [nm]", "D50 [nm]", "D90 [nm]", "per mL, undiluted", "dilution"];
    let row = |s: &Sized| {
        let of = |f: fn(&SizeSummary) -> Option<Interval>| {
            s.summary.as_ref().and_then(f).map_or_else(|| "–".to_owned(), interval)
        };
        vec![
            s.measurement.sample.clone(),
            s.measurement.usable().count().to_string(),
            of(|s| Some(s.d10_nm)),
            of(|s| Some(s.d50_nm)),
            of(|s| Some(s.d90_nm)),
            of(|s| s.undiluted_per_ml),
            dilution(&s.measurement),
        ]
    };
    Words {
        head: head.map(str::to_owned).to_vec(),
        numeric: (0..head.len()).map(|k| k > 0).collect(),
        rows: sized.iter().map(row).collect(),
    }
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
    crate::shown::message(&line(only));
    notes(sized).iter().for_each(|note| crate::shown::message(note));
    Ok(())
}
