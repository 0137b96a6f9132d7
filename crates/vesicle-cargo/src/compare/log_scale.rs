//! Ct and intensities: the censored test, or the moderated t on whitened values where donors are blocks.

use super::amounts::relative;
use super::result::Method;
use crate::censored::{CensoredOptions, Seen, censored_test};
use crate::denominators::{
    Denominator, DenominatorError, common_features, log2_column, mean_of, named_features, stable_mean_of,
};
use crate::design::Design;
use crate::linear::{FeatureMatrix, block_correlation, fit_features, whiten_blocks};
use crate::moderated::{ModeratedTest, PriorOptions, moderated_test};

/// Tests of all features under one denominator.
pub(super) struct LevelTests {
    pub(super) tests: Vec<ModeratedTest>,
    pub(super) means: Vec<f64>,
    /// Residual deviation of each feature, where the method has one.
    pub(super) sd: Vec<f64>,
    pub(super) method: Method,
    /// Whether the prior variance follows the mean, and whether it was fitted robustly.
    pub(super) form: CensoredOptions,
    /// Prior degrees of freedom of each feature.
    pub(super) prior_df: Vec<f64>,
    /// Choices for the manifest.
    pub(super) choices: Vec<(String, String)>,
}

impl LevelTests {
    /// The tests of the features `kept` among all of a table; the others have none.
    pub(super) fn placed(self, kept: &[usize], n_features: usize) -> Self {
        let spread = |values: &[f64]| {
            let mut all = vec![f64::NAN; n_features];
            kept.iter().zip(values).for_each(|(&f, v)| all[f] = *v);
            all
        };
        let mut tests = vec![ModeratedTest::NONE; n_features];
        kept.iter().zip(&self.tests).for_each(|(&f, t)| tests[f] = *t);
        Self {
            tests,
            means: spread(&self.means),
            sd: spread(&self.sd),
            prior_df: spread(&self.prior_df),
            ..self
        }
    }
}

/// log2 of the denominator of each unit.
pub(super) fn offsets(
    seen: &[Seen],
    features: &[String],
    units: &[String],
    entries: impl Fn(&str) -> Vec<Option<String>>,
    denominator: &Denominator,
) -> Result<Vec<f64>, DenominatorError> {
    match denominator {
        Denominator::AsMeasured => Ok(vec![0.0; units.len()]),
        Denominator::GlobalMean => mean_of(seen, units, &common_features(seen, features)?),
        Denominator::StableMean => Ok(stable_mean_of(seen, units.len(), &common_features(seen, features)?)),
        Denominator::References(names) | Denominator::SpikeIn(names) => {
            mean_of(seen, units, &named_features(features, names)?)
        }
        Denominator::PerColumns(columns) => {
            let mut product = vec![0.0; units.len()];
            for column in columns {
                let written = entries(column);
                let borrowed: Vec<Option<&str>> = written.iter().map(Option::as_deref).collect();
                let factor = log2_column(column, &borrowed, units)?;
                product.iter_mut().zip(factor).for_each(|(sum, log2)| *sum += log2);
            }
            Ok(product)
        }
    }
}

/// Tests the contrast of the design in every testable feature.
pub(super) fn test(
    seen: &[Seen],
    offsets: &[f64],
    design: &Design,
    testable: &[bool],
    options: CensoredOptions,
) -> (LevelTests, Vec<Seen>) {
    let amounts = relative(seen, offsets);
    let tests = if let Some(blocks) = &design.blocks {
        block_test(&amounts, design, blocks, testable, options)
    } else {
        let result = censored_test(&amounts, &design.matrix, &design.contrast, testable, options);
        LevelTests {
            tests: result.tests.iter().map(|t| t.test).collect(),
            means: result.tests.iter().map(|t| t.mean).collect(),
            sd: result.tests.iter().map(|t| t.sigma).collect(),
            method: Method::CensoredModerated,
            form: options,
            prior_df: (0..testable.len()).map(|f| result.prior.df.at(f)).collect(),
            choices: Vec::new(),
        }
    };
    (tests, amounts)
}

/// Moderated t with one correlation within donors; features with a non-detect are left out.
fn block_test(
    amounts: &[Seen],
    design: &Design,
    blocks: &[usize],
    testable: &[bool],
    options: CensoredOptions,
) -> LevelTests {
    let n = design.matrix.n_rows();
    let number = |s: &Seen| if let Seen::At(v) = s { *v } else { f64::NAN };
    let values: Vec<f64> = amounts
        .chunks_exact(n)
        .zip(testable)
        .flat_map(|(row, yes)| row.iter().map(move |s| if *yes { number(s) } else { f64::NAN }))
        .collect();
    let values = FeatureMatrix::new(n, values);
    block_fit(&values, design, blocks, options)
}

/// The block test of complete rows; rows with NaN give NaN.
pub(super) fn block_fit(
    values: &FeatureMatrix,
    design: &Design,
    blocks: &[usize],
    options: CensoredOptions,
) -> LevelTests {
    let rho = block_correlation(values, &design.matrix, blocks);
    let (white, matrix) = whiten_blocks(values, &design.matrix, blocks, rho);
    let fits = fit_features(&white, &matrix, None, &design.contrast);
    let means: Vec<f64> = values.rows().map(|r| r.iter().sum::<f64>() / r.len() as f64).collect();
    let trend = options.trend.then_some(means.as_slice());
    let (tests, prior) = moderated_test(&fits, PriorOptions { trend, robust: options.robust });
    LevelTests {
        sd: tests.iter().zip(&fits).map(|(t, f)| t.se / f.unscaled_sd).collect(),
        tests,
        means,
        method: Method::BlockModerated,
        form: options,
        prior_df: (0..fits.len()).map(|f| prior.df.at(f)).collect(),
        choices: vec![("correlation within donors".to_owned(), format!("{rho:.3}"))],
    }
}
