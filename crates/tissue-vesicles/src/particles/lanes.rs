//! Sixteen particles at a time: random numbers and normal displacements as plain arrays.
//!
//! Equation: Philox4x32-10 on (particle id, step) under the swarm's key; two Box–Muller pairs from its four words, of
//! which three normals are used: √(−2 ln u · v) (cos 2πw, sin 2πw) for a variance v.
//! Discretisation: 32-bit uniforms, so no normal exceeds 6.7 standard deviations; logarithm, sine and cosine are
//! polynomials good to 1e-12. Only + − × ÷ √ and integer operations, and no fused ones, so every instruction set
//! gives the same bits.
//! Reference: Salmon (2011), doi 10.1145/2063384.2063405; Box and Muller (1958), doi 10.1214/aoms/1177706645.
//! Proved by `tests::kicks_are_normal`, `tests::the_words_are_philox`, and `tests/particles.rs`: `every_instruction_set_and_number_of_threads_gives_the_same_bits`.

use core::f64::consts::{LN_2, PI};

/// Particles that are moved together.
pub const LANES: usize = 16;

/// One number for each of them.
pub type Lanes = [f64; LANES];

const MULTIPLIER: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const LOW: u64 = 0xFFFF_FFFF;
/// 2⁵² as bits: the exponent that turns a small integer into a float by an OR and a subtraction.
const WHOLE: u64 = 0x4330_0000_0000_0000;
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Displacements on the three axes; `variance` is that of each axis.
#[inline(always)]
pub fn kicks(id: &[u64; LANES], step: u64, key: [u32; 2], variance: &Lanes, kick: &mut [Lanes; 3]) {
    for l in 0..LANES {
        let [a, b, c, d] = words(id[l], step, key);
        let (cos, sin) = turn(b);
        let (cos_z, _) = turn(d);
        let radius = (-2.0 * ln_uniform(a) * variance[l]).sqrt();
        let radius_z = (-2.0 * ln_uniform(c) * variance[l]).sqrt();
        kick[0][l] = radius * cos;
        kick[1][l] = radius * sin;
        kick[2][l] = radius_z * cos_z;
    }
}

/// One uniform number in [0, 1) for each particle in a step, apart from those that move it: the `drawn`th, from 1 on.
#[inline(always)]
pub fn uniforms(id: &[u64; LANES], step: u64, drawn: u32, key: [u32; 2], uniform: &mut Lanes) {
    const PART: f64 = 1.0 / (1_u64 << 53) as f64;
    for l in 0..LANES {
        let [a, b, _, _] = words(id[l], step | u64::from(drawn) << 52, key);
        let high = f64::from_bits(WHOLE | (a >> 5)) - TWO_52;
        let low = f64::from_bits(WHOLE | (b >> 6)) - TWO_52;
        uniform[l] = (high * (1_u64 << 26) as f64 + low) * PART;
    }
}

/// The four words of Philox for counter (id, step), each below 2³² in a wide integer.
#[inline(always)]
fn words(id: u64, step: u64, key: [u32; 2]) -> [u64; 4] {
    let mut c = [id & LOW, id >> 32, step & LOW, step >> 32];
    let mut k = key;
    for _ in 0..10 {
        let p0 = MULTIPLIER[0] * (c[0] & LOW);
        let p1 = MULTIPLIER[1] * (c[2] & LOW);
        c = [(p1 >> 32) ^ c[1] ^ u64::from(k[0]), p1 & LOW, (p0 >> 32) ^ c[3] ^ u64::from(k[1]), p0 & LOW];
        k = [k[0].wrapping_add(WEYL[0]), k[1].wrapping_add(WEYL[1])];
    }
    c
}

/// Logarithm of the uniform number (word + ½) / 2³².
#[inline(always)]
fn ln_uniform(word: u64) -> f64 {
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    let x = f64::from_bits(WHOLE | word) - (TWO_52 - 0.5);
    let bits = x.to_bits() + (1 << 52) - ROOT_HALF;
    let exponent = f64::from_bits(WHOLE | (bits >> 52)) - TWO_52;
    let m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) + ROOT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let tail = 1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z * (1.0 / 15.0)));
    let series = 1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * tail)));
    (exponent - 33.0) * LN_2 + 2.0 * s * series
}

