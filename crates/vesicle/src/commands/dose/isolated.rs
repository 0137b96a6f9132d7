//! What protocols give, as one table, one figure and a page.

use super::catalogue::Bench;
use super::isolated_page as page;
use super::protocol::Protocol as File;
use super::sheet;
use crate::commands::telling::{Cell, Rows, Told, heads};
use crate::failure::Failure;
use serde_json::{Value, json};
use vesicle_dose::Spread;
use vesicle_dose::isolation::{Conditions, Outcome, Protocol, Role, Rotor, Stage};
use vesicle_report::Article;
use vesicle_report::figure::text::{number, percent_range, ranged};

/// Protocols with what they give.
pub struct Compared<'a> {
    /// The file, where there is one.
    pub file: &'a File,
    /// Rotors, methods, particles, medium.
    pub bench: &'a Bench,
    /// Protocols.
    pub protocols: &'a [Protocol],
    /// What each gives.
    pub outcomes: Vec<Outcome>,
    /// Draws and seed.
    pub conditions: Conditions,
    /// The rotor to carry spins to.
    pub to: Option<Rotor>,
}

/// What is told of them.
///
/// # Errors
/// A line that the quality sheet has not.
pub fn told(compared: &Compared<'_>, notes: Vec<String>) -> Result<Told, Failure> {
    let sheet = match compared.protocols {
        [only] => Some(sheet::filled(&compared.file.reported, Some(only))?),
        _ => None,
    };
    let answer = answer(&compared.outcomes);
    let mut sections = vec![page::comparison(compared), page::steps(compared), page::spins(compared)];
    sections.extend(sheet.as_ref().map(sheet::section));
    sections.push(page::methods(compared));
    sections.retain(|section| !(section.paragraphs.is_empty() && section.table.rows.is_empty()));
    let mut more =
        vec![("stages", stages(compared)), ("spins", Value::Array(page::spin_rows(compared).json()))];
    more.extend(sheet.as_ref().map(|sheet| ("sheet", Value::Array(sheet::rows(sheet).json()))));
    Ok(Told {
        name: "isolate",
        manifest: manifest(compared),
        rows: rows(&compared.outcomes),
        more,
        beside: Vec::new(),
        page: Article {
            title: if compared.file.title.is_empty() {
                "Isolation".to_owned()
            } else {
                compared.file.title.clone()
            },
            question: "What do these protocols recover, how pure, in how many hours?".to_owned(),
            answer: answer.clone(),
            warnings: notes.clone(),
            sections,
            command: crate::commands::cargo::again(),
            versions: page::versions(compared),
        },
        answer,
        notes,
    })
}

/// A spread as a share in words; what is not reported says so.
pub fn share(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "not reported".to_owned(), |s| percent_range(s.low, s.median, s.high))
}

/// What a protocol recovers, in words; an upper bound says so.
pub fn recovered(outcome: &Outcome) -> String {
    let bound = if outcome.is_upper_bound && outcome.recovery().is_some() { " at most" } else { "" };
    format!("{}{bound}", share(outcome.recovery()))
}

/// A spread as a number in words.
pub fn amount(spread: Option<Spread>, unit: &str) -> String {
    spread.map_or_else(|| "not reported".to_owned(), |s| format!("{}{unit}", ranged(s.low, s.median, s.high)))
}

fn answer(outcomes: &[Outcome]) -> Vec<String> {
    if let [only] = outcomes {
        return vec![
            format!("Vesicles recovered: {}.", recovered(only)),
            format!(
                "Vesicles over protein, relative to the sample: {}; hours: {}.",
                amount(only.enrichment, " times"),
                amount(only.hours, " h")
            ),
        ];
    }
    vec![
        best(outcomes, "Most vesicles", 1.0, &|o| Some((o.recovery()?, recovered(o)))),
        best(outcomes, "Purest, by vesicles over protein relative to the sample", 1.0, &|o| {
            Some((o.enrichment?, amount(o.enrichment, " times")))
        }),
        best(outcomes, "Quickest", -1.0, &|o| Some((o.hours?, amount(o.hours, " h")))),
    ]
}

/// The protocol whose median is most (or, with a negative sign, least), of those for which it is reported.
fn best(
    outcomes: &[Outcome],
    what: &str,
    sign: f64,
    of: &dyn Fn(&Outcome) -> Option<(Spread, String)>,
) -> String {
    let known: Vec<(&Outcome, (Spread, String))> =
        outcomes.iter().filter_map(|o| Some((o, of(o)?))).collect();
    let missing = outcomes.len() - known.len();
    let rest = match missing {
        0 => String::new(),
        n => format!("; not reported for {n} of {}", outcomes.len()),
    };
    let better = |a: &Spread, b: &Spread| sign * b.median > sign * a.median;
    let found = known.into_iter().reduce(|a, b| if better(&a.1.0, &b.1.0) { b } else { a });
    found.map_or_else(
        || format!("{what}: not reported for any protocol."),
        |(o, (_, words))| format!("{what}: {}, {words}{rest}.", o.name),
    )
}

/// Low, median and high as three cells.
fn three(spread: Option<Spread>) -> [Cell; 3] {
    [spread.map(|s| s.low), spread.map(|s| s.median), spread.map(|s| s.high)].map(Cell::from)
}

