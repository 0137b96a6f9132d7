//! Technical replicates of one donor become one unit.

use crate::table::{CargoTable, Reading, ValueKind};

/// One row of the model matrix: a donor under one condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The donor.
    pub donor: String,
    /// Columns of the table that are its replicates.
    pub samples: Vec<usize>,
}

/// The table with one column a unit.
///
/// Counts of replicates are added. Ct and intensities are averaged over the replicates that detect the feature when
/// at least half of the assayed ones do (intensities on the log scale); else the unit is "not detected", its limit
/// the mean of the limits that are known.
pub fn collapse_units(table: &CargoTable, units: &[Unit]) -> CargoTable {
    let mut readings = Vec::with_capacity(table.features.len() * units.len());
    for f in 0..table.features.len() {
        let row = table.row(f);
        for unit in units {
            let replicates: Vec<Reading> = unit.samples.iter().map(|&s| row[s]).collect();
            readings.push(collapse(table.kind, &replicates));
        }
    }
    CargoTable {
        kind: table.kind,
        features: table.features.clone(),
        samples: units.iter().map(|u| unit_name(table, u)).collect(),
        readings,
    }
}

/// A single sample keeps its name; replicates take the donor's.
fn unit_name(table: &CargoTable, unit: &Unit) -> String {
    match unit.samples.as_slice() {
        [one] => table.samples[*one].clone(),
        _ => unit.donor.clone(),
    }
}

fn collapse(kind: ValueKind, replicates: &[Reading]) -> Reading {
    if let [one] = replicates {
        return *one;
    }
    let values: Vec<f64> =
        replicates.iter().filter_map(|r| if let Reading::Value(v) = r { Some(*v) } else { None }).collect();
    let undetected: Vec<Option<f64>> = replicates
        .iter()
        .filter_map(|r| if let Reading::NotDetected { limit } = r { Some(*limit) } else { None })
        .collect();
    let n = values.len() as f64;
    match kind {
        _ if values.is_empty() && undetected.is_empty() => Reading::Missing,
        ValueKind::Count => Reading::Value(values.iter().sum()),
        _ if values.len() < undetected.len() => {
            let known: Vec<f64> = undetected.into_iter().flatten().collect();
            let limit = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
            Reading::NotDetected { limit }
        }
        ValueKind::Ct => Reading::Value(values.iter().sum::<f64>() / n),
        ValueKind::Intensity => {
            let mean_log = values.iter().map(|v| vesicle_base::math::log2(*v)).sum::<f64>() / n;
            Reading::Value(vesicle_base::math::exp2(mean_log))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: Reading = Reading::NotDetected { limit: Some(36.0) };

    #[test]
    fn half_detected_is_detected_and_less_is_not() {
        assert_eq!(collapse(ValueKind::Ct, &[Reading::Value(30.0), OUT]), Reading::Value(30.0));
        assert_eq!(collapse(ValueKind::Ct, &[Reading::Value(30.0), OUT, OUT]), OUT);
        assert_eq!(collapse(ValueKind::Ct, &[Reading::Missing, Reading::Missing]), Reading::Missing);
        assert_eq!(
            collapse(ValueKind::Count, &[Reading::Value(3.0), Reading::Value(0.5)]),
            Reading::Value(3.5)
        );
    }
}
