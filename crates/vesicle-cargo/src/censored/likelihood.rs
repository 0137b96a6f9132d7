//! The ln likelihood of one feature and its derivatives in coefficients and ln sigma (Tobin 1958).

use vesicle_base::math::{exp, ln};

use crate::linear::Matrix;
use crate::special::{ln_normal_cdf, ln_normal_pdf, mills_ratio_inverse};

/// One sample of one feature, more being higher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// Measured.
    At(f64),
    /// Assayed, and below this limit.
    Below(f64),
    /// Not assayed.
    Missing,
}

/// One feature over the samples that were assayed, with its rows of the model matrix.
#[derive(Clone, Debug)]
pub struct CensoredRow {
    /// Value or limit of each assayed sample.
    pub(super) y: Vec<f64>,
    /// Whether `y` is a limit.
    pub(super) below: Vec<bool>,
    /// Model matrix of the assayed samples.
    pub(super) x: Matrix,
}

impl CensoredRow {
    /// Takes the assayed samples of one feature; `design` has one row a sample.
    pub fn new(readings: &[Seen], design: &Matrix) -> Self {
        let kept: Vec<usize> = (0..readings.len()).filter(|&i| readings[i] != Seen::Missing).collect();
        let (y, below) = kept
            .iter()
            .map(|&i| match readings[i] {
                Seen::At(v) => (v, false),
                Seen::Below(v) => (v, true),
                Seen::Missing => (f64::NAN, true),
            })
            .unzip();
        Self { y, below, x: design.select_rows(&kept) }
    }

    /// Number of measured samples.
    pub fn n_detected(&self) -> usize {
        self.below.iter().filter(|b| !**b).count()
    }

    /// ln likelihood at a linear predictor.
    pub(super) fn ln_likelihood(&self, eta: &[f64], ln_sigma: f64) -> f64 {
        let inverse = exp(-ln_sigma);
        self.y
            .iter()
            .zip(&self.below)
            .zip(eta)
            .map(|((y, &below), eta)| {
                let z = (y - eta) * inverse;
                if below { ln_normal_cdf(z) } else { ln_normal_pdf(z) - ln_sigma }
            })
            .sum()
    }

    /// First and second derivatives of each sample's ln likelihood.
    pub(super) fn derivatives(&self, eta: &[f64], ln_sigma: f64) -> Vec<Derivatives> {
        let inverse = exp(-ln_sigma);
        self.y
            .iter()
            .zip(&self.below)
            .zip(eta)
            .map(|((y, &below), eta)| {
                let z = (y - eta) * inverse;
                if below { Derivatives::below(z, inverse) } else { Derivatives::at(z, inverse) }
            })
            .collect()
    }
}

/// Derivatives of one sample's ln likelihood in its linear predictor eta and in tau = ln sigma.
pub(super) struct Derivatives {
    pub(super) eta: f64,
    pub(super) tau: f64,
    pub(super) eta_eta: f64,
    pub(super) eta_tau: f64,
    pub(super) tau_tau: f64,
}

impl Derivatives {
    fn at(z: f64, inverse: f64) -> Self {
        Self {
            eta: z * inverse,
            tau: z * z - 1.0,
            eta_eta: -inverse * inverse,
            eta_tau: -2.0 * z * inverse,
            tau_tau: -2.0 * z * z,
        }
    }

    fn below(z: f64, inverse: f64) -> Self {
        let pull = mills_ratio_inverse(z);
        let bend = pull * (z + pull);
        Self {
            eta: -pull * inverse,
            tau: -pull * z,
            eta_eta: -bend * inverse * inverse,
            eta_tau: inverse * (pull - z * bend),
            tau_tau: z * (pull - z * bend),
        }
    }
}

/// Standard deviation of values, for a start; limits count as values.
pub(super) fn rough_ln_sigma(y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    let variance = y.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    0.5 * ln(variance.max(1e-12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_those_of_the_likelihood() {
        let readings = [Seen::At(1.2), Seen::Below(0.4)];
        let row = CensoredRow::new(&readings, &Matrix::from_columns(2, &[vec![1.0; 2]]));
        let (h, eta, tau) = (1e-5, 0.7, -0.3);
        let at = |de: f64, dt: f64| row.ln_likelihood(&[eta + de, eta + de], tau + dt);
        let d = row.derivatives(&[eta, eta], tau);
        let sum = |f: fn(&Derivatives) -> f64| d.iter().map(f).sum::<f64>();
        assert!((sum(|d| d.eta) - (at(h, 0.0) - at(-h, 0.0)) / (2.0 * h)).abs() < 1e-8);
        assert!((sum(|d| d.tau) - (at(0.0, h) - at(0.0, -h)) / (2.0 * h)).abs() < 1e-8);
        let both = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4.0 * h * h);
        assert!((sum(|d| d.eta_tau) - both).abs() < 1e-4);
        let tau2 = (at(0.0, h) - 2.0 * at(0.0, 0.0) + at(0.0, -h)) / (h * h);
        assert!((sum(|d| d.tau_tau) - tau2).abs() < 1e-4);
    }
}
