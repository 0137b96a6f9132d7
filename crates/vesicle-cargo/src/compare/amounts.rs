//! Readings as log2 amounts: more is higher, "not detected" is "below a limit".

use vesicle_base::math::log2;

use crate::censored::Seen;
use crate::table::{CargoTable, Reading, ValueKind};

/// log2 amounts of a Ct or intensity table, features by samples, and the sentence that says which limit was taken.
///
/// A Ct is "not detected up to" the highest cycle that was measured in the table, or the stated limit where that is
/// lower: so it does not matter by which number or word the source says it. An intensity without a stated limit is
/// below the lowest value of its sample.
pub(super) fn log2_amounts(table: &CargoTable) -> (Vec<Seen>, String) {
    let limits = limits(table);
    let n = table.samples.len();
    let mut stated = true;
    let mut upto = |i: usize, limit: Option<f64>| {
        let own = limits[i % n];
        match (table.kind, limit) {
            (ValueKind::Ct, Some(limit)) if limit <= own => limit,
            (ValueKind::Count | ValueKind::Intensity, Some(limit)) => limit,
            _ => {
                stated = false;
                own
            }
        }
    };
    let seen = table
        .readings
        .iter()
        .enumerate()
        .map(|(i, r)| match r {
            Reading::Value(v) => at(table.kind, *v).unwrap_or(Seen::Missing),
            Reading::NotDetected { limit } => below(table.kind, upto(i, *limit)),
            Reading::Missing => Seen::Missing,
        })
        .collect();
    let sentence = match (stated, table.kind) {
        (true, _) => "as stated by the source".to_owned(),
        (false, ValueKind::Ct) => format!("cycle {}, the highest measured", limits[0]),
        (false, _) => "the lowest value of the sample where the source states none".to_owned(),
    };
    (seen, sentence)
}

fn at(kind: ValueKind, v: f64) -> Option<Seen> {
    match kind {
        _ if !v.is_finite() => None,
        ValueKind::Ct => Some(Seen::At(-v)),
        _ if v > 0.0 => Some(Seen::At(log2(v))),
        _ => None,
    }
}

fn below(kind: ValueKind, limit: f64) -> Seen {
    match kind {
        ValueKind::Ct => Seen::Below(-limit),
        _ if limit > 0.0 && limit.is_finite() => Seen::Below(log2(limit)),
        _ => Seen::Missing,
    }
}

/// For each sample the highest cycle measured in the table, or the lowest intensity of the sample.
fn limits(table: &CargoTable) -> Vec<f64> {
    let n = table.samples.len();
    if table.kind == ValueKind::Ct {
        return vec![values(&table.readings).fold(f64::NEG_INFINITY, f64::max); n];
    }
    (0..n)
        .map(|s| {
            let column: Vec<Reading> = table.readings.iter().skip(s).step_by(n).copied().collect();
            values(&column).filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min)
        })
        .collect()
}

fn values(readings: &[Reading]) -> impl Iterator<Item = f64> {
    readings.iter().filter_map(|r| if let Reading::Value(v) = r { Some(*v) } else { None })
}

/// Amounts with a log2 denominator taken off, one entry a sample.
pub(super) fn relative(seen: &[Seen], offsets: &[f64]) -> Vec<Seen> {
    let n = offsets.len();
    seen.iter()
        .enumerate()
        .map(|(i, s)| match s {
            Seen::At(v) => Seen::At(v - offsets[i % n]),
            Seen::Below(v) => Seen::Below(v - offsets[i % n]),
            Seen::Missing => Seen::Missing,
        })
        .collect()
}

/// Counts as numbers (not assayed is NaN), and as detected or not.
pub(super) fn counts(table: &CargoTable) -> Vec<f64> {
    table
        .readings
        .iter()
        .map(|r| match r {
            Reading::Value(v) => *v,
            // a feature that was looked for and not found has no reads; one not looked for has none either
            Reading::NotDetected { .. } | Reading::Missing => 0.0,
        })
        .collect()
}
