//! The same chunk compiled for each instruction set; every one gives the same bits.
#![allow(unsafe_code)] // calling a function compiled for more than the base instruction set

use super::chunk::{Chunk, Course, Tally, run};

/// An instruction set that this machine has; made only by asking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    /// What every machine of this family has.
    Base,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl Instructions {
    /// The widest that this machine has.
    pub fn widest() -> Self {
        Self::all().last().copied().unwrap_or(Self(Set::Base))
    }

    /// All that this machine has, from narrow to wide.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self(Set::Base)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                all.push(Self(Set::Avx2));
            }
            let wide = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq");
            if wide && is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx512bw") {
                all.push(Self(Set::Avx512));
            }
        }
        all
    }

    pub(crate) fn run(self, course: &Course, chunk: &mut Chunk) -> Tally {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Avx512` is made by `all`, which has seen that the machine has these features.
            Set::Avx512 => unsafe { run_avx512(course, chunk) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Set::Avx2 => unsafe { run_avx2(course, chunk) },
            _ => run(course, chunk),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2")]
fn run_avx512(course: &Course, chunk: &mut Chunk) -> Tally {
    run(course, chunk)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(course: &Course, chunk: &mut Chunk) -> Tally {
    run(course, chunk)
}
