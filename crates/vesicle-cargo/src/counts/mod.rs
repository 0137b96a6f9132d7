//! Read counts, whole or fractional: library normalisation, voom, and the negative binomial quasi-likelihood.

mod library;
mod nb;
mod sample_quality;
mod tmm;
mod voom;

pub use library::{Libraries, Normalisation, normalise};
pub use nb::{
    Dispersions, QuasiForm, QuasiOptions, QuasiResult, QuasiTest, average_log_cpm,
    common_dispersion_of_abundant, quasi_likelihood_test, trended_dispersions,
};
pub(crate) use nb::{WORKING_DISPERSION, biological_share};
pub use sample_quality::sample_weights;
pub use voom::{Voom, voom, voom_with_sample_quality};
pub(crate) use voom::{fitted_counts, log_cpm};