fn rows(outcomes: &[Outcome]) -> Rows {
    let head = vec![
        "protocol",
        "recovery_low",
        "recovery",
        "recovery_high",
        "protein_low",
        "protein",
        "protein_high",
        "enrichment_low",
        "enrichment",
        "enrichment_high",
        "hours_low",
        "hours",
        "hours_high",
        "median_nm",
        "purity_in_words",
        "recovery_is",
    ];
    let row = |o: &Outcome| {
        let mut row = vec![Cell::from(o.name.clone())];
        for spread in [o.recovery(), o.protein, o.enrichment, o.hours] {
            row.extend(three(spread));
        }
        let size = o.stages.last().and_then(|stage| stage.median_nm).map(|s| s.median);
        let bound = match (o.recovery(), o.is_upper_bound) {
            (None, _) => "not reported",
            (_, true) => "an upper bound",
            _ => "a range",
        };
        row.extend([Cell::from(size), Cell::from(o.words.clone()), bound.into()]);
        row
    };
    Rows { head: heads(&head), rows: outcomes.iter().map(row).collect() }
}

/// Names of the kinds that are not followed as vesicles, in the order of a stage's others.
pub fn others(compared: &Compared<'_>) -> Vec<String> {
    let kinds = &compared.bench.catalogue.kinds;
    let vesicle = kinds.iter().position(|kind| kind.role == Role::Vesicle);
    (0..kinds.len()).filter(|k| Some(*k) != vesicle).map(|k| kinds[k].name.clone()).collect()
}

fn stages(compared: &Compared<'_>) -> Value {
    let spread = |s: Option<Spread>| s.map(|s| json!({ "low": s.low, "median": s.median, "high": s.high }));
    let names = others(compared);
    let stage = |stage: &Stage| {
        let rest: serde_json::Map<String, Value> =
            names.iter().zip(&stage.others).map(|(name, s)| (name.clone(), json!(spread(*s)))).collect();
        json!({ "step": stage.text, "vesicles": spread(stage.vesicles), "others": rest, "median_nm": spread(stage.median_nm) })
    };
    let one =
        |o: &Outcome| json!({ "protocol": o.name, "stages": o.stages.iter().map(stage).collect::<Vec<_>>() });
    Value::Array(compared.outcomes.iter().map(one).collect())
}

fn manifest(compared: &Compared<'_>) -> Value {
    let input = |name: &str, sha256: &str| json!({ "name": name, "sha256": sha256 });
    let steps = |p: &Protocol| p.steps.iter().map(|s| s.text.clone()).collect::<Vec<_>>();
    let protocols: Vec<Value> =
        compared.protocols.iter().map(|p| json!({ "name": p.name, "steps": steps(p) })).collect();
    let rotors = &compared.bench.catalogue.rotors;
    json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "dose isolate",
        "file": compared.file.input.as_ref().map(|(name, sha256)| input(name, sha256)),
        "inputs": compared.bench.inputs.iter().map(|i| input(&i.name, &i.sha256)).collect::<Vec<_>>(),
        "protocols": protocols,
        "rotors": rotors.iter().map(|r| json!([r.name, r.r_min_mm, r.r_max_mm, r.path_mm()])).collect::<Vec<_>>(),
        "medium": { "density_g_per_ml": compared.conditions.medium.density_g_cm3, "viscosity_mpa_s": compared.conditions.medium.viscosity_mpa_s },
        "particles": compared.bench.catalogue.kinds.iter().map(|k| json!([k.name, k.density.text(), k.density.prior_text(), format!("{:?}", k.spectrum)])).collect::<Vec<_>>(),
        "to": compared.to.as_ref().map(|rotor| rotor.name.clone()),
        "seed": compared.conditions.seed,
        "draws": compared.conditions.draws,
        "tables": super::published::sums(),
    })
}

/// Rotors and methods that are known.
pub fn known(bench: &Bench) -> Told {
    let mut rows = Vec::new();
    for rotor in &bench.catalogue.rotors {
        let shape = if rotor.is_fixed_angle() { "fixed angle" } else { "swinging bucket" };
        let words = format!("{}–{} mm", number(rotor.r_min_mm), number(rotor.r_max_mm));
        rows.push(vec![
            Cell::from("rotor"),
            rotor.name.clone().into(),
            shape.into(),
            words.into(),
            "".into(),
            "".into(),
        ]);
    }
    for method in &bench.catalogue.methods {
        let band = |cited: &Option<vesicle_dose::isolation::Cited>, scale: f64, unit: &str| {
            cited.as_ref().map_or_else(
                || "not reported".to_owned(),
                |c| {
                    if c.low < c.high {
                        format!("{}–{}{unit} [{}]", number(scale * c.low), number(scale * c.high), c.source)
                    } else {
                        format!("{}{unit} [{}]", number(scale * c.low), c.source)
                    }
                },
            )
        };
        rows.push(vec![
            Cell::from("method"),
            method.name.clone().into(),
            method.aliases.join(", ").into(),
            band(&method.recovery, 100.0, " %").into(),
            band(&method.protein, 100.0, " %").into(),
            band(&method.hours, 1.0, " h").into(),
        ]);
    }
    let rows = Rows {
        head: heads(&["kind", "name", "shape_or_aliases", "radii_or_recovery", "protein", "hours"]),
        rows,
    };
    let answer =
        vec![format!("{} rotors, {} methods.", bench.catalogue.rotors.len(), bench.catalogue.methods.len())];
    Told {
        name: "known",
        notes: Vec::new(),
        manifest: json!({ "format": 1, "command": "dose isolate --list", "tables": super::published::sums() }),
        rows,
        more: Vec::new(),
        beside: Vec::new(),
        page: Article {
            title: "Rotors and methods".to_owned(),
            answer: answer.clone(),
            ..Article::default()
        },
        answer,
    }
}
