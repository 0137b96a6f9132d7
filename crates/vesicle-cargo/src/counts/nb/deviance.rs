//! The unit deviance of negative binomial counts, and ln Γ where Stirling's series serves.
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{ln, ln_1p};

use crate::special::{Kernel, ln_each, sum, widest};

/// Below this dispersion the count is taken as Poisson with a first-order correction; also avoids 1/phi overflow.
const NEARLY_POISSON: f64 = 1e-6;

/// Twice the ln likelihood lost by the mean `mu` instead of `y` itself; never negative.
pub(crate) fn unit_deviance(y: f64, mu: f64, phi: f64) -> f64 {
    if mu <= 0.0 {
        return 0.0;
    }
    let ratio = if y > 0.0 { y * ln(y / mu) } else { 0.0 };
    let deviance = if phi < NEARLY_POISSON {
        let gap = y - mu;
        2.0 * (ratio - gap) - gap * gap * phi * (1.0 + phi * (2.0 / 3.0 * gap - y))
    } else {
        // (y + 1/phi) ln((1 + phi mu) / (1 + phi y)), without cancellation when y is near mu
        2.0 * (ratio + (y + 1.0 / phi) * ln_1p(phi * (mu - y) / (1.0 + phi * y)))
    };
    deviance.max(0.0)
}

/// [`unit_deviance`] of each count and mean, `lift` added to both.
pub(crate) fn unit_deviances(y: &[f64], mu: &[f64], phi: f64, lift: f64) -> Vec<f64> {
    if phi < NEARLY_POISSON {
        return y.iter().zip(mu).map(|(&y, &mu)| unit_deviance(y + lift, mu + lift, phi)).collect();
    }
    let mut logarithms = vec![0.0; 2 * y.len()];
    let mut deviances = vec![0.0; y.len()];
    let (counts, spreads) = logarithms.split_at_mut(y.len());
    widest(Deviances { samples: (y, mu), phi, lift, counts, spreads, out: &mut deviances });
    deviances
}

/// Sum of [`unit_deviances`], none of them kept.
pub(crate) fn total_deviance(y: &[f64], mu: &[f64], phi: f64, lift: f64) -> f64 {
    if phi < NEARLY_POISSON {
        return y.iter().zip(mu).map(|(&y, &mu)| unit_deviance(y + lift, mu + lift, phi)).sum();
    }
    widest(TotalDeviance { samples: (y, mu), phi, lift })
}

struct TotalDeviance<'a> {
    samples: (&'a [f64], &'a [f64]),
    phi: f64,
    lift: f64,
}

impl Kernel for TotalDeviance<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        const BLOCK: usize = 64;
        let Self { samples: (y, mu), phi, lift } = self;
        let (mut counts, mut spreads, mut out) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        let mut total = 0.0;
        for samples in y.chunks(BLOCK).zip(mu.chunks(BLOCK)) {
            let n = samples.0.len();
            let (counts, spreads, out) = (&mut counts[..n], &mut spreads[..n], &mut out[..n]);
            Deviances { samples, phi, lift, counts, spreads, out }.run();
            total += sum(out);
        }
        total
    }
}

/// The deviances of overdispersed counts, with room for the arguments of their two logarithms.
struct Deviances<'a> {
    samples: (&'a [f64], &'a [f64]),
    phi: f64,
    lift: f64,
    counts: &'a mut [f64],
    spreads: &'a mut [f64],
    /// The deviances.
    out: &'a mut [f64],
}

impl Kernel for Deviances<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { samples: (y, mu), phi, lift, counts, spreads, out: deviances } = self;
        let size = 1.0 / phi;
        for (((&y, &mu), out), (count, spread)) in
            y.iter().zip(mu).zip(&mut *deviances).zip(counts.iter_mut().zip(&mut *spreads))
        {
            let (y, mu) = (y + lift, mu + lift);
            let gap = phi * (mu - y) / (1.0 + phi * y);
            *count = if y > 0.0 && mu > 0.0 { y / mu } else { 1.0 };
            *spread = 1.0 + gap;
            // what rounding took from 1 + gap
            *out = (y + size) * ((gap - (*spread - 1.0)) / *spread);
        }
        ln_each(counts);
        ln_each(spreads);
        for (((&y, &mu), out), (count, spread)) in
            y.iter().zip(mu).zip(deviances).zip(counts.iter().zip(&*spreads))
        {
            let (y, mu) = (y + lift, mu + lift);
            let deviance = 2.0 * (y * count + ((y + size) * spread + *out));
            *out = if mu > 0.0 { deviance.max(0.0) } else { 0.0 };
        }
    }
}

/// From here on Stirling's series is exact to double precision.
pub(crate) const STIRLING_FROM: f64 = 10.0;

/// What Stirling's formula leaves out of ln Γ(1 / inverse), for arguments of [`STIRLING_FROM`] and more (DLMF 5.11.1).
#[inline(always)]
pub(crate) fn stirling_rest_of_inverse(inverse: f64) -> f64 {
    let r = inverse * inverse;
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0))))) * inverse
}

/// ln Γ for positive arguments: Stirling's series from 10 on, the library's below.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
    if x < STIRLING_FROM {
        return vesicle_base::math::ln_gamma(x);
    }
    (x - 0.5) * ln(x) - x + HALF_LN_TWO_PI + stirling_rest_of_inverse(1.0 / x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviance_is_zero_at_the_count_and_poisson_in_the_limit() {
        assert_eq!(unit_deviance(4.0, 4.0, 0.3), 0.0);
        let poisson = 2.0 * (3.0 * ln(3.0 / 5.0) - (3.0 - 5.0));
        assert!((unit_deviance(3.0, 5.0, 0.0) - poisson).abs() < 1e-14);
        assert!((unit_deviance(3.0, 5.0, 2e-6) / unit_deviance(3.0, 5.0, 0.9e-6) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn deviances_at_once_are_those_one_by_one_and_so_is_their_total() {
        let y = [0.0, 0.4, 1.0, 3.0, 250.0, 1e5, 7.0, 0.0, 12.0];
        let mu = [0.3, 0.4, 2.0, 3.000_001, 90.0, 1.1e5, 7.0, 0.0, 1e-9];
        for (phi, lift) in [(0.0, 0.0), (2e-6, 0.0), (0.2, 0.0), (0.2, 1e-8), (40.0, 0.0)] {
            let total: f64 = unit_deviances(&y, &mu, phi, lift).iter().sum();
            assert!((total_deviance(&y, &mu, phi, lift) / total - 1.0).abs() < 1e-12);
            for ((&y, &mu), got) in y.iter().zip(&mu).zip(unit_deviances(&y, &mu, phi, lift)) {
                let want = unit_deviance(y + lift, mu + lift, phi);
                assert!(
                    (got - want).abs() < 1e-14 * (y + 1.0 / phi.max(1e-6)).max(1.0),
                    "{y} {mu} {phi}: {got} {want}"
                );
            }
        }
    }
}
