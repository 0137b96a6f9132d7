//! The figures of a comparison.

use super::compare::{Compared, contrast};
use vesicle_cargo::censored::Seen;
use vesicle_cargo::compare::FeatureRow;
use vesicle_cargo::components::components;
use vesicle_cargo::design::TestedTerm;
use vesicle_report::figure::text::number;
use vesicle_report::figure::{Axis, Class, Dot, Effect, Effects, Figure, Heatmap, Scatter, Stability, Width};

/// Features in a figure with one line each.
const LINES: usize = 40;
/// Names in a volcano plot.
const NAMED: usize = 20;
/// False discovery rate from which a feature is drawn as different.
const LEVEL: f64 = 0.05;

/// Heat map of detection and the samples' components.
pub fn samples(compared: &Compared, order: &[usize]) -> Vec<Figure> {
    let mut out = vec![Figure::at_both_widths(|width| heatmap(compared, order, width))];
    if components(&compared.comparison.amounts, compared.comparison.units.len()).is_some() {
        out.push(Figure::at_both_widths(|width| pca(compared, width)));
    }
    out
}

/// Volcano and forest.
pub fn differences(compared: &Compared, order: &[usize]) -> Vec<Figure> {
    let mut out = vec![Figure::at_both_widths(|width| volcano(compared, order, width))];
    if compared.comparison.rows.iter().any(|r| r.p.is_finite()) {
        out.push(Figure::at_both_widths(|width| forest(compared, order, width)));
    }
    out
}

/// Units by group, then as they stand: the order of columns in the heat map.
fn columns(compared: &Compared) -> Vec<usize> {
    let mut order: Vec<usize> = (0..compared.comparison.units.len()).collect();
    if let TestedTerm::Levels { of_unit, .. } = &compared.comparison.design.tested {
        order.sort_by_key(|&u| match of_unit[u] {
            Some(false) => 0,
            Some(true) => 1,
            None => 2,
        });
    }
    order
}

fn heatmap(compared: &Compared, order: &[usize], width: Width) -> Figure {
    let comparison = &compared.comparison;
    let n = comparison.units.len();
    let columns = columns(compared);
    let shown = told_in_the_heatmap(compared, order);
    let value = |f: usize, u: usize| match comparison.amounts[f * n + u] {
        Seen::At(v) => Some(v),
        Seen::Below(_) => None,
        Seen::Missing => Some(f64::NAN),
    };
    let below = comparison.amounts.iter().filter(|s| matches!(s, Seen::Below(_))).count();
    Heatmap {
        name: "detection".to_owned(),
        title: "What was detected where".to_owned(),
        caption: format!(
            "{} of {} features: those with the smallest combined p, then others detected in some units only; {n} units. Hatched: assayed and not detected \
             ({below} of all {} readings); grey: not assayed.",
            shown.len(),
            comparison.rows.len(),
            comparison.amounts.len(),
        ),
        rows: shown.iter().map(|&f| comparison.rows[f].feature.clone()).collect(),
        columns: columns.iter().map(|&u| comparison.units[u].clone()).collect(),
        values: shown.iter().map(|&f| columns.iter().map(|&u| value(f, u)).collect()).collect(),
        quantity: "log2 amount".to_owned(),
        unit: comparison.denominators.first().map_or_else(String::new, |d| format!("relative to: {d}")),
        width,
    }
    .draw()
}

/// Half the lines for the smallest combined p, half for features that some units lack: there detection is the question.
fn told_in_the_heatmap(compared: &Compared, order: &[usize]) -> Vec<usize> {
    let n = compared.comparison.units.len();
    let seen = |f: usize| {
        compared.comparison.amounts[f * n..(f + 1) * n].iter().filter(|s| matches!(s, Seen::At(_))).count()
    };
    let mut shown: Vec<usize> = order.iter().copied().take(LINES / 2).collect();
    let partly = order.iter().copied().skip(LINES / 2).filter(|&f| seen(f) > 0 && seen(f) < n);
    shown.extend(partly.take(LINES / 2));
    let rest: Vec<usize> =
        order.iter().copied().filter(|f| !shown.contains(f)).take(LINES - shown.len()).collect();
    shown.extend(rest);
    shown
}

/// Name of each unit's side.
fn side(compared: &Compared, unit: usize) -> String {
    match &compared.comparison.design.tested {
        TestedTerm::Levels { reference, other, of_unit, .. } => match of_unit[unit] {
            Some(false) => reference.clone(),
            Some(true) => other.clone(),
            None => "other levels".to_owned(),
        },
        TestedTerm::Slope { .. } => "all".to_owned(),
    }
}

