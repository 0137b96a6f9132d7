//! The page of an isolation: the comparison with its figure, every step, every spin, methods.

use super::isolated::{Compared, amount, others, recovered, share};
use crate::commands::telling::{Cell, Rows, heads};
use vesicle_dose::isolation::{Act, Force, Outcome, Protocol, Role, Spin};
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::text::number;
use vesicle_report::figure::{Axis, Choice, Figure, Tradeoff, Width};

/// Diameters for which the share pelleted is printed, nm.
const SIZES: [f64; 4] = [50.0, 100.0, 150.0, 200.0];

/// The figure and the table of all protocols.
pub fn comparison(compared: &Compared<'_>) -> Section {
    let row = |o: &Outcome| {
        vec![
            o.name.clone(),
            recovered(o),
            share(o.protein),
            amount(o.enrichment, " ×"),
            amount(o.hours, " h"),
            o.words.clone(),
        ]
    };
    let head = [
        "Protocol",
        "vesicles recovered",
        "protein carried over",
        "vesicles over protein",
        "hours",
        "purity in sources' words",
    ];
    Section {
        heading: "Purity against yield".to_owned(),
        paragraphs: vec![format!(
            "Median with 5th to 95th percentile of {} draws. Vesicles over protein: relative to the sample, so that 1 is no \
             purification. Hours: a spin's own time unless more was said; for other methods what a source gives.",
            compared.conditions.draws
        )],
        figures: vec![Figure::at_both_widths(|width| figure(compared, width))],
        table: Words {
            head: head.map(str::to_owned).to_vec(),
            numeric: vec![false, true, true, true, true, false],
            rows: compared.outcomes.iter().map(row).collect(),
        },
    }
}

fn figure(compared: &Compared<'_>, width: Width) -> Figure {
    let choice = |o: &Outcome| Choice {
        label: o.name.clone(),
        note: {
            let hours = o.hours.map_or_else(|| "hours not reported".to_owned(), |_| amount(o.hours, " h"));
            if o.is_upper_bound { format!("{hours}; recovery is an upper bound") } else { hours }
        },
        x: o.recovery().map(|s| [s.low, s.median, s.high].map(|v| 100.0 * v)),
        y: o.enrichment.map(|s| [s.low, s.median, s.high]).filter(|r| r.iter().all(|v| v.is_finite())),
    };
    let axis = |name: &str, unit: &str, log| Axis { name: name.to_owned(), unit: unit.to_owned(), log };
    Tradeoff {
        name: "purity-yield".to_owned(),
        title: "Purity against yield".to_owned(),
        caption: format!(
            "Mark: median; strokes: 5th to 95th percentile of {} draws; {} protocols. Right and up is better.",
            compared.conditions.draws,
            compared.outcomes.len()
        ),
        x: axis("vesicles recovered", "%", false),
        y: axis("vesicles over protein", "times the sample", true),
        choices: compared.outcomes.iter().map(choice).collect(),
        width,
    }
    .draw()
}

/// What is held after every step.
pub fn steps(compared: &Compared<'_>) -> Section {
    let names = others(compared);
    let mut head = vec!["Protocol".to_owned(), "step".to_owned(), "vesicles".to_owned()];
    head.extend(names.iter().cloned());
    head.push("median of the vesicles".to_owned());
    let mut rows = Vec::new();
    for outcome in &compared.outcomes {
        for stage in &outcome.stages {
            let mut row = vec![outcome.name.clone(), stage.text.clone(), share(stage.vesicles)];
            row.extend(stage.others.iter().map(|s| share(*s)));
            row.push(amount(stage.median_nm, " nm"));
            rows.push(row);
        }
    }
    let numeric = (0..head.len()).map(|k| k > 1).collect();
    Section {
        heading: "Step by step".to_owned(),
        paragraphs: vec!["Share of the sample that is held after each step.".to_owned()],
        figures: Vec::new(),
        table: Words { head, numeric, rows },
    }
}

fn all_spins<'a>(compared: &'a Compared<'_>) -> impl Iterator<Item = (&'a Protocol, &'a str, &'a Spin)> {
    compared.protocols.iter().flat_map(|protocol| {
        protocol.steps.iter().filter_map(move |step| match &step.act {
            Act::Spin { spin, .. } => Some((protocol, step.text.as_str(), spin)),
            Act::Range { .. } => None,
        })
    })
}

