//! What may be wrong with a sample before any test: lysed blood cells, little input, an order that follows the group.

use vesicle_base::math::log2;

use crate::smooth::median;
use crate::table::{CargoTable, Reading, ValueKind};

/// A score from marker features: mean log2 amount of `plus` minus that of `minus`. Which features these are (a red-cell
/// miRNA against a stable one, platelet markers) is the caller's table.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerScore {
    /// What the score measures.
    pub name: String,
    /// Features that rise.
    pub plus: Vec<String>,
    /// Features that stay.
    pub minus: Vec<String>,
    /// Score from which a sample is suspect.
    pub caution: f64,
    /// Score from which a sample is affected.
    pub affected: f64,
}

/// How a sample stands on a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grade {
    /// Below caution.
    Clean,
    /// Between caution and affected.
    Suspect,
    /// Above affected.
    Affected,
    /// A marker is absent or not detected.
    Unknown,
}

impl MarkerScore {
    /// The score of every sample (`None` where a marker is missing) and its grade.
    pub fn grade(&self, table: &CargoTable) -> Vec<(Option<f64>, Grade)> {
        (0..table.samples.len())
            .map(|s| {
                let plus = mean_amount(table, &self.plus, s);
                let minus = mean_amount(table, &self.minus, s);
                let score = plus.zip(minus).map(|(p, m)| p - m);
                let grade = match score {
                    None => Grade::Unknown,
                    Some(v) if v >= self.affected => Grade::Affected,
                    Some(v) if v >= self.caution => Grade::Suspect,
                    Some(_) => Grade::Clean,
                };
                (score, grade)
            })
            .collect()
    }
}

/// Mean log2 amount of named features in a sample; `None` when none is there or one is not detected.
fn mean_amount(table: &CargoTable, names: &[String], sample: usize) -> Option<f64> {
    let values: Option<Vec<f64>> = names
        .iter()
        .filter_map(|n| table.features.iter().position(|f| f == n))
        .map(|f| match (table.kind, table.row(f)[sample]) {
            (ValueKind::Ct, Reading::Value(v)) => Some(-v),
            (_, Reading::Value(v)) if v > 0.0 => Some(log2(v)),
            _ => None,
        })
        .collect();
    values.filter(|v| !v.is_empty()).map(|v| v.iter().sum::<f64>() / v.len() as f64)
}

/// Input of one sample beside the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleInput {
    /// Features detected.
    pub detected: usize,
    /// Reads in all, for counts.
    pub reads: Option<f64>,
    /// Whether far fewer features are detected than in the median sample (below half, or below 3 deviations).
    pub low: bool,
}

/// Input of every sample. Deviations are 1.4826 times the median absolute one.
pub fn sample_inputs(table: &CargoTable) -> Vec<SampleInput> {
    let n = table.samples.len();
    let mut detected = vec![0_usize; n];
    let mut reads = vec![0.0; n];
    for f in 0..table.features.len() {
        for (s, r) in table.row(f).iter().enumerate() {
            if let Reading::Value(v) = r
                && (table.kind == ValueKind::Ct || *v > 0.0)
            {
                detected[s] += 1;
                reads[s] += v;
            }
        }
    }
    if n == 0 {
        return Vec::new();
    }
    let counts: Vec<f64> = detected.iter().map(|&d| d as f64).collect();
    let centre = median(&counts);
    let spread = 1.4826 * median(&counts.iter().map(|c| (c - centre).abs()).collect::<Vec<_>>());
    (0..n)
        .map(|s| SampleInput {
            detected: detected[s],
            reads: (table.kind == ValueKind::Count).then_some(reads[s]),
            low: counts[s] < 0.5 * centre || (spread > 0.0 && counts[s] < centre - 3.0 * spread),
        })
        .collect()
}

/// How groups lie in the order of accession or run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OrderGrade {
    /// Each group is one unbroken block: group and order cannot be told apart.
    OneBlock,
    /// Fewer changes of group than chance gives (p below 5 %): a drift may pass for a difference.
    Blocked,
    /// Not distinguishable from a random order.
    Interleaved,
}

/// Grades the order of samples by the runs test (Wald & Wolfowitz 1940), exact by recursion over arrangements.
///
/// `groups` are group indices in order of accession or run. Returns the grade and the chance of so few runs.
pub fn grade_order(groups: &[usize]) -> (OrderGrade, f64) {
    let mut kinds: Vec<usize> = groups.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let runs = 1 + groups.windows(2).filter(|w| w[0] != w[1]).count();
    let p = chance_of_few_runs(groups, &kinds, runs);
    if kinds.len() < 2 {
        return (OrderGrade::Interleaved, 1.0);
    }
    let grade = match runs {
        r if r == kinds.len() => OrderGrade::OneBlock,
        _ if p < 0.05 => OrderGrade::Blocked,
        _ => OrderGrade::Interleaved,
    };
    (grade, p)
}

/// Chance of at most `runs` runs. Two groups exactly; more by the largest group against the rest.
fn chance_of_few_runs(groups: &[usize], kinds: &[usize], runs: usize) -> f64 {
    let size = |k: &usize| groups.iter().filter(|g| *g == k).count();
    let Some(first) = kinds.iter().copied().max_by_key(|k| size(k)) else { return 1.0 };
    let (a, total) = (size(&first), groups.len());
    let b = total - a;
    if b == 0 {
        return 1.0;
    }
    let seen = if kinds.len() == 2 {
        runs
    } else {
        1 + groups.windows(2).filter(|w| (w[0] == first) != (w[1] == first)).count()
    };
    let ways: f64 = (2..=seen).map(|r| arrangements(a, b, r)).sum();
    (ways / choose(total, a)).min(1.0)
}

/// Arrangements of `a` and `b` items in exactly `r` runs.
fn arrangements(a: usize, b: usize, r: usize) -> f64 {
    let k = r / 2;
    if r.is_multiple_of(2) {
        2.0 * choose(a - 1, k - 1) * choose(b - 1, k - 1)
    } else {
        choose(a - 1, k) * choose(b - 1, k - 1) + choose(a - 1, k - 1) * choose(b - 1, k)
    }
}

/// Binomial coefficient as a float; 0 outside.
fn choose(n: usize, k: usize) -> f64 {
    if k > n { 0.0 } else { (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_graded() {
        assert_eq!(grade_order(&[0, 0, 0, 1, 1, 1]).0, OrderGrade::OneBlock);
        assert_eq!(grade_order(&[0, 1, 0, 1, 1, 0]).0, OrderGrade::Interleaved);
        assert_eq!(grade_order(&[0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0]).0, OrderGrade::Blocked);
        // two runs of three and three: 2 of 20 arrangements
        assert!((grade_order(&[0, 0, 0, 1, 1, 1]).1 - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_lysed_sample_is_named() {
        let table = CargoTable {
            kind: ValueKind::Ct,
            features: vec!["red".into(), "stable".into()],
            samples: vec!["a".into(), "b".into()],
            readings: vec![
                Reading::Value(22.0),
                Reading::Value(27.0),
                Reading::Value(30.0),
                Reading::NotDetected { limit: None },
            ],
        };
        let score = MarkerScore {
            name: "haemolysis".into(),
            plus: vec!["red".into()],
            minus: vec!["stable".into()],
            caution: 5.0,
            affected: 7.0,
        };
        assert_eq!(score.grade(&table), vec![(Some(8.0), Grade::Affected), (None, Grade::Unknown)]);
    }
}
