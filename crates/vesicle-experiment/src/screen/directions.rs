//! The few numbers in which mechanisms differ, out of the many that a laboratory would see.
//!
//! Mechanisms share their prior draws, so that the difference of two in one draw is what the mechanism itself does, free
//! of everything else that the draw moves. The differences are scaled by the error of what animals show, all columns
//! jointly, and the directions in which they are longest are kept: linear discriminants with paired classes. Along each
//! direction the error of a case is 1, and independent of the others.
//! Reference: Fisher (1936), doi 10.1111/j.1469-1809.1936.tb02137.x.

use super::recovery::Reference;
use crate::statistics::linear::{cholesky, inner, leading, solve_lower, solve_upper};

/// Directions at most.
const MOST: usize = 8;
/// Columns in which mechanisms differ less than this share of the spread between animals are left out.
const LEAST_COLUMN: f64 = 0.02;
/// Directions along which they differ less, as mean square in units of the error, are left out.
const LEAST_SQUARE: f64 = 0.05;

/// Directions in which some mechanisms differ.
pub(super) struct Directions {
    /// Columns that are looked at.
    columns: Vec<usize>,
    /// Per direction: mean square difference for one animal, and its weights of the columns.
    weights: Vec<(f64, Vec<f64>)>,
}

impl Directions {
    /// Those of the given mechanisms, found from the draws that pass.
    pub(super) fn of(reference: &Reference, mechanisms: &[usize], draws: impl Fn(usize) -> bool) -> Self {
        let differences = differences(reference, mechanisms, draws);
        let columns = differing(reference, &differences);
        let covariance = |i: usize, j: usize| reference.covariance(columns[i], columns[j]);
        let weights = cholesky(columns.len(), covariance).map_or_else(Vec::new, |factor| {
            let scaled = |row: &Vec<f64>| {
                let kept: Vec<f64> = columns.iter().map(|column| row[*column]).collect();
                solve_lower(&factor, &kept)
            };
            let rows: Vec<Vec<f64>> = differences.iter().map(scaled).collect();
            let found = leading(&rows, MOST).into_iter();
            found.map(|(square, vector)| (square, solve_upper(&factor, &vector))).collect()
        });
        Self { columns, weights }
    }

    /// Where a row stands, in units of the error of so many animals.
    pub(super) fn place(&self, row: &[f64], animals: u32) -> Vec<f64> {
        let kept: Vec<f64> = self.columns.iter().map(|column| row[*column]).collect();
        let n = f64::from(animals);
        let told = self.weights.iter().filter(|(square, _)| n * square >= LEAST_SQUARE);
        told.map(|(_, weights)| n.sqrt() * inner(weights, &kept)).collect()
    }
}

/// Every mechanism less the mean of all, draw by draw.
fn differences(reference: &Reference, mechanisms: &[usize], draws: impl Fn(usize) -> bool) -> Vec<Vec<f64>> {
    let n_draws = mechanisms.iter().map(|m| reference.rows[*m].len()).min().unwrap_or(0);
    let share = 1.0 / mechanisms.len().max(1) as f64;
    let of_draw = |draw: usize| {
        let rows: Vec<&Vec<f64>> = mechanisms.iter().map(|m| &reference.rows[*m][draw]).collect();
        let mean = |column: usize| share * rows.iter().map(|row| row[column]).sum::<f64>();
        let means: Vec<f64> = (0..reference.columns.len()).map(mean).collect();
        let less = |row: &&Vec<f64>| row.iter().zip(&means).map(|(value, mean)| value - mean).collect();
        rows.iter().map(less).collect::<Vec<Vec<f64>>>()
    };
    (0..n_draws).filter(|draw| draws(*draw)).flat_map(of_draw).collect()
}

/// Columns in which the mechanisms differ by more than a trace.
fn differing(reference: &Reference, differences: &[Vec<f64>]) -> Vec<usize> {
    let square = |column: usize| differences.iter().map(|row| row[column] * row[column]).sum::<f64>();
    let least = |column: usize| (LEAST_COLUMN * reference.spreads[column]).powi(2) * differences.len() as f64;
    (0..reference.columns.len()).filter(|column| square(*column) > least(*column)).collect()
}
