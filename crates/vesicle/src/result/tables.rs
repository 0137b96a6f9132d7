//! The tables of a result folder.

use super::screening::{Findings, number_name};
use crate::commands::run::Prepared;
use tissue_sim::{Frame, LedgerRow};
use vesicle_experiment::evidence::{self, Scored, Status};
use vesicle_experiment::lower::Lowered;
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::runs::{Key, Store};
use vesicle_experiment::screen::apart::ByPrior;
use vesicle_experiment::screen::sensitivity::Input;
use vesicle_experiment::screen::severity::Screened;
use vesicle_experiment::statistics::share::Share;
use vesicle_experiment::statistics::variance::Portion;
use vesicle_files::columns::{Column, Columns};

const MINUTES_PER_DAY: f64 = 1440.0;

/// Columns that name a run.
#[derive(Default)]
struct Runs {
    arm: Vec<String>,
    mechanism: Vec<String>,
    draw: Vec<i64>,
    replicate: Vec<i64>,
}

impl Runs {
    fn push(&mut self, prepared: &Prepared, key: Key) {
        self.arm.push(prepared.experiment.arms[key.arm].name.clone());
        self.mechanism.push(prepared.experiment.mechanisms[key.mechanism].name.clone());
        self.draw.push(i64::from(key.draw));
        self.replicate.push(i64::from(key.replicate));
    }

    fn columns(self) -> Columns {
        vec![
            ("arm", Column::Text(self.arm)),
            ("mechanism", Column::Text(self.mechanism)),
            ("draw", Column::Whole(self.draw)),
            ("replicate", Column::Whole(self.replicate)),
        ]
    }
}

/// arm, mechanism, draw, replicate, time_d, outcome, value, unit.
pub fn outcomes(prepared: &Prepared, outcomes: &Outcomes) -> Columns {
    let mut runs = Runs::default();
    let (mut times, mut names, mut values, mut units) = (vec![], vec![], vec![], vec![]);
    for row in &outcomes.rows {
        let outcome = &prepared.experiment.outcomes[row.outcome];
        runs.push(prepared, row.key);
        times.push(row.time_min / MINUTES_PER_DAY);
        names.push(outcome.name.clone());
        values.push(row.value);
        units.push(unit(prepared, row.outcome));
    }
    let mut columns = runs.columns();
    columns.push(("time_d", Column::Number(times)));
    columns.push(("outcome", Column::Text(names)));
    columns.push(("value", Column::Number(values)));
    columns.push(("unit", Column::Text(units)));
    columns
}

/// Unit of an outcome; a field's mean has the unit of the field.
pub fn unit(prepared: &Prepared, outcome: usize) -> String {
    let what = &prepared.experiment.outcomes[outcome].what;
    if let vesicle_experiment::grammar::outcome::OutcomeText::FieldMean { field } = what {
        let labels = &prepared.campaign.lowered[0].labels;
        let at = labels.fields.iter().position(|known| known == field);
        return at.map_or_else(String::new, |at| labels.field_units[at].clone());
    }
    vesicle_experiment::grammar::outcome::unit(what).to_owned()
}

/// One contrast of an arm with the reference.
pub struct Contrast {
    /// Index of the outcome.
    pub outcome: usize,
    /// Index of the mechanism.
    pub mechanism: usize,
    /// Prior draw.
    pub draw: u32,
    /// Indices of the reference and the other arm.
    pub arms: (usize, usize),
    /// The ratio of the other arm to the reference at the last frame.
    pub ratio: evidence::Ratio,
}

/// Every arm against the first, for every outcome, at the end.
pub fn contrast_rows(prepared: &Prepared, outcomes: &Outcomes) -> Vec<Contrast> {
    let mut rows = Vec::new();
    for draw in outcomes.draws() {
        let of_draw = outcomes.of_draw(draw);
        for mechanism in &prepared.selection.mechanisms {
            for outcome in 0..prepared.experiment.outcomes.len() {
                let values = |arm| of_draw.values(outcome, arm, *mechanism, None);
                let reference = values(0);
                for arm in 1..prepared.experiment.arms.len() {
                    let ratio = evidence::ratio(&reference, &values(arm), outcomes.half_unit[outcome]);
                    let row =
                        |ratio| Contrast { outcome, mechanism: *mechanism, draw, arms: (0, arm), ratio };
                    rows.extend(ratio.map(row));
                }
            }
        }
    }
    rows
}

