//! Read counts, whole or fractional: library normalisation, voom, and the negative binomial quasi-likelihood.

mod library;
mod sample_quality;
mod tmm;
mod voom;

pub use library::{Libraries, Normalisation, normalise};
pub use sample_quality::sample_weights;
pub use voom::{Voom, voom, voom_with_sample_quality};
