//! Counts by voom: exactly as limma, or with a prior and weights that few features can carry.
//!
//! limma's prior degrees of freedom are one number, the most likely one. On few and small counts both fail: the
//! variance of a small count is mostly Poisson and alike in all features, that of a large one mostly its own, so one
//! number is too many for large counts; and the estimate runs to infinity in a third of the tables of 40 features.
//! At 3 v 3 and 40 features limma's false discovery rate is 8 % for 5 % asked for. The form for small samples fits
//! trend and prior to the testable features alone, lets the prior follow the biological share of a variance, and
//! averages its degrees of freedom over what the data allow. Both held to `examples/calibration.rs`.

use super::log_scale::LevelTests;
use super::result::Method;
use crate::censored::CensoredOptions;
use crate::counts::{
    Voom, WORKING_DISPERSION, average_log_cpm, biological_share, common_dispersion_of_abundant,
    fitted_counts, voom, voom_with_sample_quality,
};
use crate::design::Design;
use crate::linear::{FeatureFit, FeatureMatrix, fit_features};
use crate::moderated::{
    ModeratedTest, PriorDf, PriorOptions, UnequalVariances, VariancePrior, moderated_test, moderated_with,
};

/// Fewest features from which samples get quality weights: with fewer their error passes into the test (at 12 v 12
/// and 40 features a false discovery rate of 7.8 % against 6 % without).
const ENOUGH_FOR_QUALITY: usize = 100;

/// voom, weights and moderated t as limma has them, on every feature.
pub(super) fn as_limma(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    quality: bool,
    form: CensoredOptions,
) -> LevelTests {
    let (v, fits) = fitted(counts, libraries, design, quality);
    let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
    let trend = form.trend.then_some(means.as_slice());
    let (tests, prior) = moderated_test(&fits, PriorOptions { trend, robust: form.robust });
    results(&v, &fits, tests, &prior, form)
}

/// voom on the testable features, with the prior of small samples.
pub(super) fn for_small_samples(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    testable: &[bool],
) -> LevelTests {
    let kept: Vec<usize> = (0..counts.n_features()).filter(|&f| testable[f]).collect();
    let rows = kept.iter().flat_map(|&f| counts.row(f).iter().copied()).collect();
    let few = FeatureMatrix::new(counts.n_samples, rows);
    let (v, fits) = fitted(&few, libraries, design, kept.len() >= ENOUGH_FOR_QUALITY);
    let prior = prior_of_small_samples(&few, libraries, design, &fits);
    let tests = moderated_with(&prior, &fits);
    let form = CensoredOptions { trend: false, robust: false };
    results(&v, &fits, tests, &prior, form).placed(&kept, counts.n_features())
}

fn fitted(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    quality: bool,
) -> (Voom, Vec<FeatureFit>) {
    let v = if quality {
        voom_with_sample_quality(counts, &design.matrix, libraries)
    } else {
        voom(counts, &design.matrix, libraries)
    };
    let fits = fit_features(&v.log_cpm, &design.matrix, Some(&v.weights), &design.contrast);
    (v, fits)
}

/// One variance for all once voom's trend is taken off, its degrees of freedom the more the smaller the share of the
/// variance that is not Poisson.
fn prior_of_small_samples(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    fits: &[FeatureFit],
) -> VariancePrior {
    let abundance = average_log_cpm(counts, libraries, WORKING_DISPERSION);
    let phi = common_dispersion_of_abundant(counts, &design.matrix, libraries, &abundance);
    let share: Vec<f64> = fits
        .iter()
        .map(|fit| biological_share(&fitted_counts(&design.matrix.times(&fit.coefficients), libraries), phi))
        .collect();
    VariancePrior::fit_unequal(UnequalVariances {
        variances: &fits.iter().map(|f| f.variance).collect::<Vec<_>>(),
        df_residual: &fits.iter().map(|f| f.df_residual).collect::<Vec<_>>(),
        trend: None,
        own_share: Some(&share),
        prior_df: PriorDf::Averaged,
    })
}

fn results(
    v: &Voom,
    fits: &[FeatureFit],
    tests: Vec<ModeratedTest>,
    prior: &VariancePrior,
    form: CensoredOptions,
) -> LevelTests {
    let weights: Vec<String> = v.sample_weights.iter().map(|w| format!("{w:.3}")).collect();
    LevelTests {
        tests,
        means: fits.iter().map(|f| f.mean).collect(),
        sd: vec![f64::NAN; fits.len()],
        method: Method::Voom,
        form,
        prior_df: (0..fits.len()).map(|f| prior.df.at(f)).collect(),
        choices: vec![("sample weights".to_owned(), weights.join(" "))],
    }
}
