//! Chebyshev coefficients of the two functions that a span needs.
//!
//! cₖ = 2/M Σⱼ f(xⱼ) Tₖ(xⱼ) at the M zeros xⱼ of T_M; c₀ halved. Reference: Mason, Handscomb (2002), Chebyshev Polynomials,
//! 6.3. Proved by `the_series_sum_to_their_functions`.

use vesicle_base::math;

/// Coefficients below this share of the largest end a series.
const ROUNDING: f64 = 1e-17;
/// How many of them in a row.
const QUIET: usize = 8;

/// Coefficients of φ₁ (for the end) and φ₂ (for the time mean), and what is neglected by stopping early.
#[derive(Clone, Debug, Default)]
pub struct Series {
    end: Vec<f64>,
    mean: Vec<f64>,
    /// `tail[k]` bounds the sum of the terms from k on, of either function.
    tail: Vec<f64>,
    /// The functions at x = 1, where ζ = 0.
    at_rest: [f64; 2],
    /// What the coefficients were made for.
    key: Option<f64>,
    /// cos(π i/2M) for all i of a turn.
    cosines: Vec<f64>,
    /// The functions at the points.
    values: Vec<[f64; 2]>,
}

impl Series {
    /// Makes the coefficients of `functions` of (1 − x)/2 from `n` points, unless they are those of `key` already.
    pub fn fit(&mut self, key: f64, n: usize, functions: impl Fn(f64) -> [f64; 2]) {
        if self.key == Some(key) {
            return;
        }
        self.key = Some(key);
        self.sample(n, functions);
        self.end.clear();
        self.mean.clear();
        let (mut largest, mut quiet) = (0.0_f64, 0);
        for k in 0..n {
            let [end, mean] = self.coefficients(k);
            self.end.push(end);
            self.mean.push(mean);
            let size = end.abs().max(mean.abs());
            largest = largest.max(size);
            quiet = if size < ROUNDING * largest { quiet + 1 } else { 0 };
            if quiet == QUIET {
                break;
            }
        }
        self.sum_tails();
    }

    fn sample(&mut self, n: usize, functions: impl Fn(f64) -> [f64; 2]) {
        let angle = |i: usize| std::f64::consts::FRAC_PI_2 * i as f64 / n as f64;
        self.cosines.clear();
        self.cosines.extend((0..4 * n).map(|i| math::cos(angle(i))));
        self.at_rest = functions(0.0);
        self.values.clear();
        // (1 − x)/2 is small and must be exact where the functions are steep.
        self.values.extend((0..n).map(|j| {
            let sine = math::sin(0.5 * angle(2 * j + 1));
            functions(sine * sine)
        }));
    }

    fn coefficients(&self, k: usize) -> [f64; 2] {
        let turn = self.cosines.len();
        let (mut sums, mut at) = ([0.0; 2], k);
        for values in &self.values {
            let cosine = self.cosines[at];
            sums[0] += values[0] * cosine;
            sums[1] += values[1] * cosine;
            at += 2 * k;
            at -= if at >= turn { turn } else { 0 };
        }
        let weight = if k == 0 { 1.0 } else { 2.0 } / self.values.len() as f64;
        sums.map(|sum| weight * sum)
    }

    fn sum_tails(&mut self) {
        self.tail.clear();
        self.tail.resize(self.end.len(), 0.0);
        let mut sum = 0.0;
        for k in (0..self.end.len()).rev() {
            sum += self.end[k].abs().max(self.mean[k].abs());
            self.tail[k] = sum;
        }
    }

    /// Terms after which what is left is at most `neglected`; at least one.
    pub fn n_terms(&self, neglected: f64) -> usize {
        let left = self.tail.iter().position(|tail| *tail <= neglected);
        left.unwrap_or(self.tail.len()).max(1)
    }

    /// Coefficients k and k + 1 for the end and for the mean, of a sum of `n_terms`. The first are such that the sums are
    /// exact at ζ = 0: what is never lost is never lost by stopping early.
    pub fn pair(&self, k: usize, n_terms: usize) -> [[f64; 2]; 2] {
        let mut pairs = [&self.end, &self.mean].map(|coefficients| {
            let at = |k: usize| if k < n_terms { coefficients.get(k).copied().unwrap_or(0.0) } else { 0.0 };
            [at(k), at(k + 1)]
        });
        if k == 0 {
            for (at, coefficients) in [&self.end, &self.mean].into_iter().enumerate() {
                let sum: f64 = coefficients.iter().take(n_terms).sum();
                pairs[at][0] += self.at_rest[at] - sum;
            }
        }
        pairs
    }
}

/// (φ₁, φ₂) of ζ ≥ 0.
pub fn phi(zeta: f64) -> [f64; 2] {
    if zeta < 0.5 {
        let (mut sums, mut terms) = ([0.0; 2], [1.0, 0.5]);
        for k in 2..20 {
            for at in 0..2 {
                sums[at] += terms[at];
                terms[at] *= -zeta / f64::from(k + at as u32);
            }
        }
        return sums;
    }
    let lost = -math::expm1(-zeta);
    [lost / zeta, (zeta - lost) / (zeta * zeta)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_sum_to_their_functions() {
        for farthest in [0.1_f64, 40.0, 2e4] {
            let mut series = Series::default();
            let n = 40 + (6.0 * farthest.sqrt()) as usize;
            series.fit(farthest, n, |share| phi(farthest * share));
            for neglected in [1e-4, 1e-8, 1e-12] {
                let n_terms = series.n_terms(neglected);
                assert!(neglected > 1e-9 || n_terms < series.end.len(), "the series converges");
                for step in 0..=50 {
                    let angle = std::f64::consts::PI * f64::from(step) / 50.0;
                    let exact = phi(0.5 * farthest * (1.0 - math::cos(angle)));
                    for (coefficients, exact) in [&series.end, &series.mean].into_iter().zip(exact) {
                        let terms = coefficients[..n_terms].iter().enumerate();
                        let sum: f64 = terms.map(|(k, c)| c * math::cos(k as f64 * angle)).sum();
                        assert!((sum - exact).abs() <= neglected + 1e-14, "{sum} for {exact}");
                    }
                }
            }
        }
    }

    #[test]
    fn phi_is_smooth_where_its_formula_changes() {
        let [below, above] = [phi(0.5 - 1e-12), phi(0.5)];
        assert!((below[0] - above[0]).abs() < 1e-11 && (below[1] - above[1]).abs() < 1e-11);
        assert_eq!(phi(0.0), [1.0, 0.5]);
    }
}
