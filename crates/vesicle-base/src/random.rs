//! Random numbers as a pure function of (run seed, purpose, entity, step): no state, so no thread or order can
//! change them.
//!
//! Philox4x32-10: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC11,
//! doi 10.1145/2063384.2063405. Held by the Random123 known answers below.

use crate::math;

const ROUNDS: usize = 10;
const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The Philox4x32-10 bijection of a 128-bit counter under a 64-bit key.
#[inline]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut c, mut k) = (counter, key);
    for _ in 0..ROUNDS {
        let p0 = u64::from(MULTIPLIER[0]) * u64::from(c[0]);
        let p1 = u64::from(MULTIPLIER[1]) * u64::from(c[2]);
        c = [(p1 >> 32) as u32 ^ c[1] ^ k[0], p1 as u32, (p0 >> 32) as u32 ^ c[3] ^ k[1], p0 as u32];
        k = [k[0].wrapping_add(WEYL[0]), k[1].wrapping_add(WEYL[1])];
    }
    c
}

/// What a draw is for; two purposes never share numbers. Each room declares its own as constants, one table a
/// room, with the room's number in the high byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(pub u16);

/// The source of all randomness of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rng {
    key: [u32; 2],
}

impl Rng {
    /// The source for a run seed.
    pub fn new(run_seed: u64) -> Self {
        Self { key: [run_seed as u32, (run_seed >> 32) as u32] }
    }

    /// The draws of one entity at one step for one purpose: always the same ones.
    pub fn at(&self, purpose: Purpose, entity: u64, step: u32) -> Draws {
        Draws {
            key: self.key,
            counter: [entity as u32, (entity >> 32) as u32, step, u32::from(purpose.0) << 16],
            block: [0; 4],
            used: 4,
        }
    }
}

/// A short stream of draws; at most 2¹⁶ blocks of four words.
#[derive(Clone, Debug)]
pub struct Draws {
    key: [u32; 2],
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
}

