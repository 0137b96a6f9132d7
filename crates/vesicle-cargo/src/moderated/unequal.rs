//! The scaled F prior when residual degrees of freedom differ much between features, down to fractions of one:
//! the trend by weighted least squares on log s², the prior degrees of freedom by maximum likelihood.
//!
//! The moments of log s² that serve equal degrees of freedom are dominated by features that carry almost none;
//! the likelihood weighs each by what it knows. Tested by recovery of known priors below.

use rayon::prelude::*;
use vesicle_base::math::{exp, ln};

use super::f_prior::{PerFeature, VariancePrior, trend_parameters};
use crate::linear::{Matrix, Qr};
use crate::smooth::{NaturalSpline, median};
use crate::special::{FisherF, digamma, peak, trigamma};

/// Features with fewer residual degrees of freedom say nothing about the prior.
const LEAST_DF: f64 = 0.2;

/// What the prior is fitted to, one entry a feature in each slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnequalVariances<'a> {
    /// Residual variances.
    pub variances: &'a [f64],
    /// Their degrees of freedom, any positive number.
    pub df_residual: &'a [f64],
    /// Covariate of the prior variance.
    pub trend: Option<&'a [f64]>,
    /// How much of the full scatter each feature's own variance takes part in, 0 to 1; 1 for all when not given.
    ///
    /// A count's variance is part Poisson, which is the same for all, and part biological, which is each feature's
    /// own: the scatter of ln variance is proportional to the biological share, its variance to the square.
    pub own_share: Option<&'a [f64]>,
    /// How the prior degrees of freedom follow from their likelihood.
    pub prior_df: PriorDf,
}

/// Prior degrees of freedom d0 from their likelihood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriorDf {
    /// Those of highest likelihood.
    MostLikely,
    /// One over the mean of 1/d0 given the data, 1/d0 being uniform from 0 to 1 beforehand: with few features the
    /// highest likelihood lies at infinity too often.
    Averaged,
}

impl VariancePrior {
    /// Fits the prior; with fewer than three usable features it has no weight.
    ///
    /// Prior degrees of freedom rise for features whose own share is small: their variance is known beforehand.
    pub fn fit_unequal(data: UnequalVariances<'_>) -> Self {
        let UnequalVariances { variances, df_residual, trend, own_share, prior_df } = data;
        let usable: Vec<usize> = (0..variances.len())
            .filter(|&i| df_residual[i] >= LEAST_DF && df_residual[i].is_finite() && variances[i].is_finite())
            .filter(|&i| trend.is_none_or(|t| t[i].is_finite()))
            .collect();
        if usable.len() < 3 {
            return Self { scale: PerFeature::Shared(1.0), df: PerFeature::Shared(0.0) };
        }
        let pick = |v: &[f64]| -> Vec<f64> { usable.iter().map(|&i| v[i]).collect() };
        let share = own_share.map_or_else(|| vec![1.0; usable.len()], &pick);
        let mut fit =
            UnequalFit::new(&pick(variances), &pick(df_residual), trend.map(pick).as_deref(), share);
        fit.prior_df = match prior_df {
            PriorDf::MostLikely => fit.most_likely_df(),
            PriorDf::Averaged => fit.averaged_df(),
        };
        let df: Vec<f64> = fit.share.iter().map(|&s| df_of_share(fit.prior_df, s)).collect();
        let scale = fit.centre.iter().zip(&df).map(|(c, &d)| exp(c + log_bias(d))).collect();
        let prior = Self { scale: PerFeature::Each(scale), df: PerFeature::Each(df) };
        prior.spread(&usable, variances.len(), trend)
    }
}

/// What ln s0² is above the mean of ln s² corrected for the own degrees of freedom.
fn log_bias(df: f64) -> f64 {
    if df > 1e10 { 0.0 } else { digamma(0.5 * df) - ln(0.5 * df) }
}

/// Prior degrees of freedom whose scatter of ln variance is `share` times that of `full` degrees of freedom.
fn df_of_share(full: f64, share: f64) -> f64 {
    df_of_scatter(full, trigamma(0.5 * full), share)
}

/// The same where the scatter of `full`, its trigamma, is known.
fn df_of_scatter(full: f64, full_scatter: f64, share: f64) -> f64 {
    if full.is_infinite() || share <= 1e-6 {
        return f64::INFINITY;
    }
    if share >= 1.0 {
        return full;
    }
    let scatter = full_scatter * share * share;
    // trigamma(x) is 1/x + 1/(2x²) to third order; solved for x
    (1.0 + (1.0 + 2.0 * scatter).sqrt()) / scatter
}

