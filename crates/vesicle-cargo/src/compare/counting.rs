//! Read counts: libraries by denominator, and the test.

use vesicle_base::math::{exp2, log2};

use super::log_scale::{LevelTests, block_fit};
use super::options::CountMethod;
use super::result::Method;
use crate::censored::{CensoredOptions, Seen};
use crate::counts::{
    Normalisation, QuasiForm, QuasiOptions, log_cpm, normalise, quasi_likelihood_test, voom,
    voom_with_sample_quality,
};
use crate::denominators::{Denominator, DenominatorError, mean_of, named_features};
use crate::design::Design;
use crate::linear::{FeatureMatrix, fit_features};
use crate::moderated::{ModeratedTest, PriorOptions, moderated_test};

/// Fewest features from which samples get quality weights: with fewer their error passes into the test (at 12 v 12
/// and 40 features a false discovery rate of 7.8 % against 6 % without; `examples/calibration.rs`).
pub(super) const ENOUGH_FOR_QUALITY: usize = 100;

/// Effective library of each unit.
pub(super) fn libraries(
    counts: &FeatureMatrix,
    features: &[String],
    units: &[String],
    denominator: &Denominator,
) -> Result<Vec<f64>, DenominatorError> {
    match denominator {
        Denominator::AsMeasured => Ok(normalise(counts, Normalisation::None).sizes),
        Denominator::GlobalMean | Denominator::StableMean => {
            Ok(normalise(counts, Normalisation::TmmSingletons).effective())
        }
        Denominator::References(names) | Denominator::SpikeIn(names) => {
            let seen: Vec<Seen> = counts.values.iter().map(|c| detected(*c)).collect();
            let amount = mean_of(&seen, units, &named_features(features, names)?)?;
            // any scale would do for fold changes; the mean library keeps abundances in counts per million
            let sizes = normalise(counts, Normalisation::None).sizes;
            let centre = sizes.iter().map(|s| log2(*s)).sum::<f64>() / sizes.len() as f64
                - amount.iter().sum::<f64>() / amount.len() as f64;
            Ok(amount.iter().map(|a| exp2(a + centre)).collect())
        }
        Denominator::PerColumns(columns) => {
            Err(DenominatorError::RelativeCounts { column: columns.join(" × ") })
        }
    }
}

/// A count as detected or not; a zero lies below one read.
pub(super) fn detected(count: f64) -> Seen {
    if count > 0.0 { Seen::At(log2(count)) } else { Seen::Below(0.0) }
}

/// Tests the contrast of the design in every testable feature.
pub(super) fn test(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    testable: &[bool],
    (method, form): (&CountMethod, CensoredOptions),
) -> LevelTests {
    let mut level = if let Some(blocks) = &design.blocks {
        let values = log_cpm(counts, libraries);
        block_fit(&values, design, blocks, CensoredOptions { trend: true, ..form })
    } else {
        match method {
            CountMethod::QuasiLikelihood(options) => quasi(counts, libraries, design, options),
            CountMethod::Voom { quality } => by_voom(counts, libraries, design, *quality, form.robust),
        }
    };
    for (test, yes) in level.tests.iter_mut().zip(testable) {
        if !yes {
            *test = ModeratedTest::NONE;
        }
    }
    level
}

fn quasi(counts: &FeatureMatrix, libraries: &[f64], design: &Design, options: &QuasiOptions) -> LevelTests {
    let result = quasi_likelihood_test(counts, &design.matrix, libraries, &design.contrast, options);
    let tests = result
        .tests
        .iter()
        .map(|q| ModeratedTest {
            estimate: q.log2_fc,
            se: q.se,
            t: q.f.sqrt().copysign(q.log2_fc),
            df: q.df,
            ln_p: q.ln_p,
            p: q.p,
        })
        .collect();
    let dispersion = match options.form {
        QuasiForm::SmallCounts => format!("{:.4}, one for all", result.dispersion.at(0)),
        QuasiForm::Legacy { .. } => "trended".to_owned(),
    };
    LevelTests {
        tests,
        means: crate::counts::average_log_cpm(counts, libraries, 0.05),
        sd: vec![f64::NAN; counts.n_features()],
        method: Method::QuasiLikelihood,
        prior_df: (0..counts.n_features()).map(|f| result.prior.df.at(f)).collect(),
        choices: vec![("dispersion".to_owned(), dispersion)],
    }
}

fn by_voom(
    counts: &FeatureMatrix,
    libraries: &[f64],
    design: &Design,
    quality: bool,
    robust: bool,
) -> LevelTests {
    let weighed = quality && counts.n_features() >= ENOUGH_FOR_QUALITY;
    let v = if weighed {
        voom_with_sample_quality(counts, &design.matrix, libraries)
    } else {
        voom(counts, &design.matrix, libraries)
    };
    let fits = fit_features(&v.log_cpm, &design.matrix, Some(&v.weights), &design.contrast);
    let (tests, prior) = moderated_test(&fits, PriorOptions { trend: None, robust });
    let weights: Vec<String> = v.sample_weights.iter().map(|w| format!("{w:.3}")).collect();
    LevelTests {
        tests,
        means: fits.iter().map(|f| f.mean).collect(),
        sd: vec![f64::NAN; fits.len()],
        method: Method::Voom,
        prior_df: (0..fits.len()).map(|f| prior.df.at(f)).collect(),
        choices: vec![("sample weights".to_owned(), weights.join(" "))],
    }
}
