//! Linear models by Householder QR: one small model matrix, many features.

mod blocks;
mod fit;
mod matrix;
mod qr;

pub(crate) use blocks::golden_maximum;
pub use blocks::{block_correlation, whiten_blocks};
pub use fit::{FeatureFit, FeatureMatrix, fit_features};
pub use matrix::Matrix;
pub(crate) use qr::Qr;
