//! The lanes of AVX2 (two registers of four) and AVX-512 (one of eight).
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::{Cloud, LANES, Lanes, Record, WIDE};
use core::arch::x86_64::{
    __m256d, __m256i, __m512d, _CMP_LT_OQ, _mm_loadl_epi64, _mm256_add_epi32, _mm256_add_pd, _mm256_add_ps,
    _mm256_and_pd, _mm256_castps256_ps128, _mm256_cmp_pd, _mm256_cmp_ps, _mm256_cvtepu8_epi32,
    _mm256_cvtpd_ps, _mm256_cvtps_pd, _mm256_div_ps, _mm256_extractf128_ps, _mm256_load_pd, _mm256_loadu_pd,
    _mm256_loadu_ps, _mm256_max_pd, _mm256_movemask_pd, _mm256_movemask_ps, _mm256_mul_pd, _mm256_mul_ps,
    _mm256_permute2f128_pd, _mm256_set_m128, _mm256_set1_epi32, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_sqrt_ps, _mm256_storeu_pd, _mm256_storeu_si256, _mm256_sub_pd, _mm256_sub_ps, _mm256_unpackhi_pd,
    _mm256_unpacklo_pd, _mm512_add_epi32, _mm512_add_pd, _mm512_add_ps, _mm512_cmp_pd_mask,
    _mm512_cmp_ps_mask, _mm512_cvtpd_ps, _mm512_cvtps_pd, _mm512_load_pd, _mm512_loadu_pd, _mm512_loadu_ps,
    _mm512_maskz_compress_epi32, _mm512_maskz_mov_pd, _mm512_max_pd, _mm512_mul_pd, _mm512_mul_ps,
    _mm512_set_epi32, _mm512_set1_epi32, _mm512_set1_pd, _mm512_set1_ps, _mm512_setzero_pd,
    _mm512_shuffle_f64x2, _mm512_storeu_pd, _mm512_storeu_si512, _mm512_sub_pd, _mm512_sub_ps,
    _mm512_unpackhi_pd, _mm512_unpacklo_pd,
};
use core::ops::{Add, Mul, Sub};

/// Two AVX2 registers.
#[derive(Clone, Copy)]
pub(in crate::motion) struct Avx2(__m256d, __m256d);

/// One AVX-512 register.
#[derive(Clone, Copy)]
pub(in crate::motion) struct Avx512(__m512d);

macro_rules! operator {
    ($trait:ident, $call:ident, $avx2:ident, $avx512:ident) => {
        impl $trait for Avx2 {
            type Output = Self;
            #[inline(always)]
            fn $call(self, other: Self) -> Self {
                // SAFETY: as for the module.
                unsafe { Self($avx2(self.0, other.0), $avx2(self.1, other.1)) }
            }
        }
        impl $trait for Avx512 {
            type Output = Self;
            #[inline(always)]
            fn $call(self, other: Self) -> Self {
                // SAFETY: as for the module.
                unsafe { Self($avx512(self.0, other.0)) }
            }
        }
    };
}
operator!(Add, add, _mm256_add_pd, _mm512_add_pd);
operator!(Sub, sub, _mm256_sub_pd, _mm512_sub_pd);
operator!(Mul, mul, _mm256_mul_pd, _mm512_mul_pd);

/// Four records' halves, turned: `at` is 0 or 4.
#[inline(always)]
fn quarter(all: &[Record], near: [u32; 4], at: usize) -> [__m256d; 4] {
    // SAFETY: each load reads four of the eight values of a record that the slice index checked.
    unsafe {
        let load = [
            _mm256_load_pd(all[near[0] as usize].0.as_ptr().add(at)),
            _mm256_load_pd(all[near[1] as usize].0.as_ptr().add(at)),
            _mm256_load_pd(all[near[2] as usize].0.as_ptr().add(at)),
            _mm256_load_pd(all[near[3] as usize].0.as_ptr().add(at)),
        ];
        let low = [_mm256_unpacklo_pd(load[0], load[1]), _mm256_unpacklo_pd(load[2], load[3])];
        let high = [_mm256_unpackhi_pd(load[0], load[1]), _mm256_unpackhi_pd(load[2], load[3])];
        [
            _mm256_permute2f128_pd::<0x20>(low[0], low[1]),
            _mm256_permute2f128_pd::<0x20>(high[0], high[1]),
            _mm256_permute2f128_pd::<0x31>(low[0], low[1]),
            _mm256_permute2f128_pd::<0x31>(high[0], high[1]),
        ]
    }
}

