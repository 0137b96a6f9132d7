//! Eight f64 lanes, once per instruction set, with the same bits on each: plain arrays (any CPU), AVX2, AVX-512.
//!
//! Only operations that IEEE 754 rounds in one way are used, and no fused multiply-add, so the three agree bit by
//! bit, NaN payloads aside. Divisions and roots start from f32, whose division and root are exact everywhere, and take one
//! Newton step: relative error below 4e-14 at a third of the cost.
//! Proved by `instruction_sets_agree`.
//!
//! Every function here is `inline(always)` and is called only from the `target_feature` functions that
//! [`dispatch!`] makes; an intrinsic in a closure would not be inlined and cost sevenfold.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller
#![allow(unsafe_code)] // SAFETY: intrinsics run only behind `Isa::of_tissue`; loads and stores go through checked slices.

use core::ops::{Add, Mul, Sub};
use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

/// Lanes in a batch; part of the layout of lists, never of results.
pub(super) const LANES: usize = 8;
/// Candidates tested at a time by the f32 filter.
pub(super) const WIDE: usize = 16;

/// One cell as the pair kernels read it, a cache line: x, y, z, radius, reach (µm), √repulsion, √adhesion, tag.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(super) struct Record(pub [f64; LANES]);

/// The instruction set in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isa {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Cells from which on the widest set pays: many CPUs slow down for 512 bits, and where cells are few, all the other
/// work of a tick loses more by that than motion gains. Measured: a tick of 42 cells is 12 % shorter with 256 bits.
const MANY_CELLS: usize = 4096;

impl Isa {
    /// The set that suits a tissue of so many cells on this CPU.
    pub(super) fn of_tissue(n_cells: usize) -> Self {
        static FOUND: OnceLock<[Isa; 2]> = OnceLock::new();
        let [narrow, wide] = *FOUND.get_or_init(|| [Self::narrow(), Self::widest()]);
        if n_cells < MANY_CELLS { narrow } else { wide }
    }

    #[cfg(target_arch = "x86_64")]
    fn widest() -> Self {
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq");
        if avx512 { Self::Avx512 } else { Self::narrow() }
    }

    #[cfg(target_arch = "x86_64")]
    fn narrow() -> Self {
        if is_x86_feature_detected!("avx2") { Self::Avx2 } else { Self::Plain }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn widest() -> Self {
        Self::Plain
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn narrow() -> Self {
        Self::Plain
    }

    /// All sets that this CPU has.
    #[cfg(test)]
    pub(super) fn available() -> Vec<Self> {
        let mut sets = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                sets.push(Self::Avx2);
            }
            if Self::widest() == Self::Avx512 {
                sets.push(Self::Avx512);
            }
        }
        sets
    }
}

/// Calls `$kernel::<Lanes, $generics…>($args…)` compiled for the instruction set `$isa`.
macro_rules! dispatch {
    ($isa:expr, $kernel:ident [$($generic:expr),*] ($($arg:ident : $ty:ty),* $(,)?) -> $out:ty) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn avx2($($arg: $ty),*) -> $out { $kernel::<$crate::motion::simd::Avx2 $(, $generic)*>($($arg),*) }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq")]
        fn avx512($($arg: $ty),*) -> $out { $kernel::<$crate::motion::simd::Avx512 $(, $generic)*>($($arg),*) }
        fn plain($($arg: $ty),*) -> $out { $kernel::<$crate::motion::simd::Plain $(, $generic)*>($($arg),*) }
        // SAFETY: an `Isa` other than `Plain` exists only where detection found its features.
        #[allow(unsafe_code)]
        match $isa {
            $crate::motion::simd::Isa::Plain => plain($($arg),*),
            #[cfg(target_arch = "x86_64")]
            $crate::motion::simd::Isa::Avx2 => unsafe { avx2($($arg),*) },
            #[cfg(target_arch = "x86_64")]
            $crate::motion::simd::Isa::Avx512 => unsafe { avx512($($arg),*) },
        }
    }};
}
pub(super) use dispatch;

