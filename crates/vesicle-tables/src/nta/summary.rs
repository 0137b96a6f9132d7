//! D10, D50, D90, mean and number of a size measurement, each with an interval.
//!
//! A percentile is where the cumulative number reaches its share, linear inside a bin. With two captures or more the
//! interval is Student's over the captures; with one it is that of the order statistics of the traced particles
//! (rank N·p ± 1.96·√(N·p·(1−p))), and of a Poisson count for the number. Neither covers another preparation, nor what
//! the instrument cannot see (roughly below 50 nm) or cannot tell apart (lipoproteins).

use super::interval::NORMAL;
use super::{Capture, Interval, SizeMeasurement};

/// The numbers that describe one measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeSummary {
    /// Size below which 10 % of the particles lie, nm.
    pub d10_nm: Interval,
    /// Median size, nm.
    pub d50_nm: Interval,
    /// Size below which 90 % of the particles lie, nm.
    pub d90_nm: Interval,
    /// Number-weighted mean size, nm.
    pub mean_nm: Interval,
    /// Particles per mL, as the file states them.
    pub per_ml: Interval,
    /// Particles per mL of the undiluted sample; `None` when the dilution is not recorded.
    pub undiluted_per_ml: Option<Interval>,
}

/// Summarises the usable captures; `None` when no capture measured anything.
pub fn summarise(measurement: &SizeMeasurement) -> Option<SizeSummary> {
    let captures: Vec<&Capture> = measurement.usable().collect();
    let edges = edges(&measurement.bin_centre_nm);
    if captures.is_empty() || edges.is_empty() {
        return None;
    }
    let percentile = |share: f64| match captures.as_slice() {
        [only] => single(&edges, only, share),
        many => {
            let values: Vec<f64> =
                many.iter().filter_map(|capture| quantile(&edges, &capture.per_ml, share)).collect();
            Interval::of_captures(&values)
        }
    };
    let means: Vec<f64> =
        captures.iter().filter_map(|capture| mean(&measurement.bin_centre_nm, &capture.per_ml)).collect();
    let per_ml = number(&captures);
    Some(SizeSummary {
        d10_nm: percentile(0.1),
        d50_nm: percentile(0.5),
        d90_nm: percentile(0.9),
        mean_nm: Interval::of_captures(&means),
        per_ml,
        undiluted_per_ml: measurement.to_undiluted().map(|factor| per_ml.times(factor)),
    })
}

/// Borders between bins: half way between centres, the outermost as far out as their neighbour is in.
fn edges(centres: &[f64]) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (centres.first(), centres.last()) else { return Vec::new() };
    let step = centres.get(1).map_or(1.0, |second| second - first);
    let end_step = centres.len().checked_sub(2).map_or(step, |before| last - centres[before]);
    let mut edges = vec![(first - step / 2.0).max(0.0)];
    edges.extend(centres.windows(2).map(|two| f64::midpoint(two[0], two[1])));
    edges.push(last + end_step / 2.0);
    edges
}

fn quantile(edges: &[f64], weights: &[f64], share: f64) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let wanted = share.clamp(0.0, 1.0) * total;
    let mut below = 0.0;
    for (bin, &weight) in weights.iter().enumerate() {
        if weight > 0.0 && below + weight >= wanted {
            return Some(edges[bin] + (edges[bin + 1] - edges[bin]) * (wanted - below) / weight);
        }
        below += weight;
    }
    edges.last().copied()
}

fn mean(centres: &[f64], weights: &[f64]) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let moment: f64 = centres.iter().zip(weights).map(|(centre, weight)| centre * weight).sum();
    (total > 0.0).then(|| moment / total)
}

/// One capture: the interval of the order statistics.
fn single(edges: &[f64], capture: &Capture, share: f64) -> Interval {
    let value = quantile(edges, &capture.per_ml, share).unwrap_or(0.0);
    let Some(traces) = capture.traces.filter(|&traces| traces >= 1.0) else {
        return Interval { value, low: None, high: None, n: 1 };
    };
    let half = NORMAL * (share * (1.0 - share) / traces).sqrt();
    let end = |share| quantile(edges, &capture.per_ml, share);
    Interval { value, low: end(share - half), high: end(share + half), n: traces as usize }
}

fn number(captures: &[&Capture]) -> Interval {
    let totals: Vec<f64> = captures.iter().map(|capture| capture.total_per_ml).collect();
    let mut found = Interval::of_captures(&totals);
    if let ([only], Some(traces)) = (captures, captures[0].traces.filter(|&traces| traces >= 1.0)) {
        let half = NORMAL * only.total_per_ml / traces.sqrt();
        found.low = Some((found.value - half).max(0.0));
        found.high = Some(found.value + half);
        found.n = traces as usize;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_uniform_distribution_are_its_shares() {
        let centres: Vec<f64> = (0..100).map(|i| f64::from(i) + 0.5).collect();
        let edges = edges(&centres);
        let weights = vec![1.0; 100];
        for share in [0.1, 0.5, 0.9] {
            assert!((quantile(&edges, &weights, share).unwrap() - 100.0 * share).abs() < 1e-9);
        }
        assert!((mean(&centres, &weights).unwrap() - 50.0).abs() < 1e-9);
        assert_eq!(quantile(&edges, &[0.0; 100], 0.5), None);
    }
}
