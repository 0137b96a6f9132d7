//! Logarithms and exponentials of many numbers at once, and the widest instructions for loops over slices.
//!
//! Everything here is additions, multiplications, divisions and bits, each rounded by itself: the same bits on every
//! machine and for every width.
#![allow(unsafe_code)] // calling a function compiled for more than the base instruction set
#![allow(clippy::inline_always)] // kernels must take on the instruction set of their caller

use vesicle_base::math::{exp, ln};

/// Work on slices that is compiled once for each width of vectors.
pub(crate) trait Kernel {
    /// What comes out.
    type Output;

    /// Does it. To be `#[inline(always)]`, as all that it calls: a function takes on the instructions of its caller
    /// only where it is inlined.
    fn run(self) -> Self::Output;
}

/// Runs a kernel with 256-bit vectors where the machine has them; its results do not depend on the width.
pub(crate) fn widest<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has just been asked for the one feature that `with_avx2` needs.
        return unsafe { with_avx2(kernel) };
    }
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

/// Natural logarithms in place.
struct Logarithms<'a>(&'a mut [f64]);

impl Kernel for Logarithms<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        ln_each(self.0);
    }
}

/// [`ln_each`] for callers that are no kernel.
pub(crate) fn ln_all(values: &mut [f64]) {
    widest(Logarithms(values));
}

/// Exponentials in place.
struct Exponentials<'a>(&'a mut [f64]);

impl Kernel for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        exp_each(self.0);
    }
}

/// [`exp_each`] for callers that are no kernel.
pub(crate) fn exp_all(values: &mut [f64]) {
    widest(Exponentials(values));
}

/// Overwrites each number by its natural logarithm, to within two units in the last place.
#[inline(always)]
pub(crate) fn ln_each(values: &mut [f64]) {
    let all_usual = values.iter().fold(true, |all, &v| all & usual(v));
    if all_usual {
        for v in values {
            *v = ln_usual(*v);
        }
    } else {
        for v in values {
            *v = if usual(*v) { ln_usual(*v) } else { ln(*v) };
        }
    }
}

/// ln 2 in two parts; the first has 32 bits, so that its multiples by an exponent are exact.
const LN_2: (f64, f64) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10);

/// Positive, finite and not subnormal.
#[inline(always)]
fn usual(v: f64) -> bool {
    (f64::MIN_POSITIVE..=f64::MAX).contains(&v)
}

/// ln of a usual number `2^k m` with m between sqrt(1/2) and sqrt(2): `k ln 2 + 2 atanh(s)`, `s = (m - 1) / (m + 1)`,
/// by the Taylor series of atanh, whose next term is below 1e-17 (DLMF 4.6.4).
#[inline(always)]
fn ln_usual(x: f64) -> f64 {
    /// Bits of 1 and, cut to its upper half, of sqrt(1/2).
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const LOW: u64 = 0x3fe6_a09e_0000_0000;
    const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
    /// Bits of 2^52: a whole number below that in their lower part turns them into 2^52 plus this number.
    const WHOLE: u64 = 0x4330_0000_0000_0000;
    /// 2^52 + 1023, what stands before the exponent.
    const BIAS: f64 = 4_503_599_627_371_519.0;
    let shifted = x.to_bits().wrapping_add(ONE - LOW);
    let exponent = f64::from_bits((shifted >> 52) | WHOLE) - BIAS;
    let m = f64::from_bits((shifted & MANTISSA) + LOW);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let z2 = z * z;
    let z4 = z2 * z2;
    let low = (1.0 / 3.0 + z * (1.0 / 5.0)) + z2 * (1.0 / 7.0 + z * (1.0 / 9.0));
    let middle = (1.0 / 11.0 + z * (1.0 / 13.0)) + z2 * (1.0 / 15.0 + z * (1.0 / 17.0));
    let series = low + z4 * (middle + z4 * (1.0 / 19.0 + z * (1.0 / 21.0)));
    exponent * LN_2.0 + (2.0 * s + (2.0 * s * (z * series) + exponent * LN_2.1))
}

/// Overwrites each number by e to its power, to within two units in the last place.
#[inline(always)]
pub(crate) fn exp_each(values: &mut [f64]) {
    /// Between these the result is a normal number.
    const USUAL: std::ops::RangeInclusive<f64> = -708.0..=709.0;
    let all_usual = values.iter().fold(true, |all, v| all & USUAL.contains(v));
    if all_usual {
        for v in values {
            *v = exp_usual(*v);
        }
    } else {
        for v in values {
            *v = if USUAL.contains(v) { exp_usual(*v) } else { exp(*v) };
        }
    }
}

/// e to the power `x = k ln 2 + r`: `2^k e^r`, `|r|` at most ln 2 / 2, by the Taylor series whose next term is below
/// 1e-17 (DLMF 4.2.19).
#[inline(always)]
fn exp_usual(x: f64) -> f64 {
    /// 1.5 2^52: what is added to it is rounded to a whole number, which its lower bits then hold.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let shifted = x * std::f64::consts::LOG2_E + WHOLE;
    let k = shifted - WHOLE;
    let r = (x - k * LN_2.0) - k * LN_2.1;
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + r2 * (1.0 / 40320.0 + r * (1.0 / 362_880.0));
    let high = (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0))
        + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let power = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    f64::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// Lanes of interleaved partial sums; a slice's sum has two such vectors, so that one need not wait for the other.
