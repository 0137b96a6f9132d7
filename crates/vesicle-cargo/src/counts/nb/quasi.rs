//! The quasi-likelihood F test (Lund et al. 2012 Stat Appl Genet Mol Biol 11:5; Chen, Lun & Smyth 2016 F1000R 5:1438).

use rayon::prelude::*;
use vesicle_base::math::{exp, ln};

use super::abundance::{WORKING_DISPERSION, add_prior_reads, average_log_cpm};
use super::dispersion::{Dispersions, common_dispersion_of_abundant, trended_dispersions};
use super::fit::{CountFit, fit};
use super::layout::Layout;
use super::small_counts::{DevianceMoments, Weighed};
use crate::linear::{FeatureMatrix, Matrix};
use crate::moderated::{PerFeature, PriorDf, PriorOptions, UnequalVariances, VariancePrior};
use crate::special::{ln_student_two_sided, student_two_sided};

/// Tests that one thread does in one go.
const TESTS_AT_ONCE: usize = 128;

/// Reads added to an average library for the reported fold change, so that it stays finite.
const PRIOR_READS: f64 = 0.125;

/// Pooled degrees of freedom from which quasi-dispersions may follow a trend; below it the trend is overfitted.
const ENOUGH_FOR_TREND: f64 = 400.0;

/// A fitted mean or count below this carries no information.
const NO_INFORMATION: f64 = 1e-4;

/// What edgeR 3 adds to counts and means before a deviance; it shows in the seventh digit of small F.
const LEGACY_LIFT: f64 = 1e-8;

/// Which form of the test.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum QuasiForm {
    /// One dispersion from abundant features, and deviances weighed by their own moments: for small and fractional
    /// counts.
    #[default]
    SmallCounts,
    /// A dispersion trend and unadjusted deviances, as edgeR 3; the dispersions may be given.
    Legacy {
        /// Dispersions to use instead of own ones.
        dispersions: Option<Dispersions>,
    },
}

/// Options of the test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuasiOptions {
    /// Which form.
    pub form: QuasiForm,
    /// Whether outlying quasi-dispersions are kept from the prior (legacy form only).
    pub robust: bool,
}

/// The test of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuasiTest {
    /// log2 fold change with an eighth of a read added.
    pub log2_fc: f64,
    /// Standard error of `log2_fc` from the Fisher information and the moderated quasi-dispersion.
    pub se: f64,
    /// F on 1 and `df` degrees of freedom.
    pub f: f64,
    /// Denominator degrees of freedom.
    pub df: f64,
    /// Moderated quasi-dispersion.
    pub quasi_dispersion: f64,
    /// Natural logarithm of p.
    pub ln_p: f64,
    /// p value.
    pub p: f64,
}

/// Tests with what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct QuasiResult {
    /// One test a feature.
    pub tests: Vec<QuasiTest>,
    /// Negative binomial dispersion.
    pub dispersion: PerFeature,
    /// Prior of the quasi-dispersions.
    pub prior: VariancePrior,
    /// Whether the prior follows abundance.
    pub trended: bool,
}

