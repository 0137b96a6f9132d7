//! One column of the sample sheet as numbers or as levels.

use super::{DesignError, Term};
use crate::table::SampleRow;

/// A column read for the model, one entry a unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Covariate {
    /// Numbers, entered as they are.
    Numeric(Vec<f64>),
    /// Levels in the order met (reference first) and the level of each unit.
    Factor {
        /// Level names; the first is the reference.
        levels: Vec<String>,
        /// Index of each unit's level.
        of_unit: Vec<usize>,
    },
}

/// What a row says in a column; `donor` is the donor unless the sheet has such a column.
pub(super) fn entry<'a>(row: &'a SampleRow, column: &str) -> Option<&'a str> {
    let written = row.covariates.iter().find(|(name, _)| name == column).map(|(_, v)| v.trim());
    if written.is_none() && column == "donor" { Some(row.donor.as_str()) } else { written }
}

/// Whether a third value occurs.
fn more_than_two(values: &[f64]) -> bool {
    let first = values[0];
    let second = values.iter().find(|v| **v != first);
    second.is_some_and(|second| values.iter().any(|v| v != second && *v != first))
}

impl Covariate {
    /// Reads a term: numbers when every entry is one and there are more than two (and the term does not ask for
    /// levels), levels otherwise. Two numbers are two groups: the fit is the same, and groups can be counted.
    ///
    /// # Errors
    /// Unknown column, empty entries, no variation, unknown reference.
    pub(super) fn read(
        rows: &[&SampleRow],
        term: &Term,
        reference: Option<&str>,
    ) -> Result<Self, DesignError> {
        let column = &term.column;
        if rows.iter().all(|r| entry(r, column).is_none()) {
            let known =
                rows.first().map_or_else(Vec::new, |r| r.covariates.iter().map(|c| c.0.clone()).collect());
            return Err(DesignError::UnknownColumn { column: column.clone(), known });
        }
        let entries: Vec<&str> = rows.iter().map(|r| entry(r, column).unwrap_or("")).collect();
        let empty: Vec<String> =
            rows.iter().zip(&entries).filter(|(_, e)| e.is_empty()).map(|(r, _)| r.sample.clone()).collect();
        if !empty.is_empty() {
            return Err(DesignError::EmptyCovariate { column: column.clone(), samples: empty });
        }
        let numbers: Option<Vec<f64>> =
            entries.iter().map(|e| e.parse::<f64>().ok().filter(|v| v.is_finite())).collect();
        match numbers {
            Some(values) if !term.is_factor && reference.is_none() && more_than_two(&values) => {
                Ok(Self::Numeric(values))
            }
            _ => Self::factor(&entries, column, reference),
        }
    }

    fn factor(entries: &[&str], column: &str, reference: Option<&str>) -> Result<Self, DesignError> {
        let mut levels: Vec<String> = Vec::new();
        for e in entries {
            if !levels.iter().any(|l| l == e) {
                levels.push((*e).to_owned());
            }
        }
        if let Some(name) = reference {
            let Some(at) = levels.iter().position(|l| l == name) else {
                return Err(DesignError::UnknownLevel {
                    column: column.to_owned(),
                    level: name.to_owned(),
                    known: levels,
                });
            };
            let first = levels.remove(at);
            levels.insert(0, first);
        }
        if levels.len() < 2 {
            return Err(DesignError::Constant { column: column.to_owned() });
        }
        let of_unit = entries.iter().map(|e| levels.iter().position(|l| l == e).unwrap_or(0)).collect();
        Ok(Self::Factor { levels, of_unit })
    }

    /// Columns of the model matrix with their names: the number itself, or one indicator for each level but the first.
    pub(super) fn columns(&self, name: &str) -> Vec<(String, Vec<f64>)> {
        match self {
            Self::Numeric(v) => vec![(name.to_owned(), v.clone())],
            Self::Factor { levels, of_unit } => levels
                .iter()
                .enumerate()
                .skip(1)
                .map(|(k, level)| {
                    let indicator = of_unit.iter().map(|&u| f64::from(u8::from(u == k))).collect();
                    (format!("{name}: {level}"), indicator)
                })
                .collect(),
        }
    }
}
