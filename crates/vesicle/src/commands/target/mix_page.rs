//! A design told: the answer, the Pareto front as table and figure, the arm for an experiment file, the page.

use super::databases::Used;
use super::enrich_page::{databases, versions};
use super::mix::{Found, MixArguments, receiver};
use super::telling::Told;
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::{cell, shown};
use serde_json::json;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Axis, Class, Dot, Figure, Scatter};
use vesicle_target::mix::{Mix, Point, Why};

/// Rows of the front on the page.
const PRINTED: usize = 100;

fn because(why: Why) -> &'static str {
    match why {
        Why::Equal => "aged and young vesicles do the same to these programs",
        Why::NoLoading => "nothing can be loaded",
        Why::NoReach => "no candidate has a target in these programs that the receiver expresses",
        Why::NoBetter => "no mix comes nearer to young than the scrambled control",
        Why::NotToldApart => "donors of one age differ as much as donors of the two",
        Why::Uncertain => {
            "no mix beats the scrambled control in 95 of 100 bootstrap samples of donors and evidence"
        }
    }
}

fn names(found: &Found, point: &Point) -> Vec<String> {
    point.families.iter().map(|f| found.names[*f].clone()).collect()
}

/// Copies of mimic in one vesicle, all together.
fn loaded(arguments: &MixArguments, point: &Point) -> f64 {
    let reach = arguments.vesicles * arguments.escape;
    if reach > 0.0 { point.copies / reach } else { 0.0 }
}

fn percent(share: f64) -> String {
    format!("{} %", shown((1000.0 * share).round() / 10.0))
}

fn answer(arguments: &MixArguments, found: &Found) -> Vec<String> {
    let mix = match &found.design.mix {
        Ok(mix) => mix,
        Err(why) => return vec![format!("None: {}.", because(*why))],
    };
    let k = mix.point.families.len();
    let mut out = vec![format!(
        "Load {}, {} copies a vesicle in all{}: {} of the way from aged to young (90 % interval {} to {}).",
        names(found, &mix.point).join(" + "),
        shown(loaded(arguments, &mix.point)),
        if k > 1 { ", in equal shares" } else { "" },
        percent(mix.gain.0),
        percent(mix.gain.1),
        percent(mix.gain.2)
    )];
    for (i, name) in names(found, &mix.point).iter().enumerate() {
        out.push(format!(
            "{name}: {} of the gain is lost without it; {} of bootstrap samples choose it.",
            percent(mix.lost_without[i]),
            percent(mix.support[i])
        ));
    }
    out.push(format!(
        "Off-target repression {} log2 summed over genes outside the programs.",
        shown(mix.point.off_target)
    ));
    out
}

/// The mix and its scrambled control as arms, to be put at the end of an experiment file; none when no mix is
/// recommended.
pub fn arm(arguments: &MixArguments, found: &Found) -> Option<String> {
    let mix: &Mix = found.design.mix.as_ref().ok()?;
    let names = names(found, &mix.point);
    let quoted: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    let level = arguments.aged.rsplit('=').next().unwrap_or_default();
    let inject = arguments.inject.as_deref().unwrap_or(level).replace('\\', "\\\\").replace('"', "\\\"");
    let copies = loaded(arguments, &mix.point);
    let one = |name: &str, mimics: &str| {
        format!(
            "\n[arm.\"{inject} + {name}\"]\ninject = \"{inject}\"\nmimics = [{mimics}]\nmimic.copies_per_vesicle = \"{copies} [assumed]\"\n"
        )
    };
    let head = format!(
        "\n# From `vesicle target mix`: {} of the way from aged to young, 90 % interval {} to {}.\n",
        percent(mix.gain.0),
        percent(mix.gain.1),
        percent(mix.gain.2)
    );
    let mixed = one(&format!("{}, {} copies", names.join(" + "), shown(copies)), &quoted.join(", "));
    Some(head + &mixed + &one(&format!("scrambled, {} copies", shown(copies)), "\"scrambled\""))
}

pub fn told(arguments: &MixArguments, found: &Found) -> Told {
    let answer = answer(arguments, found);
    let design = &found.design;
    let recommended = |p: &Point| design.mix.as_ref().is_ok_and(|m| m.point == *p);
    let record = |p: &Point| {
        let mut row = vec![names(found, p).join(" + "), cell(loaded(arguments, p))];
        row.extend([p.copies, p.distance, 1.0 - p.distance / design.distance, p.off_target].map(cell));
        row.push(if recommended(p) { "yes" } else { "no" }.to_owned());
        row
    };
    let why = design.mix.as_ref().err().map(|w| because(*w));
    let manifest = json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "target mix",
        "databases": found.used.iter().map(Used::json).collect::<Vec<_>>(),
        "from_level": arguments.aged,
        "to_level": arguments.young,
        "donors_from_to": [found.donors.0, found.donors.1],
        "receiver": receiver(found),
        "programs": found.programs,
        "families": found.seeds.len(),
        "loading_copies_per_vesicle": arguments.loading,
        "copies_per_vesicle": arguments.copies_per_vesicle,
        "vesicles_a_receiver": arguments.vesicles,
        "escape": arguments.escape,
        "own_copies": arguments.receiver.own_copies,
        "threshold_copies": arguments.receiver.threshold,
        "hill": arguments.receiver.hill,
        "pool": arguments.receiver.pool,
        "candidates": arguments.candidate,
        "most_mimics": arguments.most,
        "strength_log2": { "strong": arguments.targets.strong, "weak": arguments.targets.weak },
        "draws": arguments.draws,
        "seed": arguments.seed,
        "distance_of_aged": design.distance,
        "labels_p": design.labels_p,
        "none_because": why,
        "arm": arm(arguments, found),
    });
    Told {
        name: "mix",
        manifest,
        head: vec![
            "mimics",
            "copies_per_vesicle",
            "cytosolic_copies",
            "distance",
            "gain",
            "off_target_log2",
            "recommended",
        ],
        rows: design.front.iter().map(record).collect(),
        words: &["mimics", "recommended"],
        page: article(arguments, found, &answer),
        notes: found.notes.clone(),
        answer,
    }
}

