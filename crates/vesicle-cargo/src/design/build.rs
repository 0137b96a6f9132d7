//! The model matrix and the tested contrast.

use super::covariate::entry;
use super::{Covariate, DesignError, Formula, Override, Unit, check};
use crate::linear::Matrix;
use crate::table::{SampleRow, SampleSheet};

/// What to model and test.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignOptions {
    /// `~ group + age + batch`.
    pub formula: String,
    /// Column to test; the formula's first term when not given.
    pub test: Option<String>,
    /// Level to compare with the reference; the second level when not given.
    pub level: Option<String>,
    /// Reference levels by column; else the first level met.
    pub references: Vec<(String, String)>,
    /// Columns that no group may be nested in (batch, kit, plate, …), in the formula or not.
    pub nuisance: Vec<String>,
    /// Whether several samples of one donor under different conditions are to be modelled as a block.
    pub block: bool,
    /// Refusals overruled.
    pub overrides: Vec<Override>,
}

/// The tested term.
#[derive(Clone, Debug, PartialEq)]
pub enum TestedTerm {
    /// One level against the reference.
    Levels {
        /// Column of the sheet.
        column: String,
        /// Reference level.
        reference: String,
        /// Level compared with it.
        other: String,
        /// Side of each unit: `Some(true)` for the compared level, `None` for further levels.
        of_unit: Vec<Option<bool>>,
    },
    /// Slope on a number, per unit of it.
    Slope {
        /// Column of the sheet.
        column: String,
    },
}

/// A design that passed the checks.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Units by coefficients.
    pub matrix: Matrix,
    /// Name of each coefficient.
    pub coefficients: Vec<String>,
    /// Combination of coefficients that is tested.
    pub contrast: Vec<f64>,
    /// What is tested.
    pub tested: TestedTerm,
    /// One unit a row.
    pub units: Vec<Unit>,
    /// Row of the sheet that speaks for each unit.
    pub sheet_rows: Vec<usize>,
    /// Block of each unit (its donor), where blocks were asked for and a donor has several units.
    pub blocks: Option<Vec<usize>>,
}

/// Builds the design of the named samples (columns of a table).
///
/// Samples of one donor with equal entries in every column of the formula are technical replicates and become one unit.
///
/// # Errors
/// Every variant of [`DesignError`]; those with an override pass when it is named.
pub fn build_design(
    samples: &[String],
    sheet: &SampleSheet,
    options: &DesignOptions,
) -> Result<Design, DesignError> {
    let formula = Formula::parse(&options.formula)?;
    let rows = rows_of(samples, sheet)?;
    let (units, sheet_rows) = units(&rows, sheet, &formula);
    let unit_rows: Vec<&SampleRow> = sheet_rows.iter().map(|&r| &sheet.rows[r]).collect();
    let mut columns = vec![("intercept".to_owned(), vec![1.0; units.len()])];
    let tested_name = options.test.clone().unwrap_or_else(|| formula.terms[0].column.clone());
    let mut tested = None;
    for term in &formula.terms {
        let reference = options.references.iter().find(|r| r.0 == term.column).map(|r| r.1.as_str());
        let covariate = Covariate::read(&unit_rows, term, reference)?;
        if term.column == tested_name {
            check::nesting(&unit_rows, (&tested_name, &covariate), &options.nuisance, &options.overrides)?;
            tested = Some(tested_term(&tested_name, &covariate, options.level.as_deref(), columns.len())?);
        }
        columns.extend(covariate.columns(&term.column));
    }
    let Some((tested, at)) = tested else {
        let known = formula.terms.into_iter().map(|t| t.column).collect();
        return Err(DesignError::UnknownColumn { column: tested_name, known });
    };
    let (coefficients, values): (Vec<String>, Vec<Vec<f64>>) = columns.into_iter().unzip();
    let matrix = Matrix::from_columns(units.len(), &values);
    check::donors(&units, &tested, &options.overrides)?;
    check::rank(&matrix, &coefficients)?;
    let blocks = blocks(&units, &rows, sheet, &formula, options)?;
    let mut contrast = vec![0.0; coefficients.len()];
    contrast[at] = 1.0;
    Ok(Design { matrix, coefficients, contrast, tested, units, sheet_rows, blocks })
}