/// Per mask of eight bits, the places of its ones.
static PLACES: [[u8; 8]; 256] = places();

const fn places() -> [[u8; 8]; 256] {
    let mut table = [[0; 8]; 256];
    let mut mask = 0;
    while mask < 256 {
        let (mut bit, mut at) = (0, 0);
        while bit < 8 {
            if mask & (1 << bit) != 0 {
                table[mask][at] = bit as u8;
                at += 1;
            }
            bit += 1;
        }
        mask += 1;
    }
    table
}

/// Eight places as numbers from `base` on.
#[inline(always)]
fn named(places: &[u8; 8], base: u32) -> __m256i {
    // SAFETY: the load is the eight bytes.
    unsafe {
        let wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(places.as_ptr().cast()));
        _mm256_add_epi32(wide, _mm256_set1_epi32(base as i32))
    }
}

impl Lanes for Avx2 {
    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: as for the module.
        unsafe { Self(_mm256_set1_pd(value), _mm256_set1_pd(value)) }
    }

    #[inline(always)]
    fn from_array(values: [f64; LANES]) -> Self {
        // SAFETY: both loads lie in the array.
        unsafe { Self(_mm256_loadu_pd(values.as_ptr()), _mm256_loadu_pd(values.as_ptr().add(4))) }
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        // SAFETY: both stores lie in the array.
        unsafe {
            _mm256_storeu_pd(out.as_mut_ptr(), self.0);
            _mm256_storeu_pd(out.as_mut_ptr().add(4), self.1);
        }
        out
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as for the module.
        unsafe { Self(_mm256_max_pd(self.0, other.0), _mm256_max_pd(self.1, other.1)) }
    }

    #[inline(always)]
    fn below(self, other: Self) -> u8 {
        // SAFETY: as for the module.
        unsafe {
            let low = _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0));
            let high = _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(self.1, other.1));
            (low | (high << 4)) as u8
        }
    }

    #[inline(always)]
    fn where_below(self, a: Self, b: Self) -> Self {
        // SAFETY: as for the module.
        unsafe {
            Self(
                _mm256_and_pd(self.0, _mm256_cmp_pd::<_CMP_LT_OQ>(a.0, b.0)),
                _mm256_and_pd(self.1, _mm256_cmp_pd::<_CMP_LT_OQ>(a.1, b.1)),
            )
        }
    }

    #[inline(always)]
    fn inverse(self) -> Self {
        // SAFETY: as for the module.
        let start = unsafe {
            let small = _mm256_set_m128(_mm256_cvtpd_ps(self.1), _mm256_cvtpd_ps(self.0));
            let inverse = _mm256_div_ps(_mm256_set1_ps(1.0), small);
            Self(
                _mm256_cvtps_pd(_mm256_castps256_ps128(inverse)),
                _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(inverse)),
            )
        };
        start * (Self::splat(2.0) - self * start)
    }

    #[inline(always)]
    fn inverse_root(self) -> Self {
        // SAFETY: as for the module.
        let start = unsafe {
            let small = _mm256_set_m128(_mm256_cvtpd_ps(self.1), _mm256_cvtpd_ps(self.0));
            let inverse = _mm256_div_ps(_mm256_set1_ps(1.0), _mm256_sqrt_ps(small));
            Self(
                _mm256_cvtps_pd(_mm256_castps256_ps128(inverse)),
                _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(inverse)),
            )
        };
        start * (Self::splat(1.5) - (Self::splat(0.5) * self) * (start * start))
    }

    #[inline(always)]
    fn columns(all: &[Record], near: &[u32; LANES]) -> [Self; 8] {
        let (low, high) = ([near[0], near[1], near[2], near[3]], [near[4], near[5], near[6], near[7]]);
        let (a, b) = (quarter(all, low, 0), quarter(all, high, 0));
        let (c, d) = (quarter(all, low, 4), quarter(all, high, 4));
        [
            Self(a[0], b[0]),
            Self(a[1], b[1]),
            Self(a[2], b[2]),
            Self(a[3], b[3]),
            Self(c[0], d[0]),
            Self(c[1], d[1]),
            Self(c[2], d[2]),
            Self(c[3], d[3]),
        ]
    }

    #[inline(always)]
    fn within(cloud: &Cloud<'_>, from: usize, probe: [f32; 4]) -> u32 {
        let [x, y, z, s] = cloud.at(from);
        let mut bits = 0;
        for half in 0..2 {
            // SAFETY: eight of the sixteen checked entries are read.
            unsafe {
                let dx = _mm256_sub_ps(_mm256_loadu_ps(x.as_ptr().add(8 * half)), _mm256_set1_ps(probe[0]));
                let dy = _mm256_sub_ps(_mm256_loadu_ps(y.as_ptr().add(8 * half)), _mm256_set1_ps(probe[1]));
                let dz = _mm256_sub_ps(_mm256_loadu_ps(z.as_ptr().add(8 * half)), _mm256_set1_ps(probe[2]));
                let reach =
                    _mm256_add_ps(_mm256_loadu_ps(s.as_ptr().add(8 * half)), _mm256_set1_ps(probe[3]));
                let flat = _mm256_add_ps(_mm256_mul_ps(dx, dx), _mm256_mul_ps(dy, dy));
                let d2 = _mm256_add_ps(flat, _mm256_mul_ps(dz, dz));
                let hit = _mm256_cmp_ps::<_CMP_LT_OQ>(d2, _mm256_mul_ps(reach, reach));
                bits |= (_mm256_movemask_ps(hit) as u32) << (8 * half);
            }
        }
        bits
    }

    #[inline(always)]
    fn pack(base: u32, hits: u32, out: &mut [u32; WIDE]) {
        let (low, high) = ((hits & 0xFF) as usize, (hits >> 8) as usize);
        let n_low = low.count_ones() as usize;
        // SAFETY: at most eight entries before the second store of eight: both lie in the sixteen.
        unsafe {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), named(&PLACES[low], base));
            _mm256_storeu_si256(out.as_mut_ptr().add(n_low).cast(), named(&PLACES[high], base + 8));
        }
    }
}