/// Tests the combination `contrast` of coefficients for every feature.
///
/// `counts` are features by samples, `libraries` effective library sizes. `design` must have full rank and
/// `contrast` must not be 0.
pub fn quasi_likelihood_test(
    counts: &FeatureMatrix,
    design: &Matrix,
    libraries: &[f64],
    contrast: &[f64],
    options: &QuasiOptions,
) -> QuasiResult {
    let lift = if options.form == QuasiForm::SmallCounts { 0.0 } else { LEGACY_LIFT };
    let model = Model {
        counts,
        libraries,
        layout: Layout::new(design.clone()),
        contrast,
        lift,
        lifted: add_prior_reads(libraries, PRIOR_READS),
    };
    match &options.form {
        QuasiForm::SmallCounts => {
            let abundance = average_log_cpm(counts, libraries, WORKING_DISPERSION);
            let phi = common_dispersion_of_abundant(counts, design, libraries, &abundance);
            let dispersion = PerFeature::Shared(phi);
            let moments = DevianceMoments::new(phi);
            let fits =
                model.fit_all(&dispersion, |y, fit, phi| moments.adjusted(&model.layout, y, &fit.mu, phi));
            let (s2, df): (Vec<f64>, Vec<f64>) = fits.iter().map(|f| (f.variance(), f.weighed.df)).unzip();
            let share: Vec<f64> = fits.iter().map(|f| biological_share(&f.fit.mu, phi)).collect();
            let enough = df.iter().sum::<f64>() >= ENOUGH_FOR_TREND;
            let prior = VariancePrior::fit_unequal(UnequalVariances {
                variances: &s2,
                df_residual: &df,
                trend: enough.then_some(&abundance),
                own_share: Some(&share),
                prior_df: PriorDf::MostLikely,
            });
            model.finish(&fits, dispersion, (prior, enough))
        }
        QuasiForm::Legacy { dispersions } => {
            let phi = dispersions.clone().unwrap_or_else(|| trended_dispersions(counts, design, libraries));
            let abundance = average_log_cpm(counts, libraries, phi.common);
            let dispersion = PerFeature::Each(phi.trended);
            let fits = model.fit_all(&dispersion, |y, fit, phi| {
                let plain = fit.deviance(y, phi, LEGACY_LIFT);
                Weighed { plain, deviance: plain, df: model.informative_df(y, fit) }
            });
            let (s2, df): (Vec<f64>, Vec<f64>) = fits.iter().map(|f| (f.variance(), f.weighed.df)).unzip();
            let prior = VariancePrior::fit(
                &s2,
                &df,
                PriorOptions { trend: Some(&abundance), robust: options.robust },
            );
            model.finish(&fits, dispersion, (prior, true))
        }
    }
}

/// Mean share of the variance of counts of means `mu` that is biological: phi mu / (1 + phi mu).
pub(crate) fn biological_share(mu: &[f64], phi: f64) -> f64 {
    mu.iter().map(|m| phi * m / (1.0 + phi * m)).sum::<f64>() / mu.len() as f64
}

/// The fit of one feature with its deviances.
struct Fitted {
    fit: CountFit,
    weighed: Weighed,
}

impl Fitted {
    fn variance(&self) -> f64 {
        if self.weighed.df > 0.0 { self.weighed.deviance / self.weighed.df } else { f64::NAN }
    }
}

/// What is the same for every feature.
struct Model<'a> {
    counts: &'a FeatureMatrix,
    libraries: &'a [f64],
    layout: Layout,
    contrast: &'a [f64],
    /// Added to counts and means in deviances.
    lift: f64,
    /// Reads added for the reported fold change, and exposures that go with them.
    lifted: (Vec<f64>, Vec<f64>),
}