/// Cosine and sine of the uniform angle of a word: its top two bits choose the quadrant.
#[inline(always)]
fn turn(word: u64) -> (f64, f64) {
    const QUARTER: f64 = (1_u64 << 30) as f64;
    let part = f64::from_bits(WHOLE | (word & 0x3FFF_FFFF)) - (TWO_52 - 0.5);
    let x = (part * (1.0 / QUARTER) - 0.5) * (0.5 * PI);
    let z = x * x;
    let sin_tail = 1.0 / 362_880.0 + z * (-1.0 / 39_916_800.0 + z * (1.0 / 6_227_020_800.0));
    let sin = x * (1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z * sin_tail))));
    let cos_tail = 1.0 / 40_320.0 + z * (-1.0 / 3_628_800.0 + z * (1.0 / 479_001_600.0));
    let cos = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z * cos_tail)));
    let swap = word & 0x4000_0000 != 0;
    let (a, b) = if swap { (sin, cos) } else { (cos, sin) };
    let flip_a = ((word ^ (word << 1)) & 0x8000_0000) << 32;
    let flip_b = (word & 0x8000_0000) << 32;
    (f64::from_bits(a.to_bits() ^ flip_a), f64::from_bits(b.to_bits() ^ flip_b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{math, random::philox};

    #[test]
    fn the_words_are_philox() {
        for (id, step) in [(0, 0), (7, 1), (u64::MAX, 5_000_000_000), (0x1234_5678_9ABC_DEF0, 3)] {
            let counter = [id as u32, (id >> 32) as u32, step as u32, (step >> 32) as u32];
            let want = philox(counter, [11, 22]).map(u64::from);
            assert_eq!(words(id, step, [11, 22]), want);
        }
    }

    #[test]
    fn uniforms_fill_the_unit_interval_evenly() {
        let (n, mut uniform, mut counts) = (20_000, [0.0; LANES], [0_u32; 32]);
        for block in 0..n {
            let id = core::array::from_fn(|l| block * LANES as u64 + l as u64);
            uniforms(&id, 9, 1 + (block % 3) as u32, [1, 2], &mut uniform);
            assert!(uniform.iter().all(|u| (0.0..1.0).contains(u)));
            uniform.iter().for_each(|u| counts[(u * 32.0) as usize] += 1);
        }
        let each = (n * LANES as u64) as f64 / 32.0;
        let chi2: f64 = counts.iter().map(|c| (f64::from(*c) - each).powi(2) / each).sum();
        assert!(chi2 < 75.0, "31 degrees of freedom: {chi2}");
    }

    #[test]
    fn logarithm_and_turn_meet_the_library() {
        for word in (0..=LOW).step_by(12_345_677).chain([0, 1, LOW, LOW / 2, 3 << 30, (3 << 30) - 1]) {
            let u = (word as f64 + 0.5) / 4_294_967_296.0;
            assert!((ln_uniform(word) - math::ln(u)).abs() < 1e-12 * (1.0 + math::ln(u).abs()), "{word}");
            let (cos, sin) = turn(word);
            let angle = (0.5 * PI) * ((word & 0x3FFF_FFFF) as f64 + 0.5) / f64::from(1 << 30);
            let angle = angle - 0.25 * PI + (0.5 * PI) * ((word >> 30) as f64);
            assert!(
                (cos - math::cos(angle)).abs() < 1e-12 && (sin - math::sin(angle)).abs() < 1e-12,
                "{word}"
            );
        }
    }

    #[test]
    fn kicks_are_normal() {
        let (mut kick, variance) = ([[0.0; LANES]; 3], [4.0; LANES]);
        let mut sums = [[0.0; 4]; 3];
        let mut cross = 0.0;
        let n = 20_000;
        for block in 0..n {
            let id = core::array::from_fn(|l| block * LANES as u64 + l as u64);
            kicks(&id, 9, [1, 2], &variance, &mut kick);
            for l in 0..LANES {
                for (sums, kick) in sums.iter_mut().zip(&kick) {
                    let x = kick[l] / 2.0;
                    [x, x * x, x * x * x, x * x * x * x].iter().zip(sums).for_each(|(x, sum)| *sum += x);
                }
                cross += kick[0][l] * kick[1][l] / 4.0;
            }
        }
        let n = (n * LANES as u64) as f64;
        for sums in sums {
            for ((sum, mean), variance) in
                sums.iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0, 2.0, 15.0, 96.0_f64])
            {
                assert!((sum / n - mean).abs() < 5.0 * (variance / n).sqrt(), "{sums:?}");
            }
        }
        assert!((cross / n).abs() < 5.0 / n.sqrt());
    }
}