/// Eight records turned into eight columns.
#[inline(always)]
fn turn(all: &[Record], near: &[u32; LANES]) -> [__m512d; 8] {
    // SAFETY: each load reads one whole record that the slice index checked.
    unsafe {
        let mut r = [_mm512_setzero_pd(); 8];
        for k in 0..LANES {
            r[k] = _mm512_load_pd(all[near[k] as usize].0.as_ptr());
        }
        let mut t = r;
        for k in 0..4 {
            t[2 * k] = _mm512_unpacklo_pd(r[2 * k], r[2 * k + 1]);
            t[2 * k + 1] = _mm512_unpackhi_pd(r[2 * k], r[2 * k + 1]);
        }
        let mut u = t;
        for k in 0..2 {
            for odd in 0..2 {
                u[4 * k + odd] = _mm512_shuffle_f64x2::<0x88>(t[4 * k + odd], t[4 * k + odd + 2]);
                u[4 * k + odd + 2] = _mm512_shuffle_f64x2::<0xDD>(t[4 * k + odd], t[4 * k + odd + 2]);
            }
        }
        [
            _mm512_shuffle_f64x2::<0x88>(u[0], u[4]),
            _mm512_shuffle_f64x2::<0x88>(u[1], u[5]),
            _mm512_shuffle_f64x2::<0x88>(u[2], u[6]),
            _mm512_shuffle_f64x2::<0x88>(u[3], u[7]),
            _mm512_shuffle_f64x2::<0xDD>(u[0], u[4]),
            _mm512_shuffle_f64x2::<0xDD>(u[1], u[5]),
            _mm512_shuffle_f64x2::<0xDD>(u[2], u[6]),
            _mm512_shuffle_f64x2::<0xDD>(u[3], u[7]),
        ]
    }
}

