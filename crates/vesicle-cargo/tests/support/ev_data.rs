//! Synthetic vesicle cargo: two groups of donors, features of very different level, about 30 % not detected.
#![allow(dead_code, reason = "tests and the calibration example use different parts")]

use vesicle_base::math::{exp, exp2};
use vesicle_base::random::{Draws, Purpose, Rng};
use vesicle_cargo::compare::{CompareOptions, Comparison, CountMethod, VoomForm, compare};
use vesicle_cargo::{CargoTable, Reading, SampleRow, SampleSheet, ValueKind};

/// Random numbers of this file.
const PURPOSE: Purpose = Purpose(0xFE01);

/// The shape of one data set.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub per_group: usize,
    pub n_features: usize,
    /// Share of features with a difference between groups.
    pub changed: f64,
    /// Size of the difference, log2.
    pub effect: f64,
}

/// One data set: values features by samples, and which features differ.
pub struct DataSet {
    pub values: Vec<f64>,
    pub changed: Vec<bool>,
}

/// Cycle at which the instrument stops.
pub const LAST_CYCLE: f64 = 35.0;

/// The draws of one data set.
pub fn draws(seed: u64, set: u64) -> Draws {
    Rng::new(seed).at(PURPOSE, set, 0)
}

fn differences(shape: &Shape, d: &mut Draws) -> Vec<f64> {
    (0..shape.n_features)
        .map(|_| {
            let sign = if d.happens(0.5) { 1.0 } else { -1.0 };
            if d.uniform() < shape.changed { sign * shape.effect } else { 0.0 }
        })
        .collect()
}

/// Ct values; NaN beyond the last cycle. Levels spread over ten cycles, variances scatter with 8 degrees of freedom
/// around a trend that rises towards the limit.
pub fn ct(shape: &Shape, d: &mut Draws) -> DataSet {
    let n = 2 * shape.per_group;
    let loading: Vec<f64> = (0..n).map(|_| 0.4 * d.normal()).collect();
    let delta = differences(shape, d);
    let mut values = Vec::with_capacity(n * shape.n_features);
    for delta in &delta {
        let level = 33.2 + 3.2 * d.normal();
        let trend = 0.25 * exp(0.12 * (level.min(LAST_CYCLE) - 31.0));
        let sd = (trend * 4.0 / d.gamma(4.0)).sqrt();
        for (s, load) in loading.iter().enumerate() {
            let shift = if s < shape.per_group { 0.0 } else { *delta };
            let value = level - shift + load + sd * d.normal();
            values.push(if value > LAST_CYCLE { f64::NAN } else { value });
        }
    }
    DataSet { values, changed: delta.iter().map(|d| *d != 0.0).collect() }
}

/// Read counts: negative binomial with libraries that differ up to fourfold, a dispersion of each feature's own, a
/// long tail of rare features; about 30 % zeros.
pub fn counts(shape: &Shape, d: &mut Draws) -> DataSet {
    let n = 2 * shape.per_group;
    let depth: Vec<f64> = (0..n).map(|_| exp(0.35 * d.normal())).collect();
    let delta = differences(shape, d);
    let mut values = Vec::with_capacity(n * shape.n_features);
    for delta in &delta {
        let mean = exp2(1.9 + 3.4 * d.normal());
        let dispersion = 0.2 * 5.0 / d.gamma(5.0);
        for (s, depth) in depth.iter().enumerate() {
            let shift = if s < shape.per_group { 0.0 } else { *delta };
            values.push(d.negative_binomial(mean * depth * exp2(shift), dispersion) as f64);
        }
    }
    DataSet { values, changed: delta.iter().map(|d| *d != 0.0).collect() }
}

/// The kinds of table that are calibrated, with the test each takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Ct,
    QuasiLikelihood,
    Voom,
    /// voom with limma's prior, with quality weights of samples: what R gives.
    LimmaVoom,
}

