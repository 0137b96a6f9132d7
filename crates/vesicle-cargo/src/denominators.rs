//! What amounts are relative to, several ways side by side.
//!
//! A denominator is one log2 number a sample that is taken off every feature. Global means erase a shift that all
//! features share; per particle or volume keeps it. So the sign of a feature may depend on the choice.

use vesicle_base::math::log2;

use crate::censored::Seen;
use crate::moderated::trimmed_mean;

/// Fewest features a mean is taken over.
const LEAST_FEATURES: usize = 3;

/// What amounts are relative to.
#[derive(Clone, Debug, PartialEq)]
pub enum Denominator {
    /// Nothing: amounts as measured (per reaction, or per library for counts).
    AsMeasured,
    /// Mean of the features detected in every sample (Mestdagh et al. 2009 Genome Biol 10:R64, restricted to common
    /// ones); for counts the trimmed mean of M values.
    GlobalMean,
    /// Mean of the more stable half of the features detected in every sample, chosen without looking at groups: a few
    /// large changes do not shift all others, which with 20 to 50 features they would. For counts the trimmed mean
    /// of M values.
    StableMean,
    /// Mean of named features.
    References(Vec<String>),
    /// Mean of named features that were added in equal amount.
    SpikeIn(Vec<String>),
    /// A positive number a sample: the product of columns of the sheet, such as particles per mL times mL taken in.
    PerColumns(Vec<String>),
}

impl Denominator {
    /// A short name for tables.
    pub fn name(&self) -> String {
        match self {
            Self::AsMeasured => "as measured".to_owned(),
            Self::GlobalMean => "global mean".to_owned(),
            Self::StableMean => "mean of stable features".to_owned(),
            Self::References(names) => format!("references {}", names.join("+")),
            Self::SpikeIn(names) => format!("spike-in {}", names.join("+")),
            Self::PerColumns(names) => format!("per {}", names.join(" × ")),
        }
    }
}

/// Why a denominator cannot be formed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DenominatorError {
    /// Too few features are detected in every sample.
    #[error("{found} feature(s) detected in every sample; a global mean needs {LEAST_FEATURES}")]
    FewCommon {
        /// How many there are.
        found: usize,
    },
    /// Reads of one feature alone: its share of them is always one.
    #[error("reads in one feature alone; relative to them it cannot change")]
    OnlyItself,
    /// A named feature is not in the table.
    #[error("no feature `{name}`")]
    UnknownFeature {
        /// As asked for.
        name: String,
    },
    /// A named feature is not detected in a sample.
    #[error("`{name}` is not detected in `{sample}`")]
    Undetected {
        /// The feature.
        name: String,
        /// The first sample without it.
        sample: String,
    },
    /// The sheet gives no positive number.
    #[error("column `{column}` gives no positive number for `{sample}`")]
    NoNumber {
        /// The column.
        column: String,
        /// The first sample without a number.
        sample: String,
    },
    /// Reads are relative: without a spike-in they cannot be put per particle or volume.
    #[error("read counts carry no absolute amount: `{column}` needs a spike-in")]
    RelativeCounts {
        /// The column asked for.
        column: String,
    },
}

/// log2 of a mean amount of each sample over the given features, all of which must be detected.
pub(crate) fn mean_of(
    readings: &[Seen],
    samples: &[String],
    features: &[(usize, &str)],
) -> Result<Vec<f64>, DenominatorError> {
    let n = samples.len();
    (0..n)
        .map(|s| {
            let mut sum = 0.0;
            for &(f, name) in features {
                let Seen::At(v) = readings[f * n + s] else {
                    return Err(DenominatorError::Undetected {
                        name: name.to_owned(),
                        sample: samples[s].clone(),
                    });
                };
                sum += v;
            }
            Ok(sum / features.len() as f64)
        })
        .collect()
}

/// Share trimmed at each end in the first look at a sample.
const TRIM: f64 = 0.3;