/// Variances in logarithms with their smooth centre.
struct UnequalFit {
    ln_variance: Vec<f64>,
    df: Vec<f64>,
    share: Vec<f64>,
    centre: Vec<f64>,
    /// Prior degrees of freedom of a feature of share 1.
    prior_df: f64,
}

impl UnequalFit {
    fn new(variances: &[f64], df: &[f64], trend: Option<&[f64]>, share: Vec<f64>) -> Self {
        let floor = (1e-5 * median(variances)).max(1e-300);
        let ln_variance: Vec<f64> = variances.iter().map(|s| ln(s.max(floor))).collect();
        let e: Vec<f64> =
            ln_variance.iter().zip(df).map(|(l, &d)| l - digamma(0.5 * d) + ln(0.5 * d)).collect();
        let sampling: Vec<f64> = df.iter().map(|&d| trigamma(0.5 * d)).collect();
        let basis = match trend {
            Some(t) if trend_parameters(t) >= 2 => NaturalSpline::new(t, trend_parameters(t)).basis(t),
            _ => Matrix::from_columns(e.len(), &[vec![1.0; e.len()]]),
        };
        let spread = |between: f64| -> Vec<f64> {
            sampling.iter().zip(&share).map(|(s, p)| s + between * p * p).collect()
        };
        let mut between = 0.0;
        let mut centre = weighted_fit(&basis, &e, &spread(between));
        for _ in 0..4 {
            between = excess(&e, &centre, &sampling, &share, between);
            centre = weighted_fit(&basis, &e, &spread(between));
        }
        Self { ln_variance, df: df.to_vec(), share, centre, prior_df: f64::INFINITY }
    }

    /// Prior degrees of freedom of highest marginal likelihood, infinite when the likelihood rises to the end.
    fn most_likely_df(&self) -> f64 {
        let at = |x: f64| self.ln_likelihood(if x >= 1.0 { f64::INFINITY } else { x / (1.0 - x) });
        let grid = [0.2, 0.5, 0.667, 0.8, 0.88, 0.93, 0.96, 0.98, 0.99, 0.996, 1.0];
        let values: Vec<f64> = grid.iter().map(|&s| at(s)).collect();
        let best = (0..grid.len()).fold(0, |b, i| if values[i] > values[b] { i } else { b });
        if best + 1 == grid.len() {
            return f64::INFINITY;
        }
        let x = peak(grid[best.saturating_sub(1)], grid[best + 1], 1e-4, at);
        x / (1.0 - x)
    }

    /// One over the mean of 1/d0 under its likelihood, by the trapezoid rule on a range that narrows to where the
    /// likelihood lies.
    fn averaged_df(&self) -> f64 {
        const STEPS: usize = 24;
        const SPREAD: usize = 6;
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..6 {
            let at = |k: usize| low + (high - low) * k as f64 / STEPS as f64;
            let ln: Vec<f64> = (0..=STEPS)
                .map(|k| self.ln_likelihood(if at(k) > 0.0 { 1.0 / at(k) } else { f64::INFINITY }))
                .collect();
            let best = ln.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let weight = |k: usize| exp(ln[k] - best) * if k == 0 || k == STEPS { 0.5 } else { 1.0 };
            let near: Vec<usize> = (0..=STEPS).filter(|&k| ln[k] > best - 10.0).collect();
            let (Some(&first), Some(&last)) = (near.first(), near.last()) else { return f64::INFINITY };
            if last - first >= SPREAD {
                let (top, bottom) =
                    (0..=STEPS).fold((0.0, 0.0), |(t, b), k| (t + weight(k) * at(k), b + weight(k)));
                return bottom / top;
            }
            (low, high) = (at(first.saturating_sub(1)), at((last + 1).min(STEPS)));
        }
        2.0 / (low + high)
    }

    fn ln_likelihood(&self, full: f64) -> f64 {
        let scatter = trigamma(0.5 * full);
        let each: Vec<f64> = (0..self.df.len())
            .into_par_iter()
            .with_min_len(128)
            .map(|i| {
                let df2 = df_of_scatter(full, scatter, self.share[i]);
                let law = FisherF { df1: self.df[i], df2 };
                law.ln_density_of_log(self.ln_variance[i] - self.centre[i] - log_bias(df2))
            })
            .collect();
        each.iter().sum()
    }
}