/// Values as a table of donors d0, d1, … and its sheet, the first half in group a.
pub fn table(kind: ValueKind, values: &[f64], n: usize) -> (CargoTable, SampleSheet) {
    let reading = |v: &f64| match kind {
        ValueKind::Ct if v.is_nan() => Reading::NotDetected { limit: Some(LAST_CYCLE) },
        _ => Reading::Value(*v),
    };
    let samples: Vec<String> = (0..n).map(|s| format!("s{s}")).collect();
    let rows = (0..n)
        .map(|s| SampleRow {
            sample: format!("s{s}"),
            donor: format!("d{s}"),
            covariates: vec![("group".to_owned(), if s < n / 2 { "a" } else { "b" }.to_owned())],
        })
        .collect();
    let table = CargoTable {
        kind,
        features: (0..values.len() / n).map(|f| format!("f{f}")).collect(),
        samples,
        readings: values.iter().map(reading).collect(),
    };
    (table, SampleSheet { rows })
}

/// Simulates and compares one data set.
pub fn run(case: Case, shape: &Shape, seed: u64, set: u64) -> (Comparison, DataSet) {
    let mut d = draws(seed, set);
    let data = if case == Case::Ct { ct(shape, &mut d) } else { counts(shape, &mut d) };
    let kind = if case == Case::Ct { ValueKind::Ct } else { ValueKind::Count };
    let (table, sheet) = table(kind, &data.values, 2 * shape.per_group);
    let mut options = CompareOptions { beside: Vec::new(), ..CompareOptions::default() };
    match case {
        Case::Ct | Case::QuasiLikelihood => {}
        Case::Voom => options.counts = CountMethod::Voom(VoomForm::SmallSamples),
        Case::LimmaVoom => options.counts = CountMethod::Voom(VoomForm::Limma { quality: true }),
    }
    let result = compare(&table, &sheet, &options).expect("a sound design");
    (result, data)
}

/// What many data sets show: counts of p below 5 %, and the false share among discoveries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub level: (usize, usize),
    pub detection: (usize, usize),
    pub combined: (usize, usize),
    /// Sum over data sets of the false share of discoveries at FDR 5 %, level and combined.
    pub false_share: (f64, f64),
    /// True discoveries and true effects.
    pub found: (usize, usize),
    pub sets: usize,
}

impl Tally {
    /// One data set.
    pub fn of(result: &Comparison, data: &DataSet) -> Self {
        let mut t = Self { sets: 1, ..Self::default() };
        let (mut level, mut combined) = ((0, 0), (0, 0));
        for (row, &changed) in result.rows.iter().zip(&data.changed) {
            if !changed {
                count(&mut t.level, row.p);
                count(&mut t.detection, row.detection_p);
                count(&mut t.combined, row.combined_p);
            }
            discover(&mut level, row.fdr, changed);
            discover(&mut combined, row.combined_fdr, changed);
            t.found.1 += usize::from(changed && row.p.is_finite());
        }
        t.found.0 = level.0 - level.1;
        let share = |(all, wrong): (usize, usize)| if all > 0 { wrong as f64 / all as f64 } else { 0.0 };
        t.false_share = (share(level), share(combined));
        t
    }

    /// Both together.
    pub fn plus(self, o: Self) -> Self {
        let add = |a: (usize, usize), b: (usize, usize)| (a.0 + b.0, a.1 + b.1);
        Self {
            level: add(self.level, o.level),
            detection: add(self.detection, o.detection),
            combined: add(self.combined, o.combined),
            false_share: (self.false_share.0 + o.false_share.0, self.false_share.1 + o.false_share.1),
            found: add(self.found, o.found),
            sets: self.sets + o.sets,
        }
    }
}

fn count(into: &mut (usize, usize), p: f64) {
    if p.is_finite() {
        into.0 += usize::from(p < 0.05);
        into.1 += 1;
    }
}

fn discover(into: &mut (usize, usize), fdr: f64, changed: bool) {
    if fdr < 0.05 {
        into.0 += 1;
        into.1 += usize::from(!changed);
    }
}
