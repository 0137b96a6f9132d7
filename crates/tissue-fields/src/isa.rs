//! Which vector instructions this CPU has. Kernels are compiled for each set and give the same bits on all of them:
//! no fused multiply-add, and every voxel sees the same operations in the same order.

use std::sync::OnceLock;

/// A set of instructions that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// What every x86-64 has (SSE2), and any other architecture.
    Base,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Isa {
    /// The best set of this CPU, found once.
    pub fn best() -> Self {
        static BEST: OnceLock<Isa> = OnceLock::new();
        *BEST.get_or_init(|| *Self::available().last().unwrap_or(&Self::Base))
    }

    /// All sets of this CPU, the plainest first.
    pub fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            return &[Self::Base, Self::Avx2];
        }
        &[Self::Base]
    }
}