/// outcome, mechanism, reference, arm, ratio with its 90 % interval, n, draw.
pub fn contrasts(prepared: &Prepared, outcomes: &Outcomes) -> Columns {
    let rows = contrast_rows(prepared, outcomes);
    let arm = |index: usize| prepared.experiment.arms[index].name.clone();
    let text = |of: &dyn Fn(&Contrast) -> String| Column::Text(rows.iter().map(of).collect());
    let number = |of: &dyn Fn(&Contrast) -> f64| Column::Number(rows.iter().map(of).collect());
    vec![
        ("outcome", text(&|c| prepared.experiment.outcomes[c.outcome].name.clone())),
        ("mechanism", text(&|c| prepared.experiment.mechanisms[c.mechanism].name.clone())),
        ("reference", text(&|c| arm(c.arms.0))),
        ("arm", text(&|c| arm(c.arms.1))),
        ("ratio", number(&|c| c.ratio.value)),
        ("ratio_low_90", number(&|c| c.ratio.low)),
        ("ratio_high_90", number(&|c| c.ratio.high)),
        ("n", Column::Whole(rows.iter().map(|c| c.ratio.n as i64).collect())),
        ("draw", Column::Whole(rows.iter().map(|c| i64::from(c.draw)).collect())),
    ]
}

/// The word of a status.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Holds => "holds",
        Status::Fails => "fails",
        Status::CannotTell => "cannot tell",
        Status::NotEvaluated => "not evaluated",
        Status::Structural => "structural",
    }
}

/// claim, role, source, mechanism, status, ratio with its 90 % interval, n, draw; then from the twin: severity by
/// ablation and by permuted targets and the power, each with its 95 % interval and number of worlds, whether any
/// world as declared turns the claim around, and whether it is counted.
pub fn evidence(prepared: &Prepared, scored: &[Scored], findings: &Findings) -> Columns {
    let claim = |s: &Scored| &prepared.experiment.claims[s.claim];
    let text = |of: &dyn Fn(&Scored) -> String| Column::Text(scored.iter().map(of).collect());
    let number = |of: &dyn Fn(&evidence::Ratio) -> f64| {
        Column::Number(scored.iter().map(|s| s.ratio.as_ref().map_or(f64::NAN, of)).collect())
    };
    let found = |s: &Scored| findings.of(s.claim, s.mechanism);
    let reads = |s: &Scored| {
        let place = |name: &str| prepared.experiment.outcomes.iter().position(|o| o.name == name);
        let outcomes = claim(s).claim.outcomes();
        outcomes.into_iter().all(|name| place(name).is_some_and(|at| findings.lens.reads(at)))
    };
    let turns = |s: &Scored| match found(s) {
        Some(found) if found.always.is_some() => "never",
        Some(_) if reads(s) => "some worlds",
        _ => "not screened",
    };
    let is_counted = |s: &Scored| if findings.tests.has(s.claim) { "yes" } else { "no" };
    let mut columns = vec![
        ("claim", text(&|s| claim(s).text.clone())),
        ("role", text(&|s| claim(s).role.word().to_owned())),
        ("source", text(&|s| claim(s).source.clone())),
        ("mechanism", text(&|s| prepared.experiment.mechanisms[s.mechanism].name.clone())),
        ("status", text(&|s| status(s.status).to_owned())),
        ("ratio", number(&|r| r.value)),
        ("ratio_low_90", number(&|r| r.low)),
        ("ratio_high_90", number(&|r| r.high)),
        ("n", Column::Whole(scored.iter().map(|s| s.ratio.map_or(0, |r| r.n as i64)).collect())),
        ("draw", Column::Whole(scored.iter().map(|s| i64::from(s.draw)).collect())),
    ];
    let shares = |of: &dyn Fn(&Screened) -> Option<Share>| -> Vec<Option<Share>> {
        scored.iter().map(|s| found(s).and_then(of)).collect()
    };
    let names = ["severity", "severity_low_95", "severity_high_95", "severity_worlds"];
    columns.extend(share_columns(names, &shares(&|s| s.ablated)));
    let names =
        ["severity_targets", "severity_targets_low_95", "severity_targets_high_95", "permuted_tables"];
    columns.extend(share_columns(names, &shares(&|s| s.permuted)));
    let names = ["power", "power_low_95", "power_high_95", "power_worlds"];
    columns.extend(share_columns(names, &shares(&|s| s.power)));
    columns.push(("turned_around_in", text(&|s| turns(s).to_owned())));
    columns.push(("counted", text(&|s| is_counted(s).to_owned())));
    columns
}