impl Draws {
    /// The next 32 random bits.
    #[inline]
    pub fn bits(&mut self) -> u32 {
        if self.used == 4 {
            self.block = philox(self.counter, self.key);
            self.counter[3] = (self.counter[3] & 0xFFFF_0000) | (self.counter[3].wrapping_add(1) & 0xFFFF);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Uniform in [0, 1), 53 bits.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        let high = u64::from(self.bits() >> 5);
        let low = u64::from(self.bits() >> 6);
        ((high << 26) | low) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform in (0, 1]: safe under a logarithm.
    #[inline]
    pub fn uniform_positive(&mut self) -> f64 {
        1.0 - self.uniform()
    }

    /// Uniform among the whole numbers below `n`, 0 where there are none: by the high word of a product, drawn again
    /// where that would favour some of them (Lemire 2019, doi 10.1145/3230636).
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        if n > u64::from(u32::MAX) {
            return ((self.uniform() * n as f64) as u64).min(n - 1);
        }
        loop {
            let product = u64::from(self.bits()) * n;
            let low = product & 0xFFFF_FFFF;
            if low >= n || low >= ((1 << 32) - n) % n.max(1) {
                return product >> 32;
            }
        }
    }

    /// Whether an event of probability `p` happens.
    #[inline]
    pub fn happens(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -math::ln(self.uniform_positive())
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * math::cos(core::f64::consts::TAU * self.uniform())
    }

    /// A direction uniform on the sphere.
    pub fn direction(&mut self) -> [f64; 3] {
        let z = 2.0 * self.uniform() - 1.0;
        let angle = core::f64::consts::TAU * self.uniform();
        let r = (1.0 - z * z).max(0.0).sqrt();
        [r * math::cos(angle), r * math::sin(angle), z]
    }

    /// A direction uniform on the circle in the x–y plane.
    pub fn direction_in_plane(&mut self) -> [f64; 3] {
        let angle = core::f64::consts::TAU * self.uniform();
        [math::cos(angle), math::sin(angle), 0.0]
    }

    /// Gamma with the given shape and scale 1, by Marsaglia and Tsang (2000), doi 10.1145/358407.358414.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape <= 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            let boost = math::pow(self.uniform_positive(), 1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if math::ln(self.uniform_positive()) < 0.5 * x * x + d - d * v + d * math::ln(v) {
                    return d * v;
                }
            }
        }
    }

    /// Poisson count. By inversion below a mean of 10, above by transformed rejection (PTRS) of
    /// Hörmann (1993), doi 10.1016/0167-6687(93)90997-4. A mean of 0 or less gives 0; above 2⁵³ the mean itself.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean <= 0.0 {
            0
        } else if mean < 10.0 {
            self.poisson_by_inversion(mean)
        } else if mean < 9.0e15 {
            self.poisson_by_rejection(mean)
        } else {
            mean as u64
        }
    }

    fn poisson_by_inversion(&mut self, mean: f64) -> u64 {
        let u = self.uniform_positive();
        // e⁻ˣ ≥ 1 − x: so small a u is 0, without an exponential.
        if u <= 1.0 - mean {
            return 0;
        }
        self.inversion(u, math::exp(-mean), |k| mean / k)
    }

    /// The count at which the sum of chances passes `u`: `none` is that of 0, `ratio(k)` the chance of k over that of
    /// k − 1. For counts of which few are expected.
    fn inversion(&mut self, mut u: f64, none: f64, ratio: impl Fn(f64) -> f64) -> u64 {
        loop {
            let (mut chance, mut count) = (none, 0.0);
            // A u within rounding of 1 passes all chances that can be told from 0: then another is drawn.
            while chance > 1e-25 {
                if u <= chance {
                    return count as u64;
                }
                u -= chance;
                count += 1.0;
                chance *= ratio(count);
            }
            u = self.uniform_positive();
        }
    }

    fn poisson_by_rejection(&mut self, mean: f64) -> u64 {
        let root = mean.sqrt();
        let b = 0.931 + 2.53 * root;
        let a = -0.059 + 0.024_83 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let v_accept = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform_positive();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= v_accept {
                return k as u64;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let left = math::ln(v * inverse_alpha / (a / (us * us) + b));
            if left <= math::ln_poisson(k, mean) {
                return k as u64;
            }
        }
    }

    /// Negative-binomial count with the given mean and variance `mean + dispersion · mean²`.
    pub fn negative_binomial(&mut self, mean: f64, dispersion: f64) -> u64 {
        if dispersion <= 0.0 {
            return self.poisson(mean);
        }
        let shape = 1.0 / dispersion;
        let rate = self.gamma(shape) * mean * dispersion;
        self.poisson(rate)
    }

    /// Successes among `n` trials of probability `p`: by inversion while few are expected, else by transformed
    /// rejection (BTRS) of Hörmann (1993), doi 10.1080/00949659308811496.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 || p <= 0.0 {
            0
        } else if p >= 1.0 {
            n
        } else if p > 0.5 {
            n - self.binomial(n, 1.0 - p)
        } else if (n as f64) * p < 10.0 {
            self.binomial_by_inversion(n as f64, p)
        } else {
            self.binomial_by_rejection(n as f64, p)
        }
    }

    fn binomial_by_inversion(&mut self, n: f64, p: f64) -> u64 {
        let u = self.uniform_positive();
        let odds = p / (1.0 - p);
        // ln(1 − p) ≥ −p/(1 − p) and eˣ ≥ 1 + x: so small a u is 0, without a logarithm.
        if u <= 1.0 - n * odds {
            return 0;
        }
        // 1 − p is rounded: to so many trials its power is right to 1e-11, and far sooner found than by a logarithm.
        let none = if n <= 65_536.0 { power(1.0 - p, n as u32) } else { math::exp(n * math::ln_1p(-p)) };
        self.inversion(u, none, |k| (n - k + 1.0) / k * odds)
    }

    fn binomial_by_rejection(&mut self, n: f64, p: f64) -> u64 {
        let spread = (n * p * (1.0 - p)).sqrt();
        let b = 1.15 + 2.53 * spread;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let c = n * p + 0.5;
        let v_r = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * spread;
        let mode = ((n + 1.0) * p).floor();
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform_positive();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + c).floor();
            if k < 0.0 || k > n {
                continue;
            }
            if us >= 0.07 && v <= v_r {
                return k as u64;
            }
            let bar = v * alpha / (a / (us * us) + b);
            let is_taken = if (k - mode).abs() <= 32.0 {
                bar <= binomial_ratio(k, mode, n, p / (1.0 - p))
            } else {
                math::ln(bar) <= math::ln_binomial(k, n, p) - math::ln_binomial(mode, n, p)
            };
            if is_taken {
                return k as u64;
            }
        }
    }
}