/// log2 amount of each sample relative to the others, from the more stable half of the given features.
///
/// Each feature is centred; a trimmed mean over features gives a first amount; the half with the smallest variance
/// around it (at least five, if there are) is averaged. Stability over all samples is the idea of geNorm and
/// NormFinder (Vandesompele 2002, Andersen 2004); the group is not consulted.
pub(crate) fn stable_mean_of(readings: &[Seen], n: usize, features: &[(usize, &str)]) -> Vec<f64> {
    let centred: Vec<Vec<f64>> = features
        .iter()
        .map(|&(f, _)| {
            let row: Vec<f64> = readings[f * n..(f + 1) * n]
                .iter()
                .map(|r| if let Seen::At(v) = r { *v } else { f64::NAN })
                .collect();
            let mean = row.iter().sum::<f64>() / n as f64;
            row.iter().map(|v| v - mean).collect()
        })
        .collect();
    let first: Vec<f64> =
        (0..n).map(|s| trimmed_mean(&centred.iter().map(|r| r[s]).collect::<Vec<_>>(), TRIM)).collect();
    let scatter = |row: &Vec<f64>| row.iter().zip(&first).map(|(v, o)| (v - o) * (v - o)).sum::<f64>();
    let mut order: Vec<(f64, usize)> = centred.iter().map(scatter).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let kept = (order.len() / 2).max(5).min(order.len());
    (0..n).map(|s| order[..kept].iter().map(|&(_, f)| centred[f][s]).sum::<f64>() / kept as f64).collect()
}

/// The features detected in every sample.
pub(crate) fn common_features<'a>(
    readings: &[Seen],
    names: &'a [String],
) -> Result<Vec<(usize, &'a str)>, DenominatorError> {
    let n = readings.len() / names.len().max(1);
    let common: Vec<(usize, &str)> = names
        .iter()
        .enumerate()
        .filter(|(f, _)| readings[f * n..(f + 1) * n].iter().all(|r| matches!(r, Seen::At(_))))
        .map(|(f, name)| (f, name.as_str()))
        .collect();
    if common.len() < LEAST_FEATURES {
        Err(DenominatorError::FewCommon { found: common.len() })
    } else {
        Ok(common)
    }
}

/// Places of named features.
pub(crate) fn named_features<'a>(
    names: &'a [String],
    wanted: &[String],
) -> Result<Vec<(usize, &'a str)>, DenominatorError> {
    wanted
        .iter()
        .map(|w| {
            names
                .iter()
                .position(|n| n == w)
                .map(|f| (f, names[f].as_str()))
                .ok_or_else(|| DenominatorError::UnknownFeature { name: w.clone() })
        })
        .collect()
}

/// log2 of a column of positive numbers, written as text, one entry a sample.
pub(crate) fn log2_column(
    column: &str,
    entries: &[Option<&str>],
    samples: &[String],
) -> Result<Vec<f64>, DenominatorError> {
    entries
        .iter()
        .zip(samples)
        .map(|(e, sample)| {
            e.and_then(|t| t.trim().parse::<f64>().ok())
                .filter(|v| *v > 0.0 && v.is_finite())
                .map(log2)
                .ok_or_else(|| DenominatorError::NoNumber {
                    column: column.to_owned(),
                    sample: sample.clone(),
                })
        })
        .collect()
}

/// Whether estimates of one feature under several denominators disagree in sign.
pub fn sign_changes(estimates: &[f64]) -> bool {
    estimates.iter().any(|e| *e > 0.0) && estimates.iter().any(|e| *e < 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stable_half_ignores_the_one_feature_that_moves() {
        let level = |f: usize, s: usize| f as f64 + 0.5 * s as f64 + if f == 4 && s == 1 { 9.0 } else { 0.0 };
        let readings: Vec<Seen> = (0..10).flat_map(|f| (0..2).map(move |s| Seen::At(level(f, s)))).collect();
        let names: Vec<String> = (0..10).map(|f| format!("f{f}")).collect();
        let common = common_features(&readings, &names).unwrap();
        let stable = stable_mean_of(&readings, 2, &common);
        assert!((stable[1] - stable[0] - 0.5).abs() < 1e-12, "{stable:?}");
        let plain = mean_of(&readings, &["a".into(), "b".into()], &common).unwrap();
        assert!((plain[1] - plain[0] - 0.5 - 0.9).abs() < 1e-12, "{plain:?}");
    }

    #[test]
    fn zero_is_no_sign() {
        assert!(sign_changes(&[0.4, -0.1]) && !sign_changes(&[0.4, 0.0, f64::NAN]));
    }
}
