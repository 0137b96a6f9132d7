//! Two candidates for one state, side by side: how far apart, and what they extrapolate to.
#![allow(unsafe_code)]

use crate::isa::Isa;
use crate::team;
use rayon::prelude::*;

/// Values of one task.
const CHUNK: usize = 1 << 14;
const LANES: usize = 8;

/// How far apart a fine and a coarse candidate are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Largest |fine − coarse|.
    pub farthest: f64,
    /// Largest |fine|.
    pub largest: f64,
    /// Smallest 2 fine − coarse.
    pub lowest: f64,
}

impl Distance {
    const NONE: Self = Self { farthest: 0.0, largest: 0.0, lowest: f64::INFINITY };

    fn and(self, other: Self) -> Self {
        Self {
            farthest: larger(self.farthest, other.farthest),
            largest: larger(self.largest, other.largest),
            lowest: smaller(self.lowest, other.lowest),
        }
    }
}

/// Distance between two candidates; largest and smallest do not depend on the order of the voxels.
pub fn distance(isa: Isa, fine: &[f64], coarse: &[f64]) -> Distance {
    if team::is_worth(fine.len()) {
        let pairs = fine.par_chunks(CHUNK).zip(coarse.par_chunks(CHUNK));
        return pairs.map(|(fine, coarse)| of(isa, fine, coarse)).reduce(|| Distance::NONE, Distance::and);
    }
    of(isa, fine, coarse)
}

/// Puts 2 fine − coarse in the place of fine.
pub fn extrapolate(fine: &mut [f64], coarse: &[f64]) {
    let one = |fine: &mut [f64], coarse: &[f64]| {
        for (fine, coarse) in fine.iter_mut().zip(coarse) {
            *fine = 2.0 * *fine - coarse;
        }
    };
    if team::is_worth(fine.len()) {
        fine.par_chunks_mut(CHUNK).zip(coarse.par_chunks(CHUNK)).for_each(|(fine, coarse)| one(fine, coarse));
    } else {
        one(fine, coarse);
    }
}

fn of(isa: Isa, fine: &[f64], coarse: &[f64]) -> Distance {
    match isa {
        Isa::Base => of_any(fine, coarse),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { of_avx2(fine, coarse) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn of_avx2(fine: &[f64], coarse: &[f64]) -> Distance {
    of_any(fine, coarse)
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
fn of_any(fine: &[f64], coarse: &[f64]) -> Distance {
    let (mut farthest, mut largest, mut lowest) = ([0.0; LANES], [0.0; LANES], [f64::INFINITY; LANES]);
    let whole = fine.len() - fine.len() % LANES;
    for (fine, coarse) in fine[..whole].chunks_exact(LANES).zip(coarse.chunks_exact(LANES)) {
        for lane in 0..LANES {
            farthest[lane] = larger(farthest[lane], (fine[lane] - coarse[lane]).abs());
            largest[lane] = larger(largest[lane], fine[lane].abs());
            lowest[lane] = smaller(lowest[lane], 2.0 * fine[lane] - coarse[lane]);
        }
    }
    let mut all = Distance::NONE;
    for ((farthest, largest), lowest) in farthest.into_iter().zip(largest).zip(lowest) {
        all = all.and(Distance { farthest, largest, lowest });
    }
    for (fine, coarse) in fine[whole..].iter().zip(&coarse[whole..]) {
        let lowest = 2.0 * fine - coarse;
        all = all.and(Distance { farthest: (fine - coarse).abs(), largest: fine.abs(), lowest });
    }
    all
}

#[inline(always)]
#[allow(clippy::inline_always)] // one instruction; `f64::max` is three
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
#[allow(clippy::inline_always)] // one instruction; `f64::min` is three
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