fn pca(compared: &Compared, width: Width) -> Figure {
    let comparison = &compared.comparison;
    let n = comparison.units.len();
    let Some(found) = components(&comparison.amounts, n) else { return Figure::default() };
    let mut classes: Vec<Class> = Vec::new();
    for u in columns(compared) {
        let label = side(compared, u);
        let [x, y] = found.scores[u];
        let dot = Dot { name: comparison.units[u].clone(), x, y, named: n <= 60 };
        match classes.iter_mut().find(|c| c.label == label) {
            Some(class) => class.dots.push(dot),
            None => classes.push(Class { label, look: Some(classes.len() + 1), dots: vec![dot] }),
        }
    }
    let axis = |k: usize| Axis {
        name: format!("component {}, {} % of the variance", k + 1, number(100.0 * found.share[k])),
        ..Axis::default()
    };
    Scatter {
        name: "components".to_owned(),
        title: "How samples lie to each other".to_owned(),
        caption: format!(
            "Principal components of the {} features detected in all {n} units, centred, not scaled; nothing imputed.",
            found.n_features
        ),
        x: axis(0),
        y: axis(1),
        classes,
        uprights: vec![0.0],
        levels: vec![0.0],
        width,
    }
    .draw()
}

fn volcano(compared: &Compared, order: &[usize], width: Width) -> Figure {
    let comparison = &compared.comparison;
    let mut classes = [("FDR above 5 %", None), ("higher", Some(2)), ("lower", Some(1))]
        .map(|(label, look)| Class { label: label.to_owned(), look, dots: Vec::new() });
    for (rank, &f) in order.iter().enumerate() {
        let r = &comparison.rows[f];
        if r.p.is_finite() {
            let class = usize::from(r.fdr <= LEVEL) * if r.log2_fc > 0.0 { 1 } else { 2 };
            let y = -r.ln_p / std::f64::consts::LN_10;
            classes[class].dots.push(Dot { name: r.feature.clone(), x: r.log2_fc, y, named: rank < NAMED });
        }
    }
    let (a, b) = super::compare::donors(comparison);
    let mde = comparison.median_minimal_detectable;
    let reach = if mde.is_finite() { vec![-mde, mde] } else { Vec::new() };
    let tested = classes.iter().map(|c| c.dots.len()).sum::<usize>();
    Scatter {
        name: "volcano".to_owned(),
        title: format!("{}: difference and evidence", contrast(comparison)),
        caption: format!(
            "{tested} features tested, {a} v {b} donors. Dashed: no difference, and the |log2 fold change| that the median \
             feature shows with 80 % power."
        ),
        x: Axis { name: "log2 fold change".to_owned(), unit: contrast(comparison), log: false },
        y: Axis { name: "−log10 p".to_owned(), ..Axis::default() },
        classes: classes.to_vec(),
        uprights: reach.into_iter().chain([0.0]).collect(),
        levels: Vec::new(),
        width,
    }
    .draw()
}

fn forest(compared: &Compared, order: &[usize], width: Width) -> Figure {
    let comparison = &compared.comparison;
    let tested = || order.iter().map(|&f| &comparison.rows[f]).filter(|r| r.p.is_finite());
    let row = |r: &FeatureRow| {
        let half = vesicle_cargo::power::half_width(r.se, r.df, 1.0 - LEVEL);
        Effect {
            group: String::new(),
            label: r.feature.clone(),
            low: r.log2_fc - half,
            middle: r.log2_fc,
            high: r.log2_fc + half,
            decided: r.fdr <= LEVEL,
            note: format!("{}/{} v {}/{}", r.other.0, r.other.1, r.reference.0, r.reference.1),
        }
    };
    let (a, b) = super::compare::donors(comparison);
    Effects {
        name: "forest".to_owned(),
        title: format!("{}: the {} features with the smallest p", contrast(comparison), tested().take(LINES).count()),
        caption: format!(
            "Estimate with its 95 % interval (moderated t, one feature at a time), then donors that detect it, compared \
             level v reference; {a} v {b} donors. Blue: false discovery rate of 5 % or less."
        ),
        axis: "log2 fold change".to_owned(),
        rows: tested().take(LINES).map(row).collect(),
        width,
    }
    .draw()
}

/// Estimates under every denominator; none where there is one alone.
pub fn stability(compared: &Compared, order: &[usize]) -> Option<Figure> {
    let comparison = &compared.comparison;
    let tested = order.iter().map(|&f| &comparison.rows[f]).filter(|r| r.p.is_finite()).take(LINES);
    let rows: Vec<(String, Vec<f64>)> =
        tested.map(|r| (r.feature.clone(), r.by_denominator.clone())).collect();
    let turning = comparison.rows.iter().filter(|r| r.sign_changes).count();
    let draw = |width: Width| {
        Stability {
            name: "sign-stability".to_owned(),
            title: "Does the sign depend on what amounts are relative to?".to_owned(),
            caption: format!(
                "The {} features with the smallest p. Red: the sign turns between denominators ({turning} of all {} \
                 features).",
                rows.len(),
                comparison.rows.len()
            ),
            axis: "log2 fold change".to_owned(),
            choices: comparison.denominators.clone(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    (comparison.denominators.len() > 1 && !rows.is_empty()).then(|| Figure::at_both_widths(draw))
}
