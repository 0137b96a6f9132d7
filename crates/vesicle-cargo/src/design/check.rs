//! What no design may be: confounded, unreplicated, rank deficient.

use super::build::TestedTerm;
use super::covariate::entry;
use super::{Covariate, DesignError, Override, Unit};
use crate::linear::{Matrix, Qr};
use crate::table::SampleRow;

/// Fewest donors a group needs before its spread can be seen.
const LEAST_DONORS: usize = 2;

/// Refuses groups of fewer than two donors.
pub(super) fn donors(units: &[Unit], tested: &TestedTerm, overrides: &[Override]) -> Result<(), DesignError> {
    let TestedTerm::Levels { reference, other, of_unit, .. } = tested else { return Ok(()) };
    if overrides.contains(&Override::FewDonors) {
        return Ok(());
    }
    for (level, side) in [(reference, false), (other, true)] {
        let mut names: Vec<&str> = units
            .iter()
            .zip(of_unit)
            .filter(|(_, s)| **s == Some(side))
            .map(|(u, _)| u.donor.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < LEAST_DONORS {
            return Err(DesignError::FewDonors { level: level.clone(), donors: names.len() });
        }
    }
    Ok(())
}

/// Refuses a tested factor that is constant within every level of a nuisance column of several levels.
pub(super) fn nesting(
    rows: &[&SampleRow],
    (tested_name, tested): (&str, &Covariate),
    nuisance: &[String],
    overrides: &[Override],
) -> Result<(), DesignError> {
    let Covariate::Factor { of_unit, .. } = tested else { return Ok(()) };
    if overrides.contains(&Override::NestedInBatch) {
        return Ok(());
    }
    for column in nuisance.iter().filter(|c| *c != tested_name) {
        let entries: Vec<&str> = rows.iter().map(|r| entry(r, column).unwrap_or("")).collect();
        if entries.iter().any(|e| e.is_empty()) {
            continue;
        }
        let several = entries.iter().any(|e| *e != entries[0]);
        // a nuisance level of one unit each says nothing: that is a name, not a batch
        let shared = (0..entries.len()).any(|i| entries[..i].contains(&entries[i]));
        let pure =
            (0..entries.len()).all(|i| (0..i).all(|j| entries[i] != entries[j] || of_unit[i] == of_unit[j]));
        if several && shared && pure {
            return Err(DesignError::NestedInBatch {
                tested: tested_name.to_owned(),
                nuisance: column.clone(),
            });
        }
    }
    Ok(())
}

/// Refuses a matrix that does not determine its coefficients and a variance.
pub(super) fn rank(matrix: &Matrix, names: &[String]) -> Result<(), DesignError> {
    let dependent = Qr::new(matrix.clone()).dependent_columns();
    if !dependent.is_empty() {
        return Err(DesignError::RankDeficient {
            columns: dependent.iter().map(|&j| names[j].clone()).collect(),
        });
    }
    if matrix.n_rows() <= matrix.n_cols() {
        return Err(DesignError::NoResidual { units: matrix.n_rows(), coefficients: matrix.n_cols() });
    }
    Ok(())
}