/// Eight f64 lanes.
pub(super) trait Lanes: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// The same value in every lane.
    fn splat(value: f64) -> Self;
    fn from_array(values: [f64; LANES]) -> Self;
    fn to_array(self) -> [f64; LANES];
    /// `self` where it is greater, else `other`; so NaN gives `other`.
    fn max(self, other: Self) -> Self;
    /// Bit per lane: `self < other`.
    fn below(self, other: Self) -> u8;
    /// `self` where `a < b`, else 0.
    fn where_below(self, a: Self, b: Self) -> Self;
    /// 1/self of a positive normal f32, to 4e-14.
    fn inverse(self) -> Self;
    /// 1/√self of a positive normal f32, to 4e-14.
    fn inverse_root(self) -> Self;
    /// Each field of a record in all lanes.
    #[inline(always)]
    fn spread(record: &Record) -> [Self; 8] {
        let r = &record.0;
        // Not `map`: its closure would not be compiled for the instruction set.
        [
            Self::splat(r[0]),
            Self::splat(r[1]),
            Self::splat(r[2]),
            Self::splat(r[3]),
            Self::splat(r[4]),
            Self::splat(r[5]),
            Self::splat(r[6]),
            Self::splat(r[7]),
        ]
    }
    /// The records `near` of `all`, turned into eight columns.
    fn columns(all: &[Record], near: &[u32; LANES]) -> [Self; 8];
    /// Bit per candidate `from..from + 16`: nearer to `probe` = x, y, z, s than s + its own s.
    fn within(cloud: &Cloud<'_>, from: usize, probe: [f32; 4]) -> u32;
    /// Writes `base + k` for each bit k of `hits`; up to 16 entries of `out` are overwritten.
    fn pack(base: u32, hits: u32, out: &mut [u32; WIDE]);
    /// The sum of the lanes; exact for grained terms.
    #[inline(always)]
    fn sum(self) -> f64 {
        let v = self.to_array();
        ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
    }
}

/// Centres and reaches in f32, in bin order, with [`WIDE`] spare entries at the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cloud<'a> {
    pub x: &'a [f32],
    pub y: &'a [f32],
    pub z: &'a [f32],
    pub s: &'a [f32],
}

impl Cloud<'_> {
    #[inline(always)]
    fn at(&self, from: usize) -> [&[f32; WIDE]; 4] {
        [self.x, self.y, self.z, self.s]
            .map(|column| column[from..].first_chunk().expect("a cloud has spare entries"))
    }
}

/// Lanes as an array, for any CPU.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain([f64; LANES]);

macro_rules! plain_operator {
    ($trait:ident, $call:ident, $op:tt) => {
        impl $trait for Plain {
            type Output = Self;
            #[inline(always)]
            fn $call(self, other: Self) -> Self {
                let mut out = self.0;
                for k in 0..LANES {
                    out[k] = self.0[k] $op other.0[k];
                }
                Self(out)
            }
        }
    };
}
plain_operator!(Add, add, +);
plain_operator!(Sub, sub, -);
plain_operator!(Mul, mul, *);

impl Lanes for Plain {
    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn from_array(values: [f64; LANES]) -> Self {
        Self(values)
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        self.0
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        let mut out = other.0;
        for (out, own) in out.iter_mut().zip(self.0) {
            *out = if own > *out { own } else { *out };
        }
        Self(out)
    }

    #[inline(always)]
    fn below(self, other: Self) -> u8 {
        (0..LANES).fold(0, |bits, k| bits | (u8::from(self.0[k] < other.0[k]) << k))
    }

    #[inline(always)]
    fn where_below(self, a: Self, b: Self) -> Self {
        let mut out = self.0;
        for ((out, a), b) in out.iter_mut().zip(a.0).zip(b.0) {
            *out = if a < b { *out } else { 0.0 };
        }
        Self(out)
    }

    #[inline(always)]
    fn inverse(self) -> Self {
        let start = Self(self.0.map(|x| f64::from(1.0 / (x as f32))));
        start * (Self::splat(2.0) - self * start)
    }

    #[inline(always)]
    fn inverse_root(self) -> Self {
        let start = Self(self.0.map(|x| f64::from(1.0 / (x as f32).sqrt())));
        start * (Self::splat(1.5) - (Self::splat(0.5) * self) * (start * start))
    }

