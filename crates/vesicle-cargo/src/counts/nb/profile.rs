//! The adjusted profile likelihood of the dispersion of one feature (Cox & Reid 1987; McCarthy et al. 2012).

use vesicle_base::math::ln;

use super::deviance::{ln_gamma, ln_rising};
use super::fit::fit;
use super::layout::Layout;

/// Information below this counts as this: a group without reads carries none.
const LEAST_INFORMATION: f64 = 1e-10;

/// ln likelihood of the dispersion `phi > 0`, coefficients profiled out and their information subtracted; constants
/// in `y` alone are left out. Also returns the coefficients, to start the next evaluation at.
pub(super) fn adjusted_profile(
    layout: &Layout,
    y: &[f64],
    exposure: &[f64],
    phi: f64,
    start: Option<&[f64]>,
) -> (f64, Vec<f64>) {
    let fitted = fit(layout, y, exposure, phi, start);
    let r = 1.0 / phi;
    let (ln_r, ln_gamma_r) = (ln(r), ln_gamma(r));
    let mut likelihood = 0.0;
    for (&y, &mu) in y.iter().zip(&fitted.mu) {
        if mu <= 0.0 {
            continue;
        }
        let ln_sum = ln(mu + r);
        likelihood += r * (ln_r - ln_sum);
        if y > 0.0 {
            likelihood += ln_rising(y, r, ln_gamma_r) + y * (ln(mu) - ln_sum);
        }
    }
    let weight: Vec<f64> = fitted.mu.iter().map(|m| m / (1.0 + phi * m)).collect();
    (likelihood - 0.5 * ln_information(layout, &weight), fitted.coefficients)
}

/// ln det XᵀWX, up to a constant of the layout.
fn ln_information(layout: &Layout, weight: &[f64]) -> f64 {
    if let Some(groups) = &layout.groups {
        let mut sums = vec![0.0; groups.n];
        for (&g, w) in groups.of_sample.iter().zip(weight) {
            sums[g] += w;
        }
        return sums.iter().map(|&s| ln(s.max(LEAST_INFORMATION))).sum();
    }
    let cross = layout.x.weighted_cross(weight);
    cross.ldl_pivots().iter().map(|&d| ln(d.max(LEAST_INFORMATION))).sum()
}