impl Lanes for Avx512 {
    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: as for the module.
        unsafe { Self(_mm512_set1_pd(value)) }
    }

    #[inline(always)]
    fn from_array(values: [f64; LANES]) -> Self {
        // SAFETY: the load is the array.
        unsafe { Self(_mm512_loadu_pd(values.as_ptr())) }
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        // SAFETY: the store is the array.
        unsafe { _mm512_storeu_pd(out.as_mut_ptr(), self.0) };
        out
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as for the module.
        unsafe { Self(_mm512_max_pd(self.0, other.0)) }
    }

    #[inline(always)]
    fn below(self, other: Self) -> u8 {
        // SAFETY: as for the module.
        unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn where_below(self, a: Self, b: Self) -> Self {
        // SAFETY: as for the module.
        unsafe { Self(_mm512_maskz_mov_pd(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a.0, b.0), self.0)) }
    }

    #[inline(always)]
    fn inverse(self) -> Self {
        // SAFETY: as for the module.
        let start = unsafe {
            let small = _mm512_cvtpd_ps(self.0);
            Self(_mm512_cvtps_pd(_mm256_div_ps(_mm256_set1_ps(1.0), small)))
        };
        start * (Self::splat(2.0) - self * start)
    }

    #[inline(always)]
    fn inverse_root(self) -> Self {
        // SAFETY: as for the module.
        let start = unsafe {
            let small = _mm512_cvtpd_ps(self.0);
            Self(_mm512_cvtps_pd(_mm256_div_ps(_mm256_set1_ps(1.0), _mm256_sqrt_ps(small))))
        };
        start * (Self::splat(1.5) - (Self::splat(0.5) * self) * (start * start))
    }

    #[inline(always)]
    fn columns(all: &[Record], near: &[u32; LANES]) -> [Self; 8] {
        let t = turn(all, near);
        [Self(t[0]), Self(t[1]), Self(t[2]), Self(t[3]), Self(t[4]), Self(t[5]), Self(t[6]), Self(t[7])]
    }

    #[inline(always)]
    fn within(cloud: &Cloud<'_>, from: usize, probe: [f32; 4]) -> u32 {
        let [x, y, z, s] = cloud.at(from);
        // SAFETY: the sixteen checked entries are read.
        unsafe {
            let dx = _mm512_sub_ps(_mm512_loadu_ps(x.as_ptr()), _mm512_set1_ps(probe[0]));
            let dy = _mm512_sub_ps(_mm512_loadu_ps(y.as_ptr()), _mm512_set1_ps(probe[1]));
            let dz = _mm512_sub_ps(_mm512_loadu_ps(z.as_ptr()), _mm512_set1_ps(probe[2]));
            let reach = _mm512_add_ps(_mm512_loadu_ps(s.as_ptr()), _mm512_set1_ps(probe[3]));
            let flat = _mm512_add_ps(_mm512_mul_ps(dx, dx), _mm512_mul_ps(dy, dy));
            let d2 = _mm512_add_ps(flat, _mm512_mul_ps(dz, dz));
            u32::from(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(d2, _mm512_mul_ps(reach, reach)))
        }
    }

    #[inline(always)]
    fn pack(base: u32, hits: u32, out: &mut [u32; WIDE]) {
        // SAFETY: the store is the sixteen entries.
        unsafe {
            let steps = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            let all = _mm512_add_epi32(_mm512_set1_epi32(base as i32), steps);
            _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(hits as u16, all));
        }
    }
}