/// A share with its interval and its number of cases.
pub fn share_columns(names: [&'static str; 4], shares: &[Option<Share>]) -> Columns {
    let number = |of: &dyn Fn(&Share) -> f64| {
        Column::Number(shares.iter().map(|share| share.as_ref().map_or(f64::NAN, of)).collect())
    };
    let [value, low, high, n] = names;
    vec![
        (value, number(&|s| s.value)),
        (low, number(&|s| s.low)),
        (high, number(&|s| s.high)),
        (n, Column::Whole(shares.iter().map(|s| s.map_or(0, |s| i64::from(s.n))).collect())),
    ]
}

/// number, input, its path, its value with unit and prior, first-order and total share of the variance with their 90 %
/// intervals, R² of the surrogate.
pub fn sensitivity(prepared: &Prepared, findings: &Findings) -> Columns {
    let mut rows: Vec<(String, Input, f64)> = Vec::new();
    for found in &findings.sensitivities {
        let number = number_name(prepared, found);
        let r_squared = found.r_squared.unwrap_or(f64::NAN);
        rows.extend(found.inputs.iter().map(|input| (number.clone(), input.clone(), r_squared)));
        let noise = Portion { value: found.noise, low: found.noise, high: found.noise };
        let words = BETWEEN_ANIMALS.to_owned();
        let animals = Input { words, said: String::new(), path: String::new(), first: noise, total: noise };
        rows.push((number, animals, r_squared));
    }
    let texts =
        |of: &dyn Fn(&Input) -> &String| Column::Text(rows.iter().map(|row| of(&row.1).clone()).collect());
    let numbers = |of: &dyn Fn(&Input) -> f64| Column::Number(rows.iter().map(|row| of(&row.1)).collect());
    vec![
        ("number", Column::Text(rows.iter().map(|row| row.0.clone()).collect())),
        ("input", texts(&|input| &input.words)),
        ("path", texts(&|input| &input.path)),
        ("said", texts(&|input| &input.said)),
        ("first_order", numbers(&|input| input.first.value)),
        ("first_order_low_90", numbers(&|input| input.first.low)),
        ("first_order_high_90", numbers(&|input| input.first.high)),
        ("total", numbers(&|input| input.total.value)),
        ("total_low_90", numbers(&|input| input.total.low)),
        ("total_high_90", numbers(&|input| input.total.high)),
        ("surrogate_r_squared", Column::Number(rows.iter().map(|row| row.2).collect())),
    ]
}

/// What the share of the animals' own spread is called.
pub const BETWEEN_ANIMALS: &str = "spread between animals";

/// outcome, arm, time_d, bits that it tells about the mechanism, of all there are to tell, and what
/// chance gives the best of them.
pub fn measurements(prepared: &Prepared, findings: &Findings) -> Columns {
    let rows = &findings.measurements;
    let (outcomes, arms) = (&prepared.experiment.outcomes, &prepared.experiment.arms);
    vec![
        ("outcome", Column::Text(rows.iter().map(|m| outcomes[m.outcome].name.clone()).collect())),
        ("arm", Column::Text(rows.iter().map(|m| arms[m.arm].name.clone()).collect())),
        ("time_d", Column::Number(rows.iter().map(|m| m.time_min / MINUTES_PER_DAY).collect())),
        ("bits", Column::Number(rows.iter().map(|m| m.bits).collect())),
        ("of_bits", Column::Number(rows.iter().map(|m| m.of_bits).collect())),
        ("bits_by_chance", Column::Number(rows.iter().map(|m| m.chance_bits).collect())),
    ]
}

/// mechanism, width of the assumed priors, share of the twin's worlds in which every test that it can evaluate holds and
/// in which some fails, each with its 95 % interval, effective number of worlds, tests that it can evaluate and all.
pub fn support(prepared: &Prepared, findings: &Findings) -> Columns {
    let each = |(mechanism, rows): &(usize, Vec<ByPrior>)| {
        let name = prepared.experiment.mechanisms[*mechanism].name.clone();
        rows.iter().map(move |found| (name.clone(), *found)).collect::<Vec<_>>()
    };
    let rows: Vec<(String, ByPrior)> = findings.support.iter().flat_map(each).collect();
    let numbers = |of: &dyn Fn(&ByPrior) -> f64| Column::Number(rows.iter().map(|row| of(&row.1)).collect());
    let n_tests =
        |of: &dyn Fn(&ByPrior) -> usize| Column::Whole(rows.iter().map(|row| of(&row.1) as i64).collect());
    vec![
        ("mechanism", Column::Text(rows.iter().map(|row| row.0.clone()).collect())),
        ("prior_width", numbers(&|row| row.width)),
        ("satisfied", numbers(&|row| row.satisfies.share)),
        ("satisfied_low_95", numbers(&|row| row.satisfies.low)),
        ("satisfied_high_95", numbers(&|row| row.satisfies.high)),
        ("some_fails", numbers(&|row| row.fails.share)),
        ("some_fails_low_95", numbers(&|row| row.fails.low)),
        ("some_fails_high_95", numbers(&|row| row.fails.high)),
        ("effective_worlds", numbers(&|row| row.satisfies.effective)),
        ("tests_in_twin", n_tests(&|row| row.n_tests)),
        ("tests", n_tests(&|_| findings.tests.len())),
    ]
}

/// One line of the ledger with its run and time.
struct Booked {
    key: Key,
    time_min: f64,
    name: String,
    row: LedgerRow,
}

fn booked(prepared: &Prepared, store: &dyn Store, last_only: bool) -> Result<Vec<Booked>, String> {
    let mut booked = Vec::new();
    for run in &prepared.campaign.runs {
        let lowered = prepared.campaign.of(run);
        let record = store.load(&run.hash)?.ok_or_else(|| format!("run {} is missing", run.hash))?;
        let skip = if last_only { record.frames.len().saturating_sub(1) } else { 0 };
        for frame in record.frames.iter().skip(skip) {
            for row in &frame.ledger {
                let name = label(lowered, row);
                booked.push(Booked { key: run.key, time_min: frame.time_min, name, row: row.clone() });
            }
        }
    }
    Ok(booked)
}

/// The population or molecule of a ledger row.
pub fn label(lowered: &Lowered, row: &LedgerRow) -> String {
    let names = if row.is_species { &lowered.labels.species } else { &lowered.labels.populations };
    names[row.index].clone()
}

fn ledger_columns(prepared: &Prepared, booked: &[Booked]) -> Columns {
    let mut runs = Runs::default();
    booked.iter().for_each(|b| runs.push(prepared, b.key));
    let text = |of: &dyn Fn(&Booked) -> String| Column::Text(booked.iter().map(of).collect());
    let number = |of: &dyn Fn(&Booked) -> f64| Column::Number(booked.iter().map(of).collect());
    let mut columns = runs.columns();
    let sort = |b: &Booked| if b.row.is_species { "copies" } else { "vesicles" };
    columns.push(("time_d", number(&|b| b.time_min / MINUTES_PER_DAY)));
    columns.push(("of", text(&|b| b.name.clone())));
    columns.push(("account", text(&|b| b.row.account.to_owned())));
    columns.push(("sign", Column::Whole(booked.iter().map(|b| i64::from(b.row.sign)).collect())));
    columns.push(("amount", number(&|b| b.row.amount)));
    columns.push(("unit", text(&|b| sort(b).to_owned())));
    columns
}

/// Every account at every frame.
///
/// # Errors
/// When a run is missing.
pub fn ledger(prepared: &Prepared, store: &dyn Store) -> Result<Columns, String> {
    Ok(ledger_columns(prepared, &booked(prepared, store, false)?))
}

/// Every account at the end.
///
/// # Errors
/// When a run is missing.
pub fn last_ledger(prepared: &Prepared, store: &dyn Store) -> Result<Columns, String> {
    Ok(ledger_columns(prepared, &booked(prepared, store, true)?))
}

/// Every cell of every frame: run, time, identity, kind, position, radius, what it took up, how its programs stand.
///
/// # Errors
/// When a run is missing.
pub fn cells(prepared: &Prepared, store: &dyn Store) -> Result<Columns, String> {
    let mut runs = Runs::default();
    let (mut times, mut ids, mut kinds, mut dead) = (vec![], vec![], vec![], vec![]);
    let mut places: [Vec<f64>; 4] = Default::default();
    let (mut taken, mut repression) = (vec![], vec![]);
    for run in &prepared.campaign.runs {
        let record = store.load(&run.hash)?.ok_or_else(|| format!("run {} is missing", run.hash))?;
        for Frame { time_min, cells, .. } in &record.frames {
            for cell in cells {
                runs.push(prepared, run.key);
                times.push(time_min / MINUTES_PER_DAY);
                ids.push(format!("{:016x}", cell.id));
                kinds.push(prepared.experiment.names.cells[usize::from(cell.kind)].clone());
                dead.push(i64::from(cell.dead));
                let numbers = [cell.at_um[0], cell.at_um[1], cell.at_um[2], cell.radius_um];
                places.iter_mut().zip(numbers).for_each(|(column, value)| column.push(f64::from(value)));
                taken.push(cell.taken_up.iter().map(|n| *n as f64).sum());
                repression.push(f64::from(cell.repression.first().copied().unwrap_or(0.0)));
            }
        }
    }
    let [x, y, z, radius] = places;
    let mut columns = runs.columns();
    columns.push(("time_d", Column::Number(times)));
    columns.push(("cell_id", Column::Text(ids)));
    columns.push(("kind", Column::Text(kinds)));
    columns.push(("dead", Column::Whole(dead)));
    for (name, values) in [("x_um", x), ("y_um", y), ("z_um", z), ("radius_um", radius)] {
        columns.push((name, Column::Number(values)));
    }
    columns.push(("vesicles_taken_up", Column::Number(taken)));
    columns.push(("repression", Column::Number(repression)));
    Ok(columns)
}