impl Model<'_> {
    /// Fits every feature; `weigh` gives its deviances from counts, fit and dispersion.
    fn fit_all(
        &self,
        phi: &PerFeature,
        weigh: impl Fn(&[f64], &CountFit, f64) -> Weighed + Sync,
    ) -> Vec<Fitted> {
        (0..self.counts.n_features())
            .into_par_iter()
            .with_min_len(32)
            .map(|f| {
                let y = self.counts.row(f);
                let fit = fit(&self.layout, y, self.libraries, phi.at(f));
                Fitted { weighed: weigh(y, &fit, phi.at(f)), fit }
            })
            .collect()
    }

    /// Residual degrees of freedom without samples that are 0 and fitted as 0.
    fn informative_df(&self, y: &[f64], fit: &CountFit) -> f64 {
        let seen: Vec<usize> =
            (0..y.len()).filter(|&i| y[i] >= NO_INFORMATION || fit.mu[i] >= NO_INFORMATION).collect();
        self.layout.residual_df(&seen)
    }

    fn finish(
        &self,
        fits: &[Fitted],
        dispersion: PerFeature,
        (prior, trended): (VariancePrior, bool),
    ) -> QuasiResult {
        let null = self.layout.without(self.contrast);
        let pooled = fits.len() as f64 * (self.counts.n_samples - self.contrast.len()) as f64;
        let tests: Vec<QuasiTest> = fits
            .par_chunks(TESTS_AT_ONCE)
            .enumerate()
            .flat_map_iter(|(k, fits)| {
                let from = k * TESTS_AT_ONCE;
                let each = fits.iter().enumerate().map(|(i, fitted)| {
                    let s2 = prior.posterior_variance(from + i, fitted.variance(), fitted.weighed.df);
                    let df = (fitted.weighed.df + prior.df.at(from + i)).min(pooled);
                    self.test(from + i, fitted, &null, (dispersion.at(from + i), s2, df))
                });
                self.with_probabilities(each.collect(), from, fits, (&null, &dispersion))
            })
            .collect();
        QuasiResult { tests, dispersion, prior, trended }
    }

    /// The test of one feature but for its probability.
    fn test(&self, i: usize, fitted: &Fitted, null: &Layout, (phi, s2, df): (f64, f64, f64)) -> QuasiTest {
        let y = self.counts.row(i);
        let reduced = fit(null, y, self.libraries, phi).deviance(y, phi, self.lift);
        let f = (reduced - fitted.weighed.plain).max(0.0) / s2;
        let (log2_fc, unscaled) = self.shrunken_effect(y, phi);
        let se = unscaled * s2.sqrt();
        QuasiTest { log2_fc, se, f, df, quasi_dispersion: s2, ln_p: f64::NAN, p: f64::NAN }
    }

    /// The tests of the features `from` on, with their probabilities.
    fn with_probabilities(
        &self,
        mut tests: Vec<QuasiTest>,
        from: usize,
        fits: &[Fitted],
        (null, dispersion): (&Layout, &PerFeature),
    ) -> Vec<QuasiTest> {
        let (t, df): (Vec<f64>, Vec<f64>) = tests.iter().map(|test| (test.f.sqrt(), test.df)).unzip();
        let tails = student_two_sided(&t, &df);
        for (k, ((test, tail), fitted)) in tests.iter_mut().zip(tails).zip(fits).enumerate() {
            (test.ln_p, test.p) = (tail.ln_p, tail.p);
            let (phi, s2) = (dispersion.at(from + k), test.quasi_dispersion);
            // a quasi-dispersion that puts the variance below Poisson is not believed
            if fitted.fit.mu.iter().any(|m| (1.0 + phi * m) * s2 < 1.0) {
                test.ln_p = test.ln_p.max(self.poisson_ln_p(self.counts.row(from + k), null));
                test.p = exp(test.ln_p);
            }
        }
        tests
    }

    /// ln p of the likelihood ratio test with Poisson counts.
    fn poisson_ln_p(&self, y: &[f64], null: &Layout) -> f64 {
        let full = fit(&self.layout, y, self.libraries, 0.0).deviance(y, 0.0, self.lift);
        let reduced = fit(null, y, self.libraries, 0.0).deviance(y, 0.0, self.lift);
        ln_student_two_sided((reduced - full).max(0.0).sqrt(), f64::INFINITY)
    }

    /// log2 fold change and its standard error at quasi-dispersion 1, with reads added to every sample.
    fn shrunken_effect(&self, y: &[f64], phi: f64) -> (f64, f64) {
        let (added, exposure) = &self.lifted;
        let lifted: Vec<f64> = y.iter().zip(added).map(|(y, a)| y + a).collect();
        let fit = fit(&self.layout, &lifted, exposure, phi);
        let effect: f64 = fit.coefficients.iter().zip(self.contrast).map(|(b, c)| b * c).sum();
        let weight: Vec<f64> = fit.mu.iter().map(|m| m / (1.0 + phi * m)).collect();
        let unscaled = self.layout.x.weighted_cross(&weight).cholesky().map_or(f64::NAN, |factor| {
            let mut z = self.contrast.to_vec();
            factor.solve_lower(&mut z);
            z.iter().map(|v| v * v).sum::<f64>().sqrt()
        });
        let to_log2 = 1.0 / ln(2.0);
        (effect * to_log2, unscaled * to_log2)
    }
}