    #[inline(always)]
    fn columns(all: &[Record], near: &[u32; LANES]) -> [Self; 8] {
        let mut out = [[0.0; LANES]; 8];
        for (lane, one) in near.iter().enumerate() {
            let record = &all[*one as usize].0;
            for (column, value) in out.iter_mut().zip(record) {
                column[lane] = *value;
            }
        }
        out.map(Self)
    }

    #[inline(always)]
    fn within(cloud: &Cloud<'_>, from: usize, probe: [f32; 4]) -> u32 {
        let [x, y, z, s] = cloud.at(from);
        let mut hit = [0_u32; WIDE];
        for k in 0..WIDE {
            let (dx, dy, dz, reach) = (x[k] - probe[0], y[k] - probe[1], z[k] - probe[2], s[k] + probe[3]);
            hit[k] = u32::from((dx * dx + dy * dy) + dz * dz < reach * reach) << k;
        }
        hit.iter().fold(0, |bits, bit| bits | bit)
    }

    #[inline(always)]
    fn pack(base: u32, mut hits: u32, out: &mut [u32; WIDE]) {
        let mut at = 0;
        while hits != 0 {
            out[at] = base + hits.trailing_zeros();
            hits &= hits - 1;
            at += 1;
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[path = "simd_x86.rs"]
mod x86;

#[cfg(test)]
mod tests {
    use super::*;

    type Bits = Vec<u64>;

    #[inline(always)]
    fn exercise<L: Lanes>(records: &[Record], near: &[u32; LANES]) -> Bits {
        let [x, y, z, r, s, cr, ca, tag] = L::columns(records, near);
        let d2 = (x * x + y * y + z * z).max(L::splat(1e-10));
        let mut out: Bits = Vec::new();
        for v in [
            d2,
            d2.inverse(),
            d2.inverse_root(),
            r - s,
            cr.where_below(x, y),
            ca.max(tag),
            L::spread(&records[0])[2],
        ] {
            out.extend(v.to_array().map(f64::to_bits));
            out.push(v.sum().to_bits());
        }
        out.push(u64::from(x.below(y)));
        let column = |k: usize| records.iter().map(|rec| rec.0[k] as f32).collect::<Vec<f32>>();
        let (x, y, z, s) = (column(0), column(1), column(2), column(4));
        let cloud = Cloud { x: &x, y: &y, z: &z, s: &s };
        let hits = L::within(&cloud, 3, [0.1, 0.2, 0.3, 0.4]);
        let mut packed = [0; WIDE];
        L::pack(100, hits, &mut packed);
        out.push(u64::from(hits));
        out.extend(packed.iter().take(hits.count_ones() as usize).map(|p| u64::from(*p)));
        out
    }

    #[test]
    fn instruction_sets_agree() {
        let rng = vesicle_base::Rng::new(5);
        for round in 0..200 {
            let mut draws = rng.at(vesicle_base::Purpose(0), round, 0);
            let mut records = vec![Record::default(); 40];
            for record in &mut records {
                record.0 = core::array::from_fn(|_| draws.normal());
            }
            let near: [u32; LANES] = core::array::from_fn(|_| draws.bits() % 40);
            let (all, list) = (&records[..], &near);
            let bits: Vec<Bits> = Isa::available()
                .into_iter()
                .map(|isa| dispatch!(isa, exercise [] (all: &[Record], list: &[u32; LANES]) -> Bits))
                .collect();
            assert!(bits.windows(2).all(|pair| pair[0] == pair[1]), "round {round}");
        }
    }

    #[test]
    fn inverses_are_near_exact() {
        for k in 0..2000 {
            let x = 1e-6 * 1.01_f64.powi(k % 1500) * (1.0 + f64::from(k) * 1e-5);
            let (inverse, root) = (Plain::splat(x).inverse().0[0], Plain::splat(x).inverse_root().0[0]);
            assert!((inverse * x - 1.0).abs() < 4e-14 && (root * x.sqrt() - 1.0).abs() < 4e-14, "{x}");
        }
    }
}
