//! Absolute copies from a Ct: by a standard curve or by a spike-in. Without either a Ct gives ratios only.
//!
//! Standard curve: Ct = a + b·log10(copies), fitted by least squares; copies = 10^((Ct − a)/b), with the error of the
//! curve at that Ct (calibration, or inverse prediction: Draper and Smith, *Applied Regression Analysis*, 3rd ed., 3.2).
//! Spike-in: copies = copies added × E^(Ct of the spike − Ct), E the factor a cycle (2 unless the efficiency is known).

use vesicle_base::math;

/// A fitted standard curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standard {
    /// Ct of one copy.
    pub intercept: f64,
    /// Ct per tenfold copies, negative.
    pub slope: f64,
    /// Standard deviation of a Ct about the curve.
    pub residual_sd: f64,
    /// Points behind it.
    pub n: usize,
    /// Mean of log10 copies of the points.
    mean_log: f64,
    /// Sum of their squared deviations.
    spread_log: f64,
    /// Least and greatest copies of the points.
    pub range: (f64, f64),
}

/// Why points make no standard curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCurve {
    /// Fewer than three points with positive copies and a Ct.
    FewPoints,
    /// All points at one number of copies.
    OneLevel,
    /// Ct does not fall with copies.
    NotFalling,
}

impl std::fmt::Display for NoCurve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FewPoints => "fewer than three points with copies and Ct",
            Self::OneLevel => "all points at one number of copies",
            Self::NotFalling => "Ct does not fall as copies rise",
        })
    }
}

/// Copies with a factor of error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CopiesOfCt {
    /// Copies in what was measured.
    pub copies: f64,
    /// Factor of error: exp of the standard deviation of their logarithm; 1 when it is not known.
    pub factor: f64,
    /// Whether the Ct lies outside the points of the curve.
    pub beyond: bool,
}

impl Standard {
    /// Fits (copies, Ct) points.
    ///
    /// # Errors
    /// Too few or contradictory points.
    pub fn fit(points: &[(f64, f64)]) -> Result<Self, NoCurve> {
        let usable = |p: &&(f64, f64)| p.0 > 0.0 && p.0.is_finite() && p.1.is_finite();
        let points: Vec<(f64, f64)> =
            points.iter().filter(usable).map(|(copies, ct)| (math::log10(*copies), *ct)).collect();
        let n = points.len();
        if n < 3 {
            return Err(NoCurve::FewPoints);
        }
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n as f64;
        let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
        let sxx: f64 = points.iter().map(|p| (p.0 - mx) * (p.0 - mx)).sum();
        let sxy: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
        if sxx < 1e-9 {
            return Err(NoCurve::OneLevel);
        }
        let slope = sxy / sxx;
        if slope >= -1e-9 {
            return Err(NoCurve::NotFalling);
        }
        let intercept = my - slope * mx;
        let rss: f64 = points.iter().map(|p| (p.1 - intercept - slope * p.0).powi(2)).sum();
        let logs = points.iter().map(|p| p.0);
        let ends = logs.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        Ok(Self {
            intercept,
            slope,
            residual_sd: (rss / (n - 2) as f64).sqrt(),
            n,
            mean_log: mx,
            spread_log: sxx,
            range: (math::pow(10.0, ends.0), math::pow(10.0, ends.1)),
        })
    }

    /// Amplification a cycle less one: 1 for perfect doubling.
    pub fn efficiency(&self) -> f64 {
        math::pow(10.0, -1.0 / self.slope) - 1.0
    }

    /// Copies of a Ct that is the mean of `replicates` wells.
    pub fn copies(&self, ct: f64, replicates: usize) -> CopiesOfCt {
        let log = (ct - self.intercept) / self.slope;
        let off = log - self.mean_log;
        let about = 1.0 / replicates.max(1) as f64 + 1.0 / self.n as f64 + off * off / self.spread_log;
        let log_sd = self.residual_sd / self.slope.abs() * about.sqrt();
        let copies = math::pow(10.0, log);
        CopiesOfCt {
            copies,
            factor: math::pow(10.0, log_sd),
            beyond: copies < self.range.0 * (1.0 - 1e-9) || copies > self.range.1 * (1.0 + 1e-9),
        }
    }
}

/// Copies of a Ct beside a spike-in of known copies that went through the same extraction; `per_cycle` is the factor a
/// cycle, 2 for perfect doubling.
pub fn beside_spike(ct: f64, spike_ct: f64, spike_copies: f64, per_cycle: f64) -> CopiesOfCt {
    CopiesOfCt { copies: spike_copies * math::pow(per_cycle, spike_ct - ct), factor: 1.0, beyond: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_dilution_series_gives_its_copies_back() {
        let points: Vec<(f64, f64)> =
            (2..8).map(|k| (math::pow(10.0, f64::from(k)), 38.0 - f64::from(k) / math::log10(2.0))).collect();
        let curve = Standard::fit(&points).unwrap();
        assert!((curve.efficiency() - 1.0).abs() < 1e-9);
        let found = curve.copies(38.0 - 4.5 / math::log10(2.0), 1);
        assert!((found.copies / math::pow(10.0, 4.5) - 1.0).abs() < 1e-9 && found.factor < 1.0 + 1e-6);
        assert!(!found.beyond && curve.copies(40.0, 1).beyond);
    }

    #[test]
    fn scatter_gives_an_error_that_grows_away_from_the_points() {
        let points = [(1e3, 28.2), (1e4, 24.6), (1e5, 21.5), (1e6, 18.0)];
        let curve = Standard::fit(&points).unwrap();
        assert!(curve.copies(23.0, 1).factor > 1.0);
        assert!(curve.copies(35.0, 1).factor > curve.copies(23.0, 1).factor);
        assert!(curve.copies(23.0, 3).factor < curve.copies(23.0, 1).factor);
    }

    #[test]
    fn contradictory_points_are_refused() {
        assert_eq!(Standard::fit(&[(1e3, 20.0), (0.0, 1.0), (1e4, f64::NAN)]), Err(NoCurve::FewPoints));
        assert_eq!(Standard::fit(&[(1e3, 20.0), (1e3, 21.0), (1e3, 22.0)]), Err(NoCurve::OneLevel));
        assert_eq!(Standard::fit(&[(1e3, 20.0), (1e4, 23.0), (1e5, 26.0)]), Err(NoCurve::NotFalling));
    }

    #[test]
    fn a_cycle_earlier_than_the_spike_is_twice_its_copies() {
        assert_eq!(beside_spike(21.0, 22.0, 1e8, 2.0).copies, 2e8);
    }
}