/// Least squares of `e` on the basis with the given variances; returns fitted values.
fn weighted_fit(basis: &Matrix, e: &[f64], variances: &[f64]) -> Vec<f64> {
    let root: Vec<f64> = variances.iter().map(|v| 1.0 / v.sqrt()).collect();
    let mut x = basis.clone();
    for j in 0..x.n_cols() {
        x.column_mut(j).iter_mut().zip(&root).for_each(|(v, w)| *v *= w);
    }
    let qr = Qr::new(x);
    if !qr.is_full_rank() {
        let (top, bottom) = e.iter().zip(&root).fold((0.0, 0.0), |(t, b), (v, w)| (t + v * w * w, b + w * w));
        return vec![top / bottom; e.len()];
    }
    let mut effects: Vec<f64> = e.iter().zip(&root).map(|(v, w)| v * w).collect();
    qr.apply_q_transposed(&mut effects);
    basis.times(&qr.solve_r(&effects))
}

/// Variance of `e` beyond sampling in a feature of share 1, weighted by precision.
fn excess(e: &[f64], centre: &[f64], sampling: &[f64], share: &[f64], between: f64) -> f64 {
    let (mut top, mut bottom) = (0.0, 0.0);
    for i in 0..e.len() {
        let own = share[i] * share[i];
        let total = sampling[i] + between * own;
        let weight = own / (total * total);
        top += weight * ((e[i] - centre[i]) * (e[i] - centre[i]) - sampling[i]);
        bottom += weight * own;
    }
    if bottom > 0.0 { (top / bottom).max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::random::{Purpose, Rng};

    #[test]
    fn recovers_the_prior_it_was_drawn_from() {
        let mut d = Rng::new(5).at(Purpose(0xFE02), 0, 0);
        let n = 3000;
        let df: Vec<f64> = (0..n).map(|i| [0.6, 2.0, 6.0][i % 3]).collect();
        let variances: Vec<f64> = df
            .iter()
            .map(|&k| {
                let own = 2.0 * 5.0 / d.gamma(5.0); // s0² = 2, d0 = 10
                own * d.gamma(0.5 * k) / (0.5 * k)
            })
            .collect();
        let data = UnequalVariances {
            variances: &variances,
            df_residual: &df,
            trend: None,
            own_share: None,
            prior_df: PriorDf::MostLikely,
        };
        let prior = VariancePrior::fit_unequal(data);
        assert!((prior.scale.at(0) / 2.0 - 1.0).abs() < 0.08, "{}", prior.scale.at(0));
        assert!((prior.df.at(0) / 10.0 - 1.0).abs() < 0.3, "{}", prior.df.at(0));
    }

    #[test]
    fn averaged_degrees_of_freedom_are_those_drawn_from_and_finite_where_the_likelihood_rises_to_the_end() {
        let mut d = Rng::new(6).at(Purpose(0xFE02), 0, 0);
        let mut draw = |n: usize, own: f64| -> Vec<f64> {
            (0..n).map(|_| own / d.gamma(own) * d.gamma(2.0) / 2.0).collect()
        };
        let fit = |variances: &[f64]| {
            let df = vec![4.0; variances.len()];
            let data = UnequalVariances {
                variances,
                df_residual: &df,
                trend: None,
                own_share: None,
                prior_df: PriorDf::Averaged,
            };
            VariancePrior::fit_unequal(data).df.at(0)
        };
        let many = fit(&draw(20_000, 5.0));
        assert!((many / 10.0 - 1.0).abs() < 0.1, "{many}");
        let alike: Vec<f64> = (0..40).map(|i| 1.0 + 0.01 * f64::from(i)).collect();
        let (few, more) = (fit(&alike[..10]), fit(&alike));
        assert!(few > 1.0 && more > few && more < 1e3, "{few} {more}");
    }

    #[test]
    fn a_small_share_leaves_little_to_learn() {
        assert_eq!(df_of_share(10.0, 1.0), 10.0);
        assert!((df_of_share(10.0, 0.999_999) / 10.0 - 1.0).abs() < 0.02);
        assert!(df_of_share(10.0, 0.1) > 500.0);
        assert_eq!(df_of_share(10.0, 0.0), f64::INFINITY);
    }
}
