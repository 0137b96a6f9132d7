//! The ratio of two arms with its interval.

use statrs::distribution::{ContinuousCDF, StudentsT};
use vesicle_base::math;
use vesicle_dose::Spread;

/// Two-sided level of all intervals.
const LEVEL: f64 = 0.90;

/// A ratio of two arms with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Ratio of means.
    pub value: f64,
    /// Lower end of the interval; 0 with fewer than two replicates.
    pub low: f64,
    /// Upper end; infinite with fewer than two replicates.
    pub high: f64,
    /// Replicates of the smaller arm.
    pub n: usize,
}

/// The ratio of `b` to `a`.
pub fn ratio(a: &[f64], b: &[f64], half_unit: f64) -> Option<Ratio> {
    let (ma, va) = moments(a)?;
    let (mb, vb) = moments(b)?;
    let (ma, mb) = (ma + half_unit, mb + half_unit);
    if ma <= 0.0 || mb <= 0.0 {
        return None;
    }
    let value = mb / ma;
    let n = a.len().min(b.len());
    if n < 2 {
        return Some(Ratio { value, low: 0.0, high: f64::INFINITY, n });
    }
    let (ea, eb) = (va / (a.len() as f64 * ma * ma), vb / (b.len() as f64 * mb * mb));
    let se = (ea + eb).sqrt();
    let reach = if se > 0.0 {
        let df = (ea + eb) * (ea + eb) / (ea * ea / (a.len() - 1) as f64 + eb * eb / (b.len() - 1) as f64);
        se * t_quantile(df)
    } else {
        0.0
    };
    let (mut low, mut high) = (value * math::exp(-reach), value * math::exp(reach));
    if let Some(unseen) = unseen(b, a) {
        high = high.max((unseen + half_unit) / ma * math::exp(reach));
    }
    if let Some(unseen) = unseen(a, b) {
        low = low.min(mb / (unseen + half_unit) * math::exp(-reach));
    }
    Some(Ratio { value, low, high, n })
}

/// The greatest mean of an arm in which nothing was seen, beside one in which there is something in some animals and not in
/// others, so that it is chance whether there is: the share of animals that n without any do not exclude (Clopper and
/// Pearson 1934, doi 10.1093/biomet/26.4.404) times what the others have where they have any.
fn unseen(none: &[f64], some: &[f64]) -> Option<f64> {
    let found: Vec<f64> = some.iter().copied().filter(|value| *value > 0.0).collect();
    let by_chance = !found.is_empty() && found.len() < some.len();
    (by_chance && none.iter().all(|value| *value == 0.0)).then(|| {
        let not_excluded = 1.0 - math::pow(0.5 - 0.5 * LEVEL, 1.0 / none.len() as f64);
        not_excluded * found.iter().sum::<f64>() / found.len() as f64
    })
}

/// Quantile of Student's t for the two-sided level.
pub(super) fn t_quantile(df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + 0.5 * LEVEL))
}

/// Mean and variance; `None` of nothing.
pub(super) fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
    (!values.is_empty()).then_some((mean, variance))
}

/// The ratios of several draws as one: their median with its 5–95 % range, and the fewest replicates. One draw keeps its
/// own interval.
pub fn over_draws(ratios: &[Ratio]) -> Option<Ratio> {
    if let [] | [_] = ratios {
        return ratios.first().copied();
    }
    let values: Vec<f64> = ratios.iter().map(|ratio| ratio.value).collect();
    let Spread { low, median, high } = Spread::of(&values);
    let n = ratios.iter().map(|ratio| ratio.n).min()?;
    Some(Ratio { value: median, low, high, n })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_the_interval_of_welch_on_logs() {
        let a = [10.0, 12.0, 11.0, 9.0];
        let b = [20.0, 24.0, 22.0, 18.0];
        let r = ratio(&a, &b, 0.0).unwrap();
        assert!((r.value - 2.0).abs() < 1e-12 && r.n == 4);
        // se of the log = sqrt(2) * 1.29099 / (2 * 10.5) = 0.086939, df = 6, t = 1.943180
        assert!((r.high / r.value - math::exp(1.943_180_28 * 0.086_938_9)).abs() < 1e-5, "{r:?}");
        assert_eq!(ratio(&[0.0], &[0.0], 0.5).unwrap().high, f64::INFINITY);
        assert!(ratio(&[], &a, 0.5).is_none());
    }

    /// Four animals without any, beside one in four with some, say little: chance gives four of four in 32 of 100.
    #[test]
    fn an_arm_of_zeros_is_not_certain_where_others_have_some() {
        let none = [0.0; 4];
        for some in [[0.0, 0.0, 0.0, 500.0], [0.0, 400.0, 500.0, 600.0]] {
            let [less, more] = [ratio(&some, &none, 0.5).unwrap(), ratio(&none, &some, 0.5).unwrap()];
            assert!(less.low < less.value && less.high > 1.0 && more.low < 1.0, "{less:?} {more:?}");
        }
        let all = ratio(&[400.0, 500.0, 500.0, 600.0], &none, 0.5).unwrap();
        assert!(all.high < 0.01, "four of four and none of four differ: {all:?}");
    }

    #[test]
    fn ratios_of_draws_have_a_median_and_a_range() {
        let ratio = |value: f64| Ratio { value, low: 0.5 * value, high: 2.0 * value, n: 4 };
        let draws: Vec<Ratio> = (0..=100).map(|k| ratio(f64::from(k))).collect();
        assert_eq!(over_draws(&draws), Some(Ratio { value: 50.0, low: 5.0, high: 95.0, n: 4 }));
        assert_eq!(over_draws(&draws[3..4]), Some(ratio(3.0)));
        assert_eq!(over_draws(&[]), None);
    }
}