fn figure(arguments: &MixArguments, found: &Found) -> Option<Figure> {
    let design = &found.design;
    if design.front.is_empty() {
        return None;
    }
    let dot = |p: &Point, named: bool| Dot {
        name: format!("{}, {} copies", names(found, p).join(" + "), shown(loaded(arguments, p))),
        x: p.off_target,
        y: 100.0 * (1.0 - p.distance / design.distance),
        named,
    };
    let chosen = design.mix.as_ref().ok().map(|m| &m.point);
    let class =
        |label: &str, look: Option<usize>, dots: Vec<Dot>| Class { label: label.to_owned(), look, dots };
    let of_size = |n: usize| -> Vec<Dot> {
        let own = design.front.iter().filter(|p| p.families.len() == n && Some(*p) != chosen);
        own.map(|p| dot(p, false)).collect()
    };
    let classes = vec![
        class("one mimic", None, of_size(1)),
        class("two mimics", Some(1), of_size(2)),
        class("three mimics", Some(2), of_size(3)),
        class("four mimics", Some(3), of_size(4)),
        class("recommended", Some(0), chosen.map(|p| dot(p, true)).into_iter().collect()),
    ];
    let draw = |width| {
        Scatter {
            name: "front".to_owned(),
            title: "What is gained against what it costs".to_owned(),
            caption: format!(
                "The {} mixes that no other beats in distance, off-target repression and dose at once; n = {} aged and {} young donors. 0 % is the scrambled control, 100 % young vesicles.",
                design.front.len(),
                found.donors.0,
                found.donors.1
            ),
            x: Axis { name: "off-target repression, summed over genes".to_owned(), unit: "log2".to_owned(), log: false },
            y: Axis { name: "way from aged to young".to_owned(), unit: "%".to_owned(), log: false },
            classes: classes.clone(),
            uprights: Vec::new(),
            levels: Vec::new(),
            width,
        }
        .draw()
    };
    Some(Figure::at_both_widths(draw))
}

fn article(arguments: &MixArguments, found: &Found, answer: &[String]) -> Article {
    let row = |p: &Point| {
        vec![
            names(found, p).join(" + "),
            shown(loaded(arguments, p)),
            percent(1.0 - p.distance / found.design.distance),
            shown(p.off_target),
        ]
    };
    let mut sections = vec![Section {
        heading: "Mixes".to_owned(),
        figures: figure(arguments, found).into_iter().collect(),
        table: Words {
            head: ["Mimics", "copies a vesicle", "way to young", "off-target, log2"]
                .map(str::to_owned)
                .to_vec(),
            numeric: vec![false, true, true, true],
            rows: found.design.front.iter().take(PRINTED).map(row).collect(),
        },
        ..Section::default()
    }];
    if let Some(arm) = arm(arguments, found) {
        sections.push(Section {
            heading: "As arms of an experiment file".to_owned(),
            paragraphs: arm.lines().map(str::to_owned).collect(),
            ..Section::default()
        });
    }
    sections.push(databases(&found.used));
    sections.push(Section {
        heading: "Methods".to_owned(),
        paragraphs: vec![methods(arguments, found)],
        ..Section::default()
    });
    Article {
        title: "What to load".to_owned(),
        question: format!(
            "Which mimics bring the effect of aged vesicles on {} programs of a {} cell to that of young ones?",
            found.programs.len(),
            receiver(found)
        ),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections,
        command: again(),
        versions: versions(&found.used),
    }
}

fn methods(arguments: &MixArguments, found: &Found) -> String {
    format!(
        "Copies in the cytosol: share of a seed family of the measured miRNA × {} copies a vesicle × {} vesicles × {} that \
         escape (assumed). Effect: repression of each program (as in `vesicle target effect`); distance: root of the mean \
         square difference from young over programs. Mixes of up to {} mimics in equal shares were tried at 25 doses up to \
         {} copies a vesicle; the front holds those that no other beats in distance, off-target repression and dose. \
         Recommended: of those that keep nine tenths of the best gain, the one with the least off-target repression, then \
         dose. Interval: {} bootstrap samples of donors, with random weights of mean 1 on every family–gene pair (Rubin \
         1981). Share of random labellings of donors with a distance as large: {}. The scrambled control carries the same \
         dose without a target. Vesicle {}.",
        shown(arguments.copies_per_vesicle),
        shown(arguments.vesicles),
        shown(arguments.escape),
        arguments.most,
        shown(arguments.loading),
        arguments.draws,
        shown(found.design.labels_p),
        env!("CARGO_PKG_VERSION")
    )
}