/// Row of the sheet of each sample.
fn rows_of(samples: &[String], sheet: &SampleSheet) -> Result<Vec<usize>, DesignError> {
    let mut unlisted = Vec::new();
    let mut rows = Vec::with_capacity(samples.len());
    for sample in samples {
        let mut found = (0..sheet.rows.len()).filter(|&r| sheet.rows[r].sample == *sample);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => return Err(DesignError::RepeatedSample { sample: sample.clone() }),
            (Some(r), None) => rows.push(r),
            (None, _) => unlisted.push(sample.clone()),
        }
    }
    if unlisted.is_empty() { Ok(rows) } else { Err(DesignError::UnlistedSamples { samples: unlisted }) }
}

/// Groups samples of one donor and one condition, in the order met; the first sample's row speaks for the unit.
fn units(rows: &[usize], sheet: &SampleSheet, formula: &Formula) -> (Vec<Unit>, Vec<usize>) {
    let mut units: Vec<Unit> = Vec::new();
    let mut speakers: Vec<usize> = Vec::new();
    for (sample, &r) in rows.iter().enumerate() {
        let row = &sheet.rows[r];
        let same = |u: &usize| {
            let other = &sheet.rows[speakers[*u]];
            !row.donor.is_empty()
                && other.donor == row.donor
                && formula.terms.iter().all(|t| entry(row, &t.column) == entry(other, &t.column))
        };
        if let Some(u) = (0..units.len()).find(same) {
            units[u].samples.push(sample);
        } else {
            // without a donor a sample stands for itself
            let donor = if row.donor.is_empty() { row.sample.clone() } else { row.donor.clone() };
            units.push(Unit { donor, samples: vec![sample] });
            speakers.push(r);
        }
    }
    (units, speakers)
}

/// The tested term, and the index of its coefficient when its columns begin at `first`.
fn tested_term(
    name: &str,
    covariate: &Covariate,
    level: Option<&str>,
    first: usize,
) -> Result<(TestedTerm, usize), DesignError> {
    let Covariate::Factor { levels, of_unit } = covariate else {
        return Ok((TestedTerm::Slope { column: name.to_owned() }, first));
    };
    let wanted = level.unwrap_or(&levels[1]);
    let Some(k) = levels.iter().position(|l| l == wanted).filter(|&k| k > 0) else {
        return Err(DesignError::UnknownLevel {
            column: name.to_owned(),
            level: wanted.to_owned(),
            known: levels[1..].to_vec(),
        });
    };
    let side = |&u: &usize| if u == 0 { Some(false) } else { (u == k).then_some(true) };
    let term = TestedTerm::Levels {
        column: name.to_owned(),
        reference: levels[0].clone(),
        other: levels[k].clone(),
        of_unit: of_unit.iter().map(side).collect(),
    };
    Ok((term, first + k - 1))
}

/// Blocks of donors with several units: refused, overruled, modelled, or already a term of the formula.
fn blocks(
    units: &[Unit],
    rows: &[usize],
    sheet: &SampleSheet,
    formula: &Formula,
    options: &DesignOptions,
) -> Result<Option<Vec<usize>>, DesignError> {
    let repeated = units.iter().find(|u| units.iter().filter(|v| v.donor == u.donor).count() > 1);
    let Some(unit) = repeated else { return Ok(None) };
    let in_formula = formula.terms.iter().any(|t| t.column == "donor");
    if in_formula || options.overrides.contains(&Override::RepeatedDonors) {
        return Ok(None);
    }
    if !options.block {
        let samples = units
            .iter()
            .filter(|u| u.donor == unit.donor)
            .flat_map(|u| &u.samples)
            .map(|&s| sheet.rows[rows[s]].sample.clone())
            .collect();
        return Err(DesignError::RepeatedDonor { donor: unit.donor.clone(), samples });
    }
    let mut names: Vec<&str> = Vec::new();
    let of_unit = units
        .iter()
        .map(|u| {
            names.iter().position(|n| *n == u.donor).unwrap_or_else(|| {
                names.push(&u.donor);
                names.len() - 1
            })
        })
        .collect();
    Ok(Some(of_unit))
}

impl Default for DesignOptions {
    fn default() -> Self {
        Self {
            formula: "~ group".to_owned(),
            test: None,
            level: None,
            references: Vec::new(),
            nuisance: [
                "batch",
                "kit",
                "plate",
                "run",
                "lane",
                "card",
                "chip",
                "isolation",
                "site",
                "cohort",
                "project",
                "study",
            ]
            .map(str::to_owned)
            .to_vec(),
            block: false,
            overrides: Vec::new(),
        }
    }
}
