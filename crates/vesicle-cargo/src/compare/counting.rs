//! Read counts: libraries by denominator, and the test.

use vesicle_base::math::{exp2, log2};

use super::log_scale::{LevelTests, block_fit};
use super::options::{CompareOptions, CountMethod, VoomForm};
use super::result::Method;
use crate::censored::{CensoredOptions, Seen};
use crate::counts::{Normalisation, QuasiForm, QuasiOptions, log_cpm, normalise, quasi_likelihood_test};
use crate::denominators::{Denominator, DenominatorError, mean_of, named_features};
use crate::design::Design;
use crate::linear::FeatureMatrix;
use crate::moderated::ModeratedTest;

/// Effective library of each unit.
pub(super) fn libraries(
    counts: &FeatureMatrix,
    features: &[String],
    units: &[String],
    denominator: &Denominator,
) -> Result<Vec<f64>, DenominatorError> {
    let seen_at_all = counts.rows().filter(|row| row.iter().any(|c| *c > 0.0)).count();
    match denominator {
        Denominator::AsMeasured | Denominator::GlobalMean | Denominator::StableMean if seen_at_all < 2 => {
            Err(DenominatorError::OnlyItself)
        }
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
    options: &CompareOptions,
    form: CensoredOptions,
) -> LevelTests {
    let mut level = if let Some(blocks) = &design.blocks {
        let values = log_cpm(counts, libraries);
        block_fit(&values, design, blocks, CensoredOptions { trend: true, ..form })
    } else {
        match &options.counts {
            CountMethod::QuasiLikelihood(options) => quasi(counts, libraries, design, options),
            CountMethod::Voom(VoomForm::Limma { quality }) => {
                super::by_voom::as_limma(counts, libraries, design, *quality, options.limma_form())
            }
            CountMethod::Voom(VoomForm::SmallSamples) => {
                super::by_voom::for_small_samples(counts, libraries, design, testable)
            }
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
        form: CensoredOptions {
            trend: result.trended,
            robust: options.robust && options.form != QuasiForm::SmallCounts,
        },
        prior_df: (0..counts.n_features()).map(|f| result.prior.df.at(f)).collect(),
        choices: vec![("dispersion".to_owned(), dispersion)],
    }
}
