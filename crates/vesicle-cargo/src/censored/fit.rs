//! Maximum likelihood of one feature by Newton with step halving; the answer of R's `survreg`.

use vesicle_base::math::exp;

use super::likelihood::{CensoredRow, rough_ln_sigma};
use crate::linear::{Matrix, Qr};

/// The maximum-likelihood fit of one feature.
#[derive(Clone, Debug, PartialEq)]
pub struct CensoredFit {
    /// Coefficients, one a column of the model matrix.
    pub coefficients: Vec<f64>,
    /// Their standard errors from the observed information, sigma estimated too.
    pub standard_errors: Vec<f64>,
    /// Residual standard deviation (maximum likelihood, not corrected for degrees of freedom).
    pub sigma: f64,
    /// ln likelihood.
    pub ln_likelihood: f64,
}

/// Fits one feature; `None` where there is no finite maximum (too few detects, or a group without one).
pub fn fit_censored(row: &CensoredRow) -> Option<CensoredFit> {
    let p = row.x.n_cols();
    if row.n_detected() <= p {
        return None;
    }
    let mut b = start(row)?;
    let mut tau = rough_ln_sigma(&row.y);
    let mut best = row.ln_likelihood(&row.x.times(&b), tau);
    for _ in 0..100 {
        let (gradient, information) = newton_system(row, &b, tau);
        let step = newton_step(&information, &gradient)?;
        let mut share = 1.0;
        loop {
            let next: Vec<f64> = b.iter().zip(&step).map(|(v, s)| v + share * s).collect();
            let next_tau = tau + (share * step[p]).clamp(-1.0, 1.0);
            let value = row.ln_likelihood(&row.x.times(&next), next_tau);
            if value >= best - 1e-12 * best.abs() {
                (b, tau, best) = (next, next_tau, value);
                break;
            }
            share *= 0.5;
            if share < 1e-8 {
                break;
            }
        }
        let size: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum::<f64>().abs();
        if size < 1e-18 * (1.0 + best.abs()) || share < 1e-8 {
            break;
        }
        if tau < -25.0 || b.iter().any(|v| v.abs() > 1e6) {
            return None;
        }
    }
    finish(row, b, tau, best)
}

/// Least squares with limits taken as values: only where Newton begins.
pub(super) fn start(row: &CensoredRow) -> Option<Vec<f64>> {
    let qr = Qr::new(row.x.clone());
    if !qr.is_full_rank() {
        return None;
    }
    let mut y = row.y.clone();
    qr.apply_q_transposed(&mut y);
    Some(qr.solve_r(&y))
}

/// Gradient in (coefficients, ln sigma), and the negative second derivatives.
fn newton_system(row: &CensoredRow, b: &[f64], tau: f64) -> (Vec<f64>, Matrix) {
    let p = b.len();
    let d = row.derivatives(&row.x.times(b), tau);
    let mut gradient = vec![0.0; p + 1];
    let mut information = Matrix::zeros(p + 1, p + 1);
    for (i, d) in d.iter().enumerate() {
        for (j, g) in gradient[..p].iter_mut().enumerate() {
            *g += d.eta * row.x.at(i, j);
            for k in 0..p {
                let value = information.at(j, k) - d.eta_eta * row.x.at(i, j) * row.x.at(i, k);
                information.set(j, k, value);
            }
            let mixed = information.at(j, p) - d.eta_tau * row.x.at(i, j);
            information.set(j, p, mixed);
            information.set(p, j, mixed);
        }
        gradient[p] += d.tau;
        information.set(p, p, information.at(p, p) - d.tau_tau);
    }
    (gradient, information)
}

/// information⁻¹ gradient, the diagonal lifted while the information is not positive definite.
fn newton_step(information: &Matrix, gradient: &[f64]) -> Option<Vec<f64>> {
    let n = gradient.len();
    let largest = (0..n).map(|j| information.at(j, j).abs()).fold(0.0, f64::max);
    let mut lift = 0.0;
    for _ in 0..40 {
        let mut a = information.clone();
        for j in 0..n {
            a.set(j, j, a.at(j, j) + lift);
        }
        if let Some(factor) = a.cholesky() {
            let mut step = gradient.to_vec();
            factor.solve_cholesky(&mut step);
            return Some(step);
        }
        lift = if lift == 0.0 { 1e-3 * largest } else { lift * 4.0 };
    }
    None
}

fn finish(row: &CensoredRow, b: Vec<f64>, tau: f64, ln_likelihood: f64) -> Option<CensoredFit> {
    let (_, information) = newton_system(row, &b, tau);
    let factor = information.cholesky()?;
    let standard_errors = (0..b.len())
        .map(|j| {
            let mut axis = vec![0.0; b.len() + 1];
            axis[j] = 1.0;
            factor.solve_lower(&mut axis);
            axis.iter().map(|v| v * v).sum::<f64>().sqrt()
        })
        .collect();
    Some(CensoredFit { coefficients: b, standard_errors, sigma: exp(tau), ln_likelihood })
}
