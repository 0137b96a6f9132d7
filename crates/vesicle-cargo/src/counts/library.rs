//! Library sizes and the factors that make them comparable.

use vesicle_base::math::{exp, ln};

use super::tmm::{tmm_factor, tmm_singleton_factor};
use crate::linear::FeatureMatrix;
use crate::smooth::{median, quantile};

/// How library sizes are made comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalisation {
    /// Library sizes as they are.
    None,
    /// Trimmed mean of M values (Robinson & Oshlack 2010, Genome Biol 11:R25).
    Tmm,
    /// The same with features that are zero in one of two samples paired instead of dropped: for sparse tables.
    TmmSingletons,
    /// Upper quartile of the features that are not zero everywhere (Bullard et al. 2010).
    UpperQuartile,
}

/// Library sizes and their factors, one entry a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Libraries {
    /// Reads of each sample.
    pub sizes: Vec<f64>,
    /// Normalisation factors, of geometric mean 1.
    pub factors: Vec<f64>,
}

impl Libraries {
    /// Size times factor, one entry a sample.
    pub fn effective(&self) -> Vec<f64> {
        self.sizes.iter().zip(&self.factors).map(|(s, f)| s * f).collect()
    }
}

/// Library sizes and factors of counts (features by samples). Every sample must have a read.
pub fn normalise(counts: &FeatureMatrix, method: Normalisation) -> Libraries {
    let n = counts.n_samples;
    let rows: Vec<&[f64]> = counts.rows().filter(|r| r.iter().any(|&c| c > 0.0)).collect();
    // row by row: a row of the table is read once, not once a sample
    let mut columns = vec![vec![0.0; rows.len()]; n];
    for (k, row) in rows.iter().enumerate() {
        for (column, &c) in columns.iter_mut().zip(*row) {
            column[k] = c;
        }
    }
    let sizes: Vec<f64> = columns.iter().map(|c| c.iter().sum()).collect();
    let raw: Vec<f64> = match method {
        Normalisation::None => vec![1.0; n],
        Normalisation::UpperQuartile => upper_quartiles(&columns, &sizes),
        Normalisation::Tmm => {
            let reference = tmm_reference(&columns, &sizes);
            (0..n)
                .map(|s| tmm_factor((&columns[s], sizes[s]), (&columns[reference], sizes[reference])))
                .collect()
        }
        Normalisation::TmmSingletons => {
            let reference = richest(&columns);
            (0..n)
                .map(|s| {
                    tmm_singleton_factor((&columns[s], sizes[s]), (&columns[reference], sizes[reference]))
                })
                .collect()
        }
    };
    let centre = exp(raw.iter().map(|&f| ln(f)).sum::<f64>() / n as f64);
    Libraries { sizes, factors: raw.iter().map(|f| f / centre).collect() }
}

/// Upper quartile of each sample as a share of its library.
fn upper_quartiles(columns: &[Vec<f64>], sizes: &[f64]) -> Vec<f64> {
    columns.iter().zip(sizes).map(|(c, size)| quantile(c, 0.75) / size).collect()
}

/// The sample whose upper quartile is nearest to the mean; the richest one where quartiles are zero.
fn tmm_reference(columns: &[Vec<f64>], sizes: &[f64]) -> usize {
    let quartiles = upper_quartiles(columns, sizes);
    if median(&quartiles) < 1e-20 {
        return richest(columns);
    }
    let mean = quartiles.iter().sum::<f64>() / quartiles.len() as f64;
    first_best(quartiles.iter().map(|q| -(q - mean).abs()))
}

/// The sample with the largest sum of square roots: many features, none dominating.
fn richest(columns: &[Vec<f64>]) -> usize {
    first_best(columns.iter().map(|c| c.iter().map(|v| v.sqrt()).sum()))
}

/// Index of the first largest value.
fn first_best(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, v) in values.enumerate() {
        if v > best.1 {
            best = (i, v);
        }
    }
    best.0
}