pub(crate) const LANES: usize = 4;

/// Joins the lanes of several sums in a fixed order.
///
/// Not inlined: so the lanes stand side by side in memory at the end, and compilers keep them in vectors until then.
#[inline(never)]
pub(crate) fn join_lanes<const SUMS: usize>(lanes: &[[f64; LANES]; SUMS]) -> [f64; SUMS] {
    lanes.map(|l| (l[0] + l[1]) + (l[2] + l[3]))
}

/// Sum of a slice in eight interleaved parts.
#[inline(always)]
pub(crate) fn sum(terms: &[f64]) -> f64 {
    let mut lanes = [[0.0; LANES]; 2];
    let blocks = terms.chunks_exact(2 * LANES);
    let rest = blocks.remainder();
    for block in blocks {
        for k in 0..LANES {
            lanes[0][k] += block[k];
            lanes[1][k] += block[LANES + k];
        }
    }
    for (lane, v) in lanes.as_flattened_mut().iter_mut().zip(rest) {
        *lane += v;
    }
    let [even, odd] = join_lanes(&lanes);
    even + odd
}

/// Scalar product of two slices of one length, in the parts of [`sum`].
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [[0.0; LANES]; 2];
    let (a, b) = (a.chunks_exact(2 * LANES), b.chunks_exact(2 * LANES));
    let rest = a.remainder().iter().zip(b.remainder());
    for (a, b) in a.zip(b) {
        for k in 0..LANES {
            lanes[0][k] += a[k] * b[k];
            lanes[1][k] += a[LANES + k] * b[LANES + k];
        }
    }
    for (lane, (u, v)) in lanes.as_flattened_mut().iter_mut().zip(rest) {
        *lane += u * v;
    }
    let [even, odd] = join_lanes(&lanes);
    even + odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_agree_with_the_scalar_ones_everywhere() {
        let mut x: Vec<f64> = (0..4000).map(|i| exp(0.17 * f64::from(i - 2000))).collect();
        x.extend((0..4000).map(|i| 1.0 + 1e-4 * f64::from(i - 2000)));
        x.extend([1.0, 2.0, 0.5, f64::MIN_POSITIVE, f64::MAX, 1.0 - f64::EPSILON, 1.0 + f64::EPSILON]);
        x.extend([0.0, f64::INFINITY, 5e-324]);
        let mut got = x.clone();
        ln_all(&mut got);
        for (x, got) in x.iter().zip(&got) {
            let want = ln(*x);
            assert!(got == &want || ((got - want) / want).abs() < 5e-16, "ln {x}: {got} {want}");
        }
        assert!(ln_of(f64::NAN).is_nan() && ln_of(-1.0).is_nan());
    }

    #[test]
    fn exponentials_agree_with_the_scalar_ones_everywhere() {
        let mut x: Vec<f64> = (0..9000).map(|i| 0.16 * f64::from(i - 4500)).collect();
        x.extend((0..4000).map(|i| 1e-4 * f64::from(i - 2000)));
        x.extend([0.0, -0.0, 1e-300, -1e-17, 709.0, -708.0]);
        let want: Vec<f64> = x.iter().map(|&x| exp(x)).collect();
        let mut got = x.clone();
        exp_each(&mut got);
        for ((x, want), got) in x.iter().zip(&want).zip(&got) {
            assert!(got == want || ((got - want) / want).abs() < 5e-16, "exp {x}: {got} {want}");
        }
        let mut edges = [f64::NEG_INFINITY, f64::INFINITY, f64::NAN, -745.0, 710.0, 1.0];
        exp_each(&mut edges);
        assert_eq!(edges[0], 0.0);
        assert!(edges[1].is_infinite() && edges[2].is_nan() && edges[4].is_infinite());
        assert!(edges[3] == exp(-745.0) && (edges[5] / exp(1.0) - 1.0).abs() < 5e-16);
    }

    fn ln_of(x: f64) -> f64 {
        let mut one = [x];
        ln_each(&mut one);
        one[0]
    }

    #[test]
    fn sums_and_products_take_every_term_once() {
        for n in 0..40_u32 {
            let v: Vec<f64> = (1..=n).map(f64::from).collect();
            let (n, ones) = (f64::from(n), vec![1.0; v.len()]);
            assert_eq!(sum(&v), 0.5 * n * (n + 1.0));
            assert_eq!(dot(&v, &ones), 0.5 * n * (n + 1.0));
            assert_eq!(dot(&v, &v), n * (n + 1.0) * (2.0 * n + 1.0) / 6.0);
        }
    }

    #[test]
    fn a_number_has_the_same_logarithm_in_any_company_and_width() {
        let x: Vec<f64> = (1..40).map(|i| f64::from(i) * 0.37).collect();
        let (mut wide, mut narrow, mut odd) = (x.clone(), x.clone(), x);
        odd.push(0.0);
        ln_all(&mut wide);
        ln_each(&mut narrow);
        ln_each(&mut odd);
        assert!(wide == narrow && narrow == odd[..39]);
    }
}