/// Every spin in every convention, with what it pellets.
pub fn spin_rows(compared: &Compared<'_>) -> Rows {
    let mut head = vec![
        "protocol",
        "step",
        "rotor",
        "rpm",
        "g_mean",
        "g_max",
        "k_factor",
        "cut_nm",
        "pct_50nm",
        "pct_100nm",
        "pct_150nm",
        "pct_200nm",
    ];
    if compared.to.is_some() {
        head.extend(["to_rotor", "minutes_same_cut", "minutes_by_k_factor", "k_factor_holds"]);
    }
    let kinds = &compared.bench.catalogue.kinds;
    let density = kinds.iter().find(|k| k.role == Role::Vesicle).map_or(f64::NAN, |k| k.density.value);
    let medium = compared.conditions.medium;
    let row = |(protocol, text, spin): (&Protocol, &str, &Spin)| {
        let omega2 = spin.rotor.omega2(spin.force);
        let g = |unit: Force| omega2 / spin.rotor.omega2(unit);
        let mut row = vec![
            Cell::from(protocol.name.clone()),
            text.into(),
            spin.rotor.name.clone().into(),
            (omega2.sqrt() * 60.0 / std::f64::consts::TAU).into(),
            g(Force::AtMean(1.0)).into(),
            g(Force::AtBottom(1.0)).into(),
            spin.rotor.k_factor(spin.force).into(),
            spin.cut_nm(density, medium).into(),
        ];
        row.extend(SIZES.iter().map(|d| Cell::from(100.0 * spin.pelleted(*d, density, medium))));
        if let Some(to) = &compared.to {
            let holds = !spin.rotor.is_fixed_angle() && !to.is_fixed_angle();
            let words = if holds { "yes" } else { "no: fixed angle" };
            row.push(to.name.clone().into());
            row.push((spin.same_cut_in(to).seconds / 60.0).into());
            row.push((spin.by_k_factor(to).seconds / 60.0).into());
            row.push(words.into());
        }
        row
    };
    Rows { head: heads(&head), rows: all_spins(compared).map(row).collect() }
}

/// The table of spins as a section; empty without spins.
pub fn spins(compared: &Compared<'_>) -> Section {
    let rows = spin_rows(compared);
    if rows.rows.is_empty() {
        return Section::default();
    }
    let mut paragraphs = vec![
        "g mean and g max: at the mean radius and at the bottom of the tube. Cut: the smallest vesicle of which everything is \
         pelleted, at the middle of the density's range; %: share pelleted of vesicles of that diameter."
            .to_owned(),
    ];
    if compared.to.is_some() {
        paragraphs.push(
            "Minutes for the same cut, at the same setting of g or rpm, are exact by the theory for any pair of rotors; those by K \
             factors only between swinging buckets."
                .to_owned(),
        );
    }
    Section { heading: "Spins".to_owned(), paragraphs, figures: Vec::new(), table: rows.words(usize::MAX) }
}

/// Equations and assumptions in one paragraph.
pub fn methods(compared: &Compared<'_>) -> Section {
    let medium = compared.conditions.medium;
    let kinds = compared.bench.catalogue.kinds.iter().map(|kind| {
        let range = kind.density.prior_text();
        let range = if range.is_empty() { String::new() } else { format!(" ({range})") };
        format!("{} {}{range} g/mL", kind.name, kind.density.text())
    });
    Section {
        heading: "Methods".to_owned(),
        paragraphs: vec![format!(
            "Spins: spheres at their sedimentation speed in a medium of {} g/mL and {} mPa·s, along the radius of a swinging bucket \
             or across the tube of a fixed-angle rotor (Livshits 2015, doi 10.1038/srep17319); back-diffusion, convection and \
             aggregation are left out, so that a share pelleted is an upper bound. What is lighter than the medium is never \
             pelleted. Of the liquid over a pellet a residual stays (1 %, 0.2 to 5 %, assumed) unless said. Densities: {}. Other \
             methods: anywhere in the range that a source gives, sizes not followed; what no source gives is not reported.",
            number(medium.density_g_cm3),
            number(medium.viscosity_mpa_s),
            kinds.collect::<Vec<_>>().join(", ")
        )],
        ..Section::default()
    }
}

/// What determines the result.
pub fn versions(compared: &Compared<'_>) -> Vec<(String, String)> {
    let file = compared.file.input.iter().map(|(name, sha256)| (name.clone(), format!("sha256 {sha256}")));
    let inputs = compared.bench.inputs.iter().map(|i| (i.name.clone(), format!("sha256 {}", i.sha256)));
    let tables =
        super::published::sums().into_iter().map(|(name, sha256)| (name, format!("sha256 {sha256}")));
    let own = [
        ("vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("seed".to_owned(), compared.conditions.seed.to_string()),
    ];
    own.into_iter().chain(file).chain(inputs).chain(tables).collect()
}
