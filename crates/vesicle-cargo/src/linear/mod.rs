//! Linear models by Householder QR: one small model matrix, many features.

mod blocks;
mod fit;
mod matrix;
mod qr;

pub use blocks::{block_correlation, whiten_blocks};
pub use fit::{FeatureFit, FeatureMatrix, fit_features};
pub use matrix::Matrix;
pub(crate) use qr::Qr;
