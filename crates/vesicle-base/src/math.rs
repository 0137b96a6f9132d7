//! Transcendental functions whose bits do not depend on the platform: thin names over libm, the one place that
//! may call it.

/// e to the power `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the power `x`, minus one, exact for small `x`.
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// 2 to the power `x`.
pub fn exp2(x: f64) -> f64 {
    libm::exp2(x)
}

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Natural logarithm of `1 + x`, exact for small `x`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Binary logarithm.
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// Decimal logarithm.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `x` to the power `y`; small whole powers, the usual Hill coefficients, are multiplied out.
pub fn pow(x: f64, y: f64) -> f64 {
    match y {
        1.0 => x,
        2.0 => x * x,
        3.0 => x * x * x,
        4.0 => (x * x) * (x * x),
        _ => libm::pow(x, y),
    }
}

/// Square root; correctly rounded on every platform.
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// Cube root.
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Sine of an angle in radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Angle of the point (`x`, `y`) in radians.
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// Error function.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// Logarithm of the gamma function for positive `x`.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Logarithm of the Poisson probability of the whole number `k`, in the form of Loader (2000), *Fast and accurate
/// computation of binomial probabilities*, which does not cancel however large the mean.
pub fn ln_poisson(k: f64, mean: f64) -> f64 {
    if k <= 0.0 {
        return -mean;
    }
    -stirling_error(k) - deviance(k, mean) - 0.5 * ln(core::f64::consts::TAU * k)
}

/// Logarithm of the binomial probability of `k` among `n` at `p` inside (0, 1), in the same form.
pub fn ln_binomial(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 {
        return n * ln_1p(-p);
    }
    if k >= n {
        return n * ln(p);
    }
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let deviances = deviance(k, n * p) + deviance(n - k, n * (1.0 - p));
    errors - deviances - 0.5 * ln(core::f64::consts::TAU * k * ((n - k) / n))
}

/// ln n! less Stirling's formula.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * ln(n) + n - 0.5 * ln(core::f64::consts::TAU);
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / n
}

/// x ln(x / m) + m − x without cancellation near x = m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * ln(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Share that is left after `time` of a first-order loss with the given `rate` (both in one unit of time).
pub fn left_after(rate: f64, time: f64) -> f64 {
    exp(-rate * time)
}

/// First-order rate of a half-life; an infinite half-life is rate 0.
pub fn rate_of_half_life(half_life: f64) -> f64 {
    core::f64::consts::LN_2 / half_life
}

/// Quantile of the standard normal distribution, |error| < 1e-13 after one Newton step on [`erfc`].
///
/// Rational start by Acklam (2003), refined by Halley's rule; `p` in (0, 1), the ends give ±∞.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let x = normal_quantile_start(p);
    let e = 0.5 * erfc(-x / core::f64::consts::SQRT_2) - p;
    let u = e * (2.0 * core::f64::consts::PI).sqrt() * exp(0.5 * x * x);
    x - u / (1.0 + 0.5 * x * u)
}

fn normal_quantile_start(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let poly = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, &k| sum * x + k);
    let tail = |p: f64| {
        let q = (-2.0 * ln(p)).sqrt();
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_of_the_normal_is_known() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-9);
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn log_probabilities_meet_the_plain_formulas() {
        for (k, n, p) in
            [(0.0, 7.0, 0.3), (7.0, 7.0, 0.3), (2.0, 7.0, 0.3), (40.0, 90.0, 0.5), (3.0, 2000.0, 0.004)]
        {
            let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
            let plain = choose + k * ln(p) + (n - k) * ln(1.0 - p);
            assert!((ln_binomial(k, n, p) - plain).abs() < 1e-10, "{k} of {n}");
            let plain = k * ln(n * p) - n * p - ln_gamma(k + 1.0);
            assert!((ln_poisson(k, n * p) - plain).abs() < 1e-11, "{k} at {}", n * p);
        }
    }

    #[test]
    fn whole_powers_agree_with_the_general_one() {
        for y in [1.0, 2.0, 3.0, 4.0] {
            assert!((pow(1.7, y) - libm::pow(1.7, y)).abs() < 1e-14);
        }
    }
}