/// `x` to a whole power.
fn power(mut x: f64, mut n: u32) -> f64 {
    let mut product = 1.0;
    while n > 0 {
        product *= if n & 1 == 1 { x } else { 1.0 };
        x *= x;
        n >>= 1;
    }
    product
}

/// Binomial chance of `k` over that of `mode`, by the chances between them, each over the one before.
fn binomial_ratio(k: f64, mode: f64, n: f64, odds: f64) -> f64 {
    let (mut low, high) = (k.min(mode), k.max(mode));
    let mut up = 1.0;
    while low < high {
        low += 1.0;
        up *= (n - low + 1.0) / low * odds;
    }
    if k >= mode { up } else { 1.0 / up }
}

/// A run seed from its parts, so that seeds of different parts do not overlap.
pub fn mix_seed(parts: &[u64]) -> u64 {
    parts.iter().fold(0x7665_7369_636c_6531, |seed, part| {
        let [a, b, _, _] = philox(
            [*part as u32, (*part >> 32) as u32, seed as u32, (seed >> 32) as u32],
            [0x6d69_7873, 0x6565_6400],
        );
        (u64::from(b) << 32) | u64::from(a)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_random123_known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        let pi = philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]);
        assert_eq!(pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    fn moments(n: u32, mut sample: impl FnMut(&mut Draws) -> f64) -> (f64, f64) {
        let rng = Rng::new(7);
        let values: Vec<f64> = (0..n).map(|i| sample(&mut rng.at(Purpose(1), u64::from(i), 3))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n - 1);
        (mean, variance)
    }

    /// Five standard errors of the mean; the variance within 5 %.
    fn check(name: &str, got: (f64, f64), mean: f64, variance: f64, n: u32) {
        let allowed = 5.0 * (variance / f64::from(n)).sqrt();
        assert!((got.0 - mean).abs() <= allowed, "{name}: mean {} not {mean} within {allowed}", got.0);
        assert!((got.1 / variance - 1.0).abs() < 0.05, "{name}: variance {} not {variance}", got.1);
    }

    #[test]
    fn samplers_have_their_mean_and_variance() {
        let n = 40_000;
        check("uniform", moments(n, Draws::uniform), 0.5, 1.0 / 12.0, n);
        check("normal", moments(n, Draws::normal), 0.0, 1.0, n);
        check("exponential", moments(n, Draws::exponential), 1.0, 1.0, n);
        for shape in [0.3, 1.0, 7.5] {
            check("gamma", moments(n, |d| d.gamma(shape)), shape, shape, n);
        }
        for mean in [0.01, 3.0, 9.9, 10.1, 500.0, 1e9, 1e12, 2e14, 8e15] {
            check("poisson", moments(n, |d| d.poisson(mean) as f64), mean, mean, n);
        }
        for (trials, p) in [(5_u64, 0.3), (100, 0.05), (100, 0.4), (100, 0.93), (1_000_000, 0.01)] {
            let m = trials as f64 * p;
            check("binomial", moments(n, |d| d.binomial(trials, p) as f64), m, m * (1.0 - p), n);
        }
        for trials in [1_000_000_000_000_u64, 1_000_000_000_000_000] {
            let count = |d: &mut Draws| d.binomial(trials, 0.25) as f64 - 0.25 * trials as f64;
            check("binomial of many", moments(n, count), 0.0, 0.1875 * trials as f64, n);
        }
        check("negative binomial", moments(n, |d| d.negative_binomial(20.0, 0.2) as f64), 20.0, 100.0, n);
    }

    /// Counts of a binomial against its chances: by inversion (n p below 10) and by rejection, near its mode and far.
    #[test]
    fn binomial_counts_have_their_chances() {
        let n = 200_000;
        for (trials, p) in [(12_u64, 0.3), (500, 0.01), (1_000_000, 3e-6), (400, 0.05), (90_000, 0.02)] {
            let mut seen = std::collections::BTreeMap::<u64, u32>::new();
            let rng = Rng::new(11);
            (0..n).for_each(|i| {
                *seen.entry(rng.at(Purpose(1), i, 0).binomial(trials, p)).or_default() += 1;
            });
            let expected = |k: u64| n as f64 * math::exp(math::ln_binomial(k as f64, trials as f64, p));
            let often =
                (0..=trials.min(10_000)).map(|k| (k, expected(k))).filter(|(_, times)| *times >= 20.0);
            let (mut chi2, mut cells) = (0.0, 0.0);
            for (k, times) in often {
                let found = f64::from(seen.get(&k).copied().unwrap_or(0));
                chi2 += (found - times) * (found - times) / times;
                cells += 1.0;
            }
            let allowed = cells + 5.0 * (2.0_f64 * cells).sqrt();
            assert!(cells > 5.0 && chi2 < allowed, "{trials} {p}: {chi2} over {cells} counts");
        }
    }

    #[test]
    fn whole_numbers_below_a_bound_come_alike() {
        let n = 60_000;
        for bound in [2_u64, 5, 3_000_000_000, 1 << 40] {
            let mean = (bound as f64 - 1.0) / 2.0;
            let variance = (bound as f64 * bound as f64 - 1.0) / 12.0;
            check("below", moments(n, |d| d.below(bound) as f64), mean, variance, n);
        }
        let mut draws = Rng::new(3).at(Purpose(1), 0, 0);
        let mut seen = [0_u32; 7];
        (0..14_000).for_each(|_| seen[draws.below(7) as usize] += 1);
        assert!(seen.iter().all(|n| n.abs_diff(2000) < 5 * 42), "{seen:?}");
        assert_eq!((draws.below(1), draws.below(0)), (0, 0));
    }

    #[test]
    fn the_ends_are_exact() {
        let mut draws = Rng::new(0).at(Purpose(0), 0, 0);
        assert_eq!(draws.poisson(0.0), 0);
        assert_eq!(draws.poisson(-1.0), 0);
        assert_eq!(draws.binomial(9, 0.0), 0);
        assert_eq!(draws.binomial(9, 1.0), 9);
        assert_eq!(draws.gamma(0.0), 0.0);
    }

    #[test]
    fn draws_do_not_depend_on_what_was_drawn_before() {
        let rng = Rng::new(42);
        let first: Vec<u32> =
            (0..9).map(|_| 0).scan(rng.at(Purpose(2), 5, 6), |d, _| Some(d.bits())).collect();
        let _ = rng.at(Purpose(2), 4, 6).uniform();
        let again: Vec<u32> =
            (0..9).map(|_| 0).scan(rng.at(Purpose(2), 5, 6), |d, _| Some(d.bits())).collect();
        assert_eq!(first, again);
        let golden = rng.at(Purpose(1), 2, 3).uniform();
        assert_eq!(golden.to_bits(), Rng::new(42).at(Purpose(1), 2, 3).uniform().to_bits());
    }
}
