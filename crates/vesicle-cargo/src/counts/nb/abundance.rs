//! Average abundance of a feature over all samples, the covariate of dispersion and variance trends.

use rayon::prelude::*;
use vesicle_base::math::log2;

use super::fit::group_rate;
use crate::linear::FeatureMatrix;

/// Reads added to an average library before the average is taken.
const PRIOR_READS: f64 = 2.0;

/// Dispersion assumed for the average before one is estimated: it weighs samples only.
pub(crate) const WORKING_DISPERSION: f64 = 0.05;

/// Counts with `prior_reads` added in proportion to the library, and exposures that keep the added reads neutral.
pub(super) fn add_prior_reads(libraries: &[f64], prior_reads: f64) -> (Vec<f64>, Vec<f64>) {
    let mean = libraries.iter().sum::<f64>() / libraries.len() as f64;
    let added: Vec<f64> = libraries.iter().map(|l| prior_reads * l / mean).collect();
    let exposure = libraries.iter().zip(&added).map(|(l, a)| l + 2.0 * a).collect();
    (added, exposure)
}

/// log2 counts per million averaged by a negative binomial fit, one entry a feature.
///
/// `libraries` are effective library sizes, one a sample; `dispersion` decides how samples are weighed.
pub fn average_log_cpm(counts: &FeatureMatrix, libraries: &[f64], dispersion: f64) -> Vec<f64> {
    let (added, exposure) = add_prior_reads(libraries, PRIOR_READS);
    (0..counts.n_features())
        .into_par_iter()
        .with_min_len(64)
        .map_init(Vec::new, |lifted: &mut Vec<f64>, f| {
            lifted.clear();
            lifted.extend(counts.row(f).iter().zip(&added).map(|(y, a)| y + a));
            log2(group_rate(lifted, &exposure, dispersion)) + log2(1e6)
        })
        .collect()
}
